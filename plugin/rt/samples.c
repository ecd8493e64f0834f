// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/samples.h"

#include <math.h>
#include <string.h>

#define LANES 16u

static float
peak_of(const float* const audio, const uint32_t frames)
{
  // One maximum a lane: reordering a single one would need -ffast-math
  float    lanes[LANES] = { 0.0f };
  uint32_t i            = 0u;
  for (; i + LANES <= frames; i += LANES) {
    for (uint32_t j = 0u; j < LANES; ++j) {
      const float magnitude = fabsf(audio[i + j]);
      lanes[j]              = magnitude > lanes[j] ? magnitude : lanes[j];
    }
  }
  for (; i < frames; ++i) {
    const float magnitude = fabsf(audio[i]);
    lanes[0]              = magnitude > lanes[0] ? magnitude : lanes[0];
  }

  float peak = lanes[0];
  for (uint32_t j = 1u; j < LANES; ++j) {
    peak = lanes[j] > peak ? lanes[j] : peak;
  }
  return peak;
}

float
bl_samples_peak(const float* const* const audio,
                const uint32_t            channels,
                const uint32_t            frames)
{
  float peak = 0.0f;
  for (uint32_t c = 0u; c < channels; ++c) {
    const float other = peak_of(audio[c], frames);
    peak              = other > peak ? other : peak;
  }
  return peak;
}

static void
interleave_two(float* const restrict to,
               const float* const restrict left,
               const float* const restrict right,
               const uint32_t frames)
{
  for (uint32_t i = 0u; i < frames; ++i) {
    to[2u * i]      = left[i];
    to[2u * i + 1u] = right[i];
  }
}

void
bl_samples_interleave(float* const              to,
                      const float* const* const from,
                      const uint32_t            channels,
                      const uint32_t            offset,
                      const uint32_t            frames)
{
  if (channels == 1u) {
    memcpy(to, from[0] + offset, frames * sizeof(float));
  } else {
    interleave_two(to, from[0] + offset, from[1] + offset, frames);
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/samples.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <math.h>
#include <string.h>

// By intrinsics where SSE2 is (every x86-64): compilers keep the order of a
// maximum of floats unless all of floating point is made sloppy

static float
peak_of(const float* const audio, const uint32_t frames)
{
  float    peak = 0.0f;
  uint32_t i    = 0u;

#ifdef __SSE2__
  const __m128 sign    = _mm_set1_ps(-0.0f);
  __m128       most[2] = { _mm_setzero_ps(), _mm_setzero_ps() };
  for (; i + 8u <= frames; i += 8u) {
    // Of two of which one is NaN, max yields the second
    most[0] = _mm_max_ps(_mm_andnot_ps(sign, _mm_loadu_ps(audio + i)), most[0]);
    most[1] =
      _mm_max_ps(_mm_andnot_ps(sign, _mm_loadu_ps(audio + i + 4)), most[1]);
  }

  float lanes[4];
  _mm_storeu_ps(lanes, _mm_max_ps(most[0], most[1]));
  for (uint32_t j = 0u; j < 4u; ++j) {
    peak = lanes[j] > peak ? lanes[j] : peak;
  }
#endif

  for (; i < frames; ++i) {
    const float magnitude = fabsf(audio[i]);
    peak                  = magnitude > peak ? magnitude : peak;
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
  uint32_t i = 0u;

#ifdef __SSE2__
  for (; i + 4u <= frames; i += 4u) {
    const __m128 l = _mm_loadu_ps(left + i);
    const __m128 r = _mm_loadu_ps(right + i);
    _mm_storeu_ps(to + 2u * i, _mm_unpacklo_ps(l, r));
    _mm_storeu_ps(to + 2u * i + 4u, _mm_unpackhi_ps(l, r));
  }
#endif

  for (; i < frames; ++i) {
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

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/measure.h"

#include "base/samples.h"

#include <ebur128.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRIME 0x9E3779B97F4A7C15ull
#define SLICE_FRAMES 65536u

void
bl_measure_init(BlMeasure* const measure)
{
  memset(measure, 0, sizeof(*measure));
  for (unsigned i = 0; i < 4u; ++i) {
    measure->lanes[i] = PRIME * (i + 1u);
  }
}

static uint64_t
mix(const uint64_t lane, const float sample)
{
  uint32_t bits = 0u;
  memcpy(&bits, &sample, sizeof(bits));
  const uint64_t product = (lane ^ bits) * PRIME;
  return product ^ (product >> 32u);
}

static void
add_hash(BlMeasure* const m, const float* const audio, const size_t samples)
{
  // Four chains, since one would wait for each of its multiplications
  size_t i = 0u;
  for (; i < samples && ((m->count + i) & 3u); ++i) {
    uint64_t* const lane = &m->lanes[(m->count + i) & 3u];
    *lane                = mix(*lane, audio[i]);
  }

  uint64_t a = m->lanes[0];
  uint64_t b = m->lanes[1];
  uint64_t c = m->lanes[2];
  uint64_t d = m->lanes[3];
  for (; i + 4u <= samples; i += 4u) {
    a = mix(a, audio[i]);
    b = mix(b, audio[i + 1u]);
    c = mix(c, audio[i + 2u]);
    d = mix(d, audio[i + 3u]);
  }
  m->lanes[0] = a;
  m->lanes[1] = b;
  m->lanes[2] = c;
  m->lanes[3] = d;

  for (; i < samples; ++i) {
    uint64_t* const lane = &m->lanes[(m->count + i) & 3u];
    *lane                = mix(*lane, audio[i]);
  }
}

void
bl_measure_add(BlMeasure* const   m,
               const float* const audio,
               const size_t       samples)
{
  const float peak = bl_samples_peak(audio, samples);
  if (peak >= 1.0f) {
    for (size_t i = 0u; i < samples; ++i) {
      m->clipped += fabsf(audio[i]) >= 1.0f ? 1u : 0u;
    }
  }
  m->peak = peak > m->peak ? peak : m->peak;
  add_hash(m, audio, samples);
  m->count += samples;
}

void
bl_measure_finish(const BlMeasure* const m, BlTake* const take)
{
  uint64_t hash = m->count * PRIME;
  for (unsigned i = 0; i < 4u; ++i) {
    hash = (hash ^ m->lanes[i]) * PRIME;
    hash ^= hash >> 29u;
  }

  // Zero says that nothing was measured yet
  take->hash    = hash ? hash : 1u;
  take->clipped = m->clipped;
  take->peak_dbfs =
    m->peak > 0.0f ? 20.0 * log10((double)fminf(m->peak, FLT_MAX)) : -INFINITY;
}

struct BlLoudnessImpl
{
  ebur128_state* state;
};

BlLoudness*
bl_loudness_new(const uint32_t rate, const uint32_t channels)
{
  BlLoudness* const loudness = (BlLoudness*)calloc(1, sizeof(BlLoudness));
  if (!loudness) {
    return NULL;
  }

  // Blocks of a long take as a histogram: constant memory
  loudness->state = ebur128_init(
    channels, rate, (int)EBUR128_MODE_I | (int)EBUR128_MODE_HISTOGRAM);
  if (!loudness->state) {
    free(loudness);
    return NULL;
  }
  return loudness;
}

void
bl_loudness_free(BlLoudness* const loudness)
{
  if (loudness) {
    ebur128_destroy(&loudness->state);
    free(loudness);
  }
}

BlStatus
bl_loudness_add(BlLoudness* const  loudness,
                const float* const audio,
                const size_t       frames)
{
  return ebur128_add_frames_float(loudness->state, audio, frames) ? BL_NO_MEM
                                                                  : BL_SUCCESS;
}

double
bl_loudness_get(BlLoudness* const loudness)
{
  double lufs = NAN;
  return ebur128_loudness_global(loudness->state, &lufs) ? (double)NAN : lufs;
}

BlStatus
bl_measure_file(const int fd, const BlWavInfo* const info, BlTake* const take)
{
  BlMeasure         measure;
  BlLoudness* const loudness = bl_loudness_new(info->rate, info->channels);
  float* const      audio =
    (float*)malloc(SLICE_FRAMES * info->channels * sizeof(float));
  BlStatus st = loudness && audio ? BL_SUCCESS : BL_NO_MEM;

  bl_measure_init(&measure);
  for (uint64_t at = 0u; !st && at < info->frames;) {
    const uint64_t n = bl_wav_read(fd, info, at, audio, SLICE_FRAMES);
    if (!n) {
      st = BL_IO;
    } else {
      bl_measure_add(&measure, audio, (size_t)n * info->channels);
      st = bl_loudness_add(loudness, audio, (size_t)n);
      at += n;
    }
  }

  if (!st) {
    take->frames = info->frames;
    bl_measure_finish(&measure, take);
    take->loudness_lufs = bl_loudness_get(loudness);
  }
  free(audio);
  bl_loudness_free(loudness);
  return st;
}

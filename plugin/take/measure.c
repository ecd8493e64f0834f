// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/measure.h"

#include "base/samples.h"

#include <ebur128.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRIME 0x9E3779B97F4A7C15ull
#define BLOCK 8u ///< Samples that are hashed at once
#define SLICE_FRAMES 65536u
#define CLEAN_SAMPLES 2048u ///< Whole frames of one or two channels

void
bl_measure_init(BlMeasure* const measure)
{
  memset(measure, 0, sizeof(*measure));
  for (unsigned i = 0; i < 4u; ++i) {
    measure->lanes[i] = PRIME * (i + 1u);
  }
}

static uint64_t
mix(const uint64_t lane, const uint64_t word)
{
  const uint64_t product = (lane ^ word) * PRIME;
  return product ^ (product >> 32u);
}

/// Hash `blocks` times eight samples
static void
hash_blocks(BlMeasure* const m, const float* const audio, const size_t blocks)
{
  // Four chains, since one would wait for each of its multiplications
  uint64_t a = m->lanes[0];
  uint64_t b = m->lanes[1];
  uint64_t c = m->lanes[2];
  uint64_t d = m->lanes[3];
  for (size_t i = 0u; i < blocks; ++i) {
    uint64_t words[4];
    memcpy(words, audio + BLOCK * i, sizeof(words));
    a = mix(a, words[0]);
    b = mix(b, words[1]);
    c = mix(c, words[2]);
    d = mix(d, words[3]);
  }
  m->lanes[0] = a;
  m->lanes[1] = b;
  m->lanes[2] = c;
  m->lanes[3] = d;
}

static void
add_hash(BlMeasure* const m, const float* const audio, const size_t samples)
{
  const size_t waiting = m->count % BLOCK;
  size_t       done    = waiting ? BLOCK - waiting : 0u;
  done                 = done < samples ? done : samples;
  memcpy(m->rest + waiting, audio, done * sizeof(float));
  if (waiting && waiting + done == BLOCK) {
    hash_blocks(m, m->rest, 1u);
  }

  const size_t blocks = (samples - done) / BLOCK;
  hash_blocks(m, audio + done, blocks);
  done += blocks * BLOCK;
  if (done < samples) {
    memcpy(m->rest, audio + done, (samples - done) * sizeof(float));
  }
}

/// The range without what is no number, of which there is some
static BlPeak
count_invalid(BlMeasure* const   m,
              const float* const audio,
              const size_t       samples)
{
  BlPeak range = { 0.0f, 0.0f };
  for (size_t i = 0u; i < samples; ++i) {
    if (!isfinite(audio[i])) {
      ++m->invalid;
    } else {
      range.min = fminf(range.min, audio[i]);
      range.max = fmaxf(range.max, audio[i]);
    }
  }
  return range;
}

void
bl_measure_add(BlMeasure* const   m,
               const float* const audio,
               const size_t       samples,
               BlPeak* const      range)
{
  BlPeak here = { 0.0f, 0.0f };
  if (!bl_samples_range(audio, samples, &here.min, &here.max)) {
    here = count_invalid(m, audio, samples);
  }

  const float peak = fmaxf(here.max, -here.min);
  if (peak >= 1.0f) {
    for (size_t i = 0u; i < samples; ++i) {
      m->clipped += isfinite(audio[i]) && fabsf(audio[i]) >= 1.0f ? 1u : 0u;
    }
  }
  if (range) {
    range->min = fminf(range->min, here.min);
    range->max = fmaxf(range->max, here.max);
  }
  m->peak = fmaxf(m->peak, peak);
  add_hash(m, audio, samples);
  m->count += samples;
}

void
bl_measure_finish(const BlMeasure* const m, BlTake* const take)
{
  uint64_t hash = m->count * PRIME;
  for (size_t i = 0; i < m->count % BLOCK; ++i) {
    uint32_t bits = 0u;
    memcpy(&bits, &m->rest[i], sizeof(bits));
    hash = mix(hash, bits);
  }
  for (unsigned i = 0; i < 4u; ++i) {
    hash = (hash ^ m->lanes[i]) * PRIME;
    hash ^= hash >> 29u;
  }

  // Zero says that nothing was measured yet
  take->hash      = hash ? hash : 1u;
  take->clipped   = m->clipped;
  take->invalid   = m->invalid;
  take->peak_dbfs = m->peak > 0.0f ? 20.0 * log10((double)m->peak) : -INFINITY;
}

struct BlLoudnessImpl
{
  ebur128_state* state;
  uint32_t       channels;
};

BlLoudness*
bl_loudness_new(const uint32_t rate, const uint32_t channels)
{
  BlLoudness* const loudness = (BlLoudness*)calloc(1, sizeof(BlLoudness));
  if (!loudness) {
    return NULL;
  }

  loudness->channels = channels;

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

/// One that is no number would stay in the filters for ever
static BlStatus
add_cleaned(BlLoudness* const  loudness,
            const float* const audio,
            const size_t       samples)
{
  float clean[CLEAN_SAMPLES];
  for (size_t at = 0u; at < samples; at += CLEAN_SAMPLES) {
    const size_t left = samples - at;
    const size_t n    = left < CLEAN_SAMPLES ? left : CLEAN_SAMPLES;
    memcpy(clean, audio + at, n * sizeof(float));
    (void)bl_samples_clean(clean, n);
    if (ebur128_add_frames_float(loudness->state, clean,
                                 n / loudness->channels)) {
      return BL_NO_MEM;
    }
  }
  return BL_SUCCESS;
}

BlStatus
bl_loudness_add(BlLoudness* const  loudness,
                const float* const audio,
                const size_t       frames)
{
  const size_t samples = frames * loudness->channels;
  float        min     = 0.0f;
  float        max     = 0.0f;
  if (!bl_samples_range(audio, samples, &min, &max)) {
    return add_cleaned(loudness, audio, samples);
  }
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
bl_measure_file_begin(BlMeasureFile* const   file,
                      const int              fd,
                      const BlWavInfo* const info)
{
  memset(file, 0, sizeof(*file));
  file->fd       = fd;
  file->info     = *info;
  file->loudness = bl_loudness_new(info->rate, info->channels);
  file->audio = (float*)malloc(SLICE_FRAMES * info->channels * sizeof(float));
  bl_measure_init(&file->measure);
  return file->loudness && file->audio ? BL_SUCCESS : BL_NO_MEM;
}

BlStatus
bl_measure_file_step(BlMeasureFile* const file, BlTake* const take)
{
  const BlWavInfo* const info = &file->info;
  if (file->at < info->frames) {
    const uint64_t n =
      bl_wav_read(file->fd, info, file->at, file->audio, SLICE_FRAMES);
    if (!n) {
      return BL_IO;
    }
    bl_measure_add(&file->measure, file->audio, (size_t)n * info->channels,
                   NULL);
    file->at += n;
    const BlStatus st = bl_loudness_add(file->loudness, file->audio, (size_t)n);
    if (st || file->at < info->frames) {
      return st ? st : BL_BUSY;
    }
  }

  take->frames = info->frames;
  bl_measure_finish(&file->measure, take);
  take->loudness_lufs = bl_loudness_get(file->loudness);
  return BL_SUCCESS;
}

void
bl_measure_file_end(BlMeasureFile* const file)
{
  free(file->audio);
  bl_loudness_free(file->loudness);
  memset(file, 0, sizeof(*file));
}

BlStatus
bl_measure_file(const int fd, const BlWavInfo* const info, BlTake* const take)
{
  BlMeasureFile file;
  BlStatus      st = bl_measure_file_begin(&file, fd, info);
  if (!st) {
    while ((st = bl_measure_file_step(&file, take)) == BL_BUSY) {
    }
  }
  bl_measure_file_end(&file);
  return st;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "band.h"
#include "support/sing.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RATE 48000
#define SECONDS 24.0
#define LINES_MAX 64u
#define SAME_TEMPO 1e9

/// A host's tempo map: from a second on, that many beats a minute, in 4/4
typedef struct
{
  double bpm;
  double then_at; ///< A bar line; SAME_TEMPO = no change
  double then_bpm;
} Map;

static size_t
lay_bars(const Map* const map, double lines[LINES_MAX])
{
  size_t n = 0;
  for (double t = 0.0; t < SECONDS - 1.0 && n < LINES_MAX;) {
    lines[n++]       = t;
    const double bpm = t >= map->then_at - 1e-6 ? map->then_bpm : map->bpm;
    t += 240.0 / bpm;
  }
  return n;
}

static BlStatus
sing(const Map* const map, const char* const path)
{
  BlSingSetup       setup   = bl_sing_setup();
  size_t            n_notes = 0;
  size_t            n       = 0;
  const BlSungNote* tune    = bl_sing_tune(&n_notes);
  SF_INFO           info    = { 0 };
  char              comment[160];
  int               length =
    snprintf(comment, sizeof(comment),
             "backline: bpm=%.4f; meter=4/4; bar=0.000000", map->bpm);
  if (map->then_at < SAME_TEMPO) {
    snprintf(comment + length, sizeof(comment) - (size_t)length,
             "; tempo=%.6f:%.4f:4/4", map->then_at, map->then_bpm);
  }

  setup.rate     = RATE;
  setup.bpm      = map->bpm;
  setup.length_s = SECONDS;
  while (n_notes && (tune[n_notes - 1u].start + tune[n_notes - 1u].length) *
                        60.0 / map->bpm >
                      SECONDS) {
    --n_notes;
  }
  float* const samples = bl_sing_samples(tune, n_notes, &setup, &n);
  info.samplerate      = RATE;
  info.channels        = 1;
  info.format          = SF_FORMAT_WAV | SF_FORMAT_PCM_24;
  SNDFILE* const file  = samples ? sf_open(path, SFM_WRITE, &info) : NULL;
  if (file) {
    sf_set_string(file, SF_STR_COMMENT, comment);
    sf_writef_float(file, samples, (sf_count_t)n);
    sf_close(file);
  }
  free(samples);
  return file ? BL_SUCCESS : BL_IO;
}

/// Seconds of the first sample within 10 dB of the stroke's peak.  NAN where
/// the tail of a fill stands too high for that; a stroke more than 8 ms early
/// is louder than any tail, and its error is great
static double
onset_near(const float* const s, const size_t frames, const double line)
{
  const size_t from   = (size_t)fmax((line - 0.03) * RATE, 0.0);
  const size_t middle = (size_t)fmax((line - 0.008) * RATE, 0.0);
  const size_t to     = (size_t)((line + 0.02) * RATE);
  float        peak   = 0.0f;
  float        before = 0.0f;
  for (size_t i = from; i < to && i < frames; ++i) {
    const float level = fabsf(s[2u * i]);
    peak              = fmaxf(peak, level);
    before            = i < middle ? fmaxf(before, level) : before;
  }
  if (before > 0.3f * peak && before < 0.6f * peak) {
    return (double)NAN;
  }
  for (size_t i = from; i < to && i < frames; ++i) {
    if (fabsf(s[2u * i]) >= 0.316f * peak) {
      return (double)i / RATE;
    }
  }
  return -1.0;
}

/// Errors of one map's bar lines, in ms, appended to `errors`
static BlStatus
measure_map(const Map* const  map,
            const char* const scratch,
            double* const     errors,
            size_t* const     n)
{
  static BlBandResult result;
  char                take[4096];
  char                out[4096];
  char                stem[4096 + 32];
  double              lines[LINES_MAX];
  SF_INFO             info   = { 0 };
  const size_t        n_bars = lay_bars(map, lines);
  snprintf(take, sizeof(take), "%s/drums.wav", scratch);
  snprintf(out, sizeof(out), "%s/drums", scratch);
  snprintf(stem, sizeof(stem), "%s/variant-a-drums.wav", out);
  if (mkdir(out, 0700) && access(out, W_OK)) {
    return BL_IO;
  }

  const BlBandRequest request = {
    .audio = take, .out_dir = out, .tags = "pop, calm", .stems = true
  };
  BlStatus st = sing(map, take);
  st          = st ? st : bl_band_play(&request, NULL, NULL, NULL, &result);
  SNDFILE* const file = st ? NULL : sf_open(stem, SFM_READ, &info);
  float* const   s =
    file ? (float*)calloc((size_t)info.frames, 2u * sizeof(float)) : NULL;
  const size_t frames = s ? (size_t)sf_readf_float(file, s, info.frames) : 0u;
  // Kicks lie on bar lines; where the song begins there is no stroke before
  for (size_t i = 1; s && i < n_bars; ++i) {
    const double onset = onset_near(s, frames, lines[i]);
    if (!isnan(onset)) {
      errors[(*n)++] = 1e3 * fabs(onset - lines[i]);
    }
  }
  free(s);
  if (file) {
    sf_close(file);
  }
  return st ? st : s ? BL_SUCCESS : BL_IO;
}

static int
compare(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return x < y ? -1 : x > y;
}

static void
clean_up(const char* const scratch)
{
  static const char* const names[] = { "variant-a", "variant-b" };
  static const char* const ends[]  = { ".wav",      ".mid",        "-drums.wav",
                                       "-bass.wav", "-chords.wav", "-pad.wav" };
  char                     path[4096];
  for (size_t i = 0; i < BL_COUNT(names) * BL_COUNT(ends); ++i) {
    snprintf(path, sizeof(path), "%s/drums/%s%s", scratch,
             names[i / BL_COUNT(ends)], ends[i % BL_COUNT(ends)]);
    unlink(path);
  }
  snprintf(path, sizeof(path), "%s/drums/analysis.json", scratch);
  unlink(path);
  snprintf(path, sizeof(path), "%s/drums", scratch);
  rmdir(path);
  snprintf(path, sizeof(path), "%s/drums.wav", scratch);
  unlink(path);
}

void
bl_measure_drums(BlEval* const eval)
{
  static const Map maps[] = {
    { 92.0, SAME_TEMPO, 0.0 },
    { 118.5, SAME_TEMPO, 0.0 },
    { 120.0, 8.0, 97.3 },
    { 84.2, 4.0 * 240.0 / 84.2, 132.25 },
  };
  double errors[BL_COUNT(maps) * LINES_MAX];
  size_t n = 0;
  // The short form leaves it to unit/test_band_play, which has a limit
  for (size_t i = 0; i < BL_COUNT(maps) && !eval->brief; ++i) {
    const BlStatus st = measure_map(&maps[i], eval->scratch, errors, &n);
    if (st) {
      bl_eval_trouble(eval, "drums", st);
    }
  }
  clean_up(eval->scratch);
  if (!n) {
    return;
  }

  qsort(errors, n, sizeof(double), compare);
  const BlEvalRow rows[] = {
    { .measure = "drums in the rendered audio against the host's bar lines, "
                 "worst",
      .value   = errors[n - 1u],
      .unit    = "ms",
      .goal    = "<=2",
      .n       = n,
      .over    = "bar lines, tempo changes among them" },
    { .measure = "the same, median",
      .value   = errors[n / 2u],
      .unit    = "ms",
      .n       = n,
      .over    = "bar lines" },
  };
  bl_eval_table_add(&eval->table, &rows[0]);
  bl_eval_table_add(&eval->table, &rows[1]);
}

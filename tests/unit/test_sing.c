// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// The synthetic singer sings what is written, the same every time.

#include "support/sing.h"

#include "base/limits.h"

#include <sndfile.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 24000u

/// Period by autocorrelation, as a MIDI key
static double
key_at(const float* const samples, const double seconds)
{
  const size_t at     = (size_t)(seconds * RATE);
  const size_t n      = RATE / 20u;
  double       best   = 0.0;
  size_t       period = 1;
  for (size_t lag = RATE / 700u; lag < RATE / 120u; ++lag) {
    double sum = 0.0;
    double own = 0.0;
    for (size_t i = at; i < at + n; ++i) {
      sum += (double)samples[i] * (double)samples[i + lag];
      own += (double)samples[i + lag] * (double)samples[i + lag];
    }
    sum /= sqrt(own + 1e-12);
    if (sum > best * 1.02) { // the shortest of equal periods
      best   = sum;
      period = lag;
    }
  }
  return 69.0 + 12.0 * log2((double)RATE / (double)period / 440.0);
}

static double
level(const float* const samples, const double from, const double to)
{
  double sum = 0.0;
  size_t n   = 0;
  for (size_t i = (size_t)(from * RATE); i < (size_t)(to * RATE); ++i, ++n) {
    sum += (double)samples[i] * (double)samples[i];
  }
  return sqrt(sum / (double)n);
}

static void
test_pitch(void** state)
{
  (void)state;
  static const double keys[] = { 60, 64, 67, 72, 57, 69.5 };
  BlSungNote          notes[BL_COUNT(keys)];
  for (size_t i = 0; i < BL_COUNT(keys); ++i) {
    const BlSungNote note = { 2.0 * (double)i, 1.5, keys[i],
                              (BlVowel)(i % BL_N_VOWELS), BL_CONSONANT_M };
    notes[i]              = note;
  }

  BlSingSetup setup   = bl_sing_setup();
  setup.rate          = RATE;
  setup.bpm           = 120.0;
  size_t       frames = 0;
  float* const samples =
    bl_sing_samples(notes, BL_COUNT(notes), &setup, &frames);
  assert_non_null(samples);
  for (size_t i = 0; i < BL_COUNT(keys); ++i) {
    // One period is a whole number of samples here: up to 30 cents off
    const double sung = key_at(samples, (double)i + 0.25);
    assert_true(fabs(sung - keys[i]) < 0.6);
    assert_true(level(samples, (double)i + 0.2, (double)i + 0.6) > 0.02);
  }
  // Silence between notes, once the voice has died away
  assert_true(level(samples, 0.84, 0.88) < 0.002);
  free(samples);
}

static void
test_same_again(void** state)
{
  (void)state;
  size_t                  n = 0;
  size_t                  sizes[3];
  const BlSungNote* const tune  = bl_sing_tune(&n);
  BlSingSetup             setup = bl_sing_setup();
  setup.rate                    = RATE;
  setup.length_s                = 8.0;
  float* const a                = bl_sing_samples(tune, n, &setup, &sizes[0]);
  float* const b                = bl_sing_samples(tune, n, &setup, &sizes[1]);
  setup.seed                    = 2;
  float* const c                = bl_sing_samples(tune, n, &setup, &sizes[2]);
  assert_true(a && b && c);
  assert_int_equal(sizes[0], 8u * RATE);
  assert_int_equal(sizes[1], sizes[0]);
  assert_memory_equal(a, b, sizes[0] * sizeof(float));
  assert_memory_not_equal(a, c, sizes[0] * sizeof(float));

  float peak = 0.0f;
  for (size_t i = 0; i < sizes[0]; ++i) {
    assert_true(isfinite(a[i]));
    peak = fmaxf(peak, fabsf(a[i]));
  }
  assert_true(fabsf(peak - 0.5f) < 1e-5f);
  free(a);
  free(b);
  free(c);
}

static void
test_tune(void** state)
{
  (void)state;
  size_t                  n    = 0;
  const BlSungNote* const tune = bl_sing_tune(&n);
  for (size_t i = 0; i < n; ++i) {
    const double end = tune[i].start + tune[i].length;
    assert_true(tune[i].length > 0.0);
    assert_true(end <= (i + 1 < n ? tune[i + 1].start : BL_SING_TUNE_BEATS));
    assert_true(tune[i].key >= 55 && tune[i].key <= 79);
  }
}

static void
test_song(void** state)
{
  (void)state;
  const char* const folder = getenv("BL_TMP");
  char              path[BL_PATH_BYTES];
  (void)snprintf(path, sizeof(path), "%s/song.wav", folder ? folder : ".");

  // Longer than the tune: it comes round again
  assert_int_equal(bl_sing_song(path, 8000, 200.0, 25.5), BL_SUCCESS);
  SF_INFO        info = { .format = 0 };
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  assert_non_null(file);
  assert_int_equal(info.samplerate, 8000);
  assert_int_equal(info.channels, 1);
  assert_int_equal(info.frames, 25.5 * 8000);
  assert_int_equal(sf_close(file), 0);
}

static void
test_refusals(void** state)
{
  (void)state;
  size_t           frames = 1;
  const BlSungNote note   = { 0, 1, 60, BL_VOWEL_A, BL_CONSONANT_NONE };
  BlSingSetup      setup  = bl_sing_setup();
  assert_null(bl_sing_samples(&note, 0, &setup, &frames));
  assert_int_equal(frames, 0);
  setup.bpm = 0.0;
  assert_null(bl_sing_samples(&note, 1, &setup, &frames));
  setup      = bl_sing_setup();
  setup.rate = 1;
  assert_null(bl_sing_samples(&note, 1, &setup, &frames));
  assert_int_not_equal(bl_sing_song("/nonexistent/x.wav", 48000, 92, 4), 0);
  assert_int_not_equal(bl_sing_song("x.wav", 48000, -92, 4), 0);
  assert_int_not_equal(bl_sing_song("x.wav", 48000, 92, 1e9), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_pitch),    cmocka_unit_test(test_same_again),
    cmocka_unit_test(test_tune),     cmocka_unit_test(test_song),
    cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

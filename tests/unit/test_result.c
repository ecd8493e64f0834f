// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// What results are made with: resampler, true peak, names

#include "result/name.h"
#include "result/peak.h"
#include "result/resample.h"
#include "result/result.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PI 3.14159265358979323846

static char dir[2048];

static int
make_dir(void** const state)
{
  (void)state;
  return scratch_make(dir, sizeof(dir), "result") ? 0 : -1;
}

// Resampling

/// Signal to noise in dB of a sine through the resampler
static double
snr(const uint32_t from, const uint32_t to, const double hertz)
{
  const size_t       n    = from;
  BlResampler* const r    = bl_resampler_new(from, to, 1);
  const size_t       room = bl_resampler_room(r);
  float* const       in   = (float*)malloc(n * sizeof(float));
  float* const       out  = (float*)malloc((2 * (size_t)to + room) * 4);
  size_t             got  = 0;
  for (size_t i = 0; i < n; ++i) {
    in[i] = (float)(0.9 * sin(2.0 * PI * hertz * (double)i / from));
  }
  for (size_t i = 0, k = 0; i < n; i += k) {
    k = 1 + (i * 7919u) % BL_RESAMPLE_CHUNK; // Chunks of any size
    k = k < n - i ? k : n - i;
    got += bl_resampler_process(r, in + i, k, out + got);
  }
  for (size_t k = 0; (k = bl_resampler_process(r, NULL, 0, out + got));) {
    got += k;
  }
  assert_int_equal(got, (n * (uint64_t)to + from - 1) / from);

  double signal = 0.0;
  double noise  = 0.0;
  for (size_t i = got / 8; i < got - got / 8; ++i) {
    const double want = 0.9 * sin(2.0 * PI * hertz * (double)i / to);
    signal += want * want;
    noise += ((double)out[i] - want) * ((double)out[i] - want);
  }
  bl_resampler_free(r);
  free(in);
  free(out);
  return 10.0 * log10(signal / noise);
}

static void
the_resampler_is_clean_and_in_place(void** const state)
{
  (void)state;
  static const struct
  {
    uint32_t from;
    uint32_t to;
    double   hertz;
  } rows[] = {
    { 44100, 48000, 997 },   { 44100, 48000, 10000 }, { 44100, 48000, 20000 },
    { 48000, 44100, 997 },   { 48000, 44100, 19500 }, { 44100, 96000, 15000 },
    { 44100, 192000, 5000 }, { 32000, 44100, 9000 },  { 96000, 44100, 997 },
    { 22050, 48000, 997 },   { 44100, 88200, 18000 }, { 8000, 48000, 1000 },
    { 48000, 48001, 9970 },  { 44056, 48000, 997 },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    const double db = snr(rows[i].from, rows[i].to, rows[i].hertz);
    print_message("# %u -> %u, %g Hz: %.1f dB\n", (unsigned)rows[i].from,
                  (unsigned)rows[i].to, rows[i].hertz, db);
    assert_true(db > 120.0);
  }
}

static void
what_the_lower_rate_cannot_hold_is_gone(void** const state)
{
  (void)state;
  BlResampler* const r = bl_resampler_new(48000, 44100, 1);
  static float       in[BL_RESAMPLE_CHUNK];
  static float       out[BL_RESAMPLE_CHUNK];
  double             highest = 0.0;
  for (unsigned chunk = 0; chunk < 20; ++chunk) {
    for (unsigned i = 0; i < BL_RESAMPLE_CHUNK; ++i) {
      const double t = (double)(chunk * BL_RESAMPLE_CHUNK + i) / 48000.0;
      in[i]          = (float)sin(2.0 * PI * 23000.0 * t);
    }
    const size_t n = bl_resampler_process(r, in, BL_RESAMPLE_CHUNK, out);
    for (size_t i = 0; chunk > 1 && i < n; ++i) {
      highest = fmax(highest, fabs((double)out[i]));
    }
  }
  bl_resampler_free(r);
  assert_true(20.0 * log10(highest) < -110.0);
}

static void
impossible_rates_are_refused(void** const state)
{
  (void)state;
  assert_null(bl_resampler_new(0, 48000, 1));
  assert_null(bl_resampler_new(44100, 0, 1));
  assert_null(bl_resampler_new(44100, 4000000000u, 1));
  assert_null(bl_resampler_new(44100, 48000, 0));
  assert_null(bl_resampler_new(44100, 48000, 99));
  bl_resampler_free(NULL);
}

// True peak

static void
the_true_peak_lies_between_the_samples(void** const state)
{
  (void)state;
  // fs / 4 with 45 degrees: samples reach 0.7071, the wave 1
  BlTruePeak* const peak = bl_true_peak_new(2);
  for (unsigned i = 0; i < 4800; ++i) {
    const float frame[2] = { (float)sin(PI / 2.0 * i + PI / 4.0), 0.1f };
    bl_true_peak_add(peak, frame, 1);
  }
  assert_true(fabs(bl_true_peak_samples(peak) - 0.70711) < 1e-4);
  assert_true(fabs(20.0 * log10(bl_true_peak_value(peak))) < 0.2);
  bl_true_peak_free(peak);
}

// Names

static void
titles_become_safe_names(void** const state)
{
  (void)state;
  static const struct
  {
    const char* title;
    const char* name;
  } rows[] = {
    { "Verse 1", "Verse 1 (A).wav" },
    { "Größe ☂ 日本", "Größe ☂ 日本 (A).wav" },
    { "../../etc/passwd", "etc-passwd (A).wav" },
    { "/absolute", "absolute (A).wav" },
    { "a/b\\c:d*e?f\"g<h>i|j", "a-b-c-d-e-f-g-h-i-j (A).wav" },
    { ".hidden", "hidden (A).wav" },
    { "...", "Backline (A).wav" },
    { "", "Backline (A).wav" },
    { "   ", "Backline (A).wav" },
    { "-rf", "rf (A).wav" },
    { "tab\tand\nline\r\x7f\x01", "tab and line (A).wav" },
    { "many   spaces  ", "many spaces (A).wav" },
    { "dots at end...", "dots at end (A).wav" },
    { "bad \xff\xfe utf\xc3", "bad utf (A).wav" },
    { "overlong \xc0\xaf slash", "overlong slash (A).wav" },
    { "surrogate \xed\xa0\x80", "surrogate (A).wav" },
    { "left\xe2\x80\xae"
      "wav.exe",
      "leftwav.exe (A).wav" },
    { "zero\xe2\x80\x8bwidth", "zerowidth (A).wav" },
    { "\xef\xbb\xbf"
      "bom",
      "bom (A).wav" },
    { "c1\xc2\x85"
      "control",
      "c1control (A).wav" },
    { "CON", "Take CON (A).wav" },
    { "com1", "Take com1 (A).wav" },
    { "nul.txt", "Take nul.txt (A).wav" },
    { "console", "console (A).wav" },
    { NULL, "Backline (A).wav" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    char name[BL_FILE_NAME_BYTES];
    assert_int_equal(
      bl_name_result(rows[i].title, 'A', ".wav", 0, name, sizeof(name)),
      BL_SUCCESS);
    assert_string_equal(name, rows[i].name);
  }
}

static void
long_titles_are_cut_at_a_code_point(void** const state)
{
  (void)state;
  for (unsigned shift = 0; shift < 4; ++shift) {
    char title[1200] = "";
    memset(title, 'x', shift);
    for (unsigned i = 0; i < 250; ++i) {
      strcat(title, "日");
    }
    char name[BL_FILE_NAME_BYTES];
    assert_int_equal(
      bl_name_result(title, 'B', ".wav", 998, name, sizeof(name)), BL_SUCCESS);
    const char* const end = strstr(name, " (B) 999.wav");
    assert_non_null(end);
    assert_int_equal((size_t)(end - name - shift) % 3, 0);
    assert_true(strlen(name) < 200);
  }
}

static void
names_are_not_used_twice(void** const state)
{
  (void)state;
  char path[BL_PATH_BYTES];
  for (unsigned i = 1; i <= 3; ++i) {
    assert_int_equal(
      bl_result_name(dir, "Same", 'A', ".wav", path, sizeof(path)), BL_SUCCESS);
    assert_int_equal(strstr(path, i == 1   ? "/Same (A).wav"
                                  : i == 2 ? "/Same (A) 2.wav"
                                           : "/Same (A) 3.wav") != NULL,
                     1);
    FILE* const file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
  }
}

static void
what_belongs_to_a_result_is_called_after_it(void** const state)
{
  (void)state;
  static const struct
  {
    const char* result;
    const char* ending;
    unsigned    attempt;
    const char* name; ///< NULL: there is none
  } rows[] = {
    { "/takes/x.y/Song (A).wav", " drums.wav", 0, "Song (A) drums.wav" },
    { "/takes/Song (A) 3.wav", " drums.wav", 0, "Song (A) 3 drums.wav" },
    { "Mr. Moon (B) 3.wav", ".mid", 0, "Mr. Moon (B) 3.mid" },
    { "Song (A) 3.wav", " drums.wav", 1, "Song (A) 3 drums 2.wav" },
    { "Song (A).wav", ".mid", 1, "Song (A) 2.mid" },
    { "", ".mid", 0, NULL },
    { "/takes/x.y/", ".mid", 0, NULL },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    char           name[BL_FILE_NAME_BYTES];
    const BlStatus st = bl_name_beside(rows[i].result, rows[i].ending,
                                       rows[i].attempt, name, sizeof(name));
    assert_int_equal(st, rows[i].name ? BL_SUCCESS : BL_BAD_ARG);
    if (rows[i].name) {
      assert_string_equal(name, rows[i].name);
    }
  }

  char name[20];
  assert_int_equal(
    bl_name_beside("Song (A).wav", " drums.wav", 0, name, sizeof(name)),
    BL_SUCCESS); // 18 and the NUL
  assert_int_equal(
    bl_name_beside("Song (A).wav", " drums.wav", 10, name, sizeof(name)),
    BL_BAD_ARG);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_resampler_is_clean_and_in_place),
    cmocka_unit_test(what_the_lower_rate_cannot_hold_is_gone),
    cmocka_unit_test(impossible_rates_are_refused),
    cmocka_unit_test(the_true_peak_lies_between_the_samples),
    cmocka_unit_test(titles_become_safe_names),
    cmocka_unit_test(long_titles_are_cut_at_a_code_point),
    cmocka_unit_test(names_are_not_used_twice),
    cmocka_unit_test(what_belongs_to_a_result_is_called_after_it),
  };
  return cmocka_run_group_tests(tests, make_dir, NULL);
}

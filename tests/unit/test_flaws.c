// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Audio with something wrong: a long take that no process finished, samples
// that are no numbers, files cut short

#include "base/bytes.h"
#include "base/samples.h"
#include "job/prepare.h"
#include "support/scratch.h"
#include "support/unfinished.h"
#include "take/measure.h"
#include "take/overview.h"
#include "take/store.h"
#include "take/store_files.h"

#include <sndfile.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RATE 48000u
#define FRAMES (12u * RATE)

static char root[400];

static int
fresh_root(void** const state)
{
  (void)state;
  return scratch_make(root, sizeof(root), "flaws") ? 0 : -1;
}

/// Half scale, with three samples that are none where it says so
static float*
make_audio(const bool flawed)
{
  float* const audio = (float*)malloc(FRAMES * sizeof(float));
  assert_non_null(audio);
  for (size_t i = 0; i < FRAMES; ++i) {
    audio[i] = 0.5f * sinf(0.05f * (float)i);
  }
  if (flawed) {
    audio[100001] = NAN;
    audio[100002] = INFINITY;
    audio[200003] = -INFINITY;
  }
  return audio;
}

static bool
is_flaw(const size_t i)
{
  return i == 100001u || i == 100002u || i == 200003u;
}

// Mending

static void
an_unfinished_take_is_mended_in_slices(void** const state)
{
  (void)state;
  float* const audio = make_audio(false);
  BlTake       made;
  BlTake       whole;
  char         path[BL_PATH_BYTES];
  int          fd = -1;
  assert_true(unfinished_take(root, audio, FRAMES, true, &made));
  assert_int_equal(
    bl_store_file(root, made.id, BL_TAKE_WAV, path, sizeof(path)), BL_SUCCESS);
  bl_take_init(&whole);
  BlWavInfo info;
  assert_int_equal(bl_store_lock(path, &fd), BL_SUCCESS);
  assert_int_equal(bl_wav_probe(fd, &info), BL_SUCCESS);
  assert_int_equal(bl_measure_file(fd, &info, &whole), BL_SUCCESS);
  close(fd);

  // Given up half-way: as it was, and free again
  BlScan*    scan = NULL;
  BlTakeList list = { NULL, 0, 0 };
  assert_int_equal(bl_scan_open(root, NULL, &scan), BL_SUCCESS);
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(bl_scan_step(scan, 0.0, &list), BL_BUSY);
    assert_int_equal(bl_store_lock(path, &fd), BL_BUSY);
  }
  bl_scan_close(scan);
  assert_int_equal(bl_store_lock(path, &fd), BL_SUCCESS);
  close(fd);
  BlTake read;
  assert_int_equal(bl_store_load(root, made.id, &read), BL_SUCCESS);
  assert_int_equal(read.hash, 0);

  // One piece of work at a time, until it is as if measured at once
  unsigned steps = 1;
  assert_int_equal(bl_scan_open(root, NULL, &scan), BL_SUCCESS);
  while (bl_scan_step(scan, 0.0, &list) == BL_BUSY) {
    ++steps;
  }
  bl_scan_close(scan);
  print_message("# mended in %u pieces\n", steps);
  assert_true(steps > FRAMES / 65536u);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.takes[0].frames, FRAMES);
  assert_int_equal(list.takes[0].hash, whole.hash);
  assert_float_equal(list.takes[0].loudness_lufs, whole.loudness_lufs, 1e-12);
  assert_false(list.takes[0].finished);
  bl_store_list_free(&list);
  free(audio);
}

static void
others_are_listed_beside_it(void** const state)
{
  (void)state;
  float* const audio = make_audio(false);
  BlTake       takes[3];
  for (unsigned i = 0; i < 3; ++i) {
    assert_true(unfinished_take(root, audio, FRAMES, i != 1, &takes[i]));
  }
  BlTakeList list;
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 3);
  for (size_t i = 0; i < list.count; ++i) {
    assert_int_equal(list.takes[i].hash, list.takes[0].hash);
  }
  bl_store_list_free(&list);
  free(audio);
}

// Samples that are no numbers

static void
no_numbers_are_counted_and_measured_as_nothing(void** const state)
{
  (void)state;
  float* const flawed = make_audio(true);
  float* const clean  = make_audio(true);
  assert_int_equal(bl_samples_clean(clean, FRAMES), 3);
  assert_int_equal(bl_samples_clean(clean, FRAMES), 0);

  BlTake takes[2];
  for (unsigned k = 0; k < 2; ++k) {
    BlMeasure         measure;
    BlPeak            range    = { 0.0f, 0.0f };
    BlLoudness* const loudness = bl_loudness_new(RATE, 1u);
    const float*      audio    = k ? clean : flawed;
    bl_take_init(&takes[k]);
    bl_measure_init(&measure);
    for (size_t at = 0; at < FRAMES; at += 1001u) {
      const size_t n = FRAMES - at < 1001u ? FRAMES - at : 1001u;
      bl_measure_add(&measure, audio + at, n, &range);
      assert_int_equal(bl_loudness_add(loudness, audio + at, n), BL_SUCCESS);
    }
    bl_measure_finish(&measure, &takes[k]);
    takes[k].loudness_lufs = bl_loudness_get(loudness);
    bl_loudness_free(loudness);
    assert_float_equal(range.max, 0.5f, 1e-4);
  }
  assert_int_equal(takes[0].invalid, 3);
  assert_int_equal(takes[1].invalid, 0);
  assert_int_equal(takes[0].clipped, 0);
  assert_float_equal(takes[0].peak_dbfs, takes[1].peak_dbfs, 1e-12);
  assert_float_equal(takes[0].loudness_lufs, takes[1].loudness_lufs, 1e-12);
  assert_int_not_equal(takes[0].hash, takes[1].hash); // Kept as they are
  free(flawed);
  free(clean);
}

static void
they_are_sent_as_silence(void** const state)
{
  (void)state;
  float* const audio = make_audio(true);
  float* const sent  = (float*)malloc(FRAMES * sizeof(float));
  BlTake       take;
  char         path[BL_PATH_BYTES];
  char         upload[BL_PATH_BYTES];
  assert_true(unfinished_take(root, audio, FRAMES, true, &take));
  BlTakeList list;
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  take = list.takes[0];
  bl_store_list_free(&list);
  assert_int_equal(take.invalid, 3);

  BlTrim trim;
  snprintf(upload, sizeof(upload), "%s/upload", root);
  assert_int_equal(bl_store_audio_path(root, &take, path, sizeof(path)), 0);
  assert_int_equal(bl_prepare_check(path, &take, NULL, &trim), BL_SUCCESS);
  trim = (BlTrim){ .frames = FRAMES };
  for (int flac = 0; flac < 2; ++flac) {
    SF_INFO info = { .format = 0 };
    assert_int_equal(bl_prepare_encode(path, &take, &trim,
                                       flac ? BL_UPLOAD_FLAC : BL_UPLOAD_WAV,
                                       NULL, upload),
                     BL_SUCCESS);
    SNDFILE* const file = sf_open(upload, SFM_READ, &info);
    assert_int_equal(sf_readf_float(file, sent, FRAMES), FRAMES);
    sf_close(file);
    for (size_t i = 0; i < FRAMES; ++i) {
      const float want = is_flaw(i) ? 0.0f : audio[i];
      if (!(fabsf(sent[i] - want) < 1e-6f)) {
        fail_msg("sample %zu is sent as %g", i, (double)sent[i]);
      }
    }
  }

  BlOverview* overview = NULL;
  assert_int_equal(bl_overview_open(path, 64u, &overview), BL_SUCCESS);
  assert_int_equal(bl_overview_step(overview, 60.0), BL_SUCCESS);
  for (unsigned i = 0; i < 128u; ++i) {
    assert_true(fabsf(bl_overview_peaks(overview)[i]) <= 0.5f);
  }
  bl_overview_close(overview);
  free(sent);
  free(audio);
}

// Files cut short

/// A WAV of floats, whose header says what it likes
static void
write_wav(const char* const  path,
          const bool         wide,
          const uint64_t     told,
          const float* const audio,
          const size_t       frames)
{
  unsigned char head[90] = { 0 };
  memcpy(head, wide ? "RF64" : "RIFF", 4u);
  bl_bytes_put(head + 4, 0xFFFFFFFFu, 4u);
  memcpy(head + 8, "WAVEds64", 8u);
  bl_bytes_put(head + 16, 28u, 4u);
  bl_bytes_put(head + 28, wide ? told : 0u, 8u);
  memcpy(head + 48, "odd ", 4u); // Its one byte is followed by another
  bl_bytes_put(head + 52, 1u, 4u);
  memcpy(head + 58, "fmt ", 4u);
  bl_bytes_put(head + 62, 16u, 4u);
  bl_bytes_put(head + 66, 3u, 2u);
  bl_bytes_put(head + 68, 1u, 2u);
  bl_bytes_put(head + 70, RATE, 4u);
  bl_bytes_put(head + 74, RATE * 4u, 4u);
  bl_bytes_put(head + 78, 4u, 2u);
  bl_bytes_put(head + 80, 32u, 2u);
  memcpy(head + 82, "data", 4u);
  bl_bytes_put(head + 86, wide ? 0xFFFFFFFFu : told, 4u);
  FILE* const file = fopen(path, "wbe");
  assert_non_null(file);
  assert_int_equal(fwrite(head, 1u, 90u, file), 90);
  assert_int_equal(fwrite(audio, sizeof(float), frames, file), frames);
  assert_int_equal(fclose(file), 0);
}

static void
a_wav_says_how_much_is_missing(void** const state)
{
  (void)state;
  static const struct
  {
    bool     wide;
    uint64_t told; ///< Bytes
    uint64_t missing;
  } rows[] = {
    { false, 4000u, 0u },       { false, 4004u, 1u },
    { false, 2000u, 0u },       { false, 4u * FRAMES, FRAMES - 1000u },
    { false, 0u, 0u },          { false, 0x7FFFF000u, 0u },
    { false, 0x80000000u, 0u }, { false, 0xFFFFFFFFu, 0u },
    { true, 4000u, 0u },        { true, 8000000000u, 1999999000u },
    { true, ~0ull, 0u },
  };
  float* const audio = make_audio(false);
  char         path[BL_PATH_BYTES];
  snprintf(path, sizeof(path), "%s/short.wav", root);
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    write_wav(path, rows[i].wide, rows[i].told, audio, 1000u);
    const uint64_t missing = bl_wav_missing(path);
    if (missing != rows[i].missing) {
      fail_msg("row %zu: %llu frames", i, (unsigned long long)missing);
    }
  }

  // Cut within a chunk's head, or no WAV at all
  assert_int_equal(truncate(path, 60), 0);
  assert_int_equal(bl_wav_missing(path), 0);
  assert_int_equal(truncate(path, 3), 0);
  assert_int_equal(bl_wav_missing(path), 0);
  assert_int_equal(bl_wav_missing(root), 0);
  assert_int_equal(bl_wav_missing("/no/such/file"), 0);
  free(audio);
}

static void
an_import_takes_what_is_there(void** const state)
{
  (void)state;
  float* const audio = make_audio(true);
  float* const kept  = (float*)malloc(FRAMES * sizeof(float));
  char         path[BL_PATH_BYTES];
  BlTake       take;
  SF_INFO      info = { .format = 0 };
  snprintf(path, sizeof(path), "%s/short.wav", root);
  write_wav(path, false, 4u * (FRAMES + 4711u), audio, FRAMES);
  assert_int_equal(bl_store_import(root, path, &take), BL_SUCCESS);
  assert_int_equal(take.frames, FRAMES);
  assert_int_equal(take.missing, 4711);
  assert_int_equal(take.invalid, 3);

  BlTake read;
  assert_int_equal(bl_store_load(root, take.id, &read), BL_SUCCESS);
  assert_int_equal(read.missing, 4711);
  assert_int_equal(read.invalid, 3);
  assert_int_equal(bl_store_audio_path(root, &take, path, sizeof(path)), 0);
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  assert_int_equal(sf_readf_float(file, kept, FRAMES), FRAMES);
  sf_close(file);
  assert_memory_equal(kept, audio, FRAMES * sizeof(float));
  free(kept);
  free(audio);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh_root)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(an_unfinished_take_is_mended_in_slices),
    TEST(others_are_listed_beside_it),
    TEST(no_numbers_are_counted_and_measured_as_nothing),
    TEST(they_are_sent_as_silence),
    TEST(a_wav_says_how_much_is_missing),
    TEST(an_import_takes_what_is_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Names and values of takes: ids, take.json, judgements, hashes

#include "take/measure.h"
#include "take/store.h"
#include "take/store_files.h"
#include "take/wav.h"

#include "base/paths.h"
#include "support/scratch.h"

#include <sndfile.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[400];

static int
fresh_root(void** const state)
{
  (void)state;
  return scratch_make(root, sizeof(root), "store") ? 0 : -1;
}

static void
an_id_never_leaves_the_root(void** const state)
{
  (void)state;
  static const char* const bad[] = { "",
                                     ".",
                                     "..",
                                     "../../etc",
                                     "20261122T101340Z-1a2b3c4",
                                     "20261122T101340Z-1a2b3c4d5",
                                     "20261122T101340Z-1A2B3C4D",
                                     "20261122T101340Z/1a2b3c4d",
                                     "2026112zT101340Z-1a2b3c4d" };
  char                     path[BL_PATH_BYTES];
  assert_true(bl_store_id_is_valid("20261122T101340Z-1a2b3c4d"));
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    assert_false(bl_store_id_is_valid(bad[i]));
    assert_int_equal(bl_store_take_dir(root, bad[i], path, sizeof(path)),
                     BL_BAD_ARG);
    assert_int_equal(bl_store_remove(root, bad[i]), BL_BAD_ARG);
  }
  for (int i = 0; i < 50; ++i) {
    char id[BL_TAKE_ID_BYTES];
    assert_int_equal(bl_store_create(root, id), BL_SUCCESS);
    assert_true(bl_store_id_is_valid(id));
  }
}

static void
fill_take(BlTake* const take)
{
  bl_take_init(take);
  strcpy(take->id, "20261122T101340Z-1a2b3c4d");
  strcpy(take->name, "Strophe \"1\" \xC3\xA4\xF0\x9F\x8E\xA4 \n");
  strcpy(take->host, "Ardour");
  strcpy(take->created, "2026-11-22T10:13:40.123456Z");
  strcpy(take->same_as, "20261122T101340Z-00000000");
  take->origin        = BL_ORIGIN_EXPORTED;
  take->finished      = true;
  take->rate          = 44100u;
  take->channels      = 2u;
  take->frames        = 999999999999999ull;
  take->has_position  = true;
  take->start         = -123456789012345;
  take->has_bar       = true;
  take->bar           = -3;
  take->beat          = 1.0 / 3.0;
  take->dropped       = 17u;
  take->filled        = 18u;
  take->clipped       = 19u;
  take->missing       = 20u;
  take->invalid       = 21u;
  take->peak_dbfs     = -0.1;
  take->loudness_lufs = -23.45678901234;
  take->hash          = 0xFEDCBA9876543210ull;
  take->n_tempos      = BL_TAKE_TEMPOS_MAX;
  take->n_gaps        = BL_TAKE_GAPS_MAX;
  for (uint32_t i = 0; i < BL_TAKE_TEMPOS_MAX; ++i) {
    const BlTempo tempo = { i * 1000u, 91.7 + i, 3.5f, 8 };
    take->tempos[i]     = tempo;
  }
  for (uint32_t i = 0; i < BL_TAKE_GAPS_MAX; ++i) {
    const BlGap gap = { i * 1000u, i, i % 2u };
    take->gaps[i]   = gap;
  }
}

static void
expect_equal(const BlTake* const a, const BlTake* const b)
{
  char* const left  = bl_take_to_json(a);
  char* const right = bl_take_to_json(b);
  assert_string_equal(left, right);
  assert_int_equal(a->frames, b->frames);
  assert_int_equal(a->start, b->start);
  assert_int_equal(a->hash, b->hash);
  assert_true(fabs(a->beat - b->beat) < 1e-14);
  assert_memory_equal(a->tempos, b->tempos, sizeof(a->tempos));
  free(left);
  free(right);
}

static void
json_goes_there_and_back(void** const state)
{
  (void)state;
  BlTake take;
  BlTake back;
  fill_take(&take);
  char* text = bl_take_to_json(&take);
  assert_int_equal(bl_take_from_json(text, &back), BL_SUCCESS);
  expect_equal(&take, &back);
  assert_int_equal(back.missing, 20);
  assert_int_equal(back.invalid, 21);

  // As older Backlines wrote it
  cJSON* const old = cJSON_Parse(text);
  cJSON_DeleteItemFromObject(old, "missing");
  cJSON_DeleteItemFromObject(old, "invalid");
  free(text);
  text = cJSON_Print(old);
  cJSON_Delete(old);
  assert_int_equal(bl_take_from_json(text, &back), BL_SUCCESS);
  assert_int_equal(back.missing, 0);
  assert_int_equal(back.invalid, 0);
  assert_int_equal(back.clipped, 19);
  free(text);

  // Silence, and what is not known
  take.peak_dbfs     = -INFINITY;
  take.loudness_lufs = NAN;
  take.has_position  = false;
  take.has_bar       = false;
  text               = bl_take_to_json(&take);
  assert_int_equal(bl_take_from_json(text, &back), BL_SUCCESS);
  assert_true(isinf(back.peak_dbfs) && back.peak_dbfs < 0.0);
  assert_true(isnan(back.loudness_lufs));
  assert_false(back.has_position || back.has_bar);
  free(text);
}

static void
json_knows_no_locale(void** const state)
{
  (void)state;
  // A locale of our own with a decimal comma: none need be installed
  const char* const tmp = getenv("BL_TMP");
  char              command[1000];
  snprintf(command, sizeof(command),
           "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1",
           tmp ? tmp : root);
  (void)!system(command);
  setenv("LOCPATH", tmp ? tmp : root, 1);
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
    fail_msg("localedef (Debian: locales) cannot make de_DE.UTF-8");
  }
  assert_string_equal(localeconv()->decimal_point, ",");
  json_goes_there_and_back(state);

  BlTake take;
  fill_take(&take);
  char* const text = bl_take_to_json(&take);
  assert_non_null(strstr(text, "-23.45678901234"));
  free(text);
  setlocale(LC_ALL, "C");
}

static void
damaged_json_is_no_take(void** const state)
{
  (void)state;
  BlTake take;
  BlTake back;
  fill_take(&take);
  take.n_tempos    = 2u;
  take.n_gaps      = 2u;
  char* const text = bl_take_to_json(&take);
  char* const copy = strdup(text);
  for (size_t i = 0; i < strlen(text); ++i) {
    memcpy(copy, text, strlen(text) + 1u);
    copy[i] = '\0';
    assert_int_equal(bl_take_from_json(copy, &back), BL_BAD_FILE);

    // Any byte may be any other: no crash, and nothing out of range
    copy[i] = (char)(text[i] ^ (char)(1u << (i % 7u)));
    memset(&back, 0, sizeof(back));
    if (!bl_take_from_json(copy, &back)) {
      assert_true(back.n_gaps <= BL_TAKE_GAPS_MAX);
      assert_true(back.n_tempos <= BL_TAKE_TEMPOS_MAX);
      assert_true(back.channels >= 1u && back.channels <= 2u);
      assert_true(bl_store_id_is_valid(back.id));
    }
  }
  free(copy);
  free(text);
  assert_int_equal(bl_take_from_json("{\"version\": 2}", &back),
                   BL_UNSUPPORTED);
  assert_int_equal(bl_take_from_json("[]", &back), BL_BAD_FILE);
  assert_int_equal(bl_take_from_json("", &back), BL_BAD_FILE);
}

static void
a_beat_told_in_ticks_is_put_right(void** const state)
{
  (void)state;
  // 1920 ticks a beat: 4649 for 4648.96, and a bar line a tick early
  static const struct
  {
    int64_t start;
    int64_t bar;
    double  beat;
    int64_t want_bar;
    double  want;
  } rows[] = {
    { 1114112, 11, 2.421354293823242, 11, 1114112 / 24000.0 - 44.0 },
    { 1152000, 11, 3.9994792938232422, 12, 0.0 },
    { 1152000, 12, 0.0004, 12, 0.0 },
    { 1152000, 12, 0.001, 12, 0.001 }, // Another tempo before: as told
    { 1152000, 20, 0.0004, 20, 0.0004 },
    { -24000, -1, 3.0003, -1, 3.0 },
  };

  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    BlTake take;
    bl_take_init(&take);
    take.rate         = 48000u;
    take.has_position = true;
    take.start        = rows[i].start;
    take.has_bar      = true;
    take.bar          = rows[i].bar;
    take.beat         = rows[i].beat;
    take.n_tempos     = 1u;
    take.tempos[0]    = (BlTempo){ 0u, 120.0, 4.0f, 4 };
    bl_take_settle_beat(&take);
    assert_int_equal(take.bar, rows[i].want_bar);
    assert_true(fabs(take.beat - rows[i].want) < 1e-9);

    take.has_position = false;
    take.beat         = rows[i].beat;
    bl_take_settle_beat(&take);
    assert_true(fabs(take.beat - rows[i].beat) < 1e-12);
  }
}

static void
takes_are_judged(void** const state)
{
  (void)state;
  BlTake take;
  bl_take_init(&take);
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SHORT);
  take.rate   = 48000u;
  take.frames = 47999u;
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SHORT);
  take.frames = 96000u;
  assert_float_equal(bl_take_seconds(&take), 2.0, 0.0);
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SILENT); // No transport
  take.has_position = true;
  assert_int_equal(bl_take_judge(&take), BL_HOST_SILENT);
  take.origin = BL_ORIGIN_BOUNCED;
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SILENT);
  take.peak_dbfs = -70.0;
  take.origin    = BL_ORIGIN_PLAYED;
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SILENT);
  take.peak_dbfs = -12.0;
  assert_int_equal(bl_take_judge(&take), BL_SUCCESS);
}

static void
a_hash_does_not_know_the_pieces(void** const state)
{
  (void)state;
  float audio[1000];
  for (int i = 0; i < 1000; ++i) {
    audio[i] = sinf((float)i) * 1.2f;
  }

  BlTake whole;
  BlTake pieces;
  bl_take_init(&whole);
  bl_take_init(&pieces);
  for (size_t piece = 1u; piece < 40u; ++piece) {
    BlMeasure a;
    BlMeasure b;
    bl_measure_init(&a);
    bl_measure_init(&b);
    bl_measure_add(&a, audio, 997u, NULL);
    for (size_t at = 0u; at < 997u; at += piece) {
      bl_measure_add(&b, audio + at, at + piece < 997u ? piece : 997u - at,
                     NULL);
    }
    bl_measure_finish(&a, &whole);
    bl_measure_finish(&b, &pieces);
    assert_int_equal(whole.hash, pieces.hash);
    assert_int_equal(whole.clipped, pieces.clipped);
    assert_true(whole.clipped > 100u);
    assert_true(whole.peak_dbfs == pieces.peak_dbfs);
  }

  BlMeasure other;
  bl_measure_init(&other);
  audio[996] = -audio[996];
  bl_measure_add(&other, audio, 997u, NULL);
  bl_measure_finish(&other, &pieces);
  assert_int_not_equal(whole.hash, pieces.hash);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh_root)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(an_id_never_leaves_the_root),
    TEST(json_goes_there_and_back),
    TEST(json_knows_no_locale),
    TEST(damaged_json_is_no_take),
    TEST(a_beat_told_in_ticks_is_put_right),
    TEST(takes_are_judged),
    TEST(a_hash_does_not_know_the_pieces),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

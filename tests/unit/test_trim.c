// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/tags.h"
#include "job/prepare.h"
#include "job/trim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#define RATE 48000u
#define MINUTE (60u * RATE)

/// 120 bpm: a beat is 24000 frames
static BlTake
make_take(const double bpm, const float beats, const int32_t unit)
{
  BlTake take;
  bl_take_init(&take);
  take.rate         = RATE;
  take.channels     = 1;
  take.frames       = MINUTE;
  take.has_bar      = true;
  take.n_tempos     = 1;
  take.has_position = true;
  take.tempos[0]    = (BlTempo){ 0, bpm, beats, unit };
  return take;
}

typedef struct
{
  const char* name;
  double      bpm;
  float       beats;
  int32_t     unit;
  int64_t     bar; ///< At the take's first sample
  double      beat;
  uint64_t    sound;
  int64_t     trim;
  int64_t     want_bar;
} Row;

static void
the_cut_lies_on_the_bar_line(void** const state)
{
  (void)state;
  static const Row rows[] = {
    { "on the line, sound at once", 120, 4, 4, 8, 0, 0, 0, 8 },
    { "sound in the first bar", 120, 4, 4, 8, 0, 95999, 0, 8 },
    { "sound on the second line", 120, 4, 4, 8, 0, 96000, 96000, 9 },
    { "one frame before it", 120, 4, 4, 8, 0, 95998, 0, 8 },
    { "three bars of silence", 120, 4, 4, 0, 0, 300000, 288000, 3 },
    { "take from mid-bar", 120, 4, 4, 2, 2.5, 0, -60000, 2 },
    { "mid-bar, sound after the line", 120, 4, 4, 2, 2.5, 40000, 36000, 3 },
    { "just before a line", 120, 4, 4, 2, 3.999, 10, -95976, 2 },
    { "bar before the session's first", 120, 4, 4, -1, 3, 0, -72000, -1 },
    { "across bar 0", 120, 4, 4, -1, 3, 30000, 24000, 0 },
    { "a beat beyond its bar", 120, 4, 4, 1, 5, 0, -24000, 2 },
    { "a beat before its bar", 120, 4, 4, 1, -1, 0, -72000, 0 },
    { "3/4", 90, 3, 4, 0, 0, 200000, 192000, 2 },
    { "6/8, eighths at 180", 180, 6, 8, 4, 0, 100000, 96000, 5 },
    { "6/8 from its fourth eighth", 180, 6, 8, 4, 3, 0, -48000, 4 },
    { "7/8, eighths at 200", 200, 7, 8, 0, 0, 101000, 100800, 1 },
    { "5/4", 100, 5, 4, 0, 1, 115199, -28800, 0 },
    { "5/4, line", 100, 5, 4, 0, 1, 115200, 115200, 1 },
    { "11/16", 240, 11, 16, 0, 0, 132001, 132000, 1 },
    { "a tempo that does not divide", 97.3, 4, 4, 0, 0, 300000, 236793, 2 },
  };

  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    BlTake take = make_take(rows[i].bpm, rows[i].beats, rows[i].unit);
    take.bar    = rows[i].bar;
    take.beat   = rows[i].beat;

    const BlTrim trim = bl_trim_find(&take, rows[i].sound, take.frames);
    if (!trim.has_bar || trim.bar != rows[i].want_bar || trim.beat != 0.0 ||
        trim.trim != rows[i].trim) {
      fail_msg("%s: trim %lld, bar %lld", rows[i].name, (long long)trim.trim,
               (long long)trim.bar);
    }
    assert_true(trim.trim <= (int64_t)rows[i].sound);
    assert_int_equal((int64_t)trim.frames + trim.trim, take.frames);
  }
}

static void
tempo_changes_move_the_lines(void** const state)
{
  (void)state;
  // Two bars at 120 (96000 each), then 60 (192000 each)
  BlTake take    = make_take(120, 4, 4);
  take.n_tempos  = 2;
  take.tempos[1] = (BlTempo){ 192000, 60, 4, 4 };
  assert_int_equal(bl_trim_find(&take, 190000, MINUTE).trim, 96000);
  assert_int_equal(bl_trim_find(&take, 383999, MINUTE).trim, 192000);
  assert_int_equal(bl_trim_find(&take, 383999, MINUTE).bar, 2);
  assert_int_equal(bl_trim_find(&take, 384000, MINUTE).trim, 384000);
  assert_int_equal(bl_trim_find(&take, 384000, MINUTE).bar, 3);

  // In mid-bar: half a bar at 120 is 48000, the other at 60 is 96000
  take.tempos[1].frame = 48000;
  assert_int_equal(bl_trim_find(&take, 143998, MINUTE).trim, 0);
  assert_int_equal(bl_trim_find(&take, 144000, MINUTE).trim, 144000);

  // The sound is before the change: it does not matter
  take.tempos[1].frame = 500000;
  assert_int_equal(bl_trim_find(&take, 100000, MINUTE).trim, 96000);
}

static void
a_new_meter_begins_a_bar(void** const state)
{
  (void)state;
  // Two bars of 4/4, then 3/4, all at 120; told up to a block late
  for (uint64_t late = 0; late <= 8192; late += 1024) {
    BlTake take    = make_take(120, 4, 4);
    take.n_tempos  = 2;
    take.tempos[1] = (BlTempo){ 192000 + late, 120, 3, 4 };

    const BlTrim trim = bl_trim_find(&take, 270000, MINUTE);
    assert_int_equal(trim.trim, 264000);
    assert_int_equal(trim.bar, 3);
  }

  // In the midst of a bar: the bar is cut short there
  BlTake take    = make_take(120, 4, 4);
  take.n_tempos  = 2;
  take.tempos[1] = (BlTempo){ 168000, 120, 3, 4 };
  assert_int_equal(bl_trim_find(&take, 170000, MINUTE).trim, 168000);
  assert_int_equal(bl_trim_find(&take, 170000, MINUTE).bar, 2);
}

static void
without_bars_only_silence_goes(void** const state)
{
  (void)state;
  BlTake take  = make_take(120, 4, 4);
  take.has_bar = false;
  BlTrim trim  = bl_trim_find(&take, 100000, 200000);
  assert_false(trim.has_bar);
  assert_int_equal(trim.trim, 100000 - 2400);
  assert_int_equal(trim.frames, 100000 + 2 * 2400);
  assert_int_equal(bl_trim_find(&take, 100, 200000).trim, 0);

  take               = make_take(0, 4, 4);
  take.tempos[0].bpm = 0.0;
  trim               = bl_trim_find(&take, 100000, 200000);
  assert_false(trim.has_bar);

  // Known at first, unknown before the sound
  take           = make_take(120, 4, 4);
  take.n_tempos  = 2;
  take.tempos[1] = (BlTempo){ 50000, 0, 0, 0 };
  assert_false(bl_trim_find(&take, 100000, 200000).has_bar);
  assert_true(bl_trim_find(&take, 40000, 200000).has_bar);
}

static void
nonsense_is_not_believed(void** const state)
{
  (void)state;
  static const double bad[] = { NAN, INFINITY, -INFINITY, 1e300, -1e300 };
  for (size_t i = 0; i < BL_COUNT(bad); ++i) {
    BlTake take = make_take(120, 4, 4);
    take.beat   = bad[i];
    assert_false(bl_trim_find(&take, 1000, 2000).has_bar);

    take = make_take(bad[i], 4, 4);
    assert_false(bl_trim_find(&take, 1000, 2000).has_bar);

    take = make_take(120, (float)bad[i], 4);
    assert_false(bl_trim_find(&take, 1000, 2000).has_bar);
  }

  // A bar of ten minutes would put ten minutes of silence in front
  BlTake take       = make_take(10, 100, 4);
  take.beat         = 99;
  const BlTrim trim = bl_trim_find(&take, 0, 2000);
  assert_false(trim.has_bar);
  assert_int_equal(trim.trim, 0);

  // Sound beyond the end
  take = make_take(120, 4, 4);
  assert_int_equal(bl_trim_find(&take, MINUTE + 5, MINUTE + 9).trim, 0);
  assert_int_equal(bl_trim_find(&take, MINUTE + 5, MINUTE + 9).frames, MINUTE);
}

static void
the_end_keeps_a_margin(void** const state)
{
  (void)state;
  const BlTake take = make_take(120, 4, 4);
  assert_int_equal(bl_trim_find(&take, 0, 100000).frames, 102400);
  assert_int_equal(bl_trim_find(&take, 0, MINUTE - 100).frames, MINUTE);
  assert_int_equal(bl_trim_find(&take, 0, MINUTE).frames, MINUTE);
}

static void
comment_is(const BlTake* const take,
           const uint64_t      sound,
           const char* const   want)
{
  char         text[2048];
  const BlTrim trim = bl_trim_find(take, sound, take->frames);
  bl_trim_comment(take, &trim, text, sizeof(text));
  assert_string_equal(text, want);
}

static void
the_comment_says_what_is_known(void** const state)
{
  (void)state;
  BlTake take = make_take(92, 4, 4);
  comment_is(&take, 0, "backline: bpm=92.000; meter=4/4; bar=0.000000");
  take.origin = BL_ORIGIN_IMPORTED;
  comment_is(&take, 0,
             "backline: bpm=92.000; meter=4/4; bar=0.000000; by=user");
  take.origin = BL_ORIGIN_PLAYED;

  take = make_take(180.5, 6, 8);
  comment_is(&take, 0, "backline: bpm=180.500; meter=6/8; bar=0.000000");

  take.has_bar = false;
  comment_is(&take, 0, "backline: bpm=180.500; meter=6/8");

  take.tempos[0].bpm = 0;
  comment_is(&take, 0, "backline: meter=6/8");

  take.n_tempos = 0;
  comment_is(&take, 0, "backline:");

  // Changes count from the upload's first sample
  take           = make_take(120, 4, 4);
  take.n_tempos  = 3;
  take.tempos[1] = (BlTempo){ 192000, 90, 3, 4 };
  take.tempos[2] = (BlTempo){ 480000, 100.25, 3, 4 };
  comment_is(&take, 100000,
             "backline: bpm=120.000; meter=4/4; bar=0.000000; "
             "tempo=2.000000:90.000:3/4; tempo=8.000000:100.250:3/4");
}

static void
the_comment_ignores_the_locale(void** const state)
{
  (void)state;
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
    print_message("# no German locale here; the formatter uses no locale\n");
  }
  const BlTake take = make_take(92.5, 4, 4);
  comment_is(&take, 0, "backline: bpm=92.500; meter=4/4; bar=0.000000");
  setlocale(LC_ALL, "C");
}

static void
a_short_buffer_cuts_no_item_in_two(void** const state)
{
  (void)state;
  BlTake take   = make_take(120, 4, 4);
  take.n_tempos = BL_TAKE_TEMPOS_MAX;
  for (uint32_t i = 1; i < BL_TAKE_TEMPOS_MAX; ++i) {
    take.tempos[i] = (BlTempo){ i * 20000u, 100 + i, 4, 4 };
  }
  const BlTrim trim = bl_trim_find(&take, 0, take.frames);
  for (size_t size = 1; size < 400; ++size) {
    char text[400];
    memset(text, 'x', sizeof(text));
    bl_trim_comment(&take, &trim, text, size);
    assert_true(strlen(text) < size);
    const char* const last = strrchr(text, ';');
    if (size > 100) {
      assert_non_null(last);
      assert_non_null(strstr(last, "/4"));
    }
  }
}

static void
a_take_without_a_place_keeps_its_front(void** const state)
{
  (void)state;
  BlTake take       = make_take(120, 4, 4);
  take.has_position = false;

  const BlTrim on_line = bl_trim_find(&take, 300000, 400000);
  assert_int_equal(on_line.trim, 0);
  assert_true(on_line.has_bar);
  assert_true(on_line.frames >= 400000 && on_line.frames < MINUTE);

  take.beat            = 2.5;
  const BlTrim mid_bar = bl_trim_find(&take, 300000, 400000);
  assert_int_equal(mid_bar.trim, 0);
  assert_false(mid_bar.has_bar);

  take.has_bar         = false;
  const BlTrim unknown = bl_trim_find(&take, 300000, 400000);
  assert_int_equal(unknown.trim, 0);
  assert_false(unknown.has_bar);
}

static void
a_title_is_cut_between_characters(void** const state)
{
  (void)state;
  BlTake take = make_take(120.0, 4.0f, 4);
  BlJob  job;
  char   title[BL_TEXT_BYTES];
  bl_job_init(&job);
  memcpy(take.created, "2026-11-22T10:13:40Z", 21);

  memset(take.name, 'n', sizeof(take.name) - 1);
  bl_prepare_title(&job, &take, title, sizeof(title));
  assert_int_equal(strlen(title), BL_TITLE_CHARS);
  assert_string_equal(title + BL_TITLE_CHARS - 11, " 2026-11-22");

  // A byte before letters of two
  take.name[0] = 'x';
  for (size_t i = 1; i + 2 < sizeof(take.name); i += 2) {
    memcpy(take.name + i, "\u0416", 3);
  }
  bl_prepare_title(&job, &take, title, sizeof(title));
  assert_true(bl_utf8_count(title) <= BL_TITLE_CHARS);
  assert_non_null(strstr(title, "\u0416 2026-11-22"));

  memcpy(take.name, "\xE9t\xE9", 4);
  bl_prepare_title(&job, &take, title, sizeof(title));
  assert_string_equal(title, "\uFFFDt\uFFFD 2026-11-22");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_cut_lies_on_the_bar_line),
    cmocka_unit_test(a_take_without_a_place_keeps_its_front),
    cmocka_unit_test(a_title_is_cut_between_characters),
    cmocka_unit_test(tempo_changes_move_the_lines),
    cmocka_unit_test(a_new_meter_begins_a_bar),
    cmocka_unit_test(without_bars_only_silence_goes),
    cmocka_unit_test(nonsense_is_not_believed),
    cmocka_unit_test(the_end_keeps_a_margin),
    cmocka_unit_test(the_comment_says_what_is_known),
    cmocka_unit_test(the_comment_ignores_the_locale),
    cmocka_unit_test(a_short_buffer_cuts_no_item_in_two),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

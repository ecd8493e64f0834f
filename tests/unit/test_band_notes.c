// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// What a musician would mark in the band's notes, in every groove; the long
// form over people's melodies is build/tests/evaluate/backings

#include "evaluate/backing.h"
#include "evaluate/metric_backing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SONGS 4u

static BlGrooves* grooves;

/// What every groove keeps in both variants
static const struct
{
  BlBackingFigure of;
  double          least;
  double          most;
} bounds[] = {
  { BL_BACKING_CLASH, 0.0, 0.04 },    { BL_BACKING_OUTSIDE, 0.0, 0.02 },
  { BL_BACKING_ROOT, 0.99, 1.0 },     { BL_BACKING_REPEAT, 0.0, 0.01 },
  { BL_BACKING_DOUBLED, 0.0, 0.5 },   { BL_BACKING_CROSSED, 0.0, 0.01 },
  { BL_BACKING_LEAP_COMP, 0.0, 3.0 }, { BL_BACKING_LEAP_PAD, 0.0, 3.0 },
  { BL_BACKING_MUD, 0.0, 0.04 },      { BL_BACKING_DEAD, 0.0, 0.0 },
  { BL_BACKING_LATE, 0.0, 0.0 },      { BL_BACKING_ENDING, 1.0, 1.0 },
  { BL_BACKING_FLAT, 0.0, 0.2 },      { BL_BACKING_VELOCITY, 2.5, 20.0 },
  { BL_BACKING_SHARED, 0.0, 0.45 },
};

static void
check_bounds(const char* const             groove,
             const unsigned                v,
             const BlBackingFigures* const figures)
{
  for (size_t i = 0; i < BL_COUNT(bounds); ++i) {
    const double value = bl_metric_backing(figures, bounds[i].of);
    if (figures->of[bounds[i].of].whole > 0.0 &&
        (value < bounds[i].least || value > bounds[i].most)) {
      fail_msg("%s %c: %s is %.3f", groove, (char)('A' + v),
               bl_backing_names[bounds[i].of], value);
    }
  }
}

/// Both variants of a groove over all songs
static void
measure_groove(const BlSongs* const songs,
               const char* const    name,
               BlBackingFigures     figures[BL_VARIANTS])
{
  memset(figures, 0, BL_VARIANTS * sizeof(figures[0]));
  for (size_t i = 0; i < songs->n; ++i) {
    BlPiece   piece;
    BlBacking backing;
    assert_int_equal(bl_piece_init(&songs->songs[i], &piece), 0);
    const BlBackingVoice voice = bl_backing_of_piece(&piece, &songs->songs[i]);
    assert_int_equal(bl_backing_init(grooves, &voice, name, &backing), 0);
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      bl_metric_backing_add(&backing, v, &figures[v]);
    }
    bl_backing_deinit(&backing);
    bl_piece_deinit(&piece);
  }
}

static void
no_groove_has_wrong_notes(void** const state)
{
  (void)state;
  BlSongs          songs;
  BlBackingFigures all = { 0 };
  assert_int_equal(bl_songs_make(SONGS, &songs), 0);
  for (size_t g = 0; g < grooves->n; ++g) {
    BlBackingFigures figures[BL_VARIANTS];
    measure_groove(&songs, grooves->grooves[g].name, figures);
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      check_bounds(grooves->grooves[g].name, v, &figures[v]);
      for (unsigned f = 0; f < BL_BACKING_FIGURES; ++f) {
        all.of[f].part += figures[v].of[f].part;
        all.of[f].whole += figures[v].of[f].whole;
      }
    }
  }
  for (unsigned f = 0; f < BL_BACKING_FIGURES; ++f) {
    print_message("# %s: %.3f\n", bl_backing_names[f],
                  bl_metric_backing(&all, (BlBackingFigure)f));
  }
  assert_true(bl_metric_backing(&all, BL_BACKING_CLASH) < 0.006);
  assert_true(bl_metric_backing(&all, BL_BACKING_DOUBLED) < 0.4);
  assert_true(bl_metric_backing(&all, BL_BACKING_FILL) > 0.9);
  bl_songs_deinit(&songs);
}

/// The same tunes in three and in six: a bar has one chord there, and what is
/// sung on its first beat may be no tone of it
static void
nor_has_one_in_three_or_six(void** const state)
{
  (void)state;
  static const unsigned meters[][2] = { { 3, 4 }, { 6, 8 } };
  static const double   most[]      = { 0.004, 0.02 };
  for (size_t m = 0; m < BL_COUNT(meters); ++m) {
    BlSongs          songs;
    BlBackingFigures all = { 0 };
    assert_int_equal(bl_songs_make(SONGS, &songs), 0);
    for (size_t i = 0; i < songs.n; ++i) {
      songs.songs[i].beats = meters[m][0];
      songs.songs[i].unit  = meters[m][1];
    }
    for (size_t g = 0; g < grooves->n; ++g) {
      BlBackingFigures figures[BL_VARIANTS];
      measure_groove(&songs, grooves->grooves[g].name, figures);
      for (unsigned v = 0; v < BL_VARIANTS; ++v) {
        all.of[BL_BACKING_CLASH].part += figures[v].of[BL_BACKING_CLASH].part;
        all.of[BL_BACKING_CLASH].whole += figures[v].of[BL_BACKING_CLASH].whole;
        assert_true(bl_metric_backing(&figures[v], BL_BACKING_DEAD) == 0.0);
        assert_true(bl_metric_backing(&figures[v], BL_BACKING_LATE) == 0.0);
        assert_true(bl_metric_backing(&figures[v], BL_BACKING_ROOT) > 0.98);
        assert_true(bl_metric_backing(&figures[v], BL_BACKING_MUD) < 0.04);
      }
    }
    print_message("# %u/%u: clash %.4f\n", meters[m][0], meters[m][1],
                  bl_metric_backing(&all, BL_BACKING_CLASH));
    assert_true(all.of[BL_BACKING_CLASH].whole > 500.0);
    assert_true(bl_metric_backing(&all, BL_BACKING_CLASH) < most[m]);
    bl_songs_deinit(&songs);
  }
}

/// A checker that cannot fail proves nothing: each fault is seen
static void
the_checker_sees_faults(void** const state)
{
  (void)state;
  BlSongs   songs;
  BlPiece   piece;
  BlBacking backing;
  assert_int_equal(bl_songs_make(1, &songs), 0);
  assert_int_equal(bl_piece_init(&songs.songs[0], &piece), 0);
  const BlBackingVoice voice = bl_backing_of_piece(&piece, &songs.songs[0]);
  assert_int_equal(bl_backing_init(grooves, &voice, "jazz swing", &backing), 0);
  BlScore* const score = &backing.scores[0];
  for (size_t i = 0; i < score->n; ++i) {
    BlEvent* const e = &score->events[i];
    e->velocity      = 80;
    if (e->part == BL_ROLE_COMP && e->time < score->last_chord - 1.0) {
      // Everything a semitone above the first tone sung: wrong, and low
      e->key =
        (unsigned char)(25 + lround((double)piece.notes.notes[0].midi) % 12);
      e->length = 3.0;
    } else if (e->part == BL_ROLE_BASS) {
      e->key = 30;
    }
  }
  BlBackingFigures figures = { 0 };
  bl_metric_backing_add(&backing, 0, &figures);
  assert_true(bl_metric_backing(&figures, BL_BACKING_CLASH) > 0.1);
  assert_true(bl_metric_backing(&figures, BL_BACKING_OUTSIDE) > 0.05);
  assert_true(bl_metric_backing(&figures, BL_BACKING_ROOT) < 0.5);
  assert_true(bl_metric_backing(&figures, BL_BACKING_REPEAT) > 0.99);
  assert_true(bl_metric_backing(&figures, BL_BACKING_CROSSED) > 0.5 ||
              bl_metric_backing(&figures, BL_BACKING_MUD) > 0.5);
  assert_true(bl_metric_backing(&figures, BL_BACKING_FLAT) > 0.99);
  bl_backing_deinit(&backing);
  bl_piece_deinit(&piece);
  bl_songs_deinit(&songs);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_groove_has_wrong_notes),
    cmocka_unit_test(nor_has_one_in_three_or_six),
    cmocka_unit_test(the_checker_sees_faults),
  };
  grooves          = bl_grooves_load();
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  free(grooves);
  return failed;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "unit/band_piece.h"
#include "key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

static BlKey
key_of(const Piece* const piece)
{
  BlKey key;
  bl_key_find(&piece->notes, &key);
  return key;
}

// Four bars of a public domain melody: start, length, key
static const double lament[][3] = {
  { 0, 6, 69 },  { 6, 2, 71 },  { 8, 4, 72 },  { 12, 4, 69 },
  { 16, 6, 76 }, { 22, 2, 74 }, { 24, 8, 72 }, { 32, 6, 74 },
  { 38, 2, 72 }, { 40, 4, 71 }, { 44, 4, 68 }, { 48, 14, 69 },
};

static void
our_own_melodies_have_their_key(void** const state)
{
  (void)state;
  Piece piece;
  piece_init_ode(&piece, 4);
  BlKey key = key_of(&piece);
  assert_string_equal(bl_key_name(key.tonic, key.minor), "C major");
  // Begins and ends at home, and every chord belongs to the key
  assert_true(piece.chords[0].root == 0 && !piece.chords[0].minor);
  assert_true(piece.chords[piece.slots.n - 1u].root == 0);
  for (size_t i = 0; i < piece.slots.n; ++i) {
    assert_true(bl_scale_has(0, false, piece.chords[i].root));
  }
  piece_deinit(&piece);

  piece_init(&piece, lament, BL_COUNT(lament), 80.0, 4);
  key = key_of(&piece);
  assert_string_equal(bl_key_name(key.tonic, key.minor), "A minor");
  piece_deinit(&piece);
}

/// Transposed alike, and never sure of nothing
static void
a_key_moves_with_its_melody(void** const state)
{
  (void)state;
  for (unsigned mode = 0; mode < 2u; ++mode) {
    Piece piece;
    if (mode) {
      piece_init(&piece, lament, BL_COUNT(lament), 80.0, 4);
    } else {
      piece_init_ode(&piece, 4);
    }
    const BlKey first = key_of(&piece);
    assert_true(first.confidence > 0.5 && first.confidence <= 1.0);
    for (unsigned up = 1; up < 12u; ++up) {
      for (size_t i = 0; i < piece.notes.n; ++i) {
        piece.notes.notes[i].midi += 1.0f;
      }
      const BlKey key = key_of(&piece);
      assert_int_equal(key.tonic, (first.tonic + up) % 12u);
      assert_int_equal(key.minor, mode);
      assert_float_equal(key.confidence, first.confidence, 1e-9);
    }
    piece_deinit(&piece);
  }

  const BlNotes none = { 0 };
  BlKey         key;
  bl_key_find(&none, &key);
  assert_string_equal(bl_key_name(key.tonic, key.minor), "C major");
  assert_float_equal(key.confidence, 0.0, 0.0);
}

static void
the_hosts_grid_is_read(void** const state)
{
  (void)state;
  BlGrid grid;
  assert_int_equal(bl_grid_init(&grid), 0);
  assert_true(bl_grid_read_comment(
    &grid, "take 3; backline: bpm=120.000; meter=4/4; bar=0.500000; "
           "tempo=4.500000:60.000:3/4; tempo=7.500000:90.500:3/4"));
  assert_int_equal(bl_grid_finish(&grid, 12.0), 0);
  assert_float_equal(grid.bars[0].time, 0.5, 1e-9);
  assert_float_equal(grid.bars[1].time, 2.5, 1e-9);
  assert_float_equal(grid.bars[2].time, 4.5, 1e-9);
  assert_int_equal(grid.bars[2].beats, 3);
  assert_float_equal(grid.bars[3].time, 7.5, 1e-9);
  assert_float_equal(grid.bars[4].time, (float)(7.5 + 3.0 * 60.0 / 90.5), 1e-5);
  for (double t = 0.0; t < 12.0; t += 0.37) {
    assert_float_equal(bl_grid_time(&grid, bl_grid_beat(&grid, t)), t, 1e-9);
  }
  bl_grid_deinit(&grid);

  static const char* const bad[] = {
    "",
    "backline:",
    "backline: bpm=; meter=4/4",
    "backline: bpm=92; meter=4",
    "backline: bpm=1e9",
    "backline: bpm=-92; meter=4/4; bar=0",
    "backline: bpm=92; meter=0/4; bar=0",
    "backline: bpm=nan; meter=4/4",
  };
  for (size_t i = 0; i < BL_COUNT(bad); ++i) {
    assert_int_equal(bl_grid_init(&grid), 0);
    assert_false(bl_grid_read_comment(&grid, bad[i]));
    bl_grid_deinit(&grid);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(our_own_melodies_have_their_key),
    cmocka_unit_test(a_key_moves_with_its_melody),
    cmocka_unit_test(the_hosts_grid_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

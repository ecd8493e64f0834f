// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "unit/band_piece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Bars in which `part` (or all: BL_N_PARTS) does the same in two scores
static size_t
count_same_bars(const Piece* const   piece,
                const unsigned       part,
                const BlScore* const a,
                const BlScore* const b)
{
  size_t same = 0;
  for (size_t bar = 0; bar < piece->grid.n_bars; ++bar) {
    const double from    = piece->grid.bars[bar].time - 0.02;
    const double to      = piece->grid.bars[bar + 1u].time - 0.02;
    uint64_t     sums[2] = { 0, 0 };
    for (unsigned k = 0; k < 2u; ++k) {
      const BlScore* const score = k ? b : a;
      for (size_t i = 0; i < score->n; ++i) {
        const BlEvent* const e = &score->events[i];
        if (e->time >= from && e->time < to &&
            (part == BL_N_PARTS || e->part == part)) {
          // Sums of squares do not heed the order, nor humanised times
          const double   place = bl_grid_beat(&piece->grid, e->time) * 4.0;
          const uint64_t word =
            (uint64_t)lround(place) * 4099u + e->key * 131u + e->part + 1u;
          sums[k] += word * word;
        }
      }
    }
    same += sums[0] == sums[1];
  }
  return same;
}

/// The greater styleWeight, the more bars are the style's own
static void
style_weight_is_the_styles_share(void** const state)
{
  (void)state;
  Piece piece;
  piece_init_long(&piece);
  for (size_t g = 0; g < piece.grooves->n; ++g) {
    if (!strcmp(piece.grooves->grooves[g].name, "pop") ||
        piece.grooves->grooves[g].beats != 4u) {
      continue;
    }
    BlScore own;
    size_t  before = 0;
    size_t  least  = 0;
    piece_arrange(&piece, piece.grooves->grooves[g].name, "", 0, &own);
    for (unsigned step = 0; step <= 10u; ++step) {
      const PieceFields fields = { 0.1 * step, 0.2, 0.6, '\0' };
      BlScore           score;
      piece_arrange_with(&piece, piece.grooves->grooves[g].name, "", 0, &fields,
                         &score);
      const size_t same = count_same_bars(&piece, BL_PART_DRUMS, &own, &score);
      assert_true(same >= before);
      least  = step ? least : same;
      before = same;
      bl_score_deinit(&score);
    }
    assert_int_equal(before, piece.grid.n_bars);
    if (least > piece.grid.n_bars / 4u) {
      fail_msg("%s at weight 0 keeps %zu of %zu bars",
               piece.grooves->grooves[g].name, least, piece.grid.n_bars);
    }
    bl_score_deinit(&own);
  }
  piece_deinit(&piece);
}

/// Strokes of those who accompany, [1] under the voice and [0] in its rests
static void
count_strokes(const Piece* const   piece,
              const BlScore* const score,
              size_t               counts[2])
{
  counts[0] = counts[1] = 0;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->time < score->last_chord - 0.1 &&
        (e->part == BL_ROLE_COMP || e->part == BL_ROLE_ARP)) {
      const double beat = bl_grid_beat(&piece->grid, e->time + 0.03);
      ++counts[piece->slots.slots[bl_slots_at(&piece->slots, beat)].sung >
               0.3f];
    }
  }
}

/// The greater audioWeight, the thinner under the voice, and only there
static void
audio_weight_gives_way_to_the_voice(void** const state)
{
  (void)state;
  Piece  piece;
  size_t all[2] = { 0, 0 };
  piece_init_long(&piece);
  for (size_t g = 0; g < piece.grooves->n; ++g) {
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      size_t before[2] = { 0, 0 };
      for (unsigned step = 0; step <= 4u; ++step) {
        const PieceFields fields = { 1.0, 0.2, 0.25 * step, '\0' };
        BlScore           score;
        size_t            now[2];
        piece_arrange_with(&piece, piece.grooves->grooves[g].name, "", v,
                           &fields, &score);
        count_strokes(&piece, &score, now);
        bl_score_deinit(&score);
        if (step && (now[1] > before[1] || now[0] != before[0])) {
          fail_msg("%s %u: %zu -> %zu sung, %zu -> %zu in rests at %.2f",
                   piece.grooves->grooves[g].name, v, before[1], now[1],
                   before[0], now[0], fields.audio);
        }
        memcpy(before, now, sizeof(now));
        all[0] += step == 0u ? now[1] : 0u;
        all[1] += step == 4u ? now[1] : 0u;
      }
    }
  }
  print_message("# strokes under the voice: %zu at audioWeight 0, %zu at 1\n",
                all[0], all[1]);
  assert_true(10u * all[1] < 8u * all[0]);
  piece_deinit(&piece);
}

/// The greater weirdnessConstraint, the fewer bars are as usual
static void
weirdness_leaves_the_usual(void** const state)
{
  (void)state;
  Piece  piece;
  size_t at_most[2] = { 0, 0 };
  piece_init_long(&piece);
  for (size_t g = 0; g < piece.grooves->n; ++g) {
    BlScore usual;
    size_t  before = piece.grid.n_bars;
    piece_arrange(&piece, piece.grooves->grooves[g].name, "", 1, &usual);
    for (unsigned step = 0; step <= 5u; ++step) {
      const PieceFields fields = { 1.0, 0.2 * step, 0.6, '\0' };
      BlScore           score;
      piece_arrange_with(&piece, piece.grooves->grooves[g].name, "", 1, &fields,
                         &score);
      // All but the answering part, whose player is another all through
      const size_t same =
        count_same_bars(&piece, BL_PART_DRUMS, &usual, &score) +
        count_same_bars(&piece, BL_ROLE_COMP, &usual, &score);
      assert_true(step > 1u || same == 2u * piece.grid.n_bars);
      assert_true(step == 0u || same <= before);
      before = same;
      bl_score_deinit(&score);
    }
    at_most[0] += before;
    at_most[1] += 2u * piece.grid.n_bars;
    bl_score_deinit(&usual);
  }
  print_message("# bars as usual at weirdness 1: %zu of %zu\n", at_most[0],
                at_most[1]);
  assert_true(10u * at_most[0] < 9u * at_most[1]);
  piece_deinit(&piece);
}

static double
mean_pad_key(const BlScore* const score)
{
  double sum = 0.0;
  double n   = 0.0;
  for (size_t i = 0; i < score->n; ++i) {
    if (score->events[i].part == BL_ROLE_PAD) {
      sum += score->events[i].key;
      n += 1.0;
    }
  }
  return n > 0.0 ? sum / n : 0.0;
}

static void
vocal_gender_moves_choirs_alone(void** const state)
{
  (void)state;
  static const struct
  {
    const char* tags;
    const char* negative;
    bool        sings;
  } rows[] = {
    { "pop, choir, epic", "", true },
    { "gospel, oohs, epic", "strings", true },
    { "pop, epic", "", false },
    { "synthwave, ambient, epic", "", false },
    { "pop, choir, epic", "vocals, singing, choir", false },
  };
  Piece piece;
  piece_init_long(&piece);
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    BlScore scores[3];
    BlStyle style;
    bl_style_read(piece.grooves, rows[i].tags, rows[i].negative, &style);
    assert_int_equal(bl_style_sings(&style), rows[i].sings);
    for (unsigned k = 0; k < 3u; ++k) {
      const PieceFields fields = { 1.0, 0.2, 0.6, "\0mf"[k] };
      piece_arrange_with(&piece, rows[i].tags, rows[i].negative, 0, &fields,
                         &scores[k]);
    }
    const size_t bars = piece.grid.n_bars;
    const size_t same =
      count_same_bars(&piece, BL_N_PARTS, &scores[1], &scores[2]);
    assert_true(rows[i].sings ? same < bars / 4u : same == bars);
    if (rows[i].sings) {
      assert_true(mean_pad_key(&scores[1]) + 7.0 < mean_pad_key(&scores[2]));
    }
    for (unsigned k = 0; k < 3u; ++k) {
      bl_score_deinit(&scores[k]);
    }
  }
  piece_deinit(&piece);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(style_weight_is_the_styles_share),
    cmocka_unit_test(audio_weight_gives_way_to_the_voice),
    cmocka_unit_test(weirdness_leaves_the_usual),
    cmocka_unit_test(vocal_gender_moves_choirs_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

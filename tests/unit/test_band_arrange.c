// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "unit/band_piece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRATING_MOST 0.05
#define BAR_S (4.0 * 60.0 / 96.0) ///< Of the long piece

/// Where in the bar each drum is struck, and on what the chords are played
static void
fingerprint(const BlScore* const score,
            const Piece* const   piece,
            double               print[128 + 16])
{
  memset(print, 0, 144 * sizeof(double));
  double sum = 0.0;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->part == BL_PART_DRUMS) {
      const double beat  = bl_grid_beat(&piece->grid, e->time);
      const long   place = lround(beat * 4.0) % 16;
      print[e->key] += 1.0;
      print[128 + place] += 1.0;
      sum += 2.0;
    }
  }
  for (unsigned i = 0; i < 144u && sum > 0.0; ++i) {
    print[i] /= sum;
  }
}

static void
grooves_are_pairwise_distinct(void** const state)
{
  (void)state;
  static double prints[64][144];
  Piece         piece;
  piece_init_ode(&piece, 4);
  for (size_t g = 0; g < piece.grooves->n; ++g) {
    BlScore score;
    char    tag[64];
    snprintf(tag, sizeof(tag), "%.*s",
             (int)strcspn(piece.grooves->grooves[g].tags, ","),
             piece.grooves->grooves[g].tags);
    piece_arrange(&piece, tag, "", 0, &score);
    fingerprint(&score, &piece, prints[g]);
    bl_score_deinit(&score);
  }
  for (size_t a = 0; a < piece.grooves->n; ++a) {
    for (size_t b = 0; b < a; ++b) {
      double distance = 0.0;
      for (unsigned i = 0; i < 144u; ++i) {
        distance += fabs(prints[a][i] - prints[b][i]);
      }
      // Grooves of other meters lend 4/4 the same pattern
      const bool lent = piece.grooves->grooves[a].beats != 4u ||
                        piece.grooves->grooves[b].beats != 4u;
      if (distance < 0.12 && !lent) {
        fail_msg("%s and %s sound alike: %.3f", piece.grooves->grooves[a].name,
                 piece.grooves->grooves[b].name, distance);
      }
    }
  }
  piece_deinit(&piece);
}

/// A chord's tone that stays a semitone beside a long sung note is wrong
static void
chords_do_not_grate_on_long_notes(void** const state)
{
  (void)state;
  Piece  piece;
  double grating = 0.0;
  double all     = 0.0;
  double worst   = 0.0;
  piece_init_long(&piece);
  for (size_t k = 0; k < 2u * piece.grooves->n; ++k) {
    BlScore score;
    double  here[2] = { 0.0, 1e-9 };
    piece_arrange(&piece, piece.grooves->grooves[k / 2u].name, "", k % 2u,
                  &score);
    for (size_t i = 0; i < score.n; ++i) {
      const BlEvent* const e = &score.events[i];
      for (size_t n = 0; n < piece.notes.n && e->part != BL_PART_DRUMS; ++n) {
        const BlNote* const note = &piece.notes.notes[n];
        const double        both =
          fmin(e->time + e->length, note->start + note->length) -
          fmax(e->time, note->start);
        if (note->length < 0.4 || both < 0.25) {
          continue;
        }
        const int apart = (e->key - (int)lround((double)note->midi) + 120) % 12;
        here[0] += apart == 1 || apart == 11 ? both : 0.0;
        here[1] += both;
      }
    }
    bl_score_deinit(&score);
    worst = fmax(worst, here[0] / here[1]);
    grating += here[0];
    all += here[1];
  }
  print_message("# seconds a semitone beside long sung notes: %.3f of all, "
                "worst groove %.3f\n",
                grating / all, worst);
  assert_true(grating / all <= GRATING_MOST);
  piece_deinit(&piece);
}

/// Whom a groove names is heard, in one variant or the other
static void
everybody_plays(void** const state)
{
  (void)state;
  Piece piece;
  piece_init_long(&piece);
  for (size_t g = 0; g < piece.grooves->n; ++g) {
    const BlGroove* const groove = &piece.grooves->grooves[g];
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      BlScore score;
      char    tag[64];
      snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(groove->tags, ","),
               groove->tags);
      piece_arrange(&piece, tag, "", v, &score);
      for (unsigned r = 0; r < BL_N_ROLES; ++r) {
        if (bl_instrument_find(groove->players[r][v]) && !score.parts[r].used) {
          fail_msg("%s %c: nobody hears the %s", groove->name, (char)('A' + v),
                   groove->players[r][v]);
        }
      }
      bl_score_deinit(&score);
    }
  }
  piece_deinit(&piece);
}

/// Every bar has something to hear, in every groove and meter
static void
no_bar_is_dead(void** const state)
{
  (void)state;
  for (unsigned beats = 2; beats <= 7u; ++beats) {
    Piece piece;
    piece_init_ode(&piece, beats);
    for (size_t g = 0; g < piece.grooves->n; ++g) {
      BlScore score;
      piece_arrange(&piece, piece.grooves->grooves[g].name, "", g % 2u, &score);
      for (size_t b = 0; piece.grid.bars[b + 1u].time < score.last_chord; ++b) {
        bool heard = false;
        for (size_t i = 0; i < score.n; ++i) {
          const double t = score.events[i].time + 0.01;
          heard |=
            t >= piece.grid.bars[b].time && t < piece.grid.bars[b + 1u].time;
        }
        assert_true(heard);
      }
      bl_score_deinit(&score);
    }
    piece_deinit(&piece);
  }
}

/// Field by field: what lies between the fields may differ
static bool
is_same_event(const BlEvent* const a, const BlEvent* const b)
{
  return a->time == b->time && a->length == b->length && a->part == b->part &&
         a->key == b->key && a->velocity == b->velocity;
}

/// A bar, which is a phrase there, begins at `time`, or the chord changes, or
/// did so up to `late` seconds before
static bool
turns_at(const Piece* const piece, const double time, const double late)
{
  bool turns = false;
  for (size_t i = 0; i < piece->slots.n; ++i) {
    const bool changes = !i ||
                         piece->chords[i].root != piece->chords[i - 1u].root ||
                         piece->chords[i].minor != piece->chords[i - 1u].minor;
    const double start = bl_grid_time(&piece->grid, piece->slots.slots[i].beat);
    turns              = turns || ((changes || !piece->slots.slots[i].inside) &&
                      time > start - 0.15 && time < start + late + 0.15);
  }
  return turns || fabs(piece->grid.bars[piece->grid.n_bars].time - time) < 0.15;
}

/// Without a pulse nobody plays one: no drums, and chords that are held; B's
/// are rolled, for a third of their time at most
static void
free_time_is_held(void** const state)
{
  (void)state;
  Piece piece;
  piece_init_long(&piece);
  piece.free_time = true;
  for (size_t g = 0; g < piece.grooves->n; ++g) {
    for (unsigned variant = 0; variant < BL_VARIANTS; ++variant) {
      const char* const name = piece.grooves->grooves[g].name;
      BlScore           score;
      piece_arrange(&piece, name, "", variant, &score);
      assert_true(score.n > piece.grid.n_bars);
      for (const BlEvent* e = score.events; e < score.events + score.n; ++e) {
        if (e->part == BL_PART_DRUMS ||
            !turns_at(&piece, e->time, variant ? 0.34 * BAR_S : 0.0)) {
          fail_msg("%s: part %u at %.2f s", name, e->part, e->time);
        }
      }
      bl_score_deinit(&score);
    }
  }
  piece_deinit(&piece);
}

/// Notes of B that A plays too
static size_t
count_shared(const BlScore* const of_a, const BlScore* const of_b)
{
  size_t same = 0;
  for (size_t b = 0; b < of_b->n; ++b) {
    for (size_t a = 0; a < of_a->n; ++a) {
      if (of_a->events[a].part == of_b->events[b].part &&
          of_a->events[a].key == of_b->events[b].key &&
          fabs(of_a->events[a].time - of_b->events[b].time) < 0.02) {
        ++same;
        break;
      }
    }
  }
  return same;
}

/// The same twice; and less than half of B's notes are A's
static void
check_variants(const Piece* const piece, const char* const tags)
{
  BlScore scores[3];
  for (unsigned v = 0; v < 3u; ++v) {
    piece_arrange(piece, tags, "", v % 2u, &scores[v]);
  }
  assert_int_equal(scores[0].n, scores[2].n);
  for (size_t i = 0; i < scores[0].n; ++i) {
    assert_true(is_same_event(&scores[0].events[i], &scores[2].events[i]));
  }
  const size_t same = count_shared(&scores[0], &scores[1]);
  if (2u * same > scores[1].n) {
    fail_msg("%s%s: %zu of B's %zu notes are A's", tags,
             piece->free_time ? " in free time" : "", same, scores[1].n);
  }
  for (unsigned v = 0; v < 3u; ++v) {
    bl_score_deinit(&scores[v]);
  }
}

static void
variants_are_two_arrangements(void** const state)
{
  (void)state;
  Piece piece;
  piece_init_ode(&piece, 4);
  for (unsigned k = 0; k < 2u; ++k) {
    piece.free_time = k;
    for (size_t g = 0; g < piece.grooves->n; ++g) {
      check_variants(&piece, piece.grooves->grooves[g].name);
    }
  }
  // Named instruments are the same in both: how they play is not
  check_variants(&piece, "folk, acoustic guitar");
  check_variants(&piece, "ballad, solo piano");
  piece_deinit(&piece);
}

static size_t
count_bass(const Piece* const piece, const unsigned variant)
{
  BlScore score;
  size_t  n = 0;
  piece_arrange(piece, "blues", "", variant, &score);
  for (size_t i = 0; i < score.n; ++i) {
    n += score.events[i].part == BL_ROLE_BASS;
  }
  bl_score_deinit(&score);
  return n;
}

/// A tone that would lie above the bass's range lies elsewhere
static void
the_bass_plays_as_much_in_every_key(void** const state)
{
  (void)state;
  Piece piece;
  piece_init_long(&piece);
  const size_t as[BL_VARIANTS] = { count_bass(&piece, 0),
                                   count_bass(&piece, 1) };
  for (unsigned tonic = 1; tonic < 12u; ++tonic) {
    bl_slots_set_key(&piece.slots, tonic, false);
    for (size_t i = 0; i < piece.slots.n; ++i) {
      BlChord* const chord = &piece.chords[i];
      chord->root          = (unsigned char)((chord->root + 1u) % 12u);
    }
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      assert_int_equal(count_bass(&piece, v), as[v]);
    }
  }
  piece_deinit(&piece);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(grooves_are_pairwise_distinct),
    cmocka_unit_test(chords_do_not_grate_on_long_notes),
    cmocka_unit_test(everybody_plays),
    cmocka_unit_test(no_bar_is_dead),
    cmocka_unit_test(free_time_is_held),
    cmocka_unit_test(variants_are_two_arrangements),
    cmocka_unit_test(the_bass_plays_as_much_in_every_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// What a song's form does to the arrangement: intro, count-in, fills,
// build-up, answers, ending, in numbers and in every groove

#include "unit/band_piece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BPM 96.0
#define RIM 37
#define TURNS 4u ///< Of the four-bar tune

/// Four bars, the last with two beats of rest
static const double tune[][3] = {
  { 0, 4, 72 },  { 4, 4, 67 },  { 8, 8, 64 },  { 16, 4, 72 }, { 20, 4, 71 },
  { 24, 8, 69 }, { 32, 6, 67 }, { 38, 2, 65 }, { 40, 8, 64 }, { 48, 8, 67 },
};

/// The tune TURNS times in C major after `lead` bars in which nobody sings
static void
init_song(Piece* const piece, const unsigned lead)
{
  static double rows[TURNS * BL_COUNT(tune)][3];
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    memcpy(rows[i], tune[i % BL_COUNT(tune)], sizeof(rows[i]));
    rows[i][0] += 64.0 * (double)(i / BL_COUNT(tune)) + 16.0 * lead;
  }
  piece_init(piece, (const double(*)[3])rows, BL_COUNT(rows), BPM, 4);
  piece_harmonise(piece, 0, false);
  bl_harmony_vamp(&piece->slots, piece->chords);
}

/// Sections of four bars with these energies; what is heard is not asked here
static void
set_form(Piece* const piece, const float* const energies, const size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    const BlSection section = { 4u * i, 4u, (char)('A' + i), energies[i],
                                piece->slots.slots[8u * i].sung > 0.0f };
    piece->form.sections[i] = section;
  }
  piece->form.sections[n - 1u].bars = piece->grid.n_bars - 4u * (n - 1u);
  piece->form.n                     = n;
}

typedef struct
{
  double notes;
  double strokes;  ///< Of comp, bass and drums
  double velocity; ///< Mean of those
  double drums;    ///< Notes of them
  double bass;
} Bars;

/// What begins in bars [from, until)
static Bars
count_bars(const Piece* const   piece,
           const BlScore* const score,
           const double         from,
           const double         until)
{
  const double bar = 240.0 / BPM;
  Bars         sum = { 0 };
  (void)piece;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->time >= from * bar - 0.02 && e->time < until * bar - 0.02) {
      const bool leads = e->part != BL_ROLE_ARP && e->part != BL_ROLE_PAD;
      sum.notes += 1.0;
      sum.strokes += leads;
      sum.velocity += leads ? e->velocity : 0.0;
      sum.drums += e->part == BL_PART_DRUMS;
      sum.bass += e->part == BL_ROLE_BASS;
    }
  }
  sum.velocity /= fmax(sum.strokes, 1.0);
  return sum;
}

/// Call `check` with each groove's variants
static void
for_each(const Piece* const piece,
         void (*const check)(const Piece*    piece,
                             const BlGroove* groove,
                             unsigned        v,
                             const BlScore*  score))
{
  for (size_t g = 0; g < piece->grooves->n; ++g) {
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      BlScore score;
      piece_arrange(piece, piece->grooves->grooves[g].name, "", v, &score);
      check(piece, &piece->grooves->grooves[g], v, &score);
      bl_score_deinit(&score);
    }
  }
}

static void
check_intro(const Piece* const    piece,
            const BlGroove* const groove,
            const unsigned        v,
            const BlScore* const  score)
{
  (void)groove;
  (void)v;
  const Bars waiting = count_bars(piece, score, 0.0, 2.0);
  const Bars coming  = count_bars(piece, score, 2.0, 4.0);
  assert_true(count_bars(piece, score, 0.0, 1.0).notes > 0.0);
  assert_true(count_bars(piece, score, 1.0, 2.0).notes > 0.0);
  assert_true(waiting.drums < 0.5 && waiting.bass < 0.5);
  assert_true(coming.bass > 1.5 && coming.drums > 0.5);
}

/// Chords alone first, then everybody, over chords that lead to the first sung
static void
an_intro_leads_in(void** const state)
{
  (void)state;
  Piece piece;
  init_song(&piece, 4);
  for_each(&piece, check_intro);

  // Before the tonic a dominant, and not one chord for four bars
  const BlChord first = piece.chords[bl_slots_at(&piece.slots, 16.0)];
  const BlChord last  = piece.chords[bl_slots_at(&piece.slots, 15.9)];
  size_t        moves = 0;
  for (size_t i = 1; piece.slots.slots[i].bar < 4u; ++i) {
    moves += piece.chords[i].root != piece.chords[i - 1u].root;
  }
  assert_true(first.root == 0 && !first.minor);
  assert_true(last.root == 7 && !last.minor);
  assert_true(moves >= 2u);
  piece_deinit(&piece);
}

static void
check_count_in(const Piece* const    piece,
               const BlGroove* const groove,
               const unsigned        v,
               const BlScore* const  score)
{
  unsigned sticks = 0;
  (void)piece;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->part == BL_PART_DRUMS && e->time < 240.0 / BPM - 0.02) {
      const double beats = e->time * BPM / 60.0;
      if (e->key != RIM || fabs(beats - round(beats)) > 0.002) {
        fail_msg("%s %c: %u at beat %.3f of the count-in", groove->name,
                 (char)('A' + v), e->key, beats);
      }
      ++sticks;
    }
  }
  assert_int_equal(sticks, score->parts[BL_PART_DRUMS].used ? 4 : 0);
}

static void
sticks_count_one_bar(void** const state)
{
  (void)state;
  Piece piece;
  init_song(&piece, 1);
  for_each(&piece, check_count_in);
  piece_deinit(&piece);
}

#define LEAD 3.25 ///< Beats before the first bar line

static bool lead_is_sung;

/// From the first whole beat on a chord sounds until the bar line; sticks on
/// the beats only where nobody sings to them
static void
check_lead(const Piece* const    piece,
           const BlGroove* const groove,
           const unsigned        v,
           const BlScore* const  score)
{
  const double line   = piece->grid.bars[0].time;
  const double whole  = line - 3.0 * 60.0 / BPM;
  unsigned     sticks = 0;
  bool         starts = false;
  bool         holds  = false;
  for (size_t i = 0; i < score->n && score->events[i].time < line - 0.02; ++i) {
    const BlEvent* const e     = &score->events[i];
    const double         beats = (line - e->time) * BPM / 60.0;
    if (e->part == BL_PART_DRUMS) {
      ++sticks;
      assert_true(e->key == RIM && fabs(beats - round(beats)) < 0.002);
      continue;
    }
    const unsigned above = e->key % 12u;
    starts               = starts || fabs(e->time - whole) < 0.06;
    holds                = holds || e->time + e->length > line - 0.15;
    // C, or G7 where B is sung long
    if (lead_is_sung && (above == 0 || above == 4u)) {
      fail_msg("%s %c: %u under a sung B and D", groove->name, (char)('A' + v),
               e->key);
    }
  }
  if (!starts || !holds) {
    fail_msg("%s %c: the lead is not played", groove->name, (char)('A' + v));
  }
  assert_int_equal(sticks,
                   score->parts[BL_PART_DRUMS].used && !lead_is_sung ? 3 : 0);
}

static void
nobody_waits_for_the_first_bar_line(void** const state)
{
  (void)state;
  static double rows[BL_COUNT(tune) + 2u][3];
  for (unsigned sung = 0; sung < 2u; ++sung) {
    size_t n = 0;
    if (sung) {
      static const double upbeat[2][3] = { { 1, 6, 71 }, { 7, 6, 74 } };
      memcpy(rows, upbeat, sizeof(upbeat));
      n = 2;
    }
    for (size_t i = 0; i < BL_COUNT(tune); ++i, ++n) {
      memcpy(rows[n], tune[i], sizeof(rows[n]));
      rows[n][0] += 4.0 * LEAD;
    }
    Piece piece;
    piece_init_with_lead(&piece, (const double(*)[3])rows, n, BPM, 4, LEAD);
    piece_harmonise(&piece, 0, false);
    assert_true(fabs(piece.slots.lead.length - LEAD) < 1e-6);
    lead_is_sung = sung;
    for_each(&piece, check_lead);
    piece_deinit(&piece);
  }
}

static double rises[3]; ///< Louder and busier by, and the build-up's own

static void
check_build_up(const Piece* const    piece,
               const BlGroove* const groove,
               const unsigned        v,
               const BlScore* const  score)
{
  const Bars rising = count_bars(piece, score, 7.0, 8.0);
  const Bars chorus = count_bars(piece, score, 8.0, 10.0);
  const Bars verse  = count_bars(piece, score, 4.0, 6.0);
  if (rising.velocity < verse.velocity + 1.0 ||
      chorus.velocity < verse.velocity + 4.0 || chorus.notes < verse.notes) {
    fail_msg("%s %c: velocity %.1f, rising %.1f, chorus %.1f, notes %.0f "
             "and %.0f",
             groove->name, (char)('A' + v), verse.velocity, rising.velocity,
             chorus.velocity, verse.notes, chorus.notes);
  }
  rises[0] += chorus.velocity - verse.velocity;
  rises[1] += chorus.notes / verse.notes;
  rises[2] += rising.velocity - verse.velocity;
}

/// Up to a louder section the band grows, and in it it is louder and busier
static void
the_band_builds_up(void** const state)
{
  (void)state;
  static const float energies[] = { 0.2f, 0.2f, 1.0f, 1.0f };
  Piece              piece;
  init_song(&piece, 0);
  set_form(&piece, energies, BL_COUNT(energies));
  memset(rises, 0, sizeof(rises));
  for_each(&piece, check_build_up);
  const double n = (double)(piece.grooves->n * BL_VARIANTS);
  print_message("# chorus against verse: velocity +%.1f, notes x%.2f; the bar "
                "before it: +%.1f\n",
                rises[0] / n, rises[1] / n, rises[2] / n);
  assert_true(rises[0] / n > 8.0 && rises[1] / n > 1.05);
  piece_deinit(&piece);
}

/// Sum of what the drums do in [from, until) beats of a bar
static uint64_t
drum_sum(const BlScore* const score,
         const size_t         bar,
         const double         from,
         const double         until)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e    = &score->events[i];
    const double         beat = e->time * BPM / 60.0 - 4.0 * (double)bar;
    if (e->part == BL_PART_DRUMS && beat > from - 0.05 && beat < until - 0.05 &&
        e->key != 49) {
      const uint64_t word = (uint64_t)lround(beat * 12.0) * 131u + e->key;
      sum += word * word + 1u;
    }
  }
  return sum;
}

static void
check_fills(const Piece* const    piece,
            const BlGroove* const groove,
            const unsigned        v,
            const BlScore* const  score)
{
  const BlGroove* const own = bl_groove_in_meter(piece->grooves, groove, 4, 4);
  if (!own->n_fill[v] || own->rows[v][0].pattern.steps > 16u) {
    return;
  }
  // Bar 7 leads to a louder section: half a bar.  Bar 3 leads on: a beat
  if (drum_sum(score, 7, 2.0, 4.0) == drum_sum(score, 5, 2.0, 4.0) ||
      drum_sum(score, 7, 0.0, 2.0) != drum_sum(score, 5, 0.0, 2.0) ||
      drum_sum(score, 3, 2.0, 4.0) == drum_sum(score, 1, 2.0, 4.0) ||
      drum_sum(score, 3, 0.0, 2.0) != drum_sum(score, 1, 0.0, 2.0)) {
    fail_msg("%s %c: no fill where one should be, or one where none should",
             groove->name, (char)('A' + v));
  }
}

static void
fills_lead_to_the_next_section(void** const state)
{
  (void)state;
  static const float energies[] = { 0.5f, 0.5f, 1.0f, 1.0f };
  Piece              piece;
  init_song(&piece, 0);
  set_form(&piece, energies, BL_COUNT(energies));
  for_each(&piece, check_fills);
  piece_deinit(&piece);
}

static double answers[2][2]; ///< Chord players' notes, beats: sung, in rests

static void
check_answers(const Piece* const    piece,
              const BlGroove* const groove,
              const unsigned        v,
              const BlScore* const  score)
{
  (void)groove;
  (void)v;
  for (size_t i = 0; i < piece->slots.n; ++i) {
    const BlSlot* const slot  = &piece->slots.slots[i];
    const double        from  = slot->beat * 60.0 / BPM - 0.02;
    const double        until = (slot->beat + slot->length) * 60.0 / BPM - 0.02;
    const unsigned      rest  = slot->sung < 0.1f;
    if (until > score->last_chord - 0.1) {
      continue;
    }
    for (size_t k = 0; k < score->n; ++k) {
      const BlEvent* const e = &score->events[k];
      answers[0][rest] += (e->part == BL_ROLE_COMP || e->part == BL_ROLE_ARP) &&
                          e->time >= from && e->time < until;
    }
    answers[1][rest] += slot->length;
  }
}

/// Thinner under the voice, and busier in its rests, at the usual weights
static void
rests_are_answered(void** const state)
{
  (void)state;
  Piece piece;
  init_song(&piece, 0);
  memset(answers, 0, sizeof(answers));
  for_each(&piece, check_answers);
  const double sung = answers[0][0] / answers[1][0];
  const double rest = answers[0][1] / answers[1][1];
  print_message("# notes a beat of comp and arp: %.2f under the voice, %.2f "
                "in its rests\n",
                sung, rest);
  assert_true(rest > 1.15 * sung);
  piece_deinit(&piece);
}

static void
check_ending(const Piece* const    piece,
             const BlGroove* const groove,
             const unsigned        v,
             const BlScore* const  score)
{
  bool tonic = false;
  (void)piece;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e   = &score->events[i];
    const double         end = e->time + e->length;
    if (e->time > score->last_chord + 0.1 || end > score->seconds ||
        (e->part != BL_PART_DRUMS && e->time < score->last_chord - 0.1 &&
         end > score->last_chord + 0.1)) {
      fail_msg("%s %c: part %u sounds from %.2f to %.2f; the ending is at %.2f",
               groove->name, (char)('A' + v), e->part, e->time, end,
               score->last_chord);
    }
    if (e->part != BL_PART_DRUMS && e->time > score->last_chord - 0.1) {
      const unsigned above = e->key % 12u;
      assert_true(e->length > 2.0);
      assert_true(above == 0 || above == 2u || above == 4u || above == 7u ||
                  above == 11u || above == 10u);
      tonic = tonic || (e->part == BL_ROLE_BASS && above == 0);
    }
  }
  assert_true(tonic);
}

/// A held tonic, and nothing after it, nor anything that hangs over
static void
the_ending_is_held(void** const state)
{
  (void)state;
  Piece piece;
  init_song(&piece, 0);
  for_each(&piece, check_ending);
  piece_deinit(&piece);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_intro_leads_in),
    cmocka_unit_test(sticks_count_one_bar),
    cmocka_unit_test(nobody_waits_for_the_first_bar_line),
    cmocka_unit_test(the_band_builds_up),
    cmocka_unit_test(fills_lead_to_the_next_section),
    cmocka_unit_test(rests_are_answered),
    cmocka_unit_test(the_ending_is_held),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

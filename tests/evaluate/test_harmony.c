// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "harmony.h"
#include "metric_agreement.h"
#include "songs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
  What taste does to the chords, over songs that nothing was trained on, or
  made ones where the data is not there: the effects hold in both.
*/
#define SONGS 24u

static BlSongs songs;
static BlPiece pieces[SONGS];
static size_t  n_pieces;

static int
set_up(void** const state)
{
  (void)state;
  char path[4096];
  snprintf(path, sizeof(path), "%s/../shared/data/melodies/pop909_even.jsonl",
           getenv("BL_TOP") ? getenv("BL_TOP") : ".");
  if (bl_songs_read(path, BL_SONGS_TEST, &songs) &&
      bl_songs_make(SONGS, &songs)) {
    return -1;
  }
  for (size_t i = 0; i < SONGS && i < songs.n; ++i) {
    if (bl_piece_init(&songs.songs[i], &pieces[i])) {
      return -1;
    }
    n_pieces = i + 1u;
  }
  return n_pieces == SONGS ? 0 : -1;
}

static int
tear_down(void** const state)
{
  (void)state;
  for (size_t i = 0; i < n_pieces; ++i) {
    bl_piece_deinit(&pieces[i]);
  }
  bl_songs_deinit(&songs);
  return 0;
}

/// @return the mean log-probability
static double
harmonise(BlPiece* const piece, const BlHarmonyTaste taste)
{
  double usual = 0.0;
  assert_int_equal(
    bl_harmony_find(&piece->slots, &piece->form, &taste, piece->chords, &usual),
    0);
  return usual;
}

static bool
is_same(const BlChord a, const BlChord b)
{
  return a.root == b.root && a.minor == b.minor;
}

static void
weirdness_makes_chords_less_usual(void** const state)
{
  (void)state;
  double last = 0.0;
  for (unsigned w = 0; w <= 4u; ++w) {
    double sum = 0.0;
    for (size_t i = 0; i < n_pieces; ++i) {
      const BlHarmonyTaste taste = { .evidence    = 1.0,
                                     .temperature = 0.25 * w,
                                     .seed        = 5u };
      sum += harmonise(&pieces[i], taste);
    }
    sum /= (double)n_pieces;
    print_message("# weirdness %.2f: %.3f nats a chord\n", 0.25 * w, sum);
    assert_true(w == 0 || sum < last - 0.02);
    last = sum;
  }
}

/// Without what the singing rubs against
static double
clash_of(const BlSlot* const slot, const BlChord chord)
{
  const unsigned third = chord.minor ? 3u : 4u;
  double         sum   = 0.0;
  for (unsigned pc = 0; pc < 12; ++pc) {
    const unsigned above = (pc + 12u - chord.root) % 12u;
    const bool     rubs =
      above == 1u || above == third + 1u || above == 8u || above == 7u - third;
    sum += rubs ? (double)slot->histogram[pc] : 0.0;
  }
  return slot->sung > 0.05f ? sum / (double)slot->sung : 0.0;
}

static void
odd_chords_do_not_clash(void** const state)
{
  (void)state;
  double odd   = 0.0;
  double slots = 0.0;
  double bad   = 0.0;
  double plain = 0.0;
  double weird = 0.0;
  for (size_t i = 0; i < n_pieces; ++i) {
    BlPiece* const       piece = &pieces[i];
    const BlHarmonyTaste usual = { .evidence = 1.0 };
    const BlHarmonyTaste other = { .evidence    = 1.0,
                                   .temperature = 1.0,
                                   .seed        = 11u };
    BlChord* const       chords =
      (BlChord*)calloc(piece->slots.n + 1u, sizeof(BlChord));
    assert_non_null(chords);
    (void)harmonise(piece, usual);
    memcpy(chords, piece->chords, piece->slots.n * sizeof(BlChord));
    (void)harmonise(piece, other);
    for (size_t k = 0; k < piece->slots.n; ++k) {
      const double before = clash_of(&piece->slots.slots[k], chords[k]);
      const double after  = clash_of(&piece->slots.slots[k], piece->chords[k]);
      slots += 1.0;
      plain += before;
      weird += after;
      odd += !is_same(chords[k], piece->chords[k]);
      bad +=
        !is_same(chords[k], piece->chords[k]) && after > 0.26 && after > before;
    }
    free(chords);
  }
  print_message("# %.2f of the chords are others, %.3f of those rub more than "
                "may be; singing that rubs: %.3f, at weirdness 1 %.3f\n",
                odd / slots, bad / odd, plain / slots, weird / slots);
  assert_true(odd > 0.2 * slots);
  assert_true(bad < 0.03 * odd);
  assert_true(weird <= plain + 0.01 * slots);
}

static double
agreement_at(const double evidence)
{
  BlMetricAgreement sum = { 0 };
  for (size_t i = 0; i < n_pieces; ++i) {
    const BlHarmonyTaste taste = { .evidence = evidence };
    const BlSong* const  song  = &songs.songs[i];
    (void)harmonise(&pieces[i], taste);
    for (size_t k = 0; k < song->n_notes; ++k) {
      const BlSongNote* const note = &song->notes[k];
      bl_metric_agreement_add(
        &sum, note->key, k + 1u < song->n_notes ? note[1].key : -1,
        note->length,
        pieces[i].chords[bl_slots_at(&pieces[i].slots, note->start / 4.0)]);
    }
  }
  return bl_metric_ctnctr(&sum);
}

static void
the_voice_is_heeded_more(void** const state)
{
  (void)state;
  double last = 0.0;
  for (unsigned a = 0; a <= 4u; ++a) {
    const double now = agreement_at(0.5 + 0.25 * a);
    print_message("# evidence %.2f: CTnCTR %.4f\n", 0.5 + 0.25 * a, now);
    assert_true(a == 0 || now > last);
    last = now;
  }
}

static void
repeats_are_harmonised_alike(void** const state)
{
  (void)state;
  double repeats = 0.0;
  double alike   = 0.0;
  double people  = 0.0;
  double any     = 0.0;
  for (size_t i = 0; i < n_pieces; ++i) {
    const BlHarmonyTaste taste = { .evidence = 1.0 };
    BlPiece* const       piece = &pieces[i];
    const BlSong* const  song  = &songs.songs[i];
    (void)harmonise(piece, taste);
    for (size_t b = 0; 4u * b + 3u < song->n_chords && b < piece->form.n_bars;
         ++b) {
      const size_t like = piece->form.like[b];
      const size_t here = bl_slots_at(&piece->slots, 4.0 * (double)b);
      const size_t then = bl_slots_at(&piece->slots, 4.0 * (double)like);
      if (like == b) {
        continue;
      }
      const BlSongChord* const c = &song->chords[4u * b];
      const BlSongChord* const d = &song->chords[4u * like];
      repeats += 1.0;
      alike += is_same(piece->chords[here], piece->chords[then]);
      people += c->root == d->root && c->minor == d->minor;
      any += is_same(piece->chords[here], piece->chords[then / 2u]);
    }
  }
  print_message("# repeated bars with the same chord: %.2f (people: %.2f; any "
                "two: %.2f)\n",
                alike / repeats, people / repeats, any / repeats);
  assert_true(alike >= people);
  assert_true(alike / repeats >= 0.75);
}

static void
sections_end_with_cadences(void** const state)
{
  (void)state;
  double ends[2]  = { 0 };
  double other[2] = { 0 };
  for (size_t i = 0; i < n_pieces; ++i) {
    const BlHarmonyTaste taste = { .evidence = 1.0 };
    BlPiece* const       piece = &pieces[i];
    (void)harmonise(piece, taste);
    const BlSlot* const  home = &piece->slots.slots[piece->slots.n - 1u];
    const BlChord* const last = &piece->chords[piece->slots.n - 1u];
    assert_true(last->root == home->tonic && last->minor == home->minor);
    for (size_t k = 0; k < piece->slots.n; ++k) {
      const BlSlot* const    slot = &piece->slots.slots[k];
      const BlSection* const section =
        &piece->form.sections[bl_form_at(&piece->form, slot->bar)];
      const bool ending = slot->bar + 1u == section->bar + section->bars &&
                          (slot->inside || k + 1u == piece->slots.n);
      const unsigned above = (piece->chords[k].root + 12u - slot->tonic) % 12u;
      const bool     at_rest = above == 0u || above == 7u;
      (ending ? ends : other)[0] += 1.0;
      (ending ? ends : other)[1] += at_rest;
    }
  }
  print_message("# tonic or dominant: %.2f at the end of sections, %.2f else\n",
                ends[1] / ends[0], other[1] / other[0]);
  assert_true(ends[1] / ends[0] > other[1] / other[0] + 0.05);
}

static bool
is_cadential(const BlForm* const form, const size_t bar)
{
  const BlSection* const section = &form->sections[bl_form_at(form, bar)];
  return bar == 0 || bar + 2u >= form->n_bars ||
         bar + 1u == section->bar + section->bars;
}

static void
variant_b_is_another_path(void** const state)
{
  (void)state;
  double loss = 0.0;
  for (size_t i = 0; i < n_pieces; ++i) {
    BlPiece* const piece = &pieces[i];
    BlChord* const chords =
      (BlChord*)calloc(piece->slots.n + 1u, sizeof(BlChord));
    assert_non_null(chords);
    const BlHarmonyTaste a = { .evidence = 1.0 };
    const BlHarmonyTaste b = { .evidence = 1.0, .avoid = chords };
    loss += harmonise(piece, a);
    memcpy(chords, piece->chords, piece->slots.n * sizeof(BlChord));
    loss -= harmonise(piece, b);
    double bars      = 0.0;
    double different = 0.0;
    for (size_t bar = 0; bar < piece->form.n_bars; ++bar) {
      bool other = false;
      for (size_t k = 0; k < piece->slots.n; ++k) {
        other |= piece->slots.slots[k].bar == bar &&
                 !is_same(chords[k], piece->chords[k]);
      }
      bars += !is_cadential(&piece->form, bar);
      different += other && !is_cadential(&piece->form, bar);
    }
    free(chords);
    if (different < 0.25 * bars) {
      fail_msg("%s: %.0f of %.0f bars differ", songs.songs[i].id, different,
               bars);
    }
  }
  print_message("# B costs %.3f nats a chord\n", loss / (double)n_pieces);
  assert_true(loss / (double)n_pieces < 0.5);
}

/// The second half a tone higher, in a key a tone higher
static void
modulations_are_followed(void** const state)
{
  (void)state;
  double right[2] = { 0 };
  double slots    = 0.0;
  for (size_t i = 0; i < n_pieces; ++i) {
    BlSong* const        song  = &songs.songs[i];
    const BlHarmonyTaste taste = { .evidence = 1.0 };
    const double         half  = 8.0 * (double)(pieces[i].slots.n / 4u * 2u);
    for (size_t k = 0; k < song->n_notes; ++k) {
      song->notes[k].key += song->notes[k].start >= half ? 2 : 0;
    }
    (void)harmonise(&pieces[i], taste);
    for (unsigned follow = 0; follow < 2u; ++follow) {
      BlPiece moved;
      assert_int_equal(bl_piece_init(song, &moved), 0);
      for (size_t k = 0; k < moved.slots.n; ++k) {
        BlSlot* const slot = &moved.slots.slots[k];
        const bool    late = slot->beat * 4.0 >= half;
        slot->tonic =
          (unsigned char)((slot->tonic + (late && follow ? 2u : 0u)) % 12u);
      }
      (void)harmonise(&moved, taste);
      for (size_t k = 0; k < moved.slots.n; ++k) {
        BlChord expected = pieces[i].chords[k];
        if (moved.slots.slots[k].beat * 4.0 >= half) {
          expected.root = (unsigned char)((expected.root + 2u) % 12u);
          slots += follow;
          right[follow] += is_same(expected, moved.chords[k]);
        }
      }
      bl_piece_deinit(&moved);
    }
  }
  print_message("# chords that moved with the key: %.2f, had it not been "
                "known: %.2f\n",
                right[1] / slots, right[0] / slots);
  assert_true(right[1] > 0.8 * slots);
  assert_true(right[1] > right[0] + 0.1 * slots);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(weirdness_makes_chords_less_usual),
    cmocka_unit_test(odd_chords_do_not_clash),
    cmocka_unit_test(the_voice_is_heeded_more),
    cmocka_unit_test(repeats_are_harmonised_alike),
    cmocka_unit_test(sections_end_with_cadences),
    cmocka_unit_test(variant_b_is_another_path),
    cmocka_unit_test(modulations_are_followed), // last: it changes the pieces
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

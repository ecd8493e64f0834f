// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_agreement.h"
#include "metric_chords.h"
#include "metric_events.h"
#include "metric_key.h"
#include "metric_notes.h"
#include "metric_tempo.h"
#include "songs.h"
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

static void
keys_are_scored(void** const state)
{
  (void)state;
  assert_true(bl_metric_key(0, false, 0, false) == 1.0);
  assert_true(bl_metric_key(0, false, 7, false) == 0.5); // G, and F
  assert_true(bl_metric_key(0, false, 5, false) == 0.5);
  assert_true(bl_metric_key(0, false, 9, true) == 0.3); // A minor
  assert_true(bl_metric_key(9, true, 0, false) == 0.3);
  assert_true(bl_metric_key(0, false, 0, true) == 0.2); // C minor
  assert_true(bl_metric_key(0, true, 0, false) == 0.2);
  assert_true(bl_metric_key(0, false, 2, false) == 0.0);
  assert_true(bl_metric_key(0, false, 3, true) == 0.0);
  assert_true(bl_metric_key(11, true, 6, true) == 0.5); // B minor, F# minor
}

static void
tempi_are_scored(void** const state)
{
  (void)state;
  assert_true(bl_metric_tempo_acc1(100.0, 103.9));
  assert_false(bl_metric_tempo_acc1(100.0, 104.1));
  assert_false(bl_metric_tempo_acc1(100.0, 50.0));
  assert_true(bl_metric_tempo_acc2(100.0, 50.0));
  assert_true(bl_metric_tempo_acc2(90.0, 30.0));
  assert_true(bl_metric_tempo_acc2(60.0, 180.0));
  assert_false(bl_metric_tempo_acc2(100.0, 150.0));
}

static void
moments_are_scored(void** const state)
{
  (void)state;
  static const double truth[] = { 1.0, 2.0, 3.0, 4.0 };
  static const double found[] = { 1.06, 1.07, 2.2, 3.93 };
  assert_float_equal(bl_metric_events(truth, 4, truth, 4, 0.07), 1.0, 1e-9);
  // 1.06 and 3.93 hit; 1.07 comes too late for a beat that is taken
  assert_float_equal(bl_metric_events(truth, 4, found, 4, 0.0701), 0.5, 1e-6);
  assert_float_equal(bl_metric_events(truth, 4, found, 0, 0.07), 0.0, 1e-9);
}

static void
notes_are_matched_one_to_one(void** const state)
{
  (void)state;
  static const BlMetricNote truth[] = { { 1.00, 60.0 }, { 1.04, 60.2 } };
  static const BlMetricNote found[] = { { 1.03, 60.1 }, { 0.96, 60.0 } };
  double                    f       = 0.0;
  // The first must leave 1.03 to the second, and take 0.96
  assert_int_equal(bl_metric_notes(truth, 2, found, 2, 0.05, &f), 0);
  assert_float_equal(f, 1.0, 1e-6);
  assert_int_equal(bl_metric_notes(truth, 2, found, 1, 0.05, &f), 0);
  assert_true(fabs(f - 2.0 / 3.0) < 1e-6);
  static const BlMetricNote sharp[] = { { 1.00, 60.8 }, { 1.04, 60.9 } };
  assert_int_equal(bl_metric_notes(truth, 2, sharp, 2, 0.05, &f), 0);
  assert_float_equal(f, 0.0, 1e-6);
}

static void
chords_are_weighted_by_time(void** const state)
{
  (void)state;
  BlMetricChords sum = { 0 };
  bl_metric_chords_add(&sum, 2.0, (BlChord){ 0, false }, (BlChord){ 0, false });
  bl_metric_chords_add(&sum, 1.0, (BlChord){ 0, false }, (BlChord){ 0, true });
  bl_metric_chords_add(&sum, 1.0, (BlChord){ 0, false }, (BlChord){ 7, false });
  assert_true(fabs(sum.root / sum.time - 0.75) < 1e-9);
  assert_true(fabs(sum.majmin / sum.time - 0.5) < 1e-9);
}

static void
agreement_is_scored(void** const state)
{
  (void)state;
  const BlChord     c   = { 0, false };
  BlMetricAgreement sum = { 0 };
  bl_metric_agreement_add(&sum, 60, 62, 4.0, c); // a chord tone
  bl_metric_agreement_add(&sum, 62, 64, 4.0, c); // proper: a step follows
  bl_metric_agreement_add(&sum, 65, 69, 4.0, c); // not proper
  bl_metric_agreement_add(&sum, 69, -1, 4.0, c); // at the end, not in it
  assert_float_equal(bl_metric_ctnctr(&sum), 0.5, 1e-9);

  // E over C: third 1, unison 1, and ninth semitone above G: a sixth, 1
  BlMetricAgreement e = { 0 };
  bl_metric_agreement_add(&e, 64, -1, 1.0, c);
  assert_float_equal(bl_metric_pcs(&e), 1.0, 1e-9);
  // F over C: fourth 0, semitone above E -1, seventh above G -1
  BlMetricAgreement f = { 0 };
  bl_metric_agreement_add(&f, 65, -1, 1.0, c);
  assert_true(fabs(bl_metric_pcs(&f) + 2.0 / 3.0) < 1e-6);
}

static void
goals_are_read(void** const state)
{
  (void)state;
  assert_true(bl_eval_meets(">=45", 45.0));
  assert_false(bl_eval_meets(">=45", 44.9));
  assert_true(bl_eval_meets("<=2", 1.5));
  assert_false(bl_eval_meets("<=2", 2.5));
}

/// Chords sung by a made song are that song's, so that a floor means something
static void
made_songs_are_songs(void** const state)
{
  (void)state;
  BlSongs songs = { 0 };
  assert_int_equal(bl_songs_make(4, &songs), 0);
  for (size_t i = 0; i < songs.n; ++i) {
    const BlSong* const song = &songs.songs[i];
    assert_true(song->n_notes > 60u && song->n_chords == 128u);
    BlMetricAgreement sum = { 0 };
    for (size_t k = 0; k < song->n_notes; ++k) {
      const BlSongNote* const  note  = &song->notes[k];
      const BlSongChord* const chord = &song->chords[(size_t)note->start / 4u];
      assert_true(k == 0 || note->start >= song->notes[k - 1u].start);
      bl_metric_agreement_add(
        &sum, note->key, k + 1u < song->n_notes ? note[1].key : -1,
        note->length, (BlChord){ (unsigned char)chord->root, chord->minor });
    }
    assert_true(bl_metric_ctnctr(&sum) > 0.9);
  }
  bl_songs_deinit(&songs);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(keys_are_scored),
    cmocka_unit_test(tempi_are_scored),
    cmocka_unit_test(moments_are_scored),
    cmocka_unit_test(notes_are_matched_one_to_one),
    cmocka_unit_test(chords_are_weighted_by_time),
    cmocka_unit_test(agreement_is_scored),
    cmocka_unit_test(goals_are_read),
    cmocka_unit_test(made_songs_are_songs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

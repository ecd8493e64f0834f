// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "metric_agreement.h"
#include "metric_chords.h"
#include "random.h"

#include <stdlib.h>

/// How chords are found: ours, or something simple to stand beside it
typedef BlStatus (*Harmonise)(const BlSong* song, BlPiece* piece);

/// What one way of finding chords comes to
typedef struct
{
  BlMetricChords    chords;
  BlMetricAgreement agreement;
} Sums;

static BlStatus
by_ours(const BlSong* const song, BlPiece* const piece)
{
  (void)song;
  const BlHarmonyTaste taste = { .evidence = 1.0 };
  return bl_harmony_find(&piece->slots, &piece->form, &taste, piece->chords,
                         NULL);
}

/// Ours, in a key that the dice chose
static BlStatus
by_random_key(const BlSong* const song, BlPiece* const piece)
{
  BlRandom       random = { song->n_notes };
  const unsigned key    = (unsigned)(bl_random_next(&random) % 24u);
  bl_slots_set_key(&piece->slots, key % 12u, key >= 12u);
  return by_ours(song, piece);
}

static BlStatus
by_tonic(const BlSong* const song, BlPiece* const piece)
{
  for (size_t i = 0; i < piece->slots.n; ++i) {
    const BlChord home = { (unsigned char)song->tonic, song->minor };
    piece->chords[i]   = home;
  }
  return BL_SUCCESS;
}

/// The diatonic triad that most of the half bar's singing belongs to
static BlStatus
by_template(const BlSong* const song, BlPiece* const piece)
{
  static const unsigned char triads[2][6] = { { 0, 7, 5, 21, 14, 16 },
                                              { 12, 19, 17, 8, 3, 10 } };
  for (size_t i = 0; i < piece->slots.n; ++i) {
    float best = -1.0f;
    for (size_t k = 0; k < 6; ++k) {
      const unsigned triad = triads[song->minor][k];
      const unsigned root  = (triad + song->tonic) % 12u;
      const bool     minor = triad >= 12u;
      const float*   h     = piece->slots.slots[i].histogram;
      const float    fit =
        h[root] + h[(root + (minor ? 3u : 4u)) % 12u] + h[(root + 7u) % 12u];
      if (fit > best + 1e-4f) {
        const BlChord chord = { (unsigned char)root, minor };
        piece->chords[i]    = chord;
        best                = fit;
      }
    }
  }
  return BL_SUCCESS;
}

/// Put the song's own chords in: for agreement, which has no truth
static BlStatus
by_people(const BlSong* const song, BlPiece* const piece)
{
  for (size_t i = 0; i < piece->slots.n; ++i) {
    const size_t             beat = (size_t)piece->slots.slots[i].beat;
    const BlChord            none = { (unsigned char)song->tonic, song->minor };
    const BlSongChord* const from =
      beat < song->n_chords ? &song->chords[beat] : NULL;
    const BlChord chord = {
      from && from->root >= 0 ? (unsigned char)from->root : none.root,
      from && from->root >= 0 ? from->minor : none.minor
    };
    piece->chords[i] = chord;
  }
  return BL_SUCCESS;
}

static void
compare(const BlSong* const song, const BlPiece* const piece, Sums* const sums)
{
  const double last = piece->grid.bars[piece->grid.n_bars].beat;
  for (size_t b = 0; b < song->n_chords && (double)b < last; ++b) {
    if (song->chords[b].root >= 0) {
      const BlChord truth = { (unsigned char)song->chords[b].root,
                              song->chords[b].minor };
      bl_metric_chords_add(
        &sums->chords, 1.0, truth,
        piece->chords[bl_slots_at(&piece->slots, (double)b)]);
    }
  }
  for (size_t i = 0; i < song->n_notes; ++i) {
    const BlSongNote* const note = &song->notes[i];
    const int next = i + 1u < song->n_notes ? song->notes[i + 1u].key : -1;
    bl_metric_agreement_add(
      &sums->agreement, note->key, next, note->length,
      piece->chords[bl_slots_at(&piece->slots, note->start / 4.0)]);
  }
}

static Sums
measure(BlEval* const eval, const Harmonise harmonise)
{
  Sums sums = { .chords = { .time = 0.0 } };
  for (size_t i = 0; i < eval->songs->n; ++i) {
    const BlSong* const song = &eval->songs->songs[i];
    BlPiece             piece;
    BlStatus            st = bl_piece_init(song, &piece);
    st                     = st ? st : harmonise(song, &piece);
    if (st) {
      bl_eval_trouble(eval, song->id, st);
    } else {
      compare(song, &piece, &sums);
    }
    bl_piece_deinit(&piece);
  }
  return sums;
}

static double
root_of(const Sums* const sums)
{
  return 100.0 * sums->chords.root / sums->chords.time;
}

static double
majmin_of(const Sums* const sums)
{
  return 100.0 * sums->chords.majmin / sums->chords.time;
}

/// Chords to the melodies as written, key and beats given
void
bl_measure_chords(BlEval* const eval)
{
  const Sums ours     = measure(eval, by_ours);
  const Sums tonic    = measure(eval, by_tonic);
  const Sums template = measure(eval, by_template);
  const Sums random   = measure(eval, by_random_key);
  const Sums people   = measure(eval, by_people);
  const bool made     = eval->songs->made;

  const BlEvalRow rows[] = {
    { .measure = "chord root, key and beats given",
      .value   = root_of(&ours),
      .unit    = "%",
      .beside  = { { "tonic only", root_of(&tonic) },
                   { "diatonic template", root_of(&template) },
                   { "ours in a random key", root_of(&random) } },
      .goal    = made ? NULL : ">=45",
      .floor   = bl_eval_floor(eval, 44.3, 60.5),
      .over    = "songs" },
    { .measure = "chord majmin, key and beats given",
      .value   = majmin_of(&ours),
      .unit    = "%",
      .beside  = { { "tonic only", majmin_of(&tonic) },
                   { "diatonic template", majmin_of(&template) },
                   { "ours in a random key", majmin_of(&random) } },
      .goal    = made ? NULL : ">=43",
      .floor   = bl_eval_floor(eval, 42.6, 60.0),
      .over    = "songs" },
    { .measure = "CTnCTR, chords against the melody",
      .value   = 100.0 * bl_metric_ctnctr(&ours.agreement),
      .unit    = "%",
      .beside  = { { "people's chords",
                     100.0 * bl_metric_ctnctr(&people.agreement) },
                   { "tonic only", 100.0 * bl_metric_ctnctr(&tonic.agreement) },
                   { "diatonic template",
                     100.0 * bl_metric_ctnctr(&template.agreement) } },
      .over    = "songs" },
    { .measure = "PCS, chords against the melody",
      .value   = bl_metric_pcs(&ours.agreement),
      .unit    = "",
      .beside  = { { "people's chords", bl_metric_pcs(&people.agreement) },
                   { "tonic only", bl_metric_pcs(&tonic.agreement) },
                   { "diatonic template", bl_metric_pcs(&template.agreement) } },
      .over    = "songs" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    BlEvalRow row = rows[i];
    row.n         = eval->songs->n;
    bl_eval_table_add(&eval->table, &row);
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "hear.h"
#include "metric_chords.h"
#include "metric_events.h"
#include "metric_key.h"
#include "metric_notes.h"
#include "metric_tempo.h"
#include "style.h"
#include "voice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS 75.0
#define BRIEF_SECONDS 36.0
#define BRIEF_TAKES 24u
#define BRIEF_TAKES_MADE 12u
#define BEATS_MAX 512u
#define SUMS 12u

/// Something that is measured on each take; `sums` are its own, zero at first
typedef struct
{
  void (*hear)(const BlEvalTake* take, double* sums);
  void (*report)(BlEval* eval, const double* sums, size_t n);
} VoiceMeasure;

static double
percent(const double part, const double whole)
{
  return whole > 0.0 ? 100.0 * part / whole : 0.0;
}

static void
hear_key(const BlEvalTake* const take, double* const sums)
{
  const BlSong* const song = take->song;
  const BlKey* const  key  = &take->ear.key;
  sums[0] += key->tonic == song->tonic && key->minor == song->minor;
  sums[1] += bl_metric_key(song->tonic, song->minor, key->tonic, key->minor);

  BlKey written;
  if (!bl_eval_key(song, take->seconds, &written)) {
    sums[2] += key->tonic == written.tonic && key->minor == written.minor;
  }
}

static void
report_key(BlEval* const eval, const double* const sums, const size_t n)
{
  const bool      goals  = !eval->songs->made && !eval->brief;
  const BlEvalRow rows[] = {
    { .measure = "key exact, sung",
      .value   = percent(sums[0], (double)n),
      .unit    = "%",
      .beside  = { { "a random key", 100.0 / 24.0 } },
      .goal    = goals ? ">=85" : NULL,
      .floor   = bl_eval_floor(eval, 55.0, 66.0),
      .n       = n,
      .over    = "takes" },
    { .measure = "key, MIREX score, sung",
      .value   = percent(sums[1], (double)n),
      .unit    = "%",
      .beside  = { { "a random key", 100.0 * 2.5 / 24.0 } },
      .goal    = goals ? ">=90" : NULL,
      .n       = n,
      .over    = "takes" },
    { .measure = "key heard as the notes themselves have it",
      .value   = percent(sums[2], (double)n),
      .unit    = "%",
      .floor   = bl_eval_floor(eval, 90.0, 75.0),
      .n       = n,
      .over    = "takes" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    bl_eval_table_add(&eval->table, &rows[i]);
  }
}

static void
hear_tempo(const BlEvalTake* const take, double* const sums)
{
  sums[0] += bl_metric_tempo_acc1(take->song->bpm, take->ear.tempo.bpm);
  sums[1] += bl_metric_tempo_acc2(take->song->bpm, take->ear.tempo.bpm);
}

static void
report_tempo(BlEval* const eval, const double* const sums, const size_t n)
{
  const BlEvalRow rows[] = {
    { .measure = "tempo Acc1, sung, no host",
      .value   = percent(sums[0], (double)n),
      .unit    = "%",
      .goal    = eval->songs->made ? NULL : ">=80",
      .n       = n,
      .over    = "takes" },
    { .measure = "tempo Acc2, sung, no host",
      .value   = percent(sums[1], (double)n),
      .unit    = "%",
      .goal    = eval->songs->made ? NULL : ">=96",
      .floor   = bl_eval_floor(eval, 91.0, 91.0),
      .n       = n,
      .over    = "takes" },
  };
  bl_eval_table_add(&eval->table, &rows[0]);
  bl_eval_table_add(&eval->table, &rows[1]);
}

/// Moments of beats: the true ones, and those of a grid; @return how many
static size_t
true_beats(const BlEvalTake* const take, const unsigned step, double* const out)
{
  size_t n = 0;
  for (double beat = take->first_beat; n < BEATS_MAX; beat += step) {
    const double t = bl_eval_take_time(take, beat);
    if (t >= take->ear.voice.seconds) {
      break;
    }
    out[n++] = t;
  }
  return n;
}

static size_t
found_beats(const BlHeard* const heard, const bool bars, double* const out)
{
  size_t n = 0;
  for (size_t i = 0; i < heard->grid.n_bars; ++i) {
    const BlBar* const bar   = &heard->grid.bars[i];
    const unsigned     beats = bars ? 1u : bar->beats;
    for (unsigned k = 0; k < beats && n < BEATS_MAX; ++k) {
      const double t = bl_grid_time(&heard->grid, bar->beat + k);
      if (t >= 0.0 && t < heard->voice.seconds) {
        out[n++] = t;
      }
    }
  }
  return n;
}

static void
hear_beats(const BlEvalTake* const take, double* const sums)
{
  double       truth[BEATS_MAX];
  double       found[BEATS_MAX];
  const size_t n_truth = true_beats(take, 1, truth);
  const size_t n_found = found_beats(&take->ear, false, found);
  sums[0] += bl_metric_events(truth, n_truth, found, n_found, 0.07);
  const size_t n_bars = true_beats(take, take->song->beats, truth);
  const size_t n_down = found_beats(&take->ear, true, found);
  sums[1] += bl_metric_events(truth, n_bars, found, n_down, 0.07);
}

static void
report_beats(BlEval* const eval, const double* const sums, const size_t n)
{
  const BlEvalRow rows[] = {
    { .measure = "beat F (70 ms), sung, no host",
      .value   = sums[0] / (double)n,
      .unit    = "",
      .n       = n,
      .over    = "takes" },
    { .measure = "downbeat F (70 ms), sung, no host",
      .value   = sums[1] / (double)n,
      .unit    = "",
      .n       = n,
      .over    = "takes" },
  };
  bl_eval_table_add(&eval->table, &rows[0]);
  bl_eval_table_add(&eval->table, &rows[1]);
}

static void
hear_notes(const BlEvalTake* const take, double* const sums)
{
  const BlNotes* const notes = &take->ear.notes;
  double               f     = 0.0;
  BlMetricNote* const  found =
    (BlMetricNote*)calloc(notes->n + 1u, sizeof(BlMetricNote));
  for (size_t i = 0; found && i < notes->n; ++i) {
    const BlMetricNote note = { notes->notes[i].start,
                                (double)notes->notes[i].midi };
    found[i]                = note;
  }
  if (found &&
      !bl_metric_notes(take->notes, take->n_notes, found, notes->n, 0.05, &f)) {
    sums[0] += f;
  }
  free(found);
}

static void
report_notes(BlEval* const eval, const double* const sums, const size_t n)
{
  const BlEvalRow row = { .measure = "note F (50 ms, 50 cents), sung",
                          .value   = sums[0] / (double)n,
                          .unit    = "",
                          .floor   = bl_eval_floor(eval, 0.72, 0.78),
                          .n       = n,
                          .over    = "takes" };
  bl_eval_table_add(&eval->table, &row);
}

/// Chords against the song's, beat by beat
static void
compare_chords(const BlEvalTake* const take,
               const BlHeard* const    heard,
               double* const           sums)
{
  const BlSong* const  song  = take->song;
  const BlHarmonyTaste taste = { .evidence = 1.0 };
  BlMetricChords       ours  = { 0 };
  BlMetricChords       tonic = { 0 };
  BlChord* const       chords =
    (BlChord*)calloc(heard->slots.n + 1u, sizeof(BlChord));
  if (chords && heard->slots.n &&
      !bl_harmony_find(&heard->slots, &heard->form, &taste, chords, NULL)) {
    for (size_t b = (size_t)take->first_beat; b < song->n_chords; ++b) {
      const double t = bl_eval_take_time(take, (double)b + 0.5);
      if (t < heard->voice.seconds && song->chords[b].root >= 0) {
        const double  at    = bl_grid_beat(&heard->grid, t);
        const BlChord truth = { (unsigned char)song->chords[b].root,
                                song->chords[b].minor };
        const BlChord home  = { (unsigned char)heard->key.tonic,
                                heard->key.minor };
        bl_metric_chords_add(&ours, 1.0, truth,
                             chords[bl_slots_at(&heard->slots, at)]);
        bl_metric_chords_add(&tonic, 1.0, truth, home);
      }
    }
  }
  free(chords);
  sums[0] += ours.time;
  sums[1] += ours.root;
  sums[2] += ours.majmin;
  sums[3] += tonic.root;
  sums[4] += tonic.majmin;
}

static void
hear_chords(const BlEvalTake* const take, double* const sums)
{
  compare_chords(take, &take->host, sums);
  compare_chords(take, &take->ear, sums + 5);
}

static void
report_chords(BlEval* const eval, const double* const sums, const size_t n)
{
  const bool      made   = eval->songs->made;
  const BlEvalRow rows[] = {
    { .measure = "chord root, sung, host's grid",
      .value   = percent(sums[1], sums[0]),
      .unit    = "%",
      .beside  = { { "the key's tonic", percent(sums[3], sums[0]) } },
      .goal    = made ? NULL : ">=40",
      .floor   = bl_eval_floor(eval, 39.0, 51.0),
      .n       = n,
      .over    = "takes" },
    { .measure = "chord majmin, sung, host's grid",
      .value   = percent(sums[2], sums[0]),
      .unit    = "%",
      .beside  = { { "the key's tonic", percent(sums[4], sums[0]) } },
      .goal    = made ? NULL : ">=38",
      .n       = n,
      .over    = "takes" },
    { .measure = "chord root, sung, no host",
      .value   = percent(sums[6], sums[5]),
      .unit    = "%",
      .beside  = { { "the key's tonic", percent(sums[8], sums[5]) } },
      .n       = n,
      .over    = "takes" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    bl_eval_table_add(&eval->table, &rows[i]);
  }
}

static const VoiceMeasure measures[] = {
  { hear_key, report_key },       { hear_tempo, report_tempo },
  { hear_beats, report_beats },   { hear_notes, report_notes },
  { hear_chords, report_chords },
};

void
bl_measure_voice(BlEval* const eval)
{
  double           sums[BL_COUNT(measures)][SUMS] = { { 0 } };
  BlGrooves* const grooves                        = bl_grooves_load();
  size_t           n                              = 0;
  BlStyle          style;
  if (!grooves) {
    bl_eval_trouble(eval, "grooves", BL_NO_MEM);
    return;
  }

  bl_style_read(grooves, "", "", &style);
  // In brief, takes from all over the list
  const size_t most = eval->songs->made ? BRIEF_TAKES_MADE : BRIEF_TAKES;
  const size_t step =
    eval->brief && eval->songs->n > most ? eval->songs->n / most : 1u;
  for (size_t i = 0; i < eval->songs->n; i += step) {
    BlEvalTake     take;
    const BlStatus st = bl_eval_take_init(&eval->songs->songs[i], i,
                                          eval->brief ? BRIEF_SECONDS : SECONDS,
                                          &style, eval->scratch, true, &take);
    if (st) {
      bl_eval_trouble(eval, eval->songs->songs[i].id, st);
    } else {
      for (size_t k = 0; k < BL_COUNT(measures); ++k) {
        measures[k].hear(&take, sums[k]);
      }
      ++n;
    }
    bl_eval_take_deinit(&take);
  }
  for (size_t k = 0; n && k < BL_COUNT(measures); ++k) {
    measures[k].report(eval, sums[k], n);
  }
  free(grooves);
}

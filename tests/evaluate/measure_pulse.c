// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "hear.h"
#include "metric_events.h"
#include "metric_tempo.h"

#include <math.h>
#include <string.h>

#define BEATS_MAX 2048u
#define WINDOW_S 0.07
#define BRIEF_SONGS 16u

/// Sums over songs that were played one way
typedef struct
{
  double n;
  double acc1;
  double acc2;
  double beats;
  double downbeats;
  double free;    ///< Taken for free time
  double changes; ///< Any change of key found
  double right;   ///< And it was the one
} Sums;

static size_t
true_beats(const BlSong* const     song,
           const BlEvalPlay* const play,
           const unsigned          step,
           double* const           out)
{
  const BlSongNote* const last  = &song->notes[song->n_notes - 1u];
  const double            every = 4.0 * step;
  size_t                  n     = 0;
  for (double x = ceil(song->notes[0].start / every) * every;
       x <= last->start + last->length && n < BEATS_MAX; x += every) {
    out[n++] = bl_eval_play_time(song, play, x);
  }
  return n;
}

/// Within the melody: what a grid has before and after is no mistake
static size_t
found_beats(const BlHeard* const heard,
            const bool           bars,
            const double         from,
            const double         until,
            double* const        out)
{
  const unsigned step = bars ? heard->grid.marks[0].beats : 1u;
  size_t         n    = 0;
  for (double beat = -64.0 * step; n < BEATS_MAX; beat += step) {
    const double t = bl_grid_time(&heard->grid, beat);
    if (t > until + WINDOW_S) {
      break;
    }
    if (t >= from - WINDOW_S) {
      out[n++] = t;
    }
  }
  return n;
}

static double
beat_f(const BlSong* const     song,
       const BlEvalPlay* const play,
       const BlHeard* const    heard,
       const unsigned          step)
{
  double       truth[BEATS_MAX];
  double       found[BEATS_MAX];
  const size_t n = true_beats(song, play, step, truth);
  if (!n) {
    return 0.0;
  }
  const size_t m =
    found_beats(heard, step > 1u, truth[0], truth[n - 1u], found);
  return bl_metric_events(truth, n, found, m, WINDOW_S);
}

static void
add_keys(const BlHeard* const heard, const int modulation, Sums* const sums)
{
  size_t changes = 0;
  bool   right   = false;
  for (size_t i = 1; i < heard->slots.n; ++i) {
    const BlSlot* const a = &heard->slots.slots[i - 1u];
    const BlSlot* const b = &heard->slots.slots[i];
    if (a->tonic != b->tonic || a->minor != b->minor) {
      ++changes;
      right =
        (a->tonic + 24 + modulation) % 12 == b->tonic && a->minor == b->minor;
    }
  }
  sums->changes += changes > 0;
  sums->right += changes == 1 && right;
}

static void
play_all(BlEval* const           eval,
         const BlEvalPlay* const how,
         const bool              told,
         Sums* const             sums)
{
  memset(sums, 0, sizeof(*sums));
  const size_t step = eval->brief && eval->songs->n > BRIEF_SONGS
                        ? eval->songs->n / BRIEF_SONGS
                        : 1u;
  for (size_t i = 0; i < eval->songs->n; i += step) {
    const BlSong* const song = &eval->songs->songs[i];
    BlEvalPlay          play = *how;
    BlHeard             heard;
    play.bpm          = told ? song->bpm : 0.0;
    const BlStatus st = bl_eval_hear(song, &play, &heard);
    if (st) {
      bl_eval_trouble(eval, song->id, st);
    } else {
      sums->n += 1.0;
      sums->acc1 += bl_metric_tempo_acc1(song->bpm, heard.tempo.bpm);
      sums->acc2 += bl_metric_tempo_acc2(song->bpm, heard.tempo.bpm);
      sums->beats += beat_f(song, &play, &heard, 1);
      sums->downbeats += beat_f(song, &play, &heard, song->beats);
      sums->free += heard.tempo.source == BL_BAND_GRID_FREE;
      add_keys(&heard, play.modulation, sums);
    }
    bl_heard_deinit(&heard);
  }
}

static void
add_row(BlEval* const     eval,
        const char* const measure,
        const double      sum,
        const Sums* const sums,
        const bool        percent,
        const char* const goal,
        const double      floor)
{
  const BlEvalRow row = { .measure = measure,
                          .value   = (percent ? 100.0 : 1.0) * sum / sums->n,
                          .unit    = percent ? "%" : "",
                          .goal    = eval->songs->made ? NULL : goal,
                          .floor   = bl_eval_floor(eval, floor, 0.0),
                          .n       = (size_t)sums->n,
                          .over    = "songs" };
  bl_eval_table_add(&eval->table, &row);
}

void
bl_measure_pulse(BlEval* const eval)
{
  const BlEvalPlay plain  = { 0 };
  const BlEvalPlay drift  = { .drift = 0.03 };
  const BlEvalPlay rubato = { .rubato = true };
  const BlEvalPlay change = { .modulation = 2 };
  Sums             sums;
  play_all(eval, &plain, false, &sums);
  add_row(eval, "tempo Acc1, melody as written", sums.acc1, &sums, true, NULL,
          70.0);
  add_row(eval, "tempo Acc2, melody as written", sums.acc2, &sums, true, NULL,
          96.0);
  add_row(eval, "beat F (70 ms), as written, tempo by ear", sums.beats, &sums,
          false, NULL, 0.78);
  add_row(eval, "taken for free time, though in time", sums.free, &sums, true,
          NULL, 0.0);
  add_row(eval, "change of key heard, where there is none", sums.changes, &sums,
          true, NULL, 0.0);
  play_all(eval, &plain, true, &sums);
  add_row(eval, "beat F (70 ms), as written, tempo known", sums.beats, &sums,
          false, ">=0.72", 0.84);
  add_row(eval, "downbeat F (70 ms), as written, tempo known", sums.downbeats,
          &sums, false, NULL, 0.0);
  play_all(eval, &drift, false, &sums);
  add_row(eval, "tempo Acc2, drifting by 3 % up and down", sums.acc2, &sums,
          true, NULL, 90.0);
  add_row(eval, "beat F (70 ms), drifting, tempo by ear", sums.beats, &sums,
          false, NULL, 0.55);
  play_all(eval, &rubato, false, &sums);
  add_row(eval, "taken for free time, each note of its own length", sums.free,
          &sums, true, NULL, 85.0);
  play_all(eval, &change, false, &sums);
  add_row(eval, "change of key heard, a tone up in the middle", sums.right,
          &sums, true, NULL, 75.0);
}

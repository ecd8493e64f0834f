// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "metric_events.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/**
   The data names no sections.  The truth here is composed: two to three blocks
   of four to eight bars, cut from one melody at bar lines and put together as
   A A B A C B, so that where each begins is known.  Real songs repeat less
   exactly and begin phrases with pick-ups, so this is easier than they are.
*/

#define BLOCKS 3u
#define ROW 6u

static const unsigned order[ROW] = { 0, 0, 1, 0, 2, 1 };

typedef struct
{
  double from[BLOCKS]; ///< Sixteenths of the melody
  double bars[BLOCKS];
  double starts[ROW + 1u]; ///< Bars of the piece; the last ends it
} Plan;

static bool
plan(const BlSong* const song, const size_t index, Plan* const out)
{
  static const double lengths[] = { 4.0, 8.0, 6.0, 8.0, 4.0 };
  BlRandom            random    = { 1234u + index };
  double              at        = ceil(song->notes[0].start / 16.0);
  const double last = floor(song->notes[song->n_notes - 1u].start / 16.0);
  for (size_t b = 0; b < BLOCKS; ++b) {
    out->bars[b] = lengths[(size_t)(bl_random_unit(&random) * 5.0) % 5u];
    out->from[b] = at * 16.0;
    at += out->bars[b] + floor(bl_random_unit(&random) * 4.0);
  }
  out->starts[0] = 0.0;
  for (size_t i = 0; i < ROW; ++i) {
    out->starts[i + 1u] = out->starts[i] + out->bars[order[i]];
  }
  return at < last;
}

/// The melody of the plan; false where it is empty
static bool
compose(const BlSong* const from, const Plan* const plan_, BlSong* const to)
{
  *to         = *from;
  to->notes   = (BlSongNote*)calloc(ROW * from->n_notes, sizeof(BlSongNote));
  to->n_notes = 0;
  for (size_t i = 0; to->notes && i < ROW; ++i) {
    const double begin = plan_->from[order[i]];
    const double end   = begin + 16.0 * plan_->bars[order[i]];
    for (size_t k = 0; k < from->n_notes; ++k) {
      BlSongNote note = from->notes[k];
      if (note.start >= begin && note.start < end) {
        note.length = fmin(note.length, end - note.start);
        note.start += 16.0 * plan_->starts[i] - begin;
        to->notes[to->n_notes++] = note;
      }
    }
  }
  return to->n_notes > 20u;
}

typedef struct
{
  double n;
  double exact;
  double near;
  double fours; ///< Within a bar, a boundary every four bars
  double eights;
  double letters; ///< Share of bars whose block has the right twin's letter
} Sums;

static double
every(const double* const truth,
      const size_t        n,
      const double        last,
      const double        step)
{
  double found[256];
  size_t m = 0;
  for (double bar = step; bar < last && m < 256u; bar += step) {
    found[m++] = bar;
  }
  return bl_metric_events(truth, n, found, m, 1.01);
}

static void
add_piece(const BlPiece* const piece, const Plan* const plan_, Sums* const sums)
{
  const double* const truth = plan_->starts + 1;
  double              found[256];
  size_t              m = 0;
  for (size_t i = 1; i < piece->form.n && m < 256u; ++i) {
    found[m++] = (double)piece->form.sections[i].bar;
  }
  sums->n += 1.0;
  sums->exact += bl_metric_events(truth, ROW - 1u, found, m, 0.01);
  sums->near += bl_metric_events(truth, ROW - 1u, found, m, 1.01);
  sums->fours += every(truth, ROW - 1u, plan_->starts[ROW], 4.0);
  sums->eights += every(truth, ROW - 1u, plan_->starts[ROW], 8.0);

  // Each block's middle bar against each other's: alike or not
  double right = 0.0;
  double pairs = 0.0;
  for (size_t a = 0; a < ROW; ++a) {
    for (size_t b = a + 1u; b < ROW; ++b) {
      const size_t x = bl_form_at(&piece->form, (size_t)plan_->starts[a] + 1u);
      const size_t y = bl_form_at(&piece->form, (size_t)plan_->starts[b] + 1u);
      const bool   same =
        piece->form.sections[x].letter == piece->form.sections[y].letter;
      right += same == (order[a] == order[b]);
      pairs += 1.0;
    }
  }
  sums->letters += right / pairs;
}

static void
report(BlEval* const eval, const Sums* const sums)
{
  const BlEvalRow rows[] = {
    { .measure = "section boundary F (1 bar), composed forms",
      .value   = sums->near / sums->n,
      .unit    = "",
      .beside  = { { "every 4 bars", sums->fours / sums->n },
                   { "every 8 bars", sums->eights / sums->n } },
      .goal    = eval->songs->made ? NULL : ">=0.66",
      .floor   = bl_eval_floor(eval, 0.66, 0.0),
      .n       = (size_t)sums->n,
      .over    = "pieces" },
    { .measure = "section boundary F (exact bar), composed forms",
      .value   = sums->exact / sums->n,
      .unit    = "",
      .n       = (size_t)sums->n,
      .over    = "pieces" },
    { .measure = "pairs of sections rightly alike or not",
      .value   = 100.0 * sums->letters / sums->n,
      .unit    = "%",
      .beside  = { { "all alike", 100.0 * 4.0 / 15.0 },
                   { "none alike", 100.0 * 11.0 / 15.0 } },
      .n       = (size_t)sums->n,
      .over    = "pieces" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    bl_eval_table_add(&eval->table, &rows[i]);
  }
}

void
bl_measure_form(BlEval* const eval)
{
  Sums sums = { 0 };
  for (size_t i = 0; i < eval->songs->n; ++i) {
    const BlSong* const song = &eval->songs->songs[i];
    Plan                row;
    BlSong              made = { 0 };
    if (song->beats != 4u || !plan(song, i, &row)) {
      continue;
    }
    if (compose(song, &row, &made)) {
      BlPiece        piece;
      const BlStatus st = bl_piece_init(&made, &piece);
      if (st) {
        bl_eval_trouble(eval, song->id, st);
      } else {
        add_piece(&piece, &row, &sums);
      }
      bl_piece_deinit(&piece);
    }
    free(made.notes);
  }
  if (sums.n > 0.0) {
    report(eval, &sums);
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "bar.h"

#include "pulse_table.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_MAX 64
#define CLASSES_MAX 20u
#define REST_CELLS 3.0

/// Waltz and 6/8 by general knowledge, short and long notes alike
static const double share_3[12] = {
  .24, .015, .07, .02, .15, .02, .08, .025, .15, .02, .08, .03,
};
static const double share_6[12] = {
  .24, .01, .09, .01, .09, .01, .21, .01, .09, .01, .09, .01,
};

typedef struct
{
  size_t cells; ///< Sixteenths in a bar
  double per_beat;
  double counts[CLASSES_MAX][CELLS_MAX];
  double total;
} Counts;

static size_t
bucket_of(const double cells)
{
  static const double edges[] = { 1.5, 2.5, 3.5, 5.0, 8.5 };
  size_t              bucket  = 0;
  while (bucket < BL_COUNT(edges) && cells > edges[bucket]) {
    ++bucket;
  }
  return bucket;
}

static size_t
turn_of(const BlNotes* const notes, const size_t i)
{
  if (!i) {
    return 5;
  }
  const int step = bl_note_key(notes, &notes->notes[i]) -
                   bl_note_key(notes, &notes->notes[i - 1u]);
  if (!step) {
    return 0;
  }
  return abs(step) <= 2 ? (step > 0 ? 1u : 2u) : (step > 0 ? 3u : 4u);
}

/// The classes of train_pulse.py, in cells from the pulse's beat 0 and phase
static void
count_note(Counts* const        counts,
           const BlNotes* const notes,
           const BlPulse* const pulse,
           const double         phase,
           const size_t         i)
{
  const BlNote* const note  = &notes->notes[i];
  const double        p     = counts->per_beat;
  const double        start = bl_pulse_beat(pulse, note->start) * p;
  const double end  = bl_pulse_beat(pulse, note->start + note->length) * p;
  const double next = i + 1u < notes->n
                        ? bl_pulse_beat(pulse, notes->notes[i + 1u].start) * p
                        : start + 16.0;
  double       rest = 16.0;
  if (i) {
    const BlNote* const last = &notes->notes[i - 1u];
    rest = start - bl_pulse_beat(pulse, last->start + last->length) * p;
  }

  const size_t classes[] = {
    bucket_of(next - start) + (rest >= REST_CELLS - 0.5 ? 6u : 0u),
    12u + (next - end >= REST_CELLS - 0.5 ? 1u : 0u),
    14u + turn_of(notes, i),
  };
  const long cells = (long)counts->cells;
  const long at    = ((lround(start - phase) % cells) + cells) % cells;
  for (size_t c = 0; c < BL_COUNT(classes); ++c) {
    counts->counts[classes[c]][at] += 1.0;
    counts->total += 1.0;
  }
}

static double
weight_of(const Counts* const counts,
          const unsigned      unit,
          const size_t        row,
          const size_t        cell)
{
  if (unit == 8u) {
    return row < 12u ? log(share_6[cell % 12u] * 12.0) : 0.0;
  }
  if (counts->cells == 12u) {
    return row < 12u ? log(share_3[cell % 12u] * 12.0) : 0.0;
  }
  return bar_weights[row][cell % 16u];
}

static void
choose(const double* const scores,
       const size_t        cells,
       const size_t        per_beat,
       BlBarLine* const    line,
       size_t* const       best)
{
  double sum   = 0.0;
  double beats = 0.0;
  size_t other = 0;
  *best        = 0;
  for (size_t k = 1; k < cells; ++k) {
    *best = scores[k] > scores[*best] ? k : *best;
  }
  for (size_t k = 0; k < cells; ++k) {
    const double p    = exp(scores[k] - scores[*best]);
    const bool   beat = k % per_beat == *best % per_beat;
    sum += p;
    beats += beat ? p : 0.0;
    if (beat && k != *best &&
        (other == 0 || scores[k] > scores[(*best + other) % cells])) {
      other = (k + cells - *best) % cells;
    }
  }
  line->confidence      = 1.0 / sum;
  line->beat_confidence = beats / sum;
  line->second          = (int)(other / per_beat);
}

void
bl_bar_find(const BlNotes* const  notes,
            const BlOnsets* const onsets,
            const BlPulse* const  pulse,
            const unsigned        beats,
            const unsigned        unit,
            BlBarLine* const      line)
{
  Counts counts = { 0 };
  double scores[CELLS_MAX];
  memset(line, 0, sizeof(*line));
  counts.per_beat = unit == 8u ? 2.0 : 4.0;
  counts.cells    = (size_t)((double)beats * counts.per_beat);
  if (!notes->n || counts.cells > CELLS_MAX) {
    return;
  }

  const double phase = bl_pulse_phase(onsets, pulse, counts.per_beat);
  for (size_t i = 0; i < notes->n; ++i) {
    count_note(&counts, notes, pulse, phase, i);
  }
  for (size_t k = 0; k < counts.cells; ++k) {
    scores[k] = 0.0;
    for (size_t row = 0; row < CLASSES_MAX; ++row) {
      for (size_t cell = 0; cell < counts.cells; ++cell) {
        scores[k] += counts.counts[row][(cell + k) % counts.cells] *
                     weight_of(&counts, unit, row, cell);
      }
    }
    scores[k] *= 3.0 / sqrt(counts.total);
  }

  size_t best = 0;
  choose(scores, counts.cells, (size_t)counts.per_beat, line, &best);
  line->beat = (phase + (double)best) / counts.per_beat;
}

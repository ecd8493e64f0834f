// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "tempo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BPM_LOW 45.0
#define BPM_HIGH 190.0
#define BPM_STEPS 2400
#define BPM_TYPICAL 86.0
#define OCTAVE_SPREAD 0.42 ///< Of the prior, in natural logarithms
#define ONSETS_MAX 3000u
#define WEIGHT_MOST_S 2.0
#define FREE_COHERENCE 0.42

typedef struct
{
  size_t n;
  double time[ONSETS_MAX];
  double weight[ONSETS_MAX];
  double sum;
} Onsets;

/// How much sung onsets weigh on each sixteenth of a bar: POP909's melodies,
/// square root of the time to the next onset (train_harmony.py's split)
static const double onset_share_4[16] = {
  .146, .019, .081, .031, .097, .021, .088, .031,
  .125, .018, .074, .027, .098, .022, .093, .030,
};

/// The same for notes of a beat and more
static const double long_share_4[16] = {
  .210, .018, .074, .021, .094, .015, .055, .025,
  .192, .015, .066, .016, .097, .017, .069, .017,
};

/// Waltz and 6/8, by general knowledge: no corpus at hand
static const double share_3[12] = {
  .24, .015, .07, .02, .15, .02, .08, .025, .15, .02, .08, .03,
};
static const double share_6[12] = {
  .24, .01, .09, .01, .09, .01, .21, .01, .09, .01, .09, .01,
};

static void
take_onsets(const BlNotes* const notes, Onsets* const onsets)
{
  memset(onsets, 0, sizeof(*onsets));
  for (size_t i = 0; i < notes->n && onsets->n < ONSETS_MAX; ++i) {
    const double next       = i + 1u < notes->n
                                ? notes->notes[i + 1u].start
                                : notes->notes[i].start + notes->notes[i].length;
    const double length     = fmin(next - notes->notes[i].start, WEIGHT_MOST_S);
    onsets->time[onsets->n] = notes->notes[i].start;
    onsets->weight[onsets->n] = sqrt(fmax(length, 0.01));
    onsets->sum += onsets->weight[onsets->n];
    ++onsets->n;
  }
}

/// |mean of exp(2 pi i f t)|; its angle in turns to *phase where wanted
static double
coherence(const Onsets* const onsets, const double f, double* const phase)
{
  double re = 0.0;
  double im = 0.0;
  for (size_t i = 0; i < onsets->n; ++i) {
    const double angle = 2.0 * M_PI * f * onsets->time[i];
    re += onsets->weight[i] * cos(angle);
    im += onsets->weight[i] * sin(angle);
  }
  if (phase) {
    *phase = atan2(im, re) / (2.0 * M_PI);
  }
  return onsets->sum > 0.0 ? sqrt(re * re + im * im) / onsets->sum : 0.0;
}

static double
tempo_score(const Onsets* const onsets, const double bpm, const double typical)
{
  const double f     = bpm / 60.0;
  const double ratio = log(bpm / typical) / OCTAVE_SPREAD;
  return (coherence(onsets, f, NULL) + coherence(onsets, 2.0 * f, NULL) +
          0.8 * coherence(onsets, 4.0 * f, NULL)) *
         exp(-0.5 * ratio * ratio);
}

static BlStatus
find_bpm(const Onsets* const       onsets,
         const BlTempoHints* const hints,
         BlCancel* const           cancel,
         BlTempoFound* const       found)
{
  const double typical =
    hints->typical > 0.0 ? sqrt(BPM_TYPICAL * hints->typical) : BPM_TYPICAL;
  double best  = 0.0;
  double other = 0.0;

  for (size_t i = 0; i < BPM_STEPS; ++i) {
    const double bpm =
      BPM_LOW * pow(BPM_HIGH / BPM_LOW, (double)i / (BPM_STEPS - 1));
    const double score = tempo_score(onsets, bpm, typical);
    if (i % 32u == 0 && bl_cancel_check(cancel)) {
      return BL_CANCELLED;
    }
    if (fabs(log(bpm / found->bpm)) > 0.04 && score < best && score > other) {
      other = score;
    }
    if (score > best) {
      other      = fabs(log(bpm / found->bpm)) > 0.04 ? best : other;
      best       = score;
      found->bpm = bpm;
    }
  }

  // Between the steps: a twentieth of a bpm is a beat in ten minutes
  const double coarse = found->bpm;
  for (int i = -20; i <= 20; ++i) {
    const double bpm   = coarse * (1.0 + 5e-5 * i);
    const double score = tempo_score(onsets, bpm, typical);
    if (score > best) {
      best       = score;
      found->bpm = bpm;
    }
  }
  found->confidence = best > 0.0 ? fmin(2.0 * (best - other) / best, 1.0) : 0;
  return BL_SUCCESS;
}

static const double*
bar_shares(const unsigned beats, const unsigned unit, const bool long_notes)
{
  if (unit == 8u && beats % 3u == 0) {
    return share_6;
  }
  if (beats == 3u) {
    return share_3;
  }
  return long_notes ? long_share_4 : onset_share_4;
}

/// Log-likelihood that a bar line lies at `bar` seconds
static double
bar_score(const Onsets* const onsets,
          const double        bar,
          const double        step,
          const size_t        steps,
          const unsigned      beats,
          const unsigned      unit)
{
  double score = 0.0;
  for (size_t i = 0; i < onsets->n; ++i) {
    const double place  = (onsets->time[i] - bar) / step;
    const double length = onsets->weight[i] * onsets->weight[i] / step;
    const long   index  = lround(place) % (long)steps;
    const size_t at     = (size_t)((index + (long)steps) % (long)steps);
    const bool   is_long =
      length >= 3.5 || (i > 0 && onsets->time[i] - onsets->time[i - 1] > 1.5);
    const double* const shares = bar_shares(beats, unit, is_long);
    const size_t        known  = unit == 8u || beats == 3u ? 12u : 16u;
    score += onsets->weight[i] * log(shares[at % known] * (double)known);
  }
  return score;
}

/// The bar line's time, from the onsets' place in the bar
static double
find_bar(const Onsets* const onsets,
         const double        bpm,
         const unsigned      beats,
         const unsigned      unit,
         BlTempoFound* const found)
{
  const double per_beat = unit == 8u ? 2.0 : 4.0;
  const double f        = bpm / 60.0 * per_beat;
  const size_t steps    = (size_t)((double)beats * per_beat);
  double       phase    = 0.0;
  double       wide     = 0.0;

  // Slurred singing blurs the sixteenths: then the eighths give the phase
  found->coherence    = coherence(onsets, f, &phase);
  const double eighth = coherence(onsets, 0.5 * f, &wide);
  double       first  = phase / f;
  if (eighth > found->coherence) {
    found->coherence = eighth;
    first            = wide / (0.5 * f);
  }
  size_t best  = 0;
  double score = -1e30;
  double other = -1e30;
  for (size_t k = 0; k < steps; ++k) {
    const double s =
      bar_score(onsets, first + (double)k / f, 1.0 / f, steps, beats, unit);
    if (s > score) {
      other = score;
      score = s;
      best  = k;
    } else if (s > other) {
      other = s;
    }
  }
  found->bar_confidence =
    onsets->n > 4u ? 1.0 - exp(-0.25 * (score - other)) : 0.0;
  return first + (double)best / f;
}

/// No even beat in it: a quiet pulse near the style's, bars from the first
/// note on, so that chords can still follow the phrases
static void
lay_free(const Onsets* const       onsets,
         const BlTempoHints* const hints,
         BlGrid* const             grid,
         BlTempoFound* const       found)
{
  found->source = BL_BAND_GRID_FREE;
  found->bpm    = hints->typical > 0.0 ? hints->typical : BPM_TYPICAL;
  grid->n_marks = 0;
  bl_grid_add(grid, 0.0, found->bpm, 4, 4);
  grid->bar_time = onsets->n ? onsets->time[0] : 0.0;
}

static BlStatus
lay_by_ear(const Onsets* const       onsets,
           const BlTempoHints* const hints,
           BlCancel* const           cancel,
           BlGrid* const             grid,
           BlTempoFound* const       found)
{
  const unsigned beats = hints->beats ? hints->beats : 4u;
  const unsigned unit  = hints->unit ? hints->unit : 4u;

  found->source = hints->bpm > 0.0 ? BL_BAND_GRID_TAGS : BL_BAND_GRID_EAR;
  found->bpm    = hints->bpm > 0.0 ? hints->bpm : BPM_TYPICAL;
  if (hints->bpm > 0.0) {
    found->confidence = 1.0;
  } else {
    const BlStatus st = find_bpm(onsets, hints, cancel, found);
    if (st) {
      return st;
    }
    found->bpm *= unit == 8u ? 2.0 : 1.0;
    found->bpm *= hints->octave < 0 ? 0.5 : hints->octave > 0 ? 2.0 : 1.0;
  }

  const double bar = find_bar(onsets, found->bpm, beats, unit, found);
  const double few = onsets->n ? 1.6 / sqrt((double)onsets->n) : 1.0;
  if (hints->free || (found->source == BL_BAND_GRID_EAR && onsets->n &&
                      found->coherence < fmax(FREE_COHERENCE, few))) {
    lay_free(onsets, hints, grid, found);
    return BL_SUCCESS;
  }

  bl_grid_add(grid, 0.0, found->bpm, beats, unit);
  grid->bar_time = onsets->n ? bar + hints->shift * 60.0 / found->bpm : 0.0;
  return BL_SUCCESS;
}

/// Marks by the host, bar line unknown: only the phase is by ear
static void
lay_host_bar(const Onsets* const       onsets,
             const BlTempoHints* const hints,
             BlGrid* const             grid,
             BlTempoFound* const       found)
{
  if (!grid->has_bar && onsets->n) {
    const BlGridMark* const mark = &grid->marks[0];
    grid->bar_time =
      find_bar(onsets, mark->bpm, mark->beats, mark->unit, found) +
      hints->shift * 60.0 / mark->bpm;
  } else {
    found->bar_confidence = 1.0;
  }
  found->source     = BL_BAND_GRID_HOST;
  found->bpm        = grid->marks[0].bpm;
  found->confidence = 1.0;
}

BlStatus
bl_tempo_find(const BlNotes* const      notes,
              const double              seconds,
              const BlTempoHints* const hints,
              BlCancel* const           cancel,
              BlGrid* const             grid,
              BlTempoFound* const       found)
{
  Onsets* const onsets = (Onsets*)calloc(1, sizeof(Onsets));
  BlStatus      st     = BL_SUCCESS;
  memset(found, 0, sizeof(*found));
  if (!onsets) {
    return BL_NO_MEM;
  }

  take_onsets(notes, onsets);
  if (grid->n_marks) {
    lay_host_bar(onsets, hints, grid, found);
  } else {
    st = lay_by_ear(onsets, hints, cancel, grid, found);
  }

  free(onsets);
  return st ? st : bl_grid_finish(grid, seconds);
}

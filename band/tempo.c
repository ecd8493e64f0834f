// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "tempo.h"

#include "bar.h"
#include "pulse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BPM_TYPICAL 86.0
#define FREE_CHANCE 2.6 ///< What chance gives falls with the root of the onsets
#define FREE_LEAST 0.25 ///< Evidence below which no pulse is believed
#define FREE_MOST 0.55  ///< Evidence above which one always is
#define PHRASE_REST_S 0.6
#define CALL_BEATS 3.0    ///< What is shorter is no bar of its own
#define FREE_PACE_LOW 0.6 ///< Of the style's tempo
#define FREE_PACE_HIGH 1.6

static void
tell_pulse(const BlPulse* const pulse, BlTempoFound* const found)
{
  found->bpm        = pulse->bpm;
  found->confidence = pulse->confidence;
  found->coherence  = pulse->coherence;
  found->evidence   = pulse->evidence;
  found->drifts     = pulse->drifts;
  memcpy(found->alternatives, pulse->alternatives, sizeof(found->alternatives));
}

static void
tell_bar(const BlBarLine* const line, BlTempoFound* const found)
{
  found->bar_confidence  = line->confidence;
  found->beat_confidence = line->beat_confidence;
  found->shift           = line->second;
}

/// Bars from phrase to phrase, so that chords change with the singer
static void
lay_phrase(BlGrid* const grid,
           const double  from,
           const double  until,
           const double  bpm)
{
  const double bar  = 240.0 / bpm;
  const double bars = fmax(round((until - from) / bar), 1.0);
  const double pace = 240.0 * bars / fmax(until - from, 0.1);
  bl_grid_add(grid, from,
              fmax(fmin(pace, bpm * FREE_PACE_HIGH), bpm * FREE_PACE_LOW), 4,
              4);
}

/// No even beat in it
static void
lay_free(const BlNotes* const      notes,
         const double              seconds,
         const BlTempoHints* const hints,
         BlGrid* const             grid,
         BlTempoFound* const       found)
{
  const double typical = hints->typical > 0.0 ? hints->typical : BPM_TYPICAL;
  found->source        = BL_BAND_GRID_FREE;
  found->bpm           = typical;
  found->drifts        = false;
  found->styled        = hints->typical > 0.0;
  grid->n_marks        = 0;
  grid->bar_time       = 0.0;
  bl_grid_add(grid, 0.0, typical, 4, 4);

  // What precedes the voice is its own bars, or where they would be too short
  // the first phrase's beginning: somebody gives the note
  const double call = CALL_BEATS * 60.0 / typical;
  double       from = 0.0;
  if (notes->n && notes->notes[0].start > call) {
    from = notes->notes[0].start;
    lay_phrase(grid, 0.0, from, typical);
  }
  for (size_t i = 1; i <= notes->n; ++i) {
    const BlNote* const last = &notes->notes[i - 1u];
    const double        end  = last->start + last->length;
    const bool          over = i == notes->n;
    const double        next = over ? seconds : notes->notes[i].start;
    // Short calls gather until they last a bar
    if (over || (next - end > PHRASE_REST_S && next - from > call)) {
      lay_phrase(grid, from, next, typical);
      from = next;
    }
  }
}

static void
lay_pulse(const BlPulse* const pulse,
          const unsigned       beats,
          const unsigned       unit,
          BlGrid* const        grid)
{
  for (size_t i = 0; i + 1u < pulse->n_knots; ++i) {
    const double pace = (pulse->beat[i + 1u] - pulse->beat[i]) /
                        (pulse->time[i + 1u] - pulse->time[i]);
    bl_grid_add(grid, pulse->time[i], 60.0 * pace, beats, unit);
  }
}

/// Singing with a pulse is told from singing without (figures: README)
static bool
is_free(const BlOnsets* const onsets, const BlPulse* const pulse)
{
  const double chance = FREE_CHANCE / sqrt(fmax((double)onsets->n, 1.0));
  return onsets->n &&
         pulse->evidence < fmax(FREE_LEAST, fmin(chance, FREE_MOST));
}

static BlStatus
find_pulse(const BlOnsets* const     onsets,
           const BlTempoHints* const hints,
           BlCancel* const           cancel,
           BlPulse* const            pulse)
{
  if (hints->bpm > 0.0) {
    bl_pulse_even(onsets, hints->bpm, pulse);
    pulse->confidence = 1.0;
    return BL_SUCCESS;
  }

  const BlStatus st = bl_pulse_find(onsets, hints->typical, cancel, pulse);
  bl_pulse_scale(pulse, hints->unit == 8u ? 2.0 : 1.0);
  bl_pulse_scale(pulse, hints->octave < 0   ? 0.5
                        : hints->octave > 0 ? 2.0
                                            : 1.0);
  return st;
}

static BlStatus
lay_by_ear(const BlNotes* const      notes,
           const double              seconds,
           const BlTempoHints* const hints,
           BlCancel* const           cancel,
           BlGrid* const             grid,
           BlTempoFound* const       found)
{
  const unsigned  beats  = hints->beats ? hints->beats : 4u;
  const unsigned  unit   = hints->unit ? hints->unit : 4u;
  BlOnsets* const onsets = (BlOnsets*)calloc(1, sizeof(BlOnsets));
  BlPulse* const  pulse  = (BlPulse*)calloc(1, sizeof(BlPulse));
  BlStatus        st     = onsets && pulse ? BL_SUCCESS : BL_NO_MEM;
  BlBarLine       line   = { 0 };
  if (!st) {
    bl_onsets_take(notes, onsets);
    st = find_pulse(onsets, hints, cancel, pulse);
  }
  if (!st) {
    found->source = hints->bpm > 0.0 ? BL_BAND_GRID_TAGS : BL_BAND_GRID_EAR;
    tell_pulse(pulse, found);
    bl_bar_find(notes, onsets, pulse, beats, unit, &line);
    tell_bar(&line, found);
    if (hints->free || (hints->bpm <= 0.0 && is_free(onsets, pulse))) {
      lay_free(notes, seconds, hints, grid, found);
    } else {
      lay_pulse(pulse, beats, unit, grid);
      grid->bar_time =
        notes->n ? bl_pulse_time(pulse, line.beat + hints->shift) : 0.0;
    }
  }
  free(onsets);
  free(pulse);
  return st;
}

/// Marks by who told them; where they know no bar, that is by ear
static BlStatus
lay_host_bar(const BlNotes* const      notes,
             const BlTempoHints* const hints,
             BlGrid* const             grid,
             BlTempoFound* const       found)
{
  const BlGridMark* const mark = &grid->marks[0];
  found->source = grid->by_user ? BL_BAND_GRID_USER : BL_BAND_GRID_HOST;
  if (grid->has_bar || !notes->n) {
    found->bpm            = mark->bpm;
    found->confidence     = 1.0;
    found->bar_confidence = found->beat_confidence = 1.0;
    return BL_SUCCESS;
  }

  BlOnsets* const onsets = (BlOnsets*)calloc(1, sizeof(BlOnsets));
  BlPulse* const  pulse  = (BlPulse*)calloc(1, sizeof(BlPulse));
  BlBarLine       line;
  if (onsets && pulse) {
    bl_onsets_take(notes, onsets);
    bl_pulse_even(onsets, mark->bpm, pulse);
    tell_pulse(pulse, found);
    bl_bar_find(notes, onsets, pulse, mark->beats, mark->unit, &line);
    tell_bar(&line, found);
    grid->bar_time    = bl_pulse_time(pulse, line.beat + hints->shift);
    found->confidence = 1.0;
  }
  const BlStatus st = onsets && pulse ? BL_SUCCESS : BL_NO_MEM;
  free(onsets);
  free(pulse);
  return st;
}

BlStatus
bl_tempo_find(const BlNotes* const      notes,
              const double              seconds,
              const BlTempoHints* const hints,
              BlCancel* const           cancel,
              BlGrid* const             grid,
              BlTempoFound* const       found)
{
  memset(found, 0, sizeof(*found));
  const BlStatus st =
    grid->n_marks ? lay_host_bar(notes, hints, grid, found)
                  : lay_by_ear(notes, seconds, hints, cancel, grid, found);
  return st ? st : bl_grid_finish(grid, seconds);
}

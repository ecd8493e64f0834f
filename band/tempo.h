// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_TEMPO_H
#define BL_BAND_TEMPO_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "band.h"
#include "grid.h"
#include "notes.h"

#include <stdbool.h>

/// What the tags say of the beat; zero = nothing
typedef struct
{
  double   bpm;
  unsigned beats;
  unsigned unit;
  double   typical; ///< Where the style's tempo usually lies
  int      octave;  ///< -1 "half time", +1 "double time": of an estimate
  int      shift;   ///< "shift N": the bar line N beats later
  bool     free;    ///< "free time", "rubato"
} BlTempoHints;

typedef struct
{
  BlBandGridSource source;
  double           bpm;
  double           confidence;      ///< Of the tempo, 0..1
  double           bar_confidence;  ///< Of the bar line, 0..1
  double           beat_confidence; ///< Of the beat, whichever is the first
  double           coherence;       ///< Of the onsets with the sixteenths, 0..1
  double           evidence; ///< Of any even or drifting pulse at all, 0..1
  bool             drifts;   ///< The grid's marks follow the singer
  bool             styled;   ///< In free time: bpm is the style's own
  double alternatives[2];    ///< bpm by ear, the likelier first; 0 = none
  int    shift;              ///< Beats to the next likely bar line; 0 = none
} BlTempoFound;

/**
   Lay the grid: the host's where it has one (tempo from the host and no bar:
   the bar by ear), else the tags' tempo, else by ear, following the singer
   where the tempo drifts.  With singing that keeps no time, bars begin where
   phrases do, the first at second 0, and as many as come nearest to the
   style's tempo fill each.

   The tags "half time", "double time" and "shift N" (beats, also negative)
   are taken literally: of what is found by ear; shift also where only the bar
   is by ear.

   `grid` comes with the host's marks, if any, and leaves finished over
   `seconds`.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_tempo_find(const BlNotes*      notes,
                                                  double              seconds,
                                                  const BlTempoHints* hints,
                                                  BlCancel*           cancel,
                                                  BlGrid*             grid,
                                                  BlTempoFound*       found);

#endif // BL_BAND_TEMPO_H

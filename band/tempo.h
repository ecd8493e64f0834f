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
  double           confidence;     ///< Of the tempo, 0..1
  double           bar_confidence; ///< Of the bar line, 0..1
  double           coherence;      ///< Of the onsets with the sixteenths, 0..1
} BlTempoFound;

/**
   Lay the grid: the host's where it has one (tempo from the host and no bar:
   the bar by ear), else the tags' tempo, else by ear; with singing that keeps
   no time, phrases become bars of their own length at an even pulse.

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

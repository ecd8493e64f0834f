// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_BAR_H
#define BL_BAND_BAR_H

#include "base/attributes.h"
#include "notes.h"
#include "pulse.h"

typedef struct
{
  double beat;            ///< Of a bar line, on the pulse's count
  double confidence;      ///< 0..1: probability against all other sixteenths
  double beat_confidence; ///< The same of the beat, whichever is the first
  int    second;          ///< Beats to the next likely bar line; 0 = none
} BlBarLine;

/**
   Where the bar begins on a pulse of known tempo.

   The sixteenths' phase is that of the onsets; among them 4/4 has a model
   learned from sung melodies (pulse_table.h): which notes begin where.  Other
   meters have tables by general knowledge: no corpus at hand.
*/
BL_THREAD_ANY void bl_bar_find(const BlNotes*  notes,
                               const BlOnsets* onsets,
                               const BlPulse*  pulse,
                               unsigned        beats,
                               unsigned        unit,
                               BlBarLine*      line);

#endif // BL_BAND_BAR_H

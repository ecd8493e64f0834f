// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_METRIC_CHORDS_H
#define BL_TESTS_EVALUATE_METRIC_CHORDS_H

#include "harmony.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Weighted chord symbol recall of MIREX's chord estimation task: the share of
   time whose root, or root and third, is right (Harte 2010; Pauwels and
   Peeters, ICASSP 2013; mir_eval's chord.root and chord.majmin).  Time without
   a chord in the truth is left out.  Songs are added up by time, not averaged.
*/
typedef struct
{
  double time;
  double root;
  double majmin;
} BlMetricChords;

/// Compare a stretch of `time` (any unit, the same throughout)
void bl_metric_chords_add(BlMetricChords* sum,
                          double          time,
                          BlChord         truth,
                          BlChord         found);

#endif // BL_TESTS_EVALUATE_METRIC_CHORDS_H

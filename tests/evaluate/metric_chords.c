// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_chords.h"

void
bl_metric_chords_add(BlMetricChords* const sum,
                     const double          time,
                     const BlChord         truth,
                     const BlChord         found)
{
  const bool root = truth.root == found.root;
  sum->time += time;
  sum->root += root ? time : 0.0;
  sum->majmin += root && truth.minor == found.minor ? time : 0.0;
}

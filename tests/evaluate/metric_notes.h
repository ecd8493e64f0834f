// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_METRIC_NOTES_H
#define BL_TESTS_EVALUATE_METRIC_NOTES_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>

/// A note to compare: seconds and MIDI pitch, which need not be whole
typedef struct
{
  double start;
  double pitch;
} BlMetricNote;

/**
   F-measure of notes by onset and pitch, offsets ignored: mir_eval's
   transcription.precision_recall_f1_overlap with offset_ratio None (Bay,
   Ehmann and Downie, ISMIR 2009): onset within `seconds`, pitch within half a
   semitone, and a largest one-to-one matching.
*/
BL_NODISCARD BlStatus bl_metric_notes(const BlMetricNote* truth,
                                      size_t              n_truth,
                                      const BlMetricNote* found,
                                      size_t              n_found,
                                      double              seconds,
                                      double*             f);

#endif // BL_TESTS_EVALUATE_METRIC_NOTES_H

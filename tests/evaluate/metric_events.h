// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_METRIC_EVENTS_H
#define BL_TESTS_EVALUATE_METRIC_EVENTS_H

#include <stddef.h>

/**
   F-measure of moments: each may be matched once, within a window.

   Beats: 70 ms, mir_eval's beat.f_measure (Davies, Degara and Plumbley,
   "Evaluation methods for musical audio beat tracking algorithms", 2009),
   which leaves out the first five seconds; we do not.  Section boundaries: in
   bars, within one bar, both ends left out, as mir_eval's segment.detection
   with trim.  Both rows ascend.  0 where either is empty.
*/
double bl_metric_events(const double* truth,
                        size_t        n_truth,
                        const double* found,
                        size_t        n_found,
                        double        window);

#endif // BL_TESTS_EVALUATE_METRIC_EVENTS_H

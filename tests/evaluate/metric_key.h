// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_METRIC_KEY_H
#define BL_TESTS_EVALUATE_METRIC_KEY_H

#include <stdbool.h>

/**
   The weighted score of MIREX's audio key detection task: 1 for the key, 0.5
   a fifth off in the same mode (either side, as mir_eval's key.weighted_score
   does upwards only; BAND.md 2.4 counts both), 0.3 the relative, 0.2 the
   parallel key, 0 otherwise.
*/
double bl_metric_key(unsigned tonic,
                     bool     minor,
                     unsigned found_tonic,
                     bool     found_minor);

#endif // BL_TESTS_EVALUATE_METRIC_KEY_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_METRIC_TEMPO_H
#define BL_TESTS_EVALUATE_METRIC_TEMPO_H

#include <stdbool.h>

/**
   Accuracy 1 and 2 of Gouyon et al., "An experimental comparison of audio
   tempo induction algorithms", IEEE TASLP 14(5), 2006: within 4 % of the
   tempo; Acc2 also of its half, double, third and triple.
*/
bool bl_metric_tempo_acc1(double bpm, double found);
bool bl_metric_tempo_acc2(double bpm, double found);

#endif // BL_TESTS_EVALUATE_METRIC_TEMPO_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RESULT_PEAK_H
#define BL_RESULT_PEAK_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/**
   True peak by ITU-R BS.1770: the highest value of four times oversampled
   audio.  Exact, but only computed where the samples around are high enough
   to matter, which is several times faster than to do it everywhere.
*/
typedef struct BlTruePeakImpl BlTruePeak;

/// @return NULL when out of memory
BL_THREAD_JOB BL_NODISCARD BlTruePeak* bl_true_peak_new(uint32_t channels);

/// NULL is allowed
BL_THREAD_JOB void bl_true_peak_free(BlTruePeak* peak);

/// Add interleaved frames
BL_THREAD_JOB void bl_true_peak_add(BlTruePeak*  peak,
                                    const float* frames,
                                    size_t       count);

/// Linear value so far; what was added last counts from the next few frames on
BL_THREAD_JOB double bl_true_peak_value(const BlTruePeak* peak);

/// Highest sample so far, linear
BL_THREAD_JOB double bl_true_peak_samples(const BlTruePeak* peak);

#endif // BL_RESULT_PEAK_H

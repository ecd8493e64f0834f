// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_SAMPLES_H
#define BL_BASE_SAMPLES_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Loops over every sample, written for vectors: what run() does to audio, and
   what the disk thread does as fast as it writes.  NaN counts as nothing.

   A host may send samples that are no finite number.  They are captured as
   they are, and heard, measured, drawn and sent as 0.
*/

/// Greatest magnitude, at least 0
BL_THREAD_ANY BL_REALTIME float bl_samples_peak(const float* audio,
                                                size_t       count);

/// Copy to elsewhere, or onto itself; @return the greatest magnitude
BL_THREAD_ANY BL_REALTIME float bl_samples_pass(float*       to,
                                                const float* from,
                                                size_t       count);

/// Widen [*min, *max] by all samples; @return false where one of them is no
/// finite number (the range may then be infinite)
BL_THREAD_ANY BL_REALTIME bool bl_samples_range(const float* audio,
                                                size_t       count,
                                                float*       min,
                                                float*       max);

/// Replace what is no finite number by 0; @return how many were
BL_THREAD_ANY BL_REALTIME size_t bl_samples_clean(float* audio, size_t count);

/// Interleave two channels; @return their greatest magnitude
BL_THREAD_ANY BL_REALTIME float bl_samples_interleave(float*       to,
                                                      const float* left,
                                                      const float* right,
                                                      size_t       frames);

#endif // BL_BASE_SAMPLES_H

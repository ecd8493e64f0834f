// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_SAMPLES_H
#define BL_RT_SAMPLES_H

#include "base/attributes.h"

#include <stdint.h>

/**
   The two loops of run() over every sample, written for vectors.
*/

/// Greatest magnitude of all channels; NaN counts as nothing
BL_THREAD_RT BL_REALTIME float bl_samples_peak(const float* const* audio,
                                               uint32_t            channels,
                                               uint32_t            frames);

/// Copy `frames` from `offset` on of one or two channels, interleaved
BL_THREAD_RT BL_REALTIME void bl_samples_interleave(float*              to,
                                                    const float* const* from,
                                                    uint32_t channels,
                                                    uint32_t offset,
                                                    uint32_t frames);

#endif // BL_RT_SAMPLES_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_LIMITER_H
#define BL_BAND_LIMITER_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/// A look-ahead limiter: its gain is already down when the peak comes.
/// Owner: who called init; free with deinit, whatever init returned
typedef struct
{
  size_t look; ///< Frames of look-ahead
  float  ceiling;
  float  gain; ///< What it stands at
  float  release;
  float* line; ///< look stereo frames of delay
  float* need; ///< Gain that each frame in the line needs
  size_t at;
  size_t busy; ///< Frames until nothing in the line needs less gain
} BlLimiter;

/// @param ceiling Of either channel's samples, linear
BL_THREAD_JOB BL_NODISCARD BlStatus bl_limiter_init(BlLimiter* limiter,
                                                    uint32_t   rate,
                                                    double     ceiling);

BL_THREAD_JOB void bl_limiter_deinit(BlLimiter* limiter);

/// One stereo frame, in place; comes out `look` frames late
BL_THREAD_JOB void bl_limiter_frame(BlLimiter* limiter, float* frame);

#endif // BL_BAND_LIMITER_H

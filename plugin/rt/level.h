// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_LEVEL_H
#define BL_RT_LEVEL_H

#include "base/attributes.h"

#include <stdint.h>

/// What the level port shows, dBFS
#define BL_LEVEL_LEAST (-90.0f)
#define BL_LEVEL_MOST 24.0f

/**
   The input's peak as a meter shows it: up at once, down by 40 dB a second.

   Owner: who has run(); a value, set up by bl_level_init().  A logarithm is
   taken only of a peak above the falling level.
*/
typedef struct
{
  float    dbfs;   ///< What is shown
  float    peak;   ///< The same, linear
  uint32_t frames; ///< Length of the last block; `fall` and `factor` are its
  float    fall;   ///< dB
  float    factor; ///< The same, linear
} BlLevel;

BL_THREAD_HOST void bl_level_init(BlLevel* level);

/// A block of `frames` at `rate` has this peak; @return dBFS
BL_THREAD_RT BL_REALTIME float bl_level_run(BlLevel* level,
                                            double   rate,
                                            float    peak,
                                            uint32_t frames);

#endif // BL_RT_LEVEL_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_OVERVIEW_H
#define BL_TAKE_OVERVIEW_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdint.h>

/**
   The waveform of a whole audio file in a fixed number of pairs, worked out
   piece by piece so that whoever does it can do other things between.

   Owner: whoever opened it; one thread.
*/
typedef struct BlOverviewImpl BlOverview;

/// @return BL_NOT_FOUND, BL_BAD_FILE, …
BL_THREAD_DISK BL_NODISCARD BlStatus bl_overview_open(const char*  path,
                                                      uint32_t     pairs,
                                                      BlOverview** overview);

/// NULL is allowed
BL_THREAD_DISK void bl_overview_close(BlOverview* overview);

/// Read for about `seconds`.  @return BL_BUSY while there is more to read,
/// BL_SUCCESS when all pairs are known, else why not
BL_THREAD_DISK BL_NODISCARD BlStatus bl_overview_step(BlOverview* overview,
                                                      double      seconds);

/// Least and greatest sample of all channels, interleaved, twice `pairs`
BL_THREAD_DISK const float* bl_overview_peaks(const BlOverview* overview);

#endif // BL_TAKE_OVERVIEW_H

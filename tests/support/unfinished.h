// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UNFINISHED_H
#define BL_TESTS_UNFINISHED_H

#include "take/take.h"

#include <stdbool.h>
#include <stdint.h>

/**
   A take below `root` as a process that was killed leaves it: mono, at 48 kHz.

   @param audio  NULL: silence, as a hole in the file
   @param known  with a take.json
   @return false where it could not be written
*/
bool unfinished_take(const char*  root,
                     const float* audio,
                     uint64_t     frames,
                     bool         known,
                     BlTake*      take);

#endif // BL_TESTS_UNFINISHED_H

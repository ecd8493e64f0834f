// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SUPPORT_SCENE_H
#define BL_TESTS_SUPPORT_SCENE_H

#include "support/host.h"
#include "take/take.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   What tests of the whole plugin do again and again: a signal whose every
   sample can be told from its neighbours, and a look at what it left in
   $XDG_DATA_HOME.  Failures end the program with a line of TAP.
*/

#define SCENE_TAKES_MAX 64u

/// Memory and time are not those of a user's build
#define SCENE_SANITIZED 0
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef SCENE_SANITIZED
#define SCENE_SANITIZED 1
#endif
#endif

/// `frames` samples of noise at -6 dBFS, exact in 24 bits; free() it
float* scene_signal(size_t frames, uint32_t seed);

/// All takes on disk, oldest first; @return how many
size_t scene_takes(BlTake takes[SCENE_TAKES_MAX]);

/// Wait until so many takes are on disk and closed
bool scene_wait_takes(BlHost* host, size_t count, double seconds);

/// The take's file holds exactly these frames, one pointer a channel
bool scene_take_is(const BlTake*       take,
                   const float* const* audio,
                   size_t              frames);

/// Remove every take of $XDG_DATA_HOME
void scene_forget_takes(void);

/// Threads of this process whose names begin with "bl-"
unsigned scene_threads(void);

/// All threads of this process, those of its libraries too
unsigned scene_all_threads(void);

/// Files of this process that are open, and some more that are always
unsigned scene_open_files(void);

/// Resident bytes of this process
size_t scene_resident(void);

#endif // BL_TESTS_SUPPORT_SCENE_H

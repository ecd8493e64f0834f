// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_WAKE_H
#define BL_BASE_WAKE_H

#include "base/attributes.h"

#include <stdbool.h>

/**
   Where one thread rests and others wake it.

   A call that comes while it does not rest is kept: the next rest is over at
   once.  run() never calls one: see rt/link.h.
*/
typedef struct BlWakeImpl BlWake;

/// @return NULL when out of memory
BL_THREAD_HOST BL_NODISCARD BlWake* bl_wake_new(void);

/// Nobody rests or calls any more; NULL is allowed
BL_THREAD_HOST void bl_wake_free(BlWake* wake);

BL_THREAD_ANY void bl_wake_up(BlWake* wake);

/// Rest for `ms` or until woken.  @return true where woken
BL_THREAD_DISK bool bl_wake_rest(BlWake* wake, unsigned ms);

#endif // BL_BASE_WAKE_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_THREAD_H
#define BL_BASE_THREAD_H

#include "base/attributes.h"
#include "base/status.h"

#include <pthread.h>

/**
   Backline's own threads: SCHED_OTHER whatever the creator is (a host's
   thread may be real-time), every signal blocked before the first
   instruction (a SIGPIPE makes Ardour think that its engine died), named.
   Each is joined by who created it; none is ever detached, since a host may
   unload the code.
*/

/**
   Start `run(data)` in a new thread called `name` (at most 15 bytes).

   @return BL_SUCCESS, BL_NO_MEM or what errno says; nothing to undo then.
*/
BL_THREAD_HOST BL_NODISCARD BlStatus bl_thread_start(pthread_t*  thread,
                                                     const char* name,
                                                     void* (*run)(void* data),
                                                     void* data);

/// Monotonic time in seconds; through the vDSO, so no system call
BL_THREAD_ANY BL_REALTIME double bl_time_monotonic(void);

#endif // BL_BASE_THREAD_H

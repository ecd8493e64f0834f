// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_CANCEL_H
#define BL_BASE_CANCEL_H

#include "base/attributes.h"

#include <stdbool.h>

/**
   A cancellation that anything which waits is given.

   Owner:    whoever started the work; it outlives every wait on it.
   Threads:  trigger and is_triggered from any thread but the audio thread;
             sleeping and fd for the one thread that works.
   Once triggered it stays so; there is no reset.

   The working thread may also be the one that must hear of the user's click
   (the job thread polls the ring from run()).  So a cancel carries an
   optional poll function, and whatever waits or works for long calls
   bl_cancel_check() at least every BL_POLL_BUSY_MS while it waits and once a
   chunk while it works.
*/
typedef struct BlCancelImpl BlCancel;

/// @return NULL when out of memory or file descriptors
BL_THREAD_HOST BL_NODISCARD BlCancel* bl_cancel_new(void);

/// NULL is allowed
BL_THREAD_HOST void bl_cancel_free(BlCancel* cancel);

/// Cancel: every sleep returns at once, the fd becomes readable for good
BL_THREAD_ANY void bl_cancel_trigger(BlCancel* cancel);

/// NULL is allowed and never triggered
BL_THREAD_ANY bool bl_cancel_is_triggered(const BlCancel* cancel);

/// Let the working thread call `poll(handle)` whenever it checks or sleeps
BL_THREAD_HOST void bl_cancel_set_poll(BlCancel* cancel,
                                       void (*poll)(void* handle),
                                       void* handle);

/// Poll, then as bl_cancel_is_triggered(); for the working thread only
BL_THREAD_JOB bool bl_cancel_check(BlCancel* cancel);

/// Sleep and check meanwhile; @return true if cancelled meanwhile (NULL just
/// sleeps)
BL_THREAD_JOB bool bl_cancel_sleep(BlCancel* cancel, double seconds);

/// A descriptor that is readable once cancelled, for poll(); -1 for NULL
BL_THREAD_JOB int bl_cancel_fd(const BlCancel* cancel);

#endif // BL_BASE_CANCEL_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_SIGPIPE_H
#define BL_SERVICE_SIGPIPE_H

#include "base/attributes.h"

#include <signal.h>
#include <stdbool.h>

/**
   Keep SIGPIPE away from the calling thread for a while.

   OpenSSL and pipes write() without MSG_NOSIGNAL, and a process-wide handler
   is the host's to set, not ours.
*/
typedef struct
{
  sigset_t before;
  bool     was_pending;
} BlSigpipe;

BL_THREAD_JOB void bl_sigpipe_block(BlSigpipe* state);

/// Takes back what the block caused, and only that
BL_THREAD_JOB void bl_sigpipe_restore(const BlSigpipe* state);

#endif // BL_SERVICE_SIGPIPE_H

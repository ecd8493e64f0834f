// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/sigpipe.h"

#include <stddef.h>
#include <time.h>

void
bl_sigpipe_block(BlSigpipe* const state)
{
  sigset_t pending;
  sigset_t only;

  sigemptyset(&pending);
  sigpending(&pending);
  state->was_pending = sigismember(&pending, SIGPIPE) == 1;

  sigemptyset(&only);
  sigaddset(&only, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &only, &state->before);
}

void
bl_sigpipe_restore(const BlSigpipe* const state)
{
  if (!state->was_pending) {
    const struct timespec now = { 0, 0 };
    sigset_t              only;
    sigemptyset(&only);
    sigaddset(&only, SIGPIPE);
    while (sigtimedwait(&only, NULL, &now) == SIGPIPE) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &state->before, NULL);
}

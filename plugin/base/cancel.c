// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/cancel.h"

#include "base/limits.h"
#include "base/thread.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct BlCancelImpl
{
  // Immutable after new
  int fd;

  // Set before the work starts; called by the working thread
  void (*poll)(void* handle);
  void* handle;

  // Atomic: trigger -> any; release/acquire, so that what the trigger's
  // thread wrote before is seen by who obeys
  atomic_bool triggered;
};

BlCancel*
bl_cancel_new(void)
{
  BlCancel* const cancel = (BlCancel*)calloc(1, sizeof(BlCancel));
  if (!cancel) {
    return NULL;
  }

  cancel->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (cancel->fd < 0) {
    free(cancel);
    return NULL;
  }

  atomic_init(&cancel->triggered, false);
  return cancel;
}

void
bl_cancel_free(BlCancel* const cancel)
{
  if (cancel) {
    close(cancel->fd);
    free(cancel);
  }
}

void
bl_cancel_trigger(BlCancel* const cancel)
{
  const uint64_t one = 1;

  atomic_store_explicit(&cancel->triggered, true, memory_order_release);
  while (write(cancel->fd, &one, sizeof(one)) < 0 && errno == EINTR) {
  }
}

bool
bl_cancel_is_triggered(const BlCancel* const cancel)
{
  return cancel &&
         atomic_load_explicit(&cancel->triggered, memory_order_acquire);
}

void
bl_cancel_set_poll(BlCancel* const cancel,
                   void (*const poll)(void* handle),
                   void* const handle)
{
  cancel->poll   = poll;
  cancel->handle = handle;
}

bool
bl_cancel_check(BlCancel* const cancel)
{
  if (cancel && cancel->poll) {
    cancel->poll(cancel->handle);
  }
  return bl_cancel_is_triggered(cancel);
}

bool
bl_cancel_sleep(BlCancel* const cancel, const double seconds)
{
  const double end = bl_time_monotonic() + fmax(seconds, 0.0);

  while (!bl_cancel_check(cancel)) {
    const double left = end - bl_time_monotonic();
    if (left <= 0.0) {
      return false;
    }

    const double slice = cancel && cancel->poll ? 1e-3 * BL_POLL_BUSY_MS : 60.0;
    struct pollfd pfd  = { bl_cancel_fd(cancel), POLLIN, 0 };
    poll(&pfd, 1, (int)ceil(fmin(left, slice) * 1e3));
  }

  return true;
}

int
bl_cancel_fd(const BlCancel* const cancel)
{
  return cancel ? cancel->fd : -1;
}

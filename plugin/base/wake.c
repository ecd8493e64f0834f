// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/wake.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct BlWakeImpl
{
  // Guarded by lock
  pthread_mutex_t lock;
  pthread_cond_t  called;
  bool            is_called;
};

BlWake*
bl_wake_new(void)
{
  BlWake* const wake = (BlWake*)calloc(1, sizeof(BlWake));
  if (wake) {
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&wake->called, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&wake->lock, NULL);
  }
  return wake;
}

void
bl_wake_free(BlWake* const wake)
{
  if (wake) {
    pthread_mutex_destroy(&wake->lock);
    pthread_cond_destroy(&wake->called);
    free(wake);
  }
}

void
bl_wake_up(BlWake* const wake)
{
  pthread_mutex_lock(&wake->lock);
  wake->is_called = true;
  pthread_cond_signal(&wake->called);
  pthread_mutex_unlock(&wake->lock);
}

bool
bl_wake_rest(BlWake* const wake, const unsigned ms)
{
  struct timespec until = { 0, 0 };
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += (long)(ms % 1000u) * 1000000L;
  until.tv_sec += (time_t)(ms / 1000u) + until.tv_nsec / 1000000000L;
  until.tv_nsec %= 1000000000L;

  pthread_mutex_lock(&wake->lock);
  int err = 0;
  while (!wake->is_called && !err) {
    err = pthread_cond_timedwait(&wake->called, &wake->lock, &until);
  }
  const bool is_called = wake->is_called;
  wake->is_called      = false;
  pthread_mutex_unlock(&wake->lock);
  return is_called;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <time.h>

static BlStatus
init_attributes(pthread_attr_t* const attr)
{
  const struct sched_param param = { .sched_priority = 0 };

  int err = pthread_attr_init(attr);
  if (err) {
    return bl_status_from_errno(err);
  }

  if ((err = pthread_attr_setinheritsched(attr, PTHREAD_EXPLICIT_SCHED)) ||
      (err = pthread_attr_setschedpolicy(attr, SCHED_OTHER)) ||
      (err = pthread_attr_setschedparam(attr, &param))) {
    pthread_attr_destroy(attr);
    return bl_status_from_errno(err);
  }

  return BL_SUCCESS;
}

BlStatus
bl_thread_start(pthread_t* const  thread,
                const char* const name,
                void* (*const run)(void* data),
                void* const data)
{
  pthread_attr_t attr;
  const BlStatus st = init_attributes(&attr);
  if (st) {
    return st;
  }

  // The new thread inherits the mask, so that no signal can come between
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int err = pthread_create(thread, &attr, run, data);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attr);

  if (!err) {
    pthread_setname_np(*thread, name);
  }
  return bl_status_from_errno(err);
}

double
bl_time_monotonic(void)
{
  struct timespec ts = { 0, 0 };
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

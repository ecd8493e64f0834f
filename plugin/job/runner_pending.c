// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Stands in until job/runner.c arrives: polls, and refuses every job.  Not
// compiled once that file exists; then remove it.

#include "base/limits.h"
#include "base/thread.h"
#include "job/runner.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct BlRunnerImpl
{
  BlRunnerSetup setup;
  pthread_t     thread;
  bool          started;
  atomic_bool   stop;
};

static void*
run(void* const data)
{
  BlRunner* const       self  = (BlRunner*)data;
  const struct timespec slice = { 0, 1000000L * BL_POLL_IDLE_MS };
  while (!atomic_load(&self->stop)) {
    if (self->setup.poll) {
      self->setup.poll(self->setup.handle);
    }
    nanosleep(&slice, NULL);
  }
  return NULL;
}

BlRunner*
bl_runner_new(const BlRunnerSetup* const setup)
{
  BlRunner* const self = (BlRunner*)calloc(1, sizeof(BlRunner));
  if (self) {
    self->setup = *setup;
  }
  return self;
}

BlStatus
bl_runner_start(BlRunner* const self)
{
  const BlStatus st = bl_thread_start(&self->thread, "bl-job", run, self);
  self->started     = !st;
  return st;
}

void
bl_runner_stop(BlRunner* const self)
{
  atomic_store(&self->stop, true);
  if (self->started) {
    pthread_join(self->thread, NULL);
  }
  self->started = false;
}

void
bl_runner_free(BlRunner* const self)
{
  if (self) {
    bl_runner_stop(self);
    free(self);
  }
}

BlStatus
bl_runner_generate(BlRunner* const    self,
                   const BlAsk* const ask,
                   uint32_t* const    ticket)
{
  (void)self;
  (void)ask;
  (void)ticket;
  return BL_UNSUPPORTED;
}

BlStatus
bl_runner_adopt(BlRunner* const   self,
                const char* const take_id,
                const uint32_t    number)
{
  (void)self;
  (void)take_id;
  (void)number;
  return BL_UNSUPPORTED;
}

BlStatus
bl_runner_cancel(BlRunner* const   self,
                 const char* const take_id,
                 const uint32_t    number)
{
  (void)self;
  (void)take_id;
  (void)number;
  return BL_UNSUPPORTED;
}

BlStatus
bl_runner_resume(BlRunner* const   self,
                 const char* const take_id,
                 const uint32_t    number,
                 const bool        post_again)
{
  (void)self;
  (void)take_id;
  (void)number;
  (void)post_again;
  return BL_UNSUPPORTED;
}

BlStatus
bl_runner_claim(BlRunner* const   self,
                const char* const take_id,
                const uint32_t    number,
                const char* const task_id)
{
  (void)self;
  (void)take_id;
  (void)number;
  (void)task_id;
  return BL_UNSUPPORTED;
}

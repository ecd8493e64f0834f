// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/runner.h"

#include "base/paths.h"
#include "base/thread.h"
#include "job/runner_impl.h"
#include "service/band_process.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double
bl_runner_now(const BlRunner* const runner)
{
  if (runner->setup.clock) {
    return runner->setup.clock(runner->setup.handle);
  }

  // CLOCK_BOOTTIME: what was due while the lid was closed is due at once
  struct timespec ts = { 0, 0 };
  clock_gettime(CLOCK_BOOTTIME, &ts);
  return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

double
bl_runner_random(BlRunner* const runner)
{
  uint64_t x = runner->random;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  runner->random = x;
  return (double)(x >> 11) / 9007199254740992.0;
}

double
bl_runner_jitter(BlRunner* const runner, const double seconds)
{
  return seconds * (1.0 + BL_JITTER * (2.0 * bl_runner_random(runner) - 1.0));
}

BlRunner*
bl_runner_new(const BlRunnerSetup* const setup)
{
  BlRunner* const runner = (BlRunner*)calloc(1, sizeof(BlRunner));
  if (!runner) {
    return NULL;
  }

  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_cond_init(&runner->wake, &attr);
  pthread_condattr_destroy(&attr);
  pthread_mutex_init(&runner->lock, NULL);
  atomic_init(&runner->stopping, false);

  runner->setup  = *setup;
  runner->random = (uint64_t)(bl_runner_now(runner) * 1e9) ^ (uintptr_t)runner;
  runner->random = runner->random ? runner->random : 1;
  if (setup->root) {
    snprintf(runner->root, sizeof(runner->root), "%s", setup->root);
  }
  return runner;
}

BlStatus
bl_runner_root(BlRunner* const runner, const char** const root)
{
  BlStatus st = BL_SUCCESS;
  if (!runner->root[0]) {
    BlConfig* const config = (BlConfig*)malloc(sizeof(BlConfig));
    if (!config) {
      return BL_NO_MEM;
    }
    bl_config_init(config);
    if (!(runner->setup.load_config
            ? runner->setup.load_config(runner->setup.handle, config)
            : bl_config_load(config, runner->setup.log)) &&
        config->takes_dir[0]) {
      snprintf(runner->root, sizeof(runner->root), "%s", config->takes_dir);
    } else {
      st = bl_path_takes(runner->root, sizeof(runner->root));
    }
    free(config);
  }

  *root = runner->root;
  return st;
}

/// Has another process asked for its end?
static void
watch_cancel(BlJobTask* const task, const double now)
{
  if (task->lock < 0 || now - task->watched < BL_CANCEL_WATCH_S) {
    return;
  }

  BlRunner* const runner = task->runner;
  task->watched          = now;
  if (bl_journal_is_cancel_asked(runner->root, task->job.take_id,
                                 task->job.number, false)) {
    pthread_mutex_lock(&runner->lock);
    task->cancel_wanted = true;
    pthread_mutex_unlock(&runner->lock);
    bl_cancel_trigger(task->cancel);
  }
}

void
bl_runner_poll(void* const handle)
{
  BlRunner* const runner = (BlRunner*)handle;
  const double    now    = bl_runner_now(runner);
  if (runner->in_poll || now - runner->polled < 0.4e-3 * BL_POLL_BUSY_MS) {
    return;
  }

  runner->polled  = now;
  runner->in_poll = true;
  if (runner->setup.poll && runner->setup.poll(runner->setup.handle)) {
    runner->lively = now;
  }

  const bool stop =
    runner->interrupt && bl_cancel_is_triggered(runner->interrupt);
  if (stop) {
    atomic_store_explicit(&runner->stopping, true, memory_order_release);
  }
  bl_band_reap();
  for (BlJobTask* task = runner->tasks; task; task = task->next) {
    if (stop) {
      bl_cancel_trigger(task->cancel);
    }
    bl_task_collect(task, false);
    watch_cancel(task, now);
  }
  runner->in_poll = false;
}

/// The task whose action is due first; NULL where there is none
static BlJobTask*
next_task(BlRunner* const runner)
{
  BlJobTask* first = NULL;
  for (BlJobTask* task = runner->tasks; task; task = task->next) {
    if (!first || task->due < first->due) {
      first = task;
    }
  }
  return first;
}

/// One step of one task, then off the list if that was its end
static void
run_task(BlRunner* const runner, BlJobTask* const task)
{
  if (task->lock < 0) {
    bl_task_watch(task);
  } else if (!bl_task_interrupted(task)) {
    const BlJob* const job = &task->job;
    if (runner->setup.may_run &&
        !runner->setup.may_run(runner->setup.handle, job)) {
      task->due = bl_runner_now(runner) + 0.25;
    } else {
      bl_task_step(task);
    }
  }

  if (!bl_job_is_open(task->job.state)) {
    bl_task_unlink(task);
    bl_task_free(task);
  }
}

/// Cancelled while it waited, or called by a callback?  Then it is due now
static void
look_around(BlRunner* const runner)
{
  const double now = bl_runner_now(runner);
  for (BlJobTask* task = runner->tasks; task; task = task->next) {
    if (bl_cancel_is_triggered(task->cancel)) {
      task->due = now;
    } else if (task->service && task->job.task_id[0] &&
               bl_service_has_news(task->service, task->job.task_id)) {
      task->due       = now;
      task->next_poll = now;
    }
    if (task->lock >= 0 && now - task->told >= BL_WAITING_NEWS_S) {
      bl_task_tell(task, false);
    }
  }
}

/// @return false where the time went by and nobody called
static bool
wait_for(BlRunner* const runner, const double seconds)
{
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  const double whole = floor(seconds);
  until.tv_sec += (time_t)whole;
  until.tv_nsec += (long)((seconds - whole) * 1e9);
  if (until.tv_nsec >= 1000000000L) {
    ++until.tv_sec;
    until.tv_nsec -= 1000000000L;
  }

  pthread_mutex_lock(&runner->lock);
  if (!runner->wishes && !runner->stirred &&
      !atomic_load_explicit(&runner->stopping, memory_order_acquire)) {
    pthread_cond_timedwait(&runner->wake, &runner->lock, &until);
  }
  const bool called = runner->wishes || runner->stirred;
  runner->stirred   = false;
  pthread_mutex_unlock(&runner->lock);
  return called;
}

/// Until the next poll at the latest
static void
wait_a_while(BlRunner* const runner, const BlJobTask* const task)
{
  const double now  = bl_runner_now(runner);
  const bool   calm = now - runner->lively >= BL_POLL_CALM_S;
  const double ms   = task   ? BL_POLL_BUSY_MS
                      : calm ? BL_POLL_CALM_MS
                             : BL_POLL_IDLE_MS;
  if (wait_for(runner, task ? fmin(task->due - now, 1e-3 * ms) : 1e-3 * ms) ||
      task) {
    runner->lively = bl_runner_now(runner);
  }
}

/// Work until stopped; `until_idle`: or until no job is open
static void
work(BlRunner* const runner, const bool until_idle)
{
  runner->lively = bl_runner_now(runner);
  while (!atomic_load_explicit(&runner->stopping, memory_order_acquire)) {
    while (bl_runner_grant(runner)) {
      runner->lively = bl_runner_now(runner);
    }

    bl_runner_poll(runner);
    look_around(runner);

    const double     now  = bl_runner_now(runner);
    BlJobTask* const task = next_task(runner);
    if (task && task->due <= now) {
      run_task(runner, task);
      continue;
    }

    pthread_mutex_lock(&runner->lock);
    const bool more = runner->wishes;
    pthread_mutex_unlock(&runner->lock);
    if (more) {
      continue;
    }
    if (!task && until_idle) {
      break;
    }
    wait_a_while(runner, task);
  }
}

/// Give every job back as it stands on disk
static void
let_go(BlRunner* const runner)
{
  while (runner->tasks) {
    BlJobTask* const task = runner->tasks;
    bl_task_unlink(task);
    bl_task_free(task);
  }
}

static void*
run_thread(void* const data)
{
  BlRunner* const runner = (BlRunner*)data;
  work(runner, false);
  bl_runner_keep(runner);
  let_go(runner);
  return NULL;
}

BlStatus
bl_runner_start(BlRunner* const runner)
{
  if (runner->is_started) {
    return BL_BAD_STATE;
  }

  atomic_store_explicit(&runner->stopping, false, memory_order_release);
  const BlStatus st =
    bl_thread_start(&runner->thread, "bl-job", run_thread, runner);
  runner->is_started = !st;
  return st;
}

void
bl_runner_stop(BlRunner* const runner)
{
  if (!runner->is_started) {
    return;
  }

  pthread_mutex_lock(&runner->lock);
  atomic_store_explicit(&runner->stopping, true, memory_order_release);
  for (BlJobTask* task = runner->tasks; task; task = task->next) {
    bl_cancel_trigger(task->cancel);
  }
  pthread_cond_broadcast(&runner->wake);
  pthread_mutex_unlock(&runner->lock);

  pthread_join(runner->thread, NULL);
  runner->is_started = false;
}

BlStatus
bl_runner_run_until_idle(BlRunner* const runner, BlCancel* const interrupt)
{
  if (runner->is_started) {
    return BL_BAD_STATE;
  }

  atomic_store_explicit(&runner->stopping, false, memory_order_release);
  runner->interrupt = interrupt;
  work(runner, true);
  bl_runner_keep(runner);
  let_go(runner);
  runner->interrupt = NULL;
  return atomic_load_explicit(&runner->stopping, memory_order_acquire)
           ? BL_CANCELLED
           : BL_SUCCESS;
}

void
bl_runner_free(BlRunner* const runner)
{
  if (!runner) {
    return;
  }

  bl_runner_stop(runner);
  while (runner->wishes) {
    BlWish* const wish = runner->wishes;
    runner->wishes     = wish->next;
    free(wish);
  }
  pthread_cond_destroy(&runner->wake);
  pthread_mutex_destroy(&runner->lock);
  free(runner);
}

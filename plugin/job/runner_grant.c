// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/prepare.h"
#include "job/runner_impl.h"
#include "take/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// Tell of a wish that became no job
static void
reject(BlJobTask* const task, const BlStatus status, const char* const words)
{
  BlJob* const job = &task->job;
  job->number      = 0;
  job->state       = BL_JOB_FAILED;
  job->error       = status;
  bl_job_sentence(job, status, words, job->message, sizeof(job->message));
  if (job->refine && words && *words) {
    snprintf(job->message, sizeof(job->message), "%s", words);
  }
  bl_log(task->runner->setup.log, BL_LOG_WARNING, "%s", job->message);
  bl_task_tell(task, true);
}

static BlStatus
load_config(BlRunner* const runner, BlConfig* const config)
{
  bl_config_init(config);
  const BlStatus st =
    runner->setup.load_config
      ? runner->setup.load_config(runner->setup.handle, config)
      : bl_config_load(config, runner->setup.log);
  if (st) {
    bl_log(runner->setup.log, BL_LOG_WARNING, "%s", bl_strerror(st));
  }
  return st;
}

/// The newest of at least ten seconds that is not silent
static BlStatus
find_newest(BlRunner* const runner, const char* const root, BlTake* const take)
{
  BlTakeList list = { NULL, 0, 0 };
  BlStatus   st   = bl_store_list(root, runner->setup.log, &list);
  if (st) {
    return st == BL_NOT_FOUND ? BL_NO_TAKE : st;
  }

  st = BL_NO_TAKE;
  for (size_t i = list.count; st && i-- > 0;) {
    if (bl_take_seconds(&list.takes[i]) >= BL_TAKE_WARN_S &&
        !bl_take_judge(&list.takes[i])) {
      *take = list.takes[i];
      st    = BL_SUCCESS;
    }
  }
  bl_store_list_free(&list);
  return st;
}

/// By itself only where it is free; asks nobody on the network
static bool
may_be_automatic(BlJobTask* const task, const BlAsk* const ask)
{
  const char* const name = bl_prepare_service(&ask->settings, &task->config);
  if (!ask->automatic || task->config.auto_generate_paid || !*name ||
      !strcmp(name, "local")) {
    return true;
  }

  BlServiceError error;
  BlService*     service = NULL;
  if (bl_service_open(&task->config, name, task->runner->setup.log,
                      task->cancel, &service, &error)) {
    return false;
  }
  const bool paid = bl_service_info(service)->paid;
  bl_service_close(service);
  return !paid;
}

static BlStatus
begin(BlJobTask* const task, const BlWish* const wish)
{
  BlRunner* const    runner = task->runner;
  const BlAsk* const ask    = &wish->ask;
  const char*        root   = NULL;
  BlStatus           st     = bl_runner_root(runner, &root);
  if (st) {
    return st;
  }

  st = ask->take_id[0] ? bl_store_load(root, ask->take_id, &task->take)
                       : find_newest(runner, root, &task->take);
  if (st) {
    return st == BL_NOT_FOUND ? BL_NO_TAKE : st;
  }

  BlJob* const job = &task->job;
  job->settings    = ask->settings;
  job->automatic   = ask->automatic;
  if (!job->settings.service[0]) {
    // What is meant now holds, whatever the configuration says later
    const char* const name = bl_prepare_service(&ask->settings, &task->config);
    snprintf(job->settings.service, sizeof(job->settings.service), "%s", name);
  }
  snprintf(job->take_id, sizeof(job->take_id), "%s", task->take.id);
  bl_job_stamp(job);
  if ((st = bl_journal_create(root, job->take_id, &job->number, &task->lock))) {
    return st;
  }
  return bl_journal_save(root, job);
}

static void
generate(BlRunner* const runner, const BlWish* const wish)
{
  BlJobTask* const task = bl_task_new(runner);
  if (!task) {
    bl_log(runner->setup.log, BL_LOG_ERROR, "%s", bl_strerror(BL_NO_MEM));
    return;
  }

  task->ticket = wish->ticket;
  if (load_config(runner, &task->config) == BL_BAD_CONFIG) {
    // Another service may be meant than the default
    reject(task, BL_BAD_CONFIG, "config.json");
    bl_task_free(task);
    return;
  }
  if (!may_be_automatic(task, &wish->ask)) {
    reject(task, BL_BAD_STATE,
           "a take goes to a paid service by itself only where config.json "
           "sets auto_generate_paid");
    bl_task_free(task);
    return;
  }

  char           words[BL_MESSAGE_BYTES] = "";
  const BlStatus st                      = wish->ask.refine
                                             ? bl_task_begin_refine(task, &wish->ask, words)
                                             : begin(task, wish);
  if (st) {
    reject(task, st, *words ? words : NULL);
    bl_task_free(task);
    return;
  }

  bl_task_link(task);
  bl_task_tell(task, true);
}

/// The job as it stands on disk, with its lock where it is free
static BlStatus
pick_up(BlRunner* const   runner,
        const char* const take_id,
        const uint32_t    number,
        BlJobTask** const found)
{
  const char*      root = NULL;
  BlJobTask* const task = bl_task_new(runner);
  BlStatus         st   = task ? bl_runner_root(runner, &root) : BL_NO_MEM;
  if (st ||
      (st = bl_journal_load(root, take_id, number, runner->setup.log,
                            &task->job)) ||
      (st = bl_store_load(root, take_id, &task->take))) {
    bl_task_free(task);
    return st;
  }

  (void)load_config(runner, &task->config);
  task->found = true;
  if (runner->setup.may_run &&
      !runner->setup.may_run(runner->setup.handle, &task->job)) {
    *found = task;
    return BL_SUCCESS;
  }

  // Whoever had the lock may have gone on since we looked
  if (!bl_journal_lock(root, take_id, number, &task->lock) &&
      (st = bl_journal_load(root, take_id, number, runner->setup.log,
                            &task->job))) {
    bl_task_free(task);
    return st;
  }
  *found = task;
  return BL_SUCCESS;
}

/// From now on in the list, if there is anything to do
static void
settle_in(BlJobTask* const task)
{
  const bool open = bl_job_is_open(task->job.state);
  if (open) {
    bl_task_link(task);
  }
  bl_task_tell(task, true);
  if (!open) {
    bl_task_free(task);
  }
}

static void
adopt(BlRunner* const runner, const BlWish* const wish)
{
  BlJobTask* task = bl_task_find(runner, wish->take_id, wish->number);
  if (task) {
    bl_task_tell(task, true);
    return;
  }

  const BlStatus st = pick_up(runner, wish->take_id, wish->number, &task);
  if (st) {
    bl_log(runner->setup.log, BL_LOG_WARNING, "Job %u of %s: %s",
           (unsigned)wish->number, wish->take_id, bl_strerror(st));
    return;
  }
  settle_in(task);
}

static void
cancel(BlRunner* const runner, const BlWish* const wish)
{
  if (!wish->number) {
    for (BlJobTask* task = runner->tasks; task; task = task->next) {
      pthread_mutex_lock(&runner->lock);
      task->cancel_wanted = task->cancel_wanted || task->lock >= 0;
      pthread_mutex_unlock(&runner->lock);
      if (task->lock >= 0) {
        bl_cancel_trigger(task->cancel);
        task->due = bl_runner_now(task->runner);
      }
    }
    return;
  }

  BlJobTask* task = bl_task_find(runner, wish->take_id, wish->number);
  if (task && task->lock >= 0) {
    pthread_mutex_lock(&runner->lock);
    task->cancel_wanted = true;
    pthread_mutex_unlock(&runner->lock);
    bl_cancel_trigger(task->cancel);
    task->due = bl_runner_now(task->runner);
    return;
  }

  const bool watched = task;
  BlStatus   st      = BL_SUCCESS;
  if (!watched) {
    st = pick_up(runner, wish->take_id, wish->number, &task);
  }
  if (!st && task->lock < 0 && bl_job_is_open(task->job.state)) {
    st = bl_journal_ask_cancel(runner->root, wish->take_id, wish->number);
  } else if (!st && task->lock >= 0 &&
             (bl_job_is_open(task->job.state) ||
              task->job.state == BL_JOB_UNSURE)) {
    bl_task_cancelled(task);
  }
  if (st) {
    bl_log(runner->setup.log, BL_LOG_WARNING,
           "Job %u of %s cannot be cancelled: %s", (unsigned)wish->number,
           wish->take_id, bl_strerror(st));
  }
  if (!watched && !st) {
    settle_in(task); // To see it end
  }
}

/// Everything anew, whatever came before
static void
forget(BlJob* const job)
{
  job->task_id[0] = '\0';
  job->reuploads  = 0;
  job->twins      = false;
  memset(&job->task, 0, sizeof(job->task));
  if (!job->refine) { // There it is the result's own
    memset(&job->request, 0, sizeof(job->request));
  }
  memset(job->fetched, 0, sizeof(job->fetched));
  memset(job->placed, 0, sizeof(job->placed));
  memset(job->results, 0, sizeof(job->results));
}

static void
go_on(BlJobTask* const task, const BlWish* const wish)
{
  BlJob* const job = &task->job;
  const bool   failed =
    job->state == BL_JOB_FAILED || job->state == BL_JOB_CANCELLED;

  // Who asked for its end came too late for this time
  (void)bl_journal_is_cancel_asked(task->runner->root, job->take_id,
                                   job->number, true);
  if (wish->kind == BL_WISH_CLAIM) {
    // A job that was cancelled during its POST has a task as well, perhaps
    const bool unsure = job->state == BL_JOB_UNSURE;
    if (unsure || (failed && job->posts && !job->task_id[0])) {
      job->error      = BL_SUCCESS;
      job->message[0] = '\0';
      snprintf(job->task_id, sizeof(job->task_id), "%s", wish->task_id);
      (void)bl_task_event(task, unsure ? BL_EVENT_ACCEPTED : BL_EVENT_RESUME);
    }
  } else if (failed && job->task_id[0]) {
    job->error      = BL_SUCCESS;
    job->message[0] = '\0';
    for (unsigned s = 0; s < BL_SLOTS; ++s) {
      job->fetched[s] = job->placed[s];
    }
    (void)bl_task_event(task, BL_EVENT_RESUME);
  } else if (wish->again && (failed || job->state == BL_JOB_UNSURE)) {
    forget(job);
    job->error      = BL_SUCCESS;
    job->message[0] = '\0';
    job->automatic  = false; // It is the user's word now
    job->asked_unix = (double)time(NULL);
    (void)bl_task_event(task, BL_EVENT_AGAIN);
  }
}

static void
resume(BlRunner* const runner, const BlWish* const wish)
{
  BlJobTask* task = bl_task_find(runner, wish->take_id, wish->number);
  if (task) {
    bl_task_tell(task, true); // It runs already
    return;
  }

  const BlStatus st = pick_up(runner, wish->take_id, wish->number, &task);
  if (st) {
    bl_log(runner->setup.log, BL_LOG_WARNING, "Job %u of %s cannot go on: %s",
           (unsigned)wish->number, wish->take_id, bl_strerror(st));
    return;
  }

  if (task->lock >= 0) {
    go_on(task, wish);
  }
  settle_in(task);
}

static void
hint(BlRunner* const runner, const BlWish* const wish)
{
  for (BlJobTask* task = runner->tasks; task; task = task->next) {
    if (!wish->task_id[0] || !strcmp(task->job.task_id, wish->task_id)) {
      task->due       = bl_runner_now(task->runner);
      task->next_poll = task->due;
    }
  }
}

bool
bl_runner_grant(BlRunner* const runner)
{
  pthread_mutex_lock(&runner->lock);
  BlWish* const wish = runner->wishes;
  if (wish) {
    runner->wishes = wish->next;
    --runner->n_wishes;
  }
  pthread_mutex_unlock(&runner->lock);
  if (!wish) {
    return false;
  }

  switch (wish->kind) {
    case BL_WISH_GENERATE:
      generate(runner, wish);
      break;
    case BL_WISH_ADOPT:
      adopt(runner, wish);
      break;
    case BL_WISH_CANCEL:
      cancel(runner, wish);
      break;
    case BL_WISH_RESUME:
    case BL_WISH_CLAIM:
      resume(runner, wish);
      break;
    case BL_WISH_HINT:
      hint(runner, wish);
      break;
  }
  free(wish);
  return true;
}

/// Look into the journal, and take the job where it is free.  Who cancels
/// reads number and lock from other threads
static BlStatus
look_again(BlJobTask* const task, bool* const is_free)
{
  BlRunner* const runner = task->runner;
  BlJob* const    read   = (BlJob*)malloc(sizeof(BlJob));
  int             lock   = -1;
  if (!read) {
    return BL_NO_MEM;
  }

  const bool may_run = !runner->setup.may_run ||
                       runner->setup.may_run(runner->setup.handle, &task->job);
  *is_free = may_run && !bl_journal_lock(runner->root, task->job.take_id,
                                         task->job.number, &lock);

  const BlStatus st = bl_journal_load(
    runner->root, task->job.take_id, task->job.number, runner->setup.log, read);
  pthread_mutex_lock(&runner->lock);
  task->lock = lock;
  if (!st) {
    memcpy(&task->job, read, sizeof(*read));
  }
  pthread_mutex_unlock(&runner->lock);
  free(read);
  return st;
}

void
bl_task_watch(BlJobTask* const task)
{
  const BlJobState before  = task->job.state;
  const BlStatus   error   = task->job.error;
  bool             is_free = false;
  const BlStatus   st      = look_again(task, &is_free);
  if (st) { // Its folder was deleted: nothing more will come of it
    task->job.state = BL_JOB_FAILED;
    task->job.error = st == BL_NOT_FOUND ? BL_NO_TAKE : st;
    bl_job_sentence(&task->job, task->job.error, NULL, task->job.message,
                    sizeof(task->job.message));
    bl_task_tell(task, true);
    return;
  }

  task->due =
    bl_runner_now(task->runner) + (is_free ? 0.0 : BL_JOURNAL_WATCH_S);
  if (is_free || task->job.state != before || task->job.error != error) {
    bl_task_tell(task, true);
  }
}

void
bl_runner_keep(BlRunner* const runner)
{
  for (;;) {
    pthread_mutex_lock(&runner->lock);
    BlWish** at = &runner->wishes;
    while (*at && (*at)->kind != BL_WISH_GENERATE) {
      at = &(*at)->next;
    }
    BlWish* const wish = *at;
    if (wish) {
      *at = wish->next;
      --runner->n_wishes;
    }
    pthread_mutex_unlock(&runner->lock);
    if (!wish) {
      return;
    }

    generate(runner, wish);
    free(wish);
  }
}

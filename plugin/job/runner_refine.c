// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Jobs about a result: where they differ from those that make one

#include "base/thread.h"
#include "job/journal.h"
#include "job/refine.h"
#include "job/runner_impl.h"
#include "take/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// The job that brought the result, and whether more of it can be had
static BlStatus
find_source(BlJobTask* const   task,
            const BlAsk* const ask,
            const char* const  root,
            char* const        words)
{
  BlJob* const job   = &task->job;
  BlJob* const other = (BlJob*)malloc(sizeof(BlJob));
  BlStatus     st    = other ? bl_journal_load(root, ask->take_id, ask->of_job,
                                               task->runner->setup.log, other)
                             : BL_NO_MEM;
  if (!st &&
      !(st = bl_refine_check(other, ask->refine, ask->of_variant, words))) {
    bl_refine_fill(job, other, ask->refine, ask->of_variant);
    if (!ask->again &&
        bl_refine_find(root, job, false, task->runner->setup.log, other)) {
      bl_refine_tell(other, words);
      st = BL_CONFLICT;
    }
  }
  free(other);
  return st;
}

/// Two that look at the same moment would both find that nobody has asked
static BlStatus
lock_take(BlJobTask* const  task,
          const char* const root,
          int* const        lock,
          char* const       words)
{
  const double end = bl_time_monotonic() + BL_BEGIN_WAIT_S;
  BlStatus     st  = BL_SUCCESS;
  while ((st = bl_journal_lock_take(root, task->job.take_id, lock)) ==
           BL_BUSY &&
         bl_time_monotonic() < end) {
    if (bl_cancel_sleep(task->cancel, 1e-3 * BL_POLL_BUSY_MS)) {
      break;
    }
  }
  if (st != BL_BUSY) {
    return BL_SUCCESS;
  }
  snprintf(words, BL_MESSAGE_BYTES,
           "Another Backline is beginning a job of this take: ask for it "
           "again.");
  return st;
}

BlStatus
bl_task_begin_refine(BlJobTask* const   task,
                     const BlAsk* const ask,
                     char* const        words)
{
  BlJob* const job  = &task->job;
  const char*  root = NULL;
  int          lock = -1;
  BlStatus     st   = bl_runner_root(task->runner, &root);
  job->refine       = ask->refine;
  memcpy(job->take_id, ask->take_id, sizeof(job->take_id));
  if (st || (st = bl_store_load(root, ask->take_id, &task->take)) ||
      (st = lock_take(task, root, &lock, words))) {
    return st;
  }

  if (!(st = find_source(task, ask, root, words))) {
    bl_job_stamp(job);
    st = bl_journal_create(root, job->take_id, &job->number, &task->lock);
    st = st ? st : bl_journal_save(root, job);
  }
  bl_journal_unlock(lock);
  return st;
}

BlStatus
bl_task_send_refine(BlJobTask* const task, BlServiceError* const error)
{
  BlJob* const    job     = &task->job;
  BlRefineRequest request = { .refine = job->refine };
  memcpy(request.task_id, job->of.task_id, sizeof(request.task_id));
  memcpy(request.audio_id, job->of.audio_id, sizeof(request.audio_id));
  memcpy(request.callback_url, job->request.callback_url,
         sizeof(request.callback_url));
  return bl_service_refine(task->service, &request, job->task_id, error);
}

/// What the service has made before, an earlier job may know how to ask for
static bool
adopt_earlier(BlJobTask* const task)
{
  BlJob* const found = (BlJob*)malloc(sizeof(BlJob));
  const bool   is_known =
    found && bl_refine_find(task->runner->root, &task->job, true,
                            task->runner->setup.log, found);
  if (is_known) {
    memcpy(task->job.task_id, found->task_id, sizeof(found->task_id));
    bl_task_answered(task);
    bl_task_accepted(task);
  }
  free(found);
  return is_known;
}

void
bl_task_refine_refused(BlJobTask* const            task,
                       const BlStatus              st,
                       const BlServiceError* const error)
{
  char      words[2 * BL_MESSAGE_BYTES];
  const int days = bl_refine_stale_days(&task->job, (double)time(NULL));
  if (st == BL_CONFLICT && adopt_earlier(task)) {
    return;
  }

  snprintf(words, sizeof(words), "%s", error->message);
  if (days && (st == BL_NOT_HERE || st == BL_REFUSED || st == BL_GENERATION ||
               st == BL_SOURCE_GONE)) {
    snprintf(words, sizeof(words),
             "%s%sit was made %d days ago, and services keep results for "
             "about %d",
             error->message, error->message[0] ? "; " : "", days,
             (int)(BL_RESULT_KEEP_S / 86400.0));
  }
  bl_task_fail(task, st, words);
}

void
bl_task_submit_refine(BlJobTask* const task)
{
  BlJob* const job = &task->job;
  if (bl_task_open_service(task) && bl_task_afford(task)) {
    job->request.callback_url[0] = '\0';
    bl_service_callback(task->service, job->request.callback_url);
    bl_task_post(task);
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// The paid step: credits, the request, the POST and what became of it

#include "job/prepare.h"
#include "job/runner_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static double
now_unix(void)
{
  struct timespec ts = { 0, 0 };
  clock_gettime(CLOCK_REALTIME, &ts);
  return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/// A paid request that waited too long is not sent unasked: false, with the
/// job failed
static bool
is_still_wanted(BlJobTask* const task)
{
  const BlJob* const job = &task->job;
  if (job->paid && now_unix() - job->asked_unix > BL_WISH_FRESH_S) {
    bl_task_fail(task, BL_STALE, NULL);
    return false;
  }
  return true;
}

bool
bl_task_afford(BlJobTask* const task)
{
  BlJob* const job = &task->job;
  const double now = bl_runner_now(task->runner);
  if (!is_still_wanted(task)) {
    return false;
  }
  if (!job->paid || (task->credits_asked > 0.0 &&
                     now - task->credits_asked < BL_CREDITS_FRESH_S)) {
    return true;
  }

  BlServiceError error;
  double         credits = -1.0;
  BlStatus       st      = bl_service_credits(task->service, &credits, &error);
  if (bl_task_interrupted(task)) {
    return false;
  }
  if (st && st != BL_NOT_HERE) { // Some relatives have no such path
    bl_task_retry(task, st, &error);
    return false;
  }

  if (task->job.error) {
    bl_task_answered(task);
  }
  job->credits        = st ? -1.0 : credits;
  task->credits_asked = now;
  bl_task_tell(task, false);
  if (!st && credits < fmax(job->price, 1e-9)) {
    char words[BL_MESSAGE_BYTES];
    snprintf(words, sizeof(words),
             job->price > 0.0 ? "%.4g credits are left, a request costs %.4g"
                              : "%.4g credits are left",
             credits, job->price);
    bl_task_fail(task, BL_NO_CREDITS, words);
    return false;
  }
  return true;
}

bool
bl_task_make_request(BlJobTask* const  task,
                     const char* const upload_url,
                     BlRequest* const  request)
{
  BlJob* const   job = &task->job;
  char           title[BL_TEXT_BYTES];
  BlServiceError error;
  bl_prepare_request(job, &task->config, &task->take, request);
  snprintf(request->upload_url, sizeof(request->upload_url), "%s", upload_url);
  bl_prepare_title(job, &task->take, title, sizeof(title));
  bl_service_fill(task->service, title, request);

  const BlStatus st = bl_request_check(request, &error);
  if (st) {
    bl_task_fail(task, st, error.message);
  }
  return !st;
}

/// Statuses after which a refused POST may be sent again without asking
static bool
may_post_again(const BlStatus status)
{
  return status == BL_OFFLINE || status == BL_NET || status == BL_TIMED_OUT ||
         status == BL_RATE_LIMITED || status == BL_MAINTENANCE;
}

void
bl_task_accepted(BlJobTask* const task)
{
  task->job.submitted_unix = now_unix();
  (void)bl_task_event(task, BL_EVENT_ACCEPTED);
  task->due =
    bl_runner_now(task->runner) + bl_service_info(task->service)->poll_first_s;
}

/// The POST failed, but what became of it?
static void
settle(BlJobTask* const task, const BlStatus st, BlServiceError* const error)
{
  BlJob* const job = &task->job;
  job->refused +=
    (error->posts > 1 ? error->posts : 1u) - (error->maybe_sent ? 1u : 0u);
  if (error->maybe_sent && bl_task_interrupted(task) &&
      job->state != BL_JOB_SUBMITTING) {
    return; // Cancelled by the user, with a warning
  }

  if (error->maybe_sent && job->paid) {
    job->error = BL_UNSURE;
    bl_job_sentence(job, BL_UNSURE, error->message, job->message,
                    sizeof(job->message));
    (void)bl_task_event(task, BL_EVENT_LOST);
  } else if (error->maybe_sent) {
    (void)bl_task_event(task, BL_EVENT_FORGOTTEN);
    if (++task->restarts > BL_RESTARTS_MAX) {
      bl_task_fail(task, st, error->message);
    }
  } else if (st == BL_SOURCE_GONE && !job->refine && job->reuploads < 1) {
    ++job->reuploads;
    (void)bl_task_event(task, BL_EVENT_UPLOAD_GONE);
  } else if (st == BL_CANCELLED || may_post_again(st)) {
    const unsigned tries = task->tries;
    (void)bl_task_event(task, BL_EVENT_REFUSED);
    task->tries = tries;
    bl_task_retry(task, st, error);
  } else if (job->refine) {
    bl_task_refine_refused(task, st, error);
  } else {
    bl_task_fail(task, st, error->message);
  }
}

void
bl_task_post(BlJobTask* const task)
{
  BlJob* const   job   = &task->job;
  const unsigned tries = task->tries;
  ++job->posts;
  BlStatus st = bl_task_event(task, BL_EVENT_SUBMIT);
  if (st) {
    --job->posts;
    bl_task_fail(task, st, NULL);
    return;
  }
  task->tries = tries;

  BlServiceError error;
  st = job->refine ? bl_task_send_refine(task, &error)
                   : bl_service_submit(task->service, &job->request,
                                       job->task_id, &error);
  job->posts += error.posts > 1 ? error.posts - 1 : 0;
  if (st) {
    job->task_id[0] = '\0';
    settle(task, st, &error);
    return;
  }

  bl_task_answered(task);
  bl_task_accepted(task);
}

void
bl_task_submit(BlJobTask* const task)
{
  BlJob* const job = &task->job;
  if (task->found && !job->paid) {
    (void)bl_task_event(task, BL_EVENT_FORGOTTEN); // By another local band
    return;
  }
  if (now_unix() - job->uploaded_unix > BL_UPLOAD_FRESH_S) {
    (void)bl_task_event(task, BL_EVENT_UPLOAD_GONE);
    return;
  }
  if (!bl_task_open_service(task) || !bl_task_afford(task)) {
    return;
  }

  BlRequest request;
  if (bl_task_make_request(task, job->request.upload_url, &request)) {
    memcpy(&job->request, &request, sizeof(request));
    bl_task_post(task);
  }
}

void
bl_task_wake_up_submitting(BlJobTask* const task)
{
  BlJob* const job = &task->job;
  if (job->paid || job->refine) {
    job->error = BL_UNSURE;
    bl_job_sentence(job, BL_UNSURE, NULL, job->message, sizeof(job->message));
    (void)bl_task_event(task, BL_EVENT_LOST);
  } else {
    (void)bl_task_event(task, BL_EVENT_FORGOTTEN);
  }
}

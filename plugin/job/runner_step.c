// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/paths.h"
#include "job/prepare.h"
#include "job/runner_impl.h"
#include "take/store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double
now_unix(void)
{
  struct timespec ts = { 0, 0 };
  clock_gettime(CLOCK_REALTIME, &ts);
  return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static const char*
upload_suffix(const BlJobTask* const task)
{
  return task->config.upload_format == BL_UPLOAD_FLAC ? "-upload.flac"
                                                      : "-upload.wav";
}

static BlStatus
upload_path(const BlJobTask* const task, char* const path, const size_t size)
{
  return bl_journal_path(task->runner->root, task->job.take_id,
                         task->job.number, upload_suffix(task), path, size);
}

static void
check(BlJobTask* const task)
{
  char     audio[BL_PATH_BYTES];
  BlStatus st =
    bl_store_audio_path(task->runner->root, &task->take, audio, sizeof(audio));
  st = st ? st
          : bl_prepare_check(audio, &task->take, task->cancel, &task->job.trim);
  if (bl_task_interrupted(task)) {
    return;
  }
  if (st) {
    bl_task_fail(task, st, NULL);
    return;
  }

  task->job.message[0] = '\0';
  if (bl_take_seconds(&task->take) < BL_TAKE_WARN_S) {
    snprintf(task->job.message, sizeof(task->job.message),
             "The take is shorter than ten seconds; services make little of "
             "that.");
  }
  (void)bl_task_event(task, BL_EVENT_CHECKED);
}

static BlStatus
encode_file(BlJobTask* const task)
{
  char     audio[BL_PATH_BYTES];
  char     path[BL_PATH_BYTES];
  BlStatus st =
    bl_store_audio_path(task->runner->root, &task->take, audio, sizeof(audio));
  return st || (st = upload_path(task, path, sizeof(path)))
           ? st
           : bl_prepare_encode(audio, &task->take, &task->job.trim,
                               task->config.upload_format, task->cancel, path);
}

static void
encode(BlJobTask* const task)
{
  const BlStatus st = encode_file(task);
  if (bl_task_interrupted(task)) {
    return;
  }
  if (st) {
    bl_task_fail(task, st, NULL);
  } else {
    task->found = false;
    (void)bl_task_event(task, BL_EVENT_ENCODED);
  }
}

static void
tell_of_fall(BlJob* const          job,
             const BlConfig* const config,
             const char* const     name)
{
  const bool        own    = !strcmp(name, "custom");
  const char* const wanted = own ? config->custom : name;
  if (own && !*wanted) {
    snprintf(job->message, sizeof(job->message),
             "No own server is configured: the local band does it.");
  } else {
    snprintf(job->message, sizeof(job->message),
             "No service is called \"%.80s\": the local band does it.", wanted);
  }
}

bool
bl_task_open_service(BlJobTask* const task)
{
  if (task->service) {
    return true;
  }

  BlJob* const      job = &task->job;
  const char* const name =
    job->service[0] ? job->service
                    : bl_prepare_service(&job->settings, &task->config);
  BlServiceError error;
  BlStatus st = bl_service_open(&task->config, name, task->runner->setup.log,
                                task->cancel, &task->service, &error);
  if (bl_task_interrupted(task)) {
    return false;
  }
  if (st) {
    bl_task_retry(task, st, &error);
    return false;
  }

  const BlServiceInfo* const info = bl_service_info(task->service);
  if (info->fell_back && job->service[0]) {
    // Another service knows nothing of this one's task or upload
    bl_task_fail(task, BL_NO_SERVICE, job->service);
    return false;
  }
  if (info->paid && job->automatic && !task->config.auto_generate_paid) {
    bl_task_fail(task, BL_BAD_STATE,
                 "A finished take goes to a paid service by itself only where "
                 "config.json sets auto_generate_paid");
    return false;
  }
  if (info->fell_back) {
    tell_of_fall(job, &task->config, name);
  }

  snprintf(job->service, sizeof(job->service), "%s", info->name);
  job->paid  = info->paid;
  job->price = info->price;
  if (info->fell_back) {
    bl_task_tell(task, false); // At once: a local upload is over in no time
  }
  return true;
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

/// Ask for the credits where a POST costs some; false: the step has ended
static bool
afford(BlJobTask* const task)
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
             job->price > 0.0 ? "%ld credits are left, a request costs %ld"
                              : "%ld credits are left",
             lround(credits), lround(job->price));
    bl_task_fail(task, BL_NO_CREDITS, words);
    return false;
  }
  return true;
}

/// What would be sent now, checked: false, with the job failed, where a field
/// is out of its range
static bool
make_request(BlJobTask* const  task,
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

static void
upload(BlJobTask* const task)
{
  BlJob* const job = &task->job;
  char         path[BL_PATH_BYTES];
  char         name[BL_NAME_BYTES];
  BlStatus     st = upload_path(task, path, sizeof(path));

  // After a power cut the file may be there without its bytes
  if (!st && (task->found || access(path, R_OK))) {
    st = encode_file(task);
  }
  if (bl_task_interrupted(task)) {
    return;
  }
  if (st) {
    bl_task_fail(task, st, NULL);
    return;
  }
  task->found = false;

  // The voice goes nowhere for a request that will not be sent
  BlRequest request;
  if (!bl_task_open_service(task) ||
      !make_request(task, "https://upload.invalid/", &request) ||
      !afford(task)) {
    return;
  }

  // The same name would be overwritten, and cached; API 4
  snprintf(name, sizeof(name), "%s-%u-%08x%s", job->take_id,
           (unsigned)job->number,
           (unsigned)(bl_runner_random(task->runner) * 4294967295.0),
           strrchr(upload_suffix(task), '.'));
  BlServiceError error;
  st = bl_service_upload(task->service, path, name, bl_task_progress, task,
                         job->request.upload_url, &error);
  if (bl_task_interrupted(task)) {
    return;
  }
  if (st) {
    bl_task_retry(task, st, &error);
    return;
  }

  bl_task_answered(task);
  job->uploaded_unix = now_unix();
  (void)bl_task_event(task, BL_EVENT_UPLOADED);
}

/// Statuses after which a refused POST may be sent again without asking
static bool
may_post_again(const BlStatus status)
{
  return status == BL_OFFLINE || status == BL_NET || status == BL_TIMED_OUT ||
         status == BL_RATE_LIMITED || status == BL_MAINTENANCE;
}

/// The POST failed, but what became of it?
static void
settle(BlJobTask* const task, const BlStatus st, BlServiceError* const error)
{
  BlJob* const job = &task->job;
  if (error->maybe_sent && bl_task_interrupted(task) &&
      job->state != BL_JOB_SUBMITTING) {
    return; // Cancelled by the user, with a warning
  }

  if (error->maybe_sent && job->paid) {
    job->error = BL_UNSURE;
    bl_job_sentence(BL_UNSURE, error->message, job->message,
                    sizeof(job->message));
    (void)bl_task_event(task, BL_EVENT_LOST);
  } else if (error->maybe_sent) {
    (void)bl_task_event(task, BL_EVENT_FORGOTTEN);
    if (++task->restarts > BL_RESTARTS_MAX) {
      bl_task_fail(task, st, error->message);
    }
  } else if (st == BL_SOURCE_GONE && job->reuploads < 1) {
    ++job->reuploads;
    (void)bl_task_event(task, BL_EVENT_UPLOAD_GONE);
  } else if (st == BL_CANCELLED || may_post_again(st)) {
    const unsigned tries = task->tries;
    (void)bl_task_event(task, BL_EVENT_REFUSED);
    task->tries = tries;
    bl_task_retry(task, st, error);
  } else {
    bl_task_fail(task, st, error->message);
  }
}

static void
submit(BlJobTask* const task)
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
  if (!bl_task_open_service(task) || !afford(task)) {
    return;
  }

  BlRequest request;
  if (!make_request(task, job->request.upload_url, &request)) {
    return;
  }

  // Counted and journalled first: from here on a crash means "perhaps paid"
  memcpy(&job->request, &request, sizeof(request));
  ++job->posts;
  const unsigned tries = task->tries;
  BlStatus       st    = bl_task_event(task, BL_EVENT_SUBMIT);
  if (st) {
    --job->posts;
    bl_task_fail(task, st, NULL);
    return;
  }
  task->tries = tries;

  BlServiceError error;
  st = bl_service_submit(task->service, &job->request, job->task_id, &error);
  job->posts += error.posts > 1 ? error.posts - 1 : 0;
  if (st) {
    job->task_id[0] = '\0';
    settle(task, st, &error);
    return;
  }

  bl_task_answered(task);
  job->submitted_unix = now_unix();
  (void)bl_task_event(task, BL_EVENT_ACCEPTED);
  task->due =
    bl_runner_now(task->runner) + bl_service_info(task->service)->poll_first_s;
}

/// Found so on disk: whoever ran it died during the POST
static void
wake_up_submitting(BlJobTask* const task)
{
  BlJob* const job = &task->job;
  if (job->paid) {
    job->error = BL_UNSURE;
    bl_job_sentence(BL_UNSURE, NULL, job->message, sizeof(job->message));
    (void)bl_task_event(task, BL_EVENT_LOST);
  } else {
    (void)bl_task_event(task, BL_EVENT_FORGOTTEN);
  }
}

void
bl_task_remove_upload(BlJobTask* const task)
{
  static const char* const suffixes[] = { "-upload.wav", "-upload.flac" };
  for (unsigned i = 0; i < BL_COUNT(suffixes); ++i) {
    char path[BL_PATH_BYTES];
    if (!bl_journal_path(task->runner->root, task->job.take_id,
                         task->job.number, suffixes[i], path, sizeof(path))) {
      unlink(path);
    }
  }
}

void
bl_task_step(BlJobTask* const task)
{
  switch (task->job.state) {
    case BL_JOB_CAPTURED:
      check(task);
      break;
    case BL_JOB_CHECKED:
      encode(task);
      break;
    case BL_JOB_ENCODED:
      upload(task);
      break;
    case BL_JOB_UPLOADED:
      submit(task);
      break;
    case BL_JOB_SUBMITTING:
      wake_up_submitting(task);
      break;
    case BL_JOB_SUBMITTED:
    case BL_JOB_TEXT:
      bl_task_poll(task);
      break;
    case BL_JOB_FIRST:
    case BL_JOB_COMPLETE:
      bl_task_fetch(task);
      break;
    case BL_JOB_FETCHED:
      bl_task_place(task);
      break;
    case BL_JOB_PLACED:
    case BL_JOB_FAILED:
    case BL_JOB_CANCELLED:
    case BL_JOB_UNSURE:
      break;
  }
}

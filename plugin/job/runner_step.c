// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/paths.h"
#include "job/prepare.h"
#include "job/runner_impl.h"
#include "service/endpoint.h"
#include "take/store.h"

#include <inttypes.h>
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
append(BlJob* const job, const char* const text)
{
  char* const message = job->message;
  if (!message[0]) { // Which would be shown where there is no message
    snprintf(message, sizeof(job->message), "%s", job->task.note);
  }
  const size_t length = strlen(message);
  snprintf(message + length, sizeof(job->message) - length, "%s%s",
           length ? " " : "", text);
}

void
bl_task_tell_invalid(BlJobTask* const task)
{
  if (task->take.invalid && !task->job.refine) {
    char text[BL_MESSAGE_BYTES];
    snprintf(text, sizeof(text),
             "%" PRIu64 " samples of the take are no numbers: they are sent "
             "as silence.",
             task->take.invalid);
    append(&task->job, text);
  }
}

void
bl_task_tell_clear(BlJobTask* const task)
{
  BlEndpoint endpoint;
  char       text[BL_MESSAGE_BYTES] = "";
  if (!bl_endpoint_find(&task->config, task->job.service, &endpoint)) {
    bl_endpoint_warn(&endpoint, text);
  }
  if (text[0] && !strstr(task->job.message, text)) {
    append(&task->job, text);
  }
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
  bl_task_tell_invalid(task);
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
  snprintf(job->message, sizeof(job->message),
           "No service is called \"%.80s\": the local band does it.",
           strcmp(name, "custom") ? name : config->custom);
}

/// The local band instead of it would be something else than was asked for
static void
refuse_own(BlJobTask* const task)
{
  task->job.error = BL_NO_SERVICE;
  snprintf(task->job.message, sizeof(task->job.message), BL_NO_OWN_SERVER);
  (void)bl_task_event(task, BL_EVENT_FAILED);
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
  if (bl_endpoint_lacks_own(&task->config, name)) {
    refuse_own(task);
    return false;
  }

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
  if (job->refine && !info->paid) {
    bl_task_fail(task, BL_UNSUPPORTED, "The local band is not asked for it");
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
  job->price = job->refine ? bl_service_refine_price(task->service, job->refine)
                           : info->price;
  bl_task_tell_clear(task);
  if (job->message[0]) {
    bl_task_tell(task, false); // At once: a local upload is over in no time
  }
  return true;
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
      !bl_task_make_request(task, "https://upload.invalid/", &request) ||
      !bl_task_afford(task)) {
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
      if (task->job.refine) { // The service has it already
        (void)bl_task_event(task, BL_EVENT_NO_UPLOAD);
      } else {
        check(task);
      }
      break;
    case BL_JOB_CHECKED:
      encode(task);
      break;
    case BL_JOB_ENCODED:
      upload(task);
      break;
    case BL_JOB_UPLOADED:
      if (task->job.refine) {
        bl_task_submit_refine(task);
      } else {
        bl_task_submit(task);
      }
      break;
    case BL_JOB_SUBMITTING:
      bl_task_wake_up_submitting(task);
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

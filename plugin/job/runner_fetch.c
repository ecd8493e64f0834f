// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/paths.h"
#include "job/runner_impl.h"
#include "take/store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/// When to ask again: slower each time, up to the service's own limit
static void
plan_poll(BlJobTask* const task)
{
  const BlServiceInfo* const info = bl_service_info(task->service);
  const double               grown =
    info->poll_next_s * pow(1.2, (double)(task->polls < 20 ? task->polls : 20));
  const double wait = fmin(grown, fmax(info->poll_cap_s, info->poll_next_s));

  ++task->polls;
  task->next_poll =
    bl_runner_now(task->runner) +
    (task->job.paid ? bl_runner_jitter(task->runner, wait) : info->poll_next_s);
  task->due = task->next_poll;
}

static void
task_failed(BlJobTask* const task, const BlServiceError* const error)
{
  BlJob* const job = &task->job;
  // An accepted task may have been charged for: only a free one starts anew
  const bool early =
    !job->paid && (job->state == BL_JOB_SUBMITTED || job->state == BL_JOB_TEXT);
  if (error->status == BL_SOURCE_GONE && early && job->reuploads < 1) {
    ++job->reuploads;
    job->task_id[0] = '\0';
    memset(&job->task, 0, sizeof(job->task));
    (void)bl_task_event(task, BL_EVENT_UPLOAD_GONE);
    return;
  }
  bl_task_fail(task, error->status ? error->status : BL_GENERATION,
               error->message);
}

/// Does it name anything that can be fetched, or will be?
static bool
names_audio(const BlTaskInfo* const info)
{
  bool any = info->n_tracks;
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    any = any || info->part_urls[p][0];
  }
  return any;
}

/// The service answered; false: the job has ended
static bool
heed(BlJobTask* const task, const BlTaskInfo* const info)
{
  BlJob* const job   = &task->job;
  const bool   audio = names_audio(info);
  const bool   news  = audio && !bl_job_heard_same(&job->task, info);
  if (audio || !names_audio(&job->task)) {
    memcpy(&job->task, info, sizeof(*info));
  }

  const bool text =
    info->stage == BL_TASK_TEXT && job->state == BL_JOB_SUBMITTED;
  const bool first =
    info->stage == BL_TASK_FIRST &&
    (job->state == BL_JOB_SUBMITTED || job->state == BL_JOB_TEXT);
  const bool complete =
    info->stage == BL_TASK_COMPLETE && job->state != BL_JOB_COMPLETE;
  if (text || first || complete) {
    (void)bl_task_event(task, text    ? BL_EVENT_TEXT
                              : first ? BL_EVENT_FIRST
                                      : BL_EVENT_COMPLETE);
    task->polls = 0;
  } else if (news) {
    bl_task_save(task);
  }

  // Hours offline are not the service's silence; its answers are
  const double now = bl_runner_now(task->runner);
  task->silence +=
    task->heard > 0.0 ? fmin(now - task->heard, BL_RETRY_CAP_S) : 0.0;
  task->heard = now;
  if (task->silence > BL_POLL_GIVE_UP_S) {
    bl_task_fail(task, BL_GAVE_UP, NULL);
    return false;
  }
  return true;
}

/// Nobody knows the task
static void
not_here(BlJobTask* const task, const BlServiceError* const error)
{
  BlJob* const job = &task->job;
  if (!job->paid && ++task->restarts <= BL_RESTARTS_MAX &&
      job->state != BL_JOB_FETCHED) {
    job->task_id[0] = '\0';
    memset(&job->task, 0, sizeof(job->task));
    memset(job->fetched, 0, sizeof(job->fetched));
    memset(job->extras, 0, sizeof(job->extras));
    (void)bl_task_event(task, BL_EVENT_FORGOTTEN);
  } else if (++task->not_here >= BL_NOT_HERE_MAX) {
    bl_task_fail(task, BL_NOT_HERE, error->message);
  } else {
    plan_poll(task);
  }
}

void
bl_task_poll(BlJobTask* const task)
{
  if (!bl_task_open_service(task)) {
    return;
  }

  BlTaskInfo     info;
  BlServiceError error;
  const BlStatus st = bl_service_poll_refined(task->service, task->job.refine,
                                              task->job.task_id, &info, &error);
  if (bl_task_interrupted(task)) {
    return;
  }
  if (st == BL_NOT_HERE) {
    not_here(task, &error);
    return;
  }
  if (st) {
    // A service that has the task is asked until it answers
    task->tries =
      task->tries < BL_RETRY_MAX - 2 ? task->tries : BL_RETRY_MAX - 2;
    bl_task_retry(task, st, &error);
    task->next_poll = task->due;
    task->silence += st == BL_OFFLINE || st == BL_NET || st == BL_TIMED_OUT
                       ? 0.0
                       : task->due - bl_runner_now(task->runner);
    if (bl_job_is_open(task->job.state) && task->silence > BL_POLL_GIVE_UP_S) {
      bl_task_fail(task, BL_GAVE_UP, error.message);
    }
    return;
  }

  task->tries    = 0;
  task->not_here = 0;
  bl_task_answered(task);
  if (info.stage == BL_TASK_FAILED) {
    task_failed(task, &error);
    return;
  }
  bl_job_keep_order(&task->job, &info);
  if (heed(task, &info)) {
    plan_poll(task);
    if (task->job.state == BL_JOB_FIRST || task->job.state == BL_JOB_COMPLETE) {
      task->due = bl_runner_now(task->runner);
    }
    bl_task_tell(task, false);
  }
}

// Fetching

/// Where a slot's file is to be had
static void
find_track(const BlJob* const job,
           const unsigned     slot,
           BlTaskTrack* const track)
{
  const unsigned part = bl_job_part(job, slot);
  if (part < BL_N_PARTS) {
    memset(track, 0, sizeof(*track));
    memcpy(track->urls[0], job->task.part_urls[part], BL_URL_BYTES);
    track->ready = true;
  } else {
    *track = job->task.tracks[slot];
  }
}

static bool
is_ready(const BlJob* const job, const unsigned slot)
{
  return bl_job_wants(job, slot) &&
         (job->refine || job->task.tracks[slot].ready);
}

/// What the URL's path ends with, where that is a kind we know
static const char*
suffix_of(const BlTaskTrack* const track)
{
  static const char* const known[] = { ".wav", ".flac", ".ogg" };
  for (unsigned u = 0; u < BL_COUNT(track->urls); ++u) {
    const size_t end = strcspn(track->urls[u], "?#");
    for (unsigned k = 0; k < BL_COUNT(known); ++k) {
      const size_t n = strlen(known[k]);
      if (end > n && !strncasecmp(track->urls[u] + end - n, known[k], n)) {
        return known[k];
      }
    }
    if (end) {
      break;
    }
  }
  return ".mp3";
}

/// "job-3-A.mp3", "job-4-B drums.mp3": as delivered
static void
name_delivered(BlJob* const             job,
               const unsigned           slot,
               const BlTaskTrack* const track)
{
  const unsigned part = bl_job_part(job, slot);
  snprintf(job->delivered[slot], sizeof(job->delivered[slot]),
           "job-%u-%c%s%s%s", (unsigned)job->number, bl_job_letter(job, slot),
           part < BL_N_PARTS ? " " : "",
           part < BL_N_PARTS ? bl_parts[part].name : "", suffix_of(track));
}

/// Download one file
static void
fetch_slot(BlJobTask* const task, const unsigned slot)
{
  BlJob* const job = &task->job;
  BlTaskTrack  track;
  char         path[BL_PATH_BYTES];

  find_track(job, slot, &track);
  name_delivered(job, slot, &track);
  BlStatus st = bl_task_delivered_path(task, slot, path, sizeof(path));
  if (st) {
    bl_task_fail(task, st, NULL);
    return;
  }

  BlServiceError error;
  task->fraction = 0.0;
  st = bl_service_download(task->service, &track, path, bl_task_progress, task,
                           &error);
  if (bl_task_interrupted(task)) {
    return;
  }
  if (st == BL_NOT_HERE && !task->refreshed) {
    task->refreshed = true; // The URL has expired: ask for a fresh one
    bl_task_poll(task);
    return;
  }
  if (st) {
    bl_task_retry(task, st, &error);
    return;
  }

  if (task->tries) { // Why it waited is over
    bl_task_answered(task);
  }
  task->fraction     = 0.0;
  task->tries        = 0;
  job->fetched[slot] = true;
  bl_task_save(task);
  bl_task_tell(task, false);
}

/// Both came as the same bytes: once more for the second, then so be it
static bool
has_twins(BlJobTask* const task)
{
  BlJob* const job = &task->job;
  char         a[BL_PATH_BYTES];
  char         b[BL_PATH_BYTES];
  bool         same = false;
  if (job->refine || !bl_job_wants(job, 1) ||
      bl_task_delivered_path(task, 0, a, sizeof(a)) ||
      bl_task_delivered_path(task, 1, b, sizeof(b)) ||
      bl_service_same_bytes(a, b, &same) || !same) {
    return false;
  }

  if (task->refetched) {
    job->twins = true;
    snprintf(job->message, sizeof(job->message),
             "The service delivered the same audio twice.");
    return false;
  }

  ++task->refetched;
  job->fetched[1] = false;
  task->due       = bl_runner_now(task->runner) + BL_TWINS_WAIT_S;
  task->next_poll = task->due;
  bl_log(task->runner->setup.log, BL_LOG_NOTE,
         "Job %u of %s: both variants are the same bytes; again in %.0f s",
         (unsigned)job->number, job->take_id, BL_TWINS_WAIT_S);
  return true;
}

void
bl_task_fetch(BlJobTask* const task)
{
  BlJob* const job  = &task->job;
  const double now  = bl_runner_now(task->runner);
  bool         any  = false;
  bool         done = true;
  if (!bl_task_open_service(task)) {
    return;
  }

  // A second try of twins wants fresh URLs
  if (task->refetched == 1 && !job->fetched[1] && now >= task->next_poll) {
    ++task->refetched;
    bl_task_poll(task);
    return;
  }

  for (unsigned slot = 0; slot < BL_SLOTS; ++slot) {
    any  = any || bl_job_wants(job, slot);
    done = done && (!bl_job_wants(job, slot) || job->fetched[slot]);
  }
  if (job->state == BL_JOB_COMPLETE && done && any) {
    if (!has_twins(task)) {
      bl_task_drop_extras(task);
      (void)bl_task_event(task, BL_EVENT_FETCHED);
    }
    return;
  }

  // What is here is placed while the rest is fetched or waited for
  bl_task_start_placer(task);
  for (unsigned slot = 0; slot < BL_SLOTS; ++slot) {
    if (is_ready(job, slot) && !job->fetched[slot]) {
      fetch_slot(task, slot);
      return;
    }
  }
  if (now >= task->next_poll) {
    bl_task_poll(task);
  } else {
    task->due = task->next_poll;
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/paths.h"
#include "base/thread.h"
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

/// The service answered; false: the job has ended
static bool
heed(BlJobTask* const task, const BlTaskInfo* const info)
{
  BlJob* const job  = &task->job;
  const bool   news = info->n_tracks && !bl_job_heard_same(&job->task, info);
  if (info->n_tracks || !job->task.n_tracks) {
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
  const BlStatus st =
    bl_service_poll(task->service, task->job.task_id, &info, &error);
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

static size_t
count_tracks(const BlJob* const job)
{
  return job->task.n_tracks < BL_VARIANTS ? job->task.n_tracks : BL_VARIANTS;
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

static BlStatus
delivered_path(const BlJobTask* const task,
               const unsigned         variant,
               char* const            path,
               const size_t           size)
{
  char     dir[BL_PATH_BYTES];
  BlStatus st =
    bl_store_take_dir(task->runner->root, task->job.take_id, dir, sizeof(dir));
  return st ? st : bl_path_join(path, size, dir, task->job.delivered[variant]);
}

/// Download one variant
static void
fetch_variant(BlJobTask* const task, const unsigned v)
{
  BlJob* const             job   = &task->job;
  const BlTaskTrack* const track = &job->task.tracks[v];
  char                     path[BL_PATH_BYTES];

  snprintf(job->delivered[v], sizeof(job->delivered[v]), "job-%u-%c%s",
           (unsigned)job->number, 'A' + (int)v, suffix_of(track));
  BlStatus st = delivered_path(task, v, path, sizeof(path));
  if (st) {
    bl_task_fail(task, st, NULL);
    return;
  }

  BlServiceError error;
  task->fraction = 0.0;
  st = bl_service_download(task->service, track, path, bl_task_progress, task,
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
  task->fraction  = 0.0;
  task->tries     = 0;
  job->fetched[v] = true;
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
  if (count_tracks(job) < 2 || delivered_path(task, 0, a, sizeof(a)) ||
      delivered_path(task, 1, b, sizeof(b)) ||
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

// Placing

/// Copies, since the job goes on while the placer's thread reads them
static void
request_place(const BlJobTask* const task,
              const unsigned         v,
              BlPlacer* const        placer)
{
  const BlJob* const       job   = &task->job;
  const BlTaskTrack* const track = &job->task.tracks[v];
  snprintf(placer->title, sizeof(placer->title), "%s",
           job->request.title[0] ? job->request.title : track->title);
  snprintf(placer->tags, sizeof(placer->tags), "%s", job->request.tags);
  snprintf(placer->task_id, sizeof(placer->task_id), "%s", job->task_id);
  snprintf(placer->model, sizeof(placer->model), "%s",
           track->model[0] ? track->model : job->request.model);

  const BlPlaceRequest request = {
    .source       = placer->source,
    .dir          = placer->dir,
    .title        = placer->title,
    .variant      = (char)('A' + (int)v),
    .rate         = task->take.rate,
    .position     = task->take.start + job->trim.trim,
    .has_position = task->take.has_position,
    .as_float     = task->config.result_float,
    .task_id      = placer->task_id,
    .tags         = placer->tags,
    .model        = placer->model,
  };
  placer->variant = v;
  placer->request = request;
}

BlStatus
bl_task_plan_place(const BlJobTask* const task,
                   const unsigned         v,
                   BlPlacer* const        placer)
{
  BlStatus st = delivered_path(task, v, placer->source, sizeof(placer->source));
  if (!st) {
    st = bl_store_take_dir(task->runner->root, task->job.take_id, placer->dir,
                           sizeof(placer->dir));
  }
  request_place(task, v, placer);
  return st;
}

static void*
run_placer(void* const data)
{
  BlPlacer* const placer = (BlPlacer*)data;
  placer->status =
    bl_result_place(&placer->request, placer->cancel, &placer->placed);
  atomic_store_explicit(&placer->done, true, memory_order_release);
  return NULL;
}

/// Let a thread of its own place what is fetched, while the rest is waited
/// for; where that fails the job thread does it later
static void
start_placer(BlJobTask* const task)
{
  BlPlacer* const placer = &task->placer;
  unsigned        v      = 0;
  while (v < count_tracks(&task->job) &&
         (!task->job.fetched[v] || task->job.placed[v])) {
    ++v;
  }
  if (placer->running || placer->failed || v >= count_tracks(&task->job)) {
    return;
  }

  if (!placer->cancel) {
    placer->cancel = bl_cancel_new();
  }
  if (!placer->cancel || bl_task_plan_place(task, v, placer)) {
    return;
  }
  atomic_store_explicit(&placer->done, false, memory_order_relaxed);
  placer->running =
    !bl_thread_start(&placer->thread, "bl-place", run_placer, placer);
}

static void
note_placed(BlJobTask* const      task,
            const unsigned        v,
            const BlPlaced* const placed)
{
  task->job.results[v] = *placed;
  task->job.placed[v]  = true;
  bl_task_save(task);
  bl_log(task->runner->setup.log, BL_LOG_NOTE,
         "Job %u of %s: variant %c is placed", (unsigned)task->job.number,
         task->job.take_id, 'A' + (int)v);
  bl_task_tell(task, false);
}

void
bl_task_collect(BlJobTask* const task, const bool wait)
{
  BlPlacer* const placer = &task->placer;
  if (!placer->running) {
    return;
  }

  while (!atomic_load_explicit(&placer->done, memory_order_acquire)) {
    if (!wait) {
      return;
    }
    if (bl_cancel_sleep(task->cancel, 2e-3)) {
      bl_cancel_trigger(placer->cancel);
      break; // The join below waits for a chunk at most
    }
  }

  if (!placer->running) {
    return; // The poll during the sleep has collected it
  }
  pthread_join(placer->thread, NULL);
  placer->running = false;
  placer->failed  = placer->status != BL_SUCCESS;
  if (!placer->status) {
    note_placed(task, placer->variant, &placer->placed);
  }
}

static bool
place_here(BlJobTask* const task, const unsigned v)
{
  BlPlacer here;
  memset(&here, 0, sizeof(here));
  BlStatus st = bl_task_plan_place(task, v, &here);
  if (!st) {
    st = bl_result_place(&here.request, task->cancel, &here.placed);
  }
  if (bl_task_interrupted(task)) {
    return false;
  }
  if (st) {
    bl_task_fail(task, st, task->job.delivered[v]);
    return false;
  }
  note_placed(task, v, &here.placed);
  return true;
}

void
bl_task_place(BlJobTask* const task)
{
  BlJob* const job   = &task->job;
  unsigned     ready = 0;
  for (unsigned v = 0; v < count_tracks(job); ++v) {
    ready += job->fetched[v] && !job->placed[v] ? 1u : 0u;
  }
  if (ready > 1) {
    start_placer(task);
  }

  for (unsigned v = 0; v < count_tracks(job); ++v) {
    const bool elsewhere = task->placer.running && task->placer.variant == v;
    if (!job->placed[v] && !elsewhere && !place_here(task, v)) {
      return;
    }
  }

  bl_task_collect(task, true);
  for (unsigned v = 0; v < count_tracks(job); ++v) {
    if (bl_task_interrupted(task) ||
        (!job->placed[v] && !place_here(task, v))) {
      return;
    }
  }
  if (bl_task_fetch_extras(task)) {
    (void)bl_task_event(task, BL_EVENT_PLACED);
  }
}

void
bl_task_fetch(BlJobTask* const task)
{
  BlJob* const job  = &task->job;
  const double now  = bl_runner_now(task->runner);
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

  for (unsigned v = 0; v < count_tracks(job); ++v) {
    done = done && job->fetched[v];
  }
  if (job->state == BL_JOB_COMPLETE && done && count_tracks(job)) {
    if (!has_twins(task)) {
      (void)bl_task_event(task, BL_EVENT_FETCHED);
    }
    return;
  }

  // What is here is placed while the rest is fetched or waited for
  start_placer(task);
  for (unsigned v = 0; v < count_tracks(job); ++v) {
    if (job->task.tracks[v].ready && !job->fetched[v]) {
      fetch_variant(task, v);
      return;
    }
  }
  if (now >= task->next_poll) {
    bl_task_poll(task);
  } else {
    task->due = task->next_poll;
  }
}

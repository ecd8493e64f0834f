// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_tasks.h"

#include "server_tasks_priv.h"

#include "base/cancel.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The task under way, for the band's progress
typedef struct
{
  BlTasks* tasks;
  BlTask*  task;
} Work;

static void
free_task(BlTask* const task)
{
  free(task->ask.param);
  free(task);
}

static void
remove_task(BlTasks* const tasks, const size_t index)
{
  BlTask* const task = tasks->tasks[index];
  --tasks->n_tasks;
  memmove(&tasks->tasks[index], &tasks->tasks[index + 1],
          (tasks->n_tasks - index) * sizeof(BlTask*));
  bl_shelf_remove_dir(tasks->setup.shelf, task->id);
  free_task(task);
}

static bool
remove_oldest_finished(BlTasks* const tasks)
{
  for (size_t i = 0; i < tasks->n_tasks; ++i) {
    if (bl_task_is_finished(tasks->tasks[i])) {
      remove_task(tasks, i);
      return true;
    }
  }
  return false;
}

static void
set_state(BlTasks* const tasks, BlTask* const task, const BlTaskState state)
{
  task->state = state;
  if (bl_task_is_finished(task)) {
    task->finished_ms = bl_now_ms();
  }
  bl_callbacks_post(tasks->callbacks, task->ask.callback_url, task->id,
                    bl_task_is_finished(task),
                    bl_task_callback(task, tasks->setup.base_url));
}

static void
on_progress(void* const               handle,
            const BlBandStage         stage,
            const BlBandResult* const so_far)
{
  static const BlTaskState states[] = {
    [BL_BAND_ANALYSED] = BL_TASK_STATE_TEXT,
    [BL_BAND_FIRST]    = BL_TASK_STATE_FIRST,
    [BL_BAND_COMPLETE] = BL_TASK_STATE_SUCCESS,
  };

  const Work* const work = (const Work*)handle;
  if (stage == BL_BAND_COMPLETE) {
    bl_shelf_count_dir(work->tasks->setup.shelf, work->task->id);
  }

  pthread_mutex_lock(&work->tasks->mutex);
  work->task->result = *so_far;
  set_state(work->tasks, work->task, states[stage]);
  pthread_mutex_unlock(&work->tasks->mutex);
}

static void
on_callback_failed(void* const handle, const char* const task_id)
{
  BlTasks* const tasks = (BlTasks*)handle;
  pthread_mutex_lock(&tasks->mutex);
  BlTask* const task = bl_tasks_find(tasks, task_id);
  if (task && task->state == BL_TASK_STATE_SUCCESS) {
    task->state = BL_TASK_STATE_CALLBACK_FAILED;
  }
  pthread_mutex_unlock(&tasks->mutex);
}

static void
fail_task(BlTasks* const    tasks,
          BlTask* const     task,
          const BlStatus    status,
          const char* const message)
{
  bl_log(tasks->setup.log, BL_LOG_WARNING, "task %s failed: %s", task->id,
         message && *message ? message : bl_strerror(status));
  pthread_mutex_lock(&tasks->mutex);
  task->error_code = bl_task_code(status);
  if (message && *message) {
    snprintf(task->error_message, sizeof(task->error_message), "%s", message);
  } else {
    snprintf(task->error_message, sizeof(task->error_message), "%s. %s",
             bl_strerror(status), bl_status_next_step(status));
  }
  set_state(tasks, task, BL_TASK_STATE_FAILED);
  pthread_mutex_unlock(&tasks->mutex);
}

/// What follows the address of our own uploads; NULL for any other URL
static const char*
own_upload(const BlTasks* const tasks, const char* const url)
{
  const size_t n = strlen(tasks->setup.base_url);
  return !strncmp(url, tasks->setup.base_url, n) &&
             !strncmp(url + n, "/files/", 7)
           ? url + n + 7
           : NULL;
}

static void
play(BlTasks* const tasks, BlTask* const task, const char* const audio)
{
  char     dir[BL_PATH_BYTES];
  BlStatus st =
    bl_shelf_make_dir(tasks->setup.shelf, task->id, dir, sizeof(dir));
  if (st) {
    fail_task(tasks, task, st, NULL);
    return;
  }

  BlBandResult* const result = (BlBandResult*)calloc(1, sizeof(BlBandResult));
  if (!result) {
    fail_task(tasks, task, BL_NO_MEM, NULL);
    return;
  }

  const BlTaskAsk* const ask     = &task->ask;
  const BlBandRequest    request = {
       .audio            = audio,
       .out_dir          = dir,
       .title            = ask->title,
       .tags             = ask->tags,
       .negative_tags    = ask->negative_tags,
       .vocal_gender     = ask->vocal_gender,
       .has_style_weight = ask->has_style_weight,
       .has_weirdness    = ask->has_weirdness,
       .has_audio_weight = ask->has_audio_weight,
       .style_weight     = ask->style_weight,
       .weirdness        = ask->weirdness,
       .audio_weight     = ask->audio_weight,
       .soundfont        = tasks->setup.soundfont,
       .stems            = ask->stems,
  };

  Work work = { tasks, task };
  st        = bl_band_play(&request, tasks->cancel, on_progress, &work, result);
  if (st && !bl_cancel_is_triggered(tasks->cancel)) {
    bl_shelf_count_dir(tasks->setup.shelf, task->id);
    fail_task(tasks, task, st, result->message);
  }
  free(result);
}

static void
run_task(BlTasks* const tasks, BlTask* const task)
{
  char              upload[BL_URL_BYTES] = "";
  char              audio[BL_PATH_BYTES];
  const char* const own = own_upload(tasks, task->ask.upload_url);

  if (!own || !bl_url_decode(own, upload, sizeof(upload)) ||
      bl_shelf_hold(tasks->setup.shelf, upload, audio, sizeof(audio))) {
    fail_task(tasks, task, BL_NOT_FOUND,
              own ? "File fetch failed: the upload is not here (any more); "
                    "upload it again."
                  : "File fetch failed: the local band takes only what was "
                    "uploaded to it; upload the file to it first.");
    return;
  }

  bl_log(tasks->setup.log, BL_LOG_NOTE, "task %s: playing", task->id);
  play(tasks, task, audio);
  bl_shelf_release(tasks->setup.shelf, upload);
}

static BlTask*
next_task(BlTasks* const tasks)
{
  BlTask* task = NULL;
  pthread_mutex_lock(&tasks->mutex);
  while (!tasks->stop && !task) {
    for (size_t i = 0; i < tasks->n_tasks && !task; ++i) {
      task = tasks->tasks[i]->started ? NULL : tasks->tasks[i];
    }
    if (!task) {
      pthread_cond_wait(&tasks->cond, &tasks->mutex);
    }
  }
  if (tasks->stop) {
    task = NULL;
  } else {
    task->started = true;
  }
  pthread_mutex_unlock(&tasks->mutex);
  return task;
}

static void*
run_thread(void* const data)
{
  BlTasks* const tasks = (BlTasks*)data;
  for (BlTask* task = NULL; (task = next_task(tasks));) {
    run_task(tasks, task);
  }
  return NULL;
}

BlStatus
bl_tasks_new(const BlTasksSetup* const setup, BlTasks** const tasks)
{
  *tasks           = NULL;
  BlTasks* const t = (BlTasks*)calloc(1, sizeof(BlTasks));
  if (!t) {
    return BL_NO_MEM;
  }

  t->setup = *setup;
  pthread_mutex_init(&t->mutex, NULL);
  pthread_cond_init(&t->cond, NULL);

  BlStatus st = (t->cancel = bl_cancel_new()) ? BL_SUCCESS : BL_NO_MEM;
  if (!st) {
    st = bl_callbacks_new(setup->log, on_callback_failed, t, &t->callbacks);
  }
  if (!st) {
    st = bl_thread_start(&t->thread, "bl-band", run_thread, t);
  }
  if (st) {
    bl_callbacks_free(t->callbacks);
    bl_cancel_free(t->cancel);
    pthread_cond_destroy(&t->cond);
    pthread_mutex_destroy(&t->mutex);
    free(t);
    return st;
  }

  *tasks = t;
  return BL_SUCCESS;
}

void
bl_tasks_free(BlTasks* const tasks)
{
  if (!tasks) {
    return;
  }

  pthread_mutex_lock(&tasks->mutex);
  tasks->stop = true;
  pthread_cond_signal(&tasks->cond);
  pthread_mutex_unlock(&tasks->mutex);
  bl_cancel_trigger(tasks->cancel);
  pthread_join(tasks->thread, NULL);
  bl_callbacks_free(tasks->callbacks);

  for (size_t i = 0; i < tasks->n_tasks; ++i) {
    free_task(tasks->tasks[i]);
  }
  bl_cancel_free(tasks->cancel);
  pthread_cond_destroy(&tasks->cond);
  pthread_mutex_destroy(&tasks->mutex);
  free(tasks);
}

static BlStatus
make_track_id(char id[const BL_TRACK_ID_BYTES])
{
  char           hex[BL_HEX_ID_BYTES];
  const BlStatus st = bl_hex_id(hex);
  if (!st) {
    snprintf(id, BL_TRACK_ID_BYTES, "%.8s-%.4s-4%.3s-a%.3s-%.12s", hex, hex + 8,
             hex + 13, hex + 17, hex + 20);
  }
  return st;
}

static BlStatus
make_task(const BlTaskAsk* const ask, BlTask** const task)
{
  BlTask* const t = (BlTask*)calloc(1, sizeof(BlTask));
  if (!t) {
    return BL_NO_MEM;
  }

  BlStatus st = bl_hex_id(t->id);
  if (!st) {
    st = bl_hex_id(t->hex);
  }
  for (unsigned i = 0; i < BL_VARIANTS && !st; ++i) {
    st = make_track_id(t->track_ids[i]);
  }
  if (st) {
    free(t);
    return st;
  }

  t->ask        = *ask;
  t->created_ms = bl_now_ms();
  *task         = t;
  return BL_SUCCESS;
}

static BlStatus
make_room(BlTasks* const tasks)
{
  const double oldest  = bl_now_ms() - 1e3 * BL_BAND_KEEP_S;
  size_t       waiting = 0;
  for (size_t i = tasks->n_tasks; i-- > 0;) {
    const BlTask* const task = tasks->tasks[i];
    if (!bl_task_is_finished(task)) {
      ++waiting;
    } else if (task->finished_ms < oldest) {
      remove_task(tasks, i);
    }
  }

  if (waiting >= BL_BAND_WAITING_MAX) {
    return BL_RATE_LIMITED;
  }
  if (tasks->n_tasks == BL_BAND_TASKS_MAX && !remove_oldest_finished(tasks)) {
    return BL_RATE_LIMITED;
  }
  while (bl_shelf_is_full(tasks->setup.shelf)) {
    if (!remove_oldest_finished(tasks)) {
      return BL_DISK_FULL;
    }
  }
  return BL_SUCCESS;
}

BlStatus
bl_tasks_add(BlTasks* const         tasks,
             const BlTaskAsk* const ask,
             char                   id[const BL_HEX_ID_BYTES])
{
  BlTask*  task = NULL;
  BlStatus st   = make_task(ask, &task);
  if (st) {
    return st;
  }

  pthread_mutex_lock(&tasks->mutex);
  st = make_room(tasks);
  if (!st) {
    memcpy(id, task->id, BL_HEX_ID_BYTES);
    tasks->tasks[tasks->n_tasks++] = task;
    pthread_cond_signal(&tasks->cond);
  }
  pthread_mutex_unlock(&tasks->mutex);

  if (st) {
    free(task);
  }
  return st;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_tasks_priv.h"

#include "base/paths.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

BlTask*
bl_tasks_find(const BlTasks* const tasks, const char* const id)
{
  for (size_t i = 0; id && i < tasks->n_tasks; ++i) {
    if (!strcmp(tasks->tasks[i]->id, id)) {
      return tasks->tasks[i];
    }
  }
  return NULL;
}

cJSON*
bl_tasks_record(BlTasks* const tasks, const char* const id)
{
  pthread_mutex_lock(&tasks->mutex);
  const BlTask* const task = bl_tasks_find(tasks, id);
  cJSON* const data = task ? bl_task_record(task, tasks->setup.base_url) : NULL;
  pthread_mutex_unlock(&tasks->mutex);
  return data;
}

static BlStatus
follow(BlTasks* const    tasks,
       BlTask* const     task,
       const BlFollow    kind,
       const char* const audio_id,
       const char* const callback_url,
       char* const       id)
{
  for (unsigned i = 0; i < BL_VARIANTS; ++i) {
    BlFollowUp* const up = &task->follows[kind][i];
    if (strcmp(task->track_ids[i], audio_id)) {
      continue;
    }
    if (!bl_task_is_ready(task, i)) {
      return BL_BAD_STATE;
    }
    if (*up->id) {
      memcpy(id, up->id, BL_HEX_ID_BYTES);
      return BL_CONFLICT;
    }

    const BlStatus st = bl_hex_id(up->id);
    if (st) {
      return st;
    }
    snprintf(up->callback_url, sizeof(up->callback_url), "%s", callback_url);
    up->created_ms = bl_now_ms();
    memcpy(id, up->id, BL_HEX_ID_BYTES);
    bl_callbacks_post(
      tasks->callbacks, up->callback_url, up->id, false,
      bl_task_follow_callback(task, tasks->setup.base_url, kind, i));
    return BL_SUCCESS;
  }
  return BL_NOT_FOUND;
}

BlStatus
bl_tasks_follow(BlTasks* const    tasks,
                const BlFollow    kind,
                const char* const task_id,
                const char* const audio_id,
                const char* const callback_url,
                char              id[const BL_HEX_ID_BYTES])
{
  pthread_mutex_lock(&tasks->mutex);
  BlTask* const  task = bl_tasks_find(tasks, task_id);
  const BlStatus st =
    task ? follow(tasks, task, kind, audio_id, callback_url, id) : BL_NOT_FOUND;
  pthread_mutex_unlock(&tasks->mutex);
  return st;
}

cJSON*
bl_tasks_follow_record(BlTasks* const    tasks,
                       const BlFollow    kind,
                       const char* const id)
{
  cJSON* data = NULL;
  if (!bl_hex_id_is_valid(id)) {
    return NULL;
  }

  pthread_mutex_lock(&tasks->mutex);
  for (size_t i = 0; i < tasks->n_tasks && !data; ++i) {
    for (unsigned v = 0; v < BL_VARIANTS && !data; ++v) {
      const BlTask* const task = tasks->tasks[i];
      if (!strcmp(task->follows[kind][v].id, id)) {
        data = bl_task_follow_record(task, tasks->setup.base_url, kind, v);
      }
    }
  }
  pthread_mutex_unlock(&tasks->mutex);
  return data;
}

/// Whole already, by its name
static bool
is_whole(const BlTask* const task, const char* const name)
{
  for (unsigned i = 0; i < BL_VARIANTS; ++i) {
    char wav[BL_NAME_BYTES];
    char mid[BL_NAME_BYTES];
    snprintf(wav, sizeof(wav), "variant-%c.wav", (char)('a' + i));
    snprintf(mid, sizeof(mid), "variant-%c.mid", (char)('a' + i));
    if (!strcmp(name, wav) || !strcmp(name, mid)) {
      return bl_task_is_ready(task, i);
    }
  }
  if (bl_task_has_stem(task, name)) {
    return true;
  }
  return !strcmp(name, "analysis.json") &&
         task->state != BL_TASK_STATE_PENDING &&
         task->state != BL_TASK_STATE_FAILED;
}

BlStatus
bl_tasks_open(BlTasks* const    tasks,
              const char* const hex_and_name,
              int* const        fd)
{
  const size_t n = BL_HEX_ID_BYTES - 1;
  *fd            = -1;
  if (strnlen(hex_and_name, n + 1) <= n || hex_and_name[n] != '/') {
    return BL_NOT_FOUND;
  }

  const char* const name = hex_and_name + n + 1;
  pthread_mutex_lock(&tasks->mutex);
  for (size_t i = 0; i < tasks->n_tasks; ++i) {
    const BlTask* const task = tasks->tasks[i];
    char                dir[BL_PATH_BYTES];
    char                path[BL_PATH_BYTES];
    if (!memcmp(task->hex, hex_and_name, n) && is_whole(task, name) &&
        !bl_shelf_make_dir(tasks->setup.shelf, task->id, dir, sizeof(dir)) &&
        !bl_path_join(path, sizeof(path), dir, name)) {
      *fd = open(path, O_RDONLY | O_CLOEXEC);
      break;
    }
  }
  pthread_mutex_unlock(&tasks->mutex);
  return *fd < 0 ? BL_NOT_FOUND : BL_SUCCESS;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SERVER_TASKS_PRIV_H
#define BL_BAND_SERVER_TASKS_PRIV_H

#include "server_callback.h"
#include "server_task.h"
#include "server_tasks.h"

#include "base/cancel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/// Shared by server_tasks.c (work) and server_lookup.c (answers)
struct BlTasksImpl
{
  // Immutable after new
  BlTasksSetup setup;
  BlCancel*    cancel;
  BlCallbacks* callbacks;
  pthread_t    thread;

  // Guarded by mutex; cond when the list or `stop` changes.  A task that is
  // started and not finished is removed by nobody
  pthread_mutex_t mutex;
  pthread_cond_t  cond;
  BlTask*         tasks[BL_BAND_TASKS_MAX]; ///< Oldest first
  size_t          n_tasks;
  bool            stop;
};

/// The caller holds the mutex; NULL where there is none
BlTask* bl_tasks_find(const BlTasks* tasks, const char* id);

#endif // BL_BAND_SERVER_TASKS_PRIV_H

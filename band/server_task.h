// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SERVER_TASK_H
#define BL_BAND_SERVER_TASK_H

#include "band.h"
#include "server_shelf.h"
#include "server_tasks.h"

#include "base/attributes.h"
#include "base/limits.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

/**
   One task of the server as a plain value, and what a client is told of it:
   pure functions from the value to the JSON of API.md.  The caller holds the
   tasks' mutex.
*/

#define BL_TRACK_ID_BYTES 37u ///< A UUID and NUL

typedef enum
{
  BL_TASK_STATE_PENDING,
  BL_TASK_STATE_TEXT,
  BL_TASK_STATE_FIRST,
  BL_TASK_STATE_SUCCESS,
  BL_TASK_STATE_CALLBACK_FAILED,
  BL_TASK_STATE_FAILED,
} BlTaskState;

typedef struct
{
  char   id[BL_HEX_ID_BYTES]; ///< "" = none
  char   callback_url[BL_URL_BYTES];
  double created_ms;
} BlFollowUp;

typedef struct
{
  // Immutable once queued
  char      id[BL_HEX_ID_BYTES];
  char      hex[BL_HEX_ID_BYTES]; ///< Of the results' URLs
  char      track_ids[BL_VARIANTS][BL_TRACK_ID_BYTES];
  BlTaskAsk ask;
  double    created_ms;

  bool         started;
  BlTaskState  state;
  int          error_code; ///< API 6; 0 = none
  char         error_message[BL_MESSAGE_BYTES];
  double       finished_ms; ///< 0 = not finished
  BlBandResult result;
  BlFollowUp   follows[BL_N_FOLLOWS][BL_VARIANTS];
} BlTask;

/// True once there is no more to come
BL_THREAD_ANY bool bl_task_is_finished(const BlTask* task);

/// True if variant `i` can be fetched
BL_THREAD_ANY bool bl_task_is_ready(const BlTask* task, unsigned i);

/// True if `name` is a stem that is whole
BL_THREAD_ANY bool bl_task_has_stem(const BlTask* task, const char* name);

/// Code of API 6 for a failure of the band
BL_THREAD_ANY int bl_task_code(BlStatus status);

/// `data` of record-info; NULL when out of memory
BL_THREAD_ANY cJSON* bl_task_record(const BlTask* task, const char* base_url);

/// Body of the callback that the task's state calls for; free() it
BL_THREAD_ANY char* bl_task_callback(const BlTask* task, const char* base_url);

/// `data` of a follow-up's record-info
BL_THREAD_ANY cJSON* bl_task_follow_record(const BlTask* task,
                                           const char*   base_url,
                                           BlFollow      kind,
                                           unsigned      variant);

/// Body of a follow-up's callback; free() it
BL_THREAD_ANY char* bl_task_follow_callback(const BlTask* task,
                                            const char*   base_url,
                                            BlFollow      kind,
                                            unsigned      variant);

#endif // BL_BAND_SERVER_TASK_H

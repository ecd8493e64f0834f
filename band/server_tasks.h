// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SERVER_TASKS_H
#define BL_BAND_SERVER_TASKS_H

#include "band.h"
#include "server_callback.h"
#include "server_shelf.h"

#include "base/attributes.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stddef.h>

/**
   The tasks that clients gave, and the thread (bl-band) that plays one after
   the other; its states follow the real work (API 3.2):

   PENDING -> TEXT_SUCCESS (listened) -> FIRST_SUCCESS -> SUCCESS, or
   GENERATE_AUDIO_FAILED; CALLBACK_EXCEPTION where all is there but the last
   callback was refused.  At most BL_BAND_WAITING_MAX wait; the oldest
   finished ones go when room or disk is short, or after BL_BAND_KEEP_S.
*/
typedef struct BlTasksImpl BlTasks;

/// One request, checked by server_generate.c; API 1.1
typedef struct
{
  char   upload_url[BL_URL_BYTES];
  char   title[BL_TEXT_BYTES];
  char   tags[BL_TEXT_BYTES];
  char   negative_tags[BL_TEXT_BYTES];
  char   callback_url[BL_URL_BYTES];
  char   model[BL_NAME_BYTES];
  char   vocal_gender; ///< 'm', 'f' or 0
  bool   has_style_weight;
  bool   has_weirdness;
  bool   has_audio_weight;
  double style_weight;
  double weirdness;
  double audio_weight;
  bool   stems; ///< A field of our own: no other service knows it
  char*  param; ///< The request's JSON as it came; malloc'd
} BlTaskAsk;

typedef struct
{
  const BlLog* log;
  BlShelf*     shelf;     ///< Outlives the tasks
  const char*  soundfont; ///< "" = searched; outlives the tasks
  const char*  base_url;  ///< "http://127.0.0.1:PORT"; outlives the tasks
} BlTasksSetup;

BL_THREAD_JOB BL_NODISCARD BlStatus bl_tasks_new(const BlTasksSetup* setup,
                                                 BlTasks**           tasks);

/// Interrupts what is played and joins the thread; NULL is allowed
BL_THREAD_JOB void bl_tasks_free(BlTasks* tasks);

/**
   Queue a request; `ask->param` is taken over on success.
   @return BL_RATE_LIMITED where too many wait, BL_DISK_FULL
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_tasks_add(BlTasks*         tasks,
                                                 const BlTaskAsk* ask,
                                                 char id[BL_HEX_ID_BYTES]);

/// `data` of record-info (API 3.1), owned by the caller; NULL = no such task
BL_THREAD_ANY cJSON* bl_tasks_record(BlTasks* tasks, const char* id);

/// A follow-up on a finished track: API 5.1 and 5.2
typedef enum
{
  BL_FOLLOW_WAV,      ///< The result is a WAV already
  BL_FOLLOW_SEPARATE, ///< The result holds no voice already
} BlFollow;

#define BL_N_FOLLOWS 2u

/**
   Make the record of a follow-up, done as soon as it is made.
   @return BL_NOT_FOUND, BL_BAD_STATE (not finished), or BL_CONFLICT
   where there is one for that track already, `id` is then its id
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_tasks_follow(BlTasks*    tasks,
                                                    BlFollow    kind,
                                                    const char* task_id,
                                                    const char* audio_id,
                                                    const char* callback_url,
                                                    char id[BL_HEX_ID_BYTES]);

/// `data` of a follow-up's record-info; NULL = no such
BL_THREAD_ANY cJSON* bl_tasks_follow_record(BlTasks*    tasks,
                                            BlFollow    kind,
                                            const char* id);

/// Open a result by the end of its URL: "<32 hex>/variant-a.wav"
BL_THREAD_ANY BL_NODISCARD BlStatus bl_tasks_open(BlTasks*    tasks,
                                                  const char* hex_and_name,
                                                  int*        fd);

#endif // BL_BAND_SERVER_TASKS_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_STANDIN_PRIV_H
#define BL_TESTS_STANDIN_PRIV_H

#include "support/standin.h"

#include <microhttpd.h>

#include <pthread.h>

/// What the files of the stand-in share; see standin.h

#define FAULTS_MAX 64u
#define TASKS_MAX 512u
#define UPLOADS_MAX 64u
#define BODY_MAX (64u << 10)
#define UPLOAD_KEEP (16u << 20)
#define HEADERS_MAX (8u << 10)

typedef struct
{
  char*  data;
  size_t size;
} Blob;

typedef struct
{
  char            id[33];
  StandinEndpoint kind;      ///< STANDIN_SUBMIT, _WAV or _STEMS
  char            track[64]; ///< Of which: its audio id
  bool            split;     ///< STEMS: each instrument
  unsigned        asked;     ///< Times record-info was asked
  unsigned        stage;     ///< Reached by callbacks
  char*           request;   ///< Body of the submit
  char            callback[2048];
} Task;

typedef struct
{
  StandinFault fault;
  unsigned     seen; ///< Requests of its endpoint
} Fault;

typedef struct
{
  unsigned count;
  Blob     body;
  char     headers[HEADERS_MAX]; ///< "Name: value\n" …
} Seen;

struct StandinImpl
{
  // Immutable after new
  StandinOptions     options;
  struct MHD_Daemon* daemon;
  char               base[64];

  // Guarded by lock
  pthread_mutex_t lock;
  pthread_cond_t  changed;
  bool            stopping;
  Fault           faults[FAULTS_MAX];
  size_t          n_faults;
  Seen            seen[STANDIN_N_ENDPOINTS];
  Task            tasks[TASKS_MAX];
  size_t          n_tasks;
  Blob            uploads[UPLOADS_MAX]; ///< Served back
  size_t          n_uploads;
  char            upload_name[256];
  uint64_t        upload_size;
  uint64_t        upload_sum;
  Blob            audio[2];
  Blob            wav; ///< What a WAV is delivered as
  double          seconds[2];
  pthread_t       threads[TASKS_MAX]; ///< Senders of callbacks
  size_t          n_threads;
};

/// One request while it is read
typedef struct
{
  StandinEndpoint           endpoint;
  bool                      faulty;
  StandinFault              fault; ///< Where faulty
  Blob                      body;
  struct MHD_PostProcessor* post;
  Blob                      upload;
  uint64_t                  upload_size;
  uint64_t                  upload_sum;
  char                      upload_name[256];
  char                      upload_path[256];
  bool                      has_file;
} Request;

/// libmicrohttpd's callbacks; `data` is the stand-in
enum MHD_Result standin_on_request(void*                  data,
                                   struct MHD_Connection* connection,
                                   const char*            url,
                                   const char*            method,
                                   const char*            version,
                                   const char*            upload,
                                   size_t*                upload_size,
                                   void**                 state);

void standin_on_completed(void*                           data,
                          struct MHD_Connection*          connection,
                          void**                          state,
                          enum MHD_RequestTerminationCode code);

/// Fill both audio blobs
bool standin_make_audio_locked(Standin* standin);

/// Text with %BASE% and its kin replaced; to be freed
char* standin_expand_locked(Standin*    standin,
                            const char* text,
                            const char* task);

/// Both tracks as a JSON array, `ready` of them finished; to be freed
char* standin_tracks_locked(Standin*    standin,
                            const char* task,
                            unsigned    ready,
                            bool        snake);

/// What the endpoint normally answers; to be freed
char* standin_answer_locked(Standin*               standin,
                            struct MHD_Connection* connection,
                            const char*            url,
                            const Request*         request,
                            unsigned*              http);

/// Begin to send a task's callbacks
void standin_send_callbacks_locked(Standin* standin, size_t task);

/// A follow-up's POST, and its record; see standin_refine.c
char* standin_refine_locked(Standin* standin, const Request* request);
char* standin_refined_locked(Standin*        standin,
                             StandinEndpoint kind,
                             const char*     id);

/// The body of its only callback; to be freed
char* standin_refined_callback_locked(Standin* standin, const Task* task);

/// A task that is new; NULL where there are too many
Task* standin_add_task_locked(Standin* standin, const Request* request);

/// {"code":200,…"taskId"…}; to be freed
char* standin_accept(const Task* task);

/// {"code":code,"msg":msg,"data":null}; to be freed
char* standin_refuse(int code, const char* msg);

Task* standin_find_task_locked(Standin* standin, const char* id);

bool standin_blob_add(Blob* blob, const void* data, size_t size, size_t most);

#endif // BL_TESTS_STANDIN_PRIV_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_SERVICE_H
#define BL_SERVICE_SERVICE_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "service/part.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The add-instrumental service as the jobs see it: blocking calls, one at a
   time, each bounded in size and time and cancelled by its BlCancel.

   Owner:    the job thread (or the CLI): all of an object's calls come from
             one thread; each object has its own libcurl handles.
   Wire:     API.md; the tables of a dialect are in service/dialect.h.
   Secrets:  the key is held by the object, sent to the API and upload hosts
             only, and in no message, log or return value.
*/
typedef struct BlServiceImpl BlService;

/// Why a call failed, in the service's and in our words
typedef struct
{
  BlStatus status;
  int      http;          ///< HTTP status, 0 where none came
  int      code;          ///< The envelope's `code`, 0 where none came
  double   retry_after_s; ///< From Retry-After; 0 = not said
  bool     maybe_sent;    ///< The request may have been acted upon
  unsigned posts;         ///< Paid POSTs that bl_service_submit() made
  char     message[BL_MESSAGE_BYTES]; ///< The service's msg, redacted
} BlServiceError;

/// Facts that the job needs before anything is sent
typedef struct
{
  char   name[BL_NAME_BYTES];  ///< "local", "sunoapi", "kie", or custom
  char   label[BL_NAME_BYTES]; ///< "sunoapi.org"
  char   host[BL_NAME_BYTES];  ///< "api.sunoapi.org", with port if unusual
  bool   paid;                 ///< false for the local band
  bool   fell_back;            ///< The name was unknown: this is local
  double price;                ///< Credits of one request; < 0 unknown
  double poll_first_s;         ///< Seconds from submit to first question
  double poll_next_s;
  double poll_cap_s;
} BlServiceInfo;

/**
   Open the service called `name` (NULL or "": what config says).

   Finds URLs and key in the configuration and credentials alone; starts the
   local band where it is meant.  An unknown name falls back to local and
   says so in `info`.

   @return BL_NO_KEY, BL_KEY_EXPOSED, BL_NO_BAND, BL_NO_MEM, …
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_service_open(const BlConfig* config,
                                                    const char*     name,
                                                    const BlLog*    log,
                                                    BlCancel*       cancel,
                                                    BlService**     service,
                                                    BlServiceError* error);

/// NULL is allowed; the local band goes when its last client has closed
BL_THREAD_JOB void bl_service_close(BlService* service);

BL_THREAD_JOB const BlServiceInfo* bl_service_info(const BlService* service);

/// Fraction 0..1 of the bytes of the running up- or download
typedef void (*BlServiceProgress)(void* handle, double fraction);

BL_THREAD_JOB BL_NODISCARD BlStatus bl_service_credits(BlService*      service,
                                                       double*         credits,
                                                       BlServiceError* error);

/// Upload a file by streaming multipart; `remote_name` is made unique by
/// the caller
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_service_upload(BlService*        service,
                  const char*       path,
                  const char*       remote_name,
                  BlServiceProgress progress,
                  void*             handle,
                  char              url[BL_URL_BYTES],
                  BlServiceError*   error);

/// One request; API 1.1.  Empty strings and absent options are left out
typedef struct
{
  char   upload_url[BL_URL_BYTES];
  char   title[BL_TEXT_BYTES];
  char   tags[BL_TEXT_BYTES];
  char   negative_tags[BL_TEXT_BYTES];
  char   callback_url[BL_URL_BYTES];
  char   model[BL_NAME_BYTES];
  char   vocal_gender; ///< 'm', 'f' or 0
  bool   has_weights;
  double style_weight; ///< 0..1, sent with two decimals
  double weirdness;
  double audio_weight;
  char   lyrics[BL_LYRICS_BYTES]; ///< "" = left out; new with V6
  bool   has_variety;             ///< New with V6
  double variety;                 ///< 0..4, whole
  bool   stems; ///< Of the local band alone; no other service is asked
} BlRequest;

/**
   Fill required fields that are empty: title (from `title`), negative tags,
   and the callback: the listener's address where one runs (it is started
   here when the configuration asks for it), else a placeholder.
*/
BL_THREAD_JOB void bl_service_fill(BlService*  service,
                                   const char* title,
                                   BlRequest*  request);

/**
   Check ranges and lengths; the field's name goes into the message.
   @return BL_BAD_FIELD or BL_SUCCESS
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_request_check(const BlRequest* request,
                                                     BlServiceError*  error);

/**
   The paid call.  One POST; a second one only where the first was provably
   refused (400 or 422) for the placeholder in its callBackUrl.
   `error->posts` counts them, also on success.

   On failure `error->maybe_sent` tells a proven refusal, or a request that
   never left (false), from an ambiguous end (true: the job becomes
   `unsure`).
*/
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_service_submit(BlService*       service,
                  const BlRequest* request,
                  char             task_id[BL_NAME_BYTES],
                  BlServiceError*  error);

typedef enum
{
  BL_TASK_PENDING,
  BL_TASK_TEXT,
  BL_TASK_FIRST,
  BL_TASK_COMPLETE,
  BL_TASK_FAILED, ///< `error` of the reply says why
} BlTaskStage;

/// One variant as far as it is known; URLs in the order of API 7
typedef struct
{
  char   id[BL_NAME_BYTES];
  char   title[BL_TEXT_BYTES];
  char   tags[BL_TEXT_BYTES];
  char   model[BL_NAME_BYTES];
  char   urls[4][BL_URL_BYTES]; ///< audio, source, stream, source stream; ""
  bool   ready;                 ///< There is a URL to fetch it from now
  double duration_s;            ///< 0 = unknown
} BlTaskTrack;

/// A file that the local band makes beside its variants
typedef struct
{
  const char* remote;  ///< Its name there
  const char* ending;  ///< Of its name here, after "Title (A)" or "job-N"
  char        variant; ///< 'A' or 'B'; '\0' belongs to the whole job
  bool        stem;    ///< Audio, to be placed as a variant is
} BlExtra;

#define BL_N_EXTRAS 11u
extern const BlExtra bl_extras[BL_N_EXTRAS];

typedef struct
{
  BlTaskStage stage;
  char        raw_status[BL_NAME_BYTES];
  size_t      n_tracks; ///< At most BL_VARIANTS
  BlTaskTrack tracks[BL_VARIANTS];
  char extra_urls[BL_N_EXTRAS][BL_URL_BYTES]; ///< Of bl_extras; "" = none
  char part_urls[BL_N_PARTS][BL_URL_BYTES];   ///< Of bl_parts; "" = none
  char note[BL_MESSAGE_BYTES]; ///< What the local band heard, and did not; ""
} BlTaskInfo;

/**
   Ask once how the task stands.
   BL_SUCCESS with stage BL_TASK_FAILED: the task failed, error->status says
   why (also where bl_status_is_retryable() would retry a question).
   Any other status: the question failed, the task goes on; BL_NOT_HERE: the
   service has no such task (the local band forgets its tasks when it ends).

   Stages that say more than they hold (SUCCESS without audio,
   CALLBACK_EXCEPTION without tracks) stay BL_TASK_PENDING, TEXT or FIRST for
   some polls; BL_TASK_COMPLETE means that every track listed is `ready`.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_service_poll(BlService*      service,
                                                    const char*     task_id,
                                                    BlTaskInfo*     info,
                                                    BlServiceError* error);

/// A request for something made of a result; API 5.1 and 5.2
typedef struct
{
  BlRefine refine;                     ///< Not BL_REFINE_NONE
  char     task_id[BL_NAME_BYTES];     ///< Of the generation
  char     audio_id[BL_NAME_BYTES];    ///< Of its track
  char     callback_url[BL_URL_BYTES]; ///< As bl_service_callback() says
} BlRefineRequest;

/// The listener's address where one runs (it is started here when the
/// configuration asks for it), else a placeholder
BL_THREAD_JOB void bl_service_callback(BlService* service,
                                       char       url[BL_URL_BYTES]);

/// Credits that it costs; 0 at the local band, < 0 unknown
BL_THREAD_JOB double bl_service_refine_price(const BlService* service,
                                             BlRefine         refine);

/**
   As bl_service_submit(), for a result that is there.

   @return BL_UNSUPPORTED for the local band, which is never asked;
   BL_CONFLICT where the service has made it before; else as submit
*/
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_service_refine(BlService*             service,
                  const BlRefineRequest* request,
                  char                   task_id[BL_NAME_BYTES],
                  BlServiceError*        error);

/// As bl_service_poll(), with the addresses in info->part_urls and without
/// tracks; BL_TASK_COMPLETE where the part asked for is there
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_service_poll_refined(BlService*      service,
                        BlRefine        refine,
                        const char*     task_id,
                        BlTaskInfo*     info,
                        BlServiceError* error);

/**
   Sleep between polls.  Returns early when a callback says that the task has
   news: poll then.  @return true if cancelled meanwhile.
*/
BL_THREAD_JOB bool bl_service_sleep(BlService*  service,
                                    const char* task_id,
                                    double      seconds);

/// Did a callback say that the task has news since it was last asked?  Does
/// not wait: for who has several jobs to look after
BL_THREAD_JOB bool bl_service_has_news(BlService* service, const char* task_id);

/**
   Download a result to `path` (written beside it first, then renamed; an
   existing file is replaced).  Tries the track's URLs in order, checks size,
   magic bytes, duration (10 %) and private hosts; never sends the key.
   A broken connection is resumed a few times.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_service_download(BlService*         service,
                    const BlTaskTrack* track,
                    const char*        path,
                    BlServiceProgress  progress,
                    void*              handle,
                    BlServiceError*    error);

/// Download one of the extras to `path`, in the same way; its first bytes must
/// be those of a WAV, a MIDI file or a JSON object
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_service_download_extra(BlService*        service,
                          const char*       url,
                          const char*       path,
                          BlServiceProgress progress,
                          void*             handle,
                          BlServiceError*   error);

/// Are two files the same bytes?  (Variants sometimes are by mistake: fetch
/// the second again after BL_TWINS_WAIT_S.)
BL_THREAD_JOB BL_NODISCARD BlStatus bl_service_same_bytes(const char* path_a,
                                                          const char* path_b,
                                                          bool*       same);

#endif // BL_SERVICE_SERVICE_H

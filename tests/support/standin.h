// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_STANDIN_H
#define BL_TESTS_STANDIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A scripted stand-in for the add-instrumental service, for tests.

   It follows API.md (sections 0 to 8), which was gathered from the vendor's
   documentation and from other clients' authors; the real service was not
   available while this was written, so nothing here was compared with it.
   It is not the local band: it makes no music and its answers are scripted.

   Without faults it accepts uploads (held in memory), checks the request as
   API 1.1 and 1.3 say (envelope codes with HTTP 200), and leads each task
   through PENDING, TEXT_SUCCESS, FIRST_SUCCESS, SUCCESS by the number of
   times it was asked, then delivers two different MP3 files.  A track of such
   a task can be asked for as WAV (API 5.1) or in stems (API 5.2): PENDING, then
   SUCCESS; a second WAV of the same track is a conflict.

   Any thread may call any function.
*/
typedef struct StandinImpl Standin;

typedef enum
{
  STANDIN_UPLOAD,     ///< POST /api/file-stream-upload
  STANDIN_SUBMIT,     ///< POST /api/v1/generate/add-instrumental
  STANDIN_RECORD,     ///< GET /api/v1/generate/record-info
  STANDIN_CREDIT,     ///< GET /api/v1/generate/credit, /api/v1/chat/credit
  STANDIN_FILE,       ///< GET /file/…: audioUrl and sourceAudioUrl
  STANDIN_STREAM,     ///< GET /stream/…: streamAudioUrl, sourceStreamAudioUrl
  STANDIN_WAV,        ///< POST /api/v1/wav/generate
  STANDIN_WAV_RECORD, ///< GET /api/v1/wav/record-info
  STANDIN_STEMS,      ///< POST /api/v1/vocal-removal/generate
  STANDIN_STEMS_RECORD, ///< GET /api/v1/vocal-removal/record-info
  STANDIN_OTHER,        ///< Everything else: 404
} StandinEndpoint;

#define STANDIN_N_ENDPOINTS 11u

typedef enum
{
  STANDIN_REPLY,     ///< `http` and `text` as the body, see below
  STANDIN_CODE,      ///< {"code":code,"msg":text,"data":null} with `http`
  STANDIN_HANG,      ///< Accept the request and never answer
  STANDIN_DROP,      ///< Close the connection without an answer
  STANDIN_EMPTY,     ///< `http` with no byte in the body
  STANDIN_TRUNCATE,  ///< Half of the normal (or `text`) body, then close
  STANDIN_DRIP,      ///< The body one byte a second
  STANDIN_REDIRECT,  ///< `http` (302) to the URL `text`
  STANDIN_TWIN,      ///< Files: the first track's bytes whatever was asked
  STANDIN_STRICT_UA, ///< 403 unless the User-Agent begins with "Backline"
} StandinFaultKind;

/**
   What goes wrong where.  Faults are looked through in order, the first one
   that applies is used.

   In `text` these words are replaced: %BASE% by the stand-in's own base URL,
   %TASK% by the task id asked for, %TRACKS% by the JSON array of both
   finished tracks, %FIRST% by an array with the first finished and the
   second not, %NONE% by both unfinished, %UPLOAD% by the last upload's URL.
*/
typedef struct
{
  StandinEndpoint  endpoint;
  StandinFaultKind kind;
  unsigned         skip;  ///< So many requests pass before the fault
  unsigned         times; ///< So many have it; 0 = all further
  int              http;  ///< 0 = 200 (302 for a redirect)
  int              code;
  const char*      text;          ///< NULL = "" (copied)
  int              retry_after_s; ///< Retry-After header; 0 = none
  double           delay_s;       ///< Before the answer
} StandinFault;

typedef struct
{
  bool        kie;       ///< Code numbers of kie.ai instead of sunoapi.org
  const char* key;       ///< Bearer key asked for; NULL = "test-key"; "" = any
  unsigned    polls;     ///< Questions each stage lasts; 0 = 1
  double      seconds;   ///< Length of the delivered audio; 0 = 12
  const char* audio[2];  ///< Files to deliver instead of own tones
  double      credits;   ///< 0 = 671.92
  bool        callbacks; ///< Send callbacks to callBackUrl where it is http
  const char* webhook_key; ///< Sign callbacks as kie.ai does
  const char* tls_cert;    ///< PEM texts: serve https
  const char* tls_key;
  uint16_t    port; ///< 0 = any
} StandinOptions;

/// `options` may be NULL; @return NULL where it could not start
Standin* standin_new(const StandinOptions* options);

/// Ends hanging requests, too
void standin_free(Standin* standin);

/// "http://127.0.0.1:PORT"; valid until free
const char* standin_base(const Standin* standin);

void standin_add_fault(Standin* standin, StandinFault fault);

/// Forget all faults and counts
void standin_reset(Standin* standin);

/// Requests seen, faulty ones too
unsigned standin_count(Standin* standin, StandinEndpoint endpoint);

/// Tasks of any kind that were accepted: what would have been paid for
unsigned standin_tasks(Standin* standin);

/// Body of the endpoint's last request: its first 64 KiB, NUL-terminated.
/// To be freed by the caller; `size` may be NULL
char* standin_body(Standin* standin, StandinEndpoint endpoint, size_t* size);

/// A header of the endpoint's last request, "" where absent.  To be freed
char* standin_header(Standin*        standin,
                     StandinEndpoint endpoint,
                     const char*     name);

/// Bytes of the last uploaded file and a sum (FNV-1a) over them
uint64_t standin_upload_size(Standin* standin);

uint64_t standin_upload_sum(Standin* standin);

/// The same sum of any bytes; start with seed 0
uint64_t standin_sum(uint64_t seed, const void* data, size_t size);

/**
   Write config.json and credentials for a service called "standin" (dialect
   as in the options, both bases the stand-in's) below `config_home`
   ($XDG_CONFIG_HOME), with "service": "standin"; where it sends callbacks,
   they are to be heard on a port that is free.  @return true on success.
*/
bool standin_write_config(Standin* standin, const char* config_home);

#endif // BL_TESTS_STANDIN_H

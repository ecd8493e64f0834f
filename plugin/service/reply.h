// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_REPLY_H
#define BL_SERVICE_REPLY_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/status.h"
#include "service/dialect.h"
#include "service/service.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stddef.h>

/**
   What the service answers, API.md sections 0 to 5: pure functions over
   bytes from outside, bounded in size and depth, names in camel and snake
   case.  Nothing here trusts a type, a length or an order.
*/

/// To be cleared with bl_envelope_clear()
typedef struct
{
  int          code;                      ///< 0 where there is none
  char         message[BL_MESSAGE_BYTES]; ///< `msg`, made safe
  cJSON*       root;
  const cJSON* data; ///< Inside root; NULL where absent or null
} BlEnvelope;

/// @return BL_BAD_REPLY where it is no JSON object with a `code`
BL_THREAD_ANY BL_NODISCARD BlStatus bl_envelope_parse(const char* body,
                                                      size_t      size,
                                                      BlEnvelope* envelope);

/// Of a cleared or zeroed envelope, too
BL_THREAD_ANY void bl_envelope_clear(BlEnvelope* envelope);

/// Parse JSON of at most BL_JSON_DEPTH levels; NULL where it is none
BL_THREAD_ANY BL_NODISCARD cJSON* bl_json_parse(const char* text, size_t size);

/// Text from outside as one line: UTF-8 or '?', no control characters, of
/// URLs scheme and host only, cut at a character's end
BL_THREAD_ANY void bl_reply_clean(char* out, size_t size, const char* text);

/// data.taskId (or task_id); BL_BAD_REPLY where it is none
BL_THREAD_ANY BL_NODISCARD BlStatus
bl_reply_task_id(const BlEnvelope* envelope, char task_id[BL_NAME_BYTES]);

/// downloadUrl, else fileUrl, of an upload; BL_BAD_REPLY where it is none
BL_THREAD_ANY BL_NODISCARD BlStatus bl_reply_upload(const BlEnvelope* envelope,
                                                    char url[BL_URL_BYTES]);

/// data as a number or a numeric string
BL_THREAD_ANY BL_NODISCARD BlStatus bl_reply_credits(const BlEnvelope* envelope,
                                                     double*           credits);

/// What a record says, before bl_watch_judge() has weighed it
typedef struct
{
  BlTaskInfo task;
  BlStatus   error; ///< For BL_TASK_FAILED
  int        code;  ///< errorCode
  bool       vague; ///< Finished by its words, but without all the audio
  bool       callback_failed;           ///< CALLBACK_EXCEPTION
  char       message[BL_MESSAGE_BYTES]; ///< errorMessage, made safe
} BlRecord;

/// record-info's data; BL_NOT_HERE where data is null
BL_THREAD_ANY BL_NODISCARD BlStatus bl_reply_record(const BlEnvelope* envelope,
                                                    const BlDialect*  dialect,
                                                    BlRecord*         record);

/// The same for what API 5.1 and 5.2 say; complete where the part that was
/// asked for is there
BL_THREAD_ANY BL_NODISCARD BlStatus bl_reply_refined(const BlEnvelope* envelope,
                                                     const BlDialect*  dialect,
                                                     BlRefine          refine,
                                                     BlRecord*         record);

/// How often a task has been vague; zero at first, one per task
typedef struct
{
  char     task_id[BL_NAME_BYTES];
  unsigned vague;
  unsigned missing;
} BlWatchCount;

/**
   Weigh a record by what was heard before: a vague one stays pending for
   BL_EMPTY_POLLS (BL_CALLBACK_EXCEPTION_POLLS where only the callback
   failed), then counts as complete with what it has, or as failed.
*/
BL_THREAD_ANY void bl_watch_judge(BlWatchCount* count, BlRecord* record);

/// A callback's task id and type (lower case); API 2.2
BL_THREAD_ANY BL_NODISCARD BlStatus
bl_reply_callback(const BlEnvelope* envelope,
                  char              task_id[BL_NAME_BYTES],
                  char              type[BL_NAME_BYTES]);

#endif // BL_SERVICE_REPLY_H

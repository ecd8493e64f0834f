// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// record-info: what it says, and what to make of it

#include "service/reply.h"
#include "service/reply_priv.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool
is_uuid(const char* const text)
{
  if (strlen(text) != 36) {
    return false;
  }
  for (size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i])) {
      return false;
    }
  }
  return true;
}

static void
read_track(const cJSON* const item, BlTaskTrack* const track)
{
  static const char* const names[4][2] = {
    { "audioUrl", "audio_url" },
    { "sourceAudioUrl", "source_audio_url" },
    { "streamAudioUrl", "stream_audio_url" },
    { "sourceStreamAudioUrl", "source_stream_audio_url" },
  };

  memset(track, 0, sizeof(*track));
  bl_reply_copy_text(track->id, sizeof(track->id),
                     bl_reply_string(item, "id", NULL));
  bl_reply_copy_text(track->tags, sizeof(track->tags),
                     bl_reply_string(item, "tags", NULL));
  bl_reply_copy_text(track->model, sizeof(track->model),
                     bl_reply_string(item, "modelName", "model_name"));

  const char* const title = bl_reply_string(item, "title", NULL);
  if (!is_uuid(title)) { // Sometimes the clip's id stands there
    bl_reply_copy_text(track->title, sizeof(track->title), title);
  }

  for (size_t i = 0; i < 4; ++i) {
    bl_reply_copy_url(track->urls[i],
                      bl_reply_string(item, names[i][0], names[i][1]));
  }
  track->ready = track->urls[0][0] || track->urls[1][0];

  const cJSON* const duration = bl_reply_get(item, "duration", NULL);
  const char* const  text     = cJSON_GetStringValue(duration);
  double             seconds  = 0.0;
  if (cJSON_IsNumber(duration)) {
    seconds = duration->valuedouble;
  } else if (text && !bl_reply_decimal(text, &seconds)) {
    seconds = 0.0;
  }
  track->duration_s =
    isfinite(seconds) && seconds > 0.0 && seconds < 86400.0 ? seconds : 0.0;
}

static void
read_tracks(const cJSON* const list, BlTaskInfo* const task)
{
  const cJSON* item = NULL;
  cJSON_ArrayForEach(item, list)
  {
    if (!cJSON_IsObject(item) || task->n_tracks >= BL_VARIANTS) {
      continue;
    }

    BlTaskTrack* const track = &task->tracks[task->n_tracks];
    read_track(item, track);
    bool twin = false;
    for (size_t i = 0; i < task->n_tracks; ++i) {
      twin = twin || (track->id[0] && !strcmp(track->id, task->tracks[i].id));
    }
    task->n_tracks += twin ? 0 : 1;
  }
}

/// The list of tracks may lie in an object, or in a string that is JSON
static void
read_response(const cJSON* const data, BlTaskInfo* const task)
{
  const cJSON*      response = bl_reply_get(data, "response", "resultJson");
  cJSON*            parsed   = NULL;
  const char* const text     = cJSON_GetStringValue(response);
  if (text) {
    parsed   = bl_json_parse(text, strlen(text));
    response = parsed;
  }

  const cJSON* list = bl_reply_get(response, "sunoData", "suno_data");
  if (!list) {
    list = bl_reply_get(response, "data", NULL);
  }
  if (cJSON_IsArray(response)) {
    list = response;
  }
  if (cJSON_IsArray(list)) {
    read_tracks(list, task);
  }
  cJSON_Delete(parsed);
}

/// What the local band says beyond the contract
static void
read_note(const cJSON* const data, BlTaskInfo* const task)
{
  const cJSON* const band = bl_reply_get(data, "band", NULL);
  char               heard[BL_MESSAGE_BYTES];
  char               unknown[BL_MESSAGE_BYTES];
  char               remark[BL_MESSAGE_BYTES];
  char               banned[BL_MESSAGE_BYTES];
  char               note[5 * BL_MESSAGE_BYTES];
  bl_reply_clean(heard, sizeof(heard), bl_reply_string(band, "summary", NULL));
  bl_reply_clean(unknown, sizeof(unknown),
                 bl_reply_string(band, "unknownTags", NULL));
  bl_reply_clean(banned, sizeof(banned),
                 bl_reply_string(band, "unknownNegativeTags", NULL));
  bl_reply_clean(remark, sizeof(remark), bl_reply_string(band, "remark", NULL));
  if (heard[0] || unknown[0] || banned[0] || remark[0]) {
    snprintf(note, sizeof(note), "%s%s%s%s%s%s%s%s%s%s%s",
             unknown[0] ? "Not understood in tags: " : "", unknown,
             unknown[0] ? ". " : "",
             banned[0] ? "Not understood in negative tags: " : "", banned,
             banned[0] ? ". " : "", remark, remark[0] ? " " : "",
             heard[0] ? "The band goes by " : "", heard, heard[0] ? "." : "");
    bl_reply_copy_text(task->note, sizeof(task->note), note);
  }
}

/// Files beside the variants; from nobody but our own band
static void
read_extras(const cJSON* const data, BlTaskInfo* const task)
{
  const cJSON* const band  = bl_reply_get(data, "band", NULL);
  const cJSON* const files = bl_reply_get(band, "files", NULL);
  for (size_t i = 0; i < BL_N_EXTRAS; ++i) {
    bl_reply_copy_url(task->extra_urls[i],
                      bl_reply_string(files, bl_extras[i].remote, NULL));
  }
}

typedef enum
{
  WORD_PENDING,
  WORD_TEXT,
  WORD_FIRST,
  WORD_SUCCESS,
  WORD_CALLBACK,
  WORD_SENSITIVE,
  WORD_FAILED,
} Word;

static Word
read_word(const char* const status)
{
  static const struct
  {
    const char* name;
    Word        word;
  } table[] = {
    { "TEXT_SUCCESS", WORD_TEXT },
    { "FIRST_SUCCESS", WORD_FIRST },
    { "SUCCESS", WORD_SUCCESS },
    { "CALLBACK_EXCEPTION", WORD_CALLBACK },
    { "SENSITIVE_WORD_ERROR", WORD_SENSITIVE },
    { "CREATE_TASK_FAILED", WORD_FAILED },
    { "GENERATE_AUDIO_FAILED", WORD_FAILED },
    { "GENERATE_LYRICS_FAILED", WORD_FAILED },
    { "GENERATE_WAV_FAILED", WORD_FAILED },
  };

  for (size_t i = 0; i < BL_COUNT(table); ++i) {
    if (!strcasecmp(table[i].name, status)) {
      return table[i].word;
    }
  }
  return WORD_PENDING;
}

static void
set_failure(BlRecord* const        record,
            const Word             word,
            const BlDialect* const dialect)
{
  record->task.stage = BL_TASK_FAILED;
  record->error      = word == WORD_SENSITIVE ? BL_SENSITIVE
                       : record->code
                         ? bl_status_from_code(dialect, BL_CODE_TASK, record->code,
                                               record->message)
                         : BL_GENERATION;
  if (record->error == BL_REFUSED && strcasestr(record->message, "sensitive")) {
    record->error = BL_SENSITIVE;
  }

  // Our own band has no other cause for this code, and may say our sentence
  if (!dialect->api && record->code == 501) {
    const char* const ours = bl_strerror(BL_NO_SOUNDFONT);
    record->error          = BL_NO_SOUNDFONT;
    if (!strncmp(record->message, ours, strlen(ours))) {
      record->message[0] = '\0';
    }
  }
}

static void
read_error(const cJSON* const data, BlRecord* const record)
{
  if (!bl_reply_int(bl_reply_get(data, "errorCode", "error_code"),
                    &record->code) ||
      record->code == 200) {
    record->code = 0;
  }
  bl_reply_clean(record->message, sizeof(record->message),
                 bl_reply_string(data, "errorMessage", "error_message"));
}

static size_t
count_ready(const BlTaskInfo* const task)
{
  size_t ready = 0;
  for (size_t i = 0; i < task->n_tracks; ++i) {
    ready += task->tracks[i].ready ? 1 : 0;
  }
  return ready;
}

BlStatus
bl_reply_record(const BlEnvelope* const envelope,
                const BlDialect* const  dialect,
                BlRecord* const         record)
{
  memset(record, 0, sizeof(*record));

  const cJSON* const data = envelope->data;
  if (!data) {
    return BL_NOT_HERE;
  }
  if (!cJSON_IsObject(data)) {
    return BL_BAD_REPLY;
  }

  BlTaskInfo* const task   = &record->task;
  const char* const status = bl_reply_string(data, "status", NULL);
  const Word        word   = read_word(status);
  bl_reply_copy_text(task->raw_status, sizeof(task->raw_status), status);
  read_response(data, task);
  read_note(data, task);
  if (!dialect->api) {
    read_extras(data, task);
  }

  read_error(data, record);
  if (word == WORD_FAILED || word == WORD_SENSITIVE) {
    set_failure(record, word, dialect);
    return BL_SUCCESS;
  }

  const size_t ready      = count_ready(task);
  const bool   finished   = word == WORD_SUCCESS || word == WORD_CALLBACK;
  record->callback_failed = word == WORD_CALLBACK;
  if (finished && ready >= BL_VARIANTS) {
    task->stage = BL_TASK_COMPLETE;
  } else if (word != WORD_CALLBACK && !ready &&
             (record->code || record->message[0])) {
    // The status may stay PENDING for minutes while this is known already
    set_failure(record, word, dialect);
  } else {
    record->vague = finished;
    task->stage   = ready                ? BL_TASK_FIRST
                    : word == WORD_TEXT  ? BL_TASK_TEXT
                    : word == WORD_FIRST ? BL_TASK_TEXT
                                         : BL_TASK_PENDING;
  }
  return BL_SUCCESS;
}

/// Addresses may lie in an object, or in a string that is JSON; those that
/// were not asked for are left
static void
read_parts(const cJSON* const data,
           const BlRefine     refine,
           BlTaskInfo* const  task)
{
  const cJSON*      response = bl_reply_get(data, "response", "resultJson");
  const char* const text     = cJSON_GetStringValue(response);
  cJSON* const      parsed   = text ? bl_json_parse(text, strlen(text)) : NULL;
  response                   = text ? parsed : response;
  if (!response) {
    response = bl_reply_get(data, "vocalRemovalInfo", "vocal_removal_info");
  }

  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    if ((p == BL_PART_WAV) == (refine == BL_REFINE_WAV)) {
      bl_reply_copy_url(
        task->part_urls[p],
        bl_reply_string(response, bl_parts[p].camel, bl_parts[p].snake));
    }
  }
  cJSON_Delete(parsed);
}

/// Is the part there that was asked for, or any where all were?
static bool
has_part(const BlTaskInfo* const task, const BlRefine refine)
{
  const unsigned main = bl_refines[refine].main;
  bool           any  = false;
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    any = any || task->part_urls[p][0];
  }
  return main < BL_N_PARTS ? task->part_urls[main][0] : any;
}

BlStatus
bl_reply_refined(const BlEnvelope* const envelope,
                 const BlDialect* const  dialect,
                 const BlRefine          refine,
                 BlRecord* const         record)
{
  memset(record, 0, sizeof(*record));

  const cJSON* const data = envelope->data;
  if (!cJSON_IsObject(data)) {
    return data ? BL_BAD_REPLY : BL_NOT_HERE;
  }

  BlTaskInfo* const task = &record->task;
  const char*       flag = bl_reply_string(data, "successFlag", "success_flag");
  flag                   = *flag ? flag : bl_reply_string(data, "status", NULL);
  const Word word        = read_word(flag);
  bl_reply_copy_text(task->raw_status, sizeof(task->raw_status), flag);
  read_parts(data, refine, task);
  read_error(data, record);

  // As with a generation, an error may be known while the word is PENDING
  const bool there    = has_part(task, refine);
  const bool finished = word == WORD_SUCCESS || word == WORD_CALLBACK;
  const bool failed =
    word == WORD_FAILED || word == WORD_SENSITIVE ||
    (word != WORD_CALLBACK && !there && (record->code || record->message[0]));
  record->callback_failed = word == WORD_CALLBACK;
  if (failed) {
    set_failure(record, word, dialect);
  } else if (finished && there) {
    task->stage = BL_TASK_COMPLETE;
  } else {
    record->vague = finished;
  }
  return BL_SUCCESS;
}

/// Only what can be fetched remains; a stream counts when there is no better
static void
settle_for_what_is_there(BlRecord* const record)
{
  BlTaskInfo* const task = &record->task;
  size_t            kept = 0;
  for (size_t i = 0; i < task->n_tracks; ++i) {
    BlTaskTrack* const track = &task->tracks[i];
    track->ready = track->ready || track->urls[2][0] || track->urls[3][0];
    if (track->ready) {
      if (kept != i) {
        task->tracks[kept] = *track;
      }
      ++kept;
    }
  }

  task->n_tracks = kept;
  task->stage    = kept ? BL_TASK_COMPLETE : BL_TASK_FAILED;
  if (!kept) {
    record->error = BL_GENERATION;
    memcpy(record->message, "The service delivered no audio",
           sizeof("The service delivered no audio"));
  }
}

void
bl_watch_judge(BlWatchCount* const count, BlRecord* const record)
{
  if (!record->vague) {
    count->vague = 0;
    return;
  }

  const unsigned most = record->callback_failed && !count_ready(&record->task)
                          ? BL_CALLBACK_EXCEPTION_POLLS
                          : BL_EMPTY_POLLS;
  if (++count->vague > most) {
    settle_for_what_is_there(record);
  }
}

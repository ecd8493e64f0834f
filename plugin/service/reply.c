// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/reply.h"

#include "base/tags.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// cJSON recurses; a reply is measured before it is let in
static bool
depth_is_sane(const char* const text, const size_t size)
{
  size_t depth     = 0;
  bool   in_string = false;
  for (size_t i = 0; i < size; ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > BL_JSON_DEPTH) {
        return false;
      }
    } else if ((c == '}' || c == ']') && depth) {
      --depth;
    }
  }
  return true;
}

cJSON*
bl_json_parse(const char* const text, const size_t size)
{
  if (!text || !size || size > BL_HTTP_REPLY_BYTES ||
      !depth_is_sane(text, size)) {
    return NULL;
  }

  const char*  end  = NULL;
  cJSON* const root = cJSON_ParseWithLengthOpts(text, size, &end, false);
  if (!root) {
    return NULL;
  }

  for (; end < text + size; ++end) {
    if (*end && !isspace((unsigned char)*end)) {
      cJSON_Delete(root);
      return NULL;
    }
  }
  return root;
}

/// Copy UTF-8 by whole characters, as long as they fit
static void
copy_clean(char* const out, const size_t size, const char* const text)
{
  size_t o = 0;
  for (const char* s = text; *s;) {
    const size_t n = bl_utf8_length(s);
    if (o + (n ? n : 1) >= size) {
      break;
    }
    if (n == 0) {
      out[o++] = '?';
      ++s;
    } else if (n == 1 && ((unsigned char)*s < ' ' || *s == 0x7F)) {
      out[o++] = ' ';
      ++s;
    } else {
      memcpy(out + o, s, n);
      o += n;
      s += n;
    }
  }
  while (o && out[o - 1] == ' ') {
    --o;
  }
  out[o] = '\0';
}

/// Cut each URL behind its host: a path may be the voice's public address
static void
cut_urls(char* const text)
{
  for (char* url = text; (url = strstr(url, "://"));) {
    url += 3;
    const size_t length    = strcspn(url, " \t\"'<>),;");
    const size_t authority = strcspn(url, "/?# \t\"'<>),;");
    const char*  at        = (const char*)memchr(url, '@', authority);
    const size_t user      = at ? (size_t)(at - url) + 1 : 0;

    memmove(url, url + user, strlen(url + user) + 1);
    const size_t host = authority - user;
    const size_t all  = length - user;
    if (all >= host + 4) {
      memcpy(url + host, "/...", 4);
      memmove(url + host + 4, url + all, strlen(url + all) + 1);
      url += host + 4;
    } else {
      memmove(url + host, url + all, strlen(url + all) + 1);
      url += host;
    }
  }
}

void
bl_reply_clean(char* const out, const size_t size, const char* const text)
{
  out[0] = '\0';
  if (text) {
    // Longer than `out`, so that a URL is cut before it could be split
    char whole[BL_TEXT_BYTES];
    copy_clean(whole, sizeof(whole), text);
    cut_urls(whole);
    copy_clean(out, size, whole);
  }
}

/// The item under either spelling; NULL where absent or null
static const cJSON*
get(const cJSON* const object, const char* const camel, const char* const snake)
{
  const cJSON* item = cJSON_GetObjectItemCaseSensitive(object, camel);
  if ((!item || cJSON_IsNull(item)) && snake) {
    item = cJSON_GetObjectItemCaseSensitive(object, snake);
  }
  return item && !cJSON_IsNull(item) ? item : NULL;
}

static const char*
get_string(const cJSON* const object,
           const char* const  camel,
           const char* const  snake)
{
  const char* const value = cJSON_GetStringValue(get(object, camel, snake));
  return value ? value : "";
}

/// A number, or a string that is nothing but digits
static bool
get_int(const cJSON* const item, int* const value)
{
  if (cJSON_IsNumber(item) && isfinite(item->valuedouble) &&
      fabs(item->valuedouble) < 1e9) {
    *value = (int)item->valuedouble;
    return true;
  }

  const char* const text = cJSON_GetStringValue(item);
  if (text && *text && strlen(text) < 10 &&
      strspn(text, "0123456789") == strlen(text)) {
    *value = atoi(text);
    return true;
  }
  return false;
}

BlStatus
bl_envelope_parse(const char* const body,
                  const size_t      size,
                  BlEnvelope* const envelope)
{
  memset(envelope, 0, sizeof(*envelope));

  cJSON* const root = bl_json_parse(body, size);
  if (!cJSON_IsObject(root) ||
      !get_int(get(root, "code", NULL), &envelope->code)) {
    cJSON_Delete(root);
    return BL_BAD_REPLY;
  }

  envelope->root        = root;
  envelope->data        = get(root, "data", NULL);
  const char* const msg = get_string(root, "msg", "message");
  bl_reply_clean(envelope->message, sizeof(envelope->message), msg);
  return BL_SUCCESS;
}

void
bl_envelope_clear(BlEnvelope* const envelope)
{
  cJSON_Delete(envelope->root);
  memset(envelope, 0, sizeof(*envelope));
}

static BlStatus
copy_task_id(const cJSON* const data, char task_id[BL_NAME_BYTES])
{
  const char* const id     = get_string(data, "taskId", "task_id");
  const size_t      length = strlen(id);
  task_id[0]               = '\0';
  if (!length || length >= BL_NAME_BYTES) {
    return BL_BAD_REPLY;
  }
  for (const char* c = id; *c; ++c) {
    if (!isalnum((unsigned char)*c) && !strchr("-_.:", *c)) {
      return BL_BAD_REPLY;
    }
  }
  memcpy(task_id, id, length + 1);
  return BL_SUCCESS;
}

BlStatus
bl_reply_task_id(const BlEnvelope* const envelope, char task_id[BL_NAME_BYTES])
{
  return copy_task_id(envelope->data, task_id);
}

/// An http(s) URL without spaces and controls, else ""
static void
copy_url(char url[BL_URL_BYTES], const char* const text)
{
  url[0]              = '\0';
  const size_t length = strlen(text);
  if (length >= BL_URL_BYTES ||
      (strncasecmp(text, "https://", 8) && strncasecmp(text, "http://", 7))) {
    return;
  }
  for (const char* c = text; *c; ++c) {
    if ((unsigned char)*c <= ' ' || *c == 0x7F) {
      return;
    }
  }
  memcpy(url, text, length + 1);
}

BlStatus
bl_reply_upload(const BlEnvelope* const envelope, char url[BL_URL_BYTES])
{
  copy_url(url, get_string(envelope->data, "downloadUrl", "download_url"));
  if (!url[0]) {
    copy_url(url, get_string(envelope->data, "fileUrl", "file_url"));
  }
  return url[0] ? BL_SUCCESS : BL_BAD_REPLY;
}

/// Digits and at most one point, read without regard to the locale
static bool
parse_decimal(const char* text, double* const value)
{
  double scale = 0.0;
  *value       = 0.0;
  for (const char* c = text; *c; ++c) {
    if (*c == '.' && scale == 0.0 && c != text) {
      scale = 1.0;
    } else if (isdigit((unsigned char)*c) && c - text < 20) {
      *value = *value * 10.0 + (*c - '0');
      scale *= 10.0;
    } else {
      return false;
    }
  }
  *value = scale > 1.0 ? *value / scale : *value;
  return *text != '\0';
}

BlStatus
bl_reply_credits(const BlEnvelope* const envelope, double* const credits)
{
  if (cJSON_IsNumber(envelope->data) && isfinite(envelope->data->valuedouble)) {
    *credits = envelope->data->valuedouble;
    return BL_SUCCESS;
  }
  const char* const text = cJSON_GetStringValue(envelope->data);
  return text && parse_decimal(text, credits) ? BL_SUCCESS : BL_BAD_REPLY;
}

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
  copy_clean(track->id, sizeof(track->id), get_string(item, "id", NULL));
  copy_clean(track->tags, sizeof(track->tags), get_string(item, "tags", NULL));
  copy_clean(track->model, sizeof(track->model),
             get_string(item, "modelName", "model_name"));

  const char* const title = get_string(item, "title", NULL);
  if (!is_uuid(title)) { // Sometimes the clip's id stands there
    copy_clean(track->title, sizeof(track->title), title);
  }

  for (size_t i = 0; i < 4; ++i) {
    copy_url(track->urls[i], get_string(item, names[i][0], names[i][1]));
  }
  track->ready = track->urls[0][0] || track->urls[1][0];

  const cJSON* const duration = get(item, "duration", NULL);
  const char* const  text     = cJSON_GetStringValue(duration);
  double             seconds  = 0.0;
  if (cJSON_IsNumber(duration)) {
    seconds = duration->valuedouble;
  } else if (text && !parse_decimal(text, &seconds)) {
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
  const cJSON*      response = get(data, "response", "resultJson");
  cJSON*            parsed   = NULL;
  const char* const text     = cJSON_GetStringValue(response);
  if (text) {
    parsed   = bl_json_parse(text, strlen(text));
    response = parsed;
  }

  const cJSON* list = get(response, "sunoData", "suno_data");
  if (!list) {
    list = get(response, "data", NULL);
  }
  if (cJSON_IsArray(response)) {
    list = response;
  }
  if (cJSON_IsArray(list)) {
    read_tracks(list, task);
  }
  cJSON_Delete(parsed);
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
  const char* const status = get_string(data, "status", NULL);
  const Word        word   = read_word(status);
  copy_clean(task->raw_status, sizeof(task->raw_status), status);
  read_response(data, task);

  if (!get_int(get(data, "errorCode", "error_code"), &record->code) ||
      record->code == 200) {
    record->code = 0;
  }
  bl_reply_clean(record->message, sizeof(record->message),
                 get_string(data, "errorMessage", "error_message"));

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

BlStatus
bl_reply_callback(const BlEnvelope* const envelope,
                  char                    task_id[BL_NAME_BYTES],
                  char                    type[BL_NAME_BYTES])
{
  const char* const text =
    get_string(envelope->data, "callbackType", "callback_type");
  copy_clean(type, BL_NAME_BYTES, text);
  for (char* c = type; *c; ++c) {
    *c = (char)tolower((unsigned char)*c);
  }
  return copy_task_id(envelope->data, task_id);
}

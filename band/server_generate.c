// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_http.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char* name;
  bool        required;
  size_t      max_chars; ///< UTF-8 code points
  size_t      offset;    ///< In BlTaskAsk
  size_t      size;
} TextField;

#define ASK(field) offsetof(BlTaskAsk, field), sizeof(((BlTaskAsk*)NULL)->field)

/// API 1.1; the longer of the limits where its pages disagree
static const TextField text_fields[] = {
  { "uploadUrl", true, BL_URL_BYTES - 1, ASK(upload_url) },
  { "title", true, 100, ASK(title) },
  { "tags", true, BL_TAGS_CHARS, ASK(tags) },
  { "negativeTags", true, BL_TAGS_CHARS, ASK(negative_tags) },
  { "callBackUrl", true, BL_URL_BYTES - 1, ASK(callback_url) },
  { "model", false, BL_NAME_BYTES - 1, ASK(model) },
};

typedef struct
{
  const char* name;
  size_t      has_offset;
  size_t      offset;
} WeightField;

static const WeightField weight_fields[] = {
  { "styleWeight", offsetof(BlTaskAsk, has_style_weight),
    offsetof(BlTaskAsk, style_weight) },
  { "weirdnessConstraint", offsetof(BlTaskAsk, has_weirdness),
    offsetof(BlTaskAsk, weirdness) },
  { "audioWeight", offsetof(BlTaskAsk, has_audio_weight),
    offsetof(BlTaskAsk, audio_weight) },
};

/// False with `complaint` set
static bool
read_text(const cJSON* const     object,
          const TextField* const field,
          BlTaskAsk* const       ask,
          char* const            complaint)
{
  const cJSON* const item =
    cJSON_GetObjectItemCaseSensitive(object, field->name);
  const char* const text = cJSON_GetStringValue(item);

  if (item && !cJSON_IsNull(item) && !text) {
    snprintf(complaint, BL_MESSAGE_BYTES, "%s must be a string.", field->name);
    return false;
  }
  if (!text || !*text) {
    snprintf(complaint, BL_MESSAGE_BYTES, "Please enter %s.", field->name);
    return !field->required;
  }
  if (bl_text_count_chars(text) > field->max_chars ||
      strlen(text) >= field->size) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "%s has more than %zu characters: shorten it.", field->name,
             field->max_chars);
    return false;
  }
  memcpy((char*)ask + field->offset, text, strlen(text) + 1);
  return true;
}

static bool
read_weight(const cJSON* const       object,
            const WeightField* const field,
            BlTaskAsk* const         ask,
            char* const              complaint)
{
  const cJSON* const item =
    cJSON_GetObjectItemCaseSensitive(object, field->name);
  if (!item || cJSON_IsNull(item)) {
    return true;
  }

  const double value   = cJSON_GetNumberValue(item);
  const double percent = value * 100.0;
  if (!cJSON_IsNumber(item) || !(value >= 0.0 && value <= 1.0) ||
      fabs(percent - nearbyint(percent)) > 1e-6) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "%s must be a number from 0 to 1 in steps of 0.01.", field->name);
    return false;
  }

  const bool has = true;
  memcpy((char*)ask + field->has_offset, &has, sizeof(has));
  memcpy((char*)ask + field->offset, &value, sizeof(value));
  return true;
}

static bool
read_rest(const cJSON* const object,
          BlTaskAsk* const   ask,
          char* const        complaint)
{
  const cJSON* const gender =
    cJSON_GetObjectItemCaseSensitive(object, "vocalGender");
  const char* const text = cJSON_GetStringValue(gender);
  if (gender && !cJSON_IsNull(gender)) {
    if (!text || (strcmp(text, "m") && strcmp(text, "f"))) {
      snprintf(complaint, BL_MESSAGE_BYTES,
               "vocalGender must be \"m\" or \"f\".");
      return false;
    }
    ask->vocal_gender = *text;
  }

  // New with V6; checked, then of no use to a band that does not sing
  const cJSON* const lyrics =
    cJSON_GetObjectItemCaseSensitive(object, "lyrics");
  const char* const words = cJSON_GetStringValue(lyrics);
  if (lyrics && !cJSON_IsNull(lyrics) &&
      (!words || bl_text_count_chars(words) > 5000)) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "lyrics must be a string of at most 5000 characters.");
    return false;
  }

  const cJSON* const variety =
    cJSON_GetObjectItemCaseSensitive(object, "variety");
  if (variety && !cJSON_IsNull(variety) &&
      (!cJSON_IsNumber(variety) || variety->valueint < 0 ||
       variety->valueint > 4 || variety->valuedouble != variety->valueint)) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "variety must be a whole number from 0 to 4.");
    return false;
  }

  const cJSON* const stems = cJSON_GetObjectItemCaseSensitive(object, "stems");
  if (stems && !cJSON_IsNull(stems) && !cJSON_IsBool(stems)) {
    snprintf(complaint, BL_MESSAGE_BYTES, "stems must be true or false.");
    return false;
  }
  ask->stems = cJSON_IsTrue(stems);

  if (!bl_callback_url_is_valid(ask->callback_url)) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "callBackUrl must be an http or https address.");
    return false;
  }
  return true;
}

static bool
read_ask(const cJSON* const object, BlTaskAsk* const ask, char* const complaint)
{
  for (size_t i = 0; i < BL_COUNT(text_fields); ++i) {
    if (!read_text(object, &text_fields[i], ask, complaint)) {
      return false;
    }
  }
  for (size_t i = 0; i < BL_COUNT(weight_fields); ++i) {
    if (!read_weight(object, &weight_fields[i], ask, complaint)) {
      return false;
    }
  }
  return read_rest(object, ask, complaint);
}

static enum MHD_Result
reply_id(BlExchange* const exchange, const char* const id)
{
  cJSON* const data = cJSON_CreateObject();
  cJSON_AddStringToObject(data, "taskId", id);
  return bl_http_envelope(exchange, 200, "success", data);
}

static enum MHD_Result
add(BlExchange* const exchange, BlTaskAsk* const ask)
{
  char id[BL_HEX_ID_BYTES] = "";
  ask->param               = strdup(exchange->body);

  const BlStatus st = ask->param ? bl_tasks_add(exchange->tasks, ask, id) //
                                 : BL_NO_MEM;
  if (!st) {
    return reply_id(exchange, id);
  }

  free(ask->param);
  if (st == BL_RATE_LIMITED) {
    return bl_http_envelope(
      exchange, 430,
      "The band has too many requests waiting: try again when one is done.",
      NULL);
  }
  char text[BL_MESSAGE_BYTES];
  snprintf(text, sizeof(text), "The request could not be queued: %s. %s",
           bl_strerror(st), bl_status_next_step(st));
  return bl_http_envelope(exchange, 500, text, NULL);
}

enum MHD_Result
bl_generate_add(BlExchange* const exchange)
{
  char             complaint[BL_MESSAGE_BYTES] = "";
  cJSON* const     object                      = bl_http_parse(exchange);
  BlTaskAsk* const ask = (BlTaskAsk*)calloc(1, sizeof(BlTaskAsk));
  if (!object || !ask) {
    cJSON_Delete(object);
    free(ask);
    return bl_http_envelope(exchange, 400, "The body must be a JSON object.",
                            NULL);
  }

  const enum MHD_Result result =
    read_ask(object, ask, complaint)
      ? add(exchange, ask)
      : bl_http_envelope(exchange, 400, complaint, NULL);
  cJSON_Delete(object);
  free(ask);
  return result;
}

static const char*
task_argument(BlExchange* const exchange)
{
  return MHD_lookup_connection_value(exchange->connection,
                                     MHD_GET_ARGUMENT_KIND, "taskId");
}

static enum MHD_Result
reply_record(BlExchange* const exchange, cJSON* const data)
{
  return data
           ? bl_http_envelope(exchange, 200, "success", data)
           : bl_http_envelope(
               exchange, 404,
               "No such task: it expired, or was given to another band.", NULL);
}

enum MHD_Result
bl_generate_record(BlExchange* const exchange)
{
  const char* const id = task_argument(exchange);
  return id && *id
           ? reply_record(exchange, bl_tasks_record(exchange->tasks, id))
           : bl_http_envelope(exchange, 400, "Please enter taskId.", NULL);
}

enum MHD_Result
bl_generate_credit(BlExchange* const exchange)
{
  return bl_http_envelope(exchange, 200, "success",
                          cJSON_CreateNumber(BL_BAND_CREDITS));
}

/// A required string of a follow-up's request; NULL with the reply given
static const char*
need(BlExchange* const      exchange,
     const cJSON* const     object,
     const char* const      name,
     enum MHD_Result* const result)
{
  const char* const text =
    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
  if (text && *text) {
    return text;
  }

  char complaint[BL_MESSAGE_BYTES];
  snprintf(complaint, sizeof(complaint), "Please enter %s.", name);
  *result = bl_http_envelope(exchange, 400, complaint, NULL);
  return NULL;
}

static enum MHD_Result
follow(BlExchange* const  exchange,
       const BlFollow     kind,
       const cJSON* const object)
{
  enum MHD_Result   result  = MHD_NO;
  const char* const task_id = need(exchange, object, "taskId", &result);
  const char* const audio_id =
    task_id ? need(exchange, object, "audioId", &result) : NULL;
  const char* const url =
    audio_id ? need(exchange, object, "callBackUrl", &result) : NULL;
  if (!url) {
    return result;
  }
  if (!bl_callback_url_is_valid(url) || strlen(url) >= BL_URL_BYTES) {
    return bl_http_envelope(
      exchange, 400, "callBackUrl must be an http or https address.", NULL);
  }

  char           id[BL_HEX_ID_BYTES];
  const BlStatus st =
    bl_tasks_follow(exchange->tasks, kind, task_id, audio_id, url, id);
  if (!st) {
    return reply_id(exchange, id);
  }
  if (st == BL_CONFLICT) {
    cJSON* const data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "taskId", id);
    return bl_http_envelope(exchange, 409, "The record exists already.", data);
  }
  return st == BL_BAD_STATE
           ? bl_http_envelope(exchange, 400,
                              "The track is not finished: ask again later.",
                              NULL)
           : bl_http_envelope(exchange, 404, "No such task or track.", NULL);
}

enum MHD_Result
bl_follow_wav(BlExchange* const exchange)
{
  cJSON* const          object = bl_http_parse(exchange);
  const enum MHD_Result result = follow(exchange, BL_FOLLOW_WAV, object);
  cJSON_Delete(object);
  return result;
}

enum MHD_Result
bl_follow_separate(BlExchange* const exchange)
{
  cJSON* const      object = bl_http_parse(exchange);
  const char* const type =
    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "type"));
  const enum MHD_Result result =
    type && strcmp(type, "separate_vocal")
      ? bl_http_envelope(exchange, 400,
                         "The local band knows only the type "
                         "\"separate_vocal\"; its results hold no voice.",
                         NULL)
      : follow(exchange, BL_FOLLOW_SEPARATE, object);
  cJSON_Delete(object);
  return result;
}

enum MHD_Result
bl_follow_wav_record(BlExchange* const exchange)
{
  return reply_record(exchange,
                      bl_tasks_follow_record(exchange->tasks, BL_FOLLOW_WAV,
                                             task_argument(exchange)));
}

enum MHD_Result
bl_follow_separate_record(BlExchange* const exchange)
{
  return reply_record(
    exchange, bl_tasks_follow_record(exchange->tasks, BL_FOLLOW_SEPARATE,
                                     task_argument(exchange)));
}

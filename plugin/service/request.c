// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/request.h"

#include "base/params.h"
#include "base/tags.h"
#include "service/address.h"
#include "service/reply.h"

#include <cjson/cJSON.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static BlStatus
bad_field(BlServiceError* const error,
          const char* const     field,
          const char* const     why)
{
  if (error) {
    memset(error, 0, sizeof(*error));
    error->status = BL_BAD_FIELD;
    snprintf(error->message, sizeof(error->message), "%s: %s", field, why);
  }
  return BL_BAD_FIELD;
}

static BlStatus
check_text(BlServiceError* const error,
           const char* const     field,
           const char* const     text,
           const size_t          most,
           const bool            required)
{
  const size_t count = bl_utf8_count(text);
  if (count == (size_t)-1) {
    return bad_field(error, field, "not UTF-8 text");
  }
  if (required && strspn(text, " \t\r\n") == strlen(text)) {
    return bad_field(error, field, "must not be empty");
  }
  if (count > most) {
    char why[96];
    snprintf(why, sizeof(why), "%zu characters, at most %zu are allowed", count,
             most);
    return bad_field(error, field, why);
  }
  return BL_SUCCESS;
}

static BlStatus
check_url(BlServiceError* const error,
          const char* const     field,
          const char* const     url)
{
  BlUrlParts parts;
  return bl_url_parse(url, &parts)
           ? bad_field(error, field, "not an http or https address")
           : BL_SUCCESS;
}

static BlStatus
check_weight(BlServiceError* const error,
             const char* const     field,
             const double          value)
{
  return value >= 0.0 && value <= 1.0
           ? BL_SUCCESS
           : bad_field(error, field, "must lie between 0 and 1");
}

static BlStatus
check_model(BlServiceError* const error, const char* const model)
{
  for (const char* c = model; *c; ++c) {
    if (!isalnum((unsigned char)*c) && !strchr("_.-", *c)) {
      return bad_field(error, "model", "letters, digits and _ . - only");
    }
  }
  return check_text(error, "model", model, BL_MODEL_CHARS, false);
}

BlStatus
bl_request_check(const BlRequest* const r, BlServiceError* const error)
{
  BlStatus st = BL_SUCCESS;
  if ((st = check_url(error, "uploadUrl", r->upload_url)) ||
      (st = check_text(error, "title", r->title, BL_TITLE_CHARS, true)) ||
      (st = check_text(error, "tags", r->tags, BL_TAGS_CHARS, true)) ||
      (st = check_text(error, "negativeTags", r->negative_tags,
                       BL_NEGATIVE_TAGS_CHARS, true)) ||
      (st = check_url(error, "callBackUrl", r->callback_url)) ||
      (st = check_model(error, r->model))) {
    return st;
  }
  if ((st = check_text(error, "lyrics", r->lyrics, BL_LYRICS_CHARS, false))) {
    return st;
  }
  if (r->has_variety && !(r->variety >= 0.0 && r->variety <= BL_VARIETY_MAX)) {
    return bad_field(error, "variety", "must lie between 0 and 4");
  }
  if (r->vocal_gender && r->vocal_gender != 'm' && r->vocal_gender != 'f') {
    return bad_field(error, "vocalGender", "must be m or f");
  }
  if (r->has_weights &&
      ((st = check_weight(error, "styleWeight", r->style_weight)) ||
       (st = check_weight(error, "weirdnessConstraint", r->weirdness)) ||
       (st = check_weight(error, "audioWeight", r->audio_weight)))) {
    return st;
  }
  return BL_SUCCESS;
}

/// Two decimals without printf's: its point is the locale's
static bool
add_weight(cJSON* const object, const char* const name, const double value)
{
  char       raw[48];
  const long hundredths = lround(fmin(fmax(value, 0.0), 1.0) * 100.0);
  snprintf(raw, sizeof(raw), "%ld.%02ld", hundredths / 100, hundredths % 100);
  return cJSON_AddRawToObject(object, name, raw) != NULL;
}

char*
bl_request_encode(const BlRequest* const r)
{
  const char gender[2] = { r->vocal_gender, '\0' };
  const struct
  {
    const char* name;
    const char* value;
  } texts[] = {
    { "uploadUrl", r->upload_url },
    { "title", r->title },
    { "tags", r->tags },
    { "negativeTags", r->negative_tags },
    { "callBackUrl", r->callback_url },
    { "model", r->model },
    { "vocalGender", gender },
  };

  cJSON* const object = cJSON_CreateObject();
  bool         ok     = object != NULL;
  for (size_t i = 0; ok && i < BL_COUNT(texts); ++i) {
    ok = !texts[i].value[0] ||
         cJSON_AddStringToObject(object, texts[i].name, texts[i].value);
  }
  if (ok && r->has_weights) {
    ok = add_weight(object, "styleWeight", r->style_weight) &&
         add_weight(object, "weirdnessConstraint", r->weirdness) &&
         add_weight(object, "audioWeight", r->audio_weight);
  }
  if (ok && r->lyrics[0]) {
    ok = cJSON_AddStringToObject(object, "lyrics", r->lyrics) != NULL;
  }
  if (ok && r->has_variety) {
    ok = cJSON_AddNumberToObject(object, "variety",
                                 (double)lround(r->variety)) != NULL;
  }
  if (ok && r->stems) {
    ok = cJSON_AddTrueToObject(object, "stems") != NULL;
  }

  char* const text = ok ? cJSON_PrintUnformatted(object) : NULL;
  cJSON_Delete(object);
  return text;
}

char*
bl_refine_encode(const BlRefineRequest* const r)
{
  const char* const type   = bl_refines[r->refine].type;
  cJSON* const      object = cJSON_CreateObject();
  const bool        ok =
    object && cJSON_AddStringToObject(object, "taskId", r->task_id) &&
    cJSON_AddStringToObject(object, "audioId", r->audio_id) &&
    (!type || cJSON_AddStringToObject(object, "type", type)) &&
    cJSON_AddStringToObject(object, "callBackUrl", r->callback_url);

  char* const text = ok ? cJSON_PrintUnformatted(object) : NULL;
  cJSON_Delete(object);
  return text;
}

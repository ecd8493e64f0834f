// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/request.h"

#include "base/params.h"
#include "service/address.h"
#include "service/reply.h"

#include <cjson/cJSON.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

size_t
bl_utf8_count(const char* const text)
{
  size_t count = 0;
  for (const char* s = text; *s; ++count) {
    const size_t n = bl_utf8_length(s);
    if (!n) {
      return (size_t)-1;
    }
    s += n;
  }
  return count;
}

static bool
has_tag(const char* const tags, const char* const tag, const size_t length)
{
  for (const char* t = tags; *t;) {
    const size_t n = strcspn(t, ",");
    if (n == length && !strncasecmp(t, tag, length)) {
      return true;
    }
    t += n;
    t += strspn(t, ", ");
  }
  return false;
}

/// Add one tag where it is new and fits; @return false where it did not fit
static bool
add_tag(char tags[BL_TEXT_BYTES], const char* tag, size_t length)
{
  while (length && isspace((unsigned char)*tag)) {
    ++tag;
    --length;
  }
  while (length && isspace((unsigned char)tag[length - 1])) {
    --length;
  }
  if (!length || has_tag(tags, tag, length)) {
    return true;
  }

  const size_t used = strlen(tags);
  const size_t gap  = used ? 2 : 0;
  if (used + gap + length >= BL_TEXT_BYTES) {
    return false;
  }

  memcpy(tags + used, ", ", gap);
  memcpy(tags + used + gap, tag, length);
  tags[used + gap + length] = '\0';
  if (bl_utf8_count(tags) <= BL_TAGS_CHARS ||
      bl_utf8_count(tags) == (size_t)-1) {
    return true; // What is no UTF-8 is for bl_request_check() to say
  }
  tags[used] = '\0';
  return false;
}

/// One tag without any comma may be longer than all that is allowed
static void
add_cut_tag(char tags[BL_TEXT_BYTES], const char* const text)
{
  size_t      bytes = 0;
  const char* s     = text;
  for (size_t n = 0; n < BL_TAGS_CHARS && *s && *s != ','; ++n) {
    const size_t length = bl_utf8_length(s);
    if (!length || bytes + length >= BL_TEXT_BYTES) {
      break;
    }
    bytes += length;
    s += length;
  }
  (void)add_tag(tags, text, bytes);
}

static const char*
tag_of(const char* const* const table, const size_t count, const unsigned index)
{
  return index < count ? table[index] : "";
}

void
bl_request_compose_tags(const BlTagParts* const parts, char tags[BL_TEXT_BYTES])
{
  tags[0] = '\0';

  const char* const words[3] = {
    tag_of(bl_genre_tags, BL_N_GENRES, parts->genre),
    tag_of(bl_mood_tags, BL_N_MOODS, parts->mood),
    tag_of(bl_ensemble_tags, BL_N_ENSEMBLES, parts->ensemble),
  };
  for (size_t i = 0; i < BL_COUNT(words); ++i) {
    (void)add_tag(tags, words[i], strlen(words[i]));
  }

  char text[64];
  if (parts->bpm >= 1.0 && parts->bpm < 1000.0) {
    snprintf(text, sizeof(text), "%ld bpm", lround(parts->bpm));
    (void)add_tag(tags, text, strlen(text));
  }
  if (parts->meter_beats && parts->meter_unit && parts->meter_beats < 100 &&
      parts->meter_unit < 100) {
    snprintf(text, sizeof(text), "%u/%u", parts->meter_beats,
             parts->meter_unit);
    (void)add_tag(tags, text, strlen(text));
  }

  for (const char* t = parts->text; t && *t;) {
    const size_t n = strcspn(t, ",");
    if (!add_tag(tags, t, n)) {
      break;
    }
    t += n;
    t += *t ? 1 : 0;
  }
  if (!tags[0] && parts->text) {
    add_cut_tag(tags, parts->text);
  }
}

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

  char* const text = ok ? cJSON_PrintUnformatted(object) : NULL;
  cJSON_Delete(object);
  return text;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/store.h"
#include "take/take.h"

#include <cjson/cJSON.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 1
#define N_ORIGINS 5u

/// cJSON prints 15 digits
#define WHOLE_MAX 999999999999999.0

static const char* const origin_names[N_ORIGINS] = { "played", "bounced",
                                                     "exported", "recorded",
                                                     "imported" };

// To JSON: cJSON itself prints the decimal point in every locale

static bool
add_tempos(cJSON* const to, const BlTake* const take)
{
  cJSON* const list = cJSON_AddArrayToObject(to, "tempos");
  bool         ok   = list;
  for (uint32_t i = 0; ok && i < take->n_tempos; ++i) {
    const BlTempo* const tempo = &take->tempos[i];
    cJSON* const         item  = cJSON_CreateObject();

    ok = item && cJSON_AddItemToArray(list, item) &&
         cJSON_AddNumberToObject(item, "frame", (double)tempo->frame) &&
         cJSON_AddNumberToObject(item, "bpm", tempo->bpm) &&
         cJSON_AddNumberToObject(item, "beats_per_bar",
                                 (double)tempo->beats_per_bar) &&
         cJSON_AddNumberToObject(item, "beat_unit", tempo->beat_unit);
  }
  return ok;
}

static bool
add_gaps(cJSON* const to, const BlTake* const take)
{
  cJSON* const list = cJSON_AddArrayToObject(to, "gaps");
  bool         ok   = list;
  for (uint32_t i = 0; ok && i < take->n_gaps; ++i) {
    const BlGap* const gap  = &take->gaps[i];
    cJSON* const       item = cJSON_CreateObject();

    ok = item && cJSON_AddItemToArray(list, item) &&
         cJSON_AddNumberToObject(item, "frame", (double)gap->frame) &&
         cJSON_AddNumberToObject(item, "length", (double)gap->length) &&
         cJSON_AddBoolToObject(item, "dropped", gap->dropped);
  }
  return ok;
}

static bool
add_place(cJSON* const to, const BlTake* const take)
{
  return (!take->has_position ||
          cJSON_AddNumberToObject(to, "start", (double)take->start)) &&
         (!take->has_bar ||
          (cJSON_AddNumberToObject(to, "bar", (double)take->bar) &&
           cJSON_AddNumberToObject(to, "beat", take->beat)));
}

/// Minus infinity is null, what is not known is left out
static bool
add_level(cJSON* const to, const char* const key, const double level)
{
  return isnan(level)   ? true
         : isinf(level) ? cJSON_AddNullToObject(to, key) != NULL
                        : cJSON_AddNumberToObject(to, key, level) != NULL;
}

static bool
add_all(cJSON* const to, const BlTake* const take)
{
  char hash[17];
  snprintf(hash, sizeof(hash), "%016" PRIx64, take->hash);
  return cJSON_AddNumberToObject(to, "version", VERSION) &&
         cJSON_AddStringToObject(to, "id", take->id) &&
         cJSON_AddStringToObject(to, "name", take->name) &&
         cJSON_AddStringToObject(to, "host", take->host) &&
         cJSON_AddStringToObject(to, "created", take->created) &&
         cJSON_AddStringToObject(to, "same_as", take->same_as) &&
         cJSON_AddStringToObject(to, "origin", origin_names[take->origin]) &&
         cJSON_AddBoolToObject(to, "finished", take->finished) &&
         cJSON_AddNumberToObject(to, "rate", take->rate) &&
         cJSON_AddNumberToObject(to, "channels", take->channels) &&
         cJSON_AddNumberToObject(to, "frames", (double)take->frames) &&
         add_place(to, take) && add_tempos(to, take) && add_gaps(to, take) &&
         cJSON_AddNumberToObject(to, "dropped", (double)take->dropped) &&
         cJSON_AddNumberToObject(to, "filled", (double)take->filled) &&
         cJSON_AddNumberToObject(to, "missing", (double)take->missing) &&
         cJSON_AddNumberToObject(to, "clipped", (double)take->clipped) &&
         cJSON_AddNumberToObject(to, "invalid", (double)take->invalid) &&
         add_level(to, "peak_dbfs", take->peak_dbfs) &&
         add_level(to, "loudness_lufs", take->loudness_lufs) &&
         cJSON_AddStringToObject(to, "hash", hash);
}

char*
bl_take_to_json(const BlTake* const take)
{
  if ((unsigned)take->origin >= N_ORIGINS) {
    return NULL;
  }

  cJSON* const json = cJSON_CreateObject();
  char*        text = NULL;
  if (json && add_all(json, take)) {
    text = cJSON_Print(json);
  }
  cJSON_Delete(json);
  return text;
}

// From JSON: the file may be anything

static bool
get_text(const cJSON* const from,
         const char* const  key,
         char* const        text,
         const size_t       size)
{
  const cJSON* const item = cJSON_GetObjectItemCaseSensitive(from, key);
  if (!cJSON_IsString(item) || strlen(item->valuestring) >= size) {
    return false;
  }

  memcpy(text, item->valuestring, strlen(item->valuestring) + 1u);
  return true;
}

static bool
get_number(const cJSON* const from,
           const char* const  key,
           const double       min,
           const double       max,
           double* const      value)
{
  const cJSON* const item = cJSON_GetObjectItemCaseSensitive(from, key);
  if (!cJSON_IsNumber(item) ||
      !(item->valuedouble >= min && item->valuedouble <= max)) {
    return false;
  }

  *value = item->valuedouble;
  return true;
}

static bool
get_count(const cJSON* const from, const char* const key, uint64_t* const value)
{
  double number = 0.0;
  if (!get_number(from, key, 0.0, WHOLE_MAX, &number) ||
      number != floor(number)) {
    return false;
  }

  *value = (uint64_t)number;
  return true;
}

/// One that older Backlines did not write
static bool
get_later_count(const cJSON* const from,
                const char* const  key,
                uint64_t* const    value)
{
  return !cJSON_HasObjectItem(from, key) || get_count(from, key, value);
}

static bool
get_whole(const cJSON* const from, const char* const key, int64_t* const value)
{
  double number = 0.0;
  if (!get_number(from, key, -WHOLE_MAX, WHOLE_MAX, &number) ||
      number != floor(number)) {
    return false;
  }

  *value = (int64_t)number;
  return true;
}

static bool
get_bool(const cJSON* const from, const char* const key, bool* const value)
{
  const cJSON* const item = cJSON_GetObjectItemCaseSensitive(from, key);
  *value                  = cJSON_IsTrue(item);
  return cJSON_IsBool(item);
}

static bool
get_level(const cJSON* const from, const char* const key, double* const value)
{
  const cJSON* const item = cJSON_GetObjectItemCaseSensitive(from, key);
  if (!item) {
    *value = NAN;
    return true;
  }
  if (cJSON_IsNull(item)) {
    *value = -INFINITY;
    return true;
  }
  return get_number(from, key, -1e4, 1e4, value);
}

static bool
get_tempos(const cJSON* const from, BlTake* const take)
{
  const cJSON* const list = cJSON_GetObjectItemCaseSensitive(from, "tempos");
  const cJSON*       item = NULL;
  if (!cJSON_IsArray(list)) {
    return false;
  }

  cJSON_ArrayForEach(item, list)
  {
    BlTempo tempo         = { 0u, 0.0, 0.0f, 0 };
    double  beats_per_bar = 0.0;
    double  beat_unit     = 0.0;
    if (take->n_tempos == BL_TAKE_TEMPOS_MAX ||
        !get_count(item, "frame", &tempo.frame) ||
        !get_number(item, "bpm", 0.0, 1e5, &tempo.bpm) ||
        !get_number(item, "beats_per_bar", 0.0, 1e4, &beats_per_bar) ||
        !get_number(item, "beat_unit", 0.0, 1024.0, &beat_unit)) {
      return false;
    }
    tempo.beats_per_bar            = (float)beats_per_bar;
    tempo.beat_unit                = (int32_t)beat_unit;
    take->tempos[take->n_tempos++] = tempo;
  }
  return true;
}

static bool
get_gaps(const cJSON* const from, BlTake* const take)
{
  const cJSON* const list = cJSON_GetObjectItemCaseSensitive(from, "gaps");
  const cJSON*       item = NULL;
  if (!cJSON_IsArray(list)) {
    return false;
  }

  cJSON_ArrayForEach(item, list)
  {
    BlGap gap = { 0u, 0u, false };
    if (take->n_gaps == BL_TAKE_GAPS_MAX ||
        !get_count(item, "frame", &gap.frame) ||
        !get_count(item, "length", &gap.length) ||
        !get_bool(item, "dropped", &gap.dropped)) {
      return false;
    }
    take->gaps[take->n_gaps++] = gap;
  }
  return true;
}

static bool
get_origin(const cJSON* const from, BlTakeOrigin* const origin)
{
  char name[BL_NAME_BYTES];
  if (!get_text(from, "origin", name, sizeof(name))) {
    return false;
  }
  for (unsigned i = 0; i < N_ORIGINS; ++i) {
    if (!strcmp(name, origin_names[i])) {
      *origin = (BlTakeOrigin)i;
      return true;
    }
  }
  return false;
}

/// Fields that may be missing
static bool
get_place(const cJSON* const from, BlTake* const take)
{
  take->has_position = cJSON_HasObjectItem(from, "start");
  take->has_bar      = cJSON_HasObjectItem(from, "bar");
  return (!take->has_position || get_whole(from, "start", &take->start)) &&
         (!take->has_bar || (get_whole(from, "bar", &take->bar) &&
                             get_number(from, "beat", 0.0, 1e6, &take->beat)));
}

static bool
get_hash(const cJSON* const from, uint64_t* const hash)
{
  char  text[17];
  char* end = NULL;
  if (!get_text(from, "hash", text, sizeof(text))) {
    return false;
  }

  *hash = strtoull(text, &end, 16);
  return strlen(text) == 16u && !*end;
}

static bool
get_all(const cJSON* const from, BlTake* const take)
{
  double rate     = 0.0;
  double channels = 0.0;

  const bool ok =
    get_text(from, "id", take->id, sizeof(take->id)) &&
    bl_store_id_is_valid(take->id) &&
    get_text(from, "name", take->name, sizeof(take->name)) &&
    get_text(from, "host", take->host, sizeof(take->host)) &&
    get_text(from, "created", take->created, sizeof(take->created)) &&
    get_text(from, "same_as", take->same_as, sizeof(take->same_as)) &&
    (!take->same_as[0] || bl_store_id_is_valid(take->same_as)) &&
    get_origin(from, &take->origin) &&
    get_bool(from, "finished", &take->finished) &&
    get_number(from, "rate", BL_RATE_MIN, BL_RATE_MAX, &rate) &&
    get_number(from, "channels", 1.0, BL_TAKE_MAX_CHANNELS, &channels) &&
    get_count(from, "frames", &take->frames) && get_place(from, take) &&
    get_tempos(from, take) && get_gaps(from, take) &&
    get_count(from, "dropped", &take->dropped) &&
    get_count(from, "filled", &take->filled) &&
    get_count(from, "clipped", &take->clipped) &&
    get_later_count(from, "missing", &take->missing) &&
    get_later_count(from, "invalid", &take->invalid) &&
    get_level(from, "peak_dbfs", &take->peak_dbfs) &&
    get_level(from, "loudness_lufs", &take->loudness_lufs) &&
    get_hash(from, &take->hash);

  take->rate     = (uint32_t)rate;
  take->channels = (uint32_t)channels;
  return ok;
}

BlStatus
bl_take_from_json(const char* const text, BlTake* const take)
{
  cJSON* const json    = cJSON_Parse(text);
  double       version = 0.0;
  BlTake       read;
  bl_take_init(&read);

  BlStatus st = BL_BAD_FILE;
  if (!cJSON_IsObject(json) ||
      !get_number(json, "version", 1.0, WHOLE_MAX, &version)) {
    st = BL_BAD_FILE;
  } else if (version > VERSION) {
    st = BL_UNSUPPORTED;
  } else if (get_all(json, &read)) {
    *take = read;
    st    = BL_SUCCESS;
  }

  cJSON_Delete(json);
  return st;
}

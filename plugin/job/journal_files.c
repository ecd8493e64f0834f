// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// What a job brought, in its journal

#include "job/journal_priv.h"

#include "job/fields.h"

#include <string.h>

// Only the file's name is kept: a journal cannot point out of its folder,
// and the folder may be moved
static const BlField result_fields[] = {
  { "file", BL_KIND_TEXT, offsetof(BlPlaced, path), BL_FILE_NAME_BYTES },
  BL_FIELD(BlPlaced, frames, BL_KIND_U64),
  BL_FIELD(BlPlaced, rate, BL_KIND_U32),
  BL_FIELD(BlPlaced, channels, BL_KIND_U32),
  BL_FIELD(BlPlaced, time_reference, BL_KIND_I64),
  BL_FIELD(BlPlaced, offset, BL_KIND_I64),
  BL_FIELD(BlPlaced, offset_measured, BL_KIND_BOOL),
  BL_FIELD(BlPlaced, padding, BL_KIND_U64),
  BL_FIELD(BlPlaced, cut, BL_KIND_U64),
  BL_FIELD(BlPlaced, gain_db, BL_KIND_DOUBLE),
  BL_FIELD(BlPlaced, loudness_lufs, BL_KIND_DOUBLE),
  BL_FIELD(BlPlaced, peak_dbfs, BL_KIND_DOUBLE),
};

static const char*
base_name(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool
is_plain_name(const char* const name)
{
  return name[0] && name[0] != '.' && !strchr(name, '/');
}

static bool
slot_to_json(cJSON* const object, const BlJob* const job, const unsigned v)
{
  if (!object || !cJSON_AddBoolToObject(object, "fetched", job->fetched[v]) ||
      !cJSON_AddStringToObject(object, "delivered", job->delivered[v]) ||
      !cJSON_AddBoolToObject(object, "placed", job->placed[v])) {
    return false;
  }
  if (!job->placed[v]) {
    return true;
  }

  cJSON* const result = cJSON_AddObjectToObject(object, "result");
  if (!result || !cJSON_AddStringToObject(result, "file",
                                          base_name(job->results[v].path))) {
    return false;
  }
  return bl_fields_to_json(result, result_fields + 1,
                           BL_COUNT(result_fields) - 1, &job->results[v]);
}

static bool
slot_from_json(const cJSON* const object, BlJob* const job, const unsigned v)
{
  const BlField fields[] = {
    { "fetched", BL_KIND_BOOL, 0, 0 },
    { "placed", BL_KIND_BOOL, 0, 0 },
  };
  bool* const flags[] = { &job->fetched[v], &job->placed[v] };

  if (!cJSON_IsObject(object) ||
      !bl_text_from_json(object, "delivered", job->delivered[v],
                         BL_FILE_NAME_BYTES)) {
    return false;
  }
  for (unsigned i = 0; i < BL_COUNT(fields); ++i) {
    const cJSON* const item =
      cJSON_GetObjectItemCaseSensitive(object, fields[i].name);
    if (item && !bl_field_from_json(&fields[i], item, flags[i])) {
      return false;
    }
  }
  if (job->fetched[v] && !is_plain_name(job->delivered[v])) {
    return false;
  }

  return !job->placed[v] ||
         (bl_fields_from_json(
            cJSON_GetObjectItemCaseSensitive(object, "result"), result_fields,
            BL_COUNT(result_fields), &job->results[v]) &&
          is_plain_name(job->results[v].path));
}

bool
bl_variants_from_json(const cJSON* const array, BlJob* const job)
{
  if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) > (int)BL_VARIANTS) {
    return false;
  }

  unsigned     v       = 0;
  const cJSON* variant = NULL;
  cJSON_ArrayForEach(variant, array)
  {
    if (!slot_from_json(variant, job, v++)) {
      return false;
    }
  }
  return true;
}

bool
bl_extras_to_json(cJSON* const object, const BlJob* const job)
{
  for (unsigned e = 0; object && e < BL_N_EXTRAS; ++e) {
    if (job->task.extra_urls[e][0] || job->extras[e][0]) {
      cJSON* const extra = cJSON_AddObjectToObject(object, bl_extras[e].remote);
      if (!extra ||
          !cJSON_AddStringToObject(extra, "url", job->task.extra_urls[e]) ||
          !cJSON_AddStringToObject(extra, "file", job->extras[e])) {
        return false;
      }
    }
  }
  return object;
}

bool
bl_extras_from_json(const cJSON* const object, BlJob* const job)
{
  for (unsigned e = 0; object && e < BL_N_EXTRAS; ++e) {
    const cJSON* const extra =
      cJSON_GetObjectItemCaseSensitive(object, bl_extras[e].remote);
    if (extra && (!cJSON_IsObject(extra) ||
                  !bl_text_from_json(extra, "url", job->task.extra_urls[e],
                                     BL_URL_BYTES) ||
                  !bl_text_from_json(extra, "file", job->extras[e],
                                     BL_FILE_NAME_BYTES) ||
                  (job->extras[e][0] && !is_plain_name(job->extras[e])))) {
      return false;
    }
  }
  return !object || cJSON_IsObject(object);
}

bool
bl_variants_to_json(cJSON* const array, const BlJob* const job)
{
  for (unsigned v = 0; array && v < BL_VARIANTS; ++v) {
    cJSON* const variant = cJSON_CreateObject();
    if (!variant || !cJSON_AddItemToArray(array, variant)) {
      cJSON_Delete(variant);
      return false;
    }
    if (!slot_to_json(variant, job, v)) {
      return false;
    }
  }
  return array;
}

bool
bl_parts_to_json(cJSON* const object, const BlJob* const job)
{
  for (unsigned p = 0; object && p < BL_N_PARTS; ++p) {
    const unsigned slot = BL_VARIANTS + p;
    if (job->task.part_urls[p][0] || job->placed[slot]) {
      cJSON* const part = cJSON_AddObjectToObject(object, bl_parts[p].name);
      if (!part ||
          !cJSON_AddStringToObject(part, "url", job->task.part_urls[p]) ||
          !slot_to_json(part, job, slot)) {
        return false;
      }
    }
  }
  return object;
}

bool
bl_parts_from_json(const cJSON* const object, BlJob* const job)
{
  for (unsigned p = 0; object && p < BL_N_PARTS; ++p) {
    const cJSON* const part =
      cJSON_GetObjectItemCaseSensitive(object, bl_parts[p].name);
    if (part && (!slot_from_json(part, job, BL_VARIANTS + p) ||
                 !bl_text_from_json(part, "url", job->task.part_urls[p],
                                    BL_URL_BYTES))) {
      return false;
    }
  }
  return !object || cJSON_IsObject(object);
}

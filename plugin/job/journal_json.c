// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/journal.h"

#include "take/store.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

// One table a struct says where each field lies and how it is written, so
// that writer and reader cannot disagree.

typedef enum
{
  KIND_TEXT,
  KIND_BOOL,
  KIND_U32,
  KIND_U64,
  KIND_I64,
  KIND_DOUBLE, ///< null is minus infinity
  KIND_CHAR,   ///< "" or one character
} FieldKind;

typedef struct
{
  const char* name;
  FieldKind   kind;
  size_t      offset;
  size_t      size; ///< Of a text's array
} Field;

#define FIELD(type, member, kind)                                              \
  {                                                                            \
#member, kind, offsetof(type, member), sizeof(((type*)0)->member)          \
  }

/// Doubles hold whole numbers exactly up to here
#define WHOLE_MAX 9007199254740992.0

static const Field job_fields[] = {
  FIELD(BlJob, take_id, KIND_TEXT),
  FIELD(BlJob, number, KIND_U32),
  FIELD(BlJob, message, KIND_TEXT),
  FIELD(BlJob, created, KIND_TEXT),
  FIELD(BlJob, uploaded_unix, KIND_DOUBLE),
  FIELD(BlJob, submitted_unix, KIND_DOUBLE),
  FIELD(BlJob, ended_unix, KIND_DOUBLE),
  FIELD(BlJob, paid, KIND_BOOL),
  FIELD(BlJob, automatic, KIND_BOOL),
  FIELD(BlJob, posts, KIND_U32),
  FIELD(BlJob, reuploads, KIND_U32),
  FIELD(BlJob, service, KIND_TEXT),
  FIELD(BlJob, task_id, KIND_TEXT),
  FIELD(BlJob, price, KIND_DOUBLE),
  FIELD(BlJob, credits, KIND_DOUBLE),
  FIELD(BlJob, twins, KIND_BOOL),
};

static const Field trim_fields[] = {
  FIELD(BlTrim, trim, KIND_I64),     FIELD(BlTrim, frames, KIND_U64),
  FIELD(BlTrim, has_bar, KIND_BOOL), FIELD(BlTrim, bar, KIND_I64),
  FIELD(BlTrim, beat, KIND_DOUBLE),
};

static const Field request_fields[] = {
  FIELD(BlRequest, upload_url, KIND_TEXT),
  FIELD(BlRequest, title, KIND_TEXT),
  FIELD(BlRequest, tags, KIND_TEXT),
  FIELD(BlRequest, negative_tags, KIND_TEXT),
  FIELD(BlRequest, callback_url, KIND_TEXT),
  FIELD(BlRequest, model, KIND_TEXT),
  FIELD(BlRequest, vocal_gender, KIND_CHAR),
  FIELD(BlRequest, has_weights, KIND_BOOL),
  FIELD(BlRequest, style_weight, KIND_DOUBLE),
  FIELD(BlRequest, weirdness, KIND_DOUBLE),
  FIELD(BlRequest, audio_weight, KIND_DOUBLE),
};

static const Field track_fields[] = {
  FIELD(BlTaskTrack, id, KIND_TEXT),
  FIELD(BlTaskTrack, title, KIND_TEXT),
  FIELD(BlTaskTrack, tags, KIND_TEXT),
  FIELD(BlTaskTrack, model, KIND_TEXT),
  { "audio_url", KIND_TEXT, offsetof(BlTaskTrack, urls[0]), BL_URL_BYTES },
  { "source_url", KIND_TEXT, offsetof(BlTaskTrack, urls[1]), BL_URL_BYTES },
  { "stream_url", KIND_TEXT, offsetof(BlTaskTrack, urls[2]), BL_URL_BYTES },
  { "source_stream_url", KIND_TEXT, offsetof(BlTaskTrack, urls[3]),
    BL_URL_BYTES },
  FIELD(BlTaskTrack, ready, KIND_BOOL),
  FIELD(BlTaskTrack, duration_s, KIND_DOUBLE),
};

// Only the file's name is kept: a journal cannot point out of its folder,
// and the folder may be moved
static const Field result_fields[] = {
  { "file", KIND_TEXT, offsetof(BlPlaced, path), BL_FILE_NAME_BYTES },
  FIELD(BlPlaced, frames, KIND_U64),
  FIELD(BlPlaced, rate, KIND_U32),
  FIELD(BlPlaced, channels, KIND_U32),
  FIELD(BlPlaced, time_reference, KIND_I64),
  FIELD(BlPlaced, offset, KIND_I64),
  FIELD(BlPlaced, offset_measured, KIND_BOOL),
  FIELD(BlPlaced, padding, KIND_U64),
  FIELD(BlPlaced, cut, KIND_U64),
  FIELD(BlPlaced, gain_db, KIND_DOUBLE),
  FIELD(BlPlaced, loudness_lufs, KIND_DOUBLE),
  FIELD(BlPlaced, peak_dbfs, KIND_DOUBLE),
};

static cJSON*
field_to_json(const Field* const field, const void* const data)
{
  switch (field->kind) {
    case KIND_TEXT:
      return cJSON_CreateString((const char*)data);
    case KIND_BOOL:
      return cJSON_CreateBool(*(const bool*)data);
    case KIND_U32:
      return cJSON_CreateNumber(*(const uint32_t*)data);
    case KIND_U64:
      return cJSON_CreateNumber((double)*(const uint64_t*)data);
    case KIND_I64:
      return cJSON_CreateNumber((double)*(const int64_t*)data);
    case KIND_DOUBLE:
      return isfinite(*(const double*)data)
               ? cJSON_CreateNumber(*(const double*)data)
               : cJSON_CreateNull();
    case KIND_CHAR: {
      const char text[2] = { *(const char*)data, '\0' };
      return cJSON_CreateString(text);
    }
  }
  return NULL;
}

static bool
fields_to_json(cJSON* const       object,
               const Field* const fields,
               const size_t       count,
               const void* const  base)
{
  for (size_t i = 0; object && i < count; ++i) {
    cJSON* const item =
      field_to_json(&fields[i], (const char*)base + fields[i].offset);
    if (!item || !cJSON_AddItemToObject(object, fields[i].name, item)) {
      cJSON_Delete(item);
      return false;
    }
  }
  return object;
}

static bool
field_from_json(const Field* const field,
                const cJSON* const item,
                void* const        data)
{
  const double value = cJSON_IsNumber(item) ? item->valuedouble : NAN;
  const bool   whole = value == floor(value) && fabs(value) <= WHOLE_MAX;

  switch (field->kind) {
    case KIND_TEXT:
      if (!cJSON_IsString(item) || strlen(item->valuestring) >= field->size) {
        return false;
      }
      memcpy(data, item->valuestring, strlen(item->valuestring) + 1);
      return true;
    case KIND_BOOL:
      *(bool*)data = cJSON_IsTrue(item);
      return cJSON_IsBool(item);
    case KIND_U32:
      if (!whole || value < 0.0 || value > UINT32_MAX) {
        return false;
      }
      *(uint32_t*)data = (uint32_t)value;
      return true;
    case KIND_U64:
      if (!whole || value < 0.0) {
        return false;
      }
      *(uint64_t*)data = (uint64_t)value;
      return true;
    case KIND_I64:
      if (!whole) {
        return false;
      }
      *(int64_t*)data = (int64_t)value;
      return true;
    case KIND_DOUBLE:
      *(double*)data = cJSON_IsNull(item) ? -INFINITY : value;
      return cJSON_IsNull(item) || isfinite(value);
    case KIND_CHAR:
      if (!cJSON_IsString(item) || strlen(item->valuestring) > 1) {
        return false;
      }
      *(char*)data = item->valuestring[0];
      return true;
  }
  return false;
}

/// A field that is absent keeps its default: older versions did not know it
static bool
fields_from_json(const cJSON* const object,
                 const Field* const fields,
                 const size_t       count,
                 void* const        base)
{
  if (!cJSON_IsObject(object)) {
    return false;
  }

  for (size_t i = 0; i < count; ++i) {
    const cJSON* const item =
      cJSON_GetObjectItemCaseSensitive(object, fields[i].name);
    if (item &&
        !field_from_json(&fields[i], item, (char*)base + fields[i].offset)) {
      return false;
    }
  }
  return true;
}

// Settings: one member a parameter, under the names of bl_params

static bool
settings_to_json(cJSON* const object, const BlSettings* const settings)
{
  if (!object) {
    return false;
  }

  bool ok = true;
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    // Through the shortest decimal, so that 0.65f does not become
    // 0.6499999761581421
    const double value = round((double)settings->values[i] * 1e6) / 1e6;
    ok = cJSON_AddNumberToObject(object, bl_params[i].symbol, value) && ok;
  }
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    ok = cJSON_AddStringToObject(object, bl_strings[i].symbol,
                                 settings->strings[i]) &&
         ok;
  }
  return cJSON_AddStringToObject(object, "service_name", settings->service) &&
         cJSON_AddStringToObject(object, "track", settings->track) && ok;
}

static bool
text_from_json(const cJSON* const object,
               const char* const  name,
               char* const        text,
               const size_t       size)
{
  const Field        field = { name, KIND_TEXT, 0, size };
  const cJSON* const item  = cJSON_GetObjectItemCaseSensitive(object, name);
  return !item || field_from_json(&field, item, text);
}

static bool
settings_from_json(const cJSON* const object, BlSettings* const settings)
{
  if (!cJSON_IsObject(object)) {
    return false;
  }

  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    const cJSON* const item =
      cJSON_GetObjectItemCaseSensitive(object, bl_params[i].symbol);
    if (item) {
      if (!cJSON_IsNumber(item) || !(fabs(item->valuedouble) < 1e9)) {
        return false;
      }
      settings->values[i] =
        bl_param_clamp(&bl_params[i], (float)item->valuedouble);
    }
  }
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    if (!text_from_json(object, bl_strings[i].symbol, settings->strings[i],
                        BL_TEXT_BYTES)) {
      return false;
    }
  }
  return text_from_json(object, "service_name", settings->service,
                        BL_NAME_BYTES) &&
         text_from_json(object, "track", settings->track, BL_NAME_BYTES);
}

// The task as last heard

static const char* const stage_names[] = {
  [BL_TASK_PENDING] = "pending", [BL_TASK_TEXT] = "text",
  [BL_TASK_FIRST] = "first",     [BL_TASK_COMPLETE] = "complete",
  [BL_TASK_FAILED] = "failed",
};

static bool
task_to_json(cJSON* const object, const BlTaskInfo* const task)
{
  cJSON* const tracks =
    object ? cJSON_AddArrayToObject(object, "tracks") : NULL;
  if (!tracks ||
      !cJSON_AddStringToObject(object, "stage", stage_names[task->stage]) ||
      !cJSON_AddStringToObject(object, "status", task->raw_status)) {
    return false;
  }

  for (size_t i = 0; i < task->n_tracks; ++i) {
    cJSON* const track = cJSON_CreateObject();
    if (!track || !cJSON_AddItemToArray(tracks, track)) {
      cJSON_Delete(track);
      return false;
    }
    if (!fields_to_json(track, track_fields, BL_COUNT(track_fields),
                        &task->tracks[i])) {
      return false;
    }
  }
  return true;
}

static bool
task_from_json(const cJSON* const object, BlTaskInfo* const task)
{
  char stage[BL_NAME_BYTES] = "pending";
  if (!cJSON_IsObject(object) ||
      !text_from_json(object, "stage", stage, sizeof(stage)) ||
      !text_from_json(object, "status", task->raw_status,
                      sizeof(task->raw_status))) {
    return false;
  }

  unsigned s = 0;
  while (s < BL_COUNT(stage_names) && strcmp(stage_names[s], stage) != 0) {
    ++s;
  }
  const cJSON* const tracks =
    cJSON_GetObjectItemCaseSensitive(object, "tracks");
  if (s == BL_COUNT(stage_names) || (tracks && !cJSON_IsArray(tracks)) ||
      cJSON_GetArraySize(tracks) > (int)BL_VARIANTS) {
    return false;
  }

  task->stage        = (BlTaskStage)s;
  const cJSON* track = NULL;
  cJSON_ArrayForEach(track, tracks)
  {
    BlTaskTrack* const t = &task->tracks[task->n_tracks++];
    if (!fields_from_json(track, track_fields, BL_COUNT(track_fields), t)) {
      return false;
    }
  }
  return true;
}

// Variants: what was fetched and placed

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
variant_to_json(cJSON* const object, const BlJob* const job, const unsigned v)
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
  return fields_to_json(result, result_fields + 1, BL_COUNT(result_fields) - 1,
                        &job->results[v]);
}

static bool
variant_from_json(const cJSON* const object, BlJob* const job, const unsigned v)
{
  const Field fields[] = {
    { "fetched", KIND_BOOL, 0, 0 },
    { "placed", KIND_BOOL, 0, 0 },
  };
  bool* const flags[] = { &job->fetched[v], &job->placed[v] };

  if (!cJSON_IsObject(object) ||
      !text_from_json(object, "delivered", job->delivered[v],
                      BL_FILE_NAME_BYTES)) {
    return false;
  }
  for (unsigned i = 0; i < BL_COUNT(fields); ++i) {
    const cJSON* const item =
      cJSON_GetObjectItemCaseSensitive(object, fields[i].name);
    if (item && !field_from_json(&fields[i], item, flags[i])) {
      return false;
    }
  }
  if (job->fetched[v] && !is_plain_name(job->delivered[v])) {
    return false;
  }

  return !job->placed[v] ||
         (fields_from_json(cJSON_GetObjectItemCaseSensitive(object, "result"),
                           result_fields, BL_COUNT(result_fields),
                           &job->results[v]) &&
          is_plain_name(job->results[v].path));
}

static bool
variants_from_json(const cJSON* const array, BlJob* const job)
{
  if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) > (int)BL_VARIANTS) {
    return false;
  }

  unsigned     v       = 0;
  const cJSON* variant = NULL;
  cJSON_ArrayForEach(variant, array)
  {
    if (!variant_from_json(variant, job, v++)) {
      return false;
    }
  }
  return true;
}

char*
bl_job_to_json(const BlJob* const job)
{
  cJSON* const root = cJSON_CreateObject();
  bool         ok =
    root && cJSON_AddNumberToObject(root, "backline", BL_JOURNAL_VERSION) &&
    cJSON_AddStringToObject(root, "state", bl_job_state_name(job->state)) &&
    cJSON_AddNumberToObject(root, "error", job->error) &&
    fields_to_json(root, job_fields, BL_COUNT(job_fields), job);

  ok = ok &&
       settings_to_json(cJSON_AddObjectToObject(root, "settings"),
                        &job->settings) &&
       fields_to_json(cJSON_AddObjectToObject(root, "trim"), trim_fields,
                      BL_COUNT(trim_fields), &job->trim) &&
       fields_to_json(cJSON_AddObjectToObject(root, "request"), request_fields,
                      BL_COUNT(request_fields), &job->request) &&
       task_to_json(cJSON_AddObjectToObject(root, "task"), &job->task);

  cJSON* const variants = ok ? cJSON_AddArrayToObject(root, "variants") : NULL;
  for (unsigned v = 0; variants && ok && v < BL_VARIANTS; ++v) {
    cJSON* const variant = cJSON_CreateObject();
    ok                   = variant && cJSON_AddItemToArray(variants, variant) &&
         variant_to_json(variant, job, v);
  }

  char* const text = ok && variants ? cJSON_Print(root) : NULL;
  cJSON_Delete(root);
  return text;
}

/// What a state needs in order to go on
static bool
is_consistent(const BlJob* const job)
{
  if (!bl_store_id_is_valid(job->take_id) || !job->number) {
    return false;
  }

  const bool has_task = job->task_id[0];
  if (bl_job_is_accepted(job->state) && !has_task) {
    return false;
  }
  if ((job->state == BL_JOB_UPLOADED || job->state == BL_JOB_SUBMITTING) &&
      !job->request.upload_url[0]) {
    return false;
  }
  const size_t n_tracks = job->task.n_tracks ? job->task.n_tracks : BL_VARIANTS;
  for (size_t v = 0; v < n_tracks; ++v) {
    if ((job->state == BL_JOB_FETCHED && !job->fetched[v]) ||
        (job->state == BL_JOB_PLACED && !job->placed[v])) {
      return false;
    }
  }
  return true;
}

static bool
job_from_json(const cJSON* const root, BlJob* const job)
{
  uint32_t    error                = 0;
  const Field error_field          = { "error", KIND_U32, 0, 0 };
  char        state[BL_NAME_BYTES] = "";

  const cJSON* const error_item =
    cJSON_GetObjectItemCaseSensitive(root, "error");
  if (!text_from_json(root, "state", state, sizeof(state)) ||
      !bl_job_state_from_name(state, &job->state) ||
      (error_item && !field_from_json(&error_field, error_item, &error)) ||
      error > 100000u) {
    return false;
  }

  // A newer Backline may know errors that we do not
  job->error = bl_status_is_known((int)error) ? (BlStatus)error : BL_INTERNAL;

  return fields_from_json(root, job_fields, BL_COUNT(job_fields), job) &&
         settings_from_json(cJSON_GetObjectItemCaseSensitive(root, "settings"),
                            &job->settings) &&
         fields_from_json(cJSON_GetObjectItemCaseSensitive(root, "trim"),
                          trim_fields, BL_COUNT(trim_fields), &job->trim) &&
         fields_from_json(cJSON_GetObjectItemCaseSensitive(root, "request"),
                          request_fields, BL_COUNT(request_fields),
                          &job->request) &&
         task_from_json(cJSON_GetObjectItemCaseSensitive(root, "task"),
                        &job->task) &&
         variants_from_json(cJSON_GetObjectItemCaseSensitive(root, "variants"),
                            job) &&
         is_consistent(job);
}

BlStatus
bl_job_from_json(const char* const text, BlJob* const job)
{
  cJSON* const root = cJSON_Parse(text);
  BlJob* const read = (BlJob*)calloc(1, sizeof(BlJob));
  BlStatus     st   = BL_BAD_FILE;

  if (!read) {
    st = BL_NO_MEM;
  } else if (cJSON_IsObject(root)) {
    const cJSON* const version =
      cJSON_GetObjectItemCaseSensitive(root, "backline");
    bl_job_init(read);
    if (cJSON_IsNumber(version) && version->valuedouble > BL_JOURNAL_VERSION) {
      st = BL_UNSUPPORTED;
    } else if (cJSON_IsNumber(version) &&
               version->valuedouble == BL_JOURNAL_VERSION &&
               job_from_json(root, read)) {
      memcpy(job, read, sizeof(*job));
      st = BL_SUCCESS;
    }
  }

  free(read);
  cJSON_Delete(root);
  return st;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/journal.h"

#include "job/fields.h"
#include "job/journal_priv.h"
#include "take/store.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const BlField job_fields[] = {
  BL_FIELD(BlJob, take_id, BL_KIND_TEXT),
  BL_FIELD(BlJob, number, BL_KIND_U32),
  BL_FIELD(BlJob, message, BL_KIND_TEXT),
  BL_FIELD(BlJob, created, BL_KIND_TEXT),
  BL_FIELD(BlJob, uploaded_unix, BL_KIND_DOUBLE),
  BL_FIELD(BlJob, submitted_unix, BL_KIND_DOUBLE),
  BL_FIELD(BlJob, asked_unix, BL_KIND_DOUBLE),
  BL_FIELD(BlJob, ended_unix, BL_KIND_DOUBLE),
  BL_FIELD(BlJob, paid, BL_KIND_BOOL),
  BL_FIELD(BlJob, automatic, BL_KIND_BOOL),
  BL_FIELD(BlJob, posts, BL_KIND_U32),
  BL_FIELD(BlJob, refused, BL_KIND_U32),
  BL_FIELD(BlJob, reuploads, BL_KIND_U32),
  BL_FIELD(BlJob, service, BL_KIND_TEXT),
  BL_FIELD(BlJob, task_id, BL_KIND_TEXT),
  BL_FIELD(BlJob, price, BL_KIND_DOUBLE),
  BL_FIELD(BlJob, credits, BL_KIND_DOUBLE),
  BL_FIELD(BlJob, twins, BL_KIND_BOOL),
};

static const BlField of_fields[] = {
  BL_FIELD(BlJobSource, job, BL_KIND_U32),
  BL_FIELD(BlJobSource, variant, BL_KIND_U32),
  BL_FIELD(BlJobSource, task_id, BL_KIND_TEXT),
  BL_FIELD(BlJobSource, audio_id, BL_KIND_TEXT),
  BL_FIELD(BlJobSource, made, BL_KIND_DOUBLE),
};

static const BlField trim_fields[] = {
  BL_FIELD(BlTrim, trim, BL_KIND_I64),
  BL_FIELD(BlTrim, frames, BL_KIND_U64),
  BL_FIELD(BlTrim, has_bar, BL_KIND_BOOL),
  BL_FIELD(BlTrim, bar, BL_KIND_I64),
  BL_FIELD(BlTrim, beat, BL_KIND_DOUBLE),
};

static const BlField request_fields[] = {
  BL_FIELD(BlRequest, upload_url, BL_KIND_TEXT),
  BL_FIELD(BlRequest, title, BL_KIND_TEXT),
  BL_FIELD(BlRequest, tags, BL_KIND_TEXT),
  BL_FIELD(BlRequest, negative_tags, BL_KIND_TEXT),
  BL_FIELD(BlRequest, callback_url, BL_KIND_TEXT),
  BL_FIELD(BlRequest, model, BL_KIND_TEXT),
  BL_FIELD(BlRequest, vocal_gender, BL_KIND_CHAR),
  BL_FIELD(BlRequest, has_weights, BL_KIND_BOOL),
  BL_FIELD(BlRequest, style_weight, BL_KIND_DOUBLE),
  BL_FIELD(BlRequest, weirdness, BL_KIND_DOUBLE),
  BL_FIELD(BlRequest, audio_weight, BL_KIND_DOUBLE),
  BL_FIELD(BlRequest, lyrics, BL_KIND_TEXT),
  BL_FIELD(BlRequest, has_variety, BL_KIND_BOOL),
  BL_FIELD(BlRequest, variety, BL_KIND_DOUBLE),
  BL_FIELD(BlRequest, stems, BL_KIND_BOOL),
};

static const BlField track_fields[] = {
  BL_FIELD(BlTaskTrack, id, BL_KIND_TEXT),
  BL_FIELD(BlTaskTrack, title, BL_KIND_TEXT),
  BL_FIELD(BlTaskTrack, tags, BL_KIND_TEXT),
  BL_FIELD(BlTaskTrack, model, BL_KIND_TEXT),
  { "audio_url", BL_KIND_TEXT, offsetof(BlTaskTrack, urls[0]), BL_URL_BYTES },
  { "source_url", BL_KIND_TEXT, offsetof(BlTaskTrack, urls[1]), BL_URL_BYTES },
  { "stream_url", BL_KIND_TEXT, offsetof(BlTaskTrack, urls[2]), BL_URL_BYTES },
  { "source_stream_url", BL_KIND_TEXT, offsetof(BlTaskTrack, urls[3]),
    BL_URL_BYTES },
  BL_FIELD(BlTaskTrack, ready, BL_KIND_BOOL),
  BL_FIELD(BlTaskTrack, duration_s, BL_KIND_DOUBLE),
};

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
    if (!bl_text_from_json(object, bl_strings[i].symbol, settings->strings[i],
                           BL_TEXT_BYTES)) {
      return false;
    }
  }
  return bl_text_from_json(object, "service_name", settings->service,
                           BL_NAME_BYTES) &&
         bl_text_from_json(object, "track", settings->track, BL_NAME_BYTES);
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
      !cJSON_AddStringToObject(object, "status", task->raw_status) ||
      !cJSON_AddStringToObject(object, "note", task->note)) {
    return false;
  }

  for (size_t i = 0; i < task->n_tracks; ++i) {
    cJSON* const track = cJSON_CreateObject();
    if (!track || !cJSON_AddItemToArray(tracks, track)) {
      cJSON_Delete(track);
      return false;
    }
    if (!bl_fields_to_json(track, track_fields, BL_COUNT(track_fields),
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
      !bl_text_from_json(object, "stage", stage, sizeof(stage)) ||
      !bl_text_from_json(object, "status", task->raw_status,
                         sizeof(task->raw_status)) ||
      !bl_text_from_json(object, "note", task->note, sizeof(task->note))) {
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
    if (!bl_fields_from_json(track, track_fields, BL_COUNT(track_fields), t)) {
      return false;
    }
  }
  return true;
}

// A job about a result

static bool
refine_to_json(cJSON* const root, const BlJob* const job)
{
  return !job->refine ||
         (cJSON_AddStringToObject(root, "kind", bl_refines[job->refine].name) &&
          bl_fields_to_json(cJSON_AddObjectToObject(root, "of"), of_fields,
                            BL_COUNT(of_fields), &job->of) &&
          bl_parts_to_json(cJSON_AddObjectToObject(root, "parts"), job));
}

/// A kind that is not known is no job: it must not be taken for another
static bool
refine_from_json(const cJSON* const root, BlJob* const job)
{
  char kind[BL_NAME_BYTES] = "instrumental";
  if (!bl_text_from_json(root, "kind", kind, sizeof(kind))) {
    return false;
  }

  unsigned r = 0;
  while (r < BL_N_REFINES && strcmp(bl_refines[r].name, kind) != 0) {
    ++r;
  }
  job->refine = r < BL_N_REFINES ? (BlRefine)r : BL_REFINE_NONE;
  return r == BL_REFINE_NONE ||
         (r < BL_N_REFINES &&
          bl_fields_from_json(cJSON_GetObjectItemCaseSensitive(root, "of"),
                              of_fields, BL_COUNT(of_fields), &job->of) &&
          bl_parts_from_json(cJSON_GetObjectItemCaseSensitive(root, "parts"),
                             job));
}

char*
bl_job_to_json(const BlJob* const job)
{
  const int version =
    job->refine ? BL_JOURNAL_VERSION_REFINE : BL_JOURNAL_VERSION;
  cJSON* const root = cJSON_CreateObject();
  bool         ok =
    root && cJSON_AddNumberToObject(root, "backline", version) &&
    cJSON_AddStringToObject(root, "state", bl_job_state_name(job->state)) &&
    cJSON_AddNumberToObject(root, "error", job->error) &&
    bl_fields_to_json(root, job_fields, BL_COUNT(job_fields), job);

  ok =
    ok &&
    settings_to_json(cJSON_AddObjectToObject(root, "settings"),
                     &job->settings) &&
    bl_fields_to_json(cJSON_AddObjectToObject(root, "trim"), trim_fields,
                      BL_COUNT(trim_fields), &job->trim) &&
    bl_fields_to_json(cJSON_AddObjectToObject(root, "request"), request_fields,
                      BL_COUNT(request_fields), &job->request) &&
    task_to_json(cJSON_AddObjectToObject(root, "task"), &job->task) &&
    bl_extras_to_json(cJSON_AddObjectToObject(root, "extras"), job) &&
    bl_variants_to_json(cJSON_AddArrayToObject(root, "variants"), job) &&
    refine_to_json(root, job);

  char* const text = ok ? cJSON_Print(root) : NULL;
  cJSON_Delete(root);
  return text;
}

/// Is everything here that its state says?
static bool
is_whole(const BlJob* const job)
{
  unsigned wanted = 0;
  for (unsigned s = 0; s < BL_SLOTS; ++s) {
    const bool wants = job->refine || job->task.n_tracks ? bl_job_wants(job, s)
                                                         : s < BL_VARIANTS;
    wanted += wants ? 1 : 0;
    if (wants && ((job->state == BL_JOB_FETCHED && !job->fetched[s]) ||
                  (job->state == BL_JOB_PLACED && !job->placed[s]))) {
      return false;
    }
  }
  return wanted ||
         (job->state != BL_JOB_FETCHED && job->state != BL_JOB_PLACED);
}

/// What a state needs in order to go on
static bool
is_consistent(const BlJob* const job)
{
  if (!bl_store_id_is_valid(job->take_id) || !job->number) {
    return false;
  }
  if (job->refine &&
      (!job->of.job || job->of.variant >= BL_VARIANTS || !job->of.task_id[0] ||
       !job->of.audio_id[0] || !job->service[0] || job->task.n_tracks ||
       job->state == BL_JOB_CHECKED || job->state == BL_JOB_ENCODED)) {
    return false;
  }

  const bool has_task = job->task_id[0];
  if (bl_job_is_accepted(job->state) && !has_task) {
    return false;
  }
  if ((job->state == BL_JOB_UPLOADED || job->state == BL_JOB_SUBMITTING) &&
      !job->refine && !job->request.upload_url[0]) {
    return false;
  }
  return is_whole(job);
}

static bool
job_from_json(const cJSON* const root, BlJob* const job)
{
  uint32_t      error                = 0;
  const BlField error_field          = { "error", BL_KIND_U32, 0, 0 };
  char          state[BL_NAME_BYTES] = "";

  const cJSON* const error_item =
    cJSON_GetObjectItemCaseSensitive(root, "error");
  if (!bl_text_from_json(root, "state", state, sizeof(state)) ||
      !bl_job_state_from_name(state, &job->state) ||
      (error_item && !bl_field_from_json(&error_field, error_item, &error)) ||
      error > 100000u) {
    return false;
  }

  // A newer Backline may know errors that we do not
  job->error = bl_status_is_known((int)error) ? (BlStatus)error : BL_INTERNAL;

  return bl_fields_from_json(root, job_fields, BL_COUNT(job_fields), job) &&
         settings_from_json(cJSON_GetObjectItemCaseSensitive(root, "settings"),
                            &job->settings) &&
         bl_fields_from_json(cJSON_GetObjectItemCaseSensitive(root, "trim"),
                             trim_fields, BL_COUNT(trim_fields), &job->trim) &&
         bl_fields_from_json(cJSON_GetObjectItemCaseSensitive(root, "request"),
                             request_fields, BL_COUNT(request_fields),
                             &job->request) &&
         task_from_json(cJSON_GetObjectItemCaseSensitive(root, "task"),
                        &job->task) &&
         bl_variants_from_json(
           cJSON_GetObjectItemCaseSensitive(root, "variants"), job) &&
         bl_extras_from_json(cJSON_GetObjectItemCaseSensitive(root, "extras"),
                             job) &&
         refine_from_json(root, job) && is_consistent(job);
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
    if (cJSON_IsNumber(version) &&
        version->valuedouble > BL_JOURNAL_VERSION_REFINE) {
      st = BL_UNSUPPORTED;
    } else if (cJSON_IsNumber(version) &&
               (version->valuedouble == BL_JOURNAL_VERSION ||
                version->valuedouble == BL_JOURNAL_VERSION_REFINE) &&
               job_from_json(root, read)) {
      memcpy(job, read, sizeof(*job));
      st = BL_SUCCESS;
    }
  }

  free(read);
  cJSON_Delete(root);
  return st;
}

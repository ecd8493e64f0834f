// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// What the stand-in answers when nothing goes wrong; see standin.h

#include "support/standin_priv.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char*
standin_refuse(const int code, const char* const msg)
{
  char* text = NULL;
  return asprintf(&text, "{\"code\":%d,\"msg\":\"%s\",\"data\":null}", code,
                  msg) < 0
           ? NULL
           : text;
}

// Records

static void
add_url(cJSON* const      track,
        const char* const name,
        const char* const base,
        const char* const kind,
        const char* const task,
        const size_t      number,
        const char* const ending)
{
  char url[256];
  snprintf(url, sizeof(url), "%s/%s/%s-%zu%s", base, kind, task, number,
           ending);
  cJSON_AddStringToObject(track, name, url);
}

char*
standin_tracks_locked(Standin* const    s,
                      const char* const task,
                      const unsigned    ready,
                      const bool        snake)
{
  cJSON* const list = cJSON_CreateArray();
  (void)standin_make_audio_locked(s);
  for (size_t i = 0; i < 2; ++i) {
    char         id[64];
    cJSON* const track = cJSON_CreateObject();
    const bool   done  = i < ready;
    snprintf(id, sizeof(id), "%.8s-0000-4000-8000-00000000000%zu",
             *task ? task : "00000000", i + 1);
    cJSON_AddStringToObject(track, "id", id);
    if (done) {
      add_url(track, snake ? "audio_url" : "audioUrl", s->base, "file", task,
              i + 1, ".mp3");
      add_url(track, snake ? "source_audio_url" : "sourceAudioUrl", s->base,
              "file", task, i + 1, ".mp3");
    } else {
      cJSON_AddStringToObject(track, snake ? "audio_url" : "audioUrl", "");
      cJSON_AddNullToObject(track,
                            snake ? "source_audio_url" : "sourceAudioUrl");
    }
    add_url(track, snake ? "stream_audio_url" : "streamAudioUrl", s->base,
            "stream", task, i + 1, "");
    add_url(track, snake ? "source_stream_audio_url" : "sourceStreamAudioUrl",
            s->base, "stream", task, i + 1, "");
    cJSON_AddStringToObject(track, "prompt", "[Instrumental]");
    cJSON_AddStringToObject(track, snake ? "model_name" : "modelName",
                            "chirp-crow");
    cJSON_AddStringToObject(track, "title", "Stand-in title");
    cJSON_AddStringToObject(track, "tags", "folk, warm");
    cJSON_AddNumberToObject(track, "createTime", 1772624679694.0);
    if (done) {
      cJSON_AddNumberToObject(track, "duration", s->seconds[i]);
    } else {
      cJSON_AddNullToObject(track, "duration");
    }
    cJSON_AddItemToArray(list, track);
  }
  char* const text = cJSON_PrintUnformatted(list);
  cJSON_Delete(list);
  return text;
}

Task*
standin_find_task_locked(Standin* const s, const char* const id)
{
  for (size_t i = 0; i < s->n_tasks; ++i) {
    if (!strcmp(s->tasks[i].id, id)) {
      return &s->tasks[i];
    }
  }
  return NULL;
}

static char*
record_locked(Standin* const s, const char* const id)
{
  static const char* const words[] = { "PENDING", "TEXT_SUCCESS",
                                       "FIRST_SUCCESS", "SUCCESS" };

  Task* const task = standin_find_task_locked(s, id);
  if (!task || task->kind != STANDIN_SUBMIT) {
    return strdup("{\"code\":200,\"msg\":\"success\",\"data\":null}");
  }

  unsigned stage = task->asked++ / s->options.polls;
  stage          = stage > task->stage ? stage : task->stage;
  stage          = stage > 3 ? 3 : stage;

  cJSON* const root = cJSON_CreateObject();
  cJSON* const data = cJSON_CreateObject();
  cJSON_AddNumberToObject(root, "code", 200);
  cJSON_AddStringToObject(root, "msg", "success");
  cJSON_AddItemToObject(root, "data", data);
  cJSON_AddStringToObject(data, "taskId", id);
  cJSON_AddStringToObject(data, "parentMusicId", "");
  cJSON_AddStringToObject(data, "param", task->request);
  if (stage == 0) {
    cJSON_AddNullToObject(data, "response");
  } else {
    cJSON* const response = cJSON_AddObjectToObject(data, "response");
    char* const  tracks =
      standin_tracks_locked(s, id, stage == 3 ? 2 : stage - 1, false);
    cJSON_AddStringToObject(response, "taskId", id);
    cJSON_AddItemToObject(response, "sunoData", cJSON_Parse(tracks));
    cJSON_free(tracks);
  }
  cJSON_AddStringToObject(data, "status", words[stage]);
  cJSON_AddStringToObject(data, "type", "chirp-crow");
  cJSON_AddStringToObject(data, "operationType", "underpainting");
  cJSON_AddNullToObject(data, "errorCode");
  cJSON_AddNullToObject(data, "errorMessage");
  cJSON_AddNumberToObject(data, "createTime", 1772624550000.0);

  char* const text = cJSON_PrintUnformatted(root);
  cJSON_Delete(root);
  return text;
}

char*
standin_expand_locked(Standin* const    s,
                      const char* const text,
                      const char* const task)
{
  Blob  out      = { NULL, 0 };
  char* lists[3] = { NULL, NULL, NULL };
  char  upload[512];
  snprintf(upload, sizeof(upload), "%s/up/%zu/%s", s->base,
           s->n_uploads ? s->n_uploads - 1 : 0, s->upload_name);
  const char* const names[] = { "%BASE%",   "%TASK%",  "%UPLOAD%",
                                "%TRACKS%", "%FIRST%", "%NONE%" };
  const unsigned    ready[] = { 2, 1, 0 };

  (void)standin_blob_add(&out, "", 0, SIZE_MAX);
  for (const char* t = text ? text : ""; *t;) {
    size_t which = 0;
    for (; which < 6 && strncmp(t, names[which], strlen(names[which]));
         ++which) {
    }
    if (which == 6) {
      const size_t run = 1 + strcspn(t + 1, "%");
      (void)standin_blob_add(&out, t, run, SIZE_MAX);
      t += run;
      continue;
    }
    if (which >= 3 && !lists[which - 3]) {
      lists[which - 3] =
        standin_tracks_locked(s, task, ready[which - 3], false);
    }
    const char* const value = which == 0   ? s->base
                              : which == 1 ? task
                              : which == 2 ? upload
                                           : lists[which - 3];
    (void)standin_blob_add(&out, value, strlen(value), SIZE_MAX);
    t += strlen(names[which]);
  }
  for (size_t i = 0; i < 3; ++i) {
    cJSON_free(lists[i]);
  }
  return out.data;
}

// Requests

static bool
has_key(const Standin* const s, struct MHD_Connection* const connection)
{
  const char* const value =
    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
  return !s->options.key[0] || (value && !strncmp(value, "Bearer ", 7) &&
                                !strcmp(value + 7, s->options.key));
}

static char*
upload_locked(Standin* const s, const Request* const r)
{
  if (!r->has_file || !r->upload_path[0]) {
    return strdup("{\"success\":false,\"code\":400,\"msg\":\"Missing required "
                  "parameter: uploadPath\"}");
  }

  const size_t index = s->n_uploads++ % UPLOADS_MAX;
  s->n_uploads       = s->n_uploads > UPLOADS_MAX ? UPLOADS_MAX : s->n_uploads;
  free(s->uploads[index].data);
  s->uploads[index] = (Blob){ NULL, 0 };
  if (r->upload_size <= UPLOAD_KEEP) {
    (void)standin_blob_add(&s->uploads[index], r->upload.data, r->upload.size,
                           SIZE_MAX);
  }
  memcpy(s->upload_name, r->upload_name, sizeof(s->upload_name));
  s->upload_size = r->upload_size;
  s->upload_sum  = r->upload_sum;

  char* text = NULL;
  return asprintf(&text,
                  "{\"success\":true,\"code\":200,\"msg\":\"File uploaded "
                  "successfully\",\"data\":{\"fileName\":\"%s\",\"filePath\":"
                  "\"%s/%s\",\"downloadUrl\":\"%s/up/%zu/%s\",\"fileSize\":"
                  "%llu,\"mimeType\":\"audio/wav\",\"uploadedAt\":"
                  "\"2025-01-01T12:00:00.000Z\"}}",
                  r->upload_name, r->upload_path, r->upload_name, s->base,
                  index, r->upload_name, (unsigned long long)r->upload_size) < 0
           ? NULL
           : text;
}

static const char*
find_fault(const cJSON* const body)
{
  static const char* const texts[][2] = {
    { "uploadUrl", "Please enter uploadUrl." },
    { "title", "Please enter title." },
    { "tags", "Please enter tags." },
    { "negativeTags", "Please enter negativeTags." },
    { "callBackUrl", "Please enter callBackUrl." },
  };
  static const char* const weights[] = { "styleWeight", "weirdnessConstraint",
                                         "audioWeight" };
  static const char* const models[]  = { "V6",      "V6_WILD", "V6_MINI",
                                         "V5_5",    "V5",      "V4_5PLUS",
                                         "V4_5ALL", "V4_5",    "V4" };

  for (size_t i = 0; i < 5; ++i) {
    const char* const value =
      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, texts[i][0]));
    if (!value || !*value) {
      return texts[i][1];
    }
  }
  for (size_t i = 0; i < 3; ++i) {
    const cJSON* const w = cJSON_GetObjectItemCaseSensitive(body, weights[i]);
    if (w &&
        (!cJSON_IsNumber(w) || w->valuedouble < 0.0 || w->valuedouble > 1.0)) {
      return "weight out of range";
    }
  }

  const cJSON* const model = cJSON_GetObjectItemCaseSensitive(body, "model");
  bool               known = !model;
  for (size_t i = 0; i < 9 && !known; ++i) {
    known = cJSON_IsString(model) && !strcmp(model->valuestring, models[i]);
  }
  return known ? NULL : "model is not supported";
}

Task*
standin_add_task_locked(Standin* const s, const Request* const r)
{
  if (s->n_tasks == TASKS_MAX) {
    return NULL;
  }
  Task* const    task = &s->tasks[s->n_tasks++];
  const uint64_t a    = standin_sum(s->n_tasks, r->body.data, r->body.size);
  const uint64_t b    = standin_sum(a, s->base, strlen(s->base));
  snprintf(task->id, sizeof(task->id), "%016llx%016llx", (unsigned long long)a,
           (unsigned long long)b);
  task->request = strdup(r->body.data);
  return task;
}

char*
standin_accept(const Task* const task)
{
  char* text = NULL;
  return asprintf(&text,
                  "{\"code\":200,\"msg\":\"success\",\"data\":{\"taskId\":"
                  "\"%s\"}}",
                  task->id) < 0
           ? NULL
           : text;
}

static char*
submit_locked(Standin* const s, const Request* const r)
{
  cJSON* const body =
    r->body.data ? cJSON_ParseWithLength(r->body.data, r->body.size) : NULL;
  const char* const fault = find_fault(body);
  if (fault || s->n_tasks == TASKS_MAX) {
    cJSON_Delete(body);
    return standin_refuse(s->options.kie ? 422 : 400, fault ? fault : "full");
  }

  Task* const task = standin_add_task_locked(s, r);
  task->kind       = STANDIN_SUBMIT;
  snprintf(task->callback, sizeof(task->callback), "%s",
           cJSON_GetObjectItemCaseSensitive(body, "callBackUrl")->valuestring);
  cJSON_Delete(body);

  if (s->options.callbacks && !strncmp(task->callback, "http://", 7)) {
    standin_send_callbacks_locked(s, s->n_tasks - 1);
  }
  return standin_accept(task);
}

char*
standin_answer_locked(Standin* const               s,
                      struct MHD_Connection* const connection,
                      const char* const            url,
                      const Request* const         request,
                      unsigned* const              http)
{
  char* text = NULL;
  if (request->endpoint == STANDIN_OTHER ||
      (request->endpoint == STANDIN_CREDIT &&
       strcmp(url, s->options.kie ? "/api/v1/chat/credit"
                                  : "/api/v1/generate/credit"))) {
    *http = MHD_HTTP_NOT_FOUND;
    return standin_refuse(404, "Not Found");
  }
  if (!has_key(s, connection)) {
    return request->endpoint == STANDIN_UPLOAD
             ? strdup("{\"success\":false,\"code\":401,\"msg\":"
                      "\"Authentication failed: Invalid API Key\"}")
             : standin_refuse(401, "Unauthorized - Authentication failed.");
  }

  const char* const id =
    MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "taskId");
  switch (request->endpoint) {
    case STANDIN_UPLOAD:
      return upload_locked(s, request);
    case STANDIN_SUBMIT:
      return submit_locked(s, request);
    case STANDIN_RECORD:
      return record_locked(s, id ? id : "");
    case STANDIN_CREDIT:
      return asprintf(&text,
                      "{\"code\":200,\"msg\":\"success\",\"data\":%ld.%02ld}",
                      lround(s->options.credits * 100.0) / 100,
                      lround(s->options.credits * 100.0) % 100) < 0
               ? NULL
               : text;
    case STANDIN_WAV:
    case STANDIN_STEMS:
      return standin_refine_locked(s, request);
    case STANDIN_WAV_RECORD:
      return standin_refined_locked(s, STANDIN_WAV, id ? id : "");
    case STANDIN_STEMS_RECORD:
      return standin_refined_locked(s, STANDIN_STEMS, id ? id : "");
    case STANDIN_FILE:
    case STANDIN_STREAM:
    case STANDIN_OTHER:
      break;
  }
  return standin_refuse(404, "Not Found");
}

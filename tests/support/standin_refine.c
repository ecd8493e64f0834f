// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// WAV and stems of a track, API.md 5.1 and 5.2; see standin.h

#include "support/standin_priv.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Words of a record that name a file, and their spelling in a callback
static const char* const stems[][2] = {
  { "originUrl", "origin_url" },
  { "instrumentalUrl", "instrumental_url" },
  { "vocalUrl", "vocal_url" },
  { "backingVocalsUrl", "backing_vocals_url" },
  { "drumsUrl", "drums_url" },
  { "bassUrl", "bass_url" },
  { "guitarUrl", "guitar_url" },
  { "keyboardUrl", "keyboard_url" },
  { "percussionUrl", "percussion_url" },
  { "stringsUrl", "strings_url" },
  { "synthUrl", "synth_url" },
  { "fxUrl", "fx_url" },
  { "brassUrl", "brass_url" },
  { "woodwindsUrl", "woodwinds_url" },
};

/// A split has no brass in it here, and a separation only its two
static bool
has_stem(const Task* const task, const size_t i)
{
  return task->split ? i >= 2 && strcmp(stems[i][0], "brassUrl") != 0
                     : i == 1 || i == 2;
}

static const char*
text_of(const cJSON* const body, const char* const name)
{
  const char* const text =
    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, name));
  return text ? text : "";
}

/// Does a finished task of ours have a track of this id?
static bool
has_track(Standin* const s, const char* const task, const char* const track)
{
  const Task* const found  = standin_find_task_locked(s, task);
  char* const       tracks = standin_tracks_locked(s, task, 2, false);
  const bool        is_ours =
    found && found->kind == STANDIN_SUBMIT && *track && strstr(tracks, track);
  cJSON_free(tracks);
  return is_ours;
}

static const char*
find_fault(Standin* const s, const Request* const r, const cJSON* const body)
{
  const char* const type = text_of(body, "type");
  if (!*text_of(body, "taskId")) {
    return "taskId cannot be null";
  }
  if (!*text_of(body, "audioId")) {
    return "audioId cannot be null";
  }
  if (!*text_of(body, "callBackUrl")) {
    return "Please enter callBackUrl.";
  }
  if (r->endpoint == STANDIN_STEMS && strcmp(type, "separate_vocal") != 0 &&
      strcmp(type, "split_stem") != 0) {
    return "type is not supported";
  }
  return has_track(s, text_of(body, "taskId"), text_of(body, "audioId"))
           ? NULL
           : "Music does not exist";
}

char*
standin_refine_locked(Standin* const s, const Request* const r)
{
  cJSON* const body =
    r->body.data ? cJSON_ParseWithLength(r->body.data, r->body.size) : NULL;
  const char* const fault = find_fault(s, r, body);
  const char* const track = text_of(body, "audioId");
  bool              again = false;
  for (size_t i = 0; i < s->n_tasks; ++i) {
    again =
      again || (s->tasks[i].kind == STANDIN_WAV && r->endpoint == STANDIN_WAV &&
                !strcmp(s->tasks[i].track, track));
  }

  char*       text = NULL;
  Task* const task = fault || again ? NULL : standin_add_task_locked(s, r);
  if (fault) {
    text = standin_refuse(s->options.kie ? 422 : 400, fault);
  } else if (!task) {
    text = standin_refuse(409, "WAV record already exists");
  } else {
    task->kind  = r->endpoint;
    task->split = !strcmp(text_of(body, "type"), "split_stem");
    snprintf(task->track, sizeof(task->track), "%s", track);
    snprintf(task->callback, sizeof(task->callback), "%s",
             text_of(body, "callBackUrl"));
    if (s->options.callbacks && !strncmp(task->callback, "http://", 7)) {
      standin_send_callbacks_locked(s, (size_t)(task - s->tasks));
    }
    text = standin_accept(task);
  }
  cJSON_Delete(body);
  return text;
}

/// Addresses of what there is, null where there is nothing
static cJSON*
make_response(Standin* const s, const Task* const task, const bool snake)
{
  char         url[256];
  cJSON* const response = cJSON_CreateObject();
  if (task->kind == STANDIN_WAV) {
    snprintf(url, sizeof(url), "%s/file/%s.wav", s->base, task->id);
    cJSON_AddStringToObject(response, snake ? "audio_wav_url" : "audioWavUrl",
                            url);
    return response;
  }

  for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); ++i) {
    const char* const name = stems[i][snake ? 1 : 0];
    snprintf(url, sizeof(url), "%s/file/%s-%s.mp3", s->base, task->id,
             stems[i][0]);
    if (has_stem(task, i)) {
      cJSON_AddStringToObject(response, name, url);
    } else {
      cJSON_AddNullToObject(response, name);
    }
  }
  return response;
}

char*
standin_refined_locked(Standin* const        s,
                       const StandinEndpoint kind,
                       const char* const     id)
{
  Task* const task = standin_find_task_locked(s, id);
  if (!task || task->kind != kind) {
    return strdup("{\"code\":200,\"msg\":\"success\",\"data\":null}");
  }

  const bool   done = task->asked++ >= s->options.polls || task->stage;
  cJSON* const root = cJSON_CreateObject();
  cJSON* const data = cJSON_CreateObject();
  cJSON_AddNumberToObject(root, "code", 200);
  cJSON_AddStringToObject(root, "msg", "success");
  cJSON_AddItemToObject(root, "data", data);
  cJSON_AddStringToObject(data, "taskId", id);
  cJSON_AddStringToObject(data, "musicId", task->track);
  cJSON_AddStringToObject(data, "callbackUrl", task->callback);
  cJSON_AddItemToObject(data, "response",
                        done ? make_response(s, task, false)
                             : cJSON_CreateNull());
  cJSON_AddStringToObject(data, "successFlag", done ? "SUCCESS" : "PENDING");
  cJSON_AddNumberToObject(data, "createTime", 1772624550000.0);
  cJSON_AddNullToObject(data, "errorCode");
  cJSON_AddNullToObject(data, "errorMessage");

  char* const text = cJSON_PrintUnformatted(root);
  cJSON_Delete(root);
  return text;
}

char*
standin_refined_callback_locked(Standin* const s, const Task* const task)
{
  // sunoapi.org spells the WAV's in camel case, kie.ai in snake case
  const bool   wav   = task->kind == STANDIN_WAV;
  cJSON* const root  = cJSON_CreateObject();
  cJSON* const names = make_response(s, task, !wav || s->options.kie);
  cJSON* const data  = wav ? names : cJSON_CreateObject();
  cJSON_AddNumberToObject(root, "code", 200);
  cJSON_AddStringToObject(root, "msg", "success");
  cJSON_AddStringToObject(data, "task_id", task->id);
  if (!wav) {
    cJSON_AddItemToObject(data, "vocal_removal_info", names);
  }
  cJSON_AddItemToObject(root, "data", data);

  char* const text = cJSON_PrintUnformatted(root);
  cJSON_Delete(root);
  return text;
}

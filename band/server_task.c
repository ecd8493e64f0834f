// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_task.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// The same track is told in two spellings: API 3.3
typedef enum
{
  CAMEL,
  SNAKE,
} Spelling;

typedef enum
{
  NAME_AUDIO,
  NAME_SOURCE_AUDIO,
  NAME_STREAM,
  NAME_SOURCE_STREAM,
  NAME_IMAGE,
  NAME_SOURCE_IMAGE,
  NAME_MODEL,
} FieldName;

static const char* const names[][2] = {
  [NAME_AUDIO]         = { "audioUrl", "audio_url" },
  [NAME_SOURCE_AUDIO]  = { "sourceAudioUrl", "source_audio_url" },
  [NAME_STREAM]        = { "streamAudioUrl", "stream_audio_url" },
  [NAME_SOURCE_STREAM] = { "sourceStreamAudioUrl", "source_stream_audio_url" },
  [NAME_IMAGE]         = { "imageUrl", "image_url" },
  [NAME_SOURCE_IMAGE]  = { "sourceImageUrl", "source_image_url" },
  [NAME_MODEL]         = { "modelName", "model_name" },
};

static const char* const state_names[] = {
  [BL_TASK_STATE_PENDING]         = "PENDING",
  [BL_TASK_STATE_TEXT]            = "TEXT_SUCCESS",
  [BL_TASK_STATE_FIRST]           = "FIRST_SUCCESS",
  [BL_TASK_STATE_SUCCESS]         = "SUCCESS",
  [BL_TASK_STATE_CALLBACK_FAILED] = "CALLBACK_EXCEPTION",
  [BL_TASK_STATE_FAILED]          = "GENERATE_AUDIO_FAILED",
};

bool
bl_task_is_finished(const BlTask* const task)
{
  return task->state >= BL_TASK_STATE_SUCCESS;
}

bool
bl_task_is_ready(const BlTask* const task, const unsigned i)
{
  return task->result.audio[i][0] &&
         (task->state == BL_TASK_STATE_SUCCESS ||
          task->state == BL_TASK_STATE_CALLBACK_FAILED ||
          (task->state == BL_TASK_STATE_FIRST && i == 0));
}

int
bl_task_code(const BlStatus status)
{
  static const struct
  {
    BlStatus status;
    int      code;
  } table[] = {
    { BL_NOT_FOUND, 451 }, { BL_BAD_FILE, 400 },     { BL_TAKE_SHORT, 400 },
    { BL_TAKE_LONG, 400 }, { BL_TAKE_SILENT, 400 },  { BL_BAD_ARG, 400 },
    { BL_BAD_FIELD, 400 }, { BL_NO_SOUNDFONT, 501 },
  };

  for (size_t i = 0; i < BL_COUNT(table); ++i) {
    if (table[i].status == status) {
      return table[i].code;
    }
  }
  return 500;
}

static void
add_file_url(cJSON* const        object,
             const char* const   name,
             const BlTask* const task,
             const char* const   base_url,
             const char* const   file)
{
  char url[BL_URL_BYTES];
  snprintf(url, sizeof(url), "%s/results/%s/%s", base_url, task->hex, file);
  cJSON_AddStringToObject(object, name, url);
}

static void
variant_file(char* const       file,
             const size_t      size,
             const unsigned    variant,
             const char* const end)
{
  snprintf(file, size, "variant-%c.%s", (char)('a' + variant), end);
}

static void
stem_file(char* const    file,
          const size_t   size,
          const unsigned variant,
          const unsigned stem)
{
  snprintf(file, size, "variant-%c-%s.wav", (char)('a' + variant),
           bl_band_stem_names[stem]);
}

static void
add_urls(cJSON* const        track,
         const Spelling      s,
         const BlTask* const task,
         const char* const   base_url,
         const unsigned      i)
{
  char file[BL_NAME_BYTES];
  variant_file(file, sizeof(file), i, "wav");

  if (bl_task_is_ready(task, i)) {
    add_file_url(track, names[NAME_AUDIO][s], task, base_url, file);
    add_file_url(track, names[NAME_SOURCE_AUDIO][s], task, base_url, file);
  } else {
    cJSON_AddStringToObject(track, names[NAME_AUDIO][s], "");
    if (s == CAMEL) {
      cJSON_AddNullToObject(track, names[NAME_SOURCE_AUDIO][s]);
    }
  }

  add_file_url(track, names[NAME_STREAM][s], task, base_url, file);
  add_file_url(track, names[NAME_SOURCE_STREAM][s], task, base_url, file);
  cJSON_AddStringToObject(track, names[NAME_IMAGE][s], "");
  cJSON_AddStringToObject(track, names[NAME_SOURCE_IMAGE][s], "");
}

static cJSON*
make_track(const BlTask* const task,
           const char* const   base_url,
           const Spelling      s,
           const unsigned      i)
{
  cJSON* const track = cJSON_CreateObject();
  char         prompt[BL_MESSAGE_BYTES + 32];

  snprintf(prompt, sizeof(prompt), "[Instrumental] %s",
           task->result.summary.text);
  cJSON_AddStringToObject(track, "id", task->track_ids[i]);
  add_urls(track, s, task, base_url, i);
  cJSON_AddStringToObject(track, "prompt", prompt);
  cJSON_AddStringToObject(track, names[NAME_MODEL][s], "backline-band");
  cJSON_AddStringToObject(track, "title", task->ask.title);
  cJSON_AddStringToObject(
    track, "tags", task->result.tags[0] ? task->result.tags : task->ask.tags);
  cJSON_AddNumberToObject(track, "createTime", task->created_ms);
  if (bl_task_is_ready(task, i)) {
    cJSON_AddNumberToObject(
      track, "duration", floor(task->result.seconds[i] * 100.0 + 0.5) / 100.0);
  } else if (s == CAMEL) {
    cJSON_AddNullToObject(track, "duration");
  }
  return track;
}

static cJSON*
make_tracks(const BlTask* const task,
            const char* const   base_url,
            const Spelling      s)
{
  cJSON* const tracks = cJSON_CreateArray();
  for (unsigned i = 0; i < BL_VARIANTS; ++i) {
    cJSON_AddItemToArray(tracks, make_track(task, base_url, s, i));
  }
  return tracks;
}

bool
bl_task_has_stem(const BlTask* const task, const char* const name)
{
  for (unsigned i = 0; i < BL_VARIANTS * BL_BAND_STEMS; ++i) {
    const unsigned stem = i % BL_BAND_STEMS;
    char           file[BL_NAME_BYTES];
    stem_file(file, sizeof(file), i / BL_BAND_STEMS, stem);
    if (!strcmp(name, file)) {
      return bl_task_is_finished(task) &&
             (task->result.stems[i / BL_BAND_STEMS] & (1u << stem));
    }
  }
  return false;
}

/// Everything beside the variants, by name
static void
add_files(cJSON* const        band,
          const BlTask* const task,
          const char* const   base_url)
{
  cJSON* const files = cJSON_AddObjectToObject(band, "files");
  char         file[BL_NAME_BYTES];
  add_file_url(files, "analysis.json", task, base_url, "analysis.json");
  for (unsigned i = 0; i < BL_VARIANTS; ++i) {
    variant_file(file, sizeof(file), i, "mid");
    if (bl_task_is_ready(task, i)) {
      add_file_url(files, file, task, base_url, file);
    }
    for (unsigned stem = 0; stem < BL_BAND_STEMS; ++stem) {
      stem_file(file, sizeof(file), i, stem);
      if (bl_task_has_stem(task, file)) {
        add_file_url(files, file, task, base_url, file);
      }
    }
  }
}

/// What the band heard and did beyond the contract, in an object of its own
static cJSON*
make_band(const BlTask* const task, const char* const base_url)
{
  const BlBandResult* const  result  = &task->result;
  const BlBandSummary* const summary = &result->summary;
  cJSON* const               band    = cJSON_CreateObject();
  char                       text[BL_NAME_BYTES];

  cJSON_AddStringToObject(band, "summary", summary->text);
  cJSON_AddStringToObject(band, "grid", bl_band_grid_name(summary->grid));
  cJSON_AddNumberToObject(band, "bpm", summary->bpm);
  snprintf(text, sizeof(text), "%u/%u", summary->beats_per_bar,
           summary->beat_unit);
  cJSON_AddStringToObject(band, "meter", text);
  cJSON_AddNumberToObject(band, "tonic", summary->tonic);
  cJSON_AddBoolToObject(band, "minor", summary->minor);
  cJSON_AddStringToObject(band, "unknownTags", result->unknown);
  cJSON_AddStringToObject(band, "unknownNegativeTags",
                          result->unknown_negative);
  cJSON_AddStringToObject(band, "remark", result->message);
  add_file_url(band, "analysisUrl", task, base_url, "analysis.json");

  add_files(band, task, base_url);
  cJSON* const styles = cJSON_AddArrayToObject(band, "styles");
  cJSON* const midis  = cJSON_AddArrayToObject(band, "midiUrls");
  for (unsigned i = 0; i < BL_VARIANTS && bl_task_is_ready(task, i); ++i) {
    char file[BL_NAME_BYTES];
    char url[BL_URL_BYTES];
    variant_file(file, sizeof(file), i, "mid");
    snprintf(url, sizeof(url), "%s/results/%s/%s", base_url, task->hex, file);
    cJSON_AddItemToArray(midis, cJSON_CreateString(url));
    cJSON_AddItemToArray(styles, cJSON_CreateString(result->style[i]));
  }
  return band;
}

static void
add_error(cJSON* const object, const BlTask* const task)
{
  if (task->error_code) {
    cJSON_AddNumberToObject(object, "errorCode", task->error_code);
    cJSON_AddStringToObject(object, "errorMessage", task->error_message);
  } else {
    cJSON_AddNullToObject(object, "errorCode");
    cJSON_AddNullToObject(object, "errorMessage");
  }
}

cJSON*
bl_task_record(const BlTask* const task, const char* const base_url)
{
  cJSON* const data = cJSON_CreateObject();
  cJSON_AddStringToObject(data, "taskId", task->id);
  cJSON_AddStringToObject(data, "parentMusicId", "");
  cJSON_AddStringToObject(data, "param", task->ask.param);

  const bool heard =
    task->state != BL_TASK_STATE_PENDING && task->state != BL_TASK_STATE_FAILED;
  if (heard) {
    cJSON* const response = cJSON_AddObjectToObject(data, "response");
    cJSON_AddStringToObject(response, "taskId", task->id);
    cJSON_AddItemToObject(response, "sunoData",
                          make_tracks(task, base_url, CAMEL));
  } else {
    cJSON_AddNullToObject(data, "response");
  }

  cJSON_AddStringToObject(data, "status", state_names[task->state]);
  cJSON_AddStringToObject(data, "type", "backline-band");
  cJSON_AddStringToObject(data, "operationType", "underpainting");
  add_error(data, task);
  cJSON_AddNumberToObject(data, "createTime", task->created_ms);
  if (heard) {
    cJSON_AddItemToObject(data, "band", make_band(task, base_url));
  }
  return data;
}

static char*
print_and_delete(cJSON* const root)
{
  char* const text = cJSON_PrintUnformatted(root);
  cJSON_Delete(root);
  return text;
}

char*
bl_task_callback(const BlTask* const task, const char* const base_url)
{
  static const struct
  {
    const char* type;
    const char* msg;
  } table[] = {
    [BL_TASK_STATE_TEXT]  = { "text", "Text generation completed." },
    [BL_TASK_STATE_FIRST] = { "first", "First audio generated successfully." },
    [BL_TASK_STATE_SUCCESS] = { "complete", "All generated successfully." },
    [BL_TASK_STATE_FAILED]  = { "error", NULL },
  };

  const bool   failed = task->state == BL_TASK_STATE_FAILED;
  cJSON* const root   = cJSON_CreateObject();
  cJSON_AddNumberToObject(root, "code", failed ? task->error_code : 200);
  cJSON_AddStringToObject(
    root, "msg", failed ? task->error_message : table[task->state].msg);

  cJSON* const data = cJSON_AddObjectToObject(root, "data");
  cJSON_AddStringToObject(data, "callbackType", table[task->state].type);
  cJSON_AddStringToObject(data, "task_id", task->id);
  if (failed) {
    cJSON_AddNullToObject(data, "data");
  } else {
    cJSON_AddItemToObject(data, "data", make_tracks(task, base_url, SNAKE));
  }
  return print_and_delete(root);
}

static cJSON*
make_stems(const BlTask* const task,
           const char* const   base_url,
           const unsigned      variant,
           const Spelling      s)
{
  static const char* const absent[][2] = {
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

  char file[BL_NAME_BYTES];
  variant_file(file, sizeof(file), variant, "wav");

  cJSON* const stems = cJSON_CreateObject();
  add_file_url(stems, s == CAMEL ? "originUrl" : "origin_url", task, base_url,
               file);
  add_file_url(stems, s == CAMEL ? "instrumentalUrl" : "instrumental_url", task,
               base_url, file);
  for (size_t i = 0; i < BL_COUNT(absent); ++i) {
    cJSON_AddNullToObject(stems, absent[i][s]);
  }
  return stems;
}

cJSON*
bl_task_follow_record(const BlTask* const task,
                      const char* const   base_url,
                      const BlFollow      kind,
                      const unsigned      variant)
{
  const BlFollowUp* const follow = &task->follows[kind][variant];
  cJSON* const            data   = cJSON_CreateObject();
  cJSON_AddStringToObject(data, "taskId", follow->id);
  cJSON_AddStringToObject(data, "musicId", task->track_ids[variant]);
  cJSON_AddStringToObject(data, "callbackUrl", follow->callback_url);
  cJSON_AddNumberToObject(data, "musicIndex", variant);
  cJSON_AddNumberToObject(data, "completeTime", follow->created_ms);

  if (kind == BL_FOLLOW_WAV) {
    char         file[BL_NAME_BYTES];
    cJSON* const response = cJSON_AddObjectToObject(data, "response");
    variant_file(file, sizeof(file), variant, "wav");
    add_file_url(response, "audioWavUrl", task, base_url, file);
  } else {
    cJSON_AddItemToObject(data, "response",
                          make_stems(task, base_url, variant, CAMEL));
  }

  cJSON_AddStringToObject(data, "successFlag", "SUCCESS");
  cJSON_AddNumberToObject(data, "createTime", follow->created_ms);
  cJSON_AddNullToObject(data, "errorCode");
  cJSON_AddNullToObject(data, "errorMessage");
  return data;
}

char*
bl_task_follow_callback(const BlTask* const task,
                        const char* const   base_url,
                        const BlFollow      kind,
                        const unsigned      variant)
{
  cJSON* const root = cJSON_CreateObject();
  cJSON_AddNumberToObject(root, "code", 200);
  cJSON_AddStringToObject(root, "msg", "success");
  cJSON* const data = cJSON_AddObjectToObject(root, "data");
  cJSON_AddStringToObject(data, "task_id", task->follows[kind][variant].id);

  if (kind == BL_FOLLOW_WAV) {
    char file[BL_NAME_BYTES];
    variant_file(file, sizeof(file), variant, "wav");
    add_file_url(data, "audioWavUrl", task, base_url, file);
  } else {
    cJSON_AddItemToObject(data, "vocal_removal_info",
                          make_stems(task, base_url, variant, SNAKE));
  }
  return print_and_delete(root);
}

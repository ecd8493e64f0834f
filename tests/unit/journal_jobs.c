// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "unit/journal_jobs.h"

#include "base/paths.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

BlJob*
jobs_new(void)
{
  BlJob* const job = (BlJob*)calloc(1, sizeof(BlJob));
  assert_non_null(job);
  bl_job_init(job);
  snprintf(job->take_id, sizeof(job->take_id), JOBS_TAKE);
  job->number = 1;
  return job;
}

static void
fill_request(BlRequest* const request)
{
  snprintf(request->upload_url, BL_URL_BYTES, "https://h.example/a?b=c");
  snprintf(request->title, BL_TEXT_BYTES, "Title");
  snprintf(request->tags, BL_TEXT_BYTES, "folk");
  snprintf(request->negative_tags, BL_TEXT_BYTES, "choir");
  snprintf(request->callback_url, BL_URL_BYTES, "https://cb.example/");
  snprintf(request->model, BL_NAME_BYTES, "V6");
  request->vocal_gender = 'f';
  request->has_weights  = true;
  request->style_weight = 0.25;
  request->weirdness    = 0.65;
  request->audio_weight = 1.0;
  request->has_variety  = true;
  request->variety      = 3.0;
  request->stems        = true;
  snprintf(request->lyrics, BL_LYRICS_BYTES, "La la");
}

static void
fill_variant(BlJob* const job, const unsigned v)
{
  BlTaskTrack* const t = &job->task.tracks[v];
  snprintf(t->id, BL_NAME_BYTES, "id%u", v);
  snprintf(t->title, BL_TEXT_BYTES, "t%u", v);
  snprintf(t->tags, BL_TEXT_BYTES, "g%u", v);
  snprintf(t->model, BL_NAME_BYTES, "m%u", v);
  for (unsigned u = 0; u < 4; ++u) {
    snprintf(t->urls[u], BL_URL_BYTES, "https://cdn.example/%u/%u", v, u);
  }
  t->ready        = true;
  t->duration_s   = 154.68;
  job->fetched[v] = true;
  snprintf(job->delivered[v], BL_FILE_NAME_BYTES, "job-1-%u.mp3", v);
  job->placed[v]    = true;
  BlPlaced* const r = &job->results[v];
  snprintf(r->path, BL_PATH_BYTES, "Title (%c).wav", 'A' + (int)v);
  r->frames          = 7424640;
  r->rate            = 48000;
  r->channels        = 2;
  r->time_reference  = 576000;
  r->offset          = -7;
  r->offset_measured = true;
  r->padding         = 1105;
  r->cut             = 3;
  r->gain_db         = -0.5;
  r->loudness_lufs   = -INFINITY;
  r->peak_dbfs       = -1.25;
}

BlJob*
jobs_full(void)
{
  BlJob* const job = jobs_new();
  job->state       = BL_JOB_PLACED;
  job->error       = BL_NO_CREDITS;
  snprintf(job->message, sizeof(job->message), "Größe: \"7\"\n\\ \x01");
  snprintf(job->created, sizeof(job->created), "2026-11-22T10:13:40Z");
  job->uploaded_unix  = 1763806420.25;
  job->submitted_unix = 1763806421.5;
  job->asked_unix     = 1763806000.5;
  job->ended_unix     = 1763806521.125;
  job->paid           = true;
  job->automatic      = true;
  job->posts          = 2;
  job->refused        = 1;
  job->reuploads      = 1;
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    job->settings.values[i] = bl_params[i].max;
  }
  job->settings.values[BL_PORT_WEIRDNESS - BL_PORT_CONTROL_IN_FIRST] = 0.65f;
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    snprintf(job->settings.strings[i], BL_TEXT_BYTES, "string %u", i);
  }
  snprintf(job->settings.service, BL_NAME_BYTES, "studio");
  snprintf(job->settings.track, BL_NAME_BYTES, "Lead");
  job->trim = (BlTrim){ -48000, 900719925474099u, true, -3, 0.5 };
  fill_request(&job->request);
  snprintf(job->service, BL_NAME_BYTES, "sunoapi");
  snprintf(job->task_id, BL_NAME_BYTES, "b8716826954d0f4e99059167bc49d745");
  job->price         = 12.0;
  job->credits       = 671.92;
  job->task.stage    = BL_TASK_COMPLETE;
  job->task.n_tracks = 2;
  snprintf(job->task.raw_status, BL_NAME_BYTES, "SUCCESS");
  for (unsigned v = 0; v < BL_VARIANTS; ++v) {
    fill_variant(job, v);
  }
  for (unsigned e = 0; e < BL_N_EXTRAS; ++e) {
    snprintf(job->task.extra_urls[e], BL_URL_BYTES, "http://127.0.0.1/%u", e);
    snprintf(job->extras[e], BL_FILE_NAME_BYTES, "Title%s",
             bl_extras[e].ending);
  }
  job->twins = true;
  return job;
}

BlJob*
jobs_stems(void)
{
  BlJob* const job = jobs_full();
  job->refine      = BL_REFINE_STEMS;
  job->of = (BlJobSource){ 3, 1, "5c79be8e", "8551662c", 1763806421.5 };
  memset(job->task.tracks, 0, sizeof(job->task.tracks));
  memset(job->fetched, 0, sizeof(job->fetched));
  memset(job->placed, 0, sizeof(job->placed));
  job->task.n_tracks = 0;

  const unsigned slot = BL_VARIANTS + BL_PART_DRUMS;
  job->fetched[slot]  = true;
  job->placed[slot]   = true;
  job->results[slot]  = job->results[1];
  snprintf(job->task.part_urls[BL_PART_DRUMS], BL_URL_BYTES, "https://h/d.mp3");
  snprintf(job->delivered[slot], BL_FILE_NAME_BYTES, "job-1-B drums.mp3");
  snprintf(job->results[slot].path, BL_PATH_BYTES, "Title (B) drums.wav");
  return job;
}

char*
jobs_tampered(const char* const text,
              const char* const path,
              const char* const value)
{
  cJSON* const root_item = cJSON_Parse(text);
  cJSON*       at        = root_item;
  char         name[64];
  const char*  p = path;
  for (;;) {
    const size_t n = strcspn(p, ".");
    snprintf(name, sizeof(name), "%.*s", (int)n, p);
    if (!p[n]) {
      break;
    }
    at = name[0] >= '0' && name[0] <= '9' ? cJSON_GetArrayItem(at, atoi(name))
                                          : cJSON_GetObjectItem(at, name);
    assert_non_null(at);
    p += n + 1;
  }
  if (!value) {
    cJSON_DeleteItemFromObject(at, name);
  } else {
    cJSON* const item = cJSON_Parse(value);
    assert_non_null(item);
    assert_true(cJSON_ReplaceItemInObject(at, name, item));
  }
  char* const out = cJSON_PrintUnformatted(root_item);
  cJSON_Delete(root_item);
  return out;
}

void
jobs_make_root(char root[JOBS_ROOT_BYTES])
{
  char dir[BL_PATH_BYTES];
  assert_true(scratch_make(root, JOBS_ROOT_BYTES, "journal"));
  assert_int_equal(bl_path_join(dir, sizeof(dir), root, JOBS_TAKE), BL_SUCCESS);
  assert_int_equal(mkdir(dir, 0700), 0);
}

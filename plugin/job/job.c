// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/job.h"

#include <string.h>

void
bl_settings_init(BlSettings* const settings)
{
  memset(settings, 0, sizeof(*settings));
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    settings->values[i] = bl_params[i].normal;
  }
}

void
bl_job_init(BlJob* const job)
{
  memset(job, 0, sizeof(*job));
  bl_settings_init(&job->settings);
  job->price   = -1.0;
  job->credits = -1.0;
}

uint32_t
bl_job_results(const BlJob* const job)
{
  uint32_t count = 0;
  for (unsigned i = 0; i < BL_VARIANTS; ++i) {
    count += job->placed[i] ? 1u : 0u;
  }
  return count;
}

bool
bl_job_is_owed(const BlJob* const job)
{
  return job->paid && job->task_id[0];
}

void
bl_job_keep_order(const BlJob* const job, BlTaskInfo* const info)
{
  const BlTaskInfo* const known = &job->task;
  for (size_t v = 0; v < known->n_tracks && v < info->n_tracks; ++v) {
    const char* const id = known->tracks[v].id;
    for (size_t i = v + 1; *id && i < info->n_tracks; ++i) {
      if (!strcmp(info->tracks[i].id, id)) {
        const BlTaskTrack other = info->tracks[v];
        info->tracks[v]         = info->tracks[i];
        info->tracks[i]         = other;
      }
    }
  }
}

BlShown
bl_job_shown(const BlJob* const job)
{
  // A state says what is done; what is shown is what is being done
  static const BlShown shown[BL_N_JOB_STATES] = {
    [BL_JOB_CAPTURED]   = BL_SHOWN_CHECKING,
    [BL_JOB_CHECKED]    = BL_SHOWN_ENCODING,
    [BL_JOB_ENCODED]    = BL_SHOWN_UPLOADING,
    [BL_JOB_UPLOADED]   = BL_SHOWN_SUBMITTING,
    [BL_JOB_SUBMITTING] = BL_SHOWN_SUBMITTING,
    [BL_JOB_SUBMITTED]  = BL_SHOWN_WAITING,
    [BL_JOB_TEXT]       = BL_SHOWN_LISTENING,
    [BL_JOB_FIRST]      = BL_SHOWN_FIRST,
    [BL_JOB_COMPLETE]   = BL_SHOWN_FETCHING,
    [BL_JOB_FETCHED]    = BL_SHOWN_PLACING,
    [BL_JOB_PLACED]     = BL_SHOWN_DONE,
    [BL_JOB_FAILED]     = BL_SHOWN_FAILED,
    [BL_JOB_CANCELLED]  = BL_SHOWN_CANCELLED,
    [BL_JOB_UNSURE]     = BL_SHOWN_UNSURE,
  };

  return (unsigned)job->state < BL_N_JOB_STATES ? shown[job->state]
                                                : BL_SHOWN_FAILED;
}

static bool
are_same_tracks(const BlTaskTrack* const a, const BlTaskTrack* const b)
{
  for (unsigned u = 0; u < BL_COUNT(a->urls); ++u) {
    if (strcmp(a->urls[u], b->urls[u]) != 0) {
      return false;
    }
  }
  return !strcmp(a->id, b->id) && !strcmp(a->title, b->title) &&
         !strcmp(a->tags, b->tags) && !strcmp(a->model, b->model) &&
         a->ready == b->ready && !(a->duration_s < b->duration_s) &&
         !(a->duration_s > b->duration_s);
}

bool
bl_job_heard_same(const BlTaskInfo* const a, const BlTaskInfo* const b)
{
  bool same = a->stage == b->stage && a->n_tracks == b->n_tracks &&
              !strcmp(a->raw_status, b->raw_status) &&
              !strcmp(a->note, b->note);
  for (size_t t = 0; same && t < a->n_tracks; ++t) {
    same = are_same_tracks(&a->tracks[t], &b->tracks[t]);
  }
  for (size_t e = 0; same && e < BL_N_EXTRAS; ++e) {
    same = !strcmp(a->extra_urls[e], b->extra_urls[e]);
  }
  return same;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/job.h"

#include <string.h>
#include <time.h>

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

void
bl_job_stamp(BlJob* const job)
{
  const time_t now = time(NULL);
  struct tm    tm;
  if (gmtime_r(&now, &tm)) {
    (void)strftime(job->created, sizeof(job->created), "%Y-%m-%dT%H:%M:%SZ",
                   &tm);
  }
  job->asked_unix = (double)now;
}

unsigned
bl_job_part(const BlJob* const job, const unsigned slot)
{
  const unsigned main = bl_refines[job->refine].main;
  const unsigned part = slot - BL_VARIANTS;
  if (!job->refine || slot >= BL_SLOTS) {
    return BL_N_PARTS;
  }
  if (slot < BL_VARIANTS) {
    return slot == job->of.variant ? main : BL_N_PARTS;
  }

  // A WAV comes alone
  const bool alone = job->refine == BL_REFINE_WAV || part == BL_PART_WAV;
  return part == main || alone ? BL_N_PARTS : part;
}

bool
bl_job_wants(const BlJob* const job, const unsigned slot)
{
  const unsigned part = bl_job_part(job, slot);
  return job->refine ? part < BL_N_PARTS && job->task.part_urls[part][0]
                     : slot < BL_VARIANTS && (size_t)slot < job->task.n_tracks;
}

char
bl_job_letter(const BlJob* const job, const unsigned slot)
{
  return (char)('A' + (job->refine ? job->of.variant : slot));
}

const char*
bl_job_ending(const BlJob* const job, const unsigned slot)
{
  const unsigned part = bl_job_part(job, slot);
  return part < BL_N_PARTS ? bl_parts[part].ending : ".wav";
}

const char*
bl_job_next_step(const BlJob* const job, const BlStatus status)
{
  static const struct
  {
    BlStatus    status;
    const char* step;
  } steps[] = {
    { BL_NO_CREDITS, "Top up at the service's site, then ask for it again." },
    { BL_NO_KEY, "Run \"backline login\", then ask for it again." },
    { BL_AUTH, "Run \"backline login\" with a valid key, then ask for it "
               "again." },
    { BL_REFUSED, "Read its message; the result itself is kept." },
    { BL_GENERATION, "Ask for it again; it may cost again." },
    { BL_REFUNDED, "Ask for it again." },
    { BL_NOT_HERE, "Services keep results for about two weeks; yours is "
                   "kept in the take's folder." },
    { BL_CONFLICT, "Where its site shows the task, \"backline resume\" with "
                   "--task-id fetches it." },
    { BL_STALE, "If it is still wanted, run \"backline resume\" with "
                "--again." },
    { BL_UNSURE, "Look at your credits on the service's site; then "
                 "\"backline resume\" with --task-id fetches it, or with "
                 "--again sends it once more, which may cost twice." },
  };

  const bool owed = bl_job_is_owed(job);
  for (size_t i = 0; job->refine && !owed && i < BL_COUNT(steps); ++i) {
    if (steps[i].status == status) {
      return steps[i].step;
    }
  }

  if (status == BL_GENERATION && !job->paid) {
    return "Press Generate to try again."; // The local band never costs
  }

  // What Generate does is something else
  const char* const step = bl_status_last_step(status, owed);
  return job->refine && strstr(step, "Generate") ? "The result itself is kept."
                                                 : step;
}

uint32_t
bl_job_results(const BlJob* const job)
{
  uint32_t count = 0;
  for (unsigned i = 0; i < BL_SLOTS; ++i) {
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
  for (size_t p = 0; same && p < BL_N_PARTS; ++p) {
    same = !strcmp(a->part_urls[p], b->part_urls[p]);
  }
  return same;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/refine.h"

#include "job/journal.h"

#include <stdio.h>
#include <string.h>

BlStatus
bl_refine_check(const BlJob* const source,
                const BlRefine     refine,
                const unsigned     v,
                char* const        words)
{
  words[0] = '\0';
  if (source->refine || refine <= BL_REFINE_NONE ||
      (unsigned)refine >= BL_N_REFINES || v >= BL_VARIANTS) {
    snprintf(words, BL_MESSAGE_BYTES,
             "Only A or B of a job that made instrumentals can be asked for.");
    return BL_BAD_ARG;
  }
  if (!source->paid) {
    snprintf(words, BL_MESSAGE_BYTES,
             "The local band does not sing: there is no voice to take out, its "
             "results are WAV already, and stems come with \"make --stems\".");
    return BL_UNSUPPORTED;
  }
  if (!source->task_id[0] || v >= source->task.n_tracks ||
      !source->task.tracks[v].id[0]) {
    snprintf(words, BL_MESSAGE_BYTES,
             "The service has not named %c of job %u yet, so it cannot be "
             "asked for more of it.",
             'A' + (int)v, (unsigned)source->number);
    return BL_BAD_STATE;
  }
  return BL_SUCCESS;
}

void
bl_refine_fill(BlJob* const       job,
               const BlJob* const source,
               const BlRefine     refine,
               const unsigned     v)
{
  const BlTaskTrack* const track = &source->task.tracks[v];
  BlRequest* const         sent  = &job->request;

  job->refine     = refine;
  job->settings   = source->settings;
  job->trim       = source->trim;
  job->paid       = source->paid;
  job->of.job     = source->number;
  job->of.variant = v;
  job->of.made    = source->submitted_unix;
  memcpy(job->take_id, source->take_id, sizeof(job->take_id));
  memcpy(job->service, source->service, sizeof(job->service));
  memcpy(job->of.task_id, source->task_id, sizeof(job->of.task_id));
  memcpy(job->of.audio_id, track->id, sizeof(job->of.audio_id));
  memcpy(sent->title,
         source->request.title[0] ? source->request.title : track->title,
         sizeof(sent->title));
  memcpy(sent->tags, source->request.tags, sizeof(sent->tags));
  memcpy(sent->model, track->model[0] ? track->model : source->request.model,
         sizeof(sent->model));
}

static bool
is_same_wish(const BlJob* const a, const BlJob* const b)
{
  return a->number != b->number && a->refine == b->refine &&
         !strcmp(a->service, b->service) &&
         !strcmp(a->of.task_id, b->of.task_id) &&
         !strcmp(a->of.audio_id, b->of.audio_id);
}

/// The task has come to nothing: nobody has to ask for it again
static bool
is_in_vain(const BlJob* const job)
{
  return job->state == BL_JOB_FAILED &&
         (job->error == BL_GENERATION || job->error == BL_REFUNDED ||
          job->error == BL_NOT_HERE || job->error == BL_SENSITIVE ||
          job->error == BL_MATCHES_WORK || job->error == BL_SOURCE_GONE);
}

/// May the service have taken the request, though it named no task?  One that
/// was cancelled amid its POST is as unsure as any; not one whose POSTs were
/// all refused before
static bool
is_unnamed(const BlJob* const job)
{
  return !job->task_id[0] &&
         (job->state == BL_JOB_UNSURE ||
          (job->state == BL_JOB_CANCELLED && job->posts > job->refused));
}

/// Has it been asked for so that asking once more may be paid twice?
static bool
is_asked(const BlJob* const job)
{
  return bl_job_is_open(job->state) || is_unnamed(job) ||
         (job->task_id[0] && !is_in_vain(job));
}

bool
bl_refine_find(const char* const  root,
               const BlJob* const job,
               const bool         accepted,
               const BlLog* const log,
               BlJob* const       found)
{
  uint32_t numbers[BL_JOBS_MAX];
  size_t   n = bl_journal_list(root, job->take_id, numbers, BL_JOBS_MAX);
  while (n--) {
    if (numbers[n] != job->number &&
        !bl_journal_load(root, job->take_id, numbers[n], log, found) &&
        is_same_wish(job, found) &&
        (accepted ? found->task_id[0] != '\0' : is_asked(found))) {
      return true;
    }
  }
  return false;
}

void
bl_refine_tell(const BlJob* const found, char* const words)
{
  snprintf(words, BL_MESSAGE_BYTES,
           found->state == BL_JOB_PLACED
             ? "Job %u has brought it already; \"backline refine\" with "
               "--again asks once more, which may cost again."
           : is_unnamed(found)
             ? "Job %u may have been accepted and charged for: look at the "
               "service's site; \"backline resume\" with --task-id fetches "
               "it, \"backline refine\" with --again asks once more, which "
               "may cost twice."
             : "Job %u has asked for it already: \"backline resume\" goes on "
               "with that one; \"backline refine\" with --again asks once "
               "more, which may cost again.",
           (unsigned)found->number);
}

int
bl_refine_stale_days(const BlJob* const job, const double now_unix)
{
  const double age = now_unix - job->of.made;
  return job->of.made > 0.0 && age > BL_RESULT_KEEP_S && age < 1e9
           ? (int)(age / 86400.0)
           : 0;
}

void
bl_refine_done(const BlJob* const job, char* const words)
{
  const int letter = 'A' + (int)job->of.variant;
  switch (job->refine) {
    case BL_REFINE_WAV:
      snprintf(words, BL_MESSAGE_BYTES, "%c of job %u, without loss.", letter,
               (unsigned)job->of.job);
      break;
    case BL_REFINE_SEPARATE:
      snprintf(words, BL_MESSAGE_BYTES,
               "%c of job %u, with the voice taken out.", letter,
               (unsigned)job->of.job);
      break;
    case BL_REFINE_STEMS:
      snprintf(words, BL_MESSAGE_BYTES,
               "%c of job %u in %u %s, in the take's folder.", letter,
               (unsigned)job->of.job, (unsigned)bl_job_results(job),
               bl_job_results(job) == 1 ? "stem" : "stems");
      break;
    case BL_REFINE_NONE:
      words[0] = '\0';
      break;
  }
}

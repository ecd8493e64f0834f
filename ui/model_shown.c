// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model_priv.h"

#include <string.h>

/// What the list brought from elsewhere has no number
static const BlModelTake*
newest_of_session(const BlModel* const model)
{
  for (size_t i = model->n_takes; i > 0; --i) {
    if (model->takes[i - 1].msg.number > 0) {
      return &model->takes[i - 1];
    }
  }
  return NULL;
}

const BlModelTake*
bl_model_shown_take(const BlModel* const model)
{
  const BlModelTake* take =
    model->chosen[0] ? bl_model_take_of(model, model->chosen) : NULL;
  if (!take && model->status.take[0]) {
    take = bl_model_take_of(model, model->status.take);
  }
  return take ? take : newest_of_session(model);
}

const BlModelJob*
bl_model_shown_job(const BlModel* const model)
{
  const BlModelTake* const take  = bl_model_shown_take(model);
  const BlModelJob*        found = NULL;
  for (size_t i = 0; take && i < model->n_jobs; ++i) {
    const BlModelJob* const job = &model->jobs[i];
    if (job->msg.job > 0 && !strcmp(job->msg.take, take->msg.take) &&
        (!found || job->msg.job >= found->msg.job)) {
      found = job;
    }
  }
  return found;
}

// What is wrong

/// True if that sentence is a job's own
static bool
is_of_a_job(const BlModel* const model, const char* const message)
{
  for (size_t i = 0; i < model->n_jobs; ++i) {
    if (model->jobs[i].msg.job > 0 &&
        !strcmp(model->jobs[i].msg.message, message)) {
      return true;
    }
  }
  return false;
}

/// True if it says why the newest take cannot be sent, while another is meant
static bool
is_of_another_take(const BlModel* const model, const int32_t error)
{
  const BlModelTake* const newest = newest_of_session(model);
  return newest && newest->msg.verdict == error &&
         (bl_model_records(model) || newest != bl_model_shown_take(model));
}

bool
bl_model_trouble(const BlModel* const model, BlModelTrouble* const trouble)
{
  const BlModelJob* const  job    = bl_model_shown_job(model);
  const BlStatusMsg* const status = &model->status;
  const bool               runs   = job && bl_model_job_runs(job);

  // A refusal is newer than what the take's last job came to
  if (!runs && status->error && status->message[0] &&
      !is_of_a_job(model, status->message) &&
      !is_of_another_take(model, status->error)) {
    const BlModelJob* const has =
      status->error == BL_CONFLICT ? bl_model_asked_before(model) : NULL;
    *trouble =
      (BlModelTrouble){ has ? (BlShown)has->msg.shown : BL_SHOWN_FAILED,
                        (BlStatus)status->error, status->message, has };
    return true;
  }
  if (job &&
      (job->msg.shown == BL_SHOWN_FAILED || job->msg.shown == BL_SHOWN_UNSURE ||
       job->msg.shown == BL_SHOWN_CANCELLED)) {
    const BlModelJob* const has =
      job->msg.error == BL_CONFLICT ? bl_model_same_wish(model, job) : NULL;
    const BlModelJob* const own = has ? has : job;

    *trouble =
      (BlModelTrouble){ (BlShown)own->msg.shown, (BlStatus)job->msg.error,
                        job->msg.message, own };
    return true;
  }
  return false;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model_priv.h"

#include <string.h>

/// True where something of it can be dragged
static bool
has_results(const BlModelJob* const job)
{
  bool ready = false;
  for (size_t v = 0; !job->msg.of_job && v < BL_VARIANTS; ++v) {
    ready = ready || job->results[v].ready;
  }
  return ready;
}

/// True where it brought instrumentals, or is about to
static bool
is_listed(const BlModelJob* const job)
{
  return job->msg.job > 0 && !job->msg.of_job &&
         (has_results(job) || bl_model_job_runs(job));
}

const BlModelJob*
bl_model_results_of(const BlModel* const model, const size_t n)
{
  const BlModelTake* const take  = bl_model_shown_take(model);
  const BlModelJob*        found = NULL;
  for (size_t passed = 0; take && passed <= n; ++passed) {
    const BlModelJob* next = NULL;
    for (size_t i = 0; i < model->n_jobs; ++i) {
      const BlModelJob* const job = &model->jobs[i];
      if (is_listed(job) && !strcmp(job->msg.take, take->msg.take) &&
          (!found || job->msg.job > found->msg.job) &&
          (!next || job->msg.job < next->msg.job)) {
        next = job;
      }
    }
    if (!next) {
      return NULL;
    }
    found = next;
  }
  return found;
}

size_t
bl_model_results(const BlModel* const model, size_t* const at)
{
  const BlModelJob* const shown = bl_model_shown_results(model);
  const BlModelJob*       job   = NULL;
  size_t                  n     = 0;
  *at                           = 0;
  while ((job = bl_model_results_of(model, n))) {
    *at = job == shown ? n : *at;
    ++n;
  }
  return n;
}

void
bl_model_choose_results(BlModel* const model, const int32_t number)
{
  const BlModelTake* const take = bl_model_shown_take(model);
  const BlModelJob* const  job =
    take ? bl_model_job_of(model, take->msg.take, number) : NULL;
  if (job && is_listed(job)) {
    size_t       at    = 0;
    const size_t count = bl_model_results(model, &at);
    // The newest is followed: what comes after it is shown then
    model->picked = job == bl_model_results_of(model, count - 1u) ? 0 : number;
    memcpy(model->picked_of, job->msg.take, sizeof(model->picked_of));
    model->changed |= BL_CHANGED_JOBS;
  }
}

/// The one that the user has chosen; NULL where that is not shown
static const BlModelJob*
picked(const BlModel* const model)
{
  const BlModelTake* const take = bl_model_shown_take(model);
  const bool               meant =
    model->picked && take && !strcmp(take->msg.take, model->picked_of);
  const BlModelJob* const job =
    meant ? bl_model_job_of(model, model->picked_of, model->picked) : NULL;
  return job && has_results(job) ? job : NULL;
}

const BlModelJob*
bl_model_shown_results(const BlModel* const model)
{
  const BlModelJob* const last  = bl_model_shown_job(model);
  const BlModelJob*       found = last;
  const BlModelJob* const own   = picked(model);
  if (own || !last || (bl_model_job_runs(last) && !last->msg.of_job) ||
      has_results(last)) {
    return own ? own : last;
  }

  // What a later job did not bring does not take away what an earlier one did
  for (size_t i = 0; i < model->n_jobs; ++i) {
    const BlModelJob* const job = &model->jobs[i];
    if (has_results(job) && !strcmp(job->msg.take, last->msg.take) &&
        (found == last || job->msg.job > found->msg.job)) {
      found = job;
    }
  }
  return found;
}

const BlModelJob*
bl_model_told_job(const BlModel* const model)
{
  const BlModelJob* const last = bl_model_shown_job(model);
  const BlModelJob* const made = bl_model_shown_results(model);
  return last && (bl_model_job_runs(last) || last->msg.of_job == made->msg.job)
           ? last
           : made;
}

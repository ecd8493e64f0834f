// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model_priv.h"

#include <string.h>

bool
bl_model_is_of_service(const BlModel* const model, const BlModelJob* const job)
{
  const char* const local = bl_service_names[BL_SERVICE_LOCAL];
  return !strcmp(job->msg.service,
                 bl_model_is_local(model) ? local : bl_model_service(model));
}

const BlModelResult*
bl_model_refined(const BlModel* const    model,
                 const BlModelJob* const job,
                 const int               variant,
                 unsigned                n)
{
  for (size_t i = 0; i < model->n_jobs; ++i) {
    const BlModelJob* const j = &model->jobs[i];
    if (j->msg.of_job == job->msg.job && j->msg.of_variant == variant + 1 &&
        !strcmp(j->msg.take, job->msg.take) && j->results[variant].ready &&
        !n--) {
      return &j->results[variant];
    }
  }
  return NULL;
}

/// What is paid for and not here comes before all; nobody knows comes before
/// what goes by itself
static int
urgency(const BlModelJob* const job)
{
  const int32_t shown = job->msg.shown;
  if (shown == BL_SHOWN_FAILED || shown == BL_SHOWN_CANCELLED) {
    return job->msg.task[0] ? 4 : 0;
  }
  return shown == BL_SHOWN_UNSURE ? 3 : shown == BL_SHOWN_DONE ? 1 : 2;
}

/// Who has asked for that, of all that are known
static const BlModelJob*
find_wish(const BlModel* const     model,
          const BlRefineMsg* const wish,
          const BlModelJob* const  except)
{
  const BlModelJob* found = NULL;
  for (size_t i = 0; i < model->n_jobs; ++i) {
    const BlModelJob* const j = &model->jobs[i];
    if (j != except && wish->job && j->msg.of_job == wish->job &&
        j->msg.of_variant == wish->variant && j->msg.kind == wish->kind &&
        !strcmp(j->msg.take, wish->take) && j->msg.error != BL_CONFLICT &&
        (!found || urgency(j) > urgency(found) ||
         (urgency(j) == urgency(found) && j->msg.job > found->msg.job))) {
      found = j;
    }
  }
  return found;
}

const BlModelJob*
bl_model_same_wish(const BlModel* const model, const BlModelJob* const job)
{
  BlRefineMsg wish = { .job     = job->msg.of_job,
                       .variant = job->msg.of_variant,
                       .kind    = job->msg.kind };
  memcpy(wish.take, job->msg.take, sizeof(wish.take));
  return find_wish(model, &wish, job);
}

const BlModelJob*
bl_model_asked_before(const BlModel* const model)
{
  return find_wish(model, &model->asked, NULL);
}

bool
bl_model_can_refine(const BlModel* const model, const int variant)
{
  const BlModelJob* const job  = bl_model_shown_results(model);
  const BlModelJob* const last = bl_model_shown_job(model);
  return job && job->results[variant].ready && job->msg.task[0] &&
         strcmp(job->msg.service, "local") != 0 && !bl_model_job_runs(last) &&
         !bl_model_refined(model, job, variant, 0);
}

void
bl_model_refine(BlModel* const model, const int variant)
{
  const BlModelJob* const job = bl_model_shown_results(model);
  if (bl_model_can_refine(model, variant) && model->out.message) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_REFINE);
    memcpy(message.as.refine.take, job->msg.take,
           sizeof(message.as.refine.take));
    message.as.refine.job     = job->msg.job;
    message.as.refine.variant = variant + 1;
    message.as.refine.kind    = BL_KIND_NO_VOICE;
    model->asked              = message.as.refine;
    model->out.message(model->out.handle, &message);
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_S 3600.0f ///< What took longer had been interrupted

BlStatus
bl_model_init(BlModel* const model, const BlModelOut* const out)
{
  memset(model, 0, sizeof(*model));
  model->out      = *out;
  model->meter_db = BL_SILENCE_DB;
  model->hold_db  = BL_SILENCE_DB;
  model->changed  = BL_CHANGED_ALL;
  for (size_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    model->controls[i] = bl_params[i].normal;
  }

  model->takes = (BlModelTake*)calloc(BL_MODEL_TAKES, sizeof(BlModelTake));
  model->jobs  = (BlModelJob*)calloc(BL_MODEL_JOBS, sizeof(BlModelJob));
  if (!model->takes || !model->jobs) {
    bl_model_deinit(model);
    return BL_NO_MEM;
  }
  return BL_SUCCESS;
}

void
bl_model_deinit(BlModel* const model)
{
  free(model->takes);
  free(model->jobs);
  model->takes = NULL;
  model->jobs  = NULL;
}

// Finding

BlModelTake*
bl_model_take_of(const BlModel* const model, const char* const id)
{
  for (size_t i = model->n_takes; i > 0; --i) {
    if (!strcmp(model->takes[i - 1].msg.take, id)) {
      return &model->takes[i - 1];
    }
  }
  return NULL;
}

BlModelJob*
bl_model_job_of(const BlModel* const model,
                const char* const    take,
                const int32_t        job)
{
  for (size_t i = model->n_jobs; i > 0; --i) {
    BlModelJob* const j = &model->jobs[i - 1];
    if (j->msg.job == job && !strcmp(j->msg.take, take)) {
      return j;
    }
  }
  return NULL;
}

// Saying

void
bl_model_say(const BlModel* const model, const BlMessage* const message)
{
  if (model->out.message) {
    model->out.message(model->out.handle, message);
  }
}

void
bl_model_look(const BlModel* const model,
              const char* const    take,
              const int32_t        job,
              const int32_t        variant)
{
  BlMessage message;
  bl_message_init(&message, BL_MSG_LOOK);
  bl_text_copy(message.as.look.take, sizeof(message.as.look.take), take,
               (uint32_t)strlen(take));
  message.as.look.job     = job;
  message.as.look.variant = variant;
  bl_model_say(model, &message);
}

static bool
is_due(BlAskedFor* const asked, const double now)
{
  const double wait =
    fmin(ldexp(BL_ASK_AGAIN_S, (int)asked->times - 1), BL_ASK_SELDOM_S);
  if (asked->times && now - asked->at < wait) {
    return false;
  }
  asked->times += asked->times < 16u;
  asked->at = now;
  return true;
}

static bool
is_whole(const BlWave* const wave)
{
  return wave->total && wave->known >= wave->total;
}

/// True where a job of the take, or a result of one, was not heard of
static bool
lacks_jobs(const BlModel* const model, const BlTakeMsg* const take)
{
  int32_t jobs  = 0;
  bool    lacks = false;
  for (size_t i = 0; i < model->n_jobs; ++i) {
    const BlModelJob* const job = &model->jobs[i];
    if (job->msg.job > 0 && !strcmp(job->msg.take, take->take)) {
      ++jobs;
      lacks = lacks || job->msg.results >
                         (int32_t)job->results[0].ready + job->results[1].ready;
    }
  }
  return lacks || jobs < take->jobs;
}

void
bl_model_ask(BlModel* const model, const double now)
{
  const BlModelTake* const shown = bl_model_shown_take(model);
  BlModelTake* const       take =
    shown ? bl_model_take_of(model, shown->msg.take) : NULL;
  if (take && (!is_whole(&take->wave) || lacks_jobs(model, &take->msg)) &&
      is_due(&take->asked, now)) {
    bl_model_look(model, take->msg.take, 0, 0);
  }

  const BlModelJob* const made = bl_model_shown_results(model);
  BlModelJob* const       job =
    made ? bl_model_job_of(model, made->msg.take, made->msg.job) : NULL;
  for (int32_t v = 0; job && v < (int32_t)BL_VARIANTS; ++v) {
    BlModelResult* const result = &job->results[v];
    if (result->ready && !is_whole(&result->wave) &&
        is_due(&result->asked, now)) {
      bl_model_look(model, job->msg.take, job->msg.job, v + 1);
    }
  }
}

// Asking

float
bl_model_control(const BlModel* const model, const BlPort port)
{
  return model->controls[port - BL_PORT_CONTROL_IN_FIRST];
}

const char* const bl_service_names[BL_N_SERVICES] = { "", "local", "sunoapi",
                                                      "kie", "custom" };

const char*
bl_model_service(const BlModel* const model)
{
  const int choice = (int)bl_model_control(model, BL_PORT_SERVICE);
  return choice > BL_SERVICE_CONFIGURED && choice < (int)BL_N_SERVICES
           ? bl_service_names[choice]
           : model->status.configured;
}

bool
bl_model_is_local(const BlModel* const model)
{
  const char* const name = bl_model_service(model);
  return !name[0] || !strcmp(name, bl_service_names[BL_SERVICE_LOCAL]);
}

bool
bl_model_records(const BlModel* const model)
{
  return model->live.heard_at > 0.0 || model->taking;
}

bool
bl_model_has_transport(const BlModel* const model)
{
  return !model->connected || model->status.transport;
}

bool
bl_model_job_runs(const BlModelJob* const job)
{
  return job->msg.shown >= BL_SHOWN_CHECKING &&
         job->msg.shown <= BL_SHOWN_PLACING;
}

double
bl_model_elapsed(const BlModelJob* const job, const double now)
{
  const double since = now - job->heard_at;
  return (double)job->msg.elapsed +
         (bl_model_job_runs(job) && since > 0.0 ? since : 0.0);
}

static int
by_size(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

double
bl_model_usual(const BlModel* const    model,
               const BlModelJob* const job,
               bool* const             measured)
{
  float  taken[BL_MODEL_JOBS];
  size_t n = 0;
  for (size_t i = 0; i < model->n_jobs; ++i) {
    const BlJobMsg* const other = &model->jobs[i].msg;
    if (other->shown == BL_SHOWN_DONE && other->elapsed > 0.0f &&
        other->elapsed < LONGEST_S &&
        !strcmp(other->service, job->msg.service)) {
      taken[n++] = other->elapsed;
    }
  }

  *measured = n > 0;
  if (n) {
    qsort(taken, n, sizeof(taken[0]), by_size);
  }
  return n ? (double)taken[n / 2u] : fmax((double)job->msg.usual, 0.0);
}

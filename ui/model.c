// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model_priv.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
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

const BlModelJob*
bl_model_shown_results(const BlModel* const model)
{
  const BlModelJob* const last  = bl_model_shown_job(model);
  const BlModelJob*       found = last;
  if (!last || (bl_model_job_runs(last) && !last->msg.of_job) ||
      has_results(last)) {
    return last;
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

// Saying

static void
say(const BlModel* const model, const BlMessage* const message)
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
  say(model, &message);
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
  return lacks || (!jobs && take->jobs > 0);
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
    *trouble = (BlModelTrouble){ BL_SHOWN_FAILED, (BlStatus)status->error,
                                 status->message, NULL };
    return true;
  }
  if (job &&
      (job->msg.shown == BL_SHOWN_FAILED || job->msg.shown == BL_SHOWN_UNSURE ||
       job->msg.shown == BL_SHOWN_CANCELLED)) {
    *trouble =
      (BlModelTrouble){ (BlShown)job->msg.shown, (BlStatus)job->msg.error,
                        job->msg.message, job };
    return true;
  }
  return false;
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

// Doing

void
bl_model_set(BlModel* const model, const BlPort port, const float value)
{
  const size_t index = port - BL_PORT_CONTROL_IN_FIRST;
  const float  v     = bl_param_clamp(&bl_params[index], value);
  if (model->controls[index] != v) {
    model->controls[index] = v;
    model->changed |= BL_CHANGED_CONTROLS;
    if (model->out.port) {
      model->out.port(model->out.handle, port, v);
    }
  }
}

void
bl_model_set_string(BlModel* const    model,
                    const BlStringId  id,
                    const char* const text)
{
  if (strcmp(model->strings[id], text)) {
    bl_model_string(model, id, text);
    if (model->out.string) {
      model->out.string(model->out.handle, id, model->strings[id]);
    }
  }
}

void
bl_model_choose(BlModel* const model, const char* const id)
{
  const BlModelTake* const take = bl_model_take_of(model, id);
  if (!take) {
    model->chosen[0] = '\0';
    model->recall[0] = '\0';
    bl_model_set(model, BL_PORT_TAKE, 0.0f);
  } else {
    const BlModelJob* job = NULL;
    memcpy(model->chosen, take->msg.take, sizeof(model->chosen));
    memcpy(model->recall, take->msg.take, sizeof(model->recall));
    model->recalled = 0;
    if (take->msg.number > 0) {
      bl_model_set(model, BL_PORT_TAKE, (float)take->msg.number);
    } else {
      BlMessage message;
      bl_message_init(&message, BL_MSG_ADOPT);
      memcpy(message.as.adopt.take, take->msg.take,
             sizeof(message.as.adopt.take));
      say(model, &message);
    }
    job = bl_model_shown_job(model);
    bl_model_look(model, take->msg.take, job ? job->msg.job : 0, 0);
    if (job) {
      model->recall[0] = '\0'; // That look brings them
    }
  }
  model->changed |= BL_CHANGED_ALL;
}

void
bl_model_list(const BlModel* const model)
{
  BlMessage message;
  bl_message_init(&message, BL_MSG_LIST);
  say(model, &message);
}

void
bl_model_recall(const BlModel* const model)
{
  const BlModelJob* const job = bl_model_shown_results(model);
  if (job) {
    bl_model_look(model, job->msg.take, job->msg.job, 0);
  }
}

void
bl_model_generate(BlModel* const model)
{
  const BlModelTake* const take = bl_model_shown_take(model);
  if (take) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_GENERATE);
    memcpy(message.as.generate.take, take->msg.take,
           sizeof(message.as.generate.take));
    say(model, &message);
  }
}

void
bl_model_cancel(BlModel* const model)
{
  const BlModelJob* const job = bl_model_shown_job(model);
  if (job) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_CANCEL);
    memcpy(message.as.cancel.take, job->msg.take,
           sizeof(message.as.cancel.take));
    message.as.cancel.job = job->msg.job;
    say(model, &message);
  }
}

void
bl_model_resume(BlModel* const model, const bool post_again)
{
  const BlModelJob* const job = bl_model_shown_job(model);
  if (job) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_RESUME);
    memcpy(message.as.resume.take, job->msg.take,
           sizeof(message.as.resume.take));
    message.as.resume.job        = job->msg.job;
    message.as.resume.post_again = post_again;
    say(model, &message);
  }
}

void
bl_model_claim(BlModel* const model, const char* const task)
{
  const BlModelJob* const job = bl_model_shown_job(model);
  if (job) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_CLAIM);
    memcpy(message.as.claim.take, job->msg.take, sizeof(message.as.claim.take));
    message.as.claim.job = job->msg.job;
    bl_text_copy(message.as.claim.task, sizeof(message.as.claim.task), task,
                 (uint32_t)strlen(task));
    say(model, &message);
  }
}

void
bl_model_forget_clip(BlModel* const model)
{
  model->clipped = false;
  model->changed |= BL_CHANGED_METER;
}

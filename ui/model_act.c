// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model_priv.h"

#include <string.h>

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
  if (*id && !take) {
    return;
  }

  model->picked = 0;
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
      bl_model_say(model, &message);
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
  bl_model_say(model, &message);
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
    bl_model_say(model, &message);
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
    bl_model_say(model, &message);
  }
}

void
bl_model_resume(const BlModel* const    model,
                const BlModelJob* const job,
                const bool              post_again)
{
  if (job) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_RESUME);
    memcpy(message.as.resume.take, job->msg.take,
           sizeof(message.as.resume.take));
    message.as.resume.job        = job->msg.job;
    message.as.resume.post_again = post_again;
    bl_model_say(model, &message);
  }
}

void
bl_model_claim(const BlModel* const    model,
               const BlModelJob* const job,
               const char* const       task)
{
  if (job) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_CLAIM);
    memcpy(message.as.claim.take, job->msg.take, sizeof(message.as.claim.take));
    message.as.claim.job = job->msg.job;
    bl_text_copy(message.as.claim.task, sizeof(message.as.claim.task), task,
                 (uint32_t)strlen(task));
    bl_model_say(model, &message);
  }
}

void
bl_model_forget_clip(BlModel* const model)
{
  model->clipped = false;
  model->changed |= BL_CHANGED_METER;
}

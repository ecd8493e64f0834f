// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance_priv.h"

#include "base/text.h"
#include "job/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
copy_text(char* const to, const size_t size, const char* const from)
{
  bl_text_copy(to, (uint32_t)size, from, (uint32_t)strlen(from));
}

/// Stems and MIDI, as far as they are here
static void
list_beside(BlResultMsg* const msg, const BlJob* const job, const uint32_t v)
{
  size_t n = 0;
  for (unsigned e = 0; e < BL_N_EXTRAS; ++e) {
    const char* const name = job->extras[e];
    const size_t      size = strlen(name);
    if (bl_extras[e].variant == 'A' + (int)v && size &&
        n + size + 2u <= sizeof(msg->beside)) {
      if (n) {
        msg->beside[n++] = '/';
      }
      memcpy(msg->beside + n, name, size + 1u);
      n += size;
    }
  }
}

static void
fill_result(BlResultMsg* const msg, const BlJob* const job, const uint32_t v)
{
  const BlPlaced* const placed = &job->results[v];
  const char* const     heard  = job->task.tracks[v].title;

  memset(msg, 0, sizeof(*msg));
  memcpy(msg->take, job->take_id, sizeof(msg->take));
  msg->job     = (int32_t)job->number;
  msg->variant = (int32_t)v + 1;
  copy_text(msg->path, sizeof(msg->path), placed->path);
  copy_text(msg->title, sizeof(msg->title),
            heard[0] ? heard : job->request.title);
  msg->rate     = (int32_t)placed->rate;
  msg->channels = (int32_t)placed->channels;
  msg->frames   = (int64_t)placed->frames;
  msg->start    = placed->time_reference;
  msg->loudness = (float)placed->loudness_lufs;
  msg->peak     = (float)placed->peak_dbfs;
  list_beside(msg, job, v);
}

/// From asking to the end, as the journal has it; 0 while that is not known
static float
seconds_taken(const BlJob* const job)
{
  struct tm utc;
  memset(&utc, 0, sizeof(utc));
  if (job->ended_unix <= 0.0 ||
      !strptime(job->created, "%Y-%m-%dT%H:%M:%SZ", &utc)) {
    return 0.0f;
  }
  return (float)fmax(job->ended_unix - (double)timegm(&utc), 0.0);
}

/// What is known of a job as messages, without elapsed times
static void
fill_job(BlJobMsg* const    msg,
         BlResultMsg* const results,
         bool* const        ready,
         const BlJob* const job)
{
  memset(msg, 0, sizeof(*msg));
  memcpy(msg->take, job->take_id, sizeof(msg->take));
  msg->job     = (int32_t)job->number;
  msg->state   = (int32_t)job->state;
  msg->shown   = (int32_t)bl_job_shown(job);
  msg->error   = (int32_t)job->error;
  msg->price   = (float)job->price;
  msg->credits = (float)job->credits;
  msg->elapsed = seconds_taken(job);
  memcpy(msg->created, job->created, sizeof(msg->created));
  if (job->refine) {
    msg->of_job     = (int32_t)job->of.job;
    msg->of_variant = (int32_t)job->of.variant + 1;
    msg->kind       = (int32_t)job->refine;
  }
  copy_text(msg->message, sizeof(msg->message), job->message);
  copy_text(msg->service, sizeof(msg->service), job->service);
  copy_text(msg->task, sizeof(msg->task), job->task_id);
  copy_text(msg->title, sizeof(msg->title), job->request.title);
  copy_text(msg->sent_tags, sizeof(msg->sent_tags), job->request.tags);
  if (!msg->message[0] && job->error) {
    bl_instance_sentence(msg->message, sizeof(msg->message), job->error);
  }
  if (!msg->message[0] && job->state == BL_JOB_PLACED) {
    copy_text(msg->message, sizeof(msg->message), job->task.note);
  }

  for (uint32_t v = 0; v < BL_VARIANTS; ++v) {
    ready[v] = job->placed[v];
    msg->results += job->placed[v];
    if (job->placed[v]) {
      fill_result(&results[v], job, v);
    }
  }
}

static BlJobEntry*
find_locked(const BlInstance* const self, const BlJobNews* const news)
{
  const BlJob* const job = news->job;
  for (size_t i = 0; i < self->n_jobs; ++i) {
    BlJobEntry* const entry = self->jobs[i];
    if ((news->ticket && entry->ticket == news->ticket) ||
        ((uint32_t)entry->msg.job == job->number &&
         !strcmp(entry->msg.take, job->take_id))) {
      return entry;
    }
  }
  return NULL;
}

static BlJobEntry*
add_locked(BlInstance* const self)
{
  BlJobEntry* const entry = (BlJobEntry*)calloc(1, sizeof(BlJobEntry));
  if (!entry) {
    return NULL;
  }

  if (self->n_jobs == BL_JOBS_MAX) {
    free(self->jobs[0]);
    --self->n_jobs;
    for (size_t i = 0; i < self->n_jobs; ++i) {
      self->jobs[i] = self->jobs[i + 1u];
    }
  }
  self->jobs[self->n_jobs++] = entry;
  return entry;
}

const BlJobEntry*
bl_instance_focus_locked(const BlInstance* const self)
{
  const BlJobEntry* focus = NULL;
  for (size_t i = 0; i < self->n_jobs; ++i) {
    if (!focus || self->jobs[i]->order >= focus->order) {
      focus = self->jobs[i];
    }
  }
  return focus;
}

void
bl_instance_refuse_locked(BlInstance* const self,
                          const BlStatus    status,
                          const char* const message)
{
  self->refusal.order  = ++self->order;
  self->refusal.status = status;
  if (message && message[0]) {
    copy_text(self->refusal.message, sizeof(self->refusal.message), message);
  } else {
    bl_instance_sentence(self->refusal.message, sizeof(self->refusal.message),
                         status);
  }
}

/// @return true for a job that was not known before
static bool
note_locked(BlInstance* const      self,
            const BlJobNews* const news,
            bool                   fresh[BL_VARIANTS])
{
  BlJobEntry* entry = find_locked(self, news);
  const bool  added = !entry;
  if (added && !(entry = add_locked(self))) {
    return false;
  }

  const bool was_open = !added && bl_job_is_open((BlJobState)entry->msg.state);
  const bool was_ready[BL_VARIANTS] = { entry->ready[0], entry->ready[1] };
  const size_t had[BL_VARIANTS]     = { strlen(entry->results[0].beside),
                                        strlen(entry->results[1].beside) };
  fill_job(&entry->msg, entry->results, entry->ready, news->job);
  if (added || was_open != bl_job_is_open(news->job->state)) {
    entry->order = ++self->order;
  }

  entry->ticket           = news->ticket;
  entry->msg.progress     = (float)news->progress;
  entry->msg.elapsed      = (float)news->total_s;
  entry->msg.usual        = (float)news->usual_s;
  entry->msg.foreign      = news->foreign;
  entry->msg.stages.count = BL_N_JOB_STATES;
  for (size_t i = 0; i < BL_N_JOB_STATES; ++i) {
    entry->msg.stages.values[i] = (float)news->stage_s[i];
  }
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    fresh[v] = entry->ready[v] &&
               (!was_ready[v] || strlen(entry->results[v].beside) > had[v]);
  }

  memcpy(self->service, entry->msg.service, sizeof(self->service));
  if (entry->msg.credits >= 0.0f) {
    self->credits = entry->msg.credits;
  }
  bl_instance_add_take_locked(self, news->job->take_id);
  return added;
}

static void
tell_job(BlInstance* const      self,
         const BlJobNews* const news,
         const bool             fresh[BL_VARIANTS])
{
  BlMessage message;
  if (!bl_instance_is_watched(self)) {
    return;
  }

  bl_message_init(&message, BL_MSG_JOB);
  pthread_mutex_lock(&self->lock);
  const BlJobEntry* const entry = find_locked(self, news);
  if (entry) {
    message.as.job = entry->msg;
  }
  pthread_mutex_unlock(&self->lock);
  if (!entry) {
    return;
  }

  bl_instance_tell(self, &message);
  for (uint32_t v = 0; v < BL_VARIANTS; ++v) {
    if (fresh[v]) {
      bl_message_init(&message, BL_MSG_RESULT);
      fill_result(&message.as.result, news->job, v);
      bl_instance_tell(self, &message);
    }
  }
}

/// A job with what there is of its results
static void
tell_job_and_results(BlInstance* const        self,
                     const BlJobMsg* const    job,
                     const BlResultMsg* const results,
                     const bool* const        ready)
{
  BlMessage message;

  bl_message_init(&message, BL_MSG_JOB);
  message.as.job = *job;
  bl_instance_tell(self, &message);
  for (uint32_t v = 0; v < BL_VARIANTS; ++v) {
    if (ready[v]) {
      bl_message_init(&message, BL_MSG_RESULT);
      message.as.result = results[v];
      bl_instance_tell(self, &message);
    }
  }
}

bool
bl_instance_tell_entry(BlInstance* const self, const size_t index)
{
  BlJobEntry entry;

  pthread_mutex_lock(&self->lock);
  const bool found = index < self->n_jobs;
  if (found) {
    entry = *self->jobs[index];
  }
  pthread_mutex_unlock(&self->lock);
  if (found) {
    tell_job_and_results(self, &entry.msg, entry.results, entry.ready);
  }
  return found;
}

static void
tell_settings(BlInstance* const self, const BlJob* const job)
{
  const BlSettings* const from = &job->settings;
  BlMessage               message;

  bl_message_init(&message, BL_MSG_SETTINGS);
  BlSettingsMsg* const msg = &message.as.settings;
  memcpy(msg->take, job->take_id, sizeof(msg->take));
  msg->job          = (int32_t)job->number;
  msg->values.count = BL_PORT_CONTROL_IN_COUNT;
  memcpy(msg->values.values, from->values, sizeof(from->values));
  bl_text_copy(msg->title, sizeof(msg->title), from->strings[BL_STRING_TITLE],
               BL_TEXT_BYTES);
  bl_text_copy(msg->tags, sizeof(msg->tags), from->strings[BL_STRING_TAGS],
               BL_TEXT_BYTES);
  bl_text_copy(msg->negative_tags, sizeof(msg->negative_tags),
               from->strings[BL_STRING_NEGATIVE_TAGS], BL_TEXT_BYTES);
  bl_text_copy(msg->model, sizeof(msg->model), from->strings[BL_STRING_MODEL],
               BL_TEXT_BYTES);
  bl_instance_tell(self, &message);
}

void
bl_instance_tell_job(BlInstance* const  self,
                     const BlJob* const job,
                     const bool         all)
{
  BlJobMsg    msg;
  BlResultMsg results[BL_VARIANTS];
  bool        ready[BL_VARIANTS];

  fill_job(&msg, results, ready, job);
  tell_job_and_results(self, &msg, results, ready);
  if (all) {
    tell_settings(self, job);
  }
}

bool
bl_instance_tell_known_job(BlInstance* const self,
                           const char* const id,
                           const uint32_t    number)
{
  size_t index = 0;

  pthread_mutex_lock(&self->lock);
  while (index < self->n_jobs &&
         ((uint32_t)self->jobs[index]->msg.job != number ||
          strcmp(self->jobs[index]->msg.take, id) != 0)) {
    ++index;
  }
  const bool known = index < self->n_jobs;
  pthread_mutex_unlock(&self->lock);
  return known && bl_instance_tell_entry(self, index);
}

void
bl_instance_on_job(void* const handle, const BlJobNews* const news)
{
  BlInstance* const self               = (BlInstance*)handle;
  bool              fresh[BL_VARIANTS] = { false, false };
  bool              added              = false;

  pthread_mutex_lock(&self->lock);
  if (news->job->number) {
    added = note_locked(self, news, fresh);
  } else {
    bl_instance_refuse_locked(self, news->job->error, news->job->message);
  }
  pthread_mutex_unlock(&self->lock);

  bl_instance_update(self);
  tell_job(self, news, fresh);
  if (added && news->ticket) {
    bl_instance_tell_changed(self);
  }
}

bool
bl_instance_on_job_poll(void* const handle)
{
  BlInstance* const self = (BlInstance*)handle;

  const bool asked = bl_ring_read_space(self->link.commands);
  if (asked) {
    bl_instance_drain(self);
  }
  const bool changed = bl_instance_refresh(self);
  const bool watched = bl_instance_is_watched(self);
  if (bl_instance_take_overflow(self) && watched) {
    bl_chores_want_all(self->chores);
  }

  // Once more when the last window goes: its chores end there
  const bool needed =
    bl_writer_is_needed(self->capture) || watched || self->was_watched;
  self->was_watched = watched;
  if (needed) {
    bl_wake_up(self->disk_wake);
  }
  return asked || changed || needed;
}

static BlStatus
choose_take(BlInstance* const self,
            const float       number,
            char              id[BL_TAKE_ID_BYTES])
{
  BlStatus why = BL_SUCCESS;

  pthread_mutex_lock(&self->lock);
  const BlTakeEntry* const entry =
    bl_instance_find_take_locked(self, (int)number, &why);
  if (entry) {
    memcpy(id, entry->msg.take, BL_TAKE_ID_BYTES);
  } else {
    bl_instance_refuse_locked(self, why, NULL);
  }
  pthread_mutex_unlock(&self->lock);
  return entry ? BL_SUCCESS : why;
}

static void
refuse(BlInstance* const self, const BlStatus status)
{
  pthread_mutex_lock(&self->lock);
  bl_instance_refuse_locked(self, status, NULL);
  pthread_mutex_unlock(&self->lock);
}

void
bl_instance_generate(BlInstance* const  self,
                     const float* const values,
                     const char* const  take_id,
                     const bool         automatic)
{
  char id[BL_TAKE_ID_BYTES] = { 0 };
  if (self->member && bl_group_follows(self->member)) {
    return;
  }

  strncpy(id, take_id, sizeof(id) - 1u);
  const float number = values[BL_PORT_TAKE - BL_PORT_CONTROL_IN_FIRST];
  if ((!id[0] && choose_take(self, number, id)) ||
      (self->member && !bl_group_claim_job(self->member, id))) {
    bl_instance_update(self);
    return;
  }

  BlAsk* const ask = (BlAsk*)calloc(1, sizeof(BlAsk));
  if (!ask || !self->runner) {
    refuse(self, BL_NO_MEM);
    bl_instance_update(self);
    free(ask);
    return;
  }

  memcpy(ask->take_id, id, sizeof(id));
  ask->automatic = automatic;
  bl_settings_init(&ask->settings);
  memcpy(ask->settings.values, values, sizeof(ask->settings.values));
  pthread_mutex_lock(&self->lock);
  memcpy(ask->settings.strings, self->strings, sizeof(self->strings));
  self->refusal.order = 0;
  pthread_mutex_unlock(&self->lock);

  const BlStatus st = bl_runner_generate(self->runner, ask, NULL);
  if (st) {
    refuse(self, st);
  }
  bl_instance_update(self);
  free(ask);
}

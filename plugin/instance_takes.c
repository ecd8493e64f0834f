// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance_priv.h"

#include "base/thread.h"
#include "job/journal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float
decibels(const double value)
{
  return value > (double)BL_SILENCE_DB ? (float)value : BL_SILENCE_DB;
}

void
bl_instance_fill_take(BlTakeMsg* const msg, const BlTake* const take)
{
  memset(msg, 0, sizeof(*msg));
  memcpy(msg->take, take->id, sizeof(msg->take));
  memcpy(msg->name, take->name, sizeof(msg->name));
  memcpy(msg->same_as, take->same_as, sizeof(msg->same_as));
  memcpy(msg->created, take->created, sizeof(msg->created));
  msg->origin       = (int32_t)take->origin;
  msg->unfinished   = !take->finished;
  msg->rate         = (int32_t)take->rate;
  msg->channels     = (int32_t)take->channels;
  msg->frames       = (int64_t)take->frames;
  msg->has_position = take->has_position;
  msg->start        = take->start;
  msg->has_bar      = take->has_bar;
  msg->bar          = take->bar;
  msg->beat         = (float)take->beat;
  if (take->n_tempos) {
    msg->bpm           = (float)take->tempos[0].bpm;
    msg->beats_per_bar = take->tempos[0].beats_per_bar;
    msg->beat_unit     = take->tempos[0].beat_unit;
  }
  msg->dropped  = (int64_t)take->dropped;
  msg->filled   = (int64_t)take->filled;
  msg->clipped  = (int64_t)take->clipped;
  msg->invalid  = (int64_t)take->invalid;
  msg->peak     = decibels(take->peak_dbfs);
  msg->loudness = decibels(take->loudness_lufs);
  msg->verdict  = (int32_t)bl_take_judge(take);
}

static BlTakeEntry*
find_id_locked(const BlInstance* const self, const char* const id)
{
  for (size_t i = 0; i < self->n_takes; ++i) {
    if (!strcmp(self->takes[i].msg.take, id)) {
      return &self->takes[i];
    }
  }
  return NULL;
}

bool
bl_instance_add_take_locked(BlInstance* const self, const char* const id)
{
  if (find_id_locked(self, id)) {
    return true;
  }
  if (self->n_takes == BL_SESSION_TAKES) {
    return false;
  }

  // Grown by powers of two
  if (!(self->n_takes & (self->n_takes - 1u))) {
    const size_t       room = self->n_takes ? 2u * self->n_takes : 1u;
    BlTakeEntry* const grown =
      (BlTakeEntry*)realloc(self->takes, room * sizeof(BlTakeEntry));
    if (!grown) {
      return false;
    }
    self->takes = grown;
  }

  BlTakeEntry* const entry = &self->takes[self->n_takes++];
  memset(entry, 0, sizeof(*entry));
  strncpy(entry->msg.take, id, sizeof(entry->msg.take) - 1u);
  entry->msg.number  = (int32_t)self->n_takes;
  entry->msg.verdict = BL_NO_TAKE;
  bl_wake_up(self->disk_wake); // It loads what is not known yet
  return true;
}

/// Keep what is known of it; the number stays
static void
put_take_locked(BlInstance* const self, const BlTake* const take)
{
  BlTakeEntry* const entry = find_id_locked(self, take->id);
  if (entry) {
    const int32_t number = entry->msg.number;
    const int32_t jobs   = entry->msg.jobs;
    bl_instance_fill_take(&entry->msg, take);
    entry->msg.number = number;
    entry->msg.jobs   = jobs;
    entry->seconds    = bl_take_seconds(take);
    entry->asked      = true;
    entry->loaded     = true;
  }
}

static void
tell_take(BlInstance* const self, const char* const id)
{
  BlMessage message;

  bl_message_init(&message, BL_MSG_TAKE);
  pthread_mutex_lock(&self->lock);
  const BlTakeEntry* const entry = find_id_locked(self, id);
  if (entry) {
    message.as.take = entry->msg;
  }
  pthread_mutex_unlock(&self->lock);
  if (entry) {
    bl_instance_tell(self, &message);
  }
}

/// How many jobs it has, and what became of the newest
static void
fill_fate(const BlInstance* const self, BlTakeMsg* const msg)
{
  uint32_t     numbers[BL_JOBS_MAX];
  const size_t count =
    bl_journal_list(self->root, msg->take, numbers, BL_JOBS_MAX);
  BlJob* const job = count ? (BlJob*)malloc(sizeof(BlJob)) : NULL;

  msg->jobs = (int32_t)count;
  if (job && !bl_journal_load(self->root, msg->take, numbers[count - 1u],
                              &self->log, job)) {
    msg->fate    = (int32_t)bl_job_shown(job);
    msg->results = (int32_t)bl_job_results(job);
  }
  free(job);
}

void
bl_instance_tell_listed(BlInstance* const self, const BlTake* const take)
{
  BlMessage message;

  bl_message_init(&message, BL_MSG_TAKE);
  bl_instance_fill_take(&message.as.take, take);
  pthread_mutex_lock(&self->lock);
  for (size_t i = 0; i < self->n_takes; ++i) {
    if (!strcmp(self->takes[i].msg.take, take->id)) {
      message.as.take.number = self->takes[i].msg.number;
    }
  }
  pthread_mutex_unlock(&self->lock);

  fill_fate(self, &message.as.take);
  bl_instance_tell(self, &message);
}

bool
bl_instance_on_open(void* const handle, const BlTake* const take)
{
  BlInstance* const self = (BlInstance*)handle;
  if (!self->member) {
    return true;
  }
  if (!take->has_position) {
    bl_group_lead_alone(self->member);
    return true;
  }

  const bool leads = bl_group_lead_take(self->member, take->start);
  bl_instance_update(self);
  return leads;
}

void
bl_instance_on_progress(void* const                   handle,
                        const BlWriterProgress* const progress)
{
  BlInstance* const   self = (BlInstance*)handle;
  const BlTake* const take = progress->take;
  BlMessage           message;
  if (!bl_instance_is_watched(self)) {
    return;
  }

  bl_message_init(&message, BL_MSG_LIVE);
  BlLiveMsg* const live = &message.as.live;
  live->rate            = (int32_t)take->rate;
  live->channels        = (int32_t)take->channels;
  live->frames          = (int64_t)take->frames;
  live->origin          = (int32_t)take->origin;
  live->has_position    = take->has_position;
  live->start           = take->start;
  live->has_bar         = take->has_bar;
  live->bar             = take->bar;
  live->beat            = (float)take->beat;
  if (take->n_tempos) {
    live->bpm           = (float)take->tempos[0].bpm;
    live->beats_per_bar = take->tempos[0].beats_per_bar;
    live->beat_unit     = take->tempos[0].beat_unit;
  }
  live->per_second = BL_PEAKS_PER_S;
  live->first      = (int32_t)progress->first_peak;
  live->ended      = progress->ended;
  for (uint32_t i = 0; i < progress->n_peaks && i < BL_MESSAGE_PEAKS; ++i) {
    live->peaks.values[live->peaks.count++] = progress->peaks[i].min;
    live->peaks.values[live->peaks.count++] = progress->peaks[i].max;
  }
  bl_instance_tell(self, &message);
}

/// True if auto_generate may send it
static bool
is_fit_for_auto(const BlTake* const take)
{
  return !take->same_as[0] && bl_take_seconds(take) >= BL_TAKE_WARN_S &&
         bl_take_judge(take) == BL_SUCCESS;
}

/// By the number that it will have in this session
void
bl_instance_on_name(void* const       handle,
                    const char* const id,
                    char              name[BL_NAME_BYTES])
{
  BlInstance* const self = (BlInstance*)handle;

  // It is not the session's yet: nobody may find it before it is written
  pthread_mutex_lock(&self->lock);
  const BlTakeEntry* const entry = find_id_locked(self, id);
  if (entry) {
    snprintf(name, BL_NAME_BYTES, "Take %d", entry->msg.number);
  } else if (self->n_takes < BL_SESSION_TAKES) {
    snprintf(name, BL_NAME_BYTES, "Take %zu", self->n_takes + 1u);
  }
  pthread_mutex_unlock(&self->lock);
}

void
bl_instance_on_closed(void* const handle, const BlTake* const take)
{
  BlInstance* const self = (BlInstance*)handle;
  float             values[BL_PORT_CONTROL_IN_COUNT];

  pthread_mutex_lock(&self->lock);
  const bool known = bl_instance_add_take_locked(self, take->id);
  put_take_locked(self, take);
  self->take_order    = ++self->order;
  self->refusal.order = 0;
  if (!known) {
    bl_instance_refuse_locked(self, BL_BAD_STATE,
                              "This session knows no more takes than it has: "
                              "the take is kept, see \"backline takes\".");
  }
  pthread_mutex_unlock(&self->lock);

  bl_instance_update(self);
  tell_take(self, take->id);
  bl_instance_tell_changed(self);

  for (size_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    values[i] =
      atomic_load_explicit(&self->link.values[i], memory_order_relaxed);
  }
  if (values[BL_PORT_AUTO - BL_PORT_CONTROL_IN_FIRST] > 0.5f &&
      is_fit_for_auto(take)) {
    bl_instance_generate(self, values, take->id, true);
  }
}

void
bl_instance_on_measured(void* const handle, const BlTake* const take)
{
  BlInstance* const self = (BlInstance*)handle;

  pthread_mutex_lock(&self->lock);
  put_take_locked(self, take);
  pthread_mutex_unlock(&self->lock);
  bl_instance_update(self);
  tell_take(self, take->id);
}

void
bl_instance_on_error(void* const handle, const BlStatus status)
{
  BlInstance* const self = (BlInstance*)handle;

  pthread_mutex_lock(&self->lock);
  self->file_error = status;
  pthread_mutex_unlock(&self->lock);
  bl_instance_update(self);
}

bool
bl_instance_load_take(BlInstance* const self)
{
  char id[BL_TAKE_ID_BYTES] = { 0 };

  pthread_mutex_lock(&self->lock);
  for (size_t i = 0; i < self->n_takes && !id[0]; ++i) {
    if (!self->takes[i].asked) {
      memcpy(id, self->takes[i].msg.take, sizeof(id));
      self->takes[i].asked = true;
    }
  }
  pthread_mutex_unlock(&self->lock);
  if (!id[0]) {
    return false;
  }

  BlTake* const take = (BlTake*)malloc(sizeof(BlTake));
  if (take && !bl_store_load(self->root, id, take)) {
    pthread_mutex_lock(&self->lock);
    put_take_locked(self, take);
    pthread_mutex_unlock(&self->lock);
    bl_instance_update(self);
  }
  free(take);
  tell_take(self, id);
  return true;
}

const BlTakeEntry*
bl_instance_find_take_locked(const BlInstance* const self,
                             const int               number,
                             BlStatus* const         why)
{
  *why = BL_NO_TAKE;
  if (number > 0) {
    return (size_t)number <= self->n_takes ? &self->takes[number - 1] : NULL;
  }

  // The newest one's fault is what a person wants to hear of
  for (size_t i = self->n_takes; i > 0; --i) {
    const BlTakeEntry* const entry = &self->takes[i - 1u];
    if (entry->msg.verdict == BL_SUCCESS && entry->seconds >= BL_TAKE_WARN_S) {
      return entry;
    }
    if (*why == BL_NO_TAKE) {
      *why = entry->msg.verdict == BL_SUCCESS ? BL_TAKE_BRIEF
                                              : (BlStatus)entry->msg.verdict;
    }
  }
  return NULL;
}

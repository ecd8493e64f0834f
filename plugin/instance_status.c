// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance_priv.h"

#include "job/job_state.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE(self, port)                                                      \
  atomic_load_explicit(&(self)->link.values[(port)-BL_PORT_CONTROL_IN_FIRST],  \
                       memory_order_relaxed)

void
bl_instance_sentence(char* const text, const size_t size, const BlStatus status)
{
  const char* const next = bl_status_next_step(status);
  if (status) {
    snprintf(text, size, "%s.%s%s", bl_strerror(status), *next ? " " : "",
             next);
  } else if (size) {
    text[0] = '\0';
  }
}

/// What Generate would send now, and what speaks against it
static void
show_choice_locked(const BlInstance* const self, BlStatusMsg* const status)
{
  BlStatus                 why = BL_SUCCESS;
  const BlTakeEntry* const entry =
    bl_instance_find_take_locked(self, (int)VALUE(self, BL_PORT_TAKE), &why);
  if (entry) {
    memcpy(status->take, entry->msg.take, sizeof(status->take));
    status->number  = entry->msg.number;
    status->verdict = entry->msg.verdict;
  } else {
    status->verdict = (int32_t)why;
  }
}

/// Of the last take, the focused job and a refusal, the newest counts
static void
show_newest_locked(const BlInstance* const self, BlStatusMsg* const status)
{
  const BlJobEntry* const  job  = bl_instance_focus_locked(self);
  const uint64_t           jobs = job ? job->order : 0;
  const BlTakeEntry* const last =
    self->n_takes ? &self->takes[self->n_takes - 1u] : NULL;
  const bool open = job && bl_job_is_open((BlJobState)job->msg.state);

  if (self->refusal.order > self->take_order && self->refusal.order > jobs) {
    status->shown = BL_SHOWN_FAILED;
    status->error = (int32_t)self->refusal.status;
    memcpy(status->message, self->refusal.message, sizeof(status->message));
  } else if (job && (open || jobs > self->take_order)) {
    status->shown    = job->msg.shown;
    status->error    = job->msg.error;
    status->progress = job->msg.progress;
    memcpy(status->message, job->msg.message, sizeof(status->message));
  } else if (last && last->loaded) {
    status->shown = last->msg.verdict ? BL_SHOWN_IDLE : BL_SHOWN_TAKE;
    status->error = last->msg.verdict;
    bl_instance_sentence(status->message, sizeof(status->message),
                         (BlStatus)last->msg.verdict);
  }

  // Nothing can be generated until it is mended
  if (self->misconfigured.status && !open) {
    status->error = (int32_t)self->misconfigured.status;
    memcpy(status->message, self->misconfigured.message,
           sizeof(status->message));
  }

  if (self->file_error) {
    status->error = (int32_t)self->file_error;
    bl_instance_sentence(status->message, sizeof(status->message),
                         self->file_error);
  }
}

static void
show_locked(const BlInstance* const self,
            BlStatusMsg* const      status,
            BlGroupShown* const     shown)
{
  const BlJobEntry* const  job = bl_instance_focus_locked(self);
  const BlTakeEntry* const last =
    self->n_takes ? &self->takes[self->n_takes - 1u] : NULL;

  memset(status, 0, sizeof(*status));
  status->takes   = (int32_t)self->n_takes;
  status->credits = self->credits;
  status->transport =
    atomic_load_explicit(&self->link.located, memory_order_relaxed);
  memcpy(status->service, self->service, sizeof(status->service));
  memcpy(status->configured, self->configured, sizeof(status->configured));
  show_choice_locked(self, status);
  show_newest_locked(self, status);

  shown->shown        = status->shown;
  shown->error        = status->error;
  shown->progress     = status->progress;
  shown->takes        = status->takes;
  shown->credits      = status->credits;
  shown->results      = job ? job->msg.results : 0;
  shown->take_seconds = last ? (float)last->seconds : 0.0f;
  shown->take_bar =
    last && last->msg.has_bar ? (float)last->msg.bar + 1.0f : 0.0f;
}

static void
publish(BlRtLink* const link, const BlGroupShown* const shown)
{
  const memory_order relaxed = memory_order_relaxed;

  atomic_store_explicit(&link->takes, shown->takes, relaxed);
  atomic_store_explicit(&link->results, shown->results, relaxed);
  atomic_store_explicit(&link->error, shown->error, relaxed);
  atomic_store_explicit(&link->progress, shown->progress, relaxed);
  atomic_store_explicit(&link->credits, shown->credits, relaxed);
  atomic_store_explicit(&link->take_seconds, shown->take_seconds, relaxed);
  atomic_store_explicit(&link->take_bar, shown->take_bar, relaxed);
  atomic_store_explicit(&link->shown, shown->shown, relaxed);
  atomic_fetch_add_explicit(&link->published, 1u, memory_order_release);
}

/// Followers show their leader's figures, and what is wrong
static void
mirror(BlInstance* const   self,
       BlStatusMsg* const  status,
       BlGroupShown* const shown)
{
  status->followers = (int32_t)bl_group_followers(self->member);
  if (!bl_group_mirror(self->member, shown)) {
    bl_group_publish(self->member, shown);
    return;
  }

  shown->shown     = BL_SHOWN_USE_STEREO;
  shown->error     = BL_USE_STEREO;
  status->follows  = true;
  status->shown    = shown->shown;
  status->error    = shown->error;
  status->progress = shown->progress;
  bl_instance_sentence(status->message, sizeof(status->message), BL_USE_STEREO);
}

/// Compared as it is told, field by field
static bool
is_news(BlInstance* const self, const BlMessage* const message)
{
  alignas(8) uint8_t atom[BL_STATUS_BYTES];
  const uint32_t     size =
    bl_message_encode(&self->protocol, message, atom, sizeof(atom));

  pthread_mutex_lock(&self->lock);
  const bool news =
    size != self->told_bytes || memcmp(self->told, atom, size) != 0;
  memcpy(self->told, atom, size);
  self->told_bytes = size;
  pthread_mutex_unlock(&self->lock);
  return news;
}

void
bl_instance_retell(BlInstance* const self)
{
  pthread_mutex_lock(&self->lock);
  self->told_bytes = 0;
  pthread_mutex_unlock(&self->lock);
}

void
bl_instance_update(BlInstance* const self)
{
  BlMessage    message;
  BlGroupShown shown = { 0 };

  bl_message_init(&message, BL_MSG_STATUS);
  BlStatusMsg* const status = &message.as.status;
  pthread_mutex_lock(&self->update_lock);
  pthread_mutex_lock(&self->lock);
  show_locked(self, status, &shown);
  pthread_mutex_unlock(&self->lock);
  if (self->member) {
    mirror(self, status, &shown);
  }

  publish(&self->link, &shown);

  if (is_news(self, &message)) {
    bl_instance_tell(self, &message);
  }
  pthread_mutex_unlock(&self->update_lock);
}

bool
bl_instance_refresh(BlInstance* const self)
{
  const int      take  = (int)VALUE(self, BL_PORT_TAKE);
  const uint64_t group = self->member ? bl_group_changes() : 0;
  const bool     located =
    atomic_load_explicit(&self->link.located, memory_order_relaxed);
  if (take == self->seen_take && group == self->seen_group &&
      located == self->seen_located) {
    return false;
  }

  self->seen_take    = take;
  self->seen_group   = group;
  self->seen_located = located;
  bl_instance_update(self);
  return true;
}

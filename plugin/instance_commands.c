// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance_priv.h"

#include "base/text.h"
#include "base/thread.h"

#include <stdlib.h>
#include <string.h>

/// Windows send valid ids or none; both sides of a damaged one end here
static bool
is_id(const char* const id)
{
  return bl_store_id_is_valid(id);
}

static void
set_string(BlInstance* const self, const uint32_t size)
{
  uint32_t id = 0;
  char     text[BL_TEXT_BYTES];
  if (size < sizeof(id)) {
    return;
  }

  memcpy(&id, self->record, sizeof(id));
  if (id >= BL_N_STRINGS) {
    return;
  }
  bl_text_copy(text, sizeof(text), (const char*)self->record + sizeof(id),
               size - (uint32_t)sizeof(id));

  pthread_mutex_lock(&self->lock);
  const bool changed = strcmp(self->strings[id], text) != 0;
  memcpy(self->strings[id], text, sizeof(text));
  pthread_mutex_unlock(&self->lock);

  // Other windows and a host's form show it too
  if (changed) {
    bl_instance_tell_string(self, (BlStringId)id);
  }
}

static void
answer_get(BlInstance* const self, const uint32_t size)
{
  uint32_t id = BL_N_STRINGS;
  if (size >= sizeof(id)) {
    memcpy(&id, self->record, sizeof(id));
  }
  for (uint32_t i = 0; i < BL_N_STRINGS; ++i) {
    if (id == i || id >= BL_N_STRINGS) {
      bl_instance_tell_string(self, (BlStringId)i);
    }
  }
}

static void
welcome(BlInstance* const self, const BlHelloMsg* const hello)
{
  const bool news = !bl_instance_is_watched(self);

  atomic_store_explicit(&self->lease_until, bl_time_monotonic() + BL_LEASE_S,
                        memory_order_relaxed);
  if (news || hello->all) {
    bl_chores_want_all(self->chores);
  }
}

static void
generate_from_window(BlInstance* const self, const BlGenerateMsg* const msg)
{
  float values[BL_PORT_CONTROL_IN_COUNT];

  for (size_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    values[i] =
      atomic_load_explicit(&self->link.values[i], memory_order_relaxed);
  }
  if (!msg->take[0] || is_id(msg->take)) {
    bl_instance_generate(self, values, msg->take, false);
  }
}

/// The instance's own news tell what comes of it
static BlStatus
refine(BlInstance* const self, const BlRefineMsg* const msg)
{
  // Keys that are missing read as 0, and the kind 0 would be a generation
  if (!is_id(msg->take) || msg->job < 1 || msg->variant < 1 || msg->kind < 1 ||
      (self->member && bl_group_follows(self->member))) {
    return BL_BAD_FIELD;
  }

  BlAsk* const ask = (BlAsk*)calloc(1, sizeof(BlAsk));
  if (!ask) {
    return BL_NO_MEM;
  }
  memcpy(ask->take_id, msg->take, sizeof(ask->take_id));
  ask->refine       = (BlRefine)msg->kind;
  ask->of_job       = (uint32_t)msg->job;
  ask->of_variant   = (uint32_t)msg->variant - 1u;
  const BlStatus st = bl_runner_generate(self->runner, ask, NULL);
  free(ask);
  return st;
}

static void
adopt(BlInstance* const self, const BlAdoptMsg* const msg)
{
  if (!is_id(msg->take)) {
    return;
  }

  pthread_mutex_lock(&self->lock);
  bl_instance_add_take_locked(self, msg->take);
  pthread_mutex_unlock(&self->lock);
  bl_instance_update(self);
  bl_instance_tell_changed(self);
}

/// Commands that are one question to the runner
static BlStatus
ask_runner(BlInstance* const self, const BlMessage* const message)
{
  const BlResumeMsg* const resume = &message->as.resume;
  const BlCancelMsg* const cancel = &message->as.cancel;
  const BlClaimMsg* const  claim  = &message->as.claim;
  if (!self->runner) {
    return BL_BAD_STATE;
  }

  switch (message->kind) {
    case BL_MSG_CANCEL:
      return !cancel->job || is_id(cancel->take)
               ? bl_runner_cancel(self->runner, cancel->take,
                                  (uint32_t)cancel->job)
               : BL_BAD_FIELD;
    case BL_MSG_RESUME:
      return is_id(resume->take)
               ? bl_runner_resume(self->runner, resume->take,
                                  (uint32_t)resume->job, resume->post_again)
               : BL_BAD_FIELD;
    case BL_MSG_CLAIM:
      return is_id(claim->take)
               ? bl_runner_claim(self->runner, claim->take,
                                 (uint32_t)claim->job, claim->task)
               : BL_BAD_FIELD;
    case BL_MSG_REFINE:
      return refine(self, &message->as.refine);
    default:
      return BL_UNSUPPORTED;
  }
}

static void
obey(BlInstance* const self, const BlMessage* const message)
{
  switch (message->kind) {
    case BL_MSG_HELLO:
      welcome(self, &message->as.hello);
      break;
    case BL_MSG_BYE:
      atomic_store_explicit(&self->lease_until, 0.0, memory_order_relaxed);
      break;
    case BL_MSG_GENERATE:
      generate_from_window(self, &message->as.generate);
      break;
    case BL_MSG_LIST:
      bl_chores_want_list(self->chores);
      break;
    case BL_MSG_LOOK:
      if (is_id(message->as.look.take)) {
        bl_chores_want_look(self->chores, &message->as.look);
      }
      break;
    case BL_MSG_ADOPT:
      adopt(self, &message->as.adopt);
      break;
    default:
      if (ask_runner(self, message)) {
        bl_log(&self->log, BL_LOG_WARNING, "a window's request was refused");
      }
      break;
  }
}

static void
read_command(BlInstance* const self, const uint32_t size)
{
  BlMessage message;

  const LV2_Atom* const atom = (const LV2_Atom*)(const void*)self->record;
  if (!bl_message_decode(&self->protocol, atom, size, &message) &&
      bl_protocol_is_command(message.kind)) {
    obey(self, &message);
  }
}

static void
generate_from_port(BlInstance* const self, const uint32_t size)
{
  float values[BL_PORT_CONTROL_IN_COUNT];
  if (size == sizeof(values)) {
    memcpy(values, self->record, sizeof(values));
    bl_instance_generate(self, values, "", false);
  }
}

static void
obey_record(BlInstance* const self, const BlRtRecord* const record)
{
  switch (record->type) {
    case BL_RT_GENERATE:
      generate_from_port(self, record->size);
      break;
    case BL_RT_CANCEL:
      if (self->runner && bl_runner_cancel(self->runner, "", 0)) {
        bl_log(&self->log, BL_LOG_WARNING, "cancel was refused");
      }
      break;
    case BL_RT_COMMAND:
      read_command(self, record->size);
      break;
    case BL_RT_STRING:
      set_string(self, record->size);
      break;
    case BL_RT_GET:
      answer_get(self, record->size);
      break;
    default:
      break;
  }
}

void
bl_instance_drain(BlInstance* const self)
{
  BlRtRecord record = { 0, 0 };

  pthread_mutex_lock(&self->drain_lock);
  while (bl_ring_read(self->link.commands, &record, sizeof(record))) {
    if (record.size > BL_RECORD_BYTES) {
      bl_ring_skip(self->link.commands, record.size);
    } else if (bl_ring_read(self->link.commands, self->record, record.size)) {
      obey_record(self, &record);
    }
  }
  pthread_mutex_unlock(&self->drain_lock);
}

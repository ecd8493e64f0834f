// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/ear.h"

#include "base/limits.h"
#include "base/thread.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
hear_patch_set(Ear* const ear, const LV2_Atom* const atom)
{
  const BlUrids* const u     = bl_world_urids(ear->world);
  BlObjectIter         iter  = { NULL, NULL };
  LV2_URID             otype = 0;
  LV2_URID             key   = 0;
  const LV2_Atom*      value = NULL;
  if (!bl_object_begin(&iter, atom + 1, atom->size, &otype)) {
    ++ear->damaged;
    return;
  }
  if (otype == u->state_StateChanged) {
    ++ear->changed;
  }
  while (otype == u->patch_Set && bl_object_next(&iter, &key, &value)) {
    if (key == u->patch_value && value->type == u->atom_String) {
      ++ear->sets;
      bl_text_copy(ear->text, sizeof(ear->text), (const char*)(value + 1),
                   value->size);
    }
  }
}

static void
hear(void* const handle, const LV2_Atom* const atom)
{
  Ear* const       ear = (Ear*)handle;
  static BlMessage m;
  const BlStatus   st = bl_message_decode(
      &ear->protocol, atom, (uint32_t)sizeof(LV2_Atom) + atom->size, &m);
  if (st == BL_UNSUPPORTED) {
    hear_patch_set(ear, atom);
    return;
  }
  if (st || bl_protocol_is_command(m.kind)) {
    ++ear->damaged;
    return;
  }

  ++ear->count[m.kind];
  switch (m.kind) {
    case BL_MSG_STATUS:
      ear->status = m.as.status;
      break;
    case BL_MSG_TAKE:
      ear->take = m.as.take;
      break;
    case BL_MSG_LIVE:
      ear->live = m.as.live;
      ear->live_pairs += m.as.live.peaks.count / 2u;
      break;
    case BL_MSG_JOB:
      ear->job  = m.as.job;
      ear->fell = ear->fell || strstr(m.as.job.message, "No service");
      break;
    case BL_MSG_RESULT:
      ear->results[m.as.result.variant == 2] = m.as.result;
      break;
    case BL_MSG_SETTINGS:
      ear->settings = m.as.settings;
      break;
    case BL_MSG_LISTED:
      ear->listed = m.as.listed;
      break;
    case BL_MSG_PEAKS:
      memcpy(ear->peaks + 2 * m.as.peaks.first, m.as.peaks.peaks.values,
             m.as.peaks.peaks.count * sizeof(float));
      break;
    default:
      break;
  }
}

void
ear_say(const Ear* const ear, const BlMessage* const message)
{
  alignas(8) static uint8_t buffer[BL_MESSAGE_ATOM_BYTES];
  if (!bl_message_encode(&ear->protocol, message, buffer, sizeof(buffer))) {
    printf("not ok - a message of kind %d does not encode\n", message->kind);
    exit(1);
  }
  bl_host_send(ear->host, (const LV2_Atom*)(const void*)buffer);
}

void
ear_say_kind(const Ear* const ear, const BlMessageKind kind)
{
  BlMessage message;
  bl_message_init(&message, kind);
  ear_say(ear, &message);
}

bool
ear_wait(const Ear* const ear, const unsigned* const count, const unsigned n)
{
  const double end  = bl_time_monotonic() + 60.0;
  double       next = bl_time_monotonic() + BL_HELLO_S;
  while (*count < n && bl_time_monotonic() < end) {
    bl_host_idle(ear->host, 0.02);
    if (ear->count[BL_MSG_STATUS] && bl_time_monotonic() > next) {
      ear_say_kind(ear, BL_MSG_HELLO);
      next += BL_HELLO_S;
    }
  }
  return *count >= n;
}

bool
ear_init(Ear* const ear, BlWorld* const world)
{
  memset(ear, 0, sizeof(*ear));
  ear->world = world;
  return bl_protocol_map(&ear->protocol, bl_world_map(world));
}

void
ear_listen(Ear* const ear, BlHost* const host)
{
  ear_forget(ear);
  ear->host = host;
  bl_host_listen(host, hear, ear);
}

void
ear_forget(Ear* const ear)
{
  const Ear deaf = { .world    = ear->world,
                     .protocol = ear->protocol,
                     .host     = ear->host };
  *ear           = deaf;
}

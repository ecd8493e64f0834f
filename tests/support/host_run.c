// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/host_priv.h"

#include "base/thread.h"

#include <lv2/atom/util.h>

#include <string.h>
#include <time.h>

void
bl_host_position(BlHost* const               host,
                 const BlHostPosition* const position,
                 const uint32_t              at)
{
  host->has_position = true;
  host->position     = *position;
  host->position_at  = at;
}

void
bl_host_send(BlHost* const host, const LV2_Atom* const atom)
{
  const uint32_t size   = lv2_atom_total_size(atom);
  const uint32_t padded = lv2_atom_pad_size(size);
  if (host->pending_bytes + padded > BL_HOST_ATOM_BYTES / 2) {
    bl_host_abort("too many messages in a block", NULL);
  }

  memcpy(host->pending + host->pending_bytes, atom, size);
  host->pending_bytes += padded;
}

void
bl_host_set_string(BlHost* const     host,
                   const BlStringId  id,
                   const char* const text)
{
  const BlUrids* const u                           = &host->world->urids;
  char                 buffer[BL_TEXT_BYTES + 256] = { 0 };
  LV2_Atom_Forge       forge;
  LV2_Atom_Forge_Frame frame;

  lv2_atom_forge_init(&forge, &host->world->map);
  lv2_atom_forge_set_buffer(&forge, (uint8_t*)buffer, sizeof(buffer));
  lv2_atom_forge_object(&forge, &frame, 0, u->patch_Set);
  lv2_atom_forge_key(&forge, u->patch_property);
  lv2_atom_forge_urid(&forge, u->bl_strings[id]);
  lv2_atom_forge_key(&forge, u->patch_value);
  lv2_atom_forge_string(&forge, text, (uint32_t)strlen(text));
  lv2_atom_forge_pop(&forge, &frame);
  bl_host_send(host, (const LV2_Atom*)(const void*)buffer);
}

static void
forge_position(BlHost* const host)
{
  LV2_Atom_Forge* const       forge = &host->forge;
  const BlUrids* const        u     = &host->world->urids;
  const BlHostPosition* const p     = &host->position;
  LV2_Atom_Forge_Frame        frame;

  lv2_atom_forge_frame_time(forge, host->position_at);
  const LV2_Atom_Forge_Ref object =
    lv2_atom_forge_object(forge, &frame, 0, u->time_Position);
  if (host->setup.blank) {
    lv2_atom_forge_deref(forge, object)->type = u->atom_Blank;
  }
  lv2_atom_forge_key(forge, u->time_frame);
  lv2_atom_forge_long(forge, p->frame);
  lv2_atom_forge_key(forge, u->time_speed);
  lv2_atom_forge_float(forge, (float)p->speed);
  if (p->bpm > 0.0) {
    lv2_atom_forge_key(forge, u->time_barBeat);
    lv2_atom_forge_float(forge, (float)p->bar_beat);
    lv2_atom_forge_key(forge, u->time_bar);
    lv2_atom_forge_long(forge, p->bar);
    lv2_atom_forge_key(forge, u->time_beatUnit);
    lv2_atom_forge_int(forge, p->beat_unit ? p->beat_unit : 4);
    lv2_atom_forge_key(forge, u->time_beatsPerBar);
    lv2_atom_forge_float(forge, p->beats_per_bar > 0.0 ? (float)p->beats_per_bar
                                                       : 4.0f);
    lv2_atom_forge_key(forge, u->time_beatsPerMinute);
    lv2_atom_forge_float(forge, (float)p->bpm);
  }
  lv2_atom_forge_pop(forge, &frame);
}

static void
write_control(BlHost* const host, const uint32_t n_frames)
{
  LV2_Atom_Forge* const forge = &host->forge;
  LV2_Atom_Forge_Frame  sequence;

  lv2_atom_forge_set_buffer(forge, (uint8_t*)host->control, BL_HOST_ATOM_BYTES);
  lv2_atom_forge_sequence_head(forge, &sequence, 0);
  if (host->has_position) {
    forge_position(host);
  }

  for (uint32_t i = 0; i < host->pending_bytes;) {
    const LV2_Atom* const atom =
      (const LV2_Atom*)(const void*)(host->pending + i);
    lv2_atom_forge_frame_time(forge, n_frames ? n_frames - 1 : 0);
    lv2_atom_forge_write(forge, atom, lv2_atom_total_size(atom));
    i += lv2_atom_pad_size(lv2_atom_total_size(atom));
  }
  lv2_atom_forge_pop(forge, &sequence);
  host->has_position  = false;
  host->pending_bytes = 0;
}

static void
read_notify(BlHost* const host)
{
  const LV2_Atom_Sequence* const sequence =
    (const LV2_Atom_Sequence*)(const void*)host->notify;
  if (sequence->atom.type != host->world->urids.atom_Sequence) {
    bl_host_abort("no sequence on the notify port", NULL);
  }
  if (sizeof(LV2_Atom) + sequence->atom.size > host->notify_bytes) {
    bl_host_abort("notify port written beyond its capacity", NULL);
  }

  int64_t last = 0;
  LV2_ATOM_SEQUENCE_FOREACH(sequence, event)
  {
    if (event->time.frames < last) {
      bl_host_abort("events out of order", NULL);
    }
    last = event->time.frames;
    if (host->listener) {
      host->listener(host->handle, &event->body);
    }
  }
}

void
bl_host_listen(BlHost* const        host,
               const BlHostListener listener,
               void* const          handle)
{
  host->listener = listener;
  host->handle   = handle;
}

void
bl_host_set_notify_bytes(BlHost* const host, const uint32_t bytes)
{
  host->notify_bytes = bytes;
}

static void
write_inputs(BlHost* const host, const uint32_t n_frames)
{
  if (n_frames > BL_HOST_BLOCK_MAX) {
    bl_host_abort("block too long", NULL);
  }

  write_control(host, n_frames);
  LV2_Atom* const notify = (LV2_Atom*)(void*)host->notify;
  notify->type           = host->world->urids.atom_Chunk;
  notify->size           = host->notify_bytes - (uint32_t)sizeof(LV2_Atom);
  for (uint32_t i = BL_PORT_CONTROL_IN_FIRST; i < BL_PORT_STATUS; ++i) {
    host->ports[i] =
      atomic_load_explicit(&host->values[i], memory_order_relaxed);
  }
}

static void
read_outputs(BlHost* const host)
{
  for (uint32_t i = BL_PORT_CONTROL_OUT_FIRST; i < BL_PORT_AUDIO; ++i) {
    atomic_store_explicit(&host->values[i], host->ports[i],
                          memory_order_relaxed);
  }
  read_notify(host);
}

void
bl_host_run(BlHost* const host, const uint32_t n_frames)
{
  write_inputs(host, n_frames);
  lilv_instance_run(host->instance, n_frames);
  read_outputs(host);
}

BlHostTime
bl_host_run_timed(BlHost* const host, const uint32_t n_frames)
{
  write_inputs(host, n_frames);
  const double first  = bl_time_monotonic();
  const double before = bl_time_monotonic();
  lilv_instance_run(host->instance, n_frames);
  const double     after = bl_time_monotonic();
  const BlHostTime time  = { after - before, before - first };
  read_outputs(host);
  return time;
}

static void
run_silence(BlHost* const host, const uint32_t n_frames)
{
  for (uint32_t c = 0; c < host->channels; ++c) {
    memset(host->audio[c], 0, n_frames * sizeof(float));
  }
  bl_host_run(host, n_frames);
}

void
bl_host_play(BlHost* const               host,
             const BlHostPosition* const from,
             const float* const* const   audio,
             const size_t                frames,
             const uint32_t              block)
{
  bl_host_position(host, from, 0);
  for (size_t i = 0; i < frames;) {
    const size_t   left = frames - i;
    const uint32_t n    = left < block ? (uint32_t)left : block;
    for (uint32_t c = 0; c < host->channels; ++c) {
      memcpy(host->audio[c], audio[c] + i, n * sizeof(float));
    }
    bl_host_run(host, n);
    i += n;
  }

  BlHostPosition stop = *from;
  stop.frame += (int64_t)frames;
  stop.speed = 0.0;
  bl_host_position(host, &stop, 0);
  run_silence(host, block);
}

static void
sleep_block(const BlHost* const host, const uint32_t n_frames)
{
  const double          s  = n_frames / host->setup.rate;
  const struct timespec ts = { (time_t)s,
                               (long)(1e9 * (s - (double)(time_t)s)) };
  nanosleep(&ts, NULL);
}

bool
bl_host_wait(BlHost* const     host,
             const char* const symbol,
             const float       value,
             const double      seconds)
{
  const uint32_t port = bl_host_port(host, symbol);
  const double   end  = bl_time_monotonic() + seconds;
  for (;;) {
    run_silence(host, 256);
    if (host->values[port] >= value) {
      return true;
    }
    if (bl_time_monotonic() > end) {
      return false;
    }
    sleep_block(host, 256);
  }
}

void
bl_host_idle(BlHost* const host, const double seconds)
{
  const double end = bl_time_monotonic() + seconds;
  do {
    run_silence(host, 256);
    sleep_block(host, 256);
  } while (bl_time_monotonic() < end);
}

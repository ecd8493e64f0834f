// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/control.h"

#include <stddef.h>
#include <string.h>

void
bl_control_post(BlRtLink* const      link,
                const BlRtRecordType type,
                const void* const    first,
                const uint32_t       first_size,
                const void* const    second,
                const uint32_t       second_size)
{
  const BlRtRecord  head = { (uint32_t)type, first_size + second_size };
  BlRingTransaction tx   = bl_ring_begin_write(link->commands);

  if (bl_ring_amend_write(link->commands, &tx, &head, sizeof(head)) ||
      (first_size &&
       bl_ring_amend_write(link->commands, &tx, first, first_size)) ||
      (second_size &&
       bl_ring_amend_write(link->commands, &tx, second, second_size))) {
    atomic_fetch_add_explicit(&link->lost, 1u, memory_order_relaxed);
    return;
  }
  bl_ring_commit_write(link->commands, &tx);
}

/// Any of LV2's numbers; false for what is none, or not finite
static bool
read_number(const BlUrids* const  urids,
            const LV2_Atom* const value,
            double* const         number)
{
  const void* const body = value + 1;
  if (value->type == urids->atom_Float && value->size == sizeof(float)) {
    float f = 0.0f;
    memcpy(&f, body, sizeof(f));
    *number = (double)f;
  } else if (value->type == urids->atom_Long &&
             value->size == sizeof(int64_t)) {
    int64_t l = 0;
    memcpy(&l, body, sizeof(l));
    *number = (double)l;
  } else if (value->type == urids->atom_Int && value->size == sizeof(int32_t)) {
    int32_t i = 0;
    memcpy(&i, body, sizeof(i));
    *number = i;
  } else if (value->type == urids->atom_Double &&
             value->size == sizeof(double)) {
    memcpy(number, body, sizeof(*number));
  } else {
    return false;
  }
  return *number - *number == 0.0;
}

/// Frames and bars: nothing that a session reaches, and safe to add to
#define LONG_MOST 4503599627370496.0

static bool
is_within(const double number, const double most)
{
  return number >= -most && number <= most;
}

static void
read_time_field(const BlUrids* const urids,
                const LV2_URID       key,
                const double         v,
                BlTimeEvent* const   event)
{
  if (key == urids->time_frame && is_within(v, LONG_MOST)) {
    event->frame = (int64_t)v;
    event->has |= BL_TIME_FRAME;
  } else if (key == urids->time_speed && is_within(v, 1e6)) {
    event->speed = v;
    event->has |= BL_TIME_SPEED;
  } else if (key == urids->time_bar && is_within(v, LONG_MOST)) {
    event->bar = (int64_t)v;
    event->has |= BL_TIME_BAR;
  } else if (key == urids->time_barBeat && v >= 0.0 && v <= 1e6) {
    event->bar_beat = v;
    event->has |= BL_TIME_BEAT;
  } else if (key == urids->time_beatsPerMinute && v > 0.0 && v <= 1e6) {
    event->bpm = v;
    event->has |= BL_TIME_BPM;
  } else if (key == urids->time_beatsPerBar && v > 0.0 && v <= 1e4) {
    event->beats_per_bar = v;
    event->has |= BL_TIME_METER;
  } else if (key == urids->time_beatUnit && v >= 1.0 && v <= 1024.0) {
    event->beat_unit = (int32_t)v;
    event->has |= BL_TIME_UNIT;
  }
}

static void
read_position(const BlUrids* const  urids,
              BlObjectIter          iter,
              const uint32_t        offset,
              BlControlTimes* const times)
{
  // Where there are too many, the last one counts
  const uint32_t last = times->n_events < BL_TIME_EVENTS_MAX
                          ? times->n_events
                          : BL_TIME_EVENTS_MAX - 1u;

  BlTimeEvent* const event = &times->events[last];
  LV2_URID           key   = 0;
  const LV2_Atom*    value = NULL;
  double             v     = 0.0;

  event->offset = offset;
  event->has    = 0;
  while (bl_object_next(&iter, &key, &value)) {
    if (read_number(urids, value, &v)) {
      read_time_field(urids, key, v, event);
    }
  }
  if (event->has) {
    times->n_events = last + 1u;
  }
}

static uint32_t
find_string(const BlUrids* const urids, const LV2_URID property)
{
  for (uint32_t i = 0; property && i < BL_N_STRINGS; ++i) {
    if (urids->bl_strings[i] == property) {
      return i;
    }
  }
  return BL_N_STRINGS;
}

static void
post_string(const BlUrids* const  urids,
            const LV2_URID        property,
            const LV2_Atom* const value,
            BlRtLink* const       link)
{
  const uint32_t id = find_string(urids, property);
  if (id < BL_N_STRINGS && value->type == urids->atom_String &&
      value->size <= BL_TEXT_BYTES) {
    bl_control_post(link, BL_RT_STRING, &id, sizeof(id), value + 1,
                    value->size);
  }
}

static LV2_URID
read_urid(const BlUrids* const urids, const LV2_Atom* const value)
{
  LV2_URID urid = 0;
  if (value->type == urids->atom_URID && value->size == sizeof(urid)) {
    memcpy(&urid, value + 1, sizeof(urid));
  }
  return urid;
}

static void
read_patch_set(const BlUrids* const urids, BlObjectIter iter, BlRtLink* link)
{
  LV2_URID        property = 0;
  LV2_URID        key      = 0;
  const LV2_Atom* value    = NULL;
  const LV2_Atom* set      = NULL;

  while (bl_object_next(&iter, &key, &value)) {
    if (key == urids->patch_property) {
      property = read_urid(urids, value);
    } else if (key == urids->patch_value) {
      set = value;
    }
  }
  if (property && set) {
    post_string(urids, property, set, link);
  }
}

static void
read_patch_put(const BlUrids* const urids,
               BlObjectIter         iter,
               BlRtLink* const      link)
{
  LV2_URID        key   = 0;
  LV2_URID        otype = 0;
  const LV2_Atom* value = NULL;
  BlObjectIter    body  = { NULL, NULL };

  while (bl_object_next(&iter, &key, &value)) {
    if (key != urids->patch_body ||
        (value->type != urids->atom_Object &&
         value->type != urids->atom_Blank) ||
        !bl_object_begin(&body, value + 1, value->size, &otype)) {
      continue;
    }
    while (bl_object_next(&body, &key, &value)) {
      post_string(urids, key, value, link);
    }
  }
}

static void
read_patch_get(const BlUrids* const urids,
               BlObjectIter         iter,
               BlRtLink* const      link)
{
  uint32_t        id    = BL_N_STRINGS;
  LV2_URID        key   = 0;
  const LV2_Atom* value = NULL;

  while (bl_object_next(&iter, &key, &value)) {
    if (key == urids->patch_property) {
      id = find_string(urids, read_urid(urids, value));
      if (id == BL_N_STRINGS) {
        return;
      }
    }
  }
  bl_control_post(link, BL_RT_GET, &id, sizeof(id), NULL, 0);
}

static void
read_object(const LV2_Atom* const   atom,
            const uint32_t          offset,
            const BlUrids* const    urids,
            const BlProtocol* const protocol,
            BlRtLink* const         link,
            BlControlTimes* const   times)
{
  BlObjectIter iter  = { NULL, NULL };
  LV2_URID     otype = 0;
  if ((atom->type != urids->atom_Object && atom->type != urids->atom_Blank) ||
      !bl_object_begin(&iter, atom + 1, atom->size, &otype)) {
    return;
  }

  if (otype == urids->time_Position) {
    read_position(urids, iter, offset, times);
  } else if (otype == urids->patch_Set) {
    read_patch_set(urids, iter, link);
  } else if (otype == urids->patch_Put) {
    read_patch_put(urids, iter, link);
  } else if (otype == urids->patch_Get) {
    read_patch_get(urids, iter, link);
  } else if (bl_protocol_is_command(bl_protocol_kind(protocol, otype)) &&
             atom->size <= BL_COMMAND_ATOM_BYTES) {
    bl_control_post(link, BL_RT_COMMAND, atom, sizeof(LV2_Atom), atom + 1,
                    atom->size);
  }
}

void
bl_control_read(const LV2_Atom_Sequence* const sequence,
                const BlUrids* const           urids,
                const BlProtocol* const        protocol,
                const uint32_t                 n_frames,
                BlRtLink* const                link,
                BlControlTimes* const          times)
{
  times->n_events = 0;
  if (!sequence || sequence->atom.type != urids->atom_Sequence ||
      sequence->atom.size < sizeof(LV2_Atom_Sequence_Body)) {
    return;
  }

  const uint8_t* next = (const uint8_t*)(sequence + 1);
  size_t         left = sequence->atom.size - sizeof(LV2_Atom_Sequence_Body);
  uint32_t       last = 0;

  while (left >= sizeof(LV2_Atom_Event)) {
    const LV2_Atom_Event* const event =
      (const LV2_Atom_Event*)(const void*)next;
    const size_t size = sizeof(LV2_Atom_Event) + (size_t)event->body.size;
    if (size > left) {
      return;
    }

    // Hosts have sent times that go back or lie behind the block
    const int64_t at = event->time.frames;
    last = at < last ? last : at > (int64_t)n_frames ? n_frames : (uint32_t)at;
    read_object(&event->body, last, urids, protocol, link, times);

    const size_t step = (size + 7u) & ~(size_t)7u;
    next += step;
    left = step < left ? left - step : 0;
  }
}

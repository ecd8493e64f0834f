// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/rest.h"

#include "base/samples.h"

#include <stddef.h>

/// A control input moved, or a sequence has events
static bool
is_told(const BlRt* const rt)
{
  const LV2_Atom_Sequence* const sequence =
    (const LV2_Atom_Sequence*)rt->ports[BL_PORT_CONTROL];
  if (sequence && sequence->atom.size > sizeof(LV2_Atom_Sequence_Body)) {
    return true;
  }

  for (uint32_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    if (!(*(const float*)rt->ports[BL_PORT_CONTROL_IN_FIRST + i] ==
          rt->raw[i])) {
      return true;
    }
  }
  return false;
}

/// Connected, and in place only with itself
static bool
is_plain(const BlRt* const rt)
{
  void* const* const in  = rt->ports + BL_PORT_AUDIO;
  void* const* const out = in + rt->channels;
  return in[0] && out[0] &&
         (rt->channels == 1u || (in[1] && out[1] && out[0] != in[1]));
}

static void
pass(BlRt* const rt, const uint32_t n_frames)
{
  float peak = 0.0f;
  for (uint32_t c = 0; c < rt->channels; ++c) {
    const float one =
      bl_samples_pass((float*)rt->ports[BL_PORT_AUDIO + rt->channels + c],
                      (const float*)rt->ports[BL_PORT_AUDIO + c], n_frames);
    peak = one > peak ? one : peak;
  }
  rt->shown[BL_PORT_LEVEL - BL_PORT_CONTROL_OUT_FIRST] =
    bl_level_run(&rt->level, rt->rate, peak, n_frames);
  if (peak > atomic_load_explicit(&rt->link->peak, memory_order_relaxed)) {
    atomic_store_explicit(&rt->link->peak, peak, memory_order_relaxed);
  }
}

static void
write_outputs(const BlRt* const rt)
{
  for (uint32_t i = 0; i < BL_PORT_CONTROL_OUT_COUNT; ++i) {
    *(float*)rt->ports[BL_PORT_CONTROL_OUT_FIRST + i] = rt->shown[i];
  }

  LV2_Atom_Sequence* const notify =
    (LV2_Atom_Sequence*)rt->ports[BL_PORT_NOTIFY];
  if (notify && notify->atom.size >= sizeof(LV2_Atom_Sequence_Body)) {
    notify->atom.type = rt->sequence;
    notify->atom.size = sizeof(LV2_Atom_Sequence_Body);
    notify->body.unit = 0;
    notify->body.pad  = 0;
  }
}

BL_HOT bool
bl_rt_rest(BlRt* const rt, const uint32_t n_frames)
{
  if (!rt->still ||
      atomic_load_explicit(&rt->link->published, memory_order_relaxed) !=
        rt->published ||
      is_told(rt) || !is_plain(rt)) {
    return false;
  }

  pass(rt, n_frames);
  write_outputs(rt);
  return true;
}

bool
bl_rt_is_still(const BlRt* const rt, const bool rests, const bool drained)
{
  if (!rests || !drained || rt->changed || rt->capture.transport.speed != 0.0) {
    return false;
  }
  for (uint32_t i = BL_PORT_ENABLED; i < BL_PORT_AUDIO; ++i) {
    if (!rt->ports[i]) {
      return false;
    }
  }
  return true;
}

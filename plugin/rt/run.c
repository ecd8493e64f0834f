// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/run.h"

#include <lv2/atom/atom.h>

#include <string.h>

void
bl_rt_connect(BlRt* const rt, const uint32_t port, void* const data)
{
  if (port < BL_PORT_AUDIO + 2 * rt->channels) {
    rt->ports[port] = data;
  }
}

static void
pass_audio(BlRt* const rt, const uint32_t n_frames)
{
  for (uint32_t c = 0; c < rt->channels; ++c) {
    const float* const in = (const float*)rt->ports[BL_PORT_AUDIO + c];
    float* const out      = (float*)rt->ports[BL_PORT_AUDIO + rt->channels + c];
    if (in && out && in != out) {
      memmove(out, in, n_frames * sizeof(float));
    }
  }
}

void
bl_rt_run(BlRt* const rt, const uint32_t n_frames)
{
  LV2_Atom_Sequence* const notify =
    (LV2_Atom_Sequence*)rt->ports[BL_PORT_NOTIFY];
  if (notify) {
    notify->atom.size = sizeof(LV2_Atom_Sequence_Body);
  }
  pass_audio(rt, n_frames);
}

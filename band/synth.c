// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "synth.h"

#include "desk.h"
#include "strokes.h"

#include <stdlib.h>

struct BlSynthImpl
{
  BlFont*           font;
  fluid_settings_t* settings;
  fluid_synth_t*    synth;
  BlStrokes         strokes;
  BlDesk            desk;
};

BlStatus
bl_synth_new(const BlScore* const   score,
             const unsigned         share,
             const unsigned         voices,
             const BlAttacks* const attacks,
             BlFont* const          font,
             const uint32_t         rate,
             BlSynth** const        synth)
{
  BlSynth* const self = (BlSynth*)calloc(1, sizeof(BlSynth));
  BlStatus       st   = BL_NO_MEM;
  *synth              = NULL;
  if (!self) {
    return BL_NO_MEM;
  }

  self->font     = font;
  self->settings = bl_desk_settings(rate, voices, true);
  if (self->settings) {
    st = bl_font_open(font, self->settings, &self->synth);
  }
  for (unsigned p = 0; p < BL_N_PARTS && !st; ++p) {
    if (score->parts[p].used && (share & (3u << (2u * p)))) {
      st = bl_desk_set_part(font, self->synth, &score->parts[p],
                            score->tuning_cents);
    }
  }
  bl_desk_init(&self->desk, score, rate);
  st = st ? st : bl_strokes_plan(score, share, attacks, rate, &self->strokes);

  if (st) {
    bl_synth_free(self);
  } else {
    *synth = self;
  }
  return st;
}

BlStatus
bl_synth_render(BlSynth* const self, float* const out, const size_t frames)
{
  BlStatus st = BL_SUCCESS;
  for (size_t done = 0; done < frames && !st;) {
    const size_t left = frames - done;
    const size_t n =
      bl_strokes_play(&self->strokes, self->synth,
                      left < BL_DESK_FRAMES ? left : BL_DESK_FRAMES);
    st = bl_desk_play(&self->desk, self->synth, n);
    bl_desk_mix(&self->desk, out + 2u * done, n);
    done += n;
  }
  return st;
}

void
bl_synth_free(BlSynth* const self)
{
  if (self) {
    bl_font_close(self->font, self->synth);
    delete_fluid_settings(self->settings);
    bl_strokes_deinit(&self->strokes);
    free(self);
  }
}

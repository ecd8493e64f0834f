// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "synth.h"

#include "desk.h"
#include "strokes.h"

#include <math.h>
#include <stdlib.h>

#define SHORTEST (-12000.0f) ///< Timecents

/// A voice whose key is up
typedef struct
{
  const fluid_voice_t* voice;
  unsigned             id; ///< Of the note that it plays
  uint64_t             up; ///< Frame at which it was found so
} Tail;

struct BlSynthImpl
{
  BlFont*           font;
  fluid_settings_t* settings;
  fluid_synth_t*    synth;
  BlStrokes         strokes;
  BlRoom*           room;
  BlDesk            desk;
  uint32_t          rate;
  size_t            n_tails;
  Tail              tails[BL_SYNTH_VOICES];
};

/// Drums are one part with a send for each: the mean of their strokes
static void
set_sends(BlSynth* const         self,
          const BlScore* const   score,
          const BlAttacks* const attacks)
{
  double drums = 0.0;
  size_t n     = 0;
  for (size_t i = 0; i < score->n; ++i) {
    if (score->events[i].part == BL_PART_DRUMS) {
      drums += attacks->drum[score->events[i].key].send;
      ++n;
    }
  }
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    const double send = p != BL_PART_DRUMS ? attacks->part[p].send
                        : n                ? drums / (double)n
                                           : 0.0;
    bl_desk_set_send(&self->desk, p, send, score->parts[p].reverb);
  }
}

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
  self->rate     = rate;
  self->settings = bl_desk_settings(rate, voices);
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
  self->room = self->desk.room = bl_room_new(rate);
  st                           = self->room ? st : BL_NO_MEM;
  set_sends(self, score, attacks);
  st = st ? st : bl_strokes_plan(score, share, attacks, rate, &self->strokes);

  if (st) {
    bl_synth_free(self);
  } else {
    *synth = self;
  }
  return st;
}

/// When a voice's key was found to be up
static uint64_t
find_up(BlSynth* const self, const fluid_voice_t* const voice)
{
  const unsigned id = fluid_voice_get_id(voice);
  size_t         i  = 0;
  while (i < self->n_tails && self->tails[i].voice != voice) {
    ++i;
  }
  if (i == self->n_tails) {
    self->tails[self->n_tails++] = (Tail){ voice, id + 1u, 0 };
  }
  if (self->tails[i].id != id) {
    self->tails[i] = (Tail){ voice, id, self->strokes.position };
  }
  return self->tails[i].up;
}

/// Half of all voices are tails that nobody hears under the music
static void
drop_tails(BlSynth* const self)
{
  fluid_voice_t* voices[BL_SYNTH_VOICES + 1u];
  fluid_synth_get_voicelist(self->synth, voices, (int)BL_COUNT(voices), -1);
  for (size_t i = 0; i < BL_SYNTH_VOICES && voices[i]; ++i) {
    fluid_voice_t* const voice = voices[i];
    if (!fluid_voice_is_on(voice)) {
      const uint64_t age = self->strokes.position - find_up(self, voice);
      const double   release =
        exp2(fluid_voice_gen_get(voice, GEN_VOLENVRELEASE) / 1200.0);
      if ((double)age > BL_SYNTH_TAIL * release * self->rate) {
        fluid_voice_gen_set(voice, GEN_VOLENVRELEASE, SHORTEST);
        fluid_voice_update_param(voice, GEN_VOLENVRELEASE);
      }
    }
  }
}

BlStatus
bl_synth_render(BlSynth* const self, float* const out, const size_t frames)
{
  BlStatus st = BL_SUCCESS;
  drop_tails(self);
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
    bl_room_free(self->room);
    delete_fluid_settings(self->settings);
    bl_strokes_deinit(&self->strokes);
    free(self);
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "synth.h"

#include <fluidsynth.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define QUANTUM 64u ///< Frames; FluidSynth's own block
#define ATTACK_MOST_S 0.070
#define ATTACK_TEST_S 0.5
#define ATTACK_KEY 55

/// A key goes down or up
typedef struct
{
  uint64_t      frame;
  uint32_t      event; ///< Index in the score
  unsigned char channel;
  unsigned char key;
  unsigned char velocity; ///< 0 = up
} Stroke;

struct BlSynthImpl
{
  fluid_settings_t* settings;
  fluid_synth_t*    synth;
  uint32_t          rate;
  double            early[BL_N_PARTS]; ///< Seconds to send a part early
  size_t            n;
  size_t            next;
  Stroke*           strokes;
  uint64_t          position; ///< Frames rendered
};

static fluid_settings_t*
make_settings(const uint32_t rate, const bool effects)
{
  fluid_settings_t* const s = new_fluid_settings();
  if (s) {
    fluid_settings_setnum(s, "synth.sample-rate", rate);
    fluid_settings_setint(s, "synth.cpu-cores", 1);
    fluid_settings_setint(s, "synth.lock-memory", 0);
    fluid_settings_setint(s, "synth.polyphony", 192);
    fluid_settings_setint(s, "synth.dynamic-sample-loading", 1);
    fluid_settings_setint(s, "synth.reverb.active", effects);
    fluid_settings_setint(s, "synth.chorus.active", effects);
    fluid_settings_setnum(s, "synth.reverb.room-size", 0.55);
    fluid_settings_setnum(s, "synth.reverb.damp", 0.35);
    fluid_settings_setnum(s, "synth.reverb.width", 0.9);
    fluid_settings_setnum(s, "synth.reverb.level", 0.55);
    fluid_settings_setnum(s, "synth.gain", 0.35);
  }
  return s;
}

static void
set_part(fluid_synth_t* const synth,
         const BlPart* const  part,
         const double         tuning_cents)
{
  const int    c      = part->channel;
  const double volume = 100.0 * pow(10.0, part->gain_db / 40.0);
  fluid_synth_program_change(synth, c, part->program);
  fluid_synth_cc(synth, c, 7, (int)fmax(fmin(volume, 127.0), 1.0));
  fluid_synth_cc(synth, c, 10, 64 + part->pan);
  fluid_synth_cc(synth, c, 91, part->reverb);
  fluid_synth_cc(synth, c, 93, part->chorus);
  if (part->pitched) {
    fluid_synth_set_gen(synth, c, GEN_FINETUNE, (float)tuning_cents);
  }
}

/// Seconds until a test stroke has come within 10 dB of its peak
static double
measure_attack(fluid_synth_t* const synth,
               const uint32_t       rate,
               const int            channel,
               const int            key)
{
  const size_t frames =
    (size_t)(ATTACK_TEST_S * rate / QUANTUM) * (size_t)QUANTUM;
  float* const out   = (float*)calloc(frames, 2u * sizeof(float));
  float        peak  = 0.0f;
  size_t       first = 0;
  if (!out) {
    return 0.0;
  }

  fluid_synth_noteon(synth, channel, key, 100);
  fluid_synth_write_float(synth, (int)frames, out, 0, 2, out, 1, 2);
  fluid_synth_all_sounds_off(synth, channel);
  for (size_t i = 0; i < 2u * frames; ++i) {
    peak = fmaxf(peak, fabsf(out[i]));
  }
  while (peak > 1e-6f && first < 2u * frames &&
         fabsf(out[first]) < 0.316f * peak) {
    ++first;
  }
  free(out);
  return peak > 1e-6f ? fmin((double)(first / 2u) / rate, ATTACK_MOST_S) : 0.0;
}

/// With a dry synth of its own, so that the playing one stays untouched
static BlStatus
measure_all(BlSynth* const       self,
            const BlScore* const score,
            const char* const    soundfont)
{
  fluid_settings_t* const settings = make_settings(self->rate, false);
  fluid_synth_t* const    synth = settings ? new_fluid_synth(settings) : NULL;
  BlStatus                st    = synth ? BL_SUCCESS : BL_NO_MEM;
  if (!st && fluid_synth_sfload(synth, soundfont, 1) == FLUID_FAILED) {
    st = BL_NO_SOUNDFONT;
  }
  for (unsigned p = 0; p < BL_N_PARTS && !st; ++p) {
    if (score->parts[p].used) {
      set_part(synth, &score->parts[p], 0.0);
      const int key = p == BL_PART_DRUMS ? 36 : p == 0u ? 36 : ATTACK_KEY;
      self->early[p] =
        measure_attack(synth, self->rate, score->parts[p].channel, key);
    }
  }
  if (synth) {
    delete_fluid_synth(synth);
  }
  delete_fluid_settings(settings);
  return st;
}

static int
compare_strokes(const void* const a, const void* const b)
{
  const Stroke* const x = (const Stroke*)a;
  const Stroke* const y = (const Stroke*)b;
  if (x->frame != y->frame) {
    return x->frame < y->frame ? -1 : 1;
  }
  const bool up_x = x->velocity == 0;
  const bool up_y = y->velocity == 0;
  if (up_x != up_y) {
    return up_x ? -1 : 1;
  }
  return x->event < y->event ? -1 : x->event > y->event;
}

static BlStatus
plan_strokes(BlSynth* const       self,
             const BlScore* const score,
             const unsigned       parts)
{
  self->strokes = (Stroke*)calloc(2u * score->n + 1u, sizeof(Stroke));
  if (!self->strokes) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (!(parts & (1u << e->part))) {
      continue;
    }
    const double early = self->early[e->part];
    const double down  = fmax(e->time - early, 0.0) * self->rate;
    const double up    = fmax(e->time + e->length - early, 0.0) * self->rate;
    const unsigned char channel    = score->parts[e->part].channel;
    const Stroke        strokes[2] = {
             { (uint64_t)(down / QUANTUM + 0.5) * QUANTUM, (uint32_t)i, channel,
               e->key, e->velocity },
             { (uint64_t)(up / QUANTUM + 0.5) * QUANTUM, (uint32_t)i, channel, e->key,
               0 },
    };
    memcpy(&self->strokes[self->n], strokes, sizeof(strokes));
    if (self->strokes[self->n + 1u].frame <= self->strokes[self->n].frame) {
      self->strokes[self->n + 1u].frame =
        self->strokes[self->n].frame + QUANTUM;
    }
    self->n += 2u;
  }
  qsort(self->strokes, self->n, sizeof(Stroke), compare_strokes);
  return BL_SUCCESS;
}

BlStatus
bl_synth_new(const BlScore* const score,
             const unsigned       parts,
             const char* const    soundfont,
             const uint32_t       rate,
             BlSynth** const      synth)
{
  BlSynth* const self = (BlSynth*)calloc(1, sizeof(BlSynth));
  BlStatus       st   = BL_NO_MEM;
  *synth              = NULL;
  if (!self) {
    return BL_NO_MEM;
  }

  self->rate     = rate;
  self->settings = make_settings(rate, true);
  self->synth    = self->settings ? new_fluid_synth(self->settings) : NULL;
  if (self->synth) {
    st = fluid_synth_sfload(self->synth, soundfont, 1) == FLUID_FAILED
           ? BL_NO_SOUNDFONT
           : BL_SUCCESS;
  }
  for (unsigned p = 0; p < BL_N_PARTS && !st; ++p) {
    if (score->parts[p].used) {
      set_part(self->synth, &score->parts[p], score->tuning_cents);
    }
  }
  st = st ? st : measure_all(self, score, soundfont);
  st = st ? st : plan_strokes(self, score, parts);

  if (st) {
    bl_synth_free(self);
  } else {
    *synth = self;
  }
  return st;
}

static void
play_due(BlSynth* const self)
{
  while (self->next < self->n &&
         self->strokes[self->next].frame <= self->position) {
    const Stroke* const s = &self->strokes[self->next++];
    if (s->velocity) {
      fluid_synth_noteon(self->synth, s->channel, s->key, s->velocity);
    } else {
      fluid_synth_noteoff(self->synth, s->channel, s->key);
    }
  }
}

BlStatus
bl_synth_render(BlSynth* const self, float* const out, const size_t frames)
{
  size_t done = 0;
  while (done < frames) {
    play_due(self);
    size_t n = frames - done;
    if (self->next < self->n) {
      const uint64_t until = self->strokes[self->next].frame - self->position;
      n                    = until < n ? (size_t)until : n;
    }
    float* const at = out + 2u * done;
    if (fluid_synth_write_float(self->synth, (int)n, at, 0, 2, at, 1, 2)) {
      return BL_INTERNAL;
    }
    done += n;
    self->position += n;
  }
  return BL_SUCCESS;
}

void
bl_synth_free(BlSynth* const self)
{
  if (self) {
    if (self->synth) {
      delete_fluid_synth(self->synth);
    }
    delete_fluid_settings(self->settings);
    free(self->strokes);
    free(self);
  }
}

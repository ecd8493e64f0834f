// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "synth.h"

#include <fluidsynth.h>

#include <math.h>
#include <pthread.h>
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

struct BlSoundImpl
{
  fluid_settings_t* settings;
  fluid_synth_t*    synth;
  uint32_t          rate;
};

struct BlSynthImpl
{
  fluid_settings_t* settings;
  fluid_synth_t*    synth;
  uint32_t          rate;
  const BlAttacks*  attacks; ///< Borrowed
  size_t            n;
  size_t            next;
  Stroke*           strokes;
  uint64_t          position; ///< Frames rendered
};

static fluid_settings_t*
make_settings(const uint32_t rate, const unsigned voices, const bool effects)
{
  fluid_settings_t* const s = new_fluid_settings();
  if (s) {
    fluid_settings_setnum(s, "synth.sample-rate", rate);
    fluid_settings_setint(s, "synth.cpu-cores", 1);
    fluid_settings_setint(s, "synth.lock-memory", 0);
    fluid_settings_setint(s, "synth.polyphony", (int)voices);
    fluid_settings_setint(s, "synth.dynamic-sample-loading", 1);
    fluid_settings_setint(s, "synth.reverb.active", effects);
    fluid_settings_setint(s, "synth.chorus.active", 0);
    fluid_settings_setnum(s, "synth.reverb.room-size", 0.55);
    fluid_settings_setnum(s, "synth.reverb.damp", 0.35);
    fluid_settings_setnum(s, "synth.reverb.width", 0.9);
    fluid_settings_setnum(s, "synth.reverb.level", 0.55);
    fluid_settings_setnum(s, "synth.gain", 1.0);
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
  if (part->pitched) {
    fluid_synth_set_gen(synth, c, GEN_FINETUNE, (float)tuning_cents);
  }
}

/// A test stroke: when it has come within 10 dB of its peak
static BlAttack
measure_stroke(fluid_synth_t* const synth,
               const uint32_t       rate,
               const int            channel,
               const int            key)
{
  const size_t frames =
    (size_t)(ATTACK_TEST_S * rate / QUANTUM) * (size_t)QUANTUM;
  float* const out    = (float*)calloc(frames, 2u * sizeof(float));
  BlAttack     stroke = { 0.0, 1.0 };
  float        peak   = 0.0f;
  size_t       first  = 0;
  if (!out) {
    return stroke;
  }

  const int before = fluid_synth_get_active_voice_count(synth);
  fluid_synth_noteon(synth, channel, key, 100);
  stroke.voices = fluid_synth_get_active_voice_count(synth) - before;
  fluid_synth_write_float(synth, (int)frames, out, 0, 2, out, 1, 2);
  for (size_t i = 0; i < 2u * frames; ++i) {
    peak = fmaxf(peak, fabsf(out[i]));
  }
  while (peak > 1e-6f && first < 2u * frames &&
         fabsf(out[first]) < 0.316f * peak) {
    ++first;
  }
  if (peak > 1e-6f) {
    const size_t frame = first / 2u;
    stroke.attack      = fmin((double)frame / rate, ATTACK_MOST_S);
  }
  fluid_synth_all_sounds_off(synth, channel);
  free(out);
  return stroke;
}

/// FluidSynth speaks of every oddity in a soundfont; the log is one a
/// process, so it is hushed once for all
static void
hush(void)
{
  fluid_set_log_function(FLUID_WARN, NULL, NULL);
  fluid_set_log_function(FLUID_INFO, NULL, NULL);
  fluid_set_log_function(FLUID_DBG, NULL, NULL);
  fluid_set_log_function(FLUID_ERR, NULL, NULL);
}

BlStatus
bl_sound_open(const char* const path,
              const uint32_t    rate,
              BlSound** const   sound)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, hush);

  BlSound* const self = (BlSound*)calloc(1, sizeof(BlSound));
  *sound              = self;
  if (!self) {
    return BL_NO_MEM;
  }
  self->rate     = rate;
  self->settings = make_settings(rate, BL_SYNTH_VOICES, false);
  self->synth    = self->settings ? new_fluid_synth(self->settings) : NULL;
  if (!self->synth) {
    return BL_NO_MEM;
  }
  return fluid_synth_sfload(self->synth, path, 1) == FLUID_FAILED
           ? BL_NO_SOUNDFONT
           : BL_SUCCESS;
}

void
bl_sound_measure(BlSound* const        sound,
                 const BlScore* const  score,
                 const BlCancel* const cancel,
                 BlAttacks* const      attacks)
{
  memset(attacks, 0, sizeof(*attacks));
  for (unsigned p = 0; p < BL_N_PARTS && !bl_cancel_is_triggered(cancel); ++p) {
    if (score->parts[p].used) {
      set_part(sound->synth, &score->parts[p], 0.0);
    }
    if (score->parts[p].used && p != BL_PART_DRUMS) {
      attacks->part[p] =
        measure_stroke(sound->synth, sound->rate, score->parts[p].channel,
                       p == BL_ROLE_BASS ? 36 : ATTACK_KEY);
    }
  }

  bool measured[128] = { false };
  for (size_t i = 0; i < score->n && !bl_cancel_is_triggered(cancel); ++i) {
    const unsigned char key = score->events[i].key;
    if (score->events[i].part == BL_PART_DRUMS && !measured[key]) {
      measured[key]      = true;
      attacks->drum[key] = measure_stroke(
        sound->synth, sound->rate, score->parts[BL_PART_DRUMS].channel, key);
    }
  }
}

static const BlAttack*
attack_of(const BlAttacks* const attacks, const BlEvent* const e)
{
  return e->part == BL_PART_DRUMS ? &attacks->drum[e->key]
                                  : &attacks->part[e->part];
}

double
bl_sound_cost(const BlAttacks* const attacks, const BlEvent* const event)
{
  // Seconds that they sound on once the key is up, as most soundfonts have it
  static const double tails[BL_N_PARTS] = { 0.2, 0.6, 0.6, 1.0, 0.8 };
  return attack_of(attacks, event)->voices *
         (event->length + tails[event->part]);
}

unsigned
bl_share_bit(const BlEvent* const event)
{
  return 2u * event->part +
         (event->part == BL_PART_DRUMS ? 0u : event->key & 1u);
}

void
bl_sound_close(BlSound* const sound)
{
  if (sound) {
    if (sound->synth) {
      delete_fluid_synth(sound->synth);
    }
    delete_fluid_settings(sound->settings);
    free(sound);
  }
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
             const unsigned       share)
{
  self->strokes = (Stroke*)calloc(2u * score->n + 1u, sizeof(Stroke));
  if (!self->strokes) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (!(share & (1u << bl_share_bit(e)))) {
      continue;
    }
    const double early = attack_of(self->attacks, e)->attack;
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
bl_synth_new(const BlScore* const   score,
             const unsigned         share,
             const unsigned         voices,
             const BlAttacks* const attacks,
             const char* const      soundfont,
             const uint32_t         rate,
             BlSynth** const        synth)
{
  BlSynth* const self = (BlSynth*)calloc(1, sizeof(BlSynth));
  BlStatus       st   = BL_NO_MEM;
  *synth              = NULL;
  if (!self) {
    return BL_NO_MEM;
  }

  self->rate     = rate;
  self->attacks  = attacks;
  self->settings = make_settings(rate, voices, true);
  self->synth    = self->settings ? new_fluid_synth(self->settings) : NULL;
  if (self->synth) {
    st = fluid_synth_sfload(self->synth, soundfont, 1) == FLUID_FAILED
           ? BL_NO_SOUNDFONT
           : BL_SUCCESS;
    fluid_synth_set_interp_method(self->synth, -1, FLUID_INTERP_LINEAR);
  }
  for (unsigned p = 0; p < BL_N_PARTS && !st; ++p) {
    if (score->parts[p].used && (share & (3u << (2u * p)))) {
      set_part(self->synth, &score->parts[p], score->tuning_cents);
    }
  }
  st = st ? st : plan_strokes(self, score, share);

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

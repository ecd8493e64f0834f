// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "sound.h"

#include "desk.h"
#include "strokes.h"
#include "synth.h"

#include <ebur128.h>
#include <fluidsynth.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ATTACK_MOST_S 0.070
#define ATTACK_TEST_S 0.5
#define ATTACK_PLAIN_S 0.010 ///< Who is quicker than that is so at any key

/// Where a release is longer, the sample mostly ends before it does
#define TAIL_MOST_S 1.5

/// What a part's level is found from
#define EXCERPT_S 6.0

/// Share of a chord's energy that may lie in the octave where all parts meet,
/// and what it may lose there for it
#define MUD_MOST 0.35
#define DIP_MOST_DB 9.0

struct BlSoundImpl
{
  BlFont*           font;
  fluid_settings_t* settings;
  fluid_synth_t*    synth;
  uint32_t          rate;
  BlDesk            desk;
};

BlStatus
bl_sound_open(BlFont* const font, const uint32_t rate, BlSound** const sound)
{
  BlSound* const self = (BlSound*)calloc(1, sizeof(BlSound));
  *sound              = self;
  if (!self) {
    return BL_NO_MEM;
  }
  self->font     = font;
  self->rate     = rate;
  self->settings = bl_desk_settings(rate, BL_SYNTH_VOICES);
  return self->settings ? bl_font_open(font, self->settings, &self->synth)
                        : BL_NO_MEM;
}

/// What a soundfont says of the voices that are on: their send to the room,
/// and how long they are let go for.  @return how many there are
static unsigned
ask_voices(fluid_synth_t* const synth,
           const int            channel,
           BlAttack* const      stroke)
{
  fluid_voice_t* voices[BL_SYNTH_VOICES + 1u];
  double         send    = 0.0;
  double         release = 0.0;
  unsigned       n       = 0;
  fluid_synth_get_voicelist(synth, voices, (int)BL_COUNT(voices), -1);
  for (size_t i = 0; i < BL_SYNTH_VOICES && voices[i]; ++i) {
    if (fluid_voice_is_on(voices[i]) &&
        fluid_voice_get_channel(voices[i]) == channel) {
      send += fluid_voice_gen_get(voices[i], GEN_REVERBSEND);
      release +=
        exp2(fluid_voice_gen_get(voices[i], GEN_VOLENVRELEASE) / 1200.0);
      ++n;
    }
  }
  if (n) {
    stroke->send = send / n;
    stroke->tail = fmin(BL_SYNTH_TAIL * release / n, TAIL_MOST_S);
  }
  return n;
}

/// A test stroke: when it has come within 10 dB of its peak
static BlAttack
measure_stroke(BlSound* const       sound,
               const BlScore* const score,
               const unsigned       part,
               const int            key)
{
  const int    channel = score->parts[part].channel;
  const size_t frames =
    (size_t)(ATTACK_TEST_S * sound->rate / BL_DESK_FRAMES) * BL_DESK_FRAMES;
  float* const out    = (float*)calloc(frames, 2u * sizeof(float));
  BlAttack     stroke = { .voices = 1.0 };
  float        peak   = 0.0f;
  size_t       first  = 0;
  if (!out) {
    return stroke;
  }

  const int before = fluid_synth_get_active_voice_count(sound->synth);
  fluid_synth_noteon(sound->synth, channel, key, 100);
  stroke.voices = fluid_synth_get_active_voice_count(sound->synth) - before;
  ask_voices(sound->synth, channel, &stroke);
  bl_desk_init(&sound->desk, score, sound->rate);
  for (size_t at = 0; at < frames; at += BL_DESK_FRAMES) {
    if (bl_desk_play(&sound->desk, sound->synth, BL_DESK_FRAMES)) {
      break;
    }
    bl_desk_channel(&sound->desk, part, out + 2u * at, BL_DESK_FRAMES);
  }
  if (!ask_voices(sound->synth, channel, &stroke)) {
    stroke.tail = fmin(stroke.tail, 0.5 * ATTACK_TEST_S); // It is over already
  }
  for (size_t i = 0; i < 2u * frames; ++i) {
    peak = fmaxf(peak, fabsf(out[i]));
  }
  while (peak > 1e-6f && first < 2u * frames &&
         fabsf(out[first]) < 0.316f * peak) {
    ++first;
  }
  if (peak > 1e-6f) {
    const size_t frame = first / 2u;
    stroke.attack      = fmin((double)frame / sound->rate, ATTACK_MOST_S);
  }
  fluid_synth_all_sounds_off(sound->synth, channel);
  free(out);
  return stroke;
}

static int
compare_keys(const void* const a, const void* const b)
{
  return *(const unsigned char*)a - *(const unsigned char*)b;
}

/// The keys below which a quarter, half and three quarters of a part lie
static void
find_keys(const BlScore* const score, const unsigned part, int keys[3])
{
  unsigned char all[1024];
  size_t        n = 0;
  for (size_t i = 0; i < score->n && n < BL_COUNT(all); ++i) {
    if (score->events[i].part == part) {
      all[n++] = score->events[i].key;
    }
  }
  qsort(all, n, 1, compare_keys);
  for (size_t i = 0; i < 3u; ++i) {
    keys[i] = n ? all[(i + 1u) * (n - 1u) / 4u] : 60;
  }
}

/// A soundfont's bows and swells differ from sample to sample: the middle one
/// of three keys is believed
static BlAttack
measure_player(BlSound* const       sound,
               const BlScore* const score,
               const unsigned       part)
{
  int keys[3];
  find_keys(score, part, keys);
  BlAttack middle = measure_stroke(sound, score, part, keys[1]);
  if (middle.attack > ATTACK_PLAIN_S) {
    const double low  = measure_stroke(sound, score, part, keys[0]).attack;
    const double high = measure_stroke(sound, score, part, keys[2]).attack;
    middle.attack = fmax(fmin(low, high), fmin(fmax(low, high), middle.attack));
  }
  return middle;
}

static bool
is_cancelled(const BlSound* const sound)
{
  return bl_cancel_is_triggered(sound->font->cancel);
}

BlStatus
bl_sound_measure(BlSound* const       sound,
                 const BlScore* const score,
                 BlAttacks* const     attacks)
{
  BlStatus st = BL_SUCCESS;
  memset(attacks, 0, sizeof(*attacks));
  for (unsigned p = 0; p < BL_N_PARTS && !st; ++p) {
    if (score->parts[p].used) {
      st = bl_desk_set_part(sound->font, sound->synth, &score->parts[p], 0.0);
    }
    if (score->parts[p].used && p != BL_PART_DRUMS && !st) {
      attacks->part[p] = measure_player(sound, score, p);
    }
  }

  bool measured[128] = { false };
  for (size_t i = 0; i < score->n && !st; ++i) {
    const unsigned char key = score->events[i].key;
    if (score->events[i].part == BL_PART_DRUMS && !measured[key]) {
      measured[key]      = true;
      attacks->drum[key] = measure_stroke(sound, score, BL_PART_DRUMS, key);
      st                 = is_cancelled(sound) ? BL_CANCELLED : BL_SUCCESS;
    }
  }
  return st;
}

double
bl_sound_cost(const BlAttacks* const attacks, const BlEvent* const event)
{
  const BlAttack* const attack = event->part == BL_PART_DRUMS
                                   ? &attacks->drum[event->key]
                                   : &attacks->part[event->part];
  return attack->voices * (event->length + attack->tail);
}

/// How much of what a part begins in the seconds from `from` on sounds there
static double
weigh(const BlScore* const score, const unsigned part, const double from)
{
  const double until = from + EXCERPT_S;
  double       sum   = 0.0;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->part == part && e->time >= from && e->time < until) {
      sum += (double)e->velocity * fmin(e->length, until - e->time);
    }
  }
  return sum;
}

/// Where a part plays most
static double
find_excerpt(const BlScore* const score, const unsigned part)
{
  double best = 0.0;
  double most = 0.0;
  for (unsigned i = 0; 0.5 * EXCERPT_S * i < score->last_chord; ++i) {
    const double at     = 0.5 * EXCERPT_S * i;
    const double weight = weigh(score, part, at);
    if (weight > most) {
      most = weight;
      best = at;
    }
  }
  return best;
}

/// A score in which all play at once what they play most
static BlStatus
take_excerpt(const BlScore* const score, BlScore* const excerpt)
{
  double   from[BL_N_PARTS];
  BlStatus st = BL_SUCCESS;
  memset(excerpt, 0, sizeof(*excerpt));
  memcpy(excerpt->parts, score->parts, sizeof(score->parts));
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    from[p] = find_excerpt(score, p);
  }
  for (size_t i = 0; i < score->n && !st; ++i) {
    BlEvent e = score->events[i];
    e.time -= from[e.part];
    if (e.time >= 0.0 && e.time < EXCERPT_S) {
      st = bl_score_add(excerpt, e);
    }
  }
  bl_score_finish(excerpt);
  return st;
}

typedef struct
{
  ebur128_state* loudness; ///< NULL where the part is not used
  double         b;        ///< A band-pass of mud, b of its input
  double         a[2];
  double         z[2];
  double         mud; ///< Energies
  double         all;
} Meter;

/// The band-pass of the "Cookbook" that desk.h names, 0 dB in its middle
static BlStatus
init_meter(Meter* const meter, const uint32_t rate)
{
  const double w     = 2.0 * M_PI * BL_DESK_MUD_HZ / rate;
  const double alpha = sin(w) * M_SQRT1_2; // An octave wide
  *meter = (Meter){ .loudness = ebur128_init(2, rate, EBUR128_MODE_I),
                    .b        = alpha / (1.0 + alpha),
                    .a        = { -2.0 * cos(w) / (1.0 + alpha),
                                  (1.0 - alpha) / (1.0 + alpha) },
                    .all      = 1e-12 };
  return meter->loudness ? BL_SUCCESS : BL_NO_MEM;
}

static BlStatus
measure_part(Meter* const        meter,
             const BlDesk* const desk,
             const unsigned      part,
             const size_t        n)
{
  float channel[2u * BL_DESK_FRAMES];
  bl_desk_channel(desk, part, channel, n);
  for (size_t i = 0; i < n; ++i) {
    const double in  = 0.5 * (double)(channel[2u * i] + channel[2u * i + 1u]);
    const double out = meter->b * in + meter->z[0];
    meter->z[0]      = meter->z[1] - meter->a[0] * out;
    meter->z[1]      = -meter->b * in - meter->a[1] * out;
    meter->mud += out * out;
    meter->all += in * in;
  }
  return ebur128_add_frames_float(meter->loudness, channel, n) ? BL_NO_MEM
                                                               : BL_SUCCESS;
}

static BlStatus
play_excerpt(BlSound* const       sound,
             const BlScore* const excerpt,
             Meter* const         meters)
{
  BlStrokes    strokes;
  const size_t frames = (size_t)(EXCERPT_S * sound->rate);
  BlStatus     st = bl_strokes_plan(excerpt, ~0u, NULL, sound->rate, &strokes);
  bl_desk_init(&sound->desk, excerpt, sound->rate);
  while (!st && strokes.position < frames) {
    const size_t n = bl_strokes_play(&strokes, sound->synth, BL_DESK_FRAMES);
    st             = is_cancelled(sound) ? BL_CANCELLED
                                         : bl_desk_play(&sound->desk, sound->synth, n);
    for (unsigned p = 0; p < BL_N_PARTS && !st; ++p) {
      if (meters[p].loudness) {
        st = measure_part(&meters[p], &sound->desk, p, n);
      }
    }
  }
  bl_strokes_deinit(&strokes);
  fluid_synth_all_sounds_off(sound->synth, -1);
  return st;
}

static int
compare_doubles(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

/// What each part lacks, against what most of them do: it is bounded, so
/// that a program that is hardly there does not become noise
static void
set_gains(BlScore* const score, const double lacks[BL_N_PARTS])
{
  double sorted[BL_N_PARTS];
  size_t n = 0;
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    if (isfinite(lacks[p])) {
      sorted[n++] = lacks[p];
    }
  }
  qsort(sorted, n, sizeof(sorted[0]), compare_doubles);
  for (unsigned p = 0; p < BL_N_PARTS && n; ++p) {
    const double gain = lacks[p] - sorted[n / 2u];
    score->parts[p].gain_db =
      isfinite(lacks[p]) ? fmax(fmin(gain, BL_DESK_GAIN_MAX), -BL_DESK_GAIN_MAX)
                         : 0.0;
  }
}

/// What a part lacks to its level, once its mud is lowered
static double
find_lack(const Meter* const meter, BlPart* const part, const bool is_chords)
{
  double loudness = HUGE_VAL;
  if (!meter->loudness || ebur128_loudness_global(meter->loudness, &loudness)) {
    return HUGE_VAL;
  }

  const double share = fmin(meter->mud / meter->all, 0.95);
  const double keep  = MUD_MOST * (1.0 - share) / (share * (1.0 - MUD_MOST));
  part->dip_db =
    is_chords ? fmin(fmax(10.0 * log10(keep), -DIP_MOST_DB), 0.0) : 0.0;
  const double left = 1.0 - share + share * pow(10.0, part->dip_db / 10.0);
  return part->level_lu - loudness - 10.0 * log10(left);
}

BlStatus
bl_sound_balance(BlSound* const sound, BlScore* const score)
{
  BlScore  excerpt;
  Meter    meters[BL_N_PARTS] = { { .loudness = NULL } };
  double   lacks[BL_N_PARTS];
  BlStatus st = take_excerpt(score, &excerpt);
  for (unsigned p = 0; p < BL_N_PARTS && !st; ++p) {
    if (score->parts[p].used) {
      st = init_meter(&meters[p], sound->rate);
      st = st ? st
              : bl_desk_set_part(sound->font, sound->synth, &excerpt.parts[p],
                                 0.0);
    }
  }
  st = st ? st : play_excerpt(sound, &excerpt, meters);

  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    const bool is_chords = p != BL_ROLE_BASS && p != BL_PART_DRUMS;
    if (!st) {
      lacks[p] = find_lack(&meters[p], &score->parts[p], is_chords);
    }
    if (meters[p].loudness) {
      ebur128_destroy(&meters[p].loudness);
    }
  }
  if (!st) {
    set_gains(score, lacks);
  }
  bl_score_deinit(&excerpt);
  return st;
}

void
bl_sound_close(BlSound* const sound)
{
  if (sound) {
    bl_font_close(sound->font, sound->synth);
    delete_fluid_settings(sound->settings);
    free(sound);
  }
}

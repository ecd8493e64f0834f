// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/sing.h"

#include "base/limits.h"

#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define N_FORMANTS 5u
#define TAIL_S 0.5
#define PEAK 0.5f

/// A resonance of the vocal tract, and what it remembers
typedef struct
{
  double hz;
  double width;
  double y1;
  double y2;
} Resonance;

/// One voice in the middle of a song
typedef struct
{
  const BlSingSetup* setup;
  uint64_t           dice;      ///< State of the noise
  double             phase;     ///< Of the glottal pulse, 0 to 1
  double             key;       ///< Sung now, with portamento
  double             swing;     ///< Phase of the vibrato, radians
  double             drift;     ///< Slow wandering, semitones
  double             level;     ///< Of the voice, follows its target
  double             hiss;      ///< Of the noise, follows its target
  double             noise_low; ///< Low-passed noise, for the hiss's colour
  double             power;     ///< Of the vowel, slowly followed
  Resonance          formants[N_FORMANTS];
} Voice;

/// What the voice is to do at one moment
typedef struct
{
  double      key;
  double      since; ///< Seconds since the note began; negative: consonant
  double      left;  ///< Seconds to its end
  BlVowel     vowel;
  BlConsonant consonant;
} Score;

static const double vowel_hz[BL_N_VOWELS][N_FORMANTS] = {
  [BL_VOWEL_A] = { 780, 1230, 2750, 3600, 4700 },
  [BL_VOWEL_E] = { 460, 1850, 2650, 3550, 4700 },
  [BL_VOWEL_I] = { 340, 2150, 2900, 3700, 4800 },
  [BL_VOWEL_O] = { 480, 870, 2700, 3500, 4600 },
  [BL_VOWEL_U] = { 350, 740, 2500, 3450, 4600 },
};

static const double humming_hz[N_FORMANTS] = { 270, 1050, 2300, 3400, 4600 };
static const double half_closed_hz[N_FORMANTS] = { 370, 1150, 2700, 3500,
                                                   4600 };
static const double widths[N_FORMANTS]         = { 110, 110, 140, 200, 260 };

/// Seconds that each consonant takes before the beat
static const double consonant_s[] = {
  [BL_CONSONANT_NONE] = 0.0, [BL_CONSONANT_S] = 0.11, [BL_CONSONANT_H] = 0.08,
  [BL_CONSONANT_T] = 0.05,   [BL_CONSONANT_M] = 0.09, [BL_CONSONANT_L] = 0.07,
};

BlSingSetup
bl_sing_setup(void)
{
  const BlSingSetup setup = { .rate        = 48000,
                              .bpm         = 92.0,
                              .looseness_s = 0.008,
                              .vibrato     = 0.3,
                              .breath      = 0.08,
                              .formants    = 1.0,
                              .seed        = 1 };
  return setup;
}

/// Uniform in -1 to 1 (xorshift64*: the same on every machine)
static double
roll(Voice* const voice)
{
  voice->dice ^= voice->dice >> 12;
  voice->dice ^= voice->dice << 25;
  voice->dice ^= voice->dice >> 27;
  const uint64_t bits = voice->dice * 2685821657736338717ull;
  return (double)(bits >> 11) / 4503599627370496.0 - 1.0;
}

/// Move `value` towards `target` with this time constant
static double
follow(const double value, const double target, const double s, const double dt)
{
  return value + (target - value) * (1.0 - exp(-dt / s));
}

static bool
is_hummed(const BlConsonant consonant)
{
  return consonant == BL_CONSONANT_M || consonant == BL_CONSONANT_L;
}

/// Where the formants want to be
static const double*
formant_targets(const Score* const score)
{
  if (score->since < 0.0 && score->consonant == BL_CONSONANT_M) {
    return humming_hz;
  }
  if (score->since < 0.0 && score->consonant == BL_CONSONANT_L) {
    return half_closed_hz;
  }
  return vowel_hz[score->vowel];
}

/// How loud the voice wants to be: 0 between notes and in a hiss
static double
level_target(const Score* const score)
{
  if (score->left <= 0.0) {
    return 0.0;
  }
  if (score->since < 0.0) {
    return is_hummed(score->consonant) ? 0.35 : 0.0;
  }
  return 0.75 + 0.25 * fmin(1.0, score->since / 0.25);
}

static double
hiss_target(const Score* const score)
{
  if (score->since >= 0.0 || score->left <= 0.0) {
    return 0.0;
  }
  switch (score->consonant) {
    case BL_CONSONANT_S:
      return 0.12;
    case BL_CONSONANT_H:
      return 0.05;
    case BL_CONSONANT_T: // a stop, then the burst
      return score->since < -0.02 ? 0.0 : 0.25;
    case BL_CONSONANT_NONE:
    case BL_CONSONANT_M:
    case BL_CONSONANT_L:
      break;
  }
  return 0.0;
}

/// Frequency sung now, in Hz
static double
pitch(Voice* const voice, const Score* const score, const double dt)
{
  const double scoop = score->since < 0.0 ? -0.7 : 0.0;
  voice->key         = follow(voice->key, score->key + scoop, 0.035, dt);
  voice->drift       = follow(voice->drift, roll(voice) * 14.0, 0.6, dt);

  const double settled = fmin(1.0, fmax(0.0, score->since - 0.25) / 0.4);
  voice->swing += 2.0 * PI * 5.4 * dt;
  const double semitones = voice->key + voice->setup->transpose + voice->drift +
                           voice->setup->vibrato * settled * sin(voice->swing);
  return 440.0 * pow(2.0, (semitones - 69.0) / 12.0);
}

/// Smooths the corner at the pulse's end, which would alias otherwise
static double
corner(double at, const double step)
{
  if (at < step) {
    at /= step;
    return at + at - at * at - 1.0;
  }
  if (at > 1.0 - step) {
    at = (at - 1.0) / step;
    return at * at + at + at + 1.0;
  }
  return 0.0;
}

/// Derivative of the glottal flow: opens slowly, closes with a corner
static double
glottis(Voice* const voice, const double hz, const double dt)
{
  static const double open = 0.6; // part of the period

  const double step = hz * dt;
  voice->phase += step;
  voice->phase -= floor(voice->phase);

  const double t     = voice->phase / open;
  const double flow  = t < 1.0 ? 2.0 * t - 3.0 * t * t : 0.0;
  double       after = voice->phase - open;
  after -= floor(after);
  return flow + 0.5 * corner(after, step);
}

/// Two poles; unity gain at 0 Hz, so that a cascade keeps vowels' balance
static double
resonate(Resonance* const r, const double x, const double rate)
{
  const double radius = exp(-PI * r->width / rate);
  const double b      = 2.0 * radius * cos(2.0 * PI * r->hz / rate);
  const double c      = -radius * radius;
  const double y      = (1.0 - b - c) * x + b * r->y1 + c * r->y2;
  r->y2               = r->y1;
  r->y1               = y;
  return y;
}

static void
move_formants(Voice* const voice, const Score* const score, const double dt)
{
  const double* const targets = formant_targets(score);
  for (size_t i = 0; i < N_FORMANTS; ++i) {
    Resonance* const r = &voice->formants[i];
    r->hz = follow(r->hz, targets[i] * voice->setup->formants, 0.025, dt);
  }
}

/// A harmonic on a formant rings out; singers hold such notes back
static double
hold_back(Voice* const voice, const double x, const double dt)
{
  static const double usual = 0.06; // power of a vowel sung at full level

  voice->power = follow(voice->power, x * x, 0.05, dt);
  return x * pow(fmax(voice->power, 0.2 * usual) / usual, -0.35);
}

static float
sing_sample(Voice* const voice, const Score* const score, const double dt)
{
  const double rate = voice->setup->rate;
  const double hz   = pitch(voice, score, dt);
  const double air  = roll(voice);

  voice->level     = follow(voice->level, level_target(score), 0.022, dt);
  voice->hiss      = follow(voice->hiss, hiss_target(score), 0.012, dt);
  voice->noise_low = follow(voice->noise_low, air, 0.00004, dt);
  move_formants(voice, score, dt);

  const double pulse  = glottis(voice, hz, dt);
  const double breath = voice->setup->breath;
  double       x = voice->level * ((1.0 - breath) * pulse + breath * 0.5 * air);
  for (size_t i = 0; i < N_FORMANTS; ++i) {
    if (voice->formants[i].hz < 0.45 * rate) {
      x = resonate(&voice->formants[i], x, rate);
    }
  }
  return (float)(hold_back(voice, x, dt) +
                 voice->hiss * (air - voice->noise_low));
}

/// Seconds at which a note begins, a little early or late as people are
static double
note_start(const BlSungNote* const  note,
           const size_t             index,
           const BlSingSetup* const setup)
{
  Voice dice = { .dice = (setup->seed + 77u) * 0x9E3779B97F4A7C15ull + index };
  (void)roll(&dice);
  const double late = roll(&dice) * setup->looseness_s;
  return fmax(0.0, setup->lead_s + note->start * 60.0 / setup->bpm + late);
}

/// What is to be sung at `now`; `index` is the note, moved on as time goes
static Score
read_score(const BlSungNote* const  notes,
           const size_t             n,
           size_t* const            index,
           const BlSingSetup* const setup,
           const double             now)
{
  while (*index + 1 < n && note_start(&notes[*index + 1], *index + 1, setup) -
                               consonant_s[notes[*index + 1].consonant] <=
                             now) {
    ++*index;
  }

  const BlSungNote* const note   = &notes[*index];
  const double            start  = note_start(note, *index, setup);
  const double            end    = start + note->length * 60.0 / setup->bpm;
  const bool              before = now < start - consonant_s[note->consonant];
  const Score             score  = { .key   = note->key,
                                     .since = now - start,
                                     .left  = before ? 0.0 : end - 0.03 - now,
                                     .vowel = note->vowel,
                                     .consonant = note->consonant };
  return score;
}

static void
voice_init(Voice* const             voice,
           const BlSingSetup* const setup,
           const BlSungNote* const  first)
{
  memset(voice, 0, sizeof(*voice));
  voice->setup = setup;
  voice->dice  = (setup->seed + 1u) * 0x9E3779B97F4A7C15ull | 1u;
  voice->key   = first->key - 0.7;
  for (size_t i = 0; i < N_FORMANTS; ++i) {
    voice->formants[i].hz    = vowel_hz[first->vowel][i] * setup->formants;
    voice->formants[i].width = widths[i];
  }
}

static void
normalise(float* const samples, const size_t n)
{
  float peak = 0.0f;
  for (size_t i = 0; i < n; ++i) {
    peak = fmaxf(peak, fabsf(samples[i]));
  }
  for (size_t i = 0; peak > 0.0f && i < n; ++i) {
    samples[i] *= PEAK / peak;
  }
}

static size_t
song_frames(const BlSungNote* const  notes,
            const size_t             n,
            const BlSingSetup* const setup)
{
  double end = setup->length_s;
  for (size_t i = 0; setup->length_s <= 0.0 && i < n; ++i) {
    const double beats = notes[i].start + notes[i].length;
    end = fmax(end, setup->lead_s + beats * 60.0 / setup->bpm + TAIL_S);
  }
  return (size_t)llround(end * setup->rate);
}

float*
bl_sing_samples(const BlSungNote* const  notes,
                const size_t             n,
                const BlSingSetup* const setup,
                size_t* const            frames)
{
  *frames = 0;
  if (!n || !(setup->bpm > 0.0) || setup->rate < BL_RATE_MIN ||
      setup->rate > BL_RATE_MAX) {
    return NULL;
  }

  const size_t length  = song_frames(notes, n, setup);
  float* const samples = (float*)calloc(length + 1, sizeof(float));
  if (!samples) {
    return NULL;
  }

  Voice voice;
  voice_init(&voice, setup, &notes[0]);
  size_t       index = 0;
  const double dt    = 1.0 / setup->rate;
  for (size_t i = 0; i < length; ++i) {
    const Score score = read_score(notes, n, &index, setup, (double)i * dt);
    samples[i]        = sing_sample(&voice, &score, dt);
  }
  normalise(samples, length);
  *frames = length;
  return samples;
}

BlStatus
bl_sing_render(const BlSungNote* const  notes,
               const size_t             n,
               const BlSingSetup* const setup,
               const char* const        path)
{
  size_t       frames  = 0;
  float* const samples = bl_sing_samples(notes, n, setup, &frames);
  if (!samples) {
    return BL_NO_MEM;
  }

  SF_INFO        info = { .samplerate = (int)setup->rate,
                          .channels   = 1,
                          .format     = SF_FORMAT_WAV | SF_FORMAT_PCM_24 };
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  BlStatus       st   = BL_IO;
  if (file) {
    const sf_count_t written =
      sf_writef_float(file, samples, (sf_count_t)frames);
    const int closed = sf_close(file);
    st = written == (sf_count_t)frames && !closed ? BL_SUCCESS : BL_IO;
  }
  free(samples);
  return st;
}

BlStatus
bl_sing_song(const char* const path,
             const uint32_t    rate,
             const double      bpm,
             const double      seconds)
{
  size_t                  n_tune = 0;
  const BlSungNote* const tune   = bl_sing_tune(&n_tune);
  const double            beats  = seconds * bpm / 60.0;
  if (!(bpm > 0.0) || !(seconds > 0.0) || seconds > BL_TAKE_MAX_S) {
    return BL_BAD_ARG;
  }

  const size_t      rounds = (size_t)(beats / BL_SING_TUNE_BEATS) + 1u;
  BlSungNote* const notes =
    (BlSungNote*)calloc(rounds * n_tune, sizeof(BlSungNote));
  if (!notes) {
    return BL_NO_MEM;
  }

  size_t n = 0;
  for (size_t i = 0; i < rounds * n_tune; ++i) {
    BlSungNote note = tune[i % n_tune];
    note.start += BL_SING_TUNE_BEATS * (double)(i / n_tune);
    if (note.start + note.length <= beats) {
      notes[n++] = note;
    }
  }

  BlSingSetup setup = bl_sing_setup();
  setup.rate        = rate;
  setup.bpm         = bpm;
  setup.length_s    = seconds;
  const BlStatus st = n ? bl_sing_render(notes, n, &setup, path) : BL_BAD_ARG;
  free(notes);
  return st;
}

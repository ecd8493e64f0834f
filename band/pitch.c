// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "pitch.h"

#include "base/thread.h"

#include <kiss_fftr.h>

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 1024   ///< Samples that are compared with their shifted selves
#define FFT_SIZE 1440 ///< More than WINDOW + LAG_MAX: no wrap-around
#define LAG_MIN 20    ///< 1100 Hz
#define LAG_MAX 340   ///< 65 Hz
#define CENTRE (WINDOW / 2 + 75) ///< Middle of window and a usual lag
#define CANDIDATES 4
#define STATES (CANDIDATES + 1) ///< The last one is "no pitch"

// Costs of the Viterbi, in units of YIN's normalised difference
#define UNVOICED_COST 0.32f
#define SWITCH_COST 0.35f
#define JUMP_COST 0.035f ///< A semitone
#define JUMP_MOST 0.55f
#define LAG_COST 0.04f ///< At LAG_MAX: a tie goes to the higher octave

typedef struct
{
  float midi;
  float cost;
} Candidate;

typedef struct
{
  kiss_fftr_cfg forward;
  kiss_fftr_cfg inverse;
  float         padded[FFT_SIZE];
  float         head[FFT_SIZE];
  kiss_fft_cpx  a[FFT_SIZE / 2 + 1];
  kiss_fft_cpx  b[FFT_SIZE / 2 + 1];
  float         correlation[FFT_SIZE];
  float         difference[LAG_MAX + 2];
} Yin;

/// YIN steps 2 and 3: the cumulative mean normalised difference
static void
find_difference(Yin* const yin, const float* const x)
{
  memcpy(yin->padded, x, (WINDOW + LAG_MAX + 1) * sizeof(float));
  memcpy(yin->head, x, WINDOW * sizeof(float));
  kiss_fftr(yin->forward, yin->padded, yin->a);
  kiss_fftr(yin->forward, yin->head, yin->b);
  for (size_t k = 0; k <= FFT_SIZE / 2; ++k) {
    const kiss_fft_cpx a = yin->a[k];
    const kiss_fft_cpx b = yin->b[k];
    yin->a[k].r          = a.r * b.r + a.i * b.i;
    yin->a[k].i          = a.i * b.r - a.r * b.i;
  }
  kiss_fftri(yin->inverse, yin->a, yin->correlation);

  double energy = 0.0;
  for (size_t i = 0; i < WINDOW; ++i) {
    energy += (double)x[i] * x[i];
  }

  double shifted     = energy;
  double sum         = 0.0;
  yin->difference[0] = 1.0f;
  for (size_t lag = 1; lag <= LAG_MAX + 1; ++lag) {
    shifted += (double)x[lag + WINDOW - 1] * x[lag + WINDOW - 1] -
               (double)x[lag - 1] * x[lag - 1];
    const double r = yin->correlation[lag] / (double)FFT_SIZE;
    const double d = fmax(energy + shifted - 2.0 * r, 0.0);
    sum += d;
    yin->difference[lag] = sum > 1e-12 ? (float)(d * (double)lag / sum) : 1.0f;
  }
}

static void
keep_candidate(Candidate* const best, const Candidate candidate)
{
  size_t i = CANDIDATES;
  while (i > 0 && best[i - 1].cost > candidate.cost) {
    if (i < CANDIDATES) {
      best[i] = best[i - 1];
    }
    --i;
  }
  if (i < CANDIDATES) {
    best[i] = candidate;
  }
}

/// YIN steps 4 and 5: dips, each refined by a parabola
static void
find_candidates(const Yin* const yin, Candidate* const best)
{
  const float* const d = yin->difference;
  for (size_t i = 0; i < CANDIDATES; ++i) {
    best[i].midi = 0.0f;
    best[i].cost = 9.0f;
  }

  for (size_t lag = LAG_MIN; lag <= LAG_MAX; ++lag) {
    if (d[lag] > d[lag - 1] || d[lag] >= d[lag + 1] || d[lag] > 0.7f) {
      continue;
    }
    const float curve = d[lag - 1] - 2.0f * d[lag] + d[lag + 1];
    const float shift =
      curve > 1e-9f ? 0.5f * (d[lag - 1] - d[lag + 1]) / curve : 0.0f;
    const float     period = (float)lag + fmaxf(fminf(shift, 1.0f), -1.0f);
    const float     low    = d[lag] - 0.25f * (d[lag - 1] - d[lag + 1]) * shift;
    const Candidate candidate = {
      69.0f + 12.0f * log2f((float)BL_VOICE_RATE / period / 440.0f),
      fmaxf(low, 0.0f) + LAG_COST * (float)lag / LAG_MAX,
    };
    keep_candidate(best, candidate);
  }
}

static float
move_cost(const Candidate* const from, const Candidate* const to)
{
  const bool was = from->midi > 0.0f;
  const bool is  = to->midi > 0.0f;
  if (was != is) {
    return SWITCH_COST;
  }
  return is ? fminf(JUMP_COST * fabsf(from->midi - to->midi), JUMP_MOST) : 0.0f;
}

/// Choose among candidates[n * STATES] by the cheapest path
static BlStatus
choose(const Candidate* const candidates, BlPitch* const pitch)
{
  unsigned char* const back         = (unsigned char*)calloc(pitch->n, STATES);
  float                cost[STATES] = { 0 };
  if (!back) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < pitch->n; ++i) {
    const Candidate* const now          = candidates + i * STATES;
    const Candidate* const before       = now - (i ? STATES : 0);
    float                  next[STATES] = { 0 };
    for (size_t s = 0; s < STATES; ++s) {
      float best = 1e30f;
      for (size_t p = 0; p < STATES; ++p) {
        const float c = cost[p] + (i ? move_cost(&before[p], &now[s]) : 0.0f);
        if (c < best) {
          best                 = c;
          back[i * STATES + s] = (unsigned char)p;
        }
      }
      next[s] = best + now[s].cost;
    }
    memcpy(cost, next, sizeof(cost));
  }

  size_t s = STATES - 1;
  for (size_t p = 0; p < STATES; ++p) {
    s = cost[p] < cost[s] ? p : s;
  }
  for (size_t i = pitch->n; i-- > 0;) {
    const Candidate* const chosen = candidates + i * STATES + s;
    pitch->midi[i]                = chosen->midi;
    pitch->sure[i] =
      chosen->midi > 0.0f ? fmaxf(1.0f - chosen->cost, 0.0f) : 0.0f;
    s = back[i * STATES + s];
  }
  free(back);
  return BL_SUCCESS;
}

/// Copy the window of frame i, zero where the voice has not begun or is over
static void
take_window(const BlVoice* const voice, const size_t i, float* const x)
{
  const ptrdiff_t start = (ptrdiff_t)(i * BL_PITCH_HOP) - CENTRE;
  for (ptrdiff_t k = 0; k < WINDOW + LAG_MAX + 2; ++k) {
    const ptrdiff_t at = start + k;
    x[k] = at >= 0 && at < (ptrdiff_t)voice->n ? voice->mono[at] : 0.0f;
  }
}

static float
find_level(const BlVoice* const voice, const size_t i)
{
  const size_t centre = i * BL_PITCH_HOP;
  const size_t begin  = centre > 128u ? centre - 128u : 0u;
  double       sum    = 1e-12;
  for (size_t k = begin; k < begin + 256u && k < voice->n; ++k) {
    sum += (double)voice->mono[k] * voice->mono[k];
  }
  return (float)(10.0 * log10(sum / 256.0));
}

/// Some of the frames, for one thread
typedef struct
{
  const BlVoice* voice;
  BlPitch*       pitch;
  Candidate*     candidates; ///< Of all frames
  size_t         begin;
  size_t         end;
  BlCancel*      cancel;
  bool           polls; ///< Is the thread that may let the cancel poll
  BlStatus       status;
} Stretch;

static bool
is_cancelled(const Stretch* const s)
{
  return s->polls ? bl_cancel_check(s->cancel)
                  : bl_cancel_is_triggered(s->cancel);
}

static BlStatus
find_frames(Yin* const yin, const Stretch* const s)
{
  const float floor_db = 20.0f * log10f(fmaxf(s->voice->peak, 1e-6f)) - 50.0f;
  float       x[WINDOW + LAG_MAX + 2];

  for (size_t i = s->begin; i < s->end; ++i) {
    Candidate* const       here = s->candidates + i * STATES;
    static const Candidate none = { 0.0f, UNVOICED_COST };
    if (i % 256u == 0 && is_cancelled(s)) {
      return BL_CANCELLED;
    }

    s->pitch->level[i] = find_level(s->voice, i);
    here[CANDIDATES]   = none;
    if (s->pitch->level[i] > floor_db) {
      take_window(s->voice, i, x);
      find_difference(yin, x);
      find_candidates(yin, here);
    } else {
      for (size_t c = 0; c < CANDIDATES; ++c) {
        here[c] = none;
      }
    }
  }
  return BL_SUCCESS;
}

static void*
find_stretch(void* const data)
{
  Stretch* const s   = (Stretch*)data;
  Yin* const     yin = (Yin*)calloc(1, sizeof(Yin));
  s->status          = BL_NO_MEM;
  if (yin) {
    yin->forward = kiss_fftr_alloc(FFT_SIZE, 0, NULL, NULL);
    yin->inverse = kiss_fftr_alloc(FFT_SIZE, 1, NULL, NULL);
    if (yin->forward && yin->inverse) {
      s->status = find_frames(yin, s);
    }
    kiss_fftr_free(yin->forward);
    kiss_fftr_free(yin->inverse);
  }
  free(yin);
  return NULL;
}

/// One half each on two cores: no frame knows of another one
static BlStatus
find_all(const BlVoice* const voice,
         BlCancel* const      cancel,
         Candidate* const     candidates,
         BlPitch* const       pitch)
{
  Stretch        first  = { .voice      = voice,
                            .pitch      = pitch,
                            .candidates = candidates,
                            .end        = pitch->n / 2u,
                            .cancel     = cancel,
                            .polls      = true };
  Stretch        second = { .voice      = voice,
                            .pitch      = pitch,
                            .candidates = candidates,
                            .begin      = pitch->n / 2u,
                            .end        = pitch->n,
                            .cancel     = cancel };
  pthread_t      helper;
  const BlStatus st =
    bl_thread_start(&helper, "bl-band-ear", find_stretch, &second);
  if (st) {
    return st;
  }
  find_stretch(&first);
  pthread_join(helper, NULL);
  return first.status ? first.status : second.status;
}

BlStatus
bl_pitch_track(const BlVoice* const voice,
               BlCancel* const      cancel,
               BlPitch* const       pitch)
{
  memset(pitch, 0, sizeof(*pitch));
  pitch->n     = voice->n / BL_PITCH_HOP + 1u;
  pitch->midi  = (float*)calloc(pitch->n, sizeof(float));
  pitch->level = (float*)calloc(pitch->n, sizeof(float));
  pitch->sure  = (float*)calloc(pitch->n, sizeof(float));

  Candidate* const candidates =
    (Candidate*)calloc(pitch->n, STATES * sizeof(Candidate));
  BlStatus st = BL_NO_MEM;
  if (pitch->midi && pitch->level && pitch->sure && candidates) {
    st = find_all(voice, cancel, candidates, pitch);
    st = st ? st : choose(candidates, pitch);
  }

  free(candidates);
  if (st) {
    bl_pitch_deinit(pitch);
  }
  return st;
}

void
bl_pitch_deinit(BlPitch* const pitch)
{
  free(pitch->midi);
  free(pitch->level);
  free(pitch->sure);
  memset(pitch, 0, sizeof(*pitch));
}

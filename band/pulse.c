// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "pulse.h"

#include "pulse_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BEAT_LOW_HZ 0.75
#define BEAT_HIGH_HZ 3.17
#define TOP_HZ 12.8 ///< Sixteenths of the fastest beat
#define WEIGHT_MOST_S 2.0
#define WINDOW_S 16.0
#define WINDOW_HOP_S 4.0
#define PACES 41         ///< Local tempos beside the mean one
#define PACE_STEP 0.0035 ///< Between two of them, natural logarithm
#define PACE_COST 0.035  ///< Of a step from window to window
#define DRIFT_GAIN 0.12  ///< Coherence that following it must win
#define WIDE_SPREAD 0.75 ///< Of the first guess's prior, natural logarithm

typedef struct
{
  size_t  n;
  double  step; ///< Hz
  double* magnitude;
} Spectrum;

void
bl_onsets_take(const BlNotes* const notes, BlOnsets* const onsets)
{
  memset(onsets, 0, sizeof(*onsets));
  for (size_t i = 0; i < notes->n && onsets->n < BL_ONSETS_MAX; ++i) {
    const double next       = i + 1u < notes->n
                                ? notes->notes[i + 1u].start
                                : notes->notes[i].start + notes->notes[i].length;
    const double length     = fmin(next - notes->notes[i].start, WEIGHT_MOST_S);
    onsets->time[onsets->n] = notes->notes[i].start;
    onsets->weight[onsets->n] = sqrt(fmax(length, 0.01));
    onsets->sum += onsets->weight[onsets->n];
    ++onsets->n;
  }
}

/// Add |sum of w exp(2 pi i f t)| / sum of onsets in [from, to), times share
static BlStatus
add_spectrum(Spectrum* const       spectrum,
             const BlOnsets* const onsets,
             const size_t          from,
             const size_t          to,
             const double          share,
             BlCancel* const       cancel)
{
  double* const sums = (double*)calloc(2u * spectrum->n, sizeof(double));
  double        sum  = 1e-9;
  if (!sums) {
    return BL_NO_MEM;
  }

  for (size_t i = from; i < to; ++i) {
    const double angle = 2.0 * M_PI * spectrum->step * onsets->time[i];
    const double c     = cos(angle);
    const double s     = sin(angle);
    double       re    = onsets->weight[i];
    double       im    = 0.0;
    sum += onsets->weight[i];
    if (i % 16u == 0 && bl_cancel_check(cancel)) {
      free(sums);
      return BL_CANCELLED;
    }
    for (size_t k = 0; k < spectrum->n; ++k) {
      sums[2u * k] += re;
      sums[2u * k + 1u] += im;
      const double turned = re * c - im * s;
      im                  = re * s + im * c;
      re                  = turned;
    }
  }
  for (size_t k = 0; k < spectrum->n; ++k) {
    spectrum->magnitude[k] +=
      share * hypot(sums[2u * k], sums[2u * k + 1u]) / sum;
  }
  free(sums);
  return BL_SUCCESS;
}

static BlStatus
spectrum_init(Spectrum* const spectrum, const double seconds)
{
  spectrum->step      = 1.0 / (6.0 * fmax(seconds, 4.0));
  spectrum->n         = (size_t)(TOP_HZ / spectrum->step) + 2u;
  spectrum->magnitude = (double*)calloc(spectrum->n, sizeof(double));
  return spectrum->magnitude ? BL_SUCCESS : BL_NO_MEM;
}

static double
spectrum_at(const Spectrum* const spectrum, const double hz)
{
  const double place = hz / spectrum->step;
  const size_t i     = (size_t)place;
  if (i + 1u >= spectrum->n) {
    return 0.0;
  }
  const double part = place - (double)i;
  return spectrum->magnitude[i] * (1.0 - part) +
         spectrum->magnitude[i + 1u] * part;
}

/// Windows of onsets, each with its share of all weights
static BlStatus
add_windows(Spectrum* const       spectrum,
            const BlOnsets* const onsets,
            BlCancel* const       cancel)
{
  const double last = onsets->time[onsets->n - 1u];
  BlStatus     st   = BL_SUCCESS;
  size_t       from = 0;
  double       all  = 1e-9;
  for (int pass = 0; pass < 2 && !st; ++pass) {
    from = 0;
    for (double t = onsets->time[0]; t <= last && !st; t += WINDOW_S / 2.0) {
      double weight = 0.0;
      while (from < onsets->n && onsets->time[from] < t) {
        ++from;
      }
      size_t to = from;
      for (; to < onsets->n && onsets->time[to] < t + WINDOW_S; ++to) {
        weight += onsets->weight[to];
      }
      if (pass) {
        st = add_spectrum(spectrum, onsets, from, to, weight / all, cancel);
      } else {
        all += weight;
      }
    }
  }
  return st;
}

static double
first_score(const Spectrum* const whole,
            const Spectrum* const local,
            const double          hz)
{
  const double ratio = log(hz * 60.0 / BL_OCTAVE_CENTRE) / WIDE_SPREAD;
  double       score = 0.0;
  for (unsigned k = 1; k <= 4u; k *= 2u) {
    const double weight = k == 4u ? 0.8 : 1.0;
    score += weight * (spectrum_at(whole, hz * k) + spectrum_at(local, hz * k));
  }
  return score * exp(-0.5 * ratio * ratio);
}

/// The pulse or an octave of it
static BlStatus
guess_hz(const BlOnsets* const onsets, BlCancel* const cancel, double* const hz)
{
  const double seconds = onsets->time[onsets->n - 1u] - onsets->time[0];
  Spectrum     whole   = { 0 };
  Spectrum     local   = { 0 };
  BlStatus     st      = spectrum_init(&whole, seconds);
  st                   = st ? st : spectrum_init(&local, WINDOW_S);
  st = st ? st : add_spectrum(&whole, onsets, 0, onsets->n, 1.0, cancel);
  st = st ? st : add_windows(&local, onsets, cancel);
  double best = -1.0;
  for (double f = BEAT_LOW_HZ; f < BEAT_HIGH_HZ && !st; f += whole.step / 5.0) {
    const double score = first_score(&whole, &local, f);
    if (score > best) {
      best = score;
      *hz  = f;
    }
  }
  free(whole.magnitude);
  free(local.magnitude);
  return st;
}

/// |mean of exp(2 pi i k beat)| of the onsets; its angle in turns to *phase
static double
coherence(const BlOnsets* const onsets,
          const BlPulse* const  pulse,
          const double          k,
          double* const         phase)
{
  double re = 0.0;
  double im = 0.0;
  for (size_t i = 0; i < onsets->n; ++i) {
    const double angle = 2.0 * M_PI * k * bl_pulse_beat(pulse, onsets->time[i]);
    re += onsets->weight[i] * cos(angle);
    im += onsets->weight[i] * sin(angle);
  }
  if (phase) {
    *phase = atan2(im, re) / (2.0 * M_PI);
  }
  return onsets->sum > 0.0 ? hypot(re, im) / onsets->sum : 0.0;
}

static double
levels_score(const BlOnsets* const onsets, const BlPulse* const pulse)
{
  return coherence(onsets, pulse, 1.0, NULL) +
         coherence(onsets, pulse, 2.0, NULL) +
         0.8 * coherence(onsets, pulse, 4.0, NULL);
}

void
bl_pulse_even(const BlOnsets* const onsets,
              const double          bpm,
              BlPulse* const        pulse)
{
  memset(pulse, 0, sizeof(*pulse));
  pulse->n_knots = 2;
  pulse->bpm     = bpm;
  pulse->time[1] = 60.0;
  pulse->beat[1] = bpm;
  for (size_t k = 0; k < BL_LEVELS; ++k) {
    pulse->level[k] = coherence(onsets, pulse, 4.0 / (double)(1u << k), NULL);
  }
  pulse->coherence = fmax(pulse->level[0], pulse->level[1]);
}

/// A window's coherence at a frequency, tapered
static double
window_score(const BlOnsets* const onsets, const double centre, const double hz)
{
  double sums[3][2] = { { 0.0 } };
  double sum        = 1e-9;
  for (size_t i = 0; i < onsets->n; ++i) {
    const double t = onsets->time[i] - centre;
    if (fabs(t) >= WINDOW_S / 2.0) {
      continue;
    }
    const double w =
      onsets->weight[i] * (0.5 + 0.5 * cos(2.0 * M_PI * t / WINDOW_S));
    const double a = 2.0 * M_PI * hz * t;
    double       c = cos(a);
    double       s = sin(a);
    sum += w;
    for (size_t k = 0; k < 3u; ++k) {
      sums[k][0] += w * c;
      sums[k][1] += w * s;
      const double twice = c * c - s * s;
      s                  = 2.0 * c * s;
      c                  = twice;
    }
  }
  return (hypot(sums[0][0], sums[0][1]) + hypot(sums[1][0], sums[1][1]) +
          0.8 * hypot(sums[2][0], sums[2][1])) /
         sum;
}

/// The likeliest row of local paces: knots of the pulse, phase not yet right
static BlStatus
follow_pace(const BlOnsets* const onsets,
            const double          hz,
            BlCancel* const       cancel,
            BlPulse* const        pulse)
{
  const double         last = onsets->time[onsets->n - 1u];
  const double         hop  = fmax(WINDOW_HOP_S, last / (BL_KNOTS_MAX - 2.0));
  const size_t         n    = (size_t)(last / hop) + 2u;
  unsigned char* const back = (unsigned char*)calloc(n, PACES);
  double               score[PACES] = { 0 };
  if (!back) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < n; ++i) {
    double next[PACES];
    if (bl_cancel_check(cancel)) {
      free(back);
      return BL_CANCELLED;
    }
    for (size_t p = 0; p < PACES; ++p) {
      const double pace =
        hz * exp(PACE_STEP * ((double)p - (PACES - 1.0) / 2.0));
      double best = -1e30;
      for (size_t q = p > 3u ? p - 3u : 0; q < PACES && q <= p + 3u; ++q) {
        const double s = score[q] - PACE_COST * fabs((double)p - (double)q);
        if (s > best) {
          best                = s;
          back[i * PACES + p] = (unsigned char)q;
        }
      }
      next[p] = best + window_score(onsets, (double)i * hop, pace);
    }
    memcpy(score, next, sizeof(score));
  }

  size_t best = 0;
  for (size_t p = 1; p < PACES; ++p) {
    best = score[p] > score[best] ? p : best;
  }
  double paces[BL_KNOTS_MAX];
  for (size_t i = n; i-- > 0;) {
    paces[i] = hz * exp(PACE_STEP * ((double)best - (PACES - 1.0) / 2.0));
    best     = back[i * PACES + best];
  }
  free(back);

  memset(pulse, 0, sizeof(*pulse));
  pulse->n_knots = n;
  pulse->drifts  = true;
  for (size_t i = 0; i < n; ++i) {
    pulse->time[i] = (double)i * hop;
    pulse->beat[i] =
      i ? pulse->beat[i - 1u] + hop * 0.5 * (paces[i] + paces[i - 1u]) : 0.0;
  }
  return BL_SUCCESS;
}

/// Move each knot so that the onsets around it fall on the pulse's parts
static void
follow_phase(const BlOnsets* const onsets, BlPulse* const pulse)
{
  double moves[BL_KNOTS_MAX];
  double last = 0.0;
  for (size_t i = 0; i < pulse->n_knots; ++i) {
    double re[2] = { 0.0 };
    double im[2] = { 0.0 };
    for (size_t n = 0; n < onsets->n; ++n) {
      const double t = onsets->time[n] - pulse->time[i];
      if (fabs(t) >= WINDOW_S / 2.0) {
        continue;
      }
      const double w =
        onsets->weight[n] * (0.5 + 0.5 * cos(2.0 * M_PI * t / WINDOW_S));
      const double beat = bl_pulse_beat(pulse, onsets->time[n]);
      for (size_t k = 0; k < 2u; ++k) {
        re[k] += w * cos(2.0 * M_PI * (k ? 4.0 : 2.0) * beat);
        im[k] += w * sin(2.0 * M_PI * (k ? 4.0 : 2.0) * beat);
      }
    }
    const size_t k     = hypot(re[1], im[1]) > hypot(re[0], im[0]);
    const double parts = k ? 4.0 : 2.0;
    const double phase = atan2(im[k], re[k]) / (2.0 * M_PI * parts);
    // The turn that lies nearest to the knot before
    last     = i ? phase + round((last - phase) * parts) / parts : phase;
    moves[i] = last;
  }
  for (size_t i = 0; i < pulse->n_knots; ++i) {
    pulse->beat[i] -= moves[i];
  }
  for (size_t i = 1; i < pulse->n_knots; ++i) {
    pulse->beat[i] = fmax(pulse->beat[i], pulse->beat[i - 1u] + 0.1);
  }
}

static double
octave_score(const BlOnsets* const onsets,
             const BlPulse* const  pulse,
             const double          factor,
             const double          centre)
{
  const double ratio = log(pulse->bpm * factor / centre);
  double       score = octave_weights[0] * ratio * ratio;
  for (size_t k = 0; k < BL_LEVELS; ++k) {
    score += octave_weights[k + 1u] *
             coherence(onsets, pulse, 4.0 * factor / (double)(1u << k), NULL);
  }
  return score;
}

/// Half, double or as guessed
static void
choose_octave(const BlOnsets* const onsets,
              const double          typical,
              BlPulse* const        pulse)
{
  static const double factors[] = { 1.0, 0.5, 2.0, 0.25, 4.0 };
  const double        centre    = typical > 0.0
                                    ? pow(BL_OCTAVE_CENTRE, 0.75) * pow(typical, 0.25)
                                    : BL_OCTAVE_CENTRE;
  double              scores[BL_COUNT(factors)];
  size_t              best = 0;
  double              sum  = 0.0;
  for (size_t i = 0; i < BL_COUNT(factors); ++i) {
    scores[i] = octave_score(onsets, pulse, factors[i], centre);
    best      = scores[i] > scores[best] ? i : best;
  }
  for (size_t i = 0; i < BL_COUNT(factors); ++i) {
    sum += exp(scores[i] - scores[best]);
  }

  const double bpm = pulse->bpm * factors[best];
  const bool lower = octave_score(onsets, pulse, factors[best] * 0.5, centre) >
                     octave_score(onsets, pulse, factors[best] * 2.0, centre);
  bl_pulse_scale(pulse, factors[best]);
  pulse->confidence      = 1.0 / sum;
  pulse->alternatives[0] = lower ? bpm * 0.5 : bpm * 2.0;
  pulse->alternatives[1] = lower ? bpm * 2.0 : bpm * 0.5;
}

static void
measure(const BlOnsets* const onsets, BlPulse* const pulse)
{
  const double first = onsets->time[0];
  const double last  = onsets->time[onsets->n - 1u];
  if (pulse->drifts) {
    pulse->bpm = 60.0 *
                 (bl_pulse_beat(pulse, last) - bl_pulse_beat(pulse, first)) /
                 fmax(last - first, 1.0);
  }
}

BlStatus
bl_pulse_find(const BlOnsets* const onsets,
              const double          typical,
              BlCancel* const       cancel,
              BlPulse* const        pulse)
{
  memset(pulse, 0, sizeof(*pulse));
  if (onsets->n < 2u || onsets->time[onsets->n - 1u] - onsets->time[0] < 1.0) {
    bl_pulse_even(onsets, typical > 0.0 ? typical : BL_OCTAVE_CENTRE, pulse);
    return BL_SUCCESS;
  }

  double         hz    = 0.0;
  BlStatus       st    = guess_hz(onsets, cancel, &hz);
  BlPulse* const drift = (BlPulse*)calloc(1, sizeof(BlPulse));
  if (!drift) {
    return BL_NO_MEM;
  }
  st = st ? st : follow_pace(onsets, hz, cancel, drift);
  if (!st) {
    follow_phase(onsets, drift);
    follow_phase(onsets, drift);
    measure(onsets, drift);
    bl_pulse_even(onsets, hz * 60.0, pulse);
    const double even = levels_score(onsets, pulse) / 2.8;
    const double gain = levels_score(onsets, drift) / 2.8 - even;
    pulse->evidence   = even;
    drift->evidence   = even + gain;
    if (gain > DRIFT_GAIN) {
      *pulse = *drift;
    }
    choose_octave(onsets, typical, pulse);
    for (size_t k = 0; k < BL_LEVELS; ++k) {
      pulse->level[k] = coherence(onsets, pulse, 4.0 / (double)(1u << k), NULL);
    }
    pulse->coherence = fmax(pulse->level[0], pulse->level[1]);
  }
  free(drift);
  return st;
}

double
bl_pulse_phase(const BlOnsets* const onsets,
               const BlPulse* const  pulse,
               const double          parts)
{
  double       fine   = 0.0;
  double       coarse = 0.0;
  const double sure   = coherence(onsets, pulse, parts, &fine);
  return coherence(onsets, pulse, 0.5 * parts, &coarse) > sure ? 2.0 * coarse
                                                               : fine;
}

void
bl_pulse_scale(BlPulse* const pulse, const double factor)
{
  pulse->bpm *= factor;
  for (size_t i = 0; i < pulse->n_knots; ++i) {
    pulse->beat[i] *= factor;
  }
}

double
bl_pulse_beat(const BlPulse* const pulse, const double time)
{
  size_t i = 1;
  while (i + 1u < pulse->n_knots && pulse->time[i] <= time) {
    ++i;
  }
  const double pace = (pulse->beat[i] - pulse->beat[i - 1u]) /
                      (pulse->time[i] - pulse->time[i - 1u]);
  return pulse->beat[i - 1u] + (time - pulse->time[i - 1u]) * pace;
}

double
bl_pulse_time(const BlPulse* const pulse, const double beat)
{
  size_t i = 1;
  while (i + 1u < pulse->n_knots && pulse->beat[i] <= beat) {
    ++i;
  }
  const double pace = (pulse->beat[i] - pulse->beat[i - 1u]) /
                      (pulse->time[i] - pulse->time[i - 1u]);
  return pulse->time[i - 1u] + (beat - pulse->beat[i - 1u]) / pace;
}

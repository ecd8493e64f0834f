// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "result/peak.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PHASES 4u
#define TAPS 12u  ///< Of each phase, as in BS.1770, annex 2
#define HALF 6    ///< Of the taps, on either side
#define BLOCK 16u ///< Output positions decided about together

struct BlTruePeakImpl
{
  // Immutable after new
  uint32_t channels;
  float    table[PHASES][TAPS];
  float    gain; ///< Highest sum of magnitudes: no output is above gain * input

  // Of the running stream
  float  history[8][TAPS - 1 + BLOCK];
  size_t filled; ///< New frames in history, behind the first TAPS - 1
  float  highest;
  float  samples;
};

static void
make_table(BlTruePeak* const peak)
{
  const double pi = 3.14159265358979323846;
  for (unsigned p = 0; p < PHASES; ++p) {
    double sum    = 0.0;
    float  around = 0.0f;
    double taps[TAPS];
    for (unsigned k = 0; k < TAPS; ++k) {
      const double t      = (double)k - (HALF - 1) - (double)p / PHASES;
      const double x      = t / HALF;
      const double window = fabs(x) < 1.0 ? 0.5 + 0.5 * cos(pi * x) : 0.0;
      taps[k] = (fabs(t) < 1e-9 ? 1.0 : sin(pi * t) / (pi * t)) * window;
      sum += taps[k];
    }
    for (unsigned k = 0; k < TAPS; ++k) {
      peak->table[p][k] = (float)(taps[k] / sum);
      around += fabsf(peak->table[p][k]);
    }
    peak->gain = fmaxf(peak->gain, around);
  }
}

BlTruePeak*
bl_true_peak_new(const uint32_t channels)
{
  if (!channels || channels > 8) {
    return NULL;
  }

  BlTruePeak* const peak = (BlTruePeak*)calloc(1, sizeof(BlTruePeak));
  if (peak) {
    peak->channels = channels;
    make_table(peak);
  }
  return peak;
}

void
bl_true_peak_free(BlTruePeak* const peak)
{
  free(peak);
}

static void
measure_block(BlTruePeak* const peak, const float* const x)
{
  float local = 0.0f;
  for (unsigned i = 0; i < TAPS - 1 + BLOCK; ++i) {
    local = fmaxf(local, fabsf(x[i]));
  }
  if (local * peak->gain <= peak->highest) {
    return;
  }

  for (unsigned p = 0; p < PHASES; ++p) {
    for (unsigned i = 0; i < BLOCK; ++i) {
      float sum = 0.0f;
      for (unsigned k = 0; k < TAPS; ++k) {
        sum += x[i + k] * peak->table[p][k];
      }
      peak->highest = fmaxf(peak->highest, fabsf(sum));
    }
  }
}

void
bl_true_peak_add(BlTruePeak* const  peak,
                 const float* const frames,
                 const size_t       count)
{
  for (size_t i = 0; i < count; ++i) {
    for (uint32_t c = 0; c < peak->channels; ++c) {
      const float x = frames[i * peak->channels + c];
      peak->history[c][TAPS - 1 + peak->filled] = x;
      peak->samples = fmaxf(peak->samples, fabsf(x));
    }
    if (++peak->filled < BLOCK) {
      continue;
    }

    for (uint32_t c = 0; c < peak->channels; ++c) {
      float* const x = peak->history[c];
      measure_block(peak, x);
      memmove(x, x + BLOCK, sizeof(float) * (TAPS - 1));
    }
    peak->filled = 0;
  }
}

double
bl_true_peak_value(const BlTruePeak* const peak)
{
  return (double)fmaxf(peak->highest, peak->samples);
}

double
bl_true_peak_samples(const BlTruePeak* const peak)
{
  return (double)peak->samples;
}

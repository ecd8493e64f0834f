// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "result/resample.h"

#include "base/limits.h"

#include <samplerate.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PASS 0.92            ///< Of the lower Nyquist frequency; stop is at 1
#define ATTENUATION 130.0    ///< dB
#define TABLE_MAX (1u << 20) ///< Coefficients; more phases: libsamplerate
#define TAPS_STEP 16u        ///< Taps are a multiple: four vectors at a time

typedef float V4 __attribute__((vector_size(16)));

struct BlResamplerImpl
{
  // Immutable after new
  uint32_t   channels;
  double     ratio; ///< Output frames per input frame
  uint32_t   up;    ///< Of the fraction up / down
  uint32_t   down;
  uint32_t   taps;
  float*     table; ///< up * taps; NULL: src is used
  size_t     room;  ///< Output frames per call
  SRC_STATE* src;

  // Of the running stream
  float*   planes; ///< channels * plane_size: history, then the new chunk
  size_t   plane_size;
  size_t   have;  ///< Frames in the planes
  uint64_t phase; ///< Of the next output frame, in 1/up input frames, counted
                  ///< from the first frame in the planes
  uint64_t in;    ///< Frames got so far
  uint64_t out;   ///< Frames given so far
};

static uint32_t
greatest_common_divisor(uint32_t a, uint32_t b)
{
  while (b) {
    const uint32_t rest = a % b;
    a                   = b;
    b                   = rest;
  }
  return a;
}

/// Modified Bessel function of the first kind, order 0
static double
bessel_i0(const double x)
{
  double sum  = 1.0;
  double term = 1.0;
  for (int k = 1; term > 1e-18 * sum; ++k) {
    const double half = x / (2.0 * k);
    term *= half * half;
    sum += term;
  }
  return sum;
}

/// Windowed sinc at `t` input frames from its middle
static double
kernel(const double t, const double half_width, const double cutoff)
{
  static const double beta = 0.1102 * (ATTENUATION - 8.7);

  const double x = t / half_width;
  if (fabs(x) >= 1.0) {
    return 0.0;
  }

  const double pi     = 3.14159265358979323846;
  const double angle  = 2.0 * pi * cutoff * t;
  const double sinc   = fabs(angle) < 1e-12 ? 1.0 : sin(angle) / angle;
  const double window = bessel_i0(beta * sqrt(1.0 - x * x)) / bessel_i0(beta);
  return sinc * window;
}

/// Phase p of the table is the output at p / up after an input frame
static bool
make_table(BlResampler* const r)
{
  const double   narrow = fmin(1.0, r->ratio); // Of the input's Nyquist
  const double   pi     = 3.14159265358979323846;
  const double   width  = pi * (1.0 - PASS) * narrow;
  const uint32_t taps   = (uint32_t)ceil((ATTENUATION - 8.0) / (2.285 * width));

  r->taps = (taps / TAPS_STEP + 1u) * TAPS_STEP;
  if ((uint64_t)r->taps * r->up > TABLE_MAX) {
    return false;
  }

  r->table = (float*)malloc(sizeof(float) * r->taps * r->up);
  if (!r->table) {
    return false;
  }

  const double cutoff = 0.25 * (1.0 + PASS) * narrow;
  const double half   = 0.5 * r->taps;
  for (uint32_t p = 0; p < r->up; ++p) {
    const double fraction = (double)p / r->up;
    double       sum      = 0.0;
    for (uint32_t k = 0; k < r->taps; ++k) {
      sum += kernel((double)k - (half - 1.0) - fraction, half, cutoff);
    }
    for (uint32_t k = 0; k < r->taps; ++k) {
      r->table[(size_t)p * r->taps + k] =
        (float)(kernel((double)k - (half - 1.0) - fraction, half, cutoff) /
                sum);
    }
  }
  return true;
}

/// What polyphase cannot do falls to libsamplerate
static bool
init_filter(BlResampler* const r)
{
  r->room = (size_t)(BL_RESAMPLE_CHUNK * r->ratio) + 64u;
  if (make_table(r)) {
    r->plane_size = 2u * r->taps + BL_RESAMPLE_CHUNK;
    r->planes     = (float*)calloc(r->plane_size * r->channels, sizeof(float));
    r->have       = r->taps / 2 - 1; // Silence before frame 0
    return r->planes;
  }

  int error = 0;
  r->src    = src_new(SRC_SINC_BEST_QUALITY, (int)r->channels, &error);
  return r->src;
}

BlResampler*
bl_resampler_new(const uint32_t from,
                 const uint32_t to,
                 const uint32_t channels)
{
  if (from < BL_RATE_MIN || from > BL_RATE_MAX || to < BL_RATE_MIN ||
      to > BL_RATE_MAX || !channels || channels > 8) {
    return NULL;
  }

  BlResampler* const r = (BlResampler*)calloc(1, sizeof(BlResampler));
  if (!r) {
    return NULL;
  }

  const uint32_t divisor = greatest_common_divisor(from, to);
  r->channels            = channels;
  r->up                  = to / divisor;
  r->down                = from / divisor;
  r->ratio               = (double)to / from;
  if (!init_filter(r)) {
    bl_resampler_free(r);
    return NULL;
  }
  return r;
}

void
bl_resampler_free(BlResampler* const resampler)
{
  if (resampler) {
    if (resampler->src) {
      src_delete(resampler->src);
    }
    free(resampler->planes);
    free(resampler->table);
    free(resampler);
  }
}

size_t
bl_resampler_room(const BlResampler* const resampler)
{
  return resampler->room;
}

static V4
load(const float* const p)
{
  V4 v;
  memcpy(&v, p, sizeof(v));
  return v;
}

/// Four running sums, so that one addition need not wait for the last
static float
dot(const float* const a, const float* const b, const uint32_t count)
{
  V4 s0 = { 0.0f, 0.0f, 0.0f, 0.0f };
  V4 s1 = s0;
  V4 s2 = s0;
  V4 s3 = s0;
  for (uint32_t i = 0; i < count; i += TAPS_STEP) {
    s0 += load(a + i) * load(b + i);
    s1 += load(a + i + 4) * load(b + i + 4);
    s2 += load(a + i + 8) * load(b + i + 8);
    s3 += load(a + i + 12) * load(b + i + 12);
  }

  const V4 s = (s0 + s1) + (s2 + s3);
  return (s[0] + s[1]) + (s[2] + s[3]);
}

static void
append(BlResampler* const r, const float* const in, const size_t frames)
{
  for (uint32_t c = 0; c < r->channels; ++c) {
    float* const plane = r->planes + c * r->plane_size + r->have;
    for (size_t i = 0; i < frames; ++i) {
      plane[i] = in ? in[i * r->channels + c] : 0.0f;
    }
  }
  r->have += frames;
}

static size_t
filter(BlResampler* const r, const uint64_t last, float* const out)
{
  size_t n = 0;
  while (n < r->room && r->out < last) {
    const size_t first = (size_t)(r->phase / r->up);
    if (first + r->taps > r->have) {
      break;
    }

    const float* const taps = r->table + (r->phase % r->up) * r->taps;
    for (uint32_t c = 0; c < r->channels; ++c) {
      out[n * r->channels + c] =
        dot(r->planes + c * r->plane_size + first, taps, r->taps);
    }
    r->phase += r->down;
    ++r->out;
    ++n;
  }

  // What no later output frame needs goes
  const uint64_t next = r->phase / r->up;
  const size_t   gone = next < r->have ? (size_t)next : r->have;
  for (uint32_t c = 0; c < r->channels; ++c) {
    float* const plane = r->planes + c * r->plane_size;
    memmove(plane, plane + gone, sizeof(float) * (r->have - gone));
  }
  r->have -= gone;
  r->phase -= (uint64_t)gone * r->up;
  return n;
}

static size_t
process_src(BlResampler* const r,
            const float* const in,
            const size_t       frames,
            const uint64_t     last,
            float* const       out)
{
  static const float nothing[8] = { 0.0f };

  SRC_DATA data      = { 0 };
  data.data_in       = frames ? in : nothing;
  data.input_frames  = (long)frames;
  data.data_out      = out;
  data.output_frames = (long)r->room;
  data.end_of_input  = !frames;
  data.src_ratio     = r->ratio;
  if (src_process(r->src, &data)) {
    return 0;
  }

  const uint64_t left = last - r->out;
  const uint64_t got  = (uint64_t)data.output_frames_gen;
  r->out += got < left ? got : left;
  return (size_t)(got < left ? got : left);
}

size_t
bl_resampler_process(BlResampler* const r,
                     const float* const in,
                     const size_t       frames,
                     float* const       out)
{
  r->in += frames;

  // Until the end is known, every frame that the input covers may come
  const uint64_t whole = (r->in * r->up + r->down - 1) / r->down;
  const uint64_t last  = frames ? UINT64_MAX : whole;
  if (!r->table) {
    return process_src(r, in, frames, last, out);
  }

  if (frames) {
    append(r, in, frames);
  } else if (r->out < last && r->have < r->plane_size) {
    const size_t left = r->plane_size - r->have;
    append(r, NULL, left < r->taps ? left : r->taps);
  }
  return filter(r, last, out);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/samples.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <math.h>

// By intrinsics where SSE2 is (every x86-64): compilers keep the order of a
// maximum of floats unless all of floating point is made sloppy.  Of two
// values of which one is NaN, _mm_max_ps() yields the second.

float
bl_samples_peak(const float* const audio, const size_t count)
{
  float  peak = 0.0f;
  size_t i    = 0u;

#ifdef __SSE2__
  const __m128 sign    = _mm_set1_ps(-0.0f);
  __m128       most[2] = { _mm_setzero_ps(), _mm_setzero_ps() };
  for (; i + 8u <= count; i += 8u) {
    const __m128 a = _mm_andnot_ps(sign, _mm_loadu_ps(audio + i));
    const __m128 b = _mm_andnot_ps(sign, _mm_loadu_ps(audio + i + 4u));
    most[0]        = _mm_max_ps(a, most[0]);
    most[1]        = _mm_max_ps(b, most[1]);
  }

  float lanes[4];
  _mm_storeu_ps(lanes, _mm_max_ps(most[0], most[1]));
  for (uint32_t j = 0u; j < 4u; ++j) {
    peak = lanes[j] > peak ? lanes[j] : peak;
  }
#endif

  for (; i < count; ++i) {
    const float magnitude = fabsf(audio[i]);
    peak                  = magnitude > peak ? magnitude : peak;
  }
  return peak;
}

void
bl_samples_range(const float* const audio,
                 const size_t       count,
                 float* const       min,
                 float* const       max)
{
  float  low  = *min;
  float  high = *max;
  size_t i    = 0u;

#ifdef __SSE2__
  __m128 lows  = _mm_set1_ps(low);
  __m128 highs = _mm_set1_ps(high);
  for (; i + 4u <= count; i += 4u) {
    const __m128 x = _mm_loadu_ps(audio + i);
    lows           = _mm_min_ps(x, lows);
    highs          = _mm_max_ps(x, highs);
  }

  float lanes[8];
  _mm_storeu_ps(lanes, lows);
  _mm_storeu_ps(lanes + 4, highs);
  for (uint32_t j = 0u; j < 4u; ++j) {
    low  = lanes[j] < low ? lanes[j] : low;
    high = lanes[4u + j] > high ? lanes[4u + j] : high;
  }
#endif

  for (; i < count; ++i) {
    low  = audio[i] < low ? audio[i] : low;
    high = audio[i] > high ? audio[i] : high;
  }
  *min = low;
  *max = high;
}

void
bl_samples_interleave(float* const       to,
                      const float* const left,
                      const float* const right,
                      const size_t       frames)
{
  size_t i = 0u;

#ifdef __SSE2__
  for (; i + 4u <= frames; i += 4u) {
    const __m128 l = _mm_loadu_ps(left + i);
    const __m128 r = _mm_loadu_ps(right + i);
    _mm_storeu_ps(to + 2u * i, _mm_unpacklo_ps(l, r));
    _mm_storeu_ps(to + 2u * i + 4u, _mm_unpackhi_ps(l, r));
  }
#endif

  for (; i < frames; ++i) {
    to[2u * i]      = left[i];
    to[2u * i + 1u] = right[i];
  }
}

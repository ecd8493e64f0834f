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

#ifdef __SSE2__
static __m128
magnitude_mask(void)
{
  return _mm_castsi128_ps(_mm_set1_epi32(0x7FFFFFFF));
}

static __m128
greater(const __m128 x, const __m128 most)
{
  return _mm_max_ps(_mm_and_ps(x, magnitude_mask()), most);
}

static float
greatest(const __m128 most)
{
  const __m128 two = _mm_max_ps(most, _mm_movehl_ps(most, most));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}
#endif

float
bl_samples_peak(const float* const audio, const size_t count)
{
  float  peak = 0.0f;
  size_t i    = 0u;

#ifdef __SSE2__
  __m128 a = _mm_setzero_ps();
  __m128 b = _mm_setzero_ps();
  for (; i + 16u <= count; i += 16u) {
    a = greater(_mm_loadu_ps(audio + i), a);
    b = greater(_mm_loadu_ps(audio + i + 4u), b);
    a = greater(_mm_loadu_ps(audio + i + 8u), a);
    b = greater(_mm_loadu_ps(audio + i + 12u), b);
  }
  peak = greatest(_mm_max_ps(a, b));
#endif

  for (; i < count; ++i) {
    const float magnitude = fabsf(audio[i]);
    peak                  = magnitude > peak ? magnitude : peak;
  }
  return peak;
}

#ifdef __SSE2__
static void
pass_four(float* const to, const float* const from, __m128* const most)
{
  const __m128 x = _mm_loadu_ps(from);
  _mm_storeu_ps(to, x);
  *most = greater(x, *most);
}
#endif

BL_HOT float
bl_samples_pass(float* const to, const float* const from, const size_t count)
{
  float  peak = 0.0f;
  size_t i    = 0u;

#ifdef __SSE2__
  __m128 a = _mm_setzero_ps();
  __m128 b = _mm_setzero_ps();
  for (; i + 8u <= count; i += 8u) {
    pass_four(to + i, from + i, &a);
    pass_four(to + i + 4u, from + i + 4u, &b);
  }
  peak = greatest(_mm_max_ps(a, b));
#endif

  for (; i < count; ++i) {
    const float magnitude = fabsf(from[i]);
    to[i]                 = from[i];
    peak                  = magnitude > peak ? magnitude : peak;
  }
  return peak;
}

bool
bl_samples_range(const float* const audio,
                 const size_t       count,
                 float* const       min,
                 float* const       max)
{
  float  low    = *min;
  float  high   = *max;
  bool   finite = true;
  size_t i      = 0u;

#ifdef __SSE2__
  const __m128i exponent = _mm_set1_epi32(0x7F800000);
  __m128i       odd      = _mm_setzero_si128();
  __m128        lows     = _mm_set1_ps(low);
  __m128        highs    = _mm_set1_ps(high);
  for (; i + 4u <= count; i += 4u) {
    const __m128  x    = _mm_loadu_ps(audio + i);
    const __m128i bits = _mm_and_si128(_mm_castps_si128(x), exponent);
    odd                = _mm_or_si128(odd, _mm_cmpeq_epi32(bits, exponent));
    lows               = _mm_min_ps(x, lows);
    highs              = _mm_max_ps(x, highs);
  }
  finite = !_mm_movemask_epi8(odd);

  float lanes[8];
  _mm_storeu_ps(lanes, lows);
  _mm_storeu_ps(lanes + 4, highs);
  for (uint32_t j = 0u; j < 4u; ++j) {
    low  = lanes[j] < low ? lanes[j] : low;
    high = lanes[4u + j] > high ? lanes[4u + j] : high;
  }
#endif

  for (; i < count; ++i) {
    finite = finite && isfinite(audio[i]);
    low    = audio[i] < low ? audio[i] : low;
    high   = audio[i] > high ? audio[i] : high;
  }
  *min = low;
  *max = high;
  return finite;
}

size_t
bl_samples_clean(float* const audio, const size_t count)
{
  float  low   = 0.0f;
  float  high  = 0.0f;
  size_t found = 0u;
  if (bl_samples_range(audio, count, &low, &high)) {
    return 0u;
  }
  for (size_t i = 0u; i < count; ++i) {
    if (!isfinite(audio[i])) {
      audio[i] = 0.0f;
      ++found;
    }
  }
  return found;
}

#ifdef __SSE2__
static void
interleave_four(float* const       to,
                const float* const left,
                const float* const right,
                __m128* const      a,
                __m128* const      b)
{
  const __m128 l   = _mm_loadu_ps(left);
  const __m128 r   = _mm_loadu_ps(right);
  const __m128 low = _mm_unpacklo_ps(l, r);
  const __m128 top = _mm_unpackhi_ps(l, r);
  _mm_storeu_ps(to, low);
  _mm_storeu_ps(to + 4, top);
  *a = greater(low, *a);
  *b = greater(top, *b);
}
#endif

float
bl_samples_interleave(float* const       to,
                      const float* const left,
                      const float* const right,
                      const size_t       frames)
{
  float  peak = 0.0f;
  size_t i    = 0u;

#ifdef __SSE2__
  __m128 a = _mm_setzero_ps();
  __m128 b = _mm_setzero_ps();
  for (; i + 8u <= frames; i += 8u) {
    interleave_four(to + 2u * i, left + i, right + i, &a, &b);
    interleave_four(to + 2u * i + 8u, left + i + 4u, right + i + 4u, &a, &b);
  }
  peak = greatest(_mm_max_ps(a, b));
#endif

  for (; i < frames; ++i) {
    const float l   = fabsf(left[i]);
    const float r   = fabsf(right[i]);
    to[2u * i]      = left[i];
    to[2u * i + 1u] = right[i];
    peak            = l > peak ? l : peak;
    peak            = r > peak ? r : peak;
  }
  return peak;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "voicing.h"

#include <math.h>
#include <stdlib.h>

bool
bl_scale_has(const unsigned tonic, const bool minor, const unsigned pc)
{
  static const unsigned scales[2] = { 0xab5u, 0x5adu };
  return (scales[minor] >> ((pc + 12u - tonic % 12u) % 12u)) & 1u;
}

/// Sung long enough a semitone beside `pc`, and `pc` itself is not sung
static bool
grates(const float* const histogram, const unsigned pc)
{
  return histogram && histogram[pc % 12u] < 0.2f &&
         (histogram[(pc + 1u) % 12u] > 0.2f ||
          histogram[(pc + 11u) % 12u] > 0.2f);
}

static void
add_extension(unsigned* const    tones,
              size_t* const      n,
              const float* const histogram,
              const unsigned     pc)
{
  if (!grates(histogram, pc)) {
    tones[(*n)++] = pc % 12u;
  }
}

size_t
bl_chord_tones(const BlChord      chord,
               const BlColour     colour,
               const unsigned     tonic,
               const bool         minor,
               const float* const histogram,
               unsigned           tones[BL_VOICES_MAX])
{
  const unsigned root    = chord.root;
  unsigned       third   = root + (chord.minor ? 3u : 4u);
  const unsigned fourth  = (root + 5u) % 12u;
  const bool     major7  = bl_scale_has(tonic, minor, (root + 11u) % 12u);
  const unsigned seventh = root + (major7 && !chord.minor ? 11u : 10u);
  size_t         n       = 0;

  if (histogram && histogram[fourth] > 0.4f && histogram[third % 12u] < 0.1f) {
    third = fourth;
  }
  tones[n++] = root % 12u;
  if (colour != BL_COLOUR_POWER) {
    tones[n++] = third % 12u;
  }
  tones[n++] = (root + 7u) % 12u;

  if (colour == BL_COLOUR_SEVENTH || colour == BL_COLOUR_NINTH) {
    add_extension(tones, &n, histogram, seventh);
  } else if (colour == BL_COLOUR_BLUES) {
    add_extension(tones, &n, histogram, root + 10u);
  }
  const bool ninth_fits = bl_scale_has(tonic, minor, (root + 2u) % 12u);
  if ((colour == BL_COLOUR_NINTH || colour == BL_COLOUR_ADD9) && ninth_fits &&
      third != fourth) {
    add_extension(tones, &n, histogram, root + 2u);
  }
  return n;
}

static int
compare_ints(const void* const a, const void* const b)
{
  return *(const int*)a - *(const int*)b;
}

/// The lowest keys from `start` up that sound all tones, in close position
static BlVoicing
stack(const unsigned* const tones, const size_t n, const int start)
{
  BlVoicing voicing = { n, { 0 } };
  for (size_t i = 0; i < n; ++i) {
    const int up    = ((int)tones[i] - start % 12 + 12) % 12;
    voicing.keys[i] = start + up;
  }
  qsort(voicing.keys, n, sizeof(int), compare_ints);
  return voicing;
}

static double
lead_cost(const BlVoicing* const voicing,
          const BlVoicing* const previous,
          const int              low,
          const int              high)
{
  const double middle = 0.5 * (low + high);
  double       cost   = 0.0;
  double       mean   = 0.0;
  for (size_t i = 0; i < voicing->n; ++i) {
    mean += voicing->keys[i] / (double)voicing->n;
    if (previous->n) {
      int nearest = 99;
      for (size_t k = 0; k < previous->n; ++k) {
        const int move = abs(voicing->keys[i] - previous->keys[k]);
        nearest        = move < nearest ? move : nearest;
      }
      cost += nearest;
    }
    // A second at the bottom is mud
    if (i == 1 && voicing->keys[1] - voicing->keys[0] <= 2 &&
        voicing->keys[0] < 57) {
      cost += 3.0;
    }
  }
  return cost + 0.6 * fabs(mean - middle);
}

BlVoicing
bl_voicing_lead(const unsigned* const  tones,
                const size_t           n,
                const int              low,
                const int              high,
                const BlVoicing* const previous)
{
  BlVoicing best      = stack(tones, n, low);
  double    best_cost = 1e30;
  for (int start = low; start <= high; ++start) {
    const BlVoicing voicing = stack(tones, n, start);
    if (voicing.keys[0] != start || voicing.keys[n - 1u] > high + 4) {
      continue;
    }
    const double cost = lead_cost(&voicing, previous, low, high);
    if (cost < best_cost) {
      best_cost = cost;
      best      = voicing;
    }
  }
  return best;
}

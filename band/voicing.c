// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "voicing.h"

#include <math.h>
#include <stdlib.h>

#define BASS_TOP 52    ///< Below it the bass is not to be crowded
#define SHARED_KEY 6.0 ///< Semitones that it is worth to be off another's key

bool
bl_scale_has(const unsigned tonic, const bool minor, const unsigned pc)
{
  static const unsigned scales[2] = { 0xab5u, 0x5adu };
  return (scales[minor] >> ((pc + 12u - tonic % 12u) % 12u)) & 1u;
}

/// More than `least` is sung a semitone beside `pc`, and more than `share`
/// times what is sung of `pc` itself
static bool
rubs(const float* const histogram,
     const unsigned     pc,
     const float        least,
     const float        share)
{
  const float beside =
    fmaxf(histogram[(pc + 1u) % 12u], histogram[(pc + 11u) % 12u]);
  return beside > least && beside > share * histogram[pc % 12u];
}

static void
add_extension(unsigned* const    tones,
              size_t* const      n,
              const float* const histogram,
              const unsigned     pc)
{
  if (!histogram || !rubs(histogram, pc, 0.08f, 1.0f)) {
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

size_t
bl_chord_yield(const float* const histogram,
               unsigned           tones[BL_VOICES_MAX],
               const size_t       n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; ++i) {
    const bool yields = rubs(histogram, tones[i], 0.2f, 2.0f);
    if (!yields || kept + (n - i) <= 2u) {
      tones[kept++] = tones[i];
    }
  }
  return kept;
}

size_t
bl_chord_clear(const int opening, unsigned tones[BL_VOICES_MAX], const size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; ++i) {
    const unsigned up = (tones[i] + 12u - (unsigned)(opening + 12) % 12u) % 12u;
    const bool     rubs = opening >= 0 && (up == 1u || up == 11u);
    if (!rubs || kept + (n - i) <= 2u) {
      tones[kept++] = tones[i];
    }
  }
  return kept;
}

static int
compare_ints(const void* const a, const void* const b)
{
  return *(const int*)a - *(const int*)b;
}

static double
nearest_key(const int key, const BlVoicing* const voicing)
{
  int best = 24;
  for (size_t i = 0; i < voicing->n; ++i) {
    const int move = abs(key - voicing->keys[i]);
    best           = move < best ? move : best;
  }
  return voicing->n ? best : 0.0;
}

/// How badly two neighbours sound together, and whether it is mud
static double
gap_cost(const int low, const int gap, const bool open)
{
  double cost = gap == 0 ? 20.0 : gap == 1 ? 5.0 : 0.0;
  if ((gap <= 2 && low < 57) || (gap <= 4 && low < 50)) {
    cost += 4.0;
  }
  if (open && gap < 3) {
    cost += 3.0;
  }
  return cost + 1.5 * fmax(gap - (open ? 10.0 : 6.0), 0.0);
}

static double
lie_cost(const BlVoicing* const voicing, const BlVoicingWish* const wish)
{
  const size_t n    = voicing->n;
  const int    span = voicing->keys[n - 1u] - voicing->keys[0];
  double       cost = 0.0;
  double       mean = 0.0;
  for (size_t i = 0; i < n; ++i) {
    mean += voicing->keys[i] / (double)n;
    cost += nearest_key(voicing->keys[i], wish->previous);
    cost += voicing->keys[i] < BASS_TOP ? 4.0 : 0.0;
    if (wish->other && wish->other->n &&
        nearest_key(voicing->keys[i], wish->other) < 0.5) {
      cost += SHARED_KEY;
    }
    if (i + 1u < n) {
      cost += gap_cost(voicing->keys[i],
                       voicing->keys[i + 1u] - voicing->keys[i], wish->open);
    }
  }
  for (size_t i = 0; i < wish->previous->n; ++i) {
    cost += 0.3 * nearest_key(wish->previous->keys[i], voicing);
  }
  cost += wish->open ? fmax(13.0 - span, 0.0) : 1.5 * fmax(span - 12.0, 0.0);
  return cost + (wish->open ? 1.2 : 0.6) * fabs(mean - wish->middle);
}

/// Lowest key of a pitch class from `low` up
static int
lowest_key(const unsigned pc, const int low)
{
  return low + ((int)pc - low % 12 + 12) % 12;
}

BlVoicing
bl_voicing_lead(const unsigned* const      tones,
                const size_t               n,
                const BlVoicingWish* const wish)
{
  BlVoicing best                = { 0 };
  double    best_cost           = 1e30;
  unsigned  turn[BL_VOICES_MAX] = { 0 };
  for (size_t i = 0; i < n;) {
    BlVoicing voicing = { n, { 0 } };
    for (size_t k = 0; k < n; ++k) {
      voicing.keys[k] = lowest_key(tones[k], wish->low) + 12 * (int)turn[k];
    }
    qsort(voicing.keys, n, sizeof(int), compare_ints);
    const double cost = lie_cost(&voicing, wish);
    if (cost < best_cost) {
      best_cost = cost;
      best      = voicing;
    }
    // The next combination of octaves, like the digits of a number
    for (i = 0; i < n; ++i) {
      ++turn[i];
      if (lowest_key(tones[i], wish->low) + 12 * (int)turn[i] <= wish->high) {
        break;
      }
      turn[i] = 0;
    }
  }
  return best;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_RANDOM_H
#define BL_BAND_RANDOM_H

#include "base/attributes.h"

#include <stdint.h>

/// A stream of pseudo-random numbers (splitmix64); the seed is its state
typedef struct
{
  uint64_t state;
} BlRandom;

static inline uint64_t
bl_random_next(BlRandom* const random)
{
  uint64_t z = (random->state += 0x9e3779b97f4a7c15ull);
  z          = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z          = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/// 0 <= x < 1
static inline double
bl_random_unit(BlRandom* const random)
{
  return (double)(bl_random_next(random) >> 11) * 0x1p-53;
}

/// -1 < x < 1, more often near 0
static inline double
bl_random_bell(BlRandom* const random)
{
  return bl_random_unit(random) - bl_random_unit(random);
}

#endif // BL_BAND_RANDOM_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_tempo.h"

#include <math.h>
#include <stddef.h>

bool
bl_metric_tempo_acc1(const double bpm, const double found)
{
  return fabs(found - bpm) <= 0.04 * bpm;
}

bool
bl_metric_tempo_acc2(const double bpm, const double found)
{
  static const double factors[] = { 1.0, 2.0, 0.5, 3.0, 1.0 / 3.0 };
  for (size_t i = 0; i < sizeof(factors) / sizeof(*factors); ++i) {
    if (bl_metric_tempo_acc1(bpm * factors[i], found)) {
      return true;
    }
  }
  return false;
}

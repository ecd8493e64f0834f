// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_key.h"

double
bl_metric_key(const unsigned tonic,
              const bool     minor,
              const unsigned found_tonic,
              const bool     found_minor)
{
  const unsigned above = (found_tonic + 12u - tonic % 12u) % 12u;
  if (minor == found_minor) {
    return above == 0u ? 1.0 : above == 7u || above == 5u ? 0.5 : 0.0;
  }
  if (above == (minor ? 3u : 9u)) {
    return 0.3;
  }
  return above == 0u ? 0.2 : 0.0;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_events.h"

double
bl_metric_events(const double* const truth,
                 const size_t        n_truth,
                 const double* const found,
                 const size_t        n_found,
                 const double        window)
{
  size_t hits = 0;
  size_t k    = 0;
  // Both ascend and the windows are equally wide: taking the first that fits
  // is a largest matching
  for (size_t i = 0; i < n_truth; ++i) {
    while (k < n_found && found[k] < truth[i] - window) {
      ++k;
    }
    if (k < n_found && found[k] <= truth[i] + window) {
      ++hits;
      ++k;
    }
  }
  return n_truth && n_found ? 2.0 * (double)hits / (double)(n_truth + n_found)
                            : 0.0;
}

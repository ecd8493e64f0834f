// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_notes.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define NOBODY ((size_t)-1)

/// One matching under way (Kuhn's augmenting paths)
typedef struct
{
  const BlMetricNote* truth;
  const BlMetricNote* found;
  size_t              n_found;
  double              seconds;
  size_t*             owner; ///< Of each found note: a true one, or NOBODY
  size_t*             asked; ///< Last round in which it was asked
} Matching;

static bool
fits(const BlMetricNote* const a,
     const BlMetricNote* const b,
     const double              seconds)
{
  return fabs(a->start - b->start) <= seconds + 1e-9 &&
         fabs(a->pitch - b->pitch) <= 0.5 + 1e-9;
}

/// Find a note for true note `i`, others moving on where they can
static bool
place(const Matching* const m, const size_t i, const size_t round)
{
  for (size_t k = 0; k < m->n_found; ++k) {
    if (m->asked[k] != round && fits(&m->truth[i], &m->found[k], m->seconds)) {
      m->asked[k] = round;
      if (m->owner[k] == NOBODY || place(m, m->owner[k], round)) {
        m->owner[k] = i;
        return true;
      }
    }
  }
  return false;
}

BlStatus
bl_metric_notes(const BlMetricNote* const truth,
                const size_t              n_truth,
                const BlMetricNote* const found,
                const size_t              n_found,
                const double              seconds,
                double* const             f)
{
  *f = 0.0;
  if (!n_truth || !n_found) {
    return BL_SUCCESS;
  }
  size_t* const owner = (size_t*)calloc(2u * n_found, sizeof(size_t));
  if (!owner) {
    return BL_NO_MEM;
  }

  const Matching m = { truth, found, n_found, seconds, owner, owner + n_found };
  size_t         hits = 0;
  for (size_t k = 0; k < n_found; ++k) {
    owner[k] = NOBODY;
  }
  for (size_t i = 0; i < n_truth; ++i) {
    hits += place(&m, i, i + 1u);
  }
  free(owner);
  *f = 2.0 * (double)hits / (double)(n_truth + n_found);
  return BL_SUCCESS;
}

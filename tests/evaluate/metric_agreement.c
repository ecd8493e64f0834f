// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_agreement.h"

#include <stdlib.h>

void
bl_metric_agreement_add(BlMetricAgreement* const sum,
                        const int                key,
                        const int                next,
                        const double             sixteenths,
                        const BlChord            chord)
{
  static const signed char consonance[12] = { 1,  -1, -1, 1, 1,  0,
                                              -1, 1,  1,  1, -1, -1 };
  const int                tones[3]       = { 0, chord.minor ? 3 : 4, 7 };
  bool                     inside         = false;
  for (size_t i = 0; i < 3; ++i) {
    const int above = (key - chord.root - tones[i] + 240) % 12;
    inside          = inside || above == 0;
    sum->steps += sixteenths;
    sum->consonance += sixteenths * consonance[above];
  }
  const bool proper = next >= 0 && abs(next - key) <= 2;
  sum->notes += 1.0;
  sum->fitting += inside || proper ? 1.0 : 0.0;
}

double
bl_metric_ctnctr(const BlMetricAgreement* const sum)
{
  return sum->notes > 0.0 ? sum->fitting / sum->notes : 0.0;
}

double
bl_metric_pcs(const BlMetricAgreement* const sum)
{
  return sum->steps > 0.0 ? sum->consonance / sum->steps : 0.0;
}

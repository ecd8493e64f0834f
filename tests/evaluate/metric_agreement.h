// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_METRIC_AGREEMENT_H
#define BL_TESTS_EVALUATE_METRIC_AGREEMENT_H

#include "harmony.h"

#include <stdbool.h>
#include <stddef.h>

/**
   How a melody and chords agree, without any truth: Yeh et al., "Automatic
   melody harmonization with triad chords: a comparative study", JNMR 50(1),
   2021.

   CTnCTR, chord tone to non-chord tone ratio: (chord tones + proper non-chord
   tones) / all notes; a non-chord tone is proper if the next note is at most
   two semitones away.
   PCS, pitch consonance score: the mean over sixteenths in which somebody
   sings, and the chord's tones, of 1 for unison, thirds, fifth and sixths, 0
   for the fourth, -1 for the rest.
*/
typedef struct
{
  double notes;
  double fitting; ///< Chord tones and proper non-chord tones
  double steps;   ///< Sixteenths times chord tones
  double consonance;
} BlMetricAgreement;

/// One note over one chord; `next` is the next note's key, or a negative
/// number at the end
void bl_metric_agreement_add(BlMetricAgreement* sum,
                             int                key,
                             int                next,
                             double             sixteenths,
                             BlChord            chord);

double bl_metric_ctnctr(const BlMetricAgreement* sum);
double bl_metric_pcs(const BlMetricAgreement* sum);

#endif // BL_TESTS_EVALUATE_METRIC_AGREEMENT_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_HARMONY_H
#define BL_BAND_HARMONY_H

#include "base/attributes.h"
#include "base/status.h"
#include "slots.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A triad by its absolute root; colour is the arranger's
typedef struct
{
  unsigned char root; ///< 0 = C ... 11 = B
  bool          minor;
} BlChord;

/// `hold` without a pulse: the middle of a bar is nowhere there, and chords
/// change with phrases
#define BL_HARMONY_FREE_HOLD 8.0

/// How to choose among the chords that fit
typedef struct
{
  double         evidence;    ///< Weight of what is sung; 1 as learned
  double         temperature; ///< 0 = the best path, 1 = adventurous
  double         hold;        ///< Cost of a change inside a bar, 0 = as learned
  const BlChord* avoid;       ///< Another variant's chords, or NULL
  const char*    stock; ///< Progression of the style: "1 5 6m 4", a bar each
  double         stock_weight;
  uint64_t       seed;
} BlHarmonyTaste;

/**
   One chord for each slot, in the key that the slot carries.

   The chords are those that are most probably right, each (harmony_model.h),
   with little say for the moves between them; bars that sound alike get
   nearly the same scores; the last chord is the tonic, and sections end with
   cadences.

   `evidence` also weighs how much of the singing belongs to the chord, so
   that more of it never agrees less.  `temperature` adds chance, borrowed
   chords, secondary dominants and tritone substitutes, but never for a chord
   that much of the singing rubs against; more of it never makes the choice
   more usual.  With `avoid`, at least a quarter of the bars differ from it,
   not counting cadences.

   `chords` has room for slots->n.  *mean_log_probability (may be NULL) says
   how usual the choice is, in nats a slot by the model's own measure.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_harmony_find(const BlSlots*        slots,
                const BlForm*         form,
                const BlHarmonyTaste* taste,
                BlChord*              chords,
                double*               mean_log_probability);

/**
   Where nobody sings for two bars or more before the singing goes on, let the
   first four sung bars' chords go round, so that the fourth leads into what
   follows, and the last chord before a tonic be a dominant.  `chords` are
   bl_harmony_find()'s; where nobody sings at all they stay.
*/
BL_THREAD_ANY void bl_harmony_vamp(const BlSlots* slots, BlChord* chords);

#endif // BL_BAND_HARMONY_H

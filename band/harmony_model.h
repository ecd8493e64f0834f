// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_HARMONY_MODEL_H
#define BL_BAND_HARMONY_MODEL_H

#include "base/attributes.h"
#include "base/status.h"
#include "harmony.h"
#include "harmony_features.h"

#include <stddef.h>

/**
   The model of which chords people put to which melodies: a linear-chain
   conditional random field (Lafferty, McCallum and Pereira, ICML 2001) over
   24 triads, one for each slot.

   The tables hold what was learned, in sixteenths of a nat and counted from
   the frame of harmony_features.h; scores here are by absolute root.
*/

#define BL_HARMONY_SCALE (1.0f / 16.0f)

typedef signed char BlHarmonyRow[BL_HARMONY_CHORDS];

/// [0] for major keys, [1] for minor ones
typedef struct
{
  BlHarmonyRow weights[2][BL_N_FEATURES];
  BlHarmonyRow moves[2][2][BL_HARMONY_CHORDS]; ///< [inside the bar][from]
} BlHarmonyTable;

/// What was learned: harmony_table.h
extern const BlHarmonyTable bl_harmony_table;

typedef float BlHarmonyScores[BL_HARMONY_CHORDS];

/// Scores of each slot by what is sung (times `evidence`) and where it lies.
/// Room for slots->n rows
BL_THREAD_ANY void bl_harmony_scores(const BlHarmonyTable* table,
                                     const BlHarmonyView*  view,
                                     double                evidence,
                                     BlHarmonyScores*      scores);

/// Move each row a `share` of the way to the mean of all bars that sound alike
BL_THREAD_ANY BL_NODISCARD BlStatus bl_harmony_share(const BlSlots*   slots,
                                                     const BlForm*    form,
                                                     float            share,
                                                     BlHarmonyScores* scores);

/// How good a move into slot `i` is, chords by absolute root
BL_THREAD_ANY float bl_harmony_move(const BlHarmonyTable* table,
                                    const BlSlot*         slot,
                                    size_t                from,
                                    size_t                to);

/// Probabilities of each slot's chords, all others summed over (forward and
/// backward).  Room for slots->n rows;
/// not `scores` itself
BL_THREAD_ANY BL_NODISCARD BlStatus
bl_harmony_posterior(const BlHarmonyTable*  table,
                     const BlSlots*         slots,
                     const BlHarmonyScores* scores,
                     BlHarmonyScores*       posterior);

/// As bl_harmony_find(), by another table
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_harmony_find_by(const BlHarmonyTable* table,
                   const BlSlots*        slots,
                   const BlForm*         form,
                   const BlHarmonyTaste* taste,
                   BlChord*              chords,
                   double*               mean_log_probability);

#endif // BL_BAND_HARMONY_MODEL_H

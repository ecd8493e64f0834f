// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_KEY_MODEL_H
#define BL_BAND_KEY_MODEL_H

#include "base/attributes.h"
#include "key.h"
#include "notes.h"

/**
   What is known of keys from melodies: key_table.h, learned by
   tests/evaluate/train_key.c, which uses the functions below with tables of
   its own.

   The key is the likeliest of 24 profiles of sung melodies.  Long notes count
   more than their length (each to the power of BL_KEY_LONG), and a pitch class
   that is sung much less than its share (to the power of BL_KEY_EVEN).
*/

#define BL_KEY_LONG 1.25
#define BL_KEY_EVEN 0.7

/// Where the logarithm of a profile is taken: one wrong note rules no key out
#define BL_KEY_FLOOR 0.008

/// The likelihood's scale that makes its probabilities right
#define BL_KEY_SCALE 12.0

typedef double BlKeyProfiles[2][12]; ///< Degrees from the tonic: major, minor

typedef struct
{
  BlKeyProfiles time;  ///< Share of the time that is sung, for single slots
  BlKeyProfiles notes; ///< And of bl_key_weigh(), for a take
} BlKeyTable;

/// What was learned
extern const BlKeyTable bl_key_table;

/// How much each pitch class weighs; sums to no fixed number, all 0 without
/// notes
BL_THREAD_ANY void bl_key_weigh(const BlNotes* notes, double weight[12]);

/// As bl_key_find(), by another table
BL_THREAD_ANY void bl_key_find_by(const BlKeyTable* table,
                                  const BlNotes*    notes,
                                  BlKey*            key);

#endif // BL_BAND_KEY_MODEL_H

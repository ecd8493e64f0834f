// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_HARMONY_FEATURES_H
#define BL_BAND_HARMONY_FEATURES_H

#include "base/attributes.h"
#include "slots.h"

#include <stddef.h>
#include <stdint.h>

/**
   What the harmony's model looks at: the one place where it is written down,
   for the band and for what trains it (tests/evaluate/train_harmony.c).

   Pitch classes are counted from the tonic of the major key with the slot's
   signature (A minor counts from C), so that both modes see the same notes in
   the same places.
*/

#define BL_HARMONY_CHORDS 24u ///< 12 major, 12 minor

/// Offsets into the features; groups of 12 are by pitch class
enum
{
  BL_FEATURE_BIAS    = 0,
  BL_FEATURE_PLACE   = 1,   ///< 8: half bar of four bars, from the section's
  BL_FEATURE_SUNG    = 9,   ///< 9 x 12: this slot, four before and four after
  BL_FEATURE_FIRST   = 117, ///< First note that begins here
  BL_FEATURE_LONGEST = 129,
  BL_FEATURE_PRESENT = 141, ///< Sung at all, however short
  BL_FEATURE_REST    = 153, ///< 8: silence here, around, how long
  BL_FEATURE_RESTING = 161, ///< 8: silence by place
  BL_FEATURE_ENDS    = 169, ///< 5: near the take's start and end
  BL_FEATURE_WHOLE   = 174, ///< All of the take
  BL_FEATURE_LOOP4   = 186, ///< The same place of other rounds of four bars
  BL_FEATURE_LOOP8   = 198, ///< And of eight
  BL_N_FEATURES      = 210
};

#define BL_FEATURES_AT_ONCE 180u

typedef struct
{
  uint16_t index;
  float    value;
} BlFeature;

/// What is the same for all slots of a take; a plain value
typedef struct
{
  const BlSlots* slots;
  const BlForm*  form;
  float          whole[12];
  float          loop4[8][12];
  float          loop8[16][12];
  unsigned       rounds4[8]; ///< How many slots are in each sum
  unsigned       rounds8[16];
} BlHarmonyView;

/// Borrows both as long as the view is used
BL_THREAD_ANY void bl_harmony_view(const BlSlots* slots,
                                   const BlForm*  form,
                                   BlHarmonyView* view);

/// Features of slot `i`; @return how many
BL_THREAD_ANY size_t bl_harmony_features(const BlHarmonyView* view,
                                         size_t               i,
                                         BlFeature out[BL_FEATURES_AT_ONCE]);

/// Pitch class from which a slot's features and chords are counted
BL_THREAD_ANY unsigned bl_harmony_frame(const BlSlot* slot);

#endif // BL_BAND_HARMONY_FEATURES_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_KEY_H
#define BL_BAND_KEY_H

#include "base/attributes.h"
#include "base/status.h"
#include "notes.h"
#include "slots.h"

#include <stdbool.h>

/// A key by ear
typedef struct
{
  unsigned tonic; ///< 0 = C ... 11 = B
  bool     minor;
  double   confidence; ///< 0..1: probability against the other 23
  double   score[24];  ///< Log-likelihoods by profile: 12 major, 12 minor
} BlKey;

/**
   The key of a melody by profiles of sung melodies (key_model.h).

   No notes yield C major with confidence 0.
*/
BL_THREAD_ANY void bl_key_find(const BlNotes* notes, BlKey* key);

/**
   The key of each slot, where a song changes it: Viterbi over the slots with a
   high cost for a change, so high that a borrowed bar is none.

   Where there is no change every slot gets *key; else *key becomes the one
   that lasts longest.  @return BL_NO_MEM
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_key_follow(BlSlots* slots, BlKey* key);

/// "A minor"; a borrowed constant
BL_THREAD_ANY const char* bl_key_name(unsigned tonic, bool minor);

/// Read "in G minor", "f# major", "Bb min": the whole of `text`
BL_THREAD_ANY bool bl_key_read(const char* text, unsigned* tonic, bool* minor);

#endif // BL_BAND_KEY_H

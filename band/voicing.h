// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_VOICING_H
#define BL_BAND_VOICING_H

#include "base/attributes.h"
#include "groove.h"
#include "harmony.h"

#include <stdbool.h>
#include <stddef.h>

#define BL_VOICES_MAX 6u

/// Keys of a chord, from below
typedef struct
{
  size_t n;
  int    keys[BL_VOICES_MAX];
} BlVoicing;

/// True if a pitch class belongs to the key's scale (minor: natural, and the
/// leading tone over its dominant is the chord's own business)
BL_THREAD_ANY bool bl_scale_has(unsigned tonic, bool minor, unsigned pc);

/**
   Pitch classes of a chord in a colour.

   An extension must lie in the scale and may not grate against what is sung
   (`histogram` of the slot, may be NULL); a long sung fourth suspends the
   third.  @return how many
*/
BL_THREAD_ANY size_t bl_chord_tones(BlChord      chord,
                                    BlColour     colour,
                                    unsigned     tonic,
                                    bool         minor,
                                    const float* histogram,
                                    unsigned     tones[BL_VOICES_MAX]);

/// Put the tones between `low` and `high` so that each voice moves little
/// from `previous` (n = 0: from the middle)
BL_THREAD_ANY BlVoicing bl_voicing_lead(const unsigned*  tones,
                                        size_t           n,
                                        int              low,
                                        int              high,
                                        const BlVoicing* previous);

#endif // BL_BAND_VOICING_H

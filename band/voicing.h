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
   Pitch classes of a chord in a colour: root, third, fifth, extensions.

   An extension must lie in the scale and may not grate against what is sung
   (`histogram`: the share that each pitch class is sung, may be NULL); a long
   sung fourth suspends the third.  @return how many
*/
BL_THREAD_ANY size_t bl_chord_tones(BlChord      chord,
                                    BlColour     colour,
                                    unsigned     tonic,
                                    bool         minor,
                                    const float* histogram,
                                    unsigned     tones[BL_VOICES_MAX]);

/// Leave out what is a semitone beside long singing and is not sung itself;
/// two tones stay at least.  @return how many are left
BL_THREAD_ANY size_t bl_chord_yield(const float* histogram,
                                    unsigned     tones[BL_VOICES_MAX],
                                    size_t       n);

/// Leave out what is a semitone beside the pitch class that is sung where the
/// chord is struck (-1: none): a suspension is the voice's to resolve.  Two
/// tones stay at least.  @return how many are left
BL_THREAD_ANY size_t bl_chord_clear(int      opening,
                                    unsigned tones[BL_VOICES_MAX],
                                    size_t   n);

/// How a chord is to lie
typedef struct
{
  int              low;      ///< Keys it lies between, both included
  int              high;     ///< At least two octaves above `low`
  int              middle;   ///< Around which
  bool             open;     ///< Spread over more than an octave
  const BlVoicing* previous; ///< To lead from; n = 0: from nothing
  const BlVoicing* other;    ///< Whose keys to keep away from; or NULL
} BlVoicingWish;

/// Put the tones so that each voice moves little, and clearly: no cluster,
/// nothing narrow at the bottom, no hole in the middle
BL_THREAD_ANY BlVoicing bl_voicing_lead(const unsigned*      tones,
                                        size_t               n,
                                        const BlVoicingWish* wish);

#endif // BL_BAND_VOICING_H

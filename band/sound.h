// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SOUND_H
#define BL_BAND_SOUND_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "score.h"

#include <stdint.h>

/**
   A soundfont that is loaded once: while it is open, synths that play from
   it find its samples in FluidSynth's cache instead of decoding them again.

   Owner: who opened it.  One thread at a time.
*/
typedef struct BlSoundImpl BlSound;

/// @return BL_NO_SOUNDFONT where it cannot be read
BL_THREAD_JOB BL_NODISCARD BlStatus bl_sound_open(const char* path,
                                                  uint32_t    rate,
                                                  BlSound**   sound);

/// How a key of an instrument speaks
typedef struct
{
  double attack; ///< Seconds that it is sent before its time
  double voices; ///< Of the synth, that it takes
} BlAttack;

typedef struct
{
  BlAttack part[BL_N_PARTS];
  BlAttack drum[128];
} BlAttacks;

/// Measure how slowly each part of a score speaks, by a test stroke: the time
/// to 10 dB below the peak, at most 70 ms.  Cancelled, it leaves the rest
/// unmeasured
BL_THREAD_JOB void bl_sound_measure(BlSound*        sound,
                                    const BlScore*  score,
                                    const BlCancel* cancel,
                                    BlAttacks*      attacks);

/// What a note is expected to cost: voice seconds
BL_THREAD_ANY double bl_sound_cost(const BlAttacks* attacks,
                                   const BlEvent*   event);

/**
   Set each part's `gain_db` so that it comes out at its `level_lu`, whatever
   the soundfont makes of its program and the players of its velocities: by
   the loudness (EBU R128, gated) of some seconds in which it plays.  Chords
   with most of their energy between 250 and 500 Hz get a dip there.
   Cancelled, it leaves them as they are.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_sound_balance(BlSound*        sound,
                                                     const BlCancel* cancel,
                                                     BlScore*        score);

/// NULL is allowed
BL_THREAD_JOB void bl_sound_close(BlSound* sound);

#endif // BL_BAND_SOUND_H

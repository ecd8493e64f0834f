// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SOUND_H
#define BL_BAND_SOUND_H

#include "base/attributes.h"
#include "base/status.h"
#include "font.h"
#include "score.h"

#include <stdint.h>

/**
   A synth that finds out how a score's instruments sound.  While it is open,
   it holds their samples for the synths that play them.

   Owner: who opened it.  One thread at a time.
*/
typedef struct BlSoundImpl BlSound;

/// The font is borrowed until close, and so is its cancel.  @return
/// BL_NO_SOUNDFONT, BL_CANCELLED, BL_NO_MEM; *sound is to be closed anyway
BL_THREAD_JOB BL_NODISCARD BlStatus bl_sound_open(BlFont*   font,
                                                  uint32_t  rate,
                                                  BlSound** sound);

/// How a key of an instrument speaks
typedef struct
{
  double attack; ///< Seconds that it is sent before its time
  double voices; ///< Of the synth, that it takes
  double send;   ///< Of the soundfont to the room, thousandths
  double tail;   ///< Seconds that they sound on once the key is up
} BlAttack;

typedef struct
{
  BlAttack part[BL_N_PARTS];
  BlAttack drum[128];
} BlAttacks;

/// Measure how slowly each part of a score speaks, by test strokes on keys that
/// it plays: the time to 10 dB below the peak, at most 70 ms.  @return
/// BL_CANCELLED
BL_THREAD_JOB BL_NODISCARD BlStatus bl_sound_measure(BlSound*       sound,
                                                     const BlScore* score,
                                                     BlAttacks*     attacks);

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
BL_THREAD_JOB BL_NODISCARD BlStatus bl_sound_balance(BlSound* sound,
                                                     BlScore* score);

/// NULL is allowed
BL_THREAD_JOB void bl_sound_close(BlSound* sound);

#endif // BL_BAND_SOUND_H

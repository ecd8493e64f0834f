// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SYNTH_H
#define BL_BAND_SYNTH_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "score.h"

#include <stddef.h>
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

/// NULL is allowed
BL_THREAD_JOB void bl_sound_close(BlSound* sound);

/**
   A share of a score is a bit for the even and one for the odd keys of each
   part, so that a key that is struck again meets itself; drums, which cut one
   another short, have the first of theirs alone.
*/
#define BL_SHARE_BITS (2u * BL_N_PARTS)

/// Voices at once.  A band of five has 68 on average without a limit, most of
/// them tails under the music: this many leave a difference of -33 dB, 48
/// would leave one of -22 dB.  Two synths with a share each need about half
#define BL_SYNTH_VOICES 64u
#define BL_SYNTH_VOICES_SHARED 36u

/// Number of the bit that an event belongs to
BL_THREAD_ANY unsigned bl_share_bit(const BlEvent* event);

/// FluidSynth set up for a score.  Owner: the rendering thread.
typedef struct BlSynthImpl BlSynth;

/**
   Load the soundfont and choose programs for a share of the score; send each
   note early by `attacks`.

   @return BL_NO_SOUNDFONT where it cannot be read
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_synth_new(const BlScore*   score,
                                                 unsigned         share,
                                                 unsigned         voices,
                                                 const BlAttacks* attacks,
                                                 const char*      soundfont,
                                                 uint32_t         rate,
                                                 BlSynth**        synth);

/// Next block, interleaved stereo; a multiple of 64 frames.  Silence once the
/// score is over
BL_THREAD_JOB BL_NODISCARD BlStatus bl_synth_render(BlSynth* synth,
                                                    float*   out,
                                                    size_t   frames);

/// NULL is allowed
BL_THREAD_JOB void bl_synth_free(BlSynth* self);

#endif // BL_BAND_SYNTH_H

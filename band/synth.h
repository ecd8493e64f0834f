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

/// Seconds that each part, and each drum, is sent before its time
typedef struct
{
  double part[BL_N_PARTS];
  double drum[128];
} BlAttacks;

/// Measure how slowly each part of a score speaks, by a test stroke: the time
/// to 10 dB below the peak, at most 70 ms
BL_THREAD_JOB void bl_sound_measure(BlSound*       sound,
                                    const BlScore* score,
                                    BlAttacks*     attacks);

/// NULL is allowed
BL_THREAD_JOB void bl_sound_close(BlSound* sound);

/// FluidSynth set up for a score.  Owner: the rendering thread.
typedef struct BlSynthImpl BlSynth;

/**
   Load the soundfont and choose programs for `parts` (a bit each); send each
   note early by `attacks`.

   @return BL_NO_SOUNDFONT where it cannot be read
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_synth_new(const BlScore*   score,
                                                 unsigned         parts,
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

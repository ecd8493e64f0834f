// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SYNTH_H
#define BL_BAND_SYNTH_H

#include "base/attributes.h"
#include "base/status.h"
#include "score.h"
#include "sound.h"

#include <stddef.h>
#include <stdint.h>

/// Voices at once.  A band of five has 68 on average without a limit, most of
/// them tails under the music: this many leave a difference of -33 dB, 48
/// would leave one of -22 dB.  Two synths with a share each need about half:
/// of eight grooves, compared with 256 each, ballad B differs most, by -25 dB
/// (-15 in its worst 0.4 s); 48 each would make that -36 and -26, for a sixth
/// more of processor
#define BL_SYNTH_VOICES 64u
#define BL_SYNTH_VOICES_SHARED 36u

/// Share of a release after which a voice is dropped.  FluidSynth lets it fall
/// by 96 dB in a straight line: here it is 53 dB below where it was let go.
/// Compared with voices without limit, three grooves then differ by at most
/// -25 dB as before, and where none is stolen by -52 (-34 in the worst 0.4 s)
#define BL_SYNTH_TAIL 0.55

/// FluidSynth set up for a score.  Owner: the rendering thread.
typedef struct BlSynthImpl BlSynth;

/**
   Choose programs for a share of the score; send each note early by
   `attacks`.  The font is borrowed until free.

   @return BL_NO_SOUNDFONT where it cannot be read, BL_CANCELLED, BL_NO_MEM
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_synth_new(const BlScore*   score,
                                                 unsigned         share,
                                                 unsigned         voices,
                                                 const BlAttacks* attacks,
                                                 BlFont*          font,
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

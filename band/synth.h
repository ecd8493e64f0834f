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

/// FluidSynth set up for a score.  Owner: the rendering thread.
typedef struct BlSynthImpl BlSynth;

/**
   Load the soundfont, choose programs, measure attacks.
   @return BL_NO_SOUNDFONT where it cannot be read
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_synth_new(const BlScore* score,
                                                 unsigned       parts,
                                                 const char*    soundfont,
                                                 uint32_t       rate,
                                                 BlSynth**      synth);

/// Next block, interleaved stereo; a multiple of 64 frames.  Silence once the
/// score is over
BL_THREAD_JOB BL_NODISCARD BlStatus bl_synth_render(BlSynth* synth,
                                                    float*   out,
                                                    size_t   frames);

/// NULL is allowed
BL_THREAD_JOB void bl_synth_free(BlSynth* synth);

#endif // BL_BAND_SYNTH_H

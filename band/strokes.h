// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_STROKES_H
#define BL_BAND_STROKES_H

#include "base/attributes.h"
#include "base/status.h"
#include "score.h"
#include "sound.h"

#include <fluidsynth.h>

#include <stddef.h>
#include <stdint.h>

#define BL_STROKES_QUANTUM 64u ///< Frames; FluidSynth's own block

typedef struct BlStrokeImpl BlStroke;

/// A score's keys going down and up, by the frame.  Owner: who called plan;
/// free with deinit, whatever plan returned
typedef struct
{
  size_t    n;
  size_t    next;
  BlStroke* strokes;
  uint64_t  position; ///< Frames played
} BlStrokes;

/**
   A share of a score is a bit for the even and one for the odd keys of each
   part, so that a key that is struck again meets itself; drums, which cut one
   another short, have the first of theirs alone.
*/
#define BL_SHARE_BITS (2u * BL_N_PARTS)

/// Number of the bit that an event belongs to
BL_THREAD_ANY unsigned bl_share_bit(const BlEvent* event);

/// @param attacks How early each is sent; NULL = at its time
BL_THREAD_ANY BL_NODISCARD BlStatus bl_strokes_plan(const BlScore*   score,
                                                    unsigned         share,
                                                    const BlAttacks* attacks,
                                                    uint32_t         rate,
                                                    BlStrokes*       strokes);

BL_THREAD_ANY void bl_strokes_deinit(BlStrokes* strokes);

/// Strike what is due now; @return frames until the next, at most `most`,
/// which count as played
BL_THREAD_JOB size_t bl_strokes_play(BlStrokes*     strokes,
                                     fluid_synth_t* synth,
                                     size_t         most);

#endif // BL_BAND_STROKES_H

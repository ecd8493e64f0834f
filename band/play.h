// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_PLAY_H
#define BL_BAND_PLAY_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "band.h"
#include "grid.h"
#include "score.h"
#include "synth.h"

#include <stdbool.h>

/// What is played; all borrowed for the call
typedef struct
{
  const BlBandRequest* request;
  BlCancel*            cancel;
  BlFont*              font;
  const BlGrid*        grid;
  const BlScore*       scores;   ///< One a variant
  const BlAttacks*     attacks;  ///< Likewise
  BlBandProgress       progress; ///< NULL is allowed
  void*                handle;
} BlPlayJob;

/**
   Write MIDI, mixes and stems of both variants to the paths in *result, and
   what they came out like into it.  Two threads play the first, then the
   second, then the stems; the one that is started here is joined.

   @param first_done Set to true where the first was announced: it stays when
   the rest fails; all other files are removed then
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_play_both(const BlPlayJob* job,
                                                 BlBandResult*    result,
                                                 bool*            first_done);

#endif // BL_BAND_PLAY_H

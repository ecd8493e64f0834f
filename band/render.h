// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_RENDER_H
#define BL_BAND_RENDER_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "score.h"
#include "synth.h"

#include <stdint.h>

/// Integrated loudness of a result, LUFS, and its true peak's limit, dBTP
#define BL_RENDER_LUFS (-17.0)
#define BL_RENDER_PEAK_DB (-1.0)

typedef struct
{
  const BlScore*   score;
  const char*      soundfont;
  const BlAttacks* attacks; ///< Of bl_sound_measure()
  uint32_t         rate;
  const char*      path;    ///< WAV, 24-bit stereo; replaced when whole
  const char*      title;   ///< Goes into the file; may be ""
  unsigned         parts;   ///< 1 << part of those that sound
  double           gain_db; ///< Used when `fixed`
  bool             fixed;   ///< Stems: the mix's gain instead of its own
} BlRenderJob;

typedef struct
{
  double seconds;
  double loudness_lufs; ///< Before the limiter, which takes off little
  double true_peak_db;  ///< At least -6; a quieter one is not measured
  double gain_db;       ///< That made it as loud
} BlRendered;

/**
   Play a score with FluidSynth into a file: one synth on one core, so that
   the same score gives the same bytes, in constant memory (a temporary file
   beside the result holds the unlevelled mix).

   Loudness by EBU R128, peaks by a look-ahead limiter.
   Only looks at `cancel`, so it may run beside the thread that polls.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_render(const BlRenderJob* job,
                                              const BlCancel*    cancel,
                                              BlRendered*        rendered);

#endif // BL_BAND_RENDER_H

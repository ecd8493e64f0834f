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
  BlFont*          font;
  const BlAttacks* attacks; ///< Of bl_sound_measure()
  uint32_t         rate;
  const char*      path;    ///< WAV, 24-bit stereo; replaced when whole
  const char*      title;   ///< Goes into the file; may be ""
  unsigned         parts;   ///< 1 << part of those that sound
  double           help;    ///< The helper's part of the cost, 0..1; 0 = none
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
   A score that FluidSynth plays into a file, by one or two threads.

   The notes are cut into two shares by what they are expected to cost, each
   played by a synth of its own on one core; the second one's sound waits in a
   temporary file beside the result and is added by who finishes.  Who is how
   fast changes nothing: the same score gives the same bytes.  Memory is
   constant.

   Loudness by EBU R128, peaks by a look-ahead limiter.
   Only looks at `cancel`, so it may run beside the thread that polls.

   Owner: who called new; freed once both threads are through.
*/
typedef struct BlRenderImpl BlRender;

/// What `job` points at is borrowed until free; *render is to be freed
/// whatever is returned
BL_THREAD_JOB BL_NODISCARD BlStatus bl_render_new(const BlRenderJob* job,
                                                  const BlCancel*    cancel,
                                                  BlRender**         render);

/// Play the helper's share; once, in a thread of its own, and only where
/// `help` is not 0.  What fails is told to bl_render_finish()
BL_THREAD_JOB void bl_render_help(BlRender* render);

/// Let a helper return soon; from any thread that knows that the render lives
BL_THREAD_JOB void bl_render_stop(BlRender* render);

/**
   Play the rest, wait for the helper, level and write the file.  To be called
   once; where there is to be help, bl_render_help() must run or be about to.

   @return BL_CANCELLED, BL_NO_SOUNDFONT, BL_NO_MEM, BL_IO, BL_DISK_FULL
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_render_finish(BlRender*   render,
                                                     BlRendered* rendered);

/// NULL is allowed
BL_THREAD_JOB void bl_render_free(BlRender* self);

#endif // BL_BAND_RENDER_H

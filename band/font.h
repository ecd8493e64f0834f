// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_FONT_H
#define BL_BAND_FONT_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/limits.h"
#include "base/status.h"

#include <fluidsynth.h>

#include <pthread.h>

/**
   The soundfont that all synths of one piece of work play from.

   While one of them holds a program, the others find its samples in
   FluidSynth's cache instead of reading them again; the cache counts its
   users outside of its lock, so synths of a font are opened, given programs
   and closed one after the other, by a lock of ours.

   Whatever is read from the file is read in small pieces, each after a look
   at `cancel`: a soundfont on a slow disk does not hold a cancel up.

   Owner: who called init, until all its synths are closed.
   Threads: any, at once.
*/
typedef struct
{
  char            path[BL_PATH_BYTES]; ///< Immutable
  const BlCancel* cancel;              ///< Immutable, borrowed; NULL is allowed
  pthread_mutex_t mutex;
} BlFont;

BL_THREAD_JOB void bl_font_init(BlFont*         font,
                                const char*     path,
                                const BlCancel* cancel);

BL_THREAD_JOB void bl_font_deinit(BlFont* font);

/**
   A synth of these settings that has the font; the settings must outlive it.

   @return BL_NO_SOUNDFONT, BL_CANCELLED, BL_NO_MEM; *synth is NULL then
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_font_open(BlFont*           font,
                                                 fluid_settings_t* settings,
                                                 fluid_synth_t**   synth);

/// NULL is allowed
BL_THREAD_JOB void bl_font_close(BlFont* font, fluid_synth_t* synth);

/// Give a channel a program, for which samples are read.  @return
/// BL_CANCELLED: nothing must be played then
BL_THREAD_JOB BL_NODISCARD BlStatus bl_font_choose(BlFont*        font,
                                                   fluid_synth_t* synth,
                                                   int            channel,
                                                   int            program);

#endif // BL_BAND_FONT_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_MIDI_H
#define BL_BAND_MIDI_H

#include "base/attributes.h"
#include "base/status.h"
#include "grid.h"
#include "score.h"

/**
   Write a score as a Standard MIDI File (format 1, RP-001): a tempo track
   from the grid and a track for each part.  Tick 0 is second 0 of the upload.
   The file appears when it is whole.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_midi_write(const BlScore* score,
                                                  const BlGrid*  grid,
                                                  const char*    title,
                                                  const char*    path);

#endif // BL_BAND_MIDI_H

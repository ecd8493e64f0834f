// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_PICTURE_H
#define BL_BAND_PICTURE_H

#include "base/attributes.h"
#include "base/status.h"
#include "listen.h"

/**
   Draw what was heard as a PNG: systems of some bars each, like a score, with
   sections and keys on top, chords, the notes as a piano roll with the pitch
   track over them, and the level of the voice.

   `chords` has one for each slot, or is NULL.
   @return BL_IO where the file cannot be written, BL_NO_MEM
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_picture_heard(const BlHeard* heard,
                                                     const BlChord* chords,
                                                     const char*    title,
                                                     const char*    path);

#endif // BL_BAND_PICTURE_H

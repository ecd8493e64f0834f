// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_NOTES_H
#define BL_BAND_NOTES_H

#include "base/attributes.h"
#include "base/status.h"
#include "pitch.h"

#include <stddef.h>

/// One sung note; times in seconds of the upload
typedef struct
{
  double start;
  double length;
  float  midi;  ///< Median pitch, tuning not taken out
  float  level; ///< dBFS
} BlNote;

/// Owner: who called find; free with deinit
typedef struct
{
  size_t  n;
  BlNote* notes;             ///< By start, never overlapping
  double  tuning_cents;      ///< Of the singer against A = 440 Hz, -50..50
  double  tuning_confidence; ///< 0..1: how much the notes agree
} BlNotes;

/// Cut the pitch track into notes
BL_THREAD_JOB BL_NODISCARD BlStatus bl_notes_find(const BlPitch* pitch,
                                                  BlNotes*       notes);

/// Nearest MIDI note once the singer's tuning is taken out
BL_THREAD_ANY int bl_note_key(const BlNotes* notes, const BlNote* note);

BL_THREAD_JOB void bl_notes_deinit(BlNotes* notes);

#endif // BL_BAND_NOTES_H

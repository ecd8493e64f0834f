// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_BACKING_H
#define BL_TESTS_EVALUATE_BACKING_H

#include "arrange.h"
#include "base/limits.h"
#include "base/status.h"
#include "listen.h"
#include "songs.h"

#include <stdbool.h>

/// A voice that the band is to accompany; all borrowed
typedef struct
{
  const BlNotes* notes;
  const BlGrid*  grid;
  const BlSlots* slots;
  const BlForm*  form;
  unsigned       tonic;
  bool           minor;
  bool           free_time;
  double         seconds;
} BlBackingVoice;

/// What the band plays to it in one style.  Free with deinit.
typedef struct
{
  const BlBackingVoice* voice; ///< Borrowed
  BlStyle               style;
  BlChord*              chords[BL_VARIANTS]; ///< One a slot
  BlScore               scores[BL_VARIANTS];
} BlBacking;

BlBackingVoice bl_backing_of_piece(const BlPiece* piece, const BlSong* song);
BlBackingVoice bl_backing_of_heard(const BlHeard* heard);

/// Harmonise and arrange both variants with the weights that the band takes
/// when a request has none
BL_NODISCARD BlStatus bl_backing_init(const BlGrooves*      grooves,
                                      const BlBackingVoice* voice,
                                      const char*           tags,
                                      BlBacking*            backing);

void bl_backing_deinit(BlBacking* backing);

#endif // BL_TESTS_EVALUATE_BACKING_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SLOTS_H
#define BL_BAND_SLOTS_H

#include "base/attributes.h"
#include "base/status.h"
#include "grid.h"
#include "notes.h"

#include <stdbool.h>
#include <stddef.h>

/// A place for one chord: a half bar in 4/4, a bar in 3/4 and 6/8, and what is
/// sung there
typedef struct
{
  double beat;   ///< Where it begins
  double length; ///< Beats
  size_t bar;
  bool   inside;        ///< Not the first of its bar
  float  histogram[12]; ///< Share of its length that each pitch class sounds
  int    first;         ///< Pitch class of the first note that begins in it; -1
  int    longest;       ///< And of the longest sounding one; -1
  int    opening;       ///< And of what sounds where it begins, and stays; -1
  float  sung;          ///< Share of its length that is sung
  float  level;         ///< dBFS, loudest note; -120 without
  int    lowest;        ///< Key sung, MIDI; -1 where nobody sings
  int    highest;
  unsigned char tonic; ///< Of the key here, 0 = C ... 11 = B
  bool          minor; ///< And its mode
} BlSlot;

/// Owner: who called make; free with deinit
typedef struct
{
  size_t  n;
  BlSlot* slots;
  BlSlot  lead; ///< What precedes the first bar line; length 0 = nothing
} BlSlots;

BL_THREAD_JOB BL_NODISCARD BlStatus bl_slots_make(const BlGrid*  grid,
                                                  const BlNotes* notes,
                                                  BlSlots*       slots);

/// One key everywhere; bl_slots_make() leaves C major
BL_THREAD_ANY void bl_slots_set_key(BlSlots* slots, unsigned tonic, bool minor);

/// Index of the slot at a beat, clamped
BL_THREAD_ANY size_t bl_slots_at(const BlSlots* slots, double beat);

BL_THREAD_JOB void bl_slots_deinit(BlSlots* slots);

/**
   Form in bars: phrases of mostly four bars that begin where the voice
   breathes, with a letter for those that sound alike.
*/
typedef struct
{
  size_t bar;  ///< First
  size_t bars; ///< How many
  char   letter;
  float  energy; ///< 0..1: the voice's level and density against the rest
  bool   sung;   ///< Anybody sings in it
} BlSection;

/// What is sung in one breath
typedef struct
{
  size_t first; ///< Note
  size_t notes; ///< How many
  double start; ///< Seconds
  double end;
  size_t bar; ///< Where it begins; a pick-up counts to the bar it leads to
} BlPhrase;

typedef struct
{
  size_t     n;
  BlSection* sections;
  size_t     n_phrases;
  BlPhrase*  phrases; ///< By start
  size_t*    like; ///< For each bar the earliest bar that sounds alike, or self
  size_t     n_bars;
} BlForm;

BL_THREAD_JOB BL_NODISCARD BlStatus bl_form_find(const BlGrid*  grid,
                                                 const BlNotes* notes,
                                                 BlForm*        form);

/// Index of the section that a bar belongs to
BL_THREAD_ANY size_t bl_form_at(const BlForm* form, size_t bar);

BL_THREAD_JOB void bl_form_deinit(BlForm* form);

#endif // BL_BAND_SLOTS_H

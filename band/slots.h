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
  float  sung;          ///< Share of its length that is sung
  float  level;         ///< dBFS, loudest note; -120 without
} BlSlot;

/// Owner: who called make; free with deinit
typedef struct
{
  size_t  n;
  BlSlot* slots;
} BlSlots;

BL_THREAD_JOB BL_NODISCARD BlStatus bl_slots_make(const BlGrid*  grid,
                                                  const BlNotes* notes,
                                                  BlSlots*       slots);

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

typedef struct
{
  size_t     n;
  BlSection* sections;
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

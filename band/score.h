// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SCORE_H
#define BL_BAND_SCORE_H

#include "base/attributes.h"
#include "base/status.h"
#include "style.h"

#include <stdbool.h>
#include <stddef.h>

/// What the players play: the arranger writes it, renderer and MIDI read it

/// Parts in this order; the first four as BlRole
#define BL_PART_DRUMS 4u
#define BL_N_PARTS 5u

typedef struct
{
  double        time;   ///< Seconds of the upload, where it should be heard
  double        length; ///< Seconds
  unsigned char part;
  unsigned char key;
  unsigned char velocity; ///< 1..127
} BlEvent;

typedef struct
{
  bool          used;
  char          name[48];
  unsigned char program;
  unsigned char channel;  ///< MIDI, 9 for drums
  double        level_lu; ///< Wanted, against the whole
  double        gain_db;  ///< That makes it so, and what its mud is lowered
  double        dip_db;   ///< by: see bl_sound_balance()
  signed char   pan;
  unsigned char reverb;  ///< Send, 0..127
  bool          pitched; ///< Follows the singer's tuning
} BlPart;

/// Owner: who called the arranger; free with deinit
typedef struct
{
  BlPart   parts[BL_N_PARTS];
  size_t   n;
  BlEvent* events;       ///< By time
  double   seconds;      ///< Of the whole, with the ending's decay
  double   last_chord;   ///< Where the ending begins
  double   tuning_cents; ///< 0 = concert pitch
} BlScore;

/// Append; what lies before second 0 or is inaudible is left out
BL_THREAD_ANY BL_NODISCARD BlStatus bl_score_add(BlScore* score, BlEvent event);

/// Sort by time; to be called once all is written
BL_THREAD_ANY void bl_score_finish(BlScore* score);

BL_THREAD_ANY void bl_score_deinit(BlScore* score);

#endif // BL_BAND_SCORE_H

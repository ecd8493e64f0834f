// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_HEAR_H
#define BL_TESTS_EVALUATE_HEAR_H

#include "base/attributes.h"
#include "base/status.h"
#include "listen.h"
#include "songs.h"

#include <stddef.h>

/// How a melody is played to the ear, without sound
typedef struct
{
  double drift;      ///< The tempo swings once by this share, up and down
  bool   rubato;     ///< Each note and rest has a length of its own
  int    modulation; ///< Semitones up from the middle note on
  double bpm;        ///< Told by the tags; 0 = not
} BlEvalPlay;

/// Second of a sixteenth of the song
double bl_eval_play_time(const BlSong*     song,
                         const BlEvalPlay* play,
                         double            sixteenth);

/// Play notes and let the ear find the rest.  Free with bl_heard_deinit().
BL_NODISCARD BlStatus bl_eval_hear(const BlSong*     song,
                                   const BlEvalPlay* play,
                                   BlHeard*          heard);

/// The key of a song's first `seconds` as written
BL_NODISCARD BlStatus bl_eval_key(const BlSong* song,
                                  double        seconds,
                                  BlKey*        key);

#endif // BL_TESTS_EVALUATE_HEAR_H

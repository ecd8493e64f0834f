// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_LEARN_KEY_H
#define BL_TESTS_EVALUATE_LEARN_KEY_H

#include "base/attributes.h"
#include "base/status.h"
#include "key_model.h"
#include "songs.h"

#include <stddef.h>

/**
   Learns band/key_table.h from songs: its profiles are means over them, a song
   a vote.
*/

/// Song i belongs to fold i modulo this
#define BL_KEY_FOLDS 4u

/// How much of a song a figure is over: all, its first 75 and 36 seconds
#define BL_KEY_CUTS 3u
extern const double bl_key_cut_seconds[BL_KEY_CUTS];

typedef struct
{
  const BlSong* song;
  BlSong        cuts[BL_KEY_CUTS]; ///< Their notes are owned
  BlPiece       pieces[BL_KEY_CUTS];
} BlKeyLesson;

/// Borrows the songs
typedef struct
{
  size_t       n;
  BlKeyLesson* lessons;
} BlKeyLessons;

/// Free with deinit, always
BL_NODISCARD BlStatus bl_key_lessons_init(const BlSongs* songs,
                                          BlKeyLessons*  self);

void bl_key_lessons_deinit(BlKeyLessons* self);

/// Learn from all but those of one fold (BL_KEY_FOLDS: from all)
void bl_key_lessons_learn(const BlKeyLessons* self,
                          unsigned            fold,
                          BlKeyTable*         table);

#endif // BL_TESTS_EVALUATE_LEARN_KEY_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_SONGS_H
#define BL_TESTS_EVALUATE_SONGS_H

#include "base/attributes.h"
#include "base/status.h"
#include "grid.h"
#include "harmony.h"
#include "notes.h"
#include "slots.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Melodies with the chords that people gave them.

   From ../shared/data/melodies (POP909-CL, see its README), or, where that is
   not there, made by the tests themselves: made songs prove that nothing
   broke, not how good it is.
*/

/// Times in sixteenths from the first bar line
typedef struct
{
  double start;
  double length;
  int    key; ///< MIDI
} BlSongNote;

typedef struct
{
  int  root; ///< 0 = C ... 11 = B; -1 = no chord
  bool minor;
} BlSongChord;

typedef struct
{
  char         id[32];
  double       bpm;
  unsigned     beats; ///< In a bar, quarters
  unsigned     unit;  ///< 8: `beats` are eighths, of the same bpm; else 4
  unsigned     tonic;
  bool         minor;
  size_t       n_notes;
  BlSongNote*  notes; ///< By start
  size_t       n_chords;
  BlSongChord* chords; ///< One a beat
  size_t       n_sections;
  size_t       sections[32]; ///< First bars of sections; made songs only
} BlSong;

/// Owner: who called read or make; free with deinit
typedef struct
{
  size_t  n;
  BlSong* songs;
  bool    made;
} BlSongs;

/// Which part of the split: the recorded one is by line number, from 0
typedef enum
{
  BL_SONGS_TEST,  ///< Modulo 4 is 3: nothing is ever trained on these
  BL_SONGS_TRAIN, ///< The others
} BlSongsPart;

/// Read one part of a file of songs, a JSON object a line; BL_NOT_FOUND-like
/// statuses where it is not there or damaged
BL_NODISCARD BlStatus bl_songs_read(const char* path,
                                    BlSongsPart part,
                                    BlSongs*    songs);

/// Make `n` songs of verse and chorus, the same ones each time
BL_NODISCARD BlStatus bl_songs_make(size_t n, BlSongs* songs);

void bl_songs_deinit(BlSongs* songs);

/// What a take of a song's first `seconds` has: counted from the first bar with
/// a note in it.  Its chords are the whole song's, borrowed and not shifted.
/// Free with cut_deinit.
BL_NODISCARD BlStatus bl_song_cut(const BlSong* song,
                                  double        seconds,
                                  BlSong*       cut);

void bl_song_cut_deinit(BlSong* cut);

/// A song as the band sees it, with nothing misheard
typedef struct
{
  BlNotes  notes;
  BlGrid   grid;
  BlSlots  slots;
  BlForm   form;
  BlChord* chords; ///< Room for one a slot; none chosen yet
  double   seconds;
} BlPiece;

/// `grid` is the host's: bar line at second 0.  Free with deinit, always
BL_NODISCARD BlStatus bl_piece_init(const BlSong* song, BlPiece* piece);

void bl_piece_deinit(BlPiece* piece);

/// Time that each pitch class sounds
void bl_piece_histogram(const BlPiece* piece, double histogram[12]);

#endif // BL_TESTS_EVALUATE_SONGS_H

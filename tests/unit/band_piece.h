// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_BAND_PIECE_H
#define BL_TESTS_BAND_PIECE_H

#include "arrange.h"
#include "grid.h"
#include "groove.h"
#include "harmony.h"

#include <stdbool.h>
#include <stddef.h>

/**
   A melody with what the band knows of it before it arranges: its host's grid,
   slots, form and chords.  One thread; asserts by cmocka.
*/
typedef struct
{
  BlGrooves* grooves; ///< All that there are
  BlNotes    notes;
  BlGrid     grid;
  BlSlots    slots;
  BlForm     form;
  BlChord*   chords;
  double     seconds;
  bool       free_time;
} Piece;

/// The request's fields beside the tags
typedef struct
{
  double style;
  double weird;
  double audio;
  char   gender;
} PieceFields;

/// Rows of start and length in sixteenths, and MIDI key; piece_harmonise() next
void piece_init(Piece* piece,
                const double (*rows)[3],
                size_t   n,
                double   bpm,
                unsigned beats);

/// The same with `lead` beats, less than a bar, before the first bar line;
/// the rows count from second 0
void piece_init_with_lead(Piece* piece,
                          const double (*rows)[3],
                          size_t   n,
                          double   bpm,
                          unsigned beats,
                          double   lead);

/// Four bars in C major, 96 bpm, sixteen quarters, whatever the meter
void piece_init_ode(Piece* piece, unsigned beats);

/// The ode eight times, each in a bar's rest: 40 bars in phrases
void piece_init_long(Piece* piece);

void piece_deinit(Piece* piece);

/// Chords in this key
void piece_harmonise(Piece* piece, unsigned tonic, bool minor);

/// One variant of an arrangement; bl_score_deinit() it
void piece_arrange_with(const Piece*       piece,
                        const char*        tags,
                        const char*        negative,
                        unsigned           variant,
                        const PieceFields* fields,
                        BlScore*           score);

/// The same with the usual weights
void piece_arrange(const Piece* piece,
                   const char*  tags,
                   const char*  negative,
                   unsigned     variant,
                   BlScore*     score);

#endif // BL_TESTS_BAND_PIECE_H

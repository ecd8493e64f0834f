// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_GROOVE_H
#define BL_BAND_GROOVE_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Grooves as a musician writes them: one text file each in grooves/, built
   into the program.  grooves/README.md explains the format.
*/

#define BL_GROOVE_STEPS 64u ///< Of a pattern: four bars of sixteenths
#define BL_GROOVE_ROWS 10u  ///< Drum rows of a pattern
#define BL_GROOVE_TEXT 160u

/// What a band's member does
typedef enum
{
  BL_ROLE_BASS = 0,
  BL_ROLE_COMP = 1, ///< Chords in the groove's rhythm
  BL_ROLE_ARP  = 2, ///< Broken chords, answers in the voice's rests
  BL_ROLE_PAD  = 3, ///< Long chords
} BlRole;

#define BL_N_ROLES 4u

/// How rich the chords are
typedef enum
{
  BL_COLOUR_TRIAD   = 0,
  BL_COLOUR_SEVENTH = 1,
  BL_COLOUR_NINTH   = 2,
  BL_COLOUR_ADD9    = 3,
  BL_COLOUR_POWER   = 4, ///< Root and fifth
  BL_COLOUR_BLUES   = 5, ///< Minor seventh on every chord
} BlColour;

/// One line of steps; '.' is a rest, '-' holds
typedef struct
{
  unsigned steps; ///< 0 = there is none
  char     text[BL_GROOVE_STEPS + 1u];
} BlPattern;

typedef struct
{
  unsigned char key; ///< General MIDI percussion key
  BlPattern     pattern;
} BlDrumRow;

/// Two of what both variants must not share: [0] for A, [1] for B
typedef struct
{
  char      name[48];
  char      tags[BL_GROOVE_TEXT]; ///< Words that choose it, ", " between
  unsigned  beats;
  unsigned  unit;
  double    tempo;      ///< Typical
  double    swing;      ///< 0.5 = straight, 0.667 = triplets
  unsigned  swing_unit; ///< 8 or 16: which pairs swing
  BlColour  colour;
  double    hold;   ///< Cost of two chords in a bar
  double    energy; ///< 0..1
  char      stock[BL_GROOVE_TEXT];
  unsigned  kit[2];                     ///< Program of the drum channel
  char      players[BL_N_ROLES][2][48]; ///< Instruments; "-" = nobody
  size_t    n_rows[2];
  BlDrumRow rows[2][BL_GROOVE_ROWS];
  size_t    n_fill[2];
  BlDrumRow fill[2][BL_GROOVE_ROWS]; ///< Bar before a section; last half used
  BlPattern line[3][2];              ///< Bass, comp, arp
} BlGroove;

/// Owner: who called load; free with free()
typedef struct
{
  size_t   n;
  BlGroove grooves[];
} BlGrooves;

/// Parse what is built in; NULL when out of memory
BL_THREAD_ANY BL_NODISCARD BlGrooves* bl_grooves_load(void);

/// Parse one groove; @return 0, or the number of the line that is wrong
BL_THREAD_ANY unsigned bl_groove_parse(const char* text, BlGroove* groove);

/// NULL where there is none of that name
BL_THREAD_ANY const BlGroove* bl_groove_find(const BlGrooves* grooves,
                                             const char*      name);

/// Whose patterns to play in a meter: the groove itself where it fits
BL_THREAD_ANY const BlGroove* bl_groove_in_meter(const BlGrooves* grooves,
                                                 const BlGroove*  groove,
                                                 unsigned         beats,
                                                 unsigned         unit);

/// Written by the build from grooves/*.groove: their texts, ended by NULL
extern const char* const bl_groove_texts[];

#endif // BL_BAND_GROOVE_H

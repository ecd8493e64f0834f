// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_STYLE_H
#define BL_BAND_STYLE_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/status.h"
#include "groove.h"
#include "tempo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What an instrument is, for bans and choices; a bit each
typedef enum
{
  BL_FAMILY_PIANO      = 1u << 0,
  BL_FAMILY_EPIANO     = 1u << 1,
  BL_FAMILY_ORGAN      = 1u << 2,
  BL_FAMILY_ACOUSTIC   = 1u << 3, ///< Guitars without current
  BL_FAMILY_ELECTRIC   = 1u << 4, ///< Guitars with it
  BL_FAMILY_DISTORTION = 1u << 5, ///< Overdriven and distorted ones
  BL_FAMILY_BASS       = 1u << 6,
  BL_FAMILY_STRINGS    = 1u << 7,
  BL_FAMILY_BRASS      = 1u << 8,
  BL_FAMILY_WINDS      = 1u << 9,
  BL_FAMILY_CHOIR      = 1u << 10,
  BL_FAMILY_SYNTH      = 1u << 11,
  BL_FAMILY_MALLETS    = 1u << 12,
  BL_FAMILY_FOLK       = 1u << 13, ///< Accordion, mandolin, banjo, harp
  BL_FAMILY_DRUMS      = 1u << 14, ///< Everything on the drum channel
  BL_FAMILY_KICK       = 1u << 15,
  BL_FAMILY_SNARE      = 1u << 16, ///< And its rim
  BL_FAMILY_HATS       = 1u << 17,
  BL_FAMILY_CYMBALS    = 1u << 18, ///< Without the hats
} BlFamily;

typedef struct
{
  const char*   name;
  unsigned char program; ///< General MIDI, from 0
  unsigned      family;  ///< BlFamily bits
  unsigned      roles;   ///< 1 << BlRole it can take
  unsigned char low;     ///< Comfortable MIDI keys for chords or lines
  unsigned char high;
  signed char   pan; ///< -64 left .. 63 right
  bool          strums;
} BlInstrument;

/// NULL for "-" and unknown names
BL_THREAD_ANY const BlInstrument* bl_instrument_find(const char* name);

/// The table, for tests and choices
BL_THREAD_ANY const BlInstrument* bl_instrument_at(size_t index);

#define BL_BASSES_MAX 8u ///< Kinds of bass that can be banned one by one

/// What the words ask for, all in all
typedef struct
{
  const BlGroove* groove;  ///< Never NULL
  double          energy;  ///< 0..1
  double          density; ///< -1 sparse .. 1 busy
  double          dark;    ///< -1 bright .. 1 dark: register and colour
  bool            no_drums;
  bool            no_bass;
  bool            only_rhythm; ///< Drums and bass alone
  bool            only_wanted; ///< "solo piano": the named instruments alone
  const BlInstrument* wanted[BL_N_ROLES]; ///< Named ones; NULL = the groove's
  int                 kit;                ///< Drum program; -1 = the groove's
  unsigned            banned;             ///< BlFamily bits
  const BlInstrument* banned_basses[BL_BASSES_MAX]; ///< Alone; NULL = no more
  unsigned max_velocity; ///< Of drums: 127, less for "aggressive drums" banned
  bool     soft_kit;     ///< No snare, crash: rim and brushes
  bool     has_key;
  unsigned tonic;
  bool     minor;
  BlTempoHints hints;
  char         understood[BL_TEXT_BYTES];
  char         unknown[BL_TEXT_BYTES];          ///< Of the tags
  char         unknown_negative[BL_TEXT_BYTES]; ///< Of the negative tags
} BlStyle;

/**
   Read tags and negative tags: text from outside, in lower or upper case.

   Longest match of words; a comma ends a phrase.  What is not known is
   listed in `unknown` and `unknown_negative`, never silently dropped.  A banned
   family is never played, whatever the tags want.  "no X" and "without X" in
   the tags are bans as well; "everything", "music" and the like ban all.
*/
BL_THREAD_ANY void bl_style_read(const BlGrooves* grooves,
                                 const char*      tags,
                                 const char*      negative_tags,
                                 BlStyle*         style);

/// True if it may not play: its family is banned, or of the basses itself
BL_THREAD_ANY bool bl_style_bans(const BlStyle*      style,
                                 const BlInstrument* instrument);

/// True if the negative tags name the piece of the kit that a General MIDI
/// drum key plays
BL_THREAD_ANY bool bl_style_bans_drum(const BlStyle* style, unsigned key);

/// True if voices are asked for and not banned: choirs, oohs
BL_THREAD_ANY bool bl_style_sings(const BlStyle* style);

/// What a word of the vocabulary does
typedef enum
{
  BL_WORD_INSTRUMENT,
  BL_WORD_ONLY,   ///< The same, and nobody else but bass
  BL_WORD_MOOD,   ///< value = energy, density, dark in tenths
  BL_WORD_FAMILY, ///< For bans: the families in `family`
  BL_WORD_KIT,
  BL_WORD_FLAG,
  BL_WORD_NOISE, ///< Understood, and means nothing by itself
} BlWordKind;

typedef enum
{
  BL_FLAG_NO_DRUMS,
  BL_FLAG_NO_BASS,
  BL_FLAG_HALF,
  BL_FLAG_DOUBLE,
  BL_FLAG_FREE,
  BL_FLAG_SOFT_DRUMS,
  BL_FLAG_DRUMS_ONLY, ///< And bass
} BlWordFlag;

typedef struct
{
  const char* text;
  BlWordKind  kind;
  const char* instrument; ///< For INSTRUMENT and ONLY
  unsigned    family;
  int         value[3]; ///< Small
} BlWord;

/// The word that `text` begins with, whole words only, the longest; of
/// instruments, families and kits the plural too, where it is no word of its
/// own.  *length is how much of `text`.  NULL if there is none
BL_THREAD_ANY const BlWord* bl_word_find(const char* text, size_t* length);

#endif // BL_BAND_STYLE_H

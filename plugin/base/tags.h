// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_TAGS_H
#define BL_BASE_TAGS_H

#include "base/attributes.h"
#include "base/limits.h"

#include <stddef.h>

/**
   The `tags` line: one place that makes it, for the request and for the
   window that shows it beforehand; and the counting of characters.
*/

/// What the `tags` field is made of; DESIGN section 7
typedef struct
{
  unsigned    genre;       ///< Index of bl_genre_tags; out of range: none
  unsigned    mood;        ///< Index of bl_mood_tags
  unsigned    ensemble;    ///< Index of bl_ensemble_tags
  double      bpm;         ///< Of the host; <= 0: unknown or not wanted
  unsigned    meter_beats; ///< 4 of 4/4; 0: unknown or not wanted
  unsigned    meter_unit;  ///< the other 4 of 4/4
  const char* text;        ///< Free text; may be NULL
} BlTagParts;

/**
   Genre, mood, ensemble, "92 bpm", "4/4", then the free text; duplicates
   removed without regard to case, cut at a comma within BL_TAGS_CHARS.
*/
BL_THREAD_ANY void bl_tags_compose(const BlTagParts* parts,
                                   char              tags[BL_TEXT_BYTES]);

/// Bytes of the UTF-8 character at `text`, 0 where it is none
BL_THREAD_ANY size_t bl_utf8_length(const char* text);

/// Number of UTF-8 code points; (size_t)-1 where it is no UTF-8
BL_THREAD_ANY size_t bl_utf8_count(const char* text);

#endif // BL_BASE_TAGS_H

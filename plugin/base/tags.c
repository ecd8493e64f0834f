// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/tags.h"

#include "base/params.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

size_t
bl_utf8_length(const char* const text)
{
  const unsigned char* const s = (const unsigned char*)text;
  const size_t               n = s[0] < 0x80u                    ? 1
                                 : s[0] >= 0xC2u && s[0] < 0xE0u ? 2
                                 : (s[0] & 0xF0u) == 0xE0u       ? 3
                                 : s[0] >= 0xF0u && s[0] < 0xF5u ? 4
                                                                 : 0;
  for (size_t i = 1; i < n; ++i) {
    if ((s[i] & 0xC0u) != 0x80u) {
      return 0;
    }
  }
  if ((n == 3 && s[0] == 0xE0u && s[1] < 0xA0u) ||
      (n == 3 && s[0] == 0xEDu && s[1] > 0x9Fu) ||
      (n == 4 && s[0] == 0xF0u && s[1] < 0x90u) ||
      (n == 4 && s[0] == 0xF4u && s[1] > 0x8Fu)) {
    return 0;
  }
  return n;
}

size_t
bl_utf8_count(const char* const text)
{
  size_t count = 0;
  for (const char* s = text; *s; ++count) {
    const size_t n = bl_utf8_length(s);
    if (!n) {
      return (size_t)-1;
    }
    s += n;
  }
  return count;
}

static bool
has_tag(const char* const tags, const char* const tag, const size_t length)
{
  for (const char* t = tags; *t;) {
    const size_t n = strcspn(t, ",");
    if (n == length && !strncasecmp(t, tag, length)) {
      return true;
    }
    t += n;
    t += strspn(t, ", ");
  }
  return false;
}

/// Add one tag where it is new and fits; @return false where it did not fit
static bool
add_tag(char tags[BL_TEXT_BYTES], const char* tag, size_t length)
{
  while (length && isspace((unsigned char)*tag)) {
    ++tag;
    --length;
  }
  while (length && isspace((unsigned char)tag[length - 1])) {
    --length;
  }
  if (!length || has_tag(tags, tag, length)) {
    return true;
  }

  const size_t used = strlen(tags);
  const size_t gap  = used ? 2 : 0;
  if (used + gap + length >= BL_TEXT_BYTES) {
    return false;
  }

  memcpy(tags + used, ", ", gap);
  memcpy(tags + used + gap, tag, length);
  tags[used + gap + length] = '\0';
  if (bl_utf8_count(tags) <= BL_TAGS_CHARS ||
      bl_utf8_count(tags) == (size_t)-1) {
    return true; // What is no UTF-8 is for the request's check to say
  }
  tags[used] = '\0';
  return false;
}

/// One tag without any comma may be longer than all that is allowed
static void
add_cut_tag(char tags[BL_TEXT_BYTES], const char* const text)
{
  size_t      bytes = 0;
  const char* s     = text;
  for (size_t n = 0; n < BL_TAGS_CHARS && *s && *s != ','; ++n) {
    const size_t length = bl_utf8_length(s);
    if (!length || bytes + length >= BL_TEXT_BYTES) {
      break;
    }
    bytes += length;
    s += length;
  }
  (void)add_tag(tags, text, bytes);
}

static const char*
tag_of(const char* const* const table, const size_t count, const unsigned index)
{
  return index < count ? table[index] : "";
}

void
bl_tags_compose(const BlTagParts* const parts, char tags[BL_TEXT_BYTES])
{
  tags[0] = '\0';

  const char* const words[3] = {
    tag_of(bl_genre_tags, BL_N_GENRES, parts->genre),
    tag_of(bl_mood_tags, BL_N_MOODS, parts->mood),
    tag_of(bl_ensemble_tags, BL_N_ENSEMBLES, parts->ensemble),
  };
  for (size_t i = 0; i < BL_COUNT(words); ++i) {
    (void)add_tag(tags, words[i], strlen(words[i]));
  }

  char text[64];
  if (parts->bpm >= 1.0 && parts->bpm < 1000.0) {
    snprintf(text, sizeof(text), "%ld bpm", lround(parts->bpm));
    (void)add_tag(tags, text, strlen(text));
  }
  if (parts->meter_beats && parts->meter_unit && parts->meter_beats < 100 &&
      parts->meter_unit < 100) {
    snprintf(text, sizeof(text), "%u/%u", parts->meter_beats,
             parts->meter_unit);
    (void)add_tag(tags, text, strlen(text));
  }

  for (const char* t = parts->text; t && *t;) {
    const size_t n = strcspn(t, ",");
    if (!add_tag(tags, t, n)) {
      break;
    }
    t += n;
    t += *t ? 1 : 0;
  }
  if (!tags[0] && parts->text) {
    add_cut_tag(tags, parts->text);
  }
}

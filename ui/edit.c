// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "edit.h"

#include <pango/pango.h>

#include <stdint.h>
#include <string.h>

void
bl_edit_init(BlEdit* const edit, const unsigned max_chars)
{
  memset(edit, 0, sizeof(*edit));
  edit->max_chars = max_chars;
}

/// Bytes of the code point at `s`, 0 where it is not valid UTF-8
static size_t
point_length(const unsigned char* const s, const size_t left)
{
  const size_t length = s[0] < 0x80u   ? 1
                        : s[0] < 0xC2u ? 0
                        : s[0] < 0xE0u ? 2
                        : s[0] < 0xF0u ? 3
                        : s[0] < 0xF5u ? 4
                                       : 0;
  if (!length || length > left) {
    return 0;
  }
  for (size_t i = 1; i < length; ++i) {
    if ((s[i] & 0xC0u) != 0x80u) {
      return 0;
    }
  }

  const bool overlong =
    (s[0] == 0xE0u && s[1] < 0xA0u) || (s[0] == 0xF0u && s[1] < 0x90u);
  const bool surrogate = s[0] == 0xEDu && s[1] >= 0xA0u;
  const bool beyond    = s[0] == 0xF4u && s[1] >= 0x90u;
  return overlong || surrogate || beyond ? 0 : length;
}

static bool
is_continuation(const char c)
{
  return ((unsigned char)c & 0xC0u) == 0x80u;
}

// Where a caret may stand, and where words are: Unicode's rules, by Pango

/// What Pango says of each place between two code points
typedef struct
{
  PangoLogAttr at[BL_TEXT_BYTES + 1u];
  size_t       byte[BL_TEXT_BYTES + 1u]; ///< Offset of each place
  size_t       last;                     ///< Index of the end
} Places;

static void
find_places(const BlEdit* const edit, Places* const places)
{
  size_t n = 0;
  for (size_t i = 0; i < edit->length; ++i) {
    if (!is_continuation(edit->text[i])) {
      places->byte[n++] = i;
    }
  }
  places->byte[n] = edit->length;
  places->last    = n;
  pango_get_log_attrs(edit->text, (int)edit->length, -1,
                      pango_language_from_string("en"), places->at, (int)n + 1);
}

/// Index of the place at a byte offset, or before it
static size_t
place_at(const Places* const places, const size_t offset)
{
  size_t i = 0;
  while (i < places->last && places->byte[i + 1u] <= offset) {
    ++i;
  }
  return i;
}

static size_t
floor_offset(const BlEdit* const edit, const size_t offset)
{
  Places places;
  find_places(edit, &places);
  size_t i = place_at(&places, offset);
  while (i && !places.at[i].is_cursor_position) {
    --i;
  }
  return places.byte[i];
}

static size_t
before(const BlEdit* const edit, const size_t offset)
{
  return offset ? floor_offset(edit, offset - 1u) : 0u;
}

static size_t
after(const BlEdit* const edit, const size_t offset)
{
  Places places;
  find_places(edit, &places);
  size_t i = place_at(&places, offset);
  do {
    i += i < places.last;
  } while (i < places.last && !places.at[i].is_cursor_position);
  return places.byte[i];
}

/// To the beginning of a word
static size_t
word_left(const BlEdit* const edit, const size_t offset)
{
  Places places;
  find_places(edit, &places);
  size_t i = place_at(&places, offset);
  do {
    i -= i > 0u;
  } while (i && !places.at[i].is_word_start);
  return places.byte[i];
}

/// To the beginning of the next word
static size_t
word_right(const BlEdit* const edit, const size_t offset)
{
  Places places;
  find_places(edit, &places);
  size_t i = place_at(&places, offset);
  do {
    i += i < places.last;
  } while (i < places.last && !places.at[i].is_word_start);
  return places.byte[i];
}

static size_t
target_of(const BlEdit* const edit, const BlEditMove move)
{
  switch (move) {
    case BL_EDIT_LEFT:
      return before(edit, edit->caret);
    case BL_EDIT_RIGHT:
      return after(edit, edit->caret);
    case BL_EDIT_WORD_LEFT:
      return word_left(edit, edit->caret);
    case BL_EDIT_WORD_RIGHT:
      return word_right(edit, edit->caret);
    case BL_EDIT_HOME:
      return 0;
    case BL_EDIT_END:
      return edit->length;
  }
  return edit->caret;
}

static size_t
first_of(const BlEdit* const edit)
{
  return edit->caret < edit->anchor ? edit->caret : edit->anchor;
}

static size_t
last_of(const BlEdit* const edit)
{
  return edit->caret < edit->anchor ? edit->anchor : edit->caret;
}

void
bl_edit_move(BlEdit* const edit, const BlEditMove move, const bool select)
{
  const bool collapses = !select && edit->caret != edit->anchor;

  if (collapses && move == BL_EDIT_LEFT) {
    edit->caret = first_of(edit);
  } else if (collapses && move == BL_EDIT_RIGHT) {
    edit->caret = last_of(edit);
  } else {
    edit->caret = target_of(edit, move);
  }
  if (!select) {
    edit->anchor = edit->caret;
  }
}

void
bl_edit_place(BlEdit* const edit, const size_t offset, const bool select)
{
  edit->caret = floor_offset(edit, offset);
  if (!select) {
    edit->anchor = edit->caret;
  }
}

void
bl_edit_select_all(BlEdit* const edit)
{
  edit->anchor = 0;
  edit->caret  = edit->length;
}

void
bl_edit_select_word(BlEdit* const edit, const size_t offset)
{
  Places places;
  find_places(edit, &places);
  size_t first = place_at(&places, offset);
  size_t last  = first;
  while (first && !places.at[first].is_word_start &&
         !places.at[first].is_word_end) {
    --first;
  }
  if (!places.at[first].is_word_start) {
    // Between words: what lies between them
    while (first && !places.at[first].is_word_end) {
      --first;
    }
  }
  last += last < places.last;
  while (last < places.last && !places.at[last].is_word_end &&
         !places.at[last].is_word_start) {
    ++last;
  }
  edit->anchor = places.byte[first];
  edit->caret  = places.byte[last];
}

static bool
remove_range(BlEdit* const edit, const size_t first, const size_t last)
{
  if (first == last) {
    return false;
  }
  memmove(edit->text + first, edit->text + last, edit->length - last + 1);
  edit->length -= last - first;
  edit->caret  = first;
  edit->anchor = first;
  return true;
}

bool
bl_edit_delete(BlEdit* const edit, const BlEditMove move)
{
  if (edit->caret != edit->anchor) {
    return remove_range(edit, first_of(edit), last_of(edit));
  }

  const size_t target = target_of(edit, move);
  return target < edit->caret ? remove_range(edit, target, edit->caret)
                              : remove_range(edit, edit->caret, target);
}

unsigned
bl_edit_chars(const BlEdit* const edit)
{
  unsigned chars = 0;
  for (size_t i = 0; i < edit->length; ++i) {
    chars += !is_continuation(edit->text[i]);
  }
  return chars;
}

/// One code point at the caret; false where it does not fit
static bool
insert_point(BlEdit* const edit, const char* const point, const size_t length)
{
  if (edit->length + length >= sizeof(edit->text)) {
    return false;
  }
  memmove(edit->text + edit->caret + length, edit->text + edit->caret,
          edit->length - edit->caret + 1);
  memcpy(edit->text + edit->caret, point, length);
  edit->length += length;
  edit->caret += length;
  edit->anchor = edit->caret;
  return true;
}

bool
bl_edit_insert(BlEdit* const edit, const char* const text, const size_t length)
{
  bool     changed = remove_range(edit, first_of(edit), last_of(edit));
  unsigned chars   = bl_edit_chars(edit);

  for (size_t i = 0; i < length && chars < edit->max_chars;) {
    const unsigned char c     = (unsigned char)text[i];
    const bool          blank = c == '\n' || c == '\t';
    const size_t        bytes =
      point_length((const unsigned char*)text + i, length - i);

    // C0 and C1 controls and bytes that are no UTF-8 have no place in a line
    const bool dropped = !bytes || (!blank && (c < 0x20u || c == 0x7Fu)) ||
                         (c == 0xC2u && (unsigned char)text[i + 1] < 0xA0u);
    if (!dropped) {
      if (!insert_point(edit, blank ? " " : text + i, blank ? 1 : bytes)) {
        break;
      }
      ++chars;
      changed = true;
    }
    i += bytes ? bytes : 1;
  }
  return changed;
}

bool
bl_edit_set(BlEdit* const edit, const char* const text)
{
  if (!strcmp(edit->text, text)) {
    return false;
  }
  bl_edit_init(edit, edit->max_chars);
  bl_edit_insert(edit, text, strlen(text));
  return true;
}

const char*
bl_edit_selection(const BlEdit* const edit, size_t* const length)
{
  *length = last_of(edit) - first_of(edit);
  return edit->text + first_of(edit);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_EDIT_H
#define BL_UI_EDIT_H

#include "base/attributes.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/**
   A line of text that is being edited: UTF-8, caret and selection.

   A plain value without X11 or drawing; the UI thread owns it.  Positions
   are byte offsets at the start of a code point, from 0 to strlen(text); the
   caret steps over and deletes what a reader takes for one character (grapheme
   clusters of UAX #29), and words are those of UAX #29, both by Pango.
   What is inserted is cleaned: invalid UTF-8, control characters and line
   breaks become single spaces or vanish.
*/
typedef struct
{
  char     text[BL_TEXT_BYTES];
  size_t   length; ///< Bytes without the NUL
  size_t   caret;
  size_t   anchor;    ///< Other end of the selection; equals caret: none
  unsigned max_chars; ///< Code points, at most
} BlEdit;

typedef enum
{
  BL_EDIT_LEFT,
  BL_EDIT_RIGHT,
  BL_EDIT_WORD_LEFT,
  BL_EDIT_WORD_RIGHT,
  BL_EDIT_HOME,
  BL_EDIT_END,
} BlEditMove;

BL_THREAD_UI void bl_edit_init(BlEdit* edit, unsigned max_chars);

/// Replace everything; the caret goes to the end.  @return false if it was
/// the same already
BL_THREAD_UI bool bl_edit_set(BlEdit* edit, const char* text);

/// Move the caret; `select` keeps the anchor
BL_THREAD_UI void bl_edit_move(BlEdit* edit, BlEditMove move, bool select);

/// Caret to a byte offset (rounded down to where one may stand)
BL_THREAD_UI void bl_edit_place(BlEdit* edit, size_t offset, bool select);

BL_THREAD_UI void bl_edit_select_all(BlEdit* edit);

/// Select the word around a byte offset, or what lies between two words
BL_THREAD_UI void bl_edit_select_word(BlEdit* edit, size_t offset);

/// Replace the selection; what exceeds max_chars is left out.
/// @return true if the text changed
BL_THREAD_UI bool bl_edit_insert(BlEdit* edit, const char* text, size_t length);

/// Delete the selection, or what a move would pass over
BL_THREAD_UI bool bl_edit_delete(BlEdit* edit, BlEditMove move);

/// First byte and length of the selection
BL_THREAD_UI const char* bl_edit_selection(const BlEdit* edit, size_t* length);

/// Code points of the text
BL_THREAD_UI unsigned bl_edit_chars(const BlEdit* edit);

#endif // BL_UI_EDIT_H

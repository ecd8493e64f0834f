// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_UNDO_H
#define BL_UI_UNDO_H

#include "base/attributes.h"
#include "edit.h"

#include <stdbool.h>
#include <stddef.h>

/**
   What a field held before: the texts that undo and redo go through.

   Changes of one kind without anything between them are one step: a word that
   is typed, what a held key deletes.  A plain value but for its texts, which
   bl_undo_clear() frees; UI thread only.  Where memory runs out a step is
   forgotten.
*/

#define BL_UNDO_STEPS 64u ///< The oldest falls out

typedef enum
{
  BL_UNDO_NONE, ///< The next change is a step of its own
  BL_UNDO_TYPED,
  BL_UNDO_DELETED,
} BlUndoKind;

typedef struct
{
  char*  text;
  size_t caret;
} BlUndoText;

typedef struct
{
  BlUndoText texts[BL_UNDO_STEPS + 1u];
  size_t     count; ///< Texts
  size_t     at;    ///< Before texts[at]; equals count: nothing to redo
  BlUndoKind last;
} BlUndo;

BL_THREAD_UI void bl_undo_clear(BlUndo* undo);

/// Remember what the field holds, which is about to change
BL_THREAD_UI void bl_undo_keep(BlUndo*       undo,
                               const BlEdit* edit,
                               BlUndoKind    kind);

/// The caret was moved: what comes is a step of its own
BL_THREAD_UI void bl_undo_break(BlUndo* undo);

/// To the text before (-1) or after (1); false where there is none
BL_THREAD_UI bool bl_undo_step(BlUndo* undo, BlEdit* edit, int by);

#endif // BL_UI_UNDO_H

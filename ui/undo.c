// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "undo.h"

#include <stdlib.h>
#include <string.h>

static void
drop_from(BlUndo* const undo, const size_t first)
{
  for (size_t i = first; i < undo->count; ++i) {
    free(undo->texts[i].text);
  }
  undo->count = first < undo->count ? first : undo->count;
}

void
bl_undo_clear(BlUndo* const undo)
{
  drop_from(undo, 0u);
  memset(undo, 0, sizeof(*undo));
}

static bool
push(BlUndo* const undo, const BlEdit* const edit)
{
  char* const text = strdup(edit->text);
  if (!text) {
    return false;
  }
  if (undo->count > BL_UNDO_STEPS) {
    free(undo->texts[0].text);
    memmove(undo->texts, undo->texts + 1,
            BL_UNDO_STEPS * sizeof(undo->texts[0]));
    --undo->count;
    undo->at -= undo->at > 0u;
  }
  undo->texts[undo->count++] = (BlUndoText){ text, edit->caret };
  return true;
}

void
bl_undo_keep(BlUndo* const       undo,
             const BlEdit* const edit,
             const BlUndoKind    kind)
{
  const bool same = kind != BL_UNDO_NONE && kind == undo->last &&
                    undo->at == undo->count && undo->count;
  undo->last = kind;
  if (!same) {
    drop_from(undo, undo->at);
    push(undo, edit);
    undo->at = undo->count;
  }
}

void
bl_undo_break(BlUndo* const undo)
{
  undo->last = BL_UNDO_NONE;
}

bool
bl_undo_step(BlUndo* const undo, BlEdit* const edit, const int by)
{
  // The newest text is kept only once somebody leaves it
  if (by < 0 && undo->at == undo->count && undo->count && push(undo, edit)) {
    undo->at = undo->count - 1u;
  }
  undo->last = BL_UNDO_NONE;

  // Over what changed nothing: a key that had nothing to delete
  size_t to = undo->at;
  do {
    to += by < 0 ? (size_t)-1 : 1u;
    if (to >= undo->count) {
      return false;
    }
  } while (!strcmp(undo->texts[to].text, edit->text));

  undo->at = to;
  bl_edit_set(edit, undo->texts[to].text);
  bl_edit_place(edit, undo->texts[to].caret, false);
  return true;
}

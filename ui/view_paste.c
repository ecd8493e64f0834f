// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <string.h>

#define LEAST_TASK 8u ///< Characters of a task's id

unsigned
bl_view_ask_paste(BlView* const view, const bool primary)
{
  ++view->asked;
  if (view->host.paste) {
    view->host.paste(view->host.handle, primary, view->asked);
  }
  return view->asked;
}

static bool
is_blank(const char c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool
is_of_id(const char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/// One word of letters, digits and dashes: what else the clipboard holds is no
/// id
static void
claim(BlView* const view, const char* const text, const size_t length)
{
  size_t first = 0;
  size_t last  = length;
  while (first < last && is_blank(text[first])) {
    ++first;
  }
  while (last > first && is_blank(text[last - 1u])) {
    --last;
  }

  char   task[BL_NAME_BYTES] = "";
  size_t n                   = 0;
  while (first + n < last && n + 1u < sizeof(task) &&
         is_of_id(text[first + n])) {
    task[n] = text[first + n];
    ++n;
  }
  if (n < LEAST_TASK || first + n < last) {
    bl_view_tell(view, "The clipboard holds no task id: copy it first.");
  } else {
    BlModelTrouble trouble;
    if (bl_model_trouble(view->model, &trouble) &&
        bl_view_can_claim(&trouble)) {
      bl_model_claim(view->model, trouble.job, task);
    }
  }
}

void
bl_view_paste(BlView* const     view,
              const unsigned    ticket,
              const char* const text,
              const size_t      length)
{
  if (ticket < view->heeded || ticket > view->asked) {
    return;
  }
  if (ticket == view->claim) {
    view->claim = 0;
    claim(view, text, length);
  } else if (bl_view_edits(view)) {
    bl_view_keep_undo(view, BL_UNDO_NONE);
    bl_edit_insert(bl_view_edit_of(view, view->focus), text, length);
    bl_view_follow_caret(view);
  }
}

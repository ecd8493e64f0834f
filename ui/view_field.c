// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>

bool
bl_view_is_field(const BlItemRef ref)
{
  return ref.kind == BL_ITEM_FIELD || ref.kind == BL_ITEM_KEY;
}

/// Offset of the character boundary nearest to a place in the focused field
size_t
bl_view_offset_at(BlView* const view, const double x)
{
  const BlItem* const item =
    bl_layout_find(&view->layout, view->focus.kind, view->focus.index);
  const BlEdit* const edit = bl_view_edit_of(view, view->focus);
  if (!item || !edit || view->focus.kind == BL_ITEM_KEY) {
    return edit ? edit->length : 0u;
  }

  PangoLayout* const layout =
    bl_canvas_layout(view->fonts, BL_TEXT_NORMAL, edit->text, -1);
  const double inside   = x - item->rect.x - 8.0 + view->scroll;
  int          index    = 0;
  int          trailing = 0;
  pango_layout_xy_to_index(layout, (int)(inside * PANGO_SCALE), 0, &index,
                           &trailing);
  g_object_unref(layout);

  size_t offset = (size_t)(index > 0 ? index : 0);
  for (; trailing > 0 && offset < edit->length; --trailing) {
    do {
      ++offset;
    } while (offset < edit->length &&
             ((unsigned char)edit->text[offset] & 0xC0u) == 0x80u);
  }
  return offset;
}

/// Shift the text so that the caret can be seen
void
bl_view_follow_caret(BlView* const view)
{
  const BlItem* const item =
    bl_layout_find(&view->layout, view->focus.kind, view->focus.index);
  const BlEdit* const edit = bl_view_edit_of(view, view->focus);
  if (!item || !edit || view->focus.kind == BL_ITEM_KEY) {
    view->scroll = 0.0;
    return;
  }

  PangoLayout* const layout =
    bl_canvas_layout(view->fonts, BL_TEXT_NORMAL, edit->text, -1);
  PangoRectangle rect;
  pango_layout_index_to_pos(layout, (int)edit->caret, &rect);
  g_object_unref(layout);

  const double caret = (double)rect.x / PANGO_SCALE;
  const double width = item->rect.w - 18.0;
  view->scroll       = fmin(view->scroll, caret);
  view->scroll       = fmax(view->scroll, caret - width);
  bl_view_damage_rect(view, item->rect);
}

void
bl_view_offer_primary(BlView* const view)
{
  size_t              length = 0;
  const BlEdit* const edit   = bl_view_edit_of(view, view->focus);
  const char* const   text   = edit ? bl_edit_selection(edit, &length) : NULL;
  if (length && view->focus.kind != BL_ITEM_KEY && view->host.copy) {
    view->host.copy(view->host.handle, text, length, true);
  }
}

static bool
copy(BlView* const view, const bool cut)
{
  size_t            length = 0;
  BlEdit* const     edit   = bl_view_edit_of(view, view->focus);
  const char* const text   = bl_edit_selection(edit, &length);
  if (length && view->focus.kind != BL_ITEM_KEY && view->host.copy) {
    view->host.copy(view->host.handle, text, length, false);
    if (cut) {
      bl_edit_delete(edit, BL_EDIT_RIGHT);
      bl_view_follow_caret(view);
    }
  }
  return true;
}

static bool
shortcut(BlView* const view, const char letter)
{
  switch (letter) {
    case 'a':
      bl_edit_select_all(bl_view_edit_of(view, view->focus));
      bl_view_offer_primary(view);
      bl_view_follow_caret(view);
      return true;
    case 'c':
      return copy(view, false);
    case 'x':
      return copy(view, true);
    case 'v':
      if (view->host.paste) {
        view->host.paste(view->host.handle, false);
      }
      return true;
    default:
      return true; // While someone types, nothing reaches the host's shortcuts
  }
}

bool
bl_view_text(BlView* const     view,
             const char* const text,
             const size_t      length,
             const unsigned    mods)
{
  if (!bl_view_edits(view) || !length) {
    return false;
  }
  if (mods & BL_MOD_CONTROL) {
    return shortcut(view, text[0]);
  }
  if (mods & BL_MOD_ALT) {
    return false;
  }
  bl_edit_insert(bl_view_edit_of(view, view->focus), text, length);
  bl_view_follow_caret(view);
  return true;
}

void
bl_view_paste(BlView* const view, const char* const text, const size_t length)
{
  if (bl_view_edits(view)) {
    bl_edit_insert(bl_view_edit_of(view, view->focus), text, length);
    bl_view_follow_caret(view);
  }
}

bool
bl_view_edit_key(BlView* const view, const BlKey key, const unsigned mods)
{
  BlEdit* const edit  = bl_view_edit_of(view, view->focus);
  const bool    shift = mods & BL_MOD_SHIFT;
  const bool    word  = mods & BL_MOD_CONTROL;

  switch (key) {
    case BL_KEY_LEFT:
      bl_edit_move(edit, word ? BL_EDIT_WORD_LEFT : BL_EDIT_LEFT, shift);
      break;
    case BL_KEY_RIGHT:
      bl_edit_move(edit, word ? BL_EDIT_WORD_RIGHT : BL_EDIT_RIGHT, shift);
      break;
    case BL_KEY_HOME:
      bl_edit_move(edit, BL_EDIT_HOME, shift);
      break;
    case BL_KEY_END:
      bl_edit_move(edit, BL_EDIT_END, shift);
      break;
    case BL_KEY_BACKSPACE:
      bl_edit_delete(edit, word ? BL_EDIT_WORD_LEFT : BL_EDIT_LEFT);
      break;
    case BL_KEY_DELETE:
      bl_edit_delete(edit, word ? BL_EDIT_WORD_RIGHT : BL_EDIT_RIGHT);
      break;
    case BL_KEY_ENTER:
      bl_view_commit(view, view->focus);
      if (view->focus.kind == BL_ITEM_KEY) {
        bl_view_activate(view, (BlItemRef){ BL_ITEM_KEY_STORE, 0 });
      }
      return true;
    default:
      return true; // Up, down and the like mean nothing here, nor to the host
  }
  if (shift) {
    bl_view_offer_primary(view);
  }
  bl_view_follow_caret(view);
  return true;
}

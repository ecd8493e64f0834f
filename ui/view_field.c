// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DOT "\u2022" ///< Stands for a character of a key
#define DOT_BYTES 3

bool
bl_view_is_field(const BlItemRef ref)
{
  return ref.kind == BL_ITEM_FIELD || ref.kind == BL_ITEM_KEY;
}

static int
dots_before(const BlEdit* const edit, const size_t offset)
{
  int bytes = 0;
  for (size_t i = 0; i < offset; ++i) {
    bytes += ((unsigned char)edit->text[i] & 0xC0u) != 0x80u ? DOT_BYTES : 0;
  }
  return bytes;
}

BlViewLine
bl_view_line(BlView* const view, const BlItemRef ref, const double room)
{
  const BlEdit* const edit   = bl_view_edit_of(view, ref);
  const bool          masked = ref.kind == BL_ITEM_KEY;
  char                dots[DOT_BYTES * BL_NAME_BYTES + 1] = "";
  for (unsigned i = 0; masked && i < bl_edit_chars(edit); ++i) {
    memcpy(dots + (size_t)i * DOT_BYTES, DOT, sizeof(DOT));
  }

  BlViewLine line = {
    bl_canvas_layout(view->fonts, BL_TEXT_NORMAL, masked ? dots : edit->text,
                     -1),
    masked ? dots_before(edit, edit->caret) : (int)edit->caret,
    masked ? dots_before(edit, edit->anchor) : (int)edit->anchor, false, 0.0
  };
  int width = 0;
  pango_layout_set_single_paragraph_mode(line.layout, TRUE);
  pango_layout_get_size(line.layout, &width, NULL);
  line.rtl =
    pango_layout_line_get_resolved_direction(
      pango_layout_get_line_readonly(line.layout, 0)) == PANGO_DIRECTION_RTL;
  if (line.rtl) {
    line.indent = fmax(room - (double)width / PANGO_SCALE - 1.0, 0.0);
  }
  return line;
}

double
bl_view_field_room(BlView* const   view,
                   const BlItemRef ref,
                   const BlRect    rect,
                   char            left[32])
{
  const BlEdit* const edit = bl_view_edit_of(view, ref);
  const unsigned      used = bl_edit_chars(edit);
  const double        room = rect.w - 2.0 * BL_VIEW_FIELD_PAD;
  left[0]                  = '\0';
  if (used * 10u < edit->max_chars * 9u ||
      !bl_view_is(view->focus, ref.kind, ref.index)) {
    return room;
  }

  snprintf(left, 32, "%u/%u", used, edit->max_chars);
  return room - bl_canvas_text_width(view->fonts, BL_TEXT_SMALL, left) - 16.0;
}

double
bl_view_line_x(const BlViewLine line, const int index)
{
  PangoRectangle strong;
  pango_layout_get_cursor_pos(line.layout, index, &strong, NULL);
  return line.indent + (double)strong.x / PANGO_SCALE;
}

/// So many code points after an index, as Pango tells places
static size_t
after_trailing(const BlEdit* const edit, const int index, int trailing)
{
  size_t offset = (size_t)(index > 0 ? index : 0);
  for (; trailing > 0 && offset < edit->length; --trailing) {
    do {
      ++offset;
    } while (offset < edit->length &&
             ((unsigned char)edit->text[offset] & 0xC0u) == 0x80u);
  }
  return offset;
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

  char             left[32];
  const BlViewLine line = bl_view_line(
    view, view->focus, bl_view_field_room(view, view->focus, item->rect, left));
  const double inside =
    x - item->rect.x - BL_VIEW_FIELD_PAD + view->scroll - line.indent;
  int index    = 0;
  int trailing = 0;
  pango_layout_xy_to_index(line.layout, (int)(inside * PANGO_SCALE), 0, &index,
                           &trailing);
  g_object_unref(line.layout);

  return after_trailing(edit, index, trailing);
}

/// Shift the text so that the caret can be seen
void
bl_view_follow_caret(BlView* const view)
{
  const BlItem* const item =
    bl_layout_find(&view->layout, view->focus.kind, view->focus.index);
  if (!item || !bl_view_is_field(view->focus)) {
    view->scroll = 0.0;
    return;
  }

  char         left[32];
  const double room = bl_view_field_room(view, view->focus, item->rect, left);
  const BlViewLine line  = bl_view_line(view, view->focus, room);
  const double     caret = bl_view_line_x(line, line.caret);
  const double     width = room - 2.0;
  g_object_unref(line.layout);
  view->scroll = fmin(view->scroll, caret);
  view->scroll = fmax(view->scroll, caret - width);
  bl_view_damage_rect(view, item->rect);
  if (bl_view_is(view->focus, BL_ITEM_FIELD, BL_STRING_TAGS)) {
    bl_view_damage_rect(view, view->layout.sends);
  }
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

void
bl_view_keep_undo(BlView* const view, const BlUndoKind kind)
{
  if (view->focus.kind == BL_ITEM_FIELD) {
    view->style_back = false;
    bl_undo_keep(&view->undos[view->focus.index],
                 &view->edits[view->focus.index], kind);
  }
}

void
bl_view_break_undo(BlView* const view)
{
  if (view->focus.kind == BL_ITEM_FIELD) {
    bl_undo_break(&view->undos[view->focus.index]);
  }
}

static void
undo(BlView* const view, const int by)
{
  if (view->focus.kind == BL_ITEM_KEY) {
    return; // What is kept of a key is kept masked, and the style is elsewhere
  }
  if (bl_view_step_style(view, by)) {
    bl_view_follow_caret(view);
  } else if (view->focus.kind == BL_ITEM_FIELD) {
    bl_undo_step(&view->undos[view->focus.index],
                 &view->edits[view->focus.index], by);
    bl_view_follow_caret(view);
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
      bl_view_keep_undo(view, BL_UNDO_NONE);
      bl_edit_delete(edit, BL_EDIT_RIGHT);
      bl_view_follow_caret(view);
    }
  }
  return true;
}

static bool
shortcut(BlView* const view, const char letter, const bool shift)
{
  switch (letter) {
    case 'a':
      bl_view_break_undo(view);
      bl_edit_select_all(bl_view_edit_of(view, view->focus));
      bl_view_offer_primary(view);
      bl_view_follow_caret(view);
      return true;
    case 'c':
      return copy(view, false);
    case 'x':
      return copy(view, true);
    case 'v':
      bl_view_ask_paste(view, false);
      return true;
    case 'z':
      undo(view, shift ? 1 : -1);
      return true;
    case 'y':
      undo(view, 1);
      return true;
    default:
      return true; // While someone types, nothing reaches the host's shortcuts
  }
}

/// Letters with control while no field has the keyboard
static bool
shortcut_outside(BlView* const view, const char letter, const bool shift)
{
  if (!view->has_keyboard || view->focus.kind == BL_ITEM_NONE) {
    return false; // They are the host's
  }
  switch (letter) {
    case 'c':
      if (view->focus.kind == BL_ITEM_RESULT) {
        bl_view_copy_path(view, view->focus.index);
      }
      return view->focus.kind == BL_ITEM_RESULT;
    case 'z':
      return bl_view_step_style(view, shift ? 1 : -1);
    case 'y':
      return bl_view_step_style(view, 1);
    default:
      return false;
  }
}

bool
bl_view_text(BlView* const     view,
             const char* const text,
             const size_t      length,
             const unsigned    mods)
{
  const bool plain = !(mods & (BL_MOD_CONTROL | BL_MOD_ALT));
  if (view->menu.open && length && plain) {
    bl_menu_type(&view->menu, text, length, view->now);
    bl_view_damage_all(view);
    return true;
  }
  if (!bl_view_edits(view) || !length) {
    return (mods & BL_MOD_CONTROL) && length &&
           shortcut_outside(view, text[0], mods & BL_MOD_SHIFT);
  }
  if (mods & BL_MOD_CONTROL) {
    return shortcut(view, text[0], mods & BL_MOD_SHIFT);
  }
  if (!plain) {
    return false;
  }
  if (text[0] == ' ') { // Undone word by word
    bl_view_break_undo(view);
  }
  bl_view_keep_undo(view, BL_UNDO_TYPED);
  bl_edit_insert(bl_view_edit_of(view, view->focus), text, length);
  bl_view_follow_caret(view);
  return true;
}

/// A step to the left (-1) or right as it is seen, whatever the direction of
/// writing
static void
step(BlView* const view, const int by, const bool select)
{
  BlEdit* const edit = bl_view_edit_of(view, view->focus);
  if (view->focus.kind == BL_ITEM_KEY) {
    bl_edit_move(edit, by < 0 ? BL_EDIT_LEFT : BL_EDIT_RIGHT, select);
    return;
  }

  const BlViewLine line     = bl_view_line(view, view->focus, 0.0);
  const bool       ends     = !select && line.caret != line.anchor;
  int              index    = line.caret;
  int              trailing = 0;
  if (ends) { // Of what was selected
    const bool first =
      bl_view_line_x(line, line.caret) < bl_view_line_x(line, line.anchor);
    index = first == (by < 0) ? line.caret : line.anchor;
  } else {
    pango_layout_move_cursor_visually(line.layout, TRUE, line.caret, 0, by,
                                      &index, &trailing);
  }
  g_object_unref(line.layout);
  if (index >= 0 && index <= (int)edit->length) {
    bl_edit_place(edit, after_trailing(edit, index, trailing), select);
  }
}

static void
word_step(BlView* const view, const int by, const bool select)
{
  BlEdit* const    edit = bl_view_edit_of(view, view->focus);
  const BlViewLine line = bl_view_line(view, view->focus, 0.0);
  const bool       left = (by < 0) != line.rtl;
  g_object_unref(line.layout);
  bl_edit_move(edit, left ? BL_EDIT_WORD_LEFT : BL_EDIT_WORD_RIGHT, select);
}

/// The ways of the first common user interface: with shift, control or none
static void
cua_key(BlView* const view, const BlKey key, const unsigned mods)
{
  const bool shift   = mods & BL_MOD_SHIFT;
  const bool control = mods & BL_MOD_CONTROL;
  if (key == BL_KEY_DELETE) {
    copy(view, true);
  } else if (control) {
    copy(view, false);
  } else if (shift) {
    bl_view_ask_paste(view, false);
  }
}

bool
bl_view_edit_key(BlView* const view, const BlKey key, const unsigned mods)
{
  BlEdit* const edit  = bl_view_edit_of(view, view->focus);
  const bool    shift = mods & BL_MOD_SHIFT;
  const bool    word  = mods & BL_MOD_CONTROL;

  if (key == BL_KEY_INSERT || (key == BL_KEY_DELETE && shift)) {
    cua_key(view, key, mods);
    return true;
  }
  switch (key) {
    case BL_KEY_LEFT:
    case BL_KEY_RIGHT:
      (word ? word_step : step)(view, key == BL_KEY_LEFT ? -1 : 1, shift);
      bl_view_break_undo(view);
      break;
    case BL_KEY_HOME:
    case BL_KEY_END:
      bl_edit_move(edit, key == BL_KEY_HOME ? BL_EDIT_HOME : BL_EDIT_END,
                   shift);
      bl_view_break_undo(view);
      break;
    case BL_KEY_BACKSPACE:
      bl_view_keep_undo(view, BL_UNDO_DELETED);
      bl_edit_delete(edit, word ? BL_EDIT_WORD_LEFT : BL_EDIT_LEFT);
      break;
    case BL_KEY_DELETE:
      bl_view_keep_undo(view, BL_UNDO_DELETED);
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

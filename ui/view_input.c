// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <string.h>

#define DRAG_DISTANCE 6.0
#define DOUBLE_S 0.4

static const BlItemRef nothing = { BL_ITEM_NONE, 0 };

// Text fields

static bool
is_field(const BlItemRef ref)
{
  return ref.kind == BL_ITEM_FIELD || ref.kind == BL_ITEM_KEY;
}

/// Offset of the character boundary nearest to a place in the focused field
static size_t
offset_at(BlView* const view, const double x)
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
static void
follow_caret(BlView* const view)
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

static void
offer_primary(BlView* const view)
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
      follow_caret(view);
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
      offer_primary(view);
      follow_caret(view);
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
  follow_caret(view);
  return true;
}

void
bl_view_paste(BlView* const view, const char* const text, const size_t length)
{
  if (bl_view_edits(view)) {
    bl_edit_insert(bl_view_edit_of(view, view->focus), text, length);
    follow_caret(view);
  }
}

static bool
edit_key(BlView* const view, const BlKey key, const unsigned mods)
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
    offer_primary(view);
  }
  follow_caret(view);
  return true;
}

// The keyboard

static void
focus_next(BlView* const view, const int by)
{
  const BlLayout* const l    = &view->layout;
  const int             n    = (int)l->n_items;
  int                   from = by > 0 ? -1 : n;

  for (int i = 0; i < n; ++i) {
    if (bl_view_is(view->focus, l->items[i].kind, l->items[i].index)) {
      from = i;
      break;
    }
  }
  for (int i = 1; i <= n; ++i) {
    const BlItem* const item = &l->items[((from + by * i) % n + n) % n];
    if (item->enabled && item->kind != BL_ITEM_METER) {
      bl_view_set_focus(view, bl_view_ref(item));
      if (is_field(view->focus)) {
        bl_edit_select_all(bl_view_edit_of(view, view->focus));
        follow_caret(view);
      }
      return;
    }
  }
}

static bool
menu_key(BlView* const view, const BlKey key)
{
  BlMenu* const menu = &view->menu;
  switch (key) {
    case BL_KEY_UP:
      bl_menu_move(menu, -1);
      break;
    case BL_KEY_DOWN:
      bl_menu_move(menu, 1);
      break;
    case BL_KEY_PAGE_UP:
      bl_menu_scroll(menu, -(int)menu->shown);
      break;
    case BL_KEY_PAGE_DOWN:
      bl_menu_scroll(menu, (int)menu->shown);
      break;
    case BL_KEY_ENTER:
    case BL_KEY_SPACE:
      bl_view_choose_row(view, menu->at);
      break;
    case BL_KEY_ESCAPE:
    case BL_KEY_TAB:
      menu->open = false;
      break;
    default:
      break;
  }
  bl_view_damage_all(view);
  return true;
}

static bool
escape(BlView* const view)
{
  if (view->unfolded.settings) {
    bl_view_activate(view, (BlItemRef){ BL_ITEM_CLOSE, 0 });
    return true;
  }
  if (view->focus.kind == BL_ITEM_NONE) {
    return false;
  }
  bl_view_set_focus(view, nothing);
  if (view->host.leave) {
    view->host.leave(view->host.handle);
  }
  return true;
}

static bool
item_key(BlView* const view, const BlKey key)
{
  switch (key) {
    case BL_KEY_ENTER:
    case BL_KEY_SPACE:
    case BL_KEY_MENU:
      bl_view_activate(view, view->focus);
      return true;
    case BL_KEY_LEFT:
    case BL_KEY_DOWN:
      if (view->focus.kind == BL_ITEM_SLIDER ||
          view->focus.kind == BL_ITEM_GENDER) {
        bl_view_step(view, view->focus, -1);
      } else {
        focus_next(view, key == BL_KEY_DOWN ? 1 : -1);
      }
      return true;
    case BL_KEY_RIGHT:
    case BL_KEY_UP:
      if (view->focus.kind == BL_ITEM_SLIDER ||
          view->focus.kind == BL_ITEM_GENDER) {
        bl_view_step(view, view->focus, 1);
      } else {
        focus_next(view, key == BL_KEY_UP ? -1 : 1);
      }
      return true;
    default:
      return false;
  }
}

bool
bl_view_key(BlView* const view, const BlKey key, const unsigned mods)
{
  if (view->menu.open) {
    return menu_key(view, key);
  }
  if (key == BL_KEY_TAB && !(mods & (BL_MOD_CONTROL | BL_MOD_ALT))) {
    focus_next(view, mods & BL_MOD_SHIFT ? -1 : 1);
    return true;
  }
  if (key == BL_KEY_ESCAPE) {
    return escape(view);
  }
  if (bl_view_edits(view)) {
    return edit_key(view, key, mods);
  }
  return view->focus.kind != BL_ITEM_NONE && !mods && item_key(view, key);
}

// The pointer

static void
press_field(BlView* const view, const double x, const unsigned mods)
{
  BlEdit* const edit = bl_view_edit_of(view, view->focus);
  const size_t  at   = offset_at(view, x);
  if (view->clicks == 2) {
    bl_edit_select_word(edit, at);
  } else if (view->clicks >= 3) {
    bl_edit_select_all(edit);
  } else {
    bl_edit_place(edit, at, mods & BL_MOD_SHIFT);
  }
  offer_primary(view);
  follow_caret(view);
}

static void
reset_slider(BlView* const view, const int index)
{
  static const BlPort ports[] = { BL_PORT_STYLE_WEIGHT, BL_PORT_WEIRDNESS,
                                  BL_PORT_AUDIO_WEIGHT };
  const BlPort        port    = ports[index];
  bl_model_set(view->model, port,
               bl_params[port - BL_PORT_CONTROL_IN_FIRST].normal);
}

static void
press_menu(BlView* const view, const double x, const double y)
{
  const int row = bl_menu_at(&view->menu, x, y);
  if (row >= 0) {
    bl_view_choose_row(view, row);
  } else if (!bl_rect_contains(view->menu.rect, x, y)) {
    view->menu.open = false;
  }
  bl_view_damage_all(view);
}

static void
press_item(BlView* const       view,
           const BlItem* const item,
           const double        x,
           const unsigned      mods)
{
  view->pressed = bl_view_ref(item);
  bl_view_set_focus(view, view->pressed);
  if (is_field(view->focus)) {
    press_field(view, x, mods);
  } else if (item->kind == BL_ITEM_SLIDER) {
    if (view->clicks == 2) {
      reset_slider(view, item->index);
    } else {
      bl_view_slide(view, item->index, x);
    }
  }
  bl_view_damage_item(view, view->pressed);
}

static void
wheel(BlView* const view, const double x, const double y, const int by)
{
  if (view->menu.open) {
    bl_menu_scroll(&view->menu, -3 * by);
    bl_view_damage_all(view);
    return;
  }
  const BlItem* const item = bl_layout_at(&view->layout, x, y);
  if (item && item->kind == BL_ITEM_SLIDER) {
    bl_view_step(view, bl_view_ref(item), by);
  }
}

void
bl_view_press(BlView* const  view,
              const double   x,
              const double   y,
              const int      button,
              const unsigned mods,
              const double   now)
{
  if (button == 4 || button == 5) {
    wheel(view, x, y, button == 4 ? 1 : -1);
    return;
  }

  const bool again = now - view->press_time < DOUBLE_S &&
                     hypot(x - view->press_x, y - view->press_y) < 4.0;
  view->clicks     = again ? view->clicks + 1u : 1u;
  view->press_time = now;
  view->press_x    = x;
  view->press_y    = y;
  if (view->menu.open) {
    press_menu(view, x, y);
    return;
  }

  const BlItem* const item = bl_layout_at(&view->layout, x, y);
  if (!item || !item->enabled) {
    bl_view_set_focus(view, nothing);
  } else if (button == 1) {
    press_item(view, item, x, mods);
  } else if (button == 2 && item->kind == BL_ITEM_FIELD) {
    bl_view_set_focus(view, bl_view_ref(item));
    bl_edit_place(&view->edits[item->index], offset_at(view, x), false);
    if (view->host.paste) {
      view->host.paste(view->host.handle, true);
    }
  } else if (button == 3 && item->kind == BL_ITEM_RESULT) {
    bl_view_activate(view, (BlItemRef){ BL_ITEM_RESULT_MENU, item->index });
  }
}

static void
begin_drag(BlView* const view)
{
  const BlModelJob* const job = bl_model_shown_job(view->model);
  const char*             paths[BL_VARIANTS];
  size_t                  n = 0;

  for (int i = 0; job && i < (int)BL_VARIANTS; ++i) {
    const bool wanted = view->pressed.kind == BL_ITEM_BOTH ||
                        bl_view_is(view->pressed, BL_ITEM_RESULT, i);
    if (wanted && job->results[i].ready) {
      paths[n++] = job->results[i].msg.path;
    }
  }
  view->pressed = nothing;
  if (n && view->host.drag) {
    view->host.drag(view->host.handle, paths, n);
  }
  bl_view_damage_all(view);
}

static void
hover_at(BlView* const view, const double x, const double y)
{
  if (view->menu.open) {
    const int row = bl_menu_at(&view->menu, x, y);
    if (row >= 0 && row != view->menu.at) {
      view->menu.at = row;
      bl_view_damage_rect(view, view->menu.rect);
    }
    return;
  }

  const BlItemRef hover = bl_view_ref(bl_layout_at(&view->layout, x, y));
  if (!bl_view_is(view->hover, hover.kind, hover.index)) {
    bl_view_damage_item(view, view->hover);
    view->hover = hover;
    bl_view_damage_item(view, hover);
  }
}

void
bl_view_motion(BlView* const view,
               const double  x,
               const double  y,
               const bool    held)
{
  if (!held || view->pressed.kind == BL_ITEM_NONE) {
    hover_at(view, x, y);
    return;
  }

  const bool far = hypot(x - view->press_x, y - view->press_y) > DRAG_DISTANCE;
  if (view->pressed.kind == BL_ITEM_SLIDER && view->clicks == 1) {
    bl_view_slide(view, view->pressed.index, x);
  } else if (is_field(view->pressed)) {
    bl_edit_place(bl_view_edit_of(view, view->focus), offset_at(view, x), true);
    offer_primary(view);
    follow_caret(view);
  } else if (far && (view->pressed.kind == BL_ITEM_RESULT ||
                     view->pressed.kind == BL_ITEM_BOTH)) {
    begin_drag(view);
  }
}

void
bl_view_release(BlView* const view,
                const double  x,
                const double  y,
                const int     button)
{
  if (button != 1) {
    return;
  }

  const BlItemRef pressed = view->pressed;
  const BlItem*   item    = bl_layout_at(&view->layout, x, y);
  view->pressed           = nothing;
  bl_view_damage_item(view, pressed);

  // Fields and sliders have acted; a result is dragged, its menu acts
  const bool acts = !is_field(pressed) && pressed.kind != BL_ITEM_SLIDER &&
                    pressed.kind != BL_ITEM_RESULT &&
                    pressed.kind != BL_ITEM_BOTH;
  if (acts && item && bl_view_is(pressed, item->kind, item->index)) {
    bl_view_activate(view, pressed);
  }
}

void
bl_view_leave(BlView* const view)
{
  bl_view_damage_item(view, view->hover);
  view->hover = nothing;
}

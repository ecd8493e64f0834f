// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#define PAGE 10 ///< Steps of a slider
#define FULL 100

static const BlItemRef nothing = { BL_ITEM_NONE, 0 };

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
    if (item->enabled) {
      bl_view_set_focus(view, bl_view_ref(item));
      if (bl_view_is_field(view->focus)) {
        bl_edit_select_all(bl_view_edit_of(view, view->focus));
        bl_view_follow_caret(view);
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
    case BL_KEY_PAGE_DOWN:
      bl_menu_page(menu, key == BL_KEY_PAGE_UP ? -1 : 1);
      break;
    case BL_KEY_HOME:
    case BL_KEY_END:
      bl_menu_end(menu, key == BL_KEY_HOME ? 1 : -1);
      break;
    case BL_KEY_SPACE:
      if (bl_menu_is_typed(menu, view->now)) {
        bl_menu_type(menu, " ", 1, view->now);
        break;
      }
      bl_view_choose_row(view, menu->at);
      break;
    case BL_KEY_ENTER:
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
slider_key(BlView* const view, const BlKey key)
{
  const bool is_slider = view->focus.kind == BL_ITEM_SLIDER;
  if (is_slider) {
    bl_view_step(view, view->focus,
                 key == BL_KEY_PAGE_UP     ? PAGE
                 : key == BL_KEY_PAGE_DOWN ? -PAGE
                 : key == BL_KEY_HOME      ? -FULL
                                           : FULL);
  }
  return is_slider;
}

/// Arrow keys change it, and do not go on to what is beside
static bool
is_stepped(const BlItemRef ref)
{
  return ref.kind == BL_ITEM_SLIDER || ref.kind == BL_ITEM_GENDER ||
         ref.kind == BL_ITEM_RESULTS;
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
    case BL_KEY_PAGE_UP:
    case BL_KEY_PAGE_DOWN:
    case BL_KEY_HOME:
    case BL_KEY_END:
      return slider_key(view, key);
    case BL_KEY_LEFT:
    case BL_KEY_DOWN:
      if (is_stepped(view->focus)) {
        bl_view_step(view, view->focus, -1);
      } else {
        focus_next(view, key == BL_KEY_DOWN ? 1 : -1);
      }
      return true;
    case BL_KEY_RIGHT:
    case BL_KEY_UP:
      if (is_stepped(view->focus)) {
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
  if (!view->by_keys) {
    view->by_keys = true;
    bl_view_damage_item(view, view->focus);
  }
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
  if (key == BL_KEY_HELP) { // Its keys stand among the settings
    const bool ours = view->focus.kind != BL_ITEM_NONE;
    if (ours && !view->unfolded.settings) {
      bl_view_activate(view, (BlItemRef){ BL_ITEM_GEAR, 0 });
    }
    return ours;
  }
  if (bl_view_edits(view)) {
    return bl_view_edit_key(view, key, mods);
  }
  return view->focus.kind != BL_ITEM_NONE && !mods && item_key(view, key);
}

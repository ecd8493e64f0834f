// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>

#define DRAG_DISTANCE 6.0
#define DOUBLE_S 0.4

static const BlItemRef nothing = { BL_ITEM_NONE, 0 };

static void
press_field(BlView* const view, const double x, const unsigned mods)
{
  BlEdit* const edit = bl_view_edit_of(view, view->focus);
  const size_t  at   = bl_view_offset_at(view, x);
  bl_view_break_undo(view);
  if (view->clicks == 2) {
    bl_edit_select_word(edit, at);
  } else if (view->clicks >= 3) {
    bl_edit_select_all(edit);
  } else {
    bl_edit_place(edit, at, mods & BL_MOD_SHIFT);
  }
  bl_view_offer_primary(view);
  bl_view_follow_caret(view);
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
press_menu(BlView* const view, const double x, const double y, const int button)
{
  const int row = bl_menu_at(&view->menu, x, y);
  if (row >= 0 && view->menu.rows[row].drags && button == 1) {
    view->pressed = (BlItemRef){ BL_ITEM_ROW, row }; // A click acts when let go
    view->menu.at = row;
  } else if (row >= 0) {
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
  if (bl_view_is_field(view->focus)) {
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
  if (item && (item->kind == BL_ITEM_SLIDER || item->kind == BL_ITEM_RESULTS)) {
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
  if (button > 5) { // A wheel moved sideways, and what else a mouse has
    return;
  }

  const bool again = now - view->press_time < DOUBLE_S &&
                     hypot(x - view->press_x, y - view->press_y) < 4.0;
  view->clicks     = again ? view->clicks + 1u : 1u;
  view->press_time = now;
  view->by_keys    = false;
  view->press_of   = bl_view_shown_of(view);
  view->press_x    = x;
  view->press_y    = y;
  if (view->menu.open) {
    press_menu(view, x, y, button);
    return;
  }

  const BlItem* const item = bl_layout_at(&view->layout, x, y);
  if (!item || !item->enabled) {
    bl_view_set_focus(view, nothing);
  } else if (button == 1) {
    press_item(view, item, x, mods);
  } else if (button == 2 && bl_view_is_field(bl_view_ref(item))) {
    bl_view_set_focus(view, bl_view_ref(item));
    bl_edit_place(bl_view_edit_of(view, view->focus),
                  bl_view_offset_at(view, x), false);
    bl_view_ask_paste(view, true);
  } else if (button == 3 && item->kind == BL_ITEM_RESULT) {
    bl_view_activate(view, (BlItemRef){ BL_ITEM_RESULT_MENU, item->index });
  }
}

static void
begin_drag(BlView* const view)
{
  const BlModelJob* const job = bl_model_shown_results(view->model);
  const char*             paths[BL_VARIANTS];
  size_t                  n = 0;

  const bool same = bl_view_shows(view, &view->press_of);
  for (int i = 0; job && same && i < (int)BL_VARIANTS; ++i) {
    const bool wanted = view->pressed.kind == BL_ITEM_BOTH ||
                        bl_view_is(view->pressed, BL_ITEM_RESULT, i);
    if (wanted && job->results[i].ready) {
      paths[n++] = job->results[i].msg.path;
    }
  }
  view->pressed = nothing;
  if (n && view->host.drag) {
    view->host.drag(view->host.handle, paths, n,
                    n > 1u ? "Both instrumentals" : "Instrumental");
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
      bl_view_damage_rect(view, view->layout.foot);
    }
    return;
  }

  const BlItemRef hover = bl_view_ref(bl_layout_at(&view->layout, x, y));
  if (!bl_view_is(view->hover, hover.kind, hover.index)) {
    bl_view_damage_item(view, view->hover);
    view->hover = hover;
    bl_view_damage_item(view, hover);
    bl_view_damage_rect(view, view->layout.foot);
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
  } else if (bl_view_is_field(view->pressed)) {
    if (bl_view_is(view->focus, view->pressed.kind, view->pressed.index)) {
      bl_edit_place(bl_view_edit_of(view, view->focus),
                    bl_view_offset_at(view, x), true);
      bl_view_offer_primary(view);
      bl_view_follow_caret(view);
    } // Else a key has moved the focus meanwhile
  } else if (far && (view->pressed.kind == BL_ITEM_RESULT ||
                     view->pressed.kind == BL_ITEM_BOTH)) {
    begin_drag(view);
  } else if (far && view->pressed.kind == BL_ITEM_ROW) {
    view->pressed = nothing;
    bl_view_drag_row(view, view->menu.at);
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

  if (pressed.kind == BL_ITEM_ROW) {
    if (view->menu.open && bl_menu_at(&view->menu, x, y) == pressed.index) {
      bl_view_choose_row(view, pressed.index);
    }
    return;
  }

  // Fields and sliders have acted; a result is dragged, its menu acts
  const bool acts =
    !bl_view_is_field(pressed) && pressed.kind != BL_ITEM_SLIDER &&
    pressed.kind != BL_ITEM_RESULT && pressed.kind != BL_ITEM_BOTH;
  if (acts && item && bl_view_is(pressed, item->kind, item->index)) {
    bl_view_activate(view, pressed);
  }
}

BlPointer
bl_view_pointer(const BlView* const view)
{
  const BlMenu* const menu = &view->menu;
  if (menu->open) {
    return menu->at >= 0 && menu->rows[menu->at].drags ? BL_POINTER_HAND
                                                       : BL_POINTER_ARROW;
  }
  const BlItem* const item =
    bl_layout_find(&view->layout, view->hover.kind, view->hover.index);
  if (!item || !item->enabled) {
    return BL_POINTER_ARROW;
  }
  return bl_view_is_field(view->hover) ? BL_POINTER_TEXT
         : item->kind == BL_ITEM_RESULT || item->kind == BL_ITEM_BOTH
           ? BL_POINTER_HAND
           : BL_POINTER_ARROW;
}

void
bl_view_leave(BlView* const view)
{
  if (view->hover.kind != BL_ITEM_NONE) {
    bl_view_damage_item(view, view->hover);
    bl_view_damage_rect(view, view->layout.foot);
    view->hover = nothing;
  }
}

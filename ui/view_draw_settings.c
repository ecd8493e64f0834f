// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <stdio.h>

static const char* const toggle_texts[] = {
  [BL_PORT_HOST_TEMPO] = "Add the host's tempo and meter to the tags",
  [BL_PORT_AUTO] =
    "Generate by itself after each take (a paid service only where "
    "config.json allows it)",
  [BL_PORT_RECORD] = "Capture whatever passes, also while the transport stands",
};

static void
draw_toggle(BlView* const         view,
            const BlCanvas* const canvas,
            const BlItem* const   item)
{
  const BlRect r  = item->rect;
  const bool   on = bl_model_control(view->model, (BlPort)item->index) > 0.5f;
  const bool   hover = bl_view_is(view->hover, item->kind, item->index);
  const BlRect box   = { r.x + 2.0, r.y + r.h / 2.0 - 8.0, 16.0, 16.0 };

  bl_canvas_fill(canvas, box, 3.0, on ? BL_COLOR_ACCENT : BL_COLOR_WELL);
  bl_canvas_outline(canvas, box, 3.0, 1.0,
                    hover ? BL_COLOR_TEXT : BL_COLOR_LINE);
  if (on) {
    bl_canvas_text(canvas, box, BL_ALIGN_CENTER, BL_TEXT_STRONG,
                   BL_COLOR_ON_ACCENT, "\u2713");
  }
  const BlRect text = { r.x + 28.0, r.y, r.w - 28.0, r.h };
  bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_NORMAL, BL_COLOR_TEXT,
                 toggle_texts[item->index]);
  bl_view_draw_focus(view, canvas, item);
}

static void
draw_key(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l    = &view->layout;
  const BlItem* const   key  = bl_layout_find(l, BL_ITEM_KEY, 0);
  const BlRect          name = { 16.0, key->rect.y, 112.0, key->rect.h };
  char                  text[BL_MESSAGE_BYTES];

  const BlRect head = { 16.0, l->style.y + 12.0, l->style.w - 16.0, 24.0 };
  snprintf(text, sizeof(text), "Settings of %s", bl_view_service_name(view));
  bl_canvas_text(canvas, head, BL_ALIGN_LEFT, BL_TEXT_STRONG, BL_COLOR_TEXT,
                 text);
  bl_canvas_text(canvas, name, BL_ALIGN_LEFT, BL_TEXT_NORMAL, BL_COLOR_TEXT,
                 "Key");
  bl_view_draw_field(view, canvas, bl_view_ref(key), key->rect);
  bl_view_draw_button(view, canvas, bl_layout_find(l, BL_ITEM_KEY_STORE, 0),
                      BL_BUTTON_CHOSEN,
                      view->key_busy ? "Testing\u2026" : "Test and keep");

  const BlRect below = { key->rect.x, key->rect.y + key->rect.h + 4.0,
                         l->width - key->rect.x - 24.0, 30.0 };
  bl_canvas_paragraph(canvas, below, BL_TEXT_SMALL, BL_COLOR_DIM,
                      view->key_told[0]
                        ? view->key_told
                        : "Asked for credits once, then kept in a file that "
                          "only you can read; never in a session. The local "
                          "band needs none.");
}

void
bl_view_draw_settings(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l = &view->layout;

  bl_canvas_fill(canvas, l->style, 8.0, BL_COLOR_PANEL);
  draw_key(view, canvas);
  for (size_t i = 0; i < l->n_items; ++i) {
    if (l->items[i].kind == BL_ITEM_SETTING) {
      draw_toggle(view, canvas, &l->items[i]);
    }
  }

  const BlItem* const folder = bl_layout_find(l, BL_ITEM_FOLDER, 0);
  bl_view_draw_button(view, canvas, folder, BL_BUTTON_PLAIN,
                      "Open the takes folder");
  if (view->model->listed.takes > 0) {
    char         text[96];
    const BlRect right = { folder->rect.x + folder->rect.w + 12.0,
                           folder->rect.y, 260.0, folder->rect.h };
    snprintf(text, sizeof(text), "%d takes, %.1f GB", view->model->listed.takes,
             (double)view->model->listed.bytes / 1e9);
    bl_canvas_text(canvas, right, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                   text);
  }
  bl_view_draw_button(view, canvas, bl_layout_find(l, BL_ITEM_CLOSE, 0),
                      BL_BUTTON_CHOSEN, "Back");
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include "base/paths.h"

#include <stdio.h>

static const char* const toggle_texts[] = {
  [BL_PORT_HOST_TEMPO] = "Add the host's tempo and meter to the tags",
  [BL_PORT_AUTO] =
    ("Generate by itself after each take (a paid service only where "
     "config.json allows it)"),
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

static const char* const choices[BL_N_SERVICES] = {
  "As configured", "Local band", "sunoapi.org", "kie.ai", "Own server",
};

/// What the chosen service is, and what it needs
static const char*
about(const BlView* const view)
{
  switch ((int)bl_model_control(view->model, BL_PORT_SERVICE)) {
    case BL_SERVICE_LOCAL:
      return "The local band plays on this computer: no account, no key, "
             "nothing is sent anywhere.";
    case BL_SERVICE_CUSTOM:
      return "Your server's address stands in config.json as \u201ccustom\u201d"
             "; its key, if it wants one, is kept as below.";
    default:
      return "Asked for the credits once, then kept in a file that only you "
             "can read; never in a session, never shown again.";
  }
}

static void
draw_service(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l = &view->layout;
  const int    asked      = (int)bl_model_control(view->model, BL_PORT_SERVICE);
  const BlRect head       = { 16.0, l->style.y + 10.0, 400.0, 24.0 };

  bl_canvas_text(canvas, head, BL_ALIGN_LEFT, BL_TEXT_STRONG, BL_COLOR_TEXT,
                 "Settings");
  for (int i = 0; i < (int)BL_N_SERVICES; ++i) {
    const BlItem* const item = bl_layout_find(l, BL_ITEM_CHOICE, i);
    if (!i) {
      const BlRect label = { 16.0, item->rect.y, 80.0, item->rect.h };
      bl_canvas_text(canvas, label, BL_ALIGN_LEFT, BL_TEXT_NORMAL,
                     BL_COLOR_TEXT, "Service");
    }
    bl_view_draw_button(view, canvas, item,
                        i == asked ? BL_BUTTON_CHOSEN : BL_BUTTON_PLAIN,
                        choices[i]);
  }
}

static void
draw_key(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l    = &view->layout;
  const BlItem* const   key  = bl_layout_find(l, BL_ITEM_KEY, 0);
  const BlRect          name = { 16.0, key->rect.y, 80.0, key->rect.h };

  bl_canvas_text(canvas, name, BL_ALIGN_LEFT, BL_TEXT_NORMAL,
                 key->enabled ? BL_COLOR_TEXT : BL_COLOR_OFF, "Key");
  if (key->enabled) {
    bl_view_draw_field(view, canvas, bl_view_ref(key), key->rect);
  } else {
    bl_canvas_outline(canvas, key->rect, 5.0, 1.0, BL_COLOR_LINE);
    bl_canvas_text(canvas, bl_rect_inset(key->rect, 8.0), BL_ALIGN_LEFT,
                   BL_TEXT_NORMAL, BL_COLOR_OFF, "none needed");
  }
  BlItem store  = *bl_layout_find(l, BL_ITEM_KEY_STORE, 0);
  store.enabled = store.enabled && !view->key_busy;
  bl_view_draw_button(view, canvas, &store, BL_BUTTON_CHOSEN,
                      view->key_busy ? "Testing\u2026" : "Test and keep");
  bl_canvas_paragraph(canvas, l->key_text, BL_TEXT_SMALL,
                      view->key_told[0]
                        ? (view->key_good ? BL_COLOR_RESULT : BL_COLOR_WARN)
                        : BL_COLOR_DIM,
                      view->key_told[0] ? view->key_told : about(view));
}

static void
draw_where(BlView* const view, const BlCanvas* const canvas)
{
  char path[BL_PATH_BYTES];
  char text[BL_PATH_BYTES + 96];

  bl_view_draw_button(view, canvas,
                      bl_layout_find(&view->layout, BL_ITEM_FOLDER, 0),
                      BL_BUTTON_PLAIN, "Open the takes folder");
  if (bl_path_takes(path, sizeof(path))) {
    path[0] = '\0';
  }
  if (view->model->listed.takes > 0) {
    snprintf(text, sizeof(text), "%d takes, %lld MB, in %s",
             view->model->listed.takes,
             (long long)(view->model->listed.bytes / 1000000), path);
  } else {
    snprintf(text, sizeof(text), "%s", path);
  }
  bl_canvas_text(canvas, view->layout.where, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 BL_COLOR_DIM, text);
}

void
bl_view_draw_settings(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l = &view->layout;

  bl_canvas_fill(canvas, l->style, 8.0, BL_COLOR_PANEL);
  draw_service(view, canvas);
  draw_key(view, canvas);
  for (size_t i = 0; i < l->n_items; ++i) {
    if (l->items[i].kind == BL_ITEM_SETTING) {
      draw_toggle(view, canvas, &l->items[i]);
    }
  }
  draw_where(view, canvas);
  bl_view_draw_button(view, canvas, bl_layout_find(l, BL_ITEM_CLOSE, 0),
                      BL_BUTTON_CHOSEN, "Back");
}

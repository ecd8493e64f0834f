// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include "base/paths.h"

#include <math.h>
#include <stdio.h>

static const char* const toggle_texts[] = {
  [BL_PORT_HOST_TEMPO] = "Add the host's tempo and meter to the tags",
  [BL_PORT_AUTO] =
    ("Generate by itself after each take (paid only where config.json "
     "allows it)"),
  [BL_PORT_RECORD]    = ("Record now: capture whatever passes, also while the "
                         "transport stands"),
  [BL_PORT_FINE_TUNE] = "Weights",
  [BL_PORT_STEMS]     = "Stems",
};

void
bl_view_draw_toggle(BlView* const         view,
                    const BlCanvas* const canvas,
                    const BlItem* const   item)
{
  const BlRect r  = item->rect;
  const bool   on = bl_model_control(view->model, (BlPort)item->index) > 0.5f;
  const bool   hover = bl_view_is(view->hover, item->kind, item->index);
  const BlRect box   = { r.x, r.y + r.h / 2.0 - 8.0, 16.0, 16.0 };

  if (item->enabled) {
    bl_canvas_fill(canvas, box, 3.0, on ? BL_COLOR_ACCENT : BL_COLOR_WELL);
  }
  bl_canvas_outline(canvas, box, 3.0, 1.0,
                    !item->enabled ? BL_COLOR_EDGE
                    : hover        ? BL_COLOR_TEXT
                                   : BL_COLOR_LINE);
  if (on) {
    bl_icon_draw(canvas, box, BL_ICON_CHECK,
                 item->enabled ? BL_COLOR_ON_ACCENT : BL_COLOR_OFF);
  }
  const BlRect text = { r.x + 28.0, r.y, r.w - 28.0, r.h };
  bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_NORMAL,
                 item->enabled ? BL_COLOR_TEXT : BL_COLOR_OFF,
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
      return bl_model_is_local(view->model)
               ? "config.json chooses the local band: no account, no key."
               : "Asked for the credits once, then kept in a file that only "
                 "you "
                 "can read; never in a session, never shown again.";
  }
}

static void
draw_label(const BlView* const   view,
           const BlCanvas* const canvas,
           const size_t          label,
           const char* const     text)
{
  bl_canvas_text(canvas, view->layout.labels[label], BL_ALIGN_LEFT,
                 BL_TEXT_SMALL, BL_COLOR_DIM, text);
}

static void
draw_service(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l = &view->layout;
  const int     asked     = (int)bl_model_control(view->model, BL_PORT_SERVICE);
  const BlItem* first     = bl_layout_find(l, BL_ITEM_CHOICE, 0);
  const BlRect  ground    = { first->rect.x, first->rect.y,
                              l->right - first->rect.x, first->rect.h };

  bl_canvas_text(canvas, l->title, BL_ALIGN_LEFT, BL_TEXT_STRONG, BL_COLOR_TEXT,
                 "Settings");
  draw_label(view, canvas, 0, "Service");
  bl_view_draw_segments_ground(canvas, ground);
  for (int i = 0; i < (int)BL_N_SERVICES; ++i) {
    bl_view_draw_segment(view, canvas, bl_layout_find(l, BL_ITEM_CHOICE, i),
                         i == asked, choices[i]);
  }
}

static void
draw_key(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l   = &view->layout;
  const BlItem* const   key = bl_layout_find(l, BL_ITEM_KEY, 0);

  draw_label(view, canvas, 1, "Key");
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
  bl_canvas_lines(canvas, l->key_text, BL_TEXT_SMALL,
                  view->key_told[0]
                    ? (view->key_good ? BL_COLOR_RESULT : BL_COLOR_WARN)
                    : BL_COLOR_DIM,
                  view->key_told[0] ? view->key_told : about(view));
}

static void
draw_where(BlView* const view, const BlCanvas* const canvas)
{
  const BlRect        r      = view->layout.where;
  const BlItem* const folder = bl_layout_find(&view->layout, BL_ITEM_FOLDER, 0);
  const BlRect        label  = { r.x, r.y, 80.0, r.h };
  const BlRect value = { r.x + 88.0, r.y, folder->rect.x - r.x - 104.0, r.h };
  char         path[BL_PATH_BYTES];
  char         text[BL_PATH_BYTES + 96];

  if (bl_path_takes(path, sizeof(path))) {
    path[0] = '\0';
  }
  if (view->model->listed.takes > 0) {
    snprintf(text, sizeof(text), "%s \u00b7 %d takes, %lld MB", path,
             view->model->listed.takes,
             (long long)(view->model->listed.bytes / 1000000));
  } else {
    snprintf(text, sizeof(text), "%s", path);
  }
  bl_canvas_text(canvas, label, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 "Files");
  bl_canvas_text(canvas, value, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_TEXT,
                 text);
  bl_view_draw_button(view, canvas, folder, BL_BUTTON_PLAIN,
                      "Open the takes folder");
}

static void
draw_about(BlView* const view, const BlCanvas* const canvas)
{
  const BlRect r     = view->layout.about;
  const BlRect label = { r.x, r.y, 80.0, 16.0 };
  const BlRect text  = { r.x + 88.0, r.y, r.w - 88.0, fmin(r.h, 64.0) };
  if (r.h < 32.0) {
    return;
  }
  bl_canvas_lines(canvas, label, BL_TEXT_SMALL, BL_COLOR_DIM, "Privacy");
  bl_canvas_lines(
    canvas, text, BL_TEXT_SMALL, BL_COLOR_TEXT,
    bl_model_is_local(view->model)
      ? "Takes, results and settings stay on this computer."
      : "Generate uploads the take (silence at both ends left out), where it "
        "lies for one to three days, and sends title, tags and weights. The "
        "service asks for credits; they are shown before anything is sent, "
        "and a paid request is never repeated by itself.");
}

/// What the keyboard does, in two columns
static void
draw_keys(BlView* const view, const BlCanvas* const canvas)
{
  static const struct
  {
    const char* cap;
    const char* does;
  } keys[] = {
    { "Tab", "to the next control; with Shift back" },
    { "Ctrl+Z", "takes back, with Shift does again" },
    { "Space", "presses it, or opens its menu" },
    { "Ctrl+C", "copies a result\u2019s path" },
    { "Arrows", "step by 0.01, or to what is beside" },
    { "Letters", "find a row in an open menu" },
    { "F1", "shows this page" },
    { "Escape", "gives the keyboard back to the host" },
  };

  const BlRect r      = view->layout.keys;
  const double row    = 24.0;
  const double column = floor((r.w - 88.0) / 2.0);
  const size_t lines  = BL_COUNT(keys) / 2u;
  const BlRect label  = { r.x, r.y, 80.0, row };
  if (r.h < row * (double)lines) {
    return;
  }
  bl_canvas_text(canvas, label, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 "Keys");
  for (size_t i = 0; i < BL_COUNT(keys); ++i) {
    const double x    = r.x + 88.0 + (double)(i % 2u) * column;
    const size_t line = i / 2u;
    const double y    = r.y + (double)line * row;
    const BlRect cap  = { x, y + 3.0, 56.0, row - 6.0 };
    const BlRect does = { x + 64.0, y, column - 72.0, row };
    bl_canvas_outline(canvas, cap, 3.0, 1.0, BL_COLOR_LINE);
    bl_canvas_text(canvas, cap, BL_ALIGN_CENTER, BL_TEXT_SMALL, BL_COLOR_DIM,
                   keys[i].cap);
    bl_canvas_text(canvas, does, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_TEXT,
                   keys[i].does);
  }
}

void
bl_view_draw_settings(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l = &view->layout;

  bl_canvas_panel(canvas, l->style);
  draw_service(view, canvas);
  draw_key(view, canvas);
  draw_label(view, canvas, 2, "Capture");
  for (size_t i = 0; i < l->n_items; ++i) {
    if (l->items[i].kind == BL_ITEM_SETTING) {
      bl_view_draw_toggle(view, canvas, &l->items[i]);
    }
  }
  draw_where(view, canvas);
  draw_about(view, canvas);
  draw_keys(view, canvas);
  bl_view_draw_button(view, canvas, bl_layout_find(l, BL_ITEM_CLOSE, 0),
                      BL_BUTTON_CHOSEN, "Back");
}

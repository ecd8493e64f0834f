// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>

#define ROUND BL_VIEW_ROUND
#define FIT_FULL 0.95f  ///< What the loudest is drawn as,
#define FIT_LEAST 0.12f ///< but for what is softer than this
#define SMALL_ROW 26.0  ///< Below it texts are small

void
bl_view_draw_focus(BlView* const         view,
                   const BlCanvas* const canvas,
                   const BlItem* const   item)
{
  if (view->has_keyboard && view->by_keys &&
      bl_view_is(view->focus, item->kind, item->index)) {
    bl_canvas_outline(canvas, bl_rect_inset(item->rect, -2.0), ROUND + 2.0, 2.0,
                      BL_COLOR_FOCUS);
  }
}

static bool
is_pressed(const BlView* const view, const BlItem* const item)
{
  return bl_view_is(view->pressed, item->kind, item->index) ||
         (view->menu.open && view->menu.kind == (int)item->kind &&
          view->menu.index == item->index);
}

static void
draw_main_ground(const BlCanvas* const canvas,
                 const BlRect          r,
                 const bool            hover,
                 const bool            pressed)
{
  if (pressed) {
    bl_canvas_fill(canvas, r, ROUND, BL_COLOR_ACCENT_PRESSED);
  } else if (hover) {
    bl_canvas_fill(canvas, r, ROUND, BL_COLOR_ACCENT_HOVER);
  } else {
    bl_canvas_shaded(canvas, r, ROUND, BL_COLOR_ACCENT_HOVER, BL_COLOR_ACCENT);
  }
}

static void
draw_chosen_ground(const BlCanvas* const canvas,
                   const BlRect          r,
                   const double          round,
                   const bool            hover,
                   const bool            pressed)
{
  bl_canvas_fill(canvas, r, round,
                 pressed ? BL_COLOR_ACCENT_DEEP
                 : hover ? BL_COLOR_HOVER
                         : BL_COLOR_CHOSEN);
  bl_canvas_outline(canvas, r, round, 1.5, BL_COLOR_ACCENT);
}

static void
draw_plain_ground(const BlCanvas* const canvas,
                  const BlRect          r,
                  const double          round,
                  const bool            hover,
                  const bool            pressed)
{
  bl_canvas_fill(canvas, r, round,
                 pressed ? BL_COLOR_WELL
                 : hover ? BL_COLOR_HOVER
                         : BL_COLOR_RAISED);
  if (pressed) {
    bl_canvas_outline(canvas, r, round, 1.0, BL_COLOR_LINE);
  }
}

BlColorId
bl_view_draw_ground(BlView* const         view,
                    const BlCanvas* const canvas,
                    const BlItem* const   item,
                    const BlButtonLook    look)
{
  const BlRect r       = item->rect;
  const bool   hover   = bl_view_is(view->hover, item->kind, item->index);
  const bool   pressed = is_pressed(view, item);
  const double round   = look == BL_BUTTON_PLAIN || look == BL_BUTTON_CHOSEN
                           ? fmin(ROUND, r.h / 2.0)
                           : ROUND;
  const bool   chip =
    (item->kind == BL_ITEM_GENRE || item->kind == BL_ITEM_MOOD ||
     item->kind == BL_ITEM_ENSEMBLE) &&
    !view->layout.compact;

  if (!item->enabled) {
    bl_canvas_outline(canvas, r, round, 1.0, BL_COLOR_EDGE);
    return BL_COLOR_OFF;
  }
  if (look == BL_BUTTON_MAIN) {
    draw_main_ground(canvas, r, hover, pressed);
    return BL_COLOR_ON_ACCENT;
  }
  if (look == BL_BUTTON_CHOSEN) {
    draw_chosen_ground(canvas, r, chip ? r.h / 2.0 : round, hover, pressed);
    return BL_COLOR_ACCENT_HOVER;
  }
  draw_plain_ground(canvas, r, chip ? r.h / 2.0 : round, hover, pressed);
  return BL_COLOR_TEXT;
}

static BlTextStyle
style_of(const BlItem* const item, const BlButtonLook look)
{
  return look == BL_BUTTON_MAIN     ? BL_TEXT_STRONG
         : item->rect.h < SMALL_ROW ? BL_TEXT_SMALL
                                    : BL_TEXT_NORMAL;
}

void
bl_view_draw_button(BlView* const         view,
                    const BlCanvas* const canvas,
                    const BlItem* const   item,
                    const BlButtonLook    look,
                    const char* const     text)
{
  const BlColorId ink  = bl_view_draw_ground(view, canvas, item, look);
  const BlRect    r    = item->rect;
  const BlRect    part = { r.x + 6.0, r.y, r.w - 12.0, r.h };
  bl_canvas_text(canvas, part, BL_ALIGN_CENTER, style_of(item, look), ink,
                 text);
  bl_view_draw_focus(view, canvas, item);
}

void
bl_view_draw_opener(BlView* const         view,
                    const BlCanvas* const canvas,
                    const BlItem* const   item,
                    const BlButtonLook    look,
                    const BlIcon          icon,
                    const char* const     text)
{
  const BlColorId ink  = bl_view_draw_ground(view, canvas, item, look);
  const BlRect    r    = item->rect;
  const BlRect    sign = { r.x + r.w - 24.0, r.y, 16.0, r.h };
  const BlRect    part = { r.x + 10.0, r.y, r.w - 36.0, r.h };
  bl_canvas_text(canvas, part, BL_ALIGN_LEFT, style_of(item, look), ink, text);
  bl_icon_draw(canvas, sign, icon, ink);
  bl_view_draw_focus(view, canvas, item);
}

void
bl_view_draw_segment(BlView* const         view,
                     const BlCanvas* const canvas,
                     const BlItem* const   item,
                     const bool            chosen,
                     const char* const     text)
{
  const bool   hover = bl_view_is(view->hover, item->kind, item->index);
  const BlRect r     = bl_rect_inset(item->rect, 2.0);
  if (chosen) {
    draw_chosen_ground(canvas, r, ROUND - 2.0, hover, is_pressed(view, item));
  } else if (hover || is_pressed(view, item)) {
    draw_plain_ground(canvas, r, ROUND - 2.0, hover, is_pressed(view, item));
  }
  bl_canvas_text(canvas, r, BL_ALIGN_CENTER, style_of(item, BL_BUTTON_PLAIN),
                 chosen ? BL_COLOR_ACCENT_HOVER : BL_COLOR_TEXT, text);
  bl_view_draw_focus(view, canvas, item);
}

void
bl_view_draw_segments_ground(const BlCanvas* const canvas, const BlRect rect)
{
  bl_canvas_fill(canvas, rect, ROUND, BL_COLOR_WELL);
  bl_canvas_outline(canvas, rect, ROUND, 1.0, BL_COLOR_EDGE);
}

/// What using the chosen service means for one's purse
static void
account_text(const BlView* const view, char* const text, const size_t size)
{
  const float left = bl_view_credits(view);
  if (bl_model_is_local(view->model)) {
    snprintf(text, size, "no account needed");
  } else if (left >= 0.0f) {
    snprintf(text, size, "%.6g credits left", (double)left);
  } else {
    snprintf(text, size, "uses your account's credits");
  }
}

static void
draw_header(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l       = &view->layout;
  const BlItem* const   service = bl_layout_find(l, BL_ITEM_SERVICE, 0);
  const BlItem* const   preset  = bl_layout_find(l, BL_ITEM_PRESET, 0);
  const BlItem* const   gear    = bl_layout_find(l, BL_ITEM_GEAR, 0);
  const BlRect          logo    = { l->left, 0.0, 16.0, l->header.h };
  const BlRect          title   = { l->left + 24.0, 0.0, 88.0, l->header.h };
  const double          from    = service->rect.x + service->rect.w + 16.0;
  const BlRect note = { from, 0.0, preset->rect.x - 16.0 - from, l->header.h };
  const bool   open = view->unfolded.settings;
  char         text[64];

  bl_icon_draw(canvas, logo, BL_ICON_LOGO, BL_COLOR_ACCENT);
  bl_canvas_text(canvas, title, BL_ALIGN_LEFT, BL_TEXT_STRONG, BL_COLOR_TEXT,
                 "Backline");
  bl_view_draw_opener(
    view, canvas, service, BL_BUTTON_PLAIN, BL_ICON_DOWN,
    bl_model_is_local(view->model) ? "Local band" : bl_view_service_name(view));
  account_text(view, text, sizeof(text));
  bl_canvas_text(canvas, note, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 text);
  bl_view_draw_opener(view, canvas, preset, BL_BUTTON_PLAIN, BL_ICON_DOWN,
                      "Presets");
  const BlColorId ink = bl_view_draw_ground(
    view, canvas, gear, open ? BL_BUTTON_CHOSEN : BL_BUTTON_PLAIN);
  bl_icon_draw(canvas, gear->rect, BL_ICON_GEAR, ink);
  bl_view_draw_focus(view, canvas, gear);
}

void
bl_view_columns(const float* const values,
                const uint32_t     pairs,
                BlColumn* const    columns)
{
  float peak = FIT_LEAST;
  for (uint32_t i = 0; i < 2u * pairs; ++i) {
    peak = fmaxf(peak, fabsf(values[i]));
  }
  const float gain = FIT_FULL / peak;
  for (uint32_t i = 0; i < pairs; ++i) {
    columns[i].min = fmaxf(values[2u * i] * gain, -1.0f);
    columns[i].max = fminf(values[2u * i + 1u] * gain, 1.0f);
  }
}

void
bl_view_draw_record_now(BlView* const view, const BlCanvas* const canvas)
{
  const BlItem* const item =
    bl_layout_find(&view->layout, BL_ITEM_RECORD_NOW, 0);
  const bool   on   = bl_model_control(view->model, BL_PORT_RECORD) > 0.5f;
  const bool   low  = view->layout.compact; // Without words
  const BlRect r    = item->rect;
  const BlRect sign = { r.x + 10.0, r.y, 12.0, r.h };
  const BlRect text = { r.x + 30.0, r.y, r.w - 34.0, r.h };

  const BlColorId ink = bl_view_draw_ground(
    view, canvas, item, on ? BL_BUTTON_CHOSEN : BL_BUTTON_PLAIN);
  bl_icon_draw(canvas, low ? r : sign, on ? BL_ICON_SQUARE : BL_ICON_DOT,
               BL_COLOR_RECORD);
  if (!low) {
    bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_NORMAL, ink,
                   on ? "Stop" : "Record now");
  }
  bl_view_draw_focus(view, canvas, item);
}

/// Where the hints are; what lies above stays to be seen
static void
draw_told(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l = &view->layout;
  const BlRect foot = { l->left, l->foot.y, l->right - l->left, l->foot.h };
  const BlRect end  = { 16.0, l->height - 40.0, l->width - 32.0, 32.0 };
  const BlRect rect = view->unfolded.settings ? end : foot;
  if (view->told[0]) {
    bl_canvas_fill(canvas, rect, ROUND, BL_COLOR_RAISED);
    bl_canvas_outline(canvas, rect, ROUND, 1.0, BL_COLOR_ACCENT);
    bl_canvas_text(canvas, bl_rect_inset(rect, 4.0), BL_ALIGN_CENTER,
                   BL_TEXT_NORMAL, BL_COLOR_TEXT, view->told);
  }
}

void
bl_view_draw(BlView* const view, cairo_t* const cr)
{
  const BlCanvas canvas = { cr, view->fonts };
  pango_cairo_update_context(cr, view->fonts);

  const BlRect all = { 0.0, 0.0, view->layout.width, view->layout.height };
  bl_canvas_fill(&canvas, all, 0.0, BL_COLOR_GROUND);
  draw_header(view, &canvas);
  if (view->unfolded.settings) {
    bl_view_draw_settings(view, &canvas);
  } else {
    bl_view_draw_take(view, &canvas);
    bl_view_draw_style(view, &canvas);
    bl_view_draw_job(view, &canvas);
  }
  draw_told(view, &canvas);
  if (view->menu.open) {
    bl_menu_draw(&view->menu, &canvas);
  }
  view->damaged = false;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <stdio.h>
#include <string.h>

#define ROUND 5.0

void
bl_view_draw_focus(BlView* const         view,
                   const BlCanvas* const canvas,
                   const BlItem* const   item)
{
  if (view->has_keyboard && bl_view_is(view->focus, item->kind, item->index)) {
    bl_canvas_outline(canvas, bl_rect_inset(item->rect, -2.0), ROUND + 2.0, 2.0,
                      BL_COLOR_FOCUS);
  }
}

static BlColorId
main_ground(const bool hover, const bool pressed)
{
  return pressed ? BL_COLOR_ACCENT_PRESSED
         : hover ? BL_COLOR_ACCENT_HOVER
                 : BL_COLOR_ACCENT;
}

void
bl_view_draw_button(BlView* const         view,
                    const BlCanvas* const canvas,
                    const BlItem* const   item,
                    const BlButtonLook    look,
                    const char* const     text)
{
  const bool   hover   = bl_view_is(view->hover, item->kind, item->index);
  const bool   pressed = bl_view_is(view->pressed, item->kind, item->index);
  const bool   lit     = look != BL_BUTTON_PLAIN && item->enabled;
  const bool   chip    = item->rect.h < 26.0;
  const double round   = chip ? item->rect.h / 2.0 : ROUND;

  BlColorId ink = BL_COLOR_TEXT;
  if (lit && look == BL_BUTTON_CHOSEN) {
    bl_canvas_fill(canvas, item->rect, round,
                   hover ? BL_COLOR_HOVER : BL_COLOR_CHOSEN);
    bl_canvas_outline(canvas, item->rect, round, 1.5, BL_COLOR_ACCENT);
    ink = BL_COLOR_ACCENT_HOVER;
  } else if (lit) {
    bl_canvas_fill(canvas, item->rect, round, main_ground(hover, pressed));
    ink = BL_COLOR_ON_ACCENT;
  } else if (item->enabled) {
    bl_canvas_fill(canvas, item->rect, round,
                   pressed ? BL_COLOR_WELL
                   : hover ? BL_COLOR_HOVER
                           : BL_COLOR_RAISED);
  } else {
    bl_canvas_outline(canvas, item->rect, round, 1.0, BL_COLOR_LINE);
    ink = BL_COLOR_OFF;
  }

  bl_canvas_text(canvas, bl_rect_inset(item->rect, 4.0), BL_ALIGN_CENTER,
                 look == BL_BUTTON_MAIN ? BL_TEXT_STRONG
                 : chip                 ? BL_TEXT_SMALL
                                        : BL_TEXT_NORMAL,
                 ink, text);
  bl_view_draw_focus(view, canvas, item);
}

/// Places of the caret and the selection's ends, in units from the text's left
static void
measure(PangoLayout* const  layout,
        const BlEdit* const edit,
        const bool          masked,
        double* const       caret,
        double* const       anchor)
{
  PangoRectangle rect;
  int            at[2] = { (int)edit->caret, (int)edit->anchor };
  double* const  x[2]  = { caret, anchor };
  for (int i = 0; i < 2; ++i) {
    if (masked) { // One dot of three bytes stands for each character
      int chars = 0;
      for (int b = 0; b < at[i]; ++b) {
        chars += ((unsigned char)edit->text[b] & 0xC0u) != 0x80u;
      }
      at[i] = 3 * chars;
    }
    pango_layout_index_to_pos(layout, at[i], &rect);
    *x[i] = (double)rect.x / PANGO_SCALE;
  }
}

static void
mask(const BlEdit* const edit, char dots[3 * BL_NAME_BYTES + 1])
{
  size_t n = 0;
  for (unsigned i = 0; i < bl_edit_chars(edit) && i < BL_NAME_BYTES; ++i) {
    memcpy(dots + n, "\u2022", 3);
    n += 3;
  }
  dots[n] = '\0';
}

static void
draw_text(BlView* const         view,
          const BlCanvas* const canvas,
          const BlRect          inner,
          const BlEdit* const   edit,
          const bool            masked,
          const bool            focused)
{
  char dots[3 * BL_NAME_BYTES + 1];
  mask(edit, dots);
  PangoLayout* const layout = bl_canvas_layout(canvas->pango, BL_TEXT_NORMAL,
                                               masked ? dots : edit->text, -1);
  pango_layout_set_single_paragraph_mode(layout, TRUE);

  int    height = 0;
  double caret  = 0.0;
  double anchor = 0.0;
  pango_layout_get_size(layout, NULL, &height);
  measure(layout, edit, masked, &caret, &anchor);

  const double y     = inner.y + (inner.h - (double)height / PANGO_SCALE) / 2.0;
  const double shift = focused ? view->scroll : 0.0;
  const double x     = inner.x - shift;

  cairo_save(canvas->cr);
  cairo_rectangle(canvas->cr, inner.x - 1.0, inner.y, inner.w + 2.0, inner.h);
  cairo_clip(canvas->cr);
  if (focused && caret != anchor) {
    const double left  = caret < anchor ? caret : anchor;
    const double right = caret < anchor ? anchor : caret;
    const BlRect part  = { x + left, inner.y + 3.0, right - left,
                           inner.h - 6.0 };
    bl_canvas_fill(canvas, part, 0.0, BL_COLOR_SELECTION);
  }
  bl_canvas_color(canvas, BL_COLOR_TEXT);
  cairo_move_to(canvas->cr, x, y);
  pango_cairo_show_layout(canvas->cr, layout);
  if (focused) {
    bl_canvas_line(canvas, x + caret + 0.5, inner.y + 4.0, x + caret + 0.5,
                   inner.y + inner.h - 4.0, 1.0, BL_COLOR_ACCENT);
  }
  cairo_restore(canvas->cr);
  g_object_unref(layout);
}

void
bl_view_draw_field(BlView* const         view,
                   const BlCanvas* const canvas,
                   const BlItemRef       ref,
                   const BlRect          rect)
{
  static const char* const hints[BL_N_STRINGS] = { "name of the song",
                                                   "further words, with commas",
                                                   "what should not be heard",
                                                   "the newest" };

  const BlEdit* const edit = bl_view_edit_of(view, ref);
  const bool          focused =
    view->has_keyboard && bl_view_is(view->focus, ref.kind, ref.index);
  const bool hover = bl_view_is(view->hover, ref.kind, ref.index);

  bl_canvas_fill(canvas, rect, ROUND, BL_COLOR_WELL);
  bl_canvas_outline(canvas, rect, ROUND, focused ? 2.0 : 1.0,
                    focused ? BL_COLOR_ACCENT
                    : hover ? BL_COLOR_OFF
                            : BL_COLOR_LINE);

  const BlRect inner = { rect.x + 8.0, rect.y + 2.0, rect.w - 16.0,
                         rect.h - 4.0 };
  if (edit->length || focused) {
    draw_text(view, canvas, inner, edit, ref.kind == BL_ITEM_KEY, focused);
  } else {
    bl_canvas_text(canvas, inner, BL_ALIGN_LEFT, BL_TEXT_NORMAL, BL_COLOR_DIM,
                   ref.kind == BL_ITEM_KEY ? "paste it here; it is never shown"
                                           : hints[ref.index]);
  }
}

static void
draw_header(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l     = &view->layout;
  const BlRect          title = { 16.0, 0.0, 84.0, l->header.h };
  char                  text[BL_MESSAGE_BYTES];

  bl_canvas_text(canvas, title, BL_ALIGN_LEFT, BL_TEXT_STRONG, BL_COLOR_TEXT,
                 "Backline");

  const BlItem* const service = bl_layout_find(l, BL_ITEM_SERVICE, 0);
  const char* const   name    = bl_view_service_name(view);
  snprintf(text, sizeof(text), "%s \u25be",
           bl_view_is_local(view) ? "Local band" : name);
  bl_view_draw_button(view, canvas, service, BL_BUTTON_PLAIN, text);

  if (bl_view_is_local(view)) {
    snprintf(text, sizeof(text), "no account needed");
  } else if (view->model->status.credits >= 0.0f) {
    snprintf(text, sizeof(text), "%.6g credits left",
             (double)view->model->status.credits);
  } else {
    snprintf(text, sizeof(text), "uses your account's credits");
  }
  const double        from   = service->rect.x + service->rect.w + 12.0;
  const BlItem* const preset = bl_layout_find(l, BL_ITEM_PRESET, 0);
  const BlRect note = { from, 0.0, preset->rect.x - 8.0 - from, l->header.h };
  bl_canvas_text(canvas, note, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 text);

  bl_view_draw_button(view, canvas, preset, BL_BUTTON_PLAIN, "Presets \u25be");
  bl_view_draw_button(
    view, canvas, bl_layout_find(l, BL_ITEM_GEAR, 0),
    view->unfolded.settings ? BL_BUTTON_CHOSEN : BL_BUTTON_PLAIN, "\u2699");
}

static void
draw_told(BlView* const view, const BlCanvas* const canvas)
{
  if (view->told[0]) {
    const BlRect rect = { 16.0, view->layout.height - 40.0,
                          view->layout.width - 32.0, 32.0 };
    bl_canvas_fill(canvas, rect, ROUND, BL_COLOR_RAISED);
    bl_canvas_outline(canvas, rect, ROUND, 1.0, BL_COLOR_ACCENT);
    bl_canvas_text(canvas, bl_rect_inset(rect, 6.0), BL_ALIGN_CENTER,
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

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

/// Behind what is selected: several pieces where directions are mixed
static void
draw_selection(const BlCanvas* const canvas,
               PangoLayout* const    layout,
               const BlViewLine      line,
               const BlRect          inner,
               const double          x)
{
  int*      ranges = NULL;
  int       n      = 0;
  const int first  = line.caret < line.anchor ? line.caret : line.anchor;
  const int last   = line.caret < line.anchor ? line.anchor : line.caret;
  if (first == last) {
    return;
  }

  PangoLayoutLine* const whole = pango_layout_get_line_readonly(layout, 0);
  pango_layout_line_get_x_ranges(whole, first, last, &ranges, &n);
  for (int i = 0; i < n; ++i) {
    const double left  = (double)ranges[2 * i] / PANGO_SCALE;
    const double right = (double)ranges[2 * i + 1] / PANGO_SCALE;
    const BlRect part  = { x + left, inner.y + 3.0, right - left,
                           inner.h - 6.0 };
    bl_canvas_fill(canvas, part, 0.0, BL_COLOR_SELECTION);
  }
  g_free(ranges);
}

static void
draw_text(BlView* const         view,
          const BlCanvas* const canvas,
          const BlRect          inner,
          const BlItemRef       ref,
          const bool            focused)
{
  const BlViewLine   line   = bl_view_line(view, ref, inner.w);
  PangoLayout* const layout = line.layout;
  int                height = 0;
  pango_layout_get_size(layout, NULL, &height);

  const double y = inner.y + (inner.h - (double)height / PANGO_SCALE) / 2.0;
  const double origin = inner.x - (focused ? view->scroll : 0.0);
  const double x      = origin + line.indent;

  cairo_save(canvas->cr);
  cairo_rectangle(canvas->cr, inner.x - 1.0, inner.y, inner.w + 2.0, inner.h);
  cairo_clip(canvas->cr);
  if (focused) {
    draw_selection(canvas, layout, line, inner, x);
  }
  bl_canvas_color(canvas, BL_COLOR_TEXT);
  cairo_move_to(canvas->cr, x, y);
  pango_cairo_show_layout(canvas->cr, layout);
  if (focused) {
    const double caret = origin + bl_view_line_x(line, line.caret);
    bl_canvas_line(canvas, caret + 0.5, inner.y + 4.0, caret + 0.5,
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
                                                   "what to leave out",
                                                   "newest" };

  const BlEdit* const edit = bl_view_edit_of(view, ref);
  const bool          focused =
    view->has_keyboard && bl_view_is(view->focus, ref.kind, ref.index);
  const bool   hover = bl_view_is(view->hover, ref.kind, ref.index);
  char         left[32];
  const BlRect inner = { rect.x + BL_VIEW_FIELD_PAD, rect.y + 2.0,
                         bl_view_field_room(view, ref, rect, left),
                         rect.h - 4.0 };

  bl_canvas_fill(canvas, rect, BL_VIEW_ROUND, BL_COLOR_WELL);
  bl_canvas_outline(canvas, rect, BL_VIEW_ROUND, focused ? 2.0 : 1.0,
                    focused ? BL_COLOR_ACCENT
                    : hover ? BL_COLOR_OFF
                            : BL_COLOR_LINE);
  if (edit->length || focused) {
    draw_text(view, canvas, inner, ref, focused);
  } else {
    bl_canvas_text(canvas, inner, BL_ALIGN_LEFT, BL_TEXT_NORMAL, BL_COLOR_OFF,
                   ref.kind == BL_ITEM_KEY ? "paste it here; it is never shown"
                                           : hints[ref.index]);
  }

  if (focused && left[0]) {
    const BlRect plate = { inner.x + inner.w, rect.y,
                           rect.x + rect.w - inner.x - inner.w - 8.0, rect.h };
    bl_canvas_text(canvas, plate, BL_ALIGN_RIGHT, BL_TEXT_SMALL, BL_COLOR_WARN,
                   left);
  }
}

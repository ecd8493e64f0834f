// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "icons.h"

#include <math.h>

static void
bars(cairo_t* const cr, const double x, const double y)
{
  static const double heights[] = { 4.0, 10.0, 14.0, 7.0, 3.0 };
  for (size_t i = 0; i < BL_COUNT(heights); ++i) {
    const double at = x - 6.0 + 3.0 * (double)i;
    cairo_move_to(cr, at, y - heights[i] / 2.0);
    cairo_line_to(cr, at, y + heights[i] / 2.0);
  }
  cairo_set_line_width(cr, 2.0);
  cairo_stroke(cr);
}

static void
row_of_lines(cairo_t* const      cr,
             const double* const points,
             const size_t        count,
             const double        x,
             const double        y,
             const double        width)
{
  for (size_t i = 0; i + 1 < count; i += 2) {
    cairo_line_to(cr, x + points[i], y + points[i + 1]);
  }
  cairo_set_line_width(cr, width);
  cairo_stroke(cr);
}

static void
gear(cairo_t* const cr, const double x, const double y)
{
  cairo_set_line_width(cr, 2.0);
  cairo_new_sub_path(cr);
  cairo_arc(cr, x, y, 3.8, 0.0, 2.0 * M_PI);
  for (int i = 0; i < 8; ++i) {
    const double a = M_PI_4 * i;
    cairo_move_to(cr, x + 4.4 * cos(a), y + 4.4 * sin(a));
    cairo_line_to(cr, x + 7.0 * cos(a), y + 7.0 * sin(a));
  }
  cairo_stroke(cr);
}

static void
dots(cairo_t* const cr,
     const double   x,
     const double   y,
     const int      columns,
     const int      rows)
{
  for (int i = 0; i < columns * rows; ++i) {
    const int    row = i / columns;
    const double dx  = 5.0 * (i % columns) - 2.5 * (columns - 1);
    const double dy  = 5.0 * row - 2.5 * (rows - 1);
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + dx, y + dy, 1.4, 0.0, 2.0 * M_PI);
  }
  cairo_fill(cr);
}

static void
warning(cairo_t* const cr, const double x, const double y)
{
  cairo_move_to(cr, x, y - 5.0);
  cairo_line_to(cr, x + 5.5, y + 4.5);
  cairo_line_to(cr, x - 5.5, y + 4.5);
  cairo_close_path(cr);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(cr, 1.4);
  cairo_move_to(cr, x, y - 1.8);
  cairo_line_to(cr, x, y + 1.2);
  cairo_move_to(cr, x, y + 2.3);
  cairo_line_to(cr, x, y + 3.0);
  cairo_stroke(cr);
}

void
bl_icon_draw(const BlCanvas* const canvas,
             const BlRect          rect,
             const BlIcon          icon,
             const BlColorId       color)
{
  static const double down[]  = { -4.0, -2.0, 0.0, 2.0, 4.0, -2.0 };
  static const double right[] = { -2.0, -4.0, 2.0, 0.0, -2.0, 4.0 };
  static const double check[] = { -4.5, 0.0, -1.5, 3.0, 4.5, -3.5 };

  cairo_t* const cr  = canvas->cr;
  const double   x   = rect.x + rect.w / 2.0;
  const double   y   = rect.y + rect.h / 2.0;
  const BlRect   box = { x - 5.0, y - 5.0, 10.0, 10.0 };

  cairo_save(cr);
  cairo_new_path(cr);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  bl_canvas_color(canvas, color);
  switch (icon) {
    case BL_ICON_LOGO:
      bars(cr, x, y);
      break;
    case BL_ICON_DOWN:
      row_of_lines(cr, down, BL_COUNT(down), x, y, 1.6);
      break;
    case BL_ICON_RIGHT:
      row_of_lines(cr, right, BL_COUNT(right), x, y, 1.6);
      break;
    case BL_ICON_CHECK:
      row_of_lines(cr, check, BL_COUNT(check), x, y, 2.0);
      break;
    case BL_ICON_GEAR:
      gear(cr, x, y);
      break;
    case BL_ICON_DOTS:
      dots(cr, x, y, 3, 1);
      break;
    case BL_ICON_GRIP:
      dots(cr, x, y, 2, 3);
      break;
    case BL_ICON_WARNING:
      warning(cr, x, y);
      break;
    case BL_ICON_RING:
      bl_canvas_outline(canvas, box, 5.0, 1.5, color);
      break;
    case BL_ICON_DOT:
      bl_canvas_fill(canvas, box, 5.0, color);
      break;
    case BL_ICON_SQUARE:
      bl_canvas_fill(canvas, box, 2.0, color);
      break;
  }
  cairo_restore(cr);
}

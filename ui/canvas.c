// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "canvas.h"

#include <math.h>

#define BODY_REACH 3u   ///< Columns to each side that make up the body
#define BODY_PART 0.55f ///< Of their mean
#define PANEL_ROUND 8.0

static const char* const fonts[] = {
  [BL_TEXT_SMALL]  = "Sans 11px",
  [BL_TEXT_NORMAL] = "Sans 13px",
  [BL_TEXT_STRONG] = "Sans Bold 13px",
};

PangoContext*
bl_canvas_fonts_new(void)
{
  PangoFontMap* const map = pango_cairo_font_map_new();
  if (!map) {
    return NULL;
  }
  PangoContext* const pango = pango_font_map_create_context(map);
  g_object_unref(map);

  // Glyphs keep their shape and place at every scale
  cairo_font_options_t* const options = cairo_font_options_create();
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(pango, options);
  cairo_font_options_destroy(options);
  return pango;
}

void
bl_canvas_fonts_free(PangoContext* const pango)
{
  if (pango) {
    g_object_unref(pango);
  }
}

void
bl_canvas_color(const BlCanvas* const canvas, const BlColorId color)
{
  const BlColor c = bl_theme_colors[color];
  cairo_set_source_rgb(canvas->cr, c.r, c.g, c.b);
}

static void
trace(cairo_t* const cr, const BlRect r, const double radius)
{
  const double q = fmin(radius, fmin(r.w, r.h) / 2.0);

  cairo_new_sub_path(cr);
  if (q <= 0.0) {
    cairo_rectangle(cr, r.x, r.y, r.w, r.h);
    return;
  }
  cairo_arc(cr, r.x + r.w - q, r.y + q, q, -M_PI_2, 0.0);
  cairo_arc(cr, r.x + r.w - q, r.y + r.h - q, q, 0.0, M_PI_2);
  cairo_arc(cr, r.x + q, r.y + r.h - q, q, M_PI_2, M_PI);
  cairo_arc(cr, r.x + q, r.y + q, q, M_PI, 3.0 * M_PI_2);
  cairo_close_path(cr);
}

void
bl_canvas_fill(const BlCanvas* const canvas,
               const BlRect          rect,
               const double          radius,
               const BlColorId       color)
{
  bl_canvas_color(canvas, color);
  trace(canvas->cr, rect, radius);
  cairo_fill(canvas->cr);
}

void
bl_canvas_outline(const BlCanvas* const canvas,
                  const BlRect          rect,
                  const double          radius,
                  const double          width,
                  const BlColorId       color)
{
  bl_canvas_color(canvas, color);
  trace(canvas->cr, bl_rect_inset(rect, width / 2.0), radius - width / 2.0);
  cairo_set_line_width(canvas->cr, width);
  cairo_stroke(canvas->cr);
}

PangoLayout*
bl_canvas_layout(PangoContext* const pango,
                 const BlTextStyle   style,
                 const char* const   text,
                 const int           length)
{
  PangoLayout* const          layout = pango_layout_new(pango);
  PangoFontDescription* const font =
    pango_font_description_from_string(fonts[style]);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_text(layout, text, length);
  return layout;
}

static void
show(const BlCanvas* const canvas,
     PangoLayout* const    layout,
     const double          x,
     const double          y,
     const BlColorId       color)
{
  bl_canvas_color(canvas, color);
  cairo_move_to(canvas->cr, x, y);
  pango_cairo_show_layout(canvas->cr, layout);
}

void
bl_canvas_text(const BlCanvas* const canvas,
               const BlRect          rect,
               const BlAlign         align,
               const BlTextStyle     style,
               const BlColorId       color,
               const char* const     text)
{
  PangoLayout* const layout = bl_canvas_layout(canvas->pango, style, text, -1);
  int                height = 0;

  pango_layout_set_single_paragraph_mode(layout, TRUE);
  pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width(layout, (int)(fmax(rect.w, 0.0) * PANGO_SCALE));
  pango_layout_set_alignment(layout, align == BL_ALIGN_LEFT ? PANGO_ALIGN_LEFT
                                     : align == BL_ALIGN_CENTER
                                       ? PANGO_ALIGN_CENTER
                                       : PANGO_ALIGN_RIGHT);
  pango_layout_get_size(layout, NULL, &height);
  show(canvas, layout, rect.x,
       rect.y + (rect.h - (double)height / PANGO_SCALE) / 2.0, color);
  g_object_unref(layout);
}

static void
show_lines(const BlCanvas* const canvas,
           const BlRect          rect,
           const BlTextStyle     style,
           const BlColorId       color,
           const char* const     text,
           const double          part) ///< Of the free height, above it
{
  PangoLayout* const layout = bl_canvas_layout(canvas->pango, style, text, -1);
  int                height = 0;

  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width(layout, (int)(fmax(rect.w, 0.0) * PANGO_SCALE));
  pango_layout_set_height(layout, (int)(rect.h * PANGO_SCALE));
  pango_layout_get_size(layout, NULL, &height);
  const double room = rect.h - (double)height / PANGO_SCALE;
  show(canvas, layout, rect.x, rect.y + fmax(room * part, 0.0), color);
  g_object_unref(layout);
}

void
bl_canvas_paragraph(const BlCanvas* const canvas,
                    const BlRect          rect,
                    const BlTextStyle     style,
                    const BlColorId       color,
                    const char* const     text)
{
  show_lines(canvas, rect, style, color, text, 0.5);
}

void
bl_canvas_lines(const BlCanvas* const canvas,
                const BlRect          rect,
                const BlTextStyle     style,
                const BlColorId       color,
                const char* const     text)
{
  show_lines(canvas, rect, style, color, text, 0.0);
}

double
bl_canvas_text_width(PangoContext* const pango,
                     const BlTextStyle   style,
                     const char* const   text)
{
  PangoLayout* const layout = bl_canvas_layout(pango, style, text, -1);
  int                width  = 0;

  pango_layout_get_size(layout, &width, NULL);
  g_object_unref(layout);
  return (double)width / PANGO_SCALE;
}

/// One outline: along the maxima, back along the minima; at least a hair high,
/// so that silence is a line
static void
trace_wave(const BlCanvas* const canvas,
           const BlRect          rect,
           const BlColumn* const columns,
           const size_t          n_columns)
{
  const double middle = rect.y + rect.h / 2.0;
  const double half   = rect.h / 2.0;
  const double step   = rect.w / (double)n_columns;
  cairo_new_path(canvas->cr); // Text leaves its own point behind
  for (size_t i = 0; i < n_columns; ++i) {
    const double up = fmax(columns[i].max * half, 0.5);
    cairo_line_to(canvas->cr, rect.x + ((double)i + 0.5) * step, middle - up);
  }
  for (size_t i = n_columns; i > 0; --i) {
    const double down = fmin(columns[i - 1].min * half, -0.5);
    cairo_line_to(canvas->cr, rect.x + ((double)i - 0.5) * step, middle - down);
  }
  cairo_close_path(canvas->cr);
}

/// About half of what is around: where the sound lies most of the time
static BlColumn
body_of(const BlColumn* const columns, const size_t n_columns, const size_t at)
{
  const size_t first = at < BODY_REACH ? 0u : at - BODY_REACH;
  const size_t last =
    at + BODY_REACH < n_columns ? at + BODY_REACH : n_columns - 1u;
  BlColumn sum = { 0.0f, 0.0f };
  for (size_t i = first; i <= last; ++i) {
    sum.min += columns[i].min;
    sum.max += columns[i].max;
  }
  const float part = BODY_PART / (float)(last - first + 1u);
  sum.min          = fmaxf(sum.min * part, columns[at].min);
  sum.max          = fminf(sum.max * part, columns[at].max);
  return sum;
}

void
bl_canvas_wave(const BlCanvas* const canvas,
               const BlRect          rect,
               const BlColumn* const columns,
               const size_t          n_columns,
               const BlColorId       body,
               const BlColorId       peaks)
{
  BlColumn inner[BL_WAVE_COLUMNS];
  if (!n_columns || n_columns > BL_WAVE_COLUMNS) {
    return;
  }

  trace_wave(canvas, rect, columns, n_columns);
  bl_canvas_color(canvas, peaks);
  cairo_fill(canvas->cr);
  for (size_t i = 0; i < n_columns; ++i) {
    inner[i] = body_of(columns, n_columns, i);
  }
  trace_wave(canvas, rect, inner, n_columns);
  bl_canvas_color(canvas, body);
  cairo_fill(canvas->cr);
}

void
bl_canvas_dashes(const BlCanvas* const canvas,
                 const BlRect          rect,
                 const double          radius,
                 const BlColorId       color)
{
  static const double dashes[] = { 4.0, 4.0 };
  cairo_save(canvas->cr);
  cairo_set_dash(canvas->cr, dashes, 2, 0.0);
  bl_canvas_outline(canvas, rect, radius, 1.0, color);
  cairo_restore(canvas->cr);
}

void
bl_canvas_panel(const BlCanvas* const canvas, const BlRect rect)
{
  bl_canvas_fill(canvas, rect, PANEL_ROUND, BL_COLOR_PANEL);
  bl_canvas_outline(canvas, rect, PANEL_ROUND, 1.0, BL_COLOR_EDGE);
}

void
bl_canvas_shade(const BlCanvas* const canvas,
                const BlRect          rect,
                const double          radius,
                const double          part)
{
  cairo_set_source_rgba(canvas->cr, 0.0, 0.0, 0.0, part);
  trace(canvas->cr, rect, radius);
  cairo_fill(canvas->cr);
}

void
bl_canvas_shaded(const BlCanvas* const canvas,
                 const BlRect          rect,
                 const double          radius,
                 const BlColorId       top,
                 const BlColorId       bottom)
{
  const BlColor          a = bl_theme_colors[top];
  const BlColor          b = bl_theme_colors[bottom];
  cairo_pattern_t* const shade =
    cairo_pattern_create_linear(0.0, rect.y, 0.0, rect.y + rect.h);

  cairo_pattern_add_color_stop_rgb(shade, 0.0, a.r, a.g, a.b);
  cairo_pattern_add_color_stop_rgb(shade, 1.0, b.r, b.g, b.b);
  cairo_set_source(canvas->cr, shade);
  trace(canvas->cr, rect, radius);
  cairo_fill(canvas->cr);
  cairo_pattern_destroy(shade);
}

void
bl_canvas_line(const BlCanvas* const canvas,
               const double          x1,
               const double          y1,
               const double          x2,
               const double          y2,
               const double          width,
               const BlColorId       color)
{
  bl_canvas_color(canvas, color);
  cairo_set_line_width(canvas->cr, width);
  cairo_move_to(canvas->cr, x1, y1);
  cairo_line_to(canvas->cr, x2, y2);
  cairo_stroke(canvas->cr);
}

bool
bl_rect_contains(const BlRect rect, const double x, const double y)
{
  return x >= rect.x && x < rect.x + rect.w && y >= rect.y &&
         y < rect.y + rect.h;
}

BlRect
bl_rect_inset(const BlRect rect, const double by)
{
  const BlRect inner = { rect.x + by, rect.y + by, rect.w - 2.0 * by,
                         rect.h - 2.0 * by };
  return inner;
}

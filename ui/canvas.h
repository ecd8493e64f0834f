// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_CANVAS_H
#define BL_UI_CANVAS_H

#include "base/attributes.h"
#include "theme.h"

#include <cairo.h>
#include <pango/pangocairo.h>

#include <stdbool.h>
#include <stddef.h>

/**
   Drawing in the window's units: pixels at scale 1, whatever the scale is.

   Owner:    the view, for one drawing at a time; borrows cairo's context.
   Fonts:    from a font map of our own (pango_cairo_font_map_new), never the
             process default, which is the host's.
   UI thread only.
*/
typedef struct
{
  cairo_t*      cr;
  PangoContext* pango; ///< Owned by who made the canvas
} BlCanvas;

typedef struct
{
  double x;
  double y;
  double w;
  double h;
} BlRect;

typedef enum
{
  BL_ALIGN_LEFT,
  BL_ALIGN_CENTER,
  BL_ALIGN_RIGHT,
} BlAlign;

#define BL_WAVE_COLUMNS 4096u ///< Most of them

/// One column of a waveform, -1..1
typedef struct
{
  float min;
  float max;
} BlColumn;

/// A font map and context of our own; NULL when out of memory
BL_THREAD_UI BL_NODISCARD PangoContext* bl_canvas_fonts_new(void);

BL_THREAD_UI void bl_canvas_fonts_free(PangoContext* pango);

BL_THREAD_UI void bl_canvas_color(const BlCanvas* canvas, BlColorId color);

/// Filled rectangle with round corners; radius 0 draws it square
BL_THREAD_UI void bl_canvas_fill(const BlCanvas* canvas,
                                 BlRect          rect,
                                 double          radius,
                                 BlColorId       color);

/// Its outline, `width` thick, lying inside the rectangle
BL_THREAD_UI void bl_canvas_outline(const BlCanvas* canvas,
                                    BlRect          rect,
                                    double          radius,
                                    double          width,
                                    BlColorId       color);

/// One line of text, centred in the height, ellipsized in the width
BL_THREAD_UI void bl_canvas_text(const BlCanvas* canvas,
                                 BlRect          rect,
                                 BlAlign         align,
                                 BlTextStyle     style,
                                 BlColorId       color,
                                 const char*     text);

/// Text over several lines, centred in the height; what does not fit is
/// ellipsized
BL_THREAD_UI void bl_canvas_paragraph(const BlCanvas* canvas,
                                      BlRect          rect,
                                      BlTextStyle     style,
                                      BlColorId       color,
                                      const char*     text);

/// The same from the top
BL_THREAD_UI void bl_canvas_lines(const BlCanvas* canvas,
                                  BlRect          rect,
                                  BlTextStyle     style,
                                  BlColorId       color,
                                  const char*     text);

/// Width of a line of text
BL_THREAD_UI double bl_canvas_text_width(PangoContext* pango,
                                         BlTextStyle   style,
                                         const char*   text);

/// A layout for a text field: the caller draws, measures and unrefs it
BL_THREAD_UI PangoLayout* bl_canvas_layout(PangoContext* pango,
                                           BlTextStyle   style,
                                           const char*   text,
                                           int           length);

/// A waveform; `columns` are spread over the width.  Where the sound lies most
/// of the time is drawn in `body`, what reaches beyond in `peaks`
BL_THREAD_UI void bl_canvas_wave(const BlCanvas* canvas,
                                 BlRect          rect,
                                 const BlColumn* columns,
                                 size_t          n_columns,
                                 BlColorId       body,
                                 BlColorId       peaks);

/// Dashed outline: a place for what is not there yet
BL_THREAD_UI void bl_canvas_dashes(const BlCanvas* canvas,
                                   BlRect          rect,
                                   double          radius,
                                   BlColorId       color);

/// A group of things
BL_THREAD_UI void bl_canvas_panel(const BlCanvas* canvas, BlRect rect);

/// Darkened by a part of black, 0..1
BL_THREAD_UI void bl_canvas_shade(const BlCanvas* canvas,
                                  BlRect          rect,
                                  double          radius,
                                  double          part);

/// Filled, one colour going over into another from top to bottom
BL_THREAD_UI void bl_canvas_shaded(const BlCanvas* canvas,
                                   BlRect          rect,
                                   double          radius,
                                   BlColorId       top,
                                   BlColorId       bottom);

/// Straight line
BL_THREAD_UI void bl_canvas_line(const BlCanvas* canvas,
                                 double          x1,
                                 double          y1,
                                 double          x2,
                                 double          y2,
                                 double          width,
                                 BlColorId       color);

/// True if the point lies in the rectangle
BL_THREAD_ANY bool bl_rect_contains(BlRect rect, double x, double y);

/// The rectangle made smaller on every side
BL_THREAD_ANY BlRect bl_rect_inset(BlRect rect, double by);

#endif // BL_UI_CANVAS_H

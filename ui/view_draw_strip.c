// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>

#define FULL 0.999f ///< A sample that clips
#define RULER 16.0  ///< Height of the bar numbers
#define LOW 40.0    ///< A waveform below has no ruler of its own

/// Pairs of digital silence from one on
static uint32_t
silent_pairs(const BlStrip* const strip, const uint32_t from)
{
  uint32_t i = from;
  while (i < strip->pairs && strip->values[2u * i] == 0.0f &&
         strip->values[2u * i + 1u] == 0.0f) {
    ++i;
  }
  return i - from;
}

/// Where frames are missing: digital silence, no longer than what was lost
static void
draw_gaps(const BlCanvas* const canvas,
          const BlRect          rect,
          const BlStrip* const  strip)
{
  const double step = rect.w / fmax(strip->span, 1.0);
  for (uint32_t i = 0; i < strip->pairs; ++i) {
    const uint32_t n = silent_pairs(strip, i);
    if (n && (double)n <= strip->lost + 2.0) {
      const double x    = rect.x + (double)i * step;
      const BlRect gap  = { x, rect.y, fmax(n * step, 2.0), rect.h };
      const BlRect foot = { x, rect.y + rect.h - 4.0, gap.w, 4.0 };
      bl_canvas_fill(canvas, gap, 0.0, BL_COLOR_CHOSEN);
      bl_canvas_fill(canvas, foot, 0.0, BL_COLOR_WARN);
    }
    i += n;
  }
}

/// Where it clips, on the upper edge
static void
draw_clips(const BlCanvas* const canvas,
           const BlRect          rect,
           const BlStrip* const  strip)
{
  const double step = rect.w / fmax(strip->span, 1.0);
  for (uint32_t i = 0; i < strip->pairs; ++i) {
    if (strip->values[2u * i + 1u] >= FULL || strip->values[2u * i] <= -FULL) {
      const BlRect clip = { rect.x + (double)i * step, rect.y, fmax(step, 2.0),
                            4.0 };
      bl_canvas_fill(canvas, clip, 0.0, BL_COLOR_WARN);
    }
  }
}

/// Beside a line that reaches into the ruler
static void
draw_label(const BlCanvas* const canvas,
           const BlRect          r,
           const double          x,
           const char* const     text)
{
  const double wide =
    bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, text) + 2.0;
  const BlRect label = { x + 4.0, r.y + r.h - RULER, wide, RULER };
  if (label.x + label.w < r.x + r.w) {
    bl_canvas_text(canvas, label, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                   text);
  }
}

/// A line every so many bars: those with numbers reach into the ruler
static void
draw_lines(const BlCanvas* const canvas,
           const BlRect          r,
           const BlStrip* const  s,
           const double          width, ///< Of a bar
           const double          every,
           const bool            numbers)
{
  const bool   low    = r.h < LOW;
  const double bottom = r.y + r.h - (numbers || low ? 0.0 : RULER);
  const double first  = ceil(s->bar / every - 1e-6) * every;
  for (double n = 0.0;; n += 1.0) {
    const double bar = first + n * every;
    const double x   = r.x + (bar - s->bar) * width;
    if (!(x < r.x + r.w - 1.0)) {
      break;
    }
    bl_canvas_line(canvas, x, r.y, x, bottom, 1.0,
                   numbers ? BL_COLOR_LINE : BL_COLOR_GRID);
    if (numbers && !low) {
      char text[32];
      snprintf(text, sizeof(text), "%.0f", bar + 1.0);
      draw_label(canvas, r, x, text);
    }
  }
}

/// Bars with their numbers, thinned to at least 48 units apart, and between
/// them the bars left out, or the beats
static void
draw_bars(const BlCanvas* const canvas, const BlRect r, const BlStrip* const s)
{
  if (!s->has_bar || s->bpm <= 0.0 || s->meter <= 0.0 || s->seconds <= 0.0) {
    return;
  }

  const double bar_s = s->meter * 60.0 / s->bpm;
  const double width = r.w * bar_s / s->seconds;
  double       every = 1.0;
  while (every * width < 48.0 && every < 1e6) {
    every *= 2.0;
  }
  if (every > 1.0 && every * width / 2.0 >= 12.0) {
    draw_lines(canvas, r, s, width, every / 2.0, false);
  } else if (every <= 1.0 && width / s->meter >= 12.0) {
    draw_lines(canvas, r, s, width, 1.0 / s->meter, false);
  }
  draw_lines(canvas, r, s, width, every, true);
}

/// Where no bar is known: seconds
static void
draw_seconds(const BlCanvas* const canvas,
             const BlRect          r,
             const BlStrip* const  s)
{
  static const double steps[] = { 1.0,  2.0,  5.0,   10.0,  15.0,
                                  30.0, 60.0, 120.0, 300.0, 600.0 };
  if (s->has_bar || s->seconds <= 0.0) {
    return;
  }

  const bool   low   = r.h < LOW;
  const double width = r.w / s->seconds;
  size_t       step  = 0;
  while (step + 1u < BL_COUNT(steps) && steps[step] * width < 64.0) {
    ++step;
  }
  for (double n = 0.0; n * steps[step] * width < r.w - 1.0; n += 1.0) {
    const double x = r.x + n * steps[step] * width;
    bl_canvas_line(canvas, x, r.y, x, r.y + r.h, 1.0, BL_COLOR_LINE);
    if (!low) {
      char text[16];
      bl_view_time_text(n * steps[step], text);
      draw_label(canvas, r, x, text);
    }
  }
}

static void
draw_sound(const BlCanvas* const canvas,
           const BlRect          rect,
           const BlStrip* const  strip,
           const bool            live)
{
  BlColumn       columns[BL_MODEL_LIVE_PAIRS];
  const uint32_t n =
    strip->pairs < BL_MODEL_LIVE_PAIRS ? strip->pairs : BL_MODEL_LIVE_PAIRS;
  bl_view_columns(strip->values, n, columns);
  const BlRect part = { rect.x, rect.y,
                        rect.w * (double)n / fmax(strip->span, 1.0), rect.h };
  bl_canvas_wave(canvas, part, columns, n,
                 live ? BL_COLOR_RECORD : BL_COLOR_VOICE,
                 live ? BL_COLOR_RECORD_DEEP : BL_COLOR_VOICE_DEEP);
  if (live) {
    const double x = part.x + part.w;
    bl_canvas_line(canvas, x, rect.y, x, rect.y + rect.h, 1.0, BL_COLOR_TEXT);
  }
}

void
bl_view_draw_strip(const BlCanvas* const canvas,
                   const BlRect          r,
                   const BlStrip* const  strip,
                   const bool            live)
{
  // Where there is little height the lines do without numbers
  const bool   low  = r.h < LOW;
  const double base = low ? 0.0 : RULER + 2.0;
  const BlRect wave = { r.x, r.y, r.w, r.h - base };
  if (!low) {
    const double ruler = r.y + r.h - RULER;
    bl_canvas_line(canvas, r.x, ruler, r.x + r.w, ruler, 1.0, BL_COLOR_EDGE);
  }
  draw_bars(canvas, r, strip);
  draw_seconds(canvas, r, strip);
  if (strip->lost > 0.0) {
    draw_gaps(canvas, wave, strip);
  }
  draw_sound(canvas, wave, strip, live);
  draw_clips(canvas, wave, strip);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>

#define LEAST_DB (-60.0)
#define FULL 0.999f ///< A sample that clips

/// What the waveform's panel shows: the open take or the chosen one
typedef struct
{
  const float* values; ///< Pairs
  uint32_t     pairs;
  double       span;    ///< Pairs that fill the whole width
  double       seconds; ///< Of the whole width
  bool         gaps;    ///< Frames were lost: digital silence is a gap
  bool         has_bar;
  double       bar; ///< At the left edge, from 0
  double       bpm;
  double       meter;
} Strip;

static void
draw_arm(BlView* const view, const BlCanvas* const canvas)
{
  const BlModel* const m     = view->model;
  const BlItem* const  item  = bl_layout_find(&view->layout, BL_ITEM_ARM, 0);
  const bool           rec   = bl_model_records(m);
  const bool           on    = bl_model_control(m, BL_PORT_ARM) > 0.5f;
  const bool           hover = bl_view_is(view->hover, BL_ITEM_ARM, 0);
  const BlRect         r     = item->rect;

  bl_canvas_fill(canvas, r, 5.0,
                 rec     ? BL_COLOR_RECORD
                 : hover ? BL_COLOR_HOVER
                         : BL_COLOR_RAISED);
  if (on && !rec) {
    bl_canvas_outline(canvas, r, 5.0, 2.0, BL_COLOR_ACCENT);
  }

  // Off: a ring; armed: a full dot; recording: a square on red
  const BlRect dot = { r.x + 10.0, r.y + r.h / 2.0 - 5.0, 10.0, 10.0 };
  if (rec) {
    bl_canvas_fill(canvas, dot, 2.0, BL_COLOR_ON_RECORD);
  } else if (on) {
    bl_canvas_fill(canvas, dot, 5.0, BL_COLOR_ACCENT);
  } else {
    bl_canvas_outline(canvas, dot, 5.0, 1.5, BL_COLOR_DIM);
  }
  const BlRect text = { r.x + 26.0, r.y, r.w - 30.0, r.h };
  bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_STRONG,
                 rec ? BL_COLOR_ON_RECORD : BL_COLOR_TEXT,
                 rec  ? "REC"
                 : on ? "ARMED"
                      : "ARM");
  bl_view_draw_focus(view, canvas, item);
}

static double
meter_x(const BlRect r, const float db)
{
  const double part = ((double)db - LEAST_DB) / (6.0 - LEAST_DB);
  return r.x + r.w * fmin(fmax(part, 0.0), 1.0);
}

static void
draw_meter(BlView* const view, const BlCanvas* const canvas)
{
  const BlModel* const m    = view->model;
  const BlItem* const  item = bl_layout_find(&view->layout, BL_ITEM_METER, 0);
  const BlRect         r    = bl_rect_inset(item->rect, 8.0);

  bl_canvas_fill(canvas, r, 2.0, BL_COLOR_WELL);
  const BlRect lit = { r.x, r.y, meter_x(r, m->meter_db) - r.x, r.h };
  if (lit.w > 0.5) {
    bl_canvas_fill(canvas, lit, 2.0, BL_COLOR_VOICE);
  }
  const double zero = meter_x(r, 0.0f);
  bl_canvas_line(canvas, zero, r.y, zero, r.y + r.h, 1.0, BL_COLOR_LINE);
  if (m->hold_db > (float)LEAST_DB) {
    const double x = meter_x(r, m->hold_db);
    bl_canvas_line(canvas, x, r.y, x, r.y + r.h, 2.0, BL_COLOR_TEXT);
  }
  if (m->clipped) {
    const BlRect clip = { zero, r.y, r.x + r.w - zero, r.h };
    bl_canvas_fill(canvas, clip, 2.0, BL_COLOR_WARN);
  }

  char text[32];
  if (m->clipped) {
    snprintf(text, sizeof(text), "clipped");
  } else if (m->hold_db <= (float)LEAST_DB) {
    snprintf(text, sizeof(text), "\u2212\u221e dB");
  } else {
    snprintf(text, sizeof(text), "%.1f dB", (double)m->hold_db);
  }
  bl_canvas_text(canvas, view->layout.level, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 m->clipped ? BL_COLOR_WARN : BL_COLOR_DIM, text);
}

static void
draw_take_text(BlView* const view, const BlCanvas* const canvas)
{
  const BlModelTake* const take = bl_model_shown_take(view->model);
  const BlRect             rect = view->layout.take_text;
  char                     text[BL_MESSAGE_BYTES];

  if (bl_model_records(view->model)) {
    const BlLiveMsg* const live = &view->model->live.msg;
    char                   time[16];
    bl_view_time_text(live->rate > 0 ? (double)live->frames / live->rate : 0.0,
                      time);
    snprintf(text, sizeof(text), "Recording \u00b7 %s", time);
  } else if (take) {
    bl_view_take_text(view, take, text);
  } else {
    snprintf(text, sizeof(text), "%s",
             bl_model_control(view->model, BL_PORT_ARM) > 0.5f
               ? "Now bounce or play the region in the host"
               : "Press ARM, then bounce or play the region");
  }

  bl_canvas_text(canvas, rect, BL_ALIGN_LEFT, BL_TEXT_NORMAL, BL_COLOR_TEXT,
                 text);
}

/// What is wrong with the take, on the waveform's upper edge
static void
draw_warning(BlView* const view, const BlCanvas* const canvas, const BlRect r)
{
  const BlModelTake* const take = bl_model_shown_take(view->model);
  char                     text[BL_MESSAGE_BYTES];
  if (!take) {
    return;
  }

  bl_view_take_warning(take, text);
  if (text[0]) {
    const double wide = fmin(
      bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, text) + 14.0, r.w);
    const BlRect plate = { r.x + r.w - wide, r.y, wide, 18.0 };
    bl_canvas_fill(canvas, plate, 4.0, BL_COLOR_PANEL);
    bl_canvas_text(canvas, bl_rect_inset(plate, 2.0), BL_ALIGN_CENTER,
                   BL_TEXT_SMALL, BL_COLOR_WARN, text);
  }
}

/// Where it clips, above; where frames are missing, below
static void
draw_marks(const BlCanvas* const canvas,
           const BlRect          rect,
           const Strip* const    strip)
{
  const double step = rect.w / fmax(strip->span, 1.0);
  for (uint32_t i = 0; i < strip->pairs; ++i) {
    const float  least    = strip->values[2u * i];
    const float  greatest = strip->values[2u * i + 1u];
    const double x        = rect.x + (double)i * step;
    const BlRect clip     = { x, rect.y, fmax(step, 2.0), 4.0 };
    const BlRect gap      = { x, rect.y + rect.h - 4.0, fmax(step, 2.0), 4.0 };
    if (greatest >= FULL || least <= -FULL) {
      bl_canvas_fill(canvas, clip, 0.0, BL_COLOR_WARN);
    }
    if (strip->gaps && least == 0.0f && greatest == 0.0f) {
      bl_canvas_fill(canvas, gap, 0.0, BL_COLOR_WARN);
    }
  }
}

static bool
live_strip(const BlModelLive* const live, Strip* const strip)
{
  if (!live->pairs || live->msg.per_second <= 0 || live->msg.rate <= 0) {
    return false;
  }

  // The picture fills from the left and is squeezed each time it is full
  double span = 32.0 * live->msg.per_second / live->fold;
  while (span < live->pairs) {
    span *= 2.0;
  }
  strip->values  = live->values;
  strip->pairs   = live->pairs;
  strip->span    = span;
  strip->seconds = span * live->fold / live->msg.per_second;
  strip->gaps    = false;
  strip->has_bar = live->msg.has_bar;
  strip->bpm     = (double)live->msg.bpm;
  strip->meter   = (double)live->msg.beats_per_bar;
  strip->bar     = (double)live->msg.bar;
  if (strip->meter > 0.0) {
    strip->bar += (double)live->msg.beat / strip->meter;
  }
  return true;
}

static bool
take_strip(const BlModelTake* const take, Strip* const strip)
{
  if (!take || !take->wave.known || take->msg.rate <= 0) {
    return false;
  }
  strip->values  = take->wave.values;
  strip->pairs   = take->wave.known;
  strip->span    = take->wave.total;
  strip->seconds = (double)take->msg.frames / take->msg.rate;
  strip->gaps    = take->msg.filled > 0 || take->msg.dropped > 0;
  strip->has_bar = take->msg.has_bar;
  strip->bpm     = (double)take->msg.bpm;
  strip->meter   = (double)take->msg.beats_per_bar;
  strip->bar     = (double)take->msg.bar;
  if (strip->meter > 0.0) {
    strip->bar += (double)take->msg.beat / strip->meter;
  }
  return true;
}

/// Lines and numbers of bars, thinned to at least 48 units apart
static void
draw_bars(const BlCanvas* const canvas, const BlRect r, const Strip* const s)
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

  const double first = ceil(s->bar / every - 1e-6) * every;
  for (double bar = first;; bar += every) {
    const double x = r.x + (bar - s->bar) * width;
    if (!(x < r.x + r.w - 1.0)) {
      break;
    }
    char text[32];
    snprintf(text, sizeof(text), "%.0f", bar + 1.0);
    const double wide =
      bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, text) + 2.0;
    const BlRect label = { x + 4.0, r.y + r.h - 16.0, wide, 14.0 };
    bl_canvas_line(canvas, x, r.y, x, r.y + r.h, 1.0, BL_COLOR_GRID);
    if (label.x + label.w < r.x + r.w) {
      bl_canvas_text(canvas, label, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                     text);
    }
  }
}

static void
draw_strip(const BlCanvas* const canvas,
           const BlRect          rect,
           const Strip* const    strip,
           const BlColorId       color)
{
  BlColumn       columns[BL_MODEL_LIVE_PAIRS];
  const uint32_t n =
    strip->pairs < BL_MODEL_LIVE_PAIRS ? strip->pairs : BL_MODEL_LIVE_PAIRS;
  for (uint32_t i = 0; i < n; ++i) {
    columns[i].min = strip->values[2u * i];
    columns[i].max = strip->values[2u * i + 1u];
  }
  const BlRect part = { rect.x, rect.y,
                        rect.w * (double)n / fmax(strip->span, 1.0), rect.h };
  bl_canvas_wave(canvas, part, columns, n, color);
}

static void
draw_wave(BlView* const view, const BlCanvas* const canvas)
{
  const BlRect r    = view->layout.wave;
  const bool   live = bl_model_records(view->model);
  Strip        strip;

  bl_canvas_fill(canvas, r, 4.0, BL_COLOR_WELL);
  const BlRect inner = bl_rect_inset(r, 4.0);
  const bool   known = live
                         ? live_strip(&view->model->live, &strip)
                         : take_strip(bl_model_shown_take(view->model), &strip);
  if (known) {
    draw_bars(canvas, inner, &strip);
    const BlRect wave = { inner.x, inner.y, inner.w, inner.h - 14.0 };
    draw_strip(canvas, wave, &strip, live ? BL_COLOR_RECORD : BL_COLOR_VOICE);
    draw_marks(canvas, wave, &strip);
  } else if (!live && !bl_model_shown_take(view->model)) {
    bl_canvas_text(canvas, inner, BL_ALIGN_CENTER, BL_TEXT_NORMAL, BL_COLOR_DIM,
                   "The voice appears here");
  }
  if (!live) {
    draw_warning(view, canvas, inner);
  }
}

void
bl_view_draw_take(BlView* const view, const BlCanvas* const canvas)
{
  bl_canvas_fill(canvas, view->layout.take, 8.0, BL_COLOR_PANEL);
  draw_arm(view, canvas);
  draw_meter(view, canvas);
  draw_take_text(view, canvas);

  const BlItem* const takes = bl_layout_find(&view->layout, BL_ITEM_TAKES, 0);
  bl_view_draw_button(view, canvas, takes, BL_BUTTON_PLAIN, "Takes \u25be");
  draw_wave(view, canvas);
}

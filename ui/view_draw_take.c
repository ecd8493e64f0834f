// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>

#define LEAST_DB (-60.0)
#define WARM_DB (-6.0)
#define STEP 4.0    ///< Of the meter's ladder
#define FULL 0.999f ///< A sample that clips
#define RULER 16.0  ///< Height of the bar numbers
#define LOW 40.0    ///< A waveform below has no ruler of its own

/// What the waveform's panel shows: the open take or the chosen one
typedef struct
{
  const float* values; ///< Pairs
  uint32_t     pairs;
  double       span;    ///< Pairs that fill the whole width
  double       seconds; ///< Of the whole width
  double       lost;    ///< Pairs that frames were lost for, at most
  bool         has_bar;
  double       bar; ///< At the left edge, from 0
  double       bpm;
  double       meter;
} Strip;

static void
draw_arm(BlView* const view, const BlCanvas* const canvas)
{
  const BlItem* const item  = bl_layout_find(&view->layout, BL_ITEM_ARM, 0);
  const bool          rec   = bl_model_records(view->model);
  const bool          on    = bl_model_control(view->model, BL_PORT_ARM) > 0.5f;
  const bool          hover = bl_view_is(view->hover, BL_ITEM_ARM, 0);
  const BlRect        r     = item->rect;
  const BlRect        sign  = { r.x + 10.0, r.y, 12.0, r.h };
  const BlRect        text  = { r.x + 30.0, r.y, r.w - 34.0, r.h };

  // Off: a ring; armed: a full dot; recording: a square on red
  BlColorId ink = BL_COLOR_TEXT;
  if (rec) {
    bl_canvas_fill(canvas, r, BL_VIEW_ROUND, BL_COLOR_RECORD);
    if (hover) {
      bl_canvas_outline(canvas, r, BL_VIEW_ROUND, 1.5, BL_COLOR_ON_RECORD);
    }
    ink = BL_COLOR_ON_RECORD;
  } else {
    ink = bl_view_draw_ground(view, canvas, item,
                              on ? BL_BUTTON_CHOSEN : BL_BUTTON_PLAIN);
  }
  bl_icon_draw(canvas, sign,
               rec  ? BL_ICON_SQUARE
               : on ? BL_ICON_DOT
                    : BL_ICON_RING,
               rec  ? BL_COLOR_ON_RECORD
               : on ? BL_COLOR_ACCENT
                    : BL_COLOR_DIM);
  bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_STRONG, ink,
                 rec  ? "Recording"
                 : on ? "Armed"
                      : "Arm");
  bl_view_draw_focus(view, canvas, item);
}

// Meter

static double
meter_x(const BlRect r, const double db)
{
  const double part = (db - LEAST_DB) / -LEAST_DB;
  return r.x + r.w * fmin(fmax(part, 0.0), 1.0);
}

/// Steps of a ladder; what is loud is warm, the hold stays behind
static void
draw_ladder(const BlCanvas* const canvas,
            const BlModel* const  m,
            const BlRect          r)
{
  const double lit  = meter_x(r, (double)m->meter_db);
  const double hold = meter_x(r, (double)m->hold_db);
  const double warm = meter_x(r, WARM_DB);
  const int    n    = (int)floor((r.w + 1.0) / STEP);

  for (int i = 0; i < n; ++i) {
    const BlRect step = { r.x + i * STEP, r.y, STEP - 1.0, r.h };
    const double at   = step.x + STEP / 2.0;
    const bool   held =
      hold >= step.x && hold < step.x + STEP && m->hold_db > (float)LEAST_DB;
    bl_canvas_fill(canvas, step, 0.0,
                   held                                         ? BL_COLOR_TEXT
                   : at > lit || m->meter_db <= (float)LEAST_DB ? BL_COLOR_EDGE
                   : at >= warm ? BL_COLOR_ACCENT
                                : BL_COLOR_VOICE);
  }
}

static void
draw_meter(BlView* const view, const BlCanvas* const canvas)
{
  const BlModel* const m    = view->model;
  const BlItem* const  item = bl_layout_find(&view->layout, BL_ITEM_METER, 0);
  const BlRect         r    = item->rect;
  const BlRect ladder       = { r.x + 8.0, r.y + 9.0, r.w - 48.0, r.h - 18.0 };
  const BlRect lamp         = { r.x + r.w - 36.0, r.y + 5.0, 32.0, r.h - 10.0 };

  bl_canvas_fill(canvas, r, BL_VIEW_ROUND, BL_COLOR_WELL);
  if (bl_view_is(view->hover, BL_ITEM_METER, 0)) {
    bl_canvas_outline(canvas, r, BL_VIEW_ROUND, 1.0, BL_COLOR_LINE);
  }
  draw_ladder(canvas, m, ladder);
  if (m->clipped) {
    bl_canvas_fill(canvas, lamp, 3.0, BL_COLOR_WARN);
  } else {
    bl_canvas_outline(canvas, lamp, 3.0, 1.0, BL_COLOR_EDGE);
  }
  bl_canvas_text(canvas, lamp, BL_ALIGN_CENTER, BL_TEXT_SMALL,
                 m->clipped ? BL_COLOR_ON_ACCENT : BL_COLOR_OFF, "CLIP");

  char text[32];
  if (m->hold_db <= (float)LEAST_DB) {
    snprintf(text, sizeof(text), "\u2212\u221e dB");
  } else {
    snprintf(text, sizeof(text), "%s%.1f dB",
             m->hold_db < 0.0f ? "\u2212" : "+", fabs((double)m->hold_db));
  }
  bl_canvas_text(canvas, view->layout.level, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 BL_COLOR_DIM, text);
  bl_view_draw_focus(view, canvas, item);
}

// What is shown

/// Name in bold, facts beside it, at the left of the opener
static void
draw_name_and_facts(const BlCanvas* const canvas,
                    const BlRect          r,
                    const char* const     name,
                    const char* const     facts)
{
  const double wide =
    fmin(bl_canvas_text_width(canvas->pango, BL_TEXT_STRONG, name) + 1.0, r.w);
  const BlRect left  = { r.x, r.y, wide, r.h };
  const BlRect right = { r.x + wide + 12.0, r.y, r.w - wide - 12.0, r.h };
  bl_canvas_text(canvas, left, BL_ALIGN_LEFT, BL_TEXT_STRONG, BL_COLOR_TEXT,
                 name);
  bl_canvas_text(canvas, right, BL_ALIGN_LEFT, BL_TEXT_NORMAL, BL_COLOR_TEXT,
                 facts);
}

static void
live_facts(const BlLiveMsg* const live, char text[BL_MESSAGE_BYTES])
{
  char time[16];
  bl_view_time_text(live->rate > 0 ? (double)live->frames / live->rate : 0.0,
                    time);
  if (live->has_bar) {
    snprintf(text, BL_MESSAGE_BYTES, "from bar %lld \u00b7 %s",
             (long long)live->bar + 1, time);
  } else {
    snprintf(text, BL_MESSAGE_BYTES, "%s", time);
  }
}

static void
draw_takes(BlView* const view, const BlCanvas* const canvas)
{
  const BlItem* const item = bl_layout_find(&view->layout, BL_ITEM_TAKES, 0);
  const BlModelTake* const take = bl_model_shown_take(view->model);
  const BlRect             r    = item->rect;
  const BlRect             text = { r.x + 10.0, r.y, r.w - 40.0, r.h };
  const BlRect             sign = { r.x + r.w - 24.0, r.y, 16.0, r.h };
  char                     name[BL_NAME_BYTES];
  char                     facts[BL_MESSAGE_BYTES];

  const BlColorId ink =
    bl_view_draw_ground(view, canvas, item, BL_BUTTON_PLAIN);
  if (bl_model_records(view->model)) {
    live_facts(&view->model->live.msg, facts);
    draw_name_and_facts(canvas, text, "New take", facts);
  } else if (take) {
    bl_view_take_name(&take->msg, name);
    bl_view_take_facts(&take->msg, true, facts);
    draw_name_and_facts(canvas, text, name, facts);
  } else {
    bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_NORMAL, BL_COLOR_DIM,
                   "No take yet");
  }
  bl_icon_draw(canvas, sign, BL_ICON_DOWN, ink);
  bl_view_draw_focus(view, canvas, item);
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
      bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, text) + 36.0, r.w);
    const BlRect plate = { r.x + r.w - wide, r.y, wide, 20.0 };
    const BlRect sign  = { plate.x + 6.0, plate.y, 12.0, plate.h };
    const BlRect words = { plate.x + 24.0, plate.y, wide - 30.0, plate.h };
    bl_canvas_fill(canvas, plate, 4.0, BL_COLOR_PANEL);
    bl_icon_draw(canvas, sign, BL_ICON_WARNING, BL_COLOR_WARN);
    bl_canvas_text(canvas, words, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_WARN,
                   text);
  }
}

/// Pairs of digital silence from one on
static uint32_t
silent_pairs(const Strip* const strip, const uint32_t from)
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
          const Strip* const    strip)
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
           const Strip* const    strip)
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
  strip->lost    = 0.0;
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
  strip->lost    = (double)(take->msg.filled + take->msg.dropped) /
                fmax((double)take->msg.frames, 1.0) * take->wave.total;
  strip->has_bar = take->msg.has_bar;
  strip->bpm     = (double)take->msg.bpm;
  strip->meter   = (double)take->msg.beats_per_bar;
  strip->bar     = (double)take->msg.bar;
  if (strip->meter > 0.0) {
    strip->bar += (double)take->msg.beat / strip->meter;
  }
  return true;
}

static void
draw_number(const BlCanvas* const canvas,
            const BlRect          r,
            const double          x,
            const double          bar)
{
  char text[32];
  snprintf(text, sizeof(text), "%.0f", bar + 1.0);
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
           const Strip* const    s,
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
      draw_number(canvas, r, x, bar);
    }
  }
}

/// Bars with their numbers, thinned to at least 48 units apart, and between
/// them the bars left out, or the beats
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
  if (every > 1.0 && every * width / 2.0 >= 12.0) {
    draw_lines(canvas, r, s, width, every / 2.0, false);
  } else if (every <= 1.0 && width / s->meter >= 12.0) {
    draw_lines(canvas, r, s, width, 1.0 / s->meter, false);
  }
  draw_lines(canvas, r, s, width, every, true);
}

static void
draw_strip(const BlCanvas* const canvas,
           const BlRect          rect,
           const Strip* const    strip,
           const bool            live)
{
  BlColumn       columns[BL_MODEL_LIVE_PAIRS];
  const uint32_t n =
    strip->pairs < BL_MODEL_LIVE_PAIRS ? strip->pairs : BL_MODEL_LIVE_PAIRS;
  bl_view_columns(strip->values, n, !live, columns);
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

/// What to do until there is something to see; the next step is lit
static void
draw_steps(BlView* const view, const BlCanvas* const canvas, const BlRect r)
{
  static const char* const texts[] = { "Arm", "Bounce or play the region",
                                       "Generate, and drag the result" };
  const bool   armed = bl_model_control(view->model, BL_PORT_ARM) > 0.5f;
  const double gap   = 40.0;
  double       wide  = 2.0 * gap;
  for (size_t i = 0; i < BL_COUNT(texts); ++i) {
    wide +=
      32.0 + bl_canvas_text_width(canvas->pango, BL_TEXT_NORMAL, texts[i]);
  }

  double x = r.x + fmax((r.w - wide) / 2.0, 0.0);
  for (size_t i = 0; i < BL_COUNT(texts); ++i) {
    const bool   past = armed && i == 0;
    const bool   now  = i == (armed ? 1u : 0u);
    const BlRect disc = { x, r.y + r.h / 2.0 - 12.0, 24.0, 24.0 };
    const double w =
      bl_canvas_text_width(canvas->pango, BL_TEXT_NORMAL, texts[i]);
    const BlRect text      = { x + 32.0, r.y, w + 2.0, r.h };
    const char   number[2] = { (char)('1' + (int)i), '\0' };

    bl_canvas_outline(canvas, disc, 12.0, now ? 2.0 : 1.0,
                      now ? BL_COLOR_ACCENT : BL_COLOR_LINE);
    if (past) {
      bl_icon_draw(canvas, disc, BL_ICON_CHECK, BL_COLOR_DIM);
    } else {
      bl_canvas_text(canvas, disc, BL_ALIGN_CENTER, BL_TEXT_STRONG,
                     now ? BL_COLOR_ACCENT : BL_COLOR_DIM, number);
    }
    bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_NORMAL,
                   now ? BL_COLOR_TEXT : BL_COLOR_DIM, texts[i]);
    x += 32.0 + w;
    if (i + 1 < BL_COUNT(texts)) {
      const BlRect arrow = { x, r.y, gap, r.h };
      bl_icon_draw(canvas, arrow, BL_ICON_RIGHT, BL_COLOR_LINE);
    }
    x += gap;
  }
}

static void
draw_wave(BlView* const view, const BlCanvas* const canvas)
{
  const BlRect r    = view->layout.wave;
  const bool   live = bl_model_records(view->model);
  Strip        strip;

  bl_canvas_fill(canvas, r, 4.0, BL_COLOR_WELL);
  bl_canvas_outline(canvas, r, 4.0, 1.0, BL_COLOR_EDGE);
  const BlRect inner = { r.x + 1.0, r.y + 4.0, r.w - 2.0, r.h - 5.0 };
  const bool   known = live
                         ? live_strip(&view->model->live, &strip)
                         : take_strip(bl_model_shown_take(view->model), &strip);
  if (known) {
    // Where there is little height the lines do without numbers
    const bool   low  = inner.h < LOW;
    const double base = low ? 0.0 : RULER + 2.0;
    const BlRect wave = { inner.x, inner.y, inner.w, inner.h - base };
    if (!low) {
      const double ruler = inner.y + inner.h - RULER;
      bl_canvas_line(canvas, inner.x, ruler, inner.x + inner.w, ruler, 1.0,
                     BL_COLOR_EDGE);
    }
    draw_bars(canvas, inner, &strip);
    if (strip.lost > 0.0) {
      draw_gaps(canvas, wave, &strip);
    }
    draw_strip(canvas, wave, &strip, live);
    draw_clips(canvas, wave, &strip);
  } else if (!live && !bl_model_shown_take(view->model)) {
    draw_steps(view, canvas, bl_rect_inset(r, 8.0));
  }
  if (!live) {
    const BlRect corner = { r.x + 4.0, r.y + 4.0, r.w - 8.0, r.h - 8.0 };
    draw_warning(view, canvas, corner);
  }
}

void
bl_view_draw_take(BlView* const view, const BlCanvas* const canvas)
{
  bl_canvas_panel(canvas, view->layout.take);
  draw_arm(view, canvas);
  bl_view_draw_record_now(view, canvas);
  draw_meter(view, canvas);
  draw_takes(view, canvas);
  draw_wave(view, canvas);
}

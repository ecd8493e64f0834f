// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>

#define LEAST_DB (-60.0)
#define WARM_DB (-6.0)
#define STEP 4.0   ///< Of the meter's ladder
#define PLATE 20.0 ///< Height of what is said of a take
#define ROOMY 72.0 ///< A waveform of such height has room above it

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
    bl_view_take_facts(&take->msg, !view->layout.compact, facts);
    draw_name_and_facts(canvas, text, name, facts);
  } else {
    const size_t n = view->model->n_takes; // What the list has brought
    snprintf(facts, sizeof(facts),
             n ? "No take yet \u00b7 %zu earlier in the list" : "No take yet",
             n);
    bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_NORMAL, BL_COLOR_DIM,
                   facts);
  }
  bl_icon_draw(canvas, sign, BL_ICON_DOWN, ink);
  bl_view_draw_focus(view, canvas, item);
}

/// What is wrong with the take, on the waveform's upper edge
static void
draw_warning(const BlCanvas* const canvas, const BlRect r, const char* text)
{
  const double wide =
    fmin(bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, text) + 36.0, r.w);
  const BlRect plate = { r.x + r.w - wide, r.y, wide, PLATE };
  const BlRect sign  = { plate.x + 6.0, plate.y, 12.0, plate.h };
  const BlRect words = { plate.x + 24.0, plate.y, wide - 30.0, plate.h };
  bl_canvas_fill(canvas, plate, 4.0, BL_COLOR_PANEL);
  bl_icon_draw(canvas, sign, BL_ICON_WARNING, BL_COLOR_WARN);
  bl_canvas_text(canvas, words, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_WARN,
                 text);
}

static bool
live_strip(const BlModelLive* const live, BlStrip* const strip)
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
take_strip(const BlModelTake* const take, BlStrip* const strip)
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

/// What to do until there is something to see; the next step is lit
static void
draw_steps(BlView* const view, const BlCanvas* const canvas, const BlRect r)
{
  static const char* const ways[2][3] = {
    { "Record now", "Sing, and press it again", "Generate" },
    { "Arm", "Bounce or play the region", "Generate, and drag the result" },
  };

  const bool rolls = bl_model_has_transport(view->model);
  const bool armed = rolls && bl_model_control(view->model, BL_PORT_ARM) > 0.5f;
  const char* const* const texts = ways[rolls];
  const double             gap   = 40.0;
  double                   wide  = 2.0 * gap;
  for (size_t i = 0; i < BL_COUNT(ways[0]); ++i) {
    wide +=
      32.0 + bl_canvas_text_width(canvas->pango, BL_TEXT_NORMAL, texts[i]);
  }

  double x = r.x + fmax((r.w - wide) / 2.0, 0.0);
  for (size_t i = 0; i < BL_COUNT(ways[0]); ++i) {
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
    if (i + 1 < BL_COUNT(ways[0])) {
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
  BlStrip      strip;
  char         text[BL_MESSAGE_BYTES] = "";
  if (!live && bl_model_shown_take(view->model)) {
    bl_view_take_warning(bl_model_shown_take(view->model), text);
  }

  bl_canvas_fill(canvas, r, 4.0, BL_COLOR_WELL);
  bl_canvas_outline(canvas, r, 4.0, 1.0, BL_COLOR_EDGE);
  // Below what is said of it, where there is room
  const double top   = text[0] && r.h >= ROOMY ? PLATE + 8.0 : 4.0;
  const BlRect inner = { r.x + 1.0, r.y + top, r.w - 2.0, r.h - top - 1.0 };
  const bool   known = live
                         ? live_strip(&view->model->live, &strip)
                         : take_strip(bl_model_shown_take(view->model), &strip);
  if (known) {
    bl_view_draw_strip(canvas, inner, &strip, live);
  } else if (!live && !bl_model_shown_take(view->model)) {
    draw_steps(view, canvas, bl_rect_inset(r, 8.0));
  }
  if (text[0]) {
    const BlRect corner = { r.x + 4.0, r.y + 4.0, r.w - 8.0, r.h - 8.0 };
    draw_warning(canvas, corner, text);
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

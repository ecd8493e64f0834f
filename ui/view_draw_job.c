// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>

#define TIMES 152.0 ///< Width of elapsed and usual time
#define TALL 44.0   ///< A button from here on has two lines

/// The stages that a person is told, with the first BlShown of each
static const struct
{
  const char* name;
  int         from;
} stages[] = {
  { "Upload", BL_SHOWN_CHECKING }, { "Submit", BL_SHOWN_SUBMITTING },
  { "Listen", BL_SHOWN_WAITING },  { "First", BL_SHOWN_LISTENING },
  { "Both", BL_SHOWN_FIRST },
};

/// One stage: passed, going on, or to come
static void
draw_stage(const BlCanvas* const canvas,
           const BlRect          r,
           const char* const     name,
           const bool            past,
           const bool            now)
{
  const BlRect disc = { r.x, r.y + r.h / 2.0 - 7.0, 14.0, 14.0 };
  const BlRect text = { r.x + 20.0, r.y, r.w - 20.0, r.h };
  if (past) {
    bl_canvas_fill(canvas, disc, 7.0, BL_COLOR_RESULT_DEEP);
    bl_icon_draw(canvas, disc, BL_ICON_CHECK, BL_COLOR_TEXT);
  } else {
    bl_canvas_outline(canvas, disc, 7.0, now ? 2.0 : 1.0,
                      now ? BL_COLOR_ACCENT : BL_COLOR_LINE);
    if (now) {
      bl_canvas_fill(canvas, bl_rect_inset(disc, 4.0), 3.0, BL_COLOR_ACCENT);
    }
  }
  bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 past  ? BL_COLOR_RESULT
                 : now ? BL_COLOR_TEXT
                       : BL_COLOR_DIM,
                 name);
}

static void
draw_times(BlView* const           view,
           const BlCanvas* const   canvas,
           const BlModelJob* const job)
{
  const BlRect r        = view->layout.stages;
  bool         measured = false;
  const double about    = bl_model_usual(view->model, job, &measured);
  char         passed[16];
  char         usual[16];
  char         text[64];

  bl_view_time_text(bl_model_elapsed(job, view->now), passed);
  bl_view_time_text(about, usual);
  if (job->msg.shown == BL_SHOWN_DONE) {
    snprintf(text, sizeof(text), "done in %s", passed);
  } else if (about > 0.0) {
    snprintf(text, sizeof(text), "%s \u00b7 %s %s", passed,
             measured ? "usually" : "perhaps", usual);
  } else {
    snprintf(text, sizeof(text), "%s", passed);
  }
  const BlRect time = { r.x + r.w - TIMES, r.y, TIMES, r.h };
  bl_canvas_text(canvas, time, BL_ALIGN_RIGHT, BL_TEXT_SMALL, BL_COLOR_TEXT,
                 text);
}

static void
draw_stages(BlView* const           view,
            const BlCanvas* const   canvas,
            const BlModelJob* const job)
{
  const BlRect r    = view->layout.stages;
  const size_t n    = BL_COUNT(stages);
  const double cell = floor((r.w - TIMES) / (double)n);
  const bool   done = job->msg.shown == BL_SHOWN_DONE;
  const double y    = r.y + r.h / 2.0;

  for (size_t i = 0; i < n; ++i) {
    const bool   last = i + 1 == n;
    const int    next = last ? 99 : stages[i + 1].from;
    const bool   past = done || job->msg.shown >= next;
    const bool   now  = !past && job->msg.shown >= stages[i].from;
    const BlRect part = { r.x + (double)i * cell, r.y, cell, r.h };
    draw_stage(canvas, part, stages[i].name, past, now);

    const double from =
      part.x + 28.0 +
      bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, stages[i].name);
    const double to = part.x + cell - 8.0;
    if (!last && to > from) {
      bl_canvas_line(canvas, from, y, to, y, 1.0,
                     past ? BL_COLOR_RESULT_DEEP : BL_COLOR_EDGE);
    }
  }
  draw_times(view, canvas, job);
}

/// What the job says of itself: why it waits, or what the band did
static void
draw_words(BlView* const           view,
           const BlCanvas* const   canvas,
           const BlModelJob* const job)
{
  const BlRect r    = view->layout.stages;
  const bool   done = job->msg.shown == BL_SHOWN_DONE;
  const BlRect sign = { r.x, r.y, 14.0, r.h };
  const BlRect text = { r.x + 20.0, r.y, r.w - 20.0 - TIMES, r.h };

  bl_icon_draw(canvas, sign, done ? BL_ICON_CHECK : BL_ICON_WARNING,
               done ? BL_COLOR_RESULT : BL_COLOR_WARN);
  bl_canvas_paragraph(canvas, text, BL_TEXT_SMALL, BL_COLOR_TEXT,
                      job->msg.message);
  draw_times(view, canvas, job);
}

/// While another is recorded: whose the results below are
static void
draw_owner(BlView* const view, const BlCanvas* const canvas)
{
  const BlModelTake* const take = bl_model_shown_take(view->model);
  char                     name[BL_NAME_BYTES];
  char                     facts[BL_MESSAGE_BYTES];
  char                     text[BL_NAME_BYTES + BL_MESSAGE_BYTES + 64];
  bl_view_take_name(&take->msg, name);
  bl_view_take_facts(&take->msg, false, facts);
  snprintf(text, sizeof(text), "Below: the results of %s \u00b7 %s", name,
           facts);
  bl_canvas_text(canvas, view->layout.stages, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 BL_COLOR_DIM, text);
}

static void
draw_sentence(BlView* const view, const BlCanvas* const canvas)
{
  const BlRect   r = view->layout.stages;
  BlModelTrouble trouble;
  const bool     wrong = bl_model_trouble(view->model, &trouble);
  char           said[BL_MESSAGE_BYTES];
  if (wrong) {
    bl_view_trouble_text(&trouble, said);
  }
  if (wrong && trouble.shown == BL_SHOWN_CANCELLED) { // As it was wanted
    bl_canvas_paragraph(canvas, r, BL_TEXT_SMALL, BL_COLOR_DIM, said);
  } else if (wrong) {
    const BlRect sign = { r.x, r.y, 12.0, r.h };
    const BlRect text = { r.x + 20.0, r.y, r.w - 20.0, r.h };
    bl_icon_draw(canvas, sign, BL_ICON_WARNING, BL_COLOR_WARN);
    bl_canvas_paragraph(canvas, text, BL_TEXT_SMALL, BL_COLOR_WARN, said);
  } else {
    // The plugin's own sentence is about its newest take or job, not this one's
    const BlModelTake* const take = bl_model_shown_take(view->model);
    char                     text[BL_MESSAGE_BYTES] = "";
    if (take && !take->msg.verdict) {
      bl_view_promise_text(view, text);
    }
    bl_canvas_paragraph(canvas, r, BL_TEXT_SMALL, BL_COLOR_DIM, text);
  }
}

/// What it does in bold, with which take below (or beside, where it is low)
static void
draw_button_texts(const BlCanvas* const canvas,
                  const BlRect          r,
                  const BlColorId       ink,
                  const char* const     what,
                  const char* const     which)
{
  if (r.h >= TALL) {
    const BlRect upper = { r.x + 12.0, r.y + 6.0, r.w - 24.0, 20.0 };
    const BlRect lower = { r.x + 12.0, r.y + 25.0, r.w - 24.0, 16.0 };
    bl_canvas_text(canvas, upper, BL_ALIGN_CENTER, BL_TEXT_STRONG, ink, what);
    bl_canvas_text(canvas, lower, BL_ALIGN_CENTER, BL_TEXT_SMALL, ink, which);
  } else {
    char text[2 * BL_MESSAGE_BYTES + 8];
    snprintf(text, sizeof(text), "%s \u00b7 %s", what, which);
    const BlRect part = { r.x + 12.0, r.y, r.w - 24.0, r.h };
    bl_canvas_text(canvas, part, BL_ALIGN_CENTER, BL_TEXT_STRONG, ink, text);
  }
}

/// While it works the button fills from the left
static void
draw_working(const BlCanvas* const   canvas,
             const BlRect            r,
             const BlModelJob* const job)
{
  const double part = fmin(fmax((double)job->msg.progress / 100.0, 0.0), 1.0);
  bl_canvas_fill(canvas, r, BL_VIEW_ROUND, BL_COLOR_WELL);
  cairo_save(canvas->cr);
  cairo_rectangle(canvas->cr, r.x, r.y, r.w * part, r.h);
  cairo_clip(canvas->cr);
  bl_canvas_fill(canvas, r, BL_VIEW_ROUND, BL_COLOR_ACCENT_DEEP);
  cairo_restore(canvas->cr);
  bl_canvas_outline(canvas, r, BL_VIEW_ROUND, 1.0, BL_COLOR_ACCENT_DEEP);
}

static void
draw_generate(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const   l    = &view->layout;
  const BlModelJob* const job  = bl_model_shown_job(view->model);
  const BlItem* const     item = bl_layout_find(l, BL_ITEM_GENERATE, 0);
  char                    what[BL_MESSAGE_BYTES];
  char                    which[BL_MESSAGE_BYTES];

  bl_view_generate_text(view, what);
  bl_view_generate_note(view, which);
  if (job && bl_model_job_runs(job)) {
    draw_working(canvas, item->rect, job);
    draw_button_texts(canvas, item->rect, BL_COLOR_TEXT, what, which);
  } else {
    const BlColorId ink =
      bl_view_draw_ground(view, canvas, item, BL_BUTTON_MAIN);
    draw_button_texts(canvas, item->rect, ink, what, which);
  }
  bl_view_draw_focus(view, canvas, item);

  const BlItem* const cancel = bl_layout_find(l, BL_ITEM_CANCEL, 0);
  if (cancel) {
    bl_view_draw_button(view, canvas, cancel, BL_BUTTON_PLAIN, "Cancel");
  }
}

static void
draw_state(BlView* const view, const BlCanvas* const canvas)
{
  const BlModelJob* const job = bl_model_told_job(view->model);
  const BlItem* const action = bl_layout_find(&view->layout, BL_ITEM_ACTION, 0);
  const BlItem* const claim  = bl_layout_find(&view->layout, BL_ITEM_CLAIM, 0);
  const BlItem* const resume = bl_layout_find(&view->layout, BL_ITEM_RESUME, 0);
  BlModelTrouble      trouble;
  const bool          wrong = bl_model_trouble(view->model, &trouble);

  if (action && wrong) {
    bl_view_draw_button(view, canvas, action,
                        trouble.shown == BL_SHOWN_CANCELLED ? BL_BUTTON_PLAIN
                                                            : BL_BUTTON_CHOSEN,
                        bl_view_action_text(view->model, &trouble));
  }
  if (resume) {
    bl_view_draw_button(view, canvas, resume, BL_BUTTON_PLAIN, "Resume");
  }
  if (claim) {
    bl_view_draw_button(view, canvas, claim, BL_BUTTON_CHOSEN,
                        "Paste its task id");
  }
  if (job && !wrong && bl_view_shows_others(view)) {
    draw_owner(view, canvas);
  } else if (job && !wrong && job->msg.message[0]) {
    draw_words(view, canvas, job);
  } else if (job && !wrong) {
    draw_stages(view, canvas, job);
  } else {
    draw_sentence(view, canvas);
  }
}

void
bl_view_draw_job(BlView* const view, const BlCanvas* const canvas)
{
  draw_generate(view, canvas);
  draw_state(view, canvas);
  bl_view_draw_results(view, canvas);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>

/// The stages that a person is told, with the first BlShown of each
static const struct
{
  const char* name;
  int         from;
} stages[] = {
  { "upload", BL_SHOWN_CHECKING }, { "submit", BL_SHOWN_SUBMITTING },
  { "listen", BL_SHOWN_WAITING },  { "first", BL_SHOWN_LISTENING },
  { "both", BL_SHOWN_FIRST },
};

static void
draw_stages(BlView* const           view,
            const BlCanvas* const   canvas,
            const BlModelJob* const job)
{
  const BlRect r    = view->layout.stages;
  const bool   done = job->msg.shown == BL_SHOWN_DONE;
  double       x    = r.x + 4.0;
  char         text[96];

  for (size_t i = 0; i < BL_COUNT(stages); ++i) {
    const int  next = i + 1 < BL_COUNT(stages) ? stages[i + 1].from : 99;
    const bool past = done || job->msg.shown >= next;
    const bool now  = !past && job->msg.shown >= stages[i].from;
    snprintf(text, sizeof(text), "%s %s",
             past  ? "\u2713"
             : now ? "\u25cf"
                   : "\u00b7",
             stages[i].name);
    const BlRect part = { x, r.y, 76.0, r.h - 6.0 };
    bl_canvas_text(canvas, part, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                   past  ? BL_COLOR_RESULT
                   : now ? BL_COLOR_ACCENT
                         : BL_COLOR_DIM,
                   text);
    x += 76.0;
  }

  char passed[16];
  char usual[16];
  bl_view_time_text(bl_model_elapsed(job, view->now), passed);
  bl_view_time_text((double)job->msg.usual, usual);
  if (done) {
    snprintf(text, sizeof(text), "done in %s", passed);
  } else if (job->msg.usual > 0.0f) {
    snprintf(text, sizeof(text), "%s of about %s", passed, usual);
  } else {
    snprintf(text, sizeof(text), "%s", passed);
  }
  const BlRect time = { r.x, r.y, r.w - 4.0, r.h - 6.0 };
  bl_canvas_text(canvas, time, BL_ALIGN_RIGHT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 text);

  const BlRect track = { r.x, r.y + r.h - 4.0, r.w, 3.0 };
  const double part  = fmin(fmax((double)job->msg.progress / 100.0, 0.0), 1.0);
  const BlRect bar   = { track.x, track.y, track.w * part, track.h };
  bl_canvas_fill(canvas, track, 1.5, BL_COLOR_RAISED);
  if (bar.w > 1.0) {
    bl_canvas_fill(canvas, bar, 1.5, done ? BL_COLOR_RESULT : BL_COLOR_ACCENT);
  }
}

static void
draw_sentence(BlView* const view, const BlCanvas* const canvas)
{
  BlModelTrouble trouble;
  if (bl_model_trouble(view->model, &trouble)) {
    bl_canvas_paragraph(canvas, view->layout.stages, BL_TEXT_SMALL,
                        BL_COLOR_WARN, trouble.message);
  } else {
    bl_canvas_paragraph(canvas, view->layout.stages, BL_TEXT_SMALL,
                        BL_COLOR_DIM, view->model->status.message);
  }
}

static void
draw_generate(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const   l   = &view->layout;
  const BlModelJob* const job = bl_model_shown_job(view->model);
  char                    text[BL_MESSAGE_BYTES];

  bl_view_generate_text(view, text);
  bl_view_draw_button(view, canvas, bl_layout_find(l, BL_ITEM_GENERATE, 0),
                      BL_BUTTON_MAIN, text);

  const BlItem* const cancel = bl_layout_find(l, BL_ITEM_CANCEL, 0);
  if (cancel) {
    bl_view_draw_button(view, canvas, cancel, BL_BUTTON_PLAIN, "Cancel");
  }

  const BlItem* const action = bl_layout_find(l, BL_ITEM_ACTION, 0);
  BlModelTrouble      trouble;
  const bool          wrong = bl_model_trouble(view->model, &trouble);
  if (action && wrong) {
    bl_view_draw_button(view, canvas, action, BL_BUTTON_CHOSEN,
                        bl_view_action_text(&trouble));
  }
  if (job && !wrong) {
    draw_stages(view, canvas, job);
  } else {
    draw_sentence(view, canvas);
  }
}

static void
draw_grip(const BlCanvas* const canvas, const BlRect r)
{
  for (int i = 0; i < 6; ++i) {
    const BlRect dot = { r.x + 6.0 + 6.0 * (i % 2),
                         r.y + r.h / 2.0 - 8.0 + 6.0 * (i / 2), 3.0, 3.0 };
    bl_canvas_fill(canvas, dot, 1.5, BL_COLOR_DIM);
  }
}

static void
draw_result(BlView* const           view,
            const BlCanvas* const   canvas,
            const BlItem* const     item,
            const BlModelJob* const job)
{
  const BlRect r       = item->rect;
  const bool   hover   = bl_view_is(view->hover, item->kind, item->index);
  const char   name[2] = { (char)('A' + item->index), '\0' };

  bl_canvas_fill(canvas, r, 5.0,
                 item->enabled && hover ? BL_COLOR_RAISED : BL_COLOR_WELL);
  const BlRect badge = { r.x + 6.0, r.y + r.h / 2.0 - 10.0, 20.0, 20.0 };
  if (item->enabled) {
    bl_canvas_fill(canvas, badge, 4.0, BL_COLOR_RESULT);
  } else {
    bl_canvas_outline(canvas, badge, 4.0, 1.0, BL_COLOR_LINE);
  }
  bl_canvas_text(canvas, badge, BL_ALIGN_CENTER, BL_TEXT_STRONG,
                 item->enabled ? BL_COLOR_ON_RESULT : BL_COLOR_DIM, name);
  if (!item->enabled) {
    const BlRect text = { r.x + 36.0, r.y, r.w - 44.0, r.h };
    bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                   job && bl_model_job_runs(job) ? "on its way\u2026" : "");
    return;
  }

  const BlModelResult* const result = &job->results[item->index];
  BlColumn                   columns[BL_OVERVIEW_PEAKS];
  for (uint32_t i = 0; i < result->wave.known; ++i) {
    columns[i].min = result->wave.values[2u * i];
    columns[i].max = result->wave.values[2u * i + 1u];
  }
  const BlRect wave = { r.x + 34.0, r.y + 4.0, r.w - 34.0 - 168.0, r.h - 8.0 };
  bl_canvas_wave(canvas, wave, columns, result->wave.known, BL_COLOR_RESULT);

  char time[16];
  char text[64];
  bl_view_time_text(
    result->msg.rate > 0 ? (double)result->msg.frames / result->msg.rate : 0.0,
    time);
  if (result->msg.loudness > -100.0f) {
    snprintf(text, sizeof(text), "%s   %.1f LUFS", time,
             (double)result->msg.loudness);
  } else {
    snprintf(text, sizeof(text), "%s", time);
  }
  const BlRect facts = { r.x + r.w - 160.0, r.y, 128.0, r.h };
  bl_canvas_text(canvas, facts, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_TEXT,
                 text);
  const BlRect grip = { r.x + r.w - 28.0, r.y, 24.0, r.h };
  draw_grip(canvas, grip);
  bl_view_draw_focus(view, canvas, item);
}

static void
draw_results(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const   l     = &view->layout;
  const BlModelJob* const job   = bl_model_shown_job(view->model);
  bool                    ready = false;

  for (int i = 0; i < (int)BL_VARIANTS; ++i) {
    const BlItem* const item = bl_layout_find(l, BL_ITEM_RESULT, i);
    ready |= item->enabled;
    draw_result(view, canvas, item, job);
    bl_view_draw_button(view, canvas, bl_layout_find(l, BL_ITEM_RESULT_MENU, i),
                        BL_BUTTON_PLAIN, "\u2026");
  }
  bl_view_draw_button(view, canvas, bl_layout_find(l, BL_ITEM_BOTH, 0),
                      BL_BUTTON_PLAIN, "Drag both");
  bl_canvas_text(canvas, l->foot, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 !ready ? "Both results appear here, ready to be dragged onto "
                          "the timeline."
                 : l->compact
                   ? "Drag below the tracks for a new track; Ardour: "
                     "\u201cMove to Original Position\u201d."
                   : "Drag below the tracks for a new track. In Ardour, "
                     "\u201cMove to Original Position\u201d puts it "
                     "exactly back.");
}

void
bl_view_draw_job(BlView* const view, const BlCanvas* const canvas)
{
  draw_generate(view, canvas);
  draw_results(view, canvas);
}

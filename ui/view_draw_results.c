// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>

#define PLATE 18.0   ///< Height of what stands on a waveform
#define NARROW 408.0 ///< A foot from here on has room for Ardour's way

/// A place where a result will be
static void
draw_empty(const BlCanvas* const   canvas,
           const BlItem* const     item,
           const BlModelJob* const job)
{
  const BlRect r       = item->rect;
  const char   name[2] = { (char)('A' + item->index), '\0' };
  const BlRect badge   = { r.x + 32.0, r.y + r.h / 2.0 - 10.0, 20.0, 20.0 };
  const BlRect text    = { r.x + 64.0, r.y, r.w - 72.0, r.h };
  const bool   runs    = job && bl_model_job_runs(job);

  bl_canvas_dashes(canvas, r, BL_VIEW_ROUND,
                   runs ? BL_COLOR_RESULT_DEEP : BL_COLOR_LINE);
  bl_canvas_text(canvas, badge, BL_ALIGN_CENTER, BL_TEXT_STRONG, BL_COLOR_OFF,
                 name);
  bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_OFF,
                 runs          ? "on its way\u2026"
                 : item->index ? "and a second one, played differently"
                               : "the first instrumental appears here");
}

static void
draw_result_facts(const BlCanvas* const    canvas,
                  const BlRect             r,
                  const BlResultMsg* const msg)
{
  const bool   loud = msg->loudness > -100.0f;
  const BlRect left = { r.x, r.y, 40.0, r.h };
  const BlRect rest = { r.x + 40.0, r.y, r.w - 40.0, r.h };
  char         text[64];

  bl_view_time_text(msg->rate > 0 ? (double)msg->frames / msg->rate : 0.0,
                    text);
  bl_canvas_text(canvas, left, BL_ALIGN_RIGHT, BL_TEXT_NORMAL, BL_COLOR_TEXT,
                 text);
  if (loud) {
    snprintf(text, sizeof(text), "\u2212%.1f LUFS",
             fabs((double)msg->loudness));
    bl_canvas_text(canvas, rest, BL_ALIGN_RIGHT, BL_TEXT_SMALL, BL_COLOR_DIM,
                   text);
  }
}

/// On its waveform, while another take is recorded: whose it is
static void
draw_owner(BlView* const view, const BlCanvas* const canvas, const BlRect wave)
{
  const BlModelTake* const take = bl_model_shown_take(view->model);
  char                     name[BL_NAME_BYTES];
  char                     text[BL_NAME_BYTES + 8];
  bl_view_take_name(&take->msg, name);
  snprintf(text, sizeof(text), "of %s", name);

  const double wide = fmin(
    bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, text) + 16.0, wave.w);
  const BlRect plate = { wave.x + 4.0, wave.y + wave.h / 2.0 - PLATE / 2.0,
                         wide, PLATE };
  const BlRect words = { plate.x + 8.0, plate.y, wide - 16.0, plate.h };
  bl_canvas_fill(canvas, plate, 4.0, BL_COLOR_PANEL);
  bl_canvas_text(canvas, words, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_TEXT,
                 text);
}

static void
draw_result(BlView* const           view,
            const BlCanvas* const   canvas,
            const BlItem* const     item,
            const BlModelJob* const job)
{
  const BlModelResult* const result  = &job->results[item->index];
  const BlRect               r       = item->rect;
  const char                 name[2] = { (char)('A' + item->index), '\0' };
  const bool   hover = bl_view_is(view->hover, item->kind, item->index);
  const bool   held  = bl_view_is(view->pressed, item->kind, item->index);
  const BlRect grip  = { r.x + 8.0, r.y, 16.0, r.h };
  const BlRect badge = { r.x + 32.0, r.y + r.h / 2.0 - 10.0, 20.0, 20.0 };
  const BlRect wave  = { r.x + 64.0, r.y + 3.0, r.w - 64.0 - 144.0, r.h - 6.0 };
  const BlRect facts = { r.x + r.w - 140.0, r.y, 128.0, r.h };

  bl_canvas_fill(canvas, r, BL_VIEW_ROUND,
                 held ? BL_COLOR_RAISED : BL_COLOR_WELL);
  bl_canvas_outline(canvas, r, BL_VIEW_ROUND, 1.0,
                    hover || held ? BL_COLOR_RESULT : BL_COLOR_EDGE);
  bl_icon_draw(canvas, grip, BL_ICON_GRIP,
               hover || held ? BL_COLOR_RESULT : BL_COLOR_OFF);
  bl_canvas_fill(canvas, badge, 4.0, BL_COLOR_RESULT);
  bl_canvas_text(canvas, badge, BL_ALIGN_CENTER, BL_TEXT_STRONG,
                 BL_COLOR_ON_RESULT, name);

  BlColumn columns[BL_OVERVIEW_PEAKS];
  bl_view_columns(result->wave.values, result->wave.known, columns);
  const double known =
    result->wave.total ? (double)result->wave.known / (double)result->wave.total
                       : 0.0;
  const BlRect part = { wave.x, wave.y, wave.w * known, wave.h };
  bl_canvas_wave(canvas, part, columns, result->wave.known, BL_COLOR_RESULT,
                 BL_COLOR_RESULT_DEEP);
  if (bl_view_shows_others(view)) {
    draw_owner(view, canvas, wave);
  }
  draw_result_facts(canvas, facts, &result->msg);
  bl_view_draw_focus(view, canvas, item);
}

/// Where a result can be dropped
static const char*
drop_text(const BlView* const view, const bool ready)
{
  if (!bl_model_has_transport(view->model)) {
    return ready ? "Drag a result into a DAW or a folder, or copy its path "
                   "from its menu."
                 : "Results can be dragged into a DAW or a folder.";
  }
  return !ready ? "Results can be dragged onto the timeline."
         : view->layout.foot.w < NARROW
           ? "Drag it below the tracks for a new track."
         : view->layout.compact
           ? "Drag below the tracks for a new track; Ardour: \u201cMove to "
             "Original Position\u201d."
           : "Drag below the tracks for a new track. In Ardour, \u201cMove to "
             "Original Position\u201d puts it exactly back.";
}

static const char*
foot_text(const BlView* const view, const bool ready)
{
  const BlMenu* const menu = &view->menu;
  const BlItemRef     ref  = view->hover.kind != BL_ITEM_NONE ? view->hover
                             : view->has_keyboard             ? view->focus
                                                  : (BlItemRef){ BL_ITEM_NONE, 0 };
  if (bl_view_lacks_files(view)) {
    return "More files have come: open the menu again to see them.";
  }
  if (menu->open && menu->at >= 0 && menu->rows[menu->at].drags) {
    return "Drag it onto the timeline; a click copies its path.";
  }
  if (bl_view_is(ref, BL_ITEM_ARM, 0) && bl_model_records(view->model)) {
    return "A click ends the take.";
  }
  if (ref.kind == BL_ITEM_SLIDER &&
      bl_model_control(view->model, BL_PORT_FINE_TUNE) < 0.5f) {
    return "Not sent: \u201cWeights\u201d is off.";
  }
  const char* const help = bl_view_help(ref);
  return help[0] ? help : drop_text(view, ready);
}

/// What was made of the take each time; lit while the newest is not shown
static void
draw_made(BlView* const         view,
          const BlCanvas* const canvas,
          const BlItem* const   item)
{
  char         text[BL_NAME_BYTES];
  size_t       at    = 0;
  const size_t count = bl_model_results(view->model, &at);
  bl_view_results_text(view, text);
  bl_view_draw_opener(view, canvas, item,
                      at + 1u < count ? BL_BUTTON_CHOSEN : BL_BUTTON_PLAIN,
                      BL_ICON_DOWN, text);
}

void
bl_view_draw_results(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const   l     = &view->layout;
  const BlModelJob* const job   = bl_model_shown_results(view->model);
  bool                    ready = false;

  for (int i = 0; i < (int)BL_VARIANTS; ++i) {
    const BlItem* const item = bl_layout_find(l, BL_ITEM_RESULT, i);
    const BlItem* const menu = bl_layout_find(l, BL_ITEM_RESULT_MENU, i);
    ready |= item->enabled;
    if (item->enabled && job) {
      draw_result(view, canvas, item, job);
    } else {
      draw_empty(canvas, item, job);
    }
    const BlColorId ink =
      bl_view_draw_ground(view, canvas, menu, BL_BUTTON_PLAIN);
    bl_icon_draw(canvas, menu->rect, BL_ICON_DOTS, ink);
    bl_view_draw_focus(view, canvas, menu);
  }

  const BlItem* const made = bl_layout_find(l, BL_ITEM_RESULTS, 0);
  if (made) {
    draw_made(view, canvas, made);
  }
  const BlItem* const both = bl_layout_find(l, BL_ITEM_BOTH, 0);
  const BlColorId     ink =
    bl_view_draw_ground(view, canvas, both, BL_BUTTON_PLAIN);
  const BlRect grip = { both->rect.x + 8.0, both->rect.y, 16.0, both->rect.h };
  const BlRect text = { grip.x + 20.0, both->rect.y, both->rect.w - 34.0,
                        both->rect.h };
  bl_icon_draw(canvas, grip, BL_ICON_GRIP, ink);
  bl_canvas_text(canvas, text, BL_ALIGN_LEFT, BL_TEXT_SMALL, ink, "Drag both");
  bl_view_draw_focus(view, canvas, both);
  bl_canvas_text(canvas, l->foot, BL_ALIGN_LEFT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 foot_text(view, ready));
}

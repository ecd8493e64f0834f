// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <stdio.h>
#include <string.h>

static void
fill_services(BlView* const view)
{
  static const char* const names[BL_N_SERVICES] = { "As configured",
                                                    "Local band", "sunoapi.org",
                                                    "kie.ai", "Own server" };
  static const char* const notes[BL_N_SERVICES] = { "config.json",
                                                    "no account needed", "paid",
                                                    "paid", "config.json" };

  const int         value = (int)bl_model_control(view->model, BL_PORT_SERVICE);
  const char* const meant = view->model->status.configured;
  for (int i = 0; i < (int)BL_N_SERVICES; ++i) {
    bl_menu_add(&view->menu, names[i], i || !meant[0] ? notes[i] : meant, i,
                i == value, true);
  }
}

/// What became of a take: how many results all its jobs have brought; how the
/// last one ended is told where there are none, and where money hangs on it.
/// Of jobs that are not known here the take itself tells the newest
static void
fate_text(const BlModel* const     m,
          const BlModelTake* const take,
          char* const              text,
          const size_t             size)
{
  const BlModelJob* last    = NULL;
  bool              runs    = false;
  int               results = 0;
  for (size_t i = 0; i < m->n_jobs; ++i) {
    const BlModelJob* const job = &m->jobs[i];
    if (job->msg.job > 0 && !strcmp(job->msg.take, take->msg.take)) {
      last = !last || job->msg.job > last->msg.job ? job : last;
      runs = runs || bl_model_job_runs(job);
      results += job->msg.of_job ? 0 : (int)job->msg.results;
    }
  }

  const int fate = last ? (int)last->msg.shown : (int)take->msg.fate;
  runs           = last ? runs : fate < BL_SHOWN_DONE;
  results = results > take->msg.results ? results : (int)take->msg.results;
  if (!last && !take->msg.jobs) {
    snprintf(text, size, "%s", take->msg.verdict ? "cannot be sent" : "new");
  } else if (runs || fate == BL_SHOWN_UNSURE) {
    snprintf(text, size, "%s", runs ? "being made" : "unsure");
  } else if (results || fate == BL_SHOWN_DONE) {
    snprintf(text, size, results == 1 ? "%d result" : "%d results", results);
  } else {
    snprintf(text, size, "%s",
             fate == BL_SHOWN_CANCELLED ? "cancelled" : "failed");
  }
}

static void
fill_takes(BlView* const view)
{
  const BlModel* const     m     = view->model;
  const BlModelTake* const shown = bl_model_shown_take(m);
  bl_menu_add(&view->menu, "The newest", "", -1, !m->chosen[0], true);
  for (size_t i = m->n_takes; i > 0; --i) {
    const BlModelTake* const take = &m->takes[i - 1];
    char                     name[BL_NAME_BYTES];
    char                     facts[BL_MESSAGE_BYTES];
    char                     text[BL_NAME_BYTES + BL_MESSAGE_BYTES + 4];
    if (take->msg.number > 0 && strcmp(take->msg.take, view->menu_newest) > 0) {
      continue; // Captured since: it would move the others under the pointer
    }
    char when[32];
    char fate[32];
    char note[80];
    bl_view_take_name(&take->msg, name);
    bl_view_take_facts(&take->msg, true, facts);
    snprintf(text, sizeof(text), "%s \u00b7 %s", name, facts);
    bl_view_when_text(take->msg.created, when);
    fate_text(m, take, fate, sizeof(fate));
    snprintf(note, sizeof(note), "%s \u00b7 %s", when, fate);
    memcpy(view->menu_takes[i - 1], take->msg.take, BL_TAKE_ID_BYTES);
    bl_menu_add(&view->menu, text, note, (int)(i - 1),
                m->chosen[0] && take == shown, true);
  }
}

static void
fill_names(BlView* const            view,
           const char* const* const names,
           const unsigned           count,
           const BlPort             port)
{
  const int value = (int)bl_model_control(view->model, port);
  for (int i = 0; i < (int)count; ++i) {
    bl_menu_add(&view->menu, names[i], "", i, i == value, true);
  }
}

static void
fill_menu(BlView* const view, const BlItemRef ref)
{
  switch (ref.kind) {
    case BL_ITEM_SERVICE:
      fill_services(view);
      break;
    case BL_ITEM_TAKES:
      fill_takes(view);
      break;
    case BL_ITEM_GENRE:
      fill_names(view, bl_genre_names, BL_N_GENRES, BL_PORT_GENRE);
      break;
    case BL_ITEM_MOOD:
      fill_names(view, bl_mood_names, BL_N_MOODS, BL_PORT_MOOD);
      break;
    case BL_ITEM_ENSEMBLE:
      fill_names(view, bl_ensemble_names, BL_N_ENSEMBLES, BL_PORT_ENSEMBLE);
      break;
    case BL_ITEM_PRESET:
      bl_view_fill_presets(view);
      break;
    case BL_ITEM_RESULTS:
      bl_view_fill_results(view);
      break;
    case BL_ITEM_RESULT_MENU:
      bl_view_fill_result_menu(view, ref.index);
      break;
    default:
      break;
  }
}

BlViewOf
bl_view_shown_of(const BlView* const view)
{
  const BlModelJob* const job = bl_model_shown_results(view->model);
  BlViewOf                of  = { "", 0 };
  if (job) {
    snprintf(of.take, sizeof(of.take), "%s", job->msg.take);
    of.job = job->msg.job;
  }
  return of;
}

bool
bl_view_shows(const BlView* const view, const BlViewOf* const of)
{
  const BlViewOf now = bl_view_shown_of(view);
  return of->take[0] && now.job == of->job && !strcmp(now.take, of->take);
}

void
bl_view_open_menu(BlView* const view, const BlItemRef ref)
{
  const BlItem* const item = bl_layout_find(&view->layout, ref.kind, ref.index);

  const BlModel* const m = view->model;
  snprintf(view->menu_newest, sizeof(view->menu_newest), "%s",
           m->n_takes ? m->takes[m->n_takes - 1u].msg.take : "");
  bl_menu_clear(&view->menu, (int)ref.kind, ref.index);
  fill_menu(view, ref);
  view->menu_of = bl_view_shown_of(view);
  if (item) {
    bl_menu_open(&view->menu, view->fonts, item->rect, view->layout.width,
                 view->layout.height);
  }
  if (ref.kind == BL_ITEM_TAKES) {
    bl_model_list(view->model);
  }
  bl_view_damage_all(view);
}

void
bl_view_refresh_menu(BlView* const view)
{
  BlMenu* const   menu  = &view->menu;
  const BlItemRef ref   = { (BlItemKind)menu->kind, menu->index };
  const size_t    first = menu->first;
  const int       at    = menu->at;
  const double    since = menu->typed_at;
  char            typed[BL_MENU_TYPED_BYTES];
  if (ref.kind == BL_ITEM_RESULT_MENU) {
    menu->open = menu->open && bl_view_shows(view, &view->menu_of);
  }
  if (!menu->open || ref.kind != BL_ITEM_TAKES) {
    return;
  }
  memcpy(typed, menu->typed, sizeof(typed));

  // Newest first, so what the list brings comes below what is highlighted
  const BlItem* const item = bl_layout_find(&view->layout, ref.kind, ref.index);
  bl_menu_clear(menu, menu->kind, menu->index);
  fill_menu(view, ref);
  if (item) {
    bl_menu_open(menu, view->fonts, item->rect, view->layout.width,
                 view->layout.height);
    menu->first    = first;
    menu->at       = at;
    menu->typed_at = since;
    memcpy(menu->typed, typed, sizeof(typed));
    bl_menu_scroll(menu, 0);
  }
}

/// The one that its row named, wherever the model has it by now
static void
choose_take(const BlView* const view, const int value)
{
  bl_model_choose(view->model, value < 0 ? "" : view->menu_takes[value]);
}

static void
choose_results(const BlView* const view, const int number)
{
  const BlModelTake* const take = bl_model_shown_take(view->model);
  if (take && !strcmp(take->msg.take, view->menu_of.take)) {
    bl_model_choose_results(view->model, number);
  }
}

void
bl_view_choose_row(BlView* const view, const int row)
{
  BlMenu* const menu = &view->menu;
  if (row < 0 || (size_t)row >= menu->n_rows || !menu->rows[row].enabled) {
    return;
  }

  // A click comes before what was heard since is drawn
  BlModel* const m     = view->model;
  const int      value = menu->rows[row].value;
  menu->open           = false;
  if (menu->kind == (int)BL_ITEM_RESULT_MENU &&
      !bl_view_shows(view, &view->menu_of)) {
    bl_view_damage_all(view);
    return;
  }
  switch ((BlItemKind)menu->kind) {
    case BL_ITEM_SERVICE:
      bl_model_set(m, BL_PORT_SERVICE, (float)value);
      break;
    case BL_ITEM_TAKES:
      choose_take(view, value);
      break;
    case BL_ITEM_GENRE:
      bl_model_set(m, BL_PORT_GENRE, (float)value);
      break;
    case BL_ITEM_MOOD:
      bl_model_set(m, BL_PORT_MOOD, (float)value);
      break;
    case BL_ITEM_ENSEMBLE:
      bl_model_set(m, BL_PORT_ENSEMBLE, (float)value);
      break;
    case BL_ITEM_PRESET:
      bl_view_use_preset(view, value);
      break;
    case BL_ITEM_RESULTS:
      choose_results(view, value);
      break;
    case BL_ITEM_RESULT_MENU:
      bl_view_act_on_result(view, menu->index, value);
      break;
    default:
      break;
  }
  bl_view_damage_all(view);
}

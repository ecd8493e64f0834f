// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const BlPort slider_ports[] = { BL_PORT_STYLE_WEIGHT, BL_PORT_WEIRDNESS,
                                       BL_PORT_AUDIO_WEIGHT };

enum
{
  ROW_OPEN_FOLDER,
  ROW_COPY_PATH,
  ROW_USE_TITLE,
  ROW_USE_SETTINGS
};

void
bl_view_commit(BlView* const view, const BlItemRef ref)
{
  if (ref.kind == BL_ITEM_FIELD) {
    bl_model_set_string(view->model, (BlStringId)ref.index,
                        view->edits[ref.index].text);
  }
}

void
bl_view_set_focus(BlView* const view, const BlItemRef ref)
{
  if (!bl_view_is(view->focus, ref.kind, ref.index)) {
    bl_view_commit(view, view->focus);
    bl_view_damage_item(view, view->focus);
    view->focus  = ref;
    view->scroll = 0.0;
  }
  bl_view_damage_item(view, ref);
}

// Menus

static void
fill_services(BlView* const view)
{
  static const char* const names[BL_N_SERVICES] = { "As configured",
                                                    "Local band", "sunoapi.org",
                                                    "kie.ai", "Own server" };
  static const char* const notes[BL_N_SERVICES] = { "config.json",
                                                    "no account needed", "paid",
                                                    "paid", "config.json" };

  const int value = (int)bl_model_control(view->model, BL_PORT_SERVICE);
  for (int i = 0; i < (int)BL_N_SERVICES; ++i) {
    bl_menu_add(&view->menu, names[i], notes[i], i, i == value, true);
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
    char                     text[BL_MESSAGE_BYTES];
    char                     note[64];
    bl_view_take_text(view, take, text);
    if (take->msg.jobs > 0) {
      snprintf(note, sizeof(note), "%d made", take->msg.jobs);
    } else {
      snprintf(note, sizeof(note), "%.10s", take->msg.created);
    }
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
    case BL_ITEM_RESULT_MENU:
      bl_menu_add(&view->menu, "Open its folder", "", ROW_OPEN_FOLDER, false,
                  true);
      bl_menu_add(&view->menu, "Copy its path", "", ROW_COPY_PATH, false, true);
      bl_menu_add(&view->menu, "Use its name as title", "", ROW_USE_TITLE,
                  false, true);
      bl_menu_add(&view->menu, "Bring its settings back", "", ROW_USE_SETTINGS,
                  false, true);
      break;
    default:
      break;
  }
}

static void
open_menu(BlView* const view, const BlItemRef ref)
{
  const BlItem* const item = bl_layout_find(&view->layout, ref.kind, ref.index);

  bl_menu_clear(&view->menu, (int)ref.kind, ref.index);
  fill_menu(view, ref);
  if (item) {
    bl_menu_open(&view->menu, view->fonts, item->rect, view->layout.width,
                 view->layout.height);
  }
  if (ref.kind == BL_ITEM_TAKES) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_LIST);
    if (view->model->out.message) {
      view->model->out.message(view->model->out.handle, &message);
    }
  }
  bl_view_damage_all(view);
}

static void
act_on_result(BlView* const view, const int variant, const int row)
{
  const BlModelJob* const job = bl_model_shown_job(view->model);
  if (!job || variant < 0 || variant >= (int)BL_VARIANTS) {
    return;
  }

  const BlResultMsg* const result = &job->results[variant].msg;
  BlMessage                message;
  switch (row) {
    case ROW_OPEN_FOLDER:
      if (view->host.open_folder) {
        view->host.open_folder(view->host.handle, result->path);
      }
      break;
    case ROW_COPY_PATH:
      if (view->host.copy) {
        view->host.copy(view->host.handle, result->path, strlen(result->path),
                        false);
        bl_view_tell(view, "The path is in the clipboard.");
      }
      break;
    case ROW_USE_TITLE:
      bl_model_set_string(view->model, BL_STRING_TITLE, result->title);
      break;
    case ROW_USE_SETTINGS:
      bl_message_init(&message, BL_MSG_LOOK);
      strcpy(message.as.look.take, job->msg.take);
      message.as.look.job = job->msg.job;
      if (view->model->out.message) {
        view->model->out.message(view->model->out.handle, &message);
      }
      break;
    default:
      break;
  }
}

void
bl_view_choose_row(BlView* const view, const int row)
{
  BlMenu* const menu = &view->menu;
  if (row < 0 || (size_t)row >= menu->n_rows || !menu->rows[row].enabled) {
    return;
  }

  const int value = menu->rows[row].value;
  menu->open      = false;
  switch ((BlItemKind)menu->kind) {
    case BL_ITEM_SERVICE:
      bl_model_set(view->model, BL_PORT_SERVICE, (float)value);
      break;
    case BL_ITEM_TAKES:
      bl_model_choose(view->model,
                      value >= 0 && (size_t)value < view->model->n_takes
                        ? view->model->takes[value].msg.take
                        : "");
      break;
    case BL_ITEM_GENRE:
      bl_model_set(view->model, BL_PORT_GENRE, (float)value);
      break;
    case BL_ITEM_MOOD:
      bl_model_set(view->model, BL_PORT_MOOD, (float)value);
      break;
    case BL_ITEM_ENSEMBLE:
      bl_model_set(view->model, BL_PORT_ENSEMBLE, (float)value);
      break;
    case BL_ITEM_PRESET:
      bl_view_use_preset(view, value);
      break;
    case BL_ITEM_RESULT_MENU:
      act_on_result(view, menu->index, value);
      break;
    default:
      break;
  }
  bl_view_damage_all(view);
}

// Buttons

static void
toggle(BlView* const view, const BlPort port)
{
  bl_model_set(view->model, port,
               bl_model_control(view->model, port) > 0.5f ? 0.0f : 1.0f);
}

/// A chip that is on goes off
static void
choose_chip(BlView* const view, const BlPort port, const int index)
{
  const bool on = (int)bl_model_control(view->model, port) == index;
  bl_model_set(view->model, port, on ? 0.0f : (float)index);
}

static void
unfold_fine(BlView* const view)
{
  view->unfolded.fine = !view->unfolded.fine;
  bl_model_set(view->model, BL_PORT_FINE_TUNE,
               view->unfolded.fine ? 1.0f : 0.0f);
  view->stale = true;
}

static void
open_takes_folder(BlView* const view)
{
  if (view->host.open_folder) {
    view->host.open_folder(view->host.handle, "");
  }
}

static void
store_key(BlView* const view)
{
  static const char* const names[BL_N_SERVICES] = { "", "local", "sunoapi",
                                                    "kie", "" };
  const int choice = (int)bl_model_control(view->model, BL_PORT_SERVICE);

  if (view->key.length && view->host.store_key) {
    view->key_busy = true;
    view->host.store_key(view->host.handle, names[choice], view->key.text);
  }
}

static void
show_settings(BlView* const view, const bool open)
{
  view->unfolded.settings = open;
  view->stale             = true;
  view->focus             = (BlItemRef){ BL_ITEM_NONE, 0 };
}

static void
next_step(BlView* const view)
{
  const BlModelJob* const job = bl_model_shown_job(view->model);
  if (!job) {
    return;
  }

  switch (job->msg.error) {
    case BL_NO_KEY:
    case BL_KEY_EXPOSED:
    case BL_AUTH:
      show_settings(view, true);
      break;
    case BL_DISK_FULL:
    case BL_NO_ACCESS:
    case BL_BAD_FILE:
      open_takes_folder(view);
      break;
    default:
      bl_model_resume(view->model, !job->msg.task[0]);
      break;
  }
}

void
bl_view_activate(BlView* const view, const BlItemRef ref)
{
  const BlItem* const item = bl_layout_find(&view->layout, ref.kind, ref.index);
  if (!item || !item->enabled) {
    return;
  }

  switch (ref.kind) {
    case BL_ITEM_SERVICE:
    case BL_ITEM_TAKES:
    case BL_ITEM_PRESET:
    case BL_ITEM_RESULT_MENU:
      open_menu(view, ref);
      break;
    case BL_ITEM_GENRE:
    case BL_ITEM_MOOD:
    case BL_ITEM_ENSEMBLE:
      if (ref.index) {
        choose_chip(view,
                    ref.kind == BL_ITEM_GENRE  ? BL_PORT_GENRE
                    : ref.kind == BL_ITEM_MOOD ? BL_PORT_MOOD
                                               : BL_PORT_ENSEMBLE,
                    ref.index);
      } else {
        open_menu(view, ref);
      }
      break;
    case BL_ITEM_ARM:
      toggle(view, BL_PORT_ARM);
      break;
    case BL_ITEM_METER:
      bl_model_forget_clip(view->model);
      break;
    case BL_ITEM_GENDER:
      bl_model_set(view->model, BL_PORT_VOCAL_GENDER, (float)ref.index);
      break;
    case BL_ITEM_FINE:
      unfold_fine(view);
      break;
    case BL_ITEM_GENERATE:
      bl_view_commit(view, view->focus);
      bl_model_generate(view->model);
      break;
    case BL_ITEM_CANCEL:
      bl_model_cancel(view->model);
      break;
    case BL_ITEM_ACTION:
      next_step(view);
      break;
    case BL_ITEM_RESULT:
      act_on_result(view, ref.index, ROW_COPY_PATH);
      break;
    case BL_ITEM_GEAR:
      show_settings(view, !view->unfolded.settings);
      break;
    case BL_ITEM_SETTING:
      toggle(view, (BlPort)ref.index);
      break;
    case BL_ITEM_FOLDER:
      open_takes_folder(view);
      break;
    case BL_ITEM_KEY_STORE:
      store_key(view);
      break;
    case BL_ITEM_CLOSE:
      show_settings(view, false);
      break;
    default:
      break;
  }
  bl_view_damage_all(view);
}

// Values

void
bl_view_step(BlView* const view, const BlItemRef ref, const int steps)
{
  if (ref.kind == BL_ITEM_SLIDER) {
    const BlPort port  = slider_ports[ref.index];
    const double value = (double)bl_model_control(view->model, port);
    const double next  = round(value * 100.0 + steps) / 100.0;
    bl_model_set(view->model, port, (float)next);
  } else if (ref.kind == BL_ITEM_GENDER) {
    const int value = (int)bl_model_control(view->model, BL_PORT_VOCAL_GENDER);
    bl_model_set(view->model, BL_PORT_VOCAL_GENDER, (float)(value + steps));
  }
}

void
bl_view_slide(BlView* const view, const int index, const double x)
{
  const BlItem* const item =
    bl_layout_find(&view->layout, BL_ITEM_SLIDER, index);
  if (item) {
    const double part = (x - item->rect.x - 5.0) / (item->rect.w - 10.0);
    bl_model_set(view->model, slider_ports[index],
                 (float)(round(fmin(fmax(part, 0.0), 1.0) * 100.0) / 100.0));
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include "base/paths.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const BlPort slider_ports[] = { BL_PORT_STYLE_WEIGHT, BL_PORT_WEIRDNESS,
                                       BL_PORT_AUDIO_WEIGHT };

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
    bl_view_break_undo(view);
    bl_view_damage_item(view, view->focus);
    view->focus  = ref;
    view->scroll = 0.0;
    view->heeded = view->asked + 1u;
    bl_view_damage_rect(view, view->layout.foot);
  }
  bl_view_damage_item(view, ref);
}

// Buttons

static void
toggle(BlView* const view, const BlPort port)
{
  bl_model_set(view->model, port,
               bl_model_control(view->model, port) > 0.5f ? 0.0f : 1.0f);
}

/// While a take is recorded it is the button that ends it, however it began
static void
press_arm(BlView* const view)
{
  const bool by_hand = bl_model_control(view->model, BL_PORT_RECORD) > 0.5f;
  if (bl_model_records(view->model) && by_hand) {
    bl_model_set(view->model, BL_PORT_RECORD, 0.0f);
  } else if (bl_model_records(view->model)) {
    bl_model_set(view->model, BL_PORT_ARM, 0.0f);
  } else {
    toggle(view, BL_PORT_ARM);
  }
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
  view->stale         = true;
}

static void
open_takes_folder(BlView* const view)
{
  if (view->host.open_folder) {
    view->host.open_folder(view->host.handle, "");
  }
}

/// The folder that holds it, whether it is there or not
static void
show_config(BlView* const view)
{
  char path[BL_PATH_BYTES];
  if (view->host.open_folder && !bl_path_config(path, sizeof(path))) {
    view->host.open_folder(view->host.handle, path);
  }
}

static void
store_key(BlView* const view)
{
  const int choice = (int)bl_model_control(view->model, BL_PORT_SERVICE);

  bl_view_match_key(view);
  if (view->key.length && !view->key_busy && view->host.store_key) {
    view->key_busy = true;
    view->host.store_key(view->host.handle, bl_service_names[choice],
                         view->key.text);
  }
}

static void
show_settings(BlView* const view, const bool open)
{
  bl_view_set_focus(view, (BlItemRef){ BL_ITEM_NONE, 0 });
  view->unfolded.settings = open;
  view->stale             = true;
}

/// What the key is for: the service of the job that failed
static void
mean_service_of(BlView* const view, const BlModelJob* const job)
{
  BlModel* const m = view->model;
  if (!job || !job->msg.service[0] || bl_model_is_of_service(m, job)) {
    return;
  }

  int choice = BL_SERVICE_CUSTOM; // One of config.json's own
  for (int i = BL_SERVICE_LOCAL; i < (int)BL_N_SERVICES; ++i) {
    choice = strcmp(bl_service_names[i], job->msg.service) ? choice : i;
  }
  if (!strcmp(m->status.configured, job->msg.service)) {
    choice = BL_SERVICE_CONFIGURED;
  }
  bl_model_set(m, BL_PORT_SERVICE, (float)choice);
}

static void
resume(BlView* const view)
{
  BlModelTrouble trouble;
  if (bl_model_trouble(view->model, &trouble) &&
      bl_view_can_resume(view->model, &trouble)) {
    bl_model_resume(view->model, trouble.job, false);
  }
}

static void
next_step(BlView* const view)
{
  BlModelTrouble trouble;
  if (!bl_model_trouble(view->model, &trouble)) {
    return;
  }

  switch (trouble.error) {
    case BL_NO_KEY:
    case BL_KEY_EXPOSED:
    case BL_AUTH:
      mean_service_of(view, trouble.job);
      show_settings(view, true);
      break;
    case BL_BAD_CONFIG:
    case BL_NO_SERVICE:
      show_config(view);
      break;
    case BL_DISK_FULL:
    case BL_NO_ACCESS:
    case BL_BAD_FILE:
      open_takes_folder(view);
      break;
    default:
      if (bl_view_action_text(view->model, &trouble)[0]) {
        bl_model_resume(view->model, trouble.job, !trouble.job->msg.task[0]);
      }
      break;
  }
}

/// A chip, or the button of its group
static void
press_chip(BlView* const view, const BlItemRef ref)
{
  if (ref.index) {
    choose_chip(view,
                ref.kind == BL_ITEM_GENRE  ? BL_PORT_GENRE
                : ref.kind == BL_ITEM_MOOD ? BL_PORT_MOOD
                                           : BL_PORT_ENSEMBLE,
                ref.index);
  } else {
    bl_view_open_menu(view, ref);
  }
}

static void
act_on_settings(BlView* const view, const BlItemRef ref)
{
  switch (ref.kind) {
    case BL_ITEM_GEAR:
      show_settings(view, !view->unfolded.settings);
      break;
    case BL_ITEM_CHOICE:
      bl_model_set(view->model, BL_PORT_SERVICE, (float)ref.index);
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
}

static void
act(BlView* const view, const BlItemRef ref)
{
  switch (ref.kind) {
    case BL_ITEM_SERVICE:
    case BL_ITEM_TAKES:
    case BL_ITEM_PRESET:
    case BL_ITEM_RESULTS:
    case BL_ITEM_RESULT_MENU:
      bl_view_open_menu(view, ref);
      break;
    case BL_ITEM_GENRE:
    case BL_ITEM_MOOD:
    case BL_ITEM_ENSEMBLE:
      press_chip(view, ref);
      break;
    case BL_ITEM_ARM:
      press_arm(view);
      break;
    case BL_ITEM_RECORD_NOW:
      toggle(view, BL_PORT_RECORD);
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
    case BL_ITEM_RESUME:
      resume(view);
      break;
    case BL_ITEM_CLAIM:
      view->claim = bl_view_ask_paste(view, false);
      break;
    case BL_ITEM_RESULT:
      bl_view_open_menu(view, (BlItemRef){ BL_ITEM_RESULT_MENU, ref.index });
      break;
    default:
      act_on_settings(view, ref);
      break;
  }
}

void
bl_view_activate(BlView* const view, const BlItemRef ref)
{
  const BlItem* const item = bl_layout_find(&view->layout, ref.kind, ref.index);
  if (item && item->enabled) {
    act(view, ref);
    bl_view_damage_all(view);
  }
}

// Values

void
bl_view_step(BlView* const view, const BlItemRef ref, const int steps)
{
  const BlItem* const item = bl_layout_find(&view->layout, ref.kind, ref.index);
  if (!item || !item->enabled) {
    return;
  }
  if (ref.kind == BL_ITEM_SLIDER) {
    const BlPort port  = slider_ports[ref.index];
    const double value = (double)bl_model_control(view->model, port);
    const double next  = round(value * 100.0 + steps) / 100.0;
    bl_model_set(view->model, port, (float)next);
  } else if (ref.kind == BL_ITEM_GENDER) {
    const int value = (int)bl_model_control(view->model, BL_PORT_VOCAL_GENDER);
    bl_model_set(view->model, BL_PORT_VOCAL_GENDER, (float)(value + steps));
  } else if (ref.kind == BL_ITEM_RESULTS) {
    bl_view_step_results(view, steps);
  }
}

void
bl_view_slide(BlView* const view, const int index, const double x)
{
  const BlItem* const item =
    bl_layout_find(&view->layout, BL_ITEM_SLIDER, index);
  if (item) {
    const double part =
      (x - item->rect.x - BL_VIEW_KNOB) / (item->rect.w - 2.0 * BL_VIEW_KNOB);
    bl_model_set(view->model, slider_ports[index],
                 (float)(round(fmin(fmax(part, 0.0), 1.0) * 100.0) / 100.0));
  }
}

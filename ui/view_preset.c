// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include "base/presets.h"

#include <string.h>

#define BACK (-1)

void
bl_view_fill_presets(BlView* const view)
{
  const bool back = bl_model_can_restore_style(view->model);
  if (back) {
    bl_menu_add(&view->menu, "As it was before", "", BACK, false, true);
  }
  for (size_t i = 0; i < BL_N_PRESETS; ++i) {
    bl_menu_add(&view->menu, bl_presets[i].name, "", (int)i, false, true);
    view->menu.rows[view->menu.n_rows - 1u].parted = back && !i;
  }
}

void
bl_view_use_preset(BlView* const view, const int preset)
{
  view->style_back = preset == BACK;
  if (preset == BACK) {
    bl_model_restore_style(view->model);
    return;
  }
  if (preset < 0 || preset >= (int)BL_N_PRESETS) {
    return;
  }

  const BlPreset* const p = &bl_presets[preset];
  BlModel* const        m = view->model;
  bl_model_begin_style(m);
  bl_model_set(m, BL_PORT_GENRE, (float)p->genre);
  bl_model_set(m, BL_PORT_MOOD, (float)p->mood);
  bl_model_set(m, BL_PORT_ENSEMBLE, (float)p->ensemble);
  bl_model_set(m, BL_PORT_FINE_TUNE, 1.0f);
  bl_model_set(m, BL_PORT_STYLE_WEIGHT, p->style_weight);
  bl_model_set(m, BL_PORT_WEIRDNESS, p->weirdness);
  bl_model_set(m, BL_PORT_AUDIO_WEIGHT, p->audio_weight);
  bl_model_set_string(m, BL_STRING_TAGS, p->tags);
  bl_model_set_string(m, BL_STRING_NEGATIVE_TAGS, p->negative_tags);
  bl_model_end_style(m);
}

/// What a field goes through is its own: undone there, it would come back
static void
follow_style(BlView* const view, const int by)
{
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    BlEdit* const     edit = &view->edits[i];
    const char* const text = view->model->strings[i];
    if (strcmp(edit->text, text) != 0 &&
        (!bl_undo_step(&view->undos[i], edit, by) ||
         strcmp(edit->text, text) != 0)) {
      bl_undo_break(&view->undos[i]);
      bl_edit_set(edit, text);
    }
  }
}

bool
bl_view_step_style(BlView* const view, const int by)
{
  const BlItemRef ref = view->focus;
  if (by > 0 && !view->style_back) {
    return false;
  }
  if (ref.kind == BL_ITEM_FIELD &&
      strcmp(view->edits[ref.index].text, view->model->strings[ref.index])) {
    return false; // What was typed since goes first
  }

  const bool done = bl_model_step_style(view->model, by);
  if (done) {
    view->style_back = by < 0;
    follow_style(view, by);
    bl_view_damage_all(view);
  }
  return done;
}

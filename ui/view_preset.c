// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include "base/presets.h"

#include <string.h>

void
bl_view_fill_presets(BlView* const view)
{
  for (size_t i = 0; i < BL_N_PRESETS; ++i) {
    bl_menu_add(&view->menu, bl_presets[i].name, "", (int)i, false, true);
  }
}

void
bl_view_use_preset(BlView* const view, const int preset)
{
  if (preset < 0 || preset >= (int)BL_N_PRESETS) {
    return;
  }

  const BlPreset* const p = &bl_presets[preset];
  BlModel* const        m = view->model;
  bl_model_set(m, BL_PORT_GENRE, (float)p->genre);
  bl_model_set(m, BL_PORT_MOOD, (float)p->mood);
  bl_model_set(m, BL_PORT_ENSEMBLE, (float)p->ensemble);
  bl_model_set(m, BL_PORT_FINE_TUNE, 1.0f);
  bl_model_set(m, BL_PORT_STYLE_WEIGHT, p->style_weight);
  bl_model_set(m, BL_PORT_WEIRDNESS, p->weirdness);
  bl_model_set(m, BL_PORT_AUDIO_WEIGHT, p->audio_weight);
  bl_model_set_string(m, BL_STRING_TAGS, p->tags);
  bl_model_set_string(m, BL_STRING_NEGATIVE_TAGS, p->negative_tags);
}

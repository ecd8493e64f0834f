// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model.h"

#include <string.h>

#define FIRST ((unsigned)(BL_PORT_GENRE - BL_PORT_CONTROL_IN_FIRST))

static void
get_style(const BlModel* const model, BlModelStyle* const style)
{
  memset(style, 0, sizeof(*style)); // Compared as bytes
  for (unsigned i = FIRST; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    style->values[i] = model->controls[i];
  }
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    bl_text_copy(style->strings[i], BL_TEXT_BYTES, model->strings[i],
                 (uint32_t)strlen(model->strings[i]));
  }
}

static void
set_style(BlModel* const model, const BlModelStyle* const style)
{
  for (unsigned i = FIRST; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    bl_model_set(model, bl_params[i].port, style->values[i]);
  }
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    bl_model_set_string(model, (BlStringId)i, style->strings[i]);
  }
}

static bool
is_style(const BlModel* const model, const BlModelStyle* const style)
{
  bool same = true;
  for (unsigned i = FIRST; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    same = same && model->controls[i] == style->values[i];
  }
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    same = same && !strcmp(model->strings[i], style->strings[i]);
  }
  return same;
}

void
bl_model_begin_style(BlModel* const model)
{
  get_style(model, &model->was);
}

void
bl_model_end_style(BlModel* const model)
{
  if (!is_style(model, &model->was)) {
    model->before = model->was;
    get_style(model, &model->after);
    model->restyled = true;
  }
}

bool
bl_model_step_style(BlModel* const model, const int by)
{
  const BlModelStyle* const from = by < 0 ? &model->after : &model->before;
  const BlModelStyle* const to   = by < 0 ? &model->before : &model->after;
  const bool                fits = model->restyled && is_style(model, from);
  if (fits) {
    set_style(model, to);
  }
  return fits;
}

bool
bl_model_can_restore_style(const BlModel* const model)
{
  return model->restyled && !is_style(model, &model->before);
}

void
bl_model_restore_style(BlModel* const model)
{
  if (bl_model_can_restore_style(model)) {
    get_style(model, &model->after); // So that this can be taken back, too
    set_style(model, &model->before);
  }
}

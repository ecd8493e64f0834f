// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "layout_priv.h"

#include <math.h>

#define LABEL 88.0

static double
lay_service(const BlLayoutWork* const k, double y)
{
  BlLayout* const l    = k->out;
  const double    x    = k->x + LABEL;
  const double    part = (k->w - LABEL) / (double)BL_N_SERVICES;

  l->labels[0] = (BlRect){ k->x, y, LABEL - 8.0, l->row };
  for (int i = 0; i < (int)BL_N_SERVICES; ++i) {
    const double left = floor(i * part);
    bl_layout_add(l, BL_ITEM_CHOICE, i, x + left, y,
                  floor((i + 1) * part) - left, l->row);
  }
  return y + l->row + 2.0 * l->gap;
}

static double
lay_key(const BlLayoutWork* const k, double y)
{
  BlLayout* const l    = k->out;
  const double    x    = k->x + LABEL;
  const double    w    = k->w - LABEL - 8.0 - 120.0;
  const bool      paid = !bl_model_is_local(k->model);

  l->labels[1] = (BlRect){ k->x, y, LABEL - 8.0, l->row };
  bl_layout_add(l, BL_ITEM_KEY, 0, x, y, w, l->row)->enabled = paid;
  bl_layout_add(l, BL_ITEM_KEY_STORE, 0, x + w + 8.0, y, 120.0, l->row)
    ->enabled = paid;
  y += l->row + 4.0;
  l->key_text = (BlRect){ x, y, k->w - LABEL, 32.0 };
  return y + 32.0 + 2.0 * l->gap;
}

void
bl_layout_settings(const BlLayoutWork* const k, double y)
{
  static const BlPort toggles[] = { BL_PORT_HOST_TEMPO, BL_PORT_AUTO,
                                    BL_PORT_RECORD };

  BlLayout* const l = k->out;
  l->style          = (BlRect){ 8.0, y, l->width - 16.0, l->height - y - 8.0 };
  y += l->gap;
  l->title = (BlRect){ k->x, y, k->w - 112.0, l->row };
  bl_layout_add(l, BL_ITEM_CLOSE, 0, k->x + k->w - 104.0, y, 104.0, l->row);
  y += l->row + 2.0 * l->gap;

  y            = lay_key(k, lay_service(k, y));
  l->labels[2] = (BlRect){ k->x, y, LABEL - 8.0, l->row };
  for (size_t i = 0; i < BL_COUNT(toggles); ++i) {
    bl_layout_add(l, BL_ITEM_SETTING, (int)toggles[i], k->x + LABEL, y,
                  k->w - LABEL, l->row);
    y += l->row + 4.0;
  }
  y += 2.0 * l->gap;
  l->where = (BlRect){ k->x, y, k->w, l->row };
  bl_layout_add(l, BL_ITEM_FOLDER, 0, k->x + k->w - 168.0, y, 168.0, l->row);
  y += l->row + 2.0 * l->gap;
  l->about = (BlRect){ k->x, y, k->w, fmax(l->height - 16.0 - y, 0.0) };
  y += 48.0 + 2.0 * l->gap;
  l->keys = (BlRect){ k->x, y, k->w, fmax(l->height - 16.0 - y, 0.0) };
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "layout.h"

#include <math.h>
#include <string.h>

#define CHIP_PADDING 16.0
#define CHIP_HEIGHT 22.0
#define CAPTION 56.0
#define LEAST_WAVE 64.0 ///< Below it chips become menus

typedef struct
{
  BlLayout*         out;
  const BlModel*    model;
  const BlUnfolded* unfolded;
  PangoContext*     fonts;
  double            x; ///< Left edge of the content
  double            w; ///< Its width
} Work;

static const struct
{
  BlItemKind         kind;
  BlPort             port;
  const char* const* names;
  unsigned           count;
} chip_groups[3] = {
  { BL_ITEM_GENRE, BL_PORT_GENRE, bl_genre_names, BL_N_GENRES },
  { BL_ITEM_MOOD, BL_PORT_MOOD, bl_mood_names, BL_N_MOODS },
  { BL_ITEM_ENSEMBLE, BL_PORT_ENSEMBLE, bl_ensemble_names, BL_N_ENSEMBLES },
};

static BlItem*
add(BlLayout* const  layout,
    const BlItemKind kind,
    const int        index,
    const double     x,
    const double     y,
    const double     w,
    const double     h)
{
  if (layout->n_items == BL_ITEMS_MAX) {
    return &layout->items[BL_ITEMS_MAX - 1];
  }

  BlItem* const item = &layout->items[layout->n_items++];
  item->kind         = kind;
  item->index        = index;
  item->rect         = (BlRect){ x, y, w, h };
  item->enabled      = true;
  return item;
}

static BlRect
rect_of(const double x, const double y, const double w, const double h)
{
  return (BlRect){ x, y, w, h };
}

static void
lay_header(const Work* const k, const double h)
{
  BlLayout* const l = k->out;

  l->header = rect_of(0.0, 0.0, l->width, h);
  add(l, BL_ITEM_SERVICE, 0, k->x + 88.0, (h - 28.0) / 2.0, 148.0, 28.0);
  add(l, BL_ITEM_PRESET, 0, l->width - 8.0 - 28.0 - 8.0 - 92.0,
      (h - 28.0) / 2.0, 92.0, 28.0);
  add(l, BL_ITEM_GEAR, 0, l->width - 8.0 - 28.0, (h - 28.0) / 2.0, 28.0, 28.0);
}

/// The row above the waveform
static void
lay_take_row(const Work* const k, const double y)
{
  BlLayout* const l     = k->out;
  const double    meter = l->compact ? 112.0 : 160.0;
  double          x     = k->x;

  add(l, BL_ITEM_ARM, 0, x, y, 92.0, l->row);
  x += 92.0 + 8.0;
  add(l, BL_ITEM_METER, 0, x, y, meter, l->row);
  x += meter + 8.0;
  l->level = rect_of(x, y, 64.0, l->row);
  x += 64.0 + 16.0;

  const double right = k->x + k->w - 84.0;
  l->take_text       = rect_of(x, y, right - 8.0 - x, l->row);
  add(l, BL_ITEM_TAKES, 0, right, y, 84.0, l->row);
}

// Chips

/// Lay one group of chips from y on; @return its height.  Adds nothing where
/// `dry` is true
static double
lay_chips(const Work* const k,
          const unsigned    group,
          const double      y,
          const bool        dry)
{
  const double h     = CHIP_HEIGHT;
  const double left  = k->x + CAPTION;
  const double right = k->x + k->w;
  double       x     = left;
  double       top   = y;

  for (unsigned i = 1; i < chip_groups[group].count; ++i) {
    const double w = floor(bl_canvas_text_width(k->fonts, BL_TEXT_SMALL,
                                                chip_groups[group].names[i])) +
                     CHIP_PADDING;
    if (x + w > right && x > left) {
      x = left;
      top += h + 3.0;
    }
    if (!dry) {
      add(k->out, chip_groups[group].kind, (int)i, x, top, w, h);
    }
    x += w + 4.0;
  }
  return top + h - y;
}

static double
chips_height(const Work* const k)
{
  double height = 0.0;
  for (unsigned i = 0; i < 3; ++i) {
    height += lay_chips(k, i, 0.0, true) + k->out->gap;
  }
  return height;
}

static double
lay_groups(const Work* const k, double y)
{
  BlLayout* const l = k->out;
  if (l->compact) {
    const double w = (k->w - 16.0) / 3.0;
    for (unsigned i = 0; i < 3; ++i) {
      add(l, chip_groups[i].kind, 0, k->x + i * (w + 8.0), y, w, l->row);
    }
    return y + l->row + l->gap;
  }

  for (unsigned i = 0; i < 3; ++i) {
    l->captions[i] = rect_of(k->x, y, CAPTION - 8.0, CHIP_HEIGHT);
    y += lay_chips(k, i, y, false) + l->gap;
  }
  return y;
}

// Fields

static void
lay_field(const Work* const k,
          const BlStringId  id,
          const double      caption,
          const double      x,
          const double      y,
          const double      w)
{
  BlLayout* const l     = k->out;
  l->field_captions[id] = rect_of(x, y, caption, l->row);
  add(l, BL_ITEM_FIELD, (int)id, x + caption, y, w - caption, l->row);
}

static double
lay_fine(const Work* const k, const double y)
{
  BlLayout* const l = k->out;
  const double    w = (k->w - 3.0 * 16.0) / 4.0;
  for (int i = 0; i < 3; ++i) {
    add(l, BL_ITEM_SLIDER, i, k->x + i * (w + 16.0), y, w, l->row);
  }
  lay_field(k, BL_STRING_MODEL, 48.0, k->x + 3.0 * (w + 16.0), y, w);
  return y + l->row + l->gap;
}

static double
lay_fields(const Work* const k, double y)
{
  BlLayout* const l     = k->out;
  const double    first = floor(k->w * 0.36);

  lay_field(k, BL_STRING_TITLE, CAPTION, k->x, y, first);
  lay_field(k, BL_STRING_TAGS, 72.0, k->x + first + 16.0, y,
            k->w - first - 16.0);
  y += l->row + l->gap;

  lay_field(k, BL_STRING_NEGATIVE_TAGS, CAPTION, k->x, y, first);
  double x          = k->x + first + 16.0;
  l->gender_caption = rect_of(x, y, 72.0, l->row);
  x += 72.0;
  for (int i = 0; i < 3; ++i) {
    add(l, BL_ITEM_GENDER, i, x, y, 60.0, l->row);
    x += 60.0;
  }
  add(l, BL_ITEM_FINE, 0, k->x + k->w - 100.0, y, 100.0, l->row);
  y += l->row + l->gap;

  if (k->unfolded->fine) {
    y = lay_fine(k, y);
  }
  l->sends = rect_of(k->x, y, k->w, 16.0);
  return y + 16.0;
}

static double
fields_height(const Work* const k)
{
  const double rows = k->unfolded->fine ? 3.0 : 2.0;
  return rows * (k->out->row + k->out->gap) + 16.0;
}

// Generate and results

/// True where the error has a next step that a button can take
static bool
has_action(const BlModel* const model)
{
  BlModelTrouble trouble;
  return bl_model_trouble(model, &trouble) && bl_view_action_text(&trouble)[0];
}

static double
lay_generate(const Work* const k, double y)
{
  BlLayout* const          l      = k->out;
  const BlModelJob* const  job    = bl_model_shown_job(k->model);
  const BlModelTake* const take   = bl_model_shown_take(k->model);
  const bool               runs   = job && bl_model_job_runs(job);
  const double             h      = l->compact ? 34.0 : 40.0;
  const double             cancel = runs ? 92.0 : 0.0;

  BlItem* const button = add(l, BL_ITEM_GENERATE, 0, k->x, y, k->w - cancel, h);
  button->enabled =
    !runs && take && !take->msg.verdict && !k->model->status.follows;
  if (runs) {
    add(l, BL_ITEM_CANCEL, 0, k->x + k->w - 84.0, y, 84.0, h);
  }
  y += h + l->gap;

  const double action = has_action(k->model) ? 148.0 : 0.0;
  l->stages = rect_of(k->x, y, k->w - action, l->compact ? 24.0 : 28.0);
  if (action > 0.0) {
    add(l, BL_ITEM_ACTION, 0, k->x + k->w - 140.0, y, 140.0, l->stages.h);
  }
  return y + l->stages.h + l->gap;
}

static double
lay_results(const Work* const k, double y)
{
  BlLayout* const         l   = k->out;
  const BlModelJob* const job = bl_model_shown_job(k->model);
  const double            h   = l->strip;

  for (int i = 0; i < (int)BL_VARIANTS; ++i) {
    const bool    ready = job && job->results[i].ready;
    BlItem* const drag  = add(l, BL_ITEM_RESULT, i, k->x, y, k->w - 40.0, h);
    drag->enabled       = ready;
    add(l, BL_ITEM_RESULT_MENU, i, k->x + k->w - 32.0, y, 32.0, h)->enabled =
      ready;
    y += h + 4.0;
  }

  const bool both = job && job->results[0].ready && job->results[1].ready;
  l->foot         = rect_of(k->x, y, k->w - 124.0, 24.0);
  add(l, BL_ITEM_BOTH, 0, k->x + k->w - 116.0, y, 116.0, 24.0)->enabled = both;
  return y + 24.0;
}

static double
lower_height(const Work* const k)
{
  const BlLayout* const l = k->out;
  return (l->compact ? 34.0 + 24.0 : 40.0 + 28.0) + 2.0 * l->gap +
         2.0 * (l->strip + 4.0) + 24.0;
}

// Settings

static void
lay_settings(const Work* const k, double y)
{
  BlLayout* const l     = k->out;
  const int       asked = (int)bl_model_control(k->model, BL_PORT_SERVICE);
  const bool      paid  = asked != BL_SERVICE_LOCAL;
  const double    label = 88.0;
  const double    row   = l->row;

  l->style = rect_of(8.0, y, l->width - 16.0, l->height - y - 8.0);
  y += 44.0;
  const double part = (k->w - label - 4.0 * 6.0) / (double)BL_N_SERVICES;
  for (int i = 0; i < (int)BL_N_SERVICES; ++i) {
    add(l, BL_ITEM_CHOICE, i, k->x + label + i * (part + 6.0), y, part, row);
  }
  y += row + 16.0;

  const double key = k->w - label - 8.0 - 112.0;
  add(l, BL_ITEM_KEY, 0, k->x + label, y, key, row)->enabled = paid;
  add(l, BL_ITEM_KEY_STORE, 0, k->x + label + key + 8.0, y, 112.0, row)
    ->enabled = paid;
  y += row + 4.0;
  l->key_text = rect_of(k->x + label, y, k->w - label, 32.0);
  y += 32.0 + 8.0;

  static const BlPort toggles[] = { BL_PORT_HOST_TEMPO, BL_PORT_AUTO,
                                    BL_PORT_RECORD };
  for (size_t i = 0; i < BL_COUNT(toggles); ++i) {
    add(l, BL_ITEM_SETTING, (int)toggles[i], k->x, y, k->w, row);
    y += row + 4.0;
  }
  y += 12.0;
  add(l, BL_ITEM_FOLDER, 0, k->x, y, 180.0, row);
  l->where = rect_of(k->x + 192.0, y, k->w - 192.0, row);
  y += row + 20.0;
  add(l, BL_ITEM_CLOSE, 0, k->x + k->w - 100.0, y, 100.0, row);
}

static void
lay_main(const Work* const k, const double top)
{
  BlLayout* const l     = k->out;
  const double    pad   = l->gap + 2.0;
  const double    lower = lower_height(k);

  const double groups = l->compact ? l->row + l->gap : chips_height(k);
  const double style  = groups + fields_height(k) + 2.0 * pad;
  const double fixed  = top + style + lower + l->row + l->gap + 5.0 * pad;
  const double wave   = fmax(24.0, l->height - fixed);

  double y = top;
  l->take =
    rect_of(8.0, y, l->width - 16.0, l->row + l->gap + wave + 2.0 * pad);
  lay_take_row(k, y + pad);
  l->wave = rect_of(k->x, y + pad + l->row + l->gap, k->w, wave);
  y += l->take.h + pad;

  l->style = rect_of(8.0, y, l->width - 16.0, style);
  lay_fields(k, lay_groups(k, y + pad));
  y += style + pad;

  y          = lay_generate(k, y);
  l->results = rect_of(8.0, y, l->width - 16.0, l->height - y);
  lay_results(k, y);
}

void
bl_layout_compute(BlLayout* const         layout,
                  const BlModel* const    model,
                  const BlUnfolded* const unfolded,
                  PangoContext* const     fonts,
                  const double            width,
                  const double            height)
{
  memset(layout, 0, sizeof(*layout));
  layout->width  = width;
  layout->height = height;
  layout->row    = 28.0;
  layout->gap    = 6.0;
  layout->strip  = 36.0;

  const Work k = { layout, model, unfolded, fonts, 16.0, width - 32.0 };

  const double needed = 40.0 + chips_height(&k) + fields_height(&k) +
                        lower_height(&k) + layout->row + layout->gap + 48.0;
  layout->compact = height - needed < LEAST_WAVE;
  if (layout->compact) {
    const bool tight = unfolded->fine && height < 460.0;
    layout->row      = 26.0;
    layout->gap      = tight ? 1.0 : 4.0;
    layout->strip    = tight ? 22.0 : 26.0;
  }
  const double top = layout->compact ? 34.0 : 40.0;
  lay_header(&k, top);
  if (unfolded->settings) {
    lay_settings(&k, top);
  } else {
    lay_main(&k, top);
  }
}

const BlItem*
bl_layout_at(const BlLayout* const layout, const double x, const double y)
{
  for (size_t i = 0; i < layout->n_items; ++i) {
    if (bl_rect_contains(layout->items[i].rect, x, y)) {
      return &layout->items[i];
    }
  }
  return NULL;
}

const BlItem*
bl_layout_find(const BlLayout* const layout,
               const BlItemKind      kind,
               const int             index)
{
  for (size_t i = 0; i < layout->n_items; ++i) {
    if (layout->items[i].kind == kind && layout->items[i].index == index) {
      return &layout->items[i];
    }
  }
  return NULL;
}

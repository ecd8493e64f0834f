// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "layout_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHIP_PADDING 18.0
#define CHIP_HEIGHT 24.0
#define MORE_PADDING 40.0 ///< Of the chip that opens the rest
#define CAPTION 64.0
#define LEAST_WAVE 48.0 ///< Below it chips become menus
#define ROOMY 640.0     ///< Height from which the results grow

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

BlItem*
bl_layout_add(BlLayout* const  layout,
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

static void
lay_header(const BlLayoutWork* const k, const double h)
{
  BlLayout* const l = k->out;
  const double    b = h - (l->compact ? 6.0 : 16.0);
  const double    y = (h - b) / 2.0;

  l->header = (BlRect){ 0.0, 0.0, l->width, h };
  bl_layout_add(l, BL_ITEM_SERVICE, 0, k->x + 112.0, y, 152.0, b);
  bl_layout_add(l, BL_ITEM_PRESET, 0, k->x + k->w - b - 8.0 - 96.0, y, 96.0, b);
  bl_layout_add(l, BL_ITEM_GEAR, 0, k->x + k->w - b, y, b, b);
}

/// The row above the waveform
static void
lay_take_row(const BlLayoutWork* const k, const double y)
{
  BlLayout* const l      = k->out;
  const bool      low    = l->compact;
  const double    arm    = low ? 112.0 : 120.0;
  const double    record = low ? l->row : 120.0;
  const double    meter  = low ? 128.0 : 160.0;
  const double    gap    = low ? 4.0 : 8.0;
  double          x      = k->x;

  bl_layout_add(l, BL_ITEM_ARM, 0, x, y, arm, l->row);
  x += arm + gap;
  bl_layout_add(l, BL_ITEM_RECORD_NOW, 0, x, y, record, l->row);
  x += record + 8.0;
  bl_layout_add(l, BL_ITEM_METER, 0, x, y, meter, l->row);
  x += meter + 8.0;
  l->level = (BlRect){ x, y, 56.0, l->row };
  x += 56.0 + 8.0;
  bl_layout_add(l, BL_ITEM_TAKES, 0, x, y, k->x + k->w - x, l->row);
}

// Chips

static double
name_width(const BlLayoutWork* const k, const char* const name)
{
  return ceil(bl_canvas_text_width(k->fonts, BL_TEXT_SMALL, name));
}

/// How many chips of a group fit before the one that opens the rest
static unsigned
fitting_chips(const BlLayoutWork* const k,
              const unsigned            group,
              const double              room)
{
  unsigned n = 0;
  double   x = 0.0;
  for (unsigned i = 1; i < chip_groups[group].count; ++i) {
    x += name_width(k, chip_groups[group].names[i]) + CHIP_PADDING + 4.0;
    n += x - 4.0 <= room;
  }
  return n;
}

/// One row of chips; what does not fit goes behind the last, which says what
/// is chosen there
static void
lay_chips(const BlLayoutWork* const k, const unsigned group, const double y)
{
  const unsigned count = chip_groups[group].count;
  const double   room  = k->w - CAPTION;
  const unsigned value =
    (unsigned)bl_model_control(k->model, chip_groups[group].port);
  const char* const* names = chip_groups[group].names;
  double             more  = 0.0;
  unsigned           n     = fitting_chips(k, group, room);
  if (n + 1u < count) {
    more = name_width(k, BL_LAYOUT_MORE) + MORE_PADDING;
    n    = fitting_chips(k, group, room - more - 4.0);
    if (value > n && value < count) {
      more = fmax(more, name_width(k, names[value]) + MORE_PADDING);
      n    = fitting_chips(k, group, room - more - 4.0);
    }
  }

  double x = k->x + CAPTION;
  for (unsigned i = 1; i <= n; ++i) {
    const double w = name_width(k, names[i]) + CHIP_PADDING;
    bl_layout_add(k->out, chip_groups[group].kind, (int)i, x, y, w,
                  CHIP_HEIGHT);
    x += w + 4.0;
  }
  if (more > 0.0) {
    bl_layout_add(k->out, chip_groups[group].kind, 0, x, y, more, CHIP_HEIGHT);
  }
}

static double
groups_height(const BlLayout* const l)
{
  return l->compact ? l->row + l->gap : 3.0 * (CHIP_HEIGHT + 4.0) + 4.0;
}

static double
lay_groups(const BlLayoutWork* const k, const double y)
{
  BlLayout* const l = k->out;
  if (l->compact) {
    const double w = floor((k->w - 16.0) / 3.0);
    for (unsigned i = 0; i < 3; ++i) {
      bl_layout_add(l, chip_groups[i].kind, 0, k->x + i * (w + 8.0), y, w,
                    l->row);
    }
  }
  for (unsigned i = 0; i < 3 && !l->compact; ++i) {
    const double top = y + i * (CHIP_HEIGHT + 4.0);
    l->captions[i]   = (BlRect){ k->x, top, CAPTION - 8.0, CHIP_HEIGHT };
    lay_chips(k, i, top);
  }
  return y + groups_height(l);
}

// Fields

static void
lay_field(const BlLayoutWork* const k,
          const BlStringId          id,
          const double              caption,
          const double              x,
          const double              y,
          const double              w)
{
  BlLayout* const l     = k->out;
  l->field_captions[id] = (BlRect){ x, y, caption - 8.0, l->row };
  bl_layout_add(l, BL_ITEM_FIELD, (int)id, x + caption, y, w - caption, l->row);
}

/// The weights behind a switch of their own, then what goes without it
static double
lay_fine(const BlLayoutWork* const k, const double y)
{
  BlLayout* const l       = k->out;
  const bool      low     = l->compact;
  const double    gap     = low ? 8.0 : 16.0;
  const double    weights = low ? 80.0 : 96.0;
  const double    model   = low ? 116.0 : 152.0;
  const double    stems   = 72.0;
  const double    rest    = k->w - weights - model - stems - 5.0 * gap;
  const double    w       = floor(rest / 3.0);
  const bool      on = bl_model_control(k->model, BL_PORT_FINE_TUNE) > 0.5f;
  double          x  = k->x;

  bl_layout_add(l, BL_ITEM_SETTING, (int)BL_PORT_FINE_TUNE, x, y, weights,
                l->row);
  x += weights + gap;
  for (int i = 0; i < 3; ++i) {
    bl_layout_add(l, BL_ITEM_SLIDER, i, x, y, w, l->row)->enabled = on;
    x += w + gap;
  }
  lay_field(k, BL_STRING_MODEL, low ? 44.0 : 48.0, x, y, model);

  bl_layout_add(l, BL_ITEM_SETTING, (int)BL_PORT_STEMS, k->x + k->w - stems, y,
                stems, l->row)
    ->enabled = bl_model_is_local(k->model);
  return y + l->row + l->gap;
}

static double
lay_fields(const BlLayoutWork* const k, double y)
{
  BlLayout* const l     = k->out;
  const double    first = floor(k->w * 0.37 / 8.0) * 8.0;
  const double    x     = k->x + first + 24.0;
  const double    rest  = k->w - first - 24.0;

  lay_field(k, BL_STRING_TITLE, CAPTION, k->x, y, first);
  lay_field(k, BL_STRING_TAGS, 72.0, x, y, rest);
  y += l->row + l->gap;

  lay_field(k, BL_STRING_NEGATIVE_TAGS, CAPTION, k->x, y, first);
  l->gender_caption = (BlRect){ x, y, 64.0, l->row };
  const double part = fmin(64.0, floor((rest - 72.0 - 104.0 - 8.0) / 3.0));
  for (int i = 0; i < 3; ++i) {
    bl_layout_add(l, BL_ITEM_GENDER, i, x + 72.0 + part * i, y, part, l->row);
  }
  bl_layout_add(l, BL_ITEM_FINE, 0, k->x + k->w - 104.0, y, 104.0, l->row);
  y += l->row + l->gap;

  if (k->unfolded->fine) {
    y = lay_fine(k, y);
  }
  l->sends_caption = (BlRect){ k->x, y, CAPTION - 8.0, 16.0 };
  l->sends         = (BlRect){ k->x + CAPTION, y, k->w - CAPTION, 16.0 };
  return y + 16.0;
}

static double
fields_height(const BlLayoutWork* const k)
{
  const double rows = k->unfolded->fine ? 3.0 : 2.0;
  return rows * (k->out->row + k->out->gap) + 16.0;
}

// Generate and results

static double
button_height(const BlLayout* const l)
{
  return l->compact ? 32.0 : 48.0;
}

static double
stages_height(const BlLayout* const l)
{
  return l->compact ? 24.0 : 28.0;
}

static double
lay_generate(const BlLayoutWork* const k, double y)
{
  BlLayout* const          l      = k->out;
  const BlModelJob* const  job    = bl_model_shown_job(k->model);
  const BlModelTake* const take   = bl_model_shown_take(k->model);
  const bool               runs   = job && bl_model_job_runs(job);
  const double             h      = button_height(l);
  const double             cancel = runs ? 104.0 + 8.0 : 0.0;

  bl_layout_add(l, BL_ITEM_GENERATE, 0, k->x, y, k->w - cancel, h)->enabled =
    !runs && take && !take->msg.verdict && !k->model->status.follows &&
    !bl_model_records(k->model);
  if (runs) {
    bl_layout_add(l, BL_ITEM_CANCEL, 0, k->x + k->w - 104.0, y, 104.0, h);
  }
  y += h + 4.0;

  BlModelTrouble trouble;
  const bool     wrong = bl_model_trouble(k->model, &trouble);
  double         right = k->x + k->w;
  const double   lower = stages_height(l);
  if (wrong && bl_view_action_text(k->model, &trouble)[0]) {
    right -= 144.0;
    bl_layout_add(l, BL_ITEM_ACTION, 0, right, y, 144.0, lower);
    right -= 8.0;
  }
  if (wrong && bl_view_can_resume(k->model, &trouble)) {
    right -= 96.0;
    bl_layout_add(l, BL_ITEM_RESUME, 0, right, y, 96.0, lower);
    right -= 8.0;
  }
  if (wrong && bl_view_can_claim(&trouble)) {
    right -= 144.0;
    bl_layout_add(l, BL_ITEM_CLAIM, 0, right, y, 144.0, lower);
    right -= 8.0;
  }
  l->stages = (BlRect){ k->x, y, right - k->x, lower };
  return y + lower + 4.0;
}

static void
lay_results(const BlLayoutWork* const k, double y)
{
  BlLayout* const         l   = k->out;
  const BlModelJob* const job = bl_model_shown_results(k->model);
  const double            h   = l->strip;

  for (int i = 0; i < (int)BL_VARIANTS; ++i) {
    const bool ready = job && job->results[i].ready;
    bl_layout_add(l, BL_ITEM_RESULT, i, k->x, y, k->w - 40.0, h)->enabled =
      ready;
    bl_layout_add(l, BL_ITEM_RESULT_MENU, i, k->x + k->w - 32.0, y, 32.0, h)
      ->enabled = ready;
    y += h + 4.0;
  }

  const bool both = job && job->results[0].ready && job->results[1].ready;
  double     room = k->w - 112.0;
  size_t     at   = 0;
  if (bl_model_results(k->model, &at) > 1u) {
    room -= 128.0 + 8.0;
    bl_layout_add(l, BL_ITEM_RESULTS, 0, k->x + room + 8.0, y, 128.0, 24.0);
  }
  l->foot = (BlRect){ k->x, y, room, 24.0 };
  bl_layout_add(l, BL_ITEM_BOTH, 0, k->x + k->w - 104.0, y, 104.0, 24.0)
    ->enabled = both;
}

static double
lower_height(const BlLayout* const l)
{
  return button_height(l) + stages_height(l) + 8.0 + 2.0 * (l->strip + 4.0) +
         24.0 + l->gap;
}

static double
header_height(const BlLayout* const l)
{
  return l->compact ? 32.0 : 48.0;
}

/// Everything but the waveform
static double
fixed_height(const BlLayoutWork* const k)
{
  const BlLayout* const l = k->out;
  return header_height(l) + 3.0 * l->gap + l->row + // Take
         l->gap + 2.0 * l->gap + groups_height(l) + fields_height(k) + l->gap +
         lower_height(l);
}

static void
lay_main(const BlLayoutWork* const k)
{
  BlLayout* const l    = k->out;
  const double    gap  = l->gap;
  const double    wave = fmax(24.0, l->height - fixed_height(k));
  double          y    = header_height(l);

  l->take = (BlRect){ 8.0, y, l->width - 16.0, l->row + wave + 3.0 * gap };
  lay_take_row(k, y + gap);
  l->wave = (BlRect){ k->x, y + 2.0 * gap + l->row, k->w, wave };
  y += l->take.h + gap;

  const double style = groups_height(l) + fields_height(k) + 2.0 * gap;
  l->style           = (BlRect){ 8.0, y, l->width - 16.0, style };
  lay_fields(k, lay_groups(k, y + gap));
  y += style + gap;

  lay_results(k, lay_generate(k, y));
}

static void
measure(BlLayoutWork* const k, const bool compact)
{
  BlLayout* const l = k->out;
  l->compact        = compact;
  l->row            = compact ? 26.0 : 28.0;
  l->gap            = compact ? 4.0 : 8.0;
  l->strip          = compact ? 24.0 : 36.0;
  k->x              = compact ? 16.0 : 24.0;
  k->w              = l->width - 2.0 * k->x;
  l->left           = k->x;
  l->right          = k->x + k->w;
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

  BlLayoutWork k = { layout, model, unfolded, fonts, 0.0, 0.0 };
  measure(&k, false);
  if (height - fixed_height(&k) < LEAST_WAVE) {
    measure(&k, true);
  } else { // Part of what is to spare goes to the results
    layout->strip += fmin(floor(fmax(height - ROOMY, 0.0) / 20.0) * 2.0, 28.0);
  }
  lay_header(&k, header_height(layout));
  if (unfolded->settings) {
    bl_layout_settings(&k, header_height(layout));
  } else {
    lay_main(&k);
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

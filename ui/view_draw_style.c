// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include "base/tags.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char* const        group_names[3]  = { "Genre", "Mood", "Band" };
static const BlPort             group_ports[3]  = { BL_PORT_GENRE, BL_PORT_MOOD,
                                                    BL_PORT_ENSEMBLE };
static const BlItemKind         group_items[3]  = { BL_ITEM_GENRE, BL_ITEM_MOOD,
                                                    BL_ITEM_ENSEMBLE };
static const char* const* const group_labels[3] = { bl_genre_names,
                                                    bl_mood_names,
                                                    bl_ensemble_names };

/// What a group's menu is called by: the choice that has no chip of its own
static void
draw_group_menu(BlView* const         view,
                const BlCanvas* const canvas,
                const BlItem* const   item,
                const int             g)
{
  const BlLayout* const l = &view->layout;
  const int  value        = (int)bl_model_control(view->model, group_ports[g]);
  const bool hidden       = value && !bl_layout_find(l, group_items[g], value);
  char       text[BL_NAME_BYTES];
  if (l->compact) {
    snprintf(text, sizeof(text), "%s: %s", group_names[g],
             value ? group_labels[g][value] : "any");
  } else {
    snprintf(text, sizeof(text), "%s",
             hidden ? group_labels[g][value] : BL_LAYOUT_MORE);
  }
  bl_view_draw_opener(view, canvas, item,
                      hidden ? BL_BUTTON_CHOSEN : BL_BUTTON_PLAIN, BL_ICON_DOWN,
                      text);
}

static void
draw_groups(BlView* const view, const BlCanvas* const canvas)
{
  const BlLayout* const l = &view->layout;
  for (int g = 0; g < 3; ++g) {
    const int value = (int)bl_model_control(view->model, group_ports[g]);
    if (!l->compact) {
      bl_canvas_text(canvas, l->captions[g], BL_ALIGN_LEFT, BL_TEXT_SMALL,
                     BL_COLOR_DIM, group_names[g]);
    }
    for (size_t i = 0; i < l->n_items; ++i) {
      const BlItem* const item = &l->items[i];
      if (item->kind == group_items[g] && item->index) {
        bl_view_draw_button(view, canvas, item,
                            item->index == value ? BL_BUTTON_CHOSEN
                                                 : BL_BUTTON_PLAIN,
                            group_labels[g][item->index]);
      } else if (item->kind == group_items[g]) {
        draw_group_menu(view, canvas, item, g);
      }
    }
  }
}

static void
draw_slider(BlView* const         view,
            const BlCanvas* const canvas,
            const BlItem* const   item)
{
  static const char* const names[] = { "Style", "Weirdness", "Voice weight" };
  static const BlPort      ports[] = { BL_PORT_STYLE_WEIGHT, BL_PORT_WEIRDNESS,
                                       BL_PORT_AUDIO_WEIGHT };

  const BlRect r     = item->rect;
  const BlPort port  = ports[item->index];
  const float  value = bl_model_control(view->model, port);
  const float  usual = bl_params[port - BL_PORT_CONTROL_IN_FIRST].normal;
  const bool   lit =
    item->enabled && (bl_view_is(view->hover, item->kind, item->index) ||
                      bl_view_is(view->pressed, item->kind, item->index));
  const bool   on   = item->enabled;
  const double left = r.x + BL_VIEW_KNOB;
  const double wide = r.w - 2.0 * BL_VIEW_KNOB;
  const double y    = r.y + r.h - BL_VIEW_KNOB - 1.0;
  const double x    = left + wide * (double)value;
  const double tick = left + wide * (double)usual;
  char         text[32];

  // The value stands beside its name, not at the far end
  const double name =
    bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, names[item->index]);
  const BlRect label  = { r.x, r.y, name + 2.0, r.h - 2.0 * BL_VIEW_KNOB };
  const BlRect number = { r.x + name + 8.0, r.y, 40.0, label.h };
  snprintf(text, sizeof(text), "%.2f", (double)value);
  bl_canvas_text(canvas, label, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 on ? BL_COLOR_DIM : BL_COLOR_OFF, names[item->index]);
  bl_canvas_text(canvas, number, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 on ? BL_COLOR_TEXT : BL_COLOR_OFF, text);
  bl_canvas_line(canvas, tick, y - 5.0, tick, y + 5.0, 1.0, BL_COLOR_LINE);
  bl_canvas_line(canvas, r.x, y, r.x + r.w, y, 3.0, BL_COLOR_LINE);
  bl_canvas_line(canvas, r.x, y, x, y, 3.0,
                 on ? BL_COLOR_ACCENT : BL_COLOR_LINE);
  const double q    = lit ? BL_VIEW_KNOB + 1.0 : BL_VIEW_KNOB;
  const BlRect knob = { x - q, y - q, 2.0 * q, 2.0 * q };
  bl_canvas_fill(canvas, knob, q,
                 !on   ? BL_COLOR_LINE
                 : lit ? BL_COLOR_ACCENT_HOVER
                       : BL_COLOR_ACCENT);
  bl_view_draw_focus(view, canvas, item);
}

static void
draw_gender(BlView* const view, const BlCanvas* const canvas)
{
  static const char* const names[] = { "Any", "Male", "Female" };
  const BlLayout* const    l       = &view->layout;
  const int value = (int)bl_model_control(view->model, BL_PORT_VOCAL_GENDER);

  bl_canvas_text(canvas, l->gender_caption, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 BL_COLOR_DIM, "Voice");
  const BlItem* const first = bl_layout_find(l, BL_ITEM_GENDER, 0);
  const BlRect ground = { first->rect.x, first->rect.y, 3.0 * first->rect.w,
                          first->rect.h };
  bl_view_draw_segments_ground(canvas, ground);
  for (int i = 0; i < 3; ++i) {
    bl_view_draw_segment(view, canvas, bl_layout_find(l, BL_ITEM_GENDER, i),
                         i == value, names[i]);
  }
}

static void
draw_fields(BlView* const view, const BlCanvas* const canvas)
{
  static const char* const names[BL_N_STRINGS] = { "Title", "More tags",
                                                   "Avoid", "Model" };
  const BlLayout* const    l                   = &view->layout;

  for (size_t i = 0; i < l->n_items; ++i) {
    const BlItem* const item = &l->items[i];
    if (item->kind == BL_ITEM_FIELD) {
      bl_canvas_text(canvas, l->field_captions[item->index], BL_ALIGN_LEFT,
                     BL_TEXT_SMALL, BL_COLOR_DIM, names[item->index]);
      bl_view_draw_field(view, canvas, bl_view_ref(item), item->rect);
    } else if (item->kind == BL_ITEM_SLIDER) {
      draw_slider(view, canvas, item);
    } else if (item->kind == BL_ITEM_SETTING) {
      bl_view_draw_toggle(view, canvas, item);
    }
  }
}

bool
bl_view_sends_text(const BlView* const view, char tags[BL_TEXT_BYTES])
{
  const BlModel* const     m    = view->model;
  const BlModelTake* const take = bl_model_shown_take(m);
  const bool use_tempo = take && bl_model_control(m, BL_PORT_HOST_TEMPO) > 0.5f;
  const BlTagParts parts = { (unsigned)bl_model_control(m, BL_PORT_GENRE),
                             (unsigned)bl_model_control(m, BL_PORT_MOOD),
                             (unsigned)bl_model_control(m, BL_PORT_ENSEMBLE),
                             use_tempo ? (double)take->msg.bpm : 0.0,
                             use_tempo ? (unsigned)take->msg.beats_per_bar : 0u,
                             use_tempo ? (unsigned)take->msg.beat_unit : 0u,
                             view->edits[BL_STRING_TAGS].text };
  bl_tags_compose(&parts, tags);
  const bool chosen = tags[0];
  if (!chosen) { // As bl_service_fill() does
    snprintf(tags, BL_TEXT_BYTES, "accompaniment");
  }
  return chosen;
}

static void
draw_sends(BlView* const view, const BlCanvas* const canvas)
{
  char       tags[BL_TEXT_BYTES];
  char       count[32];
  const bool chosen = bl_view_sends_text(view, tags);
  snprintf(count, sizeof(count), "%zu/%u", bl_utf8_count(tags), BL_TAGS_CHARS);

  const BlRect line = view->layout.sends;
  const BlRect left = { line.x, line.y, line.w - 72.0, line.h };
  bl_canvas_text(canvas, view->layout.sends_caption, BL_ALIGN_LEFT,
                 BL_TEXT_SMALL, BL_COLOR_DIM, "Sends");
  bl_canvas_text(canvas, left, BL_ALIGN_LEFT, BL_TEXT_SMALL,
                 chosen ? BL_COLOR_TEXT : BL_COLOR_DIM, tags);
  bl_canvas_text(canvas, line, BL_ALIGN_RIGHT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 count);
}

void
bl_view_draw_style(BlView* const view, const BlCanvas* const canvas)
{
  // What is sent although it may be folded away
  const bool fine = bl_model_control(view->model, BL_PORT_FINE_TUNE) > 0.5f ||
                    bl_model_control(view->model, BL_PORT_STEMS) > 0.5f ||
                    view->edits[BL_STRING_MODEL].length;

  bl_canvas_panel(canvas, view->layout.style);
  draw_groups(view, canvas);
  draw_fields(view, canvas);
  draw_gender(view, canvas);
  bl_view_draw_opener(
    view, canvas, bl_layout_find(&view->layout, BL_ITEM_FINE, 0),
    fine ? BL_BUTTON_CHOSEN : BL_BUTTON_PLAIN,
    view->unfolded.fine ? BL_ICON_DOWN : BL_ICON_RIGHT, "Fine-tune");
  draw_sends(view, canvas);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

BlView*
bl_view_new(BlModel* const model, const BlViewHost* const host)
{
  BlView* const view = (BlView*)calloc(1, sizeof(BlView));
  if (!view) {
    return NULL;
  }

  view->model = model;
  view->host  = *host;
  view->fonts = bl_canvas_fonts_new();
  if (!view->fonts) {
    free(view);
    return NULL;
  }
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    bl_edit_init(&view->edits[i], bl_strings[i].max_chars);
  }
  bl_edit_init(&view->key, BL_NAME_BYTES - 1u);
  bl_view_resize(view, 880.0, 600.0);
  return view;
}

void
bl_view_free(BlView* const view)
{
  if (view) {
    explicit_bzero(&view->key, sizeof(view->key));
    for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
      bl_undo_clear(&view->undos[i]);
    }
    bl_canvas_fonts_free(view->fonts);
    free(view);
  }
}

// Damage

void
bl_view_damage_rect(BlView* const view, const BlRect rect)
{
  // Focus rings and antialiasing reach a little over the edge
  const BlRect r = bl_rect_inset(rect, -4.0);
  if (!view->damaged) {
    view->damage  = r;
    view->damaged = true;
    return;
  }

  const double right  = fmax(view->damage.x + view->damage.w, r.x + r.w);
  const double bottom = fmax(view->damage.y + view->damage.h, r.y + r.h);
  view->damage.x      = fmin(view->damage.x, r.x);
  view->damage.y      = fmin(view->damage.y, r.y);
  view->damage.w      = right - view->damage.x;
  view->damage.h      = bottom - view->damage.y;
}

void
bl_view_damage_all(BlView* const view)
{
  const BlRect all = { 0.0, 0.0, view->layout.width, view->layout.height };
  bl_view_damage_rect(view, all);
}

void
bl_view_damage_item(BlView* const view, const BlItemRef ref)
{
  const BlItem* const item = bl_layout_find(&view->layout, ref.kind, ref.index);
  if (item) {
    bl_view_damage_rect(view, item->rect);
  }
}

bool
bl_view_damage(BlView* const view, BlRect* const rect)
{
  if (!view->damaged) {
    return false;
  }

  const double left = fmax(view->damage.x, 0.0);
  const double top  = fmax(view->damage.y, 0.0);
  const double right =
    fmin(view->damage.x + view->damage.w, view->layout.width);
  const double bottom =
    fmin(view->damage.y + view->damage.h, view->layout.height);
  *rect = (BlRect){ left, top, right - left, bottom - top };
  return right > left && bottom > top;
}

// Items

BlItemRef
bl_view_ref(const BlItem* const item)
{
  const BlItemRef ref = { item ? item->kind : BL_ITEM_NONE,
                          item ? item->index : 0 };
  return ref;
}

bool
bl_view_is(const BlItemRef ref, const BlItemKind kind, const int index)
{
  return ref.kind == kind && ref.index == index;
}

BlEdit*
bl_view_edit_of(BlView* const view, const BlItemRef ref)
{
  return ref.kind == BL_ITEM_KEY ? &view->key
         : ref.kind == BL_ITEM_FIELD && ref.index >= 0 &&
             ref.index < (int)BL_N_STRINGS
           ? &view->edits[ref.index]
           : NULL;
}

bool
bl_view_edits(const BlView* const view)
{
  return view->has_keyboard &&
         (view->focus.kind == BL_ITEM_FIELD || view->focus.kind == BL_ITEM_KEY);
}

const BlLayout*
bl_view_layout(const BlView* const view)
{
  return &view->layout;
}

const BlItem*
bl_view_focused(const BlView* const view)
{
  return bl_layout_find(&view->layout, view->focus.kind, view->focus.index);
}

BlRect
bl_view_caret(BlView* const view)
{
  const BlItem* const item =
    bl_layout_find(&view->layout, view->focus.kind, view->focus.index);
  if (!item || !bl_view_is_field(view->focus)) {
    return (BlRect){ 0.0, 0.0, 1.0, 1.0 };
  }

  char         left[32];
  const double room = bl_view_field_room(view, view->focus, item->rect, left);
  const BlViewLine line = bl_view_line(view, view->focus, room);
  const double     x    = item->rect.x + BL_VIEW_FIELD_PAD - view->scroll +
                   bl_view_line_x(line, line.caret);
  g_object_unref(line.layout);
  return (BlRect){ x, item->rect.y, 1.0, item->rect.h };
}

// Time and change

static void
lay_out(BlView* const view)
{
  const size_t before = view->layout.n_items;
  bl_layout_compute(&view->layout, view->model, &view->unfolded, view->fonts,
                    view->layout.width, view->layout.height);
  if (view->layout.n_items != before || view->stale) {
    bl_view_damage_all(view);
  }
  view->stale = false;
}

void
bl_view_resize(BlView* const view, const double width, const double height)
{
  view->layout.width  = fmax(width, 320.0);
  view->layout.height = fmax(height, 240.0);
  view->menu.open     = false;
  view->stale         = true;
  lay_out(view);
}

/// Texts that came from the plugin go into fields nobody types in
static void
take_strings(BlView* const view)
{
  for (int i = 0; i < (int)BL_N_STRINGS; ++i) {
    const bool typing =
      bl_view_edits(view) && bl_view_is(view->focus, BL_ITEM_FIELD, i);
    BlEdit* const edit = &view->edits[i];
    if (!typing && strcmp(edit->text, view->model->strings[i]) != 0) {
      if (edit->length) { // A preset's words can be taken back
        bl_undo_keep(&view->undos[i], edit, BL_UNDO_NONE);
      }
      bl_edit_set(edit, view->model->strings[i]);
      bl_view_damage_rect(view, view->layout.style);
    }
  }
}

static void
damage_clock(BlView* const view)
{
  const BlModelJob* const job = bl_model_shown_job(view->model);
  if (job && bl_model_job_runs(job)) {
    const int second = (int)bl_model_elapsed(job, view->now);
    if (second != view->second) {
      view->second = second;
      bl_view_damage_rect(view, view->layout.stages);
    }
  }
}

void
bl_view_update(BlView* const view, const double now)
{
  BlModel* const m = view->model;

  view->now = now;
  bl_model_tick(m, now);
  const unsigned changed = m->changed;
  m->changed             = 0u;
  bl_view_match_key(view);
  if (m->passed[0]) {
    bl_view_tell(view, m->passed);
    m->passed[0] = '\0';
  }

  if (changed & BL_CHANGED_METER) {
    bl_view_damage_item(view, (BlItemRef){ BL_ITEM_METER, 0 });
    bl_view_damage_rect(view, view->layout.level);
  }
  if (changed & BL_CHANGED_WAVE) {
    bl_view_damage_rect(view, view->layout.wave);
    bl_view_damage_item(view, (BlItemRef){ BL_ITEM_TAKES, 0 });
  }
  if (changed & BL_CHANGED_STRINGS) {
    take_strings(view);
  }
  if (changed & (BL_CHANGED_CONTROLS | BL_CHANGED_STATUS | BL_CHANGED_TAKES |
                 BL_CHANGED_JOBS | BL_CHANGED_STRINGS)) {
    lay_out(view);
    if (changed & (BL_CHANGED_TAKES | BL_CHANGED_JOBS)) {
      bl_view_refresh_menu(view);
    }
    bl_view_damage_all(view);
  } else if (view->stale) {
    lay_out(view);
  }

  damage_clock(view);
  if (view->told[0] && now > view->told_until) {
    view->told[0] = '\0';
    bl_view_damage_all(view);
  }
}

// What others tell

static void
keep_sentence(char text[BL_MESSAGE_BYTES], const char* const sentence)
{
  bl_text_copy(text, BL_MESSAGE_BYTES, sentence, (uint32_t)strlen(sentence));
}

void
bl_view_tell(BlView* const view, const char* const sentence)
{
  keep_sentence(view->told, sentence);
  view->told_until = view->now + BL_TELL_S;
  bl_view_damage_all(view);
}

static void
forget_key(BlView* const view)
{
  explicit_bzero(&view->key, sizeof(view->key));
  bl_edit_init(&view->key, BL_NAME_BYTES - 1u);
  bl_view_damage_all(view);
}

void
bl_view_key_result(BlView* const     view,
                   const bool        good,
                   const char* const sentence)
{
  keep_sentence(view->key_told, sentence);
  view->key_busy = false;
  view->key_good = good;
  // It is kept also where the service could not be asked; and what was refused
  // is typed anew: dots cannot be corrected
  forget_key(view);
}

void
bl_view_match_key(BlView* const view)
{
  const char* const name = bl_model_service(view->model);
  if (strcmp(view->key_for, name)) {
    snprintf(view->key_for, sizeof(view->key_for), "%s", name);
    view->key_told[0] = '\0';
    forget_key(view);
  }
}

void
bl_view_copy(BlView* const     view,
             const char* const text,
             const char* const sentence)
{
  if (view->host.copy) {
    view->host.copy(view->host.handle, text, strlen(text), false);
    bl_view_tell(view, sentence);
  }
}

void
bl_view_focus(BlView* const view, const bool has_keyboard)
{
  if (view->has_keyboard != has_keyboard) {
    if (!has_keyboard) {
      bl_view_commit(view, view->focus);
    }
    view->has_keyboard = has_keyboard;
    bl_view_damage_item(view, view->focus);
  }
}

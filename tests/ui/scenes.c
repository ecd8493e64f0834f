// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "scenes.h"

#include "scene_list.h"
#include "scene_says.h"
#include "view_priv.h"

#include <stdio.h>
#include <string.h>

#define NOW BL_SCENE_NOW

static void
folk(BlModel* const m)
{
  bl_model_set(m, BL_PORT_GENRE, 3);
  bl_model_set(m, BL_PORT_MOOD, 1);
  bl_model_set(m, BL_PORT_ENSEMBLE, 1);
  bl_model_set_string(m, BL_STRING_TAGS, "fingerpicked guitar");
  bl_model_set_string(m, BL_STRING_TITLE, "Morning song");
}

void
scene_fresh(BlModel* const m, BlView* const v)
{
  (void)v;
  say_status(m, BL_SHOWN_IDLE, BL_SUCCESS);
}

/// In a host that has none
void
scene_no_transport(BlModel* const m, BlView* const v)
{
  (void)v;
  say_no_transport(m);
}

void
scene_armed(BlModel* const m, BlView* const v)
{
  (void)v;
  bl_model_port(m, BL_PORT_ARM, 1.0f);
  say_status(m, BL_SHOWN_ARMED, BL_SUCCESS);
  say_level(m, -12.3f, false);
}

void
scene_recording(BlModel* const m, BlView* const v)
{
  scene_armed(m, v);
  say_status(m, BL_SHOWN_RECORDING, BL_SUCCESS);
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_LIVE);
  BlLiveMsg* const l = &msg.as.live;
  l->rate            = 48000;
  l->channels        = 1;
  l->frames          = 48000 * 21;
  l->has_bar         = true;
  l->bar             = 16;
  l->bpm             = 92.0f;
  l->beats_per_bar   = 4.0f;
  l->per_second      = 20;
  l->peaks.count     = 2u * 420u;
  for (uint32_t i = 0; i < 420u; ++i) {
    say_pair(&l->peaks.values[2u * i], 0, i, 840u);
  }
  bl_model_message(m, &msg, NOW);
}

/// By hand, without bars
void
scene_recording_now(BlModel* const m, BlView* const v)
{
  scene_recording(m, v);
  bl_model_port(m, BL_PORT_ARM, 0.0f);
  bl_model_port(m, BL_PORT_RECORD, 1.0f);
  m->live.msg.has_bar = false;
}

void
scene_bounced(BlModel* const m, BlView* const v)
{
  scene_armed(m, v);
  folk(m);
  say_take(m, 0, 12.0);
  say_take(m, 1, 30.0);
  say_take(m, 2, 42.0);
  say_status(m, BL_SHOWN_TAKE, BL_SUCCESS);
}

void
scene_uploading(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  say_job(m, BL_SHOWN_UPLOADING, BL_SUCCESS, 12.0f);
}

void
scene_listening(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  say_job(m, BL_SHOWN_LISTENING, BL_SUCCESS, 55.0f);
}

void
scene_first_ready(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  say_job(m, BL_SHOWN_FIRST, BL_SUCCESS, 75.0f);
  say_result(m, 1);
}

void
scene_done(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  say_job(m, BL_SHOWN_DONE, BL_SUCCESS, 100.0f);
  say_result(m, 1);
  say_result(m, 2);
}

void
scene_no_credits(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_model_port(m, BL_PORT_SERVICE, 2.0f);
  say_job(m, BL_SHOWN_FAILED, BL_NO_CREDITS, 30.0f);
  snprintf(m->jobs[0].msg.service, BL_NAME_BYTES, "sunoapi");
}

void
scene_no_key(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_model_port(m, BL_PORT_SERVICE, 2.0f);
  say_job(m, BL_SHOWN_FAILED, BL_NO_KEY, 5.0f);
}

void
scene_unsure(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_model_port(m, BL_PORT_SERVICE, 3.0f);
  say_job(m, BL_SHOWN_UNSURE, BL_UNSURE, 40.0f);
  snprintf(m->jobs[0].msg.service, BL_NAME_BYTES, "kie");
}

/// As by the mouse, in the item's middle
static void
press(BlView* const v, const BlItemKind kind, const int index, const bool let)
{
  bl_view_update(v, NOW);
  const BlItem* const item = bl_layout_find(bl_view_layout(v), kind, index);
  if (item) {
    const double x = item->rect.x + item->rect.w / 2.0;
    const double y = item->rect.y + item->rect.h / 2.0;
    bl_view_motion(v, x, y, false);
    bl_view_press(v, x, y, 1, 0u, NOW);
    if (let) {
      bl_view_release(v, x, y, 1);
      bl_view_leave(v);
    }
  }
}

void
scene_settings(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_model_port(m, BL_PORT_SERVICE, 2.0f);
  press(v, BL_ITEM_GEAR, 0, true);
}

void
scene_key_tested(BlModel* const m, BlView* const v)
{
  scene_settings(m, v);
  bl_view_focus(v, true);
  press(v, BL_ITEM_KEY, 0, true);
  bl_view_text(v, "secret-key", 10, 0u);
  bl_view_key_result(v, false,
                     "sunoapi.org: The service does not accept that key; "
                     "nothing was kept.");
}

void
scene_takes_menu(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  press(v, BL_ITEM_TAKES, 0, true);
}

void
scene_old_take(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  bl_model_choose(m, say_takes[1]);
}

void
scene_long_title(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_model_set_string(m, BL_STRING_TITLE,
                      "Ein ausgesprochen langer Titel, der nirgends "
                      "hineinpasst und gek\u00fcrzt wird");
  bl_model_set_string(m, BL_STRING_TAGS,
                      "\u0433\u0438\u0442\u0430\u0440\u0430, "
                      "\u03ba\u03b9\u03b8\u03ac\u03c1\u03b1, "
                      "\u05d2\u05d9\u05d8\u05e8\u05d4");
  bl_view_focus(v, true);
  press(v, BL_ITEM_FIELD, (int)BL_STRING_TITLE, true);
  bl_view_key(v, BL_KEY_END, 0u);
  bl_view_key(v, BL_KEY_LEFT, BL_MOD_SHIFT | BL_MOD_CONTROL);
}

/// Right to left, with what is selected in two pieces, and other scripts
void
scene_scripts(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_model_set_string(m, BL_STRING_TITLE,
                      "\u671d\u306e\u6b4c\uff08\u6625"
                      "\uff09");
  bl_model_set_string(m, BL_STRING_TAGS,
                      "\u0639\u0648\u062f, oud, \u062f\u0631\u0628\u0643"
                      "\u0629");
  bl_model_set_string(m, BL_STRING_NEGATIVE_TAGS,
                      "\u0939\u093f\u0928\u094d\u0926\u0940, "
                      "\u05d2\u05d9\u05d8\u05e8\u05d4");
  bl_view_focus(v, true);
  press(v, BL_ITEM_FIELD, (int)BL_STRING_TAGS, true);
  bl_view_key(v, BL_KEY_HOME, 0u);
  for (int i = 0; i < 7; ++i) {
    bl_view_key(v, BL_KEY_LEFT, BL_MOD_SHIFT);
  }
}

/// What lies behind the last chip is chosen; the pointer rests on another
void
scene_hidden_chips(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_model_set(m, BL_PORT_GENRE, 18);
  bl_model_set(m, BL_PORT_ENSEMBLE, 13);
  bl_view_update(v, NOW);
  const BlItem* const chip = bl_layout_find(bl_view_layout(v), BL_ITEM_MOOD, 3);
  bl_view_motion(v, chip->rect.x + 8.0, chip->rect.y + 8.0, false);
}

void
scene_chips_menu(BlModel* const m, BlView* const v)
{
  scene_hidden_chips(m, v);
  press(v, BL_ITEM_GENRE, 0, true);
}

void
scene_result_menu(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  press(v, BL_ITEM_RESULT_MENU, 0, true);
}

/// The same of a paid service: the voice can be taken out
void
scene_voice_menu(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  for (size_t i = 0; i < m->n_jobs; ++i) {
    snprintf(m->jobs[i].msg.service, BL_NAME_BYTES, "kie");
    snprintf(m->jobs[i].msg.task, BL_NAME_BYTES, "b8716826954d0f4e");
  }
  press(v, BL_ITEM_RESULT_MENU, 1, true);
}

/// The same with stems, the pointer on one of them
void
scene_stems_menu(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  say_stems(m);
  press(v, BL_ITEM_RESULT_MENU, 0, true);
  const BlRect r = v->menu.rect;
  bl_view_motion(v, r.x + 40.0, r.y + r.h - 4.0 * v->menu.row, false);
}

void
scene_result_hover(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  bl_view_update(v, NOW);
  const BlItem* const item =
    bl_layout_find(bl_view_layout(v), BL_ITEM_RESULT, 0);
  bl_view_motion(v, item->rect.x + 80.0, item->rect.y + 8.0, false);
}

void
scene_focus(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  bl_view_focus(v, true);
  press(v, BL_ITEM_BOTH, 0, true);
  bl_view_key(v, BL_KEY_TAB, BL_MOD_SHIFT);
  bl_view_key(v, BL_KEY_TAB, BL_MOD_SHIFT);
}

void
scene_held(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  press(v, BL_ITEM_GENERATE, 0, false);
}

void
scene_fine(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  press(v, BL_ITEM_FINE, 0, true);
  bl_model_set(m, BL_PORT_FINE_TUNE, 1.0f);
  bl_model_set(m, BL_PORT_WEIRDNESS, 0.35f);
  bl_model_set(m, BL_PORT_STEMS, 1.0f);
}

/// Unfolded, which sends nothing by itself
void
scene_unfolded(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  press(v, BL_ITEM_FINE, 0, true);
}

void
scene_paid(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  bl_model_port(m, BL_PORT_SERVICE, 2.0f);
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_STATUS);
  msg.as.status         = m->status;
  msg.as.status.credits = 84.0f;
  snprintf(msg.as.status.service, BL_NAME_BYTES, "sunoapi");
  bl_model_message(m, &msg, NOW);
  bl_message_init(&msg, BL_MSG_JOB);
  msg.as.job       = bl_model_shown_job(m)->msg;
  msg.as.job.price = 12.0f;
  snprintf(msg.as.job.service, BL_NAME_BYTES, "sunoapi");
  bl_model_message(m, &msg, NOW);
}

void
scene_cancelled(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  say_job(m, BL_SHOWN_CANCELLED, BL_CANCELLED, 30.0f);
}

void
scene_offline(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_model_port(m, BL_PORT_SERVICE, 2.0f);
  say_words(m, 1, BL_SHOWN_CHECKING,
            "The service cannot be reached. Check the network; Backline goes "
            "on by itself.");
}

void
scene_noted(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  say_words(m, 1, BL_SHOWN_DONE, "Not understood: walking, kazoo, solo");
}

/// What an earlier job brought stays
void
scene_cancelled_again(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  bl_model_port(m, BL_PORT_SERVICE, 2.0f);
  say_words(m, 2, BL_SHOWN_CANCELLED,
            "Cancelled. Press Generate to start anew; the take is kept.");
}

/// Everything at once that can be wrong with a take
void
scene_damaged(BlModel* const m, BlView* const v)
{
  scene_armed(m, v);
  say_level(m, 0.5f, true);
  say_take(m, 2, 8.0);
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_TAKE);
  msg.as.take         = m->takes[0].msg;
  msg.as.take.filled  = 8192;
  msg.as.take.clipped = 37;
  msg.as.take.invalid = 3;
  bl_model_message(m, &msg, NOW);
  BlWave* const wave = &m->takes[0].wave;
  for (uint32_t i = 500; i < 520; ++i) {
    wave->values[2u * i]      = 0.0f;
    wave->values[2u * i + 1u] = 0.0f;
  }
  for (uint32_t i = 48; i < 56; ++i) {
    wave->values[2u * i]      = -1.0f;
    wave->values[2u * i + 1u] = 1.0f;
  }
  say_status(m, BL_SHOWN_TAKE, BL_SUCCESS);
}

void
scene_silent(BlModel* const m, BlView* const v)
{
  scene_armed(m, v);
  say_take(m, 2, 12.0);
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_TAKE);
  msg.as.take         = m->takes[0].msg;
  msg.as.take.verdict = BL_TAKE_SILENT;
  bl_model_message(m, &msg, NOW);
  memset(m->takes[0].wave.values, 0, sizeof(m->takes[0].wave.values));
  say_status(m, BL_SHOWN_IDLE, BL_TAKE_SILENT);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "scene_list.h"

#include "scene_says.h"
#include "scenes.h"
#include "view_priv.h"

#include <stdio.h>
#include <string.h>

/// The shown take was generated three times
static void
made_thrice(BlModel* const m, BlView* const v)
{
  static const char* const tags[] = {
    "folk, warm, acoustic trio, 92 bpm, 4/4, fingerpicked guitar",
    "bossa nova, calm, jazz trio, 92 bpm, 4/4",
    "ballad, piano & strings",
  };
  static const char* const services[] = { "local", "local", "kie" };
  scene_done(m, v);
  const BlModelJob first = *bl_model_shown_job(m);
  for (int i = 0; i < 3; ++i) {
    BlMessage msg;
    bl_message_init(&msg, BL_MSG_JOB);
    msg.as.job     = first.msg;
    msg.as.job.job = i + 1;
    snprintf(msg.as.job.sent_tags, BL_TEXT_BYTES, "%s", tags[i]);
    snprintf(msg.as.job.service, BL_NAME_BYTES, "%s", services[i]);
    snprintf(msg.as.job.created, BL_TAKE_ID_BYTES, "2026-11-22T10:%d:11Z",
             14 + 6 * i);
    bl_model_message(m, &msg, BL_SCENE_NOW);
    for (int32_t variant = 1; variant <= (i == 1 ? 1 : 2); ++variant) {
      say_result_of(m, i + 1, variant);
    }
  }
}

void
scene_made_before(BlModel* const m, BlView* const v)
{
  made_thrice(m, v);
  bl_model_choose_results(m, 1);
}

void
scene_results_menu(BlModel* const m, BlView* const v)
{
  made_thrice(m, v);
  bl_view_update(v, BL_SCENE_NOW);
  bl_view_activate(v, (BlItemRef){ BL_ITEM_RESULTS, 0 });
}

/// Another take is recorded: whose the results are is said
void
scene_recording_again(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  scene_recording(m, v);
}

/// A preset was chosen: it can be taken back
void
scene_presets_back(BlModel* const m, BlView* const v)
{
  scene_bounced(m, v);
  bl_view_use_preset(v, 4);
  bl_view_update(v, BL_SCENE_NOW);
  bl_view_activate(v, (BlItemRef){ BL_ITEM_PRESET, 0 });
}

/// Before anything is generated
void
scene_bad_config(BlModel* const m, BlView* const v)
{
  BlMessage msg;
  scene_bounced(m, v);
  bl_message_init(&msg, BL_MSG_STATUS);
  msg.as.status       = m->status;
  msg.as.status.error = BL_BAD_CONFIG;
  snprintf(
    msg.as.status.message, BL_MESSAGE_BYTES,
    "%s: config.json: no valid JSON object at line 3, column 18; nothing "
    "in it counts. %s",
    bl_strerror(BL_BAD_CONFIG), bl_status_next_step(BL_BAD_CONFIG));
  bl_model_message(m, &msg, BL_SCENE_NOW);
}

static void
say_refused(BlModel* const    m,
            const BlStatus    error,
            const char* const task,
            const char* const words)
{
  BlMessage msg;
  bl_model_port(m, BL_PORT_SERVICE, 3.0f);
  bl_message_init(&msg, BL_MSG_JOB);
  msg.as.job       = bl_model_shown_job(m)->msg;
  msg.as.job.shown = BL_SHOWN_FAILED;
  msg.as.job.error = (int32_t)error;
  snprintf(msg.as.job.service, BL_NAME_BYTES, "kie");
  snprintf(msg.as.job.task, BL_NAME_BYTES, "%s", task);
  snprintf(msg.as.job.message, BL_MESSAGE_BYTES, "%s. %s", bl_strerror(error),
           words);
  bl_model_message(m, &msg, BL_SCENE_NOW);
}

/// What was paid for can be fetched once there is room
void
scene_owed(BlModel* const m, BlView* const v)
{
  scene_first_ready(m, v);
  say_refused(m, BL_DISK_FULL, "b8716826954d0f4e",
              bl_status_last_step(BL_DISK_FULL, true));
}

/// The voice was asked to be taken out before
void
scene_asked_before(BlModel* const m, BlView* const v)
{
  scene_done(m, v);
  for (int job = 2; job <= 3; ++job) {
    BlMessage msg;
    bl_message_init(&msg, BL_MSG_JOB);
    msg.as.job            = bl_model_shown_job(m)->msg;
    msg.as.job.job        = job;
    msg.as.job.of_job     = 1;
    msg.as.job.of_variant = 1;
    msg.as.job.kind       = BL_KIND_NO_VOICE;
    bl_model_message(m, &msg, BL_SCENE_NOW);
    say_refused(m, job == 2 ? BL_NET : BL_CONFLICT,
                job == 2 ? "b8716826954d0f4e" : "", "");
  }
}

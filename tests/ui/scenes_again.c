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

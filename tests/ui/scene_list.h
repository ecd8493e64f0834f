// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_SCENE_LIST_H
#define BL_TESTS_UI_SCENE_LIST_H

#include "model.h"
#include "view.h"

/**
   Who makes the scenes that scene_list.c names: each out of a new model and
   view.
*/

void scene_armed(BlModel* m, BlView* v);
void scene_bounced(BlModel* m, BlView* v);
void scene_cancelled(BlModel* m, BlView* v);
void scene_cancelled_again(BlModel* m, BlView* v);
void scene_chips_menu(BlModel* m, BlView* v);
void scene_damaged(BlModel* m, BlView* v);
void scene_done(BlModel* m, BlView* v);
void scene_fine(BlModel* m, BlView* v);
void scene_first_ready(BlModel* m, BlView* v);
void scene_focus(BlModel* m, BlView* v);
void scene_fresh(BlModel* m, BlView* v);
void scene_held(BlModel* m, BlView* v);
void scene_hidden_chips(BlModel* m, BlView* v);
void scene_key_tested(BlModel* m, BlView* v);
void scene_listening(BlModel* m, BlView* v);
void scene_long_title(BlModel* m, BlView* v);
void scene_no_credits(BlModel* m, BlView* v);
void scene_no_key(BlModel* m, BlView* v);
void scene_no_transport(BlModel* m, BlView* v);
void scene_noted(BlModel* m, BlView* v);
void scene_offline(BlModel* m, BlView* v);
void scene_old_take(BlModel* m, BlView* v);
void scene_paid(BlModel* m, BlView* v);
void scene_recording(BlModel* m, BlView* v);
void scene_recording_now(BlModel* m, BlView* v);
void scene_result_hover(BlModel* m, BlView* v);
void scene_result_menu(BlModel* m, BlView* v);
void scene_scripts(BlModel* m, BlView* v);
void scene_settings(BlModel* m, BlView* v);
void scene_silent(BlModel* m, BlView* v);
void scene_stems_menu(BlModel* m, BlView* v);
void scene_takes_menu(BlModel* m, BlView* v);
void scene_unfolded(BlModel* m, BlView* v);
void scene_unsure(BlModel* m, BlView* v);
void scene_uploading(BlModel* m, BlView* v);
void scene_voice_menu(BlModel* m, BlView* v);
void scene_made_before(BlModel* m, BlView* v);
void scene_asked_before(BlModel* m, BlView* v);
void scene_bad_config(BlModel* m, BlView* v);
void scene_owed(BlModel* m, BlView* v);
void scene_presets_back(BlModel* m, BlView* v);
void scene_recording_again(BlModel* m, BlView* v);
void scene_results_menu(BlModel* m, BlView* v);

#endif // BL_TESTS_UI_SCENE_LIST_H

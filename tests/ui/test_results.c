// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// What was made of a take each time that it was generated can be shown again,
// by a menu, keys and the wheel, and dragged as the newest can

#include "hands.h"
#include "model_hears.h"

#include "view_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

HANDS_FIXTURE;

/// Of `take`, generated so often
static void
made(const unsigned take, const int times)
{
  hear_take(&hands.model, take, (int)take, 1.0);
  for (int job = 1; job <= times; ++job) {
    hear_job(&hands.model, take, job, BL_SHOWN_DONE);
    hear_result(&hands.model, take, job, 1);
    hear_result(&hands.model, take, job, 2);
  }
}

/// Number of the job whose results are shown, and which of how many it is
static void
check_shown(const int job, const size_t at, const size_t count)
{
  size_t                  place = 0;
  const BlModelJob* const shown = bl_model_shown_results(&hands.model);
  assert_non_null(shown);
  assert_int_equal(shown->msg.job, job);
  assert_int_equal(bl_model_results(&hands.model, &place), count);
  assert_int_equal(place, at);
}

static void
hear_refined(const unsigned take, const int job, const BlShown shown)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_JOB);
  hear_id(m.as.job.take, take);
  m.as.job.job        = job;
  m.as.job.shown      = (int32_t)shown;
  m.as.job.of_job     = 1;
  m.as.job.of_variant = 1;
  bl_model_message(&hands.model, &m, 1.0);
}

static void
test_earlier_ones_are_chosen(void** const state)
{
  (void)state;
  made(1, 3);
  check_shown(3, 2, 3);
  bl_model_choose_results(&hands.model, 1);
  check_shown(1, 0, 3);

  // What does not exist is not shown, nor what is about one of them
  bl_model_choose_results(&hands.model, 9);
  check_shown(1, 0, 3);
  hear_refined(1, 4, BL_SHOWN_WAITING);
  check_shown(1, 0, 3);
  hear_refined(1, 4, BL_SHOWN_DONE);
  bl_model_choose_results(&hands.model, 4);
  check_shown(1, 0, 3);

  // A new one is waited for, and the earlier ones can be shown meanwhile
  hear_job(&hands.model, 1, 5, BL_SHOWN_CHECKING);
  check_shown(5, 3, 4);
  bl_model_choose_results(&hands.model, 2);
  check_shown(2, 1, 4);
  hear_job(&hands.model, 1, 5, BL_SHOWN_CANCELLED);
  check_shown(2, 1, 3);

  // The newest is no choice: what comes after it is shown
  bl_model_choose_results(&hands.model, 3);
  hear_job(&hands.model, 1, 6, BL_SHOWN_CHECKING);
  hear_job(&hands.model, 1, 6, BL_SHOWN_DONE);
  hear_result(&hands.model, 1, 6, 1);
  check_shown(6, 3, 4);
}

static void
test_each_take_has_its_own(void** const state)
{
  (void)state;
  char id[BL_TAKE_ID_BYTES];
  made(1, 2);
  made(2, 3);
  check_shown(3, 2, 3);
  bl_model_choose_results(&hands.model, 1);
  hear_id(id, 1);
  bl_model_choose(&hands.model, id);
  check_shown(2, 1, 2);
  hear_id(id, 2);
  bl_model_choose(&hands.model, id);
  check_shown(3, 2, 3);
}

/// More jobs than the window remembers: the shown take's are the last to go
static void
test_shown_ones_are_kept(void** const state)
{
  (void)state;
  char id[BL_TAKE_ID_BYTES];
  made(1, 3);
  hear_id(id, 1);
  bl_model_choose(&hands.model, id);
  for (unsigned i = 2; i < 2u + 2u * BL_MODEL_JOBS; ++i) {
    hear_job(&hands.model, i, 1, BL_SHOWN_DONE);
  }
  check_shown(3, 2, 3);
  bl_model_choose_results(&hands.model, 1);
  check_shown(1, 0, 3);
}

static BlLookMsg looked;
static unsigned  looks;

static void
on_message(void* const handle, const BlMessage* const message)
{
  (void)handle;
  if (message->kind == BL_MSG_LOOK && !message->as.look.variant) {
    looked = message->as.look;
    ++looks;
  }
}

/// The plugin says how many there are: those not told are asked for
static void
test_missing_ones_are_asked_for(void** const state)
{
  (void)state;
  BlMessage m;
  made(1, 2);
  bl_message_init(&m, BL_MSG_TAKE);
  m.as.take      = bl_model_shown_take(&hands.model)->msg;
  m.as.take.jobs = 3;
  hear_peaks(&hands.model, 1, 0);
  hear_peaks(&hands.model, 1, BL_MESSAGE_PEAKS);
  bl_model_message(&hands.model, &m, 1.0);
  hear_status(&hands.model, 1, BL_SUCCESS, 1.0);
  hands.model.out.message = on_message;
  bl_model_tick(&hands.model, 2.0);
  assert_int_equal(looks, 1);
  assert_int_equal(looked.job, 0);
  hear_job(&hands.model, 1, 3, BL_SHOWN_FAILED);
  bl_model_tick(&hands.model, 200.0);
  assert_int_equal(looks, 1);
}

static void
test_menu_keys_and_wheel(void** const state)
{
  (void)state;
  made(1, 1);
  bl_view_update(hands.view, hands.now);
  assert_null(bl_layout_find(bl_view_layout(hands.view), BL_ITEM_RESULTS, 0));
  made(1, 3);
  bl_view_focus(hands.view, true);
  hands_click(&hands, BL_ITEM_RESULTS, 0, 1);
  assert_true(hands.view->menu.open);
  assert_int_equal(hands.view->menu.n_rows, 3);
  assert_true(hands.view->menu.rows[0].marked);
  bl_view_key(hands.view, BL_KEY_END, 0u);
  bl_view_key(hands.view, BL_KEY_ENTER, 0u);
  check_shown(1, 0, 3);
  bl_view_key(hands.view, BL_KEY_LEFT, 0u); // Not around
  check_shown(1, 0, 3);
  bl_view_key(hands.view, BL_KEY_RIGHT, 0u);
  check_shown(2, 1, 3);

  const BlItem* const item =
    bl_layout_find(bl_view_layout(hands.view), BL_ITEM_RESULTS, 0);
  bl_view_press(hands.view, item->rect.x + 4.0, item->rect.y + 4.0, 5, 0u, 1.0);
  check_shown(1, 0, 3);
}

static void
test_earlier_one_is_dragged(void** const state)
{
  (void)state;
  made(1, 3);
  bl_model_choose_results(&hands.model, 2);
  bl_view_update(hands.view, hands.now);
  const BlItem* const item =
    bl_layout_find(bl_view_layout(hands.view), BL_ITEM_RESULT, 0);
  const double x = item->rect.x + 20.0;
  const double y = item->rect.y + 10.0;
  bl_view_press(hands.view, x, y, 1, 0u, 1.0);
  bl_view_motion(hands.view, x + 40.0, y, true);
  bl_view_release(hands.view, x + 40.0, y, 1);
  assert_int_equal(hands.n_dragged, 1);
  assert_string_equal(hands.dragged[0], "/made/2.wav");

  bl_view_copy_path(hands.view, 1);
  assert_string_equal(hands.copied[0], "/made/2.wav");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  hands_use_fonts();

  const struct CMUnitTest tests[] = {
    TEST(test_earlier_ones_are_chosen), TEST(test_each_take_has_its_own),
    TEST(test_shown_ones_are_kept),     TEST(test_menu_keys_and_wheel),
    TEST(test_earlier_one_is_dragged),  TEST(test_missing_ones_are_asked_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// A result's menu, whose stems can be dragged, alone or together, and copied

#include "hands.h"

#include "view_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define FOLDER "/home/anna/takes/20261122T101340Z-1a2b3c4d/"

HANDS_FIXTURE;

static void
key(const BlKey k)
{
  assert_true(bl_view_key(hands.view, k, 0u));
}

static void
say_take(const int i)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_TAKE);
  snprintf(m.as.take.take, BL_TAKE_ID_BYTES, "20261122T10%02d40Z-1a2b3c4d", i);
  m.as.take.number = i;
  m.as.take.rate   = 48000;
  m.as.take.frames = 48000 * 60;
  bl_model_message(&hands.model, &m, 1.0);
}

static void
say_song(const char* const path, const char* const beside)
{
  BlMessage m;
  say_take(13);
  bl_message_init(&m, BL_MSG_JOB);
  snprintf(m.as.job.take, BL_TAKE_ID_BYTES, "20261122T101340Z-1a2b3c4d");
  m.as.job.job   = 1;
  m.as.job.shown = BL_SHOWN_DONE;
  bl_model_message(&hands.model, &m, 1.0);
  bl_message_init(&m, BL_MSG_RESULT);
  snprintf(m.as.result.take, BL_TAKE_ID_BYTES, "20261122T101340Z-1a2b3c4d");
  m.as.result.job     = 1;
  m.as.result.variant = 1;
  snprintf(m.as.result.path, BL_PATH_BYTES, "%s", path);
  snprintf(m.as.result.beside, BL_BESIDE_BYTES, "%s", beside);
  bl_model_message(&hands.model, &m, 1.0);
  bl_view_focus(hands.view, true);
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  assert_true(hands.view->menu.open);
}

static void
say_result(const char* const beside)
{
  say_song(FOLDER "Song (A).wav", beside);
}

static int
row_of(const char* const text)
{
  const BlMenu* const menu = &hands.view->menu;
  for (size_t i = 0; i < menu->n_rows; ++i) {
    if (!strcmp(menu->rows[i].text, text)) {
      return (int)i;
    }
  }
  return -1;
}

/// Press on a row; to its left by so much with the button held; let it go
static void
pull(const char* const text, const double by)
{
  const BlMenu* const menu = &hands.view->menu;
  const int           row  = row_of(text);
  assert_true(row >= 0);
  const double x = menu->rect.x + 30.0;
  double       y = menu->rect.y;
  while (bl_menu_at(menu, x, y) != row && y < menu->rect.y + menu->rect.h) {
    y += 1.0;
  }
  y += 8.0;
  hands.n_dragged = 0;
  hands.now += 10.0;
  bl_view_motion(hands.view, x, y, false);
  bl_view_press(hands.view, x, y, 1, 0u, hands.now);
  for (double moved = 1.0; moved <= by; moved += 1.0) {
    bl_view_motion(hands.view, x - moved, y, true);
  }
  bl_view_release(hands.view, x - by, y, 1);
}

#define STEMS                                                                  \
  ("Song (A).mid/Song (A) drums.wav/Song (A) bass.wav/Song (A) chords.wav/"    \
   "Song (A) pad.wav")

static void
test_stems_are_dragged(void** const state)
{
  (void)state;
  say_result(STEMS);
  assert_int_equal(hands.view->menu.n_rows, 10);
  pull("All 4 stems", 40.0);
  assert_int_equal(hands.n_dragged, 4);
  assert_string_equal(hands.dragged[0], FOLDER "Song (A) drums.wav");
  assert_string_equal(hands.dragged[3], FOLDER "Song (A) pad.wav");
  assert_string_equal(hands.what, "All 4 stems");
  assert_false(hands.view->menu.open);

  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  pull("Bass", 40.0);
  assert_int_equal(hands.n_dragged, 1);
  assert_string_equal(hands.dragged[0], FOLDER "Song (A) bass.wav");
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  pull("MIDI", 40.0);
  assert_string_equal(hands.dragged[0], FOLDER "Song (A).mid");

  // What is no stem is not dragged
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  pull("Copy its path", 40.0);
  assert_int_equal(hands.n_dragged, 0);
  assert_string_equal(hands.copied[0], FOLDER "Song (A).wav");
}

static void
test_stems_are_copied(void** const state)
{
  (void)state;
  say_result(STEMS);
  pull("Chords", 2.0); // A click
  assert_int_equal(hands.n_dragged, 0);
  assert_string_equal(hands.copied[0], FOLDER "Song (A) chords.wav");
  assert_false(hands.view->menu.open);

  // And by keys
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  hands_type(&hands, "all");
  key(BL_KEY_ENTER);
  assert_string_equal(hands.copied[0], FOLDER
                      "Song (A) drums.wav\n" FOLDER "Song (A) bass.wav\n" FOLDER
                      "Song (A) chords.wav\n" FOLDER "Song (A) pad.wav");

  // Pressed, and Escape before it is moved: nothing is dragged
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  const BlRect r = hands.view->menu.rect;
  bl_view_press(hands.view, r.x + 30.0, r.y + r.h - 20.0, 1, 0u, 1e4);
  key(BL_KEY_ESCAPE);
  bl_view_motion(hands.view, r.x - 90.0, r.y, true);
  bl_view_release(hands.view, r.x - 90.0, r.y, 1);
  assert_int_equal(hands.n_dragged, 0);
}

/// Files that come while it is open move none of its rows, nor what they mean
static void
test_files_come_later(void** const state)
{
  (void)state;
  BlMessage m;
  say_result("Song (A) drums.wav/Song (A) pad.wav");
  const BlMenu before = hands.view->menu;
  assert_false(bl_view_lacks_files(hands.view));
  bl_message_init(&m, BL_MSG_RESULT);
  m.as.result = bl_model_shown_results(&hands.model)->results[0].msg;
  snprintf(m.as.result.beside, BL_BESIDE_BYTES, "%s", STEMS);
  bl_model_message(&hands.model, &m, 1.0);
  bl_view_update(hands.view, hands.now);
  assert_int_equal(hands.view->menu.n_rows, before.n_rows);
  assert_float_equal(hands.view->menu.rect.y, before.rect.y, 0.0);
  assert_true(bl_view_lacks_files(hands.view));
  pull("Drums", 40.0);
  assert_int_equal(hands.n_dragged, 1);
  assert_string_equal(hands.dragged[0], FOLDER "Song (A) drums.wav");

  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  assert_false(bl_view_lacks_files(hands.view));
  assert_int_equal(hands.view->menu.n_rows, 10);
}

static BlRefineMsg asked_for;
static unsigned    n_asked;

static void
hear_refine(void* const handle, const BlMessage* const message)
{
  (void)handle;
  if (message->kind == BL_MSG_REFINE) {
    asked_for = message->as.refine;
    ++n_asked;
  }
}

/// Job `number`, about A of job 1 where `of` is set
static void
say_paid_job(const int32_t number, const bool of, const int32_t shown)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_JOB);
  snprintf(m.as.job.take, BL_TAKE_ID_BYTES, "20261122T101340Z-1a2b3c4d");
  snprintf(m.as.job.service, BL_NAME_BYTES, "kie");
  snprintf(m.as.job.task, BL_NAME_BYTES, "b8716826");
  m.as.job.job        = number;
  m.as.job.shown      = shown;
  m.as.job.state      = shown == BL_SHOWN_DONE ? 10 : 5;
  m.as.job.of_job     = of ? 1 : 0;
  m.as.job.of_variant = of ? 1 : 0;
  bl_model_message(&hands.model, &m, 1.0);
}

static void
test_voice_is_taken_out(void** const state)
{
  (void)state;
  BlMessage m;
  n_asked                 = 0;
  hands.model.out.message = hear_refine;
  say_result("");
  assert_int_equal(row_of("Take the voice out"), -1); // No service's
  key(BL_KEY_ESCAPE);

  say_paid_job(1, false, BL_SHOWN_DONE);
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  const int row = row_of("Take the voice out");
  assert_true(row >= 0);
  assert_string_equal(hands.view->menu.rows[row].note, "about 10 credits");
  pull("Take the voice out", 2.0);
  assert_int_equal(n_asked, 1);
  assert_string_equal(asked_for.take, "20261122T101340Z-1a2b3c4d");
  assert_int_equal(asked_for.job, 1);
  assert_int_equal(asked_for.variant, 1);
  assert_int_equal(asked_for.kind, BL_KIND_NO_VOICE);

  // While it is made, A is still there, and is not asked for again
  say_paid_job(2, true, BL_SHOWN_WAITING);
  assert_int_equal(bl_model_shown_results(&hands.model)->msg.job, 1);
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  assert_int_equal(row_of("Take the voice out"), -1);
  key(BL_KEY_ESCAPE);

  say_paid_job(2, true, BL_SHOWN_DONE);
  bl_message_init(&m, BL_MSG_RESULT);
  snprintf(m.as.result.take, BL_TAKE_ID_BYTES, "20261122T101340Z-1a2b3c4d");
  m.as.result.job     = 2;
  m.as.result.variant = 1;
  snprintf(m.as.result.path, BL_PATH_BYTES, FOLDER "Song (A) no voice.wav");
  bl_model_message(&hands.model, &m, 1.0);
  assert_int_equal(bl_model_shown_results(&hands.model)->msg.job, 1);
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  assert_int_equal(row_of("Take the voice out"), -1);
  pull("No voice", 40.0);
  assert_int_equal(hands.n_dragged, 1);
  assert_string_equal(hands.dragged[0], FOLDER "Song (A) no voice.wav");
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  pull("No voice", 2.0);
  assert_string_equal(hands.copied[0], FOLDER "Song (A) no voice.wav");
  assert_int_equal(n_asked, 1);
}

static void
test_titles_with_dots(void** const state)
{
  (void)state;
  say_song(FOLDER "Mr. Moon (A).wav",
           "Mr. Moon (A).mid/Mr. Moon (A) bass.wav/Mr. Moon (A) pad.wav");
  assert_true(row_of("Bass") >= 0 && row_of("Pad") >= 0);
  pull("Bass", 40.0);
  assert_string_equal(hands.dragged[0], FOLDER "Mr. Moon (A) bass.wav");
}

/// What it would do to another take's results is not what it says
static void
test_menu_goes_with_its_results(void** const state)
{
  (void)state;
  say_result(STEMS);
  bl_view_update(hands.view, hands.now += 1.0);
  assert_true(hands.view->menu.open);
  say_take(14);
  bl_model_choose(&hands.model, "20261122T101440Z-1a2b3c4d");
  bl_view_update(hands.view, hands.now += 1.0);
  assert_false(hands.view->menu.open);
}

/// What was heard since the picture was drawn counts for a click, too
static void
test_click_before_it_is_drawn(void** const state)
{
  (void)state;
  BlMessage m;
  n_asked                 = 0;
  hands.model.out.message = hear_refine;
  say_result("");
  key(BL_KEY_ESCAPE);
  say_paid_job(1, false, BL_SHOWN_DONE);
  hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  const int row = row_of("Take the voice out");
  assert_true(row >= 0);

  say_paid_job(2, false, BL_SHOWN_DONE);
  bl_message_init(&m, BL_MSG_RESULT);
  snprintf(m.as.result.take, BL_TAKE_ID_BYTES, "20261122T101340Z-1a2b3c4d");
  m.as.result.job     = 2;
  m.as.result.variant = 1;
  snprintf(m.as.result.path, BL_PATH_BYTES, FOLDER "Other (A).wav");
  bl_model_message(&hands.model, &m, 1.0);
  assert_int_equal(bl_model_shown_results(&hands.model)->msg.job, 2);
  assert_true(bl_model_can_refine(&hands.model, 0));
  bl_view_choose_row(hands.view, row);
  assert_int_equal(n_asked, 0);
  assert_false(hands.view->menu.open);
}

/// Only the first three buttons and the wheel mean something
static void
test_other_buttons(void** const state)
{
  (void)state;
  say_result(STEMS);
  const BlMenu* const menu = &hands.view->menu;
  for (int button = 6; button <= 9; ++button) {
    for (double y = menu->rect.y; y < menu->rect.y + menu->rect.h; y += 8.0) {
      bl_view_press(hands.view, menu->rect.x + 30.0, y, button, 0u, hands.now);
      bl_view_release(hands.view, menu->rect.x + 30.0, y, button);
    }
  }
  assert_true(menu->open);
  assert_string_equal(hands.copied[0], "");
}

/// Names that lead elsewhere are none, and without stems there is no row more
static void
test_names_are_checked(void** const state)
{
  (void)state;
  say_result("../../etc/passwd");
  assert_int_equal(row_of("All 2 stems"), -1);
  for (size_t i = 4; i < hands.view->menu.n_rows; ++i) {
    pull(hands.view->menu.rows[i].text, 40.0);
    for (size_t n = 0; n < hands.n_dragged; ++n) {
      assert_int_equal(strncmp(hands.dragged[n], FOLDER, strlen(FOLDER)), 0);
      assert_null(strchr(hands.dragged[n] + strlen(FOLDER), '/'));
    }
    hands_click(&hands, BL_ITEM_RESULT_MENU, 0, 1);
  }
  key(BL_KEY_ESCAPE);
  say_result("");
  assert_int_equal(hands.view->menu.n_rows, 4);
}

/// Where the keyboard is on a result, Ctrl+C copies its path
static void
test_result_is_copied(void** const state)
{
  (void)state;
  say_result("");
  key(BL_KEY_ESCAPE);
  assert_false(bl_view_text(hands.view, "c", 1, BL_MOD_CONTROL));
  bl_view_key(hands.view, BL_KEY_TAB, BL_MOD_SHIFT);
  assert_int_equal(bl_view_focused(hands.view)->kind, BL_ITEM_RESULT);
  assert_true(bl_view_text(hands.view, "c", 1, BL_MOD_CONTROL));
  assert_string_equal(hands.copied[0], FOLDER "Song (A).wav");
  assert_false(bl_view_text(hands.view, "s", 1, BL_MOD_CONTROL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  hands_use_fonts();

  const struct CMUnitTest tests[] = {
    TEST(test_stems_are_dragged),        TEST(test_stems_are_copied),
    TEST(test_files_come_later),         TEST(test_voice_is_taken_out),
    TEST(test_titles_with_dots),         TEST(test_menu_goes_with_its_results),
    TEST(test_click_before_it_is_drawn), TEST(test_other_buttons),
    TEST(test_names_are_checked),        TEST(test_result_is_copied),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

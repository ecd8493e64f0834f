// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// Menus by keys: ends, pages, letters; and the page that names the keys

#include "hands.h"

#include "view_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

HANDS_FIXTURE;

/// The row that is lit; "" where none is
static const char*
lit(void)
{
  const BlMenu* const menu = &hands.view->menu;
  return menu->at >= 0 ? menu->rows[menu->at].text : "";
}

static void
key(const BlKey k)
{
  assert_true(bl_view_key(hands.view, k, 0u));
}

/// It is seen, too
static void
check_lit(const char* const text)
{
  const BlMenu* const menu = &hands.view->menu;
  assert_string_equal(lit(), text);
  assert_true((size_t)menu->at >= menu->first &&
              (size_t)menu->at < menu->first + menu->shown);
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

/// Fifty takes, more than fit
static void
open_takes(void)
{
  for (int i = 1; i <= 50; ++i) {
    say_take(i);
  }
  bl_view_focus(hands.view, true);
  hands_click(&hands, BL_ITEM_TAKES, 0, 1);
  assert_true(hands.view->menu.open);
  assert_true(hands.view->menu.shown < hands.view->menu.n_rows);
}

static void
test_ends_and_pages(void** const state)
{
  (void)state;
  open_takes();
  const int shown = (int)hands.view->menu.shown;
  char      text[64];
  key(BL_KEY_END);
  check_lit("Take 1 \u00b7 1:00 \u00b7 played");
  key(BL_KEY_HOME);
  check_lit("The newest");
  key(BL_KEY_UP); // Around
  check_lit("Take 1 \u00b7 1:00 \u00b7 played");
  key(BL_KEY_DOWN);
  check_lit("The newest");
  key(BL_KEY_PAGE_DOWN);
  snprintf(text, sizeof(text), "Take %d \u00b7 1:00 \u00b7 played", 51 - shown);
  check_lit(text);
  key(BL_KEY_PAGE_UP);
  check_lit("The newest");
  key(BL_KEY_PAGE_UP); // Not around
  check_lit("The newest");
  for (int i = 0; i < 60; ++i) {
    key(BL_KEY_PAGE_DOWN);
  }
  check_lit("Take 1 \u00b7 1:00 \u00b7 played");
  key(BL_KEY_ENTER);
  assert_false(hands.view->menu.open);
  assert_string_equal(hands.model.chosen, "20261122T100140Z-1a2b3c4d");
}

/// What is captured while it is open moves none of its rows
static void
test_take_comes_later(void** const state)
{
  (void)state;
  open_takes();
  key(BL_KEY_DOWN);
  check_lit("Take 50 \u00b7 1:00 \u00b7 played");
  say_take(51);
  bl_view_update(hands.view, hands.now);
  check_lit("Take 50 \u00b7 1:00 \u00b7 played");
  key(BL_KEY_ENTER);
  assert_string_equal(hands.model.chosen, "20261122T105040Z-1a2b3c4d");
  hands_click(&hands, BL_ITEM_TAKES, 0, 1);
  key(BL_KEY_HOME);
  key(BL_KEY_DOWN);
  check_lit("Take 51 \u00b7 1:00 \u00b7 played");
}

/// Nor does it change what a row means before it is drawn again
static void
test_older_takes_come(void** const state)
{
  (void)state;
  BlMessage m;
  open_takes();
  key(BL_KEY_DOWN);
  check_lit("Take 50 \u00b7 1:00 \u00b7 played");
  bl_message_init(&m, BL_MSG_TAKE);
  snprintf(m.as.take.take, BL_TAKE_ID_BYTES, "20260101T101010Z-1a2b3c4d");
  bl_model_message(&hands.model, &m, 1.0);
  bl_view_choose_row(hands.view, hands.view->menu.at);
  assert_string_equal(hands.model.chosen, "20261122T105040Z-1a2b3c4d");
}

static void
test_letters_find_takes(void** const state)
{
  (void)state;
  open_takes();
  hands_type(&hands, "4"); // The first with a word that begins so
  check_lit("Take 49 \u00b7 1:00 \u00b7 played");
  say_take(51); // What comes meanwhile takes nothing back
  bl_view_update(hands.view, hands.now);
  hands_type(&hands, "2");
  check_lit("Take 42 \u00b7 1:00 \u00b7 played");
  bl_view_update(hands.view, hands.now += 10.0); // A new word
  hands_type(&hands, "t");
  hands_type(&hands, "ake");
  key(BL_KEY_SPACE); // Part of it
  hands_type(&hands, "7");
  check_lit("Take 7 \u00b7 1:00 \u00b7 played");
  assert_true(hands.view->menu.open);
  bl_view_update(hands.view, hands.now += 10.0);
  key(BL_KEY_SPACE); // Chooses
  assert_false(hands.view->menu.open);
  assert_string_equal(hands.model.chosen, "20261122T100740Z-1a2b3c4d");
  assert_false(bl_view_text(hands.view, "s", 1, 0u)); // The host's again
}

static void
test_letters_find_words(void** const state)
{
  (void)state;
  bl_view_focus(hands.view, true);
  bl_view_resize(hands.view, 640.0, 400.0);
  hands_click(&hands, BL_ITEM_GENRE, 0, 1);
  hands_type(&hands, "r");
  check_lit("Rock");
  hands_type(&hands, "r"); // Once more: on among those
  check_lit("R&B");
  hands_type(&hands, "r");
  check_lit("Reggae");
  hands_type(&hands, "r");
  check_lit("Rock");
  bl_view_update(hands.view, hands.now += 10.0);
  hands_type(&hands, "BLU"); // Large or small
  check_lit("Blues");
  hands_type(&hands, "\u00df"); // Nothing: it stays
  check_lit("Blues");
  bl_view_update(hands.view, hands.now += 10.0);
  hands_type(&hands, "nova");
  check_lit("Bossa nova");
  assert_false(bl_view_text(hands.view, "s", 1, BL_MOD_CONTROL));
  key(BL_KEY_ESCAPE);
  assert_false(hands.view->menu.open);
  assert_int_equal((int)bl_model_control(&hands.model, BL_PORT_GENRE), 0);
}

/// F1 shows what the keys do, and is the host's where nothing of ours is meant
static void
test_help(void** const state)
{
  (void)state;
  bl_view_focus(hands.view, true);
  assert_false(bl_view_key(hands.view, BL_KEY_HELP, 0u));
  key(BL_KEY_TAB);
  key(BL_KEY_HELP);
  bl_view_update(hands.view, hands.now);
  assert_non_null(bl_layout_find(bl_view_layout(hands.view), BL_ITEM_CLOSE, 0));
  key(BL_KEY_ESCAPE);
  bl_view_update(hands.view, hands.now);
  assert_null(bl_layout_find(bl_view_layout(hands.view), BL_ITEM_CLOSE, 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  hands_use_fonts();

  const struct CMUnitTest tests[] = {
    TEST(test_ends_and_pages),     TEST(test_take_comes_later),
    TEST(test_older_takes_come),   TEST(test_letters_find_takes),
    TEST(test_letters_find_words), TEST(test_help),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

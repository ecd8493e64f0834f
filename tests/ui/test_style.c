// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// What a preset or an earlier job's settings replaced comes back as a whole

#include "hands.h"
#include "model_hears.h"

#include "view_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static Hands hands;

static int
set_up(void** const state)
{
  (void)state;
  if (hands_start(&hands)) {
    return -1;
  }
  BlModel* const m = &hands.model;
  bl_model_port(m, BL_PORT_ARM, 1.0f);
  bl_model_set(m, BL_PORT_GENRE, 9.0f);
  bl_model_set(m, BL_PORT_WEIRDNESS, 0.9f);
  bl_model_set_string(m, BL_STRING_TITLE, "Mine");
  bl_model_set_string(m, BL_STRING_TAGS, "kazoo");
  bl_view_update(hands.view, hands.now);
  bl_view_focus(hands.view, true);
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  return hands_stop(&hands);
}

static float
value(const BlPort port)
{
  return bl_model_control(&hands.model, port);
}

static void
check_mine(void)
{
  bl_view_update(hands.view, hands.now);
  assert_float_equal(value(BL_PORT_GENRE), 9.0f, 0.0f);
  assert_float_equal(value(BL_PORT_MOOD), 0.0f, 0.0f);
  assert_float_equal(value(BL_PORT_FINE_TUNE), 0.0f, 0.0f);
  assert_float_equal(value(BL_PORT_WEIRDNESS), 0.9f, 1e-6f);
  assert_string_equal(hands.model.strings[BL_STRING_TITLE], "Mine");
  assert_string_equal(hands.model.strings[BL_STRING_TAGS], "kazoo");
  assert_string_equal(hands.model.strings[BL_STRING_NEGATIVE_TAGS], "");
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    assert_string_equal(hands.view->edits[i].text, hands.model.strings[i]);
  }
}

/// The first of them
static void
check_preset(void)
{
  bl_view_update(hands.view, hands.now);
  assert_float_equal(value(BL_PORT_GENRE), 3.0f, 0.0f);
  assert_float_equal(value(BL_PORT_FINE_TUNE), 1.0f, 0.0f);
  assert_string_equal(hands.view->edits[BL_STRING_TAGS].text,
                      "fingerpicked guitar, upright bass, brushed snare");
}

/// By its place in the menu
static void
choose(const int row)
{
  hands_click(&hands, BL_ITEM_PRESET, 0, 1);
  assert_true(hands.view->menu.open);
  bl_view_choose_row(hands.view, row);
  bl_view_update(hands.view, hands.now);
}

static bool
press(const char* const letter, const unsigned mods)
{
  return bl_view_text(hands.view, letter, 1, BL_MOD_CONTROL | mods);
}

static void
test_preset_is_taken_back(void** const state)
{
  (void)state;
  assert_false(press("z", 0u)); // Nothing to do: it is the host's
  choose(0);
  check_preset();
  assert_true(press("z", 0u));
  check_mine();
  assert_false(press("z", 0u));
  assert_true(press("z", BL_MOD_SHIFT));
  check_preset();
  assert_true(press("z", 0u));
  assert_true(press("y", 0u));
  check_preset();
}

static void
test_in_a_field(void** const state)
{
  (void)state;
  choose(0);
  hands_click(&hands, BL_ITEM_FIELD, BL_STRING_TAGS, 1);
  hands_type(&hands, "x"); // First what was typed since
  assert_true(press("z", 0u));
  check_preset();
  assert_true(press("z", 0u));
  check_mine();
  assert_true(press("z", 0u)); // Of the field, before: there is nothing
  check_mine();
  assert_true(press("y", 0u));
  check_preset();

  // What was typed since the preset went comes again, and the preset does not
  assert_true(press("z", 0u));
  check_mine();
  hands_type(&hands, "q");
  assert_true(press("z", 0u));
  check_mine();
  assert_true(press("y", 0u));
  bl_view_update(hands.view, hands.now);
  assert_non_null(strchr(hands.view->edits[BL_STRING_TAGS].text, 'q'));
  assert_float_not_equal(value(BL_PORT_GENRE), 3.0f, 0.0f);
}

/// Where a key is typed nothing else is taken back
static void
test_not_from_the_key(void** const state)
{
  (void)state;
  choose(0);
  hands.view->focus = (BlItemRef){ BL_ITEM_KEY, 0 };
  (void)press("z", 0u);
  check_preset();
}

/// Something was changed since: the menu brings it back all the same
static void
test_menu_goes_back(void** const state)
{
  (void)state;
  hands_click(&hands, BL_ITEM_PRESET, 0, 1);
  assert_string_not_equal(hands.view->menu.rows[0].text, "As it was before");
  bl_view_key(hands.view, BL_KEY_ESCAPE, 0u);

  choose(0);
  bl_model_set(&hands.model, BL_PORT_MOOD, 5.0f);
  assert_false(press("z", 0u));
  choose(0);
  check_mine();
  assert_true(press("y", 0u)); // And that can be taken back
  assert_float_equal(value(BL_PORT_MOOD), 5.0f, 0.0f);

  // What is no style stays as it is
  bl_model_port(&hands.model, BL_PORT_ARM, 0.0f);
  choose(0);
  check_mine();
  assert_float_equal(value(BL_PORT_ARM), 0.0f, 0.0f);
}

static void
test_settings_are_taken_back(void** const state)
{
  (void)state;
  BlMessage m;
  bl_message_init(&m, BL_MSG_SETTINGS);
  m.as.settings.values.count = BL_PORT_CONTROL_IN_COUNT;
  m.as.settings.values.values[BL_PORT_GENRE - BL_PORT_CONTROL_IN_FIRST] = 2.0f;
  snprintf(m.as.settings.title, BL_MESSAGE_BYTES, "Theirs");
  bl_model_message(&hands.model, &m, 1.0);
  bl_model_message(&hands.model, &m, 1.0); // Again: nothing is replaced
  assert_string_equal(hands.model.strings[BL_STRING_TITLE], "Theirs");
  bl_view_key(hands.view, BL_KEY_TAB, 0u);
  assert_true(press("z", 0u));
  check_mine();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  hands_use_fonts();

  const struct CMUnitTest tests[] = {
    TEST(test_preset_is_taken_back),    TEST(test_in_a_field),
    TEST(test_not_from_the_key),        TEST(test_menu_goes_back),
    TEST(test_settings_are_taken_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

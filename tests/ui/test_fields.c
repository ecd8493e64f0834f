// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// Hands on the view: where the caret goes in any script and direction, what is
// selected, what goes to the clipboard, what is left to the host; sliders, the
// clip light, and the claim of what nobody knows

#include "hands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

HANDS_FIXTURE;

static const BlItem*
tags(void)
{
  return bl_layout_find(bl_view_layout(hands.view), BL_ITEM_FIELD,
                        BL_STRING_TAGS);
}

/// Press so many times at a part of the field's width
static void
press_at(const double part, const unsigned times, const int button)
{
  const BlRect r = tags()->rect;
  hands.now += 10.0;
  for (unsigned i = 0; i < times; ++i) {
    bl_view_press(hands.view, r.x + part * r.w, r.y + 10.0, button, 0u,
                  hands.now + 0.1 * i);
    bl_view_release(hands.view, r.x + part * r.w, r.y + 10.0, button);
  }
}

/// Into the tags field, which then has the keyboard
static void
begin(const char* const text)
{
  bl_view_focus(hands.view, false);
  bl_model_set_string(&hands.model, BL_STRING_TAGS, text);
  bl_view_update(hands.view, 0.0);
  bl_view_focus(hands.view, true);
  press_at(0.5, 1, 1);
}

/// What Enter makes of it
static const char*
committed(void)
{
  bl_view_key(hands.view, BL_KEY_ENTER, 0u);
  return hands.model.strings[BL_STRING_TAGS];
}

static void
test_graphemes(void** const state)
{
  (void)state;
  // e and an accent of its own; a family of three; a syllable of Devanagari
  begin("xe\u0301\U0001f468\u200d\U0001f469\u200d\U0001f467\u0928\u093f");
  bl_view_key(hands.view, BL_KEY_END, 0u);
  bl_view_key(hands.view, BL_KEY_BACKSPACE, 0u);
  assert_string_equal(committed(), "xe\u0301\U0001f468\u200d\U0001f469\u200d"
                                   "\U0001f467");
  bl_view_key(hands.view, BL_KEY_BACKSPACE, 0u);
  assert_string_equal(committed(), "xe\u0301");
  bl_view_key(hands.view, BL_KEY_LEFT, 0u);
  hands_type(&hands, "y");
  assert_string_equal(committed(), "xye\u0301");
  bl_view_key(hands.view, BL_KEY_DELETE, 0u);
  assert_string_equal(committed(), "xy");
}

static void
test_right_to_left(void** const state)
{
  (void)state;
  begin("\u05d0\u05d1\u05d2");
  const double right = tags()->rect.x + tags()->rect.w;
  bl_view_key(hands.view, BL_KEY_HOME, 0u);
  const double home = bl_view_caret(hands.view).x;
  assert_true(home > right - 16.0); // Written from the right edge on
  bl_view_key(hands.view, BL_KEY_LEFT, 0u);
  assert_true(bl_view_caret(hands.view).x < home);
  hands_type(&hands, "x");
  assert_string_equal(committed(), "\u05d0x\u05d1\u05d2");

  // A word to the hands.left is the next one
  begin("\u05d0\u05d1 \u05d2\u05d3");
  bl_view_key(hands.view, BL_KEY_HOME, 0u);
  bl_view_key(hands.view, BL_KEY_LEFT, BL_MOD_CONTROL);
  hands_type(&hands, "y");
  assert_string_equal(committed(), "\u05d0\u05d1 y\u05d2\u05d3");
}

/// Where a caret stands a click finds it.  (Where directions meet, one place in
/// the text is two on the screen.)
static void
test_clicks_meet_the_caret(void** const state)
{
  (void)state;
  static const char* const texts[] = {
    "soft piano, brushes", "\u05d0\u05d1\u05d2 \u05d3\u05d4",
    "\u0639\u0648\u062f", "\u671d\u306e\u6b4c", "\u0939\u093f\u0928"
  };
  for (size_t t = 0; t < BL_COUNT(texts); ++t) {
    begin(texts[t]);
    bl_view_key(hands.view, BL_KEY_HOME, 0u);
    const BlRect r = tags()->rect;
    for (int i = 0; i < 30; ++i) {
      const double x = bl_view_caret(hands.view).x;
      hands.now += 10.0;
      bl_view_press(hands.view, x + 0.2, r.y + 10.0, 1, 0u, hands.now);
      bl_view_release(hands.view, x + 0.2, r.y + 10.0, 1);
      assert_true(bl_view_caret(hands.view).x - x < 1.0);
      assert_true(x - bl_view_caret(hands.view).x < 1.0);
      bl_view_key(hands.view, i % 10 < 7 ? BL_KEY_RIGHT : BL_KEY_LEFT, 0u);
    }
  }
}

static void
test_mouse_selects(void** const state)
{
  (void)state;
  begin("piano");
  press_at(0.03, 2, 1);
  assert_string_equal(hands.copied[1], "piano"); // A word is PRIMARY at once
  begin("soft piano, brushes");
  press_at(0.02, 3, 1);
  assert_string_equal(hands.copied[1], "soft piano, brushes");

  // Dragging over all of it
  const BlRect r = tags()->rect;
  hands.now += 10.0;
  hands.copied[1][0] = '\0';
  bl_view_press(hands.view, r.x + 4.0, r.y + 10.0, 1, 0u, hands.now);
  bl_view_motion(hands.view, r.x + r.w - 4.0, r.y + 10.0, true);
  bl_view_release(hands.view, r.x + r.w - 4.0, r.y + 10.0, 1);
  assert_string_equal(hands.copied[1], "soft piano, brushes");
  assert_string_equal(hands.copied[0], "");

  press_at(0.9, 1, 2);
  assert_int_equal(hands.asked[1], 1);
  hands_paste(&hands, "!");
  assert_string_equal(committed(), "soft piano, brushes!");

  // Keys while the button is held: nothing more is selected
  bl_view_press(hands.view, r.x + 4.0, r.y + 10.0, 1, 0u, hands.now += 10.0);
  bl_view_key(hands.view, BL_KEY_ESCAPE, 0u);
  assert_null(bl_view_focused(hands.view));
  hands.copied[1][0] = '\0';
  bl_view_motion(hands.view, r.x + r.w - 4.0, r.y + 10.0, true);
  bl_view_release(hands.view, r.x + r.w - 4.0, r.y + 10.0, 1);
  assert_string_equal(hands.copied[1], "");
}

static void
test_keys_select(void** const state)
{
  (void)state;
  begin("soft piano");
  bl_view_key(hands.view, BL_KEY_END, 0u);
  bl_view_key(hands.view, BL_KEY_LEFT, BL_MOD_SHIFT | BL_MOD_CONTROL);
  assert_string_equal(hands.copied[1], "piano");
  bl_view_text(hands.view, "x", 1, BL_MOD_CONTROL);
  assert_string_equal(hands.copied[0], "piano");
  assert_string_equal(committed(), "soft ");
  bl_view_text(hands.view, "v", 1, BL_MOD_CONTROL);
  bl_view_key(hands.view, BL_KEY_INSERT, BL_MOD_SHIFT);
  assert_int_equal(hands.asked[0], 2);
  bl_view_text(hands.view, "a", 1, BL_MOD_CONTROL);
  bl_view_key(hands.view, BL_KEY_INSERT, BL_MOD_CONTROL);
  assert_string_equal(hands.copied[0], "soft ");
  bl_view_key(hands.view, BL_KEY_DELETE, BL_MOD_SHIFT);
  assert_string_equal(committed(), "");
}

static void
test_most_characters(void** const state)
{
  (void)state;
  begin("");
  for (unsigned i = 0; i < BL_TEXT_BYTES; ++i) {
    hands_type(&hands, "\u0436");
  }
  unsigned chars = 0;
  for (const char* c = committed(); *c; ++c) {
    chars += ((unsigned char)*c & 0xC0u) != 0x80u;
  }
  assert_int_equal(chars, bl_strings[BL_STRING_TAGS].max_chars);
}

/// What is for the host goes to it; Escape gives it the keyboard back
static void
test_host(void** const state)
{
  (void)state;
  assert_false(bl_view_key(hands.view, BL_KEY_ESCAPE, 0u));
  assert_false(bl_view_text(hands.view, "s", 1, 0u));
  assert_false(bl_view_text(hands.view, "s", 1, BL_MOD_CONTROL));
  begin("a");
  assert_true(bl_view_text(hands.view, "s", 1, BL_MOD_CONTROL)); // Not "save"
  assert_true(bl_view_text(hands.view, " ", 1, 0u));
  assert_false(bl_view_text(hands.view, "s", 1, BL_MOD_ALT));
  assert_int_equal(hands.left, 0);
  assert_true(bl_view_key(hands.view, BL_KEY_ESCAPE, 0u));
  assert_int_equal(hands.left, 1);
  assert_false(bl_view_edits(hands.view));
  assert_false(bl_view_text(hands.view, " ", 1, 0u));
}

/// A key is dots: neither drawn nor copied
static void
test_key_is_secret(void** const state)
{
  (void)state;
  bl_model_port(&hands.model, BL_PORT_SERVICE, 2.0f);
  bl_view_key(hands.view, BL_KEY_TAB, 0u);
  BlLayout const* const l    = bl_view_layout(hands.view);
  const BlItem*         gear = bl_layout_find(l, BL_ITEM_GEAR, 0);
  bl_view_press(hands.view, gear->rect.x + 4.0, gear->rect.y + 4.0, 1, 0u, 1.0);
  bl_view_release(hands.view, gear->rect.x + 4.0, gear->rect.y + 4.0, 1);
  bl_view_update(hands.view, 1.0);
  const BlItem* const key = bl_layout_find(l, BL_ITEM_KEY, 0);
  assert_non_null(key);
  bl_view_focus(hands.view, true);
  bl_view_press(hands.view, key->rect.x + 4.0, key->rect.y + 4.0, 1, 0u, 9.0);
  bl_view_release(hands.view, key->rect.x + 4.0, key->rect.y + 4.0, 1);
  hands_type(&hands, "secret");
  bl_view_text(hands.view, "a", 1, BL_MOD_CONTROL);
  bl_view_text(hands.view, "c", 1, BL_MOD_CONTROL);
  bl_view_text(hands.view, "x", 1, BL_MOD_CONTROL);
  bl_view_press(hands.view, key->rect.x + 4.0, key->rect.y + 4.0, 1, 0u, 9.1);
  assert_string_equal(hands.copied[0], "");
  assert_string_equal(hands.copied[1], "");
}

static int
hundredths(const BlPort port)
{
  return (int)(100.0f * bl_model_control(&hands.model, port) + 0.5f);
}

static void
test_slider(void** const state)
{
  (void)state;
  bl_view_focus(hands.view, true);
  // The panel alone changes nothing that is sent
  const unsigned sent = hands.ports;
  hands_click(&hands, BL_ITEM_FINE, 0, 1);
  hands_click(&hands, BL_ITEM_SLIDER, 1, 1);
  assert_int_equal(hands.ports, sent);
  assert_int_equal(hundredths(BL_PORT_WEIRDNESS), 50);
  hands_click(&hands, BL_ITEM_SETTING, BL_PORT_FINE_TUNE, 1);
  assert_int_equal(hundredths(BL_PORT_FINE_TUNE), 100);
  hands_click(&hands, BL_ITEM_SLIDER, 1, 1);
  const int far = hundredths(BL_PORT_WEIRDNESS);
  assert_true(far > 80 && far < 100);
  bl_view_key(hands.view, BL_KEY_LEFT, 0u);
  bl_view_key(hands.view, BL_KEY_DOWN, 0u);
  assert_int_equal(hundredths(BL_PORT_WEIRDNESS), far - 2);
  bl_view_key(hands.view, BL_KEY_UP, 0u);
  assert_int_equal(hundredths(BL_PORT_WEIRDNESS), far - 1);
  bl_view_key(hands.view, BL_KEY_PAGE_DOWN, 0u);
  assert_int_equal(hundredths(BL_PORT_WEIRDNESS), far - 11);
  bl_view_key(hands.view, BL_KEY_END, 0u);
  assert_int_equal(hundredths(BL_PORT_WEIRDNESS), 100);
  bl_view_key(hands.view, BL_KEY_HOME, 0u);
  assert_int_equal(hundredths(BL_PORT_WEIRDNESS), 0);
  for (int i = 0; i < far - 11; ++i) {
    bl_view_key(hands.view, BL_KEY_RIGHT, 0u);
  }

  const BlRect r =
    bl_layout_find(bl_view_layout(hands.view), BL_ITEM_SLIDER, 1)->rect;
  bl_view_press(hands.view, r.x + 4.0, r.y + 4.0, 4, 0u,
                hands.now); // The wheel, up
  assert_int_equal(hundredths(BL_PORT_WEIRDNESS), far - 10);
  hands_click(&hands, BL_ITEM_SLIDER, 1, 2);
  assert_int_equal(hundredths(BL_PORT_WEIRDNESS), 50);
}

static void
test_clip_light(void** const state)
{
  (void)state;
  BlMessage m;
  bl_message_init(&m, BL_MSG_LEVEL);
  m.as.level.peak    = 0.5f;
  m.as.level.clipped = true;
  bl_model_message(&hands.model, &m, 1.0);
  bl_view_update(hands.view, 100.0);
  assert_true(hands.model.clipped); // Until somebody has seen it
  hands_click(&hands, BL_ITEM_METER, 0, 1);
  assert_false(hands.model.clipped);
}

/// Step by step: words that were typed, what was deleted, cut and pasted, and
/// what came from outside
static void
test_undo(void** const state)
{
  (void)state;
  begin("");
  for (const char* c = "soft piano"; *c; ++c) {
    bl_view_text(hands.view, c, 1, 0u);
  }
  assert_string_equal(committed(), "soft piano");
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft");
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL); // There is no more
  assert_string_equal(committed(), "");
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL | BL_MOD_SHIFT);
  bl_view_text(hands.view, "y", 1, BL_MOD_CONTROL);
  bl_view_text(hands.view, "y", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft piano");

  bl_view_key(hands.view, BL_KEY_BACKSPACE, 0u);
  bl_view_key(hands.view, BL_KEY_BACKSPACE, 0u);
  hands_type(&hands, "x");
  bl_view_text(hands.view, "v", 1, BL_MOD_CONTROL);
  hands_paste(&hands, " and more");
  assert_string_equal(committed(), "soft piax and more");
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft piax");
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft pia");
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft piano");

  hands_type(&hands, "x");
  bl_view_text(hands.view, "a", 1, BL_MOD_CONTROL); // All of it
  hands_type(&hands, "y");
  assert_string_equal(committed(), "y");
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft pianox");
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft piano");

  bl_view_key(hands.view, BL_KEY_DELETE, 0u); // Nothing is there: no step
  bl_view_text(hands.view, "y", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft piano");
  hands_type(&hands, "x");
  bl_view_key(hands.view, BL_KEY_DELETE, 0u);
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft piano");

  begin("a preset's"); // Over it: can be taken back as well
  bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  assert_string_equal(committed(), "soft piano");
  for (int i = 0; i < 200; ++i) { // More than are kept
    bl_view_key(hands.view, i % 2 ? BL_KEY_END : BL_KEY_HOME, 0u);
    hands_type(&hands, "y");
  }
  for (int i = 0; i < 200; ++i) {
    bl_view_text(hands.view, "z", 1, BL_MOD_CONTROL);
  }
  assert_int_equal(strlen(committed()), 10 + 200 - 64);
}

/// A paste that comes late goes into no other field
static void
test_late_paste(void** const state)
{
  (void)state;
  begin("soft");
  bl_view_key(hands.view, BL_KEY_END, 0u);
  bl_view_text(hands.view, "v", 1, BL_MOD_CONTROL);
  const unsigned first = hands.ticket;
  bl_view_text(hands.view, "v", 1, BL_MOD_CONTROL);
  bl_view_paste(hands.view, first, " one", 4);
  hands_paste(&hands, " two");
  assert_string_equal(committed(), "soft one two");

  bl_view_text(hands.view, "v", 1, BL_MOD_CONTROL);
  const unsigned late = hands.ticket;
  bl_view_key(hands.view, BL_KEY_TAB, 0u);
  bl_view_key(hands.view, BL_KEY_TAB, BL_MOD_SHIFT);
  bl_view_text(hands.view, "v", 1, BL_MOD_CONTROL);
  bl_view_paste(hands.view, late, "late", 4);
  hands_paste(&hands, "now");
  assert_string_equal(committed(), "now"); // What Tab selected is replaced
  bl_view_paste(hands.view, hands.ticket + 1u, "never", 5);
  assert_string_equal(committed(), "now");
}

static char claimed[BL_NAME_BYTES];

static void
on_claim(void* const handle, const BlMessage* const message)
{
  (void)handle;
  if (message->kind == BL_MSG_CLAIM) {
    memcpy(claimed, message->as.claim.task, sizeof(claimed));
  }
}

/// What nobody knows the end of is claimed by what the clipboard holds, if
/// that can be an id
static void
test_claim(void** const state)
{
  (void)state;
  BlMessage m;
  bl_message_init(&m, BL_MSG_TAKE);
  snprintf(m.as.take.take, BL_TAKE_ID_BYTES, "20261122T101340Z-1a2b3c4d");
  m.as.take.number = 1;
  bl_model_message(&hands.model, &m, 1.0);
  bl_message_init(&m, BL_MSG_JOB);
  snprintf(m.as.job.take, BL_TAKE_ID_BYTES, "20261122T101340Z-1a2b3c4d");
  m.as.job.job   = 1;
  m.as.job.shown = BL_SHOWN_UNSURE;
  m.as.job.error = BL_UNSURE;
  bl_model_message(&hands.model, &m, 1.0);
  hands.model.out.message = on_claim;
  claimed[0]              = '\0';

  hands_click(&hands, BL_ITEM_CLAIM, 0, 1);
  assert_int_equal(hands.asked[0], 1);
  hands_paste(&hands, "two words");
  assert_string_equal(claimed, "");
  hands_paste(&hands, "383be628d94315b2"); // Nobody hands.asked any more
  assert_string_equal(claimed, "");
  hands_click(&hands, BL_ITEM_CLAIM, 0, 1);
  hands_paste(&hands, " 383be628d94315b2\n");
  assert_string_equal(claimed, "383be628d94315b2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  hands_use_fonts();

  const struct CMUnitTest tests[] = {
    TEST(test_graphemes),
    TEST(test_right_to_left),
    TEST(test_clicks_meet_the_caret),
    TEST(test_mouse_selects),
    TEST(test_keys_select),
    TEST(test_most_characters),
    TEST(test_host),
    TEST(test_key_is_secret),
    TEST(test_slider),
    TEST(test_clip_light),
    TEST(test_undo),
    TEST(test_late_paste),
    TEST(test_claim),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

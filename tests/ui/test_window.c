// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 240

// The real window on a real screen, with the real plugin and the local band

#include "support/scene.h"
#include "x11host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES 1200u ///< Of 25 ms: what is waited for comes long before

/// Run plugin and windows until it holds
#define WAIT_UNTIL(condition)                                                  \
  do {                                                                         \
    for (unsigned tries_ = 0; tries_ < TRIES; ++tries_) {                      \
      if (condition) {                                                         \
        break;                                                                 \
      }                                                                        \
      xhost_pump(&host, 0.025);                                                \
    }                                                                          \
    assert_true(condition);                                                    \
  } while (0)

static XHost host;

static int
value_of(const char* const symbol)
{
  return (int)bl_host_get(host.plugin, symbol);
}

static bool
state_has(const char* const text)
{
  char* const saved = bl_host_save(host.plugin, BL_HOST_SESSION);
  const bool  has   = saved && strstr(saved, text);
  free(saved);
  return has;
}

static Window
focus(void)
{
  Window window = 0;
  int    revert = 0;
  XGetInputFocus(host.screen.display, &window, &revert);
  return window;
}

/// The window shows that take `n` can be sent, or that both results are there
static bool
is_enabled(const unsigned i, const BlItemKind kind, const int index)
{
  const BlItem* const item =
    bl_layout_find(bl_view_layout(host.uis[i].shadow), kind, index);
  return item && item->enabled;
}

/// How many pixels of two windows differ
static size_t
differing(void)
{
  size_t n = 0;
  XRaiseWindow(host.screen.display, host.uis[1].parent);
  xhost_pump(&host, 0.2);
  uint32_t* const second = xhost_picture(&host, 1, &n);
  XRaiseWindow(host.screen.display, host.uis[0].parent);
  xhost_pump(&host, 0.2);
  uint32_t* const first = xhost_picture(&host, 0, &n);
  size_t          count = 0;
  for (size_t i = 0; i < n; ++i) {
    count += first[i] != second[i];
  }
  free(first);
  free(second);
  return count;
}

/// Two windows of one instance show the same, whoever changed it
static void
test_two_windows(void** const state)
{
  (void)state;
  xhost_open(&host, 0);
  xhost_open(&host, 1);
  WAIT_UNTIL(host.uis[0].model.connected && host.uis[1].model.connected);
  xhost_click(&host, 1, BL_ITEM_GENRE, 3, 1);
  xhost_click(&host, 1, BL_ITEM_MOOD, 1, 1);
  WAIT_UNTIL(value_of("genre") == 3 && value_of("mood") == 1);

  // The one that was clicked keeps a focused item, drawn only with keyboard
  xscreen_do(&host.screen, "mousemove %d %d", XSCREEN_WIDTH - 5,
             XSCREEN_HEIGHT - 5);
  XSetInputFocus(host.screen.display, DefaultRootWindow(host.screen.display),
                 RevertToNone, CurrentTime);
  size_t different = 1;
  for (unsigned i = 0; i < 60 && different; ++i) {
    different = differing();
  }
  assert_int_equal(different, 0);
  xhost_close(&host, 0);
  xhost_close(&host, 1);
}

/// A take of the host's, so that there is something to send
static void
capture(void)
{
  const int before = value_of("takes");
  xhost_bounce(&host);
  WAIT_UNTIL(value_of("takes") > before);
  WAIT_UNTIL(is_enabled(0, BL_ITEM_GENERATE, 0));
}

static void
check_path_in_clipboard(void)
{
  char text[4096];
  xhost_clipboard(&host, text, sizeof(text));
  assert_int_equal(text[0], '/');
  assert_non_null(strstr(text, "/backline/takes/"));
  assert_int_equal(access(text, R_OK), 0);
}

/// The whole job with the mouse alone; the title comes from PRIMARY
static void
test_mouse_only(void** const state)
{
  (void)state;
  xhost_open(&host, 0);
  bl_host_set(host.plugin, "service", 1.0f);
  WAIT_UNTIL(host.uis[0].model.connected);
  xhost_click(&host, 0, BL_ITEM_ARM, 0, 1);
  WAIT_UNTIL(value_of("arm") == 1);
  capture();

  xhost_click(&host, 0, BL_ITEM_GENRE, 1, 1);
  WAIT_UNTIL(value_of("genre") == 1);
  assert_int_equal(system("printf Sommer | xclip -selection primary"), 0);
  xhost_click(&host, 0, BL_ITEM_FIELD, (int)BL_STRING_TITLE, 2);
  xhost_click(&host, 0, BL_ITEM_FIELD, (int)BL_STRING_TAGS, 1);
  WAIT_UNTIL(state_has("Sommer"));

  xhost_click(&host, 0, BL_ITEM_GENERATE, 0, 1);
  WAIT_UNTIL(is_enabled(0, BL_ITEM_RESULT, 1));
  // Both are here, and the files beside them, which lengthen the menu
  WAIT_UNTIL(value_of("results") == 2 && value_of("status") == BL_SHOWN_DONE);
  xhost_click(&host, 0, BL_ITEM_RESULT_MENU, 0, 1);
  xhost_click_row(&host, 0, "Copy its path");
  check_path_in_clipboard();
  xhost_close(&host, 0);
}

/// Of the shown result A, by its menu
static void
copy_path(char* const path, const size_t size)
{
  xhost_click(&host, 0, BL_ITEM_RESULT_MENU, 0, 1);
  xhost_click_row(&host, 0, "Copy its path");
  check_path_in_clipboard();
  xhost_clipboard(&host, path, size);
}

/// Generated once more, a take has its first results still, also for a window
/// that was opened since
static void
test_results_before(void** const state)
{
  (void)state;
  char first[4096];
  char again[4096];
  xhost_open(&host, 0);
  WAIT_UNTIL(is_enabled(0, BL_ITEM_RESULT, 1));
  copy_path(first, sizeof(first));
  xhost_click(&host, 0, BL_ITEM_GENERATE, 0, 1);
  WAIT_UNTIL(value_of("results") < 2);
  WAIT_UNTIL(value_of("results") == 2 && value_of("status") == BL_SHOWN_DONE);
  xhost_close(&host, 0);

  xhost_open(&host, 0);
  WAIT_UNTIL(is_enabled(0, BL_ITEM_RESULTS, 0));
  WAIT_UNTIL(is_enabled(0, BL_ITEM_RESULT, 1));
  copy_path(again, sizeof(again));
  assert_string_not_equal(again, first);

  xhost_click(&host, 0, BL_ITEM_RESULTS, 0, 5); // The wheel
  copy_path(again, sizeof(again));
  assert_string_equal(again, first);
  xhost_close(&host, 0);
}

/// A window that has the keyboard
static void
open_focused(void)
{
  xhost_open(&host, 0);
  WAIT_UNTIL(host.uis[0].model.connected);
  XSetInputFocus(host.screen.display, host.uis[0].window, RevertToParent,
                 CurrentTime);
  WAIT_UNTIL(focus() == host.uis[0].window);
  bl_view_focus(host.uis[0].shadow, true);
}

/// And with the keyboard alone
static void
test_keyboard_only(void** const state)
{
  (void)state;
  open_focused();

  assert_true(xhost_tab_to(&host, 0, BL_ITEM_ARM, 0));
  xhost_key(&host, 0, "space", BL_KEY_SPACE); // It was on
  WAIT_UNTIL(value_of("arm") == 0);
  xhost_key(&host, 0, "Return", BL_KEY_ENTER);
  WAIT_UNTIL(value_of("arm") == 1);
  capture();
  assert_true(xhost_tab_to(&host, 0, BL_ITEM_GENRE, 2));
  xhost_key(&host, 0, "space", BL_KEY_SPACE);
  WAIT_UNTIL(value_of("genre") == 2);

  const unsigned before = host.keys;
  assert_true(xhost_tab_to(&host, 0, BL_ITEM_FIELD, (int)BL_STRING_TITLE));
  xscreen_do(&host.screen, "type --delay 8 'Mein Lied'");
  xhost_pump(&host, 0.1);
  assert_int_equal(host.keys, before); // Typing does not reach the host
  assert_true(xhost_tab_to(&host, 0, BL_ITEM_FIELD, (int)BL_STRING_TAGS));
  WAIT_UNTIL(state_has("Mein Lied"));

  assert_true(xhost_tab_to(&host, 0, BL_ITEM_GENERATE, 0));
  xhost_key(&host, 0, "Return", BL_KEY_ENTER);
  WAIT_UNTIL(value_of("results") < 2);
  WAIT_UNTIL(value_of("results") == 2 && value_of("status") == BL_SHOWN_DONE &&
             is_enabled(0, BL_ITEM_RESULT, 1));
  assert_true(xhost_tab_to(&host, 0, BL_ITEM_RESULT_MENU, 1));
  xhost_key(&host, 0, "Return", BL_KEY_ENTER);
  xhost_choose_row(&host, 0, "Copy its path");
  check_path_in_clipboard();

  // Escape gives the keyboard back; what is not used reaches the host
  xhost_key(&host, 0, "Escape", BL_KEY_ESCAPE);
  WAIT_UNTIL(focus() == host.uis[0].parent);
  XSetInputFocus(host.screen.display, host.uis[0].window, RevertToParent,
                 CurrentTime);
  WAIT_UNTIL(focus() == host.uis[0].window);
  const unsigned unused = host.keys;
  xscreen_do(&host.screen, "key F5");
  WAIT_UNTIL(host.keys > unused);
  xhost_close(&host, 0);
}

/// Letters, ends and pages in menus, as the keyboard sends them
static void
test_menu_keys(void** const state)
{
  (void)state;
  open_focused();

  assert_true(xhost_tab_to(&host, 0, BL_ITEM_SERVICE, 0));
  xhost_key(&host, 0, "Return", BL_KEY_ENTER);
  const unsigned before = host.keys;
  xscreen_do(&host.screen, "type --delay 8 kie");
  xscreen_do(&host.screen, "key Return");
  WAIT_UNTIL(value_of("service") == BL_SERVICE_KIE);
  assert_int_equal(host.keys, before); // None of it reached the host
  xscreen_do(&host.screen, "key --delay 30 Return Home Return");
  WAIT_UNTIL(value_of("service") == BL_SERVICE_CONFIGURED);
  xscreen_do(&host.screen, "key --delay 30 Return End Up Return");
  WAIT_UNTIL(value_of("service") == BL_SERVICE_KIE);
  xscreen_do(&host.screen, "key --delay 30 Return Prior Down Return");
  WAIT_UNTIL(value_of("service") == BL_SERVICE_LOCAL);
  xscreen_do(&host.screen, "key --delay 30 Return Next Return");
  WAIT_UNTIL(value_of("service") == BL_SERVICE_CUSTOM);
  bl_host_set(host.plugin, "service", (float)BL_SERVICE_LOCAL);
  xhost_close(&host, 0);
}

/// Opened and closed again and again while a job runs
static void
test_open_and_close(void** const state)
{
  (void)state;
  const unsigned count = SCENE_SANITIZED ? 60u : 200u;
  for (unsigned i = 0; i < 20; ++i) { // Caches of fonts fill up
    xhost_open(&host, 0);
    xhost_pump(&host, 0.02);
    xhost_close(&host, 0);
  }
  const unsigned threads = scene_threads();
  const unsigned files   = scene_open_files();
  const size_t   bytes   = scene_resident();

  for (unsigned i = 0; i < count; ++i) {
    xhost_open(&host, 0);
    if (i == 5) {
      WAIT_UNTIL(is_enabled(0, BL_ITEM_GENERATE, 0));
      xhost_click(&host, 0, BL_ITEM_GENERATE, 0, 1);
      WAIT_UNTIL(value_of("results") == 0);
    }
    xhost_pump(&host, 0.01);
    xhost_close(&host, 0);
  }
  WAIT_UNTIL(value_of("results") == 2);
  WAIT_UNTIL(scene_threads() <= threads);
  WAIT_UNTIL(scene_open_files() <= files);
  if (!SCENE_SANITIZED) {
    const size_t now = scene_resident();
    print_message("# %zu kB more after %u windows\n",
                  now > bytes ? (now - bytes) / 1024u : 0u, count);
    assert_true(now < bytes + (16u << 20u));
  }
  assert_int_equal(host.screen.errors, 0);
}

/// The host destroys its window, and ours in it, before it says cleanup()
static void
test_parent_first(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 6; ++i) {
    xhost_open(&host, 0);
    xhost_pump(&host, 0.1);
    XDestroyWindow(host.screen.display, host.uis[0].parent);
    XSync(host.screen.display, False);
    if (i % 2u) { // With and without an idle() between
      WAIT_UNTIL(host.uis[0].gone);
    }
    host.uis[0].gone = true;
    xhost_close(&host, 0);
  }
  xhost_pump(&host, 0.2);
  assert_int_equal(host.screen.errors, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_two_windows),
    cmocka_unit_test(test_mouse_only),
    cmocka_unit_test(test_results_before),
    cmocka_unit_test(test_keyboard_only),
    cmocka_unit_test(test_menu_keys),
    cmocka_unit_test(test_open_and_close),
    cmocka_unit_test(test_parent_first),
  };
  xhost_start(&host);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  xhost_stop(&host);
  return failed;
}

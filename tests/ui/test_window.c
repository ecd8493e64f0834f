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

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static XHost host;

static unsigned
open_files(void)
{
  unsigned   n   = 0;
  DIR* const dir = opendir("/proc/self/fd");
  while (dir && readdir(dir)) {
    ++n;
  }
  if (dir) {
    closedir(dir);
  }
  return n;
}

/// Two windows of one instance show the same, whoever changed it
static void
test_two_windows(void** const state)
{
  (void)state;
  size_t n = 0;
  xhost_open(&host, 0);
  xhost_open(&host, 1);
  xhost_pump(&host, 0.5);
  xhost_click(&host, 1, BL_ITEM_GENRE, 3);
  xhost_click(&host, 1, BL_ITEM_MOOD, 1);
  xhost_do("mousemove 1270 880");
  XSetInputFocus(host.display, DefaultRootWindow(host.display), RevertToNone,
                 CurrentTime);
  xhost_pump(&host, 2.5);
  XRaiseWindow(host.display, host.uis[1].parent);
  xhost_pump(&host, 0.5);
  uint32_t* const second = xhost_picture(&host, 1, &n);
  XRaiseWindow(host.display, host.uis[0].parent);
  xhost_pump(&host, 0.5);
  uint32_t* const first     = xhost_picture(&host, 0, &n);
  size_t          different = 0;
  for (size_t i = 0; i < n; ++i) {
    different += first[i] != second[i];
  }
  free(first);
  free(second);
  assert_true(fabsf(bl_host_get(host.plugin, "genre") - 3.0f) < 1e-6f);
  // The one that was clicked keeps a focused item, drawn only with keyboard
  assert_true(different < n / 500u);
  xhost_close(&host, 0);
  xhost_close(&host, 1);
}

/// The whole job with the mouse alone
static void
test_mouse_only(void** const state)
{
  (void)state;
  xhost_open(&host, 0);
  xhost_pump(&host, 0.5);
  bl_host_set(host.plugin, "service", 1.0f);
  xhost_click(&host, 0, BL_ITEM_ARM, 0);
  assert_true(bl_host_get(host.plugin, "arm") > 0.5f);
  xhost_bounce(&host);
  assert_true(xhost_wait(&host, "takes", 1.0f, 20.0));
  xhost_pump(&host, 0.5);
  xhost_click(&host, 0, BL_ITEM_GENERATE, 0);
  assert_true(xhost_wait(&host, "results", 2.0f, 90.0));
  xhost_pump(&host, 0.5);
  const BlItem* const result =
    bl_layout_find(bl_view_layout(host.uis[0].shadow), BL_ITEM_RESULT, 1);
  assert_true(result && result->enabled);
  xhost_close(&host, 0);
}

/// And with the keyboard alone, with a title that is typed
static void
test_keyboard_only(void** const state)
{
  (void)state;
  xhost_open(&host, 0);
  xhost_pump(&host, 0.5);
  XSetInputFocus(host.display, host.uis[0].window, RevertToParent, CurrentTime);
  xhost_pump(&host, 0.3);
  bl_view_focus(host.uis[0].shadow, true);

  assert_true(xhost_tab_to(&host, 0, BL_ITEM_GENRE, 2));
  xhost_key(&host, 0, "space", BL_KEY_SPACE);
  assert_true(fabsf(bl_host_get(host.plugin, "genre") - 2.0f) < 1e-6f);

  const unsigned before = host.keys;
  assert_true(xhost_tab_to(&host, 0, BL_ITEM_FIELD, (int)BL_STRING_TITLE));
  xhost_do("type --delay 8 'Mein Lied'");
  bl_view_text(host.uis[0].shadow, "Mein Lied", 9, 0u);
  xhost_pump(&host, 0.3);
  assert_int_equal(host.keys, before); // Typing does not reach the host
  assert_true(xhost_tab_to(&host, 0, BL_ITEM_FIELD, (int)BL_STRING_TAGS));
  xhost_pump(&host, 0.3);
  char* const saved = bl_host_save(host.plugin, BL_HOST_SESSION);
  assert_non_null(strstr(saved, "Mein Lied"));
  free(saved);

  assert_true(xhost_tab_to(&host, 0, BL_ITEM_GENERATE, 0));
  xhost_key(&host, 0, "Return", BL_KEY_ENTER);
  xhost_pump(&host, 0.5);
  assert_true(bl_host_get(host.plugin, "results") < 2.0f);
  assert_true(xhost_wait(&host, "results", 2.0f, 90.0));

  // Escape gives the keyboard back; what is not used reaches the host
  xhost_key(&host, 0, "Escape", BL_KEY_ESCAPE);
  Window focus  = 0;
  int    revert = 0;
  XGetInputFocus(host.display, &focus, &revert);
  assert_int_equal(focus, host.uis[0].parent);
  XSetInputFocus(host.display, host.uis[0].window, RevertToParent, CurrentTime);
  xhost_pump(&host, 0.2);
  const unsigned unused = host.keys;
  xhost_do("key F5");
  xhost_pump(&host, 0.3);
  assert_true(host.keys > unused);
  xhost_close(&host, 0);
}

/// Opened and closed again and again while a job runs
static void
test_open_and_close(void** const state)
{
  (void)state;
  xhost_open(&host, 0);
  xhost_pump(&host, 0.3);
  xhost_close(&host, 0);
  xhost_pump(&host, 0.3);
  const unsigned threads = scene_threads();
  const unsigned files   = open_files();
  const size_t   bytes   = scene_resident();
  bool           clicked = false;

  for (unsigned i = 0; i < 200; ++i) {
    xhost_open(&host, 0);
    xhost_pump(&host, 0.01);
    if (i == 20) {
      xhost_pump(&host, 0.5);
      xhost_click(&host, 0, BL_ITEM_GENERATE, 0);
      clicked = true;
    }
    xhost_close(&host, 0);
  }
  assert_true(clicked);
  assert_true(xhost_wait(&host, "results", 2.0f, 90.0));
  xhost_pump(&host, 0.5);
  assert_true(scene_threads() <= threads + 1u); // The job's may linger
  assert_true(open_files() <= files + 4u);
  if (!SCENE_SANITIZED) {
    const size_t now = scene_resident();
    print_message("# %zu kB more after 200 windows\n",
                  now > bytes ? (now - bytes) / 1024u : 0u);
    assert_true(now < bytes + (24u << 20u));
  }
  assert_int_equal(host.errors, 0);
}

static void
test_parent_first(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 6; ++i) {
    xhost_open(&host, 0);
    xhost_pump(&host, 0.1);
    XDestroyWindow(host.display, host.uis[0].parent);
    XSync(host.display, False);
    if (i % 2u) { // With and without an idle() between
      xhost_pump(&host, 0.1);
      assert_true(host.uis[0].gone);
    }
    host.uis[0].gone = true;
    xhost_close(&host, 0);
  }
  xhost_pump(&host, 0.2);
  assert_int_equal(host.errors, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_two_windows),   cmocka_unit_test(test_mouse_only),
    cmocka_unit_test(test_keyboard_only), cmocka_unit_test(test_open_and_close),
    cmocka_unit_test(test_parent_first),
  };
  xhost_start(&host);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  xhost_stop(&host);
  return failed;
}

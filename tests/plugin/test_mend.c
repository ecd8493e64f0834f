// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// A window asks for the list of takes while one is captured, and there is a
// long one that no process finished: the disk thread does both

#include "support/ear.h"
#include "support/host.h"
#include "support/scene.h"
#include "support/unfinished.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#define LONG_FRAMES (15u * 60u * 48000u)

static BlWorld* world;
static Ear      window;

static void
a_long_one_is_mended_while_one_is_captured(void** const state)
{
  (void)state;
  BlTake            unfinished;
  char              root[BL_PATH_BYTES];
  const BlHostSetup setup = { 0 };
  BlHost* const     host  = bl_host_new(world, &setup);
  assert_non_null(host);
  ear_listen(&window, host);
  snprintf(root, sizeof(root), "%s/backline/takes", getenv("XDG_DATA_HOME"));
  assert_true(unfinished_take(root, NULL, LONG_FRAMES, true, &unfinished));

  BlMessage hello;
  bl_message_init(&hello, BL_MSG_HELLO);
  ear_say(&window, &hello);
  bl_host_set(host, "record", 1.0f);
  assert_true(ear_wait(&window, &window.count[BL_MSG_LIVE], 3));

  // As often as ever it tells what it has captured
  const unsigned before = window.count[BL_MSG_LIVE];
  ear_say_kind(&window, BL_MSG_LIST);
  assert_true(ear_wait(&window, &window.count[BL_MSG_LISTED], 1));
  const unsigned told = window.count[BL_MSG_LIVE] - before;
  print_message("# %u times meanwhile\n", told);
  assert_true(told >= 4);
  assert_int_equal(window.listed.takes, 1); // The other one is being written
  assert_string_equal(window.take.take, unfinished.id);
  assert_int_equal(window.take.frames, LONG_FRAMES);
  assert_true(window.take.unfinished);

  bl_host_set(host, "record", 0.0f);
  assert_true(scene_wait_takes(host, 1, 30.0)); // Finished
  assert_float_equal(bl_host_get(host, "dropped"), 0.0f, 0.0f);
  bl_host_free(host);
  scene_forget_takes();
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_long_one_is_mended_while_one_is_captured),
  };
  world = bl_world_new();
  if (!world || !ear_init(&window, world)) {
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_world_free(world);
  return failed;
}

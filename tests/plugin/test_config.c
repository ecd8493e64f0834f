// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// What config.json says is told to a window, also when it changes

#include "base/paths.h"
#include "base/ports.h"
#include "support/ear.h"
#include "support/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static BlWorld* world;
static Ear      window;

static void
write_config(const char* const text)
{
  char path[BL_PATH_BYTES];
  assert_int_equal(bl_path_config(path, sizeof(path)), 0);
  *strrchr(path, '/') = '\0';
  assert_int_equal(bl_path_make_dir(path), BL_SUCCESS);
  path[strlen(path)] = '/';
  FILE* const file   = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

static void
wait_error(const BlStatus error)
{
  while (window.status.error != (int32_t)error) {
    assert_true(ear_wait(&window, &window.count[BL_MSG_STATUS],
                         window.count[BL_MSG_STATUS] + 1u));
  }
}

/// Before anybody presses Generate, and until it is mended
static void
broken_config_is_told(void** const state)
{
  (void)state;
  char              path[BL_PATH_BYTES];
  const BlHostSetup setup = { 0 };
  BlHost* const     host  = bl_host_new(world, &setup);
  assert_non_null(host);
  ear_listen(&window, host);
  assert_int_equal(bl_path_config(path, sizeof(path)), 0);
  write_config("{\n  \"service\": \"kie\",,\n}\n");
  ear_say_kind(&window, BL_MSG_HELLO);
  wait_error(BL_BAD_CONFIG);
  assert_non_null(strstr(window.status.message, "config.json"));
  assert_non_null(strstr(window.status.message, "line 2"));
  write_config("{\"service\": \"kie\"}\n");
  wait_error(BL_SUCCESS);
  assert_string_equal(window.status.message, "");
  assert_string_equal(window.status.configured, "kie");

  // There is none any more: the local band
  assert_int_equal(unlink(path), 0);
  while (strcmp(window.status.configured, "local") != 0) {
    assert_true(ear_wait(&window, &window.count[BL_MSG_STATUS],
                         window.count[BL_MSG_STATUS] + 1u));
  }

  // A window that has gone leaves no complaint that nobody would take back
  write_config("{");
  wait_error(BL_BAD_CONFIG);
  for (int i = 0; bl_host_get(host, "error") != 0.0f; ++i) {
    assert_true(i < 300);
    bl_host_idle(host, 0.1);
  }
  bl_host_free(host);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(broken_config_is_told),
  };
  world = bl_world_new();
  if (!world || !ear_init(&window, world)) {
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_world_free(world);
  return failed;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// An instance with nothing to do wakes its threads seldom, and loses nothing
// by it

#include "base/limits.h"
#include "base/ports.h"
#include "base/status.h"
#include "base/thread.h"
#include "support/host.h"
#include "support/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static BlWorld* world;

static bool
read_file(const char* const path, char* const text, const size_t size)
{
  FILE* const file = fopen(path, "r");
  if (!file) {
    return false;
  }
  text[fread(text, 1, size - 1u, file)] = '\0';
  fclose(file);
  return true;
}

/// How often the threads called "bl-..." have waited so far
static unsigned
count_waits(void)
{
  static const char key[] = "voluntary_ctxt_switches:";
  DIR* const        tasks = opendir("/proc/self/task");
  struct dirent*    entry = NULL;
  unsigned          count = 0;
  assert_non_null(tasks);
  while ((entry = readdir(tasks))) {
    char path[300];
    char text[4096];
    snprintf(path, sizeof(path), "/proc/self/task/%s/status", entry->d_name);
    if (read_file(path, text, sizeof(text)) && strstr(text, "Name:\tbl-")) {
      const char* const line = strstr(text, key);
      assert_non_null(line);
      count += (unsigned)strtoul(line + sizeof(key) - 1u, NULL, 10);
    }
  }
  closedir(tasks);
  return count;
}

/// Waits a second while nothing happens
static double
rate_of_waits(BlHost* const host, const double seconds)
{
  const double   begin  = bl_time_monotonic();
  const unsigned before = count_waits();
  bl_host_idle(host, seconds);
  const unsigned waits = count_waits() - before;
  return waits / (bl_time_monotonic() - begin);
}

static BlHost*
calm_host(void)
{
  const BlHostSetup setup = { 0 };
  BlHost* const     host  = bl_host_new(world, &setup);
  assert_non_null(host);

  // Until its threads wake seldom: how long that takes is no matter here
  const double end  = bl_time_monotonic() + 60.0;
  double       rate = 1e3;
  while (rate > 1.5e3 / BL_POLL_CALM_MS && bl_time_monotonic() < end) {
    rate = rate_of_waits(host, 1.0);
  }
  printf("# %.1f wakings a second\n", rate);
  assert_true(rate <= 1.5e3 / BL_POLL_CALM_MS);
  return host;
}

static void
its_take_is_whole(void** const state)
{
  (void)state;
  BlHost* const host    = calm_host();
  float* const  signal  = scene_signal(3u * 48000u, 7);
  const float*  audio[] = { signal };
  BlTake        takes[SCENE_TAKES_MAX];

  // As fast as can be, from the very block in which it begins
  bl_host_set(host, "record", 1.0f);
  for (unsigned i = 0; i < 3u * 48000u; i += 480u) {
    memcpy(bl_host_input(host, 0), signal + i, 480u * sizeof(float));
    bl_host_run(host, 480u);
  }
  bl_host_set(host, "record", 0.0f);
  assert_true(scene_wait_takes(host, 1, 60.0));
  assert_int_equal(scene_takes(takes), 1);
  assert_int_equal(takes[0].frames, 3 * 48000);
  assert_int_equal(takes[0].dropped, 0);
  assert_true(scene_take_is(&takes[0], audio, 3u * 48000u));
  assert_float_equal(bl_host_get(host, "dropped"), 0.0f, 0.0f);
  bl_host_free(host);
  scene_forget_takes();
  free(signal);
}

static void
a_click_is_answered(void** const state)
{
  (void)state;
  BlHost* const host = calm_host();
  assert_float_equal(bl_host_get(host, "error"), 0.0f, 0.0f);
  bl_host_set(host, "generate", 1.0f);
  assert_true(bl_host_wait(host, "error", (float)BL_NO_TAKE, 60.0));
  bl_host_free(host);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(its_take_is_whole),
    cmocka_unit_test(a_click_is_answered),
  };
  if (!(world = bl_world_new())) {
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_world_free(world);
  return failed;
}

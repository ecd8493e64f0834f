// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// Loading, instantiating and going: a thousand times, with a hanging service,
// with nothing that works

#include "base/ports.h"
#include "base/thread.h"
#include "support/host.h"
#include "support/scene.h"
#include "support/standin.h"

#include <lv2/core/lv2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static BlWorld* world;

static unsigned
count_files(const char* const folder)
{
  unsigned   count = 0;
  DIR* const dir   = opendir(folder);
  while (dir && readdir(dir)) {
    ++count;
  }
  closedir(dir);
  return count;
}

/// What a host's scanner does with a plugin, from dlopen on
static void
open_and_close(const char* const binary)
{
  void* const library = dlopen(binary, RTLD_NOW | RTLD_LOCAL);
  assert_non_null(library);

  LV2_Descriptor_Function describe = NULL;
  void* const             symbol   = dlsym(library, "lv2_descriptor");
  memcpy(&describe, &symbol, sizeof(describe));
  assert_non_null(describe);
  assert_null(describe(2));

  const LV2_Feature        map        = { LV2_URID__map, bl_world_map(world) };
  const LV2_Feature* const features[] = { &map, NULL };
  const LV2_Feature* const none[]     = { NULL };
  for (uint32_t i = 0; i < 2; ++i) {
    const LV2_Descriptor* const d = describe(i);
    assert_null(d->instantiate(d, 48000.0, "", none));
    assert_null(d->instantiate(d, 0.0, "", features));
    assert_null(d->extension_data("urn:nothing"));
    const LV2_Handle handle = d->instantiate(d, 48000.0, "", features);
    assert_non_null(handle);
    d->connect_port(handle, 9999, NULL);
    d->cleanup(handle);
  }
  dlclose(library);
}

static void
a_thousand_times_without_growth(void** const state)
{
  (void)state;
  char binary[4096];
  snprintf(binary, sizeof(binary), "%s/backline.lv2/backline.so",
           getenv("LV2_PATH"));
#if SCENE_SANITIZED
  const unsigned times = 50; // Every freed byte is kept for a while
#else
  const unsigned times = 500; // Of two plugins each
#endif

  for (unsigned i = 0; i < times / 5; ++i) {
    open_and_close(binary);
  }
  const size_t   resident = scene_resident();
  const unsigned files    = count_files("/proc/self/fd");
  const unsigned tasks    = count_files("/proc/self/task");
  for (unsigned i = 0; i < times; ++i) {
    open_and_close(binary);
  }
  assert_int_equal(count_files("/proc/self/fd"), files);
  assert_int_equal(count_files("/proc/self/task"), tasks);
  const size_t now = scene_resident();
  printf("# %zu KiB resident, %zu KiB after %u times two instances\n",
         resident >> 10u, now >> 10u, times);
#if !SCENE_SANITIZED
  assert_true(now < resident + (2u << 20u));
#endif
}

static void
two_threads_each_that_end_with_it(void** const state)
{
  (void)state;
  enum
  {
    N = 8
  };
  const BlHostSetup setup  = { 0 };
  const unsigned    before = scene_threads();
  const size_t      memory = scene_resident();
  BlHost*           hosts[N];
  for (unsigned i = 0; i < N; ++i) {
    hosts[i] = bl_host_new(world, &setup);
    bl_host_idle(hosts[i], 0.02);
  }
  const size_t ring = (size_t)(BL_RING_S * 48000.0) * sizeof(float);
  const size_t each = (scene_resident() - memory) / N;
  printf("# an instance: %zu KiB, of which its ring is %zu KiB\n", each >> 10u,
         ring >> 10u);
  assert_int_equal(scene_threads(), before + 2 * N);
#if !SCENE_SANITIZED
  assert_true(each < 2 * ring + (12u << 20u));
#endif
  for (unsigned i = 0; i < N; ++i) {
    bl_host_free(hosts[i]);
  }
  assert_int_equal(scene_threads(), before);
}

static void
it_goes_at_once_while_an_upload_hangs(void** const state)
{
  (void)state;
  Standin* const standin = standin_new(NULL);
  assert_non_null(standin);
  assert_true(standin_write_config(standin, getenv("XDG_CONFIG_HOME")));
  standin_add_fault(standin, (StandinFault){ .endpoint = STANDIN_UPLOAD,
                                             .kind     = STANDIN_HANG });

  const BlHostSetup    setup   = { 0 };
  BlHost* const        host    = bl_host_new(world, &setup);
  float* const         signal  = scene_signal(12u * 48000u, 1);
  const float* const   audio[] = { signal };
  const BlHostPosition from    = { .frame = 0, .speed = 1.0 };
  bl_host_set(host, "arm", 1.0f);
  bl_host_play(host, &from, audio, 12u * 48000u, 1024);
  assert_true(scene_wait_takes(host, 1, 20.0));
  bl_host_set(host, "generate", 1.0f);
  for (unsigned i = 0; i < 500 && !standin_count(standin, STANDIN_UPLOAD);
       ++i) {
    bl_host_idle(host, 0.02);
  }
  assert_int_equal(standin_count(standin, STANDIN_UPLOAD), 1);
  bl_host_idle(host, 0.3);
  assert_float_equal(bl_host_get(host, "status"), BL_SHOWN_UPLOADING, 0.0f);

  const double begin = bl_time_monotonic();
  bl_host_free(host);
  const double seconds = bl_time_monotonic() - begin;
  printf("# cleanup() took %.0f ms\n", 1e3 * seconds);
  assert_true(seconds < (SCENE_SANITIZED ? 5e-3 : 1e-3) * BL_CLEANUP_MS);
  standin_free(standin);
  scene_forget_takes();
  free(signal);
}

static void
a_home_that_cannot_be_written_is_said(void** const state)
{
  (void)state;
  char old[4096];
  char blocked[4200];
  snprintf(old, sizeof(old), "%s", getenv("XDG_DATA_HOME"));

  // A file where the folder would be stops even root
  snprintf(blocked, sizeof(blocked), "%s/blocked", getenv("BL_TMP"));
  FILE* const file = fopen(blocked, "w");
  assert_non_null(file);
  fclose(file);
  setenv("XDG_DATA_HOME", blocked, 1);

  const BlHostSetup    setup   = { 0 };
  BlHost* const        host    = bl_host_new(world, &setup);
  float* const         signal  = scene_signal(48000, 1);
  const float* const   audio[] = { signal };
  const BlHostPosition from    = { .frame = 0, .speed = 1.0 };
  assert_non_null(host);
  bl_host_set(host, "arm", 1.0f);
  bl_host_play(host, &from, audio, 48000, 1024);
  assert_true(bl_host_wait(host, "error", 1.0f, 5.0));

  // What is lost is counted, and once
  assert_true(bl_host_wait(host, "dropped", 48000.0f, 20.0));
  bl_host_idle(host, 0.2);
  assert_float_equal(bl_host_get(host, "dropped"), 48000.0f, 0.0f);
  assert_memory_equal(bl_host_output(host, 0), bl_host_input(host, 0), 64);
  bl_host_free(host);
  setenv("XDG_DATA_HOME", old, 1);
  free(signal);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_thousand_times_without_growth),
    cmocka_unit_test(two_threads_each_that_end_with_it),
    cmocka_unit_test(it_goes_at_once_while_an_upload_hangs),
    cmocka_unit_test(a_home_that_cannot_be_written_is_said),
  };
  if (!(world = bl_world_new())) {
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_world_free(world);
  return failed;
}

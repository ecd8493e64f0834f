// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Audio passes bit for bit: mono, stereo, in place or not, every block size

#include "base/ports.h"
#include "support/host.h"
#include "support/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static BlWorld* world;

/// One block of both channels, compared with what went in
static void
check_block(BlHost* const host, const float* const signal, const uint32_t n)
{
  const uint32_t channels = bl_host_channels(host);
  for (uint32_t c = 0; c < channels; ++c) {
    memcpy(bl_host_input(host, c), signal + c, n * sizeof(float));
  }
  bl_host_run(host, n);
  for (uint32_t c = 0; c < channels; ++c) {
    assert_memory_equal(bl_host_output(host, c), signal + c, n * sizeof(float));
  }
}

static void
check_plugin(const char* const uri, const bool in_place)
{
  const BlHostSetup    setup  = { .uri = uri, .in_place = in_place };
  BlHost* const        host   = bl_host_new(world, &setup);
  float* const         signal = scene_signal(BL_HOST_BLOCK_MAX + 2u, 7);
  const BlHostPosition roll   = { .frame = 1000, .speed = 1.0, .bpm = 100.0 };
  assert_non_null(host);

  // Values that arithmetic would change
  signal[0] = -0.0f;
  signal[1] = INFINITY;
  signal[2] = 1e-42f;
  memcpy(&signal[3], "\x01\x00\xa0\x7f", 4); // A signalling NaN

  bl_host_set(host, "arm", 1.0f);
  bl_host_position(host, &roll, 0);
  for (uint32_t n = 1; n <= 300; ++n) {
    check_block(host, signal, n);
  }
  for (uint32_t n = 301; n < BL_HOST_BLOCK_MAX; n += 61) {
    check_block(host, signal, n);
  }
  check_block(host, signal, BL_HOST_BLOCK_MAX);
  check_block(host, signal, 0);

  // Off: it passes all the same
  bl_host_set(host, "enabled", 0.0f);
  check_block(host, signal, 64);
  bl_host_free(host);
  free(signal);
}

static void
mono(void** const state)
{
  (void)state;
  check_plugin(BL_PLUGIN_MONO_URI, false);
}

static void
mono_in_place(void** const state)
{
  (void)state;
  check_plugin(BL_PLUGIN_MONO_URI, true);
}

static void
stereo(void** const state)
{
  (void)state;
  check_plugin(BL_PLUGIN_STEREO_URI, false);
}

static void
stereo_in_place(void** const state)
{
  (void)state;
  check_plugin(BL_PLUGIN_STEREO_URI, true);
}

static void
a_host_without_optional_features_will_do(void** const state)
{
  (void)state;
  const BlHostSetup setup  = { .bare = true };
  BlHost* const     host   = bl_host_new(world, &setup);
  float* const      signal = scene_signal(600, 3);
  assert_non_null(host);
  check_block(host, signal, 512);
  bl_host_free(host);
  free(signal);
}

static void
strange_notify_ports_are_survived(void** const state)
{
  (void)state;
  const uint32_t    sizes[] = { 16, 24, 64, 4096 };
  const BlHostSetup setup   = { 0 };
  BlHost* const     host    = bl_host_new(world, &setup);
  float* const      signal  = scene_signal(600, 3);
  for (size_t i = 0; i < BL_COUNT(sizes); ++i) {
    bl_host_set_notify_bytes(host, sizes[i]);
    bl_host_set_string(host, BL_STRING_TITLE, "A title");
    for (unsigned block = 0; block < 20; ++block) {
      check_block(host, signal, 512);
    }
    bl_host_idle(host, 0.1);
  }
  bl_host_free(host);
  free(signal);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(mono),
    cmocka_unit_test(mono_in_place),
    cmocka_unit_test(stereo),
    cmocka_unit_test(stereo_in_place),
    cmocka_unit_test(a_host_without_optional_features_will_do),
    cmocka_unit_test(strange_notify_ports_are_survived),
  };
  if (!(world = bl_world_new())) {
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_world_free(world);
  return failed;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// Takes through the whole plugin: rates, splits, loops, jumps, varispeed,
// gaps, no position at all, freewheel, eight instances

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
static BlTake   takes[SCENE_TAKES_MAX];

static BlHost*
new_host(const char* const uri, const double rate, const bool blank)
{
  const BlHostSetup setup = { .uri = uri, .rate = rate, .blank = blank };
  BlHost* const     host  = bl_host_new(world, &setup);
  assert_non_null(host);
  bl_host_set(host, "arm", 1.0f);
  return host;
}

static int
forget(void** const state)
{
  (void)state;
  scene_forget_takes();
  return 0;
}

/// Feed `frames` of the signal from `at` on, without a word on the position
static void
feed(BlHost* const      host,
     const float* const signal,
     const size_t       frames,
     const uint32_t     block)
{
  for (size_t i = 0; i < frames;) {
    const uint32_t n = (uint32_t)(frames - i < block ? frames - i : block);
    memcpy(bl_host_input(host, 0), signal + i, n * sizeof(float));
    bl_host_run(host, n);
    i += n;
  }
}

static void
tell(BlHost* const host, const int64_t frame, const double speed)
{
  const BlHostPosition position = { .frame = frame, .speed = speed };
  bl_host_position(host, &position, 0);
}

/// Stop and wait until so many takes are there
static void
expect_takes(BlHost* const host, const int64_t frame, const size_t count)
{
  tell(host, frame, 0.0);
  bl_host_run(host, 256);
  assert_true(scene_wait_takes(host, count, 20.0));
  assert_int_equal(scene_takes(takes), count);
  assert_float_equal(bl_host_get(host, "dropped"), 0.0f, 0.0f);
}

static void
every_rate_and_block_size(void** const state)
{
  (void)state;
  const double   rates[]  = { 44100, 48000, 88200, 96000, 176400, 192000 };
  const uint32_t blocks[] = { 1024, 63, 8192, 256, 1, 4097 };
  for (size_t i = 0; i < BL_COUNT(rates); ++i) {
    scene_forget_takes();
    const bool           stereo  = i % 2;
    const size_t         frames  = (size_t)(rates[i] * 1.5) + i;
    float* const         left    = scene_signal(frames, 1u + (uint32_t)i);
    float* const         right   = scene_signal(frames, 100u + (uint32_t)i);
    const float* const   audio[] = { left, right };
    const BlHostPosition from    = { .frame         = 1000000,
                                     .speed         = 1.0,
                                     .bpm           = 90.0,
                                     .beats_per_bar = 3.0,
                                     .bar           = 7,
                                     .bar_beat      = 1.5 };
    BlHost* const        host =
      new_host(stereo ? BL_PLUGIN_STEREO_URI : NULL, rates[i], i % 3 == 1);

    bl_host_play(host, &from, audio, frames, blocks[i]);
    assert_true(scene_wait_takes(host, 1, 20.0));
    assert_int_equal(scene_takes(takes), 1);
    assert_true(scene_take_is(&takes[0], audio, frames));
    assert_int_equal(takes[0].rate, rates[i]);
    assert_int_equal(takes[0].start, 1000000);
    assert_true(takes[0].has_bar);
    assert_int_equal(takes[0].bar, 7);
    assert_float_equal(takes[0].beat, 1.5, 1e-6);
    assert_float_equal(takes[0].tempos[0].bpm, 90.0, 1e-4);
    assert_float_equal(takes[0].tempos[0].beats_per_bar, 3.0, 1e-6);
    assert_float_equal(bl_host_get(host, "take_bar"), 8.0f, 0.0f);
    assert_float_equal(bl_host_get(host, "dropped"), 0.0f, 0.0f);
    bl_host_free(host);
    free(left);
    free(right);
  }
}

static void
a_block_split_at_the_start_of_rolling(void** const state)
{
  (void)state;
  BlHost* const        host   = new_host(NULL, 48000, false);
  float* const         signal = scene_signal(96000, 5);
  const BlHostPosition from   = { .frame = 24000, .speed = 1.0 };

  // Rolls from sample 752 of a block of 1024 on
  tell(host, 22224, 0.0);
  feed(host, signal, 1024, 1024);
  bl_host_position(host, &from, 752);
  feed(host, signal, 1024, 1024);
  feed(host, signal + 1024, 96000 - 1024, 700);
  expect_takes(host, 24000 + 96000 - 752, 1);

  const float* const audio[] = { signal + 752 };
  assert_int_equal(takes[0].start, 24000);
  assert_true(scene_take_is(&takes[0], audio, 96000 - 752));
  bl_host_free(host);
  free(signal);
}

static void
a_loop_makes_one_take_each_time(void** const state)
{
  (void)state;
  BlHost* const host   = new_host(NULL, 48000, false);
  float* const  signal = scene_signal(3u * 60000u, 6);
  for (size_t i = 0; i < 3; ++i) {
    tell(host, 48000, 1.0);
    feed(host, signal + i * 60000u, 60000, 1000);
  }
  expect_takes(host, 48000 + 60000, 3);
  for (size_t i = 0; i < 3; ++i) {
    const float* const audio[] = { signal + i * 60000u };
    assert_int_equal(takes[i].start, 48000);
    assert_true(scene_take_is(&takes[i], audio, 60000));
  }
  bl_host_free(host);
  free(signal);
}

static void
a_locate_while_rolling_begins_anew(void** const state)
{
  (void)state;
  BlHost* const host   = new_host(NULL, 48000, true);
  float* const  signal = scene_signal(120000, 8);
  tell(host, 0, 1.0);
  feed(host, signal, 60000, 512);
  tell(host, 900000, 1.0);
  feed(host, signal + 60000, 60000, 512);
  expect_takes(host, 960000, 2);

  const float* const first[]  = { signal };
  const float* const second[] = { signal + 60000 };
  assert_int_equal(takes[0].start, 0);
  assert_int_equal(takes[1].start, 900000);
  assert_true(scene_take_is(&takes[0], first, 60000));
  assert_true(scene_take_is(&takes[1], second, 60000));
  bl_host_free(host);
  free(signal);
}

static void
varispeed_ends_the_take(void** const state)
{
  (void)state;
  BlHost* const host   = new_host(NULL, 48000, false);
  float* const  signal = scene_signal(96000, 9);
  tell(host, 0, 1.0);
  feed(host, signal, 72000, 480);
  tell(host, 72000, 1.06);
  feed(host, signal, 48000, 480);
  expect_takes(host, 122880, 1);

  const float* const audio[] = { signal };
  assert_true(scene_take_is(&takes[0], audio, 72000));
  bl_host_free(host);
  free(signal);
}

static void
skipped_cycles_are_filled_and_marked(void** const state)
{
  (void)state;
  BlHost* const host   = new_host(NULL, 48000, false);
  float* const  signal = scene_signal(96000, 10);
  tell(host, 1000, 1.0);
  feed(host, signal, 48000, 1024);
  tell(host, 1000 + 48000 + 2048, 1.0);
  feed(host, signal + 48000, 48000, 1024);
  expect_takes(host, 1000 + 98048, 1);

  float* const whole = (float*)calloc(98048, sizeof(float));
  memcpy(whole, signal, 48000 * sizeof(float));
  memcpy(whole + 50048, signal + 48000, 48000 * sizeof(float));
  const float* const audio[] = { whole };
  assert_int_equal(takes[0].filled, 2048);
  assert_int_equal(takes[0].n_gaps, 1);
  assert_int_equal(takes[0].gaps[0].frame, 48000);
  assert_false(takes[0].gaps[0].dropped);
  assert_true(scene_take_is(&takes[0], audio, 98048));
  bl_host_free(host);
  free(whole);
  free(signal);
}

static void
without_any_position_record_captures(void** const state)
{
  (void)state;
  BlHost* const host   = new_host(NULL, 48000, false);
  float* const  signal = scene_signal(72000, 11);
  feed(host, signal, 24000, 512); // Armed, but nothing says that it rolls
  bl_host_set(host, "record", 1.0f);
  feed(host, signal, 72000, 512);
  bl_host_set(host, "record", 0.0f);
  bl_host_run(host, 256);
  assert_true(scene_wait_takes(host, 1, 20.0));
  assert_int_equal(scene_takes(takes), 1);

  const float* const audio[] = { signal };
  assert_false(takes[0].has_position);
  assert_true(scene_take_is(&takes[0], audio, 72000));
  assert_float_equal(bl_host_get(host, "take_bar"), 0.0f, 0.0f);
  bl_host_free(host);
  free(signal);
}

static void
an_export_is_marked(void** const state)
{
  (void)state;
  BlHost* const      host    = new_host(NULL, 48000, false);
  float* const       signal  = scene_signal(20u * 48000u, 12);
  const float* const audio[] = { signal };

  bl_host_set(host, "freewheel", 1.0f);
  tell(host, 96000, 1.0);
  feed(host, signal, 20u * 48000u, 1024);
  bl_host_deactivate(host); // As Ardour at the end of an export
  bl_host_activate(host);
  bl_host_set(host, "freewheel", 0.0f);
  expect_takes(host, 0, 1);
  assert_int_equal(takes[0].origin, BL_ORIGIN_EXPORTED);
  assert_true(scene_take_is(&takes[0], audio, 20u * 48000u));
  bl_host_free(host);
  free(signal);
}

static void
a_bounce_without_the_flag_loses_nothing(void** const state)
{
  (void)state;
  BlHost* const      host    = new_host(NULL, 48000, false);
  const size_t       frames  = 60u * 48000u; // Five times the ring
  float* const       signal  = scene_signal(frames, 13);
  const float* const audio[] = { signal };

  tell(host, 1114112, 1.0);
  feed(host, signal, frames, 8192);
  expect_takes(host, 0, 1);
  assert_int_equal(takes[0].start, 1114112);
  assert_true(scene_take_is(&takes[0], audio, frames));
  bl_host_free(host);
  free(signal);
}

static void
what_is_off_or_disarmed_captures_nothing(void** const state)
{
  (void)state;
  BlHost* const host   = new_host(NULL, 48000, false);
  float* const  signal = scene_signal(48000, 14);
  bl_host_set(host, "enabled", 0.0f);
  tell(host, 0, 1.0);
  feed(host, signal, 48000, 512);
  bl_host_set(host, "enabled", 1.0f);
  bl_host_set(host, "arm", 0.0f);
  feed(host, signal, 48000, 512);
  tell(host, 96000, 0.0);
  bl_host_idle(host, 0.3);
  assert_int_equal(scene_takes(takes), 0);
  assert_float_equal(bl_host_get(host, "takes"), 0.0f, 0.0f);
  bl_host_free(host);
  free(signal);
}

static void
an_open_take_is_kept_when_the_plugin_goes(void** const state)
{
  (void)state;
  BlHost* const      host    = new_host(NULL, 48000, false);
  float* const       signal  = scene_signal(96000, 15);
  const float* const audio[] = { signal };
  tell(host, 5000, 1.0);
  feed(host, signal, 96000, 1024);
  bl_host_free(host);
  assert_int_equal(scene_takes(takes), 1);
  assert_true(takes[0].finished);
  assert_true(scene_take_is(&takes[0], audio, 96000));
  free(signal);
}

static void
eight_instances_at_once(void** const state)
{
  (void)state;
  enum
  {
    N = 8
  };
  BlHost* hosts[N];
  float*  signals[N];
  for (size_t i = 0; i < N; ++i) {
    hosts[i]   = new_host(NULL, 48000, false);
    signals[i] = scene_signal(96000, 20u + (uint32_t)i);
    tell(hosts[i], 48000, 1.0);
  }
  for (size_t at = 0; at < 96000; at += 1000) {
    for (size_t i = 0; i < N; ++i) {
      feed(hosts[i], signals[i] + at, 1000, 1000);
    }
  }
  for (size_t i = 0; i < N; ++i) {
    tell(hosts[i], 144000, 0.0);
    bl_host_run(hosts[i], 256);
  }
  for (size_t i = 0; i < N; ++i) {
    assert_true(scene_wait_takes(hosts[i], 1, 20.0));
  }
  assert_int_equal(scene_takes(takes), N);

  // Every signal is there once, whatever the order in which they closed
  for (size_t i = 0; i < N; ++i) {
    const float* const audio[] = { signals[i] };
    unsigned           found   = 0;
    for (size_t t = 0; t < N; ++t) {
      found += scene_take_is(&takes[t], audio, 96000);
    }
    assert_int_equal(found, 1);
    bl_host_free(hosts[i]);
    free(signals[i]);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(every_rate_and_block_size, forget),
    cmocka_unit_test_teardown(a_block_split_at_the_start_of_rolling, forget),
    cmocka_unit_test_teardown(a_loop_makes_one_take_each_time, forget),
    cmocka_unit_test_teardown(a_locate_while_rolling_begins_anew, forget),
    cmocka_unit_test_teardown(varispeed_ends_the_take, forget),
    cmocka_unit_test_teardown(skipped_cycles_are_filled_and_marked, forget),
    cmocka_unit_test_teardown(without_any_position_record_captures, forget),
    cmocka_unit_test_teardown(an_export_is_marked, forget),
    cmocka_unit_test_teardown(a_bounce_without_the_flag_loses_nothing, forget),
    cmocka_unit_test_teardown(what_is_off_or_disarmed_captures_nothing, forget),
    cmocka_unit_test_teardown(an_open_take_is_kept_when_the_plugin_goes,
                              forget),
    cmocka_unit_test_teardown(eight_instances_at_once, forget),
  };
  if (!(world = bl_world_new())) {
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_world_free(world);
  return failed;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// A mono plugin that the host made two of: one take, one paid request

#include "base/limits.h"
#include "base/ports.h"
#include "base/thread.h"
#include "support/host.h"
#include "support/scene.h"
#include "support/standin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES (11u * 48000u)

static BlWorld* world;
static Standin* standin;
static BlTake   takes[SCENE_TAKES_MAX];
static float*   sides[2];

static BlHost*
new_host(void)
{
  const BlHostSetup setup = { 0 };
  BlHost* const     host  = bl_host_new(world, &setup);
  assert_non_null(host);
  return host;
}

/// As Ardour does: the second is restored from what the first saves
static void
replicate(BlHost* pair[2])
{
  pair[0]          = new_host();
  pair[1]          = new_host();
  char* const text = bl_host_save(pair[0], BL_HOST_SESSION);
  assert_true(bl_host_restore(pair[1], text));
  free(text);
}

static void
set_both(BlHost* pair[2], const char* const symbol, const float value)
{
  for (unsigned i = 0; i < 2; ++i) {
    bl_host_set(pair[i], symbol, value);
  }
}

/// Both in each cycle, each with its own side
static void
play_both(BlHost* pair[2], const int64_t from)
{
  BlHostPosition position = { .frame = from, .speed = 1.0, .bpm = 120.0 };
  for (size_t at = 0; at < FRAMES; at += 1024) {
    const uint32_t n = FRAMES - at < 1024 ? (uint32_t)(FRAMES - at) : 1024;
    for (unsigned i = 0; i < 2; ++i) {
      if (!at) {
        bl_host_position(pair[i], &position, 0);
      }
      memcpy(bl_host_input(pair[i], 0), sides[i] + at, n * sizeof(float));
      bl_host_run(pair[i], n);
    }
  }
  position.frame += FRAMES;
  position.speed = 0.0;
  for (unsigned i = 0; i < 2; ++i) {
    bl_host_position(pair[i], &position, 0);
    bl_host_run(pair[i], 256);
  }
}

static void
idle_both(BlHost* pair[2], const double seconds)
{
  const double end = bl_time_monotonic() + seconds;
  while (bl_time_monotonic() < end) {
    bl_host_idle(pair[0], 0.005);
    bl_host_idle(pair[1], 0.005);
  }
}

static bool
wait_both(BlHost* pair[2], const char* const symbol, const float value)
{
  const double end = bl_time_monotonic() + 60.0;
  while (bl_time_monotonic() < end) {
    idle_both(pair, 0.02);
    if (bl_host_get(pair[0], symbol) >= value &&
        bl_host_get(pair[1], symbol) >= value) {
      return true;
    }
  }
  return false;
}

static int
begin(void** const state)
{
  (void)state;
  standin_reset(standin);
  return 0;
}

static int
forget(void** const state)
{
  (void)state;
  scene_forget_takes();
  return 0;
}

static void
one_take_and_one_request(void** const state)
{
  (void)state;
  BlHost*  pair[2];
  unsigned tasks = standin_tasks(standin);
  replicate(pair);
  set_both(pair, "arm", 1.0f);
  idle_both(pair, 1.1); // Behind restore()'s guard
  play_both(pair, 48000);
  assert_true(wait_both(pair, "takes", 1.0f));
  idle_both(pair, 0.3);

  assert_int_equal(scene_takes(takes), 1);
  const float* const audio[] = { sides[0] };
  assert_true(scene_take_is(&takes[0], audio, FRAMES));
  assert_float_equal(bl_host_get(pair[0], "status"), BL_SHOWN_TAKE, 0.0f);
  assert_float_equal(bl_host_get(pair[1], "status"), BL_SHOWN_USE_STEREO, 0.0f);
  assert_float_equal(bl_host_get(pair[1], "error"), BL_USE_STEREO, 0.0f);

  set_both(pair, "generate", 1.0f);
  assert_true(wait_both(pair, "results", 2.0f));
  assert_true(wait_both(pair, "progress", 100.0f));
  assert_float_equal(bl_host_get(pair[0], "status"), BL_SHOWN_DONE, 0.0f);
  assert_float_equal(bl_host_get(pair[1], "status"), BL_SHOWN_USE_STEREO, 0.0f);
  assert_float_equal(bl_host_get(pair[1], "progress"), 100.0f, 0.0f);
  assert_int_equal(standin_tasks(standin) - tasks, 1);
  assert_int_equal(standin_count(standin, STANDIN_SUBMIT), 1);

  // The session is loaded again: both know the job, neither runs it anew,
  // and a click that both see is still one request
  char* const text = bl_host_save(pair[0], BL_HOST_SESSION);
  bl_host_free(pair[1]);
  bl_host_free(pair[0]);
  for (unsigned i = 0; i < 2; ++i) {
    pair[i] = new_host();
    assert_true(bl_host_restore(pair[i], text));
  }
  free(text);
  set_both(pair, "generate", 0.0f);
  idle_both(pair, 1.2);
  assert_true(wait_both(pair, "results", 2.0f));
  assert_int_equal(standin_count(standin, STANDIN_SUBMIT), 1);
  set_both(pair, "generate", 1.0f);
  idle_both(pair, 0.3);
  assert_true(bl_host_wait(pair[0], "status", BL_SHOWN_CHECKING, 5.0) ||
              bl_host_wait(pair[1], "status", BL_SHOWN_CHECKING, 5.0));
  for (unsigned i = 0; i < 400 && standin_count(standin, STANDIN_SUBMIT) < 2;
       ++i) {
    idle_both(pair, 0.02);
  }
  idle_both(pair, 1.0);
  assert_int_equal(standin_count(standin, STANDIN_SUBMIT), 2);
  bl_host_free(pair[0]);
  bl_host_free(pair[1]);
}

static void
strangers_do_not_follow(void** const state)
{
  (void)state;
  BlHost* pair[2] = { new_host(), new_host() };
  set_both(pair, "arm", 1.0f);
  play_both(pair, 48000);
  assert_true(wait_both(pair, "takes", 1.0f));
  assert_int_equal(scene_takes(takes), 2);
  bl_host_free(pair[0]);
  bl_host_free(pair[1]);
}

static void
a_copied_track_leads_where_it_plays_alone(void** const state)
{
  (void)state;
  BlHost* pair[2];
  replicate(pair);
  set_both(pair, "arm", 1.0f);

  const float* const   audio[] = { sides[1] };
  const BlHostPosition from    = { .frame = 7000, .speed = 1.0 };
  bl_host_play(pair[1], &from, audio, FRAMES, 1024);
  assert_true(bl_host_wait(pair[1], "takes", 1.0f, 20.0));
  assert_float_equal(bl_host_get(pair[1], "status"), BL_SHOWN_TAKE, 0.0f);
  assert_int_equal(scene_takes(takes), 1);
  assert_true(scene_take_is(&takes[0], audio, FRAMES));
  bl_host_free(pair[0]);
  bl_host_free(pair[1]);
}

/// Ardour restores the copy of a track from the state of its original
static void
a_copied_track_keeps_its_own_voice(void** const state)
{
  (void)state;
  BlHost* pair[2] = { new_host(), NULL };
  bl_host_idle(pair[0], BL_GROUP_BORN_S + 0.1);
  pair[1]          = new_host();
  char* const text = bl_host_save(pair[0], BL_HOST_SESSION);
  assert_true(bl_host_restore(pair[1], text));
  free(text);

  set_both(pair, "arm", 1.0f);
  play_both(pair, 48000);
  assert_true(wait_both(pair, "takes", 1.0f));
  assert_int_equal(scene_takes(takes), 2);
  for (unsigned i = 0; i < 2; ++i) {
    const float* const audio[] = { sides[i] };
    assert_true(scene_take_is(&takes[0], audio, FRAMES) ||
                scene_take_is(&takes[1], audio, FRAMES));
    assert_float_equal(bl_host_get(pair[i], "status"), BL_SHOWN_TAKE, 0.0f);
    bl_host_free(pair[i]);
  }
}

static void
a_follower_leads_once_its_leader_has_gone(void** const state)
{
  (void)state;
  BlHost* pair[2];
  replicate(pair);
  set_both(pair, "arm", 1.0f);
  play_both(pair, 48000);
  assert_true(wait_both(pair, "takes", 1.0f));
  assert_int_equal(scene_takes(takes), 1);
  bl_host_free(pair[0]);

  const float* const   audio[] = { sides[1] };
  const BlHostPosition from    = { .frame = 48000, .speed = 1.0 };
  bl_host_play(pair[1], &from, audio, FRAMES, 1024);
  for (int i = 0; i < 100 && scene_takes(takes) < 2; ++i) {
    bl_host_idle(pair[1], 0.2);
  }
  assert_int_equal(scene_takes(takes), 2);
  assert_true(bl_host_wait(pair[1], "status", BL_SHOWN_TAKE, 20.0));
  bl_host_free(pair[1]);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(one_take_and_one_request, begin, forget),
    cmocka_unit_test_setup_teardown(strangers_do_not_follow, begin, forget),
    cmocka_unit_test_setup_teardown(a_copied_track_leads_where_it_plays_alone,
                                    begin, forget),
    cmocka_unit_test_setup_teardown(a_copied_track_keeps_its_own_voice, begin,
                                    forget),
    cmocka_unit_test_setup_teardown(a_follower_leads_once_its_leader_has_gone,
                                    begin, forget),
  };
  world   = bl_world_new();
  standin = standin_new(NULL);
  if (!world || !standin ||
      !standin_write_config(standin, getenv("XDG_CONFIG_HOME"))) {
    return 1;
  }
  sides[0]         = scene_signal(FRAMES, 1);
  sides[1]         = scene_signal(FRAMES, 2);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  free(sides[0]);
  free(sides[1]);
  bl_world_free(world);
  standin_free(standin);
  return failed;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

static BlMove
at(BlTransport* const t, const int64_t frame, const double speed)
{
  const BlTimeEvent event = { .has   = BL_TIME_FRAME | BL_TIME_SPEED,
                              .frame = frame,
                              .speed = speed };
  return bl_transport_apply(t, &event, 1u);
}

static void
it_counts_without_events(void** const state)
{
  (void)state;
  BlTransport t;
  bl_transport_init(&t, 48000.0);
  assert_false(bl_transport_is_rolling(&t));
  bl_transport_advance(&t, 512u);
  assert_int_equal(t.frame, 0);
  assert_int_equal(bl_transport_apply(&t, NULL, 0u), BL_MOVE_ON);

  assert_int_equal(at(&t, 1000, 1.0), BL_MOVE_ON);
  assert_true(bl_transport_is_rolling(&t));
  for (int i = 0; i < 100; ++i) {
    assert_int_equal(bl_transport_apply(&t, NULL, 0u), BL_MOVE_ON);
    bl_transport_advance(&t, 64u);
  }
  assert_int_equal(t.frame, 1000 + 6400);

  // Told every cycle or not is the same
  assert_int_equal(at(&t, 7400, 1.0), BL_MOVE_ON);
}

static void
it_tells_gap_repeat_and_jump(void** const state)
{
  (void)state;
  BlTransport t;
  bl_transport_init(&t, 48000.0);
  at(&t, 1000, 1.0);
  bl_transport_advance(&t, 100u);

  assert_int_equal(at(&t, 1164, 1.0), BL_MOVE_GAP);
  assert_int_equal(t.gap, 64);
  bl_transport_advance(&t, 100u);

  assert_int_equal(at(&t, 1164, 1.0), BL_MOVE_REPEAT);
  bl_transport_advance(&t, 100u);
  assert_int_equal(at(&t, 1164, 1.0), BL_MOVE_REPEAT);
  bl_transport_advance(&t, 100u);
  assert_int_equal(at(&t, 1264, 1.0), BL_MOVE_ON);
  bl_transport_advance(&t, 100u);

  assert_int_equal(at(&t, 500, 1.0), BL_MOVE_JUMP);
  bl_transport_advance(&t, 100u);
  assert_int_equal(at(&t, 600, 0.0), BL_MOVE_ON);
  bl_transport_advance(&t, 100u);
  assert_int_equal(t.frame, 600);

  // Where it starts is no jump
  assert_int_equal(at(&t, 90000, 1.0), BL_MOVE_ON);
}

static void
speed_need_not_be_one(void** const state)
{
  (void)state;
  BlTransport t;
  bl_transport_init(&t, 48000.0);
  at(&t, 1000, 2.0);
  assert_false(bl_transport_is_rolling(&t));
  bl_transport_advance(&t, 100u);
  assert_int_equal(t.frame, 1200);
  at(&t, 1200, -0.5);
  bl_transport_advance(&t, 100u);
  assert_int_equal(t.frame, 1150);
  at(&t, 1150, (double)NAN);
  assert_true(t.speed == -0.5);
  at(&t, INT64_MAX, 1.0);
  assert_int_equal(t.frame, 1150);
}

static void
a_frame_that_becomes_known_is_a_jump(void** const state)
{
  (void)state;
  BlTransport       t;
  const BlTimeEvent rolls = { .has = BL_TIME_SPEED, .speed = 1.0 };
  bl_transport_init(&t, 48000.0);
  assert_int_equal(bl_transport_apply(&t, &rolls, 1u), BL_MOVE_ON);
  bl_transport_advance(&t, 100u);
  assert_int_equal(bl_transport_apply(&t, &rolls, 1u), BL_MOVE_ON);
  assert_int_equal(at(&t, 5000, 1.0), BL_MOVE_JUMP);
}

static void
bars_go_on(void** const state)
{
  (void)state;
  BlTransport t;
  int64_t     bar  = 0;
  double      beat = 0.0;
  BlTimeEvent e    = { .has           = 127u,
                       .frame         = 24000,
                       .speed         = 1.0,
                       .bar           = 7,
                       .bar_beat      = 3.0,
                       .bpm           = 90.0,
                       .beats_per_bar = 3.5,
                       .beat_unit     = 8 };
  bl_transport_init(&t, 48000.0);
  assert_false(bl_transport_bar(&t, &bar, &beat));
  bl_transport_apply(&t, &e, 1u);
  assert_true(bl_transport_bar(&t, &bar, &beat));
  assert_int_equal(bar, 7);
  assert_float_equal(beat, 3.0, 1e-12);

  // 90 beats a minute: 32000 frames each; after 10 beats 13 - 3 * 3.5
  for (int i = 0; i < 3200; ++i) {
    bl_transport_advance(&t, 100u);
  }
  assert_true(bl_transport_bar(&t, &bar, &beat));
  assert_int_equal(bar, 10);
  assert_float_equal(beat, 2.5, 1e-9);

  // A new tempo alone holds from here on
  const BlTimeEvent faster = { .has = BL_TIME_BPM, .bpm = 180.0 };
  bl_transport_apply(&t, &faster, 1u);
  bl_transport_advance(&t, 8000u);
  assert_true(bl_transport_bar(&t, &bar, &beat));
  assert_int_equal(bar, 10);
  assert_float_equal(beat, 3.0, 1e-9);

  // A locate that does not tell the bar makes it unknown
  at(&t, 1000000, 1.0);
  assert_false(bl_transport_bar(&t, &bar, &beat));
}

static void
nonsense_changes_nothing(void** const state)
{
  (void)state;
  BlTransport       t;
  int64_t           bar  = 0;
  double            beat = 0.0;
  const BlTimeEvent e    = { .has           = 127u,
                             .frame         = 10,
                             .speed         = 1.0,
                             .bar           = INT64_MIN,
                             .bar_beat      = -1.0,
                             .bpm           = -120.0,
                             .beats_per_bar = 0.0,
                             .beat_unit     = 0 };
  bl_transport_init(&t, 48000.0);
  bl_transport_apply(&t, &e, 1u);
  assert_false(bl_transport_bar(&t, &bar, &beat));
  assert_int_equal(t.known, BL_TIME_FRAME | BL_TIME_SPEED);
  assert_true(t.bpm == 0.0 && t.beats_per_bar == 0.0 && t.beat_unit == 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_counts_without_events),
    cmocka_unit_test(it_tells_gap_repeat_and_jump),
    cmocka_unit_test(speed_need_not_be_one),
    cmocka_unit_test(a_frame_that_becomes_known_is_a_jump),
    cmocka_unit_test(bars_go_on),
    cmocka_unit_test(nonsense_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

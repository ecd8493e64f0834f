// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Who waits for the disk, and who never does

#include "unit/capture_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/// Seconds of audio that the ring holds
static double
ring_seconds(const CHost* const h)
{
  return (double)bl_ring_capacity(h->link->audio) /
         (4.0 * h->link->channels * h->link->rate);
}

/// Roll in real time, by a clock that drifts, the disk as it is told
static void
roll_real_time(CHost* const   h,
               const double   seconds,
               const uint32_t block,
               const double   drift,
               const bool     disk)
{
  const double end = seconds * h->link->rate;
  for (double done = 0.0; done < end; done += block) {
    chost_roll(h, block);
    h->now += block / (double)h->link->rate * (1.0 + drift);
    if (disk) {
      chost_drain(h, UINT64_MAX);
    }
  }
}

static void
real_time_never_waits(void** const state)
{
  (void)state;
  static const double drifts[] = { 0.0, 200e-6, -200e-6 };
  for (size_t i = 0; i < sizeof(drifts) / sizeof(drifts[0]); ++i) {
    CHost* const h    = chost_new(8000u, 1u);
    const double ring = ring_seconds(h);
    roll_real_time(h, 3600.0, 1024u, drifts[i], true);

    // An hour on, the disk stalls for longer than the ring
    roll_real_time(h, ring + 5.0, 1024u, drifts[i], false);
    assert_int_equal(h->sleeps, 0);
    BlCaptureShown shown;
    bl_capture_show(&h->capture, &shown);
    assert_true(shown.dropped > 4u * 8000u && shown.dropped < 6u * 8000u);

    // A host that is paused for a minute, and block lengths that change
    h->now += 60.0;
    for (uint32_t block = 64u; block <= 8192u; block *= 2u) {
      roll_real_time(h, 3.0, block, drifts[i], false);
    }
    assert_int_equal(h->sleeps, 0);
    chost_drain(h, UINT64_MAX);
    roll_real_time(h, 1.0, 512u, drifts[i], true);
    chost_stand(h, 64u);
    chost_drain(h, UINT64_MAX);

    // Counted, shown, and marked: nothing else is missing
    bl_capture_show(&h->capture, &shown);
    assert_int_equal(h->n, 1);
    assert_int_equal(h->takes[0].dropped, shown.dropped);
    assert_int_equal(h->takes[0].breaks, 0);
    assert_int_equal(h->takes[0].frames + h->takes[0].dropped,
                     (uint64_t)h->frame);
    assert_int_equal(h->sleeps, 0);
    chost_free(h);
  }
}

static void
a_stall_that_fits_loses_nothing(void** const state)
{
  (void)state;
  CHost* const h = chost_new(44100u, 2u);
  roll_real_time(h, 20.0, 441u, 0.0, true);
  roll_real_time(h, 10.0, 441u, 0.0, false);
  roll_real_time(h, 5.0, 441u, 0.0, true);
  chost_stand(h, 441u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  chost_expect(h, 0u, 0, 0u, (uint64_t)h->frame);
  chost_free(h);
}

/// As fast as it goes at `times` real time; the disk works while we sleep
static void
roll_fast(CHost* const h, const double seconds, const double times)
{
  const double end = seconds * h->link->rate;
  for (double done = 0.0; done < end; done += 8192.0) {
    chost_roll(h, 8192u);
    h->now += 8192.0 / h->link->rate / times;
  }
}

static void
faster_than_real_time_waits(void** const state)
{
  (void)state;
  static const double speeds[] = { 2.5, 12.0, 100.0, 800.0, 3000.0, 1e9 };
  for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); ++i) {
    CHost* const h = chost_new(CHOST_RATE, 1u);
    h->per_ms      = 400.0; // The disk takes 8 times real time while we sleep
    roll_fast(h, 300.0, speeds[i]);
    chost_stand(h, 64u);
    chost_drain(h, UINT64_MAX);
    assert_int_equal(h->n, 1);
    chost_expect(h, 0u, 0, 0u, (uint64_t)h->frame);
    assert_true(h->sleeps > 1000u);
    assert_true(h->takes[0].close_flags & BL_CAPTURE_WAITED);
    chost_free(h);
  }
}

static void
freewheel_waits_at_any_speed(void** const state)
{
  (void)state;
  CHost* const h     = chost_new(CHOST_RATE, 1u);
  h->block.freewheel = true;
  h->per_ms          = 400.0;
  roll_fast(h, 120.0, 1.0);
  chost_stand(h, 64u);
  chost_drain(h, UINT64_MAX);
  chost_expect(h, 0u, 0, 0u, (uint64_t)h->frame);
  assert_true(h->sleeps > 1000u);
  chost_free(h);
}

static void
a_bounce_after_a_stalled_playback_is_whole(void** const state)
{
  (void)state;
  for (double played = 1.0; played < 20.0; played += 1.0) {
    CHost* const h = chost_new(CHOST_RATE, 1u);
    roll_real_time(h, played, 1024u, 0.0, false);
    h->per_ms = 400.0;
    h->frame  = 10000000;
    roll_fast(h, 60.0, 1700.0);
    chost_stand(h, 64u);
    chost_drain(h, UINT64_MAX);
    assert_int_equal(h->n, 2);
    assert_int_equal(h->takes[1].dropped, 0);
    assert_int_equal(h->takes[1].breaks, 0);
    chost_free(h);
  }
}

static void
the_clock_is_read_at_two_marks_only(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);
  roll_real_time(h, 60.0, 256u, 0.0, true);
  assert_int_equal(h->reads, 0);
  roll_real_time(h, 0.3 * ring_seconds(h), 256u, 0.0, false);
  assert_int_equal(h->reads, 1);
  roll_real_time(h, 2.0 * ring_seconds(h), 256u, 0.0, false);
  assert_int_equal(h->reads, 2);
  chost_drain(h, UINT64_MAX);
  roll_real_time(h, 60.0, 256u, 0.0, true);
  assert_int_equal(h->reads, 2);
  chost_free(h);
}

static void
a_hung_writer_holds_up_for_ten_seconds_at_most(void** const state)
{
  (void)state;
  for (int freewheel = 0; freewheel < 2; ++freewheel) {
    CHost* const h     = chost_new(CHOST_RATE, 1u);
    h->block.freewheel = freewheel;
    roll_fast(h, 600.0, 1700.0);
    assert_true(h->sleeps >= 10000u && h->sleeps <= 10010u);

    // Everything else is counted
    BlCaptureShown shown;
    bl_capture_show(&h->capture, &shown);
    assert_true((double)shown.dropped >
                (600.0 - ring_seconds(h) - 1.0) * CHOST_RATE);

    // It comes back: the next wait is allowed again, and the gap is marked
    h->per_ms = 400.0;
    chost_drain(h, UINT64_MAX);
    const uint64_t before = shown.dropped;
    roll_fast(h, 120.0, 1700.0);
    chost_stand(h, 64u);
    chost_drain(h, UINT64_MAX);
    bl_capture_show(&h->capture, &shown);
    assert_true(shown.dropped - before <= 8192u);
    assert_int_equal(h->n, 1);
    assert_int_equal(h->takes[0].dropped, shown.dropped);
    assert_int_equal(h->takes[0].breaks, 0);
    assert_int_equal(h->takes[0].frames + shown.dropped, (uint64_t)h->frame);
    chost_free(h);
  }
}

static void
a_failed_writer_is_not_waited_for(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);
  h->failing     = true;
  roll_fast(h, 60.0, 1700.0);
  assert_int_equal(h->sleeps, 1);
  assert_true(h->takes[0].dropped == 0u);
  chost_free(h);
}

static void
events_that_do_not_fit_are_no_harm(void** const state)
{
  (void)state;
  // 3000 takes of one block while nobody reads: what opened is closed
  CHost* const h = chost_new(CHOST_RATE, 1u);
  for (int i = 0; i < 3000; ++i) {
    h->frame = 1000 * (3000 - i);
    chost_roll(h, 16u);
  }
  chost_stand(h, 16u);

  uint64_t       frames = 0u;
  unsigned       opens  = 0u;
  unsigned       closes = 0u;
  BlCaptureEvent event;
  while (bl_ring_read(h->link->events, &event, sizeof(event))) {
    opens += event.kind == BL_CAPTURE_EV_OPEN ? 1u : 0u;
    closes += event.kind == BL_CAPTURE_EV_CLOSE ? 1u : 0u;
  }
  frames = bl_ring_read_space(h->link->audio) / 4u;
  BlCaptureShown shown;
  bl_capture_show(&h->capture, &shown);
  assert_true(opens > 400u && opens < 3000u);
  assert_int_equal(opens, closes);
  assert_int_equal(frames + shown.dropped, 3000u * 16u);
  chost_free(h);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(real_time_never_waits),
    cmocka_unit_test(a_stall_that_fits_loses_nothing),
    cmocka_unit_test(faster_than_real_time_waits),
    cmocka_unit_test(freewheel_waits_at_any_speed),
    cmocka_unit_test(a_bounce_after_a_stalled_playback_is_whole),
    cmocka_unit_test(the_clock_is_read_at_two_marks_only),
    cmocka_unit_test(a_hung_writer_holds_up_for_ten_seconds_at_most),
    cmocka_unit_test(a_failed_writer_is_not_waited_for),
    cmocka_unit_test(events_that_do_not_fit_are_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

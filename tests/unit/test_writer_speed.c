// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

/// The disk thread at every speed of host and disk: see support/rig.h

#include "base/thread.h"
#include "support/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>

/// Each rig in a thread of its own, all at the same time
typedef struct
{
  const char* name;
  uint32_t    rate;
  double      seconds;
  double      pace;
  bool        freewheel;
  double      slow;  ///< Bytes a second
  double      stall; ///< Seconds from the start in which nothing is written
  bool        hung;  ///< Until the host is done
  bool        loses;

  // What came of it
  Rig*     rig;
  double   took;
  uint64_t frames;
} Speed;

static void*
run_speed(void* const data)
{
  Speed* const s = (Speed*)data;
  Rig* const   r = s->rig;
  s->frames      = (uint64_t)(s->seconds * s->rate);
  r->freewheel   = s->freewheel;
  r->frame       = 480000;
  r->disk.slow   = s->slow;
  r->disk.hung   = s->hung;
  r->disk.stall  = bl_time_monotonic() + s->stall;

  const double start = bl_time_monotonic();
  rig_roll(r, s->frames, s->pace == 1.0 ? 441u : 8192u, s->pace);
  s->took      = bl_time_monotonic() - start;
  r->disk.hung = false;
  rig_block(r, 64u, 0.0);
  rig_wait_closed(r, 1u, 60.0);
  return NULL;
}

static Speed speeds[] = {
  { .name    = "1x, stalled for 5 s",
    .rate    = 44100u,
    .seconds = 7.0,
    .pace    = 1.0,
    .stall   = 5.0 },
  { .name    = "1x, at 1 MB/s",
    .rate    = 48000u,
    .seconds = 3.0,
    .pace    = 1.0,
    .slow    = 1e6 },
  { .name    = "100x, at 1 MB/s",
    .rate    = 48000u,
    .seconds = 40.0,
    .pace    = 100.0,
    .slow    = 1e6 },
  { .name    = "800x, at 1 MB/s",
    .rate    = 48000u,
    .seconds = 40.0,
    .pace    = 800.0,
    .slow    = 1e6 },
  { .name    = "unthrottled, at 1 MB/s",
    .rate    = 48000u,
    .seconds = 40.0,
    .slow    = 1e6 },
  { .name    = "unthrottled, stalled for 5 s",
    .rate    = 48000u,
    .seconds = 60.0,
    .stall   = 5.0 },
  { .name      = "freewheel, stalled for 5 s",
    .rate      = 48000u,
    .seconds   = 60.0,
    .pace      = 12.0,
    .freewheel = true,
    .stall     = 5.0 },
  { .name = "100x", .rate = 48000u, .seconds = 120.0, .pace = 100.0 },
  { .name = "800x", .rate = 96000u, .seconds = 120.0, .pace = 800.0 },
  { .name = "unthrottled", .rate = 192000u, .seconds = 60.0 },
  { .name    = "slower than the rule, hung beyond the ring",
    .rate    = 8000u,
    .seconds = 20.0,
    .pace    = 1.8,
    .hung    = true,
    .loses   = true },
  { .name    = "unthrottled, hung for good",
    .rate    = 48000u,
    .seconds = 120.0,
    .hung    = true,
    .loses   = true },
};

static void
expect_speed(const Speed* const s)
{
  const BlTake  copy    = rig_take(s->rig, 0u);
  const BlTake* take    = &copy;
  const double  dropped = (double)rig_dropped(s->rig) / s->rate;
  print_message("# %s: %.2f s, %.3f s dropped\n", s->name, s->took, dropped);
  assert_int_equal(s->rig->n_closed, 1);

  // Every sample, and the marked gaps: what is shown is what is missing
  const char* const wrong = rig_check(s->rig->root, take, 0u);
  if (wrong) {
    fail_msg("%s: %s", s->name, wrong);
  }
  assert_int_equal(take->start, 480000);
  assert_int_equal(take->frames, s->frames);
  assert_int_equal(take->dropped, rig_dropped(s->rig));
  assert_int_equal(take->dropped != 0u, s->loses);
  if (s->hung && s->pace == 0.0) {
    assert_true(s->took > 9.5 && s->took < 14.0);
  }
}

static void
no_sample_is_lost_at_any_speed(void** const state)
{
  (void)state;
  pthread_t    threads[sizeof(speeds) / sizeof(speeds[0])];
  const size_t n = sizeof(speeds) / sizeof(speeds[0]);
  for (size_t i = 0; i < n; ++i) {
    speeds[i].rig = rig_new(speeds[i].rate, 1u);
    assert_int_equal(pthread_create(&threads[i], NULL, run_speed, &speeds[i]),
                     0);
  }
  for (size_t i = 0; i < n; ++i) {
    pthread_join(threads[i], NULL);
  }

  for (size_t i = 0; i < n; ++i) {
    expect_speed(&speeds[i]);
    rig_free(speeds[i].rig);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_sample_is_lost_at_any_speed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

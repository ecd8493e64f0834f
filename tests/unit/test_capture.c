// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Where takes begin and end on the timeline

#include "unit/capture_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// The machine

static void
the_machine_is_complete(void** const state)
{
  (void)state;
  static const struct
  {
    BlCaptureState  from;
    BlCaptureInput  input;
    BlCaptureState  to;
    BlCaptureAction action;
  } table[] = {
    { BL_CAPTURE_CLOSED, BL_CAPTURE_LEAVE, BL_CAPTURE_CLOSED,
      BL_CAPTURE_DO_NOTHING },
    { BL_CAPTURE_CLOSED, BL_CAPTURE_TAKE, BL_CAPTURE_OPEN, BL_CAPTURE_DO_OPEN },
    { BL_CAPTURE_CLOSED, BL_CAPTURE_BREAK, BL_CAPTURE_OPEN,
      BL_CAPTURE_DO_OPEN },
    { BL_CAPTURE_OPEN, BL_CAPTURE_LEAVE, BL_CAPTURE_CLOSED,
      BL_CAPTURE_DO_CLOSE },
    { BL_CAPTURE_OPEN, BL_CAPTURE_TAKE, BL_CAPTURE_OPEN,
      BL_CAPTURE_DO_NOTHING },
    { BL_CAPTURE_OPEN, BL_CAPTURE_BREAK, BL_CAPTURE_OPEN,
      BL_CAPTURE_DO_REOPEN },
  };
  for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); ++i) {
    BlCaptureAction action = BL_CAPTURE_DO_NOTHING;
    assert_int_equal(bl_capture_step(table[i].from, table[i].input, &action),
                     table[i].to);
    assert_int_equal(action, table[i].action);
  }
}

// Where takes begin and end

static void
a_roll_is_a_take(void** const state)
{
  (void)state;
  static const uint32_t blocks[] = { 1u,    2u,    3u,    7u,    16u,   63u,
                                     64u,   65u,   128u,  441u,  1000u, 1024u,
                                     2048u, 4096u, 8191u, 8192u, 20000u };
  for (uint32_t channels = 1u; channels <= 2u; ++channels) {
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); ++i) {
      CHost* const h = chost_new(CHOST_RATE, channels);
      h->frame       = 123456;
      chost_stand(h, blocks[i]);
      const uint64_t first = h->counter;
      uint64_t       total = 0u;
      while (total < 30000u) {
        chost_roll(h, blocks[i]);
        total += blocks[i];
      }
      chost_stand(h, blocks[i]);
      chost_drain(h, UINT64_MAX);
      assert_int_equal(h->n, 1);
      chost_expect(h, 0u, 123456, first, total);
      assert_int_equal(h->sleeps, 0);
      chost_free(h);
    }
  }
}

static void
block_sizes_may_change(void** const state)
{
  (void)state;
  CHost* const h     = chost_new(CHOST_RATE, 2u);
  uint64_t     total = 0u;
  uint32_t     seed  = 1u;
  for (int i = 0; i < 200; ++i) {
    seed             = seed * 1664525u + 1013904223u;
    const uint32_t n = 1u + (seed >> 8u) % 8192u;
    chost_roll(h, n);
    total += n;
    chost_drain(h, UINT64_MAX);
  }
  chost_stand(h, 64u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  chost_expect(h, 0u, 0, 0u, total);
  chost_free(h);
}

static void
position_need_not_be_told(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);
  h->frame       = 480;
  chost_roll(h, 512u);
  for (int i = 0; i < 20; ++i) {
    chost_run(h, 512u, NULL, 0u);
    chost_run(h, 0u, NULL, 0u);
  }
  h->frame += 20 * 512;
  chost_roll(h, 512u);
  chost_stand(h, 512u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  chost_expect(h, 0u, 480, 0u, 22u * 512u);
  chost_free(h);
}

static void
blocks_are_split_at_events(void** const state)
{
  (void)state;
  // Rolls from frame 300 of the block, stops at 900, with a tempo in between
  CHost* const      h        = chost_new(CHOST_RATE, 1u);
  const BlTimeEvent events[] = {
    { .has = BL_TIME_FRAME | BL_TIME_SPEED, .frame = 5000, .speed = 0.0 },
    { .offset        = 300u,
      .has           = 127u,
      .frame         = 5000,
      .speed         = 1.0,
      .bar           = 3,
      .bar_beat      = 2.0,
      .bpm           = 100.0,
      .beats_per_bar = 4.0,
      .beat_unit     = 4 },
    { .offset = 500u, .has = BL_TIME_BPM, .bpm = 110.0 },
    { .offset = 900u, .has = BL_TIME_SPEED, .speed = 0.0 },
  };
  chost_run(h, 1024u, events, 4u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  chost_expect(h, 0u, 5000, 300u, 600u);
  assert_true(h->takes[0].open.flags & BL_CAPTURE_HAS_BAR);
  assert_int_equal(h->takes[0].open.bar, 3);
  assert_true(h->takes[0].open.bpm == 100.0);
  assert_int_equal(h->takes[0].n_tempos, 1);
  assert_true(h->takes[0].last_bpm == 110.0);

  // An event behind the last sample counts for the next block
  const BlTimeEvent late[] = {
    { .has = BL_TIME_FRAME | BL_TIME_SPEED, .frame = 100, .speed = 1.0 },
    { .offset = 64u, .has = BL_TIME_FRAME, .frame = 90000 },
  };
  chost_run(h, 64u, late, 2u);
  chost_run(h, 64u, NULL, 0u);
  h->frame = 0;
  chost_stand(h, 64u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 3);
  chost_expect(h, 1u, 100, 1024u, 64u);
  chost_expect(h, 2u, 90000, 1088u, 64u);
  chost_free(h);
}

static void
locate_and_loop_end_it(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);
  h->frame       = 1000;
  chost_roll(h, 1000u);
  chost_roll(h, 1000u);
  h->frame = 1500; // Loop
  chost_roll(h, 1000u);
  h->frame = 90000; // Locate forward by more than a second
  chost_roll(h, 1000u);
  chost_stand(h, 1000u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 3);
  chost_expect(h, 0u, 1000, 0u, 2000u);
  chost_expect(h, 1u, 1500, 2000u, 1000u);
  chost_expect(h, 2u, 90000, 3000u, 1000u);
  chost_free(h);
}

static void
a_skipped_cycle_is_filled(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);
  chost_roll(h, 1024u);
  h->frame += 1024;
  chost_roll(h, 1024u);
  h->frame += CHOST_RATE - 1u;
  chost_roll(h, 1024u);
  h->frame += CHOST_RATE;
  chost_roll(h, 1024u);
  chost_stand(h, 64u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 2);
  assert_int_equal(h->takes[0].filled, 1024u + CHOST_RATE - 1u);
  chost_expect(h, 0u, 0, 0u, 3u * 1024u);
  assert_int_equal(h->takes[1].filled, 0);
  chost_expect(h, 1u, 4 * 1024 + 2 * CHOST_RATE - 1, 3u * 1024u, 1024u);
  chost_free(h);
}

/// n silent blocks that do not advance
static void
freeze(CHost* const h, const unsigned n)
{
  const int64_t frame = h->frame;
  for (unsigned i = 0; i < n; ++i) {
    h->frame   = frame;
    h->counter = 0xF00000u;
    chost_roll(h, 1024u);
  }
  h->frame = frame;
}

static void
a_relocating_host_is_left_out(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);

  // In the midst of a take that goes on
  chost_roll(h, 1024u);
  freeze(h, 3u);
  h->counter = 1024u;
  chost_roll(h, 1024u);

  // At its end
  freeze(h, 2u);
  h->frame   = 500000;
  h->counter = 10000u;
  chost_roll(h, 1024u);
  chost_roll(h, 1024u);

  // Before a stop, and before a start
  freeze(h, 2u);
  chost_stand(h, 1024u);
  h->frame = 700000;
  freeze(h, 5u);
  h->counter = 20000u;
  chost_roll(h, 1024u);
  chost_roll(h, 1024u);
  chost_stand(h, 1024u);
  chost_drain(h, UINT64_MAX);

  assert_int_equal(h->n, 3);
  chost_expect(h, 0u, 0, 0u, 2048u);
  chost_expect(h, 1u, 500000, 10000u, 2048u);
  chost_expect(h, 2u, 700000, 20000u, 2048u);
  chost_free(h);
}

static void
other_speeds_are_no_take(void** const state)
{
  (void)state;
  CHost* const        h        = chost_new(CHOST_RATE, 1u);
  static const double speeds[] = { 0.5, 2.0, -1.0, 0.999 };
  for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); ++i) {
    h->frame = 0;
    chost_roll(h, 1000u);
    const BlTimeEvent event = { .has = BL_TIME_SPEED, .speed = speeds[i] };
    chost_run(h, 1000u, &event, 1u);
    chost_run(h, 1000u, NULL, 0u);
  }
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 4);
  for (unsigned i = 0; i < 4u; ++i) {
    chost_expect(h, i, 0, 3000u * i, 1000u);
  }
  chost_free(h);
}

static void
finish_keeps_the_last_block(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 2u);
  chost_roll(h, 8192u);
  chost_roll(h, 100u);
  bl_capture_finish(&h->capture);
  bl_capture_finish(&h->capture);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  chost_expect(h, 0u, 0, 0u, 8292u);
  chost_free(h);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_machine_is_complete),
    cmocka_unit_test(a_roll_is_a_take),
    cmocka_unit_test(block_sizes_may_change),
    cmocka_unit_test(position_need_not_be_told),
    cmocka_unit_test(blocks_are_split_at_events),
    cmocka_unit_test(locate_and_loop_end_it),
    cmocka_unit_test(a_skipped_cycle_is_filled),
    cmocka_unit_test(a_relocating_host_is_left_out),
    cmocka_unit_test(other_speeds_are_no_take),
    cmocka_unit_test(finish_keeps_the_last_block),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

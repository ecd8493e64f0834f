// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// What ports, exports and bounces make of takes, and what is shown

#include "unit/capture_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

static void
ports_open_and_close(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);
  h->block.arm   = false;
  chost_roll(h, 1000u);
  h->block.arm = true;
  chost_roll(h, 1000u);
  h->block.enabled = false;
  chost_roll(h, 1000u);
  h->block.enabled = true;
  chost_roll(h, 1000u);
  h->block.arm = false;
  chost_roll(h, 1000u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 2);
  chost_expect(h, 0u, 1000, 1000u, 1000u);
  chost_expect(h, 1u, 3000, 3000u, 1000u);
  chost_free(h);
}

static void
record_takes_what_passes(void** const state)
{
  (void)state;
  CHost* const h  = chost_new(CHOST_RATE, 1u);
  h->block.arm    = false;
  h->block.record = true;
  chost_run(h, 1000u, NULL, 0u);
  chost_run(h, 1000u, NULL, 0u);
  h->frame = 7000;
  chost_roll(h, 1000u); // From here it has a place
  chost_stand(h, 1000u);
  h->block.record = false;
  chost_stand(h, 1000u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 3);
  assert_false(h->takes[0].open.flags & BL_CAPTURE_HAS_POSITION);
  assert_true(h->takes[0].open.flags & BL_CAPTURE_RECORD);
  assert_int_equal(h->takes[0].frames, 2000);
  chost_expect(h, 1u, 7000, 2000u, 1000u);
  assert_int_equal(h->takes[2].first, 3000);
  assert_int_equal(h->takes[2].frames, 1000);
  chost_free(h);
}

static void
an_export_is_a_take(void** const state)
{
  (void)state;
  // As Ardour does it: pre-roll at speed 0, latency pre-roll, the range
  CHost* const h     = chost_new(CHOST_RATE, 1u);
  h->frame           = 24000;
  h->block.freewheel = true;
  for (int i = 0; i < 94; ++i) {
    chost_stand(h, 1024u);
  }
  h->frame             = 22224;
  const uint64_t first = h->counter;
  chost_roll(h, 1024u);
  chost_roll(h, 752u);
  chost_roll(h, 272u);
  chost_roll(h, 1024u);
  h->block.freewheel = false;
  chost_stand(h, 1024u);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  chost_expect(h, 0u, 22224, first, 3072u);
  assert_true(h->takes[0].open.flags & BL_CAPTURE_FREEWHEEL);

  // A host that never tells a position
  CHost* const mute = chost_new(CHOST_RATE, 1u);
  chost_run(mute, 1024u, NULL, 0u);
  mute->block.freewheel = true;
  chost_run(mute, 1024u, NULL, 0u);
  chost_run(mute, 1024u, NULL, 0u);
  mute->block.freewheel = false;
  chost_run(mute, 1024u, NULL, 0u);
  chost_drain(mute, UINT64_MAX);
  assert_int_equal(mute->n, 1);
  assert_int_equal(mute->takes[0].frames, 2048);
  assert_false(mute->takes[0].open.flags & BL_CAPTURE_HAS_POSITION);
  chost_free(mute);
  chost_free(h);
}

static void
a_bounce_is_not_the_playback_around_it(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);
  h->frame       = 1000;
  chost_roll(h, 1024u);
  chost_roll(h, 1024u);

  // The bounce, in the midst of playback, and playback goes on
  const int64_t playhead = h->frame;
  h->frame               = 2000;
  chost_roll(h, 8192u);
  chost_roll(h, 8192u);
  chost_roll(h, 100u);
  h->frame = playhead;
  chost_roll(h, 1024u);

  // A bounce that ends without any event but the stop of the next cycle
  h->frame = 500000;
  chost_roll(h, 8192u);
  h->frame = playhead;
  chost_stand(h, 1024u);
  chost_drain(h, UINT64_MAX);

  assert_int_equal(h->n, 4);
  chost_expect(h, 0u, 1000, 0u, 2048u);
  chost_expect(h, 1u, 2000, 2048u, 16484u);
  chost_expect(h, 2u, playhead, 2048u + 16484u, 1024u);
  chost_expect(h, 3u, 500000, 3072u + 16484u, 8192u);
  chost_free(h);
}

static void
an_export_during_playback_is_another_take(void** const state)
{
  (void)state;
  CHost* const h = chost_new(CHOST_RATE, 1u);
  chost_roll(h, 1024u);
  h->block.freewheel = true;
  chost_roll(h, 1024u); // At the very frame where playback was
  h->block.freewheel = false;
  chost_roll(h, 1024u);
  bl_capture_finish(&h->capture);
  chost_drain(h, UINT64_MAX);
  assert_int_equal(h->n, 3);
  chost_expect(h, 1u, 1024, 1024u, 1024u);
  chost_free(h);
}

static void
what_is_shown_is_so(void** const state)
{
  (void)state;
  CHost* const   h = chost_new(CHOST_RATE, 2u);
  BlCaptureShown shown;
  bl_capture_show(&h->capture, &shown);
  assert_false(shown.recording || shown.has_take);

  const BlTimeEvent event = { .has           = 127u,
                              .frame         = 96000,
                              .speed         = 1.0,
                              .bar           = 4,
                              .bar_beat      = 0.0,
                              .bpm           = 120.0,
                              .beats_per_bar = 4.0,
                              .beat_unit     = 4 };
  chost_run(h, 4800u, &event, 1u);
  bl_capture_show(&h->capture, &shown);
  assert_true(shown.recording && shown.has_take && shown.has_bar);
  assert_int_equal(shown.bar, 4);
  assert_float_equal(shown.seconds, 0.1, 1e-9);
  assert_float_equal(shown.peak, 4799.0, 0.0);
  assert_true(atomic_load(&h->link->busy));

  const BlTimeEvent stop = { .has = BL_TIME_SPEED, .speed = 0.0 };
  h->block.arm           = false;
  chost_run(h, 64u, &stop, 1u);
  bl_capture_show(&h->capture, &shown);
  assert_false(shown.recording);
  assert_true(shown.has_take);
  assert_float_equal(shown.seconds, 0.1, 1e-9);
  assert_false(atomic_load(&h->link->busy));

  // NaN is no level, and is captured all the same
  h->audio[0][0]        = NAN;
  const float* audio[2] = { h->audio[0], h->audio[0] };
  h->block.audio        = audio;
  h->block.frames       = 1u;
  h->block.events       = NULL;
  h->block.n_events     = 0u;
  bl_capture_run(&h->capture, &h->block);
  bl_capture_show(&h->capture, &shown);
  assert_true(shown.peak == 0.0f);
  chost_free(h);
}

/// Blocks at rest take a short way: the playhead goes on all the same
static void
an_unarmed_playhead_is_followed(void** const state)
{
  (void)state;
  CHost* const      h      = chost_new(CHOST_RATE, 1u);
  const BlTimeEvent events = { .has   = BL_TIME_FRAME | BL_TIME_SPEED,
                               .frame = 1000,
                               .speed = 1.0 };
  BlCaptureShown    shown;
  h->block.arm = false;
  chost_run(h, 64u, &events, 1u);
  for (unsigned i = 0; i < 100u; ++i) {
    chost_run(h, i % 7u ? 64u : 0u, NULL, 0u);
  }
  bl_capture_show(&h->capture, &shown);
  assert_true(shown.rests && !shown.recording && shown.peak > 0.0f);
  assert_false(atomic_load(&h->link->busy));

  const uint64_t rolled = 64u + 64u * (100u - 15u);
  h->block.arm          = true;
  chost_run(h, 64u, NULL, 0u);
  bl_capture_show(&h->capture, &shown);
  assert_true(!shown.rests && shown.recording);
  assert_true(atomic_load(&h->link->busy));
  bl_capture_finish(&h->capture);
  assert_false(atomic_load(&h->link->busy));
  chost_drain(h, UINT64_MAX);
  chost_expect(h, 0u, 1000 + (int64_t)rolled, rolled, 64u);
  chost_free(h);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(ports_open_and_close),
    cmocka_unit_test(record_takes_what_passes),
    cmocka_unit_test(an_export_is_a_take),
    cmocka_unit_test(a_bounce_is_not_the_playback_around_it),
    cmocka_unit_test(an_export_during_playback_is_another_take),
    cmocka_unit_test(what_is_shown_is_so),
    cmocka_unit_test(an_unarmed_playhead_is_followed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

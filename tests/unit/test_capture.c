// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/limits.h"
#include "rt/capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000u
#define BLOCK_MAX 65536u
#define TAKES_MAX 64u

/// A take as the disk thread would see it
typedef struct
{
  BlCaptureEvent open;
  uint64_t       frames; ///< Audio
  uint64_t       dropped;
  uint64_t       filled;
  unsigned       n_gaps;
  unsigned       n_tempos;
  double         last_bpm;
  uint64_t       first; ///< Counter of the first sample
  uint64_t       next;  ///< Counter expected next
  unsigned       breaks;
  bool           closed;
  uint32_t       close_flags;
} Seen;

/// A host, a disk and a clock, all in this thread
typedef struct
{
  BlCaptureLink* link;
  BlCapture      capture;
  BlCaptureBlock block;
  float          audio[2][BLOCK_MAX];
  uint64_t       counter;
  int64_t        frame;

  double   now;
  unsigned reads;   ///< Of the clock
  unsigned sleeps;  ///< Of 1 ms
  double   per_ms;  ///< Frames that the disk takes each slept millisecond
  bool     failing; ///< The writer fails at the next sleep

  Seen     takes[TAKES_MAX];
  unsigned n;
  uint64_t stream;
} Host;

static Seen*
current(Host* const h)
{
  return h->n && !h->takes[h->n - 1u].closed ? &h->takes[h->n - 1u] : NULL;
}

static void
see_audio(Host* const h, uint64_t frames)
{
  Seen* const take = current(h);
  float       sample[2];
  assert_true(!frames || take);
  h->stream += frames;
  for (; frames; --frames) {
    assert_true(bl_ring_read(h->link->audio, sample, h->link->channels * 4u));
    const uint64_t number = (uint64_t)sample[0];
    if (h->link->channels == 2u) {
      assert_true(sample[1] == -sample[0]);
    }
    if (!take->frames) {
      take->first = number;
    } else if (number != (take->next & 0xFFFFFFu)) {
      ++take->breaks;
    }
    take->next = number + 1u;
    ++take->frames;
  }
}

static void
see_event(Host* const h, const BlCaptureEvent* const event)
{
  Seen* const take = current(h);
  switch (event->kind) {
    case BL_CAPTURE_EV_OPEN:
      assert_null(take);
      assert_true(h->n < TAKES_MAX);
      h->takes[h->n++].open = *event;
      break;
    case BL_CAPTURE_EV_GAP:
      assert_non_null(take);
      take->dropped += (event->flags & BL_CAPTURE_DROPPED) ? event->gap : 0u;
      take->filled += (event->flags & BL_CAPTURE_DROPPED) ? 0u : event->gap;
      take->next += (event->flags & BL_CAPTURE_DROPPED) ? event->gap : 0u;
      ++take->n_gaps;
      break;
    case BL_CAPTURE_EV_TEMPO:
      assert_non_null(take);
      ++take->n_tempos;
      take->last_bpm = event->bpm;
      break;
    case BL_CAPTURE_EV_CLOSE:
      assert_non_null(take);
      take->closed      = true;
      take->close_flags = event->flags;
      break;
    default:
      fail();
  }
}

/// What the disk thread does: at most `most` frames
static void
drain(Host* const h, uint64_t most)
{
  const uint64_t there =
    bl_ring_read_space(h->link->audio) / (4u * h->link->channels);
  const uint64_t n   = there < most ? there : most;
  const uint64_t end = h->stream + n;
  BlCaptureEvent event;
  while (bl_ring_peek(h->link->events, &event, sizeof(event)) &&
         event.at <= end) {
    assert_true(event.at >= h->stream);
    see_audio(h, event.at - h->stream);
    see_event(h, &event);
    bl_ring_skip(h->link->events, sizeof(event));
  }
  see_audio(h, end - h->stream);
}

static double
read_clock(void* const handle)
{
  Host* const h = (Host*)handle;
  ++h->reads;
  return h->now;
}

static void
sleep_some(void* const handle, const long nsec)
{
  Host* const h = (Host*)handle;
  assert_int_equal(nsec, BL_CAPTURE_WAIT_SLICE_NS);
  ++h->sleeps;
  h->now += 1e-9 * (double)nsec;
  if (h->per_ms > 0.0) {
    drain(h, (uint64_t)h->per_ms);
  }
  if (h->failing) {
    atomic_store(&h->link->failed, true);
  }
}

static Host*
new_host(const uint32_t rate, const uint32_t channels)
{
  Host* const h = (Host*)calloc(1, sizeof(Host));
  assert_non_null(h);
  h->link = bl_capture_link_new(rate, channels);
  assert_non_null(h->link);

  const BlCaptureSetup setup = { h->link, read_clock, sleep_some, h };
  bl_capture_init(&h->capture, &setup);
  h->block.enabled = true;
  h->block.arm     = true;
  h->now           = 1000.0;
  return h;
}

static void
free_host(Host* const h)
{
  bl_capture_link_free(h->link);
  free(h);
}

/// A block of the signal with these events
static void
run(Host* const              h,
    const uint32_t           frames,
    const BlTimeEvent* const events,
    const uint32_t           n_events)
{
  const float* const audio[2] = { h->audio[0], h->audio[1] };
  for (uint32_t i = 0; i < frames; ++i) {
    h->audio[0][i] = (float)((h->counter + i) & 0xFFFFFFu);
    h->audio[1][i] = -h->audio[0][i];
  }
  h->block.audio    = audio;
  h->block.frames   = frames;
  h->block.events   = events;
  h->block.n_events = n_events;
  bl_capture_run(&h->capture, &h->block);
  h->counter += frames;
}

/// A block at h->frame, as Ardour sends it while rolling
static void
roll(Host* const h, const uint32_t frames)
{
  const BlTimeEvent event = { .has   = BL_TIME_FRAME | BL_TIME_SPEED,
                              .frame = h->frame,
                              .speed = 1.0 };
  run(h, frames, &event, 1u);
  h->frame += frames;
}

static void
stand(Host* const h, const uint32_t frames)
{
  const BlTimeEvent event = { .has   = BL_TIME_FRAME | BL_TIME_SPEED,
                              .frame = h->frame,
                              .speed = 0.0 };
  run(h, frames, &event, 1u);
}

static void
expect_take(const Host* const h,
            const unsigned    index,
            const int64_t     start,
            const uint64_t    first,
            const uint64_t    frames)
{
  assert_true(index < h->n);
  const Seen* const take = &h->takes[index];
  assert_true(take->closed);
  assert_true(take->open.flags & BL_CAPTURE_HAS_POSITION);
  assert_int_equal(take->open.start, start);
  assert_int_equal(take->frames, frames);
  assert_int_equal(take->first, first);
  assert_int_equal(take->breaks, 0);
  assert_int_equal(take->dropped, 0);
}

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
      Host* const h = new_host(RATE, channels);
      h->frame      = 123456;
      stand(h, blocks[i]);
      const uint64_t first = h->counter;
      uint64_t       total = 0u;
      while (total < 30000u) {
        roll(h, blocks[i]);
        total += blocks[i];
      }
      stand(h, blocks[i]);
      drain(h, UINT64_MAX);
      assert_int_equal(h->n, 1);
      expect_take(h, 0u, 123456, first, total);
      assert_int_equal(h->sleeps, 0);
      free_host(h);
    }
  }
}

static void
block_sizes_may_change(void** const state)
{
  (void)state;
  Host* const h     = new_host(RATE, 2u);
  uint64_t    total = 0u;
  uint32_t    seed  = 1u;
  for (int i = 0; i < 200; ++i) {
    seed             = seed * 1664525u + 1013904223u;
    const uint32_t n = 1u + (seed >> 8u) % 8192u;
    roll(h, n);
    total += n;
    drain(h, UINT64_MAX);
  }
  stand(h, 64u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  expect_take(h, 0u, 0, 0u, total);
  free_host(h);
}

static void
position_need_not_be_told(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);
  h->frame      = 480;
  roll(h, 512u);
  for (int i = 0; i < 20; ++i) {
    run(h, 512u, NULL, 0u);
    run(h, 0u, NULL, 0u);
  }
  h->frame += 20 * 512;
  roll(h, 512u);
  stand(h, 512u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  expect_take(h, 0u, 480, 0u, 22u * 512u);
  free_host(h);
}

static void
blocks_are_split_at_events(void** const state)
{
  (void)state;
  // Rolls from frame 300 of the block, stops at 900, with a tempo in between
  Host* const       h        = new_host(RATE, 1u);
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
  run(h, 1024u, events, 4u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  expect_take(h, 0u, 5000, 300u, 600u);
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
  run(h, 64u, late, 2u);
  run(h, 64u, NULL, 0u);
  h->frame = 0;
  stand(h, 64u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 3);
  expect_take(h, 1u, 100, 1024u, 64u);
  expect_take(h, 2u, 90000, 1088u, 64u);
  free_host(h);
}

static void
locate_and_loop_end_it(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);
  h->frame      = 1000;
  roll(h, 1000u);
  roll(h, 1000u);
  h->frame = 1500; // Loop
  roll(h, 1000u);
  h->frame = 90000; // Locate forward by more than a second
  roll(h, 1000u);
  stand(h, 1000u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 3);
  expect_take(h, 0u, 1000, 0u, 2000u);
  expect_take(h, 1u, 1500, 2000u, 1000u);
  expect_take(h, 2u, 90000, 3000u, 1000u);
  free_host(h);
}

static void
a_skipped_cycle_is_filled(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);
  roll(h, 1024u);
  h->frame += 1024;
  roll(h, 1024u);
  h->frame += RATE - 1u;
  roll(h, 1024u);
  h->frame += RATE;
  roll(h, 1024u);
  stand(h, 64u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 2);
  assert_int_equal(h->takes[0].filled, 1024u + RATE - 1u);
  expect_take(h, 0u, 0, 0u, 3u * 1024u);
  assert_int_equal(h->takes[1].filled, 0);
  expect_take(h, 1u, 4 * 1024 + 2 * RATE - 1, 3u * 1024u, 1024u);
  free_host(h);
}

/// n silent blocks that do not advance
static void
freeze(Host* const h, const unsigned n)
{
  const int64_t frame = h->frame;
  for (unsigned i = 0; i < n; ++i) {
    h->frame   = frame;
    h->counter = 0xF00000u;
    roll(h, 1024u);
  }
  h->frame = frame;
}

static void
a_relocating_host_is_left_out(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);

  // In the midst of a take that goes on
  roll(h, 1024u);
  freeze(h, 3u);
  h->counter = 1024u;
  roll(h, 1024u);

  // At its end
  freeze(h, 2u);
  h->frame   = 500000;
  h->counter = 10000u;
  roll(h, 1024u);
  roll(h, 1024u);

  // Before a stop, and before a start
  freeze(h, 2u);
  stand(h, 1024u);
  h->frame = 700000;
  freeze(h, 5u);
  h->counter = 20000u;
  roll(h, 1024u);
  roll(h, 1024u);
  stand(h, 1024u);
  drain(h, UINT64_MAX);

  assert_int_equal(h->n, 3);
  expect_take(h, 0u, 0, 0u, 2048u);
  expect_take(h, 1u, 500000, 10000u, 2048u);
  expect_take(h, 2u, 700000, 20000u, 2048u);
  free_host(h);
}

static void
other_speeds_are_no_take(void** const state)
{
  (void)state;
  Host* const         h        = new_host(RATE, 1u);
  static const double speeds[] = { 0.5, 2.0, -1.0, 0.999 };
  for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); ++i) {
    h->frame = 0;
    roll(h, 1000u);
    const BlTimeEvent event = { .has = BL_TIME_SPEED, .speed = speeds[i] };
    run(h, 1000u, &event, 1u);
    run(h, 1000u, NULL, 0u);
  }
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 4);
  for (unsigned i = 0; i < 4u; ++i) {
    expect_take(h, i, 0, 3000u * i, 1000u);
  }
  free_host(h);
}

static void
ports_open_and_close(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);
  h->block.arm  = false;
  roll(h, 1000u);
  h->block.arm = true;
  roll(h, 1000u);
  h->block.enabled = false;
  roll(h, 1000u);
  h->block.enabled = true;
  roll(h, 1000u);
  h->block.arm = false;
  roll(h, 1000u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 2);
  expect_take(h, 0u, 1000, 1000u, 1000u);
  expect_take(h, 1u, 3000, 3000u, 1000u);
  free_host(h);
}

static void
record_takes_what_passes(void** const state)
{
  (void)state;
  Host* const h   = new_host(RATE, 1u);
  h->block.arm    = false;
  h->block.record = true;
  run(h, 1000u, NULL, 0u);
  run(h, 1000u, NULL, 0u);
  h->frame = 7000;
  roll(h, 1000u); // From here it has a place
  stand(h, 1000u);
  h->block.record = false;
  stand(h, 1000u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 3);
  assert_false(h->takes[0].open.flags & BL_CAPTURE_HAS_POSITION);
  assert_true(h->takes[0].open.flags & BL_CAPTURE_RECORD);
  assert_int_equal(h->takes[0].frames, 2000);
  expect_take(h, 1u, 7000, 2000u, 1000u);
  assert_int_equal(h->takes[2].first, 3000);
  assert_int_equal(h->takes[2].frames, 1000);
  free_host(h);
}

static void
an_export_is_a_take(void** const state)
{
  (void)state;
  // As Ardour does it: pre-roll at speed 0, latency pre-roll, the range
  Host* const h      = new_host(RATE, 1u);
  h->frame           = 24000;
  h->block.freewheel = true;
  for (int i = 0; i < 94; ++i) {
    stand(h, 1024u);
  }
  h->frame             = 22224;
  const uint64_t first = h->counter;
  roll(h, 1024u);
  roll(h, 752u);
  roll(h, 272u);
  roll(h, 1024u);
  h->block.freewheel = false;
  stand(h, 1024u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  expect_take(h, 0u, 22224, first, 3072u);
  assert_true(h->takes[0].open.flags & BL_CAPTURE_FREEWHEEL);

  // A host that never tells a position
  Host* const mute = new_host(RATE, 1u);
  run(mute, 1024u, NULL, 0u);
  mute->block.freewheel = true;
  run(mute, 1024u, NULL, 0u);
  run(mute, 1024u, NULL, 0u);
  mute->block.freewheel = false;
  run(mute, 1024u, NULL, 0u);
  drain(mute, UINT64_MAX);
  assert_int_equal(mute->n, 1);
  assert_int_equal(mute->takes[0].frames, 2048);
  assert_false(mute->takes[0].open.flags & BL_CAPTURE_HAS_POSITION);
  free_host(mute);
  free_host(h);
}

static void
a_bounce_is_not_the_playback_around_it(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);
  h->frame      = 1000;
  roll(h, 1024u);
  roll(h, 1024u);

  // The bounce, in the midst of playback, and playback goes on
  const int64_t playhead = h->frame;
  h->frame               = 2000;
  roll(h, 8192u);
  roll(h, 8192u);
  roll(h, 100u);
  h->frame = playhead;
  roll(h, 1024u);

  // A bounce that ends without any event but the stop of the next cycle
  h->frame = 500000;
  roll(h, 8192u);
  h->frame = playhead;
  stand(h, 1024u);
  drain(h, UINT64_MAX);

  assert_int_equal(h->n, 4);
  expect_take(h, 0u, 1000, 0u, 2048u);
  expect_take(h, 1u, 2000, 2048u, 16484u);
  expect_take(h, 2u, playhead, 2048u + 16484u, 1024u);
  expect_take(h, 3u, 500000, 3072u + 16484u, 8192u);
  free_host(h);
}

static void
an_export_during_playback_is_another_take(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);
  roll(h, 1024u);
  h->block.freewheel = true;
  roll(h, 1024u); // At the very frame where playback was
  h->block.freewheel = false;
  roll(h, 1024u);
  bl_capture_finish(&h->capture);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 3);
  expect_take(h, 1u, 1024, 1024u, 1024u);
  free_host(h);
}

static void
finish_keeps_the_last_block(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 2u);
  roll(h, 8192u);
  roll(h, 100u);
  bl_capture_finish(&h->capture);
  bl_capture_finish(&h->capture);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  expect_take(h, 0u, 0, 0u, 8292u);
  free_host(h);
}

// Speed

/// Seconds of audio that the ring holds
static double
ring_seconds(const Host* const h)
{
  return (double)bl_ring_capacity(h->link->audio) /
         (4.0 * h->link->channels * h->link->rate);
}

/// Roll in real time, by a clock that drifts, the disk as it is told
static void
roll_real_time(Host* const    h,
               const double   seconds,
               const uint32_t block,
               const double   drift,
               const bool     disk)
{
  const double end = seconds * h->link->rate;
  for (double done = 0.0; done < end; done += block) {
    roll(h, block);
    h->now += block / (double)h->link->rate * (1.0 + drift);
    if (disk) {
      drain(h, UINT64_MAX);
    }
  }
}

static void
real_time_never_waits(void** const state)
{
  (void)state;
  static const double drifts[] = { 0.0, 200e-6, -200e-6 };
  for (size_t i = 0; i < sizeof(drifts) / sizeof(drifts[0]); ++i) {
    Host* const  h    = new_host(8000u, 1u);
    const double ring = ring_seconds(h);
    roll_real_time(h, 1800.0, 1024u, drifts[i], true);

    // Half an hour on, the disk stalls for longer than the ring
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
    drain(h, UINT64_MAX);
    roll_real_time(h, 1.0, 512u, drifts[i], true);
    stand(h, 64u);
    drain(h, UINT64_MAX);

    // Counted, shown, and marked: nothing else is missing
    bl_capture_show(&h->capture, &shown);
    assert_int_equal(h->n, 1);
    assert_int_equal(h->takes[0].dropped, shown.dropped);
    assert_int_equal(h->takes[0].breaks, 0);
    assert_int_equal(h->takes[0].frames + h->takes[0].dropped,
                     (uint64_t)h->frame);
    assert_int_equal(h->sleeps, 0);
    free_host(h);
  }
}

static void
a_stall_that_fits_loses_nothing(void** const state)
{
  (void)state;
  Host* const h = new_host(44100u, 2u);
  roll_real_time(h, 20.0, 441u, 0.0, true);
  roll_real_time(h, 10.0, 441u, 0.0, false);
  roll_real_time(h, 5.0, 441u, 0.0, true);
  stand(h, 441u);
  drain(h, UINT64_MAX);
  assert_int_equal(h->n, 1);
  expect_take(h, 0u, 0, 0u, (uint64_t)h->frame);
  free_host(h);
}

/// As fast as it goes at `times` real time; the disk works while we sleep
static void
roll_fast(Host* const h, const double seconds, const double times)
{
  const double end = seconds * h->link->rate;
  for (double done = 0.0; done < end; done += 8192.0) {
    roll(h, 8192u);
    h->now += 8192.0 / h->link->rate / times;
  }
}

static void
faster_than_real_time_waits(void** const state)
{
  (void)state;
  static const double speeds[] = { 2.5, 12.0, 100.0, 800.0, 3000.0, 1e9 };
  for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); ++i) {
    Host* const h = new_host(RATE, 1u);
    h->per_ms     = 400.0; // The disk takes 8 times real time while we sleep
    roll_fast(h, 300.0, speeds[i]);
    stand(h, 64u);
    drain(h, UINT64_MAX);
    assert_int_equal(h->n, 1);
    expect_take(h, 0u, 0, 0u, (uint64_t)h->frame);
    assert_true(h->sleeps > 1000u);
    assert_true(h->takes[0].close_flags & BL_CAPTURE_WAITED);
    free_host(h);
  }
}

static void
freewheel_waits_at_any_speed(void** const state)
{
  (void)state;
  Host* const h      = new_host(RATE, 1u);
  h->block.freewheel = true;
  h->per_ms          = 400.0;
  roll_fast(h, 120.0, 1.0);
  stand(h, 64u);
  drain(h, UINT64_MAX);
  expect_take(h, 0u, 0, 0u, (uint64_t)h->frame);
  assert_true(h->sleeps > 1000u);
  free_host(h);
}

static void
a_bounce_after_a_stalled_playback_is_whole(void** const state)
{
  (void)state;
  for (double played = 1.0; played < 20.0; played += 1.0) {
    Host* const h = new_host(RATE, 1u);
    roll_real_time(h, played, 1024u, 0.0, false);
    h->per_ms = 400.0;
    h->frame  = 10000000;
    roll_fast(h, 60.0, 1700.0);
    stand(h, 64u);
    drain(h, UINT64_MAX);
    assert_int_equal(h->n, 2);
    assert_int_equal(h->takes[1].dropped, 0);
    assert_int_equal(h->takes[1].breaks, 0);
    free_host(h);
  }
}

static void
the_clock_is_read_at_two_marks_only(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);
  roll_real_time(h, 60.0, 256u, 0.0, true);
  assert_int_equal(h->reads, 0);
  roll_real_time(h, 0.3 * ring_seconds(h), 256u, 0.0, false);
  assert_int_equal(h->reads, 1);
  roll_real_time(h, 2.0 * ring_seconds(h), 256u, 0.0, false);
  assert_int_equal(h->reads, 2);
  drain(h, UINT64_MAX);
  roll_real_time(h, 60.0, 256u, 0.0, true);
  assert_int_equal(h->reads, 2);
  free_host(h);
}

static void
a_hung_writer_holds_up_for_ten_seconds_at_most(void** const state)
{
  (void)state;
  for (int freewheel = 0; freewheel < 2; ++freewheel) {
    Host* const h      = new_host(RATE, 1u);
    h->block.freewheel = freewheel;
    roll_fast(h, 600.0, 1700.0);
    assert_true(h->sleeps >= 10000u && h->sleeps <= 10010u);

    // Everything else is counted
    BlCaptureShown shown;
    bl_capture_show(&h->capture, &shown);
    assert_true((double)shown.dropped > (600.0 - ring_seconds(h) - 1.0) * RATE);

    // It comes back: the next wait is allowed again, and the gap is marked
    h->per_ms = 400.0;
    drain(h, UINT64_MAX);
    const uint64_t before = shown.dropped;
    roll_fast(h, 120.0, 1700.0);
    stand(h, 64u);
    drain(h, UINT64_MAX);
    bl_capture_show(&h->capture, &shown);
    assert_true(shown.dropped - before <= 8192u);
    assert_int_equal(h->n, 1);
    assert_int_equal(h->takes[0].dropped, shown.dropped);
    assert_int_equal(h->takes[0].breaks, 0);
    assert_int_equal(h->takes[0].frames + shown.dropped, (uint64_t)h->frame);
    free_host(h);
  }
}

static void
a_failed_writer_is_not_waited_for(void** const state)
{
  (void)state;
  Host* const h = new_host(RATE, 1u);
  h->failing    = true;
  roll_fast(h, 60.0, 1700.0);
  assert_int_equal(h->sleeps, 1);
  assert_true(h->takes[0].dropped == 0u);
  free_host(h);
}

static void
events_that_do_not_fit_are_no_harm(void** const state)
{
  (void)state;
  // 3000 takes of one block while nobody reads: what opened is closed
  Host* const h = new_host(RATE, 1u);
  for (int i = 0; i < 3000; ++i) {
    h->frame = 1000 * (3000 - i);
    roll(h, 16u);
  }
  stand(h, 16u);

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
  free_host(h);
}

static void
what_is_shown_is_so(void** const state)
{
  (void)state;
  Host* const    h = new_host(RATE, 2u);
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
  run(h, 4800u, &event, 1u);
  bl_capture_show(&h->capture, &shown);
  assert_true(shown.recording && shown.has_take && shown.has_bar);
  assert_int_equal(shown.bar, 4);
  assert_float_equal(shown.seconds, 0.1, 1e-9);
  assert_float_equal(shown.peak, 4799.0, 0.0);
  assert_true(atomic_load(&h->link->busy));

  const BlTimeEvent stop = { .has = BL_TIME_SPEED, .speed = 0.0 };
  h->block.arm           = false;
  run(h, 64u, &stop, 1u);
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
  free_host(h);
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
    cmocka_unit_test(ports_open_and_close),
    cmocka_unit_test(record_takes_what_passes),
    cmocka_unit_test(an_export_is_a_take),
    cmocka_unit_test(a_bounce_is_not_the_playback_around_it),
    cmocka_unit_test(an_export_during_playback_is_another_take),
    cmocka_unit_test(finish_keeps_the_last_block),
    cmocka_unit_test(real_time_never_waits),
    cmocka_unit_test(a_stall_that_fits_loses_nothing),
    cmocka_unit_test(faster_than_real_time_waits),
    cmocka_unit_test(freewheel_waits_at_any_speed),
    cmocka_unit_test(a_bounce_after_a_stalled_playback_is_whole),
    cmocka_unit_test(the_clock_is_read_at_two_marks_only),
    cmocka_unit_test(a_hung_writer_holds_up_for_ten_seconds_at_most),
    cmocka_unit_test(a_failed_writer_is_not_waited_for),
    cmocka_unit_test(events_that_do_not_fit_are_no_harm),
    cmocka_unit_test(what_is_shown_is_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

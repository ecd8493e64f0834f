// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "unit/capture_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#define CHUNK 1024u

static CTake*
current(CHost* const h)
{
  return h->n && !h->takes[h->n - 1u].closed ? &h->takes[h->n - 1u] : NULL;
}

/// One frame of the counting signal
static void
see_frame(CTake* const take, const float* const sample, const uint32_t channels)
{
  const uint64_t number = (uint64_t)sample[0];
  if (channels == 2u) {
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

static void
see_audio(CHost* const h, uint64_t frames)
{
  const uint32_t channels = h->link->channels;
  CTake* const   take     = current(h);
  float          samples[2u * CHUNK];
  assert_true(!frames || take);
  h->stream += frames;
  while (frames) {
    const uint32_t n = frames < CHUNK ? (uint32_t)frames : CHUNK;
    assert_true(bl_ring_read(h->link->audio, samples, n * channels * 4u));
    for (uint32_t i = 0; i < n; ++i) {
      see_frame(take, samples + (size_t)i * channels, channels);
    }
    frames -= n;
  }
}

static void
see_event(CHost* const h, const BlCaptureEvent* const event)
{
  CTake* const take = current(h);
  switch (event->kind) {
    case BL_CAPTURE_EV_OPEN:
      assert_null(take);
      assert_true(h->n < CHOST_TAKES_MAX);
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

void
chost_drain(CHost* const h, uint64_t most)
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
  CHost* const h = (CHost*)handle;
  ++h->reads;
  return h->now;
}

static void
sleep_some(void* const handle, const long nsec)
{
  CHost* const h = (CHost*)handle;
  assert_int_equal(nsec, BL_CAPTURE_WAIT_SLICE_NS);
  ++h->sleeps;
  h->now += 1e-9 * (double)nsec;
  if (h->per_ms > 0.0) {
    chost_drain(h, (uint64_t)h->per_ms);
  }
  if (h->failing) {
    atomic_store(&h->link->failed, true);
  }
}

CHost*
chost_new(const uint32_t rate, const uint32_t channels)
{
  CHost* const h = (CHost*)calloc(1, sizeof(CHost));
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

void
chost_free(CHost* const h)
{
  bl_capture_link_free(h->link);
  free(h);
}

void
chost_run(CHost* const             h,
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

void
chost_roll(CHost* const h, const uint32_t frames)
{
  const BlTimeEvent event = { .has   = BL_TIME_FRAME | BL_TIME_SPEED,
                              .frame = h->frame,
                              .speed = 1.0 };
  chost_run(h, frames, &event, 1u);
  h->frame += frames;
}

void
chost_stand(CHost* const h, const uint32_t frames)
{
  const BlTimeEvent event = { .has   = BL_TIME_FRAME | BL_TIME_SPEED,
                              .frame = h->frame,
                              .speed = 0.0 };
  chost_run(h, frames, &event, 1u);
}

void
chost_expect(const CHost* const h,
             const unsigned     index,
             const int64_t      start,
             const uint64_t     first,
             const uint64_t     frames)
{
  assert_true(index < h->n);
  const CTake* const take = &h->takes[index];
  assert_true(take->closed);
  assert_true(take->open.flags & BL_CAPTURE_HAS_POSITION);
  assert_int_equal(take->open.start, start);
  assert_int_equal(take->frames, frames);
  assert_int_equal(take->first, first);
  assert_int_equal(take->breaks, 0);
  assert_int_equal(take->dropped, 0);
}

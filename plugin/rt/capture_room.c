// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/capture_room.h"

static uint32_t
quarter(const BlCapture* const c)
{
  return bl_ring_capacity(c->setup.link->audio) / 4u;
}

uint32_t
bl_capture_filled(const BlCapture* const c)
{
  const BlRing* const ring = c->setup.link->audio;
  return bl_ring_capacity(ring) - bl_ring_write_space(ring);
}

void
bl_capture_mark(BlCapture* const c, const uint32_t fill)
{
  if (fill < quarter(c)) {
    c->fill = BL_FILL_LOW;
  } else if (c->fill == BL_FILL_LOW) {
    c->fill        = BL_FILL_TIME;
    c->mark_time   = c->setup.clock(c->setup.handle);
    c->mark_frames = c->seen;
  }
}

/// The second mark: the ring is full; did that take under half of its audio?
static bool
came_fast(BlCapture* const c)
{
  if (c->fill != BL_FILL_TIME) {
    return false;
  }

  const double rate    = c->setup.link->rate;
  const double audio   = (double)(c->seen - c->mark_frames) / rate;
  const double elapsed = c->setup.clock(c->setup.handle) - c->mark_time;
  const bool   fast    = audio >= BL_CAPTURE_PROOF_S && elapsed < 0.5 * audio;
  if (!fast) {
    c->fill = BL_FILL_SLOW;
  }
  return fast;
}

/**
   Sleep until the ring has drained to a half or the writer is given up.

   The end of the wait is a first mark like the crossing of a quarter, so that
   the next wait needs evidence of its own.  To a half, not further: the
   writer must not run dry while the last slice is slept.
*/
static void
wait_for_writer(BlCapture* const c)
{
  const BlCaptureSetup* const s    = &c->setup;
  const BlRing* const         ring = s->link->audio;

  uint32_t head  = bl_ring_read_head(ring);
  double   since = s->clock(s->handle);
  c->waited      = true;
  while (bl_capture_filled(c) > 2u * quarter(c) &&
         !atomic_load_explicit(&s->link->failed, memory_order_relaxed)) {
    s->sleep(s->handle, BL_CAPTURE_WAIT_SLICE_NS);

    const double   now   = s->clock(s->handle);
    const uint32_t moved = bl_ring_read_head(ring);
    if (moved != head) {
      head  = moved;
      since = now;
    } else if (now - since >= BL_CAPTURE_GIVE_UP_S) {
      c->gave_up    = true;
      c->gave_up_at = head;
      c->fill       = BL_FILL_SLOW;
      return;
    }
  }
  c->fill = BL_FILL_LOW;
  bl_capture_mark(c, bl_capture_filled(c));
}

static bool
may_wait(BlCapture* const c, const bool freewheel)
{
  const BlCaptureLink* const link = c->setup.link;
  if (atomic_load_explicit(&link->failed, memory_order_relaxed)) {
    return false;
  }
  if (c->gave_up && bl_ring_read_head(link->audio) == c->gave_up_at) {
    return false;
  }

  c->gave_up = false;
  return freewheel || came_fast(c);
}

bool
bl_capture_make_room(BlCapture* const c,
                     const uint32_t   bytes,
                     const bool       freewheel)
{
  const BlRing* const ring = c->setup.link->audio;

  // After a loss, go on where more than one piece fits: fewer, longer gaps
  const uint32_t least = c->gap ? bl_ring_capacity(ring) / 64u : 0u;
  const uint32_t space = bl_ring_write_space(ring);
  if (space >= bytes && space >= least) {
    return true;
  }
  if (may_wait(c, freewheel)) {
    wait_for_writer(c);
    return bl_ring_write_space(ring) >= bytes;
  }
  return false;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/capture.h"

#include "base/samples.h"
#include "rt/capture_room.h"

#include <string.h>
#include <time.h>

static double
monotonic(void* const handle)
{
  (void)handle;
  struct timespec ts = { 0, 0 };
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static void
sleep_slice(void* const handle, const long nsec)
{
  (void)handle;
  const struct timespec ts = { 0, nsec };
  clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

void
bl_capture_init(BlCapture* const c, const BlCaptureSetup* const setup)
{
  memset(c, 0, sizeof(*c));
  c->setup = *setup;
  if (!c->setup.clock) {
    c->setup.clock = monotonic;
  }
  if (!c->setup.sleep) {
    c->setup.sleep = sleep_slice;
  }
  c->channels    = setup->link->channels;
  c->frame_bytes = c->channels * (uint32_t)sizeof(float);
  bl_transport_init(&c->transport, setup->link->rate);
}

BlCaptureState
bl_capture_step(const BlCaptureState   state,
                const BlCaptureInput   input,
                BlCaptureAction* const action)
{
  const bool open = state == BL_CAPTURE_OPEN;
  switch (input) {
    case BL_CAPTURE_LEAVE:
      *action = open ? BL_CAPTURE_DO_CLOSE : BL_CAPTURE_DO_NOTHING;
      return BL_CAPTURE_CLOSED;
    case BL_CAPTURE_TAKE:
      *action = open ? BL_CAPTURE_DO_NOTHING : BL_CAPTURE_DO_OPEN;
      return BL_CAPTURE_OPEN;
    case BL_CAPTURE_BREAK:
      *action = open ? BL_CAPTURE_DO_REOPEN : BL_CAPTURE_DO_OPEN;
      return BL_CAPTURE_OPEN;
  }

  *action = BL_CAPTURE_DO_NOTHING;
  return state;
}

static void
set_state(BlCapture* const c, const BlCaptureState state)
{
  c->state = state;
}

// Events

/**
   Post an event.  All but the last two of a take (its lost end, its close)
   leave room for these, so that a take can always be closed.
*/
static bool
post(BlCapture* const c, BlCaptureEvent* const event, const bool last)
{
  BlRing* const  ring = c->setup.link->events;
  const uint32_t size = (uint32_t)sizeof(*event);
  if (bl_ring_write_space(ring) < (last ? size : 3u * size)) {
    return false;
  }

  event->at = c->stream;
  return !bl_ring_write(ring, event, size);
}

/// Tell of lost frames before what follows them
static bool
flush_gap(BlCapture* const c, const bool last)
{
  if (c->gap) {
    BlCaptureEvent event = { .kind  = BL_CAPTURE_EV_GAP,
                             .flags = BL_CAPTURE_DROPPED,
                             .gap   = c->gap };
    if (!post(c, &event, last)) {
      return false;
    }
    c->gap = 0u;
  }
  return true;
}

static void
put_tempo(BlCapture* const c, BlCaptureEvent* const event)
{
  const BlTransport* const t = &c->transport;

  c->sent_bpm          = t->bpm;
  c->sent_meter        = t->beats_per_bar;
  c->sent_unit         = t->beat_unit;
  event->bpm           = t->bpm;
  event->beats_per_bar = (float)t->beats_per_bar;
  event->beat_unit     = t->beat_unit;
}

static void
follow_tempo(BlCapture* const c)
{
  const BlTransport* const t = &c->transport;
  if (t->bpm != c->sent_bpm || t->beats_per_bar != c->sent_meter ||
      t->beat_unit != c->sent_unit) {
    BlCaptureEvent event = { .kind = BL_CAPTURE_EV_TEMPO };
    if (flush_gap(c, false)) {
      put_tempo(c, &event);
      (void)post(c, &event, false);
    }
  }
}

static void
fill_gap(BlCapture* const c, const uint64_t frames)
{
  BlCaptureEvent event = { .kind = BL_CAPTURE_EV_GAP, .gap = frames };
  if (!flush_gap(c, false) || !post(c, &event, false)) {
    c->gap += frames;
    c->dropped += frames;
  }
  c->take_frames += frames;
}

// The tail

/// The last piece is part of the take
static void
keep_tail(BlCapture* const c)
{
  if (!c->tail_frames) {
    return;
  }
  if (c->tail_lost) {
    c->gap += c->tail_frames;
    c->dropped += c->tail_frames;
  } else {
    bl_ring_commit_write(c->setup.link->audio, &c->tail);
    c->stream += c->tail_frames;
  }
  c->take_frames += c->tail_frames;
  c->tail_frames = 0u;
}

static void
settle_tail(BlCapture* const c, const BlMove move)
{
  const bool rolling = bl_transport_is_rolling(&c->transport);
  if (move == BL_MOVE_REPEAT ||
      (c->frozen && (move != BL_MOVE_ON || !rolling))) {
    c->tail_frames = 0u;
  } else {
    keep_tail(c);
  }
}

static void
see_peak(BlCapture* const c, const float peak)
{
  c->peak = peak > c->peak ? peak : c->peak;
}

static void
measure(BlCapture* const          c,
        const float* const* const audio,
        const uint32_t            offset,
        const uint32_t            frames)
{
  for (uint32_t channel = 0u; channel < c->channels; ++channel) {
    see_peak(c, bl_samples_peak(audio[channel] + offset, frames));
  }
}

static void
put_audio(BlCapture* const          c,
          void* const               to,
          const float* const* const audio,
          const uint32_t            offset,
          const uint32_t            frames)
{
  if (c->channels == 2u) {
    see_peak(c, bl_samples_interleave((float*)to, audio[0] + offset,
                                      audio[1] + offset, frames));
  } else {
    memcpy(to, audio[0] + offset, frames * sizeof(float));
    measure(c, audio, offset, frames);
  }
}

static void
push(BlCapture* const            c,
     const BlCaptureBlock* const b,
     const uint32_t              offset,
     const uint32_t              frames)
{
  BlRing* const  ring  = c->setup.link->audio;
  const uint32_t bytes = frames * c->frame_bytes;
  BlRingSpan     span;

  c->tail_frames = frames;
  c->tail_lost =
    !bl_capture_make_room(c, bytes, b->freewheel) || !flush_gap(c, false);
  if (!c->tail_lost) {
    c->tail = bl_ring_begin_write(ring);
    c->tail_lost =
      bl_ring_amend_span(ring, &c->tail, bytes, &span) != BL_SUCCESS;
  }
  if (!c->tail_lost) {
    const uint32_t first = span.size[0] / c->frame_bytes;
    put_audio(c, span.data[0], b->audio, offset, first);
    if (frames > first) {
      put_audio(c, span.data[1], b->audio, offset + first, frames - first);
    }
  } else {
    measure(c, b->audio, offset, frames);
  }

  c->seen += frames;
  bl_capture_mark(c, bl_capture_filled(c) + (c->tail_lost ? 0u : bytes));
}

// Takes

static void
close_take(BlCapture* const c)
{
  BlCaptureEvent event = { .kind  = BL_CAPTURE_EV_CLOSE,
                           .flags = c->waited ? BL_CAPTURE_WAITED : 0u };
  (void)flush_gap(c, true);
  (void)post(c, &event, true);
}

static bool
open_take(BlCapture* const c, const BlCaptureBlock* const b)
{
  const BlTransport* const t     = &c->transport;
  BlCaptureEvent           event = { .kind = BL_CAPTURE_EV_OPEN };

  c->rolling   = bl_transport_is_rolling(t);
  c->freewheel = b->freewheel;
  event.flags  = (b->record ? BL_CAPTURE_RECORD : 0u) |
                (b->freewheel ? BL_CAPTURE_FREEWHEEL : 0u);
  if (c->rolling && (t->known & BL_TIME_FRAME)) {
    event.flags |= BL_CAPTURE_HAS_POSITION;
    event.start = t->frame;
  }
  if (c->rolling && bl_transport_bar(t, &event.bar, &event.beat)) {
    event.flags |= BL_CAPTURE_HAS_BAR;
  }
  put_tempo(c, &event);
  if (!post(c, &event, false)) {
    return false;
  }

  c->waited       = false;
  c->has_take     = true;
  c->take_frames  = 0u;
  c->take_has_bar = event.flags & BL_CAPTURE_HAS_BAR;
  c->take_bar     = event.bar;

  // A take that begins above the first mark has its own evidence
  c->fill = BL_FILL_LOW;
  bl_capture_mark(c, bl_capture_filled(c));
  return true;
}

static bool
is_wanted(const BlCapture* const c, const BlCaptureBlock* const b)
{
  const bool rolling = bl_transport_is_rolling(&c->transport);
  const bool untold  = !c->transport.known && b->freewheel;
  return b->enabled && (b->record || (b->arm && (rolling || untold)));
}

/// Does the piece go on with the open take?
static bool
goes_on(const BlCapture* const      c,
        const BlCaptureBlock* const b,
        const BlMove                move)
{
  const int64_t longest =
    (int64_t)(BL_CAPTURE_FILL_GAP_S * c->setup.link->rate);
  if (c->freewheel != b->freewheel ||
      c->rolling != bl_transport_is_rolling(&c->transport)) {
    return false;
  }
  return move == BL_MOVE_ON || move == BL_MOVE_REPEAT ||
         (move == BL_MOVE_GAP && !c->frozen && c->transport.gap < longest);
}

static void
decide(BlCapture* const            c,
       const BlCaptureBlock* const b,
       const BlMove                move,
       const uint32_t              frames)
{
  const BlCaptureInput input    = !is_wanted(c, b)      ? BL_CAPTURE_LEAVE
                                  : goes_on(c, b, move) ? BL_CAPTURE_TAKE
                                                        : BL_CAPTURE_BREAK;
  const bool           was_open = c->state == BL_CAPTURE_OPEN;

  BlCaptureAction action = BL_CAPTURE_DO_NOTHING;
  BlCaptureState  next   = bl_capture_step(c->state, input, &action);
  if (action & BL_CAPTURE_DO_CLOSE) {
    close_take(c);
  }
  if ((action & BL_CAPTURE_DO_OPEN) && !open_take(c, b)) {
    c->dropped += frames;
    next = BL_CAPTURE_CLOSED;
  }
  set_state(c, next);

  if (was_open && input == BL_CAPTURE_TAKE) {
    if (move == BL_MOVE_GAP) {
      fill_gap(c, (uint64_t)c->transport.gap);
    }
    follow_tempo(c);
  }
  c->frozen = move == BL_MOVE_REPEAT;
}

/// Frames of a block between two instants at which the host told something
static void
run_piece(BlCapture* const            c,
          const BlCaptureBlock* const b,
          const uint32_t              offset,
          const uint32_t              frames,
          const BlMove                move)
{
  settle_tail(c, move);
  decide(c, b, move, frames);
  if (c->state != BL_CAPTURE_OPEN) {
    measure(c, b->audio, offset, frames);
    return;
  }
  for (uint32_t done = 0u; done < frames;) {
    const uint32_t left = frames - done;
    const uint32_t n    = left < BL_CAPTURE_PIECE ? left : BL_CAPTURE_PIECE;
    keep_tail(c);
    push(c, b, offset + done, n);
    done += n;
  }
}

static void
run_pieces(BlCapture* const c, const BlCaptureBlock* const b)
{
  uint32_t offset = 0u;
  uint32_t i      = 0u;
  do {
    const uint32_t first = i;
    while (i < b->n_events &&
           (b->events[i].offset <= offset || offset >= b->frames)) {
      ++i;
    }

    // Two moves with no audio between them are one that nobody can follow
    const BlMove told = bl_transport_apply(
      &c->transport, i > first ? b->events + first : NULL, i - first);
    const BlMove move = c->move == BL_MOVE_ON ? told
                        : told == BL_MOVE_ON  ? c->move
                                              : BL_MOVE_JUMP;

    const uint32_t end = i < b->n_events && b->events[i].offset < b->frames
                           ? b->events[i].offset
                           : b->frames;
    if (end > offset) {
      run_piece(c, b, offset, end - offset, move);
      bl_transport_advance(&c->transport, end - offset);
      c->move = BL_MOVE_ON;
    } else {
      c->move = move;
    }
    offset = end;
  } while (offset < b->frames || i < b->n_events);
}

static bool
is_armed(const BlCaptureBlock* const b)
{
  return b->enabled && (b->arm || b->record);
}

/// Nothing is or will be captured, and the host has told nothing.  Most blocks
/// of most instances are such: they touch as little code and memory as can be
static bool
is_at_rest(const BlCapture* const c, const BlCaptureBlock* const b)
{
  return c->state == BL_CAPTURE_CLOSED && c->move == BL_MOVE_ON && b->frames &&
         !b->n_events && !is_armed(b);
}

static void
set_busy(BlCapture* const c, const bool busy)
{
  if (c->busy != busy) {
    c->busy = busy;
    atomic_store_explicit(&c->setup.link->busy, busy, memory_order_relaxed);
  }
}

void
bl_capture_run(BlCapture* const c, const BlCaptureBlock* const b)
{
  const bool rests = is_at_rest(c, b);

  c->peak  = 0.0f;
  c->rests = rests;
  if (rests) {
    measure(c, b->audio, 0u, b->frames);
    bl_transport_advance(&c->transport, b->frames);
    c->frozen = false;
    set_busy(c, false);
  } else {
    run_pieces(c, b);
    set_busy(c, c->state == BL_CAPTURE_OPEN || is_armed(b));
  }
}

void
bl_capture_finish(BlCapture* const c)
{
  if (c->state == BL_CAPTURE_OPEN) {
    BlCaptureAction action = BL_CAPTURE_DO_NOTHING;
    if (c->frozen) {
      c->tail_frames = 0u;
    }
    keep_tail(c);
    close_take(c);
    set_state(c, bl_capture_step(c->state, BL_CAPTURE_LEAVE, &action));
    set_busy(c, false);
  }
}

void
bl_capture_show(const BlCapture* const c, BlCaptureShown* const shown)
{
  const BlCaptureLink* const link = c->setup.link;

  shown->rests     = c->rests;
  shown->recording = c->state == BL_CAPTURE_OPEN;
  shown->has_take  = c->has_take;
  shown->seconds   = (double)(c->take_frames + c->tail_frames) / link->rate;
  shown->has_bar   = c->take_has_bar;
  shown->bar       = c->take_bar;
  shown->dropped =
    c->dropped + atomic_load_explicit(&link->lost, memory_order_relaxed);
  shown->peak = c->peak;
}

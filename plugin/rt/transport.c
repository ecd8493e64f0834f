// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/transport.h"

#include <math.h>
#include <string.h>

void
bl_transport_init(BlTransport* const transport, const double rate)
{
  memset(transport, 0, sizeof(*transport));
  transport->rate = rate;
}

bool
bl_transport_is_rolling(const BlTransport* const t)
{
  return t->speed == 1.0;
}

/// Beats rolled since bar and beat were told; 0 where the tempo is unknown
static double
beats_since(const BlTransport* const t)
{
  return (t->known & BL_TIME_BPM) ? (double)t->since * t->bpm / (60.0 * t->rate)
                                  : 0.0;
}

bool
bl_transport_bar(const BlTransport* const t,
                 int64_t* const           bar,
                 double* const            beat)
{
  if (!(t->known & BL_TIME_BAR) || !(t->known & BL_TIME_BEAT)) {
    return false;
  }

  *bar  = t->bar;
  *beat = t->beat + beats_since(t);
  if (t->since && (t->known & BL_TIME_METER)) {
    const double bars = floor(*beat / t->beats_per_bar);
    *bar += (int64_t)bars;
    *beat -= bars * t->beats_per_bar;
  }
  return true;
}

/// Bring bar and beat up to now, so that what changes holds from here on
static void
anchor(BlTransport* const t)
{
  int64_t bar  = 0;
  double  beat = 0.0;
  if (t->since && bl_transport_bar(t, &bar, &beat)) {
    t->bar  = bar;
    t->beat = beat;
  }
  t->since = 0u;
}

/// Of less than so many bits, whatever a host says
static bool
is_within(const int64_t value, const unsigned bits)
{
  const int64_t limit = (int64_t)1 << bits;
  return value > -limit && value < limit;
}

static void
take_beats(BlTransport* const t, const BlTimeEvent* const e)
{
  anchor(t);
  if ((e->has & BL_TIME_BAR) && is_within(e->bar, 40)) {
    t->bar = e->bar;
    t->known |= BL_TIME_BAR;
  }
  if ((e->has & BL_TIME_BEAT) && e->bar_beat >= 0.0 && e->bar_beat < 1e6) {
    t->beat = e->bar_beat;
    t->known |= BL_TIME_BEAT;
  }
  if ((e->has & BL_TIME_BPM) && e->bpm > 0.0 && e->bpm < 1e5) {
    t->bpm = e->bpm;
    t->known |= BL_TIME_BPM;
  }
  if ((e->has & BL_TIME_METER) && e->beats_per_bar > 0.0 &&
      e->beats_per_bar < 1e4) {
    t->beats_per_bar = e->beats_per_bar;
    t->known |= BL_TIME_METER;
  }
  if ((e->has & BL_TIME_UNIT) && e->beat_unit > 0 && e->beat_unit <= 1024) {
    t->beat_unit = e->beat_unit;
    t->known |= BL_TIME_UNIT;
  }
}

static void
take_event(BlTransport* const t, const BlTimeEvent* const e)
{
  if ((e->has & (BL_TIME_BAR | BL_TIME_BEAT | BL_TIME_BPM | BL_TIME_METER |
                 BL_TIME_UNIT))) {
    take_beats(t, e);
  }
  if ((e->has & BL_TIME_SPEED) && isfinite(e->speed)) {
    t->speed = e->speed;
    t->known |= BL_TIME_SPEED;
  }
  if ((e->has & BL_TIME_FRAME) && is_within(e->frame, 49)) {
    t->frame = e->frame;
    t->known |= BL_TIME_FRAME;
  }
}

static bool
told_bar(const BlTimeEvent* const events, const size_t count)
{
  unsigned has = 0u;
  for (size_t i = 0; i < count; ++i) {
    has |= events[i].has;
  }
  return (has & BL_TIME_BAR) && (has & BL_TIME_BEAT);
}

BlMove
bl_transport_apply(BlTransport* const       t,
                   const BlTimeEvent* const events,
                   const size_t             count)
{
  const bool    was_rolling = bl_transport_is_rolling(t);
  const bool    was_known   = t->known & BL_TIME_FRAME;
  const int64_t expected    = t->frame;
  for (size_t i = 0; i < count; ++i) {
    take_event(t, &events[i]);
  }

  const int64_t frame = t->frame;
  if (was_known && frame != expected && !told_bar(events, count)) {
    // Bar and beat without a frame of their own are stale now
    t->known &= ~(BL_TIME_BAR | BL_TIME_BEAT);
  }
  if (!was_rolling || !bl_transport_is_rolling(t)) {
    return BL_MOVE_ON;
  }
  if (!was_known) {
    return (t->known & BL_TIME_FRAME) ? BL_MOVE_JUMP : BL_MOVE_ON;
  }
  if (frame == expected) {
    return BL_MOVE_ON;
  }
  if (t->moved && frame == t->piece) {
    return BL_MOVE_REPEAT;
  }
  if (frame < expected) {
    return BL_MOVE_JUMP;
  }

  t->gap = frame - expected;
  return BL_MOVE_GAP;
}

void
bl_transport_advance(BlTransport* const t, const uint32_t frames)
{
  if (!frames) {
    return;
  }

  t->piece = t->frame;
  t->moved = bl_transport_is_rolling(t);
  if (t->speed != 0.0) {
    t->frame += t->moved ? (int64_t)frames : llround(frames * t->speed);
    t->since += t->moved ? frames : 0u;
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_TRANSPORT_H
#define BL_RT_TRANSPORT_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Where the host's playhead is: pure arithmetic on time:Position.

   Hosts send time:Position every cycle, only on a change, or never; so the
   position is integrated here and every event compared with it.  Follows
   http://lv2plug.in/ns/ext/time.
*/

// BlTimeEvent.has: fields that the host's object carried

#define BL_TIME_FRAME 1u
#define BL_TIME_SPEED 2u
#define BL_TIME_BAR 4u
#define BL_TIME_BEAT 8u ///< bar_beat
#define BL_TIME_BPM 16u
#define BL_TIME_METER 32u ///< beats_per_bar
#define BL_TIME_UNIT 64u  ///< beat_unit

/// One time:Position; fields without their bit in `has` are ignored
typedef struct
{
  uint32_t offset; ///< Frame in the block
  uint32_t has;    ///< BL_TIME_…
  int64_t  frame;
  double   speed;
  int64_t  bar;      ///< From 0
  double   bar_beat; ///< Beats within the bar, from 0
  double   bpm;      ///< Beats of beat_unit per minute
  double   beats_per_bar;
  int32_t  beat_unit;
} BlTimeEvent;

/// How the position goes on after the events of one instant
typedef enum
{
  BL_MOVE_ON,     ///< Continuous, or not rolling before or after
  BL_MOVE_GAP,    ///< Forward by `gap` frames at unchanged speed
  BL_MOVE_REPEAT, ///< Again where the last piece began: a relocating host
  BL_MOVE_JUMP,   ///< Locate, loop, or the frame became known
} BlMove;

typedef struct
{
  double   rate;
  unsigned known; ///< BL_TIME_… ever told
  double   speed; ///< 0 until told
  int64_t  frame; ///< Session frame of the next sample
  int64_t  piece; ///< Frame where the last piece began
  bool     moved; ///< A piece went by since `piece` was set
  int64_t  bar;   ///< As last told
  double   beat;  ///< As last told
  uint64_t since; ///< Frames rolled since bar and beat were told
  double   bpm;
  double   beats_per_bar;
  int32_t  beat_unit;
  int64_t  gap; ///< Of the last BL_MOVE_GAP, frames
} BlTransport;

BL_THREAD_HOST void bl_transport_init(BlTransport* transport, double rate);

/// Take `count` events of one instant; the state then holds from there on
BL_THREAD_RT BL_REALTIME BlMove bl_transport_apply(BlTransport*       transport,
                                                   const BlTimeEvent* events,
                                                   size_t             count);

/// Let `frames` of audio go by
BL_THREAD_RT BL_REALTIME void bl_transport_advance(BlTransport* transport,
                                                   uint32_t     frames);

/// Speed is exactly 1: audio and timeline go together
BL_THREAD_RT BL_REALTIME bool bl_transport_is_rolling(
  const BlTransport* transport);

/// Bar and beat of the next sample; false where unknown
BL_THREAD_RT BL_REALTIME bool bl_transport_bar(const BlTransport* transport,
                                               int64_t*           bar,
                                               double*            beat);

#endif // BL_RT_TRANSPORT_H

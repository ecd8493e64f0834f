// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_CAPTURE_LINK_H
#define BL_BASE_CAPTURE_LINK_H

#include "base/attributes.h"
#include "base/ring.h"
#include "base/status.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   What rt/capture and take/writer share: two rings and a few atomics.

   `audio` holds nothing but whole interleaved frames of 32-bit floats, so
   that its length in seconds does not depend on the host's block size.
   `events` holds BlCaptureEvent, each with the place in the stream of frames
   where it happens.  The audio thread commits an event before the audio that
   follows it; the disk thread first loads the audio ring's index, then the
   events: each event that lies before this index is visible then.

   Owner: the instance, which frees it after the writer has stopped.
*/

typedef enum
{
  BL_CAPTURE_EV_OPEN  = 1, ///< A take begins here
  BL_CAPTURE_EV_GAP   = 2, ///< Marked silence of `gap` frames lies here
  BL_CAPTURE_EV_TEMPO = 3, ///< Tempo or meter change here
  BL_CAPTURE_EV_CLOSE = 4, ///< The take ends here
} BlCaptureEventKind;

// BlCaptureEvent.flags

#define BL_CAPTURE_HAS_POSITION 1u ///< start
#define BL_CAPTURE_HAS_BAR 2u      ///< bar, beat
#define BL_CAPTURE_RECORD 4u       ///< Open: by the `record` port
#define BL_CAPTURE_FREEWHEEL 8u    ///< Open: lv2:freeWheeling is set
#define BL_CAPTURE_DROPPED 16u     ///< Gap: lost by us
#define BL_CAPTURE_WAITED 32u      ///< Close: run() had to wait for the disk

typedef struct
{
  uint32_t kind;  ///< BlCaptureEventKind
  uint32_t flags; ///< BL_CAPTURE_…
  uint64_t at;    ///< Frames of audio that went through the ring before
  uint64_t gap;   ///< Frames of silence
  int64_t  start; ///< Open: session frame of the first sample
  int64_t  bar;   ///< Open: bar of the first sample, from 0
  double   beat;  ///< Open: beat within it, from 0
  double   bpm;   ///< Open, tempo; 0 = unknown
  float    beats_per_bar;
  int32_t  beat_unit;
} BlCaptureEvent;

typedef struct
{
  // Immutable after new
  BlRing*  audio;
  BlRing*  events;
  uint32_t rate;
  uint32_t channels;

  // Atomic: audio -> disk thread, relaxed, a hint: armed or a take is open
  alignas(64) atomic_bool busy;

  // Atomic: disk -> audio thread, relaxed, a hint: the open take cannot be
  // written; what comes is taken from the ring, counted in `lost` and gone
  alignas(64) atomic_bool failed;

  // Atomic: job -> disk thread, relaxed: when both rings were empty as seen
  // last, on the monotonic clock; 0 = nobody but the disk thread looks
  _Atomic double quiet_at;

  // Atomic: disk -> any thread, relaxed, a counter: frames that were in the
  // ring but could not be written
  atomic_uint_least64_t lost;
} BlCaptureLink;

/// Rings for BL_RING_S at `rate`; NULL when out of memory or out of range
BL_THREAD_HOST BL_NODISCARD BlCaptureLink* bl_capture_link_new(
  uint32_t rate,
  uint32_t channels);

/// NULL is allowed
BL_THREAD_HOST void bl_capture_link_free(BlCaptureLink* link);

#endif // BL_BASE_CAPTURE_LINK_H

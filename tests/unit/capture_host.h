// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_CAPTURE_HOST_H
#define BL_TESTS_CAPTURE_HOST_H

#include "base/limits.h"
#include "rt/capture.h"

#include <stdbool.h>
#include <stdint.h>

/**
   rt/capture between a host, a disk and a clock that are all scripted: blocks
   of a counting signal go in, events and audio come out of the link and are
   seen as takes, every sample looked at.  One thread; asserts by cmocka.
*/

#define CHOST_RATE 48000u
#define CHOST_BLOCK_MAX 65536u
#define CHOST_TAKES_MAX 64u

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
} CTake;

/// A host, a disk and a clock, all in this thread
typedef struct
{
  BlCaptureLink* link;
  BlCapture      capture;
  BlCaptureBlock block;
  float          audio[2][CHOST_BLOCK_MAX];
  uint64_t       counter;
  int64_t        frame;

  double   now;
  unsigned reads;   ///< Of the clock
  unsigned sleeps;  ///< Of 1 ms
  double   per_ms;  ///< Frames that the disk takes each slept millisecond
  bool     failing; ///< The writer fails at the next sleep

  CTake    takes[CHOST_TAKES_MAX];
  unsigned n;
  uint64_t stream;
} CHost;

CHost* chost_new(uint32_t rate, uint32_t channels);
void   chost_free(CHost* h);

/// What the disk thread does: at most `most` frames
void chost_drain(CHost* h, uint64_t most);

/// A block of the signal with these events
void chost_run(CHost*             h,
               uint32_t           frames,
               const BlTimeEvent* events,
               uint32_t           n_events);

/// A block at h->frame, as Ardour sends it while rolling
void chost_roll(CHost* h, uint32_t frames);

/// The same while its transport stands
void chost_stand(CHost* h, uint32_t frames);

/// A closed take without a gap
void chost_expect(const CHost* h,
                  unsigned     index,
                  int64_t      start,
                  uint64_t     first,
                  uint64_t     frames);

#endif // BL_TESTS_CAPTURE_HOST_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_CAPTURE_H
#define BL_RT_CAPTURE_H

#include "base/attributes.h"
#include "base/capture_link.h"
#include "base/limits.h"
#include "rt/transport.h"

#include <stdbool.h>
#include <stdint.h>

/**
   The audio thread's end of capture: decides where takes begin and end and
   puts every sample of them into the ring.

   Makes no system call but to sleep, 1 ms at a time, while the ring is full
   and the host provably is not in real time: `freewheel` is set, or the ring
   went from a quarter to full in under half of that audio's duration.  The
   clock is read at those two marks and while it waits, never else (where a
   take opens or a wait ends above a quarter, that is the first mark).  It
   waits until the ring has drained to a half, and gives up once the disk thread
   has failed or moved nothing for BL_CAPTURE_GIVE_UP_S.  In real time nothing
   waits: what does not fit is counted and kept as a marked gap.

   The last piece of a block is committed when the next one shows that the
   playhead went on, since a relocating host repeats pieces that are no part
   of a take.  So who stops calling run() for good calls bl_capture_finish().

   Owner:    the struct of run(); only touched there once initialised.
*/

/// Where the machine is; see bl_capture_step()
typedef enum
{
  BL_CAPTURE_CLOSED,
  BL_CAPTURE_OPEN,
} BlCaptureState;

/// What a piece of a block says
typedef enum
{
  BL_CAPTURE_LEAVE, ///< Not to be captured
  BL_CAPTURE_TAKE,  ///< To be captured, going on from the piece before
  BL_CAPTURE_BREAK, ///< To be captured, but not as the same take
} BlCaptureInput;

/// What is to be done, before the piece is captured
typedef enum
{
  BL_CAPTURE_DO_NOTHING = 0,
  BL_CAPTURE_DO_CLOSE   = 1,
  BL_CAPTURE_DO_OPEN    = 2,
  BL_CAPTURE_DO_REOPEN  = 3, ///< Close, then open
} BlCaptureAction;

typedef struct
{
  BlCaptureLink* link;
  double (*clock)(void* handle);          ///< Seconds; NULL: monotonic
  void (*sleep)(void* handle, long nsec); ///< NULL: clock_nanosleep
  void* handle;                           ///< Of both
} BlCaptureSetup;

typedef struct
{
  const float* const* audio;  ///< One per channel of the link
  uint32_t            frames; ///< Any number, also 0
  const BlTimeEvent*  events; ///< In order of their offset
  uint32_t            n_events;
  bool                enabled; ///< lv2:enabled; false closes and opens none
  bool                arm;
  bool                record;
  bool                freewheel; ///< lv2:freeWheeling
} BlCaptureBlock;

/// What the ports show
typedef struct
{
  bool     rests;     ///< The last block changed only dropped and peak
  bool     recording; ///< A take is open
  bool     has_take;  ///< seconds and bar are of the open or the last take
  double   seconds;
  bool     has_bar;
  int64_t  bar;     ///< Of the take's first sample, from 0
  uint64_t dropped; ///< Frames lost since init
  float    peak;    ///< Of the last block's input, linear
} BlCaptureShown;

typedef enum
{
  BL_FILL_LOW,  ///< Under a quarter
  BL_FILL_TIME, ///< Above; `mark_*` say since when
  BL_FILL_SLOW, ///< Was full, and the host was not provably fast
} BlFillState;

typedef struct
{
  BlCaptureSetup setup;
  uint32_t       channels;
  uint32_t       frame_bytes;

  BlTransport    transport;
  BlCaptureState state;
  bool           busy;      ///< As the link says
  bool           rests;     ///< The last block was none to capture
  bool           freewheel; ///< As the open take began
  bool           frozen;    ///< The tail repeats: a relocating host

  bool    rolling;  ///< As the open take began
  BlMove  move;     ///< Of events behind the last sample of a block
  double  sent_bpm; ///< Tempo and meter that the open take knows
  double  sent_meter;
  int32_t sent_unit;

  // The tail: the last piece, not committed yet
  BlRingTransaction tail;
  uint32_t          tail_frames;
  bool              tail_lost; ///< It did not fit

  uint64_t stream; ///< Frames committed to the ring
  uint64_t gap;    ///< Lost frames whose event is not written yet
  uint64_t dropped;
  bool     waited; ///< During the open take

  BlFillState fill;
  double      mark_time;
  uint64_t    mark_frames;
  uint64_t    seen; ///< Frames to capture, lost ones included
  bool        gave_up;
  uint32_t    gave_up_at; ///< The ring's read head then

  bool     has_take;
  uint64_t take_frames;
  bool     take_has_bar;
  int64_t  take_bar;
  float    peak;
} BlCapture;

BL_THREAD_HOST void bl_capture_init(BlCapture*            capture,
                                    const BlCaptureSetup* setup);

BL_THREAD_RT BL_REALTIME void bl_capture_run(BlCapture*            capture,
                                             const BlCaptureBlock* block);

/// Commit the last piece and close an open take; run() is called no more, or
/// not for now.  Touches the rings only, so the audio thread may do it too
BL_THREAD_RT BL_REALTIME void bl_capture_finish(BlCapture* capture);

BL_THREAD_RT BL_REALTIME void bl_capture_show(const BlCapture* capture,
                                              BlCaptureShown*  shown);

/// The machine itself, pure
BL_THREAD_ANY BL_REALTIME BlCaptureState
bl_capture_step(BlCaptureState   state,
                BlCaptureInput   input,
                BlCaptureAction* action);

#endif // BL_RT_CAPTURE_H

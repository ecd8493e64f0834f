// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_RUN_H
#define BL_RT_RUN_H

#include "base/attributes.h"
#include "base/ports.h"
#include "base/protocol.h"
#include "base/urids.h"
#include "rt/capture.h"
#include "rt/control.h"
#include "rt/level.h"
#include "rt/link.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

/// A click within this time of a restore() is a preset's or a session's
#define BL_CLICK_GUARD_S 1.0

/**
   Everything that run() touches, and nothing else.

   Owner:   the instance, which sets it up before the first run(); run() alone
            touches it then, but for `capture` in bl_rt_pause().
   Ports:   any may be NULL (not connected yet): inputs then read as their
            default, outputs are not written.  Audio buffers may be the same
            in any combination.
   Order:   what a block touches in which nothing happens comes first, see
            rt/rest.h.
*/
typedef struct
{
  alignas(64) bool still; ///< Nothing is to be done unless something comes
  uint32_t      channels;
  double        rate;
  BlRtLink*     link;
  LV2_URID      sequence; ///< urids.atom_Sequence
  BlLevel       level;
  uint_fast32_t published; ///< link->published as `shown` has it

  void* ports[BL_N_PORTS_STEREO];
  float raw[BL_PORT_CONTROL_IN_COUNT];    ///< Control inputs as they came
  float shown[BL_PORT_CONTROL_OUT_COUNT]; ///< Control outputs

  // Immutable while run() may be called
  BlUrids    urids;
  BlProtocol protocol;

  BlCapture      capture;
  BlControlTimes times;

  float    values[BL_PORT_CONTROL_IN_COUNT]; ///< `raw`, clamped
  uint32_t changed;      ///< Bit i: values[i] changed in this block
  uint32_t changed_last; ///< The same of the block before
  bool     has_values;   ///< The first block's are the baseline
  bool     rested;       ///< The last block was none to capture
} BlRt;

/// `link` and the link of `capture` outlive it
BL_THREAD_HOST void bl_rt_init(BlRt*                 rt,
                               uint32_t              channels,
                               double                rate,
                               BlRtLink*             link,
                               const BlCaptureSetup* capture);

BL_THREAD_RT BL_REALTIME void bl_rt_connect(BlRt*    rt,
                                            uint32_t port,
                                            void*    data);

/// One block of any length, also 0
BL_THREAD_RT BL_REALTIME void bl_rt_run(BlRt* rt, uint32_t n_frames);

/**
   run() is not called for now: an open take ends, with its last piece.

   May come while run() does begin again: it then does nothing, or that one
   block is counted as lost.
*/
BL_THREAD_ANY BL_REALTIME void bl_rt_pause(BlRt* rt);

#endif // BL_RT_RUN_H

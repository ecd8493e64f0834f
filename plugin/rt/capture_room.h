// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_CAPTURE_ROOM_H
#define BL_RT_CAPTURE_ROOM_H

#include "rt/capture.h"

/**
   When run() may wait for room in the ring, and for how long; capture.h says
   the rule.  For capture.c alone.
*/

/// The first mark: read the clock where the ring gets a quarter full
BL_THREAD_RT BL_REALTIME void bl_capture_mark(BlCapture* capture,
                                              uint32_t   fill);

/// Bytes in the ring
BL_THREAD_RT BL_REALTIME uint32_t bl_capture_filled(const BlCapture* capture);

/// Room for a piece: as it is, or after the one wait that is allowed
BL_THREAD_RT BL_REALTIME bool bl_capture_make_room(BlCapture* capture,
                                                   uint32_t   bytes,
                                                   bool       freewheel);

#endif // BL_RT_CAPTURE_ROOM_H

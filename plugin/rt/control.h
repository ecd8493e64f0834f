// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_CONTROL_H
#define BL_RT_CONTROL_H

#include "base/attributes.h"
#include "base/protocol.h"
#include "base/urids.h"
#include "rt/link.h"
#include "rt/transport.h"

#include <lv2/atom/atom.h>

#include <stdint.h>

/**
   Reads the control port: transport for the capture, everything else as
   records for the job thread.  Events, objects and values are only followed
   as far as the sizes around them allow.
*/

/// More in one block are left out but for the last
#define BL_TIME_EVENTS_MAX 64u

typedef struct
{
  BlTimeEvent events[BL_TIME_EVENTS_MAX];
  uint32_t    n_events;
} BlControlTimes;

/// One block's sequence; `sequence` may be NULL or anything a host leaves
BL_THREAD_RT BL_REALTIME void bl_control_read(const LV2_Atom_Sequence* sequence,
                                              const BlUrids*           urids,
                                              const BlProtocol*        protocol,
                                              uint32_t                 n_frames,
                                              BlRtLink*                link,
                                              BlControlTimes*          times);

/// Put a record into the ring to the job thread, or count it as lost
BL_THREAD_RT BL_REALTIME void bl_control_post(BlRtLink*      link,
                                              BlRtRecordType type,
                                              const void*    first,
                                              uint32_t       first_size,
                                              const void*    second,
                                              uint32_t       second_size);

#endif // BL_RT_CONTROL_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_REST_H
#define BL_RT_REST_H

#include "base/attributes.h"
#include "rt/run.h"

#include <stdbool.h>
#include <stdint.h>

/**
   A block in which nothing happens, as nearly all are: nothing is armed or
   open, the transport stands, nobody said or moved anything.

   What such a block costs is not its instructions but that none of them, and
   nothing that they read, is in a cache any more: on a system that sleeps
   between two blocks, half a microsecond and more.  So this is all that runs
   then, in one place, and it touches no more than the ports and the first
   lines of BlRt and of the link.
*/

/**
   Run a block of `n_frames` if it is such a one: pass the audio, show the
   level, repeat the other outputs, write an empty sequence.

   @return false where it is not; nothing is done then
*/
BL_THREAD_RT BL_REALTIME bool bl_rt_rest(BlRt* rt, uint32_t n_frames);

/// After a block that was run whole: is there nothing that the next one would
/// have to see to, if nothing comes?  `drained`: no notice waits
BL_THREAD_RT BL_REALTIME bool bl_rt_is_still(const BlRt* rt,
                                             bool        rests,
                                             bool        drained);

#endif // BL_RT_REST_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_NOTIFY_H
#define BL_RT_NOTIFY_H

#include "base/attributes.h"
#include "base/ring.h"
#include "base/urids.h"

#include <lv2/atom/atom.h>

#include <stdint.h>

/**
   Write the notify port: an empty sequence, then as many waiting atoms as
   fit; the rest waits for the next block.  An atom that could not fit into
   an empty port is taken out and lost.  @return true where none waits.

   `sequence` is as the host hands it out: its atom.size is the capacity.
   The ring holds whole atoms, as BlRtLink says.
*/
BL_THREAD_RT BL_REALTIME bool bl_notify_write(LV2_Atom_Sequence* sequence,
                                              const BlUrids*     urids,
                                              BlRing*            notices);

#endif // BL_RT_NOTIFY_H

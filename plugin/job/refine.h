// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_REFINE_H
#define BL_JOB_REFINE_H

#include "base/attributes.h"
#include "base/log.h"
#include "base/status.h"
#include "job/job.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A job about a result that another job brought: the service takes the voice
   out of it, splits it into stems or gives it without loss (API.md 5.1, 5.2).

   It goes the same way as any other job but for what is sent: nothing is
   encoded or uploaded, the POST names the service's own task and track.  Its
   main file lies in the slot of the variant that it was made of, so that
   whoever shows A and B shows it; the others lie in slots of their own.
*/

/**
   Can `refine` be asked for variant `v` of `source`?  Pure.

   @param words  gets a sentence where it can not; BL_MESSAGE_BYTES
   @return BL_UNSUPPORTED for the local band, BL_BAD_ARG, BL_BAD_STATE
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_refine_check(const BlJob* source,
                                                    BlRefine     refine,
                                                    unsigned     v,
                                                    char*        words);

/// Make `job` one about variant `v` of `source`; number and times are not set
BL_THREAD_ANY void bl_refine_fill(BlJob*       job,
                                  const BlJob* source,
                                  BlRefine     refine,
                                  unsigned     v);

/**
   The newest other job of the same take that asks for the same.

   @param accepted  any whose task id is known; else only one that has not
                    come to nothing, so that another would be paid for twice
   @param found     filled where there is one
*/
BL_THREAD_JOB bool bl_refine_find(const char*  root,
                                  const BlJob* job,
                                  bool         accepted,
                                  const BlLog* log,
                                  BlJob*       found);

/// "job 3 has it: …", for one that bl_refine_find() found; BL_MESSAGE_BYTES
BL_THREAD_ANY void bl_refine_tell(const BlJob* found, char* words);

/// Days since the service made what `job` is about, where that is longer than
/// services keep it; else 0
BL_THREAD_ANY int bl_refine_stale_days(const BlJob* job, double now_unix);

/// What was done, for a job that is placed; BL_MESSAGE_BYTES
BL_THREAD_ANY void bl_refine_done(const BlJob* job, char* words);

#endif // BL_JOB_REFINE_H

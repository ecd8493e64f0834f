// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_JOB_STATE_H
#define BL_JOB_JOB_STATE_H

#include "base/attributes.h"

#include <stdbool.h>

/**
   The way of a job, as a pure state machine: no I/O, no clock.

   captured -> checked -> encoded -> uploaded -> submitting -> submitted
   -> text -> first -> complete -> fetched -> placed, and the ends failed,
   cancelled, unsure.  job/runner does what a state asks for and feeds back
   an event; journal and log happen in its one setter.
*/
typedef enum
{
  BL_JOB_CAPTURED   = 0,  ///< Asked for; the take is on disk
  BL_JOB_CHECKED    = 1,  ///< Long enough, not silent; the trim is known
  BL_JOB_ENCODED    = 2,  ///< The upload's file is written
  BL_JOB_UPLOADED   = 3,  ///< The service has it; its URL is known
  BL_JOB_SUBMITTING = 4,  ///< The POST may be under way: written before it
  BL_JOB_SUBMITTED  = 5,  ///< Accepted; the task id is known
  BL_JOB_TEXT       = 6,  ///< The service has analysed it
  BL_JOB_FIRST      = 7,  ///< One variant is ready
  BL_JOB_COMPLETE   = 8,  ///< Both are ready at the service
  BL_JOB_FETCHED    = 9,  ///< Both are on disk as delivered
  BL_JOB_PLACED     = 10, ///< Both are WAVs on the timeline: done
  BL_JOB_FAILED     = 11,
  BL_JOB_CANCELLED  = 12,
  BL_JOB_UNSURE     = 13, ///< Perhaps paid; waits for the user's word
} BlJobState;

#define BL_N_JOB_STATES 14u

#endif // BL_JOB_JOB_STATE_H

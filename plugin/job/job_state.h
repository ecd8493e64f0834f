// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_JOB_STATE_H
#define BL_JOB_JOB_STATE_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>

/**
   The way of a job, as a pure state machine: no I/O, no clock.

   captured -> checked -> encoded -> uploaded -> submitting -> submitted
   -> text -> first -> complete -> fetched -> placed, and the ends failed,
   cancelled, unsure.  A job about a result (job/refine.h) goes from captured to
   uploaded at once.  job/runner does what a state asks for and feeds back
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

/// What may happen to a job
typedef enum
{
  BL_EVENT_CHECKED     = 0,  ///< The take is fit to be sent
  BL_EVENT_ENCODED     = 1,  ///< The upload's file is whole
  BL_EVENT_UPLOADED    = 2,  ///< Its URL came back
  BL_EVENT_SUBMIT      = 3,  ///< The POST comes next
  BL_EVENT_ACCEPTED    = 4,  ///< The service gave a task id
  BL_EVENT_REFUSED     = 5,  ///< Provably not accepted, may be sent again
  BL_EVENT_UPLOAD_GONE = 6,  ///< The upload must be done anew
  BL_EVENT_FORGOTTEN   = 7,  ///< A service that is free lost the task
  BL_EVENT_TEXT        = 8,  ///< The service has analysed the take
  BL_EVENT_FIRST       = 9,  ///< One variant is ready there
  BL_EVENT_COMPLETE    = 10, ///< Both are
  BL_EVENT_FETCHED     = 11, ///< Both are on disk
  BL_EVENT_PLACED      = 12, ///< Both are WAVs on the timeline
  BL_EVENT_FAILED      = 13, ///< An error that waiting does not mend
  BL_EVENT_CANCELLED   = 14, ///< The user's word
  BL_EVENT_LOST        = 15, ///< Nobody knows what became of the POST
  BL_EVENT_AGAIN       = 16, ///< The user's word: all anew, a POST included
  BL_EVENT_RESUME      = 17, ///< The user's word: ask for the known task again
  BL_EVENT_NO_UPLOAD   = 18, ///< It is about what the service has already
} BlJobEvent;

#define BL_N_JOB_EVENTS 19u

/**
   The one transition table.

   @return BL_BAD_STATE where the event cannot happen in `state`; *next is
   then `state`.
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_job_step(BlJobState  state,
                                                BlJobEvent  event,
                                                BlJobState* next);

/// False for placed, failed, cancelled and unsure: nothing goes on by itself
BL_THREAD_ANY bool bl_job_is_open(BlJobState state);

/// True once the service has a task for it: cancelling does not save money
BL_THREAD_ANY bool bl_job_is_accepted(BlJobState state);

/// Lower-case name as in the journal and the log; "?" for what is none
BL_THREAD_ANY const char* bl_job_state_name(BlJobState state);
BL_THREAD_ANY const char* bl_job_event_name(BlJobEvent event);

/// @return false where `name` is no state
BL_THREAD_ANY bool bl_job_state_from_name(const char* name, BlJobState* state);

#endif // BL_JOB_JOB_STATE_H

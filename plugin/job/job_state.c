// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/job_state.h"

#include <stddef.h>
#include <string.h>

/// Bit of a state, for sets of them
#define IN(state) (1u << (unsigned)(state))

#define BEFORE_POST                                                            \
  (IN(BL_JOB_CAPTURED) | IN(BL_JOB_CHECKED) | IN(BL_JOB_ENCODED) |             \
   IN(BL_JOB_UPLOADED))

#define ACCEPTED                                                               \
  (IN(BL_JOB_SUBMITTED) | IN(BL_JOB_TEXT) | IN(BL_JOB_FIRST) |                 \
   IN(BL_JOB_COMPLETE) | IN(BL_JOB_FETCHED))

#define OPEN (BEFORE_POST | IN(BL_JOB_SUBMITTING) | ACCEPTED)

#define ENDED_BADLY                                                            \
  (IN(BL_JOB_FAILED) | IN(BL_JOB_CANCELLED) | IN(BL_JOB_UNSURE))

typedef struct
{
  const char* name;
  unsigned    from; ///< Set of states in which it may happen
  BlJobState  to;
} EventRow;

static const EventRow events[BL_N_JOB_EVENTS] = {
  [BL_EVENT_CHECKED]  = { "checked", IN(BL_JOB_CAPTURED), BL_JOB_CHECKED },
  [BL_EVENT_ENCODED]  = { "encoded", IN(BL_JOB_CHECKED), BL_JOB_ENCODED },
  [BL_EVENT_UPLOADED] = { "uploaded", IN(BL_JOB_ENCODED), BL_JOB_UPLOADED },
  [BL_EVENT_SUBMIT]   = { "submit", IN(BL_JOB_UPLOADED), BL_JOB_SUBMITTING },
  // A task id may also come to light later, by a callback or the user
  [BL_EVENT_ACCEPTED] = { "accepted", IN(BL_JOB_SUBMITTING) | IN(BL_JOB_UNSURE),
                          BL_JOB_SUBMITTED },
  [BL_EVENT_REFUSED]  = { "refused", IN(BL_JOB_SUBMITTING), BL_JOB_UPLOADED },
  [BL_EVENT_UPLOAD_GONE] = { "upload gone",
                             IN(BL_JOB_UPLOADED) | IN(BL_JOB_SUBMITTING) |
                               IN(BL_JOB_SUBMITTED) | IN(BL_JOB_TEXT),
                             BL_JOB_ENCODED },
  [BL_EVENT_FORGOTTEN]   = { "forgotten",
                             IN(BL_JOB_UPLOADED) | IN(BL_JOB_SUBMITTING) |
                               IN(BL_JOB_SUBMITTED) | IN(BL_JOB_TEXT) |
                               IN(BL_JOB_FIRST) | IN(BL_JOB_COMPLETE),
                             BL_JOB_ENCODED },
  [BL_EVENT_TEXT]        = { "text", IN(BL_JOB_SUBMITTED), BL_JOB_TEXT },
  [BL_EVENT_FIRST]       = { "first", IN(BL_JOB_SUBMITTED) | IN(BL_JOB_TEXT),
                             BL_JOB_FIRST },
  [BL_EVENT_COMPLETE]    = { "complete",
                             IN(BL_JOB_SUBMITTED) | IN(BL_JOB_TEXT) |
                               IN(BL_JOB_FIRST),
                             BL_JOB_COMPLETE },
  [BL_EVENT_FETCHED]     = { "fetched", IN(BL_JOB_COMPLETE), BL_JOB_FETCHED },
  [BL_EVENT_PLACED]      = { "placed", IN(BL_JOB_FETCHED), BL_JOB_PLACED },
  [BL_EVENT_FAILED]      = { "failed", OPEN, BL_JOB_FAILED },
  [BL_EVENT_CANCELLED]   = { "cancelled", OPEN | IN(BL_JOB_UNSURE),
                             BL_JOB_CANCELLED },
  [BL_EVENT_LOST]        = { "lost", IN(BL_JOB_SUBMITTING), BL_JOB_UNSURE },
  [BL_EVENT_AGAIN]       = { "again", ENDED_BADLY, BL_JOB_CAPTURED },
  [BL_EVENT_RESUME]      = { "resume", IN(BL_JOB_FAILED) | IN(BL_JOB_CANCELLED),
                             BL_JOB_SUBMITTED },
  [BL_EVENT_NO_UPLOAD] = { "no upload", IN(BL_JOB_CAPTURED), BL_JOB_UPLOADED },
};

static const char* const state_names[BL_N_JOB_STATES] = {
  "captured",  "checked", "encoded",   "uploaded", "submitting",
  "submitted", "text",    "first",     "complete", "fetched",
  "placed",    "failed",  "cancelled", "unsure",
};

BlStatus
bl_job_step(const BlJobState  state,
            const BlJobEvent  event,
            BlJobState* const next)
{
  *next = state;
  if ((unsigned)state >= BL_N_JOB_STATES ||
      (unsigned)event >= BL_N_JOB_EVENTS || !(events[event].from & IN(state))) {
    return BL_BAD_STATE;
  }

  *next = events[event].to;
  return BL_SUCCESS;
}

bool
bl_job_is_open(const BlJobState state)
{
  return (unsigned)state < BL_N_JOB_STATES && (IN(state) & OPEN);
}

bool
bl_job_is_accepted(const BlJobState state)
{
  return (unsigned)state < BL_N_JOB_STATES && (IN(state) & ACCEPTED);
}

const char*
bl_job_state_name(const BlJobState state)
{
  return (unsigned)state < BL_N_JOB_STATES ? state_names[state] : "?";
}

const char*
bl_job_event_name(const BlJobEvent event)
{
  return (unsigned)event < BL_N_JOB_EVENTS ? events[event].name : "?";
}

bool
bl_job_state_from_name(const char* const name, BlJobState* const state)
{
  for (unsigned i = 0; name && i < BL_N_JOB_STATES; ++i) {
    if (!strcmp(state_names[i], name)) {
      *state = (BlJobState)i;
      return true;
    }
  }
  return false;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_STATE_H
#define BL_STATE_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/params.h"
#include "base/status.h"
#include "base/urids.h"

#include <lv2/state/state.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   What a session keeps of an instance besides its control ports.

     bl:stateVersion 1 ;
     bl:title "…" ; bl:tags "…" ; bl:negativeTags "…" ; bl:model "…" ;
     bl:session "0123456789abcdef" ;
     bl:sessionTakes "20261122T101340Z-1a2b3c4d …" ;
     bl:sessionJobs "20261122T101340Z-1a2b3c4d#1 …" .

   Additive: what is missing leaves the instance as it is, what is unknown is
   skipped, a larger version is read as far as it is known.  Never a key, a
   URL or a path.

   A save with LV2_STATE_IS_PORTABLE may go to another machine or another
   track (hosts save presets so): it holds the strings alone.
*/

#define BL_STATE_VERSION 1

typedef struct
{
  char     take_id[BL_TAKE_ID_BYTES];
  uint32_t number;
} BlSessionJob;

/// A value; some 60 KB, so not for a small stack
typedef struct
{
  bool         has_string[BL_N_STRINGS];
  char         strings[BL_N_STRINGS][BL_TEXT_BYTES];
  uint64_t     id;                                        ///< 0: none
  char         takes[BL_SESSION_TAKES][BL_TAKE_ID_BYTES]; ///< In order
  size_t       n_takes;
  BlSessionJob jobs[BL_JOBS_MAX]; ///< Oldest first
  size_t       n_jobs;
} BlSession;

BL_THREAD_HOST LV2_State_Status bl_state_save(const BlSession*         session,
                                              const BlUrids*           urids,
                                              uint32_t                 flags,
                                              LV2_State_Store_Function store,
                                              LV2_State_Handle         handle);

/// Everything that is there and well-formed; the rest is empty
BL_THREAD_HOST void bl_state_restore(BlSession*                  session,
                                     const BlUrids*              urids,
                                     LV2_State_Retrieve_Function retrieve,
                                     LV2_State_Handle            handle);

// The lists as text, apart for tests

/// "id id …"; malformed ids are left out
BL_THREAD_ANY void bl_session_read_takes(BlSession*  session,
                                         const char* text,
                                         size_t      length);

/// "id#number …"; malformed ones are left out
BL_THREAD_ANY void bl_session_read_jobs(BlSession*  session,
                                        const char* text,
                                        size_t      length);

#endif // BL_STATE_H

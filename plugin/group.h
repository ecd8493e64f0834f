// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_GROUP_H
#define BL_GROUP_H

#include "base/attributes.h"
#include "base/params.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Mono instances that a host made of one.

   Ardour replicates a mono plugin on a stereo track: the second instance is
   restored from the first's state, hears the other side and sees the same
   controls in the same cycle.  One of them must lead, or there would be two
   takes and two paid requests.

   Two members are kin if one was restored from what the other saved, or both
   from the same.  Twins are kin that were born within BL_GROUP_BORN_S: a host
   makes its replicas in one go, but a track that the user copies has a life of
   its own, and another voice on it.  Among twins whose takes open at the same
   session frame, the oldest instance leads and the others follow.  (A replica
   that is added later, since the track became stereo, keeps its side as a take
   of its own: rather one take too many than one lost.)

   The list of members is process-wide, under a mutex: instances learn of one
   another by nothing else, since a host hands over no more than the state.

   Threads: any but the audio thread; all hold the mutex for some
   instructions (bl_group_changes() does not), bl_group_lead_take() waits
   besides.
*/
typedef struct BlMemberImpl BlMember;

/// What the ports show of a leader
typedef struct
{
  int   shown; ///< BlShown
  int   takes;
  int   results;
  int   error; ///< BlStatus
  float progress;
  float credits;
  float take_seconds;
  float take_bar; ///< From 1; 0 unknown
} BlGroupShown;

/// `own` is the instance's fresh id.  NULL when out of memory
BL_THREAD_HOST BL_NODISCARD BlMember* bl_group_join(uint64_t own);

/// NULL is allowed; who followed it leads itself from then on
BL_THREAD_HOST void bl_group_leave(BlMember* member);

/// The id of the instance that saved the state which was restored
BL_THREAD_HOST void bl_group_set_origin(BlMember* member, uint64_t origin);

/**
   A take opens at session frame `start`: does this instance keep it?

   Where an older twin lives, waits up to BL_GROUP_WAIT_S for the same take
   to open there.
*/
BL_THREAD_DISK bool bl_group_lead_take(BlMember* member, int64_t start);

/// A take opens whose place is unknown: nobody else's can be the same
BL_THREAD_DISK void bl_group_lead_alone(BlMember* member);

/// The last take was another's
BL_THREAD_ANY bool bl_group_follows(const BlMember* member);

/// How many follow it
BL_THREAD_ANY unsigned bl_group_followers(const BlMember* member);

/**
   True once of all kin that ask for a job on this take within BL_GROUP_SAME_S
   of wall time.

   A click of a generic UI reaches both of a pair in one cycle, and a control
   port brings neither frame nor cycle: run() knows no number that two
   instances share (the transport's frame stands still while it is stopped,
   counts of run() differ).  So time it is.  A second wish of the same take
   within that time would be the same click of a person anyhow; a refused
   claim costs nothing, since its kinsman runs the job.
*/
BL_THREAD_ANY bool bl_group_claim_job(BlMember* member, const char* take_id);

/// Grows whenever somebody begins or ceases to follow, or a leader publishes
/// something new: who sees it unchanged need not ask
BL_THREAD_ANY uint64_t bl_group_changes(void);

/// For its followers
BL_THREAD_ANY void bl_group_publish(BlMember*           member,
                                    const BlGroupShown* shown);

/// What its leader published last; false where it follows nobody
BL_THREAD_ANY bool bl_group_mirror(const BlMember* member, BlGroupShown* shown);

#endif // BL_GROUP_H

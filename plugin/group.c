// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "group.h"

#include "base/limits.h"
#include "base/thread.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLAIMS 8u

typedef struct
{
  double          time;
  const BlMember* member;
  char            take_id[BL_TAKE_ID_BYTES];
} Claim;

struct BlMemberImpl
{
  // Guarded by registry_lock
  BlMember*       next; ///< Younger
  double          born;
  uint64_t        own;
  uint64_t        origin; ///< Own where nothing was restored
  const BlMember* leader; ///< NULL: it leads
  bool            keeps;  ///< It keeps the take that it opened last
  double          opened_at;
  int64_t         opened_start;
  BlGroupShown    shown;
};

// Process-wide, see the header: all instances, oldest first, and who asked
// for a job of late
static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static BlMember*       registry;
static Claim           claims[CLAIMS];
static unsigned        next_claim;

// Process-wide too: how often bl_group_mirror() or bl_group_followers() could
// have changed.  Written under the lock; relaxed, since who sees it change
// takes the lock to read the rest
static atomic_uint_least64_t changes;

static void
change_locked(void)
{
  atomic_fetch_add_explicit(&changes, 1u, memory_order_relaxed);
}

uint64_t
bl_group_changes(void)
{
  return atomic_load_explicit(&changes, memory_order_relaxed);
}

/// The one setter of who follows whom
static void
follow_locked(BlMember* const member, const BlMember* const leader)
{
  if (member->leader != leader) {
    member->leader = leader;
    change_locked();
  }
}

BlMember*
bl_group_join(const uint64_t own)
{
  BlMember* const member = (BlMember*)calloc(1, sizeof(BlMember));
  if (!member) {
    return NULL;
  }

  member->born   = bl_time_monotonic();
  member->own    = own;
  member->origin = own;

  pthread_mutex_lock(&registry_lock);
  BlMember** last = &registry;
  while (*last) {
    last = &(*last)->next;
  }
  *last = member;
  pthread_mutex_unlock(&registry_lock);
  return member;
}

void
bl_group_leave(BlMember* const member)
{
  if (!member) {
    return;
  }

  pthread_mutex_lock(&registry_lock);
  for (BlMember** m = &registry; *m;) {
    if (*m == member) {
      *m = member->next;
      continue;
    }
    if ((*m)->leader == member) {
      follow_locked(*m, NULL);
    }
    m = &(*m)->next;
  }
  follow_locked(member, NULL); // Its leader has one follower less
  for (unsigned i = 0; i < CLAIMS; ++i) {
    if (claims[i].member == member) {
      claims[i].member = NULL;
    }
  }
  pthread_mutex_unlock(&registry_lock);
  free(member);
}

void
bl_group_set_origin(BlMember* const member, const uint64_t origin)
{
  pthread_mutex_lock(&registry_lock);
  member->origin = origin;
  pthread_mutex_unlock(&registry_lock);
}

static bool
are_kin(const BlMember* const a, const BlMember* const b)
{
  return a->origin == b->origin || a->own == b->origin || a->origin == b->own;
}

static bool
are_twins(const BlMember* const a, const BlMember* const b)
{
  return are_kin(a, b) && fabs(a->born - b->born) < BL_GROUP_BORN_S;
}

/// An older twin; `opened`: one whose take of the same frame just opened
static const BlMember*
find_older_locked(const BlMember* const member, const bool opened)
{
  for (const BlMember* m = registry; m && m != member; m = m->next) {
    const double age = bl_time_monotonic() - m->opened_at;
    if (are_twins(m, member) &&
        (!opened ||
         (m->leader != member && m->opened_at > 0.0 && age < BL_GROUP_SAME_S &&
          m->opened_start == member->opened_start))) {
      return m;
    }
  }
  return NULL;
}

/// A younger twin that waited in vain and keeps this very take already
static const BlMember*
find_keeper_locked(const BlMember* const member)
{
  for (const BlMember* m = member->next; m; m = m->next) {
    if (are_twins(m, member) && m->keeps &&
        m->opened_start == member->opened_start &&
        member->opened_at - m->opened_at < BL_GROUP_SAME_S) {
      return m;
    }
  }
  return NULL;
}

bool
bl_group_lead_take(BlMember* const member, const int64_t start)
{
  const double          end   = bl_time_monotonic() + BL_GROUP_WAIT_S;
  const struct timespec slice = { 0, 1000000L * BL_POLL_BUSY_MS };
  bool                  waits = true;

  pthread_mutex_lock(&registry_lock);
  member->opened_at    = bl_time_monotonic();
  member->opened_start = start;
  member->keeps        = false;
  while (waits) {
    const BlMember* const older = find_older_locked(member, true);
    follow_locked(member, older ? older : find_keeper_locked(member));
    waits = !member->leader && find_older_locked(member, false) &&
            bl_time_monotonic() < end;
    if (waits) {
      pthread_mutex_unlock(&registry_lock);
      nanosleep(&slice, NULL);
      pthread_mutex_lock(&registry_lock);
    }
  }
  const bool leads = !member->leader;
  member->keeps    = leads;
  pthread_mutex_unlock(&registry_lock);
  return leads;
}

void
bl_group_lead_alone(BlMember* const member)
{
  pthread_mutex_lock(&registry_lock);
  follow_locked(member, NULL);
  pthread_mutex_unlock(&registry_lock);
}

bool
bl_group_follows(const BlMember* const member)
{
  pthread_mutex_lock(&registry_lock);
  const bool follows = member->leader;
  pthread_mutex_unlock(&registry_lock);
  return follows;
}

unsigned
bl_group_followers(const BlMember* const member)
{
  unsigned count = 0;

  pthread_mutex_lock(&registry_lock);
  for (const BlMember* m = registry; m; m = m->next) {
    count += m->leader == member;
  }
  pthread_mutex_unlock(&registry_lock);
  return count;
}

bool
bl_group_claim_job(BlMember* const member, const char* const take_id)
{
  const double now  = bl_time_monotonic();
  bool         free = true;

  pthread_mutex_lock(&registry_lock);
  for (unsigned i = 0; i < CLAIMS; ++i) {
    const Claim* const c = &claims[i];
    if (c->member && c->member != member && now - c->time < BL_GROUP_SAME_S &&
        are_kin(c->member, member) && !strcmp(c->take_id, take_id)) {
      free = false;
    }
  }
  if (free) {
    Claim* const claim = &claims[next_claim++ % CLAIMS];
    claim->time        = now;
    claim->member      = member;
    strncpy(claim->take_id, take_id, sizeof(claim->take_id) - 1u);
  }
  pthread_mutex_unlock(&registry_lock);
  return free;
}

static bool
is_same(const BlGroupShown* const a, const BlGroupShown* const b)
{
  return a->shown == b->shown && a->takes == b->takes &&
         a->results == b->results && a->error == b->error &&
         a->progress == b->progress && a->credits == b->credits &&
         a->take_seconds == b->take_seconds && a->take_bar == b->take_bar;
}

void
bl_group_publish(BlMember* const member, const BlGroupShown* const shown)
{
  pthread_mutex_lock(&registry_lock);
  if (!is_same(&member->shown, shown)) {
    member->shown = *shown;
    change_locked();
  }
  pthread_mutex_unlock(&registry_lock);
}

bool
bl_group_mirror(const BlMember* const member, BlGroupShown* const shown)
{
  pthread_mutex_lock(&registry_lock);
  const bool follows = member->leader;
  if (follows) {
    *shown = member->leader->shown;
  }
  pthread_mutex_unlock(&registry_lock);
  return follows;
}

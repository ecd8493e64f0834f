// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_INSTANCE_PRIV_H
#define BL_INSTANCE_PRIV_H

#include "base/capture_link.h"
#include "base/config.h"
#include "base/log.h"
#include "base/protocol.h"
#include "base/urids.h"
#include "group.h"
#include "instance.h"
#include "job/runner.h"
#include "rt/link.h"
#include "rt/run.h"
#include "state.h"
#include "take/store.h"
#include "take/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/**
   What the instance's files share.

   instance.c           life, and what the host calls
   instance_commands.c  what run() passed on, from ports, hosts and windows
   instance_takes.c     the session's takes, and what the disk thread tells
   instance_jobs.c      the session's jobs, and what the job thread tells
   instance_status.c    from both to what the ports and the window show
   instance_notify.c    messages to the window and the host
   instance_config.c    what config.json says, for the window
   instance_chores.c    lists and overviews for the window, on bl-disk

   Locks, in the order in which they may be taken: drain_lock, lock,
   notices_lock.  The mutexes of group, runner, chores and disk_wake are
   leaves: nothing else is taken under them.
*/

/// Room for an encoded bl:Status
#define BL_STATUS_BYTES 2048u

/// A take of this session; its number on the `take` port is its index + 1
typedef struct
{
  BlTakeMsg msg;
  double    seconds;
  bool      asked;  ///< The disk thread has looked for it
  bool      loaded; ///< false: only its id is known
} BlTakeEntry;

/// A job of this session
typedef struct
{
  uint32_t    ticket; ///< Of bl_runner_generate; 0: from the state
  uint64_t    order;  ///< When it last became what the ports show
  BlJobMsg    msg;
  BlResultMsg results[BL_VARIANTS];
  bool        ready[BL_VARIANTS];
} BlJobEntry;

/// Why Generate did nothing
typedef struct
{
  uint64_t order; ///< 0: it never happened
  BlStatus status;
  char     message[BL_MESSAGE_BYTES];
} BlRefusal;

/// Work for the disk thread in small pieces; see instance_chores.c
typedef struct BlChoresImpl BlChores;

struct BlInstanceImpl
{
  // Immutable after new
  double         rate;
  uint32_t       channels;
  BlUrids        urids;
  BlProtocol     protocol;
  BlLog          log;
  char           root[BL_PATH_BYTES];
  char           host[BL_NAME_BYTES];
  uint64_t       id;     ///< Fresh
  BlMember*      member; ///< NULL for stereo, which nobody replicates
  BlCaptureLink* capture;
  BlWake*        disk_wake; ///< Called by the job thread's polls
  BlWriter*      writer;    ///< NULL where it could not start
  BlRunner*      runner;    ///< The same
  BlChores*      chores;

  // run() only
  BlRt rt;

  // Rings and atomics, see rt/link.h
  BlRtLink link;

  // One drains at a time: the job thread, or a host's save or restore
  pthread_mutex_t drain_lock;
  uint8_t*        record; ///< BL_RECORD_BYTES, aligned to 8

  // One works out what is shown at a time, before `lock`: what is newer is
  // published later
  pthread_mutex_t update_lock;

  // Guarded by lock
  pthread_mutex_t lock;
  char            strings[BL_N_STRINGS][BL_TEXT_BYTES];
  BlTakeEntry*    takes;
  size_t          n_takes;
  BlJobEntry*     jobs[BL_JOBS_MAX]; ///< Oldest first
  size_t          n_jobs;
  uint64_t        order;      ///< Counts what happens
  uint64_t        take_order; ///< When the last take became ready
  BlRefusal       refusal;
  BlStatus        file_error;
  float           credits;
  char            service[BL_NAME_BYTES];
  char            configured[BL_NAME_BYTES]; ///< As last read
  BlRefusal       misconfigured; ///< Why config.json cannot be read; no order
  uint8_t         told[BL_STATUS_BYTES]; ///< The last bl:Status, encoded
  uint32_t        told_bytes;            ///< 0: tell it in any case

  // Guarded by notices_lock
  pthread_mutex_t notices_lock;
  uint8_t*        atom;     ///< BL_MESSAGE_ATOM_BYTES, aligned
  bool            overflow; ///< A message found the ring full

  // Job thread only: as the last poll saw it
  bool     was_watched;
  bool     seen_located;
  int      seen_take;
  uint64_t seen_group;

  // Disk thread only: config.json as it was read last; zeros: there was none
  double      next_config; ///< When it is looked at
  struct stat config_seen;

  // Atomic: drainer -> any, relaxed: windows are told things until then, on
  // the monotonic clock
  _Atomic double lease_until;
};

// instance_notify.c

/// A window is open
BL_THREAD_ANY bool bl_instance_is_watched(BlInstance* self);

/// Free bytes on the way to run()
BL_THREAD_ANY uint32_t bl_instance_notice_space(BlInstance* self);

/// To the windows; dropped where none is open
BL_THREAD_ANY void bl_instance_tell(BlInstance* self, const BlMessage* message);

/// patch:Set of a string property as it is now
BL_THREAD_ANY void bl_instance_tell_string(BlInstance* self, BlStringId id);

/// state:StateChanged: the session should be saved
BL_THREAD_ANY void bl_instance_tell_changed(BlInstance* self);

/// A message was lost since the last call, and the ring is empty again
BL_THREAD_ANY bool bl_instance_take_overflow(BlInstance* self);

// instance_commands.c

/// Do what run() passed on; from the job thread, save and restore
BL_THREAD_ANY void bl_instance_drain(BlInstance* self);

// instance_takes.c

/// Callbacks of the writer
BL_THREAD_DISK bool bl_instance_on_open(void* handle, const BlTake* take);
BL_THREAD_DISK void bl_instance_on_progress(void*                   handle,
                                            const BlWriterProgress* progress);
BL_THREAD_DISK void bl_instance_on_name(void*       handle,
                                        const char* id,
                                        char        name[BL_NAME_BYTES]);
BL_THREAD_DISK void bl_instance_on_closed(void* handle, const BlTake* take);
BL_THREAD_DISK void bl_instance_on_measured(void* handle, const BlTake* take);
BL_THREAD_DISK void bl_instance_on_error(void* handle, BlStatus status);

/// Know the take; it may be loaded later.  @return false when out of memory
BL_THREAD_ANY bool bl_instance_add_take_locked(BlInstance* self,
                                               const char* id);

/// Read what is known of takes by their id only; false: nothing left to read
BL_THREAD_DISK bool bl_instance_load_take(BlInstance* self);

BL_THREAD_ANY void bl_instance_fill_take(BlTakeMsg* msg, const BlTake* take);

/// Tell of a take as the disk has it, with its jobs
BL_THREAD_DISK void bl_instance_tell_listed(BlInstance*   self,
                                            const BlTake* take);

/// The take that Generate means; NULL: *why says why there is none
BL_THREAD_ANY const BlTakeEntry*
bl_instance_find_take_locked(const BlInstance* self, int number, BlStatus* why);

// instance_jobs.c

/// Say why something was not done; NULL: as the status says it
BL_THREAD_ANY void bl_instance_refuse_locked(BlInstance* self,
                                             BlStatus    status,
                                             const char* message);

BL_THREAD_JOB void bl_instance_on_job(void* handle, const BlJobNews* news);
BL_THREAD_JOB bool bl_instance_on_job_poll(void* handle);

/// Generate; `take_id` "" is what the `take` value means
BL_THREAD_ANY void bl_instance_generate(BlInstance*  self,
                                        const float* values,
                                        const char*  take_id,
                                        bool         automatic);

/// The job that the ports show, NULL: none
BL_THREAD_ANY const BlJobEntry* bl_instance_focus_locked(
  const BlInstance* self);

/// Tell the windows of a job that this instance watches, with its results;
/// false: no such one
BL_THREAD_ANY bool bl_instance_tell_entry(BlInstance* self, size_t index);
BL_THREAD_ANY bool bl_instance_tell_known_job(BlInstance* self,
                                              const char* id,
                                              uint32_t    number);

/// Of one as the disk has it; `all`: with its settings, to be set again
BL_THREAD_ANY void bl_instance_tell_job(BlInstance*  self,
                                        const BlJob* job,
                                        bool         all);

// instance_status.c

/// Tell bl:Status at the next update though nothing changed
BL_THREAD_ANY void bl_instance_retell(BlInstance* self);

/// Work out what is shown; who changes what it comes from calls this
BL_THREAD_ANY void bl_instance_update(BlInstance* self);

/// The same where something has changed of which nobody calls: the `take`
/// port, the host's transport, the leader, a follower.  @return true where it
/// has
BL_THREAD_JOB bool bl_instance_refresh(BlInstance* self);

/// "What happened. What next."
BL_THREAD_ANY void bl_instance_sentence(char*    text,
                                        size_t   size,
                                        BlStatus status);

// instance_config.c

/// Read which service config.json chooses now, and whether it can be
/// understood; reads a file
BL_THREAD_DISK void bl_instance_read_configured(BlInstance* self);

/// The same where somebody has changed it, every two seconds at most
BL_THREAD_DISK void bl_instance_look_at_config(BlInstance* self);

/// Nobody watches: what was wrong is not looked at any more, and no complaint
/// of a file that may be mended by now
BL_THREAD_DISK void bl_instance_forget_config(BlInstance* self);

// instance_chores.c

BL_THREAD_HOST BL_NODISCARD BlChores* bl_chores_new(BlInstance* self);
BL_THREAD_HOST void                   bl_chores_free(BlChores* chores);

/// Tell the windows everything / all takes on disk / one take
BL_THREAD_ANY void bl_chores_want_all(BlChores* chores);
BL_THREAD_ANY void bl_chores_want_list(BlChores* chores);
BL_THREAD_ANY void bl_chores_want_look(BlChores* chores, const BlLookMsg* look);

/// Some of it; the writer's on_poll
BL_THREAD_DISK void bl_instance_on_disk_poll(void* handle);

#endif // BL_INSTANCE_PRIV_H

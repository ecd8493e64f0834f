// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_RUNNER_H
#define BL_JOB_RUNNER_H

#include "base/attributes.h"
#include "base/config.h"
#include "base/log.h"
#include "base/status.h"
#include "job/job.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Runs jobs: several may be open, one step of one job is done at a time, and
   the job whose next action is due comes first, so that one which waits (for
   hours, offline) never holds up another.

   Owner:    a plugin instance (thread bl-job, by start and stop) or the
             command line (the caller's thread, by run_until_idle).
   Threads:  asking functions from any thread but the audio thread, and from
             within the callbacks; they hold a mutex for some instructions
             and never wait.  All callbacks come on the job thread, with no
             lock held.
   Journal:  each step is written before the next; see job/journal.h.  Who
             does not get a job's lock watches its journal and shows it.
   Money:    a paid POST is counted before it is sent and never repeated
             without the user's word, except after a reply that proves that
             it was refused.
*/
typedef struct BlRunnerImpl BlRunner;

/// What an observer is told; valid during the call only
typedef struct
{
  const BlJob* job;      ///< Number 0: it failed before it got a journal
  uint32_t     ticket;   ///< Of the generate call that made it; 0 = adopted
  double       progress; ///< 0..100 of the job as a whole, never falling
                         ///< while it runs
  bool   foreign;        ///< Somebody else runs it; we watch its journal
  bool   new_state;      ///< The state changed (else: progress or message)
  double total_s;        ///< Since it was asked for (or adopted)
  double usual_s;        ///< What such a job usually takes, all in all
  double stage_s[BL_N_JOB_STATES]; ///< Time spent in each state so far
} BlJobNews;

typedef struct
{
  const char*  root;   ///< Takes folder; NULL: as configured, else the default
  const BlLog* log;    ///< May be NULL; outlives the runner
  void*        handle; ///< Given to the callbacks

  /// Read before each new job; NULL: bl_config_load
  BlStatus (*load_config)(void* handle, BlConfig* config);

  /// A job changed.  Short; may call asking functions.  May be NULL
  void (*observe)(void* handle, const BlJobNews* news);

  /// Called every BL_POLL_BUSY_MS while a job is open, also in the midst of a
  /// step, and every BL_POLL_IDLE_MS otherwise; every BL_POLL_CALM_MS after
  /// BL_POLL_CALM_S in which it returned false (nothing goes on) and nobody
  /// asked or stirred the runner.  Short; may call asking functions.  May be
  /// NULL
  bool (*poll)(void* handle);

  /// Asked before each step; false: the job waits (a follower of a mono
  /// pair).  May be NULL
  bool (*may_run)(void* handle, const BlJob* job);

  /// Seconds that never fall, on the job thread; NULL: CLOCK_BOOTTIME
  double (*clock)(void* handle);
} BlRunnerSetup;

/// What Generate, or a wish about a result, asks for; copied
typedef struct
{
  char take_id[BL_TAKE_ID_BYTES]; ///< "": the newest of at least 10 s that is
                                  ///< not silent
  bool automatic;      ///< By auto_generate: only a free service, unless
                       ///< config.auto_generate_paid
  BlSettings settings; ///< Of Generate

  // About a result; settings and the rest are then those of its own job
  BlRefine refine;     ///< NONE: Generate
  uint32_t of_job;     ///< Of the take `take_id`
  uint32_t of_variant; ///< 0 = A, 1 = B
  bool     again;      ///< Though another job has asked for the same
} BlAsk;

/// @return NULL when out of memory.  Starts nothing
BL_THREAD_HOST BL_NODISCARD BlRunner* bl_runner_new(const BlRunnerSetup* setup);

/// Stop, then free; NULL is allowed
BL_THREAD_HOST void bl_runner_free(BlRunner* runner);

/// Start the thread bl-job
BL_THREAD_HOST BL_NODISCARD BlStatus bl_runner_start(BlRunner* runner);

/**
   Interrupt whatever waits or works and join the thread: within
   BL_CLEANUP_MS whatever the network does.  Jobs keep their state on disk
   and go on when they are adopted; none is cancelled.  What was asked for and
   not yet begun is journalled first, as `captured`.
*/
BL_THREAD_HOST void bl_runner_stop(BlRunner* runner);

/**
   Without a thread: work here until no job is open, or `interrupt` (which
   may be NULL) is triggered; then jobs keep their state as after stop.
   @return BL_CANCELLED when interrupted
*/
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_runner_run_until_idle(BlRunner* runner, BlCancel* interrupt);

// Asking: each puts a wish into a queue and returns.  @return BL_NO_MEM, or
// BL_BUSY when too many wait; what comes of it goes to the observer

/// A new job; *ticket (may be NULL) will stand in its news.  What cannot be
/// done comes as news with the number 0
BL_THREAD_ANY BL_NODISCARD BlStatus bl_runner_generate(BlRunner*    runner,
                                                       const BlAsk* ask,
                                                       uint32_t*    ticket);

/// Show a job from disk, and run it where it is open and nobody else does
BL_THREAD_ANY BL_NODISCARD BlStatus bl_runner_adopt(BlRunner*   runner,
                                                    const char* take_id,
                                                    uint32_t    number);

/// Cancel one job, also where somebody else runs it; number 0: all of ours
BL_THREAD_ANY BL_NODISCARD BlStatus bl_runner_cancel(BlRunner*   runner,
                                                     const char* take_id,
                                                     uint32_t    number);

/**
   The user's word on a job that has ended.

   A failed or cancelled one with a task id is asked for again, without a
   POST.  An unsure one, or a failed or cancelled one without a task, starts
   anew, POST included, only where `post_again` is true.
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_runner_resume(BlRunner*   runner,
                                                     const char* take_id,
                                                     uint32_t    number,
                                                     bool        post_again);

/// The task id that the user found at the service for a job that is unsure, or
/// was cancelled while its POST was under way
BL_THREAD_ANY BL_NODISCARD BlStatus bl_runner_claim(BlRunner*   runner,
                                                    const char* take_id,
                                                    uint32_t    number,
                                                    const char* task_id);

/// Poll now, and no longer calmly: something begins
BL_THREAD_ANY void bl_runner_stir(BlRunner* runner);

/// Poll the service now (a callback came, the network is back)
BL_THREAD_ANY void bl_runner_hint(BlRunner* runner, const char* task_id);

#endif // BL_JOB_RUNNER_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_RUNNER_IMPL_H
#define BL_JOB_RUNNER_IMPL_H

#include "base/cancel.h"
#include "job/journal.h"
#include "job/runner.h"
#include "service/service.h"

#include <pthread.h>
#include <stdatomic.h>

/**
   What the files of the runner share: runner.c (thread, queue, loop),
   runner_ask.c (wishes), runner_grant.c (what comes of them), runner_step.c
   (what each state asks for), runner_submit.c (the paid step),
   runner_refine.c (jobs about a result), runner_fetch.c (questions and
   downloads), runner_place.c (results), runner_extra.c (files beside them) and
   runner_task.c (setter, news, failures).
*/

/// A variant that is being placed by a thread of its own
typedef struct
{
  bool           running; ///< The thread is to be joined
  pthread_t      thread;
  unsigned       slot;
  BlPlaceRequest request; ///< Points to the copies below
  char           title[BL_TEXT_BYTES];
  char           tags[BL_TEXT_BYTES];
  char           task_id[BL_NAME_BYTES];
  char           model[BL_NAME_BYTES];
  char           source[BL_PATH_BYTES];
  char           dir[BL_PATH_BYTES];
  BlCancel*      cancel; ///< Without poll: that is for the job thread
  BlPlaced       placed;
  BlStatus       status;
  bool           failed; ///< Once: place it on the job thread, and say why
  atomic_bool    done;   ///< Thread -> job thread, release/acquire
} BlPlacer;

/// A job in the runner's hands
typedef struct BlJobTaskImpl
{
  struct BlJobTaskImpl* next;
  BlRunner*             runner;

  // Guarded by the runner's lock: asked from any thread
  BlCancel* cancel;        ///< Fixed while the task is in the list
  bool      cancel_wanted; ///< By the user, not by stop

  // Job thread; job.take_id, job.number and lock are written under the
  // runner's lock while the task is in the list
  BlJob      job;
  BlTake     take;
  BlConfig   config;
  BlService* service;
  uint32_t   ticket;
  int        lock;      ///< -1: somebody else has it
  bool       found;     ///< On disk, as another process left it
  double     due;       ///< bl_runner_now() of the next action
  double     next_poll; ///< Of the next question, at the earliest
  unsigned   tries;     ///< Failures of this step in a row
  unsigned   restarts;  ///< Of a free job
  unsigned   not_here;
  unsigned   polls;
  double     heard;   ///< When the service last answered; 0 = not yet
  double     silence; ///< Seconds that it answered without news
  double     credits_asked;
  double     watched;   ///< When job-N.cancel was looked for
  bool       refreshed; ///< URLs asked for again after one was gone
  unsigned   refetched; ///< Variants fetched again
  BlPlacer   placer;

  double progress;
  double fraction; ///< Of the running transfer
  double told;     ///< When the observer last heard
  double started;
  double entered;
  double stage_s[BL_N_JOB_STATES];
} BlJobTask;

typedef enum
{
  BL_WISH_GENERATE,
  BL_WISH_ADOPT,
  BL_WISH_CANCEL,
  BL_WISH_RESUME,
  BL_WISH_CLAIM,
  BL_WISH_HINT,
} BlWishKind;

/// What somebody wishes
typedef struct BlWishImpl
{
  struct BlWishImpl* next;
  BlWishKind         kind;
  char               take_id[BL_TAKE_ID_BYTES];
  uint32_t           number;
  uint32_t           ticket;
  bool               again;
  char               task_id[BL_NAME_BYTES];
  BlAsk              ask;
} BlWish;

struct BlRunnerImpl
{
  // Immutable after new
  BlRunnerSetup setup;
  char          root[BL_PATH_BYTES]; ///< "": asked at the first job

  // Of the host's thread that starts and stops
  pthread_t thread;
  bool      is_started;

  // Guarded by lock
  pthread_mutex_t lock;
  pthread_cond_t  wake;
  BlWish*         wishes; ///< Oldest first
  unsigned        n_wishes;
  bool            stirred; ///< Since the job thread waited last
  uint32_t        last_ticket;
  BlJobTask*      tasks; ///< Changed by the job thread, under lock

  // Atomic: any -> job thread, release/acquire
  atomic_bool stopping;

  // Job thread only
  BlCancel* interrupt;
  double    polled;
  double    lively; ///< When something went on last
  bool      in_poll;
  uint64_t  random;
};

/// Seconds on a clock that goes on while the machine sleeps
BL_THREAD_JOB double bl_runner_now(const BlRunner* runner);

/// 0..1
BL_THREAD_JOB double bl_runner_random(BlRunner* runner);

/// `seconds`, spread by BL_JITTER to either side
BL_THREAD_JOB double bl_runner_jitter(BlRunner* runner, double seconds);

/// The hook of every cancel: polls the user, watches for interruptions
BL_THREAD_JOB void bl_runner_poll(void* handle);

/// Where takes are kept; finds it first
BL_THREAD_JOB BL_NODISCARD BlStatus bl_runner_root(BlRunner*    runner,
                                                   const char** root);

// runner_task.c

BL_THREAD_JOB BL_NODISCARD BlJobTask* bl_task_new(BlRunner* runner);

/// Stop its placer, close its service, give its lock back
BL_THREAD_JOB void bl_task_free(BlJobTask* task);

/// Into the runner's list, or out of it
BL_THREAD_JOB void bl_task_link(BlJobTask* task);
BL_THREAD_JOB void bl_task_unlink(BlJobTask* task);

BL_THREAD_JOB BlJobTask* bl_task_find(BlRunner*   runner,
                                      const char* take_id,
                                      uint32_t    number);

/**
   The one setter of a job's state: step, journal, log, tell.

   @return BL_BAD_STATE, or what the journal's writing said; the state has
   then changed all the same but for BL_EVENT_SUBMIT, where it has not.
*/
BL_THREAD_JOB BlStatus bl_task_event(BlJobTask* task, BlJobEvent event);

/// End the job with a sentence: ours, the service's words, the next step
BL_THREAD_JOB void bl_task_fail(BlJobTask*  task,
                                BlStatus    status,
                                const char* words);

/// End it as cancelled
BL_THREAD_JOB void bl_task_cancelled(BlJobTask* task);

/// Try the step again after a while, or fail; see BL_RETRY_* in limits.h.  Why
/// the last try failed is told and journalled at once, as error and sentence
BL_THREAD_JOB void bl_task_retry(BlJobTask*            task,
                                 BlStatus              status,
                                 const BlServiceError* error);

/// The service has answered: what was said of tries that failed is past
BL_THREAD_JOB void bl_task_answered(BlJobTask* task);

/// Was the step cut short (by stop or cancel)?  Then it is dealt with here
BL_THREAD_JOB bool bl_task_interrupted(BlJobTask* task);

/// Journal what changed without a change of state
BL_THREAD_JOB void bl_task_save(BlJobTask* task);

/// Tell the observer
BL_THREAD_JOB void bl_task_tell(BlJobTask* task, bool new_state);

/// BlServiceProgress of a task
BL_THREAD_JOB void bl_task_progress(void* handle, double fraction);

/// "Our sentence: the service's words. Next step.", as it fits the job
BL_THREAD_ANY void bl_job_sentence(const BlJob* job,
                                   BlStatus     status,
                                   const char*  words,
                                   char*        text,
                                   size_t       size);

// runner_step.c

/// Do what the task's state asks for
BL_THREAD_JOB void bl_task_step(BlJobTask* task);

/// Add to its message what of the take is no audio
BL_THREAD_JOB void bl_task_tell_invalid(BlJobTask* task);

/// Add that its key and voice go unencrypted, where they do
BL_THREAD_JOB void bl_task_tell_clear(BlJobTask* task);

/// What was sent can be made again from the take
BL_THREAD_JOB void bl_task_remove_upload(BlJobTask* task);

/// Open the service that the job means, once
BL_THREAD_JOB BL_NODISCARD bool bl_task_open_service(BlJobTask* task);

// runner_submit.c

/// Send the request
BL_THREAD_JOB void bl_task_submit(BlJobTask* task);

/// The POST of what is in the job; counted and journalled first: from here on
/// a crash means "perhaps paid"
BL_THREAD_JOB void bl_task_post(BlJobTask* task);

/// The service has a task for it now
BL_THREAD_JOB void bl_task_accepted(BlJobTask* task);

/// Found so on disk: whoever ran it died during the POST
BL_THREAD_JOB void bl_task_wake_up_submitting(BlJobTask* task);

/// Ask for the credits where a POST costs some; false: the step has ended
BL_THREAD_JOB BL_NODISCARD bool bl_task_afford(BlJobTask* task);

/// What would be sent now, checked: false, with the job failed, where a field
/// is out of its range
BL_THREAD_JOB BL_NODISCARD bool bl_task_make_request(BlJobTask*  task,
                                                     const char* upload_url,
                                                     BlRequest*  request);

// runner_refine.c

/// A job about a result, as far as its journal.  `words` (BL_MESSAGE_BYTES)
/// gets a sentence where it cannot be, or stays as it is
BL_THREAD_JOB BL_NODISCARD BlStatus bl_task_begin_refine(BlJobTask*   task,
                                                         const BlAsk* ask,
                                                         char*        words);

/// Ask for it
BL_THREAD_JOB void bl_task_submit_refine(BlJobTask* task);

/// The POST as such
BL_THREAD_JOB BL_NODISCARD BlStatus bl_task_send_refine(BlJobTask*      task,
                                                        BlServiceError* error);

/// It was refused, and may not be sent again as it is
BL_THREAD_JOB void bl_task_refine_refused(BlJobTask*            task,
                                          BlStatus              status,
                                          const BlServiceError* error);

// runner_fetch.c

/// The task is known to the service, or even has results
BL_THREAD_JOB void bl_task_poll(BlJobTask* task);
BL_THREAD_JOB void bl_task_fetch(BlJobTask* task);

// runner_place.c

/// All that is fetched, then the files beside it; the job is then placed
BL_THREAD_JOB void bl_task_place(BlJobTask* task);

/// Where a slot's file is, as delivered
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_task_delivered_path(const BlJobTask* task,
                       unsigned         slot,
                       char*            path,
                       size_t           size);

/// Let a thread of its own place what is fetched, while the rest is waited
/// for; where that fails the job thread does it later
BL_THREAD_JOB void bl_task_start_placer(BlJobTask* task);

/// What it takes to place a slot's file; the strings are the placer's
BL_THREAD_JOB BL_NODISCARD BlStatus bl_task_plan_place(const BlJobTask* task,
                                                       unsigned         slot,
                                                       BlPlacer*        placer);

/// MIDI, stems and the like, once the variants are placed.  What cannot be
/// had is said, and is no failure.  @return false where the job was
/// interrupted, or has ended
BL_THREAD_JOB BL_NODISCARD bool bl_task_fetch_extras(BlJobTask* task);

/// Take away what an earlier task of the job has left half done
BL_THREAD_JOB void bl_task_drop_extras(const BlJobTask* task);

/// Take what the placer has made; `wait` for it or not
BL_THREAD_JOB void bl_task_collect(BlJobTask* task, bool wait);

// runner_grant.c

/// Grant the oldest wish; false where there is none
BL_THREAD_JOB bool bl_runner_grant(BlRunner* runner);

/// At the end: journal what was asked for and not begun, so that it is there
BL_THREAD_JOB void bl_runner_keep(BlRunner* runner);

/// Look how a job stands that somebody else runs
BL_THREAD_JOB void bl_task_watch(BlJobTask* task);

#endif // BL_JOB_RUNNER_IMPL_H

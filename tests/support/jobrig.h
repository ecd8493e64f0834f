// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_JOBRIG_H
#define BL_TESTS_JOBRIG_H

#include "job/runner.h"
#include "support/standin.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   A runner in front of the stand-in, with takes in a scratch folder.

   Everything is real but the service: files, journals, locks, HTTP.  Waiting
   is cut short by hints, as a callback would do it, so that a job takes some
   tenths of a second.
*/
typedef struct JobRigImpl JobRig;

struct JobRigImpl
{
  char      root[4096];   ///< Takes
  char      config[4096]; ///< $XDG_CONFIG_HOME
  Standin*  standin;      ///< May be NULL (offline)
  BlRunner* runner;
  BlLog     log;
  bool      quiet;   ///< No hints: wait as the service's rhythm says
  bool      may_run; ///< What may_run answers
  double    ahead;   ///< The runner's clock, seconds before ours
  double    haste;   ///< Added to that at each poll of the runner

  /// Called for each news, after it was noted; may be NULL
  void (*on_news)(JobRig* rig, const BlJobNews* news);
  void* more; ///< Of the test

  // What was seen
  BlJob       last; ///< Snapshot of the latest news
  bool        foreign;
  char        states[1024]; ///< "captured checked …"
  double      progress;
  unsigned    falls;         ///< Times that progress went back
  unsigned    early_results; ///< Results seen while the job was in `first`
  unsigned    n_news;
  atomic_uint n_ended; ///< Jobs that were told to have ended
};

/// In a fresh folder below $BL_TMP; starts a stand-in with these options
JobRig* job_rig_new(const StandinOptions* options);

/// With another rig's folders and stand-in, as a second process would have
JobRig* job_rig_new_beside(const JobRig* other);

/// In these folders; no stand-in of its own
JobRig* job_rig_new_in(const char* root, const char* config);

void job_rig_free(JobRig* rig);

/// Forget what was seen
void job_rig_forget(JobRig* rig);

/**
   Store a take: `seconds` at 48 kHz mono, silent up to `sound_s`, a melody
   from there on; at session frame 480000, 120 bpm, 4/4, bar 5 beat 0.
*/
BlTake job_rig_take(const JobRig* rig, double seconds, double sound_s);

/// Put members before the others of config.json
void job_rig_configure(const JobRig* rig, const char* members);

/// Settings as a user would have them, service as configured
BlAsk job_rig_ask(const BlTake* take);

/// Generate and run here until idle; @return the final state
BlJobState job_rig_run(JobRig* rig, const BlAsk* ask);

/// A take of 12 s, sound from 2.5 s on, whose job 1 has brought A and B;
/// what the stand-in saw is forgotten
BlTake job_rig_source(JobRig* rig);

/// About a result of job 1, though it was asked for before
BlAsk job_rig_refine_ask(const BlTake* take, BlRefine refine, unsigned v);

/// The user's word on a job that ended; run until idle.  @return its state
BlJobState job_rig_resume(JobRig*     rig,
                          const char* take_id,
                          uint32_t    number,
                          bool        again);

/// `times` requests have it; 0 = all
void job_rig_fault(const JobRig*    rig,
                   StandinEndpoint  endpoint,
                   StandinFaultKind kind,
                   unsigned         times,
                   int              code,
                   const char*      text);

/// The job as its journal has it; fails the test where it cannot be read
BlJob* job_rig_load(const JobRig* rig, const char* take_id, uint32_t number);

/// Wait up to `seconds` until `n` jobs have ended
bool job_rig_wait(JobRig* rig, unsigned n, double seconds);

#endif // BL_TESTS_JOBRIG_H

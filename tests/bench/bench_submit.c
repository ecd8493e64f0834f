// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

/// From Generate on a closed take to the service's task id, over loopback

#include "base/thread.h"
#include "support/jobrig.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define ROUNDS 5

static _Atomic double submitted;

static void
note_submitted(JobRig* const rig, const BlJobNews* const news)
{
  if (news->new_state && news->job->state == BL_JOB_SUBMITTED) {
    submitted = bl_time_monotonic();
    if (bl_runner_cancel(rig->runner, NULL, 0)) {
      rig->quiet = false; // Then it ends by itself
    }
  }
}

/// Least of some rounds, in milliseconds
static double
measure(JobRig* const rig, const double seconds)
{
  const BlTake take = job_rig_take(rig, seconds, 0.0);
  const BlAsk  ask  = job_rig_ask(&take);
  double       best = 1e9;
  for (unsigned round = 0; round < ROUNDS; ++round) {
    const struct timespec idle = { 0, 120000000L }; // The thread sleeps
    nanosleep(&idle, NULL);
    job_rig_forget(rig);
    const double start = bl_time_monotonic();
    if (bl_runner_generate(rig->runner, &ask, NULL) ||
        !job_rig_wait(rig, 1, 30.0)) {
      return -1.0;
    }
    best = fmin(best, (submitted - start) * 1e3);
  }
  return best;
}

int
main(void)
{
  JobRig* const rig = job_rig_new(NULL);
  rig->quiet        = true;
  rig->on_news      = note_submitted;
  if (bl_runner_start(rig->runner)) {
    return 1;
  }

  const double brief = measure(rig, 10.0);
  const double whole = measure(rig, 240.0);
  bl_runner_stop(rig->runner);
  job_rig_free(rig);
  if (brief < 0.0 || whole < 0.0) {
    return 1;
  }
  printf("bench submit_10s %.0f ms <=100 take of 10 s, mono: Generate to task "
         "id\n",
         brief);
  printf("bench submit_240s %.0f ms - take of 240 s, 34.6 MB\n", whole);
  printf("bench submit_rate %.0f MB/s - what each further MB costs: check, "
         "encode, upload\n",
         (230.0 * 48000.0 * 3.0 / 1e6) / ((whole - brief) / 1e3));
  return 0;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// libFuzzer target: a job-N.json as anybody may have left it.  Built and run
// for a while by test_fuzz_journal.sh.

#include "job/journal.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

/// What the rest of the program relies on
static void
check(const BlJob* const job)
{
  if (job->task.n_tracks > BL_VARIANTS || job->task_id[BL_NAME_BYTES - 1] ||
      (unsigned)job->state >= BL_N_JOB_STATES || !job->number ||
      strchr(job->take_id, '/') ||
      (bl_job_is_accepted(job->state) && !job->task_id[0])) {
    abort();
  }
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    if (!(job->settings.values[i] >= bl_params[i].min &&
          job->settings.values[i] <= bl_params[i].max)) {
      abort();
    }
  }
  if ((unsigned)job->refine >= BL_N_REFINES ||
      (job->refine && (job->of.variant >= BL_VARIANTS || job->task.n_tracks))) {
    abort();
  }
  for (unsigned v = 0; v < BL_SLOTS; ++v) {
    if ((job->fetched[v] && strchr(job->delivered[v], '/')) ||
        (job->placed[v] && strchr(job->results[v].path, '/'))) {
      abort();
    }
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static BlJob job;
  static BlJob again;
  char* const  text = (char*)malloc(size + 1);
  if (!text) {
    return 0;
  }
  memcpy(text, data, size);
  text[size] = '\0';

  if (!bl_job_from_json(text, &job)) {
    check(&job);
    char* const written = bl_job_to_json(&job);
    if (!written || bl_job_from_json(written, &again)) {
      abort();
    }
    free(written);
  }
  free(text);
  return 0;
}

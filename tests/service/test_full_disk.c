// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// A disk that is really full: takes, journals and results

#include "base/paths.h"
#include "job/journal.h"
#include "support/jobrig.h"
#include "support/rig.h"
#include "support/smalldisk.h"
#include "take/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DISK_BYTES (192u << 20)

static char disk[1024];

// Capture

static void
a_take_keeps_what_there_was_room_for(void** const state)
{
  (void)state;
  char root[1100];
  snprintf(root, sizeof(root), "%s/takes", disk);
  assert_int_equal(bl_path_make_dir(root), BL_SUCCESS);
  assert_true(small_disk_fill(disk, 1u << 20));

  Rig* const rig = rig_new_in(root, 48000u, 1u, NULL);
  rig_roll(rig, 10u * 48000u, 1024u, 0.0);
  rig_block(rig, 64u, 0.0);
  assert_true(rig_wait_closed(rig, 1u, 30.0));
  BlTake take = rig_take(rig, 0u);
  assert_int_equal(rig->error, BL_DISK_FULL);
  assert_true(take.frames > 100000u && take.frames < 10u * 48000u);
  assert_int_equal(take.dropped, 10u * 48000u - take.frames);
  const char* const wrong = rig_check(rig->root, &take, 0u);
  if (wrong) {
    fail_msg("%s", wrong);
  }

  small_disk_empty(disk);
  const uint64_t counter = rig->counter;
  rig_roll(rig, 48000u, 1024u, 0.0);
  rig_block(rig, 64u, 0.0);
  assert_true(rig_wait_closed(rig, 2u, 30.0));
  assert_int_equal(rig->error, BL_SUCCESS);
  take = rig_take(rig, 1u);
  assert_null(rig_check(rig->root, &take, counter));
  assert_int_equal(take.frames, 48000);
  rig_free(rig);
}

// Jobs

static BlJobState full_from;
static size_t     full_left;

static void
fill_disk(JobRig* const rig, const BlJobNews* const news)
{
  (void)rig;
  if (news->new_state && news->job->state == full_from) {
    assert_true(small_disk_fill(disk, full_left));
  }
}

static void
expect_sentence(const BlJob* const job)
{
  print_message("# %s: %s\n", bl_job_state_name(full_from), job->message);
  assert_int_equal(job->state, BL_JOB_FAILED);
  assert_int_equal(job->error, BL_DISK_FULL);
  assert_non_null(strstr(job->message, "disk"));
}

static void
lose_room(const size_t left, const BlJobState* const when, const uint32_t n)
{
  JobRig* const rig      = job_rig_new(NULL);
  const BlTake  take     = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask      = job_rig_ask(&take);
  bool          had_task = false;
  full_left              = left;
  for (uint32_t i = 0; i < n; ++i) {
    standin_reset(rig->standin);
    full_from    = when[i];
    rig->on_news = fill_disk;
    job_rig_run(rig, &ask);
    expect_sentence(&rig->last);
    had_task = rig->last.task_id[0];

    // With room again it goes on; nothing is paid for twice
    rig->on_news = NULL;
    small_disk_empty(disk);
    job_rig_forget(rig);
    assert_int_equal(bl_runner_resume(rig->runner, take.id, i + 1, !had_task),
                     BL_SUCCESS);
    assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
    assert_int_equal(rig->last.state, BL_JOB_PLACED);
    assert_int_equal(bl_job_results(&rig->last), 2);
    assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  }
  job_rig_free(rig);
}

static void
results_that_do_not_fit(void** const state)
{
  (void)state;
  static const BlJobState when[] = { BL_JOB_CHECKED, BL_JOB_SUBMITTED,
                                     BL_JOB_FETCHED };
  lose_room(64u << 10, when, BL_COUNT(when));
}

static void
journals_that_cannot_be_written(void** const state)
{
  (void)state;
  static const BlJobState when[] = { BL_JOB_ENCODED, BL_JOB_SUBMITTING,
                                     BL_JOB_TEXT };
  lose_room(0u, when, BL_COUNT(when));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_take_keeps_what_there_was_room_for),
    cmocka_unit_test(results_that_do_not_fit),
    cmocka_unit_test(journals_that_cannot_be_written),
  };
  const char* const tmp = getenv("BL_TMP") ? getenv("BL_TMP") : "/tmp";
  snprintf(disk, sizeof(disk), "%s/small", tmp);
  if (bl_path_make_dir(disk) || !small_disk_mount(disk, DISK_BYTES) ||
      setenv("BL_TMP", disk, 1)) {
    return 1;
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// kill -9 in every state, stop while the network hangs, hours offline, two
// who want the same job.  The program runs itself as the process that dies.

#include "base/thread.h"
#include "job/journal.h"
#include "support/jobrig.h"
#include "take/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// The process that dies

static BlJobState die_at;

static void
die_there(JobRig* const rig, const BlJobNews* const news)
{
  (void)rig;
  if (news->new_state && news->job->state == die_at) {
    kill(getpid(), SIGKILL);
  }
}

static int
run_child(char** const argv)
{
  JobRig* const rig = job_rig_new_in(argv[2], argv[3]);
  BlTake        take;
  if (bl_store_load(rig->root, argv[4], &take)) {
    return 2;
  }

  const BlAsk ask      = job_rig_ask(&take);
  die_at               = (BlJobState)atoi(argv[5]);
  rig->on_news         = die_there;
  const BlJobState end = job_rig_run(rig, &ask);
  job_rig_free(rig);
  return end == BL_JOB_PLACED ? 0 : 3;
}

static const char* self;

static pid_t
start_child(const JobRig* const rig,
            const BlTake* const take,
            const BlJobState    state)
{
  char number[16];
  snprintf(number, sizeof(number), "%d", (int)state);
  const pid_t pid = fork();
  if (!pid) {
    execl(self, self, "--child", rig->root, rig->config, take->id, number,
          (char*)NULL);
    _exit(9);
  }
  assert_true(pid > 0);
  return pid;
}

static void
assert_killed(const pid_t pid)
{
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGKILL);
}

static BlJobState
adopt(JobRig* const rig, const BlTake* const take, const uint32_t number)
{
  job_rig_forget(rig);
  assert_int_equal(bl_runner_adopt(rig->runner, take->id, number), 0);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  return rig->last.state;
}

static void
a_death_in_any_state_costs_nothing(void** const state)
{
  (void)state;
  JobRig* const rig    = job_rig_new(NULL);
  const BlTake  take   = job_rig_take(rig, 11.0, 0.0);
  uint32_t      number = 0;
  for (unsigned s = BL_JOB_CAPTURED; s <= BL_JOB_FETCHED; ++s) {
    standin_reset(rig->standin);
    const unsigned before = standin_tasks(rig->standin);
    assert_killed(start_child(rig, &take, (BlJobState)s));
    BlJob* const left = job_rig_load(rig, take.id, ++number);
    assert_int_equal(left->state, s);
    free(left);

    const BlJobState end = adopt(rig, &take, number);
    const BlJobState want =
      s == BL_JOB_SUBMITTING ? BL_JOB_UNSURE : BL_JOB_PLACED;
    const unsigned posts = standin_count(rig->standin, STANDIN_SUBMIT);
    if (end != want || posts > 1 ||
        (want == BL_JOB_PLACED &&
         (posts != 1 || bl_job_results(&rig->last) != 2))) {
      fail_msg("killed in %s: ended as %s with %u POSTs, %u results",
               bl_job_state_name((BlJobState)s), bl_job_state_name(end), posts,
               (unsigned)bl_job_results(&rig->last));
    }
    assert_true(standin_tasks(rig->standin) - before <= 1);
  }
  job_rig_free(rig);
}

static void
a_death_during_the_post_leaves_it_unsure(void** const state)
{
  (void)state;
  JobRig* const      rig  = job_rig_new(NULL);
  const BlTake       take = job_rig_take(rig, 11.0, 0.0);
  const StandinFault hang = { .endpoint = STANDIN_SUBMIT,
                              .kind     = STANDIN_HANG,
                              .times    = 1 };
  standin_add_fault(rig->standin, hang);

  const pid_t  pid = start_child(rig, &take, BL_JOB_PLACED);
  const double end = bl_time_monotonic() + 30.0;
  while (!standin_count(rig->standin, STANDIN_SUBMIT)) {
    assert_true(bl_time_monotonic() < end);
    usleep(2000);
  }
  kill(pid, SIGKILL);
  assert_killed(pid);

  assert_int_equal(adopt(rig, &take, 1), BL_JOB_UNSURE);
  assert_int_equal(adopt(rig, &take, 1), BL_JOB_UNSURE);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  job_rig_free(rig);
}

static void
stop_returns_whatever_the_network_does(void** const state)
{
  (void)state;
  static const StandinEndpoint where[] = { STANDIN_CREDIT, STANDIN_UPLOAD,
                                           STANDIN_SUBMIT, STANDIN_RECORD,
                                           STANDIN_FILE };
  JobRig* const                rig     = job_rig_new(NULL);
  const BlTake                 take    = job_rig_take(rig, 11.0, 0.0);
  const BlAsk                  ask     = job_rig_ask(&take);
  for (unsigned i = 0; i < BL_COUNT(where); ++i) {
    const StandinFault hang = { .endpoint = where[i],
                                .kind     = STANDIN_HANG,
                                .times    = 1 };
    standin_reset(rig->standin);
    standin_add_fault(rig->standin, hang);
    job_rig_forget(rig);
    assert_int_equal(bl_runner_start(rig->runner), BL_SUCCESS);
    assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), 0);
    const double end = bl_time_monotonic() + 30.0;
    while (!standin_count(rig->standin, where[i])) {
      assert_true(bl_time_monotonic() < end);
      usleep(2000);
    }

    const double before = bl_time_monotonic();
    bl_runner_stop(rig->runner);
    const double took = bl_time_monotonic() - before;
    print_message("# stop took %.1f ms\n", took * 1e3);
    assert_true(took < 1.0); // BL_CLEANUP_MS, and what a busy machine adds

    // Nothing is cancelled: what was not sent goes on, what was may be paid
    const BlJobState then =
      where[i] == STANDIN_SUBMIT ? BL_JOB_UNSURE : BL_JOB_PLACED;
    assert_int_equal(adopt(rig, &take, i + 1), then);
    assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  }
  job_rig_free(rig);
}

static void
interrupt_when_waiting(JobRig* const rig, const BlJobNews* const news)
{
  if (news->job->state == BL_JOB_SUBMITTED) {
    bl_cancel_trigger((BlCancel*)rig->more);
  }
}

static void
an_interrupted_command_leaves_the_job_for_later(void** const state)
{
  (void)state;
  JobRig* const   rig       = job_rig_new(NULL);
  const BlTake    take      = job_rig_take(rig, 11.0, 0.0);
  const BlAsk     ask       = job_rig_ask(&take);
  BlCancel* const interrupt = bl_cancel_new();
  rig->more                 = interrupt;
  rig->on_news              = interrupt_when_waiting;
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), 0);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, interrupt),
                   BL_CANCELLED);
  bl_cancel_free(interrupt);
  rig->on_news = NULL;
  assert_int_equal(adopt(rig, &take, 1), BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  job_rig_free(rig);
}

// Offline, then online again

static void
go_online(JobRig* const rig, const BlJobNews* const news)
{
  if (!rig->standin && news->job->message[0]) {
    assert_non_null(strstr(news->job->message, "cannot be reached"));
    rig->standin = standin_new((const StandinOptions*)rig->more);
    assert_non_null(rig->standin);
  }
}

static void
offline_it_waits_and_goes_on(void** const state)
{
  (void)state;
  JobRig* const  rig     = job_rig_new(NULL);
  const BlTake   take    = job_rig_take(rig, 11.0, 0.0);
  const BlAsk    ask     = job_rig_ask(&take);
  StandinOptions options = { 0 };
  options.port = (uint16_t)atoi(strrchr(standin_base(rig->standin), ':') + 1);
  standin_free(rig->standin);
  rig->standin = NULL;
  rig->more    = &options;
  rig->on_news = go_online;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(standin_tasks(rig->standin), 1);
  assert_string_equal(rig->last.message, "");
  job_rig_free(rig);
}

static void
one_that_waits_holds_up_no_other(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  BlAsk         ask  = job_rig_ask(&take);
  rig->quiet         = false;

  // A service whose questions are never answered well keeps the first open
  const StandinFault away = { .endpoint = STANDIN_UPLOAD,
                              .kind     = STANDIN_CODE,
                              .times    = 40,
                              .code     = 455,
                              .text     = "maintenance" };
  standin_add_fault(rig->standin, away);
  assert_int_equal(bl_runner_start(rig->runner), BL_SUCCESS);
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), 0);
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), 0);
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), 0);
  assert_true(job_rig_wait(rig, 3, 60.0));
  bl_runner_stop(rig->runner);

  for (uint32_t n = 1; n <= 3; ++n) {
    BlJob* const job = job_rig_load(rig, take.id, n);
    assert_int_equal(job->state, BL_JOB_PLACED);
    assert_int_equal(job->posts, 1);
    free(job);
  }
  assert_int_equal(standin_tasks(rig->standin), 3);
  job_rig_free(rig);
}

// Two who want the same job

static void
wait_for_state(JobRig* const rig, const BlJobState want)
{
  const double end = bl_time_monotonic() + 30.0;
  while (bl_time_monotonic() < end) {
    BlJob* const job = (BlJob*)calloc(1, sizeof(BlJob));
    char         id[BL_TAKE_ID_BYTES];
    memcpy(id, rig->more, sizeof(id));
    const bool there =
      !bl_journal_load(rig->root, id, 1, NULL, job) && job->state == want;
    free(job);
    if (there) {
      return;
    }
    usleep(5000);
  }
  fail_msg("never %s", bl_job_state_name(want));
}

static void
a_job_is_run_by_one_and_seen_by_all(void** const state)
{
  (void)state;
  JobRig* const rig   = job_rig_new(NULL);
  JobRig* const other = job_rig_new_beside(rig);
  BlTake        take  = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask   = job_rig_ask(&take);
  rig->quiet          = true; // It waits 15 s before its first question
  rig->more           = take.id;
  other->more         = take.id;
  assert_int_equal(bl_runner_start(rig->runner), BL_SUCCESS);
  assert_int_equal(bl_runner_start(other->runner), BL_SUCCESS);
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), 0);
  wait_for_state(rig, BL_JOB_SUBMITTED);
  assert_int_equal(bl_runner_adopt(other->runner, take.id, 1), 0);

  // Who only watches has nothing to cancel, and is asked while it looks
  const double end = bl_time_monotonic() + 1.2 * BL_JOURNAL_WATCH_S;
  while (bl_time_monotonic() < end) {
    const BlStatus st = bl_runner_cancel(other->runner, NULL, 0);
    assert_true(st == BL_SUCCESS || st == BL_BUSY);
    usleep(50);
  }
  const unsigned asked = standin_count(rig->standin, STANDIN_RECORD);
  assert_int_equal(asked, 0); // The other polls nothing, hints or not

  // The first goes away; the other takes over within a moment
  bl_runner_stop(rig->runner);
  assert_true(job_rig_wait(other, 1, 30.0));
  bl_runner_stop(other->runner);
  assert_int_equal(other->last.state, BL_JOB_PLACED);
  assert_string_equal(other->last.take_id, take.id);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  job_rig_free(other);
  job_rig_free(rig);
}

static void
a_job_that_others_run_can_be_cancelled(void** const state)
{
  (void)state;
  JobRig* const rig   = job_rig_new(NULL);
  JobRig* const other = job_rig_new_beside(rig);
  BlTake        take  = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask   = job_rig_ask(&take);
  rig->quiet          = true;
  rig->more           = take.id;
  assert_int_equal(bl_runner_start(rig->runner), BL_SUCCESS);
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), 0);
  wait_for_state(rig, BL_JOB_SUBMITTED);

  assert_int_equal(bl_runner_cancel(other->runner, take.id, 1), 0);
  assert_int_equal(bl_runner_run_until_idle(other->runner, NULL), BL_SUCCESS);
  assert_int_equal(other->last.state, BL_JOB_CANCELLED);
  assert_true(job_rig_wait(rig, 1, 30.0));
  bl_runner_stop(rig->runner);
  assert_int_equal(rig->last.state, BL_JOB_CANCELLED);
  job_rig_free(other);
  job_rig_free(rig);
}

static void
a_follower_runs_nothing(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  rig->may_run       = false;
  assert_int_equal(bl_runner_start(rig->runner), BL_SUCCESS);
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), 0);
  assert_false(job_rig_wait(rig, 1, 0.5));
  bl_runner_stop(rig->runner);
  assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 0);

  rig->may_run = true;
  assert_int_equal(adopt(rig, &take, 1), BL_JOB_PLACED);
  job_rig_free(rig);
}

int
main(int argc, char** argv)
{
  if (argc == 6 && !strcmp(argv[1], "--child")) {
    return run_child(argv);
  }

  self                            = "/proc/self/exe";
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_death_in_any_state_costs_nothing),
    cmocka_unit_test(a_death_during_the_post_leaves_it_unsure),
    cmocka_unit_test(stop_returns_whatever_the_network_does),
    cmocka_unit_test(an_interrupted_command_leaves_the_job_for_later),
    cmocka_unit_test(offline_it_waits_and_goes_on),
    cmocka_unit_test(one_that_waits_holds_up_no_other),
    cmocka_unit_test(a_job_is_run_by_one_and_seen_by_all),
    cmocka_unit_test(a_job_that_others_run_can_be_cancelled),
    cmocka_unit_test(a_follower_runs_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

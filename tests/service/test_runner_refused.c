// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// Jobs about a result that are refused, unsure, cancelled, killed or called
// back; the ways that end well are in test_runner_refine.c

#include "base/thread.h"
#include "job/journal.h"
#include "support/jobrig.h"

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
#include <time.h>
#include <unistd.h>

/// Of what the stand-in delivers: short, since there is much of it
#define SECONDS 3.0

typedef struct
{
  JobRig* rig;
  BlTake  take; ///< Its job 1 has brought A and B
} Scene;

static int
set_up(void** const state)
{
  const StandinOptions options = { .seconds = SECONDS };
  Scene* const         scene   = (Scene*)calloc(1, sizeof(Scene));
  scene->rig                   = job_rig_new(&options);
  scene->take                  = job_rig_source(scene->rig);
  *state                       = scene;
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  job_rig_free(scene->rig);
  free(scene);
  return 0;
}

static BlJobState
run(const Scene* const scene, const BlRefine refine, const unsigned v)
{
  const BlAsk ask = job_rig_refine_ask(&scene->take, refine, v);
  return job_rig_run(scene->rig, &ask);
}

static void
an_ambiguous_post_is_never_repeated(void** const state)
{
  Scene* const                  scene   = (Scene*)*state;
  static const StandinFaultKind kinds[] = { STANDIN_DROP, STANDIN_EMPTY,
                                            STANDIN_TRUNCATE };
  JobRig* const                 rig     = scene->rig;
  for (size_t k = 0; k < BL_COUNT(kinds); ++k) {
    standin_reset(rig->standin);
    job_rig_fault(scene->rig, STANDIN_STEMS, kinds[k], 1, 0, NULL);
    assert_int_equal(run(scene, BL_REFINE_SEPARATE, 0), BL_JOB_UNSURE);
    const uint32_t number = rig->last.number;
    assert_int_equal(rig->last.posts, 1);
    assert_int_equal(rig->last.error, BL_UNSURE);
    assert_non_null(strstr(rig->last.message, "may cost twice"));

    assert_int_equal(job_rig_resume(rig, scene->take.id, number, false),
                     BL_JOB_UNSURE);
    assert_int_equal(standin_count(rig->standin, STANDIN_STEMS), 1);
    assert_int_equal(job_rig_resume(rig, scene->take.id, number, true),
                     BL_JOB_PLACED);
    assert_int_equal(rig->last.posts, 2);
    assert_int_equal(standin_count(rig->standin, STANDIN_STEMS), 2);
    assert_int_equal(bl_job_results(&rig->last), 2);
  }
}

static void
no_credits_no_post(void** const state)
{
  Scene* const scene = (Scene*)*state;
  job_rig_fault(scene->rig, STANDIN_CREDIT, STANDIN_REPLY, 0, 0,
                "{\"code\":200,\"msg\":\"success\",\"data\":0}");
  assert_int_equal(run(scene, BL_REFINE_STEMS, 0), BL_JOB_FAILED);
  assert_int_equal(scene->rig->last.error, BL_NO_CREDITS);
  assert_non_null(strstr(scene->rig->last.message, "Top up"));
  assert_int_equal(standin_count(scene->rig->standin, STANDIN_STEMS), 0);
  assert_int_equal(scene->rig->last.posts, 0);
}

// What is never sent

static void
change_source(const Scene* const scene, void (*change)(BlJob* job))
{
  BlJob* const job = job_rig_load(scene->rig, scene->take.id, 1);
  change(job);
  for (unsigned v = 0; v < BL_VARIANTS; ++v) { // As a journal names them
    char* const path = job->results[v].path;
    memmove(path, strrchr(path, '/') + 1, strlen(strrchr(path, '/')));
  }
  assert_int_equal(bl_journal_save(scene->rig->root, job), BL_SUCCESS);
  free(job);
}

static void
make_local(BlJob* const job)
{
  job->paid = false;
  memcpy(job->service, "local", 6);
}

static void
make_paid(BlJob* const job)
{
  job->paid = true;
  memcpy(job->service, "standin", 8);
}

static void
make_nameless(BlJob* const job)
{
  job->task.tracks[0].id[0] = '\0';
}

static void
make_old(BlJob* const job)
{
  job->submitted_unix = (double)time(NULL) - 20.5 * 86400.0;
}

static void
assert_rejected(JobRig* const      rig,
                const BlAsk* const ask,
                const BlStatus     error,
                const char* const  word)
{
  assert_int_equal(job_rig_run(rig, ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.number, 0);
  assert_int_equal(rig->last.error, error);
  assert_non_null(strstr(rig->last.message, word));
  assert_int_equal(standin_count(rig->standin, STANDIN_STEMS), 0);
  assert_int_equal(standin_count(rig->standin, STANDIN_CREDIT), 0);
}

static void
what_cannot_be_is_said_before_anything_is_sent(void** const state)
{
  Scene* const  scene = (Scene*)*state;
  JobRig* const rig   = scene->rig;
  BlAsk         ask   = job_rig_refine_ask(&scene->take, BL_REFINE_SEPARATE, 0);

  change_source(scene, make_local);
  assert_rejected(rig, &ask, BL_UNSUPPORTED, "local band");
  change_source(scene, make_paid);
  change_source(scene, make_nameless);
  assert_rejected(rig, &ask, BL_BAD_STATE, "A of job 1");
  ask.of_variant = 1;
  ask.of_job     = 7;
  assert_rejected(rig, &ask, BL_NOT_FOUND, "missing");

  // Once is enough, and a job about a result has no A or B of its own
  ask.of_job = 1;
  ask.again  = false;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  standin_reset(rig->standin);
  assert_rejected(rig, &ask, BL_CONFLICT, "Job 2 has brought it");
  ask.of_job = 2;
  assert_rejected(rig, &ask, BL_BAD_ARG, "instrumentals");

  // Made long ago: the service's refusal is explained
  const StandinFault no = { .endpoint = STANDIN_STEMS,
                            .kind     = STANDIN_CODE,
                            .code     = 422,
                            .text     = "Music does not exist" };
  change_source(scene, make_old);
  standin_add_fault(rig->standin, no);
  ask.of_job = 1;
  ask.again  = true;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_REFUSED);
  assert_non_null(strstr(rig->last.message, "does not exist; it was made 20 "
                                            "days ago"));
}

// Cancelled, killed, called back

static BlJobState stop_at;

static void
cancel_there(JobRig* const rig, const BlJobNews* const news)
{
  if (news->new_state && news->job->state == stop_at) {
    assert_int_equal(
      bl_runner_cancel(rig->runner, news->job->take_id, news->job->number), 0);
  }
}

static void
it_can_be_cancelled_in_every_state(void** const state)
{
  Scene* const            scene    = (Scene*)*state;
  static const BlJobState states[] = { BL_JOB_CAPTURED, BL_JOB_UPLOADED,
                                       BL_JOB_SUBMITTED, BL_JOB_COMPLETE,
                                       BL_JOB_FETCHED };
  JobRig* const           rig      = scene->rig;
  for (size_t k = 0; k < BL_COUNT(states); ++k) {
    stop_at      = states[k];
    rig->on_news = cancel_there;
    standin_reset(rig->standin);
    assert_int_equal(run(scene, BL_REFINE_SEPARATE, 0), BL_JOB_CANCELLED);
    rig->on_news          = NULL;
    const uint32_t number = rig->last.number;
    const bool     sent   = bl_job_is_accepted(states[k]);
    assert_int_equal(standin_count(rig->standin, STANDIN_STEMS), sent ? 1 : 0);
    assert_null(strstr(rig->last.message, "Generate"));

    // What was paid for is not lost, and nothing else is paid
    assert_int_equal(job_rig_resume(rig, scene->take.id, number, false),
                     sent ? BL_JOB_PLACED : BL_JOB_CANCELLED);
    assert_int_equal(standin_count(rig->standin, STANDIN_STEMS), sent ? 1 : 0);
  }
}

static void
what_may_have_been_paid_is_not_asked_for_again(void** const state)
{
  Scene* const  scene = (Scene*)*state;
  JobRig* const rig   = scene->rig;
  BlAsk         ask   = job_rig_refine_ask(&scene->take, BL_REFINE_SEPARATE, 0);
  ask.again           = false;

  // Unsure, then given up: the service may have the request all the same
  job_rig_fault(rig, STANDIN_STEMS, STANDIN_DROP, 1, 0, NULL);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_UNSURE);
  const uint32_t number = rig->last.number;
  standin_reset(rig->standin);
  assert_rejected(rig, &ask, BL_CONFLICT, "may have been accepted");
  job_rig_forget(rig);
  assert_int_equal(bl_runner_cancel(rig->runner, scene->take.id, number), 0);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_int_equal(rig->last.state, BL_JOB_CANCELLED);
  assert_rejected(rig, &ask, BL_CONFLICT, "may have been accepted");

  // Cancelled before anything was sent: nobody has asked for it
  ask.of_variant = 1;
  stop_at        = BL_JOB_CAPTURED;
  rig->on_news   = cancel_there;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_CANCELLED);
  rig->on_news = NULL;

  // While another process looks whether anybody has, nobody else begins
  int lock = -1;
  assert_int_equal(bl_journal_lock_take(rig->root, scene->take.id, &lock), 0);
  assert_rejected(rig, &ask, BL_BUSY, "ask for it again");
  bl_journal_unlock(lock);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_STEMS), 1);
}

static void
cancel_waiting(JobRig* const rig, const BlJobNews* const news)
{
  if (news->job->error == BL_MAINTENANCE) {
    assert_int_equal(news->job->state, BL_JOB_UPLOADED);
    assert_int_equal(
      bl_runner_cancel(rig->runner, news->job->take_id, news->job->number), 0);
  }
}

/// Refused for certain, cancelled while it waits to be sent once more
static void
what_was_refused_can_be_asked_for_anew(void** const state)
{
  Scene* const  scene = (Scene*)*state;
  JobRig* const rig   = scene->rig;
  BlAsk         ask   = job_rig_refine_ask(&scene->take, BL_REFINE_SEPARATE, 0);
  ask.again           = false;
  rig->on_news        = cancel_waiting;
  job_rig_fault(rig, STANDIN_STEMS, STANDIN_CODE, 1, 455, "back soon");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_CANCELLED);
  const uint32_t number = rig->last.number;
  assert_int_equal(rig->last.posts, 1);
  assert_int_equal(rig->last.refused, 1);
  rig->on_news = NULL;
  standin_reset(rig->standin);

  // One that was unsure before is unsure for ever
  BlJob* const job = job_rig_load(rig, scene->take.id, number);
  ++job->posts;
  assert_int_equal(bl_journal_save(rig->root, job), BL_SUCCESS);
  assert_rejected(rig, &ask, BL_CONFLICT, "may have been accepted");
  --job->posts;
  assert_int_equal(bl_journal_save(rig->root, job), BL_SUCCESS);
  free(job);

  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(rig->last.number, number + 1);
  assert_int_equal(standin_count(rig->standin, STANDIN_STEMS), 1);
}

static void
die_there(JobRig* const rig, const BlJobNews* const news)
{
  (void)rig;
  if (news->new_state && news->job->state == stop_at) {
    kill(getpid(), SIGKILL);
  }
}

/// Argument: --child ROOT CONFIG TAKE STATE
static int
run_child(char** const argv)
{
  JobRig* const rig  = job_rig_new_in(argv[2], argv[3]);
  BlTake        take = { .id = "" };
  snprintf(take.id, sizeof(take.id), "%s", argv[4]);
  const BlAsk ask = job_rig_refine_ask(&take, BL_REFINE_SEPARATE, 1);
  stop_at         = (BlJobState)atoi(argv[5]);
  rig->on_news    = die_there;
  (void)job_rig_run(rig, &ask);
  return 3;
}

static void
assert_child_dies(const Scene* const scene, const BlJobState at)
{
  char number[16];
  int  status = 0;
  snprintf(number, sizeof(number), "%d", (int)at);
  const pid_t pid = fork();
  if (!pid) {
    execl("/proc/self/exe", "test_runner_refine", "--child", scene->rig->root,
          scene->rig->config, scene->take.id, number, (char*)NULL);
    _exit(9);
  }
  assert_true(pid > 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void
a_death_in_any_state_costs_nothing(void** const state)
{
  Scene* const            scene    = (Scene*)*state;
  static const BlJobState states[] = { BL_JOB_CAPTURED,   BL_JOB_UPLOADED,
                                       BL_JOB_SUBMITTING, BL_JOB_SUBMITTED,
                                       BL_JOB_COMPLETE,   BL_JOB_FETCHED };
  JobRig* const           rig      = scene->rig;
  for (size_t k = 0; k < BL_COUNT(states); ++k) {
    const BlJobState want =
      states[k] == BL_JOB_SUBMITTING ? BL_JOB_UNSURE : BL_JOB_PLACED;
    const uint32_t number = (uint32_t)k + 2;
    standin_reset(rig->standin);
    assert_child_dies(scene, states[k]);
    BlJob* const left = job_rig_load(rig, scene->take.id, number);
    assert_int_equal(left->state, states[k]);
    free(left);

    job_rig_forget(rig);
    assert_int_equal(bl_runner_adopt(rig->runner, scene->take.id, number), 0);
    assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
    const unsigned posts = standin_count(rig->standin, STANDIN_STEMS);
    if (rig->last.state != want || posts > 1 ||
        (want == BL_JOB_PLACED &&
         (posts != 1 || bl_job_results(&rig->last) != 2))) {
      fail_msg("killed in %s: ended as %s with %u POSTs",
               bl_job_state_name(states[k]), bl_job_state_name(rig->last.state),
               posts);
    }
  }
}

static double waited_s; ///< For the service's first news

static void
measure_wait(JobRig* const rig, const BlJobNews* const news)
{
  (void)rig;
  waited_s = news->stage_s[BL_JOB_SUBMITTED];
}

static void
a_callback_ends_the_wait(void** const state)
{
  (void)state;
  for (unsigned kie = 0; kie < 2; ++kie) {
    const StandinOptions options = { .kie       = kie,
                                     .callbacks = true,
                                     .seconds   = SECONDS };
    JobRig* const        rig     = job_rig_new(&options);
    const BlTake         take    = job_rig_source(rig);
    rig->quiet                   = true;
    rig->on_news                 = measure_wait;
    for (unsigned r = BL_REFINE_WAV; r <= BL_REFINE_SEPARATE; ++r) {
      const BlAsk ask = job_rig_refine_ask(&take, (BlRefine)r, 0);
      waited_s        = BL_POLL_FIRST_S;
      assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
      print_message("# asked %.2f s after the POST, not %.0f s\n", waited_s,
                    BL_POLL_FIRST_S);
      assert_true(waited_s < BL_POLL_FIRST_S);
    }
    job_rig_free(rig);
  }
}

#define RIGGED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(int argc, char** argv)
{
  if (argc == 6 && !strcmp(argv[1], "--child")) {
    return run_child(argv);
  }

  const struct CMUnitTest tests[] = {
    RIGGED(an_ambiguous_post_is_never_repeated),
    RIGGED(no_credits_no_post),
    RIGGED(what_cannot_be_is_said_before_anything_is_sent),
    RIGGED(it_can_be_cancelled_in_every_state),
    RIGGED(what_may_have_been_paid_is_not_asked_for_again),
    RIGGED(what_was_refused_can_be_asked_for_anew),
    RIGGED(a_death_in_any_state_costs_nothing),
    cmocka_unit_test(a_callback_ends_the_wait),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

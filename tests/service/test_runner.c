// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// The whole way of a job against the stand-in, and what may go wrong on it

#include "job/journal.h"
#include "support/jobrig.h"
#include "take/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char whole_way[] =
  "captured checked encoded uploaded submitting submitted text first complete "
  "fetched placed";

static int
set_up(void** const state)
{
  *state = job_rig_new(NULL);
  return 0;
}

static int
tear_down(void** const state)
{
  job_rig_free((JobRig*)*state);
  return 0;
}

static int64_t
time_reference(const char* const path, SF_INFO* const info)
{
  SF_BROADCAST_INFO bext;
  memset(info, 0, sizeof(*info));
  SNDFILE* const file = sf_open(path, SFM_READ, info);
  assert_non_null(file);
  assert_true(sf_command(file, SFC_GET_BROADCAST_INFO, &bext, sizeof(bext)));
  sf_close(file);
  return (int64_t)((uint64_t)bext.time_reference_high << 32 |
                   bext.time_reference_low);
}

static void
a_take_becomes_two_instrumentals(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 12.0, 2.5); // Sound in bar 6
  const BlAsk   ask  = job_rig_ask(&take);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_string_equal(rig->states, whole_way);
  assert_int_equal(rig->falls, 0);
  assert_true(rig->progress > 99.9);

  const BlJob* const job = &rig->last;
  assert_int_equal(job->number, 1);
  assert_int_equal(job->posts, 1);
  assert_true(job->paid);
  assert_true(fabs(job->credits - 671.92) < 1e-6);
  assert_int_equal(job->trim.trim, 96000);
  assert_int_equal(job->trim.bar, 6);
  assert_true(job->submitted_unix > 0.0 && job->ended_unix > 0.0);
  assert_int_equal(standin_tasks(rig->standin), 1);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 1);

  for (unsigned v = 0; v < BL_VARIANTS; ++v) {
    SF_INFO info;
    assert_true(job->placed[v]);
    assert_int_equal(time_reference(job->results[v].path, &info),
                     480000 + 96000);
    assert_int_equal(info.samplerate, 48000);
    assert_int_equal(info.frames, job->results[v].frames);
    assert_non_null(strstr(job->results[v].path, v ? " (B).wav" : " (A).wav"));
    assert_non_null(strstr(job->results[v].path, "/Verse 20"));
  }
  assert_true(llabs((long long)job->results[0].frames - 12 * 48000) < 200);
  assert_true(llabs((long long)job->results[1].frames - 13 * 48000) < 200);

  // What the user hears of it is what the next start finds
  BlJob* const kept = job_rig_load(rig, take.id, 1);
  assert_int_equal(kept->state, BL_JOB_PLACED);
  assert_string_equal(kept->results[1].path, job->results[1].path);
  assert_string_equal(kept->task_id, job->task_id);
  free(kept);

  // The upload itself is not kept
  char path[BL_PATH_BYTES];
  assert_int_equal(
    bl_journal_path(rig->root, take.id, 1, "-upload.wav", path, sizeof(path)),
    BL_SUCCESS);
  assert_int_not_equal(access(path, F_OK), 0);
}

static void
the_request_says_what_was_set(void** const state)
{
  JobRig* const rig                             = (JobRig*)*state;
  const BlTake  take                            = job_rig_take(rig, 10.5, 0.0);
  BlAsk         ask                             = job_rig_ask(&take);
  float* const  set                             = ask.settings.values;
  set[BL_PORT_GENRE - BL_PORT_CONTROL_IN_FIRST] = 3.0f;
  set[BL_PORT_VOCAL_GENDER - BL_PORT_CONTROL_IN_FIRST] = 2.0f;
  set[BL_PORT_FINE_TUNE - BL_PORT_CONTROL_IN_FIRST]    = 1.0f;
  set[BL_PORT_WEIRDNESS - BL_PORT_CONTROL_IN_FIRST]    = 0.65f;
  set[BL_PORT_STEMS - BL_PORT_CONTROL_IN_FIRST]        = 1.0f;
  snprintf(ask.settings.strings[BL_STRING_MODEL], BL_TEXT_BYTES, "V6");
  snprintf(ask.settings.track, sizeof(ask.settings.track), "Lead vocal");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);

  char* const body = standin_body(rig->standin, STANDIN_SUBMIT, NULL);
  assert_non_null(strstr(body, "\"folk, 120 bpm, 4/4, guitar\""));
  assert_non_null(strstr(body, "\"vocalGender\":\"f\""));
  assert_non_null(strstr(body, "\"weirdnessConstraint\":0.65"));
  assert_non_null(strstr(body, "\"model\":\"V6\""));
  assert_non_null(strstr(body, "\"title\":\"Lead vocal 20"));
  assert_non_null(
    strstr(body, "\"callBackUrl\":\"https://callback.invalid/\""));
  assert_null(strstr(body, "stems"));
  assert_non_null(strstr(rig->last.message, "local band only"));
  free(body);
}

static void
the_first_is_offered_while_the_second_is_made(void** const state)
{
  (void)state;
  const StandinOptions slow = { .polls = 5 };
  JobRig* const        rig  = job_rig_new(&slow);
  const BlTake         take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk          ask  = job_rig_ask(&take);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_true(rig->early_results > 0);
  job_rig_free(rig);
}

static void
bad_takes_never_reach_the_service(void** const state)
{
  JobRig* const rig    = (JobRig*)*state;
  const BlTake  silent = job_rig_take(rig, 11.0, 11.0);
  BlAsk         ask    = job_rig_ask(&silent);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_TAKE_SILENT);
  assert_non_null(strstr(rig->last.message, "silent. Choose one"));

  const BlTake brief = job_rig_take(rig, 0.8, 0.0);
  ask                = job_rig_ask(&brief);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_TAKE_SHORT);

  const BlTake lengthy = job_rig_take(rig, 485.0, 0.0);
  ask                  = job_rig_ask(&lengthy);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_TAKE_LONG);

  memset(ask.take_id, 0, sizeof(ask.take_id));
  snprintf(ask.take_id, sizeof(ask.take_id), "20200101T000000Z-00000000");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_NO_TAKE);
  assert_int_equal(rig->last.number, 0);

  assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 0);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 0);
}

static void
long_silence_is_trimmed_before_the_length_counts(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 486.0, 470.0);
  const BlAsk   ask  = job_rig_ask(&take);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(rig->last.trim.bar, 5 + 235);
}

static void
without_a_name_the_newest_fit_take_is_meant(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  good = job_rig_take(rig, 11.0, 0.0);
  const BlTake  few  = job_rig_take(rig, 5.0, 0.0);
  BlAsk         ask  = job_rig_ask(&good);
  (void)few;
  ask.take_id[0] = '\0';
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_string_equal(rig->last.take_id, good.id);
}

static void
no_credits_no_post(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_fault(rig, STANDIN_CREDIT, STANDIN_REPLY, 0, 0,
                "{\"code\":200,\"msg\":\"success\",\"data\":0}");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_NO_CREDITS);
  assert_non_null(strstr(rig->last.message, "Top up"));
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 0);
  assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 0);
  assert_int_equal(rig->last.posts, 0);
}

static void
a_refusal_is_told_in_the_services_words(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_fault(rig, STANDIN_SUBMIT, STANDIN_CODE, 0, 422, "tags are strange");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_REFUSED);
  assert_string_equal(rig->last.message,
                      "The service refused the request: tags are strange. "
                      "Read its message, correct the field, then press "
                      "Generate.");
  assert_int_equal(rig->last.posts, 1);
}

static void
asked_too_often_it_waits_and_posts_again(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_fault(rig, STANDIN_SUBMIT, STANDIN_CODE, 2, 430,
                "frequency too high");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(rig->last.posts, 3);
  assert_int_equal(standin_tasks(rig->standin), 1);
}

static void
an_ambiguous_post_is_never_repeated(void** const state)
{
  static const StandinFaultKind kinds[] = { STANDIN_DROP, STANDIN_EMPTY,
                                            STANDIN_TRUNCATE };
  JobRig* const                 rig     = (JobRig*)*state;
  const BlTake                  take    = job_rig_take(rig, 11.0, 0.0);
  const BlAsk                   ask     = job_rig_ask(&take);
  for (size_t i = 0; i < BL_COUNT(kinds); ++i) {
    standin_reset(rig->standin);
    job_rig_fault(rig, STANDIN_SUBMIT, kinds[i], 0, 0, NULL);
    assert_int_equal(job_rig_run(rig, &ask), BL_JOB_UNSURE);
    assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
    assert_int_equal(rig->last.posts, 1);
    assert_non_null(strstr(rig->last.message, "may cost twice"));
  }
}

static void
only_the_users_word_sends_an_unsure_one_again(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_fault(rig, STANDIN_SUBMIT, STANDIN_DROP, 1, 0, NULL);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_UNSURE);

  assert_int_equal(bl_runner_resume(rig->runner, take.id, 1, false), 0);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_int_equal(rig->last.state, BL_JOB_UNSURE);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);

  assert_int_equal(bl_runner_resume(rig->runner, take.id, 1, true), 0);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_int_equal(rig->last.state, BL_JOB_PLACED);
  assert_int_equal(rig->last.posts, 2);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 2);
}

static void
a_task_that_the_user_found_is_claimed(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  char task_id[BL_NAME_BYTES];
  memcpy(task_id, rig->last.task_id, sizeof(task_id));

  job_rig_fault(rig, STANDIN_SUBMIT, STANDIN_DROP, 1, 0, NULL);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_UNSURE);
  assert_int_equal(bl_runner_claim(rig->runner, take.id, 2, task_id), 0);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_int_equal(rig->last.state, BL_JOB_PLACED);
  assert_int_equal(rig->last.posts, 1);
}

static void
an_upload_that_is_gone_is_repeated_once(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_fault(rig, STANDIN_SUBMIT, STANDIN_CODE, 1, 451, "File fetch failed");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 2);
  assert_int_equal(standin_tasks(rig->standin), 1);

  standin_reset(rig->standin);
  job_rig_fault(rig, STANDIN_SUBMIT, STANDIN_CODE, 0, 451, "File fetch failed");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_SOURCE_GONE);
  assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 2);
}

static void
a_failed_task_keeps_its_id_and_can_be_asked_again(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_fault(
    rig, STANDIN_RECORD, STANDIN_REPLY, 1, 0,
    "{\"code\":200,\"msg\":\"success\",\"data\":{\"taskId\":\"%TASK%\","
    "\"status\":\"SENSITIVE_WORD_ERROR\",\"errorCode\":400,"
    "\"errorMessage\":\"artist name\",\"response\":null}}");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_SENSITIVE);
  assert_non_null(strstr(rig->last.message, "artist name"));
  assert_true(rig->last.task_id[0]);

  assert_int_equal(bl_runner_resume(rig->runner, take.id, 1, false), 0);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_int_equal(rig->last.state, BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
}

static void
questions_that_fail_do_not_fail_the_job(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_fault(rig, STANDIN_RECORD, STANDIN_DROP, 4, 0, NULL);
  job_rig_fault(rig, STANDIN_RECORD, STANDIN_CODE, 4, 500, "oops");
  job_rig_fault(rig, STANDIN_RECORD, STANDIN_EMPTY, 4, 0, NULL);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(standin_tasks(rig->standin), 1);
}

static void
twins_are_fetched_once_more_then_accepted(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_fault(rig, STANDIN_FILE, STANDIN_TWIN, 2, 0, NULL);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_false(rig->last.twins);
  assert_int_equal(standin_count(rig->standin, STANDIN_FILE), 3);

  standin_reset(rig->standin);
  job_rig_fault(rig, STANDIN_FILE, STANDIN_TWIN, 0, 0, NULL);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_true(rig->last.twins);
  assert_non_null(strstr(rig->last.message, "twice"));
}

// By itself

static void
a_paid_service_is_not_used_by_itself(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  BlAsk         ask  = job_rig_ask(&take);
  ask.automatic      = true;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.number, 0);
  assert_non_null(strstr(rig->last.message, "auto_generate_paid"));
  assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 0);
  uint32_t numbers[4];
  assert_int_equal(bl_journal_list(rig->root, take.id, numbers, 4), 0);
}

// Cancelling

static BlJobState cancel_at;

static void
cancel_there(JobRig* const rig, const BlJobNews* const news)
{
  if (news->new_state && news->job->state == cancel_at) {
    assert_int_equal(
      bl_runner_cancel(rig->runner, news->job->take_id, news->job->number),
      BL_SUCCESS);
  }
}

static void
it_can_be_cancelled_in_every_state(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  rig->on_news       = cancel_there;
  for (unsigned s = BL_JOB_CAPTURED; s <= BL_JOB_FETCHED; ++s) {
    standin_reset(rig->standin);
    cancel_at          = (BlJobState)s;
    const BlJobState e = job_rig_run(rig, &ask);
    if (e != BL_JOB_CANCELLED) {
      fail_msg("cancelled in %s: ended as %s", bl_job_state_name(cancel_at),
               bl_job_state_name(e));
    }
    const bool     charge = strstr(rig->last.message, "may charge");
    const unsigned posts  = standin_count(rig->standin, STANDIN_SUBMIT);
    assert_int_equal(charge, posts > 0);
    assert_int_equal(posts, s > BL_JOB_SUBMITTING ? 1 : 0);
  }

  // A cancelled one that was accepted is paid for: it can still be had
  rig->on_news = NULL;
  standin_reset(rig->standin);
  assert_int_equal(bl_runner_resume(rig->runner, take.id, 10, false), 0);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_int_equal(rig->last.state, BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 0);
}

/// Callbacks are outsiders' words: however many come, the user is heard
static void
hints_leave_room_for_wishes(void** const state)
{
  JobRig* const rig  = (JobRig*)*state;
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  rig->quiet         = true;
  for (unsigned i = 0; i < 2 * BL_ASKS_MAX; ++i) {
    char task_id[16];
    snprintf(task_id, sizeof(task_id), "task-%u", i);
    bl_runner_hint(rig->runner, task_id);
    bl_runner_hint(rig->runner, "");
  }

  uint32_t ticket = 0;
  assert_int_equal(bl_runner_generate(rig->runner, &ask, &ticket), BL_SUCCESS);
  assert_int_equal(bl_runner_cancel(rig->runner, NULL, 0), BL_SUCCESS);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_int_equal(rig->last.state, BL_JOB_CANCELLED);
}

int
main(void)
{
#define RIGGED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    RIGGED(a_take_becomes_two_instrumentals),
    RIGGED(the_request_says_what_was_set),
    cmocka_unit_test(the_first_is_offered_while_the_second_is_made),
    RIGGED(bad_takes_never_reach_the_service),
    RIGGED(long_silence_is_trimmed_before_the_length_counts),
    RIGGED(without_a_name_the_newest_fit_take_is_meant),
    RIGGED(no_credits_no_post),
    RIGGED(a_refusal_is_told_in_the_services_words),
    RIGGED(asked_too_often_it_waits_and_posts_again),
    RIGGED(an_ambiguous_post_is_never_repeated),
    RIGGED(only_the_users_word_sends_an_unsure_one_again),
    RIGGED(a_task_that_the_user_found_is_claimed),
    RIGGED(an_upload_that_is_gone_is_repeated_once),
    RIGGED(a_failed_task_keeps_its_id_and_can_be_asked_again),
    RIGGED(questions_that_fail_do_not_fail_the_job),
    RIGGED(twins_are_fetched_once_more_then_accepted),
    RIGGED(a_paid_service_is_not_used_by_itself),
    RIGGED(it_can_be_cancelled_in_every_state),
    RIGGED(hints_leave_room_for_wishes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

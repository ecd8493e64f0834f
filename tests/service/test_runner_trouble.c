// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// Jobs whose service is silent, whose files are gone; what ends a wait, and the
// long waits on a clock that runs ahead

#include "job/journal.h"
#include "support/client.h"
#include "support/jobrig.h"
#include "take/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
fault(JobRig* const          rig,
      const StandinEndpoint  endpoint,
      const StandinFaultKind kind,
      const unsigned         times,
      const int              http,
      const char* const      text)
{
  const StandinFault f = { .endpoint = endpoint,
                           .kind     = kind,
                           .times    = times,
                           .http     = http,
                           .text     = text };
  standin_add_fault(rig->standin, f);
}

static void
resume(JobRig* const rig, const BlTake* const take, const uint32_t number)
{
  job_rig_forget(rig);
  assert_int_equal(bl_runner_resume(rig->runner, take->id, number, false),
                   BL_SUCCESS);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
}

static void
after_twenty_silent_minutes_it_gives_up(void** const state)
{
  (void)state;
  const StandinOptions never = { .polls = 1000000 };
  JobRig* const        rig   = job_rig_new(&never);
  const BlTake         take  = job_rig_take(rig, 11.0, 0.0);
  const BlAsk          ask   = job_rig_ask(&take);
  rig->haste                 = 5.0;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_GAVE_UP);
  assert_true(rig->ahead >= BL_POLL_GIVE_UP_S);
  assert_true(rig->last.task_id[0]);
  assert_non_null(strstr(rig->last.message, "resume"));
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  job_rig_free(rig);
}

static void
a_source_lost_after_it_was_accepted_is_not_paid_twice(void** const state)
{
  (void)state;
  static const char gone[] =
    "{\"code\":200,\"msg\":\"success\",\"data\":{\"taskId\":\"%TASK%\","
    "\"status\":\"GENERATE_AUDIO_FAILED\",\"errorCode\":451,"
    "\"errorMessage\":\"File fetch failed\",\"response\":null}}";
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  fault(rig, STANDIN_RECORD, STANDIN_REPLY, 1, 0, gone);

  // It was accepted, so it may have been charged for: the user's word counts
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_SOURCE_GONE);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  assert_int_equal(rig->last.posts, 1);
  assert_non_null(strstr(rig->last.message, "upload it again"));
  job_rig_free(rig);
}

/// What was told while it waited, and what the journal had then
typedef struct
{
  BlStatus error;
  BlStatus journalled;
  char     message[BL_MESSAGE_BYTES];
} Reason;

static void
note_reason(JobRig* const rig, const BlJobNews* const news)
{
  Reason* const      reason = (Reason*)rig->more;
  const BlJob* const job    = news->job;
  if (bl_job_is_open(job->state) && job->error && !reason->error) {
    BlJob* const kept = job_rig_load(rig, job->take_id, job->number);
    reason->error     = job->error;
    memcpy(reason->message, job->message, sizeof(reason->message));
    reason->journalled = kept->error;
    free(kept);
    assert_int_equal(bl_runner_cancel(rig->runner, job->take_id, job->number),
                     BL_SUCCESS);
  }
}

static void
why_a_paid_job_waits_is_said_at_once(void** const state)
{
  (void)state;
  JobRig* const rig    = job_rig_new(NULL);
  const BlTake  take   = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask    = job_rig_ask(&take);
  Reason        reason = { BL_SUCCESS, BL_SUCCESS, "" };
  standin_free(rig->standin); // Nobody listens there any more
  rig->standin = NULL;
  rig->more    = &reason;
  rig->on_news = note_reason;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_CANCELLED);
  assert_int_equal(reason.error, BL_OFFLINE);
  assert_int_equal(reason.journalled, BL_OFFLINE);
  assert_non_null(strstr(reason.message, bl_strerror(BL_OFFLINE)));
  assert_non_null(strstr(reason.message, "goes on by itself"));
  job_rig_free(rig);
}

static void
nothing_is_sent_as_nobody_knows_where(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_configure(rig, "\"service\": locl");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_BAD_CONFIG);
  assert_int_equal(rig->last.number, 0);
  assert_non_null(strstr(rig->last.message, "config.json"));
  job_rig_free(rig);
}

static void
a_reason_is_past_when_the_service_answers(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  fault(rig, STANDIN_CREDIT, STANDIN_DROP, 1, 0, NULL);
  fault(rig, STANDIN_FILE, STANDIN_REPLY, 1, 502, "Bad gateway");
  rig->haste = 1.0;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(rig->last.error, BL_SUCCESS);
  assert_string_equal(rig->last.message, "");
  job_rig_free(rig);
}

static void
results_that_have_expired_are_said_so(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  fault(rig, STANDIN_FILE, STANDIN_REPLY, 0, 404, "gone");
  fault(rig, STANDIN_STREAM, STANDIN_REPLY, 0, 404, "gone");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_NOT_HERE);
  assert_true(strlen(rig->last.message) > strlen("404"));
  assert_true(rig->last.task_id[0]);

  // What was paid for can still be had, where the service has it again
  standin_reset(rig->standin);
  resume(rig, &take, 1);
  assert_int_equal(rig->last.state, BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 0);
  job_rig_free(rig);
}

static void
the_last_word_promises_and_costs_nothing(void** const state)
{
  (void)state;
  static const char made[] =
    "{\"code\":200,\"msg\":\"success\",\"data\":{\"taskId\":\"%TASK%\","
    "\"status\":\"SUCCESS\",\"response\":{\"sunoData\":%TRACKS%}}}";
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);

  // Not taken: nothing is lost by asking for it once more
  fault(rig, STANDIN_UPLOAD, STANDIN_DROP, 0, 0, "");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_NET);
  assert_non_null(strstr(rig->last.message, "then try again."));

  // Taken: another Generate would be paid for
  standin_reset(rig->standin);
  fault(rig, STANDIN_RECORD, STANDIN_REPLY, 0, 0, made);
  fault(rig, STANDIN_FILE, STANDIN_EMPTY, 0, 0, "");
  fault(rig, STANDIN_STREAM, STANDIN_EMPTY, 0, 0, "");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_BAD_REPLY);
  assert_non_null(strstr(rig->last.message, "costs nothing."));
  assert_null(strstr(rig->last.message, "Generate"));

  standin_reset(rig->standin);
  resume(rig, &take, 2);
  assert_int_equal(rig->last.state, BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 0);
  job_rig_free(rig);
}

static void
end_there(JobRig* const rig, const BlJobNews* const news)
{
  if (news->new_state && news->job->state == BL_JOB_TEXT) {
    assert_int_equal(bl_runner_cancel(rig->runner, news->job->take_id, 1), 0);
  }
}

static void
what_was_cancelled_while_it_was_sent_can_be_claimed(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  char          task[BL_NAME_BYTES];
  rig->on_news = end_there;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_CANCELLED);
  rig->on_news = NULL;

  // As if the answer with its task id had not come any more; and as if
  // another process had asked for the end, too late
  BlJob* const job = job_rig_load(rig, take.id, 1);
  memcpy(task, job->task_id, sizeof(task));
  job->task_id[0] = '\0';
  assert_int_equal(bl_journal_save(rig->root, job), BL_SUCCESS);
  assert_int_equal(bl_journal_ask_cancel(rig->root, take.id, 1), BL_SUCCESS);
  free(job);

  job_rig_forget(rig);
  assert_int_equal(bl_runner_claim(rig->runner, take.id, 1, task), BL_SUCCESS);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_int_equal(rig->last.state, BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  job_rig_free(rig);
}

static void
a_voice_goes_nowhere_for_a_field_that_is_too_long(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  BlAsk         ask  = job_rig_ask(&take);
  char* const   text = ask.settings.strings[BL_STRING_TITLE];
  memset(text, 't', BL_TITLE_CHARS + 1);
  text[BL_TITLE_CHARS + 1] = '\0';

  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  assert_int_equal(rig->last.error, BL_BAD_FIELD);
  assert_non_null(strstr(rig->last.message, "title: 81 characters"));
  assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 0);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 0);
  job_rig_free(rig);
}

static void
a_list_in_another_order_loses_no_variant(void** const state)
{
  (void)state;
  static const char second_alone[] =
    "{\"code\":200,\"msg\":\"success\",\"data\":{\"taskId\":\"%TASK%\","
    "\"status\":\"FIRST_SUCCESS\",\"response\":{\"sunoData\":["
    "{\"id\":\"two\",\"audioUrl\":\"%BASE%/file/%TASK%-2.mp3\"}]}}}";
  static const char both[] =
    "{\"code\":200,\"msg\":\"success\",\"data\":{\"taskId\":\"%TASK%\","
    "\"status\":\"SUCCESS\",\"response\":{\"sunoData\":["
    "{\"id\":\"one\",\"audioUrl\":\"%BASE%/file/%TASK%-1.mp3\"},"
    "{\"id\":\"two\",\"audioUrl\":\"%BASE%/file/%TASK%-2.mp3\"}]}}}";
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  fault(rig, STANDIN_RECORD, STANDIN_REPLY, 1, 0, second_alone);
  fault(rig, STANDIN_RECORD, STANDIN_REPLY, 0, 0, both);

  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_FILE), 2);
  assert_false(rig->last.twins);
  assert_string_equal(rig->last.task.tracks[0].id, "two");
  assert_string_equal(rig->last.task.tracks[1].id, "one");
  assert_true(rig->last.results[0].frames != rig->last.results[1].frames);
  job_rig_free(rig);
}

static void
as_config_json_says(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_configure(rig, "\"upload_format\":\"flac\",\"variety\":4,"
                         "\"lyrics\":\"La la\"");
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);

  size_t      size = 0;
  char* const body = standin_body(rig->standin, STANDIN_UPLOAD, &size);
  char* const sent = standin_body(rig->standin, STANDIN_SUBMIT, NULL);
  assert_non_null(strstr(sent, "\"lyrics\":\"La la\",\"variety\":4"));
  free(sent);
  assert_non_null(memmem(body, size, ".flac\"", 6));
  assert_non_null(memmem(body, size, "\r\n\r\nfLaC", 8));
  assert_true(standin_upload_size(rig->standin) < 11 * 48000 * 3);
  free(body);
  job_rig_free(rig);
}

// Waiting

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
  const StandinOptions calls = { .callbacks = true };
  JobRig* const        rig   = job_rig_new(&calls);
  const BlTake         take  = job_rig_take(rig, 11.0, 0.0);
  const BlAsk          ask   = job_rig_ask(&take);
  rig->quiet                 = true;
  rig->on_news               = measure_wait;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  print_message("# asked %.2f s after the POST, not %.0f s\n", waited_s,
                BL_POLL_FIRST_S);
  assert_true(waited_s < BL_POLL_FIRST_S);
  job_rig_free(rig);
}

static double fetched_s;

static void
measure_fetch(JobRig* const rig, const BlJobNews* const news)
{
  (void)rig;
  fetched_s = news->stage_s[BL_JOB_COMPLETE];
}

static void
a_twin_is_fetched_again_after_a_while(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask  = job_rig_ask(&take);
  rig->quiet         = true;
  rig->haste         = 0.2;
  rig->on_news       = measure_fetch;
  fault(rig, STANDIN_FILE, STANDIN_TWIN, 2, 0, NULL);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_false(rig->last.twins);
  assert_int_equal(standin_count(rig->standin, STANDIN_FILE), 3);
  assert_true(fetched_s >= BL_TWINS_WAIT_S);
  job_rig_free(rig);
}

static void
what_was_asked_for_at_the_end_is_kept(void** const state)
{
  (void)state;
  JobRig* const   rig  = job_rig_new(NULL);
  const BlTake    take = job_rig_take(rig, 11.0, 0.0);
  const BlAsk     ask  = job_rig_ask(&take);
  BlCancel* const now  = bl_cancel_new();
  bl_cancel_trigger(now);
  assert_int_equal(bl_runner_start(rig->runner), BL_SUCCESS);
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), BL_SUCCESS);
  bl_runner_stop(rig->runner); // Whether it had begun or not
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), BL_SUCCESS);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, now), BL_CANCELLED);
  bl_cancel_free(now);

  for (uint32_t number = 1; number <= 2; ++number) {
    BlJob* const kept = job_rig_load(rig, take.id, number);
    assert_true(bl_job_is_open(kept->state));
    assert_string_equal(kept->settings.strings[BL_STRING_TAGS], "folk, guitar");
    free(kept);
    job_rig_forget(rig);
    assert_int_equal(bl_runner_adopt(rig->runner, take.id, number), 0);
    assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
    assert_int_equal(rig->last.state, BL_JOB_PLACED);
  }
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 2);
  job_rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(after_twenty_silent_minutes_it_gives_up),
    cmocka_unit_test(a_source_lost_after_it_was_accepted_is_not_paid_twice),
    cmocka_unit_test(why_a_paid_job_waits_is_said_at_once),
    cmocka_unit_test(nothing_is_sent_as_nobody_knows_where),
    cmocka_unit_test(a_reason_is_past_when_the_service_answers),
    cmocka_unit_test(results_that_have_expired_are_said_so),
    cmocka_unit_test(the_last_word_promises_and_costs_nothing),
    cmocka_unit_test(what_was_cancelled_while_it_was_sent_can_be_claimed),
    cmocka_unit_test(a_voice_goes_nowhere_for_a_field_that_is_too_long),
    cmocka_unit_test(a_list_in_another_order_loses_no_variant),
    cmocka_unit_test(as_config_json_says),
    cmocka_unit_test(a_callback_ends_the_wait),
    cmocka_unit_test(a_twin_is_fetched_again_after_a_while),
    cmocka_unit_test(what_was_asked_for_at_the_end_is_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// A paid request that waited before its POST: whose word sends it; and those
// for own servers: one that nobody has named, one that is spoken to in clear

#include "job/journal.h"
#include "support/jobrig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// As it stands after the session was closed before the POST, `days` ago
static void
leave_unsent(JobRig* const       rig,
             const BlTake* const take,
             const BlJobState    state,
             const double        days)
{
  const BlAsk     ask = job_rig_ask(take);
  BlCancel* const now = bl_cancel_new();
  bl_cancel_trigger(now);
  assert_int_equal(bl_runner_generate(rig->runner, &ask, NULL), BL_SUCCESS);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, now), BL_CANCELLED);
  bl_cancel_free(now);

  BlJob* const job = job_rig_load(rig, take->id, 1);
  assert_int_equal(job->state, BL_JOB_CAPTURED);
  job->state = state;
  job->asked_unix -= days * 86400.0;
  snprintf(job->request.upload_url, sizeof(job->request.upload_url),
           "https://upload.invalid/x");
  assert_int_equal(bl_journal_save(rig->root, job), BL_SUCCESS);
  free(job);
}

static void
open_session(JobRig* const rig, const BlTake* const take)
{
  job_rig_forget(rig);
  assert_int_equal(bl_runner_adopt(rig->runner, take->id, 1), BL_SUCCESS);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
}

static void
yesterdays_is_not_sent_unasked(void** const state)
{
  (void)state;
  static const BlJobState when[] = { BL_JOB_CAPTURED, BL_JOB_ENCODED,
                                     BL_JOB_UPLOADED };
  for (unsigned i = 0; i < BL_COUNT(when); ++i) {
    JobRig* const rig  = job_rig_new(NULL);
    const BlTake  take = job_rig_take(rig, 11.0, 0.0);
    leave_unsent(rig, &take, when[i], 1.1);
    for (unsigned opened = 0; opened < 2; ++opened) {
      open_session(rig, &take);
      assert_int_equal(rig->last.state, BL_JOB_FAILED);
      assert_int_equal(rig->last.error, BL_STALE);
      assert_non_null(strstr(rig->last.message, "--again"));
    }
    assert_int_equal(bl_runner_resume(rig->runner, take.id, 1, false),
                     BL_SUCCESS);
    assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
    assert_int_equal(standin_count(rig->standin, STANDIN_UPLOAD), 0);
    assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 0);

    // The user's word
    assert_int_equal(bl_runner_resume(rig->runner, take.id, 1, true),
                     BL_SUCCESS);
    assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
    assert_int_equal(rig->last.state, BL_JOB_PLACED);
    assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
    job_rig_free(rig);
  }
}

static void
todays_goes_on_by_itself(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  leave_unsent(rig, &take, BL_JOB_CAPTURED, 0.9);
  open_session(rig, &take);
  assert_int_equal(rig->last.state, BL_JOB_PLACED);
  assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  job_rig_free(rig);
}

/// Never the local band instead, neither at once nor when it is tried again
static void
no_own_server_is_refused(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  BlAsk         ask  = job_rig_ask(&take);
  ask.settings.values[BL_PORT_SERVICE - BL_PORT_CONTROL_IN_FIRST] =
    (float)BL_SERVICE_CUSTOM;
  setenv("BACKLINE_BAND", "/bin/false", 1);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_FAILED);
  for (unsigned i = 0; i < 2; ++i) {
    assert_int_equal(rig->last.error, BL_NO_SERVICE);
    assert_string_equal(rig->last.service, "");
    assert_string_equal(rig->last.message,
                        "No own server is configured: name it under "
                        "\"services\" and \"custom\" in config.json.");
    if (!i) {
      assert_int_equal(job_rig_resume(rig, take.id, 1, true), BL_JOB_FAILED);
    }
  }
  unsetenv("BACKLINE_BAND");

  // Once it is there, the same job goes to it
  job_rig_configure(rig, "\"custom\":\"standin\"");
  assert_int_equal(job_rig_resume(rig, take.id, 1, true), BL_JOB_PLACED);
  assert_string_equal(rig->last.service, "standin");
  job_rig_free(rig);
}

/// Before the voice is on its way
static void
note_clear(JobRig* const rig, const BlJobNews* const news)
{
  if (news->job->state == BL_JOB_ENCODED &&
      strstr(news->job->message, "unencrypted")) {
    rig->more = rig;
  }
}

static void
plain_http_is_told_before_and_after(void** const state)
{
  (void)state;
  JobRig* const     rig  = job_rig_new(NULL);
  const BlTake      take = job_rig_take(rig, 11.0, 0.0);
  BlAsk             ask  = job_rig_ask(&take);
  const char* const port = strrchr(standin_base(rig->standin), ':');
  char              members[256];
  rig->on_news = note_clear;
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_null(rig->more); // The loopback is on no way
  assert_null(strstr(rig->last.message, "unencrypted"));

  // It leads here as well, but by a name that is not known to
  snprintf(members, sizeof(members),
           "\"services\":{\"far\":{\"api\":\"http://0.0.0.0%s\"}}", port);
  job_rig_configure(rig, members);
  snprintf(ask.settings.service, sizeof(ask.settings.service), "far");
  setenv("BACKLINE_API_KEY", "test-key", 1);
  setenv("BACKLINE_SERVICE", "far", 1);
  assert_int_equal(job_rig_run(rig, &ask), BL_JOB_PLACED);
  assert_string_equal(rig->last.service, "far");
  assert_non_null(rig->more);
  assert_non_null(strstr(rig->last.message, "0.0.0.0"));
  assert_non_null(strstr(rig->last.message, "unencrypted"));
  unsetenv("BACKLINE_API_KEY");
  unsetenv("BACKLINE_SERVICE");
  job_rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(yesterdays_is_not_sent_unasked),
    cmocka_unit_test(todays_goes_on_by_itself),
    cmocka_unit_test(no_own_server_is_refused),
    cmocka_unit_test(plain_http_is_told_before_and_after),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

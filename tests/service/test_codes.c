// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// Every code of API.md section 6 in both numberings, and every way in which
// the paid POST can end: status, message, number of POSTs, and whether it may
// have been accepted

#include "service/dialect.h"
#include "service/service.h"
#include "support/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  int         code;
  const char* msg;
  BlStatus    sunoapi; ///< As an answer to the submit
  BlStatus    kie;
  BlStatus    task_sunoapi; ///< As a task's errorCode
  BlStatus    task_kie;
  bool        unsure;
} Row;

static const Row rows[] = {
  { 400, "Please check tags", BL_REFUSED, BL_REFUSED, BL_REFUSED, BL_REFUSED,
    false },
  { 401, "Unauthorized", BL_AUTH, BL_AUTH, BL_AUTH, BL_AUTH, false },
  { 402, "Insufficient credits", BL_NO_CREDITS, BL_NO_CREDITS, BL_NO_CREDITS,
    BL_NO_CREDITS, false },
  { 404, "Not found", BL_NOT_HERE, BL_NOT_HERE, BL_NOT_HERE, BL_NOT_HERE,
    false },
  { 405, "Rate limit exceeded", BL_RATE_LIMITED, BL_NOT_HERE, BL_RATE_LIMITED,
    BL_NOT_HERE, false },
  { 408, "Timeout", BL_TIMED_OUT, BL_TIMED_OUT, BL_TIMED_OUT, BL_TIMED_OUT,
    true },
  { 409, "Record exists", BL_CONFLICT, BL_CONFLICT, BL_CONFLICT, BL_CONFLICT,
    false },
  { 413, "Tags too long", BL_TOO_LONG, BL_TOO_LONG, BL_TOO_LONG, BL_TOO_LONG,
    false },
  { 413, "Uploaded audio matches existing work of art", BL_MATCHES_WORK,
    BL_MATCHES_WORK, BL_MATCHES_WORK, BL_MATCHES_WORK, false },
  { 413, "Refused", BL_TOO_LONG, BL_TOO_LONG, BL_MATCHES_WORK, BL_MATCHES_WORK,
    false },
  { 422, "model cannot be null", BL_REFUSED, BL_REFUSED, BL_REFUSED, BL_REFUSED,
    false },
  { 429, "Your call frequency is too high. Please try again later.",
    BL_RATE_LIMITED, BL_RATE_LIMITED, BL_RATE_LIMITED, BL_RATE_LIMITED, false },
  { 429, "The current credits are insufficient. Please top up.", BL_NO_CREDITS,
    BL_NO_CREDITS, BL_NO_CREDITS, BL_NO_CREDITS, false },
  { 429, "No", BL_NO_CREDITS, BL_RATE_LIMITED, BL_NO_CREDITS, BL_RATE_LIMITED,
    false },
  { 430, "Too frequent", BL_RATE_LIMITED, BL_RATE_LIMITED, BL_RATE_LIMITED,
    BL_RATE_LIMITED, false },
  { 433, "Quota", BL_NO_CREDITS, BL_NO_CREDITS, BL_NO_CREDITS, BL_NO_CREDITS,
    false },
  { 451, "File fetch failed", BL_SOURCE_GONE, BL_SOURCE_GONE, BL_SOURCE_GONE,
    BL_SOURCE_GONE, false },
  { 455, "Maintenance", BL_MAINTENANCE, BL_MAINTENANCE, BL_MAINTENANCE,
    BL_MAINTENANCE, false },
  { 500, "Server exception", BL_GENERATION, BL_GENERATION, BL_GENERATION,
    BL_GENERATION, false },
  { 501, "Audio generation failed", BL_GENERATION, BL_GENERATION, BL_GENERATION,
    BL_GENERATION, false },
  { 505, "Feature disabled", BL_GENERATION, BL_GENERATION, BL_GENERATION,
    BL_GENERATION, false },
  { 531, "Failed, credits refunded", BL_REFUNDED, BL_REFUNDED, BL_REFUNDED,
    BL_REFUNDED, false },
  { 777, "Something new", BL_GENERATION, BL_GENERATION, BL_GENERATION,
    BL_GENERATION, false },
};

static BlStatus
submit(Client* const client, char id[BL_NAME_BYTES])
{
  const BlRequest request = client_request();
  return bl_service_submit(client->service, &request, id, &client->error);
}

static void
check_submits(const bool kie)
{
  const StandinOptions options = { .kie = kie };
  Client* const        client  = client_open(&options);
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    const Row* const row = &rows[i];
    char             id[BL_NAME_BYTES];
    standin_reset(client->standin);
    standin_add_fault(client->standin,
                      (StandinFault){ .endpoint      = STANDIN_SUBMIT,
                                      .kind          = STANDIN_CODE,
                                      .code          = row->code,
                                      .text          = row->msg,
                                      .retry_after_s = 7 });
    const BlStatus st = submit(client, id);
    assert_int_equal(st, kie ? row->kie : row->sunoapi);
    assert_int_equal(client->error.status, st);
    assert_int_equal(client->error.code, row->code);
    assert_int_equal(client->error.http, 200);
    assert_string_equal(client->error.message, row->msg);
    assert_int_equal(client->error.maybe_sent, row->unsure);
    assert_int_equal((int)client->error.retry_after_s, 7);
    assert_int_equal(client->error.posts, 1);
    assert_int_equal(standin_count(client->standin, STANDIN_SUBMIT), 1);
    assert_int_not_equal(*bl_status_next_step(st), 0);
  }
  assert_int_equal(standin_tasks(client->standin), 0);
  client_close(client);
}

static void
every_code_of_a_submit(void** const state)
{
  (void)state;
  check_submits(false);
  check_submits(true);
}

static void
check_tasks(const bool kie)
{
  const StandinOptions options = { .kie = kie };
  Client* const        client  = client_open(&options);
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    const Row* const row = &rows[i];
    BlTaskInfo       info;
    char             text[512];
    snprintf(text, sizeof(text),
             "{\"code\":200,\"msg\":\"success\",\"data\":{\"taskId\":\"%%TASK%%"
             "\",\"response\":null,\"status\":\"%s\",\"errorCode\":%s%d%s,"
             "\"errorMessage\":\"%s\"}}",
             i % 2 ? "PENDING" : "GENERATE_AUDIO_FAILED", i % 3 ? "" : "\"",
             row->code, i % 3 ? "" : "\"", row->msg);
    standin_reset(client->standin);
    standin_add_fault(client->standin,
                      (StandinFault){ .endpoint = STANDIN_RECORD,
                                      .kind     = STANDIN_REPLY,
                                      .text     = text });
    assert_int_equal(
      bl_service_poll(client->service, "abc", &info, &client->error),
      BL_SUCCESS);
    assert_int_equal(info.stage, BL_TASK_FAILED);
    assert_int_equal(client->error.status,
                     kie ? row->task_kie : row->task_sunoapi);
    assert_int_equal(client->error.code, row->code);
    assert_string_equal(client->error.message, row->msg);
  }
  client_close(client);
}

static void
every_code_of_a_task(void** const state)
{
  (void)state;
  check_tasks(false);
  check_tasks(true);
}

static void
a_question_may_be_asked_again(void** const state)
{
  (void)state;
  static const struct
  {
    int      http;
    int      code;
    BlStatus status;
    bool     retryable;
  } questions[] = {
    { 200, 500, BL_SERVER, true },       { 500, 500, BL_SERVER, true },
    { 200, 501, BL_SERVER, true },       { 200, 455, BL_MAINTENANCE, true },
    { 200, 430, BL_RATE_LIMITED, true }, { 200, 401, BL_AUTH, false },
    { 502, 0, BL_SERVER, true },         { 503, 0, BL_MAINTENANCE, true },
    { 429, 0, BL_RATE_LIMITED, true },   { 401, 0, BL_AUTH, false },
    { 404, 0, BL_NOT_HERE, false },      { 500, 200, BL_SERVER, true },
  };
  Client* const client = client_open(NULL);
  for (size_t i = 0; i < BL_COUNT(questions); ++i) {
    BlTaskInfo info;
    standin_reset(client->standin);
    standin_add_fault(
      client->standin,
      (StandinFault){ .endpoint = STANDIN_RECORD,
                      .kind = questions[i].code ? STANDIN_CODE : STANDIN_REPLY,
                      .http = questions[i].http,
                      .code = questions[i].code,
                      .text = "<html>" });
    const BlStatus st =
      bl_service_poll(client->service, "abc", &info, &client->error);
    assert_int_equal(st, questions[i].status);
    assert_int_equal(client->error.http, questions[i].http);
    assert_int_equal(bl_status_is_retryable(st), questions[i].retryable);
  }
  client_close(client);
}

static const struct
{
  StandinFault fault;
  BlStatus     status;
  bool         maybe;
} ends[] = {
  { { .kind = STANDIN_DROP }, BL_NET, true },
  { { .kind = STANDIN_EMPTY }, BL_BAD_REPLY, true },
  { { .kind = STANDIN_REPLY, .text = "{\"code\":200,\"da" },
    BL_BAD_REPLY,
    true },
  { { .kind = STANDIN_REPLY, .text = "{\"code\":200,\"data\":null}" },
    BL_BAD_REPLY,
    true },
  { { .kind = STANDIN_REPLY,
      .text = "{\"code\":200,\"data\":{\"taskId\":\"\"}}" },
    BL_BAD_REPLY,
    true },
  { { .kind = STANDIN_REPLY,
      .text = "{\"code\":200,\"data\":{\"taskId\":\"../../x\"}}" },
    BL_BAD_REPLY,
    true },
  { { .kind = STANDIN_TRUNCATE, .text = "{\"code\":200,\"data\":{}}" },
    BL_NET,
    true },
  { { .kind = STANDIN_REPLY, .http = 502, .text = "Bad gateway" },
    BL_SERVER,
    true },
  { { .kind = STANDIN_REPLY, .http = 504, .text = "<html>" }, BL_SERVER, true },
  { { .kind = STANDIN_REPLY, .http = 408, .text = "" }, BL_TIMED_OUT, true },
  { { .kind = STANDIN_REDIRECT, .text = "%BASE%/elsewhere" },
    BL_BAD_REPLY,
    true },
  { { .kind = STANDIN_REPLY, .http = 403, .text = "error code: 1010" },
    BL_REFUSED,
    false },
  { { .kind = STANDIN_REPLY, .http = 413, .text = "<html>" },
    BL_TOO_BIG,
    false },
  { { .kind = STANDIN_CODE, .http = 500, .code = 500, .text = "x" },
    BL_GENERATION,
    false },
  { { .kind = STANDIN_HANG }, BL_TIMED_OUT, true },
  { { .kind = STANDIN_DRIP, .text = "{\"code\":200,\"data\":{}}" },
    BL_TIMED_OUT,
    true },
};

static void
ambiguous_ends_of_a_submit(void** const state)
{
  (void)state;
  for (size_t i = 0; i < BL_COUNT(ends); ++i) {
    Client* const client = client_open(NULL);
    StandinFault  fault  = ends[i].fault;
    char          id[BL_NAME_BYTES];
    fault.endpoint = STANDIN_SUBMIT;
    standin_add_fault(client->standin, fault);
    const BlStatus st = submit(client, id);
    if (st != ends[i].status || client->error.maybe_sent != ends[i].maybe) {
      print_message("# end %zu: %d %d %s\n", i, (int)st,
                    client->error.maybe_sent, client->error.message);
    }
    assert_int_equal(st, ends[i].status);
    assert_int_equal(client->error.maybe_sent, ends[i].maybe);
    assert_string_equal(id, "");
    assert_int_equal(client->error.posts, 1);
    assert_int_equal(standin_count(client->standin, STANDIN_SUBMIT), 1);
    assert_int_equal(standin_count(client->standin, STANDIN_OTHER), 0);
    client_close(client);
  }
}

static void
a_dead_connection_never_repeats_the_post(void** const state)
{
  (void)state;
  // libcurl by itself sends a request again on a reused connection that
  // turned out dead; the question before the POST leaves one to be reused
  Client* const client  = client_open(NULL);
  double        credits = 0.0;
  char          id[BL_NAME_BYTES];
  standin_add_fault(client->standin, (StandinFault){ .endpoint = STANDIN_SUBMIT,
                                                     .kind = STANDIN_DROP });
  assert_int_equal(
    bl_service_credits(client->service, &credits, &client->error), BL_SUCCESS);
  assert_int_equal(submit(client, id), BL_NET);
  assert_true(client->error.maybe_sent);
  assert_int_equal(standin_count(client->standin, STANDIN_SUBMIT), 1);
  client_close(client);
}

static void
nobody_there_is_a_proof(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  char          id[BL_NAME_BYTES];
  standin_free(client->standin);
  client->standin = NULL;
  assert_int_equal(submit(client, id), BL_OFFLINE);
  assert_false(client->error.maybe_sent);
  assert_int_equal(client->error.posts, 0);
  client_close(client);
}

static void
check_placeholder(const bool kie)
{
  const StandinOptions options = { .kie = kie };
  Client* const        client  = client_open(&options);
  StandinFault         fault   = { .endpoint = STANDIN_SUBMIT,
                                   .kind     = STANDIN_CODE,
                                   .times    = 1,
                                   .code     = kie ? 422 : 400,
                                   .text     = "Please enter callBackUrl." };
  char                 id[BL_NAME_BYTES];
  standin_add_fault(client->standin, fault);
  assert_int_equal(submit(client, id), BL_SUCCESS);
  assert_int_equal(client->error.posts, 2);
  char* const body = standin_body(client->standin, STANDIN_SUBMIT, NULL);
  assert_non_null(
    strstr(body, "\"callBackUrl\":\"https://example.com/callback\""));
  free(body);

  // Refused again: no third
  standin_reset(client->standin);
  fault.times = 0;
  standin_add_fault(client->standin, fault);
  assert_int_equal(submit(client, id), BL_REFUSED);
  assert_int_equal(client->error.posts, 2);
  assert_int_equal(standin_count(client->standin, STANDIN_SUBMIT), 2);

  // Refused for something else: no second
  standin_reset(client->standin);
  fault.text = "Please enter tags.";
  standin_add_fault(client->standin, fault);
  assert_int_equal(submit(client, id), BL_REFUSED);
  assert_int_equal(client->error.posts, 1);
  client_close(client);
}

static void
the_placeholder_has_one_successor(void** const state)
{
  (void)state;
  check_placeholder(false);
  check_placeholder(true);
}

static void
credits_are_asked_by_either_path(void** const state)
{
  (void)state;
  for (int kie = 0; kie < 2; ++kie) {
    const StandinOptions options = { .kie = kie != 0, .credits = 100.5 };
    Client* const        client  = client_open(&options);
    double               credits = 0.0;
    assert_int_equal(
      bl_service_credits(client->service, &credits, &client->error),
      BL_SUCCESS);
    assert_true(credits == 100.5);
    assert_int_equal(standin_count(client->standin, STANDIN_CREDIT), 1);

    standin_reset(client->standin);
    standin_add_fault(client->standin,
                      (StandinFault){ .endpoint = STANDIN_CREDIT,
                                      .kind     = STANDIN_CODE,
                                      .http     = 404,
                                      .code     = 404,
                                      .times    = 1 });
    standin_add_fault(client->standin,
                      (StandinFault){ .endpoint = STANDIN_CREDIT,
                                      .kind     = STANDIN_REPLY,
                                      .skip     = 1,
                                      .text = "{\"data\":\"7.25\",\"msg\":\"\","
                                              "\"code\":\"200\"}" });
    assert_int_equal(
      bl_service_credits(client->service, &credits, &client->error),
      BL_SUCCESS);
    assert_true(credits == 7.25);
    client_close(client);
  }
}

static void
a_wrong_key_is_told(void** const state)
{
  (void)state;
  const StandinOptions options = { .key = "another" };
  Client* const        client  = client_open(&options);
  const char* const    path    = client_path(client, "take.wav");
  char                 url[BL_URL_BYTES];
  double               credits = 0.0;
  char                 id[BL_NAME_BYTES];
  standin_reset(client->standin);
  client_write(path, "RIFF", 4);
  client_close(client);

  // The same stand-in with a client whose key is no longer valid
  Standin* const     standin = standin_new(&options);
  Client* const      late    = client_open_on(standin, NULL);
  static const char* told    = "{\"code\":401,\"msg\":\"Unauthorized: key "
                               "another is not valid\"}";
  for (unsigned i = STANDIN_UPLOAD; i <= STANDIN_CREDIT; ++i) {
    standin_add_fault(standin, (StandinFault){ .endpoint = (StandinEndpoint)i,
                                               .kind     = STANDIN_REPLY,
                                               .text     = told });
  }
  const char* const file = client_path(late, "take.wav");
  client_write(file, "RIFF", 4);
  assert_int_equal(bl_service_credits(late->service, &credits, &late->error),
                   BL_AUTH);
  assert_null(strstr(late->error.message, "another"));
  assert_int_equal(bl_service_upload(late->service, file, "a.wav", NULL, NULL,
                                     url, &late->error),
                   BL_AUTH);
  assert_int_equal(submit(late, id), BL_AUTH);
  assert_null(strstr(late->logged, "another"));
  client_close(late);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_code_of_a_submit),
    cmocka_unit_test(every_code_of_a_task),
    cmocka_unit_test(a_question_may_be_asked_again),
    cmocka_unit_test(ambiguous_ends_of_a_submit),
    cmocka_unit_test(a_dead_connection_never_repeats_the_post),
    cmocka_unit_test(nobody_there_is_a_proof),
    cmocka_unit_test(the_placeholder_has_one_successor),
    cmocka_unit_test(credits_are_asked_by_either_path),
    cmocka_unit_test(a_wrong_key_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

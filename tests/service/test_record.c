// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// record-info with every status and every trap of API.md section 3

#include "service/reply.h"
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

/// `data` of a record as the stand-in's answer for ever
static void
script(Client* const client, const char* const data)
{
  char text[8192];
  snprintf(text, sizeof(text), "{\"code\":200,\"msg\":\"success\",\"data\":%s}",
           data);
  standin_reset(client->standin);
  standin_add_fault(client->standin, (StandinFault){ .endpoint = STANDIN_RECORD,
                                                     .kind     = STANDIN_REPLY,
                                                     .text     = text });
}

static BlTaskInfo
ask(Client* const client, const char* const id)
{
  BlTaskInfo info;
  assert_int_equal(bl_service_poll(client->service, id, &info, &client->error),
                   BL_SUCCESS);
  return info;
}

static void
the_usual_way(void** const state)
{
  (void)state;
  for (int kie = 0; kie < 2; ++kie) {
    const StandinOptions options = { .kie = kie != 0 };
    Client* const        client  = client_open(&options);
    const BlRequest      request = client_request();
    char                 id[BL_NAME_BYTES];
    assert_int_equal(
      bl_service_submit(client->service, &request, id, &client->error),
      BL_SUCCESS);

    static const BlTaskStage stages[] = { BL_TASK_PENDING, BL_TASK_TEXT,
                                          BL_TASK_FIRST, BL_TASK_COMPLETE,
                                          BL_TASK_COMPLETE };
    static const char* const words[]  = { "PENDING", "TEXT_SUCCESS",
                                          "FIRST_SUCCESS", "SUCCESS",
                                          "SUCCESS" };
    for (size_t i = 0; i < 5; ++i) {
      const BlTaskInfo info = ask(client, id);
      assert_int_equal(info.stage, stages[i]);
      assert_string_equal(info.raw_status, words[i]);
      assert_int_equal(info.n_tracks, i ? 2 : 0);
      assert_int_equal(info.tracks[0].ready, i >= 2);
      assert_int_equal(info.tracks[1].ready, i >= 3);
      if (i == 1) {
        assert_string_equal(info.tracks[0].urls[0], "");
        assert_int_not_equal(info.tracks[0].urls[2][0], 0);
        assert_true(info.tracks[0].duration_s == 0.0);
      }
      if (i == 3) {
        assert_true(info.tracks[0].duration_s == 12.0);
        assert_string_equal(info.tracks[0].title, "Stand-in title");
        assert_string_equal(info.tracks[1].model, "chirp-crow");
      }
    }
    client_close(client);
  }
}

static void
failed_statuses(void** const state)
{
  (void)state;
  static const struct
  {
    const char* word;
    BlStatus    status;
  } words[] = {
    { "CREATE_TASK_FAILED", BL_GENERATION },
    { "GENERATE_AUDIO_FAILED", BL_GENERATION },
    { "GENERATE_LYRICS_FAILED", BL_GENERATION },
    { "SENSITIVE_WORD_ERROR", BL_SENSITIVE },
    { "sensitive_word_error", BL_SENSITIVE },
  };
  Client* const client = client_open(NULL);
  for (size_t i = 0; i < BL_COUNT(words); ++i) {
    char text[512];
    snprintf(text, sizeof(text),
             "{\"status\":\"%s\",\"errorCode\":null,\"errorMessage\":"
             "\"Tags contain artist name: X\"}",
             words[i].word);
    script(client, text);
    const BlTaskInfo info = ask(client, "t1");
    assert_int_equal(info.stage, BL_TASK_FAILED);
    assert_int_equal(client->error.status, words[i].status);
    assert_string_equal(client->error.message, "Tags contain artist name: X");
  }
  client_close(client);
}

static void
pending_that_has_failed_already(void** const state)
{
  (void)state;
  static const char* const records[] = {
    "{\"status\":\"PENDING\",\"errorCode\":413,\"errorMessage\":null}",
    "{\"status\":\"PENDING\",\"errorCode\":\"413\",\"errorMessage\":\"\"}",
    "{\"status\":\"TEXT_SUCCESS\",\"error_code\":413,\"response\":{}}",
    ("{\"status\":\"PENDING\",\"errorCode\":413,\"errorMessage\":\"Uploaded "
     "audio matches existing work of art\"}"),
  };
  Client* const client = client_open(NULL);
  for (size_t i = 0; i < BL_COUNT(records); ++i) {
    script(client, records[i]);
    assert_int_equal(ask(client, "t1").stage, BL_TASK_FAILED);
    assert_int_equal(client->error.status, BL_MATCHES_WORK);
    assert_int_equal(client->error.code, 413);
  }

  script(client, "{\"status\":\"PENDING\",\"errorMessage\":\"It broke\"}");
  assert_int_equal(ask(client, "t1").stage, BL_TASK_FAILED);
  assert_int_equal(client->error.status, BL_GENERATION);

  // These say nothing
  static const char* const silent[] = {
    "{\"status\":\"PENDING\",\"errorCode\":0,\"errorMessage\":\"  \"}",
    "{\"status\":\"PENDING\",\"errorCode\":200,\"errorMessage\":null}",
    "{\"status\":\"PENDING\",\"errorCode\":\"\",\"errorMessage\":\"\"}",
    "{\"status\":\"QUEUED_SOMEWHERE\",\"response\":null}",
    "{\"response\":null}",
    "{\"status\":7,\"response\":7,\"errorCode\":{},\"errorMessage\":[]}",
  };
  for (size_t i = 0; i < BL_COUNT(silent); ++i) {
    script(client, silent[i]);
    assert_int_equal(ask(client, "t1").stage, BL_TASK_PENDING);
  }
  client_close(client);
}

static void
success_without_audio_waits_and_fails(void** const state)
{
  (void)state;
  static const char* const records[] = {
    "{\"status\":\"SUCCESS\",\"response\":{\"sunoData\":[]}}",
    "{\"status\":\"SUCCESS\",\"response\":null}",
    ("{\"status\":\"SUCCESS\",\"response\":{\"sunoData\":[{\"id\":\"a\","
     "\"audioUrl\":\"\"},{\"id\":\"b\",\"audioUrl\":\"ftp://x/y\"}]}}"),
  };
  Client* const client = client_open(NULL);
  for (size_t i = 0; i < BL_COUNT(records); ++i) {
    char id[8];
    snprintf(id, sizeof(id), "t%zu", i);
    script(client, records[i]);
    for (unsigned n = 0; n < BL_EMPTY_POLLS; ++n) {
      assert_int_equal(ask(client, id).stage, BL_TASK_PENDING);
    }
    assert_int_equal(ask(client, id).stage, BL_TASK_FAILED);
    assert_int_equal(client->error.status, BL_GENERATION);
  }

  // Audio that comes late is taken
  script(client, records[0]);
  assert_int_equal(ask(client, "late").stage, BL_TASK_PENDING);
  script(client,
         "{\"status\":\"SUCCESS\",\"response\":{\"sunoData\":%TRACKS%}}");
  assert_int_equal(ask(client, "late").stage, BL_TASK_COMPLETE);
  client_close(client);
}

static void
success_with_one_track_settles_for_it(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  script(
    client,
    "{\"status\":\"SUCCESS\",\"response\":{\"sunoData\":[{\"id\":\"a\","
    "\"audioUrl\":\"\"},{\"id\":\"b\",\"audioUrl\":\"https://h/b.mp3\"}]}}");
  for (unsigned n = 0; n < BL_EMPTY_POLLS; ++n) {
    assert_int_equal(ask(client, "t1").stage, BL_TASK_FIRST);
  }
  const BlTaskInfo info = ask(client, "t1");
  assert_int_equal(info.stage, BL_TASK_COMPLETE);
  assert_int_equal(info.n_tracks, 1);
  assert_string_equal(info.tracks[0].id, "b");

  // Streams alone are better than nothing
  script(client, "{\"status\":\"SUCCESS\",\"response\":{\"sunoData\":%NONE%}}");
  for (unsigned n = 0; n < BL_EMPTY_POLLS; ++n) {
    assert_int_equal(ask(client, "t2").stage, BL_TASK_PENDING);
  }
  assert_int_equal(ask(client, "t2").stage, BL_TASK_COMPLETE);
  client_close(client);
}

static void
callback_exception_is_no_failure(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  script(client, "{\"status\":\"CALLBACK_EXCEPTION\",\"errorCode\":500,"
                 "\"errorMessage\":\"callback failed\",\"response\":{"
                 "\"sunoData\":%TRACKS%}}");
  assert_int_equal(ask(client, "t1").stage, BL_TASK_COMPLETE);

  script(client, "{\"status\":\"CALLBACK_EXCEPTION\",\"errorMessage\":"
                 "\"callback failed\",\"response\":{\"sunoData\":%FIRST%}}");
  assert_int_equal(ask(client, "t2").stage, BL_TASK_FIRST);

  script(client, "{\"status\":\"CALLBACK_EXCEPTION\",\"errorMessage\":"
                 "\"callback failed\",\"response\":null}");
  for (unsigned n = 0; n < BL_CALLBACK_EXCEPTION_POLLS; ++n) {
    assert_int_equal(ask(client, "t3").stage, BL_TASK_PENDING);
  }
  assert_int_equal(ask(client, "t3").stage, BL_TASK_FAILED);
  client_close(client);
}

static void
either_spelling_and_shape(void** const state)
{
  (void)state;
  static const char* const records[] = {
    "{\"status\":\"SUCCESS\",\"response\":{\"suno_data\":[{\"id\":\"a\","
    "\"audio_url\":\"https://h/a.mp3\",\"duration\":163.88,\"createTime\":"
    "1758044664461,\"title\":\"e3225e2d-16ec-4f5c-9dcc-16fd548631e1\"},{\"id\":"
    "\"b\",\"source_audio_url\":\"https://h/b.mp3\",\"duration\":\"163.88\","
    "\"createTime\":\"2025-01-01 00:00:00\",\"model_name\":\"x\"}]}}",
    "{\"status\":\"success\",\"response\":\"{\\\"sunoData\\\":[{\\\"id\\\":"
    "\\\"a\\\",\\\"audioUrl\\\":\\\"https://h/"
    "a.mp3\\\",\\\"duration\\\":163.88}"
    ",{\\\"id\\\":\\\"b\\\",\\\"sourceAudioUrl\\\":\\\"https://h/b.mp3\\\","
    "\\\"duration\\\":163.88}]}\"}",
    "{\"status\":\"SUCCESS\",\"resultJson\":\"{\\\"data\\\":[{\\\"id\\\":"
    "\\\"a\\\",\\\"audioUrl\\\":\\\"https://h/"
    "a.mp3\\\",\\\"duration\\\":163.88}"
    ",{\\\"id\\\":\\\"a\\\",\\\"audioUrl\\\":\\\"https://h/a.mp3\\\"},{\\\"id"
    "\\\":\\\"b\\\",\\\"sourceAudioUrl\\\":\\\"https://h/b.mp3\\\","
    "\\\"duration\\\":163.88},{\\\"id\\\":\\\"c\\\"}]}\"}",
  };
  Client* const client = client_open(NULL);
  for (size_t i = 0; i < BL_COUNT(records); ++i) {
    script(client, records[i]);
    const BlTaskInfo info = ask(client, "t1");
    assert_int_equal(info.stage, BL_TASK_COMPLETE);
    assert_int_equal(info.n_tracks, 2);
    assert_string_equal(info.tracks[0].urls[0], "https://h/a.mp3");
    assert_string_equal(info.tracks[1].urls[1], "https://h/b.mp3");
    assert_true(info.tracks[0].duration_s == 163.88);
    assert_true(info.tracks[1].duration_s > 163.87 &&
                info.tracks[1].duration_s < 163.89);
    assert_string_equal(info.tracks[0].title, "");
  }
  client_close(client);
}

static void
an_unknown_task_is_told_after_a_while(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  BlTaskInfo    info;
  for (unsigned n = 0; n < BL_EMPTY_POLLS; ++n) {
    assert_int_equal(ask(client, "unknown").stage, BL_TASK_PENDING);
  }
  assert_int_equal(
    bl_service_poll(client->service, "unknown", &info, &client->error),
    BL_NOT_HERE);

  standin_add_fault(client->standin,
                    (StandinFault){ .endpoint = STANDIN_RECORD,
                                    .kind     = STANDIN_CODE,
                                    .code     = 422,
                                    .text     = "recordInfo is null" });
  assert_int_equal(
    bl_service_poll(client->service, "another", &info, &client->error),
    BL_NOT_HERE);
  client_close(client);
}

static void
the_upload_is_not_echoed(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  script(client, "{\"status\":\"GENERATE_AUDIO_FAILED\",\"errorCode\":451,"
                 "\"errorMessage\":\"Could not fetch https://u:p@files.example/"
                 "voice/take.wav?sig=1, sorry\"}");
  (void)ask(client, "t1");
  assert_int_equal(client->error.status, BL_SOURCE_GONE);
  assert_string_equal(client->error.message,
                      "Could not fetch https://files.example/..., sorry");
  assert_null(strstr(client->logged, "take.wav"));
  client_close(client);
}

static void
hostile_json_is_survived(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  BlTaskInfo    info;
  char*         deep = (char*)malloc(200001);
  memset(deep, '[', 200000);
  deep[200000]               = '\0';
  const char* const bodies[] = { deep,
                                 "",
                                 "null",
                                 "[]",
                                 "{}",
                                 "{\"code\":\"x\"}",
                                 "{\"code\":1e999}",
                                 "{\"code\":200}{\"code\":200}",
                                 "{\"code\":200,\"data\":[1,2]}",
                                 "{\"code\":200,\"data\":\"text\"}",
                                 "\xFF\xFE{\"code\":200}" };
  for (size_t i = 0; i < BL_COUNT(bodies); ++i) {
    standin_reset(client->standin);
    standin_add_fault(client->standin,
                      (StandinFault){ .endpoint = STANDIN_RECORD,
                                      .kind     = STANDIN_REPLY,
                                      .text     = bodies[i] });
    assert_int_equal(
      bl_service_poll(client->service, "t1", &info, &client->error),
      BL_BAD_REPLY);
  }
  free(deep);

  // More than BL_HTTP_REPLY_BYTES
  char* const big = (char*)malloc(BL_HTTP_REPLY_BYTES + 2);
  memset(big, ' ', BL_HTTP_REPLY_BYTES + 1);
  big[BL_HTTP_REPLY_BYTES + 1] = '\0';
  standin_reset(client->standin);
  standin_add_fault(client->standin, (StandinFault){ .endpoint = STANDIN_RECORD,
                                                     .kind     = STANDIN_REPLY,
                                                     .text     = big });
  assert_int_equal(
    bl_service_poll(client->service, "t1", &info, &client->error), BL_TOO_BIG);
  free(big);
  client_close(client);
}

static void
text_is_made_safe(void** const state)
{
  (void)state;
  char out[32];
  bl_reply_clean(out, sizeof(out), "a\nb\x1B[31m\x7F\xC3(\xE2\x99\xAB ");
  assert_string_equal(out, "a b [31m ?(\xE2\x99\xAB");
  bl_reply_clean(out, 5, "abc\xE2\x99\xAB");
  assert_string_equal(out, "abc");
  bl_reply_clean(out, sizeof(out), NULL);
  assert_string_equal(out, "");
  bl_reply_clean(out, sizeof(out), "see http://h");
  assert_string_equal(out, "see http://h");
  bl_reply_clean(out, sizeof(out), "http://h/ab?c http://i/");
  assert_string_equal(out, "http://h/... http://i");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_usual_way),
    cmocka_unit_test(failed_statuses),
    cmocka_unit_test(pending_that_has_failed_already),
    cmocka_unit_test(success_without_audio_waits_and_fails),
    cmocka_unit_test(success_with_one_track_settles_for_it),
    cmocka_unit_test(callback_exception_is_no_failure),
    cmocka_unit_test(either_spelling_and_shape),
    cmocka_unit_test(an_unknown_task_is_told_after_a_while),
    cmocka_unit_test(the_upload_is_not_echoed),
    cmocka_unit_test(hostile_json_is_survived),
    cmocka_unit_test(text_is_made_safe),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

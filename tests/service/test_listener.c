// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Callbacks: who is heard, and what a hint does

#include "base/thread.h"
#include "service/listener.h"
#include "service/service.h"
#include "support/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char complete[] =
  "{\"code\":200,\"data\":{\"callbackType\":\"complete\",\"data\":[],"
  "\"task_id\":\"65e563474bd7b6485dfb229eb92324a8\"},\"msg\":\"All "
  "generated successfully.\"}";

#define TASK "65e563474bd7b6485dfb229eb92324a8"

// Computed with: printf TASK.1700000000 | openssl dgst -sha256 -hmac secret
// -binary | base64
#define SIGNATURE "LwyVnjZrQp8cW9c+0KkxOjz/0AsYlsKqCN8rakF2Wvw="

static size_t
ignore(char* const data, const size_t size, const size_t n, void* const handle)
{
  (void)data;
  (void)handle;
  return size * n;
}

/// @return the HTTP status, 0 where there was none
static long
post(const char* const url, const char* const body, const char* const* headers)
{
  CURL* const        easy = curl_easy_init();
  struct curl_slist* list = NULL;
  long               http = 0;
  for (size_t i = 0; headers && headers[i]; ++i) {
    list = curl_slist_append(list, headers[i]);
  }
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, 5L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
  if (body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
  }
  if (!curl_easy_perform(easy)) {
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &http);
  }
  curl_easy_cleanup(easy);
  curl_slist_free_all(list);
  return http;
}

typedef struct
{
  BlHearing* hearing;
  BlCancel*  cancel;
  char       base[64];
  char       url[BL_URL_BYTES];
} Ear;

static Ear
open_ear(const char* const webhook_key)
{
  Ear            ear;
  char           listen[64];
  const unsigned port = client_free_port();
  snprintf(listen, sizeof(listen), "127.0.0.1:%u", port);
  snprintf(ear.base, sizeof(ear.base), "http://127.0.0.1:%u/cb/", port);
  ear.cancel = bl_cancel_new();
  assert_int_equal(bl_hearing_open(listen, webhook_key, NULL, &ear.hearing),
                   BL_SUCCESS);
  assert_int_equal(bl_hearing_url(ear.hearing, ear.base, ear.url), BL_SUCCESS);
  assert_int_equal(strlen(ear.url), strlen(ear.base) + 32);
  return ear;
}

static void
close_ear(Ear* const ear)
{
  bl_hearing_close(ear->hearing);
  bl_cancel_free(ear->cancel);
}

/// Is there a hint now?
static bool
heard(const Ear* const ear, const char* const task)
{
  const double start = bl_time_monotonic();
  assert_false(bl_hearing_sleep(ear->hearing, ear->cancel, task, 0.25));
  return bl_time_monotonic() - start < 0.2;
}

static void
a_callback_is_a_hint(void** const state)
{
  (void)state;
  Ear ear = open_ear("");
  assert_false(heard(&ear, TASK));
  assert_int_equal(post(ear.url, complete, NULL), 200);
  assert_true(heard(&ear, TASK));
  assert_false(heard(&ear, TASK));

  // Delivered again: answered, but no news
  assert_int_equal(post(ear.url, complete, NULL), 200);
  assert_false(heard(&ear, TASK));

  // Other stages, other spellings, failures
  assert_int_equal(
    post(ear.url,
         "{\"code\":400,\"msg\":\"x\",\"data\":{\"callbackType\":"
         "\"ERROR\",\"taskId\":\"" TASK "\",\"data\":null}}",
         NULL),
    200);
  assert_true(heard(&ear, TASK));
  assert_int_equal(post(ear.url,
                        "{\"code\":200,\"data\":{\"task_id\":\"other\","
                        "\"callbackType\":\"text\"}}",
                        NULL),
                   200);
  assert_false(heard(&ear, TASK));
  close_ear(&ear);
}

static void
strangers_are_not_heard(void** const state)
{
  (void)state;
  Ear  ear = open_ear("");
  char url[BL_URL_BYTES];
  char big[BL_CALLBACK_BODY_BYTES + 4096];
  memcpy(url, ear.url, sizeof(url));
  url[strlen(url) - 1] = url[strlen(url) - 1] == '0' ? '1' : '0';
  assert_int_equal(post(url, complete, NULL), 404);
  assert_int_equal(post(ear.base, complete, NULL), 404);
  assert_int_equal(post(ear.url, NULL, NULL), 405);
  assert_int_equal(post(ear.url, "", NULL), 400);
  assert_int_equal(post(ear.url, "{\"code\":200}", NULL), 400);
  assert_int_equal(post(ear.url, "[[[[", NULL), 400);
  memset(big, ' ', sizeof(big) - 1);
  big[sizeof(big) - 1] = '\0';
  assert_int_equal(post(ear.url, big, NULL), 413);
  assert_false(heard(&ear, TASK));
  close_ear(&ear);
}

static void
kie_signs(void** const state)
{
  (void)state;
  static const char good[] = SIGNATURE;
  assert_true(bl_signature_is_valid("secret", TASK, "1700000000", good));
  assert_false(bl_signature_is_valid("Secret", TASK, "1700000000", good));
  assert_false(bl_signature_is_valid("secret", TASK, "1700000001", good));
  assert_false(bl_signature_is_valid("secret", TASK, "1700000000", ""));
  assert_false(bl_signature_is_valid("secret", TASK, "1700000000", "AAAA"));

  Ear               ear       = open_ear("secret");
  const char* const signedh[] = { "X-Webhook-Timestamp: 1700000000",
                                  "X-Webhook-Signature: " SIGNATURE, NULL };
  const char* const forged[]  = { "X-Webhook-Timestamp: 1700000009",
                                  "X-Webhook-Signature: " SIGNATURE, NULL };
  assert_int_equal(post(ear.url, complete, NULL), 401);
  assert_int_equal(post(ear.url, complete, forged), 401);
  assert_false(heard(&ear, TASK));
  assert_int_equal(post(ear.url, complete, signedh), 200);
  assert_true(heard(&ear, TASK));
  close_ear(&ear);
}

static void
many_clients_share_one_port(void** const state)
{
  (void)state;
  Ear        one = open_ear("");
  BlHearing* two = NULL;
  char       url[BL_URL_BYTES];
  assert_int_equal(bl_hearing_open("127.0.0.1:1", "", NULL, &two), BL_SUCCESS);
  assert_int_equal(bl_hearing_url(two, one.base, url), BL_SUCCESS);
  assert_string_not_equal(url, one.url);
  assert_int_equal(post(url, complete, NULL), 200);
  assert_false(heard(&one, TASK));
  bl_hearing_close(two);
  assert_int_equal(post(url, complete, NULL), 404);
  assert_int_equal(post(one.url, complete, NULL), 200);
  assert_true(heard(&one, TASK));
  close_ear(&one);
  assert_int_equal(post(url, complete, NULL), 0);
}

static void
a_taken_port_leaves_polling(void** const state)
{
  (void)state;
  Standin* const other = standin_new(NULL);
  Standin* const own   = standin_new(NULL);
  char           config[256];
  snprintf(config, sizeof(config),
           "{\"callback_url\":\"https://me.example/cb\",\"callback_listen\":"
           "\"%s\"}",
           standin_base(other) + 7);
  Client* const client = client_open_on(own, config);
  BlRequest     r      = client_request();
  r.callback_url[0]    = '\0';
  bl_service_fill(client->service, "t", &r);
  assert_string_equal(r.callback_url, "https://callback.invalid/");
  assert_non_null(strstr(client->logged, "callback_listen"));
  assert_false(bl_service_sleep(client->service, "x", 0.01));
  client_close(client);
  standin_free(other);

  BlHearing*               hearing = NULL;
  static const char* const bad[]   = { "", "nonsense",
                                       "127.0.0.1:", "127.0.0.1:http",
                                       "256.1.1.1:80" };
  for (size_t i = 0; i < BL_COUNT(bad); ++i) {
    assert_int_equal(bl_hearing_open(bad[i], "", NULL, &hearing),
                     BL_BAD_CONFIG);
    assert_null(hearing);
  }
}

static void
the_service_calls_and_is_heard(void** const state)
{
  (void)state;
  const unsigned       port    = client_free_port();
  const StandinOptions options = { .callbacks = true, .polls = 1000 };
  char                 config[256];
  snprintf(config, sizeof(config),
           "{\"callback_url\":\"http://127.0.0.1:%u/cb\",\"callback_listen\":"
           "\"127.0.0.1:%u\"}",
           port, port);
  Client* const client = client_open_on(standin_new(&options), config);
  BlRequest     r      = client_request();
  BlTaskInfo    info;
  char          id[BL_NAME_BYTES];
  r.callback_url[0] = '\0';
  bl_service_fill(client->service, "t", &r);
  assert_int_equal(bl_service_submit(client->service, &r, id, &client->error),
                   BL_SUCCESS);

  const double start = bl_time_monotonic();
  unsigned     polls = 0;
  do {
    assert_false(bl_service_sleep(client->service, id, 20.0));
    assert_int_equal(
      bl_service_poll(client->service, id, &info, &client->error), BL_SUCCESS);
    ++polls;
  } while (info.stage != BL_TASK_COMPLETE);
  assert_true(polls <= 3);
  assert_true(bl_time_monotonic() - start < 15.0);

  bl_cancel_trigger(client->cancel);
  assert_true(bl_service_sleep(client->service, id, 20.0));
  client_close(client);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_callback_is_a_hint),
    cmocka_unit_test(strangers_are_not_heard),
    cmocka_unit_test(kie_signs),
    cmocka_unit_test(many_clients_share_one_port),
    cmocka_unit_test(a_taken_port_leaves_polling),
    cmocka_unit_test(the_service_calls_and_is_heard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// The upload: its bytes, its memory, and its end when cancelled

#include "base/thread.h"
#include "service/service.h"
#include "support/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void
remember(void* const handle, const double fraction)
{
  *(double*)handle = fraction;
}

static void
the_form_is_as_the_contract_says(void** const state)
{
  (void)state;
  static const char bytes[] = "RIFF\0\1\2\3 not cut at a NUL \r\n--";
  Client* const     client  = client_open(NULL);
  const char* const path    = client_path(client, "take.wav");
  char              url[BL_URL_BYTES];
  double            last = 0.0;
  client_write(path, bytes, sizeof(bytes));
  assert_int_equal(bl_service_upload(client->service, path, "take-1a2b.wav",
                                     remember, &last, url, &client->error),
                   BL_SUCCESS);
  assert_true(last == 1.0);
  assert_int_equal(standin_upload_size(client->standin), sizeof(bytes));
  assert_true(standin_upload_sum(client->standin) ==
              standin_sum(0, bytes, sizeof(bytes)));
  assert_memory_equal(url, standin_base(client->standin),
                      strlen(standin_base(client->standin)));
  assert_non_null(strstr(url, "/take-1a2b.wav"));

  // Byte for byte, but for the boundary that libcurl draws
  char* const type =
    standin_header(client->standin, STANDIN_UPLOAD, "Content-Type");
  char* const key =
    standin_header(client->standin, STANDIN_UPLOAD, "Authorization");
  assert_string_equal(key, "Bearer test-key");
  assert_memory_equal(type, "multipart/form-data; boundary=", 30);
  const char* const b = type + 30;
  char              wanted[2048];
  size_t            size = (size_t)snprintf(
               wanted, sizeof(wanted),
               "--%s\r\nContent-Disposition: form-data; name=\"uploadPath\"\r\n\r\n"
                          "backline\r\n--%s\r\nContent-Disposition: form-data; "
                          "name=\"fileName\"\r\n\r\ntake-1a2b.wav\r\n--%s\r\n"
                          "Content-Disposition: form-data; name=\"file\"; "
                          "filename=\"take-1a2b.wav\"\r\nContent-Type: audio/wav\r\n\r\n",
               b, b, b);
  memcpy(wanted + size, bytes, sizeof(bytes));
  size += sizeof(bytes);
  size +=
    (size_t)snprintf(wanted + size, sizeof(wanted) - size, "\r\n--%s--\r\n", b);
  size_t      sent_size = 0;
  char* const sent = standin_body(client->standin, STANDIN_UPLOAD, &sent_size);
  assert_int_equal(sent_size, size);
  assert_memory_equal(sent, wanted, size);
  free(sent);
  free(type);
  free(key);
  client_close(client);
}

static void
other_answers(void** const state)
{
  (void)state;
  static const struct
  {
    const char* text;
    int         http;
    BlStatus    status;
    const char* url;
  } answers[] = {
    { "{\"success\":true,\"code\":200,\"msg\":\"\",\"data\":{\"fileId\":1,"
      "\"fileUrl\":\"https://h/f.wav\"}}",
      200, BL_SUCCESS, "https://h/f.wav" },
    { "{\"success\":true,\"code\":200,\"data\":{\"downloadUrl\":"
      "\"https://h/d.wav\",\"fileUrl\":\"https://h/f.wav\"}}",
      200, BL_SUCCESS, "https://h/d.wav" },
    { "{\"success\":true,\"code\":200,\"data\":{\"downloadUrl\":\"\"}}", 200,
      BL_BAD_REPLY, "" },
    { "{\"success\":false,\"code\":400,\"msg\":\"Missing required parameter: "
      "uploadPath\"}",
      400, BL_REFUSED, "" },
    { "{\"success\":false,\"code\":401,\"msg\":\"Authentication failed: "
      "Invalid "
      "API Key\"}",
      401, BL_AUTH, "" },
    { "{\"success\":false,\"code\":500,\"msg\":\"x\"}", 500, BL_SERVER, "" },
    { "<html>", 413, BL_TOO_BIG, "" },
    { "<html>", 502, BL_SERVER, "" },
  };
  Client* const     client = client_open(NULL);
  const char* const path   = client_path(client, "take.wav");
  client_write(path, "RIFF", 4);
  for (size_t i = 0; i < BL_COUNT(answers); ++i) {
    char url[BL_URL_BYTES];
    standin_reset(client->standin);
    standin_add_fault(client->standin,
                      (StandinFault){ .endpoint = STANDIN_UPLOAD,
                                      .kind     = STANDIN_REPLY,
                                      .http     = answers[i].http,
                                      .text     = answers[i].text });
    assert_int_equal(bl_service_upload(client->service, path, "t.wav", NULL,
                                       NULL, url, &client->error),
                     answers[i].status);
    assert_string_equal(url, answers[i].url);
  }
  client_close(client);
}

static void
bad_files_and_names(void** const state)
{
  (void)state;
  static const char* const names[] = { "",         ".hidden", "a/b.wav",
                                       "a\"b.wav", "a\nb",    "..\\x" };
  Client* const            client  = client_open(NULL);
  const char* const        path    = client_path(client, "take.wav");
  const char* const        empty   = client_path(client, "empty.wav");
  char                     url[BL_URL_BYTES];
  client_write(path, "RIFF", 4);
  client_write(empty, "", 0);
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    assert_int_equal(bl_service_upload(client->service, path, names[i], NULL,
                                       NULL, url, &client->error),
                     BL_BAD_FIELD);
  }
  assert_int_equal(bl_service_upload(client->service, empty, "t.wav", NULL,
                                     NULL, url, &client->error),
                   BL_BAD_FILE);
  assert_int_equal(bl_service_upload(client->service, "/nonexistent", "t.wav",
                                     NULL, NULL, url, &client->error),
                   BL_NOT_FOUND);
  assert_int_equal(bl_service_upload(client->service, "/tmp", "t.wav", NULL,
                                     NULL, url, &client->error),
                   BL_BAD_FILE);
  assert_int_equal(standin_count(client->standin, STANDIN_UPLOAD), 0);
  client_close(client);
}

static long
peak_kib(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// The part of the child: upload `path`, print by how much the peak grew
static int
upload_and_measure(const char* const path)
{
  char           url[BL_URL_BYTES];
  BlConfig       config;
  BlServiceError error;
  BlService*     own    = NULL;
  const long     before = peak_kib();
  bl_config_init(&config);
  BlStatus st = bl_config_load(&config, NULL);
  st = st ? st : bl_service_open(&config, NULL, NULL, NULL, &own, &error);
  st =
    st ? st : bl_service_upload(own, path, "big.wav", NULL, NULL, url, &error);
  printf("%ld\n", st ? -1 : peak_kib() - before);
  bl_service_close(own);
  return st ? 1 : 0;
}

/// In a process of its own, so that its peak is this upload's alone
static long
measure_upload(Client* const client, const size_t size)
{
  char              self[2048] = "";
  char              command[8192];
  long              grown = -1;
  const char* const path  = client_path(client, "big.wav");
  client_write(path, NULL, size);
  assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
  snprintf(command, sizeof(command), "'%s' '%s'", self, path);
  FILE* const child = popen(command, "re");
  assert_non_null(child);
  assert_int_equal(fscanf(child, "%ld", &grown), 1);
  assert_int_equal(pclose(child), 0);
  assert_true(standin_upload_size(client->standin) == size);
  unlink(path);
  return grown;
}

static void
any_length_costs_the_same_memory(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  const long    little = measure_upload(client, 1u << 20);
  const long    much   = measure_upload(client, 300u << 20);
  print_message("# peak grew by %ld KiB for 1 MiB, %ld KiB for 300 MiB\n",
                little, much);
  assert_true(little >= 0 && much >= 0);
  assert_true(much < little + 2048);
  client_close(client);
}

typedef struct
{
  BlCancel* cancel;
  double    at;
} Click;

static void*
click_later(void* const data)
{
  Click* const          click = (Click*)data;
  const struct timespec pause = { 0, 300000000L };
  nanosleep(&pause, NULL);
  click->at = bl_time_monotonic();
  bl_cancel_trigger(click->cancel);
  return NULL;
}

/// Cancel while the endpoint hangs, and see how long the call goes on
static void
check_cancel(const StandinEndpoint endpoint, const StandinFaultKind kind)
{
  Client* const     client  = client_open(NULL);
  const char* const path    = client_path(client, "take.wav");
  const BlRequest   request = client_request();
  Click             click   = { client->cancel, 0.0 };
  pthread_t         thread;
  char              text[BL_URL_BYTES];
  char              id[BL_NAME_BYTES];
  BlTaskInfo        info;
  BlTaskTrack       track;
  BlStatus          st = BL_SUCCESS;

  client_write(path, NULL, 64u << 20);
  memset(&track, 0, sizeof(track));
  snprintf(track.urls[0], BL_URL_BYTES, "%s/file/x-1.mp3",
           standin_base(client->standin));
  standin_add_fault(client->standin,
                    (StandinFault){ .endpoint = endpoint, .kind = kind });
  pthread_create(&thread, NULL, click_later, &click);
  switch (endpoint) {
    case STANDIN_UPLOAD:
      st = bl_service_upload(client->service, path, "t.wav", NULL, NULL, text,
                             &client->error);
      break;
    case STANDIN_SUBMIT:
      st = bl_service_submit(client->service, &request, id, &client->error);
      assert_true(client->error.maybe_sent);
      break;
    case STANDIN_FILE:
      st = bl_service_download(client->service, &track,
                               client_path(client, "a.mp3"), NULL, NULL,
                               &client->error);
      break;
    default:
      st = bl_service_poll(client->service, "x", &info, &client->error);
  }
  const double end = bl_time_monotonic();
  pthread_join(thread, NULL);
  assert_int_equal(st, BL_CANCELLED);
  assert_true(end - click.at < 0.2);

  const double closing = bl_time_monotonic();
  bl_service_close(client->service);
  client->service = NULL;
  assert_true(bl_time_monotonic() - closing < 0.2);
  client_close(client);
}

static void
cancel_ends_whatever_hangs(void** const state)
{
  (void)state;
  check_cancel(STANDIN_UPLOAD, STANDIN_HANG);
  check_cancel(STANDIN_SUBMIT, STANDIN_HANG);
  check_cancel(STANDIN_RECORD, STANDIN_HANG);
  check_cancel(STANDIN_FILE, STANDIN_HANG);
  check_cancel(STANDIN_FILE, STANDIN_DRIP);
}

static void
a_stalled_upload_ends_by_itself(void** const state)
{
  (void)state;
  Client* const     client = client_open(NULL);
  const char* const path   = client_path(client, "take.wav");
  char              url[BL_URL_BYTES];
  client_write(path, NULL, 64u << 20);
  standin_add_fault(client->standin, (StandinFault){ .endpoint = STANDIN_UPLOAD,
                                                     .kind = STANDIN_HANG });
  assert_int_equal(bl_service_upload(client->service, path, "t.wav", NULL, NULL,
                                     url, &client->error),
                   BL_TIMED_OUT);
  client_close(client);
}

int
main(const int argc, char** const argv)
{
  if (argc > 1) {
    return upload_and_measure(argv[1]);
  }
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(any_length_costs_the_same_memory),
    cmocka_unit_test(the_form_is_as_the_contract_says),
    cmocka_unit_test(other_answers),
    cmocka_unit_test(bad_files_and_names),
    cmocka_unit_test(cancel_ends_whatever_hangs),
    cmocka_unit_test(a_stalled_upload_ends_by_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

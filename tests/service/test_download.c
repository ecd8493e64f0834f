// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// Results as CDNs deliver them, API.md section 7

#include "service/address.h"
#include "service/download.h"
#include "service/service.h"
#include "service/transport.h"
#include "support/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Track 1 as the stand-in names it when it is finished
static BlTaskTrack
track(const Client* const client, const unsigned number)
{
  BlTaskTrack       t;
  const char* const base = standin_base(client->standin);
  memset(&t, 0, sizeof(t));
  snprintf(t.urls[0], BL_URL_BYTES, "%s/file/x-%u.mp3", base, number);
  snprintf(t.urls[1], BL_URL_BYTES, "%s/file/x-%u.mp3", base, number);
  snprintf(t.urls[2], BL_URL_BYTES, "%s/stream/x-%u", base, number);
  snprintf(t.urls[3], BL_URL_BYTES, "%s/stream/x-%u", base, number);
  t.duration_s = number == 1 ? 12.0 : 13.0;
  t.ready      = true;
  return t;
}

static BlStatus
fetch(Client* const client, const BlTaskTrack* const t, const char* const name)
{
  return bl_service_download(client->service, t, client_path(client, name),
                             NULL, NULL, &client->error);
}

static void
fault(Client* const client, const StandinFault f)
{
  standin_add_fault(client->standin, f);
}

static void
assert_absent(Client* const client, const char* const name)
{
  char part[256];
  snprintf(part, sizeof(part), "%s.part", name);
  assert_int_not_equal(access(client_path(client, name), F_OK), 0);
  assert_int_not_equal(access(client_path(client, part), F_OK), 0);
}

static void
remember(void* const handle, const double fraction)
{
  double* const last = (double*)handle;
  assert_true(fraction >= 0.0 && fraction <= 1.0);
  *last = fraction;
}

static void
both_takes_arrive_whole(void** const state)
{
  (void)state;
  Client* const     client = client_open(NULL);
  const BlTaskTrack a      = track(client, 1);
  const BlTaskTrack b      = track(client, 2);
  double            last   = 0.0;
  bool              same   = true;
  assert_int_equal(bl_service_download(client->service, &a,
                                       client_path(client, "a.mp3"), remember,
                                       &last, &client->error),
                   BL_SUCCESS);
  assert_true(last == 1.0);
  assert_int_equal(fetch(client, &b, "b.mp3"), BL_SUCCESS);
  assert_int_equal(bl_service_same_bytes(client_path(client, "a.mp3"),
                                         client_path(client, "b.mp3"), &same),
                   BL_SUCCESS);
  assert_false(same);

  // The key is for the API and the upload alone
  char* const key =
    standin_header(client->standin, STANDIN_FILE, "Authorization");
  assert_string_equal(key, "");
  free(key);

  // Replaced when fetched again; equal bytes are noticed
  fault(client,
        (StandinFault){ .endpoint = STANDIN_FILE, .kind = STANDIN_TWIN });
  BlTaskTrack twin = b;
  twin.duration_s  = 0.0;
  assert_int_equal(fetch(client, &twin, "b.mp3"), BL_SUCCESS);
  assert_int_equal(bl_service_same_bytes(client_path(client, "a.mp3"),
                                         client_path(client, "b.mp3"), &same),
                   BL_SUCCESS);
  assert_true(same);
  assert_int_equal(bl_service_same_bytes("/nonexistent", "/dev/null", &same),
                   BL_NOT_FOUND);
  client_close(client);
}

static void
a_bad_address_gives_way_to_the_next(void** const state)
{
  (void)state;
  static const StandinFault bad[] = {
    { .endpoint = STANDIN_FILE, .kind = STANDIN_EMPTY },
    { .endpoint = STANDIN_FILE, .kind = STANDIN_REPLY, .http = 404 },
    { .endpoint = STANDIN_FILE, .kind = STANDIN_REPLY, .http = 403 },
    { .endpoint = STANDIN_FILE, .kind = STANDIN_REPLY, .text = "<html>" },
    { .endpoint = STANDIN_FILE, .kind = STANDIN_DROP },
    { .endpoint = STANDIN_FILE,
      .kind     = STANDIN_REDIRECT,
      .text     = "ftp://127.0.0.1/x" },
  };
  for (size_t i = 0; i < BL_COUNT(bad); ++i) {
    Client* const     client = client_open(NULL);
    const BlTaskTrack t      = track(client, 1);
    fault(client, bad[i]);
    assert_int_equal(fetch(client, &t, "a.mp3"), BL_SUCCESS);
    assert_int_equal(standin_count(client->standin, STANDIN_STREAM), 1);
    client_close(client);
  }
}

static void
an_agent_of_our_own_is_let_in(void** const state)
{
  (void)state;
  Client* const     client = client_open(NULL);
  const BlTaskTrack t      = track(client, 1);
  fault(client,
        (StandinFault){ .endpoint = STANDIN_FILE, .kind = STANDIN_STRICT_UA });
  assert_int_equal(fetch(client, &t, "a.mp3"), BL_SUCCESS);
  assert_int_equal(standin_count(client->standin, STANDIN_FILE), 1);
  client_close(client);
}

static void
nothing_good_leaves_nothing_behind(void** const state)
{
  (void)state;
  static const struct
  {
    StandinFault fault;
    BlStatus     status;
  } bad[] = {
    { { .kind = STANDIN_EMPTY }, BL_BAD_REPLY },
    { { .kind = STANDIN_REPLY, .http = 404 }, BL_NOT_HERE },
    { { .kind = STANDIN_REPLY, .http = 410 }, BL_NOT_HERE },
    { { .kind = STANDIN_REPLY, .http = 503 }, BL_MAINTENANCE },
    { { .kind = STANDIN_REDIRECT, .text = "%BASE%/file/x-1.mp3" },
      BL_BAD_HOST },
    { { .kind = STANDIN_REDIRECT, .text = "file:///etc/passwd" }, BL_BAD_HOST },
  };
  for (size_t i = 0; i < BL_COUNT(bad); ++i) {
    Client* const     client = client_open(NULL);
    const BlTaskTrack t      = track(client, 1);
    StandinFault      f      = bad[i].fault;
    f.endpoint               = STANDIN_FILE;
    fault(client, f);
    f.endpoint = STANDIN_STREAM;
    fault(client, f);
    const BlStatus st = fetch(client, &t, "a.mp3");
    assert_int_equal(st, bad[i].status);
    assert_int_equal(client->error.status, st);
    assert_absent(client, "a.mp3");
    client_close(client);
  }
}

static void
a_broken_line_is_taken_up_again(void** const state)
{
  (void)state;
  Client* const     client = client_open(NULL);
  const BlTaskTrack t      = track(client, 1);
  fault(client, (StandinFault){ .endpoint = STANDIN_FILE,
                                .kind     = STANDIN_TRUNCATE,
                                .times    = 1 });
  assert_int_equal(fetch(client, &t, "a.mp3"), BL_SUCCESS);
  assert_int_equal(standin_count(client->standin, STANDIN_FILE), 2);
  char* const range = standin_header(client->standin, STANDIN_FILE, "Range");
  char* const check = standin_header(client->standin, STANDIN_FILE, "If-Range");
  assert_memory_equal(range, "bytes=", 6);
  assert_int_not_equal(atoi(range + 6), 0);
  assert_string_equal(check, "\"standin\"");
  free(range);
  free(check);

  // What was put together equals what comes in one piece
  bool same = false;
  assert_int_equal(fetch(client, &t, "b.mp3"), BL_SUCCESS);
  assert_int_equal(bl_service_same_bytes(client_path(client, "a.mp3"),
                                         client_path(client, "b.mp3"), &same),
                   BL_SUCCESS);
  assert_true(same);
  client_close(client);
}

static void
a_wrong_duration_is_refused(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  BlTaskTrack   t      = track(client, 1);
  t.duration_s         = 11.0; // 12 s are within 10 %
  assert_int_equal(fetch(client, &t, "a.mp3"), BL_SUCCESS);
  t.duration_s = 60.0;
  assert_int_equal(fetch(client, &t, "b.mp3"), BL_BAD_REPLY);
  assert_non_null(strstr(client->error.message, "12 s instead of 60 s"));
  assert_absent(client, "b.mp3");
  memset(&t, 0, sizeof(t));
  assert_int_equal(fetch(client, &t, "b.mp3"), BL_BAD_REPLY);
  client_close(client);
}

static void
private_addresses_are_refused(void** const state)
{
  (void)state;
  Client* const            client = client_open(NULL);
  const char* const        port   = strrchr(standin_base(client->standin), ':');
  static const char* const hosts[] = {
    "127.0.0.1",   "localhost",   "LOCALHOST",       "[::1]",
    "10.1.2.3",    "192.168.1.1", "169.254.169.254", "[::ffff:127.0.0.1]",
    "0.0.0.0",     "0x7f000001",  "2130706433",      "127.1",
    "a.localhost", "[fe80::1]",   "[fd00::1]",       "[64:ff9b::7f00:1]",
  };
  for (size_t i = 0; i < BL_COUNT(hosts); ++i) {
    char url[256];
    snprintf(url, sizeof(url), "http://%s%s/file/x-1.mp3", hosts[i], port);
    const BlStatus st = client_fetch_public(client, url);
    if (st != BL_BAD_HOST) {
      print_message("# %s: %d\n", url, (int)st);
    }
    assert_int_equal(st, BL_BAD_HOST);
  }
  assert_int_equal(standin_count(client->standin, STANDIN_FILE), 0);
  assert_int_equal(client_fetch_public(client, "https://u:p@example.com/x"),
                   BL_BAD_HOST);
  assert_int_equal(client_fetch_public(client, "gopher://example.com/x"),
                   BL_BAD_HOST);
  client_close(client);
}

static bool
is_public(const char* const text)
{
  struct sockaddr_in  in  = { .sin_family = AF_INET };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
  if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
    return bl_address_is_public((const struct sockaddr*)&in);
  }
  assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
  return bl_address_is_public((const struct sockaddr*)&in6);
}

static void
address_ranges(void** const state)
{
  (void)state;
  static const char* const open[] = {
    "1.1.1.1",       "9.255.255.255",   "11.0.0.0",    "172.15.255.255",
    "172.32.0.0",    "100.63.255.255",  "100.128.0.0", "192.167.255.255",
    "223.255.255.1", "2606:4700::1111", "2a00::1",     "64:ff9b::808:808",
    "2002:808:808::"
  };
  static const char* const shut[] = {
    "0.0.0.0",
    "10.255.255.255",
    "100.64.0.1",
    "127.255.0.1",
    "169.254.1.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "fe80::1",
    "fc00::1",
    "fdff::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:a00:1::",
    "64:ff9b::a00:1",
    "100::1",
  };
  for (size_t i = 0; i < BL_COUNT(open); ++i) {
    assert_true(is_public(open[i]));
  }
  for (size_t i = 0; i < BL_COUNT(shut); ++i) {
    assert_false(is_public(shut[i]));
  }
}

static void
no_room_is_told(void** const state)
{
  (void)state;
  Client* const     client = client_open(NULL);
  const BlTaskTrack t      = track(client, 1);
  assert_int_equal(bl_service_download(client->service, &t,
                                       "/nonexistent/folder/a.mp3", NULL, NULL,
                                       &client->error),
                   BL_NOT_FOUND);
  client_close(client);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(both_takes_arrive_whole),
    cmocka_unit_test(a_bad_address_gives_way_to_the_next),
    cmocka_unit_test(an_agent_of_our_own_is_let_in),
    cmocka_unit_test(nothing_good_leaves_nothing_behind),
    cmocka_unit_test(a_broken_line_is_taken_up_again),
    cmocka_unit_test(a_wrong_duration_is_refused),
    cmocka_unit_test(private_addresses_are_refused),
    cmocka_unit_test(address_ranges),
    cmocka_unit_test(no_room_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

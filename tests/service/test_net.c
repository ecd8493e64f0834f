// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// Names, certificates and redirects: what a hostile or broken network does

#include "base/attributes.h"
#include "base/thread.h"
#include "service/download.h"
#include "service/service.h"
#include "service/transport.h"
#include "support/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_uint resolved; // Written by libcurl's resolver threads

/// Stands in for the resolver: names below .invalid fail, "hang.example" is
/// an unreachable name server, "rebound.example" leads to loopback
BL_EXPORT int
getaddrinfo(const char* const            name,
            const char* const            service,
            const struct addrinfo* const hints,
            struct addrinfo** const      found)
{
  typedef int (*Real)(const char*, const char*, const struct addrinfo*,
                      struct addrinfo**);
  Real real      = NULL;
  *(void**)&real = dlsym(RTLD_NEXT, "getaddrinfo");

  atomic_fetch_add(&resolved, 1);
  if (name && strstr(name, ".invalid")) {
    return EAI_NONAME;
  }
  if (name && !strcmp(name, "hang.example")) {
    const struct timespec pause = { 3, 0 };
    nanosleep(&pause, NULL);
    return EAI_AGAIN;
  }
  return real(name && strstr(name, ".example") ? "127.0.0.1" : name, service,
              hints, found);
}

static char*
slurp(const char* const path)
{
  char* const text = (char*)calloc(1, 16384);
  FILE* const file = fopen(path, "re");
  assert_non_null(file);
  assert_true(fread(text, 1, 16383, file) > 0);
  fclose(file);
  return text;
}

static void
a_certificate_that_nobody_signed_is_refused(void** const state)
{
  (void)state;
  char dir[] = "/tmp/bl-tls.XXXXXX";
  char command[512];
  char path[64];
  assert_non_null(mkdtemp(dir));
  snprintf(command, sizeof(command),
           "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "
           "/CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout %s/key "
           "-out %s/cert 2>/dev/null",
           dir, dir);
  assert_int_equal(system(command), 0);
  snprintf(path, sizeof(path), "%s/cert", dir);
  char* const cert = slurp(path);
  snprintf(path, sizeof(path), "%s/key", dir);
  char* const key = slurp(path);

  const StandinOptions options = { .tls_cert = cert, .tls_key = key };
  Client* const        client  = client_open(&options);
  const BlRequest      request = client_request();
  char                 id[BL_NAME_BYTES];
  double               credits = 0.0;
  assert_memory_equal(standin_base(client->standin), "https://", 8);
  assert_int_equal(
    bl_service_credits(client->service, &credits, &client->error), BL_TLS);
  assert_int_equal(
    bl_service_submit(client->service, &request, id, &client->error), BL_TLS);
  assert_false(client->error.maybe_sent);
  assert_int_equal(client->error.posts, 0);
  for (unsigned i = 0; i < STANDIN_N_ENDPOINTS; ++i) {
    assert_int_equal(standin_count(client->standin, (StandinEndpoint)i), 0);
  }
  client_close(client);
  free(cert);
  free(key);
  snprintf(command, sizeof(command), "rm -r %s", dir);
  assert_int_equal(system(command), 0);
}

/// A service of which only the host's name differs
static BlService*
open_at(Client* const client, const char* const host, const double connect_s)
{
  char                    path[4200];
  char                    text[1024];
  const BlTransportLimits limits = { connect_s, 5.0, 5.0, 2 };
  const char* const       port   = strrchr(standin_base(client->standin), ':');
  BlConfig                config;
  BlService*              service = NULL;

  (void)limits;
  snprintf(path, sizeof(path), "%s/backline/credentials", client->dir);
  snprintf(text, sizeof(text),
           "{\"keys\":[{\"hosts\":[\"%s%s\"],\"key\":\"test-key\"}]}", host,
           port);
  client_write(path, text, strlen(text));
  snprintf(text, sizeof(text),
           "{\"service\":\"x\",\"services\":{\"x\":{\"api\":\"http://%s%s\"}}}",
           host, port);
  bl_config_init(&config);
  assert_int_equal(bl_config_parse(&config, text, NULL), BL_SUCCESS);
  assert_int_equal(bl_service_open(&config, NULL, &client->log, client->cancel,
                                   &service, &client->error),
                   BL_SUCCESS);
  return service;
}

static void
an_unknown_name_is_offline(void** const state)
{
  (void)state;
  Client* const    client  = client_open(NULL);
  BlService* const service = open_at(client, "api.invalid", 2.0);
  const BlRequest  request = client_request();
  char             id[BL_NAME_BYTES];
  double           credits = 0.0;
  assert_int_equal(bl_service_credits(service, &credits, &client->error),
                   BL_OFFLINE);
  assert_true(bl_status_is_retryable(BL_OFFLINE));
  assert_int_equal(bl_service_submit(service, &request, id, &client->error),
                   BL_OFFLINE);
  assert_false(client->error.maybe_sent);
  assert_true(atomic_load(&resolved) > 0);
  bl_service_close(service);
  client_close(client);
}

static void
a_resolver_that_hangs_holds_nobody(void** const state)
{
  (void)state;
  Client* const    client  = client_open(NULL);
  BlService* const service = open_at(client, "hang.example", 2.0);
  double           credits = 0.0;
  pthread_t        thread;
  const double     start = bl_time_monotonic();
  pthread_create(&thread, NULL, client_cancel_later, client->cancel);
  assert_int_equal(bl_service_credits(service, &credits, &client->error),
                   BL_CANCELLED);
  bl_service_close(service);
  assert_true(bl_time_monotonic() - start < 0.4);
  pthread_join(thread, NULL);
  client_close(client);
}

static void
a_name_that_leads_home_is_refused(void** const state)
{
  (void)state;
  Client* const     client = client_open(NULL);
  const char* const port   = strrchr(standin_base(client->standin), ':');
  char              url[256];
  snprintf(url, sizeof(url), "http://rebound.example%s/file/x-1.mp3", port);
  assert_int_equal(client_fetch_public(client, url), BL_BAD_HOST);

  // Nor where a proxy does the resolving, but not for one's own network
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("no_proxy", "rebound.example", 1);
  assert_int_equal(client_fetch_public(client, url), BL_OFFLINE);
  unsetenv("http_proxy");
  unsetenv("no_proxy");
  assert_int_equal(standin_count(client->standin, STANDIN_FILE), 0);
  client_close(client);
}

static void
http_is_for_ones_own_servers(void** const state)
{
  (void)state;
  static const BlTransportLimits limits = { 2.0, 3.0, 5.0, 2 };

  Client* const      client    = client_open(NULL);
  BlTransport* const transport = bl_transport_new(&limits);
  BlHttpReply        reply;
  BlHttpRequest      request = { .verb          = BL_HTTP_GET,
                                 .url           = "http://www.example/",
                                 .key           = "k",
                                 .allow_private = true };
  bl_transport_perform(transport, client->cancel, &request, &reply);
  assert_int_equal(reply.status, BL_BAD_HOST);
  assert_false(reply.maybe_sent);
  bl_http_reply_clear(&reply);
  bl_transport_free(transport);
  client_close(client);
}

static void
the_key_follows_no_redirect(void** const state)
{
  (void)state;
  Client* const     client = client_open(NULL);
  const char* const path   = client_path(client, "take.wav");
  char              url[BL_URL_BYTES];
  double            credits = 0.0;
  client_write(path, "RIFF", 4);
  for (unsigned i = STANDIN_UPLOAD; i <= STANDIN_CREDIT; ++i) {
    standin_add_fault(client->standin,
                      (StandinFault){ .endpoint = (StandinEndpoint)i,
                                      .kind     = STANDIN_REDIRECT,
                                      .http = i == STANDIN_UPLOAD ? 307 : 302,
                                      .text = "%BASE%/thief" });
  }
  assert_int_equal(
    bl_service_credits(client->service, &credits, &client->error),
    BL_BAD_REPLY);
  assert_int_equal(bl_service_upload(client->service, path, "t.wav", NULL, NULL,
                                     url, &client->error),
                   BL_BAD_REPLY);
  assert_int_equal(standin_count(client->standin, STANDIN_OTHER), 0);

  // A download may be redirected, and carries no key there either
  BlTaskTrack t;
  memset(&t, 0, sizeof(t));
  snprintf(t.urls[0], BL_URL_BYTES, "%s/file/x-1.mp3",
           standin_base(client->standin));
  standin_add_fault(client->standin,
                    (StandinFault){ .endpoint = STANDIN_FILE,
                                    .kind     = STANDIN_REDIRECT,
                                    .text     = "%BASE%/stream/x-1" });
  assert_int_equal(bl_service_download(client->service, &t,
                                       client_path(client, "a.mp3"), NULL, NULL,
                                       &client->error),
                   BL_SUCCESS);
  char* const key =
    standin_header(client->standin, STANDIN_STREAM, "Authorization");
  assert_string_equal(key, "");
  free(key);
  client_close(client);
}

static void
a_slow_answer_is_bounded(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  BlTaskInfo    info;
  standin_add_fault(client->standin,
                    (StandinFault){ .endpoint = STANDIN_RECORD,
                                    .kind     = STANDIN_DRIP,
                                    .text     = "{\"code\":200,\"data\":{}}" });
  const double start = bl_time_monotonic();
  assert_int_equal(bl_service_poll(client->service, "x", &info, &client->error),
                   BL_TIMED_OUT);
  assert_true(bl_time_monotonic() - start < 10.0);
  client_close(client);
}

static void
no_signal_reaches_the_host(void** const state)
{
  (void)state;
  // SIGPIPE at its default would end this very test
  signal(SIGPIPE, SIG_DFL);
  Client* const     client = client_open(NULL);
  const char* const path   = client_path(client, "take.wav");
  char              url[BL_URL_BYTES];
  sigset_t          pending;
  client_write(path, NULL, 32u << 20);
  standin_add_fault(client->standin, (StandinFault){ .endpoint = STANDIN_UPLOAD,
                                                     .kind = STANDIN_DROP });
  assert_int_not_equal(bl_service_upload(client->service, path, "t.wav", NULL,
                                         NULL, url, &client->error),
                       BL_SUCCESS);
  sigpending(&pending);
  assert_int_equal(sigismember(&pending, SIGPIPE), 0);
  client_close(client);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_certificate_that_nobody_signed_is_refused),
    cmocka_unit_test(an_unknown_name_is_offline),
    cmocka_unit_test(a_resolver_that_hangs_holds_nobody),
    cmocka_unit_test(a_name_that_leads_home_is_refused),
    cmocka_unit_test(http_is_for_ones_own_servers),
    cmocka_unit_test(the_key_follows_no_redirect),
    cmocka_unit_test(a_slow_answer_is_bounded),
    cmocka_unit_test(no_signal_reaches_the_host),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

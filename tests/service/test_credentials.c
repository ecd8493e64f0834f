// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Whose key goes where, and that nobody else ever sees it

#include "service/credentials.h"
#include "service/service.h"
#include "service/service_impl.h"
#include "support/client.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CANARY "canary-7f3a9c51d2"

typedef struct
{
  char           dir[256];
  char           path[512];
  BlConfig       config;
  BlServiceError error;
} Home;

static void
write_credentials(const Home* const home, const char* const text)
{
  client_write(home->path, text, strlen(text));
  chmod(home->path, 0600);
}

static int
set_up(void** const state)
{
  Home* const home = (Home*)calloc(1, sizeof(Home));
  assert_true(scratch_make(home->dir, sizeof(home->dir), "home"));
  setenv("XDG_CONFIG_HOME", home->dir, 1);
  unsetenv("BACKLINE_API_KEY");
  unsetenv("BACKLINE_SERVICE");
  snprintf(home->path, sizeof(home->path), "%s/backline/credentials",
           home->dir);
  bl_config_init(&home->config);
  *state = home;
  return 0;
}

static int
tear_down(void** const state)
{
  Home* const home = (Home*)*state;
  char        path[300];
  unlink(home->path);
  snprintf(path, sizeof(path), "%s/backline", home->dir);
  rmdir(path);
  rmdir(home->dir);
  free(home);
  return 0;
}

static BlStatus
keep(const Home* const home, const char* const name, const char* const key)
{
  BlEndpoint     endpoint;
  const BlStatus st = bl_endpoint_find(&home->config, name, &endpoint);
  return st ? st : bl_credentials_store(&endpoint, key);
}

static BlStatus
forget(const Home* const home, const char* const name)
{
  BlEndpoint     endpoint;
  const BlStatus st = bl_endpoint_find(&home->config, name, &endpoint);
  return st ? st : bl_credentials_remove(&endpoint);
}

/// Whether a key would be found
static BlStatus
look(const Home* const home, const char* const name)
{
  BlEndpoint    endpoint;
  BlCredentials credentials;
  BlStatus      st = bl_endpoint_find(&home->config, name, &endpoint);
  if (!st) {
    st = bl_credentials_find(&endpoint, &credentials);
    bl_credentials_wipe(&credentials);
  }
  return st;
}

static void
keeping_writes_for_the_owner_alone(void** const state)
{
  Home* const home = (Home*)*state;
  struct stat info;
  assert_int_equal(look(home, "sunoapi"), BL_NO_KEY);
  assert_int_equal(keep(home, "sunoapi", CANARY), BL_SUCCESS);
  assert_int_equal(stat(home->path, &info), 0);
  assert_int_equal(info.st_mode & 0777, 0600);

  BlEndpoint    endpoint;
  BlCredentials credentials;
  assert_int_equal(bl_endpoint_find(&home->config, "sunoapi", &endpoint),
                   BL_SUCCESS);
  assert_int_equal(bl_credentials_find(&endpoint, &credentials), BL_SUCCESS);
  assert_string_equal(credentials.key, CANARY);
  bl_credentials_wipe(&credentials);
  assert_string_equal(credentials.key, "");

  // Another service beside it, a new key in place, and away again
  assert_int_equal(keep(home, "kie", "kie-key"), BL_SUCCESS);
  assert_int_equal(keep(home, "kie", "kie-key-2"), BL_SUCCESS);
  assert_int_equal(bl_endpoint_find(&home->config, "kie", &endpoint),
                   BL_SUCCESS);
  assert_int_equal(bl_credentials_find(&endpoint, &credentials), BL_SUCCESS);
  assert_string_equal(credentials.key, "kie-key-2");
  assert_int_equal(forget(home, "kie"), BL_SUCCESS);
  assert_int_equal(forget(home, "kie"), BL_NO_KEY);
  assert_int_equal(look(home, "sunoapi"), BL_SUCCESS);
}

static void
keeping_refuses_what_is_no_key(void** const state)
{
  Home* const              home   = (Home*)*state;
  static const char* const keys[] = { "", "   ", "two words", "a\nb", "\x7F" };
  for (size_t i = 0; i < BL_COUNT(keys); ++i) {
    assert_int_equal(keep(home, "kie", keys[i]), BL_BAD_FIELD);
  }
  char long_key[BL_KEY_BYTES + 1];
  memset(long_key, 'x', sizeof(long_key));
  long_key[BL_KEY_BYTES] = '\0';
  assert_int_equal(keep(home, "kie", long_key), BL_BAD_FIELD);
  assert_int_not_equal(access(home->path, F_OK), 0);
}

static void
a_file_that_others_read_is_refused(void** const state)
{
  Home* const         home    = (Home*)*state;
  static const mode_t modes[] = { 0640, 0604, 0660, 0620, 0601 };
  assert_int_equal(keep(home, "kie", CANARY), BL_SUCCESS);
  for (size_t i = 0; i < BL_COUNT(modes); ++i) {
    assert_int_equal(chmod(home->path, modes[i]), 0);
    assert_int_equal(look(home, "kie"), BL_KEY_EXPOSED);
    assert_int_equal(keep(home, "kie", "new"), BL_KEY_EXPOSED);
  }
  chmod(home->path, 0600);
  assert_int_equal(look(home, "kie"), BL_SUCCESS);
}

static void
a_damaged_file_is_kept(void** const state)
{
  Home* const home = (Home*)*state;
  assert_int_equal(keep(home, "kie", "k"), BL_SUCCESS);
  static const char* const texts[] = { "", "{", "{\"keys\":{}}", "[]",
                                       "api_key = x" };
  for (size_t i = 0; i < BL_COUNT(texts); ++i) {
    struct stat info;
    write_credentials(home, texts[i]);
    assert_int_equal(look(home, "kie"), BL_BAD_CONFIG);
    assert_int_equal(keep(home, "kie", "k"), BL_BAD_CONFIG);
    assert_int_equal(stat(home->path, &info), 0);
    assert_int_equal(info.st_size, strlen(texts[i]));
  }
}

static void
a_key_stays_with_its_hosts(void** const state)
{
  Home* const home = (Home*)*state;
  assert_int_equal(keep(home, "sunoapi", CANARY), BL_SUCCESS);

  // A configuration that leads the known name, or only its uploads, elsewhere
  static const char* const bases[][2] = {
    { "https://evil.example", "" },
    { "https://api.sunoapi.org", "https://evil.example" },
    { "https://api.sunoapi.org:444", "https://sunoapiorg.redpandaai.co" },
    { "https://api.sunoapi.org.evil.example",
      "https://sunoapiorg.redpandaai.co" },
  };
  for (size_t i = 0; i < BL_COUNT(bases); ++i) {
    BlCustomService* const custom  = &home->config.services[0];
    BlService*             service = NULL;
    home->config.n_services        = 1;
    strcpy(custom->name, "sunoapi");
    strcpy(custom->dialect, "sunoapi");
    strcpy(custom->api, bases[i][0]);
    strcpy(custom->upload, bases[i][1]);
    assert_int_equal(look(home, "sunoapi"), BL_NO_KEY);
    setenv("BACKLINE_API_KEY", CANARY, 1);
    setenv("BACKLINE_SERVICE", "sunoapi", 1);
    assert_int_equal(bl_service_open(&home->config, "sunoapi", NULL, NULL,
                                     &service, &home->error),
                     BL_NO_KEY);
    assert_null(service);
    assert_null(strstr(home->error.message, CANARY));
    unsetenv("BACKLINE_API_KEY");
  }
}

static void
the_environment_names_its_service(void** const state)
{
  Home* const home = (Home*)*state;
  setenv("BACKLINE_API_KEY", CANARY, 1);
  assert_int_equal(look(home, "kie"), BL_NO_KEY);
  setenv("BACKLINE_SERVICE", "sunoapi", 1);
  assert_int_equal(look(home, "kie"), BL_NO_KEY);
  setenv("BACKLINE_SERVICE", "kie", 1);
  assert_int_equal(look(home, "kie"), BL_SUCCESS);
  setenv("BACKLINE_API_KEY", "two words", 1);
  assert_int_equal(look(home, "kie"), BL_NO_KEY);
}

static void
bad_addresses_are_refused(void** const state)
{
  Home* const              home      = (Home*)*state;
  static const char* const configs[] = { "ftp://h", "https://u:p@h", "h",
                                         "https://", "https://h?x=1" };
  for (size_t i = 0; i < BL_COUNT(configs); ++i) {
    BlEndpoint endpoint;
    BlConfig   config;
    bl_config_init(&config);
    config.n_services = 1;
    strcpy(config.services[0].name, "x");
    strcpy(config.services[0].dialect, "kie");
    strcpy(config.services[0].api, configs[i]);
    const BlStatus st = bl_endpoint_find(&config, "x", &endpoint);
    assert_int_equal(st, BL_BAD_CONFIG);
  }
  BlEndpoint endpoint;
  assert_int_equal(bl_endpoint_find(&home->config, "stranger", &endpoint),
                   BL_SUCCESS);
  assert_true(endpoint.fell_back && endpoint.local);
  assert_int_equal(bl_endpoint_find(&home->config, "kie", &endpoint),
                   BL_SUCCESS);
  assert_true(endpoint.is_public && !endpoint.allow_http);
}

/// Does a file of /proc/self name the canary?
static bool
proc_has_canary(const char* const path)
{
  char        bytes[65536];
  FILE* const file = fopen(path, "re");
  assert_non_null(file);
  const size_t n = fread(bytes, 1, sizeof(bytes) - 1, file);
  fclose(file);
  return memmem(bytes, n, CANARY, strlen(CANARY)) != NULL;
}

static void
the_canary_is_never_heard(void** const state)
{
  (void)state;
  const StandinOptions options = { .key = CANARY };
  Client* const        client  = client_open(&options);
  const BlRequest      request = client_request();
  char                 id[BL_NAME_BYTES];
  BlTaskInfo           info;
  double               credits = 0.0;
  static const char*   echo =
    "{\"code\":500,\"msg\":\"Bearer " CANARY " broke at https://h/?k=" CANARY
    "\",\"data\":null}";

  assert_int_equal(
    bl_service_credits(client->service, &credits, &client->error), BL_SUCCESS);
  for (unsigned i = STANDIN_SUBMIT; i <= STANDIN_CREDIT; ++i) {
    standin_add_fault(client->standin,
                      (StandinFault){ .endpoint = (StandinEndpoint)i,
                                      .kind     = STANDIN_REPLY,
                                      .text     = echo });
  }
  assert_int_not_equal(
    bl_service_credits(client->service, &credits, &client->error), BL_SUCCESS);
  assert_non_null(strstr(client->error.message, "broke"));
  assert_null(strstr(client->error.message, CANARY));
  assert_int_not_equal(
    bl_service_submit(client->service, &request, id, &client->error),
    BL_SUCCESS);
  assert_null(strstr(client->error.message, CANARY));
  assert_int_not_equal(
    bl_service_poll(client->service, "x", &info, &client->error), BL_SUCCESS);
  assert_null(strstr(client->error.message, CANARY));
  assert_null(strstr(client->logged, CANARY));
  assert_false(proc_has_canary("/proc/self/cmdline"));
  assert_false(proc_has_canary("/proc/self/environ"));
  char* const body = standin_body(client->standin, STANDIN_SUBMIT, NULL);
  assert_null(strstr(body, CANARY));
  free(body);
  client_close(client);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(keeping_writes_for_the_owner_alone, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(keeping_refuses_what_is_no_key, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(a_file_that_others_read_is_refused, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(a_damaged_file_is_kept, set_up, tear_down),
    cmocka_unit_test_setup_teardown(a_key_stays_with_its_hosts, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(the_environment_names_its_service, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(bad_addresses_are_refused, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(the_canary_is_never_heard, set_up,
                                    tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

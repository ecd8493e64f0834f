// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// The local band as a child: with scripts that play its part, so that each
// way to fail can be seen; the real one is tested in tests/band

#include "base/thread.h"
#include "service/band_process.h"
#include "service/service.h"
#include "support/client.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char dir[256];

static const char*
in_dir(const char* const name)
{
  static char path[512];
  snprintf(path, sizeof(path), "%s/%s", dir, name);
  return path;
}

/// Let `script` be the band
static void
play(const char* const script)
{
  char            text[2048];
  char            path[512];
  char            name[64];
  static unsigned next = 0; // A shell may still be reading the last one
  snprintf(name, sizeof(name), "backline-band-%u", next++);
  snprintf(path, sizeof(path), "%s", in_dir(name));
  snprintf(text, sizeof(text), "#!/bin/sh\ncd '%s'\n%s\n", dir, script);
  client_write(path, text, strlen(text));
  assert_int_equal(chmod(path, 0755), 0);
  setenv("BACKLINE_BAND", path, 1);
}

static char*
read_file(const char* const name)
{
  char* const text = (char*)calloc(1, 65536);
  FILE* const file = fopen(in_dir(name), "re");
  if (file) {
    (void)!fread(text, 1, 65535, file);
    fclose(file);
  }
  return text;
}

/// Wait until a file is there
static bool
appears(const char* const name)
{
  for (int i = 0; i < 300; ++i) {
    const struct timespec pause = { 0, 10000000L };
    if (!access(in_dir(name), F_OK)) {
      return true;
    }
    nanosleep(&pause, NULL);
  }
  return false;
}

static const char good[] =
  "rm -f ended\n"
  "read -r token\n"
  "echo \"$token\" > token\n"
  "echo x >> starts\n"
  "env > env\n"
  "tr '\\0' ' ' < /proc/$$/cmdline > cmdline\n"
  "ls -l /proc/$$/fd > fds\n"
  "grep -E 'SigBlk|SigIgn' /proc/self/status > signals\n"
  "echo '{\"port\": 4321, \"version\": \"1\"}'\n"
  "cat > /dev/null\n"
  "touch ended";

static unsigned
count_starts(void)
{
  char* const    text = read_file("starts");
  const unsigned n    = (unsigned)strlen(text) / 2;
  free(text);
  return n;
}

static void
one_band_for_all_until_the_last_has_gone(void** const state)
{
  (void)state;
  BlBandAddress a;
  BlBandAddress b;
  char          message[BL_MESSAGE_BYTES];
  play(good);
  unlink(in_dir("starts"));
  setenv("BACKLINE_API_KEY", "canary-5b1e", 1);
  setenv("BACKLINE_SERVICE", "kie", 1);
  setenv("BL_TEST_MARK", "here", 1);
  const int leak = dup2(1, 77); // As a host's socket without FD_CLOEXEC
  assert_int_equal(leak, 77);
  signal(SIGUSR1, SIG_IGN);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  assert_int_equal(bl_band_acquire(NULL, NULL, &a, message), BL_SUCCESS);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  signal(SIGUSR1, SIG_DFL);
  assert_int_equal(bl_band_acquire(NULL, NULL, &b, message), BL_SUCCESS);
  assert_string_equal(a.base, "http://127.0.0.1:4321");
  assert_string_equal(a.token, b.token);
  assert_int_equal(strlen(a.token), 48);
  assert_int_equal(count_starts(), 1);

  char* const token   = read_file("token");
  char* const env     = read_file("env");
  char* const cmdline = read_file("cmdline");
  char* const fds     = read_file("fds");
  char* const signals = read_file("signals");
  assert_memory_equal(token, a.token, 48);
  assert_null(strstr(cmdline, a.token));
  assert_null(strstr(env, "canary-5b1e"));
  assert_null(strstr(env, "BACKLINE_SERVICE"));
  assert_non_null(strstr(env, "BL_TEST_MARK=here"));
  assert_null(strstr(fds, " 77 ->"));
  assert_non_null(strstr(signals, "SigBlk:\t0000000000000000"));
  assert_null(strstr(signals, "SigIgn:\t0000000000000200"));
  free(token);
  free(env);
  free(cmdline);
  free(fds);
  free(signals);
  close(77);
  unsetenv("BACKLINE_API_KEY");
  unsetenv("BACKLINE_SERVICE");

  bl_band_release();
  const struct timespec pause = { 0, 100000000L };
  nanosleep(&pause, NULL);
  assert_int_not_equal(access(in_dir("ended"), F_OK), 0);
  const double start = bl_time_monotonic();
  bl_band_release();
  assert_true(bl_time_monotonic() - start < 0.2);
  assert_true(appears("ended"));
}

static void
a_dead_band_is_started_again(void** const state)
{
  (void)state;
  BlBandAddress a;
  BlBandAddress b;
  char          message[BL_MESSAGE_BYTES];
  play("read -r token\necho $$ > pid\necho '{\"port\":1}'\ncat >/dev/null");
  assert_int_equal(bl_band_acquire(NULL, NULL, &a, message), BL_SUCCESS);
  assert_int_equal(bl_band_revive(NULL, NULL, &b, message), BL_SUCCESS);
  assert_int_equal(a.generation, b.generation);

  char* const pid = read_file("pid");
  assert_int_equal(kill((pid_t)atoi(pid), SIGKILL), 0);
  free(pid);
  for (int i = 0; i < 100 && b.generation == a.generation; ++i) {
    const struct timespec pause = { 0, 20000000L };
    nanosleep(&pause, NULL);
    assert_int_equal(bl_band_revive(NULL, NULL, &b, message), BL_SUCCESS);
  }
  assert_int_not_equal(a.generation, b.generation);
  assert_string_not_equal(a.token, b.token);
  bl_band_release();
}

static void
a_host_that_reaps_changes_nothing(void** const state)
{
  (void)state;
  BlBandAddress a;
  BlBandAddress b;
  char          message[BL_MESSAGE_BYTES];
  signal(SIGCHLD, SIG_IGN);
  play(good);
  unlink(in_dir("starts"));
  assert_int_equal(bl_band_acquire(NULL, NULL, &a, message), BL_SUCCESS);
  assert_int_equal(bl_band_revive(NULL, NULL, &b, message), BL_SUCCESS);
  assert_int_equal(a.generation, b.generation);
  assert_int_equal(count_starts(), 1);
  bl_band_release();
  assert_true(appears("ended"));
  signal(SIGCHLD, SIG_DFL);
}

static void
whatever_is_wrong_with_it_is_told(void** const state)
{
  (void)state;
  static const char* const scripts[] = {
    "exit 1",
    "read -r token",
    "echo nonsense; cat >/dev/null",
    "echo '{\"port\": 70000}'; cat >/dev/null",
    "echo '{}'; cat > /dev/null",
    "exec head -c 5000 /dev/zero",
  };
  for (size_t i = 0; i < BL_COUNT(scripts); ++i) {
    BlBandAddress a;
    char          message[BL_MESSAGE_BYTES];
    play(scripts[i]);
    assert_int_equal(bl_band_acquire(NULL, NULL, &a, message), BL_NO_BAND);
    assert_non_null(strstr(message, "backline-band"));
  }

  BlConfig       config;
  BlService*     service = NULL;
  BlServiceError error;
  setenv("BACKLINE_BAND", "/nonexistent/backline-band", 1);
  bl_config_init(&config);
  assert_int_equal(
    bl_service_open(&config, "local", NULL, NULL, &service, &error),
    BL_NO_BAND);
  assert_null(service);
  assert_int_not_equal(error.message[0], 0);
}

static void*
wait_for_it(void* const data)
{
  BlBandAddress  a;
  char           message[BL_MESSAGE_BYTES];
  const BlStatus st = bl_band_acquire(NULL, (BlCancel*)data, &a, message);
  return (void*)(uintptr_t)st;
}

static void
starting_can_be_cancelled(void** const state)
{
  (void)state;
  BlCancel* const cancel = bl_cancel_new();
  BlBandAddress   a;
  char            message[BL_MESSAGE_BYTES];
  pthread_t       clicker;
  pthread_t       other;
  void*           result = NULL;
  play("read -r token; sleep 5");
  const double start = bl_time_monotonic();
  pthread_create(&other, NULL, wait_for_it, cancel);
  pthread_create(&clicker, NULL, client_cancel_later, cancel);
  assert_int_equal(bl_band_acquire(NULL, cancel, &a, message), BL_CANCELLED);
  pthread_join(other, &result);
  assert_int_equal((uintptr_t)result, BL_CANCELLED);
  assert_true(bl_time_monotonic() - start < 0.5);
  bl_band_release(); // A share too many is no harm
  pthread_join(clicker, NULL);
  bl_cancel_free(cancel);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_band_for_all_until_the_last_has_gone),
    cmocka_unit_test(a_dead_band_is_started_again),
    cmocka_unit_test(a_host_that_reaps_changes_nothing),
    cmocka_unit_test(whatever_is_wrong_with_it_is_told),
    cmocka_unit_test(starting_can_be_cancelled),
  };
  if (!scratch_make(dir, sizeof(dir), "band")) {
    printf("Bail out! no scratch folder\n");
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  char      command[300];
  snprintf(command, sizeof(command), "rm -rf '%s'", dir);
  return system(command) || failed;
}

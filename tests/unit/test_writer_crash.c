// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// What a killed host leaves on disk

#include "base/thread.h"
#include "support/rig.h"
#include "take/store.h"

#include <sndfile.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void
sleep_ms(const long ms)
{
  const struct timespec ts = { ms / 1000, (ms % 1000) * 1000000L };
  nanosleep(&ts, NULL);
}

typedef struct
{
  atomic_ullong captured; ///< Frames that the host has given
} Shared;

static void
run_child(const char* const root, Shared* const shared)
{
  Rig* const rig = rig_new_in(root, 48000u, 2u, NULL);
  rig->frame     = 77777;
  for (;;) {
    rig_roll(rig, 480u, 480u, 1.0);
    shared->captured = rig->counter;
  }
}

static void
check_killed(const char* const root, const uint64_t captured)
{
  // As it lies there, before anybody mends it, any program can read it
  char           path[BL_PATH_BYTES];
  char           id[BL_TAKE_ID_BYTES] = "";
  DIR* const     dir                  = opendir(root);
  SF_INFO        info                 = { .format = 0 };
  struct dirent* entry                = NULL;
  while ((entry = readdir(dir))) {
    if (bl_store_id_is_valid(entry->d_name)) {
      snprintf(id, sizeof(id), "%.31s", entry->d_name);
    }
  }
  closedir(dir);
  snprintf(path, sizeof(path), "%s/%s/take.wav", root, id);
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  assert_non_null(file);
  sf_close(file);
  print_message("# killed at %.2f s: header %.2f s", (double)captured / 48000.0,
                (double)info.frames / 48000.0);
  assert_true((uint64_t)info.frames + 48000u >= captured);

  BlTakeList list;
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 1);
  const BlTake* const take = &list.takes[0];
  print_message(", recovered %.2f s\n", bl_take_seconds(take));
  assert_false(take->finished);
  assert_int_equal(take->start, 77777);
  assert_true(take->has_bar && take->hash);
  assert_true(take->frames + 48000u >= captured);
  const char* const wrong = rig_check(root, take, 0u);
  if (wrong) {
    fail_msg("%s", wrong);
  }
  bl_store_list_free(&list);
}

#define CHILDREN 6

static void
a_killed_host_loses_a_second_at_most(void** const state)
{
  (void)state;
  Shared* const shared =
    (Shared*)mmap(NULL, CHILDREN * sizeof(Shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(shared != MAP_FAILED);

  char  roots[CHILDREN][64];
  pid_t children[CHILDREN];
  char  base[512];
  snprintf(base, sizeof(base), "%s",
           getenv("BL_TMP") ? getenv("BL_TMP") : "/tmp");
  assert_int_equal(chdir(base), 0);
  for (int i = 0; i < CHILDREN; ++i) {
    snprintf(roots[i], sizeof(roots[i]), "killed-XXXXXX");
    assert_non_null(mkdtemp(roots[i]));
    children[i] = fork();
    if (!children[i]) {
      run_child(roots[i], &shared[i]);
    }
  }

  srand((unsigned)time(NULL));
  for (int i = 0; i < CHILDREN; ++i) {
    sleep_ms(300 + rand() % 700);
    kill(children[i], SIGKILL);
    waitpid(children[i], NULL, 0);
    check_killed(roots[i], shared[i].captured);
  }
  munmap(shared, CHILDREN * sizeof(Shared));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_killed_host_loses_a_second_at_most),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

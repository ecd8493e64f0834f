// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Our own programs are found from wherever this code was installed to

#include "base/program.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[2048];

/// A program in a folder of ours
static void
put_program(const char* const folder, const char* const name)
{
  char command[8192];
  snprintf(command, sizeof(command),
           "mkdir -p '%s/%s' && cp /bin/true '%s/%s/%s'", dir, folder, dir,
           folder, name);
  assert_int_equal(system(command), 0);
}

/// What this program finds as `name` when it lies in that folder
static void
find_from(const char* const folder,
          const char* const name,
          char              found[BL_PATH_BYTES])
{
  char command[8192];
  snprintf(command, sizeof(command),
           "mkdir -p '%s/%s' && cp /proc/%d/exe '%s/%s/code' && "
           "PATH=/nonexistent '%s/%s/code' "
           "--find %s",
           dir, folder, (int)getpid(), dir, folder, dir, folder, name);
  FILE* const pipe = popen(command, "re");
  assert_non_null(pipe);
  found[0] = '\0';
  (void)!fgets(found, BL_PATH_BYTES, pipe);
  assert_int_equal(pclose(pipe), 0);
}

static void
it_is_found_in_its_own_prefix(void** const state)
{
  (void)state;
  static const char* const folders[] = { "p/lib/lv2/backline.lv2",
                                         "p/lib/x86_64-linux-gnu/lv2/a.lv2",
                                         "p/bin" };
  put_program("p/bin", "thing");
  for (size_t i = 0; i < BL_COUNT(folders); ++i) {
    char found[BL_PATH_BYTES];
    char real[BL_PATH_BYTES];
    char want[BL_PATH_BYTES];
    snprintf(want, sizeof(want), "%s/p/bin/thing", dir);
    find_from(folders[i], "thing", found);
    assert_non_null(realpath(found, real));
    assert_string_equal(real, want);
    find_from(folders[i], "nothing", found);
    assert_string_equal(found, "");
  }
}

static void
a_path_is_the_last_resort(void** const state)
{
  (void)state;
  char        found[BL_PATH_BYTES];
  char* const path = strdup(getenv("PATH"));
  put_program("some", "other-thing");
  char folders[BL_PATH_BYTES];
  snprintf(folders, sizeof(folders), ":some:/nonexistent:%s/some", dir);
  setenv("PATH", folders, 1);
  assert_int_equal(bl_program_find("other-thing", "cli", found), BL_SUCCESS);
  assert_true(!strncmp(found, dir, strlen(dir)));
  assert_true(bl_program_is(found));
  assert_false(bl_program_is("some/other-thing"));
  setenv("PATH", path, 1);
  free(path);
}

int
main(int argc, char** argv)
{
  if (argc == 3 && !strcmp(argv[1], "--find")) {
    char path[BL_PATH_BYTES];
    if (!bl_program_find(argv[2], "cli", path)) {
      printf("%s", path);
    }
    return 0;
  }

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_is_found_in_its_own_prefix),
    cmocka_unit_test(a_path_is_the_last_resort),
  };
  return scratch_make(dir, sizeof(dir), "program")
           ? cmocka_run_group_tests(tests, NULL, NULL)
           : 1;
}

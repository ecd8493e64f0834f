// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/limits.h"
#include "base/paths.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char root[BL_PATH_BYTES];

static int
make_root(void** const state)
{
  (void)state;
  return scratch_make(root, sizeof(root), "paths") ? 0 : -1;
}

static int
remove_root(void** const state)
{
  (void)state;
  char command[BL_PATH_BYTES + 16];
  snprintf(command, sizeof(command), "rm -rf '%s'", root);
  return system(command);
}

static void
below_root(char* const path, const char* const name)
{
  assert_int_equal(bl_path_join(path, BL_PATH_BYTES, root, name), BL_SUCCESS);
}

static void
xdg_variables_are_followed(void** const state)
{
  (void)state;
  char path[BL_PATH_BYTES];

  setenv("HOME", "/home/ann", 1);
  setenv("XDG_DATA_HOME", "/data", 1);
  setenv("XDG_CONFIG_HOME", "/conf/", 1);
  assert_int_equal(bl_path_takes(path, sizeof(path)), BL_SUCCESS);
  assert_string_equal(path, "/data/backline/takes");
  assert_int_equal(bl_path_config(path, sizeof(path)), BL_SUCCESS);
  assert_string_equal(path, "/conf/backline/config.json");
  assert_int_equal(bl_path_credentials(path, sizeof(path)), BL_SUCCESS);
  assert_string_equal(path, "/conf/backline/credentials");

  // Relative values are to be ignored, says the specification
  setenv("XDG_DATA_HOME", "data", 1);
  setenv("XDG_CONFIG_HOME", "", 1);
  assert_int_equal(bl_path_takes(path, sizeof(path)), BL_SUCCESS);
  assert_string_equal(path, "/home/ann/.local/share/backline/takes");
  assert_int_equal(bl_path_config(path, sizeof(path)), BL_SUCCESS);
  assert_string_equal(path, "/home/ann/.config/backline/config.json");
}

static void
without_home_the_password_file_counts(void** const state)
{
  (void)state;
  char path[BL_PATH_BYTES];
  unsetenv("HOME");
  unsetenv("XDG_DATA_HOME");
  assert_int_equal(bl_path_takes(path, sizeof(path)), BL_SUCCESS);
  assert_int_equal(path[0], '/');
  assert_non_null(strstr(path, "/.local/share/backline/takes"));
}

static void
what_does_not_fit_is_refused(void** const state)
{
  (void)state;
  char path[8];
  assert_int_equal(bl_path_join(path, sizeof(path), "/a", "bcde"), BL_SUCCESS);
  assert_string_equal(path, "/a/bcde");
  assert_int_equal(bl_path_join(path, sizeof(path), "/a", "bcdef"), BL_BAD_ARG);
  assert_int_equal(bl_path_join(path, sizeof(path), "/", "bc"), BL_SUCCESS);
  assert_string_equal(path, "/bc");

  setenv("XDG_DATA_HOME", "/data", 1);
  assert_int_equal(bl_path_takes(path, sizeof(path)), BL_BAD_ARG);
}

static void
folders_are_made_private(void** const state)
{
  (void)state;
  char        path[BL_PATH_BYTES];
  struct stat info;

  below_root(path, "one//two/three/");
  assert_int_equal(bl_path_make_dir(path), BL_SUCCESS);
  assert_int_equal(stat(path, &info), 0);
  assert_true(S_ISDIR(info.st_mode));
  assert_int_equal(info.st_mode & 0777u, 0700);
  assert_int_equal(bl_path_make_dir(path), BL_SUCCESS);

  below_root(path, "file");
  assert_int_equal(bl_path_write_file(path, "x", 1, 0600), BL_SUCCESS);
  assert_int_equal(bl_path_make_dir(path), BL_EXISTS);
  below_root(path, "file/below");
  assert_int_not_equal(bl_path_make_dir(path), BL_SUCCESS);
  assert_int_equal(bl_path_make_dir(""), BL_BAD_ARG);
}

static unsigned
count_entries(void)
{
  unsigned   n   = 0;
  DIR* const dir = opendir(root);
  assert_non_null(dir);
  for (const struct dirent* e = NULL; (e = readdir(dir));) {
    n += e->d_name[0] != '.';
  }
  closedir(dir);
  return n;
}

static void
files_are_replaced_as_a_whole(void** const state)
{
  (void)state;
  char        path[BL_PATH_BYTES];
  char*       data = NULL;
  size_t      size = 0;
  struct stat info;

  below_root(path, "journal");
  assert_int_equal(bl_path_write_file(path, "first", 5, 0600), BL_SUCCESS);
  const unsigned before = count_entries();
  assert_int_equal(bl_path_write_file(path, "2\0d", 3, 0644), BL_SUCCESS);
  assert_int_equal(count_entries(), before);

  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_mode & 0777u, 0644);
  assert_int_equal(bl_path_read_file(path, 3, &data, &size), BL_SUCCESS);
  assert_int_equal(size, 3);
  assert_memory_equal(data, "2\0d", 4);
  free(data);

  // A folder in the way: the old thing stays, no temp file is left behind
  below_root(path, "in-the-way");
  assert_int_equal(bl_path_make_dir(path), BL_SUCCESS);
  const unsigned with_dir = count_entries();
  assert_int_not_equal(bl_path_write_file(path, "x", 1, 0600), BL_SUCCESS);
  assert_int_equal(count_entries(), with_dir);

  below_root(path, "missing/journal");
  assert_int_equal(bl_path_write_file(path, "x", 1, 0600), BL_NOT_FOUND);
}

static void
devices_are_no_files(void** const state)
{
  (void)state;
  char* data = NULL;
  assert_int_equal(bl_path_write_file("/dev/full/x", "x", 1, 0600),
                   BL_NOT_FOUND);
  assert_int_equal(bl_path_read_file("/dev/full", 10, &data, NULL),
                   BL_BAD_FILE);
  assert_null(data);
}

static void
reading_is_bounded(void** const state)
{
  (void)state;
  char   path[BL_PATH_BYTES];
  char*  data = NULL;
  size_t size = 0;

  below_root(path, "big");
  assert_int_equal(bl_path_write_file(path, "12345", 5, 0600), BL_SUCCESS);
  assert_int_equal(bl_path_read_file(path, 4, &data, &size), BL_FILE_TOO_BIG);
  assert_null(data);
  assert_int_equal(bl_path_read_file(path, 5, &data, &size), BL_SUCCESS);
  assert_string_equal(data, "12345");
  free(data);

  below_root(path, "none");
  assert_int_equal(bl_path_read_file(path, 4, &data, &size), BL_NOT_FOUND);
  assert_int_equal(bl_path_read_file(root, 4, &data, &size), BL_BAD_FILE);

  // Nobody writes to this FIFO: reading it must not wait
  below_root(path, "fifo");
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_int_equal(bl_path_read_file(path, 4, &data, &size), BL_BAD_FILE);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(xdg_variables_are_followed),
    cmocka_unit_test(without_home_the_password_file_counts),
    cmocka_unit_test(what_does_not_fit_is_refused),
    cmocka_unit_test(folders_are_made_private),
    cmocka_unit_test(files_are_replaced_as_a_whole),
    cmocka_unit_test(devices_are_no_files),
    cmocka_unit_test(reading_is_bounded),
  };
  return cmocka_run_group_tests(tests, make_root, remove_root);
}

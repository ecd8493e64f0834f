// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/journal.h"

#include "base/paths.h"
#include "unit/journal_jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
write_raw(const char* const root,
          const char* const name,
          const void* const data,
          const size_t      size)
{
  char path[BL_PATH_BYTES];
  snprintf(path, sizeof(path), "%s/" JOBS_TAKE "/%s", root, name);
  assert_int_equal(bl_path_write_file(path, data, size, 0600), BL_SUCCESS);
}

static bool
exists(const char* const root, const char* const name)
{
  char path[BL_PATH_BYTES];
  snprintf(path, sizeof(path), "%s/" JOBS_TAKE "/%s", root, name);
  return !access(path, F_OK);
}

static void
unreadable_ones_are_set_aside_not_deleted(void** const state)
{
  (void)state;
  char root[JOBS_ROOT_BYTES];
  jobs_make_root(root);
  BlJob* const back = jobs_new();
  write_raw(root, "job-1.json", "{", 1);
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 1, NULL, back),
                   BL_BAD_FILE);
  assert_false(exists(root, "job-1.json"));
  assert_true(exists(root, "job-1.json.unreadable"));
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 1, NULL, back),
                   BL_NOT_FOUND);

  // A second one beside the first
  write_raw(root, "job-1.json", "[]", 2);
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 1, NULL, back),
                   BL_BAD_FILE);
  assert_true(exists(root, "job-1.json.unreadable"));
  assert_true(exists(root, "job-1.json.unreadable.1"));

  // Bytes behind a NUL, another job's journal, far too big a file
  BlJob* const job  = jobs_full();
  char* const  text = bl_job_to_json(job);
  write_raw(root, "job-1.json", text, strlen(text) + 1);
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 1, NULL, back),
                   BL_BAD_FILE);
  write_raw(root, "job-2.json", text, strlen(text));
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 2, NULL, back),
                   BL_BAD_FILE);
  char* const big = (char*)calloc(1, BL_JOURNAL_BYTES + 1);
  memset(big, ' ', BL_JOURNAL_BYTES + 1);
  write_raw(root, "job-3.json", big, BL_JOURNAL_BYTES + 1);
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 3, NULL, back),
                   BL_BAD_FILE);

  // A newer Backline's stays where it is
  char* const newer = jobs_tampered(text, "backline", "3");
  write_raw(root, "job-4.json", newer, strlen(newer));
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 4, NULL, back),
                   BL_UNSUPPORTED);
  assert_true(exists(root, "job-4.json"));

  // Their numbers are not given out again
  uint32_t number = 0;
  int      lock   = -1;
  assert_int_equal(bl_journal_create(root, JOBS_TAKE, &number, &lock),
                   BL_SUCCESS);
  assert_int_equal(number, 5);
  bl_journal_unlock(lock);
  free(newer);
  free(big);
  free(text);
  free(job);
  free(back);
}

static void
a_kind_that_nobody_knows_is_no_job(void** const state)
{
  (void)state;
  char root[JOBS_ROOT_BYTES];
  jobs_make_root(root);
  BlJob* const back  = jobs_new();
  BlJob* const stems = jobs_stems();
  char* const  known = bl_job_to_json(stems);
  char* const  polka = jobs_tampered(known, "kind", "\"polka\"");
  write_raw(root, "job-1.json", polka, strlen(polka));
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 1, NULL, back),
                   BL_BAD_FILE);
  assert_false(exists(root, "job-1.json"));
  assert_true(exists(root, "job-1.json.unreadable"));
  free(polka);
  free(known);
  free(stems);
  free(back);
}

static void
a_lock_has_one_holder(void** const state)
{
  (void)state;
  char root[JOBS_ROOT_BYTES];
  jobs_make_root(root);
  uint32_t number = 0;
  int      first  = -1;
  int      second = -1;
  assert_int_equal(bl_journal_create(root, JOBS_TAKE, &number, &first),
                   BL_SUCCESS);
  assert_int_equal(number, 1);
  assert_int_equal(bl_journal_lock(root, JOBS_TAKE, 1, &second), BL_BUSY);
  assert_int_equal(second, -1);
  bl_journal_unlock(first);
  assert_int_equal(bl_journal_lock(root, JOBS_TAKE, 1, &second), BL_SUCCESS);
  bl_journal_unlock(second);
  bl_journal_unlock(-1);

  assert_int_equal(bl_journal_create(root, JOBS_TAKE, &number, &first),
                   BL_SUCCESS);
  assert_int_equal(number, 2);
  bl_journal_unlock(first);
  assert_int_equal(bl_journal_lock(root, "../x", 1, &first), BL_BAD_ARG);
}

static void
jobs_are_listed_in_order(void** const state)
{
  (void)state;
  char root[JOBS_ROOT_BYTES];
  jobs_make_root(root);
  static const char* const names[] = {
    "job-1.json",  "job-2.json",      "job-10.json",     "job-11.lock",
    "job-0.json",  "job-x.json",      "job-3.json.part", "job--1.json",
    "job-4.jsonx", "job-07.json",     "take.json",       "job-99999999999.json",
    "job-12.json", "job-5.unreadable"
  };
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    write_raw(root, names[i], "x", 1);
  }
  uint32_t numbers[8];
  assert_int_equal(bl_journal_list(root, JOBS_TAKE, numbers, 8), 4);
  assert_int_equal(numbers[0], 1);
  assert_int_equal(numbers[3], 12);
  assert_int_equal(bl_journal_list(root, JOBS_TAKE, numbers, 2), 2);
  assert_int_equal(numbers[0], 10);
  assert_int_equal(numbers[1], 12);
  assert_int_equal(bl_journal_list(root, "nothing", numbers, 2), 0);
}

static void
a_wish_to_cancel_is_seen_once(void** const state)
{
  (void)state;
  char root[JOBS_ROOT_BYTES];
  jobs_make_root(root);
  assert_false(bl_journal_is_cancel_asked(root, JOBS_TAKE, 1, false));
  assert_int_equal(bl_journal_ask_cancel(root, JOBS_TAKE, 1), BL_SUCCESS);
  assert_true(bl_journal_is_cancel_asked(root, JOBS_TAKE, 1, false));
  assert_true(bl_journal_is_cancel_asked(root, JOBS_TAKE, 1, true));
  assert_false(bl_journal_is_cancel_asked(root, JOBS_TAKE, 1, false));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(unreadable_ones_are_set_aside_not_deleted),
    cmocka_unit_test(a_kind_that_nobody_knows_is_no_job),
    cmocka_unit_test(a_lock_has_one_holder),
    cmocka_unit_test(jobs_are_listed_in_order),
    cmocka_unit_test(a_wish_to_cancel_is_seen_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

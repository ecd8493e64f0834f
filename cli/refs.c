// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "job/journal.h"
#include "take/store.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Index of the take meant, or -1; *n counts how many it may mean
static long
match_take(const BlTakeList* const list,
           const char* const       ref,
           const size_t            length,
           unsigned* const         n)
{
  const bool is_last = length == 4 && !strncmp(ref, "last", 4);
  long       found   = -1;
  *n                 = 0;
  for (size_t i = list->count; i-- > 0;) {
    const BlTake* const take = &list->takes[i];
    if (!is_last && (!length || strncmp(take->id, ref, length))) {
      continue;
    }
    if (is_last || strlen(take->id) == length) {
      *n = 1;
      return (long)i;
    }
    found = (long)i;
    ++*n;
  }
  return found;
}

static BlExit
find_take(BlCli* const      cli,
          const char* const ref,
          const size_t      length,
          BlTake* const     take)
{
  BlTakeList     list;
  const BlStatus st = bl_store_list(cli->config.takes_dir, &cli->log, &list);
  if (st) {
    return bl_cli_fail(cli, st, cli->config.takes_dir);
  }

  unsigned   n     = 0;
  const long index = match_take(&list, ref, length, &n);
  if (n == 1) {
    *take = list.takes[index];
  }
  bl_store_list_free(&list);

  if (n == 1) {
    return BL_EXIT_OK;
  }
  return bl_cli_fail_with(
    cli, BL_NOT_FOUND, ref,
    n ? "Several takes begin like that: give more of the id, see \"backline "
        "takes\"."
      : "There is no such take: \"backline takes\" lists them.");
}

BlExit
bl_cli_find_take(BlCli* const cli, const char* const ref, BlTake* const take)
{
  return find_take(cli, ref, strlen(ref), take);
}

static bool
read_job_number(const char* const text, uint32_t* const number)
{
  char*               end   = NULL;
  const unsigned long value = strtoul(text, &end, 10);
  *number                   = (uint32_t)value;
  return isdigit((unsigned char)*text) && !*end && value > 0 &&
         value <= UINT32_MAX;
}

/// The take of the job that was begun last of all, whatever the takes' age
static BlExit
find_last(BlCli* const    cli,
          BlJob* const    job,
          BlTake* const   take,
          uint32_t* const number)
{
  BlTakeList     list;
  const BlStatus st = bl_store_list(cli->config.takes_dir, &cli->log, &list);
  if (st) {
    return bl_cli_fail(cli, st, cli->config.takes_dir);
  }

  double   asked  = -1.0;
  uint32_t newest = 0;
  for (size_t i = 0; i < list.count; ++i) {
    const char* const id = list.takes[i].id;
    uint32_t          n  = 0;
    if (bl_journal_list(cli->config.takes_dir, id, &n, 1) &&
        !bl_journal_load(cli->config.takes_dir, id, n, &cli->log, job) &&
        job->asked_unix >= asked) {
      asked  = job->asked_unix;
      newest = n;
      *take  = list.takes[i];
    }
  }
  bl_store_list_free(&list);
  *number = *number ? *number : newest;
  return newest ? BL_EXIT_OK
                : bl_cli_fail_with(cli, BL_NOT_FOUND, "last",
                                   "There is no job yet: \"backline make\" "
                                   "starts one.");
}

BlExit
bl_cli_find_job(BlCli* const cli, const char* const ref, BlJob* const job)
{
  const size_t length = strcspn(ref, "/");
  uint32_t     number = 0;
  if (ref[length] && !read_job_number(ref + length + 1, &number)) {
    return bl_cli_fail_with(cli, BL_BAD_ARG, ref,
                            "A job is TAKE/N with N from 1: \"backline "
                            "status\" lists them.");
  }

  BlTake* const take = (BlTake*)calloc(1, sizeof(BlTake));
  if (!take) {
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }

  const bool is_last = length == 4 && !strncmp(ref, "last", 4);
  BlExit     code    = is_last ? find_last(cli, job, take, &number)
                               : find_take(cli, ref, length, take);
  if (!code && !number &&
      !bl_journal_list(cli->config.takes_dir, take->id, &number, 1)) {
    code = bl_cli_fail_with(cli, BL_NOT_FOUND, ref,
                            "That take has no job yet: \"backline make TAKE\" "
                            "starts one.");
  }
  if (!code) {
    const BlStatus st =
      bl_journal_load(cli->config.takes_dir, take->id, number, &cli->log, job);
    if (st) {
      code = bl_cli_fail_with(cli, st, ref,
                              st == BL_NOT_FOUND
                                ? "There is no such job: \"backline status\" "
                                  "lists them."
                                : "");
    }
  }
  free(take);
  return code;
}

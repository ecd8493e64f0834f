// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "base/paths.h"
#include "job/job_state.h"
#include "job/journal.h"
#include "take/store.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAWS_BYTES 256

static void
tell_flaws(const BlTake* const take, char text[FLAWS_BYTES])
{
  const char* const recovered   = take->finished ? "" : "  (recovered)";
  char              missing[64] = "";
  char              invalid[64] = "";
  if (take->missing) {
    snprintf(missing, sizeof(missing), "  (cut short by %.1f s)",
             (double)take->missing / take->rate);
  }
  if (take->invalid) {
    snprintf(invalid, sizeof(invalid), "  (%" PRIu64 " invalid samples)",
             take->invalid);
  }
  snprintf(text, FLAWS_BYTES, "%s%s%s", recovered, missing, invalid);
}

static void
print_take(BlCli* const cli, const BlTake* const take)
{
  uint32_t     numbers[BL_JOBS_MAX];
  const size_t n_jobs =
    bl_journal_list(cli->config.takes_dir, take->id, numbers, BL_JOBS_MAX);
  if (cli->json) {
    char* const  text   = bl_take_to_json(take);
    cJSON* const object = text ? cJSON_Parse(text) : NULL;
    char         dir[BL_PATH_BYTES];
    free(text);
    if (object &&
        !bl_store_take_dir(cli->config.takes_dir, take->id, dir, sizeof(dir))) {
      cJSON_AddStringToObject(object, "dir", dir);
      cJSON_AddNumberToObject(object, "jobs", (double)n_jobs);
      bl_cli_json(object);
    } else {
      cJSON_Delete(object);
    }
    return;
  }

  char         name[BL_NAME_BYTES];
  char         flaws[FLAWS_BYTES];
  char         bar[32]  = "-";
  char         peak[32] = "silent";
  const double seconds  = bl_take_seconds(take);
  bl_cli_clean(take->name, name, sizeof(name));
  if (take->has_bar) {
    snprintf(bar, sizeof(bar), "%" PRId64, take->bar + 1);
  }
  if (isfinite(take->peak_dbfs)) {
    snprintf(peak, sizeof(peak), "%.1f", take->peak_dbfs);
  }
  tell_flaws(take, flaws);
  printf("%-26s %3d:%04.1f  %6" PRIu32 "/%" PRIu32 "  %5s  %6s  %4zu  %s%s\n",
         take->id, (int)(seconds / 60.0), fmod(seconds, 60.0), take->rate,
         take->channels, bar, peak, n_jobs, name, flaws);
}

static BlExit
list_takes(BlCli* const cli)
{
  BlTakeList     list;
  const BlStatus st = bl_store_list(cli->config.takes_dir, &cli->log, &list);
  if (st && st != BL_NOT_FOUND) {
    return bl_cli_fail(cli, st, cli->config.takes_dir);
  }
  if ((st || !list.count) &&
      bl_path_make_dir(cli->config.takes_dir) == BL_NOT_FOUND) {
    return bl_cli_fail_no_takes(cli);
  }
  if (st || !list.count) {
    bl_cli_note(cli,
                "There is no take yet: \"backline import FILE\", or bounce a "
                "region through the plugin.");
    if (!st) {
      bl_store_list_free(&list);
    }
    return BL_EXIT_OK;
  }

  if (!cli->json && !cli->quiet) {
    puts("take                        length   rate/ch    bar    peak  jobs  "
         "name");
  }
  for (size_t i = 0; i < list.count; ++i) {
    print_take(cli, &list.takes[i]);
  }
  bl_cli_note(cli, "%zu %s, %.1f MB in %s", list.count,
              list.count == 1 ? "take" : "takes", (double)list.bytes / 1e6,
              cli->config.takes_dir);
  if (list.bytes > BL_TAKES_OFFER_BYTES) {
    bl_cli_note(cli,
                "That is more than %.0f GB: \"backline takes --delete "
                "TAKE...\" frees space; nothing is deleted unasked.",
                (double)BL_TAKES_OFFER_BYTES / 1e9);
  }
  bl_store_list_free(&list);
  return BL_EXIT_OK;
}

static BlExit
delete_take(BlCli* const cli, const BlTake* const take)
{
  char question[BL_MESSAGE_BYTES];
  char name[BL_NAME_BYTES];
  bl_cli_clean(take->name, name, sizeof(name));
  snprintf(question, sizeof(question),
           "Delete take %s (%s, %.1f s) with all its results?", take->id, name,
           bl_take_seconds(take));

  if (!cli->yes && !bl_cli_can_ask()) {
    return bl_cli_fail_with(
      cli, BL_BAD_ARG, take->id,
      "Nobody can be asked here: add --yes to delete it for good.");
  }
  if (!cli->yes && !bl_cli_confirm(cli, question)) {
    bl_cli_say(cli, "%s is kept.", take->id);
    return BL_EXIT_CANCELLED;
  }

  const BlStatus st = bl_store_remove(cli->config.takes_dir, take->id);
  if (st) {
    return bl_cli_fail(cli, st, take->id);
  }
  if (cli->json) {
    cJSON* const event = bl_cli_event("deleted");
    cJSON_AddStringToObject(event, "take", take->id);
    bl_cli_json(event);
  }
  bl_cli_note(cli, "%s is deleted.", take->id);
  return BL_EXIT_OK;
}

BlExit
bl_cmd_takes(BlCli* const cli)
{
  if (!cli->n_args && cli->delete_takes) {
    return bl_cli_fail_with(cli, BL_BAD_ARG, "--delete",
                            "Name the takes to delete.");
  }
  if (!cli->n_args) {
    return list_takes(cli);
  }

  BlTake* const take = (BlTake*)calloc(1, sizeof(BlTake));
  if (!take) {
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }
  BlExit first = BL_EXIT_OK;
  for (int i = 0; i < cli->n_args; ++i) {
    BlExit code = bl_cli_find_take(cli, cli->args[i], take);
    if (!code && cli->delete_takes) {
      code = delete_take(cli, take);
    } else if (!code) {
      print_take(cli, take);
    }
    first = first ? first : code;
  }
  free(take);
  return first;
}

static bool
is_running(const BlCli* const cli, const BlJob* const job)
{
  int            lock = -1;
  const BlStatus st =
    bl_journal_lock(cli->config.takes_dir, job->take_id, job->number, &lock);
  bl_journal_unlock(lock);
  return st == BL_BUSY;
}

/// What the files of a job are: "A of job 1 without its voice"; "" for one that
/// makes instrumentals
static void
describe(const BlJob* const job, char text[BL_NAME_BYTES])
{
  static const char* const phrases[BL_N_REFINES] = {
    [BL_REFINE_NONE]     = "",
    [BL_REFINE_WAV]      = "without loss",
    [BL_REFINE_SEPARATE] = "without its voice",
    [BL_REFINE_STEMS]    = "in stems",
  };

  text[0] = '\0';
  if (job->refine) {
    snprintf(text, BL_NAME_BYTES, "%c of job %u %s", bl_job_letter(job, 0),
             (unsigned)job->of.job, phrases[job->refine]);
  }
}

static void
print_job(BlCli* const cli, const BlJob* const job)
{
  const bool running = bl_job_is_open(job->state) && is_running(cli, job);
  if (cli->json) {
    cJSON* const object = bl_cli_job_json(cli, job);
    cJSON_AddBoolToObject(object, "running", running);
    bl_cli_json(object);
    return;
  }

  char message[BL_MESSAGE_BYTES];
  char ref[BL_NAME_BYTES];
  char what[BL_NAME_BYTES];
  bl_cli_clean(job->message, message, sizeof(message));
  snprintf(ref, sizeof(ref), "%s/%u", job->take_id, job->number);
  describe(job, what);
  printf("%-30s %-10s %-8s %s%s%s%s%s\n", ref, bl_job_state_name(job->state),
         *job->service ? job->service : "-", what, *what ? " " : "",
         running                      ? "running"
         : bl_job_is_open(job->state) ? "stopped: \"backline resume\""
                                      : "",
         *message ? " " : "", message);
  for (unsigned i = 0; i < BL_SLOTS; ++i) {
    if (job->placed[i]) {
      printf("  %s\n", job->results[i].path);
    }
  }
}

static void
print_jobs_of(BlCli* const cli, const char* const take_id, BlJob* const job)
{
  uint32_t     numbers[BL_JOBS_MAX];
  const size_t n =
    bl_journal_list(cli->config.takes_dir, take_id, numbers, BL_JOBS_MAX);
  for (size_t i = 0; i < n; ++i) {
    if (!bl_journal_load(cli->config.takes_dir, take_id, numbers[i], &cli->log,
                         job)) {
      print_job(cli, job);
    }
  }
}

static BlExit
list_jobs(BlCli* const cli, BlJob* const job)
{
  BlTakeList     list;
  const BlStatus st = bl_store_list(cli->config.takes_dir, &cli->log, &list);
  if (st && st != BL_NOT_FOUND) {
    return bl_cli_fail(cli, st, cli->config.takes_dir);
  }
  if (!st) {
    for (size_t i = 0; i < list.count; ++i) {
      print_jobs_of(cli, list.takes[i].id, job);
    }
    bl_store_list_free(&list);
  }
  return BL_EXIT_OK;
}

BlExit
bl_cmd_status(BlCli* const cli)
{
  BlJob* const job = (BlJob*)calloc(1, sizeof(BlJob));
  if (!job) {
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }

  BlExit first = cli->n_args ? BL_EXIT_OK : list_jobs(cli, job);
  for (int i = 0; i < cli->n_args; ++i) {
    const BlExit code = bl_cli_find_job(cli, cli->args[i], job);
    if (!code) {
      print_job(cli, job);
    }
    first = first ? first : code;
  }
  free(job);
  return first;
}

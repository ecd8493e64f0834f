// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "job/job_state.h"
#include "job/journal.h"
#include "job/prepare.h"
#include "take/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Jobs that a command is about; freed by whoever got them
typedef struct
{
  BlJob* jobs;
  size_t n;
} Jobs;

static BlExit
named_jobs(BlCli* const cli, Jobs* const jobs)
{
  for (int i = 0; i < cli->n_args; ++i) {
    const BlExit code =
      bl_cli_find_job(cli, cli->args[i], &jobs->jobs[jobs->n]);
    if (code) {
      return code;
    }
    ++jobs->n;
  }
  return BL_EXIT_OK;
}

static void
open_jobs_of(BlCli* const cli, const char* const take_id, Jobs* const jobs)
{
  uint32_t     numbers[BL_JOBS_MAX];
  const size_t n =
    bl_journal_list(cli->config.takes_dir, take_id, numbers, BL_JOBS_MAX);
  for (size_t i = 0; i < n && jobs->n < BL_JOBS_MAX; ++i) {
    BlJob* const job = &jobs->jobs[jobs->n];
    if (!bl_journal_load(cli->config.takes_dir, take_id, numbers[i], &cli->log,
                         job) &&
        bl_job_is_open(job->state)) {
      ++jobs->n;
    }
  }
}

static BlExit
all_open_jobs(BlCli* const cli, Jobs* const jobs)
{
  BlTakeList     list;
  const BlStatus st = bl_store_list(cli->config.takes_dir, &cli->log, &list);
  if (st == BL_NOT_FOUND) {
    return BL_EXIT_OK;
  }
  if (st) {
    return bl_cli_fail(cli, st, cli->config.takes_dir);
  }
  for (size_t i = 0; i < list.count; ++i) {
    open_jobs_of(cli, list.takes[i].id, jobs);
  }
  bl_store_list_free(&list);
  return BL_EXIT_OK;
}

static BlExit
get_jobs(BlCli* const cli, Jobs* const jobs)
{
  jobs->n    = 0;
  jobs->jobs = (BlJob*)calloc(BL_JOBS_MAX, sizeof(BlJob));
  if (!jobs->jobs) {
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }
  if (cli->n_args > (int)BL_JOBS_MAX) {
    return bl_cli_fail_with(cli, BL_BAD_ARG, "", "Too many jobs at once.");
  }
  return cli->n_args ? named_jobs(cli, jobs) : all_open_jobs(cli, jobs);
}

/// Sending it once more needs the price agreed, and an open task no POST
static BlExit
resume_again(BlCli* const cli, const Jobs* const jobs)
{
  for (size_t i = 0; i < jobs->n; ++i) {
    // One that ended early has not fixed its service yet
    const BlJob* const job  = &jobs->jobs[i];
    const BlExit       code = bl_cli_agree_to_pay(
            cli,
      *job->service ? job->service
                          : bl_prepare_service(&job->settings, &cli->config),
            job->refine);
    if (code) {
      return code;
    }
  }
  return bl_cli_run(cli, BL_DO_AGAIN, jobs->jobs, jobs->n);
}

/// @return false with *code set where a job needs more than a plain resume
static bool
can_resume(BlCli* const cli, const Jobs* const jobs, BlExit* const code)
{
  for (size_t i = 0; i < jobs->n; ++i) {
    const BlJob* const job = &jobs->jobs[i];
    char               about[BL_NAME_BYTES];
    snprintf(about, sizeof(about), "%s/%u", job->take_id, job->number);
    if (job->state == BL_JOB_UNSURE) {
      *code = bl_cli_fail_with(
        cli, BL_UNSURE, about,
        "Nobody knows whether the service took the request: add --task-id ID "
        "where its site shows the task, or --again to send it once more, "
        "which may cost twice.");
      return false;
    }
    if ((job->state == BL_JOB_FAILED || job->state == BL_JOB_CANCELLED) &&
        !*job->task_id) {
      *code = bl_cli_fail_with(
        cli, BL_BAD_STATE, about,
        "It ended before the service took it: add --again to start anew.");
      return false;
    }
  }
  return true;
}

BlExit
bl_cmd_resume(BlCli* const cli)
{
  Jobs   jobs = { NULL, 0 };
  BlExit code = BL_EXIT_OK;
  if (cli->task_id && cli->n_args != 1) {
    return bl_cli_fail_with(cli, BL_BAD_ARG, "--task-id",
                            "Name the one job that it belongs to.");
  }
  if (cli->again && !cli->n_args) {
    return bl_cli_fail_with(cli, BL_BAD_ARG, "--again",
                            "Name the jobs that are to start anew.");
  }

  code = bl_cli_check_out(cli);
  code = code ? code : get_jobs(cli, &jobs);
  if (!code && !jobs.n) {
    bl_cli_note(cli, "No job is open: there is nothing to resume.");
  } else if (!code && cli->task_id) {
    code = bl_cli_run(cli, BL_DO_CLAIM, jobs.jobs, jobs.n);
  } else if (!code && cli->again) {
    code = resume_again(cli, &jobs);
  } else if (!code && can_resume(cli, &jobs, &code)) {
    code = bl_cli_run(cli, cli->n_args ? BL_DO_RESUME : BL_DO_ADOPT, jobs.jobs,
                      jobs.n);
  }
  free(jobs.jobs);
  return code;
}

BlExit
bl_cmd_cancel(BlCli* const cli)
{
  Jobs   jobs = { NULL, 0 };
  BlExit code = get_jobs(cli, &jobs);
  for (size_t i = 0; i < jobs.n && !code; ++i) {
    const BlJob* const job = &jobs.jobs[i];
    if (!bl_job_is_open(job->state) && job->state != BL_JOB_UNSURE) {
      char about[BL_NAME_BYTES];
      snprintf(about, sizeof(about), "%s/%u", job->take_id, job->number);
      code = bl_cli_fail_with(cli, BL_BAD_STATE, about,
                              "It has ended already: there is nothing to "
                              "cancel.");
    }
  }
  if (!code) {
    code = bl_cli_run(cli, BL_DO_CANCEL, jobs.jobs, jobs.n);
    code = code == BL_EXIT_CANCELLED ? BL_EXIT_OK : code;
  }
  free(jobs.jobs);
  return code;
}

BlExit
bl_cmd_fetch(BlCli* const cli)
{
  Jobs   jobs = { NULL, 0 };
  BlExit code = bl_cli_check_out(cli);
  code        = code ? code : get_jobs(cli, &jobs);
  for (size_t i = 0; i < jobs.n && !code; ++i) {
    const BlJob* const job = &jobs.jobs[i];
    if (!bl_job_is_accepted(job->state) && !*job->task_id) {
      char about[BL_NAME_BYTES];
      snprintf(about, sizeof(about), "%s/%u", job->take_id, job->number);
      code = bl_cli_fail_with(
        cli, BL_BAD_STATE, about,
        bl_job_is_open(job->state)
          ? "The service has not taken it, so there is nothing to fetch: "
            "\"backline resume\" goes on with it."
        : job->state == BL_JOB_UNSURE
          ? "Nobody knows whether the service took the request: \"backline "
            "resume\" with --task-id ID fetches what it made."
          : "It ended before the service took it, so there is nothing to "
            "fetch: \"backline resume JOB --again\" starts anew.");
    }
  }
  if (!code) {
    code = bl_cli_run(cli, BL_DO_RESUME, jobs.jobs, jobs.n);
  }
  free(jobs.jobs);
  return code;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "base/paths.h"
#include "job/job_state.h"
#include "job/runner.h"
#include "take/store.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// How one job stands, as far as we heard
typedef struct
{
  char        take_id[BL_TAKE_ID_BYTES];
  uint32_t    number;
  uint32_t    ticket;
  BlJobState  state;
  bool        heard;
  const char* phrase;  ///< Last one shown
  int         percent; ///< Last one told
  bool        shown[BL_SLOTS];
  bool        extra_shown[BL_N_EXTRAS];
  char        given[BL_VARIANTS][BL_PATH_BYTES]; ///< Paths of results
  BlExit      code;
} Seen;

/// One call of the runner
typedef struct
{
  BlCli* cli;
  Seen   seen[BL_JOBS_MAX];
  size_t n_seen;
} Run;

static const char* const phrases[BL_N_JOB_STATES] = {
  [BL_JOB_CAPTURED]   = "Checking the take",
  [BL_JOB_CHECKED]    = "Encoding",
  [BL_JOB_ENCODED]    = "Uploading",
  [BL_JOB_UPLOADED]   = "Submitting",
  [BL_JOB_SUBMITTING] = "Submitting",
  [BL_JOB_SUBMITTED]  = "Waiting for the service",
  [BL_JOB_TEXT]       = "The service listened and plays",
  [BL_JOB_FIRST]      = "The first of two is ready",
  [BL_JOB_COMPLETE]   = "Fetching",
  [BL_JOB_FETCHED]    = "Placing",
  [BL_JOB_PLACED]     = "Done",
  [BL_JOB_FAILED]     = "Failed",
  [BL_JOB_CANCELLED]  = "Cancelled",
  [BL_JOB_UNSURE]     = "Unsure",
};

static Seen*
find_seen(Run* const run, const BlJobNews* const news)
{
  for (size_t i = 0; i < run->n_seen; ++i) {
    Seen* const seen = &run->seen[i];
    if ((news->ticket && seen->ticket == news->ticket) ||
        (seen->number == news->job->number &&
         !strcmp(seen->take_id, news->job->take_id))) {
      return seen;
    }
  }
  return NULL;
}

/// What a file is, where its job is about a result
static void
add_part(cJSON* const object, const BlJob* const job, const unsigned slot)
{
  const unsigned part = bl_job_part(job, slot);
  if (part < BL_N_PARTS) {
    cJSON_AddStringToObject(object, "part", bl_parts[part].name);
  }
}

static void
add_position(cJSON* const object, const BlPlaced* const placed)
{
  cJSON_AddNumberToObject(object, "frames", (double)placed->frames);
  cJSON_AddNumberToObject(object, "rate", placed->rate);
  cJSON_AddNumberToObject(object, "channels", placed->channels);
  cJSON_AddNumberToObject(object, "timeReference",
                          (double)placed->time_reference);
  cJSON_AddBoolToObject(object, "offsetMeasured", placed->offset_measured);
  cJSON_AddNumberToObject(object, "loudnessLufs", placed->loudness_lufs);
  cJSON_AddNumberToObject(object, "peakDbfs", placed->peak_dbfs);
}

static void
show_results(Run* const run, Seen* const seen, const BlJob* const job)
{
  BlCli* const cli = run->cli;
  for (unsigned i = 0; i < BL_SLOTS; ++i) {
    char path[BL_PATH_BYTES];
    if (!job->placed[i] || seen->shown[i]) {
      continue;
    }

    seen->shown[i]    = true;
    const BlStatus st = bl_cli_deliver(
      cli, job->results[i].path, job->request.title, bl_job_letter(job, i),
      bl_job_ending(job, i), path, sizeof(path));
    if (i < BL_VARIANTS) { // Files beside one that cannot be given are good
      snprintf(seen->given[i], sizeof(seen->given[i]), "%s",
               st ? job->results[i].path : path);
    }
    if (st) {
      seen->code = bl_cli_fail(cli, st, cli->out ? cli->out : path);
      bl_cli_note(cli, "It lies in the take's folder: %s",
                  job->results[i].path);
      continue;
    }
    if (cli->json) {
      cJSON* const event     = bl_cli_event("result");
      const char   letter[2] = { bl_job_letter(job, i), '\0' };
      cJSON_AddStringToObject(event, "take", job->take_id);
      cJSON_AddNumberToObject(event, "job", job->number);
      cJSON_AddStringToObject(event, "variant", letter);
      add_part(event, job, i);
      cJSON_AddStringToObject(event, "path", path);
      add_position(event, &job->results[i]);
      bl_cli_json(event);
    } else {
      bl_cli_end_bar(cli);
      puts(path);
      (void)fflush(stdout);
    }
  }
}

/// Files beside the results: stems are told as results are, the rest with
/// --json only
static void
show_extras(Run* const run, Seen* const seen, const BlJob* const job)
{
  BlCli* const cli = run->cli;
  char         dir[BL_PATH_BYTES];
  for (unsigned e = 0; e < BL_N_EXTRAS && job->state == BL_JOB_PLACED; ++e) {
    const BlExtra* const extra = &bl_extras[e];
    char                 source[BL_PATH_BYTES];
    char                 path[BL_PATH_BYTES];
    if (!job->extras[e][0] || seen->extra_shown[e] ||
        bl_store_take_dir(cli->config.takes_dir, job->take_id, dir,
                          sizeof(dir)) ||
        bl_path_join(source, sizeof(source), dir, job->extras[e])) {
      continue;
    }

    seen->extra_shown[e] = true;
    const BlStatus st =
      extra->variant
        ? bl_cli_deliver_beside(cli, source, seen->given[extra->variant - 'A'],
                                extra->ending, path, sizeof(path))
        : BL_SUCCESS;
    if (st) {
      seen->code = bl_cli_fail(cli, st, cli->out);
    } else if (cli->json) {
      cJSON* const event = bl_cli_event("file");
      cJSON_AddStringToObject(event, "take", job->take_id);
      cJSON_AddNumberToObject(event, "job", job->number);
      cJSON_AddStringToObject(event, "kind", extra->remote);
      cJSON_AddStringToObject(event, "path", extra->variant ? path : source);
      bl_cli_json(event);
    } else if (extra->stem) {
      bl_cli_end_bar(cli);
      puts(path);
      (void)fflush(stdout);
    }
  }
}

static void
show_news(BlCli* const cli, Seen* const seen, const BlJobNews* const news)
{
  const BlJob* const job = news->job;
  if (cli->json && !news->new_state &&
      (cli->quiet || (int)news->progress == seen->percent)) {
    return;
  }
  seen->percent = (int)news->progress;
  if (cli->json) {
    cJSON* const event = bl_cli_event(news->new_state ? "state" : "progress");
    cJSON_AddStringToObject(event, "take", job->take_id);
    cJSON_AddNumberToObject(event, "job", job->number);
    cJSON_AddStringToObject(event, "state", bl_job_state_name(job->state));
    cJSON_AddNumberToObject(event, "progress",
                            floor(news->progress * 10.0 + 0.5) / 10.0);
    cJSON_AddStringToObject(event, "message", job->message);
    if (job->state == BL_JOB_PLACED) {
      cJSON_AddStringToObject(event, "note", job->task.note);
    }
    bl_cli_json(event);
    return;
  }

  char text[BL_MESSAGE_BYTES];
  snprintf(text, sizeof(text), "%s  %d:%02d of usually %d:%02d",
           phrases[job->state], (int)news->total_s / 60,
           (int)news->total_s % 60, (int)news->usual_s / 60,
           (int)news->usual_s % 60);
  if (bl_job_is_open(job->state)) {
    bl_cli_bar(cli, news->progress, text);
  }
  if (!cli->is_terminal &&
      (!seen->phrase || strcmp(seen->phrase, phrases[job->state]))) {
    seen->phrase = phrases[job->state];
    bl_cli_note(cli, "%s/%u: %s", job->take_id, job->number,
                phrases[job->state]);
  }
}

static BlExit
show_end(BlCli* const cli, const BlJob* const job)
{
  char about[BL_NAME_BYTES];
  snprintf(about, sizeof(about), "%s/%u", job->take_id, job->number);
  if (!job->number) {
    snprintf(about, sizeof(about), "%s", job->take_id);
  }

  switch (job->state) {
    case BL_JOB_PLACED:
      if (job->message[0] || job->task.note[0]) {
        bl_cli_note(cli, "%s: %s", about,
                    job->message[0] ? job->message : job->task.note);
      }
      return BL_EXIT_OK;
    case BL_JOB_CANCELLED:
      bl_cli_note(cli, "%s: cancelled; the take is kept.", about);
      return BL_EXIT_CANCELLED;
    case BL_JOB_UNSURE:
      (void)bl_cli_fail_with(
        cli, BL_UNSURE, about,
        "Nobody knows whether the service took the request. Look at your "
        "credits and tasks on its site; then \"backline resume JOB --task-id "
        "ID\" fetches what was made, or \"backline resume JOB --again\" sends "
        "it "
        "once more, which may cost twice.");
      return BL_EXIT_UNSURE;
    case BL_JOB_FAILED:
      return bl_cli_fail_job(cli, job, about);
    default:
      return BL_EXIT_FAILED;
  }
}

static void
observe(void* const handle, const BlJobNews* const news)
{
  Run* const  run  = (Run*)handle;
  Seen* const seen = find_seen(run, news);
  if (!seen) {
    return;
  }

  const bool had_ended = seen->heard && !bl_job_is_open(seen->state);
  memcpy(seen->take_id, news->job->take_id, sizeof(seen->take_id));
  seen->number = news->job->number;
  seen->state  = news->job->state;
  seen->heard  = true;
  if (!had_ended) {
    show_news(run->cli, seen, news);
  }
  // Programs hear of each at once, people get both together, A first
  if (run->cli->json || !bl_job_is_open(seen->state)) {
    show_results(run, seen, news->job);
    show_extras(run, seen, news->job);
  }
  if (!bl_job_is_open(seen->state) && !had_ended) {
    const BlExit code = show_end(run->cli, news->job);
    seen->code        = code ? code : seen->code;
  }
}

/// As it was read when the program began, and its faults told
static BlStatus
load_config(void* const handle, BlConfig* const config)
{
  *config = ((const Run*)handle)->cli->config;
  return BL_SUCCESS;
}

static BlRunner*
make_runner(Run* const run)
{
  const BlRunnerSetup setup = {
    .root        = run->cli->config.takes_dir,
    .log         = &run->cli->log,
    .handle      = run,
    .load_config = load_config,
    .observe     = observe,
  };
  return bl_runner_new(&setup);
}

static BlExit
interrupted(BlCli* const cli, const Run* const run)
{
  for (size_t i = 0; i < run->n_seen; ++i) {
    const Seen* const seen = &run->seen[i];
    if (seen->number && bl_job_is_open(seen->state)) {
      bl_cli_say(cli,
                 "Interrupted. \"backline resume %s/%u\" goes on where it "
                 "stands; \"backline cancel %s/%u\" gives it up.",
                 seen->take_id, seen->number, seen->take_id, seen->number);
    } else if (!seen->heard || !seen->number) {
      bl_cli_say(cli, "Interrupted; nothing was sent.");
    }
  }
  return BL_EXIT_INTERRUPTED;
}

static BlExit
finish(Run* const run, BlRunner* const runner, BlStatus st)
{
  BlCli* const cli = run->cli;
  if (!st) {
    st = bl_runner_run_until_idle(runner, cli->interrupt);
  }
  bl_runner_free(runner);
  bl_cli_end_bar(cli);

  if (st == BL_CANCELLED && bl_cancel_is_triggered(cli->interrupt)) {
    return interrupted(cli, run);
  }
  if (st) {
    return bl_cli_fail(cli, st, "");
  }

  BlExit code = BL_EXIT_OK;
  for (size_t i = 0; i < run->n_seen && !code; ++i) {
    code = run->seen[i].heard ? run->seen[i].code : BL_EXIT_FAILED;
  }
  bl_cli_end(cli, code);
  return code;
}

/// A new job as `ask` says, run to its end
static BlExit
run_new(BlCli* const cli, const BlAsk* const ask)
{
  Run* const run = (Run*)calloc(1, sizeof(Run));
  BlRunner*  r   = run ? (run->cli = cli, make_runner(run)) : NULL;
  if (!r) {
    free(run);
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }

  Seen* const seen = &run->seen[run->n_seen++];
  memcpy(seen->take_id, ask->take_id, sizeof(seen->take_id));
  const BlStatus st   = bl_runner_generate(r, ask, &seen->ticket);
  const BlExit   code = finish(run, r, st);
  free(run);
  return code;
}

BlExit
bl_cli_generate(BlCli* const cli, const char* const take_id)
{
  BlAsk* const ask = (BlAsk*)calloc(1, sizeof(BlAsk));
  if (!ask) {
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }

  snprintf(ask->take_id, sizeof(ask->take_id), "%s", take_id);
  ask->settings     = cli->settings;
  const BlExit code = run_new(cli, ask);
  free(ask);
  return code;
}

BlExit
bl_cli_refine(BlCli* const cli, const BlJob* const source, const unsigned v)
{
  BlAsk* const ask = (BlAsk*)calloc(1, sizeof(BlAsk));
  if (!ask) {
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }

  memcpy(ask->take_id, source->take_id, sizeof(ask->take_id));
  ask->refine       = cli->refine;
  ask->of_job       = source->number;
  ask->of_variant   = v;
  ask->again        = cli->again;
  const BlExit code = run_new(cli, ask);
  free(ask);
  return code;
}

static BlStatus
ask_runner(BlRunner* const    runner,
           const BlDo         what,
           const BlJob* const job,
           const char* const  task_id)
{
  switch (what) {
    case BL_DO_ADOPT:
      return bl_runner_adopt(runner, job->take_id, job->number);
    case BL_DO_RESUME:
      return bl_job_is_open(job->state) || job->state == BL_JOB_PLACED
               ? bl_runner_adopt(runner, job->take_id, job->number)
               : bl_runner_resume(runner, job->take_id, job->number, false);
    case BL_DO_AGAIN:
      return bl_runner_resume(runner, job->take_id, job->number, true);
    case BL_DO_CANCEL:
      return bl_runner_cancel(runner, job->take_id, job->number);
    case BL_DO_CLAIM:
      return bl_runner_claim(runner, job->take_id, job->number, task_id);
  }
  return BL_BAD_ARG;
}

BlExit
bl_cli_run(BlCli* const       cli,
           const BlDo         what,
           const BlJob* const jobs,
           const size_t       n_jobs)
{
  Run* const      run = (Run*)calloc(1, sizeof(Run));
  BlRunner* const r   = run ? (run->cli = cli, make_runner(run)) : NULL;
  if (!r) {
    free(run);
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }

  BlStatus st = BL_SUCCESS;
  for (size_t i = 0; i < n_jobs && i < BL_JOBS_MAX && !st; ++i) {
    Seen* const seen = &run->seen[run->n_seen++];
    memcpy(seen->take_id, jobs[i].take_id, sizeof(seen->take_id));
    seen->number = jobs[i].number;
    seen->state  = jobs[i].state;
    st           = ask_runner(r, what, &jobs[i], cli->task_id);
  }

  const BlExit code = finish(run, r, st);
  free(run);
  return code;
}

cJSON*
bl_cli_job_json(const BlCli* const cli, const BlJob* const job)
{
  (void)cli;
  cJSON* const object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "take", job->take_id);
  cJSON_AddNumberToObject(object, "job", job->number);
  cJSON_AddStringToObject(object, "kind", bl_refines[job->refine].name);
  if (job->refine) {
    const char   letter[2] = { bl_job_letter(job, 0), '\0' };
    cJSON* const of        = cJSON_AddObjectToObject(object, "of");
    cJSON_AddNumberToObject(of, "job", job->of.job);
    cJSON_AddStringToObject(of, "variant", letter);
  }
  cJSON_AddStringToObject(object, "state", bl_job_state_name(job->state));
  cJSON_AddNumberToObject(object, "error", job->error);
  cJSON_AddStringToObject(object, "message", job->message);
  cJSON_AddStringToObject(object, "created", job->created);
  cJSON_AddStringToObject(object, "service", job->service);
  cJSON_AddStringToObject(object, "taskId", job->task_id);
  cJSON_AddStringToObject(object, "note", job->task.note);
  cJSON_AddNumberToObject(object, "posts", job->posts);
  cJSON_AddStringToObject(object, "title", job->request.title);
  cJSON_AddStringToObject(object, "tags", job->request.tags);

  cJSON* const results = cJSON_AddArrayToObject(object, "results");
  for (unsigned i = 0; i < BL_SLOTS; ++i) {
    if (job->placed[i]) {
      cJSON* const result = cJSON_CreateObject();
      cJSON_AddStringToObject(result, "path", job->results[i].path);
      add_part(result, job, i);
      add_position(result, &job->results[i]);
      cJSON_AddItemToArray(results, result);
    }
  }
  return object;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/jobrig.h"

#include "base/paths.h"
#include "base/thread.h"
#include "job/journal.h"
#include "support/scratch.h"
#include "take/store.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RATE 48000u

static void
die(const char* const what)
{
  fprintf(stderr, "jobrig: %s\n", what);
  exit(1);
}

static void
log_line(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)handle;
  (void)level;
  if (getenv("BL_TEST_VERBOSE")) {
    printf("# %s\n", line);
  }
}

static void
note(void* const handle, const BlJobNews* const news)
{
  JobRig* const rig = (JobRig*)handle;
  if (news->new_state) {
    const size_t used = strlen(rig->states);
    snprintf(rig->states + used, sizeof(rig->states) - used, "%s%s",
             used ? " " : "", bl_job_state_name(news->job->state));
    rig->progress = news->job->state == BL_JOB_CAPTURED ? 0 : rig->progress;
  }
  rig->falls += news->progress < rig->progress ? 1u : 0u;
  rig->progress = news->progress;
  rig->foreign  = news->foreign;
  rig->last     = *news->job;
  ++rig->n_news;
  if (news->job->state == BL_JOB_FIRST && news->job->placed[0]) {
    ++rig->early_results;
  }
  if (rig->on_news) {
    rig->on_news(rig, news);
  }
  if (news->new_state && !bl_job_is_open(news->job->state)) {
    atomic_fetch_add(&rig->n_ended, 1u);
  }
}

/// Wakes what waits, but for a job whose first result is on its way
static bool
poll(void* const handle)
{
  JobRig* const rig = (JobRig*)handle;
  rig->ahead += rig->haste;
  if (!rig->quiet && bl_job_is_open(rig->last.state) &&
      !(rig->last.state == BL_JOB_FIRST && !rig->last.placed[0])) {
    bl_runner_hint(rig->runner, "");
  }
  return true;
}

static double
clock_of(void* const handle)
{
  struct timespec ts = { 0, 0 };
  clock_gettime(CLOCK_BOOTTIME, &ts);
  return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec +
         ((const JobRig*)handle)->ahead;
}

static bool
may_run(void* const handle, const BlJob* const job)
{
  (void)job;
  return ((const JobRig*)handle)->may_run;
}

JobRig*
job_rig_new_in(const char* const root, const char* const config)
{
  JobRig* const rig = (JobRig*)calloc(1, sizeof(JobRig));
  if (!rig) {
    die("out of memory");
  }

  snprintf(rig->root, sizeof(rig->root), "%s", root);
  snprintf(rig->config, sizeof(rig->config), "%s", config);
  rig->may_run = true;
  rig->log     = (BlLog){ log_line, rig, BL_LOG_TRACE };
  setenv("XDG_CONFIG_HOME", rig->config, 1);
  unsetenv("BACKLINE_API_KEY");
  unsetenv("BACKLINE_SERVICE");

  const BlRunnerSetup setup = {
    .root    = rig->root,
    .log     = &rig->log,
    .handle  = rig,
    .observe = note,
    .poll    = poll,
    .may_run = may_run,
    .clock   = clock_of,
  };
  rig->runner = bl_runner_new(&setup);
  if (!rig->runner) {
    die("no runner");
  }
  return rig;
}

JobRig*
job_rig_new(const StandinOptions* const options)
{
  char dir[2048];
  char root[4096];
  char config[4096];
  if (!scratch_make(dir, sizeof(dir), "jobs")) {
    die("no scratch folder");
  }
  snprintf(root, sizeof(root), "%s/takes", dir);
  snprintf(config, sizeof(config), "%s/config", dir);
  if (bl_path_make_dir(root) || bl_path_make_dir(config)) {
    die("no folders");
  }

  Standin* const standin = standin_new(options);
  if (!standin || !standin_write_config(standin, config)) {
    die("no stand-in");
  }
  JobRig* const rig = job_rig_new_in(root, config);
  rig->standin      = standin;
  return rig;
}

JobRig*
job_rig_new_beside(const JobRig* const other)
{
  return job_rig_new_in(other->root, other->config);
}

void
job_rig_free(JobRig* const rig)
{
  bl_runner_free(rig->runner);
  if (rig->standin) {
    standin_free(rig->standin);
  }
  free(rig);
}

void
job_rig_forget(JobRig* const rig)
{
  memset(&rig->last, 0, sizeof(rig->last));
  rig->states[0]     = '\0';
  rig->progress      = 0.0;
  rig->falls         = 0;
  rig->early_results = 0;
  rig->n_news        = 0;
  atomic_store(&rig->n_ended, 0u);
}

static void
write_melody(const char* const path, const double seconds, const double sound_s)
{
  SF_INFO info        = { 0 };
  info.samplerate     = (int)RATE;
  info.channels       = 1;
  info.format         = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  const size_t   n    = (size_t)(seconds * RATE);
  float* const   data = (float*)calloc(n + 1, sizeof(float));
  if (!file || !data) {
    die("no take");
  }

  for (size_t i = (size_t)(sound_s * RATE); i < n; ++i) {
    const double t       = (double)i / RATE;
    const double note_hz = 220.0 * pow(2.0, floor(fmod(t * 2.0, 8.0)) / 12.0);
    data[i]              = (float)(0.3 * cos(6.283185307179586 * note_hz * t));
  }
  if (sf_writef_float(file, data, (sf_count_t)n) != (sf_count_t)n) {
    die("take not written");
  }
  sf_close(file);
  free(data);
}

BlTake
job_rig_take(const JobRig* const rig,
             const double        seconds,
             const double        sound_s)
{
  char   path[BL_PATH_BYTES + 8];
  BlTake take;
  snprintf(path, sizeof(path), "%s.wav", rig->root);
  write_melody(path, seconds, sound_s);
  if (bl_store_import(rig->root, path, &take)) {
    die("take not imported");
  }

  take.origin       = BL_ORIGIN_BOUNCED;
  take.has_position = true;
  take.start        = 480000;
  take.has_bar      = true;
  take.bar          = 5;
  take.beat         = 0.0;
  take.n_tempos     = 1;
  take.tempos[0]    = (BlTempo){ 0, 120.0, 4.0f, 4 };
  snprintf(take.name, sizeof(take.name), "Verse");
  if (bl_store_save(rig->root, &take)) {
    die("take not saved");
  }
  unlink(path);
  return take;
}

void
job_rig_configure(const JobRig* const rig, const char* const members)
{
  char path[BL_PATH_BYTES + 32];
  char old[2048] = "";
  snprintf(path, sizeof(path), "%s/backline/config.json", rig->config);
  FILE* file = fopen(path, "re");
  if (!file || fread(old, 1, sizeof(old) - 1, file) < 2 || old[0] != '{') {
    die("config.json cannot be read");
  }
  fclose(file);
  file = fopen(path, "we");
  if (!file || fprintf(file, "{%s,%s", members, old + 1) < 0 || fclose(file)) {
    die("config.json cannot be written");
  }
}

BlAsk
job_rig_ask(const BlTake* const take)
{
  BlAsk ask;
  memset(&ask, 0, sizeof(ask));
  memcpy(ask.take_id, take->id, sizeof(ask.take_id));
  bl_settings_init(&ask.settings);
  snprintf(ask.settings.strings[BL_STRING_TAGS], BL_TEXT_BYTES, "folk, guitar");
  return ask;
}

BlJobState
job_rig_run(JobRig* const rig, const BlAsk* const ask)
{
  uint32_t ticket = 0;
  job_rig_forget(rig);
  if (bl_runner_generate(rig->runner, ask, &ticket) || !ticket ||
      bl_runner_run_until_idle(rig->runner, NULL)) {
    die("the runner did not run");
  }
  return rig->last.state;
}

BlTake
job_rig_source(JobRig* const rig)
{
  const BlTake take = job_rig_take(rig, 12.0, 2.5);
  const BlAsk  ask  = job_rig_ask(&take);
  if (job_rig_run(rig, &ask) != BL_JOB_PLACED) {
    die("no results");
  }
  standin_reset(rig->standin);
  return take;
}

BlAsk
job_rig_refine_ask(const BlTake* const take,
                   const BlRefine      refine,
                   const unsigned      v)
{
  BlAsk ask      = job_rig_ask(take);
  ask.refine     = refine;
  ask.of_job     = 1;
  ask.of_variant = v;
  ask.again      = true;
  return ask;
}

BlJobState
job_rig_resume(JobRig* const     rig,
               const char* const take_id,
               const uint32_t    number,
               const bool        again)
{
  job_rig_forget(rig);
  if (bl_runner_resume(rig->runner, take_id, number, again) ||
      bl_runner_run_until_idle(rig->runner, NULL)) {
    die("the runner did not run");
  }
  return rig->last.state;
}

void
job_rig_fault(const JobRig* const    rig,
              const StandinEndpoint  endpoint,
              const StandinFaultKind kind,
              const unsigned         times,
              const int              code,
              const char* const      text)
{
  const StandinFault f = { .endpoint = endpoint,
                           .kind     = kind,
                           .times    = times,
                           .code     = code,
                           .text     = text };
  standin_add_fault(rig->standin, f);
}

BlJob*
job_rig_load(const JobRig* const rig,
             const char* const   take_id,
             const uint32_t      number)
{
  BlJob* const job = (BlJob*)calloc(1, sizeof(BlJob));
  if (!job || bl_journal_load(rig->root, take_id, number, &rig->log, job)) {
    die("the journal cannot be read");
  }
  return job;
}

bool
job_rig_wait(JobRig* const rig, const unsigned n, const double seconds)
{
  const double end = bl_time_monotonic() + seconds;
  while (atomic_load(&rig->n_ended) < n) {
    const struct timespec slice = { 0, 5000000L };
    if (bl_time_monotonic() > end) {
      return false;
    }
    nanosleep(&slice, NULL);
  }
  return true;
}

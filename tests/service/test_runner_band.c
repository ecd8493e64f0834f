// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// A sung take through the real local band; the band killed in its work, and
// the process that asked it

#include "base/paths.h"
#include "job/journal.h"
#include "support/jobrig.h"
#include "support/scratch.h"
#include "support/sing.h"
#include "take/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sndfile.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RATE 44100u
#define SECONDS 12.0

// Children of a process, by /proc

static pid_t
parent_of(const pid_t pid, char name[32], const bool dead)
{
  char path[64];
  char line[512] = "";
  snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
  FILE* const file = fopen(path, "re");
  if (!file || !fgets(line, sizeof(line), file)) {
    line[0] = '\0';
  }
  if (file) {
    fclose(file);
  }

  char        state  = '?';
  int         parent = 0;
  char*       open   = strchr(line, '(');
  char* const shut   = strrchr(line, ')');
  if (!open || !shut || sscanf(shut + 1, " %c %d", &state, &parent) != 2 ||
      (state == 'Z' && !dead)) {
    return -1;
  }
  *shut = '\0';
  snprintf(name, 32, "%.31s", open + 1);
  return (pid_t)parent;
}

/// The band that `parent` has started; 0 where there is none.  `dead`: also
/// one that nobody has reaped
static pid_t
find_band_of(const pid_t parent, const bool dead)
{
  DIR* const proc  = opendir("/proc");
  pid_t      found = 0;
  assert_non_null(proc);
  for (struct dirent* entry = readdir(proc); entry && !found;
       entry                = readdir(proc)) {
    char        name[32] = "";
    const pid_t pid      = (pid_t)strtol(entry->d_name, NULL, 10);
    if (pid > 0 && parent_of(pid, name, dead) == parent &&
        !strncmp(name, "backline-band", 13)) {
      found = pid;
    }
  }
  closedir(proc);
  return found;
}

static pid_t
find_band(const pid_t parent)
{
  return find_band_of(parent, false);
}

// A rig whose service is the local band

static JobRig*
band_rig(void)
{
  char dir[2048];
  char root[4096];
  char config[4096];
  assert_true(scratch_make(dir, sizeof(dir), "band"));
  snprintf(root, sizeof(root), "%s/takes", dir);
  snprintf(config, sizeof(config), "%s/config", dir);
  assert_int_equal(bl_path_make_dir(root), BL_SUCCESS);
  assert_int_equal(bl_path_make_dir(config), BL_SUCCESS);
  JobRig* const rig = job_rig_new_in(root, config);
  rig->quiet        = true; // The band's own rhythm
  return rig;
}

static BlTake
sung_take(const JobRig* const rig)
{
  char   path[BL_PATH_BYTES + 8];
  BlTake take;
  snprintf(path, sizeof(path), "%s.wav", rig->root);
  assert_int_equal(bl_sing_song(path, RATE, 100.0, SECONDS), BL_SUCCESS);
  assert_int_equal(bl_store_import(rig->root, path, &take), BL_SUCCESS);
  take.origin       = BL_ORIGIN_BOUNCED;
  take.has_position = true;
  take.start        = 441000;
  take.has_bar      = true;
  take.bar          = 4;
  take.n_tempos     = 1;
  take.tempos[0]    = (BlTempo){ 0, 100.0, 4.0f, 4 };
  assert_int_equal(bl_store_save(rig->root, &take), BL_SUCCESS);
  return take;
}

static void
assert_two_instrumentals(const BlJob* const job)
{
  assert_int_equal(job->state, BL_JOB_PLACED);
  assert_string_equal(job->service, "local");
  assert_false(job->paid);
  for (unsigned v = 0; v < BL_VARIANTS; ++v) {
    SF_INFO           info;
    SF_BROADCAST_INFO bext;
    memset(&info, 0, sizeof(info));
    SNDFILE* const file = sf_open(job->results[v].path, SFM_READ, &info);
    assert_non_null(file);
    assert_true(sf_command(file, SFC_GET_BROADCAST_INFO, &bext, sizeof(bext)));
    sf_close(file);
    assert_int_equal(info.samplerate, RATE);
    assert_true((double)info.frames > (SECONDS - 3.0) * RATE);
    assert_int_equal((int64_t)bext.time_reference_low, 441000 + job->trim.trim);
    assert_true(job->results[v].peak_dbfs > -40.0);
  }
  assert_false(job->twins);
}

static void
extra_path(const JobRig* const rig,
           const BlJob* const  job,
           const unsigned      e,
           char                path[const BL_PATH_BYTES])
{
  char dir[BL_PATH_BYTES];
  assert_int_equal(bl_store_take_dir(rig->root, job->take_id, dir, sizeof(dir)),
                   BL_SUCCESS);
  assert_int_equal(bl_path_join(path, BL_PATH_BYTES, dir, job->extras[e]),
                   BL_SUCCESS);
}

static void
assert_begins(const char* const path, const char* const head)
{
  char        begin[5] = "";
  FILE* const file     = fopen(path, "rbe");
  assert_non_null(file);
  assert_int_equal(fread(begin, 1, 4, file), 4);
  fclose(file);
  assert_memory_equal(begin, head, strlen(head));
}

/// MIDI and analysis always; stems, each in its result's place, when wanted
static void
assert_extras(const JobRig* const rig, const BlJob* const job, const bool stems)
{
  unsigned n_stems[BL_VARIANTS] = { 0 };
  for (unsigned e = 0; e < BL_N_EXTRAS; ++e) {
    const BlExtra* const extra = &bl_extras[e];
    char                 path[BL_PATH_BYTES];
    SF_INFO              info = { 0 };
    SF_BROADCAST_INFO    bext;
    extra_path(rig, job, e, path);
    if (!extra->stem) {
      assert_begins(path, extra->variant ? "MThd" : "{");
      continue;
    }
    if (!job->extras[e][0]) {
      continue;
    }
    SNDFILE* const file = sf_open(path, SFM_READ, &info);
    assert_non_null(file);
    assert_true(sf_command(file, SFC_GET_BROADCAST_INFO, &bext, sizeof(bext)));
    sf_close(file);
    const unsigned v = (unsigned)(extra->variant - 'A');
    assert_int_equal(info.frames, job->results[v].frames);
    assert_int_equal(bext.time_reference_low, job->results[v].time_reference);
    ++n_stems[v];
  }
  for (unsigned v = 0; v < BL_VARIANTS; ++v) {
    assert_true(stems ? n_stems[v] >= 2 : n_stems[v] == 0);
  }
}

/// "Song (A) 2 drums.wav" of "Song (A) 2.wav"
static void
assert_named_after_results(const BlJob* const job)
{
  for (unsigned e = 0; e < BL_N_EXTRAS; ++e) {
    if (bl_extras[e].variant && job->extras[e][0]) {
      const char* const path = job->results[bl_extras[e].variant - 'A'].path;
      const char* const own  = strrchr(path, '/') + 1;
      const size_t      stem = strlen(own) - strlen(".wav");
      assert_memory_equal(job->extras[e], own, stem);
      assert_string_equal(job->extras[e] + stem, bl_extras[e].ending);
    }
  }
}

static void
a_sung_take_comes_back_with_a_band(void** const state)
{
  (void)state;
  JobRig* const rig  = band_rig();
  const BlTake  take = sung_take(rig);
  const BlAsk   ask  = job_rig_ask(&take);
  job_rig_run(rig, &ask);
  assert_two_instrumentals(&rig->last);
  assert_extras(rig, &rig->last, false);
  assert_int_equal(rig->last.posts, 1);
  assert_int_equal(rig->falls, 0);

  // Once more, with stems: all are named after the results that they are of
  BlAsk more                                                     = ask;
  more.settings.values[BL_PORT_STEMS - BL_PORT_CONTROL_IN_FIRST] = 1.0f;
  BlJob* const first = job_rig_load(rig, take.id, 1);
  job_rig_run(rig, &more);
  assert_two_instrumentals(&rig->last);
  assert_extras(rig, &rig->last, true);
  for (unsigned e = 0; e < BL_N_EXTRAS; ++e) {
    assert_true(!first->extras[e][0] ||
                strcmp(first->extras[e], rig->last.extras[e]) != 0);
  }
  assert_named_after_results(first);
  assert_named_after_results(&rig->last);
  free(first);

  // It goes with its last client, and leaves no zombie where an instance lives
  const struct timespec pause = { 0, 20000000L };
  assert_int_equal(bl_runner_start(rig->runner), BL_SUCCESS);
  for (int i = 0; i < 1500 && find_band_of(getpid(), true); ++i) {
    nanosleep(&pause, NULL);
  }
  assert_int_equal(find_band_of(getpid(), true), 0);
  job_rig_free(rig);
}

// The band dies in its work

static void
kill_band(JobRig* const rig, const BlJobNews* const news)
{
  if (news->new_state && news->job->state == BL_JOB_SUBMITTED && !rig->more) {
    const pid_t band = find_band(getpid());
    assert_true(band > 0);
    assert_int_equal(kill(band, SIGKILL), 0);
    rig->more = rig;
  }
}

static void
a_band_that_dies_is_started_anew(void** const state)
{
  (void)state;
  JobRig* const rig  = band_rig();
  const BlTake  take = sung_take(rig);
  const BlAsk   ask  = job_rig_ask(&take);
  rig->on_news       = kill_band;
  job_rig_run(rig, &ask);
  assert_two_instrumentals(&rig->last);
  assert_non_null(rig->more);

  // The upload died with it: from `encoded` on, once more
  const char* const again = strstr(rig->states, "submitted encoded uploaded");
  assert_non_null(again);
  assert_non_null(strstr(again, "submitting submitted"));
  assert_int_equal(rig->last.posts, 2);
  job_rig_free(rig);
}

// We die while the band works

static void
die_submitted(JobRig* const rig, const BlJobNews* const news)
{
  (void)rig;
  if (news->new_state && news->job->state == BL_JOB_SUBMITTED) {
    kill(getpid(), SIGKILL);
  }
}

/// Calls of link() until we die: a file beside the results has its last name,
/// and the journal does not know
static unsigned links_left;

/// The C library's, for the whole program
int
link(const char* const from, const char* const to)
{
  const int fail = linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
  if (links_left && !--links_left) {
    kill(getpid(), SIGKILL);
  }
  return fail;
}

static int
run_child(char** const argv)
{
  JobRig* const rig = job_rig_new_in(argv[2], argv[3]);
  BlTake        take;
  if (bl_store_load(rig->root, argv[4], &take)) {
    return 2;
  }
  BlAsk ask  = job_rig_ask(&take);
  rig->quiet = true;
  links_left = (unsigned)atoi(argv[5]);
  if (links_left) {
    ask.settings.values[BL_PORT_STEMS - BL_PORT_CONTROL_IN_FIRST] = 1.0f;
  } else {
    rig->on_news = die_submitted;
  }
  (void)job_rig_run(rig, &ask);
  job_rig_free(rig);
  return 3; // It should have died
}

static void
let_child_die(const JobRig* const rig,
              const BlTake* const take,
              const char* const   links)
{
  const pid_t pid = fork();
  assert_true(pid >= 0);
  if (!pid) {
    execl("/proc/self/exe", "test_runner_band", "--child", rig->root,
          rig->config, take->id, links, (char*)NULL);
    _exit(9);
  }
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void
a_job_of_the_dead_is_done_by_the_next(void** const state)
{
  (void)state;
  JobRig* const rig  = band_rig();
  const BlTake  take = sung_take(rig);
  let_child_die(rig, &take, "0");

  BlJob* const left = job_rig_load(rig, take.id, 1);
  assert_int_equal(left->state, BL_JOB_SUBMITTED);
  free(left);

  assert_int_equal(bl_runner_adopt(rig->runner, take.id, 1), BL_SUCCESS);
  assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
  assert_two_instrumentals(&rig->last);
  job_rig_free(rig);
}

/// Files of the take's folder whose name has that in it
static unsigned
count_files(const JobRig* const rig,
            const BlTake* const take,
            const char* const   part)
{
  char dir[BL_PATH_BYTES];
  assert_int_equal(bl_store_take_dir(rig->root, take->id, dir, sizeof(dir)),
                   BL_SUCCESS);
  DIR* const folder = opendir(dir);
  unsigned   count  = 0;
  assert_non_null(folder);
  for (struct dirent* entry = readdir(folder); entry; entry = readdir(folder)) {
    count += strstr(entry->d_name, part) ? 1u : 0u;
  }
  closedir(folder);
  return count;
}

/// First a MIDI file, then a stem as well
static void
a_file_that_has_its_name_is_not_fetched_again(void** const state)
{
  (void)state;
  static const struct
  {
    const char* links;
    unsigned    extra; ///< Of bl_extras, the one amid which we die
    const char* part;
  } deaths[] = { { "1", 1, " (A).mid" }, { "2", 2, " (A) drums.wav" } };
  for (unsigned i = 0; i < BL_COUNT(deaths); ++i) {
    JobRig* const  rig  = band_rig();
    const BlTake   take = sung_take(rig);
    const unsigned e    = deaths[i].extra;
    let_child_die(rig, &take, deaths[i].links);
    BlJob* const left = job_rig_load(rig, take.id, 1);
    assert_int_equal(left->state, BL_JOB_FETCHED);
    assert_string_equal(left->extras[e], "");
    free(left);
    assert_int_equal(count_files(rig, &take, deaths[i].part), 1);

    // The band that could be asked again has died as well
    assert_int_equal(bl_runner_adopt(rig->runner, take.id, 1), BL_SUCCESS);
    assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
    assert_two_instrumentals(&rig->last);
    assert_non_null(strstr(rig->last.extras[e], deaths[i].part));
    assert_int_equal(count_files(rig, &take, deaths[i].part), 1);
    assert_int_equal(count_files(rig, &take, "-variant-"), 0);
    job_rig_free(rig);
  }
}

int
main(int argc, char** argv)
{
  if (argc == 6 && !strcmp(argv[1], "--child")) {
    return run_child(argv);
  }

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_sung_take_comes_back_with_a_band),
    cmocka_unit_test(a_band_that_dies_is_started_anew),
    cmocka_unit_test(a_job_of_the_dead_is_done_by_the_next),
    cmocka_unit_test(a_file_that_has_its_name_is_not_fetched_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

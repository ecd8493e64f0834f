// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// A disk that is really full: takes, journals and results

#include "base/paths.h"
#include "job/journal.h"
#include "support/jobrig.h"
#include "support/rig.h"
#include "support/smalldisk.h"
#include "take/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DISK_BYTES (192u << 20)

static char disk[1024];

// Capture

static void
a_take_keeps_what_there_was_room_for(void** const state)
{
  (void)state;
  char root[1100];
  snprintf(root, sizeof(root), "%s/takes", disk);
  assert_int_equal(bl_path_make_dir(root), BL_SUCCESS);
  assert_true(small_disk_fill(disk, 1u << 20));

  Rig* const rig = rig_new_in(root, 48000u, 1u, NULL);
  rig_roll(rig, 10u * 48000u, 1024u, 0.0);
  rig_block(rig, 64u, 0.0);
  assert_true(rig_wait_closed(rig, 1u, 30.0));
  BlTake take = rig_take(rig, 0u);
  assert_int_equal(rig->error, BL_DISK_FULL);
  assert_true(take.frames > 100000u && take.frames < 10u * 48000u);
  assert_int_equal(take.dropped, 10u * 48000u - take.frames);
  const char* const wrong = rig_check(rig->root, &take, 0u);
  if (wrong) {
    fail_msg("%s", wrong);
  }

  small_disk_empty(disk);
  const uint64_t counter = rig->counter;
  rig_roll(rig, 48000u, 1024u, 0.0);
  rig_block(rig, 64u, 0.0);
  assert_true(rig_wait_closed(rig, 2u, 30.0));
  assert_int_equal(rig->error, BL_SUCCESS);
  take = rig_take(rig, 1u);
  assert_null(rig_check(rig->root, &take, counter));
  assert_int_equal(take.frames, 48000);
  rig_free(rig);
}

// Jobs

static BlJobState full_from;
static size_t     full_left;

static void
fill_disk(JobRig* const rig, const BlJobNews* const news)
{
  (void)rig;
  if (news->new_state && news->job->state == full_from) {
    assert_true(small_disk_fill(disk, full_left));
  }
}

static void
expect_sentence(const BlJob* const job)
{
  print_message("# %s: %s\n", bl_job_state_name(full_from), job->message);
  assert_int_equal(job->state, BL_JOB_FAILED);
  assert_int_equal(job->error, BL_DISK_FULL);
  assert_non_null(strstr(job->message, "disk"));
}

static void
lose_room(const size_t left, const BlJobState* const when, const uint32_t n)
{
  JobRig* const rig      = job_rig_new(NULL);
  const BlTake  take     = job_rig_take(rig, 11.0, 0.0);
  const BlAsk   ask      = job_rig_ask(&take);
  bool          had_task = false;
  full_left              = left;
  for (uint32_t i = 0; i < n; ++i) {
    standin_reset(rig->standin);
    full_from    = when[i];
    rig->on_news = fill_disk;
    job_rig_run(rig, &ask);
    expect_sentence(&rig->last);
    had_task = rig->last.task_id[0];

    // With room again it goes on; nothing is paid for twice
    rig->on_news = NULL;
    small_disk_empty(disk);
    job_rig_forget(rig);
    assert_int_equal(bl_runner_resume(rig->runner, take.id, i + 1, !had_task),
                     BL_SUCCESS);
    assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
    assert_int_equal(rig->last.state, BL_JOB_PLACED);
    assert_int_equal(bl_job_results(&rig->last), 2);
    assert_int_equal(standin_count(rig->standin, STANDIN_SUBMIT), 1);
  }
  job_rig_free(rig);
}

static void
results_that_do_not_fit(void** const state)
{
  (void)state;
  static const BlJobState when[] = { BL_JOB_CHECKED, BL_JOB_SUBMITTED,
                                     BL_JOB_FETCHED };
  lose_room(64u << 10, when, BL_COUNT(when));
}

static void
journals_that_cannot_be_written(void** const state)
{
  (void)state;
  static const BlJobState when[] = { BL_JOB_ENCODED, BL_JOB_SUBMITTING,
                                     BL_JOB_TEXT };
  lose_room(0u, when, BL_COUNT(when));
}

// The room that is kept for what a POST brings

/// The text that is longest as JSON: \u0001 for each byte
static void
fill(char* const text, const size_t size)
{
  memset(text, 1, size - 1u);
  text[size - 1u] = '\0';
}

static void
fill_request(BlRequest* const request)
{
  fill(request->upload_url, sizeof(request->upload_url));
  fill(request->title, sizeof(request->title));
  fill(request->tags, sizeof(request->tags));
  fill(request->negative_tags, sizeof(request->negative_tags));
  fill(request->callback_url, sizeof(request->callback_url));
  fill(request->model, sizeof(request->model));
  fill(request->lyrics, sizeof(request->lyrics));
}

static void
fill_track(BlTaskTrack* const track)
{
  fill(track->id, sizeof(track->id));
  fill(track->title, sizeof(track->title));
  fill(track->tags, sizeof(track->tags));
  fill(track->model, sizeof(track->model));
  for (unsigned u = 0; u < BL_COUNT(track->urls); ++u) {
    fill(track->urls[u], sizeof(track->urls[u]));
  }
}

static void
fill_slots(BlJob* const job)
{
  for (unsigned s = 0; s < BL_SLOTS; ++s) {
    job->fetched[s] = true;
    job->placed[s]  = true;
    fill(job->delivered[s], sizeof(job->delivered[s]));
    fill(job->results[s].path, BL_FILE_NAME_BYTES);
  }
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    fill(job->task.part_urls[p], sizeof(job->task.part_urls[p]));
  }
  for (unsigned e = 0; e < BL_N_EXTRAS; ++e) {
    fill(job->task.extra_urls[e], sizeof(job->task.extra_urls[e]));
    fill(job->extras[e], sizeof(job->extras[e]));
  }
}

/// Fuller than any that is written: a job about a result has no tracks
static void
fill_job(BlJob* const job)
{
  job->state  = BL_JOB_SUBMITTING;
  job->refine = BL_REFINE_STEMS;
  job->price  = -1.0 / 3.0;
  fill(job->message, sizeof(job->message));
  fill(job->service, sizeof(job->service));
  fill(job->task_id, sizeof(job->task_id));
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    fill(job->settings.strings[i], sizeof(job->settings.strings[i]));
  }
  fill(job->settings.service, sizeof(job->settings.service));
  fill(job->settings.track, sizeof(job->settings.track));
  fill_request(&job->request);
  fill(job->task.note, sizeof(job->task.note));
  fill(job->task.raw_status, sizeof(job->task.raw_status));
  job->task.n_tracks = BL_VARIANTS;
  for (unsigned v = 0; v < BL_VARIANTS; ++v) {
    fill_track(&job->task.tracks[v]);
  }
  fill_slots(job);
}

static void
the_longest_journal_has_its_room(void** const state)
{
  (void)state;
  JobRig* const rig  = job_rig_new(NULL);
  const BlTake  take = job_rig_take(rig, 11.0, 0.0);
  BlJob* const  job  = (BlJob*)calloc(1, sizeof(BlJob));
  char          path[BL_PATH_BYTES];
  bl_job_init(job);
  memcpy(job->take_id, take.id, sizeof(job->take_id));
  job->number = 1;
  assert_int_equal(bl_journal_save(rig->root, job), BL_SUCCESS);
  assert_int_equal(bl_journal_reserve(rig->root, job), BL_SUCCESS);
  assert_true(small_disk_fill(disk, 0u));

  fill_job(job);
  assert_int_equal(bl_journal_save(rig->root, job), BL_DISK_FULL);
  assert_int_equal(bl_journal_save_reserved(rig->root, job), BL_SUCCESS);
  assert_int_equal(
    bl_journal_path(rig->root, take.id, 1, ".json", path, sizeof(path)),
    BL_SUCCESS);
  char*  text = NULL;
  size_t size = 0;
  assert_int_equal(bl_path_read_file(path, BL_JOURNAL_BYTES, &text, &size),
                   BL_SUCCESS);
  char* const want = bl_job_to_json(job);
  print_message("# the longest journal has %zu bytes\n", size);
  assert_int_equal(size, strlen(want));
  assert_string_equal(text, want);
  free(want);
  free(text);

  // It has become the journal: none is left
  assert_int_equal(bl_journal_save_reserved(rig->root, job), BL_NOT_FOUND);
  small_disk_empty(disk);
  free(job);
  job_rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_take_keeps_what_there_was_room_for),
    cmocka_unit_test(results_that_do_not_fit),
    cmocka_unit_test(journals_that_cannot_be_written),
    cmocka_unit_test(the_longest_journal_has_its_room),
  };
  const char* const tmp = getenv("BL_TMP") ? getenv("BL_TMP") : "/tmp";
  snprintf(disk, sizeof(disk), "%s/small", tmp);
  if (bl_path_make_dir(disk) || !small_disk_mount(disk, DISK_BYTES) ||
      setenv("BL_TMP", disk, 1)) {
    return 1;
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}

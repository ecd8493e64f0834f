// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

/// The real disk thread behind the real capture: see support/rig.h

#include "support/rig.h"
#include "take/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void
sleep_ms(const long ms)
{
  const struct timespec ts = { ms / 1000, (ms % 1000) * 1000000L };
  nanosleep(&ts, NULL);
}

static unsigned
count_folders(const char* const root)
{
  DIR* const dir   = opendir(root);
  unsigned   count = 0u;
  for (struct dirent* e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
    count += e->d_name[0] != '.' ? 1u : 0u;
  }
  if (dir) {
    closedir(dir);
  }
  return count;
}

static void
expect_whole(Rig* const     rig,
             const unsigned index,
             const int64_t  start,
             const uint64_t counter,
             const uint64_t frames)
{
  const BlTake        copy  = rig_take(rig, index);
  const BlTake* const take  = &copy;
  const char* const   wrong = rig_check(rig->root, take, counter);
  if (wrong) {
    fail_msg("take %u: %s", index, wrong);
  }
  assert_true(take->finished && take->has_position);
  assert_int_equal(take->start, start);
  assert_int_equal(take->frames, frames);
  assert_int_equal(take->dropped, 0);
  assert_int_equal(rig_dropped(rig), 0);

  // What is on disk is what was told
  BlTake read;
  assert_int_equal(bl_store_load(rig->root, take->id, &read), BL_SUCCESS);
  assert_int_equal(read.hash, take->hash);
  assert_int_equal(read.start, take->start);
  assert_int_equal(read.frames, take->frames);
}

static void
every_rate_and_block_size(void** const state)
{
  (void)state;
  static const uint32_t rates[]  = { 44100u, 48000u, 88200u, 96000u, 192000u };
  static const uint32_t blocks[] = { 1u, 37u, 64u, 1024u, 8192u };
  for (size_t i = 0; i < 5u; ++i) {
    for (uint32_t channels = 1u; channels <= 2u; ++channels) {
      Rig* const     rig    = rig_new(rates[i], channels);
      const uint64_t frames = blocks[i] < 64u ? 30000u : 3u * rates[i] + 17u;
      rig->frame            = 1000000 + (int64_t)i;
      rig_block(rig, 100u, 0.0);
      rig_roll(rig, frames, blocks[i], 0.0);
      rig_block(rig, 100u, 0.0);
      assert_true(rig_wait_closed(rig, 1u, 20.0));
      expect_whole(rig, 0u, 1000000 + (int64_t)i, 100u, frames);

      const BlTake        copy = rig_take(rig, 0u);
      const BlTake* const take = &copy;
      assert_true(take->has_bar);
      assert_int_equal(take->bar, 2);
      assert_float_equal(take->beat, 1.5, 1e-12);
      assert_int_equal(take->n_tempos, 1);
      assert_float_equal(take->tempos[0].bpm, 120.0, 0.0);
      rig_free(rig);
    }
  }
}

static void*
run_eighth(void* const data)
{
  Rig* const rig = (Rig*)data;
  rig_roll(rig, 10u * 48000u, 256u, 0.0);
  rig_block(rig, 64u, 0.0);
  return NULL;
}

static void
eight_at_once(void** const state)
{
  (void)state;
  pthread_t  threads[8];
  Rig*       rigs[8];
  Rig* const first = rig_new(48000u, 2u);
  for (int i = 0; i < 8; ++i) {
    rigs[i]        = i ? rig_new_in(first->root, 48000u, 2u, NULL) : first;
    rigs[i]->frame = 1000 * i;
    assert_int_equal(pthread_create(&threads[i], NULL, run_eighth, rigs[i]), 0);
  }
  for (int i = 0; i < 8; ++i) {
    pthread_join(threads[i], NULL);
    assert_true(rig_wait_closed(rigs[i], 1u, 30.0));
    expect_whole(rigs[i], 0u, 1000 * i, 0u, 10u * 48000u);
  }

  BlTakeList list;
  assert_int_equal(bl_store_list(first->root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 8);
  bl_store_list_free(&list);
  for (int i = 7; i >= 0; --i) {
    rig_free(rigs[i]);
  }
}

// Failures

static void
a_full_disk_keeps_what_there_is(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(48000u, 1u);
  rig->disk.room = 400000;
  rig_roll(rig, 10u * 48000u, 1024u, 0.0);
  rig_block(rig, 64u, 0.0);
  assert_true(rig_wait_closed(rig, 1u, 10.0));

  BlTake take = rig_take(rig, 0u);
  assert_int_equal(rig->error, BL_DISK_FULL);
  assert_true(take.frames > 90000u && take.frames <= 100000u);
  assert_int_equal(rig_dropped(rig), 10u * 48000u - take.frames);
  assert_int_equal(take.dropped, rig_dropped(rig));
  const char* const wrong = rig_check(rig->root, &take, 0u);
  if (wrong) {
    fail_msg("%s", wrong);
  }

  // There is room again: so is the next take
  rig->disk.room         = -1;
  const uint64_t counter = rig->counter;
  const int64_t  start   = rig->frame;
  const uint64_t dropped = rig_dropped(rig);
  rig_roll(rig, 48000u, 1024u, 0.0);
  rig_block(rig, 64u, 0.0);
  assert_true(rig_wait_closed(rig, 2u, 10.0));
  assert_int_equal(rig->error, BL_SUCCESS);
  take = rig_take(rig, 1u);
  assert_null(rig_check(rig->root, &take, counter));
  assert_int_equal(take.frames, 48000);
  assert_int_equal(take.start, start);
  assert_int_equal(rig_dropped(rig), dropped);
  rig_free(rig);
}

static void
a_folder_that_cannot_be_made(void** const state)
{
  (void)state;
  Rig* const rig = rig_new_in("/proc/no/such/folder", 48000u, 1u, NULL);
  rig_roll(rig, 60u * 48000u, 8192u, 0.0);
  rig_block(rig, 64u, 0.0);
  rig_stop(rig);
  assert_int_equal(rig->n_closed, 0);
  assert_true(rig->n_errors);
  assert_int_not_equal(rig->error, BL_SUCCESS);
  assert_int_equal(rig_dropped(rig), 60u * 48000u);
  rig_free(rig);
}

// Takes

static void
the_same_audio_is_kept_once(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(48000u, 1u);
  for (int i = 0; i < 3; ++i) {
    rig->frame   = 96000;
    rig->counter = i < 2 ? 5u : 6u; // The third differs
    rig_roll(rig, 48000u, 1000u, 0.0);
    rig->frame = 0;
    rig_block(rig, 64u, 0.0);
    assert_true(rig_wait_closed(rig, (unsigned)i + 1u, 10.0));
  }

  // The same at another place
  rig->frame   = 200000;
  rig->counter = 5u;
  rig_roll(rig, 48000u, 1000u, 0.0);
  rig_block(rig, 64u, 0.0);
  assert_true(rig_wait_closed(rig, 4u, 10.0));
  rig_stop(rig);

  assert_string_equal(rig->takes[0].same_as, "");
  assert_string_equal(rig->takes[1].same_as, rig->takes[0].id);
  assert_string_equal(rig->takes[2].same_as, "");
  assert_string_equal(rig->takes[3].same_as, "");

  char        path[BL_PATH_BYTES];
  struct stat files[2];
  for (unsigned i = 0; i < 2u; ++i) {
    snprintf(path, sizeof(path), "%s/%s/take.wav", rig->root, rig->takes[i].id);
    assert_int_equal(stat(path, &files[i]), 0);
  }
  assert_true(files[0].st_ino == files[1].st_ino);
  for (unsigned i = 0; i < 4u; ++i) {
    assert_null(rig_check(rig->root, &rig->takes[i], i == 2u ? 6u : 5u));
  }

  // The folders are plain: whoever deletes the first by hand keeps the second
  BlTakeList list;
  assert_int_equal(bl_store_list(rig->root, NULL, &list), BL_SUCCESS);
  assert_true(list.bytes < 4u * (uint64_t)files[0].st_size);
  bl_store_list_free(&list);
  snprintf(path, sizeof(path), "%s/%s/take.wav", rig->root, rig->takes[0].id);
  assert_int_equal(unlink(path), 0);
  snprintf(path, sizeof(path), "%s/%s/take.json", rig->root, rig->takes[0].id);
  assert_int_equal(unlink(path), 0);
  assert_null(rig_check(rig->root, &rig->takes[1], 5u));
  rig_free(rig);
}

static void
a_follower_keeps_nothing(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(48000u, 1u);
  rig->refuse    = true;
  rig_roll(rig, 48000u, 1000u, 0.0);
  rig_block(rig, 64u, 0.0);
  rig_stop(rig);
  assert_int_equal(rig->n_opened, 1);
  assert_int_equal(rig->n_closed, 0);
  assert_int_equal(rig_dropped(rig), 0);
  assert_int_equal(count_folders(rig->root), 0);
  rig_free(rig);
}

static void
origins_are_told_apart(void** const state)
{
  (void)state;
  const BlWriterSetup more = { .live_offset_ms = 100.0, .host = "Testhost" };
  Rig* const          base = rig_new(48000u, 1u);
  Rig* const          rig  = rig_new_in(base->root, 48000u, 1u, &more);

  rig->frame = 96000;
  rig_roll(rig, 60000u, 480u, 1.0);
  rig_block(rig, 64u, 0.0);
  rig->frame = 196000;
  rig_roll(rig, 60000u, 8192u, 0.0);
  rig_block(rig, 64u, 0.0);
  rig->freewheel = true;
  rig->frame     = 296000;
  rig_roll(rig, 60000u, 1024u, 0.0);
  rig_block(rig, 64u, 0.0);
  rig->freewheel = false;
  rig->record    = true;
  rig->frame     = 396000;
  rig_roll(rig, 60000u, 480u, 1.0);
  rig->record = false;
  rig->arm    = false;
  rig_block(rig, 64u, 0.0);
  assert_true(rig_wait_closed(rig, 4u, 10.0));
  rig_stop(rig);

  const BlTake* const t = rig->takes;
  assert_int_equal(t[0].origin, BL_ORIGIN_PLAYED);
  assert_int_equal(t[1].origin, BL_ORIGIN_BOUNCED);
  assert_int_equal(t[2].origin, BL_ORIGIN_EXPORTED);
  assert_int_equal(t[3].origin, BL_ORIGIN_RECORDED);
  assert_string_equal(t[3].host, "Testhost");

  // Only what the user said is live moves: 0.2 beats of 120 bpm earlier
  assert_int_equal(t[0].start, 96000);
  assert_int_equal(t[1].start, 196000);
  assert_int_equal(t[2].start, 296000);
  assert_int_equal(t[3].start, 396000 - 4800);
  assert_float_equal(t[3].beat, 1.3, 1e-9);
  for (unsigned i = 0; i < 4u; ++i) {
    const char* const wrong =
      rig_check(rig->root, &t[i], 60000u * i + 64u * (i < 3u ? i : 3u));
    if (wrong) {
      fail_msg("take %u: %s", i, wrong);
    }
  }
  rig_free(rig);
  rig_free(base);
}

static void
an_open_take_ends_with_its_instance(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(48000u, 2u);
  rig_roll(rig, 30u * 48000u, 1000u, 0.0);
  rig_stop(rig);
  assert_int_equal(rig->n_closed, 1);
  expect_whole(rig, 0u, 0, 0u, 30u * 48000u);
  rig_free(rig);
}

/// Ten seconds of a sine of 997 Hz, a tenth of full scale: -23.0 LUFS
static void
sing(Rig* const rig, const uint32_t block)
{
  for (uint32_t at = 0u; at < 480000u; at += block) {
    for (uint32_t i = 0u; i < block; ++i) {
      const double phase = 2.0 * 3.14159265358979 * 997.0 * (at + i) / 48000.0;
      rig->audio[0][i]   = (float)(0.1 * sin(phase));
    }
    const float* const   audio[1] = { rig->audio[0] };
    const BlTimeEvent    event    = { .has   = BL_TIME_FRAME | BL_TIME_SPEED,
                                      .frame = rig->frame + at,
                                      .speed = 1.0 };
    const BlCaptureBlock b        = { .audio    = audio,
                                      .frames   = block,
                                      .events   = &event,
                                      .n_events = 1u,
                                      .enabled  = true,
                                      .arm      = true };
    bl_capture_run(&rig->capture, &b);
    if (block < 8192u) {
      sleep_ms(1);
    }
  }
  rig_block(rig, 64u, 0.0);
}

static void
it_is_measured(void** const state)
{
  (void)state;
  // In small pieces, each heard as it comes, and at once, heard afterwards
  for (int at_once = 0; at_once < 2; ++at_once) {
    Rig* const rig = rig_new(48000u, 1u);
    rig->frame     = 5000;
    sing(rig, at_once ? 60000u : 480u);
    assert_true(rig_wait_closed(rig, 1u, 10.0));
    for (int i = 0; i < 1000 && isnan(rig_take(rig, 0u).loudness_lufs); ++i) {
      sleep_ms(5);
    }
    const BlTake take = rig_take(rig, 0u);
    rig_stop(rig);
    assert_float_equal(take.peak_dbfs, -20.0, 0.01);
    assert_float_equal(take.loudness_lufs, -23.0, 0.1);
    assert_int_equal(take.clipped, 0);
    assert_int_equal(rig->n_peaks, 200);
    assert_float_equal(rig->peak_max, 0.1, 1e-4);

    BlTake read;
    assert_int_equal(bl_store_load(rig->root, take.id, &read), BL_SUCCESS);
    assert_float_equal(read.loudness_lufs, take.loudness_lufs, 1e-9);
    rig_free(rig);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_rate_and_block_size),
    cmocka_unit_test(eight_at_once),
    cmocka_unit_test(a_full_disk_keeps_what_there_is),
    cmocka_unit_test(a_folder_that_cannot_be_made),
    cmocka_unit_test(the_same_audio_is_kept_once),
    cmocka_unit_test(a_follower_keeps_nothing),
    cmocka_unit_test(origins_are_told_apart),
    cmocka_unit_test(an_open_take_ends_with_its_instance),
    cmocka_unit_test(it_is_measured),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

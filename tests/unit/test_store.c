// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/measure.h"
#include "take/store.h"
#include "take/store_files.h"
#include "take/wav.h"

#include "base/paths.h"
#include "support/scratch.h"

#include <sndfile.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[400];

static int
fresh_root(void** const state)
{
  (void)state;
  return scratch_make(root, sizeof(root), "store") ? 0 : -1;
}

static void
quiet(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)level;
  (void)line;
  ++*(unsigned*)handle;
}

static void
path_of(const char* const id, const char* const name, char* const path)
{
  assert_int_equal(bl_store_file(root, id, name, path, BL_PATH_BYTES),
                   BL_SUCCESS);
}

static bool
exists(const char* const id, const char* const name)
{
  char path[BL_PATH_BYTES];
  path_of(id, name, path);
  return !access(path, F_OK);
}

static void
put_text(const char* const id, const char* const name, const char* const text)
{
  char path[BL_PATH_BYTES];
  path_of(id, name, path);
  assert_int_equal(bl_path_write_file(path, text, strlen(text), 0600),
                   BL_SUCCESS);
}

/// A take with `frames` of a ramp on disk; wav is left open and locked
static void
make_take(BlTake* const take, BlWav* const wav, const uint64_t frames)
{
  BlWavInfo info;
  char      path[BL_PATH_BYTES];
  bl_take_init(take);
  assert_int_equal(bl_store_create(root, take->id), BL_SUCCESS);
  bl_store_stamp(take->created);
  take->rate         = 48000u;
  take->channels     = 1u;
  take->has_position = true;
  take->start        = 4242;
  take->n_tempos     = 1u;
  bl_store_wav_info(take, &info);
  path_of(take->id, "take.wav", path);
  assert_int_equal(bl_wav_create(wav, path, &info, NULL, NULL), BL_SUCCESS);
  for (uint64_t i = 0u; i < frames; ++i) {
    const float sample = (float)(i % 1000u) * 0.0005f;
    assert_int_equal(bl_wav_append(wav, &sample, 1u), BL_SUCCESS);
  }
  take->frames = frames;
}

static void
make_finished(BlTake* const take, const uint64_t frames)
{
  BlWav wav;
  make_take(take, &wav, frames);
  assert_int_equal(bl_wav_update(&wav), BL_SUCCESS);
  assert_int_equal(bl_measure_file(wav.fd, &wav.info, take), BL_SUCCESS);
  bl_wav_close(&wav);
  take->finished = true;
  assert_int_equal(bl_store_save(root, take), BL_SUCCESS);
}

// Files

static void
four_gigabytes_are_rf64(void** const state)
{
  (void)state;
  // A sparse file: the header alone is ours
  static const uint64_t frames[] = { 536870000u, 536870911u, 600000000u };
  for (size_t i = 0; i < 3u; ++i) {
    const BlWavInfo info = { .rate           = 48000u,
                             .channels       = 2u,
                             .frames         = frames[i],
                             .time_reference = 0x123456789ull,
                             .created        = "2026-11-22T10:13:40Z" };
    unsigned char   header[BL_WAV_HEADER_BYTES];
    char            path[500];
    snprintf(path, sizeof(path), "%s/large.wav", root);
    const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    bl_wav_header(&info, header);
    const bool big = i > 0u;
    assert_memory_equal(header, big ? "RF64" : "RIFF", 4);
    assert_int_equal(pwrite(fd, header, sizeof(header), 0), sizeof(header));
    const off_t end  = (off_t)(BL_WAV_HEADER_BYTES + frames[i] * 8u);
    const float last = 0.5f;
    assert_int_equal(pwrite(fd, &last, 4, end - 4), 4);

    BlWavInfo probed;
    assert_int_equal(bl_wav_probe(fd, &probed), BL_SUCCESS);
    assert_int_equal(probed.frames, frames[i]);
    assert_int_equal(probed.time_reference, 0x123456789ull);
    close(fd);

    SF_INFO        sf = { .format = 0 };
    SNDFILE* const in = sf_open(path, SFM_READ, &sf);
    assert_non_null(in);
    assert_int_equal(sf.frames, frames[i]);
    assert_int_equal(sf.format & SF_FORMAT_TYPEMASK,
                     big ? SF_FORMAT_RF64 : SF_FORMAT_WAV);

    float             samples[2] = { 0.0f, 0.0f };
    SF_BROADCAST_INFO bext;
    assert_int_equal(sf_seek(in, (sf_count_t)frames[i] - 1, SEEK_SET),
                     frames[i] - 1u);
    assert_int_equal(sf_readf_float(in, samples, 1), 1);
    assert_true(samples[1] == 0.5f);
    assert_true(sf_command(in, SFC_GET_BROADCAST_INFO, &bext, sizeof(bext)));
    assert_int_equal(bext.time_reference_low, 0x23456789);
    assert_int_equal(bext.time_reference_high, 1);
    sf_close(in);
    unlink(path);
  }
}

static void
an_open_take_is_left_alone(void** const state)
{
  (void)state;
  BlTake     take;
  BlWav      wav;
  BlTakeList list;
  make_take(&take, &wav, 1000u);
  take.frames = 0u;
  assert_int_equal(bl_store_save(root, &take), BL_SUCCESS);
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 0);
  assert_true(list.bytes > 4000u);
  bl_store_list_free(&list);
  assert_int_equal(bl_store_remove(root, take.id), BL_BUSY);

  // Its process died: half a frame is there, the header says nothing
  assert_int_equal(pwrite(wav.fd, "abc", 3, BL_WAV_HEADER_BYTES + 4000), 3);
  bl_wav_close(&wav);
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
    assert_int_equal(list.count, 1);
    assert_false(list.takes[0].finished);
    assert_int_equal(list.takes[0].frames, 1000);
    assert_int_equal(list.takes[0].start, 4242);
    assert_float_equal(list.takes[0].peak_dbfs, 20.0f * log10f(0.4995f), 1e-4);
    bl_store_list_free(&list);
  }

  SF_INFO info = { .format = 0 };
  char    path[BL_PATH_BYTES];
  path_of(take.id, "take.wav", path);
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  assert_non_null(file);
  assert_int_equal(info.frames, 1000);
  sf_close(file);
}

static void
unreadable_things_are_set_aside(void** const state)
{
  (void)state;
  unsigned    lines = 0u;
  const BlLog log   = { quiet, &lines, BL_LOG_TRACE };
  BlTakeList  list;
  BlTake      json;
  BlTake      audio;
  BlTake      newer;
  make_finished(&json, 500u);
  make_finished(&audio, 600u);
  make_finished(&newer, 700u);
  put_text(json.id, "take.json", "{\"version\": 1, \"id\":");
  put_text(newer.id, "take.json", "{\"version\": 99}");

  // take.json is lost, the audio is not
  assert_int_equal(bl_store_list(root, &log, &list), BL_SUCCESS);
  assert_int_equal(list.count, 2);
  assert_true(lines >= 2u);
  assert_true(exists(json.id, "take.json.unreadable"));
  assert_true(exists(json.id, "take.wav"));
  assert_true(exists(newer.id, "take.json"));
  for (size_t i = 0; i < list.count; ++i) {
    if (!strcmp(list.takes[i].id, json.id)) {
      assert_int_equal(list.takes[i].frames, 500);
      assert_int_equal(list.takes[i].start, 4242);
      assert_false(list.takes[i].finished);
    }
  }
  bl_store_list_free(&list);

  // Neither can be read
  put_text(audio.id, "take.json", "no");
  put_text(audio.id, "take.wav", "neither");
  assert_int_equal(bl_store_list(root, &log, &list), BL_SUCCESS);
  assert_int_equal(list.count, 1);
  assert_true(exists(audio.id, "take.json.unreadable"));
  assert_true(exists(audio.id, "take.wav.unreadable"));
  bl_store_list_free(&list);

  assert_int_equal(bl_store_list("/no/such/folder", &log, &list), BL_SUCCESS);
  assert_int_equal(list.count, 0);
}

static void
a_file_that_lost_its_end_is_told(void** const state)
{
  (void)state;
  BlTake     take;
  BlTakeList list;
  char       path[BL_PATH_BYTES];
  make_finished(&take, 1000u);
  path_of(take.id, "take.wav", path);
  assert_int_equal(truncate(path, BL_WAV_HEADER_BYTES + 2000), 0);
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.takes[0].frames, 500);
  assert_false(list.takes[0].finished);
  bl_store_list_free(&list);
}

static void
lists_are_in_order(void** const state)
{
  (void)state;
  BlTake     takes[5];
  BlTakeList list;
  for (int i = 0; i < 5; ++i) {
    make_finished(&takes[i], 100u);
  }
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 5);
  for (size_t i = 0; i < 5u; ++i) {
    assert_string_equal(list.takes[i].id, takes[i].id);
  }
  bl_store_list_free(&list);
}

static void
removing_hands_the_audio_over(void** const state)
{
  (void)state;
  BlTake takes[3];
  BlTake read;
  char   path[BL_PATH_BYTES];
  for (int i = 0; i < 3; ++i) {
    make_finished(&takes[i], 1000u);
  }
  for (int i = 1; i < 3; ++i) {
    path_of(takes[i].id, "take.wav", path);
    unlink(path);
    strcpy(takes[i].same_as, takes[0].id);
    assert_int_equal(bl_store_save(root, &takes[i]), BL_SUCCESS);
  }

  // Not while one of its jobs runs
  put_text(takes[0].id, "job-1.lock", "");
  put_text(takes[0].id, "Title (A).wav", "result");
  path_of(takes[0].id, "job-1.lock", path);
  const int lock = open(path, O_RDWR);
  assert_int_equal(flock(lock, LOCK_EX), 0);
  assert_int_equal(bl_store_remove(root, takes[0].id), BL_BUSY);
  assert_true(exists(takes[0].id, "take.wav"));
  close(lock);

  assert_int_equal(bl_store_remove(root, takes[0].id), BL_SUCCESS);
  assert_int_equal(bl_store_remove(root, takes[0].id), BL_NOT_FOUND);
  assert_int_equal(bl_store_load(root, takes[0].id, &read), BL_NOT_FOUND);

  BlTakeList list;
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 2);
  assert_string_equal(list.takes[0].same_as, "");
  assert_string_equal(list.takes[1].same_as, list.takes[0].id);
  for (size_t i = 0; i < 2u; ++i) {
    assert_int_equal(
      bl_store_audio_path(root, &list.takes[i], path, sizeof(path)),
      BL_SUCCESS);
  }
  bl_store_list_free(&list);
}

// Import

static void
write_file(const char* const path, const int format, const uint64_t reference)
{
  SF_INFO info = { .samplerate = 44100, .channels = 2, .format = format };
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  assert_non_null(file);
  if (reference) {
    SF_BROADCAST_INFO bext;
    memset(&bext, 0, sizeof(bext));
    bext.time_reference_low  = (uint32_t)reference;
    bext.time_reference_high = (uint32_t)(reference >> 32u);
    assert_true(sf_command(file, SFC_SET_BROADCAST_INFO, &bext, sizeof(bext)));
  }
  for (int i = 0; i < 44100 * 2; ++i) {
    const int frame[2] = { i * 256 * 64, -i * 256 * 32 };
    assert_int_equal(sf_writef_int(file, frame, 1), 1);
  }
  sf_close(file);
}

static void
imports_are_as_they_were(void** const state)
{
  (void)state;
  static const struct
  {
    const char* name;
    int         format;
    uint64_t    reference;
    int         kept;
  } files[] = {
    { "a b.c.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 0x1000000AAull,
      SF_FORMAT_PCM_24 },
    { "float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 0u, SF_FORMAT_FLOAT },
    { "16.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 0u, SF_FORMAT_PCM_16 },
    { "24.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_24, 0u, SF_FORMAT_PCM_24 },
    { "broken.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1ull << 51u,
      SF_FORMAT_PCM_16 },
  };
  for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); ++i) {
    char    path[500];
    char    kept[BL_PATH_BYTES];
    BlTake  take;
    BlTake  read;
    SF_INFO info = { .format = 0 };
    snprintf(path, sizeof(path), "%s/%s", root, files[i].name);
    write_file(path, files[i].format, files[i].reference);
    assert_int_equal(bl_store_import(root, path, &take), BL_SUCCESS);
    assert_int_equal(bl_store_load(root, take.id, &read), BL_SUCCESS);
    assert_int_equal(take.origin, BL_ORIGIN_IMPORTED);
    assert_int_equal(take.frames, 88200);
    assert_int_equal(take.rate, 44100);
    assert_int_equal(take.channels, 2);
    assert_true(take.finished && take.hash && isfinite(take.peak_dbfs));
    const bool known = files[i].reference && files[i].reference < 1ull << 49u;
    assert_int_equal(take.has_position, known);
    assert_int_equal(take.start, known ? (int64_t)files[i].reference : 0);
    assert_memory_equal(take.name, files[i].name, strlen(take.name));

    // Sample for sample, in the same format
    assert_int_equal(bl_store_audio_path(root, &take, kept, sizeof(kept)),
                     BL_SUCCESS);
    SNDFILE* const out = sf_open(kept, SFM_READ, &info);
    SF_INFO        was = { .format = 0 };
    SNDFILE* const in  = sf_open(path, SFM_READ, &was);
    assert_int_equal(info.format & SF_FORMAT_SUBMASK, files[i].kept);
    for (int f = 0; f < 88200; ++f) {
      int a[2];
      int b[2];
      assert_int_equal(sf_readf_int(out, a, 1), 1);
      assert_int_equal(sf_readf_int(in, b, 1), 1);
      assert_memory_equal(a, b, sizeof(a));
    }
    sf_close(out);
    sf_close(in);
  }

  BlTakeList list;
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 5);
  bl_store_list_free(&list);
}

static void
a_name_is_text_whatever_the_file_is_called(void** const state)
{
  (void)state;
  BlTake take;
  char   path[500];
  snprintf(path, sizeof(path), "%s/\xE9t\xE9\x1B[1m.wav", root);
  write_file(path, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 0u);
  assert_int_equal(bl_store_import(root, path, &take), BL_SUCCESS);
  assert_string_equal(take.name, "\uFFFDt\uFFFD[1m");
}

static void
no_import_leaves_nothing(void** const state)
{
  (void)state;
  BlTake     take;
  BlTakeList list;
  char       path[500];
  snprintf(path, sizeof(path), "%s/text.wav", root);
  assert_int_equal(bl_path_write_file(path, "no audio", 8u, 0600), BL_SUCCESS);
  assert_int_equal(bl_store_import(root, path, &take), BL_BAD_FILE);
  assert_int_equal(bl_store_import(root, "/no/such/file", &take), BL_NOT_FOUND);
  assert_int_equal(bl_store_list(root, NULL, &list), BL_SUCCESS);
  assert_int_equal(list.count, 0);
  assert_int_equal(list.bytes, 0);
  bl_store_list_free(&list);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh_root)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(four_gigabytes_are_rf64),
    TEST(an_open_take_is_left_alone),
    TEST(unreadable_things_are_set_aside),
    TEST(a_file_that_lost_its_end_is_told),
    TEST(lists_are_in_order),
    TEST(removing_hands_the_audio_over),
    TEST(imports_are_as_they_were),
    TEST(a_name_is_text_whatever_the_file_is_called),
    TEST(no_import_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

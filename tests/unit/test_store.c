// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/measure.h"
#include "take/store.h"
#include "take/store_files.h"
#include "take/wav.h"

#include "base/paths.h"

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

static void
quiet(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)level;
  (void)line;
  ++*(unsigned*)handle;
}

static int
fresh_root(void** const state)
{
  (void)state;
  const char* const tmp = getenv("BL_TMP");
  snprintf(root, sizeof(root), "%s/store-XXXXXX", tmp ? tmp : "/tmp");
  return mkdtemp(root) ? 0 : -1;
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

// Names and values

static void
an_id_never_leaves_the_root(void** const state)
{
  (void)state;
  static const char* const bad[] = { "",
                                     ".",
                                     "..",
                                     "../../etc",
                                     "20261122T101340Z-1a2b3c4",
                                     "20261122T101340Z-1a2b3c4d5",
                                     "20261122T101340Z-1A2B3C4D",
                                     "20261122T101340Z/1a2b3c4d",
                                     "2026112zT101340Z-1a2b3c4d" };
  char                     path[BL_PATH_BYTES];
  assert_true(bl_store_id_is_valid("20261122T101340Z-1a2b3c4d"));
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    assert_false(bl_store_id_is_valid(bad[i]));
    assert_int_equal(bl_store_take_dir(root, bad[i], path, sizeof(path)),
                     BL_BAD_ARG);
    assert_int_equal(bl_store_remove(root, bad[i]), BL_BAD_ARG);
  }
  for (int i = 0; i < 50; ++i) {
    char id[BL_TAKE_ID_BYTES];
    assert_int_equal(bl_store_create(root, id), BL_SUCCESS);
    assert_true(bl_store_id_is_valid(id));
  }
}

static void
fill_take(BlTake* const take)
{
  bl_take_init(take);
  strcpy(take->id, "20261122T101340Z-1a2b3c4d");
  strcpy(take->name, "Strophe \"1\" \xC3\xA4\xF0\x9F\x8E\xA4 \n");
  strcpy(take->host, "Ardour");
  strcpy(take->created, "2026-11-22T10:13:40.123456Z");
  strcpy(take->same_as, "20261122T101340Z-00000000");
  take->origin        = BL_ORIGIN_EXPORTED;
  take->finished      = true;
  take->rate          = 44100u;
  take->channels      = 2u;
  take->frames        = 999999999999999ull;
  take->has_position  = true;
  take->start         = -123456789012345;
  take->has_bar       = true;
  take->bar           = -3;
  take->beat          = 1.0 / 3.0;
  take->dropped       = 17u;
  take->filled        = 18u;
  take->clipped       = 19u;
  take->peak_dbfs     = -0.1;
  take->loudness_lufs = -23.45678901234;
  take->hash          = 0xFEDCBA9876543210ull;
  take->n_tempos      = BL_TAKE_TEMPOS_MAX;
  take->n_gaps        = BL_TAKE_GAPS_MAX;
  for (uint32_t i = 0; i < BL_TAKE_TEMPOS_MAX; ++i) {
    const BlTempo tempo = { i * 1000u, 91.7 + i, 3.5f, 8 };
    take->tempos[i]     = tempo;
  }
  for (uint32_t i = 0; i < BL_TAKE_GAPS_MAX; ++i) {
    const BlGap gap = { i * 1000u, i, i % 2u };
    take->gaps[i]   = gap;
  }
}

static void
expect_equal(const BlTake* const a, const BlTake* const b)
{
  char* const left  = bl_take_to_json(a);
  char* const right = bl_take_to_json(b);
  assert_string_equal(left, right);
  assert_int_equal(a->frames, b->frames);
  assert_int_equal(a->start, b->start);
  assert_int_equal(a->hash, b->hash);
  assert_true(fabs(a->beat - b->beat) < 1e-14);
  assert_memory_equal(a->tempos, b->tempos, sizeof(a->tempos));
  free(left);
  free(right);
}

static void
json_goes_there_and_back(void** const state)
{
  (void)state;
  BlTake take;
  BlTake back;
  fill_take(&take);
  char* text = bl_take_to_json(&take);
  assert_int_equal(bl_take_from_json(text, &back), BL_SUCCESS);
  expect_equal(&take, &back);
  free(text);

  // Silence, and what is not known
  take.peak_dbfs     = -INFINITY;
  take.loudness_lufs = NAN;
  take.has_position  = false;
  take.has_bar       = false;
  text               = bl_take_to_json(&take);
  assert_int_equal(bl_take_from_json(text, &back), BL_SUCCESS);
  assert_true(isinf(back.peak_dbfs) && back.peak_dbfs < 0.0);
  assert_true(isnan(back.loudness_lufs));
  assert_false(back.has_position || back.has_bar);
  free(text);
}

static void
json_knows_no_locale(void** const state)
{
  (void)state;
  // A locale of our own with a decimal comma: none need be installed
  const char* const tmp = getenv("BL_TMP");
  char              command[1000];
  snprintf(command, sizeof(command),
           "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1",
           tmp ? tmp : root);
  (void)!system(command);
  setenv("LOCPATH", tmp ? tmp : root, 1);
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
    fail_msg("localedef (Debian: locales) cannot make de_DE.UTF-8");
  }
  assert_string_equal(localeconv()->decimal_point, ",");
  json_goes_there_and_back(state);

  BlTake take;
  fill_take(&take);
  char* const text = bl_take_to_json(&take);
  assert_non_null(strstr(text, "-23.45678901234"));
  free(text);
  setlocale(LC_ALL, "C");
}

static void
damaged_json_is_no_take(void** const state)
{
  (void)state;
  BlTake take;
  BlTake back;
  fill_take(&take);
  take.n_tempos    = 2u;
  take.n_gaps      = 2u;
  char* const text = bl_take_to_json(&take);
  char* const copy = strdup(text);
  for (size_t i = 0; i < strlen(text); ++i) {
    memcpy(copy, text, strlen(text) + 1u);
    copy[i] = '\0';
    assert_int_equal(bl_take_from_json(copy, &back), BL_BAD_FILE);

    // Any byte may be any other: no crash, and nothing out of range
    copy[i] = (char)(text[i] ^ (char)(1u << (i % 7u)));
    memset(&back, 0, sizeof(back));
    if (!bl_take_from_json(copy, &back)) {
      assert_true(back.n_gaps <= BL_TAKE_GAPS_MAX);
      assert_true(back.n_tempos <= BL_TAKE_TEMPOS_MAX);
      assert_true(back.channels >= 1u && back.channels <= 2u);
      assert_true(bl_store_id_is_valid(back.id));
    }
  }
  free(copy);
  free(text);
  assert_int_equal(bl_take_from_json("{\"version\": 2}", &back),
                   BL_UNSUPPORTED);
  assert_int_equal(bl_take_from_json("[]", &back), BL_BAD_FILE);
  assert_int_equal(bl_take_from_json("", &back), BL_BAD_FILE);
}

static void
takes_are_judged(void** const state)
{
  (void)state;
  BlTake take;
  bl_take_init(&take);
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SHORT);
  take.rate   = 48000u;
  take.frames = 47999u;
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SHORT);
  take.frames = 96000u;
  assert_float_equal(bl_take_seconds(&take), 2.0, 0.0);
  assert_int_equal(bl_take_judge(&take), BL_HOST_SILENT);
  take.origin = BL_ORIGIN_BOUNCED;
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SILENT);
  take.peak_dbfs = -70.0;
  take.origin    = BL_ORIGIN_PLAYED;
  assert_int_equal(bl_take_judge(&take), BL_TAKE_SILENT);
  take.peak_dbfs = -12.0;
  assert_int_equal(bl_take_judge(&take), BL_SUCCESS);
}

static void
a_hash_does_not_know_the_pieces(void** const state)
{
  (void)state;
  float audio[1000];
  for (int i = 0; i < 1000; ++i) {
    audio[i] = sinf((float)i) * 1.2f;
  }

  BlTake whole;
  BlTake pieces;
  bl_take_init(&whole);
  bl_take_init(&pieces);
  for (size_t piece = 1u; piece < 40u; ++piece) {
    BlMeasure a;
    BlMeasure b;
    bl_measure_init(&a);
    bl_measure_init(&b);
    bl_measure_add(&a, audio, 997u, NULL);
    for (size_t at = 0u; at < 997u; at += piece) {
      bl_measure_add(&b, audio + at, at + piece < 997u ? piece : 997u - at,
                     NULL);
    }
    bl_measure_finish(&a, &whole);
    bl_measure_finish(&b, &pieces);
    assert_int_equal(whole.hash, pieces.hash);
    assert_int_equal(whole.clipped, pieces.clipped);
    assert_true(whole.clipped > 100u);
    assert_true(whole.peak_dbfs == pieces.peak_dbfs);
  }

  BlMeasure other;
  bl_measure_init(&other);
  audio[996] = -audio[996];
  bl_measure_add(&other, audio, 997u, NULL);
  bl_measure_finish(&other, &pieces);
  assert_int_not_equal(whole.hash, pieces.hash);
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
    TEST(an_id_never_leaves_the_root),
    TEST(json_goes_there_and_back),
    TEST(json_knows_no_locale),
    TEST(damaged_json_is_no_take),
    TEST(takes_are_judged),
    TEST(a_hash_does_not_know_the_pieces),
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

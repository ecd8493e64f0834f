// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// timeout: 240

#include "band.h"
#include "listen.h"
#include "support/sing.h"

#include <ebur128.h>
#include <sndfile.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static BlBandResult result;

static void
path_of(char* const path, const char* const name)
{
  const char* const tmp = getenv("BL_TMP");
  snprintf(path, BL_PATH_BYTES, "%s/%s", tmp ? tmp : "/tmp", name);
}

static void
folder_of(char* const path, const char* const name)
{
  path_of(path, name);
  mkdir(path, 0700);
}

static void
write_samples(const char* const  path,
              const float* const samples,
              const size_t       n,
              const int          rate,
              const char* const  comment)
{
  SF_INFO  info = { 0, rate, 1, SF_FORMAT_WAV | SF_FORMAT_PCM_24, 0, 0 };
  SNDFILE* file = sf_open(path, SFM_WRITE, &info);
  assert_non_null(file);
  if (comment) {
    sf_set_string(file, SF_STR_COMMENT, comment);
  }
  sf_writef_float(file, samples, (sf_count_t)n);
  sf_close(file);
}

/// The project's own tune, with a host's grid in the comment or none
static void
sing(const char* const path,
     const double      bpm,
     const double      seconds,
     const char* const comment)
{
  BlSingSetup       setup   = bl_sing_setup();
  size_t            n_notes = 0;
  const BlSungNote* tune    = bl_sing_tune(&n_notes);
  size_t            n       = 0;
  setup.rate                = 44100;
  setup.bpm                 = bpm;
  setup.length_s            = seconds;
  while (n_notes &&
         (tune[n_notes - 1u].start + tune[n_notes - 1u].length) * 60.0 / bpm >
           seconds) {
    --n_notes;
  }
  float* const samples = bl_sing_samples(tune, n_notes, &setup, &n);
  assert_non_null(samples);
  write_samples(path, samples, n, 44100, comment);
  free(samples);
}

static BlStatus
play(const char* const audio,
     const char* const folder,
     const char* const tags,
     const bool        stems)
{
  char out[BL_PATH_BYTES];
  folder_of(out, folder);
  const BlBandRequest request = { .audio   = audio,
                                  .out_dir = out,
                                  .title   = "A test",
                                  .tags    = tags,
                                  .stems   = stems };
  return bl_band_play(&request, NULL, NULL, NULL, &result);
}

static float*
read_wav(const char* const path, size_t* const frames, SF_INFO* const info)
{
  memset(info, 0, sizeof(*info));
  SNDFILE* const file = sf_open(path, SFM_READ, info);
  assert_non_null(file);
  float* const samples =
    (float*)calloc((size_t)(info->frames * info->channels), sizeof(float));
  *frames = (size_t)sf_readf_float(file, samples, info->frames);
  sf_close(file);
  return samples;
}

static char*
read_bytes(const char* const path, size_t* const size)
{
  FILE* const file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  *size       = (size_t)ftell(file);
  char* bytes = (char*)malloc(*size);
  rewind(file);
  assert_int_equal(fread(bytes, 1, *size, file), *size);
  fclose(file);
  return bytes;
}

/// Second where the sound around `time` rises most: energy of 1 ms steps
static double
onset_near(const float* const s,
           const size_t       frames,
           const double       rate,
           const double       time)
{
  const double step  = 0.0005 * rate;
  const double begin = (time - 0.03) * rate;
  double       peak  = 0.0;
  for (double at = begin; at < begin + 0.09 * rate; at += step) {
    for (size_t i = (size_t)fmax(at, 0);
         i < (size_t)fmax(at + step, 0) && i < frames; ++i) {
      peak = fmax(peak, fabs((double)s[2u * i]));
    }
  }
  for (size_t i = (size_t)fmax(begin, 0.0); i < frames; ++i) {
    if (fabs((double)s[2u * i]) >= 0.316 * peak) {
      return (double)i / rate;
    }
  }
  return -1.0;
}

/// Kicks on the bar lines of the drum stem against the host's bar lines
static void
check_grid(const char* const comment, const double* const lines, const size_t n)
{
  char take[BL_PATH_BYTES];
  char stem[BL_PATH_BYTES];
  path_of(take, "grid.wav");
  sing(take, 120.0, 14.0, comment);
  // Pop: kick and hat on the bar line, nothing just before it
  assert_int_equal(play(take, "grid", "pop, calm", true), BL_SUCCESS);
  assert_int_equal(result.summary.grid, BL_BAND_GRID_HOST);
  assert_non_null(strstr(result.summary.text, "(told by the host)"));
  path_of(stem, "grid/variant-a-drums.wav");

  SF_INFO      info;
  size_t       frames  = 0;
  float* const samples = read_wav(stem, &frames, &info);
  double       worst   = 0.0;
  for (size_t i = 0; i < n; ++i) {
    const double onset = onset_near(samples, frames, info.samplerate, lines[i]);
    worst              = fmax(worst, fabs(onset - lines[i]));
  }
  free(samples);
  print_message("# kicks against the host's grid: worst %.2f ms of %zu\n",
                1e3 * worst, n);
  assert_true(worst <= 0.002);
}

static void
drums_keep_the_hosts_grid(void** const state)
{
  (void)state;
  double steady[6];
  for (unsigned i = 0; i < 6u; ++i) {
    steady[i] = i * 4.0 * 60.0 / 118.5;
  }
  check_grid("backline: bpm=118.500; meter=4/4; bar=0.000000", &steady[1], 5);

  // 120 for two bars, 97.3 for two, then 132.25
  const double bar2       = 4.0;
  const double bar4       = bar2 + 2.0 * 240.0 / 97.3;
  const double changing[] = { 2.0, bar2, bar2 + 240.0 / 97.3, bar4,
                              bar4 + 240.0 / 132.25 };
  char         comment[256];
  snprintf(comment, sizeof(comment),
           "backline: bpm=120.000; meter=4/4; bar=0.000000; "
           "tempo=4.000000:97.300:4/4; tempo=%.6f:132.250:4/4",
           bar4);
  check_grid(comment, changing, 5);
}

static void
the_same_request_gives_the_same_bytes(void** const state)
{
  (void)state;
  static const char* const names[] = { "variant-a.wav", "variant-b.wav",
                                       "variant-a.mid", "variant-b.mid",
                                       "analysis.json" };
  char                     take[BL_PATH_BYTES];
  path_of(take, "same.wav");
  sing(take, 92.0, 16.0, "backline: bpm=92.000; meter=4/4; bar=0.000000");
  assert_int_equal(play(take, "one", "soul, warm", false), BL_SUCCESS);
  assert_int_equal(play(take, "another-folder", "soul, warm", false),
                   BL_SUCCESS);
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    char   name[64];
    char   path[BL_PATH_BYTES];
    size_t sizes[2];
    snprintf(name, sizeof(name), "one/%s", names[i]);
    path_of(path, name);
    char* const a = read_bytes(path, &sizes[0]);
    snprintf(name, sizeof(name), "another-folder/%s", names[i]);
    path_of(path, name);
    char* const b = read_bytes(path, &sizes[1]);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(a, b, sizes[0]);
    free(a);
    free(b);
  }
}

/// The mix is played in two shares, each stem in one
static void
stems_add_up_to_the_mix(void** const state)
{
  (void)state;
  char take[BL_PATH_BYTES];
  path_of(take, "sum.wav");
  sing(take, 100.0, 12.0, "backline: bpm=100.000; meter=4/4; bar=0.000000");
  assert_int_equal(play(take, "sum", "pop", true), BL_SUCCESS);
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    SF_INFO      info;
    size_t       frames = 0;
    float* const mix    = read_wav(result.audio[v], &frames, &info);
    double       power  = 0.0;
    double       rest   = 0.0;
    for (size_t i = 0; i < 2u * frames; ++i) {
      power += (double)mix[i] * (double)mix[i];
    }
    for (unsigned s = 0; s < BL_BAND_STEMS; ++s) {
      char   name[64];
      char   path[BL_PATH_BYTES];
      size_t n = 0;
      if (result.stems[v] & (1u << s)) {
        snprintf(name, sizeof(name), "sum/variant-%c-%s.wav", (char)('a' + v),
                 bl_band_stem_names[s]);
        path_of(path, name);
        float* const stem = read_wav(path, &n, &info);
        assert_int_equal(n, frames);
        for (size_t i = 0; i < 2u * frames; ++i) {
          mix[i] -= stem[i];
        }
        free(stem);
      }
    }
    for (size_t i = 0; i < 2u * frames; ++i) {
      rest += (double)mix[i] * (double)mix[i];
    }
    free(mix);
    print_message("# %c: stems leave %.1f dB of the mix\n", (char)('A' + v),
                  10.0 * log10(rest / power));
    assert_true(rest < 0.01 * power);
  }
}

static void
results_are_loud_enough_and_never_clip(void** const state)
{
  (void)state;
  char take[BL_PATH_BYTES];
  path_of(take, "loud.wav");
  sing(take, 100.0, 15.0, "backline: bpm=100.000; meter=4/4; bar=0.000000");
  static const char* const tags[] = { "metal, epic", "ambient, calm" };
  for (size_t t = 0; t < BL_COUNT(tags); ++t) {
    assert_int_equal(play(take, "loud", tags[t], false), BL_SUCCESS);
    for (size_t v = 0; v < BL_VARIANTS; ++v) {
      SF_INFO        info;
      size_t         frames  = 0;
      double         lufs    = 0.0;
      double         left    = 0.0;
      double         right   = 0.0;
      float* const   samples = read_wav(result.audio[v], &frames, &info);
      ebur128_state* meter =
        ebur128_init(2, (unsigned long)info.samplerate,
                     EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
      ebur128_add_frames_float(meter, samples, frames);
      ebur128_loudness_global(meter, &lufs);
      ebur128_true_peak(meter, 0, &left);
      ebur128_true_peak(meter, 1, &right);
      ebur128_destroy(&meter);
      free(samples);
      const double peak = 20.0 * log10(fmax(left, right));
      print_message("# %s %c: %.2f LUFS, %.2f dBTP\n", tags[t], (char)('A' + v),
                    lufs, peak);
      assert_true(lufs > -18.5 && lufs < -15.5);
      assert_true(peak <= -0.9);
      // Frame 0 is frame 0, the ending is short
      assert_int_equal(info.samplerate, 44100);
      assert_int_equal(info.channels, 2);
      const double tail = (double)frames / info.samplerate - 15.0;
      assert_true(tail > 0.3 && tail < 6.5);
    }
  }
}

static void
make_noise(float* const samples, const size_t n, const double level)
{
  uint32_t random = 7;
  for (size_t i = 0; i < n; ++i) {
    random     = random * 1664525u + 1013904223u;
    samples[i] = (float)(level * ((double)random / 2147483648.0 - 1.0));
  }
}

static void
odd_takes_get_a_sentence_or_a_backing(void** const state)
{
  (void)state;
  const size_t n       = 44100u * 6u;
  float* const samples = (float*)calloc(n, sizeof(float));
  char         take[BL_PATH_BYTES];
  path_of(take, "odd.wav");

  write_samples(take, samples, n, 44100, NULL);
  assert_int_equal(play(take, "odd", "pop", false), BL_TAKE_SILENT);
  assert_true(*result.message);

  make_noise(samples, n, 0.3);
  write_samples(take, samples, n, 44100, NULL);
  assert_int_equal(play(take, "odd", "pop", false), BL_SUCCESS);

  write_samples(take, samples, 44100u / 3u, 44100, NULL);
  assert_int_equal(play(take, "odd", "pop", false), BL_TAKE_SHORT);

  // One click in six seconds, at a rate of its own
  memset(samples, 0, n * sizeof(float));
  samples[n / 2u] = 1.0f;
  write_samples(take, samples, n, 48000,
                "backline: bpm=600; meter=1/16; bar=0");
  assert_int_equal(play(take, "odd", "waltz", false), BL_SUCCESS);
  free(samples);

  assert_int_equal(play("/nowhere/at-all.wav", "odd", "", false), BL_NOT_FOUND);
}

/// Headers that lie, in every byte of the first hundred
static void
hostile_files_are_refused_or_played(void** const state)
{
  (void)state;
  BlGrooves* const grooves = bl_grooves_load();
  BlStyle          style;
  char             take[BL_PATH_BYTES];
  char             bad[BL_PATH_BYTES];
  size_t           size = 0;
  bl_style_read(grooves, "", "", &style);
  path_of(take, "good.wav");
  path_of(bad, "bad.wav");
  sing(take, 120.0, 2.0, "backline: bpm=120; meter=4/4; bar=0");
  char* const bytes = read_bytes(take, &size);

  uint32_t random = 99;
  for (unsigned round = 0; round < 60u; ++round) {
    char* const copy = (char*)malloc(size);
    memcpy(copy, bytes, size);
    for (unsigned k = 0; k < 3u; ++k) {
      random                      = random * 1664525u + 1013904223u;
      copy[(random >> 16) % 100u] = (char)(random >> 8);
    }
    const size_t keep = round % 3u == 0 ? size * (round + 1u) / 65u : size;
    FILE* const  file = fopen(bad, "wb");
    fwrite(copy, 1, keep, file);
    fclose(file);
    free(copy);

    BlHeard        heard;
    const BlStatus st = bl_listen(bad, &style, NULL, &heard);
    assert_true(st == BL_SUCCESS || st == BL_BAD_FILE || st == BL_TAKE_SHORT ||
                st == BL_TAKE_LONG || st == BL_TAKE_SILENT);
    bl_heard_deinit(&heard);
  }
  free(bytes);
  free(grooves);
}

static void*
trigger_soon(void* const data)
{
  const struct timespec wait = { 0, 400000000L };
  nanosleep(&wait, NULL);
  bl_cancel_trigger((BlCancel*)data);
  return NULL;
}

static void
cancelled_leaves_nothing(void** const state)
{
  (void)state;
  char take[BL_PATH_BYTES];
  char out[BL_PATH_BYTES];
  char file[BL_PATH_BYTES];
  path_of(take, "long.wav");
  folder_of(out, "cancelled");
  assert_int_equal(bl_sing_song(take, 44100, 100.0, 200.0), BL_SUCCESS);

  BlCancel* const     cancel  = bl_cancel_new();
  const BlBandRequest request = { .audio = take, .out_dir = out };
  pthread_t           thread;
  pthread_create(&thread, NULL, trigger_soon, cancel);
  assert_int_equal(bl_band_play(&request, cancel, NULL, NULL, &result),
                   BL_CANCELLED);
  pthread_join(thread, NULL);
  bl_cancel_free(cancel);
  path_of(file, "cancelled/variant-a.wav");
  assert_int_not_equal(access(file, F_OK), 0);
  path_of(file, "cancelled/variant-b.mid");
  assert_int_not_equal(access(file, F_OK), 0);
}

#define ALL_CHORDS                                                             \
  "keyboards, guitars, strings, brass, woodwinds, synth, mallets, folk, "      \
  "harp, vocals"

/// Who bans everybody is told so, and gets no silence; who bans what plays
/// chords is told what is missing
static void
bans_that_leave_nobody_are_told(void** const state)
{
  (void)state;
  char                take[BL_PATH_BYTES];
  char                out[BL_PATH_BYTES];
  char                file[BL_PATH_BYTES];
  const BlBandRequest request = { .audio         = take,
                                  .out_dir       = out,
                                  .tags          = "pop, piano, 120 bpm",
                                  .negative_tags = ALL_CHORDS ", bass, drums" };
  path_of(take, "banned.wav");
  folder_of(out, "banned");
  sing(take, 120.0, 6.0, "backline: bpm=120.000; meter=4/4; bar=0.000000");
  assert_int_equal(bl_band_play(&request, NULL, NULL, NULL, &result),
                   BL_BAD_FIELD);
  assert_non_null(strstr(result.message, "leave nobody to play"));
  path_of(file, "banned/variant-a.wav");
  assert_int_not_equal(access(file, F_OK), 0);

  BlBandRequest rhythm = request;
  rhythm.negative_tags = ALL_CHORDS;
  assert_int_equal(bl_band_play(&rhythm, NULL, NULL, NULL, &result),
                   BL_SUCCESS);
  assert_non_null(strstr(result.message, "leave no instrument for chords"));
  assert_true(isfinite(result.loudness_lufs[0]));

  // Nor is a tempo dropped in silence where the host's holds
  assert_null(strstr(result.message, "bpm in the tags"));
  rhythm.tags          = "pop, piano, 120 bpm, 92 bpm";
  rhythm.negative_tags = "vocals, singing, choir";
  assert_int_equal(bl_band_play(&rhythm, NULL, NULL, NULL, &result),
                   BL_SUCCESS);
  assert_null(strstr(result.message, "negative tags"));
  assert_non_null(strstr(result.message, "92 bpm in the tags was not used: "
                                         "the host's tempo, 120, holds."));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(drums_keep_the_hosts_grid),
    cmocka_unit_test(the_same_request_gives_the_same_bytes),
    cmocka_unit_test(stems_add_up_to_the_mix),
    cmocka_unit_test(results_are_loud_enough_and_never_clip),
    cmocka_unit_test(odd_takes_get_a_sentence_or_a_backing),
    cmocka_unit_test(hostile_files_are_refused_or_played),
    cmocka_unit_test(cancelled_leaves_nothing),
    cmocka_unit_test(bans_that_leave_nobody_are_told),
  };

  // The smallest soundfont, where it is there: this is no test of sound
  static const char small[] = "/usr/share/sounds/sf2/TimGM6mb.sf2";
  if (!access(small, R_OK)) {
    setenv("BACKLINE_SF2", small, 1);
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}

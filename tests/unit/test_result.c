// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "result/mp3.h"
#include "result/name.h"
#include "result/peak.h"
#include "result/resample.h"
#include "result/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PI 3.14159265358979323846

static char dir[2048];

static int
make_dir(void** const state)
{
  (void)state;
  const char* const tmp = getenv("BL_TMP") ? getenv("BL_TMP") : "/tmp";
  snprintf(dir, sizeof(dir), "%s/result-XXXXXX", tmp);
  return mkdtemp(dir) ? 0 : 1;
}

static const char*
in_dir(const char* const name)
{
  static char path[4096];
  snprintf(path, sizeof(path), "%s/%s", dir, name);
  return path;
}

// Resampling

/// Signal to noise in dB of a sine through the resampler
static double
snr(const uint32_t from, const uint32_t to, const double hertz)
{
  const size_t       n    = from;
  BlResampler* const r    = bl_resampler_new(from, to, 1);
  const size_t       room = bl_resampler_room(r);
  float* const       in   = (float*)malloc(n * sizeof(float));
  float* const       out  = (float*)malloc((2 * (size_t)to + room) * 4);
  size_t             got  = 0;
  for (size_t i = 0; i < n; ++i) {
    in[i] = (float)(0.9 * sin(2.0 * PI * hertz * (double)i / from));
  }
  for (size_t i = 0, k = 0; i < n; i += k) {
    k = 1 + (i * 7919u) % BL_RESAMPLE_CHUNK; // Chunks of any size
    k = k < n - i ? k : n - i;
    got += bl_resampler_process(r, in + i, k, out + got);
  }
  for (size_t k = 0; (k = bl_resampler_process(r, NULL, 0, out + got));) {
    got += k;
  }
  assert_int_equal(got, (n * (uint64_t)to + from - 1) / from);

  double signal = 0.0;
  double noise  = 0.0;
  for (size_t i = got / 8; i < got - got / 8; ++i) {
    const double want = 0.9 * sin(2.0 * PI * hertz * (double)i / to);
    signal += want * want;
    noise += ((double)out[i] - want) * ((double)out[i] - want);
  }
  bl_resampler_free(r);
  free(in);
  free(out);
  return 10.0 * log10(signal / noise);
}

static void
the_resampler_is_clean_and_in_place(void** const state)
{
  (void)state;
  static const struct
  {
    uint32_t from;
    uint32_t to;
    double   hertz;
  } rows[] = {
    { 44100, 48000, 997 },   { 44100, 48000, 10000 }, { 44100, 48000, 20000 },
    { 48000, 44100, 997 },   { 48000, 44100, 19500 }, { 44100, 96000, 15000 },
    { 44100, 192000, 5000 }, { 32000, 44100, 9000 },  { 96000, 44100, 997 },
    { 22050, 48000, 997 },   { 44100, 88200, 18000 }, { 8000, 48000, 1000 },
    { 48000, 48001, 9970 },  { 44056, 48000, 997 },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    const double db = snr(rows[i].from, rows[i].to, rows[i].hertz);
    print_message("# %u -> %u, %g Hz: %.1f dB\n", (unsigned)rows[i].from,
                  (unsigned)rows[i].to, rows[i].hertz, db);
    assert_true(db > 120.0);
  }
}

static void
what_the_lower_rate_cannot_hold_is_gone(void** const state)
{
  (void)state;
  BlResampler* const r = bl_resampler_new(48000, 44100, 1);
  static float       in[BL_RESAMPLE_CHUNK];
  static float       out[BL_RESAMPLE_CHUNK];
  double             highest = 0.0;
  for (unsigned chunk = 0; chunk < 20; ++chunk) {
    for (unsigned i = 0; i < BL_RESAMPLE_CHUNK; ++i) {
      const double t = (double)(chunk * BL_RESAMPLE_CHUNK + i) / 48000.0;
      in[i]          = (float)sin(2.0 * PI * 23000.0 * t);
    }
    const size_t n = bl_resampler_process(r, in, BL_RESAMPLE_CHUNK, out);
    for (size_t i = 0; chunk > 1 && i < n; ++i) {
      highest = fmax(highest, fabs((double)out[i]));
    }
  }
  bl_resampler_free(r);
  assert_true(20.0 * log10(highest) < -110.0);
}

static void
impossible_rates_are_refused(void** const state)
{
  (void)state;
  assert_null(bl_resampler_new(0, 48000, 1));
  assert_null(bl_resampler_new(44100, 0, 1));
  assert_null(bl_resampler_new(44100, 4000000000u, 1));
  assert_null(bl_resampler_new(44100, 48000, 0));
  assert_null(bl_resampler_new(44100, 48000, 99));
  bl_resampler_free(NULL);
}

// True peak

static void
the_true_peak_lies_between_the_samples(void** const state)
{
  (void)state;
  // fs / 4 with 45 degrees: samples reach 0.7071, the wave 1
  BlTruePeak* const peak = bl_true_peak_new(2);
  for (unsigned i = 0; i < 4800; ++i) {
    const float frame[2] = { (float)sin(PI / 2.0 * i + PI / 4.0), 0.1f };
    bl_true_peak_add(peak, frame, 1);
  }
  assert_true(fabs(bl_true_peak_samples(peak) - 0.70711) < 1e-4);
  assert_true(fabs(20.0 * log10(bl_true_peak_value(peak))) < 0.2);
  bl_true_peak_free(peak);
}

// Names

static void
titles_become_safe_names(void** const state)
{
  (void)state;
  static const struct
  {
    const char* title;
    const char* name;
  } rows[] = {
    { "Verse 1", "Verse 1 (A).wav" },
    { "Größe ☂ 日本", "Größe ☂ 日本 (A).wav" },
    { "../../etc/passwd", "etc-passwd (A).wav" },
    { "/absolute", "absolute (A).wav" },
    { "a/b\\c:d*e?f\"g<h>i|j", "a-b-c-d-e-f-g-h-i-j (A).wav" },
    { ".hidden", "hidden (A).wav" },
    { "...", "Backline (A).wav" },
    { "", "Backline (A).wav" },
    { "   ", "Backline (A).wav" },
    { "-rf", "rf (A).wav" },
    { "tab\tand\nline\r\x7f\x01", "tab and line (A).wav" },
    { "many   spaces  ", "many spaces (A).wav" },
    { "dots at end...", "dots at end (A).wav" },
    { "bad \xff\xfe utf\xc3", "bad utf (A).wav" },
    { "overlong \xc0\xaf slash", "overlong slash (A).wav" },
    { "surrogate \xed\xa0\x80", "surrogate (A).wav" },
    { "left\xe2\x80\xae"
      "wav.exe",
      "leftwav.exe (A).wav" },
    { "zero\xe2\x80\x8bwidth", "zerowidth (A).wav" },
    { "\xef\xbb\xbf"
      "bom",
      "bom (A).wav" },
    { "c1\xc2\x85"
      "control",
      "c1control (A).wav" },
    { "CON", "Take CON (A).wav" },
    { "com1", "Take com1 (A).wav" },
    { "nul.txt", "Take nul.txt (A).wav" },
    { "console", "console (A).wav" },
    { NULL, "Backline (A).wav" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    char name[BL_FILE_NAME_BYTES];
    assert_int_equal(
      bl_name_result(rows[i].title, 'A', ".wav", 0, name, sizeof(name)),
      BL_SUCCESS);
    assert_string_equal(name, rows[i].name);
  }
}

static void
long_titles_are_cut_at_a_code_point(void** const state)
{
  (void)state;
  for (unsigned shift = 0; shift < 4; ++shift) {
    char title[1200] = "";
    memset(title, 'x', shift);
    for (unsigned i = 0; i < 250; ++i) {
      strcat(title, "日");
    }
    char name[BL_FILE_NAME_BYTES];
    assert_int_equal(
      bl_name_result(title, 'B', ".wav", 998, name, sizeof(name)), BL_SUCCESS);
    const char* const end = strstr(name, " (B) 999.wav");
    assert_non_null(end);
    assert_int_equal((size_t)(end - name - shift) % 3, 0);
    assert_true(strlen(name) < 200);
  }
}

static void
names_are_not_used_twice(void** const state)
{
  (void)state;
  char path[BL_PATH_BYTES];
  for (unsigned i = 1; i <= 3; ++i) {
    assert_int_equal(
      bl_result_name(dir, "Same", 'A', ".wav", path, sizeof(path)), BL_SUCCESS);
    assert_int_equal(strstr(path, i == 1   ? "/Same (A).wav"
                                  : i == 2 ? "/Same (A) 2.wav"
                                           : "/Same (A) 3.wav") != NULL,
                     1);
    FILE* const file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
  }
}

// Placing

#define CLICK 30000u

/// A soft click at frame CLICK, in any format; @return false: not supported
static bool
write_click(const char* const path,
            const int         format,
            const int         rate,
            const double      height)
{
  SF_INFO info        = { 0 };
  info.samplerate     = rate;
  info.channels       = 2;
  info.format         = format;
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  if (!file) {
    return false;
  }

  const size_t n    = 100000;
  float* const data = (float*)calloc(2 * n, sizeof(float));
  for (size_t i = CLICK - 200; i < CLICK + 200; ++i) {
    const double x  = ((double)i - CLICK) / 8.0;
    data[2 * i]     = (float)(height * exp(-x * x) * cos(3.0 * x));
    data[2 * i + 1] = data[2 * i];
  }
  assert_int_equal(sf_writef_float(file, data, (sf_count_t)n), n);
  sf_close(file);
  free(data);
  return true;
}

typedef struct
{
  SF_INFO           info;
  SF_BROADCAST_INFO bext;
  size_t            peak; ///< Frame of the highest sample
  double            height;
} Heard;

static Heard
listen_to(const char* const path)
{
  Heard          heard = { 0 };
  SNDFILE* const file  = sf_open(path, SFM_READ, &heard.info);
  assert_non_null(file);
  assert_true(
    sf_command(file, SFC_GET_BROADCAST_INFO, &heard.bext, sizeof(heard.bext)));
  const size_t n    = (size_t)heard.info.frames;
  const size_t c    = (size_t)heard.info.channels;
  float* const data = (float*)malloc(n * c * sizeof(float));
  assert_int_equal(sf_readf_float(file, data, (sf_count_t)n), n);
  for (size_t i = 0; i < n; ++i) {
    if (fabs((double)data[i * c]) > heard.height) {
      heard.height = fabs((double)data[i * c]);
      heard.peak   = i;
    }
  }
  free(data);
  sf_close(file);
  return heard;
}

static BlPlaceRequest
request_for(const char* const source)
{
  const BlPlaceRequest request = {
    .source       = source,
    .dir          = dir,
    .title        = "Näme",
    .variant      = 'B',
    .rate         = 48000,
    .position     = 1000000,
    .has_position = true,
    .task_id      = "b8716826954d0f4e99059167bc49d745",
    .tags         = "folk, Gitarre für zwei",
    .model        = "V6",
  };
  return request;
}

static void
every_format_lands_in_place(void** const state)
{
  (void)state;
  static const struct
  {
    const char* name;
    int         format;
    unsigned    slack; ///< Frames by which a codec may smear a peak
  } rows[] = {
    { "click.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 0 },
    { "click.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 0 },
    { "click.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 1 },
    { "click.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 1 },
  };
  static const int rates[] = { 44100, 48000, 32000 };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    for (size_t r = 0; r < BL_COUNT(rates); ++r) {
      char source[4096];
      snprintf(source, sizeof(source), "%s", in_dir(rows[i].name));
      assert_true(write_click(source, rows[i].format, rates[r], 0.5));
      const BlPlaceRequest request = request_for(source);
      BlPlaced             placed;
      assert_int_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
      assert_int_equal(placed.padding, 0);

      const Heard  heard = listen_to(placed.path);
      const double want  = (double)CLICK * 48000.0 / rates[r];
      assert_true(fabs((double)heard.peak - want) <= 1.0 + rows[i].slack);
      assert_int_equal(heard.info.frames, placed.frames);
      const double frames = ceil(100000.0 * 48000.0 / rates[r]);
      assert_true(fabs((double)placed.frames - frames) < 2.0);
      assert_int_equal(heard.info.format, SF_FORMAT_WAV | SF_FORMAT_PCM_24);
      assert_int_equal(heard.bext.time_reference_low, 1000000);
    }
  }
}

/// Take the Xing tag's frame out, as a simple encoder leaves it
static void
strip_tag(const char* const from, const char* const to)
{
  static uint8_t data[1 << 20];
  FILE* const    in = fopen(from, "rb");
  assert_non_null(in);
  const size_t n = fread(data, 1, sizeof(data), in);
  fclose(in);

  size_t first  = 0;
  size_t second = 0;
  for (size_t i = 0; i + 4 < n && !second; ++i) {
    if (data[i] == 0xFF && (data[i + 1] & 0xFE) == 0xFA) {
      if (!first && !i) {
        first = 1; // The file begins with its tag's frame
      } else if (i > 100) {
        second = i;
      }
    }
  }
  assert_true(first && second);
  FILE* const out = fopen(to, "wb");
  assert_non_null(out);
  assert_int_equal(fwrite(data + second, 1, n - second, out), n - second);
  fclose(out);
}

static void
an_mp3_without_a_tag_loses_its_padding(void** const state)
{
  (void)state;
  char tagged[4096];
  char bare[4096];
  snprintf(tagged, sizeof(tagged), "%s", in_dir("tagged.mp3"));
  snprintf(bare, sizeof(bare), "%s", in_dir("bare.mp3"));
  assert_true(
    write_click(tagged, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 0.5));
  strip_tag(tagged, bare);
  assert_int_equal(bl_mp3_padding(tagged), 0);
  assert_int_equal(bl_mp3_padding(bare), 1105);

  BlPlaceRequest request = request_for(bare);
  BlPlaced       placed;
  request.rate = 44100;
  assert_int_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
  assert_int_equal(placed.padding, 1105);
  const Heard heard = listen_to(placed.path);
  assert_true(labs((long)heard.peak - (long)CLICK) <= 1);
}

static void
heads_of_mp3s_are_parsed_with_care(void** const state)
{
  (void)state;
  BlMp3Head     head;
  const uint8_t nothing[4] = { 0 };
  assert_int_equal(bl_mp3_parse(nothing, 0, &head), BL_BAD_FILE);
  assert_int_equal(bl_mp3_parse(nothing, 4, &head), BL_BAD_FILE);

  // MPEG 1, layer III, 128 kbit/s, 44100 Hz, joint stereo: 417 bytes
  static uint8_t file[2000];
  const uint8_t  frame[4] = { 0xFF, 0xFB, 0x90, 0x64 };
  memcpy(file, frame, 4);
  memcpy(file + 417, frame, 4);
  assert_int_equal(bl_mp3_parse(file, sizeof(file), &head), BL_SUCCESS);
  assert_false(head.has_tag);

  memcpy(file + 36, "Xing\0\0\0\x0F\0\0\0\x10", 12);
  file[36 + 120 + 21] = 0x24; // 576 << 12
  file[36 + 120 + 22] = 0x00;
  assert_int_equal(bl_mp3_parse(file, sizeof(file), &head), BL_SUCCESS);
  assert_true(head.has_tag);
  assert_int_equal(head.delay, 576);
  for (size_t size = 0; size < 400; ++size) {
    const BlStatus st = bl_mp3_parse(file, size, &head); // Cut anywhere
    assert_true(st == BL_SUCCESS || st == BL_BAD_FILE);
  }
  file[36 + 11] = 0; // No count of frames: libsndfile ignores the tag
  assert_int_equal(bl_mp3_parse(file, sizeof(file), &head), BL_SUCCESS);
  assert_false(head.has_tag);
  assert_int_equal(bl_mp3_padding("/nonexistent"), 0);
}

static void
the_broadcast_chunk_says_it_all(void** const state)
{
  (void)state;
  char source[4096];
  snprintf(source, sizeof(source), "%s", in_dir("b.wav"));
  assert_true(
    write_click(source, SF_FORMAT_WAV | SF_FORMAT_PCM_24, 48000, 0.5));
  BlPlaceRequest request = request_for(source);
  request.position       = 6000000000; // Beyond 32 bits
  BlPlaced placed;
  assert_int_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
  const Heard heard = listen_to(placed.path);
  assert_int_equal((uint64_t)heard.bext.time_reference_high << 32 |
                     heard.bext.time_reference_low,
                   6000000000u);
  assert_string_equal(
    heard.bext.description,
    "task=b8716826954d0f4e99059167bc49d745; model=V6; tags=folk, Gitarre "
    "f?r zwei");
  assert_memory_equal(heard.bext.originator, "Backline", 8);
  assert_memory_equal(heard.bext.originator_reference, "b8716826954d", 12);
  assert_int_equal(heard.bext.origination_date[4], '-');
  assert_int_equal(heard.bext.version, 2);
  assert_int_equal(heard.bext.max_true_peak_level,
                   (int)lround(placed.peak_dbfs * 100.0));
  assert_false(placed.offset_measured);
  assert_int_equal(placed.offset, 0);
  assert_true(strstr(placed.path, "/Näme (B)"));
}

static void
places_at_and_before_zero(void** const state)
{
  (void)state;
  char source[4096];
  snprintf(source, sizeof(source), "%s", in_dir("z.wav"));
  assert_true(
    write_click(source, SF_FORMAT_WAV | SF_FORMAT_PCM_24, 48000, 0.5));
  BlPlaceRequest request = request_for(source);
  BlPlaced       placed;

  request.position = 0;
  assert_int_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
  assert_int_equal(placed.time_reference, 1);
  assert_int_equal(placed.cut, 0);
  assert_int_equal(listen_to(placed.path).bext.time_reference_low, 1);

  request.position = -1000;
  assert_int_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
  assert_int_equal(placed.cut, 1000);
  assert_int_equal(placed.frames, 99000);
  assert_int_equal(listen_to(placed.path).peak, CLICK - 1000);

  request.has_position = false;
  assert_int_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
  assert_int_equal(placed.time_reference, 0);
  assert_int_equal(listen_to(placed.path).bext.time_reference_low, 0);
}

static void
too_loud_is_turned_down_not_clipped(void** const state)
{
  (void)state;
  char source[4096];
  snprintf(source, sizeof(source), "%s", in_dir("loud.wav"));
  assert_true(write_click(source, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 44100, 1.6));
  BlPlaceRequest request = request_for(source);
  BlPlaced       placed;
  assert_int_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
  assert_true(placed.gain_db < -4.0 && placed.gain_db > -5.0);
  Heard heard = listen_to(placed.path);
  assert_true(heard.height <= 0.9999);
  assert_true(heard.height > 0.9);

  request.as_float = true;
  assert_int_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
  assert_true(placed.gain_db == 0.0);
  heard = listen_to(placed.path);
  assert_true(heard.height > 1.5);
  assert_int_equal(heard.info.format, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
}

static unsigned
count_files(void)
{
  char command[4096];
  snprintf(command, sizeof(command), "ls -A '%s' | wc -l", dir);
  FILE* const pipe  = popen(command, "r");
  unsigned    count = 0;
  assert_int_equal(fscanf(pipe, "%u", &count), 1);
  pclose(pipe);
  return count;
}

static void
what_is_no_audio_leaves_nothing_behind(void** const state)
{
  (void)state;
  char source[4096];
  snprintf(source, sizeof(source), "%s", in_dir("junk.mp3"));
  FILE* const file = fopen(source, "wb");
  for (unsigned i = 0; i < 20000; ++i) {
    fputc((int)(i * 2654435761u >> 13) & 0xFF, file);
  }
  fclose(file);

  const unsigned       before  = count_files();
  const BlPlaceRequest request = request_for(source);
  BlPlaced             placed;
  assert_int_not_equal(bl_result_place(&request, NULL, &placed), BL_SUCCESS);
  BlPlaceRequest missing = request_for("/nonexistent.mp3");
  assert_int_equal(bl_result_place(&missing, NULL, &placed), BL_NOT_FOUND);

  char click[4096];
  snprintf(click, sizeof(click), "%s", in_dir("junk.mp3"));
  assert_true(write_click(click, SF_FORMAT_WAV | SF_FORMAT_PCM_24, 44100, 0.5));
  BlCancel* const cancel = bl_cancel_new();
  bl_cancel_trigger(cancel);
  const BlPlaceRequest good = request_for(click);
  assert_int_equal(bl_result_place(&good, cancel, &placed), BL_CANCELLED);
  bl_cancel_free(cancel);

  BlPlaceRequest nowhere = request_for(click);
  nowhere.dir            = "/nonexistent";
  assert_int_equal(bl_result_place(&nowhere, NULL, &placed), BL_NOT_FOUND);
  assert_int_equal(count_files(), before);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_resampler_is_clean_and_in_place),
    cmocka_unit_test(what_the_lower_rate_cannot_hold_is_gone),
    cmocka_unit_test(impossible_rates_are_refused),
    cmocka_unit_test(the_true_peak_lies_between_the_samples),
    cmocka_unit_test(titles_become_safe_names),
    cmocka_unit_test(long_titles_are_cut_at_a_code_point),
    cmocka_unit_test(names_are_not_used_twice),
    cmocka_unit_test(every_format_lands_in_place),
    cmocka_unit_test(an_mp3_without_a_tag_loses_its_padding),
    cmocka_unit_test(heads_of_mp3s_are_parsed_with_care),
    cmocka_unit_test(the_broadcast_chunk_says_it_all),
    cmocka_unit_test(places_at_and_before_zero),
    cmocka_unit_test(too_loud_is_turned_down_not_clipped),
    cmocka_unit_test(what_is_no_audio_leaves_nothing_behind),
  };
  return cmocka_run_group_tests(tests, make_dir, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Results as they are placed on the timeline, and what is none

#include "result/mp3.h"
#include "result/result.h"
#include "support/scratch.h"

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
  return scratch_make(dir, sizeof(dir), "result") ? 0 : -1;
}

static const char*
in_dir(const char* const name)
{
  static char path[4096];
  snprintf(path, sizeof(path), "%s/%s", dir, name);
  return path;
}

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

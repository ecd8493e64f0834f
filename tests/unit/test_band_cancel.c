// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// timeout: 120

/// What the band still does once it is told to stop: counted in bytes that the
/// process reads and writes from then on, for time says little on a busy
/// machine

#include "band.h"
#include "font.h"
#include "support/sing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRAMS 120
#define FEW_BYTES 200000u   ///< A few blocks of each thread
#define LOAD_BYTES 2000000u ///< Less than the least soundfont's programs

static void
path_of(char* const path, const char* const name)
{
  const char* const tmp = getenv("BL_TMP");
  snprintf(path, BL_PATH_BYTES, "%s/%s", tmp ? tmp : "/tmp", name);
}

/// Bytes that this process has asked the system to read and write
static uint64_t
bytes_moved(void)
{
  char        line[128];
  uint64_t    sum  = 0;
  FILE* const file = fopen("/proc/self/io", "r");
  assert_non_null(file);
  while (fgets(line, sizeof(line), file)) {
    if (!strncmp(line, "rchar: ", 7) || !strncmp(line, "wchar: ", 7)) {
      sum += strtoull(line + 7, NULL, 10);
    }
  }
  fclose(file);
  assert_true(sum > 0);
  return sum;
}

/// Bytes that it takes to choose many programs
static uint64_t
choose_all(BlFont* const font, fluid_synth_t* const synth, const BlStatus want)
{
  const uint64_t before = bytes_moved();
  for (int program = 0; program < PROGRAMS; ++program) {
    assert_int_equal(bl_font_choose(font, synth, program % 9, program), want);
  }
  return bytes_moved() - before;
}

static void
a_cancelled_soundfont_is_not_read(void** const state)
{
  (void)state;
  char                    path[BL_PATH_BYTES];
  BlFont                  font;
  BlCancel* const         cancel   = bl_cancel_new();
  fluid_synth_t*          synth    = NULL;
  fluid_synth_t*          second   = NULL;
  fluid_settings_t* const settings = new_fluid_settings();
  fluid_settings_setint(settings, "synth.dynamic-sample-loading", 1);
  assert_int_equal(bl_band_find_soundfont(path, sizeof(path)), BL_SUCCESS);
  bl_font_init(&font, path, cancel);

  assert_int_equal(bl_font_open(&font, settings, &synth), BL_SUCCESS);
  assert_true(choose_all(&font, synth, BL_SUCCESS) > LOAD_BYTES);
  bl_font_close(&font, synth);

  assert_int_equal(bl_font_open(&font, settings, &synth), BL_SUCCESS);
  bl_cancel_trigger(cancel);
  assert_true(choose_all(&font, synth, BL_CANCELLED) < FEW_BYTES);
  const uint64_t before = bytes_moved();
  assert_int_equal(bl_font_open(&font, settings, &second), BL_CANCELLED);
  assert_null(second);
  assert_true(bytes_moved() - before < FEW_BYTES);

  bl_font_close(&font, synth);
  bl_font_deinit(&font);
  delete_fluid_settings(settings);
  bl_cancel_free(cancel);
}

typedef struct
{
  BlCancel*   cancel;
  BlBandStage stage;
  uint64_t    moved;
} Stop;

static void
stop_at(void* const handle, const BlBandStage stage, const BlBandResult* so_far)
{
  Stop* const stop = (Stop*)handle;
  (void)so_far;
  if (stage == stop->stage) {
    bl_cancel_trigger(stop->cancel);
    stop->moved = bytes_moved();
  }
}

/// Bytes moved after the word, which is given at a stage
static uint64_t
play_until(const char* const take, const BlBandStage stage, uint64_t* const all)
{
  static BlBandResult result;
  char                out[BL_PATH_BYTES];
  path_of(out, "stopped");
  mkdir(out, 0700);
  const BlBandRequest request = { .audio = take, .out_dir = out };
  Stop                stop    = { .cancel = bl_cancel_new(), .stage = stage };
  const uint64_t      before  = bytes_moved();
  assert_int_equal(bl_band_play(&request, stop.cancel, stop_at, &stop, &result),
                   stage == BL_BAND_COMPLETE ? BL_SUCCESS : BL_CANCELLED);
  bl_cancel_free(stop.cancel);
  *all = bytes_moved() - before;
  return bytes_moved() - stop.moved;
}

static void
a_cancelled_band_does_a_few_blocks_more(void** const state)
{
  (void)state;
  char     take[BL_PATH_BYTES];
  uint64_t all    = 0;
  uint64_t before = 0;
  path_of(take, "take.wav");
  assert_int_equal(bl_sing_song(take, 44100, 100.0, 20.0), BL_SUCCESS);
  assert_true(play_until(take, BL_BAND_ANALYSED, &before) < FEW_BYTES);
  assert_true(play_until(take, BL_BAND_FIRST, &all) < FEW_BYTES);
  play_until(take, BL_BAND_COMPLETE, &all);
  assert_true(all > before + 50u * FEW_BYTES);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_cancelled_soundfont_is_not_read),
    cmocka_unit_test(a_cancelled_band_does_a_few_blocks_more),
  };

  // The smallest soundfont, where it is there: this is no test of sound
  static const char small[] = "/usr/share/sounds/sf2/TimGM6mb.sf2";
  if (!access(small, R_OK)) {
    setenv("BACKLINE_SF2", small, 1);
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

/// A voice that was let go is dropped, but only where nobody hears it

#include "band.h"
#include "synth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define RATE 48000u
#define BLOCK 1024u
#define SECONDS 8.0
#define HELD_S 1.0
#define KEY 60

/// The first program from the strings on whose release is long, and how long
static int
find_slow(BlFont* const font, double* const release)
{
  fluid_settings_t* const settings = new_fluid_settings();
  fluid_synth_t*          synth    = NULL;
  int                     found    = -1;
  fluid_settings_setint(settings, "synth.dynamic-sample-loading", 1);
  assert_int_equal(bl_font_open(font, settings, &synth), 0);
  for (int program = 48; program < 100 && found < 0; ++program) {
    fluid_voice_t* voices[64] = { NULL };
    assert_int_equal(bl_font_choose(font, synth, 0, program), 0);
    fluid_synth_noteon(synth, 0, KEY, 100);
    fluid_synth_get_voicelist(synth, voices, 64, -1);
    *release       = 1e9;
    double longest = 0.0;
    for (size_t i = 0; i < 64u && voices[i]; ++i) {
      const double r =
        exp2(fluid_voice_gen_get(voices[i], GEN_VOLENVRELEASE) / 1200.0);
      *release = fmin(*release, r);
      longest  = fmax(longest, r);
    }
    found    = *release > 1.0 && longest < 6.0 ? program : -1;
    *release = longest;
    fluid_synth_all_sounds_off(synth, -1);
    float silence[2u * 64u];
    fluid_synth_write_float(synth, 64, silence, 0, 2, silence, 1, 2);
  }
  bl_font_close(font, synth);
  delete_fluid_settings(settings);
  return found;
}

/// dBFS between two times
static double
level(const float* const frames, const double from, const double to)
{
  double       sum   = 1e-30;
  const size_t begin = (size_t)(from * RATE);
  const size_t end   = (size_t)(to * RATE);
  for (size_t i = 2u * begin; i < 2u * end; ++i) {
    sum += (double)frames[i] * frames[i];
  }
  return 10.0 * log10(sum / (double)(2u * (end - begin)));
}

static void
tails_end_where_they_are_faint(void** const state)
{
  (void)state;
  static BlAttacks attacks;
  char             path[BL_PATH_BYTES];
  double           release = 0.0;
  BlFont           font;
  assert_int_equal(bl_band_find_soundfont(path, sizeof(path)), 0);
  bl_font_init(&font, path, NULL);
  const int program = find_slow(&font, &release);
  assert_true(program >= 0);

  BlScore score            = { .seconds = SECONDS };
  score.parts[BL_ROLE_PAD] = (BlPart){ .used    = true,
                                       .program = (unsigned char)program,
                                       .channel = BL_ROLE_PAD };
  const BlEvent note       = { 0.0, HELD_S, BL_ROLE_PAD, KEY, 100 };
  assert_int_equal(bl_score_add(&score, note), 0);
  bl_score_finish(&score);

  const size_t n      = (size_t)(SECONDS * RATE) / BLOCK;
  float* const frames = (float*)calloc(n * BLOCK, 2u * sizeof(float));
  BlSynth*     synth  = NULL;
  assert_int_equal(
    bl_synth_new(&score, ~0u, BL_SYNTH_VOICES, &attacks, &font, RATE, &synth),
    0);
  for (size_t i = 0; i < n; ++i) {
    assert_int_equal(bl_synth_render(synth, frames + 2u * i * BLOCK, BLOCK), 0);
  }
  bl_synth_free(synth);

  const double end  = HELD_S + BL_SYNTH_TAIL * release;
  const double held = level(frames, 0.5, HELD_S);
  assert_true(held > -60.0);
  assert_true(level(frames, HELD_S, HELD_S + 0.2 * release) > held - 20.0);
  const double last = level(frames, end - 0.15, end - 0.05);
  assert_true(last < held - 35.0 && last > held - 75.0);
  assert_true(level(frames, end + 0.2, end + 0.4) < held - 80.0);

  free(frames);
  bl_score_deinit(&score);
  bl_font_deinit(&font);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tails_end_where_they_are_faint),
  };

  // The smallest soundfont, where it is there: this is no test of sound
  static const char small[] = "/usr/share/sounds/sf2/TimGM6mb.sf2";
  if (!access(small, R_OK)) {
    setenv("BACKLINE_SF2", small, 1);
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}

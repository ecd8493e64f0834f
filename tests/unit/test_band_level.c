// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "band.h"
#include "sound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define CHORD_S 16.0 ///< Two bars at 30 bpm
#define CHORDS 4u

/// A bass in quarters, and a pad that changes seldom and is loudest at last
static void
write_slow(BlScore* const score)
{
  *score                     = (BlScore){ .last_chord = CHORD_S * CHORDS };
  score->parts[BL_ROLE_BASS] = (BlPart){ .program = 33, .level_lu = -7.0 };
  score->parts[BL_ROLE_PAD] =
    (BlPart){ .program = 48, .channel = BL_ROLE_PAD, .level_lu = -7.0 };
  for (unsigned i = 0; i < (unsigned)(CHORD_S * CHORDS / 2.0); ++i) {
    const BlEvent e = { 2.0 * i, 1.9, BL_ROLE_BASS, 36, 90 };
    assert_int_equal(bl_score_add(score, e), 0);
  }
  for (unsigned i = 0; i < CHORDS; ++i) {
    for (unsigned k = 0; k < 3u; ++k) {
      const BlEvent e = { CHORD_S * i + 1.0, CHORD_S * 0.99, BL_ROLE_PAD,
                          (unsigned char)(60u + 4u * k),
                          (unsigned char)(60u + 10u * i) };
      assert_int_equal(bl_score_add(score, e), 0);
    }
  }
  bl_score_finish(score);
}

static BlSound*
open_sound(BlFont* const font)
{
  char     path[4096];
  BlSound* sound = NULL;
  assert_int_equal(bl_band_find_soundfont(path, sizeof(path)), 0);
  bl_font_init(font, path, NULL);
  assert_int_equal(bl_sound_open(font, 44100, &sound), 0);
  return sound;
}

/// However seldom a part strikes, some of its strokes are measured: what is
/// wanted louder by so much comes out louder by so much
static void
slow_chords_are_levelled(void** const state)
{
  (void)state;
  double between[2];
  for (unsigned i = 0; i < 2u; ++i) {
    BlScore score;
    write_slow(&score);
    score.parts[BL_ROLE_PAD].level_lu += 2.0 * i;
    BlFont         font;
    BlSound* const sound = open_sound(&font);
    assert_int_equal(bl_sound_balance(sound, &score), 0);
    between[i] =
      score.parts[BL_ROLE_PAD].gain_db - score.parts[BL_ROLE_BASS].gain_db;
    bl_sound_close(sound);
    bl_font_deinit(&font);
    bl_score_deinit(&score);
  }
  assert_true(fabs(between[0]) > 0.01 && fabs(between[0]) < 10.0);
  assert_true(fabs(between[1] - between[0] - 2.0) < 1e-6);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(slow_chords_are_levelled),
  };

  // The smallest soundfont, where it is there: this is no test of sound
  static const char small[] = "/usr/share/sounds/sf2/TimGM6mb.sf2";
  if (!access(small, R_OK)) {
    setenv("BACKLINE_SF2", small, 1);
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}

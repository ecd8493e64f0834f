// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// timeout: 400

/// What the band's mixes may be like, with every soundfont that is there.
/// Where a bound comes from stands beside it

#include "band.h"
#include "metric_mix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BPM 100.0
#define SECONDS 12.0

/// 24-bit files, EBU R128 and a limiter that may take off a little
#define LUFS (-17.0)
#define LUFS_OFF 0.6
#define PEAK_DB (-0.95)

/// No rumble or offset that a cutter or a speaker would notice: -80 dBFS
#define DC 1e-4

/// Bounds of our own, for no survey of records was at hand: a spectrum that
/// falls by 5 dB an octave from 100 Hz on leaves 14 % for 250 to 500 Hz, and
/// some 45 % for what lies below 120 Hz.  A mix 5 dB over that is mud; half as
/// much again below 120 Hz, and it booms
#define MUD 0.45
#define LOW 0.65

/// In mono, what is wholly out of phase is gone; two unrelated channels lose
/// 3 dB at most
#define CORRELATION 0.0
#define BALANCE_DB 3.0

/// Four equal stems are 6 LU below their sum each; a sparse one may be 11
/// below those, where it still is heard behind them
#define STEM_LEAST (-17.0)
#define STEM_MOST (-0.5)

/// One soundfont's stem against another's, LU: it is levelled by its sound,
/// and a listener first minds 2 or 3
#define STEM_OFF 3.0

static const char* const soundfonts[] = {
  "/usr/share/sounds/sf2/TimGM6mb.sf2",
  "/usr/share/sounds/sf2/FluidR3_GM.sf2",
};

#define N_FONTS (sizeof(soundfonts) / sizeof(soundfonts[0]))

static const char* const stem_names[BL_BAND_STEMS] = { "drums", "bass",
                                                       "chords", "pad" };

static double levels[N_FONTS][BL_VARIANTS][BL_BAND_STEMS]; ///< 0 = no stem

static void
measure(const char* const path, BlMix* const mix)
{
  BlMixSound sound;
  assert_int_equal(bl_mix_read(path, &sound), BL_SUCCESS);
  assert_int_equal(bl_mix_measure(&sound, SECONDS - 0.5, mix), BL_SUCCESS);
  bl_mix_sound_deinit(&sound);
}

static void
check_mix(const BlMix* const mix, const char* const name)
{
  print_message("# %s: %.2f LUFS, %.2f dBTP, <120 %.2f, mud %.2f, "
                "correlation %.2f, L-R %.1f, gap %.2f, DC %.0e, clicks %zu\n",
                name, mix->lufs, mix->true_peak_db, mix->low, mix->mud,
                mix->correlation, mix->balance_db, mix->gap_s, mix->dc,
                mix->clicks);
  assert_true(fabs(mix->lufs - LUFS) <= LUFS_OFF);
  assert_true(mix->true_peak_db <= PEAK_DB);
  assert_int_equal(mix->clipped, 0);
  assert_true(mix->dc < DC);
  assert_true(mix->mud < MUD && mix->low < LOW);
  assert_true(mix->correlation > CORRELATION);
  assert_true(fabs(mix->balance_db) < BALANCE_DB);
  assert_true(mix->gap_s < 2.0 * 60.0 / BPM); // Half a bar
}

static void
check_stem(const char* const path,
           const char* const name,
           const double      whole,
           const unsigned    stem,
           double* const     level)
{
  BlMix mix;
  measure(path, &mix);
  *level = mix.lufs - whole;
  print_message("# %s: %.1f LU of the mix, DC %.0e, clicks %zu\n", name, *level,
                mix.dc, mix.clicks);
  assert_true(*level > STEM_LEAST && *level < STEM_MOST);
  assert_true(mix.dc < DC);
  assert_true(mix.clicks == 0 || stem == 0); // Drums are clicks
}

static void
play(const char* const take, const char* const tags, const size_t font)
{
  BlBandResult        result;
  const char* const   tmp     = getenv("BL_TMP");
  const BlBandRequest request = { .audio     = take,
                                  .out_dir   = tmp ? tmp : "/tmp",
                                  .title     = "A test",
                                  .tags      = tags,
                                  .soundfont = soundfonts[font],
                                  .stems     = true };
  memset(levels[font], 0, sizeof(levels[font]));
  if (access(soundfonts[font], R_OK)) {
    return;
  }
  assert_int_equal(bl_band_play(&request, NULL, NULL, NULL, &result),
                   BL_SUCCESS);
  for (unsigned v = 0; v < BL_VARIANTS; ++v) {
    BlMix mix;
    char  name[128];
    char  path[BL_PATH_BYTES + 64];
    snprintf(name, sizeof(name), "%s %c, soundfont %zu", tags, (char)('A' + v),
             font);
    measure(result.audio[v], &mix);
    check_mix(&mix, name);
    for (unsigned s = 0; s < BL_BAND_STEMS; ++s) {
      if (result.stems[v] & (1u << s)) {
        snprintf(name, sizeof(name), "%s %c %s", tags, (char)('A' + v),
                 stem_names[s]);
        snprintf(path, sizeof(path), "%s/variant-%c-%s.wav", request.out_dir,
                 (char)('a' + v), stem_names[s]);
        check_stem(path, name, mix.lufs, s, &levels[font][v][s]);
      }
    }
  }
}

static void
mixes_are_clean_and_balanced(void** const state)
{
  static const char* const tags[] = { "pop", "house", "soul", "ambient" };

  char              take[BL_PATH_BYTES];
  const char* const tmp = getenv("BL_TMP");
  (void)state;
  snprintf(take, sizeof(take), "%s/take.wav", tmp ? tmp : "/tmp");
  assert_int_equal(bl_mix_sing(take, BPM, SECONDS), BL_SUCCESS);
  for (size_t i = 0; i < BL_COUNT(tags); ++i) {
    for (size_t f = 0; f < N_FONTS; ++f) {
      play(take, tags[i], f);
    }
    for (unsigned k = 0; k < BL_VARIANTS * BL_BAND_STEMS; ++k) {
      const double a = levels[0][k / BL_BAND_STEMS][k % BL_BAND_STEMS];
      const double b = levels[1][k / BL_BAND_STEMS][k % BL_BAND_STEMS];
      // Ambient's drums are a stroke now and then: no level can be told
      const bool sparse = !strcmp(tags[i], "ambient") && k % BL_BAND_STEMS == 0;
      if (a < 0.0 && b < 0.0 && !sparse) {
        assert_true(fabs(a - b) < STEM_OFF);
      }
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(mixes_are_clean_and_balanced),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}

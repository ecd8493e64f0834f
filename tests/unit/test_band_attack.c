// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Who speaks slowly is sent early: where the sound comes up in the rendered
// file, against where the score has its notes

#include "band.h"
#include "render.h"
#include "sound.h"

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

#define RATE 44100u
#define NOTES 5u
#define APART_S 4.0
#define FIRST_S 1.0
#define LENGTH_S 1.2

/// As late as this, or as early, nobody minds
#define OFF_S 0.015

/// What sound.h sends early at most
#define MOST_S 0.070

/// How far below its peak a sound is there: as sound.h has it, and where
/// even a swell that beats still rises
#define THERE 0.316f
#define RISING 0.1f

static BlFont font;

/// Seconds, of the middle one of the notes
typedef struct
{
  double early; ///< As the band measured it
  double late;  ///< There after its time, as the band sends it
  double plain; ///< And sent at its time
  double moved; ///< By how much it rises earlier
} Speech;

static void
write_part(const unsigned part, const unsigned program, BlScore* const score)
{
  static const unsigned char keys[NOTES] = { 55, 60, 64, 67, 72 };
  *score             = (BlScore){ .seconds    = FIRST_S + APART_S * NOTES,
                                  .last_chord = FIRST_S + APART_S * (NOTES - 1u) };
  score->parts[part] = (BlPart){ .program  = (unsigned char)program,
                                 .channel  = (unsigned char)part,
                                 .level_lu = -7.0 };
  for (unsigned i = 0; i < NOTES; ++i) {
    const unsigned char key =
      part == BL_ROLE_BASS ? (unsigned char)(keys[i] - 24u) : keys[i];
    const BlEvent e = { FIRST_S + APART_S * i, LENGTH_S, (unsigned char)part,
                        key, 90 };
    assert_int_equal(bl_score_add(score, e), 0);
  }
  bl_score_finish(score);
}

/// Second at which the sound about `time` comes to a share of its peak
static double
heard_at(const float* const s,
         const size_t       frames,
         const double       time,
         const float        share)
{
  const size_t from  = (size_t)((time - 0.2) * RATE);
  const size_t until = (size_t)((time + 0.5) * RATE);
  float        peak  = 0.0f;
  size_t       i     = from;
  assert_true(until < frames);
  for (size_t k = 2u * from; k < 2u * until; ++k) {
    peak = fmaxf(peak, fabsf(s[k]));
  }
  while (fmaxf(fabsf(s[2u * i]), fabsf(s[2u * i + 1u])) < share * peak) {
    ++i;
  }
  return (double)i / RATE;
}

static float*
read_sound(const char* const path, size_t* const frames)
{
  SF_INFO        info = { 0 };
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  assert_non_null(file);
  assert_int_equal(info.channels, 2);
  assert_int_equal(info.samplerate, RATE);
  float* const samples =
    (float*)calloc((size_t)info.frames * 2u, sizeof(float));
  assert_non_null(samples);
  *frames = (size_t)sf_readf_float(file, samples, info.frames);
  sf_close(file);
  return samples;
}

/// Play it as the band does, and hear how late each note is
static void
hear(const BlScore* const   score,
     const BlAttacks* const attacks,
     double                 there[NOTES],
     double                 rising[NOTES])
{
  char              path[BL_PATH_BYTES];
  const char* const tmp    = getenv("BL_TMP");
  BlRender*         render = NULL;
  size_t            frames = 0;
  BlRendered        rendered;
  snprintf(path, sizeof(path), "%s/attack.wav", tmp ? tmp : "/tmp");
  const BlRenderJob job = { .score   = score,
                            .font    = &font,
                            .attacks = attacks,
                            .rate    = RATE,
                            .path    = path,
                            .title   = "",
                            .parts   = ~0u };
  assert_int_equal(bl_render_new(&job, NULL, &render), 0);
  assert_int_equal(bl_render_finish(render, &rendered), 0);
  bl_render_free(render);
  float* const samples = read_sound(path, &frames);
  assert_int_equal(score->n, NOTES);
  for (size_t i = 0; i < NOTES; ++i) {
    const double time = score->events[i].time;
    there[i]          = heard_at(samples, frames, time, THERE) - time;
    rising[i]         = heard_at(samples, frames, time, RISING) - time;
  }
  free(samples);
  (void)remove(path);
}

static int
compare_doubles(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static double
median(double values[NOTES])
{
  qsort(values, NOTES, sizeof(double), compare_doubles);
  return values[NOTES / 2u];
}

static Speech
measure(const char* const name, const unsigned part, const unsigned program)
{
  BlScore         score;
  BlAttacks       attacks;
  const BlAttacks none  = { 0 };
  BlSound*        sound = NULL;
  double          there[2][NOTES];
  double          rising[2][NOTES];
  write_part(part, program, &score);
  assert_int_equal(bl_sound_open(&font, RATE, &sound), 0);
  assert_int_equal(bl_sound_measure(sound, &score, &attacks), 0);
  bl_sound_close(sound);
  hear(&score, &attacks, there[0], rising[0]);
  hear(&score, &none, there[1], rising[1]);
  for (unsigned i = 0; i < NOTES; ++i) {
    rising[0][i] = rising[1][i] - rising[0][i];
  }
  const Speech speech = { attacks.part[part].attack, median(there[0]),
                          median(there[1]), median(rising[0]) };
  print_message("# %s: sent %.0f ms early, heard %+.1f ms from its time; sent "
                "at its time, %+.1f; rises %.1f ms earlier\n",
                name, 1e3 * speech.early, 1e3 * speech.late, 1e3 * speech.plain,
                1e3 * speech.moved);
  bl_score_deinit(&score);
  return speech;
}

/// Strings bow in: with the advance they are heard at their time, and without
/// it they would be late
static void
strings_are_heard_at_their_time(void** const state)
{
  (void)state;
  const Speech strings = measure("strings", BL_ROLE_PAD, 48);
  assert_true(strings.plain > OFF_S);
  assert_true(fabs(strings.late) < OFF_S);
}

/// A pad swells for longer than anything can be sent early: it is sent as
/// early as that, and rises earlier, as far as its beating shows
static void
pads_are_sent_as_early_as_may_be(void** const state)
{
  (void)state;
  const Speech pad = measure("pad", BL_ROLE_PAD, 89);
  assert_true(pad.plain > MOST_S);
  assert_true(fabs(pad.early - MOST_S) < 1e-9);
  assert_true(pad.moved > 0.5 * MOST_S);
}

/// Who is plucked hardly needs it
static void
a_bass_stays_where_it_is(void** const state)
{
  (void)state;
  const Speech bass = measure("bass", BL_ROLE_BASS, 33);
  assert_true(bass.early < 2.0 * OFF_S);
  assert_true(fabs(bass.late) < OFF_S);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(strings_are_heard_at_their_time),
    cmocka_unit_test(pads_are_sent_as_early_as_may_be),
    cmocka_unit_test(a_bass_stays_where_it_is),
  };

  // The smallest soundfont, where it is there: what is measured is the band
  static const char small[] = "/usr/share/sounds/sf2/TimGM6mb.sf2";
  if (!access(small, R_OK)) {
    setenv("BACKLINE_SF2", small, 1);
  }
  char path[BL_PATH_BYTES];
  if (bl_band_find_soundfont(path, sizeof(path))) {
    return 1;
  }
  bl_font_init(&font, path, NULL);
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_font_deinit(&font);
  return failed;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "listen.h"
#include "support/sing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WITHIN_50_CENTS_FLOOR 0.93
#define VOICED_FLOOR 0.88

static BlGrooves* grooves;

static void
listen_to(const char* const path, const char* const tags, BlHeard* const heard)
{
  BlStyle style;
  bl_style_read(grooves, tags, "", &style);
  assert_int_equal(bl_listen(path, &style, NULL, heard), BL_SUCCESS);
}

static void
sing(char path[4096], const double bpm, const double transpose)
{
  BlSingSetup       setup = bl_sing_setup();
  size_t            n     = 0;
  const BlSungNote* tune  = bl_sing_tune(&n);
  setup.bpm               = bpm;
  setup.transpose         = transpose;
  snprintf(path, 4096, "%s/sung.wav",
           getenv("BL_TMP") ? getenv("BL_TMP") : "/tmp");
  assert_int_equal(bl_sing_render(tune, n, &setup, path), BL_SUCCESS);
}

/// The tune begins with a pick-up: bar lines at multiples of four beats
static void
a_sung_tune_is_heard(void** const state)
{
  (void)state;
  static const struct
  {
    double      bpm;
    double      transpose;
    const char* key;
  } rows[] = {
    { 92.0, 0.0, "C major" },
    { 76.5, -5.0, "G major" },
    { 108.0, 3.0, "Eb major" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    char    path[4096];
    BlHeard heard;
    sing(path, rows[i].bpm, rows[i].transpose);
    listen_to(path, "pop", &heard);
    const double period = 240.0 / rows[i].bpm;
    const double off    = remainder(heard.grid.bars[1].time, period);
    print_message(
      "# %.1f bpm sung: %.2f bpm, bar off by %.3f s, %s, %zu notes, "
      "tuning %.0f\n",
      rows[i].bpm, heard.tempo.bpm, off,
      bl_key_name(heard.key.tonic, heard.key.minor), heard.notes.n,
      heard.notes.tuning_cents);
    assert_int_equal(heard.tempo.source, BL_BAND_GRID_EAR);
    assert_string_equal(bl_key_name(heard.key.tonic, heard.key.minor),
                        rows[i].key);
    const double ratio = heard.tempo.bpm / rows[i].bpm;
    assert_true(fabs(ratio - 1.0) < 0.01 || fabs(ratio - 0.5) < 0.005 ||
                fabs(ratio - 2.0) < 0.02);
    assert_true(fabs(off) < 0.06);
    bl_heard_deinit(&heard);
  }
}

static void
sung_notes_are_found(void** const state)
{
  (void)state;
  char              path[4096];
  BlHeard           heard;
  size_t            n    = 0;
  const BlSungNote* tune = bl_sing_tune(&n);
  double            hits = 0.0;
  sing(path, 92.0, 0.0);
  listen_to(path, "pop", &heard);
  for (size_t i = 0; i < n; ++i) {
    const double start = tune[i].start * 60.0 / 92.0;
    for (size_t k = 0; k < heard.notes.n; ++k) {
      const BlNote* const note = &heard.notes.notes[k];
      if (fabs(note->start - start) < 0.1 &&
          fabs((double)note->midi - tune[i].key) < 0.5) {
        hits += 1.0;
        break;
      }
    }
  }
  const double recall    = hits / (double)n;
  const double precision = hits / (double)heard.notes.n;
  print_message("# notes: recall %.2f, precision %.2f\n", recall, precision);
  assert_true(recall > 0.8 && precision > 0.75);
  bl_heard_deinit(&heard);
}

static void
the_singers_tuning_is_found(void** const state)
{
  (void)state;
  char    path[4096];
  BlHeard heard;
  sing(path, 92.0, 0.35);
  listen_to(path, "pop", &heard);
  print_message("# sung 35 cents high: %.1f, sure %.2f\n",
                heard.notes.tuning_cents, heard.notes.tuning_confidence);
  assert_true(fabs(heard.notes.tuning_cents - 35.0) < 8.0);
  assert_true(heard.tuned);
  bl_heard_deinit(&heard);
}

static void
tags_overrule_the_ear(void** const state)
{
  (void)state;
  char    path[4096];
  BlHeard heard;
  sing(path, 92.0, 0.0);
  listen_to(path, "pop, 92 bpm, in A minor", &heard);
  assert_int_equal(heard.tempo.source, BL_BAND_GRID_TAGS);
  assert_true(fabs(heard.tempo.bpm - 92.0) < 1e-9);
  assert_true(heard.key.minor && heard.key.tonic == 9u);
  bl_heard_deinit(&heard);
}

/// Let the ear find all the rest of notes; heard as after bl_listen()
static void
hear_notes(const BlNote* const notes,
           const size_t        n,
           const char* const   tags,
           BlHeard* const      heard)
{
  BlStyle style;
  memset(heard, 0, sizeof(*heard));
  bl_style_read(grooves, tags, "", &style);
  heard->notes.notes = (BlNote*)calloc(n + 1u, sizeof(BlNote));
  assert_non_null(heard->notes.notes);
  memcpy(heard->notes.notes, notes, n * sizeof(BlNote));
  heard->notes.n       = n;
  heard->voice.seconds = notes[n - 1u].start + notes[n - 1u].length + 1.0;
  assert_int_equal(bl_grid_init(&heard->grid), BL_SUCCESS);
  assert_int_equal(bl_listen_notes(heard, &style, NULL), BL_SUCCESS);
}

/// The tune four times; its tempo swings by `drift`, the second half is moved
/// by `modulation` semitones
static size_t
play_tune(const double bpm,
          const double drift,
          const double modulation,
          BlNote       notes[512])
{
  size_t                  n_tune = 0;
  size_t                  n      = 0;
  const BlSungNote* const tune   = bl_sing_tune(&n_tune);
  const double            span   = 4.0 * BL_SING_TUNE_BEATS;
  for (size_t i = 0; i < 4u * n_tune && n < 512u; ++i) {
    const BlSungNote* const from  = &tune[i % n_tune];
    const double            round = (double)(i / n_tune);
    const double            beat  = from->start + BL_SING_TUNE_BEATS * round;
    const double            swing =
      drift * span / (2.0 * M_PI) * (1.0 - cos(2.0 * M_PI * beat / span));
    const BlNote note = {
      (beat + swing) * 60.0 / bpm, 0.95 * from->length * 60.0 / bpm,
      (float)(from->key + (i >= 2u * n_tune ? modulation : 0)), -20.0f
    };
    notes[n++] = note;
  }
  return n;
}

static void
a_tempo_that_drifts_is_followed(void** const state)
{
  (void)state;
  BlNote       notes[512];
  BlHeard      heard;
  const size_t n = play_tune(92.0, 0.03, 0.0, notes);
  hear_notes(notes, n, "pop", &heard);
  assert_int_equal(heard.tempo.source, BL_BAND_GRID_EAR);
  assert_true(heard.tempo.drifts);
  assert_true(heard.grid.n_marks > 4u);
  // Notes still lie on sixteenths, or eighths, whichever octave is heard
  double off = 0.0;
  for (size_t i = 0; i < n; ++i) {
    const double cells = 8.0 * bl_grid_beat(&heard.grid, notes[i].start);
    off += fabs(cells - round(cells)) / 8.0 * 60.0 / heard.tempo.bpm;
  }
  print_message("# drifting: %zu marks, onsets off by %.0f ms\n",
                heard.grid.n_marks, 1000.0 * off / (double)n);
  assert_true(off / (double)n < 0.025);
  bl_heard_deinit(&heard);
}

static void
half_double_and_shift_are_literal(void** const state)
{
  (void)state;
  BlNote       notes[512];
  BlHeard      plain;
  BlHeard      other;
  char         text[256];
  const size_t n = play_tune(92.0, 0.0, 0.0, notes);
  hear_notes(notes, n, "", &plain);
  bl_heard_alternatives(&plain, text, sizeof(text));
  print_message("# %.1f bpm, or else: %s\n", plain.tempo.bpm, text);
  assert_non_null(strstr(text, "half time ("));
  assert_non_null(strstr(text, "double time ("));
  const double beat = 60.0 / plain.tempo.bpm;

  hear_notes(notes, n, "half time", &other);
  assert_true(fabs(other.tempo.bpm - 0.5 * plain.tempo.bpm) < 1e-6);
  bl_heard_deinit(&other);
  hear_notes(notes, n, "double time", &other);
  assert_true(fabs(other.tempo.bpm - 2.0 * plain.tempo.bpm) < 1e-6);
  bl_heard_deinit(&other);
  for (int shift = -3; shift <= 3; ++shift) {
    snprintf(text, sizeof(text), "shift %d", shift);
    hear_notes(notes, n, text, &other);
    const double moved =
      other.grid.bars[3].time - plain.grid.bars[3].time - shift * beat;
    assert_true(fabs(remainder(moved, 4.0 * beat)) < 1e-6);
    bl_heard_deinit(&other);
  }
  bl_heard_deinit(&plain);
}

static void
a_change_of_key_is_followed(void** const state)
{
  (void)state;
  BlNote  notes[512];
  BlHeard heard;
  size_t  n = play_tune(92.0, 0.0, 2.0, notes);
  hear_notes(notes, n, "92 bpm", &heard);
  const BlSlot* const first = &heard.slots.slots[0];
  const BlSlot* const last  = &heard.slots.slots[heard.slots.n - 1u];
  assert_int_equal(first->tonic, 0);
  assert_int_equal(last->tonic, 2);
  assert_false(first->minor || last->minor);
  bl_heard_deinit(&heard);

  n = play_tune(92.0, 0.0, 0.0, notes);
  hear_notes(notes, n, "92 bpm", &heard);
  for (size_t i = 0; i < heard.slots.n; ++i) {
    assert_int_equal(heard.slots.slots[i].tonic, 0);
  }
  bl_heard_deinit(&heard);
}

/// Each note and each rest of its own length: no grid, and bars at phrases.
/// The first begins at once; where the voice waits for long, bars precede it
static void
check_free_time(const double start, const char* const tags, const bool waits)
{
  BlNote   notes[96];
  BlHeard  heard;
  double   at   = start;
  unsigned dice = 11;
  size_t   n    = 0;
  for (; n < 96u; ++n) {
    dice                = dice * 1664525u + 1013904223u;
    const double length = 0.2 + 1.1 * (double)(dice >> 8) / 16777216.0;
    const bool   rest   = n % 8u == 7u;
    const BlNote note   = { at, 0.9 * length, (float)(60 + dice / 7u % 8u),
                            -20.0f };
    notes[n]            = note;
    at += length + (rest ? 1.3 : 0.0);
  }
  hear_notes(notes, n, tags, &heard);
  print_message("# free time: evidence of a pulse %.2f\n",
                heard.tempo.evidence);
  assert_int_equal(heard.tempo.source, BL_BAND_GRID_FREE);
  assert_true(fabs(heard.grid.bars[0].time) < 1e-6);
  size_t met = 0;
  for (size_t i = waits ? 0u : 8u; i < n; i += 8u) {
    for (size_t b = 0; b < heard.grid.n_bars; ++b) {
      met += fabs(heard.grid.bars[b].time - notes[i].start) < 0.12;
    }
  }
  assert_true(met >= 9u);
  bl_heard_deinit(&heard);
}

static void
free_time_has_no_wrong_grid(void** const state)
{
  (void)state;
  check_free_time(0.4, "pop", false);
  check_free_time(5.0, "pop, free time", true);
}

static void
listening_can_be_cancelled(void** const state)
{
  (void)state;
  char      path[4096];
  BlHeard   heard;
  BlStyle   style;
  BlCancel* cancel = bl_cancel_new();
  assert_non_null(cancel);
  sing(path, 92.0, 0.0);
  bl_style_read(grooves, "", "", &style);
  bl_cancel_trigger(cancel);
  assert_int_equal(bl_listen(path, &style, cancel, &heard), BL_CANCELLED);
  bl_heard_deinit(&heard);
  bl_cancel_free(cancel);
}

/// A real voice against its annotated pitch, where it lies beside the project
static void
a_real_voice_is_in_pitch(void** const state)
{
  (void)state;
  const char* const top = getenv("BL_TOP") ? getenv("BL_TOP") : ".";
  char              path[4096];
  char              line[256];
  snprintf(path, sizeof(path), "%s/../shared/data/vocals/vocadito_1_f0.csv",
           top);
  FILE* const file = fopen(path, "r");
  if (!file) {
    print_message("# no recorded voice beside the project\n");
    return;
  }

  BlHeard heard;
  snprintf(path, sizeof(path), "%s/../shared/data/vocals/vocadito_1.wav", top);
  listen_to(path, "folk", &heard);
  double voiced = 0.0;
  double both   = 0.0;
  double close  = 0.0;
  while (fgets(line, sizeof(line), file)) {
    const double time  = strtod(line, NULL);
    const double hertz = strtod(strchr(line, ',') + 1, NULL);
    const size_t frame = (size_t)lround(time * BL_VOICE_RATE / BL_PITCH_HOP);
    if (hertz > 0.0 && frame < heard.pitch.n) {
      const double midi = 69.0 + 12.0 * log2(hertz / 440.0);
      const double ours = (double)heard.pitch.midi[frame];
      voiced += 1.0;
      both += ours > 0.0;
      close += ours > 0.0 && fabs(ours - midi) < 0.5;
    }
  }
  fclose(file);
  print_message("# vocadito_1: %.3f of voiced frames heard, %.3f of those "
                "within 50 cents; grid %d, coherence %.2f\n",
                both / voiced, close / both, (int)heard.tempo.source,
                heard.tempo.coherence);
  assert_true(close / both >= WITHIN_50_CENTS_FLOOR);
  assert_true(both / voiced >= VOICED_FLOOR);
  bl_heard_deinit(&heard);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_sung_tune_is_heard),
    cmocka_unit_test(sung_notes_are_found),
    cmocka_unit_test(the_singers_tuning_is_found),
    cmocka_unit_test(tags_overrule_the_ear),
    cmocka_unit_test(a_tempo_that_drifts_is_followed),
    cmocka_unit_test(half_double_and_shift_are_literal),
    cmocka_unit_test(a_change_of_key_is_followed),
    cmocka_unit_test(free_time_has_no_wrong_grid),
    cmocka_unit_test(listening_can_be_cancelled),
    cmocka_unit_test(a_real_voice_is_in_pitch),
  };
  grooves          = bl_grooves_load();
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  free(grooves);
  return failed;
}

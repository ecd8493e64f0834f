// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "groove.h"
#include "style.h"

#include "base/params.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static BlGrooves* grooves;

static BlStyle
style_of(const char* const tags, const char* const negative)
{
  BlStyle style;
  bl_style_read(grooves, tags, negative, &style);
  return style;
}

static void
every_groove_parses(void** const state)
{
  (void)state;
  size_t written = 0;
  for (; bl_groove_texts[written]; ++written) {
    BlGroove       groove;
    const unsigned line = bl_groove_parse(bl_groove_texts[written], &groove);
    if (line) {
      fail_msg("line %u of a groove that begins %.24s", line,
               bl_groove_texts[written]);
    }
    for (unsigned r = 0; r < BL_N_ROLES; ++r) {
      for (unsigned v = 0; v < 2u; ++v) {
        const char* const name   = groove.players[r][v];
        const bool        nobody = !*name || !strcmp(name, "-");
        if (!nobody && !bl_instrument_find(name)) {
          fail_msg("%s wants an unknown instrument: %s", groove.name, name);
        }
        assert_true(nobody || (bl_instrument_find(name)->roles & (1u << r)));
      }
    }
    assert_true(groove.n_rows[0] > 0 && groove.n_rows[1] > 0);
  }
  assert_int_equal(written, grooves->n);
  assert_true(grooves->n >= 6u);
}

static void
a_bad_groove_names_its_line(void** const state)
{
  (void)state;
  BlGroove groove;
  assert_int_equal(bl_groove_parse("name x\ndrum.a gong x...\n", &groove), 2);
  assert_int_equal(bl_groove_parse("name x\n\nmood happy\n", &groove), 3);
  assert_int_not_equal(bl_groove_parse("", &groove), 0);
}

/// Every chip of the plugin's window means something to the band
static void
the_plugins_own_tags_are_known(void** const state)
{
  (void)state;
  for (unsigned i = 1; i < BL_N_GENRES; ++i) {
    assert_string_equal(style_of(bl_genre_tags[i], "").unknown, "");
  }
  for (unsigned i = 1; i < BL_N_MOODS; ++i) {
    assert_string_equal(style_of(bl_mood_tags[i], "").unknown, "");
  }
  for (unsigned i = 1; i < BL_N_ENSEMBLES; ++i) {
    assert_string_equal(style_of(bl_ensemble_tags[i], "").unknown, "");
  }
}

/// General MIDI has no mandolin: who plays one says what it is
static void
a_mandolin_is_called_what_it_is(void** const state)
{
  (void)state;
  const BlInstrument* const player =
    style_of("mandolin", "").wanted[BL_ROLE_COMP];
  assert_non_null(player);
  assert_string_equal(player->name, "mandolin (steel guitar)");
  assert_int_equal(player->program,
                   bl_instrument_find("steel guitar")->program);
}

static void
words_choose(void** const state)
{
  (void)state;
  static const struct
  {
    const char* tags;
    const char* groove;
  } rows[] = {
    { "", "pop" },
    { "Bossa Nova, calm", "bossa nova" },
    { "acoustic FOLK, fingerpicked guitar", "folk" },
    { "smoky jazz trio", "jazz swing" },
    { "deep house", "house" },
    { "slow waltz; piano", "waltz" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    assert_string_equal(style_of(rows[i].tags, "").groove->name,
                        rows[i].groove);
  }

  assert_int_equal(style_of("waltz", "").hints.beats, 3);
  assert_string_equal(
    style_of("pop, electric piano", "").wanted[BL_ROLE_COMP]->name,
    "electric piano");
  assert_true(style_of("solo piano", "").only_wanted);
  assert_true(style_of("folk, no drums", "").no_drums);
  assert_true(style_of("epic rock", "").energy >
              style_of("calm rock", "").energy);
}

static void
literals_are_read_in_any_locale(void** const state)
{
  (void)state;
  setlocale(LC_ALL, "de_DE.UTF-8");
  const BlStyle s =
    style_of("92.5 bpm, 6/8, in G minor, half time, shift 2", "");
  setlocale(LC_ALL, "C");
  assert_float_equal(s.hints.bpm, 92.5, 1e-9);
  assert_int_equal(s.hints.beats, 6);
  assert_int_equal(s.hints.unit, 8);
  assert_true(s.has_key && s.minor && s.tonic == 7u);
  assert_int_equal(s.hints.octave, -1);
  assert_int_equal(s.hints.shift, 2);
  assert_string_equal(s.unknown, "");
  assert_float_equal(style_of("9999 bpm", "").hints.bpm, 0.0, 0.0);
  assert_true(style_of("in F# major", "").tonic == 6u);
}

static void
unknown_words_are_reported(void** const state)
{
  (void)state;
  const BlStyle s = style_of("pop, xylorimba, warm", "zorgophone");
  assert_non_null(strstr(s.unknown, "xylorimba"));
  assert_null(strstr(s.unknown, "zorgophone"));
  assert_string_equal(s.unknown_negative, "zorgophone");
  assert_string_equal(style_of("kick", "kick, hi-hats").unknown, "kick");
  assert_string_equal(style_of("", "kick, hi-hats").unknown_negative, "");
  assert_null(strstr(s.understood, "xylorimba"));
  assert_non_null(strstr(s.understood, "warm"));
}

static void
negative_tags_ban(void** const state)
{
  (void)state;
  assert_true(style_of("rock", "Heavy Metal").banned & BL_FAMILY_DISTORTION);
  assert_true(style_of("pop", "drums").banned & BL_FAMILY_DRUMS);
  assert_true(style_of("pop", "guitars").banned & BL_FAMILY_ACOUSTIC);
  assert_true(style_of("pop", "piano").banned & BL_FAMILY_PIANO);
  const BlStyle soft = style_of("rock", "Aggressive Drums");
  assert_true(soft.soft_kit && soft.max_velocity < 100u);
  assert_string_not_equal(style_of("bossa nova", "bossa nova").groove->name,
                          "bossa nova");
}

/// Words beside the listed ones: plurals, "no" and "without", and all
static void
bans_are_read_in_other_words(void** const state)
{
  (void)state;
  static const unsigned guitars =
    BL_FAMILY_ACOUSTIC | BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION;
  static const struct
  {
    const char* tags;
    const char* negative;
    unsigned    banned;
  } rows[] = {
    { "", "drum", BL_FAMILY_DRUMS },
    { "", "no drums", BL_FAMILY_DRUMS },
    { "", "basses", BL_FAMILY_BASS },
    { "", "e-pianos, Violins", BL_FAMILY_EPIANO | BL_FAMILY_STRINGS },
    { "no guitar", "", guitars },
    { "without guitars", "", guitars },
    { "no bass drum", "", BL_FAMILY_KICK },
    { "without brass, piano", "", BL_FAMILY_BRASS },
    { "", "all guitars", guitars },
    { "", "everything", ~0u },
    { "", "piano, all instruments", ~0u },
    { "", "soul music", 0u },
    { "music for all, everything", "", 0u },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    const BlStyle s = style_of(rows[i].tags, rows[i].negative);
    assert_int_equal(s.banned, rows[i].banned);
    assert_string_equal(s.unknown_negative, "");
  }

  assert_true(style_of("without drums", "").no_drums);
  assert_true(style_of("without bass", "").no_bass);
  assert_null(style_of("no guitar", "").wanted[BL_ROLE_COMP]);
  assert_string_equal(style_of("without xylorimba", "").unknown, "xylorimba");
  assert_string_equal(style_of("string band", "").groove->name, "bluegrass");
  for (size_t g = 0; g < grooves->n; ++g) {
    const char* const tags = grooves->grooves[g].tags;
    char              last[64];
    snprintf(last, sizeof(last), "%s", strrchr(tags, ',') + 1);
    assert_string_equal(style_of(last, "").unknown, "");
  }
}

/// Text from outside: whatever it is, it ends and fits
static void
any_text_is_survived(void** const state)
{
  (void)state;
  char     text[2000];
  uint32_t random = 1;
  for (unsigned round = 0; round < 300u; ++round) {
    size_t n = round * 6u + 1u;
    for (size_t i = 0; i < n; ++i) {
      random  = random * 1664525u + 1013904223u;
      text[i] = "ab ,/#;-1289.\n\xc3\xa9 in bpm 4"[(random >> 20) % 25u];
    }
    text[n]         = '\0';
    const BlStyle s = style_of(text, text);
    assert_non_null(s.groove);
    assert_true(strlen(s.unknown) < BL_TEXT_BYTES);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_groove_parses),
    cmocka_unit_test(a_bad_groove_names_its_line),
    cmocka_unit_test(the_plugins_own_tags_are_known),
    cmocka_unit_test(a_mandolin_is_called_what_it_is),
    cmocka_unit_test(words_choose),
    cmocka_unit_test(literals_are_read_in_any_locale),
    cmocka_unit_test(unknown_words_are_reported),
    cmocka_unit_test(negative_tags_ban),
    cmocka_unit_test(bans_are_read_in_other_words),
    cmocka_unit_test(any_text_is_survived),
  };
  grooves          = bl_grooves_load();
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  free(grooves);
  return failed;
}

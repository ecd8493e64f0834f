// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "unit/band_piece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
bans_hold_in_every_groove(void** const state)
{
  (void)state;
  Piece piece;
  piece_init_ode(&piece, 4);
  for (size_t g = 0; g < piece.grooves->n; ++g) {
    for (unsigned v = 0; v < 2u; ++v) {
      BlScore score;
      char    tags[128];
      snprintf(tags, sizeof(tags), "%.*s, distorted guitar, piano",
               (int)strcspn(piece.grooves->grooves[g].tags, ","),
               piece.grooves->grooves[g].tags);
      piece_arrange(&piece, tags, "heavy metal, distortion, piano, drums", v,
                    &score);
      for (size_t i = 0; i < score.n; ++i) {
        const BlPart* const part = &score.parts[score.events[i].part];
        assert_int_not_equal(part->channel, 9);
        assert_true(part->program != 29 && part->program != 30);
        assert_true(part->program > 3);
      }
      bl_score_deinit(&score);

      piece_arrange(&piece, tags, "aggressive drums", v, &score);
      for (size_t i = 0; i < score.n; ++i) {
        assert_true(score.events[i].part != BL_PART_DRUMS ||
                    score.events[i].velocity <= 84);
      }
      bl_score_deinit(&score);
    }
  }
  piece_deinit(&piece);
}

/// A kind of bass is banned alone, also where the groove or the tags have it
static void
one_bass_is_banned(void** const state)
{
  static const struct
  {
    const char* name;
    unsigned    program;
  } basses[] = { { "upright bass", 32 },
                 { "double bass", 32 },
                 { "fretless bass", 35 },
                 { "slap bass", 36 },
                 { "synth bass", 38 } };
  (void)state;
  Piece piece;
  piece_init_ode(&piece, 4);
  for (size_t b = 0; b < BL_COUNT(basses); ++b) {
    for (size_t g = 0; g < piece.grooves->n; ++g) {
      BlScore score;
      char    tags[128];
      size_t  n = 0;
      snprintf(tags, sizeof(tags), "%.*s, %s",
               (int)strcspn(piece.grooves->grooves[g].tags, ","),
               piece.grooves->grooves[g].tags, basses[b].name);
      piece_arrange(&piece, tags, basses[b].name, (unsigned)g % 2u, &score);
      for (size_t i = 0; i < score.n; ++i) {
        const BlPart* const part = &score.parts[score.events[i].part];
        assert_true(part->channel == 9 || part->program != basses[b].program);
        n += part->program >= 32 && part->program < 40;
      }
      assert_true(n > 0); // Another one plays
      bl_score_deinit(&score);
    }
  }
  piece_deinit(&piece);
}

static const struct
{
  const char* negative;
  unsigned    families;
} families_of[] = {
  { "piano", BL_FAMILY_PIANO | BL_FAMILY_EPIANO },
  { "grand piano", BL_FAMILY_PIANO },
  { "e-piano", BL_FAMILY_EPIANO },
  { "keyboards", BL_FAMILY_PIANO | BL_FAMILY_EPIANO | BL_FAMILY_ORGAN },
  { "keyboard", BL_FAMILY_PIANO | BL_FAMILY_EPIANO | BL_FAMILY_ORGAN },
  { "organ", BL_FAMILY_ORGAN },
  { "guitars", BL_FAMILY_ACOUSTIC | BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION },
  { "guitar", BL_FAMILY_ACOUSTIC | BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION },
  { "acoustic guitar", BL_FAMILY_ACOUSTIC },
  { "electric guitar", BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION },
  { "distorted guitars", BL_FAMILY_DISTORTION },
  { "Heavy Metal", BL_FAMILY_DISTORTION },
  { "bass", BL_FAMILY_BASS },
  { "basses", BL_FAMILY_BASS },
  { "strings", BL_FAMILY_STRINGS },
  { "brass", BL_FAMILY_BRASS },
  { "woodwinds", BL_FAMILY_WINDS },
  { "synth", BL_FAMILY_SYNTH },
  { "synths, pads", BL_FAMILY_SYNTH },
  { "mallets", BL_FAMILY_MALLETS },
  { "vocals, singing, choir", BL_FAMILY_CHOIR },
  { "drums", BL_FAMILY_DRUMS },
  { "drum", BL_FAMILY_DRUMS },
  { "Drumset, flutes", BL_FAMILY_DRUMS | BL_FAMILY_WINDS },
  { "drums, bass, guitar, piano, organ, synth",
    BL_FAMILY_DRUMS | BL_FAMILY_BASS | BL_FAMILY_ACOUSTIC | BL_FAMILY_ELECTRIC |
      BL_FAMILY_DISTORTION | BL_FAMILY_PIANO | BL_FAMILY_EPIANO |
      BL_FAMILY_ORGAN | BL_FAMILY_SYNTH },
  { "drums, bass, piano, strings",
    BL_FAMILY_DRUMS | BL_FAMILY_BASS | BL_FAMILY_PIANO | BL_FAMILY_STRINGS },
};

/// What a list of bans forbids, in every groove, however weird
static void
every_ban_is_absolute(void** const state)
{
  (void)state;
  const PieceFields weird = { 0.5, 1.0, 0.6, '\0' };
  size_t            notes = 0;
  Piece             piece;
  piece_init_ode(&piece, 4);
  for (size_t k = 0; k < BL_COUNT(families_of) * piece.grooves->n; ++k) {
    const BlGroove* const groove =
      &piece.grooves->grooves[k % piece.grooves->n];
    const unsigned families = families_of[k / piece.grooves->n].families;
    BlScore        score;
    piece_arrange_with(&piece, groove->name,
                       families_of[k / piece.grooves->n].negative, k % 2u,
                       &weird, &score);
    for (size_t i = 0; i < score.n; ++i) {
      const BlPart* const       part   = &score.parts[score.events[i].part];
      const BlInstrument* const player = bl_instrument_find(part->name);
      const unsigned family = player ? player->family : BL_FAMILY_DRUMS;
      if (family & families) {
        fail_msg("%s plays in %s though \"%s\" is banned", part->name,
                 groove->name, families_of[k / piece.grooves->n].negative);
      }
    }
    notes += score.n;
    bl_score_deinit(&score);
  }
  assert_true(notes > 10000u);
  piece_deinit(&piece);
}

/// "no" and "without" in the tags; and what bans everybody leaves nobody
static void
bans_in_other_words(void** const state)
{
  (void)state;
  static const char* const everybody[] = { "everything",  "Anything",
                                           "all",         "all instruments ",
                                           "Instruments", "zither, music" };
  Piece                    piece;
  piece_init_ode(&piece, 4);
  for (size_t k = 0; k < piece.grooves->n * BL_COUNT(everybody); ++k) {
    BlScore score;
    piece_arrange(&piece, piece.grooves->grooves[k % piece.grooves->n].name,
                  everybody[k / piece.grooves->n], k % 2u, &score);
    assert_int_equal(score.n, 0);
    bl_score_deinit(&score);
  }

  static const char* const sides[] = { "rock, without bass", "rock, no bass",
                                       "rock, no basses" };
  for (size_t k = 0; k < BL_COUNT(sides); ++k) {
    BlScore score;
    piece_arrange(&piece, sides[k], "", 0, &score);
    assert_true(score.n > 50u);
    for (size_t i = 0; i < score.n; ++i) {
      assert_int_not_equal(score.events[i].part, BL_ROLE_BASS);
    }
    bl_score_deinit(&score);
  }
  piece_deinit(&piece);
}

/// Pieces of the kit, as General MIDI numbers them, and the rest plays on
static void
pieces_of_the_kit_can_be_banned(void** const state)
{
  (void)state;
  static const struct
  {
    const char*   negative;
    unsigned char keys[9];
  } bans[] = {
    { "kick", { 35, 36 } },
    { "snare", { 37, 38, 40 } },
    { "hi-hat", { 42, 44, 46 } },
    { "Hats", { 42, 44, 46 } },
    { "cymbals", { 49, 51, 52, 53, 55, 57, 59, 42, 46 } },
    { "kick, snare, cymbals", { 35, 36, 37, 38, 40, 42, 46, 49, 51 } },
  };
  Piece piece;
  piece_init_ode(&piece, 4);
  for (size_t b = 0; b < BL_COUNT(bans); ++b) {
    size_t drums = 0;
    for (size_t g = 0; g < piece.grooves->n; ++g) {
      BlScore score;
      piece_arrange(&piece, piece.grooves->grooves[g].name, bans[b].negative,
                    (unsigned)g % 2u, &score);
      for (size_t i = 0; i < score.n; ++i) {
        if (score.events[i].part == BL_PART_DRUMS) {
          assert_null(
            memchr(bans[b].keys, score.events[i].key, sizeof(bans[b].keys)));
          ++drums;
        }
      }
      bl_score_deinit(&score);
    }
    assert_true(drums > 0u);
  }
  piece_deinit(&piece);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(bans_hold_in_every_groove),
    cmocka_unit_test(one_bass_is_banned),
    cmocka_unit_test(every_ban_is_absolute),
    cmocka_unit_test(bans_in_other_words),
    cmocka_unit_test(pieces_of_the_kit_can_be_banned),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"
#include "grid.h"
#include "harmony.h"
#include "key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRATING_MOST 0.05

static BlGrooves* grooves;

typedef struct
{
  BlNotes  notes;
  BlGrid   grid;
  BlSlots  slots;
  BlForm   form;
  BlChord* chords;
  double   seconds;
  bool     free_time;
} Piece;

/// Sixteenths become seconds under a host's grid
static void
make_piece(Piece* const piece,
           const double (*rows)[3],
           const size_t   n,
           const double   bpm,
           const unsigned beats)
{
  const double step = 15.0 / bpm;
  memset(piece, 0, sizeof(*piece));
  piece->notes.notes = (BlNote*)calloc(n + 1u, sizeof(BlNote));
  for (size_t i = 0; i < n; ++i) {
    const BlNote note = { rows[i][0] * step, rows[i][1] * step * 0.98,
                          (float)rows[i][2], -20.0f };
    piece->notes.notes[piece->notes.n++] = note;
    piece->seconds = fmax(piece->seconds, note.start + note.length);
  }
  assert_int_equal(bl_grid_init(&piece->grid), 0);
  bl_grid_add(&piece->grid, 0.0, bpm, beats, 4);
  assert_int_equal(bl_grid_finish(&piece->grid, piece->seconds), 0);
  assert_int_equal(bl_slots_make(&piece->grid, &piece->notes, &piece->slots),
                   0);
  assert_int_equal(bl_form_find(&piece->grid, &piece->notes, &piece->form), 0);
  piece->chords = (BlChord*)calloc(piece->slots.n + 1u, sizeof(BlChord));
}

static void
free_piece(Piece* const piece)
{
  bl_notes_deinit(&piece->notes);
  bl_slots_deinit(&piece->slots);
  bl_form_deinit(&piece->form);
  bl_grid_deinit(&piece->grid);
  free(piece->chords);
}

static void
harmonise(Piece* const piece, const unsigned tonic, const bool minor)
{
  const BlHarmonyTaste taste = { .evidence = 1.0 };
  bl_slots_set_key(&piece->slots, tonic, minor);
  assert_int_equal(
    bl_harmony_find(&piece->slots, &piece->form, &taste, piece->chords, NULL),
    0);
}

static BlKey
key_of(const Piece* const piece)
{
  double histogram[12] = { 0 };
  BlKey  key;
  for (size_t i = 0; i < piece->notes.n; ++i) {
    const BlNote* const note = &piece->notes.notes[i];
    histogram[(int)lround(note->midi) % 12] += note->length;
  }
  bl_key_find(histogram, &key);
  return key;
}

// Four bars of two public domain melodies: start, length, key
static const double ode[][3] = {
  { 0, 4, 64 },  { 4, 4, 64 },  { 8, 4, 65 },  { 12, 4, 67 }, { 16, 4, 67 },
  { 20, 4, 65 }, { 24, 4, 64 }, { 28, 4, 62 }, { 32, 4, 60 }, { 36, 4, 60 },
  { 40, 4, 62 }, { 44, 4, 64 }, { 48, 6, 62 }, { 54, 2, 60 }, { 56, 8, 60 },
};
static const double lament[][3] = {
  { 0, 6, 69 },  { 6, 2, 71 },  { 8, 4, 72 },  { 12, 4, 69 },
  { 16, 6, 76 }, { 22, 2, 74 }, { 24, 8, 72 }, { 32, 6, 74 },
  { 38, 2, 72 }, { 40, 4, 71 }, { 44, 4, 68 }, { 48, 14, 69 },
};

static void
our_own_melodies_have_their_key(void** const state)
{
  (void)state;
  Piece piece;
  make_piece(&piece, ode, BL_COUNT(ode), 96.0, 4);
  BlKey key = key_of(&piece);
  assert_string_equal(bl_key_name(key.tonic, key.minor), "C major");
  harmonise(&piece, key.tonic, key.minor);
  // Begins and ends at home, and every chord belongs to the key
  assert_true(piece.chords[0].root == 0 && !piece.chords[0].minor);
  assert_true(piece.chords[piece.slots.n - 1u].root == 0);
  for (size_t i = 0; i < piece.slots.n; ++i) {
    assert_true(bl_scale_has(0, false, piece.chords[i].root));
  }
  free_piece(&piece);

  make_piece(&piece, lament, BL_COUNT(lament), 80.0, 4);
  key = key_of(&piece);
  assert_string_equal(bl_key_name(key.tonic, key.minor), "A minor");
  free_piece(&piece);
}

/// The request's fields beside the tags
typedef struct
{
  double style;
  double weird;
  double audio;
  char   gender;
} Fields;

static void
arrange_with(const Piece* const  piece,
             const char* const   tags,
             const char* const   negative,
             const unsigned      variant,
             const Fields* const fields,
             BlScore* const      score)
{
  BlStyle style;
  bl_style_read(grooves, tags, negative, &style);
  const BlPlan plan = { .grooves      = grooves,
                        .style        = &style,
                        .grid         = &piece->grid,
                        .slots        = &piece->slots,
                        .form         = &piece->form,
                        .chords       = piece->chords,
                        .free_time    = piece->free_time,
                        .seconds      = piece->seconds,
                        .variant      = variant,
                        .style_weight = fields->style,
                        .weirdness    = fields->weird,
                        .audio_weight = fields->audio,
                        .vocal_gender = fields->gender,
                        .seed         = 42u + variant };
  assert_int_equal(bl_arrange(&plan, score), 0);
}

static void
arrange_piece(const Piece* const piece,
              const char* const  tags,
              const char* const  negative,
              const unsigned     variant,
              BlScore* const     score)
{
  const Fields usual = { 1.0, 0.2, 0.6, '\0' };
  arrange_with(piece, tags, negative, variant, &usual, score);
}

/// The ode eight times, each in a bar's rest: 40 bars in phrases
static void
make_long_piece(Piece* const piece)
{
  static double rows[8u * BL_COUNT(ode)][3];
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    const size_t turn = i / BL_COUNT(ode);
    memcpy(rows[i], ode[i % BL_COUNT(ode)], sizeof(rows[i]));
    rows[i][0] += (double)(80u * turn);
    rows[i][2] += turn % 2u ? 2.0 * (double)(i % 3u) : 0.0;
  }
  make_piece(piece, (const double(*)[3])rows, BL_COUNT(rows), 96.0, 4);
  harmonise(piece, 0, false);
}

/// Bars in which `part` (or all: BL_N_PARTS) does the same in two scores
static size_t
count_same_bars(const Piece* const   piece,
                const unsigned       part,
                const BlScore* const a,
                const BlScore* const b)
{
  size_t same = 0;
  for (size_t bar = 0; bar < piece->grid.n_bars; ++bar) {
    const double from    = piece->grid.bars[bar].time - 0.02;
    const double to      = piece->grid.bars[bar + 1u].time - 0.02;
    uint64_t     sums[2] = { 0, 0 };
    for (unsigned k = 0; k < 2u; ++k) {
      const BlScore* const score = k ? b : a;
      for (size_t i = 0; i < score->n; ++i) {
        const BlEvent* const e = &score->events[i];
        if (e->time >= from && e->time < to &&
            (part == BL_N_PARTS || e->part == part)) {
          // Sums of squares do not heed the order, nor humanised times
          const double   place = bl_grid_beat(&piece->grid, e->time) * 4.0;
          const uint64_t word =
            (uint64_t)lround(place) * 4099u + e->key * 131u + e->part + 1u;
          sums[k] += word * word;
        }
      }
    }
    same += sums[0] == sums[1];
  }
  return same;
}

/// The greater styleWeight, the more bars are the style's own
static void
style_weight_is_the_styles_share(void** const state)
{
  (void)state;
  Piece piece;
  make_long_piece(&piece);
  for (size_t g = 0; g < grooves->n; ++g) {
    if (!strcmp(grooves->grooves[g].name, "pop") ||
        grooves->grooves[g].beats != 4u) {
      continue;
    }
    BlScore own;
    size_t  before = 0;
    size_t  least  = 0;
    arrange_piece(&piece, grooves->grooves[g].name, "", 0, &own);
    for (unsigned step = 0; step <= 10u; ++step) {
      const Fields fields = { 0.1 * step, 0.2, 0.6, '\0' };
      BlScore      score;
      arrange_with(&piece, grooves->grooves[g].name, "", 0, &fields, &score);
      const size_t same = count_same_bars(&piece, BL_PART_DRUMS, &own, &score);
      assert_true(same >= before);
      least  = step ? least : same;
      before = same;
      bl_score_deinit(&score);
    }
    assert_int_equal(before, piece.grid.n_bars);
    if (least > piece.grid.n_bars / 4u) {
      fail_msg("%s at weight 0 keeps %zu of %zu bars", grooves->grooves[g].name,
               least, piece.grid.n_bars);
    }
    bl_score_deinit(&own);
  }
  free_piece(&piece);
}

/// Strokes of those who accompany, [1] under the voice and [0] in its rests
static void
count_strokes(const Piece* const   piece,
              const BlScore* const score,
              size_t               counts[2])
{
  counts[0] = counts[1] = 0;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->time < score->last_chord - 0.1 &&
        (e->part == BL_ROLE_COMP || e->part == BL_ROLE_ARP)) {
      const double beat = bl_grid_beat(&piece->grid, e->time + 0.03);
      ++counts[piece->slots.slots[bl_slots_at(&piece->slots, beat)].sung >
               0.3f];
    }
  }
}

/// The greater audioWeight, the thinner under the voice, and only there
static void
audio_weight_gives_way_to_the_voice(void** const state)
{
  (void)state;
  Piece  piece;
  size_t all[2] = { 0, 0 };
  make_long_piece(&piece);
  for (size_t g = 0; g < grooves->n; ++g) {
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      size_t before[2] = { 0, 0 };
      for (unsigned step = 0; step <= 4u; ++step) {
        const Fields fields = { 1.0, 0.2, 0.25 * step, '\0' };
        BlScore      score;
        size_t       now[2];
        arrange_with(&piece, grooves->grooves[g].name, "", v, &fields, &score);
        count_strokes(&piece, &score, now);
        bl_score_deinit(&score);
        if (step && (now[1] > before[1] || now[0] != before[0])) {
          fail_msg("%s %u: %zu -> %zu sung, %zu -> %zu in rests at %.2f",
                   grooves->grooves[g].name, v, before[1], now[1], before[0],
                   now[0], fields.audio);
        }
        memcpy(before, now, sizeof(now));
        all[0] += step == 0u ? now[1] : 0u;
        all[1] += step == 4u ? now[1] : 0u;
      }
    }
  }
  print_message("# strokes under the voice: %zu at audioWeight 0, %zu at 1\n",
                all[0], all[1]);
  assert_true(10u * all[1] < 8u * all[0]);
  free_piece(&piece);
}

/// The greater weirdnessConstraint, the fewer bars are as usual
static void
weirdness_leaves_the_usual(void** const state)
{
  (void)state;
  Piece  piece;
  size_t at_most[2] = { 0, 0 };
  make_long_piece(&piece);
  for (size_t g = 0; g < grooves->n; ++g) {
    BlScore usual;
    size_t  before = piece.grid.n_bars;
    arrange_piece(&piece, grooves->grooves[g].name, "", 1, &usual);
    for (unsigned step = 0; step <= 5u; ++step) {
      const Fields fields = { 1.0, 0.2 * step, 0.6, '\0' };
      BlScore      score;
      arrange_with(&piece, grooves->grooves[g].name, "", 1, &fields, &score);
      // All but the answering part, whose player is another all through
      const size_t same =
        count_same_bars(&piece, BL_PART_DRUMS, &usual, &score) +
        count_same_bars(&piece, BL_ROLE_COMP, &usual, &score);
      assert_true(step > 1u || same == 2u * piece.grid.n_bars);
      assert_true(step == 0u || same <= before);
      before = same;
      bl_score_deinit(&score);
    }
    at_most[0] += before;
    at_most[1] += 2u * piece.grid.n_bars;
    bl_score_deinit(&usual);
  }
  print_message("# bars as usual at weirdness 1: %zu of %zu\n", at_most[0],
                at_most[1]);
  assert_true(10u * at_most[0] < 9u * at_most[1]);
  free_piece(&piece);
}

static double
mean_pad_key(const BlScore* const score)
{
  double sum = 0.0;
  double n   = 0.0;
  for (size_t i = 0; i < score->n; ++i) {
    if (score->events[i].part == BL_ROLE_PAD) {
      sum += score->events[i].key;
      n += 1.0;
    }
  }
  return n > 0.0 ? sum / n : 0.0;
}

static void
vocal_gender_moves_choirs_alone(void** const state)
{
  (void)state;
  static const struct
  {
    const char* tags;
    const char* negative;
    bool        sings;
  } rows[] = {
    { "pop, choir, epic", "", true },
    { "gospel, oohs, epic", "strings", true },
    { "pop, epic", "", false },
    { "synthwave, ambient, epic", "", false },
    { "pop, choir, epic", "vocals, singing, choir", false },
  };
  Piece piece;
  make_long_piece(&piece);
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    BlScore scores[3];
    BlStyle style;
    bl_style_read(grooves, rows[i].tags, rows[i].negative, &style);
    assert_int_equal(bl_style_sings(&style), rows[i].sings);
    for (unsigned k = 0; k < 3u; ++k) {
      const Fields fields = { 1.0, 0.2, 0.6, "\0mf"[k] };
      arrange_with(&piece, rows[i].tags, rows[i].negative, 0, &fields,
                   &scores[k]);
    }
    const size_t bars = piece.grid.n_bars;
    const size_t same =
      count_same_bars(&piece, BL_N_PARTS, &scores[1], &scores[2]);
    assert_true(rows[i].sings ? same < bars / 4u : same == bars);
    if (rows[i].sings) {
      assert_true(mean_pad_key(&scores[1]) + 7.0 < mean_pad_key(&scores[2]));
    }
    for (unsigned k = 0; k < 3u; ++k) {
      bl_score_deinit(&scores[k]);
    }
  }
  free_piece(&piece);
}

/// Where in the bar each drum is struck, and on what the chords are played
static void
fingerprint(const BlScore* const score,
            const Piece* const   piece,
            double               print[128 + 16])
{
  memset(print, 0, 144 * sizeof(double));
  double sum = 0.0;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->part == BL_PART_DRUMS) {
      const double beat  = bl_grid_beat(&piece->grid, e->time);
      const long   place = lround(beat * 4.0) % 16;
      print[e->key] += 1.0;
      print[128 + place] += 1.0;
      sum += 2.0;
    }
  }
  for (unsigned i = 0; i < 144u && sum > 0.0; ++i) {
    print[i] /= sum;
  }
}

static void
grooves_are_pairwise_distinct(void** const state)
{
  (void)state;
  static double prints[64][144];
  Piece         piece;
  make_piece(&piece, ode, BL_COUNT(ode), 96.0, 4);
  harmonise(&piece, 0, false);
  for (size_t g = 0; g < grooves->n; ++g) {
    BlScore score;
    char    tag[64];
    snprintf(tag, sizeof(tag), "%.*s",
             (int)strcspn(grooves->grooves[g].tags, ","),
             grooves->grooves[g].tags);
    arrange_piece(&piece, tag, "", 0, &score);
    fingerprint(&score, &piece, prints[g]);
    bl_score_deinit(&score);
  }
  for (size_t a = 0; a < grooves->n; ++a) {
    for (size_t b = 0; b < a; ++b) {
      double distance = 0.0;
      for (unsigned i = 0; i < 144u; ++i) {
        distance += fabs(prints[a][i] - prints[b][i]);
      }
      // Grooves of other meters lend 4/4 the same pattern
      const bool lent =
        grooves->grooves[a].beats != 4u || grooves->grooves[b].beats != 4u;
      if (distance < 0.12 && !lent) {
        fail_msg("%s and %s sound alike: %.3f", grooves->grooves[a].name,
                 grooves->grooves[b].name, distance);
      }
    }
  }
  free_piece(&piece);
}

static void
bans_hold_in_every_groove(void** const state)
{
  (void)state;
  Piece piece;
  make_piece(&piece, ode, BL_COUNT(ode), 96.0, 4);
  harmonise(&piece, 0, false);
  for (size_t g = 0; g < grooves->n; ++g) {
    for (unsigned v = 0; v < 2u; ++v) {
      BlScore score;
      char    tags[128];
      snprintf(tags, sizeof(tags), "%.*s, distorted guitar, piano",
               (int)strcspn(grooves->grooves[g].tags, ","),
               grooves->grooves[g].tags);
      arrange_piece(&piece, tags, "heavy metal, distortion, piano, drums", v,
                    &score);
      for (size_t i = 0; i < score.n; ++i) {
        const BlPart* const part = &score.parts[score.events[i].part];
        assert_int_not_equal(part->channel, 9);
        assert_true(part->program != 29 && part->program != 30);
        assert_true(part->program > 3);
      }
      bl_score_deinit(&score);

      arrange_piece(&piece, tags, "aggressive drums", v, &score);
      for (size_t i = 0; i < score.n; ++i) {
        assert_true(score.events[i].part != BL_PART_DRUMS ||
                    score.events[i].velocity <= 84);
      }
      bl_score_deinit(&score);
    }
  }
  free_piece(&piece);
}

/// What a list of bans forbids, in every groove, however weird
static void
every_ban_is_absolute(void** const state)
{
  (void)state;
  static const struct
  {
    const char* negative;
    unsigned    families;
  } bans[] = {
    { "piano", BL_FAMILY_PIANO },
    { "keyboards", BL_FAMILY_PIANO | BL_FAMILY_EPIANO | BL_FAMILY_ORGAN },
    { "organ", BL_FAMILY_ORGAN },
    { "guitars",
      BL_FAMILY_ACOUSTIC | BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION },
    { "guitar",
      BL_FAMILY_ACOUSTIC | BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION },
    { "acoustic guitar", BL_FAMILY_ACOUSTIC },
    { "electric guitar", BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION },
    { "distorted guitars", BL_FAMILY_DISTORTION },
    { "Heavy Metal", BL_FAMILY_DISTORTION },
    { "bass", BL_FAMILY_BASS },
    { "strings", BL_FAMILY_STRINGS },
    { "brass", BL_FAMILY_BRASS },
    { "woodwinds", BL_FAMILY_WINDS },
    { "synth", BL_FAMILY_SYNTH },
    { "synths, pads", BL_FAMILY_SYNTH },
    { "mallets", BL_FAMILY_MALLETS },
    { "vocals, singing, choir", BL_FAMILY_CHOIR },
    { "drums", BL_FAMILY_DRUMS },
    { "drums, bass, piano, strings",
      BL_FAMILY_DRUMS | BL_FAMILY_BASS | BL_FAMILY_PIANO | BL_FAMILY_STRINGS },
  };
  const Fields weird = { 0.5, 1.0, 0.6, '\0' };
  size_t       notes = 0;
  Piece        piece;
  make_piece(&piece, ode, BL_COUNT(ode), 96.0, 4);
  harmonise(&piece, 0, false);
  for (size_t k = 0; k < BL_COUNT(bans) * grooves->n; ++k) {
    const BlGroove* const groove   = &grooves->grooves[k % grooves->n];
    const unsigned        families = bans[k / grooves->n].families;
    BlScore               score;
    arrange_with(&piece, groove->name, bans[k / grooves->n].negative, k % 2u,
                 &weird, &score);
    for (size_t i = 0; i < score.n; ++i) {
      const BlPart* const       part   = &score.parts[score.events[i].part];
      const BlInstrument* const player = bl_instrument_find(part->name);
      const unsigned family = player ? player->family : BL_FAMILY_DRUMS;
      if (family & families) {
        fail_msg("%s plays in %s though \"%s\" is banned", part->name,
                 groove->name, bans[k / grooves->n].negative);
      }
    }
    notes += score.n;
    bl_score_deinit(&score);
  }
  assert_true(notes > 10000u);
  free_piece(&piece);
}

/// A chord's tone that stays a semitone beside a long sung note is wrong
static void
chords_do_not_grate_on_long_notes(void** const state)
{
  (void)state;
  Piece  piece;
  double grating = 0.0;
  double all     = 0.0;
  double worst   = 0.0;
  make_long_piece(&piece);
  for (size_t k = 0; k < 2u * grooves->n; ++k) {
    BlScore score;
    double  here[2] = { 0.0, 1e-9 };
    arrange_piece(&piece, grooves->grooves[k / 2u].name, "", k % 2u, &score);
    for (size_t i = 0; i < score.n; ++i) {
      const BlEvent* const e = &score.events[i];
      for (size_t n = 0; n < piece.notes.n && e->part != BL_PART_DRUMS; ++n) {
        const BlNote* const note = &piece.notes.notes[n];
        const double        both =
          fmin(e->time + e->length, note->start + note->length) -
          fmax(e->time, note->start);
        if (note->length < 0.4 || both < 0.25) {
          continue;
        }
        const int apart = (e->key - (int)lround((double)note->midi) + 120) % 12;
        here[0] += apart == 1 || apart == 11 ? both : 0.0;
        here[1] += both;
      }
    }
    bl_score_deinit(&score);
    worst = fmax(worst, here[0] / here[1]);
    grating += here[0];
    all += here[1];
  }
  print_message("# seconds a semitone beside long sung notes: %.3f of all, "
                "worst groove %.3f\n",
                grating / all, worst);
  assert_true(grating / all <= GRATING_MOST);
  free_piece(&piece);
}

/// Whom a groove names is heard, in one variant or the other
static void
everybody_plays(void** const state)
{
  (void)state;
  Piece piece;
  make_long_piece(&piece);
  for (size_t g = 0; g < grooves->n; ++g) {
    const BlGroove* const groove = &grooves->grooves[g];
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      BlScore score;
      char    tag[64];
      snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(groove->tags, ","),
               groove->tags);
      arrange_piece(&piece, tag, "", v, &score);
      for (unsigned r = 0; r < BL_N_ROLES; ++r) {
        if (bl_instrument_find(groove->players[r][v]) && !score.parts[r].used) {
          fail_msg("%s %c: nobody hears the %s", groove->name, (char)('A' + v),
                   groove->players[r][v]);
        }
      }
      bl_score_deinit(&score);
    }
  }
  free_piece(&piece);
}

/// Every bar has something to hear, in every groove and meter
static void
no_bar_is_dead(void** const state)
{
  (void)state;
  for (unsigned beats = 2; beats <= 7u; ++beats) {
    Piece piece;
    make_piece(&piece, ode, BL_COUNT(ode), 96.0, beats);
    harmonise(&piece, 0, false);
    for (size_t g = 0; g < grooves->n; ++g) {
      BlScore score;
      arrange_piece(&piece, grooves->grooves[g].name, "", g % 2u, &score);
      for (size_t b = 0; piece.grid.bars[b + 1u].time < score.last_chord; ++b) {
        bool heard = false;
        for (size_t i = 0; i < score.n; ++i) {
          const double t = score.events[i].time + 0.01;
          heard |=
            t >= piece.grid.bars[b].time && t < piece.grid.bars[b + 1u].time;
        }
        assert_true(heard);
      }
      bl_score_deinit(&score);
    }
    free_piece(&piece);
  }
}

/// Field by field: what lies between the fields may differ
static bool
is_same_event(const BlEvent* const a, const BlEvent* const b)
{
  return a->time == b->time && a->length == b->length && a->part == b->part &&
         a->key == b->key && a->velocity == b->velocity;
}

/// A bar, which is a phrase there, begins at `time`, or the chord changes
static bool
turns_at(const Piece* const piece, const double time)
{
  bool turns = false;
  for (size_t i = 0; i < piece->slots.n; ++i) {
    const bool changes = !i ||
                         piece->chords[i].root != piece->chords[i - 1u].root ||
                         piece->chords[i].minor != piece->chords[i - 1u].minor;
    const double start = bl_grid_time(&piece->grid, piece->slots.slots[i].beat);
    turns              = turns || ((changes || !piece->slots.slots[i].inside) &&
                      fabs(start - time) < 0.15);
  }
  return turns || fabs(piece->grid.bars[piece->grid.n_bars].time - time) < 0.15;
}

/// Without a pulse nobody plays one: no drums, and chords that are held
static void
free_time_is_held(void** const state)
{
  (void)state;
  Piece piece;
  make_long_piece(&piece);
  piece.free_time = true;
  for (size_t g = 0; g < grooves->n; ++g) {
    for (unsigned variant = 0; variant < BL_VARIANTS; ++variant) {
      const char* const name = grooves->grooves[g].name;
      BlScore           score;
      arrange_piece(&piece, name, "", variant, &score);
      assert_true(score.n > piece.grid.n_bars);
      for (const BlEvent* e = score.events; e < score.events + score.n; ++e) {
        if (e->part == BL_PART_DRUMS || !turns_at(&piece, e->time)) {
          fail_msg("%s: part %u at %.2f s", name, e->part, e->time);
        }
      }
      bl_score_deinit(&score);
    }
  }
  free_piece(&piece);
}

static void
variants_are_two_arrangements(void** const state)
{
  (void)state;
  Piece piece;
  make_piece(&piece, ode, BL_COUNT(ode), 96.0, 4);
  harmonise(&piece, 0, false);
  for (size_t g = 0; g < grooves->n; ++g) {
    BlScore scores[3];
    for (unsigned v = 0; v < 3u; ++v) {
      arrange_piece(&piece, grooves->grooves[g].name, "", v % 2u, &scores[v]);
    }
    // The same twice; and less than half of B's notes are A's
    assert_int_equal(scores[0].n, scores[2].n);
    for (size_t i = 0; i < scores[0].n; ++i) {
      assert_true(is_same_event(&scores[0].events[i], &scores[2].events[i]));
    }
    size_t same = 0;
    for (size_t b = 0; b < scores[1].n; ++b) {
      for (size_t a = 0; a < scores[0].n; ++a) {
        if (scores[0].events[a].part == scores[1].events[b].part &&
            scores[0].events[a].key == scores[1].events[b].key &&
            fabs(scores[0].events[a].time - scores[1].events[b].time) < 0.02) {
          ++same;
          break;
        }
      }
    }
    if (2u * same > scores[1].n) {
      fail_msg("%s: %zu of B's %zu notes are A's", grooves->grooves[g].name,
               same, scores[1].n);
    }
    for (unsigned v = 0; v < 3u; ++v) {
      bl_score_deinit(&scores[v]);
    }
  }
  free_piece(&piece);
}

static void
the_hosts_grid_is_read(void** const state)
{
  (void)state;
  BlGrid grid;
  assert_int_equal(bl_grid_init(&grid), 0);
  assert_true(bl_grid_read_comment(
    &grid, "take 3; backline: bpm=120.000; meter=4/4; bar=0.500000; "
           "tempo=4.500000:60.000:3/4; tempo=7.500000:90.500:3/4"));
  assert_int_equal(bl_grid_finish(&grid, 12.0), 0);
  assert_float_equal(grid.bars[0].time, 0.5, 1e-9);
  assert_float_equal(grid.bars[1].time, 2.5, 1e-9);
  assert_float_equal(grid.bars[2].time, 4.5, 1e-9);
  assert_int_equal(grid.bars[2].beats, 3);
  assert_float_equal(grid.bars[3].time, 7.5, 1e-9);
  assert_float_equal(grid.bars[4].time, (float)(7.5 + 3.0 * 60.0 / 90.5), 1e-5);
  for (double t = 0.0; t < 12.0; t += 0.37) {
    assert_float_equal(bl_grid_time(&grid, bl_grid_beat(&grid, t)), t, 1e-9);
  }
  bl_grid_deinit(&grid);

  static const char* const bad[] = {
    "",
    "backline:",
    "backline: bpm=; meter=4/4",
    "backline: bpm=92; meter=4",
    "backline: bpm=1e9",
    "backline: bpm=-92; meter=4/4; bar=0",
    "backline: bpm=92; meter=0/4; bar=0",
    "backline: bpm=nan; meter=4/4",
  };
  for (size_t i = 0; i < BL_COUNT(bad); ++i) {
    assert_int_equal(bl_grid_init(&grid), 0);
    assert_false(bl_grid_read_comment(&grid, bad[i]));
    bl_grid_deinit(&grid);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(our_own_melodies_have_their_key),
    cmocka_unit_test(grooves_are_pairwise_distinct),
    cmocka_unit_test(bans_hold_in_every_groove),
    cmocka_unit_test(every_ban_is_absolute),
    cmocka_unit_test(style_weight_is_the_styles_share),
    cmocka_unit_test(audio_weight_gives_way_to_the_voice),
    cmocka_unit_test(weirdness_leaves_the_usual),
    cmocka_unit_test(vocal_gender_moves_choirs_alone),
    cmocka_unit_test(chords_do_not_grate_on_long_notes),
    cmocka_unit_test(everybody_plays),
    cmocka_unit_test(no_bar_is_dead),
    cmocka_unit_test(free_time_is_held),
    cmocka_unit_test(variants_are_two_arrangements),
    cmocka_unit_test(the_hosts_grid_is_read),
  };
  grooves          = bl_grooves_load();
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  free(grooves);
  return failed;
}

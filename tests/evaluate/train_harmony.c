// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "harmony_model.h"
#include "metric_chords.h"
#include "random.h"
#include "songs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
  train_harmony MELODIES.jsonl > band/harmony_table.h

  Learns the conditional random field of band/harmony_model.h by stochastic
  gradient (Adagrad, a song at a time; weights averaged over the later half of
  the rounds) under a quadratic penalty.  Both modes learn together: a mode's
  weights are shared ones and its own deviation, each with its penalty.

  It reads the train part of the split alone (songs.h).  The figures that it
  writes into the table's head are cross-validated within that part, in four
  folds by line number, through the very decoder of the band.  The same input
  and compiler give the same table.
*/

#define CHORDS BL_HARMONY_CHORDS
#define ROUNDS 20u
#define RATE 0.08f
#define PENALTY 0.05f
#define FOLDS 4u
#define MAX_SLOTS 2048u

typedef struct
{
  float shared[BL_N_FEATURES][CHORDS];
  float own[2][BL_N_FEATURES][CHORDS];
  float moves[2][2][CHORDS][CHORDS];
} Weights;

#define N_WEIGHTS (sizeof(Weights) / sizeof(float))

/// One half bar to learn from
typedef struct
{
  size_t    n;
  BlFeature features[BL_FEATURES_AT_ONCE];
  int       truth; ///< Chord in the frame of the features; -1 = unknown
  bool      inside;
} Sample;

typedef struct
{
  const BlSong* song;
  BlPiece       piece;
  size_t        n;
  Sample*       samples;
} Lesson;

/// What is at work on one song; large, so allocated
typedef struct
{
  float scores[MAX_SLOTS][CHORDS];
  float forward[MAX_SLOTS][CHORDS];
  float given[MAX_SLOTS][CHORDS]; ///< Probabilities that know the truth
  float free[MAX_SLOTS][CHORDS];  ///< And that do not
  float moves[2][CHORDS][CHORDS]; ///< Gradient
  float shared[BL_N_FEATURES][CHORDS];
  bool  used[BL_N_FEATURES];
} Desk;

static int
find_truth(const BlSong* const song, const BlSlot* const slot)
{
  const unsigned frame = bl_harmony_frame(slot);
  for (size_t b = 0; b < (size_t)slot->length; ++b) {
    const size_t at = (size_t)slot->beat + b;
    if (at < song->n_chords && song->chords[at].root >= 0) {
      return (song->chords[at].root + 12 - (int)frame) % 12 +
             (song->chords[at].minor ? 12 : 0);
    }
  }
  return -1;
}

static BlStatus
prepare(const BlSong* const song, Lesson* const lesson)
{
  lesson->song = song;
  BlStatus st  = bl_piece_init(song, &lesson->piece);
  if (st) {
    return st;
  }
  const BlSlots* const slots = &lesson->piece.slots;
  BlHarmonyView        view;
  bl_harmony_view(slots, &lesson->piece.form, &view);
  lesson->n       = slots->n < MAX_SLOTS ? slots->n : MAX_SLOTS;
  lesson->samples = (Sample*)calloc(lesson->n + 1u, sizeof(Sample));
  for (size_t i = 0; lesson->samples && i < lesson->n; ++i) {
    Sample* const sample = &lesson->samples[i];
    sample->n            = bl_harmony_features(&view, i, sample->features);
    sample->truth        = find_truth(song, &slots->slots[i]);
    sample->inside       = slots->slots[i].inside;
  }
  return lesson->samples ? BL_SUCCESS : BL_NO_MEM;
}

static void
score(const Weights* const w, const Lesson* const lesson, Desk* const desk)
{
  const size_t mode = lesson->song->minor ? 1u : 0u;
  for (size_t i = 0; i < lesson->n; ++i) {
    const Sample* const sample = &lesson->samples[i];
    float* const        row    = desk->scores[i];
    memset(row, 0, sizeof(desk->scores[i]));
    for (size_t f = 0; f < sample->n; ++f) {
      const size_t k     = sample->features[f].index;
      const float  value = sample->features[f].value;
      for (size_t c = 0; c < CHORDS; ++c) {
        row[c] += value * (w->shared[k][c] + w->own[mode][k][c]);
      }
    }
  }
}

static float
scale(float* const row)
{
  float sum = 1e-30f;
  for (size_t c = 0; c < CHORDS; ++c) {
    sum += row[c];
  }
  for (size_t c = 0; c < CHORDS; ++c) {
    row[c] /= sum;
  }
  return sum;
}

/// exp(score) of slot i, but for what the truth rules out where it is known
static float
odds(const Desk* const   desk,
     const Lesson* const lesson,
     const bool          knowing,
     const size_t        i,
     float* const        out)
{
  const int truth = lesson->samples[i].truth;
  float     top   = desk->scores[i][0];
  for (size_t c = 1; c < CHORDS; ++c) {
    top = fmaxf(top, desk->scores[i][c]);
  }
  for (size_t c = 0; c < CHORDS; ++c) {
    const bool out_of_question = knowing && truth >= 0 && (int)c != truth;
    out[c] = out_of_question ? 0.0f : expf(desk->scores[i][c] - top);
  }
  return top;
}

/// Forward and backward; adds `sign` times the expected moves to the gradient.
/// @return the logarithm of the sum over all paths
static double
sum_paths(const Weights* const w,
          const Lesson* const  lesson,
          const bool           knowing,
          const float          sign,
          Desk* const          desk,
          float (*const posterior)[CHORDS])
{
  const size_t mode = lesson->song->minor ? 1u : 0u;
  double       sum  = 0.0;
  float        move[2][CHORDS][CHORDS];
  for (size_t k = 0; k < 2u * CHORDS * CHORDS; ++k) {
    (&move[0][0][0])[k] = expf((&w->moves[mode][0][0][0])[k]);
  }

  for (size_t i = 0; i < lesson->n; ++i) {
    float own[CHORDS];
    float from[CHORDS] = { 0 };
    sum += (double)odds(desk, lesson, knowing, i, own);
    for (size_t p = 0; i && p < CHORDS; ++p) {
      for (size_t c = 0; c < CHORDS; ++c) {
        from[c] +=
          desk->forward[i - 1u][p] * move[lesson->samples[i].inside][p][c];
      }
    }
    for (size_t c = 0; c < CHORDS; ++c) {
      desk->forward[i][c] = own[c] * (i ? from[c] : 1.0f);
    }
    sum += log((double)scale(desk->forward[i]));
  }

  float after[CHORDS];
  for (size_t c = 0; c < CHORDS; ++c) {
    after[c] = 1.0f;
  }
  for (size_t i = lesson->n; i-- > 0;) {
    for (size_t c = 0; c < CHORDS; ++c) {
      posterior[i][c] = desk->forward[i][c] * after[c];
    }
    (void)scale(posterior[i]);
    if (i) {
      const size_t inside = lesson->samples[i].inside;
      float        own[CHORDS];
      float        before[CHORDS] = { 0 };
      float        total          = 1e-30f;
      (void)odds(desk, lesson, knowing, i, own);
      for (size_t p = 0; p < CHORDS; ++p) {
        for (size_t c = 0; c < CHORDS; ++c) {
          before[p] += move[inside][p][c] * own[c] * after[c];
        }
        total += desk->forward[i - 1u][p] * before[p];
      }
      for (size_t p = 0; p < CHORDS; ++p) {
        const float share = sign * desk->forward[i - 1u][p] / total;
        for (size_t c = 0; c < CHORDS; ++c) {
          desk->moves[inside][p][c] +=
            share * move[inside][p][c] * own[c] * after[c];
        }
      }
      memcpy(after, before, sizeof(after));
      (void)scale(after);
    }
  }
  return sum;
}

static void
step(float* const weight,
     float* const square,
     const float  slope,
     const float  rate)
{
  const float g = slope + PENALTY * *weight;
  *square += g * g;
  *weight -= rate * g / sqrtf(*square);
}

/// One step down the slope of one song
static double
learn(Weights* const      w,
      Weights* const      squares,
      const Lesson* const lesson,
      const float         rate,
      Desk* const         desk)
{
  const size_t mode = lesson->song->minor ? 1u : 0u;
  memset(desk->moves, 0, sizeof(desk->moves));
  memset(desk->shared, 0, sizeof(desk->shared));
  memset(desk->used, 0, sizeof(desk->used));
  score(w, lesson, desk);
  const double given = sum_paths(w, lesson, true, -1.0f, desk, desk->given);
  const double all   = sum_paths(w, lesson, false, 1.0f, desk, desk->free);

  for (size_t i = 0; i < lesson->n; ++i) {
    const Sample* const sample = &lesson->samples[i];
    for (size_t f = 0; f < sample->n; ++f) {
      const size_t k     = sample->features[f].index;
      const float  value = sample->features[f].value;
      desk->used[k]      = true;
      for (size_t c = 0; c < CHORDS; ++c) {
        desk->shared[k][c] += value * (desk->free[i][c] - desk->given[i][c]);
      }
    }
  }
  for (size_t k = 0; k < BL_N_FEATURES; ++k) {
    for (size_t c = 0; desk->used[k] && c < CHORDS; ++c) {
      const float slope = desk->shared[k][c];
      step(&w->shared[k][c], &squares->shared[k][c], slope, rate);
      step(&w->own[mode][k][c], &squares->own[mode][k][c], slope, rate);
    }
  }
  for (size_t k = 0; k < 2u * CHORDS * CHORDS; ++k) {
    step(&w->moves[mode][0][0][0] + k, &squares->moves[mode][0][0][0] + k,
         (&desk->moves[0][0][0])[k], rate);
  }
  return all - given;
}

static signed char
quantise(const float value)
{
  return (signed char)lroundf(
    fmaxf(fminf(value / BL_HARMONY_SCALE, 127.0f), -127.0f));
}

static void
fill_table(const Weights* const w, BlHarmonyTable* const table)
{
  for (size_t mode = 0; mode < 2; ++mode) {
    for (size_t k = 0; k < BL_N_FEATURES; ++k) {
      for (size_t c = 0; c < CHORDS; ++c) {
        table->weights[mode][k][c] =
          quantise(w->shared[k][c] + w->own[mode][k][c]);
      }
    }
  }
  for (size_t k = 0; k < 4u * CHORDS * CHORDS; ++k) {
    (&table->moves[0][0][0][0])[k] = quantise((&w->moves[0][0][0][0])[k]);
  }
}

/// Learn from all lessons but those of one fold (FOLDS: from all)
static BlStatus
train(const Lesson* const   lessons,
      const size_t          n,
      const unsigned        fold,
      BlHarmonyTable* const table)
{
  Weights* const w      = (Weights*)calloc(3, sizeof(Weights));
  Desk* const    desk   = (Desk*)calloc(1, sizeof(Desk));
  size_t* const  order  = (size_t*)calloc(n + 1u, sizeof(size_t));
  BlRandom       random = { 909 };
  size_t         used   = 0;
  for (size_t i = 0; order && i < n; ++i) {
    if (i % FOLDS != fold) {
      order[used++] = i;
    }
  }
  for (size_t k = 0; w && k < N_WEIGHTS; ++k) {
    ((float*)&w[1])[k] = 0.01f;
  }
  for (unsigned round = 0; w && desk && order && round < ROUNDS; ++round) {
    double loss = 0.0;
    double seen = 0.0;
    for (size_t i = used; i-- > 1;) {
      const size_t k    = (size_t)(bl_random_unit(&random) * (double)(i + 1u));
      const size_t keep = order[i];
      order[i]          = order[k];
      order[k]          = keep;
    }
    for (size_t i = 0; i < used; ++i) {
      const float rate = RATE / (1.0f + 0.15f * (float)round);
      loss += learn(&w[0], &w[1], &lessons[order[i]], rate, desk);
      seen += (double)lessons[order[i]].n;
    }
    fprintf(stderr, "round %u: %.4f nats a half bar\n", round, loss / seen);
    for (size_t k = 0; 2u * round >= ROUNDS && k < N_WEIGHTS; ++k) {
      ((float*)&w[2])[k] += ((float*)&w[0])[k] / (0.5f * (float)ROUNDS);
    }
  }
  const BlStatus st = w && desk && order ? BL_SUCCESS : BL_NO_MEM;
  if (!st) {
    fill_table(&w[2], table);
  }
  free(order);
  free(desk);
  free(w);
  return st;
}

/// Beats of one song whose chord is found
static BlStatus
try_song(const BlHarmonyTable* const table,
         const Lesson* const         lesson,
         BlMetricChords* const       sum)
{
  const BlHarmonyTaste taste = { .evidence = 1.0 };
  const BlPiece* const piece = &lesson->piece;
  const double         last  = piece->grid.bars[piece->grid.n_bars].beat;
  const BlStatus st = bl_harmony_find_by(table, &piece->slots, &piece->form,
                                         &taste, piece->chords, NULL);
  for (size_t b = 0; !st && b < lesson->song->n_chords && (double)b < last;
       ++b) {
    const BlSongChord from = lesson->song->chords[b];
    if (from.root >= 0) {
      const BlChord truth = { (unsigned char)from.root, from.minor };
      bl_metric_chords_add(
        sum, 1.0, truth, piece->chords[bl_slots_at(&piece->slots, (double)b)]);
    }
  }
  return st;
}

static void
write_rows(const BlHarmonyRow* const rows, const size_t n)
{
  fputs("    {\n", stdout);
  for (size_t i = 0; i < n; ++i) {
    fputs("      {", stdout);
    for (size_t c = 0; c < CHORDS; ++c) {
      printf("%s%d", c ? ", " : " ", rows[i][c]);
    }
    fputs(" },\n", stdout);
  }
  fputs("    },\n", stdout);
}

static void
write_table(const BlHarmonyTable* const table,
            const size_t                n,
            const BlMetricChords* const found)
{
  printf(
    "// Copyright 2026 The Backline authors\n"
    "// SPDX-License-Identifier: ISC\n\n"
    "// Written by tests/evaluate/train_harmony.c from %zu songs of "
    "POP909-CL\n"
    "// (MIT licence), line numbers modulo 4 being 0, 1 or 2.\n"
    "// Cross-validated in %u folds of these: chord root %.1f %%, majmin "
    "%.1f %%\n"
    "// of %.0f beats.\n"
    "// clang-format off\n\n"
    "#ifndef BL_BAND_HARMONY_TABLE_H\n"
    "#define BL_BAND_HARMONY_TABLE_H\n\n"
    "#include \"harmony_model.h\"\n\n"
    "const BlHarmonyTable bl_harmony_table = {\n"
    "  { // Feature by chord: 12 major ones from the frame's C, 12 minor\n",
    n, FOLDS, 100.0 * found->root / found->time,
    100.0 * found->majmin / found->time, found->time);
  write_rows(table->weights[0], BL_N_FEATURES);
  fputs("    // Minor keys\n", stdout);
  write_rows(table->weights[1], BL_N_FEATURES);
  fputs("  },\n  { // From chord to chord: over the bar line, inside a bar\n",
        stdout);
  for (size_t mode = 0; mode < 2; ++mode) {
    fputs(mode ? "   { // Minor keys\n" : "   {\n", stdout);
    write_rows(table->moves[mode][0], CHORDS);
    write_rows(table->moves[mode][1], CHORDS);
    fputs("   },\n", stdout);
  }
  fputs("  },\n};\n\n#endif // BL_BAND_HARMONY_TABLE_H\n", stdout);
}

static BlStatus
cross_validate(const Lesson* const   lessons,
               const size_t          n,
               BlMetricChords* const found)
{
  BlHarmonyTable table;
  BlStatus       st = BL_SUCCESS;
  for (unsigned fold = 0; fold < FOLDS && !st; ++fold) {
    st = train(lessons, n, fold, &table);
    for (size_t i = fold; i < n && !st; i += FOLDS) {
      st = try_song(&table, &lessons[i], found);
    }
  }
  return st;
}

int
main(const int argc, char** const argv)
{
  BlSongs        songs;
  BlHarmonyTable table;
  BlMetricChords found = { 0 };
  if (argc != 2) {
    fputs("usage: train_harmony MELODIES.jsonl > harmony_table.h\n", stderr);
    return 2;
  }

  BlStatus      st = bl_songs_read(argv[1], BL_SONGS_TRAIN, &songs);
  Lesson* const lessons =
    st ? NULL : (Lesson*)calloc(songs.n + 1u, sizeof(Lesson));
  for (size_t i = 0; lessons && i < songs.n && !st; ++i) {
    st = prepare(&songs.songs[i], &lessons[i]);
  }
  st = st ? st : lessons ? BL_SUCCESS : BL_NO_MEM;
  st = st ? st : cross_validate(lessons, songs.n, &found);
  st = st ? st : train(lessons, songs.n, FOLDS, &table);
  if (!st) {
    write_table(&table, songs.n, &found);
    fprintf(stderr, "cross-validated: root %.2f, majmin %.2f %%\n",
            100.0 * found.root / found.time, 100.0 * found.majmin / found.time);
  } else {
    fprintf(stderr, "train_harmony: %s\n", bl_strerror(st));
  }
  for (size_t i = 0; lessons && i < songs.n; ++i) {
    bl_piece_deinit(&lessons[i].piece);
    free(lessons[i].samples);
  }
  free(lessons);
  bl_songs_deinit(&songs);
  return st ? 1 : 0;
}

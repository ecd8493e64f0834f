// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_key.h"
#include "songs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
  train_key MELODIES.jsonl > band/key_table.h

  The mean share of sounding time of each degree, a song a vote, by mode; over
  the train part of the split alone (songs.h).  The figures in the table's
  head are cross-validated within it, in eight folds by line number.
*/

#define FOLDS 8u
#define PROFILE_FLOOR 0.008 ///< As in band/key.c

typedef double Profiles[2][12];

static void
add_song(const BlPiece* const piece, const BlSong* const song, Profiles sum)
{
  double histogram[12];
  double total = 1e-9;
  bl_piece_histogram(piece, histogram);
  for (size_t pc = 0; pc < 12; ++pc) {
    total += histogram[pc];
  }
  for (size_t pc = 0; pc < 12; ++pc) {
    sum[song->minor][pc] += histogram[(pc + song->tonic) % 12u] / total;
  }
}

/// Sums become shares
static void
finish(Profiles profiles)
{
  for (size_t mode = 0; mode < 2; ++mode) {
    double total = 1e-9;
    for (size_t pc = 0; pc < 12; ++pc) {
      total += profiles[mode][pc];
    }
    for (size_t pc = 0; pc < 12; ++pc) {
      profiles[mode][pc] /= total;
    }
  }
}

static size_t
find(const BlPiece* const piece, const Profiles profiles)
{
  double histogram[12];
  double top  = -1e9;
  size_t best = 0;
  bl_piece_histogram(piece, histogram);
  for (size_t k = 0; k < 24; ++k) {
    double score = 0.0;
    for (size_t pc = 0; pc < 12; ++pc) {
      score += histogram[pc] *
               log(profiles[k / 12][(pc + 12 - k % 12) % 12] + PROFILE_FLOOR);
    }
    best = score > top ? k : best;
    top  = fmax(score, top);
  }
  return best;
}

/// Profiles of all songs but those of one fold
static BlStatus
train(const BlSongs* const songs, const unsigned fold, Profiles profiles)
{
  memset(profiles, 0, sizeof(Profiles));
  for (size_t i = 0; i < songs->n; ++i) {
    BlPiece        piece;
    const BlStatus st = bl_piece_init(&songs->songs[i], &piece);
    if (!st && i % FOLDS != fold) {
      add_song(&piece, &songs->songs[i], profiles);
    }
    bl_piece_deinit(&piece);
    if (st) {
      return st;
    }
  }
  finish(profiles);
  return BL_SUCCESS;
}

static BlStatus
try_fold(const BlSongs* const songs,
         const unsigned       fold,
         const Profiles       profiles,
         double               found[2])
{
  for (size_t i = fold; i < songs->n; i += FOLDS) {
    const BlSong* const song = &songs->songs[i];
    BlPiece             piece;
    const BlStatus      st = bl_piece_init(song, &piece);
    if (!st) {
      const size_t key   = find(&piece, profiles);
      const bool   minor = key >= 12u;
      found[0] += key % 12u == song->tonic && minor == song->minor;
      found[1] +=
        bl_metric_key(song->tonic, song->minor, (unsigned)(key % 12u), minor);
    }
    bl_piece_deinit(&piece);
    if (st) {
      return st;
    }
  }
  return BL_SUCCESS;
}

static void
write_table(const Profiles profiles, const size_t n, const double found[2])
{
  printf("// Copyright 2026 The Backline authors\n"
         "// SPDX-License-Identifier: ISC\n\n"
         "// Written by tests/evaluate/train_key.c from %zu songs of "
         "POP909-CL\n"
         "// (MIT licence), line numbers modulo 4 being 0, 1 or 2.\n"
         "// Cross-validated in %u folds of these: exact %.1f %%, MIREX score "
         "%.1f %%.\n"
         "// clang-format off\n\n"
         "#ifndef BL_BAND_KEY_TABLE_H\n"
         "#define BL_BAND_KEY_TABLE_H\n\n"
         "/// Share of sounding time by degree above the tonic: major, minor\n"
         "static const double profiles[2][12] = {\n",
         n, FOLDS, 100.0 * found[0] / (double)n, 100.0 * found[1] / (double)n);
  for (size_t mode = 0; mode < 2; ++mode) {
    for (size_t pc = 0; pc < 12; ++pc) {
      printf("%s%.4f", pc ? ", " : "  { ", profiles[mode][pc]);
    }
    fputs(" },\n", stdout);
  }
  fputs("};\n\n#endif // BL_BAND_KEY_TABLE_H\n", stdout);
}

int
main(const int argc, char** const argv)
{
  BlSongs  songs;
  Profiles profiles;
  double   found[2] = { 0 };
  if (argc != 2) {
    fputs("usage: train_key MELODIES.jsonl > key_table.h\n", stderr);
    return 2;
  }

  BlStatus st = bl_songs_read(argv[1], BL_SONGS_TRAIN, &songs);
  for (unsigned fold = 0; fold < FOLDS && !st; ++fold) {
    st = train(&songs, fold, profiles);
    st = st ? st : try_fold(&songs, fold, (const double(*)[12])profiles, found);
  }
  st = st ? st : train(&songs, FOLDS, profiles);
  if (st) {
    fprintf(stderr, "train_key: %s\n", bl_strerror(st));
  } else {
    write_table((const double(*)[12])profiles, songs.n, found);
  }
  bl_songs_deinit(&songs);
  return st ? 1 : 0;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "learn_key.h"
#include "metric_key.h"
#include "songs.h"

#include <stdio.h>

/*
  train_key MELODIES.jsonl > band/key_table.h

  From the train part of the split alone (songs.h).  The figures in the table's
  head are cross-validated within it, in four folds by line number: neither the
  key's nor the harmony's table has seen the song.
*/

typedef struct
{
  double exact;
  double mirex;
} Score;

static void
try_fold(const BlKeyLessons* const self,
         const unsigned            fold,
         Score* const              scores)
{
  BlKeyTable table;
  bl_key_lessons_learn(self, fold, &table);
  for (size_t i = fold; i < self->n; i += BL_KEY_FOLDS) {
    const BlSong* const song = self->lessons[i].song;
    for (size_t k = 0; k < BL_KEY_CUTS; ++k) {
      BlKey key;
      bl_key_find_by(&table, &self->lessons[i].pieces[k].notes, &key);
      scores[k].exact += key.tonic == song->tonic && key.minor == song->minor;
      scores[k].mirex +=
        bl_metric_key(song->tonic, song->minor, key.tonic, key.minor);
    }
  }
}

static void
write_profiles(const BlKeyProfiles profiles, const char* const what)
{
  printf("  { // %s\n", what);
  for (size_t mode = 0; mode < 2; ++mode) {
    for (size_t pc = 0; pc < 12; ++pc) {
      printf("%s%.4f", pc ? ", " : "    { ", profiles[mode][pc]);
    }
    fputs(" },\n", stdout);
  }
  fputs("  },\n", stdout);
}

static void
write_table(const BlKeyTable* const table,
            const double            n,
            const Score* const      scores)
{
  printf("// Copyright 2026 The Backline authors\n"
         "// SPDX-License-Identifier: ISC\n\n"
         "// Written by tests/evaluate/train_key.c from %.0f songs of "
         "POP909-CL\n"
         "// (MIT licence), line numbers modulo 4 being 0, 1 or 2.\n"
         "// Cross-validated in %u folds of these, exact and MIREX score:\n",
         n, BL_KEY_FOLDS);
  static const char* const names[BL_KEY_CUTS] = { "whole songs", "first 75 s",
                                                  "first 36 s" };
  for (size_t k = 0; k < BL_KEY_CUTS; ++k) {
    printf("// %s: %.1f %%, %.1f %%\n", names[k], 100.0 * scores[k].exact / n,
           100.0 * scores[k].mirex / n);
  }
  fputs("// clang-format off\n\n"
        "#ifndef BL_BAND_KEY_TABLE_H\n"
        "#define BL_BAND_KEY_TABLE_H\n\n"
        "#include \"key_model.h\"\n\n"
        "const BlKeyTable bl_key_table = {\n",
        stdout);
  write_profiles(table->time, "Share of sounding time: major, minor");
  write_profiles(table->notes, "And of weighed notes");
  fputs("};\n\n#endif // BL_BAND_KEY_TABLE_H\n", stdout);
}

int
main(const int argc, char** const argv)
{
  BlKeyLessons lessons = { 0 };
  BlSongs      songs;
  BlKeyTable   table;
  Score        scores[BL_KEY_CUTS] = { { 0 } };
  if (argc != 2) {
    fputs("usage: train_key MELODIES.jsonl > key_table.h\n", stderr);
    return 2;
  }

  BlStatus st = bl_songs_read(argv[1], BL_SONGS_TRAIN, &songs);
  st          = st ? st : bl_key_lessons_init(&songs, &lessons);
  for (unsigned fold = 0; fold < BL_KEY_FOLDS && !st; ++fold) {
    try_fold(&lessons, fold, scores);
  }
  if (st) {
    fprintf(stderr, "train_key: %s\n", bl_strerror(st));
  } else {
    bl_key_lessons_learn(&lessons, BL_KEY_FOLDS, &table);
    write_table(&table, (double)songs.n, scores);
  }
  bl_key_lessons_deinit(&lessons);
  bl_songs_deinit(&songs);
  return st ? 1 : 0;
}

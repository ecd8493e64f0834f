// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// backings [--data FOLDER] [--songs N] [--rolls FOLDER [--groove NAME]
// [--song N] [--from BAR] [--bars N]]: measures the band's notes in every
// groove, or draws them

#include "backing.h"
#include "metric_backing.h"
#include "roll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE_SONGS 8u

typedef struct
{
  const char* data;
  const char* rolls;
  const char* groove;
  size_t      songs; ///< At most
  size_t      song;
  size_t      from;
  size_t      bars;
} Options;

static BlStatus
load_songs(const Options* const options, BlSongs* const songs)
{
  char path[4096];
  snprintf(path, sizeof(path), "%s/melodies/pop909_even.jsonl", options->data);
  const BlStatus st = bl_songs_read(path, BL_SONGS_TEST, songs);
  return st == BL_NOT_FOUND ? bl_songs_make(MADE_SONGS, songs) : st;
}

static void
print_row(const char* const             name,
          const char                    variant,
          const BlBackingFigures* const figures)
{
  printf("| %-17s %c", name, variant);
  for (unsigned f = 0; f < BL_BACKING_FIGURES; ++f) {
    const bool semitones = f == BL_BACKING_LEAP_COMP ||
                           f == BL_BACKING_LEAP_PAD || f == BL_BACKING_VELOCITY;
    const double value = bl_metric_backing(figures, (BlBackingFigure)f);
    if (figures->of[f].whole > 0.0) {
      printf(" | %*.1f", (int)strlen(bl_backing_names[f]),
             semitones ? value : 100.0 * value);
    } else {
      printf(" | %*s", (int)strlen(bl_backing_names[f]), "-");
    }
  }
  puts(" |");
}

static void
print_title(void)
{
  printf("| %-19s", "percent, semitones");
  for (unsigned f = 0; f < BL_BACKING_FIGURES; ++f) {
    printf(" | %4s", bl_backing_names[f]);
  }
  printf(" |\n|---");
  for (unsigned f = 0; f < BL_BACKING_FIGURES; ++f) {
    printf("|---:");
  }
  puts("|");
}

static void
sum_figures(BlBackingFigures* const sum, const BlBackingFigures* const more)
{
  for (unsigned f = 0; f < BL_BACKING_FIGURES; ++f) {
    sum->of[f].part += more->of[f].part;
    sum->of[f].whole += more->of[f].whole;
  }
}

static BlStatus
add_song(const BlGrooves* const  grooves,
         const BlSong* const     song,
         const char* const       name,
         BlBackingFigures* const figures)
{
  BlPiece  piece;
  BlStatus st = bl_piece_init(song, &piece);
  if (!st) {
    const BlBackingVoice voice = bl_backing_of_piece(&piece, song);
    BlBacking            backing;
    st = bl_backing_init(grooves, &voice, name, &backing);
    for (unsigned v = 0; v < BL_VARIANTS && !st; ++v) {
      bl_metric_backing_add(&backing, v, &figures[v]);
    }
    bl_backing_deinit(&backing);
  }
  bl_piece_deinit(&piece);
  return st;
}

static BlStatus
measure(const Options* const   options,
        const BlGrooves* const grooves,
        const BlSongs* const   songs)
{
  BlBackingFigures all = { 0 };
  BlStatus         st  = BL_SUCCESS;
  print_title();
  for (size_t g = 0; g < grooves->n && !st; ++g) {
    const char* const name                 = grooves->grooves[g].name;
    BlBackingFigures  figures[BL_VARIANTS] = { 0 };
    if (options->groove && strcmp(options->groove, name) != 0) {
      continue;
    }
    for (size_t i = 0; i < songs->n && i < options->songs && !st; ++i) {
      st = add_song(grooves, &songs->songs[i], name, figures);
    }
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      print_row(name, (char)('A' + v), &figures[v]);
      sum_figures(&all, &figures[v]);
    }
  }
  print_row("all", ' ', &all);
  return st;
}

static BlStatus
draw(const Options* const        options,
     const BlGrooves* const      grooves,
     const BlBackingVoice* const voice)
{
  BlStatus st = BL_SUCCESS;
  for (size_t g = 0; g < grooves->n && !st; ++g) {
    const char* const name = grooves->grooves[g].name;
    BlBacking         backing;
    if (options->groove && strcmp(options->groove, name) != 0) {
      continue;
    }
    st = bl_backing_init(grooves, voice, name, &backing);
    for (unsigned v = 0; v < BL_VARIANTS && !st; ++v) {
      char path[4096];
      snprintf(path, sizeof(path), "%s/%s-%c.png", options->rolls, name,
               (char)('a' + v));
      st = bl_roll_draw(&backing, v, options->from, options->bars, path);
    }
    bl_backing_deinit(&backing);
  }
  return st;
}

static BlStatus
draw_song(const Options* const   options,
          const BlGrooves* const grooves,
          const BlSongs* const   songs)
{
  const BlSong* const song = &songs->songs[options->song % songs->n];
  BlPiece             piece;
  BlStatus            st = bl_piece_init(song, &piece);
  if (!st) {
    const BlBackingVoice voice = bl_backing_of_piece(&piece, song);
    st                         = draw(options, grooves, &voice);
  }
  bl_piece_deinit(&piece);
  return st;
}

static bool
read_options(const int argc, char** const argv, Options* const options)
{
  for (int i = 1; i + 1 < argc; i += 2) {
    const char* const value = argv[i + 1];
    if (!strcmp(argv[i], "--data")) {
      options->data = value;
    } else if (!strcmp(argv[i], "--rolls")) {
      options->rolls = value;
    } else if (!strcmp(argv[i], "--groove")) {
      options->groove = value;
    } else if (!strcmp(argv[i], "--songs")) {
      options->songs = strtoul(value, NULL, 10);
    } else if (!strcmp(argv[i], "--song")) {
      options->song = strtoul(value, NULL, 10);
    } else if (!strcmp(argv[i], "--from")) {
      options->from = strtoul(value, NULL, 10);
    } else if (!strcmp(argv[i], "--bars")) {
      options->bars = strtoul(value, NULL, 10);
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

int
main(const int argc, char** const argv)
{
  const char* const top = getenv("BL_TOP");
  char              data[2048];
  snprintf(data, sizeof(data), "%s/../shared/data", top ? top : ".");
  Options options = { .data = data, .songs = 12, .bars = 8 };
  if (!read_options(argc, argv, &options)) {
    fputs("usage: backings [--data FOLDER] [--songs N] [--groove NAME]\n"
          "       [--rolls FOLDER [--song N] [--from BAR] [--bars N]]\n",
          stderr);
    return 2;
  }

  BlGrooves* const grooves = bl_grooves_load();
  BlSongs          songs   = { 0 };
  BlStatus         st      = grooves ? load_songs(&options, &songs) : BL_NO_MEM;
  if (!st) {
    st = options.rolls ? draw_song(&options, grooves, &songs)
                       : measure(&options, grooves, &songs);
  }
  if (st) {
    fprintf(stderr, "backings: %s\n", bl_strerror(st));
  }
  bl_songs_deinit(&songs);
  free(grooves);
  return st ? 1 : 0;
}

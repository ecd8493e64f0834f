// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Measures the band's notes in every groove, or draws them: see usage()

#include "backing.h"
#include "metric_backing.h"
#include "roll.h"
#include "voice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MADE_SONGS 8u
#define SUNG_S 60.0

typedef struct
{
  const char* data;
  const char* rolls;
  const char* groove;
  const char* file; ///< A recording, instead of songs
  size_t      songs;
  size_t      song; ///< First
  bool        sung;
  unsigned    beats; ///< Another meter than the song's; 0 = the song's
  unsigned    unit;
  size_t      from;
  size_t      bars;
} Options;

/// One to accompany: a melody as written, or one that was heard
typedef struct
{
  BlPiece        piece;
  BlEvalTake     take;
  BlHeard        heard;
  BlNotes        sung; ///< As written; owned
  BlBackingVoice voice;
} Source;

typedef struct
{
  BlGrooves* grooves;
  BlSongs    songs;
  size_t     n;
  Source*    sources;
  char       scratch[32];
} Work;

static BlStatus
load_songs(const Options* const options, BlSongs* const songs)
{
  char path[4096];
  snprintf(path, sizeof(path), "%s/melodies/pop909_even.jsonl", options->data);
  const BlStatus st = bl_songs_read(path, BL_SONGS_TEST, songs);
  return st == BL_NOT_FOUND ? bl_songs_make(MADE_SONGS, songs) : st;
}

/// What was sung, not what was heard of it, is what may not clash
static BlStatus
know_notes(Source* const source)
{
  const BlEvalTake* const take = &source->take;
  const BlSong* const     song = take->song;
  source->sung.notes = (BlNote*)calloc(song->n_notes + 1u, sizeof(BlNote));
  if (!source->sung.notes) {
    return BL_NO_MEM;
  }
  for (size_t i = 0; i < song->n_notes; ++i) {
    const BlSongNote* const from  = &song->notes[i];
    const double            start = bl_eval_take_time(take, 0.25 * from->start);
    const double            end =
      bl_eval_take_time(take, 0.25 * (from->start + from->length));
    const BlNote note = { start, end - start, (float)from->key, -20.0f };
    if (start >= 0.0 && start < take->seconds) {
      source->sung.notes[source->sung.n++] = note;
    }
  }
  source->voice.notes = &source->sung;
  return BL_SUCCESS;
}

static BlStatus
load_source(const Options* const options,
            Work* const          work,
            const size_t         index,
            Source* const        source)
{
  BlSong* const song = &work->songs.songs[index % work->songs.n];
  BlStyle       style;
  BlStatus      st = BL_SUCCESS;
  if (options->beats) {
    song->beats = options->beats;
    song->unit  = options->unit;
  }
  bl_style_read(work->grooves, "", "", &style);
  if (options->file) {
    st            = bl_listen(options->file, &style, NULL, &source->heard);
    source->voice = bl_backing_of_heard(&source->heard);
  } else if (options->sung) {
    st = bl_eval_take_init(song, index, SUNG_S, &style, work->scratch, true,
                           &source->take);
    source->voice = bl_backing_of_heard(&source->take.host);
    st            = st ? st : know_notes(source);
  } else {
    st            = bl_piece_init(song, &source->piece);
    source->voice = bl_backing_of_piece(&source->piece, song);
  }
  return st;
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
    const int    width = (int)strlen(bl_backing_names[f]);
    if (figures->of[f].whole > 0.0) {
      printf(" | %*.1f", width, semitones ? value : 100.0 * value);
    } else {
      printf(" | %*s", width, "-");
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
measure_groove(const Work* const       work,
               const char* const       name,
               BlBackingFigures* const figures)
{
  BlStatus st = BL_SUCCESS;
  for (size_t i = 0; i < work->n && !st; ++i) {
    BlBacking backing;
    st =
      bl_backing_init(work->grooves, &work->sources[i].voice, name, &backing);
    for (unsigned v = 0; v < BL_VARIANTS && !st; ++v) {
      bl_metric_backing_add(&backing, v, &figures[v]);
    }
    bl_backing_deinit(&backing);
  }
  return st;
}

static BlStatus
draw_groove(const Options* const options,
            const Work* const    work,
            const char* const    name)
{
  BlBacking backing;
  BlStatus  st =
    bl_backing_init(work->grooves, &work->sources[0].voice, name, &backing);
  for (unsigned v = 0; v < BL_VARIANTS && !st; ++v) {
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s-%c.png", options->rolls, name,
             (char)('a' + v));
    st = bl_roll_draw(&backing, v, options->from, options->bars, path);
  }
  bl_backing_deinit(&backing);
  return st;
}

static BlStatus
go_through(const Options* const options, const Work* const work)
{
  BlBackingFigures all = { 0 };
  BlStatus         st  = BL_SUCCESS;
  if (!options->rolls) {
    print_title();
  }
  for (size_t g = 0; g < work->grooves->n && !st; ++g) {
    const char* const name                 = work->grooves->grooves[g].name;
    BlBackingFigures  figures[BL_VARIANTS] = { 0 };
    if (options->groove && strcmp(options->groove, name) != 0) {
      continue;
    }
    if (options->rolls) {
      st = draw_groove(options, work, name);
      continue;
    }
    st = measure_groove(work, name, figures);
    for (unsigned v = 0; v < BL_VARIANTS; ++v) {
      print_row(name, (char)('A' + v), &figures[v]);
      sum_figures(&all, &figures[v]);
    }
  }
  if (!options->rolls) {
    print_row("all", ' ', &all);
  }
  return st;
}

static bool
read_meter(const char* const text, Options* const options)
{
  return sscanf(text, "%u/%u", &options->beats, &options->unit) == 2;
}

static bool
read_number(const char* const name,
            const char* const value,
            Options* const    options)
{
  const struct
  {
    const char* name;
    size_t*     number;
  } numbers[] = {
    { "--songs", &options->songs },
    { "--song", &options->song },
    { "--from", &options->from },
    { "--bars", &options->bars },
  };
  for (size_t i = 0; i < BL_COUNT(numbers); ++i) {
    if (!strcmp(name, numbers[i].name)) {
      *numbers[i].number = strtoul(value, NULL, 10);
      return true;
    }
  }
  return false;
}

static bool
read_options(const int argc, char** const argv, Options* const options)
{
  for (int i = 1; i < argc; ++i) {
    const char* const name  = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : NULL;
    if (!strcmp(name, "--sung")) {
      options->sung = true;
      continue;
    }
    if (!value) {
      return false;
    }
    ++i;
    if (!strcmp(name, "--data")) {
      options->data = value;
    } else if (!strcmp(name, "--rolls")) {
      options->rolls = value;
    } else if (!strcmp(name, "--groove")) {
      options->groove = value;
    } else if (!strcmp(name, "--file")) {
      options->file = value;
    } else if (!(!strcmp(name, "--meter") && read_meter(value, options)) &&
               !read_number(name, value, options)) {
      return false;
    }
  }
  return true;
}

static int
usage(void)
{
  fputs(
    "usage: backings [--groove NAME] [--data FOLDER] [--meter 3/4]\n"
    "       [--songs N] [--song FIRST] [--sung] [--file RECORDING]\n"
    "       [--rolls FOLDER [--from BAR] [--bars N]]\n"
    "Measures what the band plays to melodies as written (--sung: sung and\n"
    "heard, with the host's grid), or draws the first one's piano rolls.\n",
    stderr);
  return 2;
}

static void
close_work(Work* const work)
{
  for (size_t i = 0; i < work->n; ++i) {
    bl_piece_deinit(&work->sources[i].piece);
    bl_eval_take_deinit(&work->sources[i].take);
    bl_heard_deinit(&work->sources[i].heard);
    bl_notes_deinit(&work->sources[i].sung);
  }
  free(work->sources);
  bl_songs_deinit(&work->songs);
  free(work->grooves);
  (void)rmdir(work->scratch);
}

int
main(const int argc, char** const argv)
{
  const char* const top = getenv("BL_TOP");
  char              data[2048];
  snprintf(data, sizeof(data), "%s/../shared/data", top ? top : ".");
  Options options = { .data = data, .songs = 12, .bars = 8 };
  Work    work    = { .scratch = "/tmp/backline-backings-XXXXXX" };
  if (!read_options(argc, argv, &options)) {
    return usage();
  }

  const size_t n = options.rolls || options.file ? 1u : options.songs;
  work.grooves   = bl_grooves_load();
  work.sources   = (Source*)calloc(n + 1u, sizeof(Source));
  BlStatus st    = work.grooves && work.sources && mkdtemp(work.scratch)
                     ? load_songs(&options, &work.songs)
                     : BL_NO_MEM;
  for (size_t i = 0; i < n && !st; ++i) {
    ++work.n;
    st = load_source(&options, &work, options.song + i, &work.sources[i]);
  }
  st = st ? st : go_through(&options, &work);
  if (st) {
    fprintf(stderr, "backings: %s\n", bl_strerror(st));
  }
  close_work(&work);
  return st ? 1 : 0;
}

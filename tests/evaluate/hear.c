// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "hear.h"

#include "random.h"
#include "style.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAD_S 0.7
#define LOUSY 0.42 ///< Spread of rubato lengths, natural logarithm

double
bl_eval_play_time(const BlSong* const     song,
                  const BlEvalPlay* const play,
                  const double            sixteenth)
{
  const BlSongNote* const last = &song->notes[song->n_notes - 1u];
  const double            from = song->notes[0].start;
  const double            span = last->start + last->length - from;
  const double            x    = sixteenth - from;
  const double            swing =
    play->drift * span / (2.0 * M_PI) * (1.0 - cos(2.0 * M_PI * x / span));
  return LEAD_S + 15.0 / song->bpm * (x + swing);
}

static double
stretch(BlRandom* const random)
{
  const double normal = bl_random_unit(random) + bl_random_unit(random) +
                        bl_random_unit(random) - 1.5;
  return exp(2.0 * LOUSY * normal);
}

static void
play_notes(const BlSong* const     song,
           const BlEvalPlay* const play,
           BlHeard* const          heard)
{
  BlRandom random = { 77u + (uint64_t)song->n_notes };
  double   free   = LEAD_S;
  for (size_t i = 0; i < song->n_notes; ++i) {
    const BlSongNote* const from = &song->notes[i];
    const double            end =
      bl_eval_play_time(song, play, from->start + from->length);
    double start  = bl_eval_play_time(song, play, from->start);
    double length = end - start;
    if (play->rubato) {
      const double next =
        i + 1u < song->n_notes
          ? bl_eval_play_time(song, play, song->notes[i + 1u].start)
          : end;
      const double rest = fmax(next - end, 0.0) * stretch(&random);
      start             = free;
      length            = length * stretch(&random);
      free              = start + length + rest;
    }
    const bool   later                   = i > song->n_notes / 2u;
    const BlNote note                    = { start, length * 0.98,
                                             (float)(from->key + (later ? play->modulation : 0)),
                                             -20.0f };
    heard->notes.notes[heard->notes.n++] = note;
    heard->voice.seconds = fmax(heard->voice.seconds, start + length + 0.5);
  }
}

BlStatus
bl_eval_hear(const BlSong* const     song,
             const BlEvalPlay* const play,
             BlHeard* const          heard)
{
  BlGrooves* const grooves = bl_grooves_load();
  BlStyle          style;
  memset(heard, 0, sizeof(*heard));
  heard->notes.notes = (BlNote*)calloc(song->n_notes + 1u, sizeof(BlNote));
  BlStatus st        = grooves && heard->notes.notes ? BL_SUCCESS : BL_NO_MEM;
  st                 = st ? st : bl_grid_init(&heard->grid);
  if (!st) {
    bl_style_read(grooves, "", "", &style);
    style.hints.bpm = play->bpm;
    play_notes(song, play, heard);
    st = bl_listen_notes(heard, &style, NULL);
  }
  free(grooves);
  return st;
}

BlStatus
bl_eval_key(const BlSong* const song, const double seconds, BlKey* const key)
{
  BlSong   cut;
  BlPiece  piece = { 0 };
  BlStatus st    = bl_song_cut(song, seconds, &cut);
  st             = st ? st : bl_piece_init(&cut, &piece);
  if (!st) {
    bl_key_find(&piece.notes, key);
  }
  bl_piece_deinit(&piece);
  bl_song_cut_deinit(&cut);
  return st;
}

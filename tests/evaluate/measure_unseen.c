// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "key_model.h"
#include "learn_key.h"
#include "metric_key.h"
#include "style.h"
#include "voice.h"

#include <stdio.h>
#include <stdlib.h>

/*
  Keys of the songs that the key's table was learned from, each found by a
  table that was learned again without it (and its fold): more songs than the
  test part has.  Nothing else that was learned has a say in the key.  In brief
  nothing is sung.
*/

#define SECONDS 75.0

typedef struct
{
  double n;
  double exact;
  double mirex;
} Sums;

static void
add_key(const BlKeyTable* const table,
        const BlSong* const     song,
        const BlNotes* const    notes,
        Sums* const             sums)
{
  BlKey key;
  bl_key_find_by(table, notes, &key);
  sums->n += 1.0;
  sums->exact += key.tonic == song->tonic && key.minor == song->minor;
  sums->mirex += bl_metric_key(song->tonic, song->minor, key.tonic, key.minor);
}

static void
add_sung(BlEval* const           eval,
         const BlStyle* const    style,
         const BlKeyTable* const table,
         const BlSong* const     song,
         const size_t            i,
         Sums* const             sums)
{
  BlEvalTake     take;
  const BlStatus st =
    bl_eval_take_init(song, i, SECONDS, style, eval->scratch, false, &take);
  if (st) {
    bl_eval_trouble(eval, song->id, st);
  } else {
    add_key(table, song, &take.ear.notes, sums);
  }
  bl_eval_take_deinit(&take);
}

static void
try_all(BlEval* const             eval,
        const BlStyle* const      style,
        const BlKeyLessons* const lessons,
        Sums                      sums[2])
{
  for (unsigned fold = 0; fold < BL_KEY_FOLDS; ++fold) {
    BlKeyTable table;
    bl_key_lessons_learn(lessons, fold, &table);
    for (size_t i = fold; i < lessons->n; i += BL_KEY_FOLDS) {
      const BlKeyLesson* const lesson = &lessons->lessons[i];
      add_key(&table, lesson->song, &lesson->pieces[0].notes, &sums[0]);
      if (!eval->brief) {
        add_sung(eval, style, &table, lesson->song, i, &sums[1]);
      }
    }
  }
}

static void
add_rows(BlEval* const eval, const Sums* const sums)
{
  const struct
  {
    const char* measure;
    double      value;
    double      random;
    const char* goal;
    double      floor;
  } rows[] = {
    { "key exact, as written, learned without the song", sums[0].exact, 1.0,
      ">=87", 85.0 },
    { "key, MIREX score, as written, the same", sums[0].mirex, 2.5, ">=91",
      89.0 },
    { "key exact, sung, learned without the song", sums[1].exact, 1.0, ">=85",
      0.0 },
    { "key, MIREX score, sung, the same", sums[1].mirex, 2.5, ">=90", 0.0 },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    const Sums* const of  = &sums[i / 2u];
    const BlEvalRow   row = {
        .measure = rows[i].measure,
        .value   = 100.0 * rows[i].value / of->n,
        .unit    = "%",
        .beside  = { { "a random key", 100.0 * rows[i].random / 24.0 } },
        .goal    = rows[i].goal,
        .floor   = rows[i].floor,
        .n       = (size_t)of->n,
        .over    = i < 2u ? "songs, in four folds" : "takes, in four folds",
    };
    if (of->n > 0.0) {
      bl_eval_table_add(&eval->table, &row);
    }
  }
}

void
bl_measure_unseen(BlEval* const eval)
{
  Sums    sums[2] = { { 0 } };
  BlSongs songs   = { 0 };
  BlStyle style;
  char    path[4096];
  if (eval->songs->made) {
    return;
  }

  BlGrooves* const grooves = bl_grooves_load();
  BlKeyLessons     lessons = { 0 };
  snprintf(path, sizeof(path), "%s/melodies/pop909_even.jsonl", eval->data);
  BlStatus st = grooves ? BL_SUCCESS : BL_NO_MEM;
  st          = st ? st : bl_songs_read(path, BL_SONGS_TRAIN, &songs);
  st          = st ? st : bl_key_lessons_init(&songs, &lessons);
  if (st) {
    bl_eval_trouble(eval, "songs to learn from", st);
  } else {
    bl_style_read(grooves, "", "", &style);
    try_all(eval, &style, &lessons, sums);
    add_rows(eval, sums);
  }
  bl_key_lessons_deinit(&lessons);
  bl_songs_deinit(&songs);
  free(grooves);
}

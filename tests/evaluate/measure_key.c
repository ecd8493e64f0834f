// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "hear.h"
#include "metric_key.h"

#include <stddef.h>

/// How much of each song is there, what the figures are called, their floors
static const struct
{
  double      seconds;
  const char* exact;
  const char* mirex;
  double      floor;
  double      made; ///< Floor over made songs
} parts[] = {
  { 1e9, "key exact, melody as written", "key, MIREX score, melody as written",
    83.0, 66.0 },
  { 75.0, "key exact, first 75 s as written", NULL, 77.0, 66.0 },
  { 36.0, "key exact, first 36 s as written", NULL, 75.0, 60.0 },
};

typedef struct
{
  double n;
  double exact;
  double mirex;
  double plain; ///< C major is the key
} Sums;

static void
add_song(BlEval* const       eval,
         const BlSong* const song,
         const double        seconds,
         Sums* const         sums)
{
  BlKey          key;
  const BlStatus st = bl_eval_key(song, seconds, &key);
  if (st) {
    bl_eval_trouble(eval, song->id, st);
    return;
  }
  sums->n += 1.0;
  sums->exact += key.tonic == song->tonic && key.minor == song->minor;
  sums->mirex += bl_metric_key(song->tonic, song->minor, key.tonic, key.minor);
  sums->plain += song->tonic == 0 && !song->minor;
}

static void
add_rows(BlEval* const eval, const size_t part, const Sums* const sums)
{
  const bool      whole = parts[part].mirex;
  const bool      made  = eval->songs->made;
  const BlEvalRow exact = {
    .measure = parts[part].exact,
    .value   = 100.0 * sums->exact / sums->n,
    .unit    = "%",
    .beside  = { { "always C major", 100.0 * sums->plain / sums->n },
                 { "a random key", 100.0 / 24.0 } },
    .goal    = whole && !made ? ">=87" : NULL,
    .floor   = bl_eval_floor(eval, parts[part].floor, parts[part].made),
    .n       = (size_t)sums->n,
    .over    = "songs",
  };
  bl_eval_table_add(&eval->table, &exact);
  if (whole) {
    const BlEvalRow mirex = {
      .measure = parts[part].mirex,
      .value   = 100.0 * sums->mirex / sums->n,
      .unit    = "%",
      .beside  = { { "a random key", 100.0 * 2.5 / 24.0 } },
      .goal    = made ? NULL : ">=91",
      .floor   = bl_eval_floor(eval, 87.0, 77.0),
      .n       = (size_t)sums->n,
      .over    = "songs",
    };
    bl_eval_table_add(&eval->table, &mirex);
  }
}

/// Keys of the melodies as written: nothing is sung or misheard here
void
bl_measure_key(BlEval* const eval)
{
  for (size_t part = 0; part < BL_COUNT(parts); ++part) {
    Sums sums = { 0 };
    for (size_t i = 0; i < eval->songs->n; ++i) {
      add_song(eval, &eval->songs->songs[i], parts[part].seconds, &sums);
    }
    add_rows(eval, part, &sums);
  }
}

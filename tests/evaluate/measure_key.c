// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "key.h"
#include "metric_key.h"

/// Keys of the melodies as written: nothing is sung or misheard here
void
bl_measure_key(BlEval* const eval)
{
  double exact = 0.0;
  double mirex = 0.0;
  double major = 0.0;
  double n     = 0.0;
  for (size_t i = 0; i < eval->songs->n; ++i) {
    const BlSong* const song = &eval->songs->songs[i];
    BlPiece             piece;
    const BlStatus      st = bl_piece_init(song, &piece);
    if (st) {
      bl_eval_trouble(eval, song->id, st);
    } else {
      double histogram[12];
      BlKey  key;
      bl_piece_histogram(&piece, histogram);
      bl_key_find(histogram, &key);
      exact += key.tonic == song->tonic && key.minor == song->minor;
      mirex += bl_metric_key(song->tonic, song->minor, key.tonic, key.minor);
      major += song->tonic == 0 && !song->minor;
      n += 1.0;
    }
    bl_piece_deinit(&piece);
  }

  const BlEvalRow rows[] = {
    { .measure = "key exact, melody as written",
      .value   = 100.0 * exact / n,
      .unit    = "%",
      .beside  = { { "always C major", 100.0 * major / n },
                   { "a random key", 100.0 / 24.0 } },
      .goal    = eval->songs->made ? NULL : ">=87",
      .floor   = bl_eval_floor(eval, 83.0, 66.0),
      .n       = (size_t)n,
      .over    = "songs" },
    { .measure = "key, MIREX score, melody as written",
      .value   = 100.0 * mirex / n,
      .unit    = "%",
      .beside  = { { "a random key", 100.0 * 2.5 / 24.0 } },
      .goal    = eval->songs->made ? NULL : ">=91",
      .floor   = bl_eval_floor(eval, 87.0, 77.0),
      .n       = (size_t)n,
      .over    = "songs" },
  };
  bl_eval_table_add(&eval->table, &rows[0]);
  bl_eval_table_add(&eval->table, &rows[1]);
}

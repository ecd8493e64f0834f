// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_VOICE_H
#define BL_TESTS_EVALUATE_VOICE_H

#include "base/attributes.h"
#include "base/status.h"
#include "listen.h"
#include "metric_notes.h"
#include "songs.h"

#include <stdbool.h>
#include <stddef.h>

/**
   A song sung by the tests' own synthesiser (support/sing.h), and heard by
   the band: without the host's grid in the file, and with it.

   The voice is synthetic: vibrato, scoops, drift, breath, consonants; notes
   come up to 24 ms early or late, each up to 12 cents off, the whole up to 35
   cents sharp or flat, before it a lead of up to two seconds.  Singers differ
   by song: alto or tenor, and their seed.
*/
typedef struct
{
  const BlSong* song;
  double        first_beat; ///< Of the song: where the take's bar line lies
  double        lead_s;     ///< Second of that bar line in the take
  double        seconds;
  size_t        n_notes;
  BlMetricNote* notes; ///< As written, detuning included
  BlHeard       ear;   ///< Without the host's grid
  BlHeard       host;  ///< With it; zero where it was not asked for
} BlEvalTake;

/// Sing the `index`th song's first `seconds` from the first bar with a note
/// in it, into `scratch`, and hear it by ear, and with the host's grid too
/// where `host`: that takes as long again.  Free with deinit, always.
BL_NODISCARD BlStatus bl_eval_take_init(const BlSong*  song,
                                        size_t         index,
                                        double         seconds,
                                        const BlStyle* style,
                                        const char*    scratch,
                                        bool           host,
                                        BlEvalTake*    take);

void bl_eval_take_deinit(BlEvalTake* take);

/// Second in the take of a beat of the song
double bl_eval_take_time(const BlEvalTake* take, double beat);

#endif // BL_TESTS_EVALUATE_VOICE_H

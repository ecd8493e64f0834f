// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_EVALUATE_H
#define BL_TESTS_EVALUATE_EVALUATE_H

#include "songs.h"
#include "table.h"

#include <stdbool.h>
#include <stddef.h>

/**
   What `./waf evaluate` runs: a list of groups, each of which measures
   something and adds rows to one table.

   To add one: write measure_NAME.c with `void bl_measure_NAME(BlEval*)`, say
   it below, and put it into the list of evaluate.c.  What is measured on every
   sung take goes into the list of measure_voice.c instead: a take is sung and
   heard once for all of them.
*/
typedef struct
{
  const BlSongs* songs;   ///< Of the test part; made ones without the data
  const char*    data;    ///< Folder with melodies/ and vocals/; may be missing
  const char*    scratch; ///< Folder for files that are not kept
  bool           brief;   ///< --short: fewer takes, and floors count
  BlEvalTable    table;
  size_t         troubles; ///< Things that could not be measured
} BlEval;

/// Say that something could not be measured; counts as failure
void bl_eval_trouble(BlEval* eval, const char* what, BlStatus st);

/// A floor by where the songs come from: of the data, or of made ones
double bl_eval_floor(const BlEval* eval, double of_data, double of_made);

void bl_measure_key(BlEval* eval);
void bl_measure_unseen(BlEval* eval);
void bl_measure_chords(BlEval* eval);
void bl_measure_voice(BlEval* eval);
void bl_measure_pulse(BlEval* eval);
void bl_measure_form(BlEval* eval);
void bl_measure_real(BlEval* eval);
void bl_measure_drums(BlEval* eval);

#endif // BL_TESTS_EVALUATE_EVALUATE_H

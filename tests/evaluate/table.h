// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_TABLE_H
#define BL_TESTS_EVALUATE_TABLE_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define BL_EVAL_BASELINES 5u

/// A figure that stands beside ours
typedef struct
{
  const char* name; ///< NULL ends the row of them
  double      value;
} BlEvalBaseline;

/// One line of the table
typedef struct
{
  const char*    measure; ///< "key exact, symbolic"
  double         value;
  const char*    unit; ///< "%", "ms", ...
  BlEvalBaseline beside[BL_EVAL_BASELINES];
  const char*    goal; ///< ">=45" or "<=2"; NULL = none is set
  double      floor; ///< In the short form: below it the check fails; 0 = none
  size_t      n;
  const char* over; ///< What there are n of: "songs"
} BlEvalRow;

/// Rows under way; zero to begin with
typedef struct
{
  FILE*  out;
  size_t rows;
  size_t fallen; ///< Below their floor
  bool   floors; ///< They count
} BlEvalTable;

/// Title lines of the Markdown table
void bl_eval_table_begin(BlEvalTable* table);

/// Print a row at once, so that a long run can be watched
void bl_eval_table_add(BlEvalTable* table, const BlEvalRow* row);

/// Does a value keep ">=45" or "<=2"?
bool bl_eval_meets(const char* goal, double value);

#endif // BL_TESTS_EVALUATE_TABLE_H

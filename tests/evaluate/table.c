// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "table.h"

#include <stdlib.h>
#include <string.h>

bool
bl_eval_meets(const char* const goal, const double value)
{
  const double bound = strtod(goal + 2, NULL);
  return goal[0] == '<' ? value <= bound + 1e-9 : value >= bound - 1e-9;
}

void
bl_eval_table_begin(BlEvalTable* const table)
{
  fputs("| measure | value | beside it | goal | met | over |\n"
        "|---|---:|---|---:|---|---|\n",
        table->out);
}

static int
decimals(const BlEvalRow* const row)
{
  return row->unit[0] == '%' || row->unit[0] == 'm' ? 1 : 2;
}

void
bl_eval_table_add(BlEvalTable* const table, const BlEvalRow* const row)
{
  FILE* const out = table->out;
  const int   n   = decimals(row);
  const bool  fell =
    table->floors && row->floor > 0.0 && row->value < row->floor;
  fprintf(out, "| %s | %.*f %s | ", row->measure, n, row->value, row->unit);
  for (size_t i = 0; i < BL_EVAL_BASELINES && row->beside[i].name; ++i) {
    fprintf(out, "%s%s %.*f", i ? ", " : "", row->beside[i].name, n,
            row->beside[i].value);
  }
  if (row->goal) {
    fprintf(out, " | %s | %s", row->goal,
            bl_eval_meets(row->goal, row->value) ? "yes" : "**no**");
  } else {
    fputs(" | - | -", out);
  }
  fprintf(out, " | %zu %s |\n", row->n, row->over);
  if (fell) {
    fprintf(out, "FLOOR: %s is %.*f, below %.*f\n", row->measure, n, row->value,
            n, row->floor);
  }
  fflush(out);
  ++table->rows;
  table->fallen += fell;
}

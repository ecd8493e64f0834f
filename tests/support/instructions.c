// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/instructions.h"

#include <stdio.h>
#include <stdlib.h>

double
instructions_below(const char* const function, const char* const command)
{
  char line[5000];
  snprintf(line, sizeof(line),
           "valgrind --tool=callgrind --toggle-collect='%s' "
           "--callgrind-out-file=/dev/null %s 2>&1 | "
           "sed -n 's/.*Collected : *\\([0-9]*\\).*/\\1/p'",
           function, command);
  FILE* const pipe  = popen(line, "r");
  double      total = -1.0;
  if (pipe && fgets(line, sizeof(line), pipe)) {
    total = (double)strtoull(line, NULL, 10);
  }
  if (pipe) {
    pclose(pipe);
  }
  return total;
}

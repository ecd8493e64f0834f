// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/scratch.h"

#include <stdio.h>
#include <stdlib.h>

bool
scratch_make(char* const path, const size_t size, const char* const name)
{
  const char* const base = getenv("BL_TMP");
  const int         n =
    snprintf(path, size, "%s/%s.XXXXXX", base ? base : "/tmp", name);
  return n > 0 && (size_t)n < size && mkdtemp(path);
}

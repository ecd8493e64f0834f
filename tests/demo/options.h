// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_DEMO_OPTIONS_H
#define BL_TESTS_DEMO_OPTIONS_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

#define BL_TOOK_MAX 4u

/// A step that was done before the program began
typedef struct
{
  char   name[BL_NAME_BYTES];
  double seconds;
} BlTook;

/// What the command line asks for; strings are argv's
typedef struct
{
  const char* build; ///< Build folder
  const char* out;   ///< Folder to write to; NULL: demo/ in the build folder
  const char* voice; ///< NULL: the synthetic singer
  const char* title;
  const char* tags;
  double      bpm; ///< Session's tempo; 0: unknown
  BlTook      took[BL_TOOK_MAX];
  size_t      n_took;
} BlOptions;

/// @return false where the command line makes no sense; said on stderr
bool bl_options_parse(BlOptions* options, int argc, char** argv);

#endif // BL_TESTS_DEMO_OPTIONS_H

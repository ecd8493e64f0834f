// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_ANALYZE_H
#define BL_BAND_ANALYZE_H

#include "base/attributes.h"

/**
   The program's command `analyze FILE`: listen and tell, play nothing.

   argv[0] is "analyze".  Prints a table, or analysis.json's text, to standard
   output and draws a picture.  @return the program's exit code: 0, 1 failed,
   2 the command line is wrong
*/
BL_THREAD_JOB int bl_analyze_main(int argc, char** argv);

#endif // BL_BAND_ANALYZE_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// sing FILE.wav [RATE [BPM [SECONDS]]]: writes the built-in tune

#include "support/sing.h"

#include <stdio.h>
#include <stdlib.h>

int
main(const int argc, char** const argv)
{
  if (argc < 2 || argc > 5 || argv[1][0] == '-') {
    fprintf(stderr, "usage: sing FILE.wav [RATE [BPM [SECONDS]]]\n");
    return 2;
  }

  const unsigned long rate    = argc > 2 ? strtoul(argv[2], NULL, 10) : 48000;
  const double        bpm     = argc > 3 ? strtod(argv[3], NULL) : 92.0;
  const double        seconds = argc > 4 ? strtod(argv[4], NULL) : 42.0;
  const BlStatus      st = bl_sing_song(argv[1], (uint32_t)rate, bpm, seconds);
  if (st) {
    fprintf(stderr, "sing: %s: %s\n", argv[1], bl_strerror(st));
  }
  return st ? 1 : 0;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

/**
   How many instructions the whole of run() costs a block, armed and
   capturing, with a time:Position in every block as Ardour sends it: the
   built plugin in the project's own host, counted by callgrind.  This program
   runs itself below it, once for each case, and reads the totals.
*/

#include "base/ports.h"
#include "support/host.h"
#include "support/instructions.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 1000u

static int
work(const bool stereo, const uint32_t frames)
{
  const BlHostSetup setup = { .uri = stereo ? BL_PLUGIN_STEREO_URI
                                            : BL_PLUGIN_MONO_URI };
  BlWorld* const    world = bl_world_new();
  BlHost* const     host  = world ? bl_host_new(world, &setup) : NULL;
  if (!host) {
    return 1;
  }

  bl_host_set(host, "arm", 1.0f);
  for (uint32_t i = 0; i < ROUNDS; ++i) {
    const BlHostPosition position = {
      .frame = (int64_t)i * frames, .speed = 1.0, .bpm = 120.0, .bar = i / 10u
    };
    bl_host_position(host, &position, 0);
    bl_host_run(host, frames);
  }
  bl_host_free(host);
  bl_world_free(world);
  return 0;
}

/// Instructions of run() a block, callees included; < 0 on failure
static double
count(const char* const self, const bool stereo, const uint32_t frames)
{
  char command[4000];
  snprintf(command, sizeof(command), "'%s' %d %u", self, stereo, frames);
  return instructions_below("bl_rt_run", command) / ROUNDS;
}

static void
report(const char* const self, const bool stereo)
{
  const char* const name     = stereo ? "stereo" : "mono";
  const double      channels = stereo ? 2.0 : 1.0;
  const double      one      = count(self, stereo, 64u);
  const double      other    = count(self, stereo, 1024u);
  const double      slope    = (other - one) / (1024.0 - 64.0) / channels;
  if (one <= 0.0 || other <= 0.0) {
    fprintf(stderr, "bench: valgrind did not count\n");
    exit(1);
  }
  printf("bench run_%s_block %.0f instructions <=2000 a block of the whole "
         "run() while capturing, whatever its length\n",
         name, one - slope * 64.0 * channels);
  printf("bench run_%s_sample %.2f instructions <=2 a sample of each channel\n",
         name, slope);
}

int
main(int argc, char** argv)
{
  if (argc == 3) {
    return work(atoi(argv[1]), (uint32_t)atoi(argv[2]));
  }
  report(argv[0], false);
  report(argv[0], true);
  return 0;
}

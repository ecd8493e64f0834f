// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

/**
   How many instructions rt/capture costs a block, counted by callgrind: this
   program runs itself below it, once for each case, and reads the totals.
*/

#include "rt/capture.h"
#include "support/instructions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 2000u
#define FRAMES_MAX 1024u

/// Not inlined, so that callgrind finds it by its name (or a clone's)
__attribute__((noinline)) static void
counted(BlCapture* const capture, const BlCaptureBlock* const block)
{
  bl_capture_run(capture, block);
}

static void
empty(BlCaptureLink* const link)
{
  bl_ring_skip(link->audio, bl_ring_read_space(link->audio));
  bl_ring_skip(link->events, bl_ring_read_space(link->events));
}

/// "steady": a take is open; "edges": each second block opens, each closes
static int
work(const uint32_t channels, const uint32_t frames, const bool edges)
{
  static float         silence[2][FRAMES_MAX];
  static BlCapture     capture;
  BlCaptureLink* const link     = bl_capture_link_new(48000u, channels);
  const BlCaptureSetup setup    = { .link = link };
  const float* const   audio[2] = { silence[0], silence[1] };
  bl_capture_init(&capture, &setup);

  int64_t frame = 1000;
  for (uint32_t i = 0; i < ROUNDS; ++i) {
    const bool           rolls = !edges || i % 2u == 0u;
    const BlTimeEvent    event = { .has           = 127u,
                                   .frame         = frame,
                                   .speed         = rolls ? 1.0 : 0.0,
                                   .bar           = 1,
                                   .bar_beat      = 1.0,
                                   .bpm           = 120.0,
                                   .beats_per_bar = 4.0,
                                   .beat_unit     = 4 };
    const BlCaptureBlock block = { .audio    = audio,
                                   .frames   = frames,
                                   .events   = &event,
                                   .n_events = 1u,
                                   .enabled  = true,
                                   .arm      = true };
    counted(&capture, &block);
    frame += rolls ? frames : 0;
    empty(link);
  }
  bl_capture_link_free(link);
  return 0;
}

/// Instructions of `counted` a block, callees included; < 0 on failure
static double
count(const char* const self,
      const uint32_t    channels,
      const uint32_t    frames,
      const char* const how)
{
  char command[4000];
  snprintf(command, sizeof(command), "'%s' %u %u %s", self, channels, frames,
           how);
  return instructions_below("counted*", command) / ROUNDS;
}

static void
report(const char* const self, const uint32_t channels)
{
  const char* const name  = channels == 1u ? "mono" : "stereo";
  const double      one   = count(self, channels, 64u, "steady");
  const double      other = count(self, channels, 1024u, "steady");
  const double      slope = (other - one) / (1024.0 - 64.0) / channels;
  const double      block = one - slope * 64.0 * channels;
  const double      edges = count(self, channels, 64u, "edges");
  if (one <= 0.0 || other <= 0.0 || edges <= 0.0) {
    fprintf(stderr, "bench: valgrind did not count\n");
    exit(1);
  }
  printf("bench capture_%s_block %.0f instructions <=2000 a block while "
         "capturing, whatever its length\n",
         name, block);
  printf("bench capture_%s_sample %.2f instructions <=2 a sample of each "
         "channel\n",
         name, slope);
  printf("bench capture_%s_edge %.2f ratio <=1.25 a block that opens or closes "
         "a take, against one in its midst (64 frames)\n",
         name, edges / one);
}

int
main(int argc, char** argv)
{
  if (argc == 4) {
    return work((uint32_t)atoi(argv[1]), (uint32_t)atoi(argv[2]),
                !strcmp(argv[3], "edges"));
  }
  report(argv[0], 1u);
  report(argv[0], 2u);
  return 0;
}

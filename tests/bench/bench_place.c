// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

/// From two delivered MP3s of four minutes to two WAVs on the timeline, as a
/// job does it: both at once, 44.1 to 48 kHz, loudness and peaks measured

#include "base/thread.h"
#include "result/result.h"

#include <sndfile.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RATE 44100
#define SECONDS 240
#define ROUNDS 3

typedef struct
{
  const char* source;
  char        variant;
  BlStatus    status;
} Work;

static void
make_mp3(const char* const path)
{
  SF_INFO        info = { .samplerate = RATE,
                          .channels   = 2,
                          .format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III };
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  static float   block[2 * RATE];
  uint32_t       noise = 1;
  for (unsigned s = 0; file && s < SECONDS; ++s) {
    for (unsigned i = 0; i < RATE; ++i) {
      noise          = noise * 1664525u + 1013904223u;
      const double t = (double)i / RATE;
      const double x = 0.4 * sin(6.2831853 * 220.0 * t) * exp(-3.0 * t) +
                       0.2 * ((double)(noise >> 8) / 16777216.0 - 0.5);
      block[2 * i]     = (float)x;
      block[2 * i + 1] = (float)(0.8 * x);
    }
    sf_writef_float(file, block, RATE);
  }
  sf_close(file);
}

/// Only read it, as the yardstick
static double
decode(const char* const path)
{
  static float   block[2 * RATE];
  SF_INFO        info  = { 0 };
  const double   start = bl_time_monotonic();
  SNDFILE* const file  = sf_open(path, SFM_READ, &info);
  while (file && sf_readf_float(file, block, RATE) > 0) {
  }
  sf_close(file);
  return bl_time_monotonic() - start;
}

static void*
place(void* const data)
{
  Work* const          work    = (Work*)data;
  const BlPlaceRequest request = { .source       = work->source,
                                   .dir          = ".",
                                   .title        = "Bench",
                                   .variant      = work->variant,
                                   .rate         = 48000,
                                   .position     = 96000,
                                   .has_position = true };
  BlPlaced             placed;
  work->status = bl_result_place(&request, NULL, &placed);
  unlink(placed.path);
  return NULL;
}

int
main(void)
{
  make_mp3("a.mp3");
  double one  = 1e9;
  double both = 1e9;
  double read = 1e9;
  for (unsigned round = 0; round < ROUNDS; ++round) {
    Work      a     = { "a.mp3", 'A', BL_SUCCESS };
    Work      b     = { "a.mp3", 'B', BL_SUCCESS };
    double    start = bl_time_monotonic();
    pthread_t thread;
    read  = fmin(read, decode("a.mp3"));
    start = bl_time_monotonic();
    place(&a);
    one = fmin(one, bl_time_monotonic() - start);

    start = bl_time_monotonic();
    if (a.status || bl_thread_start(&thread, "bench", place, &b)) {
      return 1;
    }
    place(&a);
    pthread_join(thread, NULL);
    both = fmin(both, bl_time_monotonic() - start);
    if (a.status || b.status) {
      return 1;
    }
  }
  printf("bench place_one %.2f s <=2 one MP3 of four minutes, finished to "
         "placed\n",
         one);
  printf("bench place_two %.2f s <=2 both at once on two cores\n", both);
  printf("bench place_decode %.1f x - one, to only decoding it\n", one / read);
  printf("bench place_speed %.0f x - times real time, one variant\n",
         SECONDS / one);
  return 0;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

/**
   What an instance takes of a core while nothing happens, and what run()
   takes of a block's time while it captures: the built plugin in the
   project's own host, in real time.  run() is timed block by block on the
   monotonic clock, without what the host does around it and without the
   reading of the clock, and the median counts: what else runs on the machine
   lies beside it.  The plugin's threads are accounted by the kernel, once
   they poll at their calm rhythm.
*/

#include "base/limits.h"
#include "base/ports.h"
#include "base/thread.h"
#include "support/host.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RATE 48000.0
#define WARM_S 1.0
#define IDLE_S 10.0
#define CAPTURE_S 4.0
#define BLOCKS_MAX 8000u

static int
by_value(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static bool
first_line(const char* const path, char* const line, const int size)
{
  FILE* const file = fopen(path, "r");
  const bool  read = file && fgets(line, size, file);
  if (file) {
    fclose(file);
  }
  return read;
}

/// CPU seconds of all threads called "bl-…" so far
static double
threads_used(void)
{
  DIR* const     tasks = opendir("/proc/self/task");
  struct dirent* entry = NULL;
  double         used  = 0.0;
  while (tasks && (entry = readdir(tasks))) {
    char path[300];
    char line[200];
    snprintf(path, sizeof(path), "/proc/self/task/%s/comm", entry->d_name);
    if (!first_line(path, line, sizeof(line)) || strncmp(line, "bl-", 3)) {
      continue;
    }
    snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", entry->d_name);
    if (first_line(path, line, sizeof(line))) {
      used += 1e-9 * strtod(line, NULL); // The first number: nanoseconds
    }
  }
  if (tasks) {
    closedir(tasks);
  }
  return used;
}

static double
median(double* const values, const unsigned count)
{
  qsort(values, count, sizeof(values[0]), by_value);
  return count ? values[count / 2u] : 0.0;
}

/// A microphone that nobody sings into: noise of -60 dBFS, never the same
static void
hiss(float* const to, const uint32_t frames, uint32_t* const seed)
{
  for (uint32_t i = 0; i < frames; ++i) {
    *seed = *seed * 1664525u + 1013904223u;
    to[i] = 0.002f * ((float)(*seed >> 8u) / 16777216.0f - 0.5f);
  }
}

/// Blocks as a sound card asks for them, their audio freshly written;
/// @return median seconds of one run()
static double
stream(BlHost* const  host,
       const uint32_t frames,
       const double   seconds,
       const bool     rolling)
{
  static double runs[BLOCKS_MAX];
  static double clocks[BLOCKS_MAX];
  static double host_frame = 0.0;
  const double  start      = bl_time_monotonic();
  uint32_t      seed       = frames;
  unsigned      n          = 0;
  for (; n * frames / RATE < seconds && n < BLOCKS_MAX; ++n) {
    const double wait         = start + n * frames / RATE - bl_time_monotonic();
    const struct timespec nap = { 0, (long)(1e9 * wait) };
    if (wait > 0.0) {
      nanosleep(&nap, NULL);
    }
    if (rolling) {
      const BlHostPosition position = { .frame = (int64_t)host_frame,
                                        .speed = 1.0,
                                        .bpm   = 120.0 };
      bl_host_position(host, &position, 0);
      host_frame += frames;
    }
    for (uint32_t c = 0; c < bl_host_channels(host); ++c) {
      hiss(bl_host_input(host, c), frames, &seed);
    }
    const BlHostTime time = bl_host_run_timed(host, frames);
    runs[n]               = time.run;
    clocks[n]             = time.clock;
  }
  return median(runs, n) - median(clocks, n);
}

static void
bench_idle(BlWorld* const world, const uint32_t frames)
{
  const BlHostSetup setup = { .uri = BL_PLUGIN_MONO_URI };
  BlHost* const     host  = bl_host_new(world, &setup);
  if (!host) {
    exit(1);
  }
  stream(host, frames, BL_POLL_CALM_S + WARM_S, false);
  const double before  = threads_used();
  const double run     = stream(host, frames, IDLE_S, false) * RATE / frames;
  const double threads = (threads_used() - before) / IDLE_S;
  bl_host_free(host);
  printf("bench idle_%u %.3f %% <=0.1 of one core, an idle instance whose host "
         "streams a microphone's hiss in blocks of %u frames (run() %.3f, its "
         "threads %.3f)\n",
         frames, 100.0 * (run + threads), frames, 100.0 * run, 100.0 * threads);
}

static void
bench_share(BlWorld* const world, const bool stereo)
{
  const BlHostSetup setup = { .uri = stereo ? BL_PLUGIN_STEREO_URI
                                            : BL_PLUGIN_MONO_URI };
  BlHost* const     host  = bl_host_new(world, &setup);
  if (!host) {
    exit(1);
  }
  bl_host_set(host, "arm", 1.0f);
  stream(host, 64u, WARM_S, true);
  const double block = stream(host, 64u, CAPTURE_S, true);
  bl_host_free(host);
  printf("bench run_%s_share %.3f %% <=0.5 of the time of a block of 64 frames "
         "at 48 kHz, armed and capturing (%.2f of %.0f us)\n",
         stereo ? "stereo" : "mono", 100.0 * block / (64.0 / RATE), 1e6 * block,
         1e6 * 64.0 / RATE);
}

int
main(void)
{
  BlWorld* const world = bl_world_new();
  if (!world) {
    return 1;
  }
  bench_share(world, false);
  bench_share(world, true);
  bench_idle(world, 64u);
  bench_idle(world, 1024u);
  bl_world_free(world);
  return 0;
}

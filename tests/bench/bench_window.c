// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// How long a window takes to open, and what it costs while nothing happens

#include "base/thread.h"
#include "ui/x11host.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define OPENS 15
#define IDLE_S 5.0
#define IDLES 30
#define BLOCK (48000u / IDLES)

static int
by_value(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

/// Seconds that this process's threads have worked
static double
cpu(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/// Part of one core that the plugin takes while nothing happens, with its
/// open window or without
static double
idle_cost(XHost* const host, const XUi* const ui)
{
  const double began  = bl_time_monotonic();
  const double until  = began + IDLE_S;
  const double before = cpu();
  while (bl_time_monotonic() < until) {
    bl_host_run(host->plugin, BLOCK);
    if (ui) {
      ui->idler->idle(ui->handle);
    }
    usleep(1000000 / IDLES);
  }
  return (cpu() - before) / (bl_time_monotonic() - began);
}

int
main(void)
{
  static XHost host;
  double       times[OPENS];
  xhost_start(&host);
  for (unsigned i = 0; i < OPENS; ++i) {
    times[i] = xhost_open(&host, 0);
    xhost_pump(&host, 0.05);
    xhost_close(&host, 0);
  }
  printf("bench window_first %.1f ms <=150 the first one, fonts looked up\n",
         1e3 * times[0]);
  qsort(times, OPENS, sizeof(times[0]), by_value);
  printf("bench window_open %.1f ms <=150 median of %d, to its first picture\n",
         1e3 * times[OPENS / 2], OPENS);

  xhost_pump(&host, 1.0);
  const double closed = idle_cost(&host, NULL);
  xhost_open(&host, 0);
  xhost_pump(&host, 3.0);
  const double open = idle_cost(&host, &host.uis[0]);
  printf("bench window_idle %.3f %% <=0.5 of one core more than without it, "
         "all threads, at %d idle() a second\n",
         100.0 * (open - closed), IDLES);
  xhost_stop(&host);
  return 0;
}

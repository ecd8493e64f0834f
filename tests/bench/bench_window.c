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

static int
by_value(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static double
cpu(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
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
  qsort(times, OPENS, sizeof(times[0]), by_value);
  printf("bench window_open %.1f ms <=150 median of %d, to its first picture\n",
         1e3 * times[OPENS / 2], OPENS);

  xhost_open(&host, 0);
  xhost_pump(&host, 3.0);
  const XUi* const ui    = &host.uis[0];
  const double     until = bl_time_monotonic() + IDLE_S;
  double           used  = 0.0;
  while (bl_time_monotonic() < until) {
    bl_host_run(host.plugin, 1024u);
    const double before = cpu();
    ui->idler->idle(ui->handle);
    used += cpu() - before;
    usleep(33000);
  }
  printf("bench window_idle %.3f %% <=0.5 of one core, at 30 idle() a second\n",
         100.0 * used / IDLE_S);
  xhost_stop(&host);
  return 0;
}

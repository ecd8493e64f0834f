// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 300

/// Four minutes of voice to both backings, as backline-band makes them; and
/// how soon it stops when it is told to

#include "band.h"
#include "base/cancel.h"
#include "base/thread.h"
#include "support/sing.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define RATE 48000
#define SECONDS 240.0
#define TAGS "pop, 100 bpm, 4/4"

typedef struct
{
  double       start;
  double       stage[3];
  BlCancel*    cancel;
  BlStatus     status;
  BlBandResult result;
} Work;

static double
cpu_seconds(void)
{
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
         1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static double
peak_megabytes(void)
{
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)u.ru_maxrss / 1024.0;
}

static void
note_stage(void* const               handle,
           const BlBandStage         stage,
           const BlBandResult* const so_far)
{
  Work* const work   = (Work*)handle;
  work->stage[stage] = bl_time_monotonic() - work->start;
  (void)so_far;
}

static void*
play(void* const data)
{
  Work* const         work    = (Work*)data;
  const BlBandRequest request = {
    .audio = "voice.wav", .out_dir = ".", .title = "Bench", .tags = TAGS
  };
  work->start = bl_time_monotonic();
  work->status =
    bl_band_play(&request, work->cancel, note_stage, work, &work->result);
  return NULL;
}

/// In a child: what singing needs is not the band's
static int
sing(void)
{
  const pid_t child  = fork();
  int         status = 1;
  if (!child) {
    _exit(bl_sing_song("voice.wav", RATE, 100.0, SECONDS) ? 1 : 0);
  }
  return child < 0 || waitpid(child, &status, 0) < 0 ? 1 : status;
}

/// As after a boot: the soundfont has to come from the disk
static void
forget_soundfont(void)
{
  char path[BL_PATH_BYTES];
  if (!bl_band_find_soundfont(path, sizeof(path))) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
      close(file);
    }
  }
}

/// Seconds from the word to the return, `after` seconds into the work
static double
cancel_after(const double after)
{
  Work      work = { .cancel = bl_cancel_new() };
  pthread_t thread;
  forget_soundfont();
  if (!work.cancel || bl_thread_start(&thread, "bench", play, &work)) {
    return HUGE_VAL;
  }
  usleep((useconds_t)(1e6 * after));
  const double told = bl_time_monotonic();
  bl_cancel_trigger(work.cancel);
  pthread_join(thread, NULL);
  bl_cancel_free(work.cancel);
  return work.status == BL_CANCELLED ? bl_time_monotonic() - told : HUGE_VAL;
}

int
main(void)
{
  static const double moments[] = { 0.0, 0.1, 0.3, 0.6, 0.8,
                                    1.0, 1.3, 1.8, 2.5, 4.0 };

  double cancel = 0.0;
  Work   work   = { .cancel = bl_cancel_new() };
  if (sing() || !work.cancel) {
    return 1;
  }
  for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); ++i) {
    cancel = fmax(cancel, cancel_after(moments[i]));
  }
  const double cpu = cpu_seconds();
  play(&work);
  if (work.status) {
    fprintf(stderr, "%s\n", work.result.message);
    return 1;
  }

  printf("bench band_first %.2f s <=5 four minutes of voice to the first "
         "backing\n",
         work.stage[BL_BAND_FIRST]);
  printf("bench band_both %.2f s <=8 to both, on two cores\n",
         work.stage[BL_BAND_COMPLETE]);
  printf("bench band_heard %.2f s - until it has listened and written\n",
         work.stage[BL_BAND_ANALYSED]);
  printf("bench band_speed %.0f x - times real time, both\n",
         SECONDS / work.stage[BL_BAND_COMPLETE]);
  printf("bench band_cpu %.1f s - of processor, all in all\n",
         cpu_seconds() - cpu);
  printf("bench band_memory %.0f MB <=200 resident at most\n",
         peak_megabytes());
  printf("bench band_cancel %.0f ms <=200 from the word to the return, the "
         "longest of ten moments, the soundfont not in memory\n",
         1e3 * cancel);
  bl_cancel_free(work.cancel);
  return 0;
}

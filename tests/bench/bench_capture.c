// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

/// How fast a bounce goes through capture, against libsndfile in one go

#include "base/thread.h"
#include "support/rig.h"
#include "take/store.h"

#include <sndfile.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RATE 48000u
#define BLOCK 8192u
#define SECONDS 360u
#define ROUNDS 5u

static float*
make_signal(const size_t samples)
{
  float* const audio = (float*)malloc(samples * sizeof(float));
  for (size_t i = 0; audio && i < samples; ++i) {
    audio[i] = rig_sample(i, 0u) - 0.25f;
  }
  return audio;
}

/// Write all with libsndfile, block by block as a host would
static double
write_plainly(const char* const  path,
              const float* const audio,
              const uint64_t     frames,
              const int          channels)
{
  SF_INFO      info  = { .samplerate = (int)RATE,
                         .channels   = channels,
                         .format     = SF_FORMAT_WAV | SF_FORMAT_FLOAT };
  const double start = bl_time_monotonic();

  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  if (!file) {
    exit(1);
  }
  sf_writef_float(file, audio, (sf_count_t)frames);
  sf_close(file);
  const double took = bl_time_monotonic() - start;
  unlink(path);
  return took;
}

/// The same through run(): until the last call has returned, and until the
/// take has closed
static double
bounce(const float* const* const audio,
       const uint64_t            frames,
       const uint32_t            channels,
       double* const             closed)
{
  Rig* const   rig   = rig_new(RATE, channels);
  const double start = bl_time_monotonic();
  for (uint64_t at = 0; at < frames; at += BLOCK) {
    const uint64_t       left    = frames - at;
    const BlTimeEvent    event   = { .has   = BL_TIME_FRAME | BL_TIME_SPEED,
                                     .frame = (int64_t)at,
                                     .speed = 1.0 };
    const float* const   here[2] = { audio[0] + at, audio[1] + at };
    const BlCaptureBlock block   = { .audio = here,
                                     .frames =
                                     left < BLOCK ? (uint32_t)left : BLOCK,
                                     .events   = &event,
                                     .n_events = 1u,
                                     .enabled  = true,
                                     .arm      = true };
    bl_capture_run(&rig->capture, &block);
  }

  const double took = bl_time_monotonic() - start;
  rig_block(rig, 64u, 0.0);
  if (!rig_wait_closed(rig, 1u, 60.0) || rig_dropped(rig) ||
      rig->takes[0].frames != frames) {
    fprintf(stderr, "bench: the take is not whole\n");
    exit(1);
  }
  *closed = rig->closed_at - start;

  char command[600];
  snprintf(command, sizeof(command), "rm -rf '%s'", rig->root);
  rig_free(rig);
  return system(command) ? -1.0 : took;
}

static void
least(double* const best, const double value)
{
  *best = *best == 0.0 || value < *best ? value : *best;
}

static void
compare(const uint32_t channels, const float* const signal)
{
  const uint64_t     frames   = (uint64_t)SECONDS * RATE;
  const float* const audio[2] = { signal, signal };
  const char* const  tmp      = getenv("BL_TMP");

  char   path[512];
  double plain  = 0.0;
  double run    = 0.0;
  double closed = 0.0;
  snprintf(path, sizeof(path), "%s/plain.wav", tmp ? tmp : "/tmp");
  for (unsigned i = 0; i < ROUNDS; ++i) {
    double till_closed = 0.0;
    least(&plain, write_plainly(path, signal, frames, (int)channels));
    least(&run, bounce(audio, frames, channels, &till_closed));
    least(&closed, till_closed);
  }

  const char* const name = channels == 1u ? "mono" : "stereo";
  printf("bench bounce_%s %.2f ratio >=0.8 speed of a bounce of 6 minutes "
         "through run() against writing the file with libsndfile in one go "
         "(%.0f ms, %.0f ms)\n",
         name, plain / run, run * 1e3, plain * 1e3);
  printf("bench bounce_%s_closed %.2f ratio - the same until take.wav and "
         "take.json are complete (%.0f ms)\n",
         name, plain / closed, closed * 1e3);
}

int
main(void)
{
  float* const signal = make_signal((size_t)SECONDS * RATE * 2u);
  if (!signal) {
    return 1;
  }
  compare(1u, signal);
  compare(2u, signal);
  free(signal);
  return 0;
}

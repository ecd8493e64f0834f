// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/rig.h"

#include "base/thread.h"
#include "support/scratch.h"
#include "take/store.h"

#include <sndfile.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_MAX 65536u
#define READ_FRAMES 4096

float
rig_sample(const uint64_t counter, const uint32_t channel)
{
  const uint32_t number = (uint32_t)(counter & 0x3FFFFFu) + 1u;
  return (float)(number * 2u + channel) * 0x1p-24f;
}

static void
nap(const double seconds)
{
  if (seconds > 0.0) {
    const time_t          whole = (time_t)seconds;
    const struct timespec ts    = { whole,
                                    (long)((seconds - (double)whole) * 1e9) };
    nanosleep(&ts, NULL);
  }
}

// The disk

static ssize_t
disk_write(void* const       handle,
           const int         fd,
           const void* const data,
           const size_t      size,
           const off_t       offset)
{
  Rig* const rig = (Rig*)handle;
  while (rig->disk.hung || bl_time_monotonic() < rig->disk.stall) {
    nap(0.002);
  }

  // A header that is overwritten needs no room
  const double    slow = rig->disk.slow;
  const long long room = offset ? (long long)rig->disk.room : -1;
  size_t          n    = size;
  if (slow > 0.0 && n > 16384u) {
    n = 16384u;
  }
  if (room >= 0 && (long long)n > room) {
    n = (size_t)room;
  }
  if (room >= 0 && !n) {
    errno = ENOSPC;
    return -1;
  }

  const ssize_t written = pwrite(fd, data, n, offset);
  if (written > 0 && room >= 0) {
    rig->disk.room -= written;
  }
  if (written > 0 && slow > 0.0) {
    nap((double)written / slow);
  }
  return written;
}

// Callbacks, on the disk thread

static bool
opened(void* const handle, const BlTake* const take)
{
  Rig* const rig = (Rig*)handle;
  (void)take;
  pthread_mutex_lock(&rig->lock);
  ++rig->n_opened;
  pthread_mutex_unlock(&rig->lock);
  return !rig->refuse;
}

static void
progressed(void* const handle, const BlWriterProgress* const progress)
{
  Rig* const rig = (Rig*)handle;
  pthread_mutex_lock(&rig->lock);
  for (uint32_t i = 0; i < progress->n_peaks; ++i) {
    if (progress->peaks[i].max > rig->peak_max) {
      rig->peak_max = progress->peaks[i].max;
    }
  }
  rig->n_peaks = progress->first_peak + progress->n_peaks;
  pthread_mutex_unlock(&rig->lock);
}

static void
closed(void* const handle, const BlTake* const take)
{
  Rig* const rig = (Rig*)handle;
  pthread_mutex_lock(&rig->lock);
  rig->takes[rig->n_closed % RIG_TAKES_MAX] = *take;
  rig->closed_at                            = bl_time_monotonic();
  ++rig->n_closed;
  pthread_mutex_unlock(&rig->lock);
}

static void
measured(void* const handle, const BlTake* const take)
{
  Rig* const rig = (Rig*)handle;
  pthread_mutex_lock(&rig->lock);
  for (unsigned i = 0; i < rig->n_closed && i < RIG_TAKES_MAX; ++i) {
    if (!strcmp(rig->takes[i].id, take->id)) {
      rig->takes[i] = *take;
    }
  }
  ++rig->n_measured;
  pthread_mutex_unlock(&rig->lock);
}

static void
failed(void* const handle, const BlStatus status)
{
  Rig* const rig = (Rig*)handle;
  pthread_mutex_lock(&rig->lock);
  rig->error = status;
  ++rig->n_errors;
  pthread_mutex_unlock(&rig->lock);
}

static void
quiet(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)handle;
  (void)level;
  (void)line;
}

static const BlLog no_log = { quiet, NULL, BL_LOG_ERROR };

// The rig

static void
must(const bool ok, const char* const what)
{
  if (!ok) {
    fprintf(stderr, "rig: %s failed\n", what);
    exit(99);
  }
}

Rig*
rig_new_in(const char* const          root,
           const uint32_t             rate,
           const uint32_t             channels,
           const BlWriterSetup* const more)
{
  Rig* const rig = (Rig*)calloc(1, sizeof(Rig));
  must(rig, "calloc");
  snprintf(rig->root, sizeof(rig->root), "%s", root);
  pthread_mutex_init(&rig->lock, NULL);
  rig->disk.room = -1;
  rig->arm       = true;
  rig->link      = bl_capture_link_new(rate, channels);
  must(rig->link, "bl_capture_link_new");
  for (uint32_t c = 0; c < 2u; ++c) {
    rig->audio[c] = (float*)calloc(BLOCK_MAX, sizeof(float));
    must(rig->audio[c], "calloc");
  }

  const BlCaptureSetup capture = { .link = rig->link };
  bl_capture_init(&rig->capture, &capture);

  BlWriterSetup setup;
  memset(&setup, 0, sizeof(setup));
  if (more) {
    setup = *more;
  }
  setup.link        = rig->link;
  setup.root        = rig->root;
  setup.log         = &no_log;
  setup.handle      = rig;
  setup.on_open     = opened;
  setup.on_progress = progressed;
  setup.on_closed   = closed;
  setup.on_measured = measured;
  setup.on_error    = failed;
  setup.write       = disk_write;
  must(!bl_writer_new(&setup, &rig->writer), "bl_writer_new");
  return rig;
}

Rig*
rig_new(const uint32_t rate, const uint32_t channels)
{
  char root[256];
  must(scratch_make(root, sizeof(root), "rig"), "scratch_make");
  return rig_new_in(root, rate, channels, NULL);
}

void
rig_block(Rig* const rig, const uint32_t frames, const double speed)
{
  const uint32_t channels = rig->link->channels;
  for (uint32_t c = 0; c < channels; ++c) {
    for (uint32_t i = 0; i < frames; ++i) {
      rig->audio[c][i] = rig_sample(rig->counter + i, c);
    }
  }

  const BlTimeEvent event = { .has           = 127u,
                              .frame         = rig->frame,
                              .speed         = speed,
                              .bar           = 2,
                              .bar_beat      = 1.5,
                              .bpm           = 120.0,
                              .beats_per_bar = 4.0,
                              .beat_unit     = 4 };

  const float* const   audio[2] = { rig->audio[0], rig->audio[1] };
  const BlCaptureBlock block    = { .audio     = audio,
                                    .frames    = frames,
                                    .events    = &event,
                                    .n_events  = rig->silent ? 0u : 1u,
                                    .enabled   = true,
                                    .arm       = rig->arm,
                                    .record    = rig->record,
                                    .freewheel = rig->freewheel };
  bl_capture_run(&rig->capture, &block);
  rig->counter += frames;
  if (speed != 0.0) {
    rig->frame += frames;
  }
}

void
rig_roll(Rig* const     rig,
         const uint64_t frames,
         const uint32_t block,
         const double   pace)
{
  const double start = bl_time_monotonic();
  for (uint64_t done = 0u; done < frames;) {
    const uint64_t left = frames - done;
    const uint32_t n    = left < block ? (uint32_t)left : block;
    rig_block(rig, n, 1.0);
    done += n;
    if (pace > 0.0) {
      const double due = start + (double)done / (pace * rig->link->rate);
      nap(due - bl_time_monotonic());
    }
  }
}

bool
rig_wait_closed(Rig* const rig, const unsigned n, const double seconds)
{
  const double end = bl_time_monotonic() + seconds;
  for (;;) {
    pthread_mutex_lock(&rig->lock);
    const unsigned count = rig->n_closed;
    pthread_mutex_unlock(&rig->lock);
    if (count >= n) {
      return true;
    }
    if (bl_time_monotonic() > end) {
      return false;
    }
    nap(0.002);
  }
}

BlTake
rig_take(Rig* const rig, const unsigned index)
{
  pthread_mutex_lock(&rig->lock);
  const BlTake take = rig->takes[index];
  pthread_mutex_unlock(&rig->lock);
  return take;
}

void
rig_stop(Rig* const rig)
{
  if (rig->writer) {
    bl_capture_finish(&rig->capture);
    bl_writer_free(rig->writer);
    rig->writer = NULL;
  }
}

void
rig_free(Rig* const rig)
{
  rig_stop(rig);
  bl_capture_link_free(rig->link);
  pthread_mutex_destroy(&rig->lock);
  free(rig->audio[0]);
  free(rig->audio[1]);
  free(rig);
}

uint64_t
rig_dropped(const Rig* const rig)
{
  BlCaptureShown shown;
  bl_capture_show(&rig->capture, &shown);
  return shown.dropped;
}

// Checking

typedef struct
{
  const BlTake* take;
  uint64_t      counter; ///< Of the signal at the next frame
  uint64_t      frame;   ///< Of the take
  uint32_t      gap;     ///< Next or current
  char          wrong[200];
} Check;

static bool
check_frame(Check* const check, const float* const samples)
{
  const BlTake* const take = check->take;
  while (check->gap < take->n_gaps &&
         check->frame >=
           take->gaps[check->gap].frame + take->gaps[check->gap].length) {
    ++check->gap;
  }

  const BlGap* const gap = &take->gaps[check->gap];
  const bool in_gap = check->gap < take->n_gaps && check->frame >= gap->frame;
  for (uint32_t c = 0; c < take->channels; ++c) {
    const float want = in_gap ? 0.0f : rig_sample(check->counter, c);
    if (samples[c] != want) {
      snprintf(check->wrong, sizeof(check->wrong),
               "frame %llu of %llu, channel %u: %.9g instead of %.9g",
               (unsigned long long)check->frame,
               (unsigned long long)take->frames, c, (double)samples[c],
               (double)want);
      return false;
    }
  }
  check->counter += !in_gap || gap->dropped ? 1u : 0u;
  ++check->frame;
  return true;
}

static void
check_samples(Check* const check, SNDFILE* const file)
{
  float      samples[READ_FRAMES * 2];
  sf_count_t n = 0;
  while ((n = sf_readf_float(file, samples, READ_FRAMES)) > 0) {
    for (sf_count_t i = 0; i < n; ++i) {
      if (!check_frame(check, samples + i * check->take->channels)) {
        return;
      }
    }
  }
  if (check->frame != check->take->frames) {
    snprintf(check->wrong, sizeof(check->wrong), "%llu frames instead of %llu",
             (unsigned long long)check->frame,
             (unsigned long long)check->take->frames);
  }
}

const char*
rig_check(const char* const   root,
          const BlTake* const take,
          const uint64_t      counter)
{
  static _Thread_local Check check;
  char                       path[BL_PATH_BYTES];
  SF_INFO                    info = { .format = 0 };
  SF_BROADCAST_INFO          bext;

  memset(&check, 0, sizeof(check));
  check.take    = take;
  check.counter = counter;
  if (bl_store_audio_path(root, take, path, sizeof(path))) {
    return "no audio";
  }

  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file) {
    return "libsndfile cannot open it";
  }

  memset(&bext, 0, sizeof(bext));
  if (info.samplerate != (int)take->rate ||
      info.channels != (int)take->channels ||
      info.frames != (sf_count_t)take->frames) {
    snprintf(check.wrong, sizeof(check.wrong),
             "%d Hz, %d channels, %lld frames; take.json says %llu",
             info.samplerate, info.channels, (long long)info.frames,
             (unsigned long long)take->frames);
  } else if (!sf_command(file, SFC_GET_BROADCAST_INFO, &bext, sizeof(bext))) {
    snprintf(check.wrong, sizeof(check.wrong), "no bext");
  } else if (take->has_position &&
             ((uint64_t)bext.time_reference_high << 32u |
              bext.time_reference_low) != (uint64_t)take->start) {
    snprintf(check.wrong, sizeof(check.wrong), "wrong time reference");
  } else {
    check_samples(&check, file);
  }
  sf_close(file);
  return check.wrong[0] ? check.wrong : NULL;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/overview.h"

#include "base/samples.h"
#include "base/thread.h"

#include <sndfile.h>

#include <errno.h>
#include <stdlib.h>

#define SLICE_FRAMES 8192
#define CHANNELS_MAX 8

struct BlOverviewImpl
{
  SNDFILE*   file;
  SF_INFO    info;
  sf_count_t at; ///< Frames read
  uint32_t   pairs;
  float*     peaks;
  float      slice[SLICE_FRAMES * CHANNELS_MAX];
};

BlStatus
bl_overview_open(const char* const  path,
                 const uint32_t     pairs,
                 BlOverview** const overview)
{
  BlOverview* const o = (BlOverview*)calloc(1, sizeof(BlOverview));
  if (!o || !(o->peaks = (float*)calloc(pairs, 2u * sizeof(float)))) {
    bl_overview_close(o);
    return BL_NO_MEM;
  }

  errno    = 0;
  o->pairs = pairs;
  o->file  = sf_open(path, SFM_READ, &o->info);
  if (!o->file) {
    const BlStatus st = errno ? bl_status_from_errno(errno) : BL_BAD_FILE;
    bl_overview_close(o);
    return st;
  }
  if (o->info.channels < 1 || o->info.channels > CHANNELS_MAX ||
      o->info.frames < 0) {
    bl_overview_close(o);
    return BL_BAD_FILE;
  }

  *overview = o;
  return BL_SUCCESS;
}

void
bl_overview_close(BlOverview* const overview)
{
  if (overview) {
    if (overview->file) {
      sf_close(overview->file);
    }
    free(overview->peaks);
    free(overview);
  }
}

static void
fold(BlOverview* const o, const sf_count_t frames)
{
  const sf_count_t channels = o->info.channels;
  for (sf_count_t i = 0; i < frames; ++i) {
    const double   place = (double)(o->at + i) / (double)o->info.frames;
    const uint32_t pair  = (uint32_t)(place * o->pairs);
    float* const   peak =
      o->peaks + (size_t)2 * (pair < o->pairs ? pair : o->pairs - 1u);
    for (sf_count_t c = 0; c < channels; ++c) {
      const float sample = o->slice[i * channels + c];
      peak[0]            = sample < peak[0] ? sample : peak[0];
      peak[1]            = sample > peak[1] ? sample : peak[1];
    }
  }
}

BlStatus
bl_overview_step(BlOverview* const overview, const double seconds)
{
  const double end = bl_time_monotonic() + seconds;
  do {
    const sf_count_t n =
      sf_readf_float(overview->file, overview->slice, SLICE_FRAMES);
    (void)bl_samples_clean(overview->slice,
                           (size_t)n * (size_t)overview->info.channels);
    fold(overview, n);
    overview->at += n;
    if (n < SLICE_FRAMES) {
      return BL_SUCCESS; // A file cut short shows what it has
    }
  } while (bl_time_monotonic() < end);
  return BL_BUSY;
}

const float*
bl_overview_peaks(const BlOverview* const overview)
{
  return overview->peaks;
}

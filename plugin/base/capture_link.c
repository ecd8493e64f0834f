// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/capture_link.h"

#include "base/limits.h"

#include <math.h>
#include <stdlib.h>

static BlCaptureLink*
new_link(const uint32_t rate, const uint32_t channels, const uint32_t bytes)
{
  BlCaptureLink* const link = (BlCaptureLink*)aligned_alloc(
    alignof(BlCaptureLink), sizeof(BlCaptureLink));
  if (!link) {
    return NULL;
  }

  link->rate     = rate;
  link->channels = channels;
  link->audio    = bl_ring_new(bytes);
  link->events   = bl_ring_new(BL_CAPTURE_EVENTS * sizeof(BlCaptureEvent));
  atomic_init(&link->busy, false);
  atomic_init(&link->failed, false);
  atomic_init(&link->quiet_at, 0.0);
  atomic_init(&link->lost, 0u);
  if (!link->audio || !link->events) {
    bl_capture_link_free(link);
    return NULL;
  }

  return link;
}

BlCaptureLink*
bl_capture_link_new(const uint32_t rate, const uint32_t channels)
{
  if (rate < BL_RATE_MIN || rate > BL_RATE_MAX || channels < 1u ||
      channels > BL_TAKE_MAX_CHANNELS) {
    return NULL;
  }

  const double bytes = ceil(BL_RING_S * rate) * channels * sizeof(float);
  return new_link(rate, channels, (uint32_t)bytes);
}

void
bl_capture_link_free(BlCaptureLink* const link)
{
  if (link) {
    bl_ring_free(link->audio);
    bl_ring_free(link->events);
    free(link);
  }
}

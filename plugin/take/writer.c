// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/writer.h"

#include "base/limits.h"
#include "base/thread.h"
#include "take/keeper.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define CHUNK_BYTES (256u << 10) ///< Written at once
#define BATCH_BYTES (32u << 10)  ///< Less waits for more, but not for long
#define BATCH_S 0.05
#define HURRY_BYTES (128u << 10)

struct BlWriterImpl
{
  // Immutable after new
  uint32_t  frame_bytes;
  pthread_t thread;
  BlWake*   wake; ///< The setup's, or our own

  // Atomic: free -> disk thread, release/acquire: what the ring holds is seen
  atomic_bool stop;

  // Disk thread only
  BlKeeper keeper;
  uint64_t stream;    ///< Frames taken from the ring
  double   step_time; ///< Begin of this step
  double   written;   ///< Time of the last write
  double   polled;    ///< Time of the last on_poll; 0: it is due
  bool     hurried;   ///< The last step moved much
};

// The ring

static void
drain(BlWriter* const w, uint64_t frames)
{
  BlRing* const  ring  = w->keeper.setup.link->audio;
  const uint64_t chunk = CHUNK_BYTES / w->frame_bytes;
  while (frames) {
    const uint64_t   n    = frames < chunk ? frames : chunk;
    const BlRingView view = bl_ring_view(ring, (uint32_t)n * w->frame_bytes);
    bl_keeper_audio(&w->keeper, (const float*)view.data[0],
                    view.size[0] / w->frame_bytes);
    if (view.size[1]) {
      bl_keeper_audio(&w->keeper, (const float*)view.data[1],
                      view.size[1] / w->frame_bytes);
    }
    bl_ring_skip(ring, (uint32_t)n * w->frame_bytes);
    w->stream += n;
    frames -= n;
    bl_keeper_tick(&w->keeper);
  }
}

/// Take what is in the rings; @return false where nothing was to be done
static bool
step(BlWriter* const w, const bool stop)
{
  BlCaptureLink* const link = w->keeper.setup.link;
  const double         now  = bl_time_monotonic();
  BlCaptureEvent       event;
  bool                 moved = false;

  // The audio's index first: see base/capture_link.h
  const uint64_t there  = bl_ring_read_space(link->audio) / w->frame_bytes;
  const uint64_t end    = w->stream + there;
  w->keeper.known_until = fmax(
    w->step_time, atomic_load_explicit(&link->quiet_at, memory_order_relaxed));
  w->step_time = now;
  while (bl_ring_peek(link->events, &event, (uint32_t)sizeof(event)) &&
         event.at <= end) {
    drain(w, event.at - w->stream);
    bl_keeper_event(&w->keeper, &event);
    bl_ring_skip(link->events, (uint32_t)sizeof(event));
    moved = true;
  }

  const uint64_t left = end - w->stream;
  if (left && (stop || moved || left * w->frame_bytes >= BATCH_BYTES ||
               now - w->written >= BATCH_S)) {
    // So much at once is no real time, and more is about to come
    w->hurried = left * w->frame_bytes >= HURRY_BYTES;
    drain(w, left);
    w->written = now;
    moved      = true;
  }
  bl_keeper_tick(&w->keeper);
  return moved;
}

// The thread

static void
nap(BlWriter* const w)
{
  const bool busy =
    atomic_load_explicit(&w->keeper.setup.link->busy, memory_order_relaxed);
  const unsigned ms = w->hurried             ? BL_POLL_HURRY_MS
                      : busy                 ? BL_POLL_BUSY_MS
                      : w->keeper.setup.wake ? BL_REST_MS
                                             : BL_POLL_IDLE_MS;
  w->hurried        = false;
  if (bl_wake_rest(w->wake, ms)) {
    w->polled = 0.0;
  }
}

static void
poll_instance(BlWriter* const w)
{
  if (w->keeper.setup.on_poll &&
      w->step_time - w->polled >= 1e-3 * BL_POLL_BUSY_MS) {
    w->polled = w->step_time;
    w->keeper.setup.on_poll(w->keeper.setup.handle);
  }
}

static void*
run(void* const data)
{
  BlWriter* const w = (BlWriter*)data;

  w->step_time = bl_time_monotonic();
  bl_keeper_start(&w->keeper);
  for (;;) {
    const bool stop  = atomic_load_explicit(&w->stop, memory_order_acquire);
    const bool moved = step(w, stop);
    poll_instance(w);
    if (stop && !moved) {
      break;
    }
    if (!moved && (w->hurried || !bl_keeper_listen(&w->keeper))) {
      nap(w);
    }
  }

  bl_keeper_close(&w->keeper);
  return NULL;
}

static void
release(BlWriter* const w)
{
  bl_keeper_deinit(&w->keeper);
  if (!w->keeper.setup.wake) {
    bl_wake_free(w->wake);
  }
  free(w);
}

static BlStatus
init(BlWriter* const w, const BlWriterSetup* const setup)
{
  atomic_init(&w->stop, false);
  w->frame_bytes    = setup->link->channels * (uint32_t)sizeof(float);
  w->wake           = setup->wake ? setup->wake : bl_wake_new();
  const BlStatus st = bl_keeper_init(&w->keeper, setup);
  return w->wake ? st : BL_NO_MEM;
}

BlStatus
bl_writer_new(const BlWriterSetup* const setup, BlWriter** const writer)
{
  BlWriter* const w = (BlWriter*)calloc(1, sizeof(BlWriter));
  if (!w) {
    return BL_NO_MEM;
  }

  BlStatus st = init(w, setup);
  if (!st) {
    st = bl_thread_start(&w->thread, "bl-disk", run, w);
  }
  if (st) {
    release(w);
    return st;
  }

  *writer = w;
  return BL_SUCCESS;
}

void
bl_writer_free(BlWriter* const w)
{
  if (w) {
    atomic_store_explicit(&w->stop, true, memory_order_release);
    bl_wake_up(w->wake);
    pthread_join(w->thread, NULL);
    release(w);
  }
}

bool
bl_writer_is_needed(BlCaptureLink* const link)
{
  const double now = bl_time_monotonic();
  if (atomic_load_explicit(&link->busy, memory_order_relaxed) ||
      bl_ring_read_space(link->events) || bl_ring_read_space(link->audio)) {
    return true;
  }

  atomic_store_explicit(&link->quiet_at, now, memory_order_relaxed);
  return false;
}

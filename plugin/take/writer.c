// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/writer.h"

#include "base/limits.h"
#include "base/thread.h"
#include "take/open_take.h"
#include "take/store.h"
#include "take/store_files.h"
#include "take/twins.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define CHUNK_BYTES (256u << 10) ///< Written at once
#define BATCH_BYTES (32u << 10)  ///< Less waits for more, but not for long
#define BATCH_S 0.05
#define HURRY_BYTES (128u << 10)
#define LISTEN_MAX 16u ///< Closed takes whose loudness is to come

/// A take is surely no playback if it came in less than this of its length
#define FASTER 0.9

/// What becomes of the audio that comes out of the ring
typedef enum
{
  NO_TAKE,   ///< None is open
  KEEPING,   ///< It is written
  FOLLOWING, ///< Another instance keeps it
  FAILED,    ///< It cannot be written any more
} Mode;

struct BlWriterImpl
{
  // Immutable after new
  BlWriterSetup setup;
  char*         root;
  char*         host;
  uint32_t      frame_bytes;
  pthread_t     thread;

  // Guarded by lock
  pthread_mutex_t lock;
  pthread_cond_t  wake;
  bool            stop;

  // Disk thread only
  Mode        mode;
  BlOpenTake* open;      ///< In all modes but NO_TAKE
  uint64_t    stream;    ///< Frames taken from the ring
  uint64_t    unwritten; ///< Of the open take, lost by failing
  bool        troubled;  ///< on_error was told of a failure
  double      step_time; ///< Begin of this step
  double      last_time; ///< Begin of the step before
  bool        hurried;   ///< The last step moved much
  double      written;   ///< Time of the last write
  double      told;      ///< Time of the last on_progress
  double      polled;    ///< Time of the last on_poll
  BlOpenTake* heard;     ///< Closed takes to listen to, oldest first
  BlTwins     twins;
};

static void
set_mode(BlWriter* const w, const Mode mode)
{
  w->mode = mode;
  atomic_store_explicit(&w->setup.link->failed, mode == FAILED,
                        memory_order_relaxed);
}

// Telling

static void
tell_error(BlWriter* const w, const BlStatus st)
{
  if (!st && !w->troubled) {
    return;
  }
  w->troubled = st != BL_SUCCESS;
  if (st) {
    bl_log(w->setup.log, BL_LOG_ERROR, "Capture: %s", bl_strerror(st));
  }
  if (w->setup.on_error) {
    w->setup.on_error(w->setup.handle, st);
  }
}

static void
tell_progress(BlWriter* const w, const double now)
{
  BlOpenTake* const open = w->open;
  w->told                = now;
  if (w->setup.on_progress) {
    const BlWriterProgress progress = { &open->take, open->first_peak,
                                        open->peaks, open->n_peaks };
    w->setup.on_progress(w->setup.handle, &progress);
  }
  open->first_peak += open->n_peaks;
  open->n_peaks = 0u;
}

static void
tell_closed(BlWriter* const w, const BlTake* const take)
{
  if (w->setup.on_closed) {
    w->setup.on_closed(w->setup.handle, take);
  }
}

// The open take

/// Keep what there is, count what comes, and let run() know
static void
fail(BlWriter* const w, const BlStatus st)
{
  set_mode(w, FAILED);
  if (w->open->wav.fd >= 0 && bl_open_take_sync(w->open, w->root)) {
    bl_log(w->setup.log, BL_LOG_WARNING,
           "Capture: the header of %s could not be brought up to date",
           w->open->take.id);
  }
  tell_error(w, st);
}

static void
lose(BlWriter* const w, const uint64_t frames)
{
  w->unwritten += frames;
  atomic_fetch_add_explicit(&w->setup.link->lost, frames, memory_order_relaxed);
}

/// The file is made with the first sample, so that no take is empty
static bool
is_created(BlWriter* const w)
{
  if (w->open->wav.fd < 0) {
    const BlStatus st =
      bl_open_take_create(w->open, w->root, w->setup.write, w->setup.handle);
    if (st) {
      fail(w, st);
      return false;
    }
    w->open->synced = w->step_time;
    tell_error(w, BL_SUCCESS);
  }
  return true;
}

static void
keep_audio(BlWriter* const w, const float* const audio, const uint64_t frames)
{
  if (w->mode == NO_TAKE || w->mode == FAILED ||
      (w->mode == KEEPING && !is_created(w))) {
    lose(w, frames);
  } else if (w->mode == KEEPING) {
    const uint64_t before = w->open->take.frames;
    const BlStatus st     = bl_open_take_append(w->open, audio, frames);
    if (st) {
      lose(w, frames - (w->open->take.frames - before));
      fail(w, st);
    }
  }
}

static void
keep_gap(BlWriter* const w, const BlCaptureEvent* const event)
{
  const bool dropped = event->flags & BL_CAPTURE_DROPPED;
  if (w->mode == KEEPING && is_created(w)) {
    const BlStatus st = bl_open_take_gap(w->open, event->gap, dropped);
    if (st) {
      fail(w, st);
    }
  } else if (w->open && dropped) {
    w->open->take.dropped += event->gap;
  }
}

static BlTempo
tempo_of(const BlCaptureEvent* const event)
{
  const BlTempo tempo = { 0u, event->bpm, event->beats_per_bar,
                          event->beat_unit };
  return tempo;
}

static BlTakeOrigin
origin_of(const uint32_t flags)
{
  return (flags & BL_CAPTURE_FREEWHEEL) ? BL_ORIGIN_EXPORTED
         : (flags & BL_CAPTURE_RECORD)  ? BL_ORIGIN_RECORDED
                                        : BL_ORIGIN_PLAYED;
}

static void
describe(const BlWriter* const       w,
         const BlCaptureEvent* const event,
         BlTake* const               take)
{
  bl_take_init(take);
  bl_store_stamp(take->created);
  snprintf(take->host, sizeof(take->host), "%s", w->host);
  take->origin       = origin_of(event->flags);
  take->rate         = w->setup.link->rate;
  take->channels     = w->setup.link->channels;
  take->has_position = event->flags & BL_CAPTURE_HAS_POSITION;
  take->start        = event->start;
  take->has_bar      = event->flags & BL_CAPTURE_HAS_BAR;
  take->bar          = event->bar;
  take->beat         = event->beat;
  take->tempos[0]    = tempo_of(event);
  take->n_tempos     = 1u;
}

static void
open_take(BlWriter* const w, const BlCaptureEvent* const event)
{
  BlTake take;
  describe(w, event, &take);
  w->unwritten = 0u;
  w->open      = bl_open_take_new(&take);
  if (!w->open) {
    tell_error(w, BL_NO_MEM);
    return;
  }

  const bool keep =
    !w->setup.on_open || w->setup.on_open(w->setup.handle, &take);
  set_mode(w, keep ? KEEPING : FOLLOWING);
  w->open->begun    = w->last_time;
  w->open->recorded = event->flags & BL_CAPTURE_RECORD;
}

/// Put a closed take into the queue of those whose loudness is to come
static void
listen_later(BlWriter* const w, BlOpenTake* const open)
{
  unsigned     length = 0u;
  BlOpenTake** last   = &w->heard;
  while (*last) {
    last = &(*last)->next;
    ++length;
  }
  if (!open->loudness || length == LISTEN_MAX) {
    bl_open_take_free(open);
  } else {
    *last = open;
  }
}

static void
settle_origin(BlWriter* const             w,
              BlOpenTake* const           open,
              const BlCaptureEvent* const event)
{
  BlTake* const take = &open->take;
  const double  came = bl_time_monotonic() - open->begun;
  if (take->origin == BL_ORIGIN_EXPORTED) {
    return;
  }
  if ((event->flags & BL_CAPTURE_WAITED) ||
      came < FASTER * bl_take_seconds(take)) {
    take->origin = BL_ORIGIN_BOUNCED;
  } else if (open->recorded && w->setup.live_offset_ms != 0.0) {
    bl_open_take_shift(take, w->setup.live_offset_ms);
    bl_store_wav_info(take, &open->wav.info);
  }
}

/// The same audio is kept once
static void
refer_to_twin(BlWriter* const w, BlOpenTake* const open)
{
  BlTake earlier;
  char   path[BL_PATH_BYTES];
  if (bl_twins_find(&w->twins, w->root, &open->take, &earlier)) {
    BlTake referring = open->take;
    memcpy(referring.same_as, earlier.id, sizeof(referring.same_as));
    referring.loudness_lufs = earlier.loudness_lufs;
    if (!bl_store_save(w->root, &referring) &&
        !bl_store_file(w->root, referring.id, BL_TAKE_WAV, path,
                       sizeof(path))) {
      open->take = referring;
      unlink(path);
      bl_wav_close(&open->wav);
      bl_loudness_free(open->loudness);
      open->loudness = NULL;
    }
  }
}

/// Header and take.json first, then everybody is told, then the slow sync:
/// what was written is safe from all but a power cut anyway
static void
finish_take(BlWriter* const             w,
            BlOpenTake* const           open,
            const BlCaptureEvent* const event)
{
  BlTake* const take = &open->take;
  if (open->heard == take->frames && open->loudness) {
    take->loudness_lufs = bl_loudness_get(open->loudness);
    bl_loudness_free(open->loudness);
    open->loudness = NULL;
  }
  bl_measure_finish(&open->measure, take);
  settle_origin(w, open, event);
  take->dropped += w->unwritten;
  take->finished = true;

  BlStatus st = bl_wav_update(&open->wav);
  if (!st) {
    refer_to_twin(w, open);
  }
  if (!st && !take->same_as[0]) {
    st = bl_store_save(w->root, take);
  }
  if (st) {
    tell_error(w, st);
  }
  tell_closed(w, take);
  if (open->wav.fd >= 0) {
    st = bl_wav_sync(&open->wav);
    flock(open->wav.fd, LOCK_UN);
    if (st) {
      tell_error(w, st);
    }
  }
}

static void
close_take(BlWriter* const w, const BlCaptureEvent* const event)
{
  BlOpenTake* const open = w->open;
  if (!open) {
    return;
  }

  if (open->n_peaks) {
    tell_progress(w, w->told);
  }

  const bool whole = w->mode == KEEPING && open->wav.fd >= 0;
  const bool part  = w->mode == FAILED && open->take.frames;
  w->open          = NULL;
  set_mode(w, NO_TAKE);
  if (whole || part) {
    finish_take(w, open, event);
    listen_later(w, open);
  } else {
    bl_open_take_free(open);
  }
}

static void
take_event(BlWriter* const w, const BlCaptureEvent* const event)
{
  switch ((BlCaptureEventKind)event->kind) {
    case BL_CAPTURE_EV_OPEN:
      close_take(w, event);
      open_take(w, event);
      break;
    case BL_CAPTURE_EV_GAP:
      keep_gap(w, event);
      break;
    case BL_CAPTURE_EV_TEMPO:
      if (w->open) {
        bl_open_take_tempo(w->open, tempo_of(event));
      }
      break;
    case BL_CAPTURE_EV_CLOSE:
      close_take(w, event);
      break;
  }
}

// The ring

/// Sync and progress, also in the midst of a long drain
static void
keep_time(BlWriter* const w)
{
  const double now = bl_time_monotonic();
  if (w->mode != KEEPING || w->open->wav.fd < 0) {
    return;
  }
  if (w->open->n_peaks && (now - w->told >= 1e-3 * BL_PROGRESS_MS ||
                           w->open->n_peaks == BL_PEAKS_MAX)) {
    tell_progress(w, now);
  }
  if (w->open->synced_frames != w->open->take.frames &&
      now - w->open->synced >= 1e-3 * BL_FILE_SYNC_MS) {
    const BlStatus st = bl_open_take_sync(w->open, w->root);
    if (st) {
      fail(w, st);
    } else {
      w->open->synced        = bl_time_monotonic();
      w->open->synced_frames = w->open->take.frames;
    }
  }
}

static void
drain(BlWriter* const w, uint64_t frames)
{
  BlRing* const  ring  = w->setup.link->audio;
  const uint64_t chunk = CHUNK_BYTES / w->frame_bytes;
  while (frames) {
    const uint64_t   n    = frames < chunk ? frames : chunk;
    const BlRingView view = bl_ring_view(ring, (uint32_t)n * w->frame_bytes);
    keep_audio(w, (const float*)view.data[0], view.size[0] / w->frame_bytes);
    if (view.size[1]) {
      keep_audio(w, (const float*)view.data[1], view.size[1] / w->frame_bytes);
    }
    bl_ring_skip(ring, (uint32_t)n * w->frame_bytes);
    w->stream += n;
    frames -= n;
    keep_time(w);
  }
}

/// Take what is in the rings; @return false where nothing was to be done
static bool
step(BlWriter* const w, const bool stop)
{
  BlCaptureLink* const link = w->setup.link;
  const double         now  = bl_time_monotonic();
  BlCaptureEvent       event;
  bool                 moved = false;

  // The audio's index first: see base/capture_link.h
  const uint64_t there = bl_ring_read_space(link->audio) / w->frame_bytes;
  const uint64_t end   = w->stream + there;
  w->last_time         = w->step_time;
  w->step_time         = now;
  while (bl_ring_peek(link->events, &event, (uint32_t)sizeof(event)) &&
         event.at <= end) {
    drain(w, event.at - w->stream);
    take_event(w, &event);
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
  keep_time(w);
  return moved;
}

/// A slice of loudness of the open take, else of the oldest closed one
static bool
listen(BlWriter* const w)
{
  if (w->mode == KEEPING && w->open->wav.fd >= 0 &&
      bl_open_take_listen(w->open)) {
    return true;
  }

  BlOpenTake* const open = w->heard;
  if (!open) {
    return false;
  }
  if (bl_open_take_listen(open)) {
    return true;
  }

  BlTake take;
  w->heard = open->next;
  if (open->loudness && !bl_store_load(w->root, open->take.id, &take)) {
    // Whatever else was changed in take.json meanwhile stays
    take.loudness_lufs = bl_loudness_get(open->loudness);
    if (!bl_store_save(w->root, &take) && w->setup.on_measured) {
      w->setup.on_measured(w->setup.handle, &take);
    }
  }
  bl_open_take_free(open);
  return true;
}

// The thread

static bool
is_stopped(BlWriter* const w)
{
  pthread_mutex_lock(&w->lock);
  const bool stop = w->stop;
  pthread_mutex_unlock(&w->lock);
  return stop;
}

static void
nap(BlWriter* const w)
{
  const bool busy =
    atomic_load_explicit(&w->setup.link->busy, memory_order_relaxed);
  const long      ms = w->hurried ? BL_POLL_HURRY_MS
                       : busy     ? BL_POLL_BUSY_MS
                                  : BL_POLL_IDLE_MS;
  struct timespec until;
  w->hurried = false;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += ms * 1000000L;
  until.tv_sec += until.tv_nsec / 1000000000L;
  until.tv_nsec %= 1000000000L;

  pthread_mutex_lock(&w->lock);
  if (!w->stop) {
    pthread_cond_timedwait(&w->wake, &w->lock, &until);
  }
  pthread_mutex_unlock(&w->lock);
}

static void
poll_instance(BlWriter* const w)
{
  if (w->setup.on_poll && w->step_time - w->polled >= 1e-3 * BL_POLL_BUSY_MS) {
    w->polled = w->step_time;
    w->setup.on_poll(w->setup.handle);
  }
}

static void*
run(void* const data)
{
  BlWriter* const w = (BlWriter*)data;

  w->step_time = bl_time_monotonic();
  bl_twins_refresh(&w->twins, w->root);
  for (;;) {
    const bool stop  = is_stopped(w);
    const bool moved = step(w, stop);
    poll_instance(w);
    if (stop && !moved) {
      break;
    }
    if (!moved && (w->hurried || !listen(w))) {
      nap(w);
    }
  }

  // run() has ended without a close: the take ends here
  const BlCaptureEvent event = { .kind = BL_CAPTURE_EV_CLOSE };
  close_take(w, &event);
  return NULL;
}

static void
release(BlWriter* const w)
{
  while (w->heard) {
    BlOpenTake* const next = w->heard->next;
    bl_open_take_free(w->heard);
    w->heard = next;
  }
  bl_twins_clear(&w->twins);
  pthread_cond_destroy(&w->wake);
  pthread_mutex_destroy(&w->lock);
  free(w->root);
  free(w->host);
  free(w);
}

static BlStatus
init(BlWriter* const w, const BlWriterSetup* const setup)
{
  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_cond_init(&w->wake, &attr);
  pthread_condattr_destroy(&attr);
  pthread_mutex_init(&w->lock, NULL);

  w->setup       = *setup;
  w->root        = strdup(setup->root);
  w->host        = strdup(setup->host ? setup->host : "");
  w->frame_bytes = setup->link->channels * (uint32_t)sizeof(float);
  return w->root && w->host ? BL_SUCCESS : BL_NO_MEM;
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
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    release(w);
  }
}

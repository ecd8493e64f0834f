// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/keeper.h"

#include "base/limits.h"
#include "base/thread.h"
#include "take/store.h"
#include "take/store_files.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LISTEN_MAX 16u ///< Closed takes whose loudness is to come

/// A take is surely no playback if it came in less than this of its length
#define FASTER 0.9

static void
set_mode(BlKeeper* const k, const BlKeeperMode mode)
{
  k->mode = mode;
  atomic_store_explicit(&k->setup.link->failed, mode == BL_KEEPER_FAILED,
                        memory_order_relaxed);
}

// Telling

static void
tell_error(BlKeeper* const k, const BlStatus st)
{
  if (!st && !k->troubled) {
    return;
  }
  k->troubled = st != BL_SUCCESS;
  if (st) {
    bl_log(k->setup.log, BL_LOG_ERROR, "Capture: %s", bl_strerror(st));
  }
  if (k->setup.on_error) {
    k->setup.on_error(k->setup.handle, st);
  }
}

static void
tell_progress(BlKeeper* const k, const double now, const bool ended)
{
  BlOpenTake* const open = k->open;
  k->told                = now;
  if (k->setup.on_progress) {
    const BlWriterProgress progress = { &open->take, open->first_peak,
                                        open->peaks, open->n_peaks, ended };
    k->setup.on_progress(k->setup.handle, &progress);
  }
  open->first_peak += open->n_peaks;
  open->n_peaks = 0u;
}

static void
tell_closed(BlKeeper* const k, const BlTake* const take)
{
  if (k->setup.on_closed) {
    k->setup.on_closed(k->setup.handle, take);
  }
}

// The open take

/// Keep what there is, count what comes, and let run() know
static void
fail(BlKeeper* const k, const BlStatus st)
{
  set_mode(k, BL_KEEPER_FAILED);
  if (k->open->wav.fd >= 0 && bl_open_take_sync(k->open, k->root)) {
    bl_log(k->setup.log, BL_LOG_WARNING,
           "Capture: the header of %s could not be brought up to date",
           k->open->take.id);
  }
  tell_error(k, st);
}

static void
lose(BlKeeper* const k, const uint64_t frames)
{
  k->unwritten += frames;
  atomic_fetch_add_explicit(&k->setup.link->lost, frames, memory_order_relaxed);
}

/// The file is made with the first sample, so that no take is empty
static bool
is_created(BlKeeper* const k)
{
  if (k->open->wav.fd < 0) {
    const BlStatus st =
      bl_open_take_create(k->open, k->root, k->setup.write, k->setup.handle);
    if (st) {
      fail(k, st);
      return false;
    }
    k->open->synced = bl_time_monotonic();
    tell_error(k, BL_SUCCESS);
  }
  return true;
}

void
bl_keeper_audio(BlKeeper* const    k,
                const float* const audio,
                const uint64_t     frames)
{
  if (k->mode == BL_KEEPER_NO_TAKE || k->mode == BL_KEEPER_FAILED ||
      (k->mode == BL_KEEPER_KEEPING && !is_created(k))) {
    lose(k, frames);
  } else if (k->mode == BL_KEEPER_KEEPING) {
    const uint64_t before = k->open->take.frames;
    const BlStatus st     = bl_open_take_append(k->open, audio, frames);
    if (st) {
      lose(k, frames - (k->open->take.frames - before));
      fail(k, st);
    }
  }
}

static void
keep_gap(BlKeeper* const k, const BlCaptureEvent* const event)
{
  const bool dropped = event->flags & BL_CAPTURE_DROPPED;
  if (k->mode == BL_KEEPER_KEEPING && is_created(k)) {
    const BlStatus st = bl_open_take_gap(k->open, event->gap, dropped);
    if (st) {
      fail(k, st);
    }
  } else if (k->open && dropped) {
    k->open->take.dropped += event->gap;
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
describe(const BlKeeper* const       k,
         const BlCaptureEvent* const event,
         BlTake* const               take)
{
  bl_take_init(take);
  bl_store_stamp(take->created);
  snprintf(take->host, sizeof(take->host), "%s", k->host);
  take->origin       = origin_of(event->flags);
  take->rate         = k->setup.link->rate;
  take->channels     = k->setup.link->channels;
  take->has_position = event->flags & BL_CAPTURE_HAS_POSITION;
  take->start        = event->start;
  take->has_bar      = event->flags & BL_CAPTURE_HAS_BAR;
  take->bar          = event->bar;
  take->beat         = event->beat;
  take->tempos[0]    = tempo_of(event);
  take->n_tempos     = 1u;
  bl_take_settle_beat(take);
}

static void
open_take(BlKeeper* const k, const BlCaptureEvent* const event)
{
  BlTake take;
  describe(k, event, &take);
  k->unwritten = 0u;
  k->open      = bl_open_take_new(&take);
  if (!k->open) {
    tell_error(k, BL_NO_MEM);
    return;
  }

  const bool keep =
    !k->setup.on_open || k->setup.on_open(k->setup.handle, &take);
  set_mode(k, keep ? BL_KEEPER_KEEPING : BL_KEEPER_FOLLOWING);
  k->open->begun    = k->known_until;
  k->open->recorded = event->flags & BL_CAPTURE_RECORD;
}

/// Put a closed take into the queue of those whose loudness is to come
static void
listen_later(BlKeeper* const k, BlOpenTake* const open)
{
  unsigned     length = 0u;
  BlOpenTake** last   = &k->heard;
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
settle_origin(BlKeeper* const             k,
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
  } else if (open->recorded && k->setup.live_offset_ms != 0.0) {
    bl_open_take_shift(take, k->setup.live_offset_ms);
    bl_store_wav_info(take, &open->wav.info);
  }
}

/// Another name for the earlier take's file in this take's folder, so that
/// either folder may be deleted by hand
static bool
share_file(const char* const root, const char* const earlier, char* const path)
{
  char from[BL_PATH_BYTES];
  char shared[BL_PATH_BYTES];
  if (bl_store_file(root, earlier, BL_TAKE_WAV, from, sizeof(from)) ||
      (size_t)snprintf(shared, sizeof(shared), "%s.new", path) >=
        sizeof(shared)) {
    return false;
  }
  unlink(shared); // Left where power went between link and rename
  if (link(from, shared)) {
    // Some file systems know no links; an earlier take that is gone is none
    return errno != ENOENT && !unlink(path);
  }
  if (rename(shared, path)) {
    unlink(shared);
    return false;
  }
  return true;
}

/// The same audio is kept once
static void
refer_to_twin(BlKeeper* const k, BlOpenTake* const open)
{
  BlTake earlier;
  char   path[BL_PATH_BYTES];
  if (bl_twins_find(&k->twins, k->root, &open->take, &earlier)) {
    BlTake referring = open->take;
    memcpy(referring.same_as, earlier.id, sizeof(referring.same_as));
    referring.loudness_lufs = earlier.loudness_lufs;
    if (!bl_store_save(k->root, &referring) &&
        !bl_store_file(k->root, referring.id, BL_TAKE_WAV, path,
                       sizeof(path)) &&
        share_file(k->root, earlier.id, path)) {
      open->take = referring;
      bl_wav_close(&open->wav);
      bl_loudness_free(open->loudness);
      open->loudness = NULL;
    }
  }
}

/// Header and take.json first, then everybody is told, then the slow sync:
/// what was written is safe from all but a power cut anyway
static void
finish_take(BlKeeper* const             k,
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
  settle_origin(k, open, event);
  take->dropped += k->unwritten;
  take->finished = true;
  if (k->setup.on_name) {
    k->setup.on_name(k->setup.handle, take->id, take->name);
  }

  BlStatus st = bl_wav_update(&open->wav);
  if (!st) {
    refer_to_twin(k, open);
  }
  if (!st && !take->same_as[0]) {
    st = bl_store_save(k->root, take);
  }
  if (st) {
    tell_error(k, st);
  }
  tell_closed(k, take);
  if (open->wav.fd >= 0) {
    st = bl_wav_sync(&open->wav);
    flock(open->wav.fd, LOCK_UN);
    if (st) {
      tell_error(k, st);
    }
  }
}

static void
close_take(BlKeeper* const k, const BlCaptureEvent* const event)
{
  BlOpenTake* const open = k->open;
  if (!open) {
    return;
  }

  if (open->n_peaks || open->first_peak) {
    tell_progress(k, k->told, true);
  }

  const bool whole = k->mode == BL_KEEPER_KEEPING && open->wav.fd >= 0;
  const bool part  = k->mode == BL_KEEPER_FAILED && open->take.frames;
  k->open          = NULL;
  set_mode(k, BL_KEEPER_NO_TAKE);
  if (whole || part) {
    finish_take(k, open, event);
    listen_later(k, open);
  } else {
    bl_open_take_free(open);
  }
}

void
bl_keeper_event(BlKeeper* const k, const BlCaptureEvent* const event)
{
  switch ((BlCaptureEventKind)event->kind) {
    case BL_CAPTURE_EV_OPEN:
      close_take(k, event);
      open_take(k, event);
      break;
    case BL_CAPTURE_EV_GAP:
      keep_gap(k, event);
      break;
    case BL_CAPTURE_EV_TEMPO:
      if (k->open) {
        bl_open_take_tempo(k->open, tempo_of(event));
      }
      break;
    case BL_CAPTURE_EV_CLOSE:
      close_take(k, event);
      break;
  }
}

/// Sync and progress, also in the midst of a long drain
void
bl_keeper_tick(BlKeeper* const k)
{
  const double now = bl_time_monotonic();
  if (k->mode != BL_KEEPER_KEEPING || k->open->wav.fd < 0) {
    return;
  }
  if (k->open->n_peaks && (now - k->told >= 1e-3 * BL_PROGRESS_MS ||
                           k->open->n_peaks == BL_PEAKS_MAX)) {
    tell_progress(k, now, false);
  }
  if (k->open->synced_frames != k->open->take.frames &&
      now - k->open->synced >= 1e-3 * BL_FILE_SYNC_MS) {
    const BlStatus st = bl_open_take_sync(k->open, k->root);
    if (st) {
      fail(k, st);
    } else {
      k->open->synced        = bl_time_monotonic();
      k->open->synced_frames = k->open->take.frames;
    }
  }
}

/// A slice of loudness of the open take, else of the oldest closed one
bool
bl_keeper_listen(BlKeeper* const k)
{
  if (k->mode == BL_KEEPER_KEEPING && k->open->wav.fd >= 0 &&
      bl_open_take_listen(k->open)) {
    return true;
  }

  BlOpenTake* const open = k->heard;
  if (!open) {
    return false;
  }
  if (bl_open_take_listen(open)) {
    return true;
  }

  BlTake take;
  k->heard = open->next;
  if (open->loudness && !bl_store_load(k->root, open->take.id, &take)) {
    // Whatever else was changed in take.json meanwhile stays
    take.loudness_lufs = bl_loudness_get(open->loudness);
    if (!bl_store_save(k->root, &take) && k->setup.on_measured) {
      k->setup.on_measured(k->setup.handle, &take);
    }
  }
  bl_open_take_free(open);
  return true;
}

BlStatus
bl_keeper_init(BlKeeper* const k, const BlWriterSetup* const setup)
{
  memset(k, 0, sizeof(*k));
  k->setup = *setup;
  k->root  = strdup(setup->root);
  k->host  = strdup(setup->host ? setup->host : "");
  return k->root && k->host ? BL_SUCCESS : BL_NO_MEM;
}

void
bl_keeper_start(BlKeeper* const k)
{
  bl_twins_refresh(&k->twins, k->root);
}

void
bl_keeper_close(BlKeeper* const k)
{
  const BlCaptureEvent event = { .kind = BL_CAPTURE_EV_CLOSE };
  close_take(k, &event);
}

void
bl_keeper_deinit(BlKeeper* const k)
{
  while (k->heard) {
    BlOpenTake* const next = k->heard->next;
    bl_open_take_free(k->heard);
    k->heard = next;
  }
  bl_twins_clear(&k->twins);
  free(k->root);
  free(k->host);
}

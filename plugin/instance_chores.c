// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance_priv.h"

#include "base/text.h"
#include "base/thread.h"
#include "job/journal.h"
#include "take/overview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 16u
#define LEVEL_S 0.04

/// Room that is left on the way to run() for what else is told meanwhile
#define ROOM_BYTES (BL_NOTICES_BYTES / 2u)

#define IDLE_STEP_S 0.1 ///< What one poll adds to the idle time at most

/**
   The disk thread's work for windows, done between its polls of the capture
   ring in pieces of some milliseconds.
*/
struct BlChoresImpl
{
  BlInstance* self;

  // Guarded by lock: wishes
  pthread_mutex_t lock;
  bool            want_all;
  bool            want_list;
  BlLookMsg       looks[LOOKS_MAX]; ///< Those of the take asked for last first
  unsigned        n_looks;
  bool            looking; ///< `look` is under way

  // Disk thread only: what is under way
  bool        telling; ///< Everything, from next_take and next_job on
  size_t      next_take;
  size_t      next_job;
  BlScan*     scan; ///< The list is being made
  BlTakeList  list;
  bool        listing; ///< It is being made or told
  size_t      next_listed;
  BlLookMsg   look;
  BlOverview* overview;
  double      next_level;

  // Disk thread only: is run() still called?
  uint_fast32_t runs; ///< When it was looked at last
  double        idle; ///< Seconds of polling without a run()
  double        last_poll;

  uint_least64_t lost; ///< Disk thread only: of the capture link, as told
};

BlChores*
bl_chores_new(BlInstance* const self)
{
  BlChores* const chores = (BlChores*)calloc(1, sizeof(BlChores));
  if (chores) {
    chores->self = self;
    pthread_mutex_init(&chores->lock, NULL);
  }
  return chores;
}

static void
end_list(BlChores* const chores)
{
  bl_scan_close(chores->scan);
  bl_store_list_free(&chores->list);
  chores->scan    = NULL;
  chores->listing = false;
}

void
bl_chores_free(BlChores* const chores)
{
  if (chores) {
    bl_overview_close(chores->overview);
    end_list(chores);
    pthread_mutex_destroy(&chores->lock);
    free(chores);
  }
}

void
bl_chores_want_all(BlChores* const chores)
{
  pthread_mutex_lock(&chores->lock);
  chores->want_all = true;
  pthread_mutex_unlock(&chores->lock);
  bl_wake_up(chores->self->disk_wake);
}

void
bl_chores_want_list(BlChores* const chores)
{
  pthread_mutex_lock(&chores->lock);
  chores->want_list = true;
  pthread_mutex_unlock(&chores->lock);
  bl_wake_up(chores->self->disk_wake);
}

static bool
is_same_look(const BlLookMsg* const a, const BlLookMsg* const b)
{
  return a->job == b->job && a->variant == b->variant &&
         !strcmp(a->take, b->take);
}

/// It is on its way already.  A job's settings are told when its look begins:
/// who asks for them again means them again
static bool
is_wanted_locked(const BlChores* const chores, const BlLookMsg* const look)
{
  const bool once = look->variant || !look->job;
  if (chores->looking && once && is_same_look(&chores->look, look)) {
    return true;
  }
  for (unsigned i = 0; i < chores->n_looks; ++i) {
    if (is_same_look(&chores->looks[i], look)) {
      return true;
    }
  }
  return false;
}

/// What was asked for last is what is looked at now: before other takes, and
/// where there are too many the oldest goes
static void
put_look_locked(BlChores* const chores, const BlLookMsg* const look)
{
  unsigned at = 0;
  while (at < chores->n_looks && !strcmp(chores->looks[at].take, look->take)) {
    ++at;
  }
  if (at == LOOKS_MAX) {
    return;
  }

  chores->n_looks -= chores->n_looks == LOOKS_MAX;
  memmove(chores->looks + at + 1, chores->looks + at,
          (chores->n_looks - at) * sizeof(chores->looks[0]));
  chores->looks[at] = *look;
  ++chores->n_looks;
}

void
bl_chores_want_look(BlChores* const chores, const BlLookMsg* const look)
{
  pthread_mutex_lock(&chores->lock);
  if (!is_wanted_locked(chores, look)) {
    put_look_locked(chores, look);
  }
  pthread_mutex_unlock(&chores->lock);
  bl_wake_up(chores->self->disk_wake);
}

static bool
has_room(const BlChores* const chores)
{
  return bl_instance_notice_space(chores->self) > ROOM_BYTES;
}

// Everything

static void
tell_status(BlInstance* const self)
{
  bl_instance_retell(self);
  bl_instance_update(self);
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    bl_instance_tell_string(self, (BlStringId)i);
  }
}

static bool
tell_next_take(BlChores* const chores)
{
  BlInstance* const self = chores->self;
  BlMessage         message;

  bl_message_init(&message, BL_MSG_TAKE);
  pthread_mutex_lock(&self->lock);
  const bool found = chores->next_take < self->n_takes;
  if (found) {
    message.as.take = self->takes[chores->next_take++].msg;
  }
  pthread_mutex_unlock(&self->lock);
  if (found) {
    bl_instance_tell(self, &message);
  }
  return found;
}

static void
tell_everything(BlChores* const chores)
{
  while (chores->telling && has_room(chores)) {
    chores->telling = tell_next_take(chores) ||
                      bl_instance_tell_entry(chores->self, chores->next_job++);
  }
}

// All takes on disk

static void
tell_list(BlChores* const chores)
{
  while (chores->next_listed < chores->list.count && has_room(chores)) {
    bl_instance_tell_listed(chores->self,
                            &chores->list.takes[chores->next_listed++]);
  }
  if (chores->next_listed < chores->list.count) {
    return;
  }

  BlMessage message;
  bl_message_init(&message, BL_MSG_LISTED);
  message.as.listed.takes = (int32_t)chores->list.count;
  message.as.listed.bytes = (int64_t)chores->list.bytes;
  bl_instance_tell(chores->self, &message);
  end_list(chores);
}

static void
begin_list(BlChores* const chores)
{
  BlInstance* const self = chores->self;
  const BlStatus    st   = bl_scan_open(self->root, &self->log, &chores->scan);

  chores->next_listed = 0;
  chores->listing     = true;
  if (st) {
    bl_log(&self->log, BL_LOG_WARNING, "takes cannot be listed: %s",
           bl_strerror(st));
  }
}

static void
step_list(BlChores* const chores)
{
  if (!chores->scan) {
    tell_list(chores);
    return;
  }

  if (bl_scan_step(chores->scan, BL_CHORE_S, &chores->list) != BL_BUSY) {
    bl_scan_close(chores->scan);
    chores->scan = NULL;
  }
  bl_wake_up(chores->self->disk_wake); // For the next piece
}

// One take

/// Jobs that this instance does not watch are told as the disk has them
static void
tell_jobs_of_take(BlChores* const chores, BlJob* const job, char* const path)
{
  BlInstance* const      self = chores->self;
  const BlLookMsg* const look = &chores->look;
  uint32_t               numbers[BL_JOBS_MAX];
  const size_t           count =
    bl_journal_list(self->root, look->take, numbers, BL_JOBS_MAX);

  for (size_t i = 0; i < count; ++i) {
    const bool meant = (int64_t)numbers[i] == look->job;
    if ((look->job && !meant) ||
        bl_journal_load(self->root, look->take, numbers[i], &self->log, job)) {
      continue;
    }
    if (!look->variant &&
        (meant || !bl_instance_tell_known_job(self, look->take, numbers[i]))) {
      bl_instance_tell_job(self, job, meant);
    }
    if (meant && look->variant && job->placed[look->variant - 1]) {
      bl_text_copy(path, BL_PATH_BYTES, job->results[look->variant - 1].path,
                   BL_PATH_BYTES);
    }
  }
}

static void
begin_look(BlChores* const chores)
{
  BlInstance* const self                = chores->self;
  char              path[BL_PATH_BYTES] = { 0 };
  BlTake* const     take                = (BlTake*)malloc(sizeof(BlTake));
  BlJob* const      job                 = (BlJob*)malloc(sizeof(BlJob));

  if (take && job && !bl_store_load(self->root, chores->look.take, take)) {
    bl_instance_tell_listed(self, take);
    tell_jobs_of_take(chores, job, path);
    if (!chores->look.variant &&
        bl_store_audio_path(self->root, take, path, sizeof(path))) {
      path[0] = '\0';
    }
  }
  if (path[0] && bl_overview_open(path, BL_OVERVIEW_PEAKS, &chores->overview)) {
    chores->overview = NULL;
  }
  free(job);
  free(take);
}

static void
tell_overview(BlChores* const chores)
{
  const float* const peaks = bl_overview_peaks(chores->overview);
  BlMessage          message;

  for (uint32_t first = 0; first < BL_OVERVIEW_PEAKS;
       first += BL_MESSAGE_PEAKS) {
    bl_message_init(&message, BL_MSG_PEAKS);
    BlPeaksMsg* const msg = &message.as.peaks;
    memcpy(msg->take, chores->look.take, sizeof(msg->take));
    msg->job         = chores->look.variant ? chores->look.job : 0;
    msg->variant     = chores->look.variant;
    msg->total       = BL_OVERVIEW_PEAKS;
    msg->first       = (int32_t)first;
    msg->peaks.count = 2u * BL_MESSAGE_PEAKS;
    memcpy(msg->peaks.values, peaks + (size_t)2 * first,
           sizeof(msg->peaks.values));
    bl_instance_tell(chores->self, &message);
  }
}

static void
end_look(BlChores* const chores)
{
  bl_overview_close(chores->overview);
  chores->overview = NULL;
  pthread_mutex_lock(&chores->lock);
  chores->looking = false;
  pthread_mutex_unlock(&chores->lock);
}

static void
step_look(BlChores* const chores)
{
  if (!chores->overview || !has_room(chores)) {
    return;
  }

  const BlStatus st = bl_overview_step(chores->overview, BL_CHORE_S);
  if (st != BL_BUSY) {
    if (!st) {
      tell_overview(chores);
    }
    end_look(chores);
  }
  bl_wake_up(chores->self->disk_wake); // For the next piece, or the next look
}

// All of it

static void
take_wishes(BlChores* const chores)
{
  const bool room = has_room(chores);

  pthread_mutex_lock(&chores->lock);
  const bool all  = chores->want_all;
  const bool list = chores->want_list && !chores->listing;
  const bool look = chores->n_looks && !chores->overview && room;
  if (look) {
    chores->look = chores->looks[0];
    memmove(chores->looks, chores->looks + 1,
            (LOOKS_MAX - 1u) * sizeof(chores->looks[0]));
    --chores->n_looks;
    chores->looking = true;
  }
  chores->want_all  = false;
  chores->want_list = chores->want_list && !list;
  pthread_mutex_unlock(&chores->lock);

  if (all) {
    chores->telling   = true;
    chores->next_take = 0;
    chores->next_job  = 0;
    bl_instance_read_configured(chores->self);
    tell_status(chores->self);
  }
  if (list) {
    begin_list(chores);
  }
  if (look) {
    begin_look(chores);
    if (!chores->overview) {
      end_look(chores);
    }
  }
}

static void
tell_level(BlChores* const chores)
{
  BlInstance* const self = chores->self;
  const double      now  = bl_time_monotonic();
  BlMessage         message;
  if (now < chores->next_level) {
    return;
  }

  chores->next_level = now + LEVEL_S;
  const float peak =
    atomic_exchange_explicit(&self->link.peak, 0.0f, memory_order_relaxed);
  bl_message_init(&message, BL_MSG_LEVEL);
  message.as.level.peak = peak > 1e-10f ? 20.0f * log10f(peak) : BL_SILENCE_DB;
  message.as.level.clipped = peak >= 1.0f;
  bl_instance_tell(self, &message);
}

/// Qtractor runs a track's plugins only while it plays: the take ends then.
/// Where this thread slept too, the whole process was stopped: no evidence
static void
end_idle_take(BlChores* const chores)
{
  BlInstance* const   self  = chores->self;
  const double        now   = bl_time_monotonic();
  const double        slept = now - chores->last_poll;
  const uint_fast32_t runs =
    atomic_load_explicit(&self->link.runs, memory_order_relaxed);
  const bool recording =
    atomic_load_explicit(&self->link.recording, memory_order_relaxed);

  chores->last_poll = now;
  if (runs != chores->runs || !recording) {
    chores->runs = runs;
    chores->idle = 0.0;
    return;
  }

  chores->idle += slept < IDLE_STEP_S ? slept : IDLE_STEP_S;
  if (chores->idle >= BL_CAPTURE_IDLE_S) {
    bl_rt_pause(&self->rt);
  }
}

/// run() at rest looks at nothing but `published`
static void
tell_lost(BlChores* const chores)
{
  BlInstance* const    self = chores->self;
  const uint_least64_t lost =
    atomic_load_explicit(&self->capture->lost, memory_order_relaxed);
  if (lost != chores->lost) {
    chores->lost = lost;
    atomic_fetch_add_explicit(&self->link.published, 1u, memory_order_release);
  }
}

void
bl_instance_on_disk_poll(void* const handle)
{
  BlInstance* const self   = (BlInstance*)handle;
  BlChores* const   chores = self->chores;

  end_idle_take(chores);
  tell_lost(chores);
  if (bl_instance_load_take(self)) {
    bl_wake_up(self->disk_wake); // For the next one
  }
  take_wishes(chores);
  if (bl_instance_is_watched(self)) {
    tell_level(chores);
    bl_instance_look_at_config(self);
    tell_everything(chores);
    if (chores->listing) {
      step_list(chores);
    }
    step_look(chores);
    return;
  }

  // The next window asks anew
  bl_instance_forget_config(self);
  if (chores->listing) {
    end_list(chores);
  }
  if (chores->overview) {
    end_look(chores);
  }
}

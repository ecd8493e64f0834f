// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/measure.h"
#include "take/store.h"
#include "take/store_files.h"

#include "base/paths.h"
#include "base/thread.h"

#include <sndfile.h>

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Nothing unreadable is deleted: it gets another name and is reported
static void
set_aside(const char* const path, const BlLog* const log)
{
  char aside[BL_PATH_BYTES];
  for (unsigned i = 0; i < 100u; ++i) {
    const int length =
      i ? snprintf(aside, sizeof(aside), "%s.unreadable-%u", path, i)
        : snprintf(aside, sizeof(aside), "%s.unreadable", path);
    if ((size_t)length >= sizeof(aside)) {
      return;
    }
    if (access(aside, F_OK)) {
      const bool moved = !rename(path, aside);
      bl_log(log, BL_LOG_WARNING, "Cannot read %s; %s%s", path,
             moved ? "it is kept as " : "it is left as it is",
             moved ? aside : "");
      return;
    }
  }
}

/// An import is not of our own format
static bool
is_audio(const char* const path)
{
  SF_INFO        info = { .format = 0 };
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (file) {
    sf_close(file);
  }
  return file;
}

/// A take of which nothing is known but its audio
static void
from_header(const char* const      id,
            const BlWavInfo* const info,
            BlTake* const          take)
{
  bl_take_init(take);
  snprintf(take->id, sizeof(take->id), "%s", id);
  snprintf(take->created, sizeof(take->created), "%.19sZ", info->created);
  take->rate         = info->rate;
  take->channels     = info->channels;
  take->has_position = info->time_reference != 0u;
  take->start        = (int64_t)info->time_reference;
  take->n_tempos     = 1u;
}

/// A list while it is made
struct BlScanImpl
{
  const BlLog* log;
  char (*ids)[BL_TAKE_ID_BYTES];
  size_t     count;
  size_t     next; ///< Of ids
  BlTakeList list; ///< Room for count

  // The take that is recovered, list.takes[list.count]
  int           fd; ///< -1: none is
  BlMeasureFile file;
  char          root[BL_PATH_BYTES];
};

static void
end_recovery(BlScan* const scan)
{
  bl_measure_file_end(&scan->file);
  close(scan->fd);
  scan->fd = -1;
}

/// The next slice of a take that is recovered.  @return BL_BUSY: more to come
static BlStatus
recover_on(BlScan* const scan, BlTake* const take)
{
  BlStatus st = bl_measure_file_step(&scan->file, take);
  if (st == BL_BUSY) {
    return st;
  }
  st = st ? st : bl_store_save(scan->root, take);
  end_recovery(scan);
  if (!st) {
    bl_log(scan->log, BL_LOG_NOTE, "Recovered the unfinished take %s: %.1f s",
           take->id, bl_take_seconds(take));
  }
  return st;
}

/**
   Complete a take whose process died: its audio is what lies on disk.

   @param known  its take.json could be read
   @return BL_BUSY with scan->fd < 0 where somebody writes it at this moment,
   else where its audio is to be measured first
*/
static BlStatus
recover(BlScan* const     scan,
        const char* const id,
        const bool        known,
        BlTake* const     take)
{
  char      path[BL_PATH_BYTES];
  BlWavInfo info;
  BlStatus  st = bl_store_file(scan->root, id, BL_TAKE_WAV, path, sizeof(path));
  if (st || (st = bl_store_lock(path, &scan->fd))) {
    return st;
  }

  // It may have been closed properly since take.json was read
  BlTake fresh;
  if (!bl_store_load(scan->root, id, &fresh) && fresh.finished && known &&
      !take->finished) {
    *take = fresh;
    end_recovery(scan);
    return BL_SUCCESS;
  }

  if ((st = bl_wav_mend(scan->fd, &info)) == BL_BAD_FILE && !is_audio(path)) {
    set_aside(path, scan->log);
  }
  st = st ? st : bl_measure_file_begin(&scan->file, scan->fd, &info);
  if (st) {
    end_recovery(scan);
    return st;
  }
  if (!known) {
    from_header(id, &info, take);
  }
  take->finished = false;
  return BL_BUSY;
}

/// Does the file hold what take.json says?  After a power cut it may not
static bool
is_whole(const char* const root, const BlTake* const take)
{
  char      path[BL_PATH_BYTES];
  BlWavInfo info;
  if (take->same_as[0] || take->origin == BL_ORIGIN_IMPORTED ||
      bl_store_file(root, take->id, BL_TAKE_WAV, path, sizeof(path))) {
    return true;
  }

  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return true;
  }
  const bool whole = bl_wav_probe(fd, &info) || info.frames >= take->frames;
  close(fd);
  return whole;
}

/// @return BL_SUCCESS where *take is a take that can be used; BL_BUSY as
/// recover()
static BlStatus
load_or_recover(BlScan* const scan, const char* const id, BlTake* const take)
{
  char     path[BL_PATH_BYTES];
  BlStatus st = bl_store_load(scan->root, id, take);
  if (st == BL_BAD_FILE || st == BL_FILE_TOO_BIG || st == BL_TOO_BIG) {
    if (!bl_store_file(scan->root, id, BL_TAKE_JSON, path, sizeof(path))) {
      set_aside(path, scan->log);
    }
    return recover(scan, id, false, take);
  }
  if (st == BL_NOT_FOUND) {
    return recover(scan, id, false, take);
  }
  if (!st && (!take->hash || !is_whole(scan->root, take))) {
    return recover(scan, id, true, take);
  }
  return st;
}

static uint64_t
folder_bytes(const char* const root, const char* const id)
{
  char path[BL_PATH_BYTES];
  if (bl_store_take_dir(root, id, path, sizeof(path))) {
    return 0u;
  }

  DIR* const dir   = opendir(path);
  uint64_t   bytes = 0u;
  for (struct dirent* entry = dir ? readdir(dir) : NULL; entry;
       entry                = readdir(dir)) {
    struct stat file;
    if (!fstatat(dirfd(dir), entry->d_name, &file, AT_SYMLINK_NOFOLLOW) &&
        S_ISREG(file.st_mode)) {
      // A file that two takes share is counted by halves.  Some file systems
      // in user space count no links
      const uint64_t links = file.st_nlink ? (uint64_t)file.st_nlink : 1u;
      bytes += (uint64_t)file.st_size / links;
    }
  }
  if (dir) {
    closedir(dir);
  }
  return bytes;
}

static int
by_age(const void* const a, const void* const b)
{
  const BlTake* const left  = (const BlTake*)a;
  const BlTake* const right = (const BlTake*)b;
  const int           age   = strcmp(left->created, right->created);
  return age ? age : strcmp(left->id, right->id);
}

BlStatus
bl_scan_open(const char* const  root,
             const BlLog* const log,
             BlScan** const     scan)
{
  BlScan* const s = (BlScan*)calloc(1, sizeof(BlScan));
  if (!s) {
    return BL_NO_MEM;
  }

  s->log = log;
  s->fd  = -1;
  snprintf(s->root, sizeof(s->root), "%s", root);
  BlStatus st = bl_store_ids(root, &s->ids, &s->count);
  if (!st && s->count) {
    s->list.takes = (BlTake*)calloc(s->count, sizeof(BlTake));
    st            = s->list.takes ? BL_SUCCESS : BL_NO_MEM;
  }
  if (st) {
    bl_scan_close(s);
    return st;
  }
  *scan = s;
  return BL_SUCCESS;
}

void
bl_scan_close(BlScan* const scan)
{
  if (scan) {
    if (scan->fd >= 0) {
      end_recovery(scan);
    }
    bl_store_list_free(&scan->list);
    free(scan->ids);
    free(scan);
  }
}

/// One take, or one slice of its recovery
static void
scan_piece(BlScan* const scan)
{
  const char* const id   = scan->ids[scan->next];
  BlTake* const     take = &scan->list.takes[scan->list.count];
  const BlStatus    found =
    scan->fd >= 0 ? recover_on(scan, take) : load_or_recover(scan, id, take);
  if (scan->fd >= 0) {
    return;
  }

  ++scan->next;
  scan->list.bytes += folder_bytes(scan->root, id);
  if (!found && take->frames) {
    ++scan->list.count;
  } else if (found && found != BL_BUSY && found != BL_NOT_FOUND) {
    bl_log(scan->log, BL_LOG_WARNING, "Cannot use the take %s: %s", id,
           bl_strerror(found));
  }
}

BlStatus
bl_scan_step(BlScan* const scan, const double seconds, BlTakeList* const list)
{
  const double end = bl_time_monotonic() + seconds;
  while (scan->next < scan->count) {
    scan_piece(scan);
    if (scan->next < scan->count && bl_time_monotonic() >= end) {
      return BL_BUSY;
    }
  }

  if (scan->list.count) {
    qsort(scan->list.takes, scan->list.count, sizeof(BlTake), by_age);
  }
  *list = scan->list;
  memset(&scan->list, 0, sizeof(scan->list));
  return BL_SUCCESS;
}

BlStatus
bl_store_list(const char* const  root,
              const BlLog* const log,
              BlTakeList* const  list)
{
  BlScan*  scan = NULL;
  BlStatus st   = bl_scan_open(root, log, &scan);
  memset(list, 0, sizeof(*list));
  if (!st) {
    st = bl_scan_step(scan, HUGE_VAL, list);
    bl_scan_close(scan);
  }
  return st;
}

void
bl_store_list_free(BlTakeList* const list)
{
  free(list->takes);
  memset(list, 0, sizeof(*list));
}

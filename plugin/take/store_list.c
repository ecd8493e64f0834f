// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/measure.h"
#include "take/store.h"
#include "take/store_files.h"

#include "base/paths.h"

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

/**
   Complete a take whose process died: its audio is what lies on disk.

   @param known  its take.json could be read
   @return BL_BUSY where somebody writes it at this moment
*/
static BlStatus
recover(const char* const  root,
        const char* const  id,
        const bool         known,
        const BlLog* const log,
        BlTake* const      take)
{
  char      path[BL_PATH_BYTES];
  int       fd = -1;
  BlWavInfo info;
  BlStatus  st = bl_store_file(root, id, BL_TAKE_WAV, path, sizeof(path));
  if (st || (st = bl_store_lock(path, &fd))) {
    return st;
  }

  // It may have been closed properly since take.json was read
  BlTake fresh;
  if (!bl_store_load(root, id, &fresh) && fresh.finished && known &&
      !take->finished) {
    *take = fresh;
    close(fd);
    return BL_SUCCESS;
  }

  if ((st = bl_wav_mend(fd, &info)) == BL_BAD_FILE && !is_audio(path)) {
    set_aside(path, log);
  }
  if (!st && !known) {
    from_header(id, &info, take);
  }
  if (!st) {
    take->finished = false;
    if (!(st = bl_measure_file(fd, &info, take))) {
      st = bl_store_save(root, take);
    }
  }
  close(fd);

  if (!st) {
    bl_log(log, BL_LOG_NOTE, "Recovered the unfinished take %s: %.1f s", id,
           bl_take_seconds(take));
  }
  return st;
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

/// @return BL_SUCCESS where *take is a take that can be used
static BlStatus
load_or_recover(const char* const  root,
                const char* const  id,
                const BlLog* const log,
                BlTake* const      take)
{
  char     path[BL_PATH_BYTES];
  BlStatus st = bl_store_load(root, id, take);
  if (st == BL_BAD_FILE || st == BL_FILE_TOO_BIG || st == BL_TOO_BIG) {
    if (!bl_store_file(root, id, BL_TAKE_JSON, path, sizeof(path))) {
      set_aside(path, log);
    }
    return recover(root, id, false, log, take);
  }
  if (st == BL_NOT_FOUND) {
    return recover(root, id, false, log, take);
  }
  if (!st && (!take->hash || !is_whole(root, take))) {
    return recover(root, id, true, log, take);
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
bl_store_list(const char* const  root,
              const BlLog* const log,
              BlTakeList* const  list)
{
  memset(list, 0, sizeof(*list));

  char(*ids)[BL_TAKE_ID_BYTES] = NULL;
  size_t   count               = 0u;
  BlStatus st                  = bl_store_ids(root, &ids, &count);
  if (st || !count) {
    return st;
  }

  list->takes = (BlTake*)calloc(count, sizeof(BlTake));
  if (!list->takes) {
    free(ids);
    return BL_NO_MEM;
  }

  for (size_t i = 0u; i < count; ++i) {
    BlTake* const  take  = &list->takes[list->count];
    const BlStatus found = load_or_recover(root, ids[i], log, take);
    list->bytes += folder_bytes(root, ids[i]);
    if (!found && take->frames) {
      ++list->count;
    } else if (found && found != BL_BUSY && found != BL_NOT_FOUND) {
      bl_log(log, BL_LOG_WARNING, "Cannot use the take %s: %s", ids[i],
             bl_strerror(found));
    }
  }

  free(ids);
  qsort(list->takes, list->count, sizeof(BlTake), by_age);
  return BL_SUCCESS;
}

void
bl_store_list_free(BlTakeList* const list)
{
  free(list->takes);
  memset(list, 0, sizeof(*list));
}

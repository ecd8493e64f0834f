// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/store.h"
#include "take/store_files.h"

#include "base/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
ends_with(const char* const name, const char* const end)
{
  const size_t length = strlen(name);
  const size_t least  = strlen(end);
  return length >= least && !strcmp(name + length - least, end);
}

static bool
is_locked(const int dir, const char* const name)
{
  const int fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) {
    return false;
  }
  const bool locked = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
  close(fd);
  return locked;
}

/// Somebody writes the take or runs one of its jobs (job/journal.h)
static bool
is_in_use(const char* const path)
{
  DIR* const dir    = opendir(path);
  bool       in_use = false;
  for (struct dirent* entry = dir ? readdir(dir) : NULL; entry && !in_use;
       entry                = readdir(dir)) {
    const char* const name = entry->d_name;
    in_use = (!strcmp(name, BL_TAKE_WAV) || ends_with(name, ".lock")) &&
             is_locked(dirfd(dir), name);
  }
  if (dir) {
    closedir(dir);
  }
  return in_use;
}

/// Take *heir gets the audio, before anybody loses it
static BlStatus
inherit(const char* const root, const char* const id, BlTake* const heir)
{
  char     from[BL_PATH_BYTES];
  char     to[BL_PATH_BYTES];
  BlStatus st = bl_store_file(root, id, BL_TAKE_WAV, from, sizeof(from));
  if (!st) {
    st = bl_store_file(root, heir->id, BL_TAKE_WAV, to, sizeof(to));
  }
  if (!st && link(from, to) && errno != EEXIST) {
    st = bl_status_from_errno(errno);
  }
  if (!st) {
    heir->same_as[0] = '\0';
    st               = bl_store_save(root, heir);
  }
  return st;
}

static BlStatus
hand_over(const char* const root, const char* const id)
{
  BlTakeList  list;
  const char* heir = NULL;
  BlStatus    st   = bl_store_list(root, NULL, &list);
  if (st) {
    return st;
  }

  for (size_t i = 0u; !st && i < list.count; ++i) {
    BlTake* const take = &list.takes[i];
    if (!strcmp(take->same_as, id)) {
      if (!heir) {
        heir = take->id;
        st   = inherit(root, id, take);
      } else {
        snprintf(take->same_as, sizeof(take->same_as), "%s", heir);
        st = bl_store_save(root, take);
      }
    }
  }
  bl_store_list_free(&list);
  return st;
}

static BlStatus
empty_folder(const char* const path)
{
  DIR* const dir = opendir(path);
  if (!dir) {
    return bl_status_from_errno(errno);
  }

  BlStatus st = BL_SUCCESS;
  for (struct dirent* entry = readdir(dir); entry; entry = readdir(dir)) {
    const char* const name = entry->d_name;
    if (strcmp(name, ".") && strcmp(name, "..") &&
        unlinkat(dirfd(dir), name, 0)) {
      st = bl_status_from_errno(errno);
    }
  }
  closedir(dir);
  return st;
}

BlStatus
bl_store_remove(const char* const root, const char* const id)
{
  char     path[BL_PATH_BYTES];
  char     gone[BL_PATH_BYTES];
  BlStatus st = bl_store_take_dir(root, id, path, sizeof(path));
  if (st) {
    return st;
  }

  struct stat info;
  if (stat(path, &info)) {
    return bl_status_from_errno(errno);
  }
  if (is_in_use(path)) {
    return BL_BUSY;
  }
  if ((st = hand_over(root, id))) {
    return st;
  }

  // Under a name that is no take's, so that nobody starts a job meanwhile
  if ((size_t)snprintf(gone, sizeof(gone), "%s.removed", path) >=
      sizeof(gone)) {
    return BL_BAD_ARG;
  }
  if (rename(path, gone)) {
    return bl_status_from_errno(errno);
  }
  if (!(st = empty_folder(gone)) && rmdir(gone)) {
    st = bl_status_from_errno(errno);
  }
  bl_store_sync_dir(root);
  return st;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/store.h"

#include "base/limits.h"
#include "base/paths.h"
#include "take/store_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ID_TRIES 16

/// Each character of an id: d a digit, x a hex digit, else itself
static const char id_pattern[] = "ddddddddTddddddZ-xxxxxxxx";

bool
bl_store_id_is_valid(const char* const id)
{
  if (strlen(id) != sizeof(id_pattern) - 1u) {
    return false;
  }
  for (size_t i = 0; id_pattern[i]; ++i) {
    const char c        = id[i];
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_hex   = is_digit || (c >= 'a' && c <= 'f');
    if (id_pattern[i] == 'd'   ? !is_digit
        : id_pattern[i] == 'x' ? !is_hex
                               : c != id_pattern[i]) {
      return false;
    }
  }
  return true;
}

BlStatus
bl_store_take_dir(const char* const root,
                  const char* const id,
                  char* const       path,
                  const size_t      size)
{
  return bl_store_id_is_valid(id) ? bl_path_join(path, size, root, id)
                                  : BL_BAD_ARG;
}

BlStatus
bl_store_file(const char* const root,
              const char* const id,
              const char* const name,
              char* const       path,
              const size_t      size)
{
  char           dir[BL_PATH_BYTES];
  const BlStatus st = bl_store_take_dir(root, id, dir, sizeof(dir));
  return st ? st : bl_path_join(path, size, dir, name);
}

void
bl_store_stamp(char created[BL_TAKE_ID_BYTES])
{
  struct timespec now = { 0, 0 };
  struct tm       utc;
  char            seconds[BL_TAKE_ID_BYTES];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &utc);
  snprintf(created, BL_TAKE_ID_BYTES, "%.19s.%06uZ", seconds,
           (unsigned)(now.tv_nsec / 1000) % 1000000u);
}

static BlStatus
fresh_id(char id[BL_TAKE_ID_BYTES])
{
  uint32_t number = 0u;
  if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number)) {
    return BL_IO;
  }

  const time_t now = time(NULL);
  struct tm    utc;
  char         stamp[BL_TAKE_ID_BYTES];
  gmtime_r(&now, &utc);
  strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
  snprintf(id, BL_TAKE_ID_BYTES, "%.16s-%08x", stamp, (unsigned)number);
  return BL_SUCCESS;
}

void
bl_store_sync_dir(const char* const dir)
{
  const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
}

BlStatus
bl_store_create(const char* const root, char id[BL_TAKE_ID_BYTES])
{
  BlStatus st = bl_path_make_dir(root);
  for (int i = 0; !st && i < ID_TRIES; ++i) {
    char path[BL_PATH_BYTES];
    if (!(st = fresh_id(id)) &&
        !(st = bl_store_take_dir(root, id, path, sizeof(path)))) {
      if (!mkdir(path, 0700)) {
        bl_store_sync_dir(root);
        return BL_SUCCESS;
      }
      st = errno == EEXIST ? BL_SUCCESS : bl_status_from_errno(errno);
    }
  }
  return st ? st : BL_EXISTS;
}

BlStatus
bl_store_save(const char* const root, const BlTake* const take)
{
  char     path[BL_PATH_BYTES];
  BlStatus st = bl_store_file(root, take->id, BL_TAKE_JSON, path, sizeof(path));
  if (st) {
    return st;
  }

  char* const text = bl_take_to_json(take);
  st = text ? bl_path_write_file(path, text, strlen(text), 0600) : BL_NO_MEM;
  free(text);
  return st;
}

BlStatus
bl_store_load(const char* const root, const char* const id, BlTake* const take)
{
  char     path[BL_PATH_BYTES];
  char*    text = NULL;
  size_t   size = 0u;
  BlTake   read;
  BlStatus st = bl_store_file(root, id, BL_TAKE_JSON, path, sizeof(path));
  if (!st) {
    st = bl_path_read_file(path, BL_JOURNAL_BYTES, &text, &size);
  }
  if (!st) {
    st = strlen(text) == size ? bl_take_from_json(text, &read) : BL_BAD_FILE;
    free(text);
  }
  if (!st && strcmp(read.id, id)) {
    st = BL_BAD_FILE;
  }
  if (!st) {
    *take = read;
  }
  return st;
}

BlStatus
bl_store_audio_path(const char* const   root,
                    const BlTake* const take,
                    char* const         path,
                    const size_t        size)
{
  struct stat file;
  BlStatus    st = take->same_as[0]
                     ? bl_store_file(root, take->same_as, BL_TAKE_WAV, path, size)
                     : BL_NOT_FOUND;
  if (!st && !stat(path, &file)) {
    return BL_SUCCESS;
  }

  // Where the other's folder was deleted by hand, its own name is left
  st = bl_store_file(root, take->id, BL_TAKE_WAV, path, size);
  return st ? st : stat(path, &file) ? bl_status_from_errno(errno) : BL_SUCCESS;
}

BlStatus
bl_store_ids(const char* const root,
             char (** const ids)[BL_TAKE_ID_BYTES],
             size_t* const count)
{
  *ids            = NULL;
  *count          = 0u;
  DIR* const dir  = opendir(root);
  size_t     room = 0u;
  BlStatus   st   = BL_SUCCESS;
  if (!dir) {
    return errno == ENOENT ? BL_SUCCESS : bl_status_from_errno(errno);
  }

  for (struct dirent* entry = readdir(dir); !st && entry;
       entry                = readdir(dir)) {
    if (bl_store_id_is_valid(entry->d_name)) {
      if (*count == room) {
        room              = room ? 2u * room : 64u;
        void* const wider = realloc(*ids, room * sizeof(**ids));
        if (!wider) {
          st = BL_NO_MEM;
          break;
        }
        *ids = (char(*)[BL_TAKE_ID_BYTES])wider;
      }
      memcpy((*ids)[(*count)++], entry->d_name, sizeof(id_pattern));
    }
  }

  closedir(dir);
  if (st) {
    free(*ids);
    *ids   = NULL;
    *count = 0u;
  }
  return st;
}

void
bl_store_wav_info(const BlTake* const take, BlWavInfo* const info)
{
  memset(info, 0, sizeof(*info));
  info->rate     = take->rate;
  info->channels = take->channels;
  info->frames   = take->frames;
  info->time_reference =
    take->has_position && take->start > 0 ? (uint64_t)take->start : 0u;
  snprintf(info->description, sizeof(info->description), "Backline take %.25s",
           take->id);
  snprintf(info->reference, sizeof(info->reference), "%.32s", take->id);
  snprintf(info->created, sizeof(info->created), "%s", take->created);
}

BlStatus
bl_store_lock(const char* const path, int* const fd)
{
  *fd = open(path, O_RDWR | O_CLOEXEC);
  if (*fd < 0) {
    return bl_status_from_errno(errno);
  }
  if (flock(*fd, LOCK_EX | LOCK_NB)) {
    const BlStatus st =
      errno == EWOULDBLOCK ? BL_BUSY : bl_status_from_errno(errno);
    close(*fd);
    *fd = -1;
    return st;
  }
  return BL_SUCCESS;
}

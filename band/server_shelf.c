// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_shelf.h"

#include "base/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

typedef struct
{
  char     id[BL_HEX_ID_BYTES];
  char     name[2 * BL_NAME_BYTES];
  uint64_t bytes;
  double   born_ms;
  unsigned holders;
} Upload;

typedef struct
{
  char     id[BL_HEX_ID_BYTES];
  uint64_t bytes;
} ResultDir;

struct BlShelfImpl
{
  // Immutable after new
  char dir[BL_PATH_BYTES];
  int  lock_fd;

  // Guarded by mutex
  pthread_mutex_t mutex;
  Upload          uploads[BL_BAND_UPLOADS_MAX]; ///< Oldest first
  size_t          n_uploads;
  ResultDir       results[BL_BAND_TASKS_MAX];
  size_t          n_results;
  uint64_t        bytes; ///< Of all of them, incoming ones included
};

BlStatus
bl_shelf_new(const BlLog* const log, BlShelf** const shelf)
{
  *shelf           = NULL;
  BlShelf* const s = (BlShelf*)calloc(1, sizeof(BlShelf));
  if (!s) {
    return BL_NO_MEM;
  }

  const BlStatus st = bl_folder_make(log, s->dir, sizeof(s->dir), &s->lock_fd);
  if (st) {
    free(s);
    return st;
  }

  pthread_mutex_init(&s->mutex, NULL);
  *shelf = s;
  return BL_SUCCESS;
}

void
bl_shelf_free(BlShelf* const shelf)
{
  if (shelf) {
    bl_folder_remove(shelf->dir);
    close(shelf->lock_fd);
    pthread_mutex_destroy(&shelf->mutex);
    free(shelf);
  }
}

const char*
bl_shelf_dir(const BlShelf* const shelf)
{
  return shelf->dir;
}

static void
upload_path(const BlShelf* const shelf, const char* const id, char* const path)
{
  char name[BL_HEX_ID_BYTES + 8];
  snprintf(name, sizeof(name), "u-%s", id);
  if (bl_path_join(path, BL_PATH_BYTES, shelf->dir, name)) {
    path[0] = '\0';
  }
}

static void
remove_upload(BlShelf* const shelf, const size_t index)
{
  char path[BL_PATH_BYTES];
  upload_path(shelf, shelf->uploads[index].id, path);
  unlink(path);
  shelf->bytes -= shelf->uploads[index].bytes;
  --shelf->n_uploads;
  memmove(&shelf->uploads[index], &shelf->uploads[index + 1],
          (shelf->n_uploads - index) * sizeof(Upload));
}

/// Remove the oldest upload that nobody holds; false where there is none
static bool
remove_oldest_upload(BlShelf* const shelf)
{
  for (size_t i = 0; i < shelf->n_uploads; ++i) {
    if (!shelf->uploads[i].holders) {
      remove_upload(shelf, i);
      return true;
    }
  }
  return false;
}

static void
expire_uploads(BlShelf* const shelf)
{
  const double oldest = bl_now_ms() - 1e3 * BL_BAND_KEEP_S;
  for (size_t i = shelf->n_uploads; i-- > 0;) {
    if (!shelf->uploads[i].holders && shelf->uploads[i].born_ms < oldest) {
      remove_upload(shelf, i);
    }
  }
}

BlStatus
bl_shelf_begin(BlShelf* const shelf, BlIncoming* const file)
{
  file->shelf = shelf;
  file->fd    = -1;
  file->bytes = 0;

  const BlStatus st = bl_hex_id(file->id);
  if (st) {
    return st;
  }

  char path[BL_PATH_BYTES];
  upload_path(shelf, file->id, path);
  file->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  return file->fd < 0 ? bl_status_from_errno(errno) : BL_SUCCESS;
}

static BlStatus
claim_bytes(BlShelf* const shelf, const size_t size)
{
  BlStatus       st = BL_SUCCESS;
  struct statvfs disk;

  pthread_mutex_lock(&shelf->mutex);
  while (shelf->bytes + size > BL_BAND_DISK_BYTES &&
         remove_oldest_upload(shelf)) {
  }
  if (shelf->bytes + size > BL_BAND_DISK_BYTES ||
      (!statvfs(shelf->dir, &disk) &&
       (uint64_t)disk.f_bavail * disk.f_frsize < BL_BAND_FREE_BYTES + size)) {
    st = BL_DISK_FULL;
  } else {
    shelf->bytes += size;
  }
  pthread_mutex_unlock(&shelf->mutex);
  return st;
}

BlStatus
bl_shelf_append(BlIncoming* const file,
                const void* const data,
                const size_t      size)
{
  if (file->fd < 0) {
    return BL_BAD_STATE;
  }
  if (file->bytes + size > BL_BAND_UPLOAD_BYTES) {
    return BL_FILE_TOO_BIG;
  }

  const BlStatus st = claim_bytes(file->shelf, size);
  if (st) {
    return st;
  }
  file->bytes += size;

  const char* at   = (const char*)data;
  size_t      left = size;
  while (left) {
    const ssize_t n = write(file->fd, at, left);
    if (n < 0 && errno != EINTR) {
      return bl_status_from_errno(errno);
    }
    at += n > 0 ? n : 0;
    left -= n > 0 ? (size_t)n : 0;
  }
  return BL_SUCCESS;
}

BlStatus
bl_shelf_keep(BlIncoming* const file, const char* const name)
{
  BlShelf* const shelf = file->shelf;
  if (file->fd < 0) {
    return BL_BAD_STATE;
  }

  BlStatus st = BL_SUCCESS;
  pthread_mutex_lock(&shelf->mutex);
  expire_uploads(shelf);
  if (shelf->n_uploads == BL_BAND_UPLOADS_MAX && !remove_oldest_upload(shelf)) {
    st = BL_BUSY;
  } else {
    Upload* const upload = &shelf->uploads[shelf->n_uploads++];
    memset(upload, 0, sizeof(*upload));
    memcpy(upload->id, file->id, sizeof(upload->id));
    snprintf(upload->name, sizeof(upload->name), "%s", name);
    upload->bytes   = file->bytes;
    upload->born_ms = bl_now_ms();
  }
  pthread_mutex_unlock(&shelf->mutex);

  if (!st) {
    close(file->fd);
    file->fd = -1;
  }
  return st;
}

void
bl_shelf_drop(BlIncoming* const file)
{
  if (file->fd < 0) {
    return;
  }

  char path[BL_PATH_BYTES];
  upload_path(file->shelf, file->id, path);
  unlink(path);
  close(file->fd);
  file->fd = -1;

  pthread_mutex_lock(&file->shelf->mutex);
  file->shelf->bytes -= file->bytes;
  pthread_mutex_unlock(&file->shelf->mutex);
}

static Upload*
find_upload(BlShelf* const shelf, const char* const id_and_name)
{
  const size_t id_length = BL_HEX_ID_BYTES - 1;
  if (strnlen(id_and_name, id_length + 1) <= id_length ||
      id_and_name[id_length] != '/') {
    return NULL;
  }

  for (size_t i = 0; i < shelf->n_uploads; ++i) {
    if (!memcmp(shelf->uploads[i].id, id_and_name, id_length) &&
        !strcmp(shelf->uploads[i].name, id_and_name + id_length + 1)) {
      return &shelf->uploads[i];
    }
  }
  return NULL;
}

BlStatus
bl_shelf_open(BlShelf* const    shelf,
              const char* const id_and_name,
              int* const        fd)
{
  pthread_mutex_lock(&shelf->mutex);
  const Upload* const upload = find_upload(shelf, id_and_name);
  char                path[BL_PATH_BYTES];
  *fd = -1;
  if (upload) {
    upload_path(shelf, upload->id, path);
    *fd = open(path, O_RDONLY | O_CLOEXEC);
  }
  pthread_mutex_unlock(&shelf->mutex);
  return *fd < 0 ? BL_NOT_FOUND : BL_SUCCESS;
}

BlStatus
bl_shelf_hold(BlShelf* const    shelf,
              const char* const id_and_name,
              char* const       path,
              const size_t      size)
{
  char full[BL_PATH_BYTES];

  pthread_mutex_lock(&shelf->mutex);
  Upload* const upload = find_upload(shelf, id_and_name);
  if (upload) {
    upload_path(shelf, upload->id, full);
    ++upload->holders;
  }
  pthread_mutex_unlock(&shelf->mutex);

  if (!upload) {
    return BL_NOT_FOUND;
  }
  const int length = snprintf(path, size, "%s", full);
  return (size_t)length < size ? BL_SUCCESS : BL_BAD_ARG;
}

void
bl_shelf_release(BlShelf* const shelf, const char* const id_and_name)
{
  pthread_mutex_lock(&shelf->mutex);
  Upload* const upload = find_upload(shelf, id_and_name);
  if (upload && upload->holders) {
    --upload->holders;
  }
  pthread_mutex_unlock(&shelf->mutex);
}

BlStatus
bl_shelf_make_dir(BlShelf* const    shelf,
                  const char* const id,
                  char* const       path,
                  const size_t      size)
{
  char name[BL_HEX_ID_BYTES + 8];
  snprintf(name, sizeof(name), "t-%s", id);
  const BlStatus st = bl_path_join(path, size, shelf->dir, name);
  return st ? st : bl_path_make_dir(path);
}

static uint64_t
dir_bytes(const char* const path)
{
  uint64_t   bytes = 0;
  DIR* const dir   = opendir(path);
  for (const struct dirent* entry = NULL; dir && (entry = readdir(dir));) {
    struct stat info;
    if (!fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) &&
        S_ISREG(info.st_mode)) {
      bytes += (uint64_t)info.st_size;
    }
  }
  if (dir) {
    closedir(dir);
  }
  return bytes;
}

void
bl_shelf_count_dir(BlShelf* const shelf, const char* const id)
{
  char path[BL_PATH_BYTES];
  if (bl_shelf_make_dir(shelf, id, path, sizeof(path))) {
    return;
  }

  const uint64_t bytes = dir_bytes(path);
  pthread_mutex_lock(&shelf->mutex);
  if (shelf->n_results < BL_BAND_TASKS_MAX) {
    ResultDir* const result = &shelf->results[shelf->n_results++];
    snprintf(result->id, sizeof(result->id), "%s", id);
    result->bytes = bytes;
    shelf->bytes += bytes;
  }
  pthread_mutex_unlock(&shelf->mutex);
}

void
bl_shelf_remove_dir(BlShelf* const shelf, const char* const id)
{
  char path[BL_PATH_BYTES];
  if (!bl_shelf_make_dir(shelf, id, path, sizeof(path))) {
    bl_folder_remove(path);
  }

  pthread_mutex_lock(&shelf->mutex);
  for (size_t i = 0; i < shelf->n_results; ++i) {
    if (!strcmp(shelf->results[i].id, id)) {
      shelf->bytes -= shelf->results[i].bytes;
      shelf->results[i] = shelf->results[--shelf->n_results];
      break;
    }
  }
  pthread_mutex_unlock(&shelf->mutex);
}

bool
bl_shelf_is_full(BlShelf* const shelf)
{
  pthread_mutex_lock(&shelf->mutex);
  while (shelf->bytes > BL_BAND_DISK_BYTES && remove_oldest_upload(shelf)) {
  }
  const bool is_full = shelf->bytes > BL_BAND_DISK_BYTES;
  pthread_mutex_unlock(&shelf->mutex);
  return is_full;
}

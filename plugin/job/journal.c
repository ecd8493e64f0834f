// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/journal.h"

#include "base/paths.h"
#include "take/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

BlStatus
bl_journal_path(const char* const root,
                const char* const take_id,
                const uint32_t    number,
                const char* const suffix,
                char* const       path,
                const size_t      size)
{
  char           dir[BL_PATH_BYTES];
  char           name[BL_NAME_BYTES];
  const BlStatus st = bl_store_take_dir(root, take_id, dir, sizeof(dir));
  const int      n =
    snprintf(name, sizeof(name), "job-%u%s", (unsigned)number, suffix);

  return st ? st
         : n < 0 || n >= (int)sizeof(name)
           ? BL_BAD_ARG
           : bl_path_join(path, size, dir, name);
}

/// Of a job, all that is written: of its results' paths only the names
#define WRITTEN_BYTES                                                          \
  (sizeof(BlJob) - BL_SLOTS * (BL_PATH_BYTES - BL_FILE_NAME_BYTES))

/// Room that its JSON takes at most: a byte of text may become \u0001, a number
/// of eight bytes 24 digits; names, quotes and indentation beside them
#define LONGEST_BYTES (6u * WRITTEN_BYTES + (64u << 10))

_Static_assert(LONGEST_BYTES <= BL_JOURNAL_BYTES,
               "each job can be written, read, and has room kept for it");

/// Through a fresh file, or into the room that was kept
static BlStatus
save(const char* const root, const BlJob* const job, const char* const spare)
{
  char     path[BL_PATH_BYTES];
  BlStatus st = bl_journal_path(root, job->take_id, job->number, ".json", path,
                                sizeof(path));
  if (st) {
    return st;
  }

  char* const text = bl_job_to_json(job);
  if (!text) {
    return BL_NO_MEM;
  }

  const size_t size = strlen(text);
  st                = size > BL_JOURNAL_BYTES ? BL_FILE_TOO_BIG
                      : spare ? bl_path_write_over(spare, path, text, size, 0600)
                              : bl_path_write_file(path, text, size, 0600);
  free(text);
  return st;
}

BlStatus
bl_journal_save(const char* const root, const BlJob* const job)
{
  return save(root, job, NULL);
}

BlStatus
bl_journal_save_reserved(const char* const root, const BlJob* const job)
{
  char           path[BL_PATH_BYTES];
  const BlStatus st = bl_journal_path(root, job->take_id, job->number,
                                      ".reserve", path, sizeof(path));
  return st ? st : save(root, job, path);
}

static void
set_aside(const char* const path, const BlLog* const log)
{
  char aside[BL_PATH_BYTES + 32];
  for (unsigned i = 0; i < 100; ++i) {
    if (i) {
      snprintf(aside, sizeof(aside), "%s.unreadable.%u", path, i);
    } else {
      snprintf(aside, sizeof(aside), "%s.unreadable", path);
    }
    // link() does not replace an older one, as rename() would
    if (!link(path, aside)) {
      unlink(path);
      bl_log(log, BL_LOG_WARNING, "Unreadable, kept as \"%s\"", aside);
      return;
    }
    if (errno != EEXIST) {
      break;
    }
  }

  // A file system without links
  snprintf(aside, sizeof(aside), "%s.unreadable", path);
  if (access(aside, F_OK) && !rename(path, aside)) {
    bl_log(log, BL_LOG_WARNING, "Unreadable, kept as \"%s\"", aside);
  } else {
    bl_log(log, BL_LOG_WARNING, "Unreadable, left as it is: \"%s\"", path);
  }
}

static BlStatus
make_absolute(const char* const root, BlJob* const job)
{
  char     dir[BL_PATH_BYTES];
  BlStatus st = bl_store_take_dir(root, job->take_id, dir, sizeof(dir));
  for (unsigned v = 0; !st && v < BL_SLOTS; ++v) {
    if (job->placed[v]) {
      char name[BL_FILE_NAME_BYTES];
      snprintf(name, sizeof(name), "%s", job->results[v].path);
      st = bl_path_join(job->results[v].path, BL_PATH_BYTES, dir, name);
    }
  }
  return st;
}

BlStatus
bl_journal_load(const char* const  root,
                const char* const  take_id,
                const uint32_t     number,
                const BlLog* const log,
                BlJob* const       job)
{
  char     path[BL_PATH_BYTES];
  BlStatus st =
    bl_journal_path(root, take_id, number, ".json", path, sizeof(path));
  if (st) {
    return st;
  }

  char*  text = NULL;
  size_t size = 0;
  st          = bl_path_read_file(path, BL_JOURNAL_BYTES, &text, &size);
  if (st && st != BL_FILE_TOO_BIG && st != BL_TOO_BIG) {
    return st;
  }

  BlJob* const read = (BlJob*)malloc(sizeof(BlJob));
  if (!read) {
    free(text);
    return BL_NO_MEM;
  }

  // A NUL inside would hide what follows
  st = st || strlen(text) != size ? BL_BAD_FILE : bl_job_from_json(text, read);
  if (!st && (strcmp(read->take_id, take_id) != 0 || read->number != number)) {
    st = BL_BAD_FILE;
  }
  if (!st && !(st = make_absolute(root, read))) {
    memcpy(job, read, sizeof(*job));
  } else if (st == BL_BAD_FILE) {
    set_aside(path, log);
  }

  free(read);
  free(text);
  return st;
}

/// The number of "job-N" + rest; 0 where `name` is none
static uint32_t
parse_name(const char* const name, const char** const rest)
{
  if (strncmp(name, "job-", 4) != 0 || name[4] < '1' || name[4] > '9') {
    return 0;
  }

  char*               end   = NULL;
  const unsigned long value = strtoul(name + 4, &end, 10);
  *rest                     = end;
  return value < 1000000000ul ? (uint32_t)value : 0;
}

static int
compare_numbers(const void* const a, const void* const b)
{
  const uint32_t x = *(const uint32_t*)a;
  const uint32_t y = *(const uint32_t*)b;
  return (x > y) - (x < y);
}

size_t
bl_journal_list(const char* const root,
                const char* const take_id,
                uint32_t* const   numbers,
                const size_t      most)
{
  char dir[BL_PATH_BYTES];
  DIR* d = NULL;
  if (!most || bl_store_take_dir(root, take_id, dir, sizeof(dir)) ||
      !(d = opendir(dir))) {
    return 0;
  }

  size_t count = 0;
  for (const struct dirent* e = NULL; (e = readdir(d));) {
    const char*    rest   = "";
    const uint32_t number = parse_name(e->d_name, &rest);
    if (!number || strcmp(rest, ".json") != 0) {
      continue;
    }
    if (count < most) {
      numbers[count++] = number;
      continue;
    }

    size_t least = 0;
    for (size_t i = 1; i < count; ++i) {
      least = numbers[i] < numbers[least] ? i : least;
    }
    numbers[least] = number > numbers[least] ? number : numbers[least];
  }

  closedir(d);
  qsort(numbers, count, sizeof(*numbers), compare_numbers);
  return count;
}

static BlStatus
lock_path(const char* const path, const int flags, int* const lock)
{
  // Close-on-exec: a band that we start must not keep the lock
  const int fd = open(path, O_CLOEXEC | flags, 0600);
  if (fd < 0) {
    return bl_status_from_errno(errno);
  }

  if (flock(fd, LOCK_EX | LOCK_NB)) {
    const BlStatus st = bl_status_from_errno(errno);
    close(fd);
    return st;
  }

  *lock = fd;
  return BL_SUCCESS;
}

static BlStatus
lock_file(const char* const path, const int flags, int* const lock)
{
  return lock_path(path, O_RDWR | O_CREAT | flags, lock);
}

static BlStatus
highest_number(const char* const root,
               const char* const take_id,
               uint32_t* const   highest)
{
  char     dir[BL_PATH_BYTES];
  BlStatus st = bl_store_take_dir(root, take_id, dir, sizeof(dir));
  if (st) {
    return st;
  }

  DIR* const d = opendir(dir);
  if (!d) {
    return bl_status_from_errno(errno);
  }

  *highest = 0;
  for (const struct dirent* e = NULL; (e = readdir(d));) {
    const char*    rest   = "";
    const uint32_t number = parse_name(e->d_name, &rest);
    *highest              = number > *highest ? number : *highest;
  }
  closedir(d);
  return BL_SUCCESS;
}

BlStatus
bl_journal_create(const char* const root,
                  const char* const take_id,
                  uint32_t* const   number,
                  int* const        lock)
{
  uint32_t highest = 0;
  BlStatus st      = highest_number(root, take_id, &highest);
  for (uint32_t n = highest + 1; !st && n <= highest + 100; ++n) {
    char path[BL_PATH_BYTES];
    st = bl_journal_path(root, take_id, n, ".lock", path, sizeof(path));
    if (!st && !(st = lock_file(path, O_EXCL, lock))) {
      *number = n;
      return BL_SUCCESS;
    }
    if (st == BL_EXISTS || st == BL_BUSY) {
      st = BL_SUCCESS;
    }
  }
  return st ? st : BL_BUSY;
}

BlStatus
bl_journal_lock(const char* const root,
                const char* const take_id,
                const uint32_t    number,
                int* const        lock)
{
  char           path[BL_PATH_BYTES];
  const BlStatus st =
    bl_journal_path(root, take_id, number, ".lock", path, sizeof(path));
  return st ? st : lock_file(path, 0, lock);
}

BlStatus
bl_journal_lock_take(const char* const root,
                     const char* const take_id,
                     int* const        lock)
{
  char           dir[BL_PATH_BYTES];
  const BlStatus st = bl_store_take_dir(root, take_id, dir, sizeof(dir));
  return st ? st : lock_path(dir, O_RDONLY | O_DIRECTORY, lock);
}

void
bl_journal_unlock(const int lock)
{
  if (lock >= 0) {
    close(lock);
  }
}

BlStatus
bl_journal_reserve(const char* const root, const BlJob* const job)
{
  char     path[BL_PATH_BYTES];
  BlStatus st = bl_journal_path(root, job->take_id, job->number, ".reserve",
                                path, sizeof(path));
  if (st) {
    return st;
  }

  const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return bl_status_from_errno(errno);
  }
  st = bl_status_from_errno(posix_fallocate(fd, 0, (off_t)LONGEST_BYTES));
  close(fd);
  if (st) {
    unlink(path);
  }
  return st;
}

void
bl_journal_release(const char* const root, const BlJob* const job)
{
  char path[BL_PATH_BYTES];
  if (!bl_journal_path(root, job->take_id, job->number, ".reserve", path,
                       sizeof(path))) {
    unlink(path);
  }
}

BlStatus
bl_journal_ask_cancel(const char* const root,
                      const char* const take_id,
                      const uint32_t    number)
{
  char     path[BL_PATH_BYTES];
  BlStatus st =
    bl_journal_path(root, take_id, number, ".cancel", path, sizeof(path));
  if (st) {
    return st;
  }

  const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return bl_status_from_errno(errno);
  }
  close(fd);
  return BL_SUCCESS;
}

bool
bl_journal_is_cancel_asked(const char* const root,
                           const char* const take_id,
                           const uint32_t    number,
                           const bool        clear)
{
  char path[BL_PATH_BYTES];
  if (bl_journal_path(root, take_id, number, ".cancel", path, sizeof(path))) {
    return false;
  }

  const bool asked = !access(path, F_OK);
  if (asked && clear) {
    unlink(path);
  }
  return asked;
}

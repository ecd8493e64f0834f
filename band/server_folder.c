// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_folder.h"

#include "base/limits.h"
#include "base/paths.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "backline-band-"

BlStatus
bl_hex_id(char id[const BL_HEX_ID_BYTES])
{
  static const char digits[] = "0123456789abcdef";
  unsigned char     bytes[(BL_HEX_ID_BYTES - 1) / 2];

  if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
    return BL_INTERNAL;
  }
  for (size_t i = 0; i < sizeof(bytes); ++i) {
    id[2 * i]     = digits[bytes[i] >> 4u];
    id[2 * i + 1] = digits[bytes[i] & 15u];
  }
  id[BL_HEX_ID_BYTES - 1] = '\0';
  return BL_SUCCESS;
}

bool
bl_hex_id_is_valid(const char* const id)
{
  return id && strlen(id) == BL_HEX_ID_BYTES - 1 &&
         strspn(id, "0123456789abcdef") == BL_HEX_ID_BYTES - 1;
}

double
bl_now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec * 1e3 + floor((double)now.tv_nsec / 1e6);
}

bool
bl_url_decode(const char* const text, char* const out, const size_t size)
{
  size_t n = 0;
  for (const char* in = text; *in; ++in) {
    char byte = *in;
    if (byte == '%') {
      const char digits[3] = { in[1], in[1] ? in[2] : '\0', '\0' };
      char*      end       = NULL;
      byte                 = (char)strtol(digits, &end, 16);
      if (!isxdigit((unsigned char)digits[0]) || end != digits + 2) {
        return false;
      }
      in += 2;
    }
    if (!byte || n + 1 >= size) {
      return false;
    }
    out[n++] = byte;
  }
  out[n] = '\0';
  return true;
}

static int
remove_entry(const char* const        path,
             const struct stat* const info,
             const int                type,
             struct FTW* const        ftw)
{
  (void)info;
  (void)type;
  (void)ftw;
  return remove(path) && errno != ENOENT ? errno : 0;
}

void
bl_folder_remove(const char* const path)
{
  nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/// Lock DIR/lock; -1 where another band holds it or it is not ours
static int
lock_dir(const char* const dir, const int flags)
{
  char path[BL_PATH_BYTES];
  if (bl_path_join(path, sizeof(path), dir, "lock")) {
    return -1;
  }

  const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
    close(fd);
    return -1;
  }
  return fd;
}

/// Folders of bands that were killed: ours, and nobody holds the lock
static void
remove_stale(const char* const base, const BlLog* const log)
{
  DIR* const dir = opendir(base);
  if (!dir) {
    return;
  }

  for (const struct dirent* entry = NULL; (entry = readdir(dir));) {
    char        path[BL_PATH_BYTES];
    struct stat info;
    if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) ||
        bl_path_join(path, sizeof(path), base, entry->d_name) ||
        lstat(path, &info) || !S_ISDIR(info.st_mode) ||
        info.st_uid != geteuid()) {
      continue;
    }

    const int fd = lock_dir(path, 0);
    if (fd >= 0) {
      bl_log(log, BL_LOG_NOTE, "removing %s, left by a band that was killed",
             path);
      bl_folder_remove(path);
      close(fd);
    }
  }
  closedir(dir);
}

/// Make the folder under a name that remove_stale() passes over, and give it
/// its own only when its lock is held
static BlStatus
make_locked_dir(const char* const base,
                char* const       dir,
                const size_t      size,
                int* const        lock_fd)
{
  char     hidden[BL_PATH_BYTES];
  BlStatus st = bl_path_join(hidden, sizeof(hidden), base, "." PREFIX "XXXXXX");
  if (st) {
    return st;
  }
  if (!mkdtemp(hidden)) {
    return bl_status_from_errno(errno);
  }

  *lock_fd = lock_dir(hidden, O_CREAT | O_EXCL);
  if (*lock_fd < 0) {
    st = BL_IO;
  } else if (!(st = bl_path_join(dir, size, base, strrchr(hidden, '/') + 2)) &&
             rename(hidden, dir)) {
    st = bl_status_from_errno(errno);
  }

  if (st) {
    bl_folder_remove(hidden);
  }
  return st;
}

BlStatus
bl_folder_make(const BlLog* const log,
               char* const        dir,
               const size_t       size,
               int* const         lock_fd)
{
  const char* const env  = getenv("TMPDIR");
  const char* const base = env && env[0] == '/'        ? env
                           : !access("/var/tmp", W_OK) ? "/var/tmp"
                                                       : "/tmp";

  remove_stale(base, log);
  const BlStatus st = make_locked_dir(base, dir, size, lock_fd);
  if (st) {
    bl_log(log, BL_LOG_ERROR, "%s: no private folder could be made here", base);
  }
  return st;
}

const char*
bl_mime_of(const char* const name)
{
  static const char* const table[][2] = {
    { ".wav", "audio/wav" },   { ".flac", "audio/flac" },
    { ".mp3", "audio/mpeg" },  { ".ogg", "audio/ogg" },
    { ".mid", "audio/midi" },  { ".json", "application/json" },
    { ".aiff", "audio/aiff" },
  };

  const char* const dot = strrchr(name, '.');
  for (size_t i = 0; dot && i < BL_COUNT(table); ++i) {
    if (!strcasecmp(dot, table[i][0])) {
      return table[i][1];
    }
  }
  return "application/octet-stream";
}

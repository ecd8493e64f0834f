// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/paths.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static BlStatus
home_dir(char* const path, const size_t size)
{
  const char* const home = getenv("HOME");
  if (home && home[0] == '/') {
    const int length = snprintf(path, size, "%s", home);
    return (size_t)length < size ? BL_SUCCESS : BL_BAD_ARG;
  }

  char           buffer[BL_PATH_BYTES];
  struct passwd  entry;
  struct passwd* found = NULL;
  if (getpwuid_r(getuid(), &entry, buffer, sizeof(buffer), &found) || !found ||
      !found->pw_dir || found->pw_dir[0] != '/') {
    return BL_NOT_FOUND;
  }

  const int length = snprintf(path, size, "%s", found->pw_dir);
  return (size_t)length < size ? BL_SUCCESS : BL_BAD_ARG;
}

static BlStatus
xdg_path(char* const       path,
         const size_t      size,
         const char* const variable,
         const char* const below_home,
         const char* const name)
{
  const char* const base = getenv(variable);
  if (base && base[0] == '/') {
    return bl_path_join(path, size, base, name);
  }

  char           home[BL_PATH_BYTES];
  char           parent[BL_PATH_BYTES];
  const BlStatus st = home_dir(home, sizeof(home));
  if (st) {
    return st;
  }

  const BlStatus joined =
    bl_path_join(parent, sizeof(parent), home, below_home);
  return joined ? joined : bl_path_join(path, size, parent, name);
}

BlStatus
bl_path_takes(char* const path, const size_t size)
{
  return xdg_path(path, size, "XDG_DATA_HOME", ".local/share",
                  "backline/takes");
}

BlStatus
bl_path_config(char* const path, const size_t size)
{
  return xdg_path(path, size, "XDG_CONFIG_HOME", ".config",
                  "backline/config.json");
}

BlStatus
bl_path_credentials(char* const path, const size_t size)
{
  return xdg_path(path, size, "XDG_CONFIG_HOME", ".config",
                  "backline/credentials");
}

BlStatus
bl_path_join(char* const       path,
             const size_t      size,
             const char* const dir,
             const char* const name)
{
  const size_t      dir_length = strlen(dir);
  const char* const slash = dir_length && dir[dir_length - 1] == '/' ? "" //
                                                                     : "/";

  const int length = snprintf(path, size, "%s%s%s", dir, slash, name);
  return length >= 0 && (size_t)length < size ? BL_SUCCESS : BL_BAD_ARG;
}

static BlStatus
make_one_dir(const char* const path, const mode_t mode)
{
  if (!mkdir(path, mode)) {
    return BL_SUCCESS;
  }

  const int   error = errno;
  struct stat info;
  if (!stat(path, &info)) {
    return S_ISDIR(info.st_mode) ? BL_SUCCESS : BL_EXISTS;
  }
  return bl_status_from_errno(error);
}

static BlStatus
make_dirs(const char* const path, const mode_t mode)
{
  char         part[BL_PATH_BYTES];
  const size_t length = strlen(path);
  if (!length || length >= sizeof(part)) {
    return BL_BAD_ARG;
  }

  memcpy(part, path, length + 1);
  for (size_t i = 1; i < length; ++i) {
    if (part[i] == '/' && part[i - 1] != '/') {
      part[i]           = '\0';
      const BlStatus st = make_one_dir(part, mode);
      part[i]           = '/';
      if (st) {
        return st;
      }
    }
  }

  return make_one_dir(part, mode);
}

BlStatus
bl_path_make_dir(const char* const path)
{
  return make_dirs(path, 0700);
}

BlStatus
bl_path_make_open_dir(const char* const path)
{
  return make_dirs(path, 0777);
}

static BlStatus
write_all(const int fd, const void* const data, const size_t size)
{
  const char* at   = (const char*)data;
  size_t      left = size;
  while (left) {
    const ssize_t n = write(fd, at, left);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return bl_status_from_errno(errno);
    }
    at += n;
    left -= (size_t)n;
  }
  return BL_SUCCESS;
}

static BlStatus
sync_dir_of(const char* const path)
{
  char              dir[BL_PATH_BYTES];
  const char* const slash = strrchr(path, '/');
  if (!slash) {
    memcpy(dir, ".", 2);
  } else if (slash == path) {
    memcpy(dir, "/", 2);
  } else {
    const size_t length = (size_t)(slash - path);
    memcpy(dir, path, length);
    dir[length] = '\0';
  }

  const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return bl_status_from_errno(errno);
  }

  // Some file systems (FUSE, SMB) refuse fsync of a folder with EINVAL
  const BlStatus st =
    fsync(fd) && errno != EINVAL ? bl_status_from_errno(errno) : BL_SUCCESS;
  close(fd);
  return st;
}

/// Into an open file, which then gets its name; it is closed
static BlStatus
write_durably(const int         fd,
              const char* const temp,
              const char* const path,
              const void* const data,
              const size_t      size,
              const unsigned    mode)
{
  BlStatus st = write_all(fd, data, size);
  if (!st &&
      (ftruncate(fd, (off_t)size) || fchmod(fd, (mode_t)mode) || fsync(fd))) {
    st = bl_status_from_errno(errno);
  }
  if (close(fd) && !st) {
    st = bl_status_from_errno(errno);
  }
  if (!st && rename(temp, path)) {
    st = bl_status_from_errno(errno);
  }
  return st ? st : sync_dir_of(path);
}

BlStatus
bl_path_write_file(const char* const path,
                   const void* const data,
                   const size_t      size,
                   const unsigned    mode)
{
  char temp[BL_PATH_BYTES];
  if ((size_t)snprintf(temp, sizeof(temp), "%s.XXXXXX", path) >= sizeof(temp)) {
    return BL_BAD_ARG;
  }

  const int fd = mkostemp(temp, O_CLOEXEC);
  if (fd < 0) {
    return bl_status_from_errno(errno);
  }

  const BlStatus st = write_durably(fd, temp, path, data, size, mode);
  if (st) {
    unlink(temp);
  }
  return st;
}

BlStatus
bl_path_write_over(const char* const spare,
                   const char* const path,
                   const void* const data,
                   const size_t      size,
                   const unsigned    mode)
{
  const int fd = open(spare, O_WRONLY | O_CLOEXEC);
  return fd < 0 ? bl_status_from_errno(errno)
                : write_durably(fd, spare, path, data, size, mode);
}

static BlStatus
read_all(const int fd, char* const data, const size_t most, size_t* const size)
{
  *size = 0;
  while (*size <= most) {
    const ssize_t n = read(fd, data + *size, most + 1 - *size);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return bl_status_from_errno(errno);
    }
    if (!n) {
      data[*size] = '\0';
      return BL_SUCCESS;
    }
    *size += (size_t)n;
  }
  return BL_FILE_TOO_BIG;
}

BlStatus
bl_path_read_file(const char* const path,
                  const size_t      most,
                  char** const      data,
                  size_t* const     size)
{
  *data = NULL;

  // O_NONBLOCK: a FIFO of that name must not hang us
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return bl_status_from_errno(errno);
  }

  struct stat info;
  BlStatus    st = BL_SUCCESS;
  if (fstat(fd, &info)) {
    st = bl_status_from_errno(errno);
  } else if (!S_ISREG(info.st_mode)) {
    st = BL_BAD_FILE;
  } else if ((uint64_t)info.st_size > most) {
    st = BL_FILE_TOO_BIG;
  }

  char*  buffer = NULL;
  size_t length = 0;
  if (!st) {
    // A file that grows while it is read ends as too big, never as cut
    const size_t room = (size_t)info.st_size;
    buffer            = (char*)malloc(room + 2);
    st = buffer ? read_all(fd, buffer, room, &length) : BL_NO_MEM;
  }

  close(fd);
  if (st) {
    free(buffer);
    return st;
  }

  *data = buffer;
  if (size) {
    *size = length;
  }
  return BL_SUCCESS;
}

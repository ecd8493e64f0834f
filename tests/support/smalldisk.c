// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/smalldisk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define BALLAST "ballast"

static bool
write_line(const char* const path, const char* const line)
{
  const int  fd   = open(path, O_WRONLY | O_CLOEXEC);
  const bool done = fd >= 0 && write(fd, line, strlen(line)) > 0;
  if (fd >= 0) {
    close(fd);
  }
  return done;
}

/// Become root of a user namespace, with a mount namespace below it
static bool
unshare_as_user(void)
{
  char       uids[64];
  char       gids[64];
  const long uid = (long)getuid();
  const long gid = (long)getgid();
  snprintf(uids, sizeof(uids), "0 %ld 1", uid);
  snprintf(gids, sizeof(gids), "0 %ld 1", gid);
  return !unshare(CLONE_NEWUSER | CLONE_NEWNS) &&
         write_line("/proc/self/setgroups", "deny") &&
         write_line("/proc/self/uid_map", uids) &&
         write_line("/proc/self/gid_map", gids);
}

bool
small_disk_mount(const char* const path, const size_t bytes)
{
  char options[64];
  snprintf(options, sizeof(options), "size=%zu,mode=0700", bytes);
  if ((unshare(CLONE_NEWNS) && !unshare_as_user()) ||
      mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
      mount("small", path, "tmpfs", 0, options)) {
    fprintf(stderr, "No mount namespace to be had: %s\n", strerror(errno));
    return false;
  }
  return true;
}

static void
ballast_path(const char* const path, char* const name, const size_t size)
{
  snprintf(name, size, "%s/" BALLAST, path);
}

bool
small_disk_fill(const char* const path, const size_t left)
{
  char           name[4200];
  struct statvfs there;
  small_disk_empty(path);
  ballast_path(path, name, sizeof(name));
  const int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 || fstatvfs(fd, &there)) {
    return false;
  }
  const off_t free_bytes = (off_t)(there.f_bavail * there.f_bsize);
  const off_t taken      = free_bytes - (off_t)left;
  const bool  done       = taken <= 0 || !posix_fallocate(fd, 0, taken);
  close(fd);
  return done;
}

void
small_disk_empty(const char* const path)
{
  char name[4200];
  ballast_path(path, name, sizeof(name));
  unlink(name);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "base/paths.h"
#include "result/name.h"
#include "result/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static BlStatus
copy_fd(const int in, const int out)
{
  char bytes[65536];
  for (ssize_t n = 0; (n = read(in, bytes, sizeof(bytes)));) {
    for (ssize_t done = 0; n > 0 && done < n;) {
      const ssize_t m = write(out, bytes + done, (size_t)(n - done));
      if (m < 0 && errno != EINTR) {
        return bl_status_from_errno(errno);
      }
      done += m > 0 ? m : 0;
    }
    if (n < 0 && errno != EINTR) {
      return bl_status_from_errno(errno);
    }
  }
  return fsync(out) && errno != EINVAL ? bl_status_from_errno(errno)
                                       : BL_SUCCESS;
}

/// A copy under a name that was not there before
static BlStatus
copy_new(const char* const from, const char* const to)
{
  const int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) {
    return bl_status_from_errno(errno);
  }
  const int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (out < 0) {
    const BlStatus st = bl_status_from_errno(errno);
    close(in);
    return st;
  }

  BlStatus st = copy_fd(in, out);
  close(in);
  if (close(out) && !st) {
    st = bl_status_from_errno(errno);
  }
  if (st) {
    unlink(to);
  }
  return st;
}

BlStatus
bl_cli_deliver(const BlCli* const cli,
               const char* const  source,
               const char* const  title,
               const char         variant,
               const char* const  ending,
               char* const        path,
               const size_t       size)
{
  if (!cli->out) {
    return (size_t)snprintf(path, size, "%s", source) < size ? BL_SUCCESS
                                                             : BL_BAD_ARG;
  }

  BlStatus st = bl_path_make_open_dir(cli->out);
  st = st ? st : bl_result_name(cli->out, title, variant, ending, path, size);
  return st ? st : copy_new(source, path);
}

BlStatus
bl_cli_deliver_beside(const BlCli* const cli,
                      const char* const  source,
                      const char* const  result,
                      const char* const  ending,
                      char* const        path,
                      const size_t       size)
{
  if (!cli->out) {
    return (size_t)snprintf(path, size, "%s", source) < size ? BL_SUCCESS
                                                             : BL_BAD_ARG;
  }

  BlStatus st = BL_EXISTS;
  for (unsigned i = 0; st == BL_EXISTS && i < BL_NAME_ATTEMPTS; ++i) {
    char name[BL_FILE_NAME_BYTES];
    st = bl_name_beside(result, ending, i, name, sizeof(name));
    st = st ? st : bl_path_join(path, size, cli->out, name);
    st = st ? st : copy_new(source, path);
  }
  return st;
}

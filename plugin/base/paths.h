// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_PATHS_H
#define BL_BASE_PATHS_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>

/**
   Where Backline's files live, by the XDG base directory specification:
   relative values of the variables are ignored, as it says.  None of these
   creates anything but bl_path_make_dir() and bl_path_write_file().
*/

/// ${XDG_DATA_HOME:-~/.local/share}/backline/takes
BL_THREAD_ANY BL_NODISCARD BlStatus bl_path_takes(char* path, size_t size);

/// ${XDG_CONFIG_HOME:-~/.config}/backline/config.json
BL_THREAD_ANY BL_NODISCARD BlStatus bl_path_config(char* path, size_t size);

/// ${XDG_CONFIG_HOME:-~/.config}/backline/credentials
BL_THREAD_ANY BL_NODISCARD BlStatus bl_path_credentials(char*  path,
                                                        size_t size);

/// dir + "/" + name; BL_BAD_ARG where it does not fit
BL_THREAD_ANY BL_NODISCARD BlStatus bl_path_join(char*       path,
                                                 size_t      size,
                                                 const char* dir,
                                                 const char* name);

/// mkdir -p with mode 0700; success where it exists
BL_THREAD_JOB BL_NODISCARD BlStatus bl_path_make_dir(const char* path);

/// The same with mode 0777 less the umask, for folders that a user names
BL_THREAD_JOB BL_NODISCARD BlStatus bl_path_make_open_dir(const char* path);

/// Replace a file durably: temp file beside it, fsync, rename, fsync of dir
BL_THREAD_JOB BL_NODISCARD BlStatus bl_path_write_file(const char* path,
                                                       const void* data,
                                                       size_t      size,
                                                       unsigned    mode);

/// The same, but what is written goes into the existing file `spare`, which
/// then gets the name: where it has the room, none else is needed
BL_THREAD_JOB BL_NODISCARD BlStatus bl_path_write_over(const char* spare,
                                                       const char* path,
                                                       const void* data,
                                                       size_t      size,
                                                       unsigned    mode);

/// Read a file of at most `most` bytes to a new NUL-terminated buffer
BL_THREAD_JOB BL_NODISCARD BlStatus bl_path_read_file(const char* path,
                                                      size_t      most,
                                                      char**      data,
                                                      size_t*     size);

#endif // BL_BASE_PATHS_H

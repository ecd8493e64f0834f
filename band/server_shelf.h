// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SERVER_SHELF_H
#define BL_BAND_SERVER_SHELF_H

#include "server_folder.h"

#include "base/attributes.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The server's files: a private folder (0700) below $TMPDIR or /var/tmp that
   goes when the server goes.  Folders that a killed band left behind are
   removed by the next one (each holds a flock while it lives).

   Names on disk are our own random ids; text from outside never becomes a
   path.  Everything is bounded: one file, all files, their number, their age.
   All functions may be called from any of the server's threads.
*/
typedef struct BlShelfImpl BlShelf;

BL_THREAD_JOB BL_NODISCARD BlStatus bl_shelf_new(const BlLog* log,
                                                 BlShelf**    shelf);

/// Removes the folder with everything in it; NULL is allowed
BL_THREAD_JOB void bl_shelf_free(BlShelf* shelf);

/// Its folder; valid as long as the shelf
BL_THREAD_ANY const char* bl_shelf_dir(const BlShelf* shelf);

/// A file that comes in; a plain value owned by the request
typedef struct
{
  BlShelf* shelf;
  int      fd; ///< -1: none
  char     id[BL_HEX_ID_BYTES];
  uint64_t bytes;
} BlIncoming;

BL_THREAD_JOB BL_NODISCARD BlStatus bl_shelf_begin(BlShelf*    shelf,
                                                   BlIncoming* file);

/// @return BL_FILE_TOO_BIG, BL_DISK_FULL, BL_IO
BL_THREAD_JOB BL_NODISCARD BlStatus bl_shelf_append(BlIncoming* file,
                                                    const void* data,
                                                    size_t      size);

/// Keep it under `name` ("vocals/take.wav": what its URL ends with)
BL_THREAD_JOB BL_NODISCARD BlStatus bl_shelf_keep(BlIncoming* file,
                                                  const char* name);

/// Forget what came so far; after keep it does nothing
BL_THREAD_JOB void bl_shelf_drop(BlIncoming* file);

/**
   Open an upload by the end of its URL, "<id>/<name>".
   @return BL_NOT_FOUND
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_shelf_open(BlShelf*    shelf,
                                                  const char* id_and_name,
                                                  int*        fd);

/// Path of an upload, which stays until it is released as often
BL_THREAD_JOB BL_NODISCARD BlStatus bl_shelf_hold(BlShelf*    shelf,
                                                  const char* id_and_name,
                                                  char*       path,
                                                  size_t      size);

BL_THREAD_JOB void bl_shelf_release(BlShelf* shelf, const char* id_and_name);

/// Make the folder of a task's results
BL_THREAD_JOB BL_NODISCARD BlStatus bl_shelf_make_dir(BlShelf*    shelf,
                                                      const char* id,
                                                      char*       path,
                                                      size_t      size);

/// Count the results in a task's folder
BL_THREAD_JOB void bl_shelf_count_dir(BlShelf* shelf, const char* id);

/// Remove a task's folder
BL_THREAD_JOB void bl_shelf_remove_dir(BlShelf* shelf, const char* id);

/// True while all files together exceed what they may
BL_THREAD_JOB bool bl_shelf_is_full(BlShelf* shelf);

#endif // BL_BAND_SERVER_SHELF_H

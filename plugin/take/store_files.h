// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_STORE_FILES_H
#define BL_TAKE_STORE_FILES_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/status.h"
#include "take/take.h"
#include "take/wav.h"

#include <stdbool.h>
#include <stddef.h>

/**
   What the files of take/ share about the takes folder; private to it.
*/

#define BL_TAKE_WAV "take.wav"
#define BL_TAKE_JSON "take.json"

/// Now, as ISO 8601 with microseconds, so that takes have an order
BL_THREAD_ANY void bl_store_stamp(char created[BL_TAKE_ID_BYTES]);

/// Path of a file in a take's folder
BL_THREAD_ANY BL_NODISCARD BlStatus bl_store_file(const char* root,
                                                  const char* id,
                                                  const char* name,
                                                  char*       path,
                                                  size_t      size);

/// Ids of all folders of the root, in a new array (free() it)
BL_THREAD_DISK BL_NODISCARD BlStatus
bl_store_ids(const char* root, char (**ids)[BL_TAKE_ID_BYTES], size_t* count);

/// Header of a take's file; time reference 0 where the position is unknown
BL_THREAD_ANY void bl_store_wav_info(const BlTake* take, BlWavInfo* info);

/// Open a file and lock it as its writer does; BL_BUSY where one does.
/// @return BL_SUCCESS and *fd, to be closed
BL_THREAD_DISK BL_NODISCARD BlStatus bl_store_lock(const char* path, int* fd);

/// Bring the folder's entries to the disk
BL_THREAD_DISK void bl_store_sync_dir(const char* dir);

#endif // BL_TAKE_STORE_FILES_H

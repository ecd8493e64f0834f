// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_TWINS_H
#define BL_TAKE_TWINS_H

#include "base/attributes.h"
#include "take/take.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Finds an earlier take with the same audio at the same session frame.

   Keeps what it has read of take.json once: finished takes do not change in
   what is compared here.  Private to take/writer, on its thread.
*/
typedef struct
{
  char     id[BL_TAKE_ID_BYTES];
  bool     usable; ///< Has a position and its own audio
  int64_t  start;
  uint64_t frames;
  uint64_t hash;
  uint32_t rate;
  uint32_t channels;
} BlTwinKey;

typedef struct
{
  BlTwinKey* keys;
  size_t     count;
  size_t     room;
} BlTwins;

/// Read the takes that appeared since the last time
BL_THREAD_DISK void bl_twins_refresh(BlTwins* twins, const char* root);

/// By hash, then byte for byte; @return true and the earlier take
BL_THREAD_DISK bool bl_twins_find(BlTwins*      twins,
                                  const char*   root,
                                  const BlTake* take,
                                  BlTake*       earlier);

BL_THREAD_DISK void bl_twins_clear(BlTwins* twins);

#endif // BL_TAKE_TWINS_H

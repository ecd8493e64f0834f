// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_KEEPER_H
#define BL_TAKE_KEEPER_H

#include "base/attributes.h"
#include "base/capture_link.h"
#include "base/status.h"
#include "take/open_take.h"
#include "take/twins.h"
#include "take/writer.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What becomes of the stream that comes out of the ring: takes on disk.

   Private to take/writer, which owns one and calls it on its thread.
*/

/// What becomes of the audio that comes out of the ring
typedef enum
{
  BL_KEEPER_NO_TAKE,   ///< None is open
  BL_KEEPER_KEEPING,   ///< It is written
  BL_KEEPER_FOLLOWING, ///< Another instance keeps it
  BL_KEEPER_FAILED,    ///< It cannot be written any more
} BlKeeperMode;

typedef struct
{
  // Immutable after init
  BlWriterSetup setup;
  char*         root;
  char*         host;

  // Disk thread only
  BlKeeperMode mode;
  BlOpenTake*  open;        ///< In all modes but BL_KEEPER_NO_TAKE
  double       known_until; ///< Events before this time were seen; set by
                            ///< the writer
  uint64_t    unwritten;    ///< Of the open take, lost by failing
  bool        troubled;     ///< on_error was told of a failure
  double      told;         ///< Time of the last on_progress
  BlOpenTake* heard;        ///< Closed takes to listen to, oldest first
  BlTwins     twins;
} BlKeeper;

/// After a failure, too, deinit is to be called
BL_THREAD_HOST BL_NODISCARD BlStatus bl_keeper_init(BlKeeper*            keeper,
                                                    const BlWriterSetup* setup);

BL_THREAD_HOST void bl_keeper_deinit(BlKeeper* keeper);

/// Learn which takes there are
BL_THREAD_DISK void bl_keeper_start(BlKeeper* keeper);

/// Whole frames that follow what came before
BL_THREAD_DISK void bl_keeper_audio(BlKeeper*    keeper,
                                    const float* audio,
                                    uint64_t     frames);

/// Something that happens behind the frames that came before
BL_THREAD_DISK void bl_keeper_event(BlKeeper*             keeper,
                                    const BlCaptureEvent* event);

/// Sync and tell progress where it is time
BL_THREAD_DISK void bl_keeper_tick(BlKeeper* keeper);

/// Measure a slice of loudness; @return false where nothing is left
BL_THREAD_DISK bool bl_keeper_listen(BlKeeper* keeper);

/// End an open take: run() has ended without a close
BL_THREAD_DISK void bl_keeper_close(BlKeeper* keeper);

#endif // BL_TAKE_KEEPER_H

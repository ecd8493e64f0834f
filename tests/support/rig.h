// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_RIG_H
#define BL_TESTS_RIG_H

#include "rt/capture.h"
#include "take/writer.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/**
   A host's end of capture in front of the real writer: blocks of a counting
   signal go in at any speed, takes come out on disk and are checked sample
   by sample with libsndfile.
*/

#define RIG_TAKES_MAX 64u

typedef struct
{
  // How the disk behaves; changed at any time
  _Atomic double slow;  ///< Bytes a second; 0 = as it is
  _Atomic double stall; ///< Monotonic time until which nothing is written
  atomic_bool    hung;  ///< Nothing is written until this is false again
  atomic_llong   room;  ///< Bytes until ENOSPC; < 0 = as it is
} RigDisk;

typedef struct
{
  char           root[512];
  BlCaptureLink* link;
  BlWriter*      writer;
  BlCapture      capture;
  RigDisk        disk;
  atomic_bool    refuse; ///< on_open says no

  // The host
  int64_t  frame;   ///< Session frame of the next block
  uint64_t counter; ///< Of the signal: value of the next sample
  bool     arm;
  bool     record;
  bool     freewheel;
  bool     silent; ///< No time:Position at all
  float*   audio[2];

  pthread_mutex_t lock; ///< Guards what the callbacks write
  BlTake          takes[RIG_TAKES_MAX];
  atomic_uint     n_opened;
  atomic_uint     n_closed;
  atomic_uint     n_measured;
  atomic_uint     n_errors;
  atomic_int      error; ///< The last that was told
  atomic_ullong   n_peaks;
  _Atomic float   peak_max;
  _Atomic double  closed_at; ///< Monotonic time of the last on_closed
} Rig;

/// Sample of the counting signal; exact in a float, the same each 2^22 frames
float rig_sample(uint64_t counter, uint32_t channel);

/// In a fresh folder below $BL_TMP (or /tmp); exits on failure
Rig* rig_new(uint32_t rate, uint32_t channels);

/// In this folder, with these additions to the setup (may be NULL)
Rig* rig_new_in(const char*          root,
                uint32_t             rate,
                uint32_t             channels,
                const BlWriterSetup* more);

/// A block of the signal while the transport rolls at `speed` (0 = stopped)
void rig_block(Rig* rig, uint32_t frames, double speed);

/// Blocks of `block` frames up to `frames`, paced at `pace` times real time
/// (0 = as fast as it goes)
void rig_roll(Rig* rig, uint64_t frames, uint32_t block, double pace);

/// Wait until `n` takes have closed; false after `seconds`
bool rig_wait_closed(Rig* rig, unsigned n, double seconds);

/// A copy of a closed take, as it was told last
BlTake rig_take(Rig* rig, unsigned index);

/// Let the writer end as an instance does
void rig_stop(Rig* rig);

void rig_free(Rig* rig);

/// Total of frames that a host would be shown as dropped
uint64_t rig_dropped(const Rig* rig);

/**
   Check a take's file: rate, channels, frames, time reference; every sample
   equal to the signal from `counter` on, but for the marked gaps, which are
   zero (a dropped one stands for as much of the signal, a filled one for
   none).  @return NULL, or what is wrong
*/
const char* rig_check(const char* root, const BlTake* take, uint64_t counter);

#endif // BL_TESTS_RIG_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_OPEN_TAKE_H
#define BL_TAKE_OPEN_TAKE_H

#include "base/attributes.h"
#include "base/status.h"
#include "take/measure.h"
#include "take/take.h"
#include "take/wav.h"
#include "take/writer.h"

#include <stdbool.h>
#include <stdint.h>

/**
   A take while the disk thread writes it, and after that until its loudness
   is known.  Private to take/writer.
*/

typedef struct BlOpenTakeImpl BlOpenTake;

struct BlOpenTakeImpl
{
  BlTake    take;
  BlWav     wav; ///< fd -1 before the first sample
  BlMeasure measure;
  double    begun;  ///< Time before it was opened, seconds
  double    synced; ///< Time of the last sync
  uint64_t  synced_frames;
  bool      told_more; ///< take.json is behind what is known
  bool      recorded;  ///< By the `record` port

  // Loudness, behind the file
  BlLoudness* loudness; ///< NULL: not to be measured
  uint64_t    heard;    ///< Frames

  // Live waveform
  BlPeak   peaks[BL_PEAKS_MAX];
  uint32_t n_peaks;
  uint64_t first_peak;
  BlPeak   bin;
  uint32_t bin_frames; ///< So far in `bin`

  BlOpenTake* next; ///< In the queue of takes to be listened to
};

/// A take with nothing in it; NULL when out of memory
BL_THREAD_DISK BL_NODISCARD BlOpenTake* bl_open_take_new(const BlTake* take);

/// NULL is allowed; closes the file
BL_THREAD_DISK void bl_open_take_free(BlOpenTake* open);

/// Make the folder, the file and take.json
BL_THREAD_DISK BL_NODISCARD BlStatus bl_open_take_create(BlOpenTake* open,
                                                         const char* root,
                                                         BlWavWrite  write,
                                                         void*       handle);

/// Append; after a failure what was written is kept and counted
BL_THREAD_DISK BL_NODISCARD BlStatus bl_open_take_append(BlOpenTake*  open,
                                                         const float* audio,
                                                         uint64_t     frames);

/// Append marked silence
BL_THREAD_DISK BL_NODISCARD BlStatus bl_open_take_gap(BlOpenTake* open,
                                                      uint64_t    frames,
                                                      bool        dropped);

/// Tempo and meter from here on
BL_THREAD_DISK void bl_open_take_tempo(BlOpenTake* open, BlTempo tempo);

/// Bring header, audio and what is known to the disk
BL_THREAD_DISK BL_NODISCARD BlStatus bl_open_take_sync(BlOpenTake* open,
                                                       const char* root);

/// Move the take earlier in the session
BL_THREAD_ANY void bl_open_take_shift(BlTake* take, double ms);

/// Listen to one more slice; @return false where nothing is left
BL_THREAD_DISK bool bl_open_take_listen(BlOpenTake* open);

#endif // BL_TAKE_OPEN_TAKE_H

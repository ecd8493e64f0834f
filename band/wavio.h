// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_WAVIO_H
#define BL_BAND_WAVIO_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "grid.h"

#include <stddef.h>
#include <stdint.h>

/// Rate at which the band listens, Hz
#define BL_VOICE_RATE 22050u

/// A voice as the band hears it.  Owner: who read it; free with deinit.
typedef struct
{
  uint32_t rate;    ///< Of the file, Hz
  double   seconds; ///< Of the file
  uint64_t frames;  ///< Of the file
  uint64_t hash;    ///< Of the decoded samples; the music's seed
  size_t   n;
  float*   mono;                           ///< n samples at BL_VOICE_RATE
  float    peak;                           ///< Absolute, of mono
  char     comment[BL_GRID_COMMENT_BYTES]; ///< Where the host's grid stands
} BlVoice;

/**
   Read whatever libsndfile reads, mixed to mono.

   Samples that are no numbers become silence.  Lengths in headers are not
   believed.  @return BL_NOT_FOUND, BL_NO_ACCESS, BL_BAD_FILE, BL_TAKE_SHORT,
   BL_TAKE_LONG, BL_CANCELLED, BL_NO_MEM
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_voice_read(const char* path,
                                                  BlCancel*   cancel,
                                                  BlVoice*    voice);

BL_THREAD_JOB void bl_voice_deinit(BlVoice* voice);

/// Fold bytes into a 64-bit FNV-1a hash; start with BL_HASH_SEED
#define BL_HASH_SEED 0xcbf29ce484222325ull
BL_THREAD_ANY uint64_t bl_hash(uint64_t hash, const void* data, size_t size);

#endif // BL_BAND_WAVIO_H

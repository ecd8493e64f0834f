// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_MEASURE_H
#define BL_TAKE_MEASURE_H

#include "base/attributes.h"
#include "base/status.h"
#include "take/take.h"
#include "take/wav.h"
#include "take/writer.h"

#include <stddef.h>
#include <stdint.h>

/**
   What is measured of a take while it is written: peak, clipped and invalid
   samples and a hash, at a speed above any disk's; and its loudness (EBU R128),
   which is a hundred times dearer and therefore done in slices, from the file.
*/

typedef struct
{
  float    peak;
  uint64_t clipped; ///< Samples at or above full scale
  uint64_t invalid; ///< Samples that are no finite number
  uint64_t count;   ///< Samples so far
  uint64_t lanes[4];
  float    rest[8]; ///< count % 8 samples that wait for the hash
} BlMeasure;

BL_THREAD_ANY void bl_measure_init(BlMeasure* measure);

/// However the samples are cut into calls, the result is the same.
/// @param range  least and greatest sample, widened; may be NULL
BL_THREAD_ANY void bl_measure_add(BlMeasure*   measure,
                                  const float* audio,
                                  size_t       samples,
                                  BlPeak*      range);

/// Put peak_dbfs, clipped, invalid and hash into *take
BL_THREAD_ANY void bl_measure_finish(const BlMeasure* measure, BlTake* take);

/// Slices of loudness
typedef struct BlLoudnessImpl BlLoudness;

/// NULL when out of memory
BL_THREAD_DISK BL_NODISCARD BlLoudness* bl_loudness_new(uint32_t rate,
                                                        uint32_t channels);

/// NULL is allowed
BL_THREAD_DISK void bl_loudness_free(BlLoudness* loudness);

BL_THREAD_DISK BL_NODISCARD BlStatus bl_loudness_add(BlLoudness*  loudness,
                                                     const float* audio,
                                                     size_t       frames);

/// LUFS; -INFINITY below the gate, NAN where it cannot be said
BL_THREAD_DISK double bl_loudness_get(BlLoudness* loudness);

/// A whole file while it is measured, slice by slice
typedef struct
{
  int         fd; ///< Of whoever measures
  BlWavInfo   info;
  uint64_t    at; ///< Frames measured
  BlMeasure   measure;
  BlLoudness* loudness;
  float*      audio;
} BlMeasureFile;

/// @return BL_NO_MEM; bl_measure_file_end() is to be called then, too
BL_THREAD_DISK BL_NODISCARD BlStatus
bl_measure_file_begin(BlMeasureFile* file, int fd, const BlWavInfo* info);

/// The next slice, some milliseconds of work.  @return BL_BUSY while there is
/// more; BL_SUCCESS with all that bl_measure_file() says in *take
BL_THREAD_DISK BL_NODISCARD BlStatus bl_measure_file_step(BlMeasureFile* file,
                                                          BlTake*        take);

/// Of a zeroed one, too
BL_THREAD_DISK void bl_measure_file_end(BlMeasureFile* file);

/// Measure it in one go: frames, peak, clipped, invalid, hash and loudness
BL_THREAD_DISK BL_NODISCARD BlStatus bl_measure_file(int              fd,
                                                     const BlWavInfo* info,
                                                     BlTake*          take);

#endif // BL_TAKE_MEASURE_H

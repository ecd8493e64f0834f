// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_DEMO_AUDIO_H
#define BL_TESTS_DEMO_AUDIO_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Audio in memory, one array a channel
typedef struct
{
  float*   samples[2];
  size_t   frames;
  uint32_t channels; ///< 1 or 2
  uint32_t rate;
  int64_t  start; ///< BWF time reference: session frame of the first sample
} BlAudio;

/// Read any file that libsndfile reads; more than two channels become two.
/// BL_TAKE_LONG for more than BL_TAKE_MAX_S
BL_NODISCARD BlStatus bl_audio_read(const char* path, BlAudio* audio);

/// Write a 24-bit WAV with its place as BWF time reference
BL_NODISCARD BlStatus bl_audio_write(const char* path, const BlAudio* audio);

void bl_audio_free(BlAudio* audio);

/**
   Voice over backing, each where its `start` says, the backing a little
   below the voice, peak under -1 dBFS.  Rates must be equal.
*/
BL_NODISCARD BlStatus bl_audio_mix(const BlAudio* voice,
                                   const BlAudio* backing,
                                   BlAudio*       mix);

#endif // BL_TESTS_DEMO_AUDIO_H

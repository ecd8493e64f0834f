// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_METRIC_MIX_H
#define BL_TESTS_EVALUATE_METRIC_MIX_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>

/// How a mix or a stem sounds, as far as figures say

#define BL_MIX_OCTAVES 10u ///< Around 31.5, 63, ... 16000 Hz

/// Below this is silence, dBFS of 50 ms
#define BL_MIX_SILENCE_DB (-60.0)

/// Interleaved stereo
typedef struct
{
  size_t n; ///< Frames
  double rate;
  float* samples;
} BlMixSound;

typedef struct
{
  double lufs;                    ///< Integrated, EBU R128
  double range;                   ///< Loudness range, LU (EBU Tech 3342)
  double true_peak_db;            ///< The louder channel's
  size_t clipped;                 ///< Frames at full scale
  double dc;                      ///< Of full scale, the worse channel's
  double gap_s;                   ///< Longest silence before `until`
  double octaves[BL_MIX_OCTAVES]; ///< Shares of the energy
  double low;                     ///< Share below 120 Hz
  double mud;                     ///< Share of 250 to 500 Hz
  double centroid_hz;
  double correlation; ///< Of both channels, -1..1
  double balance_db;  ///< Left against right
  double head_db;     ///< Its first two seconds against what follows
  size_t clicks;      ///< Jumps of a ms that nothing around them explains
} BlMix;

/// Read a file whole; free with deinit, always
BL_NODISCARD BlStatus bl_mix_read(const char* path, BlMixSound* sound);

void bl_mix_sound_deinit(BlMixSound* sound);

/// @param until Second at which the form ends: later silence is no gap
BL_NODISCARD BlStatus bl_mix_measure(const BlMixSound* sound,
                                     double            until,
                                     BlMix*            mix);

/// Sing the built-in tune into a file that carries the host's grid, bar line
/// at second 0
BL_NODISCARD BlStatus bl_mix_sing(const char* path, double bpm, double seconds);

#endif // BL_TESTS_EVALUATE_METRIC_MIX_H

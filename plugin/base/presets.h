// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_PRESETS_H
#define BL_BASE_PRESETS_H

/**
   The shipped styles, for windows in hosts that have no preset menu and for
   the command line.  The same as ttl/presets.ttl; tests/lint compares them.
   Style only: nothing that captures, acts or pays.
*/
typedef struct
{
  const char* id; ///< Last part of the preset's URI
  const char* name;
  int         genre;
  int         mood;
  int         ensemble;
  float       style_weight;
  float       weirdness;
  float       audio_weight;
  const char* tags;
  const char* negative_tags;
} BlPreset;

#define BL_N_PRESETS 10u
extern const BlPreset bl_presets[BL_N_PRESETS];

#endif // BL_BASE_PRESETS_H

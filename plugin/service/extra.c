// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/service.h"

const BlExtra bl_extras[BL_N_EXTRAS] = {
  { "analysis.json", "-analysis.json", '\0', false },
  { "variant-a.mid", ".mid", 'A', false },
  { "variant-a-drums.wav", " drums.wav", 'A', true },
  { "variant-a-bass.wav", " bass.wav", 'A', true },
  { "variant-a-chords.wav", " chords.wav", 'A', true },
  { "variant-a-pad.wav", " pad.wav", 'A', true },
  { "variant-b.mid", ".mid", 'B', false },
  { "variant-b-drums.wav", " drums.wav", 'B', true },
  { "variant-b-bass.wav", " bass.wav", 'B', true },
  { "variant-b-chords.wav", " chords.wav", 'B', true },
  { "variant-b-pad.wav", " pad.wav", 'B', true },
};

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "style.h"

#include <string.h>

#define B (1u << BL_ROLE_BASS)
#define C (1u << BL_ROLE_COMP)
#define A (1u << BL_ROLE_ARP)
#define P (1u << BL_ROLE_PAD)

static const BlInstrument instruments[] = {
  // name, program, family, roles, low, high, pan, strums
  { "piano", 0, BL_FAMILY_PIANO, C | A | P, 52, 76, -12, false },
  { "bright piano", 1, BL_FAMILY_PIANO, C | A, 52, 77, -12, false },
  { "honky-tonk piano", 3, BL_FAMILY_PIANO, C | A, 52, 77, -12, false },
  { "electric piano", 4, BL_FAMILY_EPIANO, C | A | P, 52, 74, 14, false },
  { "fm piano", 5, BL_FAMILY_EPIANO, C | A | P, 52, 76, 14, false },
  { "clavinet", 7, BL_FAMILY_EPIANO, C | A, 52, 74, 20, false },
  { "celesta", 8, BL_FAMILY_MALLETS, A, 60, 88, 24, false },
  { "glockenspiel", 9, BL_FAMILY_MALLETS, A, 67, 91, 26, false },
  { "music box", 10, BL_FAMILY_MALLETS, A, 60, 88, 22, false },
  { "vibraphone", 11, BL_FAMILY_MALLETS, A | C | P, 55, 80, 24, false },
  { "marimba", 12, BL_FAMILY_MALLETS, A | C, 52, 79, 24, false },
  { "drawbar organ", 16, BL_FAMILY_ORGAN, C | P | A, 52, 76, 22, false },
  { "organ", 17, BL_FAMILY_ORGAN, C | P | A, 52, 76, 22, false },
  { "rock organ", 18, BL_FAMILY_ORGAN, C | P, 52, 76, 22, false },
  { "church organ", 19, BL_FAMILY_ORGAN, C | P, 48, 76, 0, false },
  { "accordion", 21, BL_FAMILY_FOLK, C | P | A, 53, 77, 20, false },
  { "harmonica", 22, BL_FAMILY_FOLK, A, 60, 84, 18, false },
  { "nylon guitar", 24, BL_FAMILY_ACOUSTIC, C | A, 50, 72, -20, true },
  { "steel guitar", 25, BL_FAMILY_ACOUSTIC, C | A, 50, 74, -20, true },
  { "acoustic guitar", 25, BL_FAMILY_ACOUSTIC, C | A, 50, 74, -20, true },
  { "jazz guitar", 26, BL_FAMILY_ELECTRIC, C | A, 50, 72, -22, true },
  { "clean guitar", 27, BL_FAMILY_ELECTRIC, C | A, 50, 74, -24, true },
  { "muted guitar", 28, BL_FAMILY_ELECTRIC, C | A, 50, 74, 28, true },
  { "overdrive guitar", 29, BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION, C | A,
    45, 67, -26, true },
  { "distortion guitar", 30, BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION, C | A,
    45, 65, 26, true },
  { "acoustic bass", 32, BL_FAMILY_BASS, B, 28, 50, 0, false },
  { "finger bass", 33, BL_FAMILY_BASS, B, 28, 50, 0, false },
  { "pick bass", 34, BL_FAMILY_BASS, B, 28, 50, 0, false },
  { "fretless bass", 35, BL_FAMILY_BASS, B, 28, 50, 0, false },
  { "slap bass", 36, BL_FAMILY_BASS, B, 28, 52, 0, false },
  { "synth bass", 38, BL_FAMILY_BASS | BL_FAMILY_SYNTH, B, 28, 50, 0, false },
  { "synth bass 2", 39, BL_FAMILY_BASS | BL_FAMILY_SYNTH, B, 28, 50, 0, false },
  { "violin", 40, BL_FAMILY_STRINGS, A, 60, 88, -18, false },
  { "cello", 42, BL_FAMILY_STRINGS, A | P, 43, 67, 14, false },
  { "tremolo strings", 44, BL_FAMILY_STRINGS, P, 52, 79, 8, false },
  { "pizzicato strings", 45, BL_FAMILY_STRINGS, A | C, 52, 79, 16, false },
  { "harp", 46, BL_FAMILY_FOLK, A | C, 50, 84, -22, false },
  { "timpani", 47, BL_FAMILY_DRUMS, B, 36, 53, 0, false },
  { "strings", 48, BL_FAMILY_STRINGS, P | C | A, 53, 79, 8, false },
  { "slow strings", 49, BL_FAMILY_STRINGS, P, 53, 79, 8, false },
  { "synth strings", 50, BL_FAMILY_SYNTH | BL_FAMILY_STRINGS, P, 53, 79, 8,
    false },
  { "choir", 52, BL_FAMILY_CHOIR, P, 53, 76, 0, false },
  { "oohs", 53, BL_FAMILY_CHOIR, P, 53, 76, 0, false },
  { "trumpet", 56, BL_FAMILY_BRASS, A, 58, 80, 16, false },
  { "muted trumpet", 59, BL_FAMILY_BRASS, A, 58, 80, 16, false },
  { "french horn", 60, BL_FAMILY_BRASS, P | A, 48, 70, -14, false },
  { "brass", 61, BL_FAMILY_BRASS, P | C | A, 53, 75, 18, false },
  { "saxophone", 66, BL_FAMILY_WINDS | BL_FAMILY_BRASS, A, 52, 76, 18, false },
  { "oboe", 68, BL_FAMILY_WINDS, A, 60, 84, -14, false },
  { "clarinet", 71, BL_FAMILY_WINDS, A, 55, 80, -14, false },
  { "flute", 73, BL_FAMILY_WINDS, A, 62, 88, 20, false },
  { "whistle", 78, BL_FAMILY_WINDS, A, 64, 88, 20, false },
  { "square lead", 80, BL_FAMILY_SYNTH, A, 55, 79, 22, false },
  { "saw lead", 81, BL_FAMILY_SYNTH, A | C, 52, 79, 22, false },
  { "bright synth", 90, BL_FAMILY_SYNTH, C | A | P, 52, 77, 18, false },
  { "new age pad", 88, BL_FAMILY_SYNTH, P, 52, 76, -8, false },
  { "warm pad", 89, BL_FAMILY_SYNTH, P, 52, 76, -8, false },
  { "choir pad", 91, BL_FAMILY_SYNTH | BL_FAMILY_CHOIR, P, 52, 76, -8, false },
  { "bowed pad", 92, BL_FAMILY_SYNTH, P, 52, 76, -8, false },
  { "halo pad", 94, BL_FAMILY_SYNTH, P, 52, 76, -8, false },
  { "sweep pad", 95, BL_FAMILY_SYNTH, P, 52, 76, -8, false },
  { "sitar", 104, BL_FAMILY_FOLK, A, 50, 74, -20, false },
  { "banjo", 105, BL_FAMILY_FOLK, C | A, 55, 79, 24, true },
  // General MIDI has no mandolin; a track must not say that it does
  { "mandolin (steel guitar)", 25, BL_FAMILY_ACOUSTIC | BL_FAMILY_FOLK, C | A,
    60, 84, 26, true },
  { "kalimba", 108, BL_FAMILY_MALLETS, A, 55, 84, 22, false },
  { "fiddle", 110, BL_FAMILY_STRINGS | BL_FAMILY_FOLK, A, 57, 84, -20, false },
};

const BlInstrument*
bl_instrument_find(const char* const name)
{
  for (size_t i = 0; i < BL_COUNT(instruments); ++i) {
    if (!strcmp(instruments[i].name, name)) {
      return &instruments[i];
    }
  }
  return NULL;
}

const BlInstrument*
bl_instrument_at(const size_t index)
{
  return index < BL_COUNT(instruments) ? &instruments[index] : NULL;
}

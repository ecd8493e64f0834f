// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/presets.h"

const BlPreset bl_presets[BL_N_PRESETS] = {
  { "folk-trio", "Acoustic folk trio", 3, 1, 1, 0.6f, 0.3f, 0.6f,
    "fingerpicked guitar, upright bass, brushed snare",
    "distortion, synthesizers, vocals" },
  { "pop-band", "Modern pop band", 1, 4, 2, 0.6f, 0.4f, 0.55f,
    "tight drums, electric bass, bright guitars", "vocals, choir" },
  { "piano-ballad", "Piano ballad", 20, 7, 3, 0.7f, 0.2f, 0.7f,
    "soft felt piano, sparse, slow build", "drums, vocals, choir" },
  { "soul-organ", "Soul with organ", 4, 1, 11, 0.65f, 0.35f, 0.6f,
    "electric bass, backbeat drums, rhythm guitar", "synthesizers, vocals" },
  { "jazz-trio", "Late-night jazz trio", 6, 2, 9, 0.65f, 0.4f, 0.6f,
    "brushed drums, walking upright bass", "distortion, vocals, choir" },
  { "bossa-guitar", "Bossa nova guitar", 7, 10, 4, 0.7f, 0.3f, 0.65f,
    "nylon guitar, shaker, soft bass", "distortion, heavy drums, vocals" },
  { "rock-guitars", "Rock guitars", 2, 9, 10, 0.6f, 0.45f, 0.5f,
    "driving drums, power chords, electric bass",
    "synthesizers, vocals, choir" },
  { "lofi-night", "Lo-fi night", 17, 8, 7, 0.55f, 0.5f, 0.55f,
    "dusty drums, electric piano, tape hiss", "brass, vocals, choir" },
  { "cinematic-strings", "Cinematic strings", 11, 6, 13, 0.65f, 0.5f, 0.6f,
    "slow build, wide strings, deep percussion",
    "electric guitars, vocals, choir" },
  { "electronic-pulse", "Electronic pulse", 10, 12, 6, 0.6f, 0.55f, 0.5f,
    "four on the floor, arpeggios, sub bass", "acoustic guitar, vocals" },
};

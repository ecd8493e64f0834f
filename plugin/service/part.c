// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/part.h"

#include "base/limits.h"

const BlPartRow bl_parts[BL_N_PARTS] = {
  [BL_PART_WAV] = { "wav", " lossless.wav", "audioWavUrl", "audio_wav_url" },
  [BL_PART_INSTRUMENTAL]   = { "no voice", " no voice.wav", "instrumentalUrl",
                               "instrumental_url" },
  [BL_PART_VOICE]          = { "voice", " voice.wav", "vocalUrl", "vocal_url" },
  [BL_PART_BACKING_VOICES] = { "backing voices", " backing voices.wav",
                               "backingVocalsUrl", "backing_vocals_url" },
  [BL_PART_DRUMS]          = { "drums", " drums.wav", "drumsUrl", "drums_url" },
  [BL_PART_BASS]           = { "bass", " bass.wav", "bassUrl", "bass_url" },
  [BL_PART_GUITAR]     = { "guitar", " guitar.wav", "guitarUrl", "guitar_url" },
  [BL_PART_KEYBOARD]   = { "keyboard", " keyboard.wav", "keyboardUrl",
                           "keyboard_url" },
  [BL_PART_PERCUSSION] = { "percussion", " percussion.wav", "percussionUrl",
                           "percussion_url" },
  [BL_PART_STRINGS]    = { "strings", " strings.wav", "stringsUrl",
                           "strings_url" },
  [BL_PART_SYNTH]      = { "synth", " synth.wav", "synthUrl", "synth_url" },
  [BL_PART_FX]         = { "fx", " fx.wav", "fxUrl", "fx_url" },
  [BL_PART_BRASS]      = { "brass", " brass.wav", "brassUrl", "brass_url" },
  [BL_PART_WOODWINDS]  = { "woodwinds", " woodwinds.wav", "woodwindsUrl",
                           "woodwinds_url" },
};

const BlRefineRow bl_refines[BL_N_REFINES] = {
  [BL_REFINE_NONE] = { "instrumental", "/api/v1/generate/add-instrumental",
                       "/api/v1/generate/record-info", NULL, BL_N_PARTS,
                       BL_USUAL_CREDITS, BL_USUAL_PAID_S },
  [BL_REFINE_WAV]  = { "wav", "/api/v1/wav/generate", "/api/v1/wav/record-info",
                       NULL, BL_PART_WAV, BL_WAV_CREDITS, BL_USUAL_WAV_S },
  [BL_REFINE_SEPARATE] = { "separate", "/api/v1/vocal-removal/generate",
                           "/api/v1/vocal-removal/record-info",
                           "separate_vocal", BL_PART_INSTRUMENTAL,
                           BL_SEPARATE_CREDITS, BL_USUAL_SEPARATE_S },
  [BL_REFINE_STEMS]    = { "stems", "/api/v1/vocal-removal/generate",
                           "/api/v1/vocal-removal/record-info", "split_stem",
                           BL_N_PARTS, -1.0, BL_USUAL_STEMS_S },
};

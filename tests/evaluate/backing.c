// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "backing.h"

#include <stdlib.h>
#include <string.h>

// As band.c takes them
#define STYLE_HARMONY 0.5
#define AUDIO_WEIGHT 0.6
#define WEIRDNESS 0.2
#define SEED 20261127u

BlBackingVoice
bl_backing_of_piece(const BlPiece* const piece, const BlSong* const song)
{
  const BlBackingVoice voice = {
    &piece->notes, &piece->grid, &piece->slots, &piece->form,
    song->tonic,   song->minor,  false,         piece->seconds,
  };
  return voice;
}

BlBackingVoice
bl_backing_of_heard(const BlHeard* const heard)
{
  const BlBackingVoice voice = {
    &heard->notes,
    &heard->grid,
    &heard->slots,
    &heard->form,
    heard->key.tonic,
    heard->key.minor,
    heard->tempo.source == BL_BAND_GRID_FREE,
    heard->voice.seconds,
  };
  return voice;
}

static BlStatus
harmonise(BlBacking* const backing)
{
  const BlBackingVoice* const voice  = backing->voice;
  const BlGroove* const       groove = backing->style.groove;
  const double   hold  = voice->free_time ? BL_HARMONY_FREE_HOLD : groove->hold;
  BlHarmonyTaste taste = { .evidence = 0.5 + AUDIO_WEIGHT,
                           .hold     = 0.8 * hold,
                           .stock    = groove->stock,
                           .stock_weight =
                             1.6 * STYLE_HARMONY * (1.0 - AUDIO_WEIGHT) };
  BlStatus       st    = BL_SUCCESS;
  for (unsigned v = 0; v < BL_VARIANTS && !st; ++v) {
    backing->chords[v] =
      (BlChord*)calloc(voice->slots->n + 1u, sizeof(BlChord));
    if (!backing->chords[v]) {
      return BL_NO_MEM;
    }
    taste.seed = SEED + v;
    st = bl_harmony_find(voice->slots, voice->form, &taste, backing->chords[v],
                         NULL);
    taste.avoid = backing->chords[0];
  }
  for (unsigned v = 0; v < BL_VARIANTS && !st && !voice->free_time; ++v) {
    bl_harmony_vamp(voice->slots, backing->chords[v]);
  }
  return st;
}

BlStatus
bl_backing_init(const BlGrooves* const      grooves,
                const BlBackingVoice* const voice,
                const char* const           tags,
                BlBacking* const            backing)
{
  memset(backing, 0, sizeof(*backing));
  backing->voice = voice;
  bl_style_read(grooves, tags, "", &backing->style);
  BlStatus st = harmonise(backing);
  for (unsigned v = 0; v < BL_VARIANTS && !st; ++v) {
    const BlPlan plan = { .grooves      = grooves,
                          .style        = &backing->style,
                          .grid         = voice->grid,
                          .slots        = voice->slots,
                          .form         = voice->form,
                          .chords       = backing->chords[v],
                          .tonic        = voice->tonic,
                          .minor        = voice->minor,
                          .free_time    = voice->free_time,
                          .seconds      = voice->seconds,
                          .variant      = v,
                          .style_weight = 1.0,
                          .weirdness    = WEIRDNESS,
                          .audio_weight = AUDIO_WEIGHT,
                          .seed         = SEED + 77u * v };
    st                = bl_arrange(&plan, &backing->scores[v]);
  }
  return st;
}

void
bl_backing_deinit(BlBacking* const backing)
{
  for (unsigned v = 0; v < BL_VARIANTS; ++v) {
    free(backing->chords[v]);
    bl_score_deinit(&backing->scores[v]);
  }
}

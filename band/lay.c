// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#include <math.h>
#include <string.h>

/// The most that each pitch class is sung in a slot that the chord lasts
static void
heard_under(const BlArranger* const arranger,
            const double            beat,
            float                   histogram[12])
{
  const BlSlots* const slots = arranger->plan->slots;
  const double         end   = bl_chord_end(arranger, beat);
  if (beat < 0.0) {
    memcpy(histogram, slots->lead.histogram, sizeof(slots->lead.histogram));
    return;
  }
  for (unsigned pc = 0; pc < 12u; ++pc) {
    histogram[pc] = 0.0f;
    for (size_t i = bl_slots_at(slots, beat);
         i < slots->n && slots->slots[i].beat < end - 1e-6; ++i) {
      histogram[pc] = fmaxf(histogram[pc], slots->slots[i].histogram[pc]);
    }
  }
}

static BlColour
colour_of(const BlArranger* const arranger, const BlRole role)
{
  const BlColour colour =
    bl_taste_groove(arranger->plan, BL_DRAW_COLOUR, 0)->colour;
  const bool electric = arranger->players[role]->family & BL_FAMILY_ELECTRIC;
  return colour == BL_COLOUR_POWER && (role == BL_ROLE_PAD || !electric)
           ? BL_COLOUR_TRIAD
           : colour;
}

static size_t
leave_out(unsigned* const tones, const size_t n, const size_t index)
{
  for (size_t i = index; i + 1u < n; ++i) {
    tones[i] = tones[i + 1u];
  }
  return n - 1u;
}

/// The bass has the root: a rich chord goes without it, a pad with three tones
static size_t
thin_out(const BlArranger* const arranger,
         const BlRole            role,
         const BlColour          colour,
         unsigned* const         tones,
         size_t                  n)
{
  const bool bass = arranger->players[BL_ROLE_BASS] && !arranger->waits;
  const bool rich = role == BL_ROLE_PAD || colour == BL_COLOUR_NINTH;
  if (bass && rich && role != BL_ROLE_ARP && n > 3u) {
    n = leave_out(tones, n, 0);
  }
  if (role == BL_ROLE_PAD && n > 3u) {
    n = leave_out(tones, n, n - 3u); // The fifth, before the extensions
  }
  return n;
}

/// Root, fifth and octave, near where the last one lay
static BlVoicing
lay_power(const BlArranger* const arranger,
          const BlRole            role,
          const unsigned          root,
          const int               low)
{
  const BlVoicing* const last = &arranger->voicing[role];
  int                    key  = low + ((int)root - low % 12 + 12) % 12;
  if (last->n && key - last->keys[0] > 6 && key - 12 >= low - 2) {
    key -= 12;
  }
  const BlVoicing voicing = { 3, { key, key + 7, key + 12 } };
  return voicing;
}

/// About which key a role's chords lie, so that the singer is heard
static int
middle_of(const BlArranger* const arranger,
          const BlRole            role,
          const int               low,
          const int               high)
{
  const int middle = (low + high) / 2 - 2;
  const int voice  = arranger->voice_key;
  if (!voice || bl_style_sings(arranger->plan->style)) {
    return middle;
  }
  if (role == BL_ROLE_ARP) {
    return voice < 66 ? high - 7 : middle;
  }

  // B lies lower, so that it is not A with other sounds
  const int below = role == BL_ROLE_PAD ? 10 : arranger->plan->variant ? 12 : 9;
  int most = role == BL_ROLE_PAD && voice <= 62 ? middle + 2 : voice - below;
  most     = most > low + 8 ? most : low + 8;
  return most < middle + 2 ? most : middle + 2;
}

BlVoicing
bl_lay_chord(BlArranger* const      arranger,
             const BlRole           role,
             const double           beat,
             const BlVoicing* const other)
{
  const BlInstrument* const player = arranger->players[role];
  const BlSlot* const       slot   = bl_slot_at(arranger, beat);
  const BlChord             chord  = bl_chord_at(arranger, beat);
  const BlColour            colour = colour_of(arranger, role);
  float                     sung[12];
  unsigned                  tones[BL_VOICES_MAX];
  BlVoicingWish             wish = { .open = role == BL_ROLE_PAD ||
                                             (role == BL_ROLE_COMP && bl_rolls(arranger)),
                                     .previous = &arranger->voicing[role],
                                     .other    = other };
  bl_taste_range(arranger->plan, player, &wish.low, &wish.high);
  heard_under(arranger, beat, sung);

  BlVoicing voicing;
  if (colour == BL_COLOUR_POWER) {
    voicing = lay_power(arranger, role, chord.root, wish.low);
  } else {
    size_t n =
      bl_chord_tones(chord, colour, slot->tonic, slot->minor, sung, tones);
    n           = thin_out(arranger, role, colour, tones, n);
    n           = bl_chord_yield(sung, tones, n);
    n           = bl_chord_clear(slot->opening, tones, n);
    wish.middle = middle_of(arranger, role, wish.low, wish.high);
    voicing     = bl_voicing_lead(tones, n, &wish);
  }
  arranger->voicing[role] = voicing;
  if (player->strums && voicing.n == 3u && colour != BL_COLOUR_POWER &&
      voicing.keys[0] + 12 > voicing.keys[2]) {
    voicing.keys[voicing.n++] = voicing.keys[0] + 12; // A fourth string
  }
  return voicing;
}

void
bl_lay_bar(BlArranger* const arranger)
{
  static const BlRole  order[] = { BL_ROLE_COMP, BL_ROLE_PAD, BL_ROLE_ARP };
  const BlSlots* const slots   = arranger->plan->slots;
  const size_t         first =
    bl_slots_at(slots, arranger->plan->grid->bars[arranger->bar].beat + 1e-3);
  for (size_t i = 0; i < BL_COUNT(order); ++i) {
    const BlRole role = order[i];
    for (size_t k = 0; k < 2u && arranger->players[role]; ++k) {
      BlVoicing* const lain = &arranger->lain[role][k];
      const bool       second =
        first + k < slots->n && slots->slots[first + k].bar == arranger->bar;
      if (k && (!second ||
                !bl_chord_begins(arranger, slots->slots[first + k].beat))) {
        *lain = arranger->lain[role][0];
        continue;
      }
      *lain =
        bl_lay_chord(arranger, role, slots->slots[first + k].beat + 1e-3,
                     role == BL_ROLE_PAD && arranger->players[BL_ROLE_COMP]
                       ? &arranger->lain[BL_ROLE_COMP][k]
                       : NULL);
    }
  }
}

const BlVoicing*
bl_lain_at(const BlArranger* const arranger,
           const BlRole            role,
           const double            beat)
{
  return &arranger->lain[role][bl_slot_at(arranger, beat)->inside ? 1 : 0];
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#include <math.h>
#include <stdlib.h>

/// Seconds that a strum takes from string to string
#define STRUM_S 0.011

const BlSlot*
bl_slot_at(const BlArranger* const arranger, const double beat)
{
  const BlSlots* const slots = arranger->plan->slots;
  return &slots->slots[bl_slots_at(slots, beat)];
}

BlChord
bl_chord_at(const BlArranger* const arranger, const double beat)
{
  const BlSlots* const slots = arranger->plan->slots;
  const double         end = arranger->plan->grid->bars[arranger->end_bar].beat;
  if (beat < -1e-6) {
    return bl_lead_chord(arranger->plan);
  }
  if (beat >= end - 1e-6) {
    const BlChord home = { (unsigned char)arranger->plan->tonic,
                           arranger->plan->minor };
    return home;
  }
  return arranger->plan->chords[bl_slots_at(slots, beat)];
}

static bool
same_chord(const BlChord a, const BlChord b)
{
  return a.root == b.root && a.minor == b.minor;
}

double
bl_chord_end(const BlArranger* const arranger, const double beat)
{
  const BlPlan* const plan    = arranger->plan;
  const double        bar_end = plan->grid->bars[arranger->bar + 1u].beat;
  const BlSlot*       slot    = bl_slot_at(arranger, beat);
  const double        end     = slot->beat + slot->length;
  if (end < bar_end - 1e-6 &&
      same_chord(bl_chord_at(arranger, end), bl_chord_at(arranger, beat))) {
    return bar_end;
  }
  return fmin(end, bar_end);
}

bool
bl_chord_begins(const BlArranger* const arranger, const double beat)
{
  const BlSlot* const slot = bl_slot_at(arranger, beat);
  return fabs(slot->beat - beat) < 1e-6 && slot->inside &&
         !same_chord(bl_chord_at(arranger, beat),
                     bl_chord_at(arranger, beat - 0.5));
}

static double
stroke(const char c)
{
  switch (c) {
    case 'X':
      return 1.0;
    case 'x':
      return 0.84;
    case 's':
      return 0.86;
    case 'u':
      return 0.68;
    case 'o':
      return 0.52;
    default:
      return 0.8;
  }
}

double
bl_humanise(BlArranger* const arranger)
{
  return 0.005 * bl_random_bell(&arranger->random);
}

BlStatus
bl_strike(BlArranger* const      arranger,
          const BlRole           role,
          const BlVoicing* const voicing,
          const char             how,
          const double           beat,
          const double           beats)
{
  const bool   strums = arranger->players[role]->strums;
  const double late   = bl_humanise(arranger);
  BlStatus     st     = BL_SUCCESS;
  for (size_t i = 0; i < voicing->n && !st; ++i) {
    const size_t turn = how == 'u' ? voicing->n - 1u - i : i;
    if (how == 'u' && strums && i == 0 && voicing->n > 3u) {
      continue; // An up-stroke misses the lowest string
    }
    const double spread = strums ? STRUM_S * (double)turn : 0.0;
    st = bl_play_note(arranger, role, voicing->keys[i], beat, beats,
                      stroke(how) * (i + 1u == voicing->n ? 1.0 : 0.93),
                      late + spread);
  }
  return st;
}

bool
bl_only_holds(const BlPlan* const plan)
{
  return plan->free_time || plan->style->density < -0.45;
}

double
bl_duck(const BlPlan* const plan, const double sung)
{
  return 1.0 - (0.04 + 0.16 * plan->audio_weight) * sung;
}

/// A weird band comes an eighth early now and then
static double
pushed(const BlArranger* const arranger, const unsigned step, const double beat)
{
  const BlPlan* const plan = arranger->plan;
  const bool          may =
    step > 0 && arranger->per_beat == 4u && step % arranger->per_beat == 0;
  return may && bl_draw(plan, BL_DRAW_PUSH, arranger->bar * 64u + step) <
                  0.4 * bl_taste_odd(plan)
           ? beat - 0.5
           : beat;
}

BlStatus
bl_play_chords(BlArranger* const arranger)
{
  const BlRole           role = BL_ROLE_COMP;
  const BlPlan* const    plan = arranger->plan;
  const BlPattern* const pattern =
    &arranger->patterns[role]->line[role][plan->variant];
  const bool quiet = bl_only_holds(plan);
  BlStatus   st    = BL_SUCCESS;

  for (unsigned step = 0; step < arranger->steps && !st; ++step) {
    const double beat  = bl_step_beat(arranger, step);
    const bool   turns = bl_chord_begins(arranger, beat);
    char         how   = bl_step_at(arranger, pattern, step);
    if (turns && (how == '-' || quiet)) {
      how = 'x';
    } else if (quiet) {
      how = step == 0 ? 'x' : '.';
    }
    const double sung = (double)bl_slot_at(arranger, beat)->sung;
    if (how == '.' || how == '-' ||
        (!turns &&
         bl_taste_yields(arranger, role, bl_taste_rank(arranger, pattern, step),
                         sung))) {
      continue;
    }

    const unsigned n =
      quiet ? arranger->steps : bl_step_length(arranger, pattern, step);
    const double end   = fmin(bl_step_beat(arranger, step + n),
                              bl_chord_end(arranger, beat + 1e-3));
    const double beats = how == 's' ? 0.45 / arranger->per_beat * 4.0 * 0.25
                                    : fmax(end - beat, 0.1) * 0.97;
    const BlVoicing* const voicing = bl_lain_at(arranger, role, beat + 1e-3);
    const double           duck    = bl_duck(plan, sung);
    arranger->intensity *= duck;
    st = bl_strike(arranger, role, voicing, how, pushed(arranger, step, beat),
                   beats);
    arranger->intensity /= duck;
  }
  return st;
}

BlStatus
bl_play_pad(BlArranger* const arranger)
{
  const BlPlan* const plan  = arranger->plan;
  const double        start = plan->grid->bars[arranger->bar].beat;
  const double        end   = plan->grid->bars[arranger->bar + 1u].beat;
  const double        floor_intensity = plan->variant ? 0.30 : 0.38;
  BlStatus            st              = BL_SUCCESS;
  const double        usual           = 0.55 * plan->style->energy +
                       0.33 * (double)arranger->section->energy + 0.08;
  if (usual + 0.2 * plan->style->density < floor_intensity &&
      arranger->players[BL_ROLE_COMP]) {
    return BL_SUCCESS;
  }

  for (double beat = start; beat < end - 1e-6 && !st;) {
    const double           until = bl_chord_end(arranger, beat + 1e-3);
    const BlVoicing* const voicing =
      bl_lain_at(arranger, BL_ROLE_PAD, beat + 1e-3);
    const double from = beat + bl_roll_beats(arranger, beat, until);
    for (size_t i = 0; i < voicing->n && !st; ++i) {
      st = bl_play_note(arranger, BL_ROLE_PAD, voicing->keys[i], from,
                        (until - from) * 1.01, 0.62, 0.0);
    }
    beat = until;
  }
  return st;
}

BlStatus
bl_play_ending(BlArranger* const arranger)
{
  const BlPlan* const plan = arranger->plan;
  const double        beat = plan->grid->bars[arranger->end_bar].beat;
  const double        time = bl_grid_time(plan->grid, beat);
  // Two beats at least, however slow
  const double beats =
    fmax(bl_grid_beat(plan->grid, time + 2.4) - beat,
         fmin(2.2, bl_grid_beat(plan->grid, time + 3.5) - beat));
  BlStatus st = BL_SUCCESS;

  arranger->bar = arranger->end_bar ? arranger->end_bar - 1u : 0u;
  for (unsigned r = BL_ROLE_COMP; r < BL_N_ROLES && !st; ++r) {
    if (arranger->players[r] &&
        (r != BL_ROLE_ARP || arranger->players[r]->strums)) {
      const BlVoicing voicing = bl_lay_chord(
        arranger, (BlRole)r, beat + 1e-3,
        r == BL_ROLE_PAD ? &arranger->voicing[BL_ROLE_COMP] : NULL);
      st = bl_strike(arranger, (BlRole)r, &voicing, 'x', beat, beats);
    }
  }
  if (!st && arranger->players[BL_ROLE_BASS]) {
    const int key = 28 + ((int)plan->tonic - 28 % 12 + 12) % 12;
    st = bl_play_note(arranger, BL_ROLE_BASS, key, beat, beats, 0.9, 0.0);
  }
  if (!st && arranger->drums) {
    st = bl_play_note(arranger, BL_PART_DRUMS, 36, beat, 0.5, 0.9, 0.0);
    if (!st) {
      st = bl_play_note(arranger, BL_PART_DRUMS,
                        plan->style->soft_kit ? 51 : 49, beat, 2.0, 0.72, 0.0);
    }
  }
  return st;
}

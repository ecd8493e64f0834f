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

static BlStatus
strike(BlArranger* const      arranger,
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

/// A weird band comes an eighth early now and then
static double
pushed(const BlArranger* const arranger, const unsigned step, const double beat)
{
  const BlPlan* const plan = arranger->plan;
  const bool may = !plan->free_time && step > 0 && arranger->per_beat == 4u &&
                   step % arranger->per_beat == 0;
  return may && bl_draw(plan, BL_DRAW_PUSH, arranger->bar * 64u + step) <
                  0.4 * bl_taste_odd(plan)
           ? beat - 0.5
           : beat;
}

BlStatus
bl_play_chords(BlArranger* const arranger, const BlRole role)
{
  const BlPlan* const    plan = arranger->plan;
  const BlPattern* const pattern =
    &arranger->patterns[role]->line[role][plan->variant];
  const bool quiet = bl_only_holds(plan);
  BlStatus   st    = BL_SUCCESS;

  for (unsigned step = 0; step < arranger->steps && !st; ++step) {
    const double beat  = bl_step_beat(arranger, step);
    const bool   turns = bl_chord_begins(arranger, beat) ||
                       (plan->free_time && step == 0); // A phrase begins
    char how = bl_step_at(arranger, pattern, step);
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
    // The voice comes first: play a little softer under it
    const double duck = 1.0 - (0.04 + 0.16 * plan->audio_weight) * sung;
    arranger->intensity *= duck;
    st =
      strike(arranger, role, voicing, how, pushed(arranger, step, beat), beats);
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
    for (size_t i = 0; i < voicing->n && !st; ++i) {
      st = bl_play_note(arranger, BL_ROLE_PAD, voicing->keys[i], beat,
                        (until - beat) * 1.01, 0.62, 0.0);
    }
    beat = until;
  }
  return st;
}

/// The broken chord's tone at a step, '1' the lowest, not above `high`
static int
broken_key(const BlVoicing* const voicing, const char how, const int high)
{
  const size_t tone = (size_t)(how - '1');
  const int    key =
    voicing->keys[tone % voicing->n] + 12 * (int)(tone / voicing->n);
  return key > high ? key - 12 : key;
}

/// Off the keys that are being sung: an octave lower, or 0 for not at all
static int
clear_of_voice(const BlArranger* const arranger,
               const BlSlot* const     slot,
               const int               key)
{
  const int low  = slot->lowest - 2;
  const int high = slot->highest + 2;
  if (slot->lowest < 0 || arranger->plan->style->only_wanted || key < low ||
      key > high) {
    return key;
  }
  const int down = key - 12;
  return down < low && down >= arranger->players[BL_ROLE_ARP]->low - 5 ? down
                                                                       : 0;
}

static const BlPattern*
broken_pattern(const BlArranger* const arranger)
{
  const unsigned         v = arranger->plan->variant;
  const BlPattern* const lines =
    arranger->patterns[BL_ROLE_ARP]->line[BL_ROLE_ARP];
  return lines[v].steps ? &lines[v] : &lines[!v];
}

static BlStatus
play_broken(BlArranger* const      arranger,
            const BlRole           role,
            const BlPattern* const pattern,
            const unsigned         step,
            const int              key,
            const double           velocity)
{
  const double   beat = bl_step_beat(arranger, step);
  const unsigned n    = bl_step_length(arranger, pattern, step);
  const double   end  = fmin(beat + ((double)n + 0.8) / arranger->per_beat,
                             bl_chord_end(arranger, beat + 1e-3));
  return bl_play_note(arranger, role, key, beat, fmax(end - beat, 0.2),
                      velocity, bl_humanise(arranger));
}

/// Broken chords where the voice leaves room; under it in the louder parts, and
/// those of quiet styles in B alone
BlStatus
bl_play_arp(BlArranger* const arranger)
{
  const BlPlan* const    plan    = arranger->plan;
  const BlPattern* const pattern = broken_pattern(arranger);
  const double busy = plan->style->energy + 0.3 * plan->style->density;
  BlStatus     st   = BL_SUCCESS;

  for (unsigned step = 0; step < arranger->steps && !st; ++step) {
    const double        beat  = bl_step_beat(arranger, step);
    const char          how   = bl_step_at(arranger, pattern, step);
    const BlSlot* const slot  = bl_slot_at(arranger, beat + 1e-3);
    const bool          under = slot->sung > 0.45f && !plan->style->only_wanted;
    if (how < '1' || how > '8' ||
        (under && bl_taste_yields(arranger, BL_ROLE_ARP,
                                  bl_taste_rank(arranger, pattern, step),
                                  (double)slot->sung)) ||
        (under &&
         (arranger->lift < 0.5 || (busy < 0.62 && plan->variant == 0)))) {
      continue;
    }

    const int key =
      clear_of_voice(arranger, slot,
                     broken_key(bl_lain_at(arranger, BL_ROLE_ARP, beat + 1e-3),
                                how, arranger->players[BL_ROLE_ARP]->high + 5));
    if (key) {
      st = play_broken(arranger, BL_ROLE_ARP, pattern, step, key,
                       slot->sung > 0.45f ? 0.58 : 0.72);
    }
  }
  return st;
}

BlStatus
bl_play_answer(BlArranger* const arranger)
{
  const BlPlan* const       plan    = arranger->plan;
  const BlPattern* const    pattern = broken_pattern(arranger);
  const BlInstrument* const player  = arranger->players[BL_ROLE_COMP];
  BlStatus                  st      = BL_SUCCESS;
  if (!player || bl_only_holds(plan) || arranger->bar < arranger->voice_bar ||
      arranger->groove->colour == BL_COLOUR_POWER) {
    return BL_SUCCESS;
  }

  for (unsigned step = 0; step < arranger->steps && !st; ++step) {
    const double        beat = bl_step_beat(arranger, step);
    const char          how  = bl_step_at(arranger, pattern, step);
    const BlSlot* const slot = bl_slot_at(arranger, beat + 1e-3);
    if (how < '1' || how > '8' || slot->sung > 0.15f) {
      continue;
    }
    const int key =
      12 + broken_key(bl_lain_at(arranger, BL_ROLE_COMP, beat + 1e-3), how,
                      player->high - 4);
    st = play_broken(arranger, BL_ROLE_COMP, pattern, step, key, 0.66);
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
      st = strike(arranger, (BlRole)r, &voicing, 'x', beat, beats);
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

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#include <math.h>

/// Seconds from tone to tone of a chord that is rolled without a pulse, and
/// the share of the chord that all of it may take
#define ROLL_S 0.22
#define ROLL_SHARE 0.3

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

/// Who breaks B's chords where there is no pulse
static BlRole
roller_of(const BlArranger* const arranger)
{
  return arranger->players[BL_ROLE_ARP] ? BL_ROLE_ARP : BL_ROLE_COMP;
}

bool
bl_rolls(const BlArranger* const arranger)
{
  return arranger->plan->free_time && arranger->plan->variant;
}

double
bl_roll_beats(const BlArranger* const arranger,
              const double            beat,
              const double            until)
{
  const BlRole role = roller_of(arranger);
  if (!bl_rolls(arranger) || !arranger->players[role]) {
    return 0.0;
  }
  const BlGrid* const grid  = arranger->plan->grid;
  const double        start = bl_grid_time(grid, beat);
  const double        span  = bl_grid_time(grid, until) - start;
  const size_t        n     = bl_lain_at(arranger, role, beat + 1e-3)->n;
  const double        roll  = fmin(ROLL_S * (double)n, ROLL_SHARE * span);
  return bl_grid_beat(grid, start + roll) - beat;
}

/// From below, after the bass, its lowest tone again on top, each tone held
/// until the chord ends
static BlStatus
roll(BlArranger* const arranger,
     const BlRole      role,
     const double      beat,
     const double      until)
{
  const BlVoicing* const voicing = bl_lain_at(arranger, role, beat + 1e-3);
  const double           all     = bl_roll_beats(arranger, beat, until);
  const size_t           bass    = arranger->players[BL_ROLE_BASS] ? 1u : 0u;
  BlStatus               st      = BL_SUCCESS;
  for (size_t i = 0; i <= voicing->n && !st; ++i) {
    const double at =
      beat + all * (double)(i + bass) / (double)(voicing->n + bass);
    int key = broken_key(voicing, (char)('1' + (int)i),
                         arranger->players[role]->high + 5);
    if (role == BL_ROLE_ARP && i) {
      key = clear_of_voice(arranger, bl_slot_at(arranger, at + 1e-3), key);
    }
    if (key && (i < voicing->n || key > voicing->keys[i - 1u])) {
      st = bl_play_note(arranger, role, key, at, (until - at) * 0.97,
                        0.8 - 0.2 * (double)i / (double)voicing->n,
                        bl_humanise(arranger));
    }
  }
  return st;
}

static BlStatus
hold(BlArranger* const arranger,
     const BlRole      role,
     const double      beat,
     const double      from,
     const double      until)
{
  return arranger->players[role]
           ? bl_strike(arranger, role, bl_lain_at(arranger, role, beat + 1e-3),
                       'x', from, (until - from) * 0.97)
           : BL_SUCCESS;
}

/// One chord: A strikes it; B rolls it, and who does not roll comes in when it
/// is whole
static BlStatus
play_chord(BlArranger* const arranger, const double beat, const double until)
{
  const BlRole roller = roller_of(arranger);
  const double whole  = beat + bl_roll_beats(arranger, beat, until);
  if (!bl_rolls(arranger)) {
    return hold(arranger,
                arranger->players[BL_ROLE_COMP] ? BL_ROLE_COMP : BL_ROLE_ARP,
                beat, beat, until);
  }
  BlStatus st = arranger->players[roller] ? roll(arranger, roller, beat, until)
                                          : BL_SUCCESS;
  if (!st && roller != BL_ROLE_COMP) {
    st = hold(arranger, BL_ROLE_COMP, beat, whole, until);
  }
  return st;
}

BlStatus
bl_play_freely(BlArranger* const arranger)
{
  const BlGrid* const grid = arranger->plan->grid;
  const double        end  = grid->bars[arranger->bar + 1u].beat;
  BlStatus            st   = BL_SUCCESS;
  for (double beat = grid->bars[arranger->bar].beat;
       beat < end - 1e-6 && !st;) {
    const double until = bl_chord_end(arranger, beat + 1e-3);
    const double duck =
      bl_duck(arranger->plan, (double)bl_slot_at(arranger, beat + 1e-3)->sung);
    arranger->intensity *= duck;
    st = play_chord(arranger, beat, until);
    arranger->intensity /= duck;
    beat = until;
  }
  return st;
}

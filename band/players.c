// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#include <math.h>
#include <stdlib.h>

/// Seconds that a strum takes from string to string
#define STRUM_S 0.011

static const BlSlot*
slot_at(const BlArranger* const arranger, const double beat)
{
  const BlSlots* const slots = arranger->plan->slots;
  return &slots->slots[bl_slots_at(slots, beat)];
}

static BlChord
chord_at(const BlArranger* const arranger, const double beat)
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

/// Beat at which the chord that sounds at `beat` ends, at most the bar's end
static double
chord_end(const BlArranger* const arranger, const double beat)
{
  const BlPlan* const plan    = arranger->plan;
  const double        bar_end = plan->grid->bars[arranger->bar + 1u].beat;
  const BlSlot*       slot    = slot_at(arranger, beat);
  const double        end     = slot->beat + slot->length;
  if (end < bar_end - 1e-6 &&
      same_chord(chord_at(arranger, end), chord_at(arranger, beat))) {
    return bar_end;
  }
  return fmin(end, bar_end);
}

static bool
chord_begins(const BlArranger* const arranger, const double beat)
{
  const BlSlot* const slot = slot_at(arranger, beat);
  return fabs(slot->beat - beat) < 1e-6 && slot->inside &&
         !same_chord(chord_at(arranger, beat), chord_at(arranger, beat - 0.5));
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

/// Quieter and later notes make it human; drums keep the grid
static double
humanise(BlArranger* const arranger)
{
  return 0.005 * bl_random_bell(&arranger->random);
}

static BlVoicing
voice(BlArranger* const arranger, const BlRole role, const double beat)
{
  const BlPlan* const       plan   = arranger->plan;
  const BlInstrument* const player = arranger->players[role];
  const BlSlot* const       slot   = slot_at(arranger, beat);
  BlColour colour = bl_taste_groove(plan, BL_DRAW_COLOUR, 0)->colour;
  unsigned tones[BL_VOICES_MAX];

  if (role == BL_ROLE_PAD && colour == BL_COLOUR_POWER) {
    colour = BL_COLOUR_TRIAD;
  } else if (colour == BL_COLOUR_POWER &&
             !(player->family & BL_FAMILY_ELECTRIC)) {
    colour = BL_COLOUR_TRIAD;
  }
  size_t n    = bl_chord_tones(chord_at(arranger, beat), colour, plan->tonic,
                               plan->minor, slot->histogram, tones);
  int    low  = 0;
  int    high = 0;
  bl_taste_range(plan, player, &low, &high);
  BlVoicing voicing =
    bl_voicing_lead(tones, n, low, high - 4, &arranger->voicing[role]);
  arranger->voicing[role] = voicing;
  if (colour == BL_COLOUR_POWER && voicing.n < BL_VOICES_MAX) {
    voicing.keys[voicing.n] = voicing.keys[0] + 12;
    ++voicing.n;
  }
  return voicing;
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
  const double late   = humanise(arranger);
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

/// Chords are struck where a bar begins or the harmony turns, and held: by
/// those who play little, and by all where there is no pulse
static bool
only_holds(const BlPlan* const plan)
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
  const bool quiet = only_holds(plan);
  BlStatus   st    = BL_SUCCESS;

  for (unsigned step = 0; step < arranger->steps && !st; ++step) {
    const double beat  = bl_step_beat(arranger, step);
    const bool   turns = chord_begins(arranger, beat) ||
                       (plan->free_time && step == 0); // A phrase begins
    char how = bl_step_at(arranger, pattern, step);
    if (turns && (how == '-' || quiet)) {
      how = 'x';
    } else if (quiet) {
      how = step == 0 ? 'x' : '.';
    }
    const double sung = (double)slot_at(arranger, beat)->sung;
    if (how == '.' || how == '-' ||
        (!turns &&
         bl_taste_yields(arranger, role, bl_taste_rank(arranger, pattern, step),
                         sung))) {
      continue;
    }

    const unsigned n =
      quiet ? arranger->steps : bl_step_length(arranger, pattern, step);
    const double end =
      fmin(bl_step_beat(arranger, step + n), chord_end(arranger, beat + 1e-3));
    const double    beats = how == 's' ? 0.45 / arranger->per_beat * 4.0 * 0.25
                                       : fmax(end - beat, 0.1) * 0.97;
    const BlVoicing voicing = voice(arranger, role, beat + 1e-3);
    // The voice comes first: play a little softer under it
    const double duck = 1.0 - (0.04 + 0.16 * plan->audio_weight) * sung;
    arranger->intensity *= duck;
    st = strike(arranger, role, &voicing, how, pushed(arranger, step, beat),
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
    const double    until   = chord_end(arranger, beat + 1e-3);
    const BlVoicing voicing = voice(arranger, BL_ROLE_PAD, beat + 1e-3);
    for (size_t i = 0; i < voicing.n && !st; ++i) {
      st = bl_play_note(arranger, BL_ROLE_PAD, voicing.keys[i], beat,
                        (until - beat) * 1.01, 0.62, 0.0);
    }
    beat = until;
  }
  return st;
}

/// Broken chords where the voice leaves room, or all through when it is loud
BlStatus
bl_play_arp(BlArranger* const arranger)
{
  const BlPlan* const    plan = arranger->plan;
  const BlPattern* const own =
    &arranger->patterns[BL_ROLE_ARP]->line[BL_ROLE_ARP][plan->variant];
  const BlPattern* const pattern =
    own->steps
      ? own
      : &arranger->patterns[BL_ROLE_ARP]->line[BL_ROLE_ARP][!plan->variant];
  const double busy = plan->style->energy + 0.3 * plan->style->density;
  BlStatus     st   = BL_SUCCESS;

  for (unsigned step = 0; step < arranger->steps && !st; ++step) {
    const double        beat  = bl_step_beat(arranger, step);
    const char          how   = bl_step_at(arranger, pattern, step);
    const BlSlot* const slot  = slot_at(arranger, beat + 1e-3);
    const bool          under = slot->sung > 0.45f && !plan->style->only_wanted;
    if (how < '1' || how > '8' ||
        (under && bl_taste_yields(arranger, BL_ROLE_ARP,
                                  bl_taste_rank(arranger, pattern, step),
                                  (double)slot->sung)) ||
        (busy < 0.62 && under && plan->variant == 0)) {
      continue;
    }

    const BlVoicing voicing = voice(arranger, BL_ROLE_ARP, beat + 1e-3);
    const size_t    tone    = (size_t)(how - '1');
    const int       key =
      voicing.keys[tone % voicing.n] + 12 * (int)(tone / voicing.n);
    const unsigned n     = bl_step_length(arranger, pattern, step);
    const double   beats = ((double)n + 0.8) / arranger->per_beat;
    st =
      bl_play_note(arranger, BL_ROLE_ARP, key > 96 ? key - 12 : key, beat,
                   beats, slot->sung > 0.45f ? 0.58 : 0.72, humanise(arranger));
  }
  return st;
}

static int
near_key(const int around, const unsigned pc, const int low, const int high)
{
  int best = -1;
  for (int key = low; key <= high; ++key) {
    if ((unsigned)key % 12u == pc % 12u &&
        (best < 0 || abs(key - around) < abs(best - around))) {
      best = key;
    }
  }
  return best;
}

/// One step of the scale from `key` towards `target`
static int
walk(const BlPlan* const plan, const int key, const int target)
{
  const int direction = target >= key ? 1 : -1;
  int       next      = key;
  for (int i = 0; i < 3; ++i) {
    next += direction;
    if (bl_scale_has(plan->tonic, plan->minor, (unsigned)next % 12u)) {
      break;
    }
  }
  return next == target ? key + direction * 2 : next;
}

static int
bass_tone(BlArranger* const arranger,
          const char        how,
          const double      beat,
          const int         low,
          const int         high)
{
  const BlPlan* const plan  = arranger->plan;
  const BlChord       chord = chord_at(arranger, beat);
  const double        later = plan->grid->bars[arranger->bar + 1u].beat;
  const BlChord       next  = chord_at(arranger, later + 1e-3);
  const int           root  = near_key(low + 9, chord.root, low, low + 12);
  const int           goal = near_key(arranger->bass_key, next.root, low, high);

  switch (how) {
    case '5':
      return near_key(root + (root > low + 7 ? -5 : 7), chord.root + 7u, low,
                      high);
    case '3':
      return near_key(root, chord.root + (chord.minor ? 3u : 4u), root, high);
    case '8':
      return root + 12 <= high + 4 ? root + 12 : root;
    case '7':
      return near_key(root, chord.root + 10u, root, high + 2);
    case '6':
      return near_key(root, chord.root + (chord.minor ? 10u : 9u), root, high);
    case 'w':
      return walk(plan, arranger->bass_key, goal);
    case 'l':
      if (same_chord(chord, next)) {
        return near_key(root, chord.root + 7u, low, high);
      }
      return bl_scale_has(plan->tonic, plan->minor, (unsigned)(goal + 11) % 12u)
               ? goal - 1
               : goal + (bl_scale_has(plan->tonic, plan->minor,
                                      (unsigned)(goal + 2) % 12u)
                           ? 2
                           : -2);
    default:
      return root;
  }
}

BlStatus
bl_play_bass(BlArranger* const arranger)
{
  const BlPlan* const    plan = arranger->plan;
  const BlPattern* const pattern =
    &arranger->patterns[BL_ROLE_BASS]->line[BL_ROLE_BASS][plan->variant];
  const bool is_bass = arranger->players[BL_ROLE_BASS]->family & BL_FAMILY_BASS;
  const int  low     = is_bass ? 28 : 36;
  const int  high    = low + 22;
  const bool quiet   = only_holds(plan);
  BlStatus   st      = BL_SUCCESS;

  for (unsigned step = 0; step < arranger->steps && !st; ++step) {
    const double beat  = bl_step_beat(arranger, step);
    const bool   turns = chord_begins(arranger, beat);
    char         how   = bl_step_at(arranger, pattern, step);
    if (turns || (quiet && step == 0)) {
      how = 'R';
    } else if (quiet) {
      how = '.';
    }
    if (how == '.' || how == '-') {
      continue;
    }

    const unsigned n =
      quiet ? arranger->steps : bl_step_length(arranger, pattern, step);
    const double end =
      fmin(bl_step_beat(arranger, step + n), chord_end(arranger, beat + 1e-3));
    const int key      = bass_tone(arranger, how, beat + 1e-3, low, high);
    arranger->bass_key = key;
    st                 = bl_play_note(arranger, BL_ROLE_BASS, key, beat,
                                      fmax(end - beat, 0.1) * 0.94, how == 'R' ? 0.95 : 0.84,
                                      0.5 * humanise(arranger));
  }
  return st;
}

BlStatus
bl_play_ending(BlArranger* const arranger)
{
  const BlPlan* const plan  = arranger->plan;
  const double        beat  = plan->grid->bars[arranger->end_bar].beat;
  const double        time  = bl_grid_time(plan->grid, beat);
  const double        beats = bl_grid_beat(plan->grid, time + 2.4) - beat;
  BlStatus            st    = BL_SUCCESS;

  arranger->bar = arranger->end_bar ? arranger->end_bar - 1u : 0u;
  for (unsigned r = BL_ROLE_COMP; r < BL_N_ROLES && !st; ++r) {
    if (arranger->players[r] &&
        (r != BL_ROLE_ARP || arranger->players[r]->strums)) {
      const BlVoicing voicing = voice(arranger, (BlRole)r, beat + 1e-3);
      st = strike(arranger, (BlRole)r, &voicing, 'x', beat, beats);
    }
  }
  if (!st && arranger->players[BL_ROLE_BASS]) {
    const int key = near_key(36, plan->tonic, 28, 45);
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

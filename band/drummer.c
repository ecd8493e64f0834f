// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#define KICK 36
#define RIM 37
#define SNARE 38
#define CLOSED_HAT 42
#define CRASH 49

static double
weight(const char c)
{
  return c == 'X' ? 1.0 : c == 'o' ? 0.42 : 0.78;
}

/// What the bar's mood makes of a drum: 0 leaves it out
static unsigned
choose_drum(const BlArranger* const arranger, const unsigned key)
{
  const BlStyle* const style  = arranger->plan->style;
  const bool           gentle = arranger->intensity < 0.34 || style->soft_kit;
  switch (key) {
    case 38:
    case 39:
    case 40:
      return gentle ? RIM : key;
    case 46:
      return gentle ? CLOSED_HAT : key;
    case 49:
      return style->soft_kit ? 51u : key;
    case 41:
    case 43:
    case 47:
    case 50:
      return style->soft_kit ? RIM : key;
    default:
      return key;
  }
}

static BlStatus
play_row(BlArranger* const      arranger,
         const BlDrumRow* const row,
         const unsigned         from,
         const unsigned         until)
{
  const unsigned key = choose_drum(arranger, row->key);
  BlStatus       st  = BL_SUCCESS;
  for (unsigned step = from; step < until && key && !st; ++step) {
    const char c = bl_step_at(arranger, &row->pattern, step);
    if (c == 'x' || c == 'X' || c == 'o') {
      st = bl_play_note(arranger, BL_PART_DRUMS, (int)key,
                        bl_step_beat(arranger, step), 0.2, weight(c), 0.0);
    }
  }
  return st;
}

BlStatus
bl_play_stick(BlArranger* const arranger, const double beat, const bool more)
{
  const unsigned key =
    bl_style_bans_drum(arranger->plan->style, RIM) ? CLOSED_HAT : RIM;
  return bl_play_note(arranger, BL_PART_DRUMS, (int)key, beat, 0.2,
                      more ? 0.8 : 0.95, 0.0);
}

/// Four (or three, or two) on the sticks
static BlStatus
count_in(BlArranger* const arranger)
{
  const unsigned steps = arranger->per_beat == 2u ? 6u : arranger->per_beat;
  BlStatus       st    = BL_SUCCESS;
  for (unsigned step = 0; step < arranger->steps && !st; step += steps) {
    st = bl_play_stick(arranger, bl_step_beat(arranger, step), step > 0);
  }
  return st;
}

static bool
has_stroke(const BlArranger* const arranger,
           const BlDrumRow* const  rows,
           const size_t            n,
           const unsigned          from)
{
  for (size_t i = 0; i < n; ++i) {
    for (unsigned step = from; step < arranger->steps; ++step) {
      if (bl_step_at(arranger, &rows[i].pattern, step) != '.') {
        return true;
      }
    }
  }
  return false;
}

/// Step from which the fill is played: half of the bar, or its last beat
static unsigned
fill_from(const BlArranger* const arranger, const BlGroove* const groove)
{
  const unsigned v     = arranger->plan->variant;
  const unsigned steps = arranger->steps;
  const unsigned late =
    steps - (arranger->per_beat == 2u ? steps / 3u : arranger->per_beat);
  if (!arranger->fill || !groove->n_fill[v]) {
    return steps;
  }
  return arranger->small_fill && late > steps / 2u &&
             has_stroke(arranger, groove->fill[v], groove->n_fill[v], late)
           ? late
           : steps / 2u;
}

/// Kick, snare and cymbal always play; what else a groove has comes with lift
static bool
is_left_out(const BlArranger* const arranger,
            const BlDrumRow* const  rows,
            const size_t            row)
{
  const bool sparse = arranger->plan->style->density < -0.45 &&
                      rows[row].key != KICK && rows[row].key != SNARE;
  return sparse || (row > 2u && arranger->lift < 0.5);
}

BlStatus
bl_play_drums(BlArranger* const arranger)
{
  const BlPlan* const   plan   = arranger->plan;
  const BlGroove* const groove = arranger->patterns[BL_PART_DRUMS];
  const unsigned        v      = plan->variant;
  const unsigned        from   = fill_from(arranger, groove);
  BlStatus              st     = BL_SUCCESS;
  if (arranger->count_in) {
    return count_in(arranger);
  }

  for (size_t i = 0; i < groove->n_rows[v] && !st; ++i) {
    if (!is_left_out(arranger, groove->rows[v], i)) {
      st = play_row(arranger, &groove->rows[v][i], 0, from);
    }
  }
  for (size_t i = 0; i < groove->n_fill[v] && !st; ++i) {
    st = play_row(arranger, &groove->fill[v][i], from, arranger->steps);
  }
  if (!st && arranger->lands && arranger->intensity > 0.5 &&
      !plan->style->soft_kit) {
    st = bl_play_note(arranger, BL_PART_DRUMS, CRASH, bl_step_beat(arranger, 0),
                      1.0, 0.8, 0.0);
  }
  return st;
}

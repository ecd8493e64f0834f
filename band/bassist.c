// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// What the bass knows while it plays a bar
typedef struct
{
  int  low;
  int  high;
  int  centre; ///< Roots lie about it
  int  root;
  int  goal;  ///< The next chord's root
  int  left;  ///< Strokes from this one until the goal
  bool walks; ///< The pattern has a walk
} Line;

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

/// Where a chord's root lies, coming from `last`: near it, and near the middle
static int
place_root(const Line* const line, const BlChord chord, const int last)
{
  int    best      = line->low;
  double best_cost = 1e9;
  for (int key = line->low; key <= line->low + 15; ++key) {
    const double cost = abs(key - last) + 0.9 * abs(key - line->centre);
    if ((unsigned)key % 12u == chord.root && cost < best_cost) {
      best      = key;
      best_cost = cost;
    }
  }
  return (unsigned)last % 12u == chord.root && last <= line->low + 15 ? last
                                                                      : best;
}

static bool
in_scale(const BlSlot* const slot, const int key)
{
  return bl_scale_has(slot->tonic, slot->minor, (unsigned)key % 12u);
}

static bool
in_chord(const BlChord chord, const int key)
{
  const unsigned above = ((unsigned)key + 12u - chord.root) % 12u;
  return above == 0 || above == 7u || above == (chord.minor ? 3u : 4u);
}

/// The tone before the goal: a step of the scale, or a semitone, beside it,
/// and no tone again
static int
lead(const Line* const line, const BlSlot* const slot, const int last)
{
  static const int steps[]   = { -1, -2, 1, 2 };
  int              best      = line->goal - 1;
  double           best_cost = 1e9;
  for (size_t i = 0; i < BL_COUNT(steps); ++i) {
    const int key = line->goal + steps[i];
    // On the way is better than beyond; the leading tone better than others
    const double cost = 0.5 * abs(key - last) + 0.4 * (double)i +
                        (in_scale(slot, key) ? 0.0 : 2.5) +
                        (key == last ? 20.0 : 0.0) +
                        (key < line->low || key > line->high ? 6.0 : 0.0);
    if (cost < best_cost) {
      best      = key;
      best_cost = cost;
    }
  }
  return best;
}

/// One tone of a walk: it gets nearer to the goal with each, by steps or
/// chord tones; over a chord that stays it makes a bow
static int
walk(const Line* const   line,
     const BlSlot* const slot,
     const BlChord       chord,
     const int           last)
{
  if (line->left <= 1) {
    return lead(line, slot, last);
  }
  const int    up   = line->goal > line->centre ? -1 : 1;
  const int    bow  = abs(line->goal - last) < 3 ? 4 * up : 0;
  const double aim  = last + (double)(line->goal - last) / line->left + bow;
  int          best = last + up;
  double       best_cost = 1e9;
  for (int key = line->low; key <= line->high; ++key) {
    const double cost = fabs(key - aim) +
                        (key == last || key == line->goal ? 20.0 : 0.0) +
                        (in_chord(chord, key)  ? 0.0
                         : in_scale(slot, key) ? 0.7
                                               : 4.0);
    if (cost < best_cost) {
      best      = key;
      best_cost = cost;
    }
  }
  return best;
}

/// A tone above the root, or where that is too high the one below it
static int
above_root(const Line* const line, const unsigned pc, const int high)
{
  const int key = near_key(line->root, pc, line->root, high);
  return key < 0 ? near_key(line->root, pc, line->low, high) : key;
}

/// The fifth; where a walk is on it already, the third
static int
fifth(const Line* const line, const BlChord chord, const int last)
{
  const int root = line->root;
  // From the root towards what comes; within a figure from where it is
  const bool figure = last > root && last <= root + 12;
  const int  around = figure ? last : (root + line->goal) / 2;
  const int  key    = near_key(around, chord.root + 7u, line->low, line->high);
  return key == last && line->walks
           ? near_key(root, chord.root + (chord.minor ? 3u : 4u), line->low,
                      line->high)
           : key;
}

static int
choose_tone(const Line* const   line,
            const BlSlot* const slot,
            const BlChord       chord,
            const char          how,
            const int           last)
{
  const int root = line->root;
  const int high = line->high;
  switch (how) {
    case '5':
      return fifth(line, chord, last);
    case '3':
      return above_root(line, chord.root + (chord.minor ? 3u : 4u), high);
    case '8':
      return root + 12 <= high + 2 ? root + 12 : root;
    case '7':
      return above_root(line, chord.root + 10u, high + 2);
    case '6':
      return above_root(line, chord.root + (chord.minor ? 10u : 9u), high);
    case 'w':
      return walk(line, slot, chord, last);
    case 'l':
      return lead(line, slot, last);
    default:
      return root;
  }
}

/// Strokes from `step` until `end`
static int
count_left(const BlArranger* const arranger,
           const BlPattern* const  pattern,
           const unsigned          step,
           const double            end)
{
  int n = 0;
  for (unsigned i = step;
       i < arranger->steps && bl_step_beat(arranger, i) < end - 1e-3; ++i) {
    const char c = bl_step_at(arranger, pattern, i);
    n += i == step || (c != '.' && c != '-');
  }
  return n;
}

static Line
start_line(const BlArranger* const arranger, const BlPattern* const pattern)
{
  const bool is_bass = arranger->players[BL_ROLE_BASS]->family & BL_FAMILY_BASS;
  Line       line    = { .low = is_bass ? 28 : 36 };
  line.high          = line.low + 22;
  // Lower where octaves are played
  line.centre = line.low + (strchr(pattern->text, '8') ? 4 : 8);
  line.walks  = strchr(pattern->text, 'w');
  return line;
}

static void
find_goal(BlArranger* const      arranger,
          const BlPattern* const pattern,
          const unsigned         step,
          const double           beat,
          Line* const            line)
{
  const BlChord chord = bl_chord_at(arranger, beat + 1e-3);
  const double  end   = bl_chord_end(arranger, beat + 1e-3);
  const BlChord next  = bl_chord_at(arranger, end + 1e-3);
  line->root          = place_root(line, chord, arranger->bass_root);
  line->goal          = place_root(line, next, line->root);
  line->left          = count_left(arranger, pattern, step, end);
  arranger->bass_root = line->root;
}

/// The bar has another chord than what came before: its first stroke is the
/// root, whatever the second bar of a pattern says
static bool
begins_anew(const BlArranger* const arranger)
{
  const double  beat   = arranger->plan->grid->bars[arranger->bar].beat;
  const BlChord now    = bl_chord_at(arranger, beat + 1e-3);
  const BlChord before = bl_chord_at(arranger, fmax(beat - 0.25, 0.0));
  return now.root != before.root || now.minor != before.minor;
}

BlStatus
bl_play_bass(BlArranger* const arranger)
{
  const BlPlan* const    plan = arranger->plan;
  const BlPattern* const pattern =
    &arranger->patterns[BL_ROLE_BASS]->line[BL_ROLE_BASS][plan->variant];
  const bool quiet = bl_only_holds(plan);
  Line       line  = start_line(arranger, pattern);
  bool       fresh = begins_anew(arranger);
  BlStatus   st    = BL_SUCCESS;

  for (unsigned step = 0; step < arranger->steps && !st; ++step) {
    const double beat  = bl_step_beat(arranger, step);
    const bool   turns = bl_chord_begins(arranger, beat);
    char         how   = bl_step_at(arranger, pattern, step);
    if (turns || (quiet && step == 0)) {
      how = 'R';
    } else if (quiet) {
      how = '.';
    }
    if (how == '.' || how == '-') {
      continue;
    }
    how   = fresh ? 'R' : how;
    fresh = false;

    const unsigned n =
      quiet ? arranger->steps : bl_step_length(arranger, pattern, step);
    const double end = fmin(bl_step_beat(arranger, step + n),
                            bl_chord_end(arranger, beat + 1e-3));
    find_goal(arranger, pattern, step, beat, &line);
    const int key =
      choose_tone(&line, bl_slot_at(arranger, beat + 1e-3),
                  bl_chord_at(arranger, beat + 1e-3), how, arranger->bass_key);
    arranger->bass_key = key;
    st                 = bl_play_note(arranger, BL_ROLE_BASS, key, beat,
                                      fmax(end - beat, 0.1) * 0.94, how == 'R' ? 0.95 : 0.84,
                                      0.5 * bl_humanise(arranger));
  }
  return st;
}

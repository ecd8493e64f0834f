// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#include <math.h>

#define SUNG 0.05f ///< Share of the lead above which somebody sings in it
#define SOFTLY 0.62

/// How well a chord goes under what is sung before the first bar line
static double
fit(const float histogram[12], const BlChord chord)
{
  const unsigned tones[3] = { chord.root, chord.root + (chord.minor ? 3u : 4u),
                              chord.root + 7u };
  double         sum      = 0.0;
  for (unsigned i = 0; i < 3u; ++i) {
    const unsigned pc = tones[i] % 12u;
    sum += (double)histogram[pc] - (double)histogram[(pc + 1u) % 12u] -
           (double)histogram[(pc + 11u) % 12u];
  }
  return sum;
}

BlChord
bl_lead_chord(const BlPlan* const plan)
{
  const BlSlot* const lead  = &plan->slots->lead;
  const BlSlot* const first = &plan->slots->slots[0];
  const BlChord       home  = plan->chords[0];
  const BlChord five = { (unsigned char)((first->tonic + 7u) % 12u), false };
  return fit(lead->histogram, five) > fit(lead->histogram, home) ? five : home;
}

/// Before a voice that waits for the bar line, sticks tell the beat
static BlStatus
count(BlArranger* const arranger, const double from, const double unit)
{
  BlStatus st = BL_SUCCESS;
  for (double beat = from; beat < -1e-6 && !st; beat += unit) {
    st = bl_play_stick(arranger, beat, beat > from);
  }
  return st;
}

/// A strikes the chord and holds it, B lets it grow from below
static BlStatus
play_chord(BlArranger* const arranger,
           const BlRole      role,
           const double      from,
           const double      unit)
{
  const bool      grows   = arranger->plan->variant;
  const BlVoicing voicing = bl_lay_chord(arranger, role, from + 1e-3, NULL);
  const double    step    = from <= -3.0 * unit ? unit : 0.5 * unit;
  BlStatus        st      = BL_SUCCESS;
  if (!grows) {
    return bl_strike(arranger, role, &voicing, 'o', from, -0.97 * from);
  }
  for (size_t i = 0; i < voicing.n && !st; ++i) {
    const double beat = from + step * (double)i;
    if (beat < -1e-6) {
      st = bl_play_note(arranger, role, voicing.keys[i], beat, -0.97 * beat,
                        SOFTLY, bl_humanise(arranger));
    }
  }
  return st;
}

BlStatus
bl_play_lead(BlArranger* const arranger)
{
  static const BlRole order[] = { BL_ROLE_COMP, BL_ROLE_ARP, BL_ROLE_PAD };
  const BlPlan* const plan    = arranger->plan;
  const BlSlot* const lead    = &plan->slots->lead;
  const double        unit    = plan->grid->bars[0].unit >= 8u ? 3.0 : 1.0;
  const double        whole   = floor(lead->length / unit + 0.02) * unit;
  const double        from    = -fmin(whole, lead->length);
  BlStatus            st      = BL_SUCCESS;
  if (from > -0.5 || !plan->slots->n) {
    return BL_SUCCESS;
  }

  if (arranger->drums && lead->sung < SUNG && !arranger->voice_bar) {
    st = count(arranger, from, unit);
  }
  for (size_t i = 0; i < BL_COUNT(order) && !st; ++i) {
    if (arranger->players[order[i]]) {
      return play_chord(arranger, order[i], from, unit);
    }
  }
  return st;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "slots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A note that comes so late is still there when the chord is struck, and what
/// is there for less of the slot is only passing
#define OPENING_BEATS 0.12
#define OPENING_SHARE 0.15f

/// Beats before the second chord of a bar; 0 = the bar has one
static unsigned
half_of(const BlBar* const bar)
{
  if (bar->unit == 8u) {
    return bar->beats >= 12u ? bar->beats / 2u : 0u;
  }
  return bar->beats >= 4u ? (bar->beats + 1u) / 2u : 0u;
}

static void
init_slot(BlSlot* const slot,
          const double  beat,
          const double  length,
          const size_t  bar,
          const bool    inside)
{
  memset(slot, 0, sizeof(*slot));
  slot->beat    = beat;
  slot->length  = length;
  slot->bar     = bar;
  slot->inside  = inside;
  slot->first   = -1;
  slot->longest = -1;
  slot->opening = -1;
  slot->lowest  = -1;
  slot->highest = -1;
  slot->level   = -120.0f;
}

static void
add_slot(BlSlots* const slots,
         const double   beat,
         const double   length,
         const size_t   bar,
         const bool     inside)
{
  init_slot(&slots->slots[slots->n++], beat, length, bar, inside);
}

static void
lay_slots(const BlGrid* const grid, BlSlots* const slots)
{
  const double lead = fmax(-bl_grid_beat(grid, 0.0), 0.0);
  init_slot(&slots->lead, -lead, lead > 1e-3 ? lead : 0.0, 0, false);
  for (size_t i = 0; i < grid->n_bars; ++i) {
    const BlBar* const bar    = &grid->bars[i];
    const double       length = grid->bars[i + 1u].beat - bar->beat;
    const double       half   = half_of(bar);
    if (half > 0.0 && half < length) {
      add_slot(slots, bar->beat, half, i, false);
      add_slot(slots, bar->beat + half, length - half, i, true);
    } else {
      add_slot(slots, bar->beat, length, i, false);
    }
  }
}

/// Let a note sound in a slot; @return the share of the slot that it does
static float
sound_in(BlSlot* const slot,
         const int     key,
         const float   level,
         const double  begin,
         const double  end)
{
  const int    pc    = ((key % 12) + 12) % 12;
  const double from  = fmax(begin, slot->beat);
  const double until = fmin(end, slot->beat + slot->length);
  const float  share = (float)(fmax(until - from, 0.0) / slot->length);

  slot->histogram[pc] += share;
  slot->sung  = fminf(slot->sung + share, 1.0f);
  slot->level = fmaxf(slot->level, level);
  if (begin < slot->beat + OPENING_BEATS && share > OPENING_SHARE) {
    slot->opening = pc;
  }
  if (share > 0.05f) {
    slot->lowest  = slot->lowest < 0 || key < slot->lowest ? key : slot->lowest;
    slot->highest = key > slot->highest ? key : slot->highest;
  }
  return share;
}

/// Let one note sound in every slot that it covers
static void
sing_note(BlSlots* const slots,
          const int      key,
          const float    level,
          const double   begin,
          const double   end,
          float* const   longest)
{
  const int pc    = ((key % 12) + 12) % 12;
  size_t    i     = bl_slots_at(slots, begin + 0.12);
  bool      first = true;
  for (; i < slots->n && slots->slots[i].beat < end; ++i) {
    BlSlot* const slot  = &slots->slots[i];
    const float   share = sound_in(slot, key, level, begin, end);
    if (first && slot->first < 0) {
      slot->first = pc;
    }
    if (share > longest[i]) {
      longest[i]    = share;
      slot->longest = pc;
    }
    first = false;
  }
}

BlStatus
bl_slots_make(const BlGrid* const  grid,
              const BlNotes* const notes,
              BlSlots* const       slots)
{
  slots->n     = 0;
  slots->slots = (BlSlot*)calloc(2u * grid->n_bars + 1u, sizeof(BlSlot));
  float* const longest = (float*)calloc(2u * grid->n_bars + 1u, sizeof(float));
  if (!slots->slots || !longest) {
    free(longest);
    bl_slots_deinit(slots);
    return BL_NO_MEM;
  }

  lay_slots(grid, slots);
  for (size_t i = 0; i < notes->n; ++i) {
    const BlNote* const note  = &notes->notes[i];
    const double        begin = bl_grid_beat(grid, note->start);
    const double        end   = bl_grid_beat(grid, note->start + note->length);
    if (begin < 0.0 && slots->lead.length > 0.0) {
      (void)sound_in(&slots->lead, bl_note_key(notes, note), note->level, begin,
                     end);
    }
    if (end > 0.0) {
      sing_note(slots, bl_note_key(notes, note), note->level, begin, end,
                longest);
    }
  }
  free(longest);
  return BL_SUCCESS;
}

void
bl_slots_set_key(BlSlots* const slots, const unsigned tonic, const bool minor)
{
  for (size_t i = 0; i < slots->n; ++i) {
    slots->slots[i].tonic = (unsigned char)(tonic % 12u);
    slots->slots[i].minor = minor;
  }
}

size_t
bl_slots_at(const BlSlots* const slots, const double beat)
{
  size_t low  = 0;
  size_t high = slots->n;
  while (high - low > 1u) {
    const size_t middle = (low + high) / 2u;
    if (slots->slots[middle].beat <= beat + 1e-9) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

void
bl_slots_deinit(BlSlots* const slots)
{
  free(slots->slots);
  slots->slots = NULL;
  slots->n     = 0;
}

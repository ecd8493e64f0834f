// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "harmony.h"

#define LOOP 4u  ///< Bars that are gone round
#define SHORT 2u ///< Bars of rest that are still the song's own

/// First slot of each bar and their number, as far as the slots go
typedef struct
{
  const BlSlots* slots;
  size_t         bars;
} Bars;

static size_t
slot_of(const Bars* const bars, const size_t bar)
{
  size_t i = 0;
  while (i < bars->slots->n && bars->slots->slots[i].bar < bar) {
    ++i;
  }
  return i;
}

static bool
is_sung(const Bars* const bars, const size_t bar)
{
  const BlSlots* const slots = bars->slots;
  for (size_t i = slot_of(bars, bar);
       i < slots->n && slots->slots[i].bar == bar; ++i) {
    if (slots->slots[i].sung > 0.05f) {
      return true;
    }
  }
  return false;
}

static bool
is_home(const BlSlot* const slot, const BlChord chord)
{
  return chord.root == slot->tonic && chord.minor == slot->minor;
}

/// Bar `bar` goes like bar `model`, in its own key
static void
copy_bar(const Bars* const bars,
         const size_t      bar,
         const size_t      model,
         BlChord* const    chords)
{
  const BlSlots* const slots = bars->slots;
  const size_t         from  = slot_of(bars, model);
  const size_t         to    = slot_of(bars, bar);
  size_t               last  = from;
  for (size_t i = to; i < slots->n && slots->slots[i].bar == bar; ++i) {
    const size_t wanted = from + (i - to);
    if (wanted < slots->n && slots->slots[wanted].bar == model) {
      last = wanted;
    }
    const unsigned up =
      slots->slots[i].tonic + 12u - (unsigned)slots->slots[last].tonic;
    chords[i].root  = (unsigned char)((chords[last].root + up) % 12u);
    chords[i].minor = chords[last].minor;
  }
}

/// The last slot before bar `bar` leads there: the dominant, where what
/// follows is the tonic and what precedes is no tension yet
static void
lead_into(const Bars* const bars, const size_t bar, BlChord* const chords)
{
  const size_t         i     = slot_of(bars, bar);
  const BlSlots* const slots = bars->slots;
  if (!i || i >= slots->n || !is_home(&slots->slots[i], chords[i])) {
    return;
  }
  const BlChord five = { (unsigned char)((slots->slots[i].tonic + 7u) % 12u),
                         false };
  if (is_home(&slots->slots[i - 1u], chords[i - 1u])) {
    chords[i - 1u] = five;
  }
}

/// The first sung bars with a loop's length of song behind them
static size_t
find_model(const Bars* const bars)
{
  size_t bar = 0;
  while (bar < bars->bars && !is_sung(bars, bar)) {
    ++bar;
  }
  return bar;
}

void
bl_harmony_vamp(const BlSlots* const slots, BlChord* const chords)
{
  const Bars   bars  = { slots,
                      slots->n ? slots->slots[slots->n - 1u].bar + 1u : 0u };
  const size_t model = find_model(&bars);
  if (model + LOOP > bars.bars) {
    return;
  }

  for (size_t begin = 0; begin < bars.bars;) {
    size_t end = begin;
    while (end < bars.bars && !is_sung(&bars, end)) {
      ++end;
    }
    const bool inside = end < bars.bars; // The end is the harmony's own
    for (size_t bar = begin; bar < end && inside && end - begin >= SHORT;
         ++bar) {
      const size_t before = (end - bar) % LOOP;
      copy_bar(&bars, bar, model + (before ? LOOP - before : 0u), chords);
    }
    if (inside && end > begin) {
      lead_into(&bars, end, chords);
    }
    begin = end + 1u;
  }
}

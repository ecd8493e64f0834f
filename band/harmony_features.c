// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "harmony_features.h"

#include <stdbool.h>
#include <string.h>

#define AROUND 4 ///< Slots on each side
#define SILENT 0.05f
#define LONG_REST 4u ///< Slots

typedef struct
{
  BlFeature* out;
  size_t     n;
} List;

static void
add(List* const list, const size_t index, const float value)
{
  if (value != 0.0f && list->n < BL_FEATURES_AT_ONCE) {
    const BlFeature feature = { (uint16_t)index, value };
    list->out[list->n++]    = feature;
  }
}

/// Half bars since the first bar; slots of a whole bar count as two
static size_t
half_of(const BlSlot* const slot)
{
  return 2u * slot->bar + (slot->inside ? 1u : 0u);
}

unsigned
bl_harmony_frame(const BlSlot* const slot)
{
  return (slot->tonic + (slot->minor ? 3u : 0u)) % 12u;
}

void
bl_harmony_view(const BlSlots* const slots,
                const BlForm* const  form,
                BlHarmonyView* const view)
{
  float total = 1e-6f;
  memset(view, 0, sizeof(*view));
  view->slots = slots;
  view->form  = form;
  for (size_t i = 0; i < slots->n; ++i) {
    const BlSlot* const slot  = &slots->slots[i];
    const unsigned      frame = bl_harmony_frame(slot);
    const size_t        half  = half_of(slot);
    ++view->rounds4[half % 8u];
    ++view->rounds8[half % 16u];
    for (size_t pc = 0; pc < 12; ++pc) {
      const float share = slot->histogram[(pc + frame) % 12u];
      total += share;
      view->whole[pc] += share;
      view->loop4[half % 8u][pc] += share;
      view->loop8[half % 16u][pc] += share;
    }
  }
  for (size_t pc = 0; pc < 12; ++pc) {
    view->whole[pc] *= 3.0f / total;
  }
}

static bool
is_silent(const BlSlots* const slots, const ptrdiff_t i)
{
  return i >= 0 && i < (ptrdiff_t)slots->n && slots->slots[i].sung < SILENT;
}

/// How many slots from `i` on, in steps of `step`, are silent
static unsigned
silence(const BlSlots* const slots, ptrdiff_t i, const ptrdiff_t step)
{
  unsigned n = 0;
  for (; is_silent(slots, i); i += step) {
    ++n;
  }
  return n;
}

static void
add_rests(const BlSlots* const slots,
          const size_t         i,
          const size_t         place,
          List* const          list)
{
  const ptrdiff_t at      = (ptrdiff_t)i;
  const bool      here    = is_silent(slots, at);
  const unsigned  ahead   = silence(slots, at, 1);
  const bool      rows[8] = {
         here,
         is_silent(slots, at + 1),
         is_silent(slots, at - 1),
         false,
         here && ahead >= LONG_REST,
         here && silence(slots, at, -1) >= LONG_REST,
         ahead == 1u,
         ahead == 2u,
  };
  for (size_t k = 0; k < 8; ++k) {
    add(list, BL_FEATURE_REST + k, rows[k] ? 1.0f : 0.0f);
  }
  add(list, BL_FEATURE_REST + 3u, slots->slots[i].sung);
  add(list, BL_FEATURE_RESTING + place, here ? 1.0f : 0.0f);
}

static void
add_ends(const size_t i, const size_t n, List* const list)
{
  const bool rows[5] = { i < 2u, i < 4u, i + 2u >= n, i + 4u >= n,
                         i + 8u >= n };
  for (size_t k = 0; k < 5; ++k) {
    add(list, BL_FEATURE_ENDS + k, rows[k] ? 1.0f : 0.0f);
  }
}

/// The other rounds of a loop: their mean
static void
add_loop(const float* const sum,
         const unsigned     rounds,
         const float* const own,
         const unsigned     frame,
         const size_t       index,
         List* const        list)
{
  for (size_t pc = 0; pc < 12 && rounds > 1u; ++pc) {
    const float others = sum[pc] - own[(pc + frame) % 12u];
    add(list, index + pc,
        others > 1e-5f ? others / (float)(rounds - 1u) : 0.0f);
  }
}

static void
add_sung(const BlSlots* const slots, const size_t i, List* const list)
{
  const BlSlot* const slot  = &slots->slots[i];
  const unsigned      frame = bl_harmony_frame(slot);
  for (ptrdiff_t o = -AROUND; o <= AROUND; ++o) {
    const ptrdiff_t at = (ptrdiff_t)i + o;
    for (size_t pc = 0; at >= 0 && at < (ptrdiff_t)slots->n && pc < 12; ++pc) {
      add(list, BL_FEATURE_SUNG + 12u * (size_t)(o + AROUND) + pc,
          slots->slots[at].histogram[(pc + frame) % 12u]);
    }
  }
  for (size_t pc = 0; pc < 12; ++pc) {
    const bool present = slot->histogram[(pc + frame) % 12u] > SILENT;
    add(list, BL_FEATURE_PRESENT + pc, present ? 1.0f : 0.0f);
  }
  if (slot->first >= 0) {
    const unsigned pc = ((unsigned)slot->first + 12u - frame) % 12u;
    add(list, BL_FEATURE_FIRST + pc, 1.0f);
  }
  if (slot->longest >= 0) {
    const unsigned pc = ((unsigned)slot->longest + 12u - frame) % 12u;
    add(list, BL_FEATURE_LONGEST + pc, 1.0f);
  }
}

size_t
bl_harmony_features(const BlHarmonyView* const view,
                    const size_t               i,
                    BlFeature                  out[BL_FEATURES_AT_ONCE])
{
  const BlSlots* const slots = view->slots;
  const BlSlot* const  slot  = &slots->slots[i];
  const unsigned       frame = bl_harmony_frame(slot);
  const size_t         half  = half_of(slot);
  const size_t         start =
    view->form->n ? view->form->sections[bl_form_at(view->form, slot->bar)].bar
                          : 0u;
  const size_t place = (half - 2u * start) % 8u;
  List         list  = { out, 0 };

  add(&list, BL_FEATURE_BIAS, 1.0f);
  add(&list, BL_FEATURE_PLACE + place, 1.0f);
  add_sung(slots, i, &list);
  add_rests(slots, i, place, &list);
  add_ends(i, slots->n, &list);
  for (size_t pc = 0; pc < 12; ++pc) {
    add(&list, BL_FEATURE_WHOLE + pc, view->whole[pc]);
  }
  add_loop(view->loop4[half % 8u], view->rounds4[half % 8u], slot->histogram,
           frame, BL_FEATURE_LOOP4, &list);
  add_loop(view->loop8[half % 16u], view->rounds8[half % 16u], slot->histogram,
           frame, BL_FEATURE_LOOP8, &list);
  return list.n;
}

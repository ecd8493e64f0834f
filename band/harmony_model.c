// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "harmony_model.h"

#include "harmony_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHORDS BL_HARMONY_CHORDS
#define LEAST 1e-30f

/// The chord of a table for an absolute one
static size_t
inside_frame(const size_t chord, const unsigned frame)
{
  return (chord % 12u + 12u - frame) % 12u + (chord >= 12u ? 12u : 0u);
}

/// What is sung, against where it lies
static bool
is_evidence(const size_t feature)
{
  return (feature >= BL_FEATURE_SUNG && feature < BL_FEATURE_REST) ||
         feature >= BL_FEATURE_WHOLE;
}

static void
score_slot(const BlHarmonyTable* const table,
           const BlHarmonyView* const  view,
           const float                 evidence,
           const size_t                i,
           float* const                score)
{
  const BlSlot* const slot          = &view->slots->slots[i];
  const unsigned      frame         = bl_harmony_frame(slot);
  float               local[CHORDS] = { 0 };
  BlFeature           features[BL_FEATURES_AT_ONCE];
  const size_t        n = bl_harmony_features(view, i, features);
  for (size_t f = 0; f < n; ++f) {
    const signed char* const row =
      table->weights[slot->minor ? 1 : 0][features[f].index];
    const float weight = features[f].value * BL_HARMONY_SCALE *
                         (is_evidence(features[f].index) ? evidence : 1.0f);
    for (size_t c = 0; c < CHORDS; ++c) {
      local[c] += weight * (float)row[c];
    }
  }
  for (size_t c = 0; c < CHORDS; ++c) {
    score[c] = local[inside_frame(c, frame)];
  }
}

/// The first slot of the bar, and whether it has a second
static size_t
find_slot(const BlSlots* const slots, const size_t bar, const bool inside)
{
  size_t low  = 0;
  size_t high = slots->n;
  while (low < high) {
    const size_t middle = (low + high) / 2u;
    if (slots->slots[middle].bar < bar) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  low += inside ? 1u : 0u;
  return low < slots->n && slots->slots[low].bar == bar &&
             slots->slots[low].inside == inside
           ? low
           : slots->n;
}

/// The slot that stands for all that sound like slot `i`
static size_t
find_model_slot(const BlSlots* const slots,
                const BlForm* const  form,
                const size_t         i)
{
  const BlSlot* const slot = &slots->slots[i];
  const size_t        like =
    slot->bar < form->n_bars ? form->like[slot->bar] : slot->bar;
  const size_t first = find_slot(slots, like, slot->inside);
  return first < slots->n ? first : i;
}

BlStatus
bl_harmony_share(const BlSlots* const   slots,
                 const BlForm* const    form,
                 const float            share,
                 BlHarmonyScores* const scores)
{
  const size_t           n      = slots->n;
  BlHarmonyScores* const sums   = calloc(n + 1u, sizeof(*sums));
  unsigned* const        counts = (unsigned*)calloc(n + 1u, sizeof(*counts));
  for (size_t i = 0; sums && counts && i < n; ++i) {
    const size_t first = find_model_slot(slots, form, i);
    ++counts[first];
    for (size_t c = 0; c < CHORDS; ++c) {
      sums[first][c] += scores[i][c];
    }
  }
  for (size_t i = 0; sums && counts && i < n; ++i) {
    const size_t first = find_model_slot(slots, form, i);
    for (size_t c = 0; c < CHORDS; ++c) {
      const float mean = sums[first][c] / (float)counts[first];
      scores[i][c] += share * (mean - scores[i][c]);
    }
  }
  const BlStatus st = sums && counts ? BL_SUCCESS : BL_NO_MEM;
  free(sums);
  free(counts);
  return st;
}

void
bl_harmony_scores(const BlHarmonyTable* const table,
                  const BlHarmonyView* const  view,
                  const double                evidence,
                  BlHarmonyScores* const      scores)
{
  for (size_t i = 0; i < view->slots->n; ++i) {
    score_slot(table, view, (float)evidence, i, scores[i]);
  }
}

float
bl_harmony_move(const BlHarmonyTable* const table,
                const BlSlot* const         slot,
                const size_t                from,
                const size_t                to)
{
  const unsigned frame = bl_harmony_frame(slot);
  return BL_HARMONY_SCALE *
         (float)
           table->moves[slot->minor ? 1 : 0][slot->inside ? 1 : 0]
                       [inside_frame(from, frame)][inside_frame(to, frame)];
}

/// exp() of the moves into one kind of slot, by absolute chords
static void
exponentiate_moves(const BlHarmonyTable* const table,
                   const BlSlot* const         slot,
                   float                       odds[CHORDS][CHORDS])
{
  for (size_t from = 0; from < CHORDS; ++from) {
    for (size_t to = 0; to < CHORDS; ++to) {
      odds[from][to] = expf(bl_harmony_move(table, slot, from, to));
    }
  }
}

static bool
is_same_kind(const BlSlot* const a, const BlSlot* const b)
{
  return a->tonic == b->tonic && a->minor == b->minor && a->inside == b->inside;
}

static void
scale_row(float* const row)
{
  float sum = LEAST;
  for (size_t c = 0; c < CHORDS; ++c) {
    sum += row[c];
  }
  for (size_t c = 0; c < CHORDS; ++c) {
    row[c] /= sum;
  }
}

/// The moves into slot `i`; two kinds alternate, so two are kept
typedef struct
{
  const BlHarmonyTable* table;
  const BlSlot*         of[2];
  float                 odds[2][CHORDS][CHORDS];
} Moves;

static float (*moves_into(Moves* const moves, const BlSlot* const slot))[CHORDS]
{
  const size_t side = slot->inside ? 1u : 0u;
  if (!moves->of[side] || !is_same_kind(moves->of[side], slot)) {
    moves->of[side] = slot;
    exponentiate_moves(moves->table, slot, moves->odds[side]);
  }
  return moves->odds[side];
}

static void
exponentiate(const float* const score, float* const out)
{
  float top = score[0];
  for (size_t c = 1; c < CHORDS; ++c) {
    top = fmaxf(top, score[c]);
  }
  for (size_t c = 0; c < CHORDS; ++c) {
    out[c] = expf(score[c] - top);
  }
}

static void
go_forward(const BlSlots* const         slots,
           const BlHarmonyScores* const scores,
           Moves* const                 moves,
           BlHarmonyScores* const       forward)
{
  for (size_t i = 0; i < slots->n; ++i) {
    float own[CHORDS];
    float sum[CHORDS] = { 0 };
    exponentiate(scores[i], own);
    if (i) {
      float(*const odds)[CHORDS] = moves_into(moves, &slots->slots[i]);
      for (size_t from = 0; from < CHORDS; ++from) {
        for (size_t c = 0; c < CHORDS; ++c) {
          sum[c] += forward[i - 1u][from] * odds[from][c];
        }
      }
    }
    for (size_t c = 0; c < CHORDS; ++c) {
      forward[i][c] = own[c] * (i ? sum[c] : 1.0f);
    }
    scale_row(forward[i]);
  }
}

/// Turns forward sums into probabilities, from the end
static void
go_backward(const BlSlots* const         slots,
            const BlHarmonyScores* const scores,
            Moves* const                 moves,
            BlHarmonyScores* const       forward)
{
  float after[CHORDS];
  for (size_t c = 0; c < CHORDS; ++c) {
    after[c] = 1.0f;
  }
  for (size_t i = slots->n; i-- > 0;) {
    for (size_t c = 0; c < CHORDS; ++c) {
      forward[i][c] *= after[c];
    }
    scale_row(forward[i]);
    if (i) {
      float(*const odds)[CHORDS] = moves_into(moves, &slots->slots[i]);
      float own[CHORDS];
      float before[CHORDS] = { 0 };
      exponentiate(scores[i], own);
      for (size_t from = 0; from < CHORDS; ++from) {
        for (size_t c = 0; c < CHORDS; ++c) {
          before[from] += odds[from][c] * own[c] * after[c];
        }
      }
      memcpy(after, before, sizeof(after));
      scale_row(after);
    }
  }
}

BlStatus
bl_harmony_posterior(const BlHarmonyTable* const  table,
                     const BlSlots* const         slots,
                     const BlHarmonyScores* const scores,
                     BlHarmonyScores* const       posterior)
{
  Moves* const moves = (Moves*)calloc(1, sizeof(Moves));
  if (!moves) {
    return BL_NO_MEM;
  }
  moves->table = table;
  go_forward(slots, scores, moves, posterior);
  go_backward(slots, scores, moves, posterior);
  free(moves);
  return BL_SUCCESS;
}

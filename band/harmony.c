// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "harmony.h"

#include "harmony_table.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHORDS 24
#define FIRST 60
#define LONGEST 72
#define POSITION 84
#define BIAS 92
#define TABLE_SCALE (1.0f / 16.0f)
#define TRANSITION_WEIGHT 0.55f
#define CADENCE 0.8f
#define REPEAT_SHARE 0.6f ///< Of an alike bar's evidence that is pooled

typedef signed char Row[CHORDS];

typedef struct
{
  const BlSlots* slots;
  unsigned       tonic;
  const Row*     weights;
  const Row*     over_bar;
  const Row*     in_bar;
  float (*scores)[CHORDS]; ///< Log-probabilities of each slot's chords
} Model;

static void
add_row(float* const score, const signed char* const row, const float value)
{
  for (size_t c = 0; c < CHORDS; ++c) {
    score[c] += value * TABLE_SCALE * (float)row[c];
  }
}

/// The features of train_harmony.py, in the same order
static void
score_slot(const Model* const model, const size_t i, float* const score)
{
  static const int    offsets[] = { 0, -1, 1, -2, 2 };
  const BlSlot* const slot      = &model->slots->slots[i];
  const size_t        place = (slot->bar * 2u + (slot->inside ? 1u : 0u)) % 8u;

  memset(score, 0, CHORDS * sizeof(float));
  add_row(score, model->weights[BIAS], 1.0f);
  add_row(score, model->weights[POSITION + place], 1.0f);
  for (size_t h = 0; h < BL_COUNT(offsets); ++h) {
    const ptrdiff_t at = (ptrdiff_t)i + offsets[h];
    if (at < 0 || at >= (ptrdiff_t)model->slots->n) {
      continue;
    }
    for (size_t pc = 0; pc < 12; ++pc) {
      const float value =
        model->slots->slots[at].histogram[(pc + model->tonic) % 12u];
      if (value > 0.0f) {
        add_row(score, model->weights[12u * h + pc], value);
      }
    }
  }
  if (slot->first >= 0) {
    const size_t pc = ((unsigned)slot->first + 12u - model->tonic) % 12u;
    add_row(score, model->weights[FIRST + pc], 1.0f);
  }
  if (slot->longest >= 0) {
    const size_t pc = ((unsigned)slot->longest + 12u - model->tonic) % 12u;
    add_row(score, model->weights[LONGEST + pc], 1.0f);
  }
}

static void
normalise(float* const score)
{
  float top = score[0];
  float sum = 0.0f;
  for (size_t c = 1; c < CHORDS; ++c) {
    top = fmaxf(top, score[c]);
  }
  for (size_t c = 0; c < CHORDS; ++c) {
    sum += expf(score[c] - top);
  }
  for (size_t c = 0; c < CHORDS; ++c) {
    score[c] -= top + logf(sum);
  }
}

/// A slot of a repeated bar borrows from the slot that it repeats and lends
static void
pool_repeats(const Model* const model, const BlForm* const form)
{
  const BlSlots* const slots = model->slots;
  for (size_t i = 0; i < slots->n; ++i) {
    const BlSlot* const slot = &slots->slots[i];
    const size_t        like =
      slot->bar < form->n_bars ? form->like[slot->bar] : slot->bar;
    if (like == slot->bar) {
      continue;
    }
    for (size_t k = 0; k < i; ++k) {
      const BlSlot* const other = &slots->slots[k];
      if (other->bar == like && other->inside == slot->inside) {
        for (size_t c = 0; c < CHORDS; ++c) {
          const float own     = model->scores[i][c];
          model->scores[i][c] = own + REPEAT_SHARE * model->scores[k][c];
          model->scores[k][c] += 0.25f * own;
        }
        break;
      }
    }
  }
}

/// "1 5 6m 4" -> chords relative to the tonic; @return how many
static size_t
read_stock(const char* text, unsigned char* const chords, const size_t room)
{
  static const unsigned char degrees[] = { 0, 2, 4, 5, 7, 9, 11 };
  size_t                     n         = 0;
  while (text && *text && n < room) {
    int root = 0;
    root -= *text == 'b';
    text += *text == 'b';
    if (*text < '1' || *text > '7') {
      break;
    }
    root += degrees[*text++ - '1'];
    const bool minor = *text == 'm';
    text += minor;
    text += *text == ' ';
    chords[n++] = (unsigned char)((root + 12) % 12 + (minor ? 12 : 0));
  }
  return n;
}

static void
add_taste(const Model* const          model,
          const BlForm* const         form,
          const BlHarmonyTaste* const taste,
          const bool                  minor)
{
  const BlSlots* const slots = model->slots;
  unsigned char        stock[16];
  const size_t         n_stock = read_stock(taste->stock, stock, 16);
  BlRandom             random  = { taste->seed };
  const size_t         home    = minor ? 12u : 0u;

  for (size_t i = 0; i < slots->n; ++i) {
    float* const        score = model->scores[i];
    const BlSlot* const slot  = &slots->slots[i];
    for (size_t c = 0; c < CHORDS; ++c) {
      const double noise = -log(-log(bl_random_unit(&random) + 1e-12) + 1e-12);
      score[c] *= (float)(taste->evidence * (1.0 - 0.55 * taste->temperature));
      score[c] += (float)(1.5 * taste->temperature * noise);
    }
    if (n_stock) {
      score[stock[slot->bar % n_stock]] += (float)taste->stock_weight;
    }
    if (taste->avoid && i >= 2u && slot->bar + 2u < form->n_bars) {
      const BlChord other = taste->avoid[i];
      const size_t  c =
        (other.root + 12u - model->tonic) % 12u + (other.minor ? 12u : 0u);
      score[c] -= (float)taste->avoid_cost;
    }
    const size_t     s        = bl_form_at(form, slot->bar);
    const BlSection* section  = &form->sections[s];
    const bool       last_bar = slot->bar + 1u == section->bar + section->bars;
    if (last_bar && form->n) {
      score[home] += CADENCE * 0.4f;
      score[7] += CADENCE * (slot->inside ? 0.6f : 0.2f);
    }
    if (slot->bar + 1u >= form->n_bars) {
      score[home] += 6.0f;
    } else if (i == 0) {
      score[home] += 1.0f;
    }
  }
}

static float
move_score(const Model* const          model,
           const BlHarmonyTaste* const taste,
           const size_t                i,
           const size_t                from,
           const size_t                to)
{
  const bool  inside = model->slots->slots[i].inside;
  const Row*  table  = inside ? model->in_bar : model->over_bar;
  const float odds   = TABLE_SCALE * (float)table[from][to];
  return TRANSITION_WEIGHT * (float)(1.0 - 0.4 * taste->temperature) * odds -
         (inside && from != to ? (float)taste->hold : 0.0f);
}

static BlStatus
find_path(const Model* const          model,
          const BlHarmonyTaste* const taste,
          unsigned char* const        path)
{
  const size_t         n            = model->slots->n;
  unsigned char* const back         = (unsigned char*)calloc(n + 1u, CHORDS);
  float                cost[CHORDS] = { 0 };
  if (!back) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < n; ++i) {
    float next[CHORDS];
    for (size_t c = 0; c < CHORDS; ++c) {
      float best = i ? -1e30f : 0.0f;
      for (size_t p = 0; i && p < CHORDS; ++p) {
        const float s = cost[p] + move_score(model, taste, i, p, c);
        if (s > best) {
          best                 = s;
          back[i * CHORDS + c] = (unsigned char)p;
        }
      }
      next[c] = best + model->scores[i][c];
    }
    memcpy(cost, next, sizeof(cost));
  }

  size_t best = 0;
  for (size_t c = 0; c < CHORDS; ++c) {
    best = cost[c] > cost[best] ? c : best;
  }
  for (size_t i = n; i-- > 0;) {
    path[i] = (unsigned char)best;
    best    = back[i * CHORDS + best];
  }
  free(back);
  return BL_SUCCESS;
}

static double
mean_score(const Model* const model, const unsigned char* const path)
{
  double sum = 0.0;
  for (size_t i = 0; i < model->slots->n; ++i) {
    float score[CHORDS];
    score_slot(model, i, score);
    normalise(score);
    sum += (double)score[path[i]];
  }
  return model->slots->n ? sum / (double)model->slots->n : 0.0;
}

BlStatus
bl_harmony_find(const BlSlots* const        slots,
                const BlForm* const         form,
                const unsigned              tonic,
                const bool                  minor,
                const BlHarmonyTaste* const taste,
                BlChord* const              chords,
                double* const               mean_log_probability)
{
  Model model = { slots,
                  tonic % 12u,
                  minor ? harmony_weights_minor : harmony_weights_major,
                  minor ? harmony_bar_minor : harmony_bar_major,
                  minor ? harmony_half_minor : harmony_half_major,
                  NULL };

  unsigned char* const path = (unsigned char*)calloc(slots->n + 1u, 1);
  model.scores = (float(*)[CHORDS])calloc(slots->n + 1u, sizeof(float[CHORDS]));
  BlStatus st  = path && model.scores ? BL_SUCCESS : BL_NO_MEM;
  if (!st) {
    for (size_t i = 0; i < slots->n; ++i) {
      score_slot(&model, i, model.scores[i]);
      normalise(model.scores[i]);
    }
    pool_repeats(&model, form);
    add_taste(&model, form, taste, minor);
    st = find_path(&model, taste, path);
  }
  for (size_t i = 0; i < slots->n && !st; ++i) {
    chords[i].root  = (unsigned char)((path[i] % 12u + tonic) % 12u);
    chords[i].minor = path[i] >= 12u;
  }
  if (!st && mean_log_probability) {
    *mean_log_probability = mean_score(&model, path);
  }

  free(model.scores);
  free(path);
  return st;
}

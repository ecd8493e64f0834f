// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "key_model.h"

#include "key_table.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

void
bl_key_weigh(const BlNotes* const notes, double weight[12])
{
  double total = 0.0;
  memset(weight, 0, 12 * sizeof(double));
  for (size_t i = 0; i < notes->n; ++i) {
    const int    pc = ((bl_note_key(notes, &notes->notes[i]) % 12) + 12) % 12;
    const double w  = pow(fmax(notes->notes[i].length, 0.0), BL_KEY_LONG);
    weight[pc] += w;
    total += w;
  }
  for (size_t pc = 0; total > 0.0 && pc < 12; ++pc) {
    weight[pc] = pow(weight[pc] / total, BL_KEY_EVEN);
  }
}

/// How probable each key is, by the profiles alone
static void
find_odds(const BlKey* const key, double odds[24])
{
  double top = key->score[0];
  double sum = 0.0;
  for (size_t k = 1; k < 24; ++k) {
    top = fmax(top, key->score[k]);
  }
  for (size_t k = 0; k < 24; ++k) {
    odds[k] = exp(BL_KEY_SCALE * (key->score[k] - top));
    sum += odds[k];
  }
  for (size_t k = 0; k < 24; ++k) {
    odds[k] /= sum;
  }
}

void
bl_key_find_by(const BlKeyTable* const table,
               const BlNotes* const    notes,
               BlKey* const            key)
{
  double weight[12];
  double odds[24];
  size_t best = 0;
  memset(key, 0, sizeof(*key));
  bl_key_weigh(notes, weight);
  for (size_t k = 0; k < 24; ++k) {
    for (size_t i = 0; i < 12; ++i) {
      const double share = table->notes[k / 12][(i + 12 - k % 12) % 12];
      key->score[k] += weight[i] * log(share + BL_KEY_FLOOR);
    }
    best = key->score[k] > key->score[best] ? k : best;
  }
  find_odds(key, odds);
  key->tonic      = (unsigned)(best % 12);
  key->minor      = best >= 12;
  key->confidence = notes->n ? odds[best] : 0.0;
}

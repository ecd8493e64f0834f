// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/take.h"

#include <math.h>
#include <string.h>

void
bl_take_init(BlTake* const take)
{
  memset(take, 0, sizeof(*take));
  take->peak_dbfs     = -INFINITY;
  take->loudness_lufs = NAN;
}

double
bl_take_seconds(const BlTake* const take)
{
  return take->rate ? (double)take->frames / take->rate : 0.0;
}

void
bl_take_settle_beat(BlTake* const take)
{
  const BlTempo* const tempo = &take->tempos[0];
  const double         bpb   = (double)tempo->beats_per_bar;
  if (!take->has_position || !take->has_bar || !take->rate || !take->n_tempos ||
      !(tempo->bpm > 0.0) || !(bpb > 0.0)) {
    return;
  }

  const double told = (double)take->bar * bpb + take->beat;
  const double real = (double)take->start * tempo->bpm / (60.0 * take->rate);
  if (fabs(told - real) <= BL_HOST_TICK_BEATS) {
    const double bar = floor(real / bpb + 1e-9);
    take->bar        = (int64_t)bar;
    take->beat       = fmax(real - bar * bpb, 0.0);
  }
}

static bool
is_live(const BlTake* const take)
{
  return take->origin == BL_ORIGIN_PLAYED || take->origin == BL_ORIGIN_RECORDED;
}

BlStatus
bl_take_judge(const BlTake* const take)
{
  if (bl_take_seconds(take) < BL_TAKE_MIN_S) {
    return BL_TAKE_SHORT;
  }
  if (isinf(take->peak_dbfs) && take->peak_dbfs < 0.0 && is_live(take) &&
      take->has_position) {
    return BL_HOST_SILENT;
  }
  return take->peak_dbfs < BL_TAKE_SILENCE_DBFS ? BL_TAKE_SILENT : BL_SUCCESS;
}

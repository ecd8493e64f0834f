// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/level.h"

#include <math.h>

#define FALL_DB_PER_S 40.0

// The limits of what is shown, linear
#define LEAST_PEAK 3.1622777e-5f
#define MOST_PEAK 15.848932f

void
bl_level_init(BlLevel* const level)
{
  level->dbfs   = BL_LEVEL_LEAST;
  level->peak   = LEAST_PEAK;
  level->frames = 0u;
  level->fall   = 0.0f;
  level->factor = 1.0f;
}

static void
set_frames(BlLevel* const level, const double rate, const uint32_t frames)
{
  level->frames = frames;
  level->fall   = (float)(FALL_DB_PER_S * frames / rate);
  level->factor = powf(10.0f, level->fall / -20.0f);
}

static void
rise(BlLevel* const level, const float peak)
{
  level->peak = peak < MOST_PEAK ? peak : MOST_PEAK;
  level->dbfs = 20.0f * log10f(level->peak);
}

BL_HOT float
bl_level_run(BlLevel* const level,
             const double   rate,
             const float    peak,
             const uint32_t frames)
{
  if (frames != level->frames) {
    set_frames(level, rate, frames);
  }

  level->peak *= level->factor;
  level->dbfs -= level->fall;
  if (level->dbfs < BL_LEVEL_LEAST) {
    level->dbfs = BL_LEVEL_LEAST;
    level->peak = LEAST_PEAK;
  }
  if (peak > level->peak) {
    rise(level, peak);
  }
  return level->dbfs;
}

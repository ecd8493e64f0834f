// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "limiter.h"

#include <math.h>
#include <stdlib.h>

#define LOOK_S 0.004
#define RELEASE_S 0.12

BlStatus
bl_limiter_init(BlLimiter* const limiter,
                const uint32_t   rate,
                const double     ceiling)
{
  limiter->look    = (size_t)(LOOK_S * rate) + 1u;
  limiter->ceiling = (float)ceiling;
  limiter->gain    = 1.0f;
  limiter->release = (float)(1.0 - exp(-1.0 / (RELEASE_S * rate)));
  limiter->at      = 0;
  limiter->line    = (float*)calloc(limiter->look, 2u * sizeof(float));
  limiter->need    = (float*)calloc(limiter->look, sizeof(float));
  for (size_t i = 0; limiter->need && i < limiter->look; ++i) {
    limiter->need[i] = 1.0f;
  }
  return limiter->line && limiter->need ? BL_SUCCESS : BL_NO_MEM;
}

void
bl_limiter_deinit(BlLimiter* const limiter)
{
  free(limiter->line);
  free(limiter->need);
}

void
bl_limiter_frame(BlLimiter* const limiter, float* const frame)
{
  const float  left   = fabsf(frame[0]);
  const float  right  = fabsf(frame[1]);
  const float  peak   = left > right ? left : right;
  float* const slot   = limiter->line + 2u * limiter->at;
  const float  out[2] = { slot[0], slot[1] };
  slot[0]             = frame[0];
  slot[1]             = frame[1];
  limiter->need[limiter->at] =
    peak > limiter->ceiling ? limiter->ceiling / peak : 1.0f;
  limiter->at = limiter->at + 1u < limiter->look ? limiter->at + 1u : 0u;

  // A straight way down to the deepest need, reached in time
  float aim  = 1.0f;
  float step = 0.0f;
  if (peak > limiter->ceiling) {
    limiter->busy = limiter->look;
  }
  if (limiter->busy) {
    --limiter->busy;
    for (size_t i = 0; i < limiter->look; ++i) {
      const float need = limiter->need[(limiter->at + i) % limiter->look];
      const float s    = (limiter->gain - need) / (float)(i + 1u);
      step             = s > step ? s : step;
      aim              = need < aim ? need : aim;
    }
  }
  if (step > 0.0f) {
    limiter->gain -= step;
  } else if (limiter->gain < aim) {
    limiter->gain += (aim - limiter->gain) * limiter->release;
  }
  frame[0] = out[0] * limiter->gain;
  frame[1] = out[1] * limiter->gain;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "render.h"

#include "base/limits.h"

#include <ebur128.h>
#include <sndfile.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 2048u ///< Frames; a multiple of 64
#define FADE_S 0.9  ///< Of the very end
#define LOOK_S 0.004
#define RELEASE_S 0.12
#define GAIN_MOST_DB 30.0
#define TRUE_PEAK_FROM 0.5f

/// A gain that is already down when the peak comes
typedef struct
{
  size_t look; ///< Frames of look-ahead
  float  ceiling;
  float  gain; ///< What it stands at
  float  release;
  float* line; ///< look stereo frames of delay
  float* need; ///< Gain that each frame in the line needs
  size_t at;
  size_t busy; ///< Frames until nothing in the line needs less gain
} Limiter;

static BlStatus
limiter_init(Limiter* const limiter, const uint32_t rate, const double ceiling)
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

static void
limiter_deinit(Limiter* const limiter)
{
  free(limiter->line);
  free(limiter->need);
}

/// In place; comes out `look` frames late
static void
limit_frame(Limiter* const limiter, float* const frame)
{
  const float  peak   = fmaxf(fabsf(frame[0]), fabsf(frame[1]));
  float* const slot   = limiter->line + 2u * limiter->at;
  const float  out[2] = { slot[0], slot[1] };
  slot[0]             = frame[0];
  slot[1]             = frame[1];
  limiter->need[limiter->at] =
    peak > limiter->ceiling ? limiter->ceiling / peak : 1.0f;
  limiter->at = (limiter->at + 1u) % limiter->look;

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

typedef struct
{
  const BlRenderJob* job;
  const BlCancel*    cancel;
  uint64_t           frames;
  FILE*              raw; ///< The unlevelled mix, already unlinked
  float              block[2u * BLOCK];
} Render;

static double
fade_at(const Render* const render, const uint64_t frame)
{
  const double left = (double)(render->frames - frame) / render->job->rate;
  return left < FADE_S ? left / FADE_S : 1.0;
}

static BlStatus
open_raw(Render* const render)
{
  char path[BL_PATH_BYTES + 8];
  snprintf(path, sizeof(path), "%s.raw", render->job->path);
  render->raw = fopen(path, "w+b");
  if (!render->raw) {
    return bl_status_from_errno(errno);
  }
  unlink(path);
  return BL_SUCCESS;
}

/// First pass: play to the raw file, measuring
static BlStatus
play(Render* const render, double* const loudness)
{
  const BlRenderJob* const job   = render->job;
  BlSynth*                 synth = NULL;
  ebur128_state*           meter = ebur128_init(2, job->rate, EBUR128_MODE_I);
  BlStatus st = meter ? bl_synth_new(job->score, job->parts, job->attacks,
                                     job->soundfont, job->rate, &synth)
                      : BL_NO_MEM;

  for (uint64_t done = 0; done < render->frames && !st; done += BLOCK) {
    const uint64_t left = render->frames - done;
    const size_t   n    = left < BLOCK ? (size_t)left : BLOCK;
    if (bl_cancel_is_triggered(render->cancel)) {
      st = BL_CANCELLED;
      break;
    }
    st = bl_synth_render(synth, render->block, BLOCK);
    for (size_t i = 0; i < n; ++i) {
      const float fade = (float)fade_at(render, done + i);
      render->block[2u * i] *= fade;
      render->block[2u * i + 1u] *= fade;
    }
    if (!st &&
        (ebur128_add_frames_float(meter, render->block, n) ||
         fwrite(render->block, 2u * sizeof(float), n, render->raw) != n)) {
      st = errno == ENOSPC ? BL_DISK_FULL : BL_IO;
    }
  }
  if (!st && ebur128_loudness_global(meter, loudness)) {
    *loudness = -HUGE_VAL;
  }
  bl_synth_free(synth);
  ebur128_destroy(&meter);
  return st;
}

static BlStatus
write_block(Render* const   render,
            Limiter* const  limiter,
            const float     gain,
            SNDFILE* const  file,
            ebur128_state*  meter,
            uint64_t* const skip,
            uint64_t* const written)
{
  const size_t n = fread(render->block, 2u * sizeof(float), BLOCK, render->raw);
  if (n < BLOCK) {
    // The limiter's delay is pushed out by silence
    memset(render->block + 2u * n, 0, (BLOCK - n) * 2u * sizeof(float));
  }
  for (size_t i = 0; i < BLOCK; ++i) {
    render->block[2u * i] *= gain;
    render->block[2u * i + 1u] *= gain;
    limit_frame(limiter, render->block + 2u * i);
  }

  const size_t   from = *skip < BLOCK ? (size_t)*skip : BLOCK;
  const uint64_t left = render->frames - *written;
  const size_t   rest = BLOCK - from;
  const size_t   keep = left < rest ? (size_t)left : rest;
  *skip -= from;
  *written += keep;
  const float* const out = render->block + 2u * from;
  if (sf_writef_float(file, out, (sf_count_t)keep) != (sf_count_t)keep) {
    return errno == ENOSPC ? BL_DISK_FULL : BL_IO;
  }

  // Between samples a signal rises little above them: only blocks within 5 dB
  // of the limit need the slow meter
  float peak = 0.0f;
  for (size_t i = 0; i < 2u * keep; ++i) {
    peak = fmaxf(peak, fabsf(out[i]));
  }
  return peak > TRUE_PEAK_FROM && ebur128_add_frames_float(meter, out, keep)
           ? BL_NO_MEM
           : BL_SUCCESS;
}

static void
read_meter(ebur128_state* const meter, BlRendered* const rendered)
{
  double left  = 0.0;
  double right = 0.0;
  ebur128_true_peak(meter, 0, &left);
  ebur128_true_peak(meter, 1, &right);
  rendered->true_peak_db = 20.0 * log10(fmax(fmax(left, right), 1e-9));
}

/// Second pass: level, limit, write
static BlStatus
level(Render* const     render,
      const char* const path,
      const double      gain_db,
      const double      ceiling_db,
      BlRendered* const rendered)
{
  const BlRenderJob* const job  = render->job;
  SF_INFO                  info = {
                     0, (int)job->rate, 2, SF_FORMAT_WAV | SF_FORMAT_PCM_24, 0, 0
  };
  SNDFILE* const file    = sf_open(path, SFM_WRITE, &info);
  ebur128_state* meter   = ebur128_init(2, job->rate, EBUR128_MODE_TRUE_PEAK);
  Limiter        limiter = { 0 };
  BlStatus       st =
    !file    ? BL_IO
          : !meter ? BL_NO_MEM
                   : limiter_init(&limiter, job->rate, pow(10.0, ceiling_db / 20.0));

  uint64_t skip    = limiter.look;
  uint64_t written = 0;
  rewind(render->raw);
  if (!st) {
    sf_command(file, SFC_SET_CLIPPING, NULL, SF_TRUE);
    if (job->title && *job->title) {
      sf_set_string(file, SF_STR_TITLE, job->title);
    }
  }
  while (!st && written < render->frames) {
    st = bl_cancel_is_triggered(render->cancel)
           ? BL_CANCELLED
           : write_block(render, &limiter, (float)pow(10.0, gain_db / 20.0),
                         file, meter, &skip, &written);
  }

  limiter_deinit(&limiter);
  if (!st) {
    read_meter(meter, rendered);
  }
  if (meter) {
    ebur128_destroy(&meter);
  }
  if (file && sf_close(file) && !st) {
    st = BL_IO;
  }
  return st;
}

BlStatus
bl_render(const BlRenderJob* const job,
          const BlCancel* const    cancel,
          BlRendered* const        rendered)
{
  Render* const render   = (Render*)calloc(1, sizeof(Render));
  double        loudness = -HUGE_VAL;
  char          part[BL_PATH_BYTES + 8];
  if (!render) {
    return BL_NO_MEM;
  }

  render->job    = job;
  render->cancel = cancel;
  render->frames = (uint64_t)ceil(job->score->seconds * job->rate);
  snprintf(part, sizeof(part), "%s.part", job->path);

  BlStatus st = open_raw(render);
  st          = st ? st : play(render, &loudness);
  double gain = job->gain_db;
  if (!job->fixed) {
    gain = isfinite(loudness) ? BL_RENDER_LUFS - loudness : 0.0;
    gain = fmax(fmin(gain, GAIN_MOST_DB), -GAIN_MOST_DB);
  }
  double ceiling = BL_RENDER_PEAK_DB - 0.5;
  for (int i = 0; i < 4 && !st; ++i) {
    st = level(render, part, gain, ceiling, rendered);
    if (st || rendered->true_peak_db <= BL_RENDER_PEAK_DB) {
      break;
    }
    ceiling -= rendered->true_peak_db - BL_RENDER_PEAK_DB + 0.1;
  }
  rendered->gain_db       = gain;
  rendered->loudness_lufs = loudness + gain;
  rendered->seconds       = (double)render->frames / job->rate;

  if (!st && rename(part, job->path)) {
    st = bl_status_from_errno(errno);
  }
  if (st) {
    unlink(part);
  }
  if (render->raw) {
    (void)fclose(render->raw);
  }
  free(render);
  return st;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "render.h"

#include "base/limits.h"
#include "limiter.h"
#include "strokes.h"

#include <ebur128.h>
#include <sndfile.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 2048u ///< Frames; a multiple of 64
#define FRAME_BYTES (2u * sizeof(float))
#define FADE_S 0.9 ///< Of the very end
#define GAIN_MOST_DB 30.0
#define TRUE_PEAK_FROM 0.5f

struct BlRenderImpl
{
  // Immutable
  BlRenderJob     job;
  const BlCancel* cancel;
  uint64_t        frames;
  unsigned        shares[2]; ///< Of who finishes, of who helps
  int             raw;       ///< The unlevelled mix, already unlinked

  atomic_bool stop; ///< Either -> helper, relaxed: nothing else is read by it

  // Under the mutex: how far the helper is, a frame of the raw file each
  pthread_mutex_t mutex;
  pthread_cond_t  moved;
  uint64_t        helped;
  BlStatus        help_status;

  // Who finishes
  float block[2u * BLOCK];
  float other[2u * BLOCK];
};

/// Fade what lies in the very end of all
static void
fade_block(const BlRender* const render,
           float* const          block,
           const uint64_t        frame,
           const size_t          n)
{
  const double fade = FADE_S * render->job.rate;
  for (size_t i = 0; i < n; ++i) {
    const double left = (double)(render->frames - frame - i);
    if (left < fade) {
      block[2u * i] *= (float)(left / fade);
      block[2u * i + 1u] *= (float)(left / fade);
    }
  }
}

static BlStatus
open_raw(BlRender* const render)
{
  char path[BL_PATH_BYTES + 8];
  snprintf(path, sizeof(path), "%s.raw", render->job.path);
  render->raw = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (render->raw < 0) {
    return bl_status_from_errno(errno);
  }
  unlink(path);
  return BL_SUCCESS;
}

/// `n` frames of the raw file from `frame` on
static BlStatus
write_raw(const BlRender* const render,
          const float* const    block,
          const uint64_t        frame,
          const size_t          n)
{
  const char* bytes = (const char*)block;
  size_t      left  = n * FRAME_BYTES;
  off_t       at    = (off_t)(frame * FRAME_BYTES);
  while (left) {
    const ssize_t done = pwrite(render->raw, bytes, left, at);
    if (done < 0 && errno != EINTR) {
      return bl_status_from_errno(errno);
    }
    if (done > 0) {
      bytes += done;
      at += done;
      left -= (size_t)done;
    }
  }
  return BL_SUCCESS;
}

static BlStatus
read_raw(const BlRender* const render,
         float* const          block,
         const uint64_t        frame,
         const size_t          n)
{
  char*  bytes = (char*)block;
  size_t left  = n * FRAME_BYTES;
  off_t  at    = (off_t)(frame * FRAME_BYTES);
  while (left) {
    const ssize_t done = pread(render->raw, bytes, left, at);
    if (!done || (done < 0 && errno != EINTR)) {
      return BL_IO;
    }
    if (done > 0) {
      bytes += done;
      at += done;
      left -= (size_t)done;
    }
  }
  return BL_SUCCESS;
}

static void
tell(BlRender* const render, const uint64_t frames, const BlStatus st)
{
  pthread_mutex_lock(&render->mutex);
  render->helped      = frames;
  render->help_status = st;
  pthread_cond_signal(&render->moved);
  pthread_mutex_unlock(&render->mutex);
}

/// Until the helper has played so far
static BlStatus
await(BlRender* const render, const uint64_t frames)
{
  pthread_mutex_lock(&render->mutex);
  while (render->helped < frames && !render->help_status) {
    pthread_cond_wait(&render->moved, &render->mutex);
  }
  const BlStatus st =
    render->helped < frames ? render->help_status : BL_SUCCESS;
  pthread_mutex_unlock(&render->mutex);
  return st;
}

static size_t
block_at(const BlRender* const render, const uint64_t done)
{
  const uint64_t left = render->frames - done;
  return left < BLOCK ? (size_t)left : BLOCK;
}

static BlStatus
open_synth(const BlRender* const render,
           const unsigned        share,
           BlSynth** const       synth)
{
  const BlRenderJob* const job    = &render->job;
  const unsigned           voices = render->shares[0] && render->shares[1]
                                      ? BL_SYNTH_VOICES_SHARED
                                      : BL_SYNTH_VOICES;
  return bl_synth_new(job->score, share, voices, job->attacks, job->font,
                      job->rate, synth);
}

void
bl_render_help(BlRender* const render)
{
  float    block[2u * BLOCK];
  BlSynth* synth = NULL;
  uint64_t done  = 0;
  BlStatus st    = BL_SUCCESS;
  if (atomic_load_explicit(&render->stop, memory_order_relaxed) ||
      bl_cancel_is_triggered(render->cancel)) {
    st = BL_CANCELLED;
  } else if (render->shares[1]) {
    st = open_synth(render, render->shares[1], &synth);
  }
  while (synth && done < render->frames && !st) {
    const size_t n = block_at(render, done);
    if (atomic_load_explicit(&render->stop, memory_order_relaxed) ||
        bl_cancel_is_triggered(render->cancel)) {
      st = BL_CANCELLED;
      break;
    }
    st = bl_synth_render(synth, block, BLOCK);
    st = st ? st : write_raw(render, block, done, n);
    if (!st) {
      done += n;
      tell(render, done, BL_SUCCESS);
    }
  }
  bl_synth_free(synth);
  tell(render, done, st);
}

void
bl_render_stop(BlRender* const render)
{
  atomic_store_explicit(&render->stop, true, memory_order_relaxed);
}

/// One block of the mix: ours, and what the helper left in the file
static BlStatus
mix_block(BlRender* const render,
          BlSynth* const  synth,
          const uint64_t  done,
          const size_t    n)
{
  BlStatus st = bl_synth_render(synth, render->block, BLOCK);
  if (render->shares[1] && !st) {
    st = await(render, done + n);
    st = st ? st : read_raw(render, render->other, done, n);
    for (size_t i = 0; i < 2u * n && !st; ++i) {
      render->block[i] += render->other[i];
    }
  }
  fade_block(render, render->block, done, n);
  return st ? st : write_raw(render, render->block, done, n);
}

/// First pass: play to the raw file, measuring
static BlStatus
play(BlRender* const render, double* const loudness)
{
  BlSynth*       synth = NULL;
  ebur128_state* meter = ebur128_init(2, render->job.rate, EBUR128_MODE_I);
  BlStatus       st =
    meter ? open_synth(render, render->shares[0], &synth) : BL_NO_MEM;

  for (uint64_t done = 0; done < render->frames && !st; done += BLOCK) {
    const size_t n = block_at(render, done);
    if (bl_cancel_is_triggered(render->cancel)) {
      st = BL_CANCELLED;
      break;
    }
    st = mix_block(render, synth, done, n);
    if (!st && ebur128_add_frames_float(meter, render->block, n)) {
      st = BL_NO_MEM;
    }
  }
  if (!st && ebur128_loudness_global(meter, loudness)) {
    *loudness = -HUGE_VAL;
  }
  bl_synth_free(synth);
  if (meter) {
    ebur128_destroy(&meter);
  }
  return st;
}

/// Where the second pass is, in frames
typedef struct
{
  uint64_t read;
  uint64_t written;
  uint64_t skip; ///< Still to come out of the limiter before frame 0
} Pass;

static BlStatus
write_block(BlRender* const  render,
            BlLimiter* const limiter,
            const float      gain,
            SNDFILE* const   file,
            ebur128_state*   meter,
            Pass* const      pass)
{
  const size_t   n  = block_at(render, pass->read);
  const BlStatus st = read_raw(render, render->block, pass->read, n);
  if (st) {
    return st;
  }
  pass->read += n;
  // The limiter's delay is pushed out by silence
  memset(render->block + 2u * n, 0, (BLOCK - n) * 2u * sizeof(float));
  for (size_t i = 0; i < BLOCK; ++i) {
    render->block[2u * i] *= gain;
    render->block[2u * i + 1u] *= gain;
    bl_limiter_frame(limiter, render->block + 2u * i);
  }

  const size_t   from = pass->skip < BLOCK ? (size_t)pass->skip : BLOCK;
  const uint64_t left = render->frames - pass->written;
  const size_t   rest = BLOCK - from;
  const size_t   keep = left < rest ? (size_t)left : rest;
  pass->skip -= from;
  pass->written += keep;
  const float* const out = render->block + 2u * from;
  if (sf_writef_float(file, out, (sf_count_t)keep) != (sf_count_t)keep) {
    return errno == ENOSPC ? BL_DISK_FULL : BL_IO;
  }

  // Between samples a signal rises little above them: only blocks within 5 dB
  // of the limit need the slow meter
  float peak = 0.0f;
  for (size_t i = 0; i < 2u * keep; ++i) {
    const float height = fabsf(out[i]);
    peak               = height > peak ? height : peak;
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
level(BlRender* const   render,
      const char* const path,
      const double      gain_db,
      const double      ceiling_db,
      BlRendered* const rendered)
{
  const BlRenderJob* const job  = &render->job;
  SF_INFO                  info = {
                     0, (int)job->rate, 2, SF_FORMAT_WAV | SF_FORMAT_PCM_24, 0, 0
  };
  SNDFILE* const file    = sf_open(path, SFM_WRITE, &info);
  ebur128_state* meter   = ebur128_init(2, job->rate, EBUR128_MODE_TRUE_PEAK);
  BlLimiter      limiter = { 0 };
  BlStatus       st      = !file    ? BL_IO
                           : !meter ? BL_NO_MEM
                                    : bl_limiter_init(&limiter, job->rate,
                                                      pow(10.0, ceiling_db / 20.0));

  Pass pass = { 0, 0, limiter.look };
  if (!st) {
    sf_command(file, SFC_SET_CLIPPING, NULL, SF_TRUE);
    if (job->title && *job->title) {
      sf_set_string(file, SF_STR_TITLE, job->title);
    }
  }
  while (!st && pass.written < render->frames) {
    st = bl_cancel_is_triggered(render->cancel)
           ? BL_CANCELLED
           : write_block(render, &limiter, (float)pow(10.0, gain_db / 20.0),
                         file, meter, &pass);
  }

  bl_limiter_deinit(&limiter);
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

/// Voice seconds of each bit of a share
static void
weigh(const BlRenderJob* const job, double costs[const BL_SHARE_BITS])
{
  for (unsigned i = 0; i < BL_SHARE_BITS; ++i) {
    costs[i] = 0.0;
  }
  for (size_t i = 0; i < job->score->n; ++i) {
    const BlEvent* const e = &job->score->events[i];
    if (job->parts & (1u << e->part)) {
      costs[bl_share_bit(e)] += bl_sound_cost(job->attacks, e);
    }
  }
}

/// The helper's share: as near as can be to the part of the cost that it is to
/// have.  Nothing is timed here, so that the same score is cut the same way
static void
split(BlRender* const render)
{
  const unsigned all = (1u << BL_SHARE_BITS) - 1u;
  double         costs[BL_SHARE_BITS];
  double         total = 0.0;
  double         best  = HUGE_VAL;
  weigh(&render->job, costs);
  for (unsigned i = 0; i < BL_SHARE_BITS; ++i) {
    total += costs[i];
  }

  for (unsigned mask = 0; mask <= all; ++mask) {
    double sum = 0.0;
    for (unsigned i = 0; i < BL_SHARE_BITS; ++i) {
      sum += mask & (1u << i) ? costs[i] : 0.0;
    }
    const double off = fabs(sum - render->job.help * total);
    if (off < best) {
      best              = off;
      render->shares[1] = mask;
    }
  }
  unsigned mine = 0;
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    mine |= render->job.parts & (1u << p) ? 3u << (2u * p) : 0u;
  }
  render->shares[1] &= mine;
  render->shares[0] = mine & ~render->shares[1];
}

BlStatus
bl_render_new(const BlRenderJob* const job,
              const BlCancel* const    cancel,
              BlRender** const         render)
{
  BlRender* const self = (BlRender*)calloc(1, sizeof(BlRender));
  *render              = self;
  if (!self) {
    return BL_NO_MEM;
  }

  self->job    = *job;
  self->cancel = cancel;
  self->frames = (uint64_t)ceil(job->score->seconds * job->rate);
  atomic_init(&self->stop, false);
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->moved, NULL);
  split(self);
  return open_raw(self);
}

void
bl_render_free(BlRender* const self)
{
  if (self) {
    if (self->raw >= 0) {
      close(self->raw);
    }
    pthread_cond_destroy(&self->moved);
    pthread_mutex_destroy(&self->mutex);
    free(self);
  }
}

BlStatus
bl_render_finish(BlRender* const render, BlRendered* const rendered)
{
  const BlRenderJob* const job      = &render->job;
  double                   loudness = -HUGE_VAL;
  char                     part[BL_PATH_BYTES + 8];
  snprintf(part, sizeof(part), "%s.part", job->path);

  BlStatus st   = play(render, &loudness);
  double   gain = job->gain_db;
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
    return st;
  }
  // Large, and of no more use: all of the helper's share is in it
  close(render->raw);
  render->raw = -1;
  return BL_SUCCESS;
}

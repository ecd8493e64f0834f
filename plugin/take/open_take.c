// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/open_take.h"

#include "base/limits.h"
#include "take/store.h"
#include "take/store_files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SILENCE_SAMPLES 8192u
#define SLICE_FRAMES 8192u

BlOpenTake*
bl_open_take_new(const BlTake* const take)
{
  BlOpenTake* const open = (BlOpenTake*)calloc(1, sizeof(BlOpenTake));
  if (open) {
    open->take     = *take;
    open->wav.fd   = -1;
    open->loudness = bl_loudness_new(take->rate, take->channels);
    bl_measure_init(&open->measure);
  }
  return open;
}

void
bl_open_take_free(BlOpenTake* const open)
{
  if (open) {
    bl_wav_close(&open->wav);
    bl_loudness_free(open->loudness);
    free(open);
  }
}

/// Take away what was made for a take that never got a sample
static void
discard(BlOpenTake* const open, const char* const root)
{
  char path[BL_PATH_BYTES];
  bl_wav_close(&open->wav);
  if (!bl_store_file(root, open->take.id, BL_TAKE_WAV, path, sizeof(path))) {
    unlink(path);
  }
  if (!bl_store_take_dir(root, open->take.id, path, sizeof(path))) {
    rmdir(path);
  }
  open->take.id[0] = '\0';
}

BlStatus
bl_open_take_create(BlOpenTake* const open,
                    const char* const root,
                    const BlWavWrite  write,
                    void* const       handle)
{
  char      path[BL_PATH_BYTES];
  BlWavInfo info;
  BlStatus  st = bl_store_create(root, open->take.id);
  if (st) {
    open->take.id[0] = '\0';
    return st;
  }

  bl_store_wav_info(&open->take, &info);
  st = bl_store_file(root, open->take.id, BL_TAKE_WAV, path, sizeof(path));
  if (!st) {
    st = bl_wav_create(&open->wav, path, &info, write, handle);
  }
  if (!st) {
    st = bl_store_save(root, &open->take);
  }
  if (st) {
    discard(open, root);
  }
  return st;
}

// Audio

static void
measure(BlOpenTake* const open, const float* const audio, const uint64_t frames)
{
  const uint32_t channels = open->take.channels;
  const uint32_t length   = open->take.rate / BL_PEAKS_PER_S;
  for (uint64_t done = 0u; done < frames;) {
    const uint64_t left = frames - done;
    const uint32_t room = length - open->bin_frames;
    const uint32_t n    = left < room ? (uint32_t)left : room;
    bl_measure_add(&open->measure, audio + done * channels,
                   (size_t)n * channels, &open->bin);
    done += n;
    open->bin_frames += n;
    if (open->bin_frames == length) {
      // Who draws is told often enough; if not, the oldest is overwritten
      if (open->n_peaks == BL_PEAKS_MAX) {
        memmove(open->peaks, open->peaks + 1,
                (BL_PEAKS_MAX - 1u) * sizeof(BlPeak));
        --open->n_peaks;
        ++open->first_peak;
      }
      open->peaks[open->n_peaks++] = open->bin;
      memset(&open->bin, 0, sizeof(open->bin));
      open->bin_frames = 0u;
    }
  }
}

static void
hear(BlOpenTake* const open, const float* const audio, const uint64_t frames)
{
  if (bl_loudness_add(open->loudness, audio, (size_t)frames)) {
    bl_loudness_free(open->loudness);
    open->loudness = NULL;
  }
  open->heard += frames;
}

BlStatus
bl_open_take_append(BlOpenTake* const  open,
                    const float* const audio,
                    const uint64_t     frames)
{
  const uint64_t before = open->take.frames;
  const BlStatus st     = bl_wav_append(&open->wav, audio, frames);
  const uint64_t n      = open->wav.info.frames - before;

  open->take.frames = open->wav.info.frames;
  measure(open, audio, n);
  if (open->loudness && open->heard == before && n <= open->take.rate / 8u) {
    hear(open, audio, n);
  }
  return st;
}

BlStatus
bl_open_take_gap(BlOpenTake* const open,
                 const uint64_t    frames,
                 const bool        dropped)
{
  static const float silence[SILENCE_SAMPLES];

  BlTake* const  take    = &open->take;
  const uint64_t start   = take->frames;
  const uint32_t longest = SILENCE_SAMPLES / take->channels;
  BlStatus       st      = BL_SUCCESS;
  for (uint64_t done = 0u; !st && done < frames;) {
    const uint64_t left = frames - done;
    const uint64_t n    = left < longest ? left : longest;
    st                  = bl_open_take_append(open, silence, n);
    done += n;
  }

  const uint64_t written = take->frames - start;
  BlGap* const   last    = take->n_gaps ? &take->gaps[take->n_gaps - 1u] : NULL;
  if (last && last->dropped == dropped && last->frame + last->length == start) {
    last->length += written;
  } else if (take->n_gaps < BL_TAKE_GAPS_MAX) {
    const BlGap gap            = { start, written, dropped };
    take->gaps[take->n_gaps++] = gap;
  }
  take->dropped += dropped ? frames : 0u;
  take->filled += dropped ? 0u : written;
  open->told_more = true;
  return st;
}

void
bl_open_take_tempo(BlOpenTake* const open, BlTempo tempo)
{
  BlTake* const take = &open->take;
  tempo.frame        = take->frames;
  if (take->n_tempos &&
      take->tempos[take->n_tempos - 1u].frame == tempo.frame) {
    --take->n_tempos;
  }
  if (take->n_tempos < BL_TAKE_TEMPOS_MAX) {
    take->tempos[take->n_tempos++] = tempo;
    open->told_more                = true;
  }
}

BlStatus
bl_open_take_sync(BlOpenTake* const open, const char* const root)
{
  BlStatus st = bl_wav_update(&open->wav);
  if (!st) {
    st = bl_wav_sync(&open->wav);
  }
  if (!st && open->told_more) {
    open->told_more = false;
    st              = bl_store_save(root, &open->take);
  }
  return st;
}

void
bl_open_take_shift(BlTake* const take, const double ms)
{
  const BlTempo* const tempo = &take->tempos[0];
  if (take->has_position) {
    take->start -= llround(ms * 1e-3 * take->rate);
  }
  if (!take->has_bar) {
    return;
  }

  take->has_bar =
    take->n_tempos && tempo->bpm > 0.0 && tempo->beats_per_bar > 0.0f;
  if (take->has_bar) {
    const double beat = take->beat - ms * 1e-3 * tempo->bpm / 60.0;
    const double bars = floor(beat / (double)tempo->beats_per_bar);
    take->bar += (int64_t)bars;
    take->beat = beat - bars * (double)tempo->beats_per_bar;
  }
}

bool
bl_open_take_listen(BlOpenTake* const open)
{
  if (!open->loudness || open->heard >= open->take.frames) {
    return false;
  }

  float          audio[SLICE_FRAMES * BL_TAKE_MAX_CHANNELS];
  const uint64_t left = open->take.frames - open->heard;
  const uint64_t n =
    bl_wav_read(open->wav.fd, &open->wav.info, open->heard, audio,
                left < SLICE_FRAMES ? left : SLICE_FRAMES);
  if (n) {
    hear(open, audio, n);
  } else {
    bl_loudness_free(open->loudness);
    open->loudness = NULL;
  }
  return n;
}

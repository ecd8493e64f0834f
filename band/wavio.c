// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "wavio.h"

#include "base/limits.h"

#include <samplerate.h>
#include <sndfile.h>

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BLOCK_FRAMES 8192
#define CHANNELS_MAX 32
#define RATE_SOFT_MAX 50000
#define SECONDS_SLACK 20.0 ///< Silence that the cut to a bar line may add

typedef struct
{
  SNDFILE*   file;
  SF_INFO    info;
  SRC_STATE* resampler;
  float*     frames;  ///< Interleaved block
  float*     block;   ///< Mono block
  float*     out;     ///< Resampled block
  float      last[2]; ///< Samples before the block, for soften_block()
  bool       soft;    ///< Softened, then resampled by straight lines
  size_t     room;    ///< Samples of room in voice->mono
} Reader;

uint64_t
bl_hash(uint64_t hash, const void* const data, const size_t size)
{
  const unsigned char* const bytes = (const unsigned char*)data;
  for (size_t i = 0; i < size; ++i) {
    hash = (hash ^ bytes[i]) * 0x100000001b3ull;
  }
  return hash;
}

static void
close_reader(Reader* const reader)
{
  if (reader->file) {
    sf_close(reader->file);
  }
  if (reader->resampler) {
    src_delete(reader->resampler);
  }
  free(reader->frames);
  free(reader->block);
  free(reader->out);
}

static size_t
out_frames(const Reader* const reader)
{
  const double ratio = (double)BL_VOICE_RATE / reader->info.samplerate;
  return (size_t)ceil(BLOCK_FRAMES * ratio) + 64u;
}

static BlStatus
open_reader(Reader* const reader, const char* const path)
{
  struct stat st;
  if (stat(path, &st)) {
    return bl_status_from_errno(errno);
  }
  if (!S_ISREG(st.st_mode)) {
    return BL_BAD_FILE;
  }

  reader->file = sf_open(path, SFM_READ, &reader->info);
  if (!reader->file || reader->info.channels < 1 ||
      reader->info.channels > CHANNELS_MAX ||
      reader->info.samplerate < (int)BL_RATE_MIN ||
      reader->info.samplerate > (int)BL_RATE_MAX) {
    return BL_BAD_FILE;
  }

  int error    = 0;
  reader->soft = reader->info.samplerate <= RATE_SOFT_MAX;
  reader->resampler =
    src_new(reader->soft ? SRC_LINEAR : SRC_SINC_FASTEST, 1, &error);
  reader->frames =
    (float*)calloc(BLOCK_FRAMES * (size_t)reader->info.channels, sizeof(float));
  reader->block = (float*)calloc(BLOCK_FRAMES, sizeof(float));
  reader->out   = (float*)calloc(out_frames(reader), sizeof(float));
  return reader->resampler && reader->frames && reader->block && reader->out
           ? BL_SUCCESS
           : BL_NO_MEM;
}

static void
read_comment(Reader* const reader, BlVoice* const voice)
{
  const char* const comment = sf_get_string(reader->file, SF_STR_COMMENT);
  if (comment) {
    snprintf(voice->comment, sizeof(voice->comment), "%s", comment);
  }
}

/// Mix the block to mono in place; what is no number is silence
static void
mix_block(Reader* const reader, const size_t n)
{
  const size_t channels = (size_t)reader->info.channels;
  for (size_t i = 0; i < n; ++i) {
    float sum = 0.0f;
    for (size_t c = 0; c < channels; ++c) {
      const float sample = reader->frames[i * channels + c];
      sum += isfinite(sample) && fabsf(sample) < 64.0f ? sample : 0.0f;
    }
    reader->block[i] = sum / (float)channels;
  }
}

/// Take the top off, [1 2 1] / 4, one sample late: what then folds over is
/// hiss, which pitch does not hear, and a sinc costs as much as all the rest
static void
soften_block(Reader* const reader, const size_t n)
{
  float a = reader->last[0];
  float b = reader->last[1];
  for (size_t i = 0; i < n; ++i) {
    const float c    = reader->block[i];
    reader->block[i] = 0.25f * a + 0.5f * b + 0.25f * c;
    a                = b;
    b                = c;
  }
  reader->last[0] = a;
  reader->last[1] = b;
}

static BlStatus
append(Reader* const reader, BlVoice* const voice, const size_t n)
{
  if (!n) {
    return BL_SUCCESS;
  }
  if (!voice->mono || voice->n + n > reader->room) {
    const size_t room = (voice->n + n) * 2u + BL_VOICE_RATE;
    float* const mono = (float*)realloc(voice->mono, room * sizeof(float));
    if (!mono) {
      return BL_NO_MEM;
    }
    voice->mono  = mono;
    reader->room = room;
  }

  memcpy(voice->mono + voice->n, reader->out, n * sizeof(float));
  voice->n += n;
  return BL_SUCCESS;
}

static BlStatus
resample_block(Reader* const  reader,
               BlVoice* const voice,
               const size_t   n,
               const bool     last)
{
  SRC_DATA data      = { 0 };
  data.data_in       = reader->block;
  data.input_frames  = (long)n;
  data.data_out      = reader->out;
  data.output_frames = (long)out_frames(reader);
  data.end_of_input  = last;
  data.src_ratio     = (double)BL_VOICE_RATE / reader->info.samplerate;

  do {
    if (src_process(reader->resampler, &data)) {
      return BL_INTERNAL;
    }
    const BlStatus st = append(reader, voice, (size_t)data.output_frames_gen);
    if (st) {
      return st;
    }
    data.data_in += data.input_frames_used;
    data.input_frames -= data.input_frames_used;
  } while (data.input_frames > 0 || (last && data.output_frames_gen > 0));
  return BL_SUCCESS;
}

static BlStatus
read_blocks(Reader* const reader, BlCancel* const cancel, BlVoice* const voice)
{
  const double most = (BL_TAKE_MAX_S + SECONDS_SLACK) * reader->info.samplerate;
  if (!reader->frames || !reader->block || !reader->out) {
    return BL_INTERNAL;
  }

  BlStatus   st = BL_SUCCESS;
  sf_count_t n  = 0;

  do {
    if (bl_cancel_check(cancel)) {
      return BL_CANCELLED;
    }
    n = sf_readf_float(reader->file, reader->frames, BLOCK_FRAMES);
    n = n < 0 ? 0 : n;
    mix_block(reader, (size_t)n);
    voice->hash =
      bl_hash(voice->hash, reader->block, (size_t)n * sizeof(float));
    voice->frames += (uint64_t)n;
    if ((double)voice->frames > most) {
      return BL_TAKE_LONG;
    }
    if (reader->soft) {
      soften_block(reader, (size_t)n);
    }
    st = resample_block(reader, voice, (size_t)n, n == 0);
  } while (!st && n > 0);
  return st;
}

BlStatus
bl_voice_read(const char* const path,
              BlCancel* const   cancel,
              BlVoice* const    voice)
{
  Reader reader = { 0 };
  memset(voice, 0, sizeof(*voice));
  voice->hash = BL_HASH_SEED;

  BlStatus st = open_reader(&reader, path);
  if (!st) {
    voice->rate = (uint32_t)reader.info.samplerate;
    read_comment(&reader, voice);
    st = read_blocks(&reader, cancel, voice);
  }
  if (!st) {
    voice->seconds = (double)voice->frames / voice->rate;
    st = voice->seconds < BL_TAKE_MIN_S ? BL_TAKE_SHORT : BL_SUCCESS;
    for (size_t i = 0; i < voice->n; ++i) {
      const float height = fabsf(voice->mono[i]);
      voice->peak        = height > voice->peak ? height : voice->peak;
    }
  }

  close_reader(&reader);
  if (st) {
    bl_voice_deinit(voice);
  }
  return st;
}

void
bl_voice_deinit(BlVoice* const voice)
{
  free(voice->mono);
  voice->mono = NULL;
  voice->n    = 0;
}

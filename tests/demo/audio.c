// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "demo/audio.h"

#include "base/limits.h"

#include <ebur128.h>
#include <sndfile.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 4096u
#define VOICE_LUFS (-17.0)
#define BACKING_LUFS (-20.0)
#define SILENCE_LUFS (-70.0)
#define PEAK 0.89f

static BlStatus
new_audio(BlAudio* const audio,
          const uint32_t channels,
          const size_t   frames,
          const uint32_t rate)
{
  memset(audio, 0, sizeof(*audio));
  audio->channels = channels;
  audio->frames   = frames;
  audio->rate     = rate;
  for (uint32_t c = 0; c < channels; ++c) {
    audio->samples[c] = (float*)calloc(frames + 1u, sizeof(float));
    if (!audio->samples[c]) {
      bl_audio_free(audio);
      return BL_NO_MEM;
    }
  }
  return BL_SUCCESS;
}

void
bl_audio_free(BlAudio* const audio)
{
  free(audio->samples[0]);
  free(audio->samples[1]);
  memset(audio, 0, sizeof(*audio));
}

static BlStatus
read_samples(SNDFILE* const file, const int channels, BlAudio* const audio)
{
  float* const chunk = (float*)malloc(CHUNK * (size_t)channels * sizeof(float));
  if (!chunk) {
    return BL_NO_MEM;
  }

  size_t     at  = 0;
  sf_count_t got = 0;
  while ((got = sf_readf_float(file, chunk, CHUNK)) > 0) {
    for (size_t i = 0; i < (size_t)got && at < audio->frames; ++i, ++at) {
      for (uint32_t c = 0; c < audio->channels; ++c) {
        audio->samples[c][at] = chunk[i * (size_t)channels + c];
      }
    }
  }
  audio->frames = at;
  free(chunk);
  return at ? BL_SUCCESS : BL_BAD_FILE;
}

BlStatus
bl_audio_read(const char* const path, BlAudio* const audio)
{
  SF_INFO        info = { .format = 0 };
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  memset(audio, 0, sizeof(*audio));
  if (!file) {
    return sf_error(NULL) == SF_ERR_SYSTEM ? BL_NOT_FOUND : BL_BAD_FILE;
  }

  BlStatus st = info.channels < 1 || info.samplerate < (int)BL_RATE_MIN
                  ? BL_BAD_FILE
                  : BL_SUCCESS;
  if (!st && (double)info.frames > BL_TAKE_MAX_S * info.samplerate) {
    st = BL_TAKE_LONG;
  }
  if (!st) {
    st = new_audio(audio, info.channels > 1 ? 2u : 1u, (size_t)info.frames,
                   (uint32_t)info.samplerate);
  }
  if (!st) {
    SF_BROADCAST_INFO bext;
    memset(&bext, 0, sizeof(bext));
    if (sf_command(file, SFC_GET_BROADCAST_INFO, &bext, sizeof(bext))) {
      audio->start = (int64_t)(((uint64_t)bext.time_reference_high << 32u) |
                               bext.time_reference_low);
    }
    st = read_samples(file, info.channels, audio);
  }
  (void)sf_close(file);
  if (st) {
    bl_audio_free(audio);
  }
  return st;
}

/// In the upper bits of an int; what was 24-bit before comes out as it was
/// (libsndfile's own conversion scales by one step less)
static int
to_24_bit(const float sample)
{
  static const float steps = 8388608.0f;

  const float clipped = fminf(fmaxf(sample * steps, -steps), steps - 1.0f);
  return (int)lrintf(clipped) * 256;
}

BlStatus
bl_audio_write(const char* const path, const BlAudio* const audio)
{
  SF_INFO        info = { .samplerate = (int)audio->rate,
                          .channels   = (int)audio->channels,
                          .format     = SF_FORMAT_WAV | SF_FORMAT_PCM_24 };
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  if (!file) {
    return BL_IO;
  }

  SF_BROADCAST_INFO bext;
  memset(&bext, 0, sizeof(bext));
  memcpy(bext.originator, "Backline demo", 13);
  bext.version             = 1;
  bext.time_reference_low  = (uint32_t)((uint64_t)audio->start);
  bext.time_reference_high = (uint32_t)((uint64_t)audio->start >> 32u);
  (void)sf_command(file, SFC_SET_BROADCAST_INFO, &bext, sizeof(bext));

  BlStatus st = BL_SUCCESS;
  for (size_t at = 0; !st && at < audio->frames; at += CHUNK) {
    const size_t left = audio->frames - at;
    const size_t n    = left < CHUNK ? left : CHUNK;
    int          chunk[2u * CHUNK];
    for (size_t i = 0; i < n; ++i) {
      for (uint32_t c = 0; c < audio->channels; ++c) {
        chunk[i * audio->channels + c] = to_24_bit(audio->samples[c][at + i]);
      }
    }
    if (sf_writef_int(file, chunk, (sf_count_t)n) != (sf_count_t)n) {
      st = BL_IO;
    }
  }
  return sf_close(file) && !st ? BL_IO : st;
}

/// Integrated loudness, LUFS; -70 for silence
static double
loudness_of(const BlAudio* const audio)
{
  ebur128_state* state =
    ebur128_init(audio->channels, audio->rate, EBUR128_MODE_I);
  if (!state) {
    return SILENCE_LUFS;
  }

  for (size_t i = 0; i < audio->frames; ++i) {
    const float frame[2] = { audio->samples[0][i],
                             audio->channels > 1 ? audio->samples[1][i] : 0 };
    (void)ebur128_add_frames_float(state, frame, 1);
  }
  double lufs = SILENCE_LUFS;
  if (ebur128_loudness_global(state, &lufs) || !isfinite(lufs)) {
    lufs = SILENCE_LUFS;
  }
  ebur128_destroy(&state);
  return lufs;
}

static float
gain_to(const BlAudio* const audio, const double target)
{
  const double lufs = loudness_of(audio);
  return lufs > SILENCE_LUFS ? (float)pow(10.0, (target - lufs) / 20.0) : 1.0f;
}

static void
add(BlAudio* const mix, const BlAudio* const part, const float gain)
{
  const size_t at = (size_t)(part->start - mix->start);
  for (uint32_t c = 0; c < mix->channels; ++c) {
    const float* const from = part->samples[part->channels > 1 ? c : 0];
    for (size_t i = 0; i < part->frames; ++i) {
      mix->samples[c][at + i] += gain * from[i];
    }
  }
}

BlStatus
bl_audio_mix(const BlAudio* const voice,
             const BlAudio* const backing,
             BlAudio* const       mix)
{
  memset(mix, 0, sizeof(*mix));
  const int64_t start =
    voice->start < backing->start ? voice->start : backing->start;
  const int64_t ends[2] = { voice->start + (int64_t)voice->frames,
                            backing->start + (int64_t)backing->frames };
  const int64_t end     = ends[0] > ends[1] ? ends[0] : ends[1];
  if (voice->rate != backing->rate ||
      (double)(end - start) > 2.0 * BL_TAKE_MAX_S * voice->rate) {
    return BL_BAD_ARG;
  }

  const BlStatus st = new_audio(mix, 2, (size_t)(end - start), voice->rate);
  if (st) {
    return st;
  }
  mix->start = start;
  // One channel counts half in BS.1770 what two equal ones do: 3 dB
  add(mix, voice, gain_to(voice, VOICE_LUFS - (voice->channels < 2 ? 3 : 0)));
  add(mix, backing, gain_to(backing, BACKING_LUFS));

  float peak = PEAK;
  for (size_t i = 0; i < mix->frames; ++i) {
    peak =
      fmaxf(peak, fmaxf(fabsf(mix->samples[0][i]), fabsf(mix->samples[1][i])));
  }
  for (size_t i = 0; i < mix->frames; ++i) {
    mix->samples[0][i] *= PEAK / peak;
    mix->samples[1][i] *= PEAK / peak;
  }
  return BL_SUCCESS;
}

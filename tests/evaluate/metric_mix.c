// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_mix.h"

#include "support/sing.h"

#include <ebur128.h>
#include <kiss_fftr.h>
#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FFT 8192
#define STEP_S 0.05
#define CLICK_FRAMES 64u
#define CLICK_AROUND 24u ///< A period of the lowest bass and more
#define CLICK_TIMES 8.0f
#define CLICK_LEAST 0.004f

BlStatus
bl_mix_read(const char* const path, BlMixSound* const sound)
{
  SF_INFO info = { 0 };
  memset(sound, 0, sizeof(*sound));
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file || info.channels != 2) {
    sf_close(file);
    return BL_BAD_FILE;
  }
  sound->rate    = info.samplerate;
  sound->samples = (float*)calloc((size_t)info.frames + 1u, 2u * sizeof(float));
  if (sound->samples) {
    sound->n = (size_t)sf_readf_float(file, sound->samples, info.frames);
  }
  sf_close(file);
  return sound->samples ? BL_SUCCESS : BL_NO_MEM;
}

void
bl_mix_sound_deinit(BlMixSound* const sound)
{
  free(sound->samples);
}

static BlStatus
measure_loudness(const BlMixSound* const sound, BlMix* const mix)
{
  ebur128_state* meter =
    ebur128_init(2, (unsigned long)sound->rate,
                 EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
  double left  = 0.0;
  double right = 0.0;
  if (!meter) {
    return BL_NO_MEM;
  }
  ebur128_add_frames_float(meter, sound->samples, sound->n);
  ebur128_loudness_global(meter, &mix->lufs);
  ebur128_loudness_range(meter, &mix->range);
  ebur128_true_peak(meter, 0, &left);
  ebur128_true_peak(meter, 1, &right);
  ebur128_destroy(&meter);
  mix->true_peak_db = 20.0 * log10(fmax(fmax(left, right), 1e-9));
  return BL_SUCCESS;
}

static void
measure_channels(const BlMixSound* const sound, BlMix* const mix)
{
  double sum[2]    = { 0.0, 0.0 };
  double square[2] = { 1e-12, 1e-12 };
  double product   = 0.0;
  for (size_t i = 0; i < sound->n; ++i) {
    const double l = (double)sound->samples[2u * i];
    const double r = (double)sound->samples[2u * i + 1u];
    sum[0] += l;
    sum[1] += r;
    square[0] += l * l;
    square[1] += r * r;
    product += l * r;
    mix->clipped += fmax(fabs(l), fabs(r)) > 0.99999;
  }
  const double n   = (double)sound->n + 1.0;
  mix->dc          = fmax(fabs(sum[0] / n), fabs(sum[1] / n));
  mix->correlation = product / sqrt(square[0] * square[1]);
  mix->balance_db  = 10.0 * log10(square[0] / square[1]);
}

/// Loudness of steps of 50 ms: gaps, and the first seconds against the rest
static void
measure_steps(const BlMixSound* const sound,
              const double            until,
              BlMix* const            mix)
{
  const size_t step    = (size_t)(STEP_S * sound->rate);
  const double silence = pow(10.0, 0.1 * BL_MIX_SILENCE_DB);
  double       gap     = 0.0;
  double       sums[2] = { 1e-12, 1e-12 };
  size_t       n[2]    = { 1, 1 };
  double       heard   = 0.0;
  for (size_t at = 0; at + step <= sound->n; at += step) {
    const double time = (double)at / sound->rate;
    double       sum  = 0.0;
    for (size_t i = 2u * at; i < 2u * (at + step); ++i) {
      sum += (double)(sound->samples[i] * sound->samples[i]);
    }
    sum /= 2.0 * (double)step;
    gap = sum < silence && time < until ? gap + STEP_S : 0.0;
    if (gap > mix->gap_s) {
      mix->gap_s = gap;
    }
    if (sum >= silence && time < until) {
      const unsigned late = heard > 2.0;
      heard += STEP_S;
      sums[late] += sum;
      ++n[late];
    }
  }
  mix->head_db =
    10.0 * log10(sums[0] / (double)n[0] / (sums[1] / (double)n[1]));
}

static BlStatus
measure_spectrum(const BlMixSound* const sound, BlMix* const mix)
{
  const kiss_fftr_cfg fft = kiss_fftr_alloc(FFT, 0, NULL, NULL);
  float* const        in  = (float*)calloc(FFT, sizeof(float));
  kiss_fft_cpx* const out =
    (kiss_fft_cpx*)calloc(FFT / 2 + 1, sizeof(kiss_fft_cpx));
  double total  = 1e-12;
  double weight = 0.0;
  for (size_t at = 0; fft && in && out && at + FFT <= sound->n; at += FFT / 2) {
    for (unsigned c = 0; c < 2u; ++c) {
      for (size_t i = 0; i < FFT; ++i) {
        const double window = 0.5 - 0.5 * cos(2.0 * M_PI * (double)i / FFT);
        in[i]               = sound->samples[2u * (at + i) + c] * (float)window;
      }
      kiss_fftr(fft, in, out);
      for (size_t k = 1; k <= FFT / 2; ++k) {
        const double hz = (double)k * sound->rate / FFT;
        const double energy =
          (double)(out[k].r * out[k].r) + (double)(out[k].i * out[k].i);
        const double octave = floor(log2(hz / 31.5) + 0.5);
        total += energy;
        weight += energy * hz;
        mix->low += hz < 120.0 ? energy : 0.0;
        mix->mud += hz >= 250.0 && hz < 500.0 ? energy : 0.0;
        mix->octaves[(unsigned)fmax(fmin(octave, 9.0), 0.0)] += energy;
      }
    }
  }
  const bool made = fft && in && out;
  free(fft);
  free(in);
  free(out);
  mix->low /= total;
  mix->mud /= total;
  mix->centroid_hz = weight / total;
  for (unsigned i = 0; i < BL_MIX_OCTAVES; ++i) {
    mix->octaves[i] /= total;
  }
  return made ? BL_SUCCESS : BL_NO_MEM;
}

/// A click is sharp, and over at once: its second difference is many times
/// that of what precedes and what follows it, a stroke's is not
static BlStatus
count_clicks(const BlMixSound* const sound, BlMix* const mix)
{
  const size_t n     = sound->n / CLICK_FRAMES;
  float* const peaks = (float*)calloc(n + 1u, sizeof(float));
  if (!peaks) {
    return BL_NO_MEM;
  }
  for (size_t i = 4; i < 2u * n * CLICK_FRAMES; ++i) {
    const float* const s    = &sound->samples[i];
    const float        jump = fabsf(s[0] - 2.0f * s[-2] + s[-4]);
    float* const       peak = &peaks[i / (2u * CLICK_FRAMES)];
    *peak                   = fmaxf(*peak, jump);
  }
  for (size_t i = CLICK_AROUND; i + CLICK_AROUND < n; ++i) {
    float most = 0.0f;
    for (size_t k = i - CLICK_AROUND; k <= i + CLICK_AROUND; ++k) {
      if (k + 1u < i || k > i + 1u) {
        most = fmaxf(most, peaks[k]);
      }
    }
    const bool peak = peaks[i] >= peaks[i - 1u] && peaks[i] > peaks[i + 1u];
    mix->clicks += peak && peaks[i] > CLICK_LEAST &&
                   peaks[i] > CLICK_TIMES * fmaxf(most, 1e-6f);
  }
  free(peaks);
  return BL_SUCCESS;
}

BlStatus
bl_mix_measure(const BlMixSound* const sound,
               const double            until,
               BlMix* const            mix)
{
  memset(mix, 0, sizeof(*mix));
  BlStatus st = measure_loudness(sound, mix);
  if (!st) {
    measure_channels(sound, mix);
    measure_steps(sound, until, mix);
    st = measure_spectrum(sound, mix);
  }
  return st ? st : count_clicks(sound, mix);
}

BlStatus
bl_mix_sing(const char* const path, const double bpm, const double seconds)
{
  char     comment[80];
  SF_INFO  info = { 0 };
  BlStatus st   = bl_sing_song(path, 44100, bpm, seconds);
  if (st) {
    return st;
  }

  snprintf(comment, sizeof(comment),
           "backline: bpm=%.4f; meter=4/4; bar=0.000000", bpm);
  SNDFILE* const file = sf_open(path, SFM_RDWR, &info);
  const bool     told = file && !sf_set_string(file, SF_STR_COMMENT, comment);
  return sf_close(file) || !told ? BL_IO : BL_SUCCESS;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "result/result.h"

#include "base/paths.h"
#include "base/samples.h"
#include "base/sound.h"
#include "result/bext.h"
#include "result/mp3.h"
#include "result/name.h"
#include "result/peak.h"
#include "result/resample.h"

#include <ebur128.h>
#include <sndfile.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// One result on its way
typedef struct
{
  const BlPlaceRequest* request;
  BlCancel*             cancel;
  BlPlaced*             placed;

  SNDFILE*     in;
  SF_INFO      info;
  uint64_t     heard; ///< Source frames behind the padding
  double       gain;
  BlResampler* resampler; ///< NULL: the rate is right already
  float*       chunk;     ///< BL_RESAMPLE_CHUNK frames of the source
  float*       made;      ///< What a chunk becomes
  SNDFILE*     out;
  uint64_t     cut_left; ///< Output frames still to be left out
  int          fd;
  char         temp[BL_PATH_BYTES];
} Placing;

static double
to_db(const double value)
{
  return value > 0.0 ? 20.0 * log10(value) : -INFINITY;
}

static BlStatus
open_source(Placing* const p)
{
  memset(&p->info, 0, sizeof(p->info));
  errno = 0;
  p->in = sf_open(p->request->source, SFM_READ, &p->info);
  if (!p->in) {
    return bl_status_from_sndfile(NULL);
  }

  if (p->info.channels < 1 || p->info.channels > (int)BL_TAKE_MAX_CHANNELS ||
      p->info.samplerate < (int)BL_RATE_MIN ||
      p->info.samplerate > (int)BL_RATE_MAX) {
    return BL_BAD_FILE;
  }
  return BL_SUCCESS;
}

static bool
is_mp3(const SF_INFO* const info)
{
  return (info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG;
}

/// The next chunk behind the padding; 0 frames at the end
static BlStatus
read_chunk(Placing* const p, uint64_t* const skip, size_t* const frames)
{
  *frames = 0;
  for (;;) {
    if (bl_cancel_check(p->cancel)) {
      return BL_CANCELLED;
    }

    const sf_count_t n = sf_readf_float(p->in, p->chunk, BL_RESAMPLE_CHUNK);
    if (n <= 0) {
      return BL_SUCCESS;
    }
    (void)bl_samples_clean(p->chunk, (size_t)n * (size_t)p->info.channels);
    if (*skip < (uint64_t)n) {
      const size_t channels = (size_t)p->info.channels;
      *frames               = (size_t)n - (size_t)*skip;
      memmove(p->chunk, p->chunk + *skip * channels,
              *frames * channels * sizeof(float));
      *skip = 0;
      return BL_SUCCESS;
    }
    *skip -= (uint64_t)n;
  }
}

/// Once through the source: length, loudness, peaks
static BlStatus
listen(Placing* const p, ebur128_state* const meter, BlTruePeak* const peak)
{
  uint64_t skip   = p->placed->padding;
  size_t   frames = 0;
  BlStatus st     = BL_SUCCESS;
  while (!(st = read_chunk(p, &skip, &frames)) && frames) {
    if (ebur128_add_frames_float(meter, p->chunk, frames)) {
      return BL_NO_MEM;
    }
    bl_true_peak_add(peak, p->chunk, frames);
    p->heard += frames;
    if ((double)p->heard > BL_RESULT_MAX_S * p->info.samplerate) {
      return BL_TOO_BIG;
    }
  }
  if (st) {
    return st;
  }

  // The length of an MP3 without a tag is only guessed from its bit rate
  const bool   exact  = !is_mp3(&p->info) || !p->placed->padding;
  const double length = (double)p->info.frames;
  return !p->heard || (exact && (double)p->heard < 0.9 * length) ? BL_BAD_FILE
                                                                 : BL_SUCCESS;
}

static BlStatus
measure(Placing* const p)
{
  ebur128_state* meter =
    ebur128_init((unsigned)p->info.channels, (unsigned long)p->info.samplerate,
                 EBUR128_MODE_I);
  BlTruePeak* const peak = bl_true_peak_new((uint32_t)p->info.channels);
  BlStatus          st   = meter && peak ? listen(p, meter, peak) : BL_NO_MEM;

  if (!st) {
    // What comes out of a resampler may reach the true peak
    const bool   same  = p->request->rate == (uint32_t)p->info.samplerate;
    const double above = same ? bl_true_peak_samples(peak)
                              : bl_true_peak_value(peak) / BL_RESULT_CEILING;
    double       lufs  = -INFINITY;

    p->gain = !p->request->as_float && above > 1.0 ? 1.0 / above : 1.0;
    if (ebur128_loudness_global(meter, &lufs)) {
      lufs = -INFINITY;
    }
    p->placed->gain_db       = p->gain < 1.0 ? to_db(p->gain) : 0.0;
    p->placed->loudness_lufs = lufs + p->placed->gain_db;
    p->placed->peak_dbfs     = to_db(bl_true_peak_value(peak) * p->gain);
  }

  bl_true_peak_free(peak);
  if (meter) {
    ebur128_destroy(&meter);
  }
  return st;
}

/// Where on the timeline; needs the length
static void
find_place(Placing* const p)
{
  const BlPlaceRequest* const request = p->request;
  BlPlaced* const             placed  = p->placed;

  const uint64_t from = (uint64_t)p->info.samplerate;
  placed->rate        = request->rate;
  placed->channels    = (uint32_t)p->info.channels;
  placed->frames      = (p->heard * request->rate + from - 1) / from;
  if (!request->has_position) {
    return;
  }

  const int64_t position = request->position + placed->offset;
  if (position < 0 && (uint64_t)-position < placed->frames) {
    placed->cut = (uint64_t)-position;
    placed->frames -= placed->cut;
  }
  placed->time_reference = position > 0 ? position : 1;
  p->cut_left            = placed->cut;
}

static BlStatus
open_output(Placing* const p)
{
  BlStatus st = bl_path_join(p->temp, sizeof(p->temp), p->request->dir,
                             ".backline-XXXXXX.part");
  if (st) {
    p->temp[0] = '\0';
    return st;
  }

  p->fd = mkostemps(p->temp, 5, O_CLOEXEC);
  if (p->fd < 0) {
    p->temp[0] = '\0';
    return bl_status_from_errno(errno);
  }

  SF_INFO info    = { 0 };
  info.samplerate = (int)p->placed->rate;
  info.channels   = (int)p->placed->channels;
  info.format =
    SF_FORMAT_WAV | (p->request->as_float ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_24);
  errno  = 0;
  p->out = sf_open_fd(p->fd, SFM_WRITE, &info, SF_FALSE);
  if (!p->out) {
    return bl_status_from_sndfile(NULL);
  }

  // Without clipping libsndfile wraps around; a peak chunk has a time stamp
  sf_command(p->out, SFC_SET_CLIPPING, NULL, SF_TRUE);
  sf_command(p->out, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
  sf_set_string(p->out, SF_STR_TITLE, p->request->title);
  return bl_bext_write(p->out, p->request, p->placed);
}

static BlStatus
write_frames(Placing* const p, float* const data, const size_t frames)
{
  const size_t     channels = p->placed->channels;
  const size_t     cut  = p->cut_left < frames ? (size_t)p->cut_left : frames;
  const sf_count_t left = (sf_count_t)(frames - cut);
  p->cut_left -= cut;

  float* const first = data + cut * channels;
  if (p->gain < 1.0) {
    const float gain = (float)p->gain;
    for (size_t i = 0; i < (size_t)left * channels; ++i) {
      first[i] *= gain;
    }
  }

  errno = 0;
  return sf_writef_float(p->out, first, left) == left
           ? BL_SUCCESS
           : bl_status_from_sndfile(p->out);
}

static BlStatus
write_all(Placing* const p)
{
  uint64_t skip   = p->placed->padding;
  size_t   frames = 0;
  BlStatus st     = BL_SUCCESS;
  while (!(st = read_chunk(p, &skip, &frames)) && frames) {
    size_t       n    = frames;
    float* const data = p->resampler ? p->made : p->chunk;
    if (p->resampler) {
      n = bl_resampler_process(p->resampler, p->chunk, frames, p->made);
    }
    if ((st = write_frames(p, data, n))) {
      return st;
    }
  }

  size_t n = 0;
  while (!st && p->resampler &&
         (n = bl_resampler_process(p->resampler, NULL, 0, p->made))) {
    st = write_frames(p, p->made, n);
  }
  return st;
}

static BlStatus
publish_as(Placing* const p)
{
  const BlStatus st = bl_path_join(p->placed->path, BL_PATH_BYTES,
                                   p->request->dir, p->request->name);
  if (st) {
    return st;
  }
  if (rename(p->temp, p->placed->path)) {
    return bl_status_from_errno(errno);
  }
  p->temp[0] = '\0';
  return BL_SUCCESS;
}

/// Never over another file
static BlStatus
publish_fresh(Placing* const p)
{
  for (unsigned attempt = 0; attempt < BL_NAME_ATTEMPTS; ++attempt) {
    char     name[BL_FILE_NAME_BYTES];
    BlStatus st =
      bl_name_result(p->request->title, p->request->variant,
                     p->request->ending ? p->request->ending : ".wav", attempt,
                     name, sizeof(name));
    if (st || (st = bl_path_join(p->placed->path, BL_PATH_BYTES,
                                 p->request->dir, name))) {
      return st;
    }
    if (!renameat2(AT_FDCWD, p->temp, AT_FDCWD, p->placed->path,
                   RENAME_NOREPLACE)) {
      p->temp[0] = '\0';
      return BL_SUCCESS;
    }
    if (errno == EINVAL || errno == ENOSYS) { // Not on this file system
      if (access(p->placed->path, F_OK) && !rename(p->temp, p->placed->path)) {
        p->temp[0] = '\0';
        return BL_SUCCESS;
      }
    } else if (errno != EEXIST) {
      return bl_status_from_errno(errno);
    }
  }
  return BL_EXISTS;
}

/// From the temporary name to its own
static BlStatus
publish(Placing* const p)
{
  errno    = 0;
  int fail = sf_close(p->out);
  p->out   = NULL;
  if (fail || fsync(p->fd)) {
    return errno ? bl_status_from_errno(errno) : BL_IO;
  }
  fail  = close(p->fd);
  p->fd = -1;
  if (fail) {
    return bl_status_from_errno(errno);
  }

  return p->request->name ? publish_as(p) : publish_fresh(p);
}

static BlStatus
prepare(Placing* const p, BlPlaceRequest* const request)
{
  const uint32_t from = (uint32_t)p->info.samplerate;
  request->rate       = request->rate ? request->rate : from;
  p->placed->padding  = is_mp3(&p->info) ? bl_mp3_padding(request->source) : 0;

  const size_t channels = (size_t)p->info.channels;
  if (request->rate != from) {
    p->resampler =
      bl_resampler_new(from, request->rate, (uint32_t)p->info.channels);
    if (!p->resampler) {
      return request->rate < BL_RATE_MIN || request->rate > BL_RATE_MAX
               ? BL_BAD_ARG
               : BL_NO_MEM;
    }
    p->made = (float*)malloc(sizeof(float) * channels *
                             bl_resampler_room(p->resampler));
  }
  p->chunk = (float*)malloc(sizeof(float) * channels * BL_RESAMPLE_CHUNK);
  return p->chunk && (!p->resampler || p->made) ? BL_SUCCESS : BL_NO_MEM;
}

static void
close_source(Placing* const p)
{
  if (p->in) {
    sf_close(p->in);
    p->in = NULL;
  }
}

static BlStatus
place(Placing* const p, BlPlaceRequest* const request)
{
  BlStatus st = open_source(p);
  if (st || (st = prepare(p, request)) || (st = measure(p))) {
    return st;
  }

  // Opened again rather than rewound: seeking in an MP3 is not exact
  close_source(p);
  find_place(p);
  if ((st = open_source(p)) || (st = open_output(p)) || (st = write_all(p))) {
    return st;
  }
  return publish(p);
}

BlStatus
bl_result_place(const BlPlaceRequest* const request,
                BlCancel* const             cancel,
                BlPlaced* const             placed)
{
  BlPlaceRequest wish = *request;
  Placing        p    = { 0 };
  p.request           = &wish;
  p.cancel            = cancel;
  p.placed            = placed;
  p.fd                = -1;
  memset(placed, 0, sizeof(*placed));

  const BlStatus st = place(&p, &wish);

  close_source(&p);
  if (p.out) {
    sf_close(p.out);
  }
  if (p.fd >= 0) {
    close(p.fd);
  }
  if (p.temp[0]) {
    unlink(p.temp);
  }
  bl_resampler_free(p.resampler);
  free(p.chunk);
  free(p.made);
  return st;
}

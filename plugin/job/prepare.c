// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/prepare.h"

#include "base/samples.h"
#include "base/sound.h"
#include "base/tags.h"
#include "base/text.h"
#include "job/trim.h"

#include <sndfile.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 8192u                             ///< Frames at a time
#define TITLE_NAME_CHARS (BL_TITLE_CHARS - 11u) ///< Beside " 2026-11-22"

static BlStatus
open_take(const char* const   audio,
          const BlTake* const take,
          SNDFILE** const     file)
{
  SF_INFO info = { 0 };
  errno        = 0;
  *file        = sf_open(audio, SFM_READ, &info);
  if (!*file) {
    return bl_status_from_sndfile(NULL);
  }

  if (info.samplerate != (int)take->rate ||
      info.channels != (int)take->channels || take->channels < 1 ||
      take->channels > BL_TAKE_MAX_CHANNELS ||
      (uint64_t)info.frames < take->frames) {
    sf_close(*file);
    *file = NULL;
    return BL_BAD_FILE;
  }
  return BL_SUCCESS;
}

/// First frame above silence and the one behind the last; equal: none
static BlStatus
find_sound(const char* const   audio,
           const BlTake* const take,
           BlCancel* const     cancel,
           uint64_t* const     first,
           uint64_t* const     end)
{
  SNDFILE* file = NULL;
  BlStatus st   = open_take(audio, take, &file);
  if (st) {
    return st;
  }

  const size_t channels = take->channels;
  const float  silence  = (float)pow(10.0, BL_TAKE_SILENCE_DBFS / 20.0);
  float* const buffer   = (float*)malloc(sizeof(float) * channels * CHUNK);
  uint64_t     at       = 0;
  bool         found    = false;
  st                    = buffer ? BL_SUCCESS : BL_NO_MEM;
  while (!st && at < take->frames) {
    const uint64_t   left = take->frames - at;
    const sf_count_t n =
      sf_readf_float(file, buffer, (sf_count_t)(left < CHUNK ? left : CHUNK));
    if (n <= 0) {
      st = BL_BAD_FILE;
      break;
    }

    const size_t samples = (size_t)n * channels;
    (void)bl_samples_clean(buffer, samples);
    for (size_t i = 0; i < samples; ++i) {
      if (fabsf(buffer[i]) > silence) {
        *first = found ? *first : at + i / channels;
        *end   = at + i / channels + 1;
        found  = true;
      }
    }
    at += (uint64_t)n;
    st = bl_cancel_check(cancel) ? BL_CANCELLED : BL_SUCCESS;
  }

  free(buffer);
  sf_close(file);
  return st ? st : found ? BL_SUCCESS : BL_TAKE_SILENT;
}

BlStatus
bl_prepare_check(const char* const   audio,
                 const BlTake* const take,
                 BlCancel* const     cancel,
                 BlTrim* const       trim)
{
  uint64_t first = 0;
  uint64_t end   = 0;
  BlStatus st    = bl_take_judge(take);
  if (st || (st = find_sound(audio, take, cancel, &first, &end))) {
    return st;
  }

  *trim = bl_trim_find(take, first, end);
  return (double)trim->frames > BL_TAKE_MAX_S * take->rate ? BL_TAKE_LONG
                                                           : BL_SUCCESS;
}

/// Silence in front, then the take from the trim on
static BlStatus
copy_sound(SNDFILE* const      in,
           SNDFILE* const      out,
           const BlTake* const take,
           const BlTrim* const trim,
           BlCancel* const     cancel)
{
  const size_t channels = take->channels;
  float* const buffer   = (float*)calloc(channels * CHUNK, sizeof(float));
  if (!buffer) {
    return BL_NO_MEM;
  }

  const float gain =
    take->peak_dbfs > 0.0 ? (float)pow(10.0, -take->peak_dbfs / 20.0) : 1.0f;
  uint64_t pad  = trim->trim < 0 ? (uint64_t)-trim->trim : 0;
  uint64_t left = trim->frames;
  BlStatus st   = BL_SUCCESS;
  if (!pad && sf_seek(in, (sf_count_t)trim->trim, SEEK_SET) < 0) {
    st = BL_BAD_FILE;
  }

  while (!st && left) {
    const uint64_t   most = pad && pad < left ? pad : left;
    const sf_count_t want = (sf_count_t)(most < CHUNK ? most : CHUNK);
    const sf_count_t n    = pad ? want : sf_readf_float(in, buffer, want);
    if (n <= 0) {
      st = BL_BAD_FILE;
      break;
    }

    // No integer is NaN, and none is what a conversion would make of it
    (void)bl_samples_clean(buffer, (size_t)n * channels);
    for (size_t i = 0; gain < 1.0f && i < (size_t)n * channels; ++i) {
      buffer[i] *= gain;
    }
    errno = 0;
    if (sf_writef_float(out, buffer, n) != n) {
      st = bl_status_from_sndfile(out);
    } else if (bl_cancel_check(cancel)) {
      st = BL_CANCELLED;
    }
    pad -= pad ? (uint64_t)n : 0;
    left -= (uint64_t)n;
  }

  free(buffer);
  return st;
}

static BlStatus
encode_to(const char* const    temp,
          SNDFILE* const       in,
          const BlTake* const  take,
          const BlTrim* const  trim,
          const BlUploadFormat format,
          BlCancel* const      cancel)
{
  SF_INFO info    = { 0 };
  info.samplerate = (int)take->rate;
  info.channels   = (int)take->channels;
  info.format     = SF_FORMAT_PCM_24 |
                (format == BL_UPLOAD_FLAC ? SF_FORMAT_FLAC : SF_FORMAT_WAV);

  errno              = 0;
  SNDFILE* const out = sf_open(temp, SFM_WRITE, &info);
  if (!out) {
    return bl_status_from_sndfile(NULL);
  }

  char comment[2048]; // libsndfile reads no longer text back
  bl_trim_comment(take, trim, comment, sizeof(comment));
  sf_set_string(out, SF_STR_COMMENT, comment);
  sf_command(out, SFC_SET_CLIPPING, NULL, SF_TRUE);

  BlStatus st      = copy_sound(in, out, take, trim, cancel);
  errno            = 0;
  const int closed = sf_close(out);
  if (!st && closed) {
    st = errno ? bl_status_from_errno(errno) : BL_IO;
  }
  return st;
}

BlStatus
bl_prepare_encode(const char* const    audio,
                  const BlTake* const  take,
                  const BlTrim* const  trim,
                  const BlUploadFormat format,
                  BlCancel* const      cancel,
                  const char* const    path)
{
  char temp[BL_PATH_BYTES];
  if ((size_t)snprintf(temp, sizeof(temp), "%s.part", path) >= sizeof(temp)) {
    return BL_BAD_ARG;
  }

  SNDFILE* in = NULL;
  BlStatus st = open_take(audio, take, &in);
  if (st) {
    return st;
  }

  st = encode_to(temp, in, take, trim, format, cancel);
  sf_close(in);
  if (!st && rename(temp, path)) {
    st = bl_status_from_errno(errno);
  }
  if (st) {
    unlink(temp);
  }
  return st;
}

static float
value_of(const BlSettings* const settings, const BlPort port)
{
  return settings->values[port - BL_PORT_CONTROL_IN_FIRST];
}

const char*
bl_prepare_service(const BlSettings* const settings,
                   const BlConfig* const   config)
{
  if (settings->service[0]) {
    return settings->service;
  }

  switch ((BlServiceChoice)(int)value_of(settings, BL_PORT_SERVICE)) {
    case BL_SERVICE_LOCAL:
      return "local";
    case BL_SERVICE_SUNOAPI:
      return "sunoapi";
    case BL_SERVICE_KIE:
      return "kie";
    case BL_SERVICE_CUSTOM:
      return "custom"; // An empty name would be the configured service
    case BL_SERVICE_CONFIGURED:
      break;
  }
  return config->service;
}

/// What the plugin says, else the configuration's default
static const char*
string_of(const BlJob* const    job,
          const BlConfig* const config,
          const BlStringId      id)
{
  return job->settings.strings[id][0] ? job->settings.strings[id]
                                      : config->strings[id];
}

/// The tempo at the first sample of the upload
static const BlTempo*
tempo_of(const BlJob* const job, const BlTake* const take)
{
  const BlTempo* tempo = take->n_tempos ? &take->tempos[0] : NULL;
  for (uint32_t i = 1; i < take->n_tempos; ++i) {
    if ((int64_t)take->tempos[i].frame <= job->trim.trim) {
      tempo = &take->tempos[i];
    }
  }
  return tempo;
}

void
bl_prepare_request(const BlJob* const    job,
                   const BlConfig* const config,
                   const BlTake* const   take,
                   BlRequest* const      request)
{
  const BlSettings* const settings = &job->settings;
  const int gender = (int)value_of(settings, BL_PORT_VOCAL_GENDER);

  BlTagParts parts = {
    .genre    = (unsigned)value_of(settings, BL_PORT_GENRE),
    .mood     = (unsigned)value_of(settings, BL_PORT_MOOD),
    .ensemble = (unsigned)value_of(settings, BL_PORT_ENSEMBLE),
    .text     = string_of(job, config, BL_STRING_TAGS),
  };
  const BlTempo* const tempo = tempo_of(job, take);
  if (tempo && value_of(settings, BL_PORT_HOST_TEMPO) > 0.5f) {
    const bool whole = tempo->beats_per_bar >= 1.0f &&
                       tempo->beats_per_bar < 1000.0f &&
                       tempo->beats_per_bar == floorf(tempo->beats_per_bar);
    parts.bpm         = tempo->bpm;
    parts.meter_beats = whole ? (unsigned)tempo->beats_per_bar : 0;
    parts.meter_unit  = tempo->beat_unit > 0 ? (unsigned)tempo->beat_unit : 0;
  }

  memset(request, 0, sizeof(*request));
  bl_tags_compose(&parts, request->tags);
  snprintf(request->title, sizeof(request->title), "%s",
           string_of(job, config, BL_STRING_TITLE));
  snprintf(request->negative_tags, sizeof(request->negative_tags), "%s",
           string_of(job, config, BL_STRING_NEGATIVE_TAGS));
  snprintf(request->model, sizeof(request->model), "%.*s",
           (int)sizeof(request->model) - 1,
           string_of(job, config, BL_STRING_MODEL));
  request->vocal_gender = gender == 1 ? 'm' : gender == 2 ? 'f' : '\0';
  request->has_weights  = value_of(settings, BL_PORT_FINE_TUNE) > 0.5f;
  if (request->has_weights) {
    request->style_weight = (double)value_of(settings, BL_PORT_STYLE_WEIGHT);
    request->weirdness    = (double)value_of(settings, BL_PORT_WEIRDNESS);
    request->audio_weight = (double)value_of(settings, BL_PORT_AUDIO_WEIGHT);
  }
  memcpy(request->lyrics, config->lyrics, sizeof(request->lyrics));
  request->has_variety = config->variety >= 0.0;
  request->variety     = request->has_variety ? config->variety : 0.0;
  request->stems =
    value_of(settings, BL_PORT_STEMS) > 0.5f && !strcmp(job->service, "local");
}

void
bl_prepare_title(const BlJob* const  job,
                 const BlTake* const take,
                 char* const         title,
                 const size_t        size)
{
  const char* const name = job->settings.track[0] ? job->settings.track
                           : take->name[0]        ? take->name
                                                  : "Backline";
  const char* const day  = take->created;

  char   text[BL_NAME_BYTES];
  size_t bytes = 0;
  bl_text_copy(text, sizeof(text), name, (uint32_t)strlen(name));
  for (size_t i = 0; i < TITLE_NAME_CHARS && text[bytes]; ++i) {
    bytes += bl_utf8_length(text + bytes);
  }

  // The date without a time, as ISO 8601 begins
  const bool dated = strlen(day) >= 10 && day[4] == '-' && day[7] == '-';
  snprintf(title, size, "%.*s%s%.10s", (int)bytes, text, dated ? " " : "",
           dated ? day : "");
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "voice.h"

#include "random.h"
#include "support/sing.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 22050u
#define LOOSENESS_S 0.024
#define OFF_CENTS 12.0
#define DETUNED_CENTS 35.0
#define LOWEST_MEAN                                                            \
  55.0 ///< A song is sung in the octave where its mean lies
       ///< up to an octave above this

/// Whole octaves that bring the melody into a singer's reach
static double
octaves_for(const BlSong* const song)
{
  double sum  = 0.0;
  double time = 0.0;
  for (size_t i = 0; i < song->n_notes; ++i) {
    sum += song->notes[i].length * song->notes[i].key;
    time += song->notes[i].length;
  }
  return -12.0 * floor((sum / fmax(time, 1.0) - LOWEST_MEAN) / 12.0);
}

/// The notes of the take, in beats from its bar line; NULL where none fit
static BlSungNote*
write_notes(BlEvalTake* const take, const double detune, BlRandom* const random)
{
  const BlSong* const song   = take->song;
  const double        octave = octaves_for(song);
  const double        beats = (take->seconds - take->lead_s) * song->bpm / 60.0;
  BlSungNote* const   sung =
    (BlSungNote*)calloc(song->n_notes + 1u, sizeof(BlSungNote));
  take->notes = (BlMetricNote*)calloc(song->n_notes + 1u, sizeof(BlMetricNote));
  for (size_t i = 0; sung && take->notes && i < song->n_notes; ++i) {
    const BlSongNote* const from  = &song->notes[i];
    const double            start = from->start / 4.0 - take->first_beat;
    const double            off   = bl_random_bell(random) * OFF_CENTS / 100.0;
    const double            next  = i + 1u < song->n_notes
                                      ? song->notes[i + 1u].start - from->start
                                      : from->length;
    const BlSungNote        note  = { start, fmin(from->length, next) / 4.0,
                                      from->key + octave + detune + off,
                                      (BlVowel)(bl_random_next(random) % BL_N_VOWELS),
                                      (BlConsonant)(bl_random_next(random) % 6u) };
    if (start >= 0.0 && start + note.length < beats && next > 0.0) {
      const BlMetricNote written   = { take->lead_s + start * 60.0 / song->bpm,
                                       note.key };
      sung[take->n_notes]          = note;
      take->notes[take->n_notes++] = written;
    }
  }
  return sung;
}

static BlStatus
write_file(const char* const  path,
           const float* const samples,
           const size_t       frames,
           const char* const  comment)
{
  SF_INFO        info = { .samplerate = (int)RATE,
                          .channels   = 1,
                          .format     = SF_FORMAT_WAV | SF_FORMAT_PCM_24 };
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  if (!file) {
    return BL_IO;
  }
  if (comment) {
    (void)sf_set_string(file, SF_STR_COMMENT, comment);
  }
  const sf_count_t n      = sf_writef_float(file, samples, (sf_count_t)frames);
  const int        closed = sf_close(file);
  return n == (sf_count_t)frames && !closed ? BL_SUCCESS : BL_IO;
}

static BlStatus
hear(const BlEvalTake* const take,
     const float* const      samples,
     const size_t            frames,
     const bool              host,
     const BlStyle* const    style,
     const char* const       scratch,
     BlHeard* const          heard)
{
  char path[BL_PATH_BYTES];
  char comment[128];
  snprintf(path, sizeof(path), "%s/take.wav", scratch);
  snprintf(comment, sizeof(comment), "backline: bpm=%.6f; meter=%u/4; bar=%.6f",
           take->song->bpm, take->song->beats, take->lead_s);
  BlStatus st = write_file(path, samples, frames, host ? comment : NULL);
  st          = st ? st : bl_listen(path, style, NULL, heard);
  (void)remove(path);
  return st;
}

BlStatus
bl_eval_take_init(const BlSong* const  song,
                  const size_t         index,
                  const double         seconds,
                  const BlStyle* const style,
                  const char* const    scratch,
                  const bool           host,
                  BlEvalTake* const    take)
{
  BlRandom random = { 909u + index };
  memset(take, 0, sizeof(*take));
  if (!song->n_notes) {
    return BL_BAD_FILE;
  }
  const double bars = floor(song->notes[0].start / (4.0 * song->beats));
  take->song        = song;
  take->first_beat  = bars * song->beats;
  take->lead_s      = 0.3 + 1.7 * bl_random_unit(&random);
  take->seconds     = seconds;

  BlSingSetup  setup = bl_sing_setup();
  const double detune =
    DETUNED_CENTS / 100.0 * (2.0 * bl_random_unit(&random) - 1.0);
  setup.rate        = RATE;
  setup.bpm         = song->bpm;
  setup.lead_s      = take->lead_s;
  setup.looseness_s = LOOSENESS_S;
  setup.formants    = index % 2u ? 0.85 : 1.0;
  setup.seed        = (uint32_t)(index + 1u);

  size_t            frames = 0;
  BlSungNote* const sung   = write_notes(take, detune, &random);
  float* const      samples =
    sung && take->notes ? bl_sing_samples(sung, take->n_notes, &setup, &frames)
                             : NULL;
  BlStatus st = samples ? BL_SUCCESS : BL_NO_MEM;
  if (!st) {
    st = hear(take, samples, frames, false, style, scratch, &take->ear);
    if (!st && host) {
      st = hear(take, samples, frames, true, style, scratch, &take->host);
    }
  }
  free(samples);
  free(sung);
  return st;
}

void
bl_eval_take_deinit(BlEvalTake* const take)
{
  bl_heard_deinit(&take->ear);
  bl_heard_deinit(&take->host);
  free(take->notes);
  memset(take, 0, sizeof(*take));
}

double
bl_eval_take_time(const BlEvalTake* const take, const double beat)
{
  return take->lead_s + (beat - take->first_beat) * 60.0 / take->song->bpm;
}

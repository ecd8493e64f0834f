// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include "metric_notes.h"
#include "notes.h"
#include "pitch.h"
#include "wavio.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   A recorded singer, vocadito_1, against annotated pitch and two people's
   notes.  The note finder's costs were searched on this very recording and on
   sung training songs: its note F is no held-out figure.
*/

#define NOTES_MAX 512u

typedef struct
{
  double voiced;
  double heard;
  double near;  ///< Heard, and within 50 cents
  double quiet; ///< Annotated as unvoiced
  double false_alarms;
} PitchSums;

static FILE*
open_data(const BlEval* const eval, const char* const name)
{
  char path[4096];
  snprintf(path, sizeof(path), "%s/vocals/%s", eval->data, name);
  return fopen(path, "r");
}

static double
midi_of(const double hertz)
{
  return 69.0 + 12.0 * log2(hertz / 440.0);
}

static void
compare_pitch(FILE* const          file,
              const BlPitch* const pitch,
              PitchSums* const     sums)
{
  char line[256];
  while (fgets(line, sizeof(line), file)) {
    char*        rest  = line;
    const double time  = strtod(line, &rest);
    const double hertz = *rest == ',' ? strtod(rest + 1, NULL) : 0.0;
    const size_t frame = (size_t)lround(time * BL_VOICE_RATE / BL_PITCH_HOP);
    if (frame >= pitch->n) {
      continue;
    }
    const double ours = (double)pitch->midi[frame];
    if (hertz > 0.0) {
      sums->voiced += 1.0;
      sums->heard += ours > 0.0;
      sums->near += ours > 0.0 && fabs(ours - midi_of(hertz)) <= 0.5;
    } else {
      sums->quiet += 1.0;
      sums->false_alarms += ours > 0.0;
    }
  }
}

static size_t
read_notes(FILE* const file, BlMetricNote* const notes)
{
  char   line[256];
  size_t n = 0;
  while (n < NOTES_MAX && fgets(line, sizeof(line), file)) {
    char*        rest  = line;
    const double start = strtod(line, &rest);
    const double hertz = *rest == ',' ? strtod(rest + 1, NULL) : 0.0;
    if (hertz > 0.0) {
      const BlMetricNote note = { start, midi_of(hertz) };
      notes[n++]              = note;
    }
  }
  return n;
}

/// Mean over the two annotators; 0 where their files are missing
static double
note_f(const BlEval* const eval, const BlNotes* const notes)
{
  static const char* const names[] = { "vocadito_1_notesA1.csv",
                                       "vocadito_1_notesA2.csv" };
  BlMetricNote             truth[NOTES_MAX];
  BlMetricNote             found[NOTES_MAX];
  size_t                   n   = 0;
  double                   sum = 0.0;
  for (; n < notes->n && n < NOTES_MAX; ++n) {
    found[n].start = notes->notes[n].start;
    found[n].pitch = (double)notes->notes[n].midi;
  }
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    FILE* const file = open_data(eval, names[i]);
    double      f    = 0.0;
    if (file) {
      const size_t m = read_notes(file, truth);
      if (!bl_metric_notes(truth, m, found, n, 0.05, &f)) {
        sum += 0.5 * f;
      }
      fclose(file);
    }
  }
  return sum;
}

static void
report(BlEval* const eval, const PitchSums* const sums, const double f)
{
  const BlEvalRow rows[] = {
    { .measure = "pitch within 50 cents, vocadito_1",
      .value   = 100.0 * sums->near / sums->heard,
      .unit    = "%",
      .goal    = ">=95",
      .floor   = 95.0,
      .n       = (size_t)sums->heard,
      .over    = "frames" },
    { .measure = "voiced frames heard, vocadito_1",
      .value   = 100.0 * sums->heard / sums->voiced,
      .unit    = "%",
      .floor   = 95.0,
      .n       = (size_t)sums->voiced,
      .over    = "frames" },
    { .measure = "unvoiced frames taken for voice, vocadito_1",
      .value   = 100.0 * sums->false_alarms / sums->quiet,
      .unit    = "%",
      .n       = (size_t)sums->quiet,
      .over    = "frames" },
    { .measure = "note F (50 ms, 50 cents), vocadito_1",
      .value   = f,
      .unit    = "",
      .beside  = { { "the annotators against each other", 0.862 } },
      .goal    = ">=0.78",
      .floor   = 0.78,
      .n       = 2,
      .over    = "annotators" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    bl_eval_table_add(&eval->table, &rows[i]);
  }
}

void
bl_measure_real(BlEval* const eval)
{
  FILE* const truth = open_data(eval, "vocadito_1_f0.csv");
  if (!truth) {
    return; // no recordings beside the project
  }

  char      path[4096];
  BlVoice   voice;
  BlPitch   pitch = { 0 };
  BlNotes   notes = { 0 };
  PitchSums sums  = { 0 };
  snprintf(path, sizeof(path), "%s/vocals/vocadito_1.wav", eval->data);
  BlStatus st = bl_voice_read(path, NULL, &voice);
  st          = st ? st : bl_pitch_track(&voice, NULL, &pitch);
  st          = st ? st : bl_notes_find(&pitch, &notes);
  if (st) {
    bl_eval_trouble(eval, path, st);
  } else {
    compare_pitch(truth, &pitch, &sums);
    report(eval, &sums, note_f(eval, &notes));
  }
  fclose(truth);
  bl_notes_deinit(&notes);
  bl_pitch_deinit(&pitch);
  bl_voice_deinit(&voice);
}

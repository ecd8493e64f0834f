// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "listen.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SILENCE 0.0005f ///< -66 dBFS
#define BAR_SURE 0.9    ///< Above which no other bar line is offered

static void
find_key(BlHeard* const heard, const BlStyle* const style)
{
  bl_key_find(&heard->notes, &heard->key);
  if (style->has_key) {
    heard->key.tonic      = style->tonic;
    heard->key.minor      = style->minor;
    heard->key.confidence = 1.0;
  }
}

/// Concert pitch unless the singer is surely elsewhere: with a told grid
/// other tracks are tuned to something already
static void
find_tuned(BlHeard* const heard)
{
  const bool host = heard->tempo.source == BL_BAND_GRID_HOST ||
                    heard->tempo.source == BL_BAND_GRID_USER;
  const double least = host ? 0.55 : 0.3;
  heard->tuned       = fabs(heard->notes.tuning_cents) > (host ? 15.0 : 10.0) &&
                 heard->notes.tuning_confidence > least && heard->notes.n >= 8u;
}

BlStatus
bl_listen_notes(BlHeard* const       heard,
                const BlStyle* const style,
                BlCancel* const      cancel)
{
  BlStatus st =
    bl_tempo_find(&heard->notes, heard->voice.seconds, &style->hints, cancel,
                  &heard->grid, &heard->tempo);
  if (!st) {
    find_key(heard, style);
    find_tuned(heard);
    st = bl_slots_make(&heard->grid, &heard->notes, &heard->slots);
  }
  if (!st && style->has_key) {
    bl_slots_set_key(&heard->slots, heard->key.tonic, heard->key.minor);
  } else if (!st) {
    st = bl_key_follow(&heard->slots, &heard->key);
  }
  return st ? st : bl_form_find(&heard->grid, &heard->notes, &heard->form);
}

BlStatus
bl_listen(const char* const    path,
          const BlStyle* const style,
          BlCancel* const      cancel,
          BlHeard* const       heard)
{
  memset(heard, 0, sizeof(*heard));
  BlStatus st = bl_grid_init(&heard->grid);
  st          = st ? st : bl_voice_read(path, cancel, &heard->voice);
  if (!st && heard->voice.peak < SILENCE) {
    st = BL_TAKE_SILENT;
  }
  st = st ? st : bl_pitch_track(&heard->voice, cancel, &heard->pitch);
  bl_voice_deinit(&heard->voice);
  st = st ? st : bl_notes_find(&heard->pitch, &heard->notes);
  if (!st) {
    bl_grid_read_comment(&heard->grid, heard->voice.comment);
    st = bl_listen_notes(heard, style, cancel);
  }
  return st;
}

void
bl_heard_deinit(BlHeard* const heard)
{
  bl_voice_deinit(&heard->voice);
  bl_pitch_deinit(&heard->pitch);
  bl_notes_deinit(&heard->notes);
  bl_grid_deinit(&heard->grid);
  bl_slots_deinit(&heard->slots);
  bl_form_deinit(&heard->form);
}

void
bl_heard_alternatives(const BlHeard* const heard,
                      char* const          text,
                      const size_t         size)
{
  const BlTempoFound* const tempo = &heard->tempo;
  text[0]                         = '\0';
  for (size_t i = 0; i < BL_COUNT(tempo->alternatives); ++i) {
    const double other = tempo->alternatives[i];
    if (tempo->source == BL_BAND_GRID_EAR && other > 0.0) {
      bl_text_list(text, size, ", ",
                   other < tempo->bpm ? "half time (" : "double time (");
      bl_text_decimal(text, size, other, 1);
      bl_text_append(text, size, " bpm)");
    }
  }
  if (tempo->shift && tempo->source != BL_BAND_GRID_FREE &&
      tempo->bar_confidence < BAR_SURE) {
    bl_text_list(text, size, ", ", "shift ");
    bl_text_decimal(text, size, tempo->shift, 0);
  }
}

const char*
bl_band_grid_name(const BlBandGridSource source)
{
  static const char* const names[] = { "host", "tags", "ear", "free", "user" };
  return names[source];
}

static void
describe(BlBandSummary* const s, const bool styled)
{
  static const char* const sources[] = { "told by the host", "from the tags",
                                         "by ear",
                                         "free time: bars follow the phrases",
                                         "told by --bpm" };
  char* const              text      = s->text;
  const size_t             size      = sizeof(s->text);
  *text                              = '\0';
  bl_text_decimal(text, size, s->bpm, 1);
  bl_text_append(text, size, " bpm (");
  bl_text_append(text, size, sources[s->grid]);
  bl_text_append(text, size, styled ? ", tempo from the style" : "");
  bl_text_append(text, size, "), ");
  bl_text_decimal(text, size, s->beats_per_bar, 0);
  bl_text_append(text, size, "/");
  bl_text_decimal(text, size, s->beat_unit, 0);
  bl_text_append(text, size, ", ");
  if (!s->notes) {
    bl_text_append(text, size, "no singing heard");
    return;
  }
  bl_text_append(text, size, bl_key_name(s->tonic, s->minor));
  bl_text_append(text, size, s->key_confidence > 0.6 ? "" : " (unsure)");
  if (s->tuned) {
    bl_text_append(text, size, ", tuned by ");
    bl_text_decimal(text, size, s->tuning_cents, 0);
    bl_text_append(text, size, " cents");
  }
}

void
bl_heard_summary(const BlHeard* const heard, BlBandSummary* const summary)
{
  memset(summary, 0, sizeof(*summary));
  summary->seconds          = heard->voice.seconds;
  summary->grid             = heard->tempo.source;
  summary->bpm              = heard->tempo.bpm;
  summary->beats_per_bar    = heard->grid.marks[0].beats;
  summary->beat_unit        = heard->grid.marks[0].unit;
  summary->tempo_confidence = heard->tempo.confidence;
  summary->tonic            = heard->key.tonic;
  summary->minor            = heard->key.minor;
  summary->key_confidence   = heard->key.confidence;
  summary->tuning_cents     = heard->notes.tuning_cents;
  summary->tuned            = heard->tuned;
  summary->notes            = (unsigned)heard->notes.n;
  describe(summary,
           heard->tempo.source == BL_BAND_GRID_FREE && heard->tempo.styled);
}

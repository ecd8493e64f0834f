// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "listen.h"

#include "text.h"

#include "base/paths.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// analysis.json is written by hand: cJSON prints numbers by the locale, and
/// the file can have many thousand lines
typedef struct
{
  FILE* file;
  bool  first; ///< No comma before the next item
} Json;

static void
begin_item(Json* const json, const char* const name)
{
  fputs(json->first ? "\n" : ",\n", json->file);
  json->first = false;
  if (name) {
    fprintf(json->file, "\"%s\": ", name);
  }
}

static void
put_number(Json* const       json,
           const char* const name,
           const double      value,
           const unsigned    decimals)
{
  char text[48] = "";
  bl_text_decimal(text, sizeof(text), value, decimals);
  begin_item(json, name);
  fputs(text, json->file);
}

static void
put_text(Json* const json, const char* const name, const char* text)
{
  begin_item(json, name);
  fputc('"', json->file);
  for (; *text; ++text) {
    const unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\') {
      fputc('\\', json->file);
    }
    if (c >= 32u) {
      fputc(c, json->file);
    }
  }
  fputc('"', json->file);
}

static void
put_bool(Json* const json, const char* const name, const bool value)
{
  begin_item(json, name);
  fputs(value ? "true" : "false", json->file);
}

static void
open_group(Json* const json, const char* const name, const char bracket)
{
  begin_item(json, name);
  fputc(bracket, json->file);
  json->first = true;
}

static void
close_group(Json* const json, const char bracket)
{
  fputc(bracket, json->file);
  json->first = false;
}

/// [a, b, c] on one line
static void
put_row(Json* const json, const double* const values, const size_t n)
{
  begin_item(json, NULL);
  fputc('[', json->file);
  for (size_t i = 0; i < n; ++i) {
    char text[48] = "";
    bl_text_decimal(text, sizeof(text), values[i], 3);
    fprintf(json->file, "%s%s", i ? ", " : "", text);
  }
  fputc(']', json->file);
}

static void
put_alternatives(Json* const json, const BlTempoFound* const tempo)
{
  open_group(json, "alternatives", '[');
  for (size_t i = 0; i < BL_COUNT(tempo->alternatives); ++i) {
    const double bpm = tempo->alternatives[i];
    if (bpm > 0.0) {
      open_group(json, NULL, '{');
      put_number(json, "bpm", bpm, 3);
      put_text(json, "tag", bpm < tempo->bpm ? "half time" : "double time");
      close_group(json, '}');
    }
  }
  close_group(json, ']');
}

/// [time, "name"]
static void
put_named(Json* const json, const double time, const char* const name)
{
  char text[48] = "[";
  bl_text_decimal(text, sizeof(text), time, 3);
  begin_item(json, NULL);
  fprintf(json->file, "%s, \"%s\"]", text, name);
}

static void
put_keys(Json* const json, const BlHeard* const heard)
{
  const BlSlot* last = NULL;
  open_group(json, "keys", '[');
  for (size_t i = 0; i < heard->slots.n; ++i) {
    const BlSlot* const slot = &heard->slots.slots[i];
    if (!last || last->tonic != slot->tonic || last->minor != slot->minor) {
      put_named(json, bl_grid_time(&heard->grid, slot->beat),
                bl_key_name(slot->tonic, slot->minor));
    }
    last = slot;
  }
  close_group(json, ']');
}

static void
put_facts(Json* const json, const BlHeard* const heard)
{
  BlBandSummary s;
  bl_heard_summary(heard, &s);
  put_number(json, "version", BL_ANALYSIS_VERSION, 0);
  put_text(json, "summary", s.text);
  put_number(json, "seconds", s.seconds, 6);
  open_group(json, "tempo", '{');
  put_text(json, "source", bl_band_grid_name(s.grid));
  put_number(json, "bpm", s.bpm, 3);
  put_number(json, "beats", s.beats_per_bar, 0);
  put_number(json, "unit", s.beat_unit, 0);
  put_bool(json, "drifts", heard->tempo.drifts);
  put_number(json, "confidence", s.tempo_confidence, 3);
  put_number(json, "beat_confidence", heard->tempo.beat_confidence, 3);
  put_number(json, "bar_confidence", heard->tempo.bar_confidence, 3);
  put_number(json, "coherence", heard->tempo.coherence, 3);
  put_number(json, "evidence", heard->tempo.evidence, 3);
  put_alternatives(json, &heard->tempo);
  put_number(json, "shift", heard->tempo.shift, 0);
  close_group(json, '}');
  open_group(json, "key", '{');
  put_text(json, "name", bl_key_name(s.tonic, s.minor));
  put_number(json, "tonic", s.tonic, 0);
  put_bool(json, "minor", s.minor);
  put_number(json, "confidence", s.key_confidence, 3);
  close_group(json, '}');
  put_keys(json, heard);
  open_group(json, "tuning", '{');
  put_number(json, "cents", s.tuning_cents, 1);
  put_number(json, "confidence", heard->notes.tuning_confidence, 3);
  put_bool(json, "followed", s.tuned);
  close_group(json, '}');
}

static void
put_music(Json* const json, const BlHeard* const heard)
{
  open_group(json, "marks", '[');
  for (size_t i = 0; i < heard->grid.n_marks; ++i) {
    const BlGridMark* const mark = &heard->grid.marks[i];
    const double row[4] = { mark->time, mark->bpm, mark->beats, mark->unit };
    put_row(json, row, 4);
  }
  close_group(json, ']');
  open_group(json, "bars", '[');
  for (size_t i = 0; i < heard->grid.n_bars; ++i) {
    const BlBar* const bar    = &heard->grid.bars[i];
    const double       row[3] = { bar->time, bar->beats, bar->unit };
    put_row(json, row, 3);
  }
  close_group(json, ']');
  open_group(json, "notes", '[');
  for (size_t i = 0; i < heard->notes.n; ++i) {
    const BlNote* const note = &heard->notes.notes[i];
    const double row[4]      = { note->start, note->length, (double)note->midi,
                                 (double)note->level };
    put_row(json, row, 4);
  }
  close_group(json, ']');
  open_group(json, "phrases", '[');
  for (size_t i = 0; i < heard->form.n_phrases; ++i) {
    const BlPhrase* const phrase = &heard->form.phrases[i];
    const double row[3] = { phrase->start, phrase->end, (double)phrase->bar };
    put_row(json, row, 3);
  }
  close_group(json, ']');
  open_group(json, "sections", '[');
  for (size_t i = 0; i < heard->form.n; ++i) {
    const BlSection* const section   = &heard->form.sections[i];
    const char             letter[2] = { section->letter, '\0' };
    open_group(json, NULL, '{');
    put_text(json, "letter", letter);
    put_number(json, "bar", (double)section->bar, 0);
    put_number(json, "bars", (double)section->bars, 0);
    put_number(json, "energy", (double)section->energy, 2);
    put_bool(json, "sung", section->sung);
    close_group(json, '}');
  }
  close_group(json, ']');
}

static void
put_chords(Json* const          json,
           const BlHeard* const heard,
           const char* const    name,
           const BlChord* const chords)
{
  static const char* const roots[] = { "C",  "Db", "D",  "Eb", "E",  "F",
                                       "F#", "G",  "Ab", "A",  "Bb", "B" };
  if (!chords) {
    return;
  }
  open_group(json, name, '[');
  for (size_t i = 0; i < heard->slots.n; ++i) {
    char chord[8];
    (void)snprintf(chord, sizeof(chord), "%s%s", roots[chords[i].root % 12u],
                   chords[i].minor ? "m" : "");
    put_named(json, bl_grid_time(&heard->grid, heard->slots.slots[i].beat),
              chord);
  }
  close_group(json, ']');
}

BlStatus
bl_heard_print(const BlHeard* const heard,
               const BlStyle* const style,
               const BlChord* const chords[BL_VARIANTS],
               FILE* const          file)
{
  Json json = { file, true };
  fputc('{', file);
  put_facts(&json, heard);
  put_text(&json, "understood", style->understood);
  put_text(&json, "unknown", style->unknown);
  put_text(&json, "unknown_negative", style->unknown_negative);
  put_text(&json, "groove", style->groove->name);
  put_music(&json, heard);
  put_chords(&json, heard, "chords_a", chords[0]);
  put_chords(&json, heard, "chords_b", chords[1]);
  fputs("\n}\n", file);
  return fflush(file) || ferror(file) ? BL_IO : BL_SUCCESS;
}

BlStatus
bl_heard_write(const BlHeard* const heard,
               const BlStyle* const style,
               const BlChord* const chords[BL_VARIANTS],
               const char* const    path)
{
  char*       text   = NULL;
  size_t      size   = 0;
  FILE* const stream = open_memstream(&text, &size);
  if (!stream) {
    return BL_NO_MEM;
  }

  BlStatus st = bl_heard_print(heard, style, chords, stream);
  if (fclose(stream) && !st) {
    st = BL_NO_MEM;
  }
  st = st ? st : bl_path_write_file(path, text, size, 0600);
  free(text);
  return st;
}

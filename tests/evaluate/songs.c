// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "songs.h"

#include <cjson/cJSON.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (1u << 20)
#define TEST_REST 3u
#define TEST_MODULO 4u

static double
number(const cJSON* const song, const char* const name)
{
  const cJSON* const item = cJSON_GetObjectItem(song, name);
  return cJSON_IsNumber(item) ? item->valuedouble : 0.0;
}

static const char*
text(const cJSON* const song, const char* const name)
{
  const char* const value =
    cJSON_GetStringValue(cJSON_GetObjectItem(song, name));
  return value ? value : "";
}

static void
read_notes(const cJSON* const rows, BlSong* const song)
{
  const cJSON* row = NULL;
  cJSON_ArrayForEach(row, rows)
  {
    const cJSON* const start  = cJSON_GetArrayItem(row, 0);
    const cJSON* const length = cJSON_GetArrayItem(row, 1);
    const cJSON* const key    = cJSON_GetArrayItem(row, 2);
    if (start && length && key) {
      const BlSongNote note        = { start->valuedouble, length->valuedouble,
                                       key->valueint };
      song->notes[song->n_notes++] = note;
    }
  }
}

static void
read_chords(const cJSON* const rows, BlSong* const song)
{
  const cJSON* row = NULL;
  cJSON_ArrayForEach(row, rows)
  {
    const cJSON* const root  = cJSON_GetArrayItem(row, 0);
    const cJSON* const minor = cJSON_GetArrayItem(row, 1);
    const BlSongChord  chord = { root ? root->valueint : -1,
                                minor && minor->valueint };
    song->chords[song->n_chords++] = chord;
  }
}

static BlStatus
read_song(const char* const line, BlSong* const song)
{
  cJSON* const       json   = cJSON_Parse(line);
  const cJSON* const melody = cJSON_GetObjectItem(json, "melody");
  const cJSON* const chords = cJSON_GetObjectItem(json, "chords");
  const double       beats  = number(json, "beats_per_bar");
  BlStatus           st     = BL_BAD_FILE;
  if (melody && chords && beats >= 2.0 && number(json, "bpm") > 0.0) {
    snprintf(song->id, sizeof(song->id), "%s", text(json, "id"));
    song->bpm    = number(json, "bpm");
    song->beats  = (unsigned)beats;
    song->tonic  = (unsigned)number(json, "tonic") % 12u;
    song->minor  = !strcmp(text(json, "mode"), "minor");
    song->notes  = (BlSongNote*)calloc((size_t)cJSON_GetArraySize(melody) + 1u,
                                       sizeof(BlSongNote));
    song->chords = (BlSongChord*)calloc((size_t)cJSON_GetArraySize(chords) + 1u,
                                        sizeof(BlSongChord));
    st           = song->notes && song->chords ? BL_SUCCESS : BL_NO_MEM;
  }
  if (!st) {
    read_notes(melody, song);
    read_chords(chords, song);
  }
  cJSON_Delete(json);
  return st;
}

static BlStatus
add_song(BlSongs* const songs, const char* const line)
{
  BlSong* const more =
    (BlSong*)realloc(songs->songs, (songs->n + 1u) * sizeof(BlSong));
  if (!more) {
    return BL_NO_MEM;
  }
  songs->songs = more;
  memset(&more[songs->n], 0, sizeof(BlSong));
  return read_song(line, &more[songs->n++]);
}

BlStatus
bl_songs_read(const char* const path,
              const BlSongsPart part,
              BlSongs* const    songs)
{
  memset(songs, 0, sizeof(*songs));
  FILE* const file = fopen(path, "r");
  if (!file) {
    return bl_status_from_errno(errno);
  }

  char* const line = (char*)malloc(LINE_MAX_BYTES);
  BlStatus    st   = line ? BL_SUCCESS : BL_NO_MEM;
  for (size_t i = 0; !st && fgets(line, LINE_MAX_BYTES, file); ++i) {
    const bool test = i % TEST_MODULO == TEST_REST;
    if (test == (part == BL_SONGS_TEST)) {
      st = add_song(songs, line);
    }
  }
  free(line);
  fclose(file);
  if (st) {
    bl_songs_deinit(songs);
  }
  return st;
}

void
bl_songs_deinit(BlSongs* const songs)
{
  for (size_t i = 0; i < songs->n; ++i) {
    free(songs->songs[i].notes);
    free(songs->songs[i].chords);
  }
  free(songs->songs);
  memset(songs, 0, sizeof(*songs));
}

BlStatus
bl_song_cut(const BlSong* const song, const double seconds, BlSong* const cut)
{
  const double bar = 4.0 * song->beats;
  const double from =
    song->n_notes ? floor(song->notes[0].start / bar) * bar : 0.0;
  const double to = from + seconds * song->bpm / 15.0;
  *cut            = *song;
  cut->n_notes    = 0;
  cut->notes      = (BlSongNote*)calloc(song->n_notes + 1u, sizeof(BlSongNote));
  for (size_t i = 0; cut->notes && i < song->n_notes; ++i) {
    if (song->notes[i].start < to) {
      BlSongNote* const note = &cut->notes[cut->n_notes++];
      *note                  = song->notes[i];
      note->start -= from;
    }
  }
  return cut->notes ? BL_SUCCESS : BL_NO_MEM;
}

void
bl_song_cut_deinit(BlSong* const cut)
{
  free(cut->notes);
  cut->notes   = NULL;
  cut->n_notes = 0;
}

BlStatus
bl_piece_init(const BlSong* const song, BlPiece* const piece)
{
  const double step = 15.0 / song->bpm;
  memset(piece, 0, sizeof(*piece));
  piece->notes.notes = (BlNote*)calloc(song->n_notes + 1u, sizeof(BlNote));
  if (!piece->notes.notes) {
    return BL_NO_MEM;
  }
  for (size_t i = 0; i < song->n_notes; ++i) {
    const BlSongNote* const from = &song->notes[i];
    const BlNote note = { from->start * step, from->length * step * 0.98,
                          (float)from->key, -20.0f };
    piece->notes.notes[piece->notes.n++] = note;
    piece->seconds = fmax(piece->seconds, note.start + note.length);
  }

  BlStatus st = bl_grid_init(&piece->grid);
  if (!st) {
    const bool eighths = song->unit == 8u;
    bl_grid_add(&piece->grid, 0.0, eighths ? 2.0 * song->bpm : song->bpm,
                song->beats, eighths ? 8u : 4u);
    st = bl_grid_finish(&piece->grid, piece->seconds);
  }
  st = st ? st : bl_slots_make(&piece->grid, &piece->notes, &piece->slots);
  if (!st) {
    bl_slots_set_key(&piece->slots, song->tonic, song->minor);
  }
  st = st ? st : bl_form_find(&piece->grid, &piece->notes, &piece->form);
  piece->chords = (BlChord*)calloc(piece->slots.n + 1u, sizeof(BlChord));
  return st ? st : piece->chords ? BL_SUCCESS : BL_NO_MEM;
}

void
bl_piece_deinit(BlPiece* const piece)
{
  bl_notes_deinit(&piece->notes);
  bl_slots_deinit(&piece->slots);
  bl_form_deinit(&piece->form);
  bl_grid_deinit(&piece->grid);
  free(piece->chords);
  piece->chords = NULL;
}

void
bl_piece_histogram(const BlPiece* const piece, double histogram[12])
{
  memset(histogram, 0, 12 * sizeof(double));
  for (size_t i = 0; i < piece->notes.n; ++i) {
    const BlNote* const note = &piece->notes.notes[i];
    const int pc = ((bl_note_key(&piece->notes, note) % 12) + 12) % 12;
    histogram[pc] += note->length;
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "songs.h"

#include "random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BARS 32u
#define SECTION_BARS 8u

/// Degrees of four bars, in semitones above the tonic; 12 and up is minor
static const unsigned char loops[2][4][4] = {
  { { 0, 7, 21, 5 }, { 0, 21, 5, 7 }, { 5, 7, 0, 21 }, { 0, 5, 0, 7 } },
  { { 12, 8, 3, 10 }, { 12, 17, 10, 3 }, { 12, 10, 8, 7 }, { 12, 17, 7, 12 } },
};

static const unsigned char scales[2][7] = { { 0, 2, 4, 5, 7, 9, 11 },
                                            { 0, 2, 3, 5, 7, 8, 10 } };

static BlSongChord
chord_at(const BlSong* const song, const unsigned style, const unsigned bar)
{
  const unsigned    verse  = (bar / SECTION_BARS) % 2u;
  const unsigned    degree = loops[song->minor][(style + verse) % 4u][bar % 4u];
  const BlSongChord home   = { (int)song->tonic, song->minor };
  const BlSongChord chord  = { (int)((degree + song->tonic) % 12u),
                               degree >= 12u };
  return bar + 1u == BARS ? home : chord;
}

/// A tone of the chord on strong places, a step of the scale between
static int
choose_key(const BlSong* const song,
           const BlSongChord   chord,
           const bool          strong,
           const int           last,
           BlRandom* const     random)
{
  int best      = last;
  int best_cost = 1000;
  for (int key = 57; key <= 76; ++key) {
    const int  above  = (key - chord.root + 120) % 12;
    const int  degree = (key - (int)song->tonic + 120) % 12;
    const bool in_chord =
      above == 0 || above == (chord.minor ? 3 : 4) || above == 7;
    const bool in_scale = memchr(scales[song->minor], degree, 7) != NULL;
    const int  cost     = 2 * abs(key - last) + (key == last ? 4 : 0) +
                     (strong && !in_chord ? 100 : 0) + (in_scale ? 0 : 50) +
                     (int)(bl_random_unit(random) * 12.0);
    if ((in_chord || !strong) && cost < best_cost) {
      best      = key;
      best_cost = cost;
    }
  }
  return best;
}

/// Sixteenths a note of a two-bar figure; it rests at the end of each fourth
static const unsigned char figures[4][8] = {
  { 4, 4, 2, 2, 4, 6, 2, 8 },
  { 6, 2, 4, 4, 4, 4, 8, 0 },
  { 2, 2, 4, 8, 2, 2, 4, 8 },
  { 8, 4, 4, 4, 2, 2, 8, 0 },
};

/// The second verse is sung like the first, the second chorus likewise
static void
sing_melody(BlSong* const song, const unsigned style, BlRandom* const random)
{
  int last = 64;
  for (unsigned bar = 0; bar < BARS; bar += 2u) {
    const unsigned earlier = bar >= 2u * SECTION_BARS && bar + 2u < BARS
                               ? bar - 2u * SECTION_BARS
                               : bar;
    unsigned       at      = 16u * bar;
    if (earlier < bar) {
      const size_t n = song->n_notes;
      for (size_t i = 0; i < n; ++i) {
        BlSongNote note = song->notes[i];
        if (note.start >= 16.0 * earlier && note.start < 16.0 * (earlier + 2)) {
          note.start += 16.0 * (bar - earlier);
          song->notes[song->n_notes++] = note;
        }
      }
      continue;
    }
    const unsigned char* const figure =
      figures[(style + bar / SECTION_BARS + bar / 2u % 2u) % 4u];
    for (unsigned i = 0; i < 8u && figure[i]; ++i) {
      const BlSongChord chord = chord_at(song, style, at / 16u);
      last = choose_key(song, chord, at % 4u == 0u, last, random);
      const double     rest = figure[i] == 8u && bar % 4u == 2u ? 4.0 : 0.0;
      const BlSongNote note = { at, figure[i] - rest, last };
      song->notes[song->n_notes++] = note;
      at += figure[i];
    }
  }
  song->notes[song->n_notes - 1u].key = 60 + (int)song->tonic;
}

BlStatus
bl_songs_make(const size_t n, BlSongs* const songs)
{
  songs->made  = true;
  songs->n     = n;
  songs->songs = (BlSong*)calloc(n + 1u, sizeof(BlSong));
  for (size_t i = 0; songs->songs && i < n; ++i) {
    BlSong* const song   = &songs->songs[i];
    BlRandom      random = { 20261126u + i };
    snprintf(song->id, sizeof(song->id), "made %zu", i + 1u);
    song->bpm    = 72.0 + 5.0 * (double)(i * 7u % 11u);
    song->beats  = 4;
    song->tonic  = (unsigned)(i * 5u % 12u);
    song->minor  = i % 2u == 1u;
    song->notes  = (BlSongNote*)calloc(8u * BARS, sizeof(BlSongNote));
    song->chords = (BlSongChord*)calloc(4u * BARS, sizeof(BlSongChord));
    if (!song->notes || !song->chords) {
      bl_songs_deinit(songs);
      return BL_NO_MEM;
    }
    for (unsigned beat = 0; beat < 4u * BARS; ++beat) {
      song->chords[song->n_chords++] =
        chord_at(song, (unsigned)(i / 2u), beat / 4u);
    }
    for (unsigned bar = 0; bar < BARS; bar += SECTION_BARS) {
      song->sections[song->n_sections++] = bar;
    }
    sing_melody(song, (unsigned)(i / 2u), &random);
  }
  return songs->songs ? BL_SUCCESS : BL_NO_MEM;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "unit/band_piece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Four bars of a public domain melody: start, length, key
static const double ode[][3] = {
  { 0, 4, 64 },  { 4, 4, 64 },  { 8, 4, 65 },  { 12, 4, 67 }, { 16, 4, 67 },
  { 20, 4, 65 }, { 24, 4, 64 }, { 28, 4, 62 }, { 32, 4, 60 }, { 36, 4, 60 },
  { 40, 4, 62 }, { 44, 4, 64 }, { 48, 6, 62 }, { 54, 2, 60 }, { 56, 8, 60 },
};

void
piece_init(Piece* const piece,
           const double (*rows)[3],
           const size_t   n,
           const double   bpm,
           const unsigned beats)
{
  piece_init_with_lead(piece, rows, n, bpm, beats, 0.0);
}

void
piece_init_with_lead(Piece* const piece,
                     const double (*rows)[3],
                     const size_t   n,
                     const double   bpm,
                     const unsigned beats,
                     const double   lead)
{
  const double step = 15.0 / bpm;
  memset(piece, 0, sizeof(*piece));
  piece->grooves = bl_grooves_load();
  assert_non_null(piece->grooves);
  piece->notes.notes = (BlNote*)calloc(n + 1u, sizeof(BlNote));
  for (size_t i = 0; i < n; ++i) {
    const BlNote note = { rows[i][0] * step, rows[i][1] * step * 0.98,
                          (float)rows[i][2], -20.0f };
    piece->notes.notes[piece->notes.n++] = note;
    piece->seconds = fmax(piece->seconds, note.start + note.length);
  }
  assert_int_equal(bl_grid_init(&piece->grid), 0);
  bl_grid_add(&piece->grid, 0.0, bpm, beats, 4);
  piece->grid.bar_time = lead * 60.0 / bpm;
  assert_int_equal(bl_grid_finish(&piece->grid, piece->seconds), 0);
  assert_int_equal(bl_slots_make(&piece->grid, &piece->notes, &piece->slots),
                   0);
  assert_int_equal(bl_form_find(&piece->grid, &piece->notes, &piece->form), 0);
  piece->chords = (BlChord*)calloc(piece->slots.n + 1u, sizeof(BlChord));
}

void
piece_deinit(Piece* const piece)
{
  bl_notes_deinit(&piece->notes);
  bl_slots_deinit(&piece->slots);
  bl_form_deinit(&piece->form);
  bl_grid_deinit(&piece->grid);
  free(piece->chords);
  free(piece->grooves);
}

void
piece_harmonise(Piece* const piece, const unsigned tonic, const bool minor)
{
  const BlHarmonyTaste taste = { .evidence = 1.0 };
  bl_slots_set_key(&piece->slots, tonic, minor);
  assert_int_equal(
    bl_harmony_find(&piece->slots, &piece->form, &taste, piece->chords, NULL),
    0);
}

void
piece_init_ode(Piece* const piece, const unsigned beats)
{
  piece_init(piece, ode, BL_COUNT(ode), 96.0, beats);
  piece_harmonise(piece, 0, false);
}

void
piece_init_long(Piece* const piece)
{
  static double rows[8u * BL_COUNT(ode)][3];
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    const size_t turn = i / BL_COUNT(ode);
    memcpy(rows[i], ode[i % BL_COUNT(ode)], sizeof(rows[i]));
    rows[i][0] += (double)(80u * turn);
    rows[i][2] += turn % 2u ? 2.0 * (double)(i % 3u) : 0.0;
  }
  piece_init(piece, (const double(*)[3])rows, BL_COUNT(rows), 96.0, 4);
  piece_harmonise(piece, 0, false);
}

void
piece_arrange_with(const Piece* const       piece,
                   const char* const        tags,
                   const char* const        negative,
                   const unsigned           variant,
                   const PieceFields* const fields,
                   BlScore* const           score)
{
  BlStyle style;
  bl_style_read(piece->grooves, tags, negative, &style);
  const BlPlan plan = { .grooves      = piece->grooves,
                        .style        = &style,
                        .grid         = &piece->grid,
                        .slots        = &piece->slots,
                        .form         = &piece->form,
                        .chords       = piece->chords,
                        .free_time    = piece->free_time,
                        .seconds      = piece->seconds,
                        .variant      = variant,
                        .style_weight = fields->style,
                        .weirdness    = fields->weird,
                        .audio_weight = fields->audio,
                        .vocal_gender = fields->gender,
                        .seed         = 42u + variant };
  assert_int_equal(bl_arrange(&plan, score), 0);
}

void
piece_arrange(const Piece* const piece,
              const char* const  tags,
              const char* const  negative,
              const unsigned     variant,
              BlScore* const     score)
{
  const PieceFields usual = { 1.0, 0.2, 0.6, '\0' };
  piece_arrange_with(piece, tags, negative, variant, &usual, score);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "roll.h"

#include <cairo.h>

#include <math.h>
#include <stdio.h>

#define LOW 26
#define HIGH 92
#define ROW 9.0 ///< Pixels a semitone
#define BAR 150.0
#define LEFT 44.0
#define TOP 34.0
#define DRUM_ROWS 12u

typedef struct
{
  const BlBacking* backing;
  const BlScore*   score;
  unsigned         variant;
  cairo_t*         cr;
  double           from; ///< Beat
  double           until;
  double           scale; ///< Pixels a beat
} Roll;

static const double colours[BL_N_PARTS][3] = {
  { 0.75, 0.15, 0.15 }, { 0.10, 0.35, 0.75 }, { 0.90, 0.55, 0.05 },
  { 0.20, 0.60, 0.30 }, { 0.25, 0.25, 0.25 },
};

static double
x_of(const Roll* const roll, const double time)
{
  const double beat = bl_grid_beat(roll->backing->voice->grid, time);
  return LEFT + (beat - roll->from) * roll->scale;
}

static double
y_of(const int key)
{
  return TOP + (HIGH - key) * ROW;
}

static void
box(const Roll* const roll,
    const double      start,
    const double      length,
    const double      y,
    const double      height)
{
  const double left  = x_of(roll, start);
  const double right = x_of(roll, start + length);
  cairo_rectangle(roll->cr, left, y, fmax(right - left - 1.0, 2.0), height);
}

static void
say(const Roll* const roll, const double x, const double y, const char* text)
{
  cairo_set_source_rgb(roll->cr, 0, 0, 0);
  cairo_move_to(roll->cr, x, y);
  cairo_show_text(roll->cr, text);
}

static void
draw_lines(const Roll* const roll, const double bottom)
{
  const BlGrid* const grid = roll->backing->voice->grid;
  for (int key = LOW; key <= HIGH; ++key) {
    const double grey = key % 12 == 0 ? 0.7 : 0.93;
    char         text[8];
    cairo_set_source_rgb(roll->cr, grey, grey, grey);
    cairo_rectangle(roll->cr, LEFT, y_of(key) + ROW - 0.5,
                    (roll->until - roll->from) * roll->scale, 0.5);
    cairo_fill(roll->cr);
    snprintf(text, sizeof(text), "C%d", key / 12 - 1);
    if (key % 12 == 0) {
      say(roll, 16, y_of(key) + ROW, text);
    }
  }
  for (double beat = roll->from; beat < roll->until + 0.1; beat += 1.0) {
    const BlBar* const bar  = &grid->bars[bl_grid_bar_at(grid, beat + 0.01)];
    const double       grey = fabs(bar->beat - beat) < 0.01 ? 0.3 : 0.85;
    cairo_set_source_rgb(roll->cr, grey, grey, grey);
    cairo_rectangle(roll->cr, LEFT + (beat - roll->from) * roll->scale, TOP,
                    0.7, bottom - TOP);
    cairo_fill(roll->cr);
  }
}

static void
draw_chords(const Roll* const roll)
{
  static const char* const    names[12] = { "C",  "Db", "D",  "Eb", "E",  "F",
                                            "Gb", "G",  "Ab", "A",  "Bb", "B" };
  const BlBackingVoice* const voice     = roll->backing->voice;
  for (size_t i = 0; i < voice->slots->n; ++i) {
    const BlSlot* const slot  = &voice->slots->slots[i];
    const BlChord       chord = roll->backing->chords[roll->variant][i];
    char                text[8];
    if (slot->beat > roll->from - 0.01 && slot->beat < roll->until) {
      snprintf(text, sizeof(text), "%s%s", names[chord.root],
               chord.minor ? "m" : "");
      say(roll, LEFT + 2 + (slot->beat - roll->from) * roll->scale, TOP - 4,
          text);
    }
  }
  for (size_t i = 0; i < voice->form->n; ++i) {
    const BlSection* const section = &voice->form->sections[i];
    const double           beat    = voice->grid->bars[section->bar].beat;
    char                   text[32];
    if (beat > roll->from - 0.01 && beat < roll->until) {
      snprintf(text, sizeof(text), "[%c %.1f]", section->letter,
               (double)section->energy);
      say(roll, LEFT + 2 + (beat - roll->from) * roll->scale, TOP - 18, text);
    }
  }
}

static void
draw_notes(const Roll* const roll)
{
  static const unsigned char rows[DRUM_ROWS] = { 36, 38, 37, 39, 42, 46,
                                                 51, 49, 50, 47, 43, 0 };
  for (size_t i = 0; i < roll->score->n; ++i) {
    const BlEvent* const e = &roll->score->events[i];
    const double         beat =
      bl_grid_beat(roll->backing->voice->grid, e->time + 0.02);
    const double* const c = colours[e->part];
    if (beat < roll->from || beat >= roll->until) {
      continue;
    }
    cairo_set_source_rgba(roll->cr, c[0], c[1], c[2],
                          fmin(0.25 + e->velocity / 130.0, 1.0));
    if (e->part == BL_PART_DRUMS) {
      unsigned row = 0;
      while (rows[row] && rows[row] != e->key) {
        ++row;
      }
      box(roll, e->time, 0.05, y_of(LOW) + 18.0 + row * ROW, ROW - 1.0);
    } else {
      // Slightly lower for each part, so that doubled keys are seen
      box(roll, e->time, e->length, y_of(e->key) + 0.6 * e->part, ROW - 3.0);
    }
    cairo_fill(roll->cr);
  }
}

static void
draw_voice(const Roll* const roll)
{
  const BlNotes* const notes = roll->backing->voice->notes;
  cairo_set_line_width(roll->cr, 1.6);
  cairo_set_source_rgb(roll->cr, 0.6, 0.0, 0.6);
  for (size_t i = 0; i < notes->n; ++i) {
    const BlNote* const note = &notes->notes[i];
    const double beat = bl_grid_beat(roll->backing->voice->grid, note->start);
    if (beat > roll->from - 0.5 && beat < roll->until) {
      box(roll, note->start, note->length, y_of(bl_note_key(notes, note)), ROW);
      cairo_stroke(roll->cr);
    }
  }
}

BlStatus
bl_roll_draw(const BlBacking* const backing,
             const unsigned         variant,
             const size_t           from,
             const size_t           bars,
             const char* const      path)
{
  const BlGrid* const grid  = backing->voice->grid;
  const size_t        first = from < grid->n_bars ? from : 0u;
  const size_t end = first + bars < grid->n_bars ? first + bars : grid->n_bars;
  const double height = y_of(LOW) + 24.0 + DRUM_ROWS * ROW;
  Roll         roll   = { .backing = backing,
                          .score   = &backing->scores[variant],
                          .variant = variant,
                          .from    = grid->bars[first].beat,
                          .until   = grid->bars[end].beat };
  roll.scale          = BAR * (double)(end - first) / (roll.until - roll.from);
  cairo_surface_t* const surface = cairo_image_surface_create(
    CAIRO_FORMAT_RGB24, (int)(LEFT + BAR * (double)(end - first) + 12.0),
    (int)height);
  roll.cr = cairo_create(surface);
  cairo_set_source_rgb(roll.cr, 1, 1, 1);
  cairo_paint(roll.cr);
  cairo_set_font_size(roll.cr, 10.0);
  draw_lines(&roll, height - 4.0);
  draw_chords(&roll);
  draw_notes(&roll);
  draw_voice(&roll);
  const cairo_status_t st = cairo_surface_write_to_png(surface, path);
  cairo_destroy(roll.cr);
  cairo_surface_destroy(surface);
  return st ? BL_IO : BL_SUCCESS;
}

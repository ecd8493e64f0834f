// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "picture.h"

#include "harmony.h"
#include "paper.h"
#include "text.h"

#include <cairo.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WIDTH 1600.0
#define MARGIN 40.0
#define KEYS 44.0 ///< Width of the column of pitch names
#define HEADER 96.0
#define STRIP 22.0 ///< Height of the strip of sections
#define CHORDS 26.0
#define LEVEL 26.0
#define GAP 26.0
#define SYSTEM_S 24.0      ///< About how long one system is
#define SYSTEMS_HIGH 24000 ///< Pixels that cairo surely draws
#define SEMITONES_MIN 14

static const BlPaperColour shade  = { 0.086, 0.095, 0.119 };
static const BlPaperColour strong = { 0.345, 0.369, 0.439 };

/// The page: systems of `bars` bars, all at one scale
typedef struct
{
  const BlHeard* heard;
  const BlChord* chords;
  size_t         bars; ///< In a system
  size_t         n;    ///< Systems
  double         span; ///< Seconds that a system's width is
  int            low;  ///< MIDI keys of the roll
  int            high;
  double         semitone; ///< Height
} Page;

typedef struct
{
  cairo_t*    cr;
  const Page* page;
  double      top;
  double      from; ///< Seconds at the left edge
  double      until;
  size_t      first; ///< Bar
  size_t      end;   ///< Bar after the last
} System;

static void
fill_box(cairo_t* const cr,
         const double   x,
         const double   y,
         const double   width,
         const double   height)
{
  cairo_rectangle(cr, x, y, width, height);
  cairo_fill(cr);
}

static double
roll_height(const Page* const page)
{
  return page->semitone * (page->high - page->low + 1);
}

static double
system_height(const Page* const page)
{
  return STRIP + CHORDS + roll_height(page) + LEVEL + GAP;
}

static double
x_of(const System* const s, const double time)
{
  const double left  = MARGIN + KEYS;
  const double width = WIDTH - MARGIN - left;
  return left + width * fmax(fmin((time - s->from) / s->page->span, 1.0), 0.0);
}

static double
y_of(const System* const s, const double midi)
{
  return s->top + STRIP + CHORDS +
         (s->page->high + 0.5 - midi) * s->page->semitone;
}

static bool
is_black(const int key)
{
  const int pc = key % 12;
  return pc == 1 || pc == 3 || pc == 6 || pc == 8 || pc == 10;
}

static void
draw_board(const System* const s)
{
  cairo_t* const    cr   = s->cr;
  const Page* const page = s->page;
  const double      left = x_of(s, s->from);
  const double      wide = x_of(s, s->until) - left;
  bl_paper_ink(cr, bl_paper_board, 1.0);
  fill_box(cr, left, s->top + STRIP, wide, CHORDS + roll_height(page) + LEVEL);
  for (int key = page->low; key <= page->high; ++key) {
    const double y = y_of(s, key + 0.5);
    if (is_black(key)) {
      bl_paper_ink(cr, shade, 1.0);
      fill_box(cr, left, y, wide, page->semitone);
    }
    if (key % 12 == 0) {
      char name[16] = "";
      (void)snprintf(name, sizeof(name), "C%d", key / 12 - 1);
      bl_paper_ink(cr, bl_paper_line, 1.0);
      fill_box(cr, left, y + page->semitone - 1.0, wide, 1.0);
      bl_paper_write(cr, MARGIN, y + page->semitone, 12.0, bl_paper_faint,
                     name);
    }
  }
}

/// Bar lines with their numbers, and beats
static void
draw_bars(const System* const s)
{
  cairo_t* const      cr   = s->cr;
  const BlGrid* const grid = &s->page->heard->grid;
  const double        top  = s->top + STRIP;
  const double        high = CHORDS + roll_height(s->page) + LEVEL;
  for (size_t i = s->first; i <= s->end && i <= grid->n_bars; ++i) {
    const BlBar* const bar = &grid->bars[i];
    const double       x   = floor(x_of(s, bar->time));
    if (bar->time > s->until + 1e-3) {
      break;
    }
    bl_paper_ink(cr, strong, 1.0);
    fill_box(cr, x, top, 1.0, high);
    if (i == s->end || i == grid->n_bars) {
      break;
    }
    for (unsigned k = 1; k < bar->beats; ++k) {
      const double t = bl_grid_time(grid, bar->beat + k);
      if (t < s->until) {
        bl_paper_ink(cr, bl_paper_line, 0.75);
        fill_box(cr, floor(x_of(s, t)), top + CHORDS, 1.0, high - CHORDS);
      }
    }
    char number[16];
    (void)snprintf(number, sizeof(number), "%zu", i + 1u);
    bl_paper_write(cr, x + 3.0, top + high + 13.0, 11.0, bl_paper_faint,
                   number);
  }
}

static void
draw_sections(const System* const s)
{
  const BlHeard* const heard = s->page->heard;
  for (size_t i = 0; i < heard->form.n; ++i) {
    const BlSection* const section = &heard->form.sections[i];
    const double           from    = heard->grid.bars[section->bar].time;
    const double until = heard->grid.bars[section->bar + section->bars].time;
    if (until <= s->from + 1e-3 || from >= s->until - 1e-3) {
      continue;
    }
    const double        x    = x_of(s, from);
    const double        wide = x_of(s, fmin(until, s->until)) - x - 2.0;
    const BlPaperColour own =
      bl_paper_inks[(size_t)(section->letter - 'A') % BL_PAPER_INKS];
    bl_paper_ink(s->cr, section->sung ? own : strong,
                 section->sung ? 0.85 : 0.5);
    fill_box(s->cr, x + 1.0, s->top, wide, STRIP - 5.0);
    const char name[2] = { section->letter, '\0' };
    if (from >= s->from - 1e-3) {
      bl_paper_write(s->cr, x + 7.0, s->top + 13.0, 13.0, bl_paper_night,
                     section->sung ? name : "");
    }
  }
}

static void
draw_chords(const System* const s)
{
  const BlHeard* const heard = s->page->heard;
  const BlSlot*        last  = NULL;
  for (size_t i = 0; i < heard->slots.n; ++i) {
    const BlSlot* const slot = &heard->slots.slots[i];
    const double        time = bl_grid_time(&heard->grid, slot->beat);
    const double        y    = s->top + STRIP + CHORDS - 8.0;
    const double        x    = x_of(s, time) + 5.0;
    const bool          here = time >= s->from - 1e-3 && time < s->until - 1e-3;
    const bool          starts = fabs(time - s->from) < 1e-3;
    if (here && s->page->chords) {
      const BlChord chord = s->page->chords[i];
      const bool    same =
        i && !starts &&
        !memcmp(&s->page->chords[i - 1u], &chord, sizeof(chord));
      const char* name = bl_key_name(chord.root, chord.minor);
      char        label[8];
      (void)snprintf(label, sizeof(label), "%.*s%s", (int)strcspn(name, " "),
                     name, chord.minor ? "m" : "");
      if (!same) {
        bl_paper_write(s->cr, x, y, 15.0, bl_paper_text, label);
      }
    }
    if (here && last &&
        (last->tonic != slot->tonic || last->minor != slot->minor)) {
      bl_paper_write(s->cr, x, s->top - 4.0, 12.0, bl_paper_voice,
                     bl_key_name(slot->tonic, slot->minor));
    }
    last = slot;
  }
}

static void
draw_notes(const System* const s)
{
  const BlHeard* const heard = s->page->heard;
  const double         h     = s->page->semitone;
  for (size_t i = 0; i < heard->notes.n; ++i) {
    const BlNote* const note = &heard->notes.notes[i];
    const double        end  = note->start + note->length;
    if (end <= s->from || note->start >= s->until) {
      continue;
    }
    const double key  = bl_note_key(&heard->notes, note);
    const double x    = x_of(s, note->start);
    const double wide = fmax(x_of(s, fmin(end, s->until)) - x, 2.0);
    const double loud =
      fmax(fmin(((double)note->level + 45.0) / 40.0, 1.0), 0.2);
    const double beat = bl_grid_beat(&heard->grid, note->start);
    const size_t bar  = bl_grid_bar_at(&heard->grid, beat + 0.1);
    const char   letter =
      heard->form.sections[bl_form_at(&heard->form, bar)].letter;
    bl_paper_ink(s->cr, bl_paper_inks[(size_t)(letter - 'A') % BL_PAPER_INKS],
                 0.35 + 0.5 * loud);
    fill_box(s->cr, x, y_of(s, key + 0.42), wide, h * 0.84);
  }
}

static void
draw_pitch(const System* const s)
{
  const BlHeard* const heard = s->page->heard;
  const double         hop   = (double)BL_PITCH_HOP / BL_VOICE_RATE;
  const size_t         from  = (size_t)fmax(s->from / hop, 0.0);
  bool                 open  = false;
  bl_paper_ink(s->cr, bl_paper_voice, 1.0);
  cairo_set_line_width(s->cr, 1.6);
  cairo_set_line_join(s->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_new_path(s->cr);
  for (size_t i = from; i < heard->pitch.n && (double)i * hop < s->until; ++i) {
    const double midi = (double)heard->pitch.midi[i];
    if (midi < s->page->low - 0.5 || midi > s->page->high + 0.5) {
      open = false;
      continue;
    }
    const double tuned = midi - heard->notes.tuning_cents / 100.0;
    if (open) {
      cairo_line_to(s->cr, x_of(s, (double)i * hop), y_of(s, tuned));
    } else {
      cairo_move_to(s->cr, x_of(s, (double)i * hop), y_of(s, tuned));
    }
    open = true;
  }
  cairo_stroke(s->cr);
}

static void
draw_level(const System* const s)
{
  const BlPitch* const pitch = &s->page->heard->pitch;
  const double         hop   = (double)BL_PITCH_HOP / BL_VOICE_RATE;
  const double bottom = s->top + STRIP + CHORDS + roll_height(s->page) + LEVEL;
  cairo_new_path(s->cr);
  cairo_move_to(s->cr, x_of(s, s->from), bottom);
  for (size_t i = (size_t)fmax(s->from / hop, 0.0);
       i < pitch->n && (double)i * hop < s->until; ++i) {
    const double loud =
      fmax(fmin(((double)pitch->level[i] + 54.0) / 48.0, 1.0), 0.0);
    cairo_line_to(s->cr, x_of(s, (double)i * hop),
                  bottom - loud * (LEVEL - 2.0));
  }
  cairo_line_to(s->cr, x_of(s, fmin(s->until, (double)pitch->n * hop)), bottom);
  cairo_close_path(s->cr);
  bl_paper_ink(s->cr, bl_paper_faint, 0.35);
  cairo_fill(s->cr);
}

static void
draw_system(cairo_t* const cr, const Page* const page, const size_t index)
{
  const BlGrid* const grid  = &page->heard->grid;
  const size_t        first = index * page->bars;
  const size_t        end =
    first + page->bars < grid->n_bars ? first + page->bars : grid->n_bars;
  // What precedes the first bar line belongs to the first system
  const System s = { cr,
                     page,
                     HEADER + (double)index * system_height(page),
                     index ? grid->bars[first].time : 0.0,
                     grid->bars[end].time,
                     first,
                     end };
  draw_board(&s);
  draw_bars(&s);
  draw_level(&s);
  draw_sections(&s);
  draw_chords(&s);
  draw_notes(&s);
  draw_pitch(&s);
}

/// Seconds of the longest system
static double
longest_span(const Page* const page)
{
  const BlGrid* const grid = &page->heard->grid;
  double              span = 1.0;
  for (size_t i = 0; i < grid->n_bars; i += page->bars) {
    const size_t end =
      i + page->bars < grid->n_bars ? i + page->bars : grid->n_bars;
    span = fmax(span, grid->bars[end].time - (i ? grid->bars[i].time : 0.0));
  }
  return span;
}

static Page
lay_page(const BlHeard* const heard, const BlChord* const chords)
{
  const BlGrid* const grid = &heard->grid;
  Page                page = { .heard = heard, .chords = chords };
  const double        bar =
    fmax(grid->bars[grid->n_bars].time / (double)grid->n_bars, 0.2);
  const double bars = fmax(round(SYSTEM_S / bar / 4.0) * 4.0, 4.0);
  page.bars         = (size_t)bars;
  page.n            = (grid->n_bars + page.bars - 1u) / page.bars;
  page.span         = longest_span(&page);

  page.low  = 127;
  page.high = 0;
  for (size_t i = 0; i < heard->notes.n; ++i) {
    const int key = bl_note_key(&heard->notes, &heard->notes.notes[i]);
    page.low      = key < page.low ? key : page.low;
    page.high     = key > page.high ? key : page.high;
  }
  if (page.low > page.high) {
    page.low = page.high = 60;
  }
  page.low -= 2;
  page.high += 2;
  while (page.high - page.low + 1 < SEMITONES_MIN) {
    --page.low;
    ++page.high;
  }
  page.semitone = fmax(fmin(180.0 / (page.high - page.low + 1), 10.0), 5.0);
  return page;
}

BlStatus
bl_picture_heard(const BlHeard* const heard,
                 const BlChord* const chords,
                 const char* const    title,
                 const char* const    path)
{
  const Page    page   = lay_page(heard, chords);
  const double  height = HEADER + (double)page.n * system_height(&page) + 8.0;
  BlBandSummary summary;
  bl_heard_summary(heard, &summary);
  cairo_surface_t* const surface = cairo_image_surface_create(
    CAIRO_FORMAT_RGB24, (int)WIDTH, (int)fmin(height, SYSTEMS_HIGH));
  cairo_t* const cr = cairo_create(surface);

  bl_paper_ink(cr, bl_paper_night, 1.0);
  cairo_paint(cr);
  cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         CAIRO_FONT_WEIGHT_BOLD);
  bl_paper_write(cr, MARGIN, 44.0, 24.0, bl_paper_text, title);
  cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         CAIRO_FONT_WEIGHT_NORMAL);
  bl_paper_write(cr, MARGIN, 68.0, 14.0, bl_paper_faint, summary.text);
  for (size_t i = 0; i < page.n; ++i) {
    draw_system(cr, &page, i);
  }

  const cairo_status_t drawn = cairo_status(cr);
  const cairo_status_t made  = cairo_surface_write_to_png(surface, path);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  if (drawn == CAIRO_STATUS_NO_MEMORY || made == CAIRO_STATUS_NO_MEMORY) {
    return BL_NO_MEM;
  }
  return drawn || made ? BL_IO : BL_SUCCESS;
}

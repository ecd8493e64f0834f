// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "grid.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BPM_MIN 20.0
#define BPM_MAX 600.0
#define SECONDS_MAX 3600.0

BlStatus
bl_grid_init(BlGrid* const grid)
{
  memset(grid, 0, sizeof(*grid));
  grid->marks = (BlGridMark*)calloc(BL_GRID_MARKS_MAX, sizeof(BlGridMark));
  return grid->marks ? BL_SUCCESS : BL_NO_MEM;
}

void
bl_grid_deinit(BlGrid* const grid)
{
  free(grid->marks);
  free(grid->bars);
  memset(grid, 0, sizeof(*grid));
}

void
bl_grid_add(BlGrid* const  grid,
            const double   time,
            const double   bpm,
            const unsigned beats,
            const unsigned unit)
{
  const BlGridMark mark = { time, 0.0, bpm, beats, unit };
  const bool       unit_ok =
    unit == 1u || unit == 2u || unit == 4u || unit == 8u || unit == 16u;

  if (!(bpm >= BPM_MIN && bpm <= BPM_MAX) || beats < 1u || beats > 32u ||
      !unit_ok || !(fabs(time) <= SECONDS_MAX)) {
    return;
  }
  if (grid->n_marks) {
    BlGridMark* const last = &grid->marks[grid->n_marks - 1u];
    if (time < last->time) {
      return;
    }
    if (time - last->time < 1e-6) {
      *last = mark;
      return;
    }
  }
  if (grid->n_marks < BL_GRID_MARKS_MAX) {
    grid->marks[grid->n_marks++] = mark;
  }
}

static bool
read_meter(const char** const text, unsigned* const beats, unsigned* const unit)
{
  double b = 0.0;
  double u = 0.0;
  if (!bl_text_number(text, &b) || **text != '/') {
    return false;
  }
  ++*text;
  if (!bl_text_number(text, &u) || b < 1.0 || b > 32.0 || u < 1.0 || u > 16.0) {
    return false;
  }

  *beats = (unsigned)lround(b);
  *unit  = (unsigned)lround(u);
  return true;
}

static const char*
find_value(const char* const comment, const char* const name)
{
  const char* const end   = comment + strcspn(comment, "\r\n");
  const char* const found = strstr(comment, name);
  return found && found < end ? found + strlen(name) : NULL;
}

static void
read_tempos(BlGrid* const grid, const char* const comment)
{
  const char* text = comment;
  while ((text = find_value(text, " tempo="))) {
    double   time  = 0.0;
    double   bpm   = 0.0;
    unsigned beats = 0;
    unsigned unit  = 0;
    if (!bl_text_number(&text, &time) || *text++ != ':' ||
        !bl_text_number(&text, &bpm) || *text++ != ':' ||
        !read_meter(&text, &beats, &unit)) {
      return;
    }

    bl_grid_add(grid, time, bpm, beats, unit);
  }
}

bool
bl_grid_read_comment(BlGrid* const grid, const char* const comment)
{
  const char* const start = strstr(comment, "backline:");
  const char*       text  = start;
  if (!start) {
    return false;
  }

  const char* const bpm_text   = find_value(start, " bpm=");
  const char* const meter_text = find_value(start, " meter=");
  const char* const bar_text   = find_value(start, " bar=");
  double            bpm        = 0.0;
  unsigned          beats      = 4;
  unsigned          unit       = 4;
  double            bar        = 0.0;

  if (!bpm_text || !(text = bpm_text, bl_text_number(&text, &bpm))) {
    return false;
  }
  if (meter_text && !(text = meter_text, read_meter(&text, &beats, &unit))) {
    return false;
  }
  if (bar_text && !(text = bar_text, bl_text_number(&text, &bar))) {
    return false;
  }

  grid->by_user = find_value(start, " by=user") != NULL;
  grid->n_marks = 0;
  bl_grid_add(grid, 0.0, bpm, beats, unit);
  if (grid->n_marks) {
    read_tempos(grid, start);
  }
  grid->has_bar  = bar_text && fabs(bar) <= SECONDS_MAX;
  grid->bar_time = grid->has_bar ? bar : 0.0;
  return grid->n_marks > 0;
}

/// Beat of each mark, counted from the first mark
static void
count_beats(BlGrid* const grid)
{
  grid->marks[0].beat = 0.0;
  for (size_t i = 1; i < grid->n_marks; ++i) {
    const BlGridMark* const last = &grid->marks[i - 1u];
    grid->marks[i].beat =
      last->beat + (grid->marks[i].time - last->time) * last->bpm / 60.0;
  }
}

static const BlGridMark*
mark_at_beat(const BlGrid* const grid, const double beat)
{
  size_t i = grid->n_marks - 1u;
  while (i > 0 && grid->marks[i].beat > beat + 1e-9) {
    --i;
  }
  return &grid->marks[i];
}

double
bl_grid_time(const BlGrid* const grid, const double beat)
{
  const BlGridMark* const mark = mark_at_beat(grid, beat);
  return mark->time + (beat - mark->beat) * 60.0 / mark->bpm;
}

double
bl_grid_beat(const BlGrid* const grid, const double time)
{
  size_t i = grid->n_marks - 1u;
  while (i > 0 && grid->marks[i].time > time) {
    --i;
  }
  return grid->marks[i].beat +
         (time - grid->marks[i].time) * grid->marks[i].bpm / 60.0;
}

/// Shift so that beat 0 is the first bar line at or after second 0
static void
anchor_beats(BlGrid* const grid)
{
  const double per_bar = grid->marks[0].beats;
  double       anchor  = bl_grid_beat(grid, grid->bar_time);
  const double origin  = bl_grid_beat(grid, 0.0);

  anchor -= floor((anchor - origin) / per_bar + 1e-6) * per_bar;
  for (size_t i = 0; i < grid->n_marks; ++i) {
    grid->marks[i].beat -= anchor;
  }
}

/// A mark that changes the meter begins a bar wherever it stands
static double
next_bar_line(const BlGrid* const     grid,
              const double            beat,
              const BlGridMark* const mark)
{
  const double line = beat + mark->beats;
  for (size_t i = 1; i < grid->n_marks; ++i) {
    const BlGridMark* const next = &grid->marks[i];
    if (next->beat > beat + 0.1 && next->beat < line - 1e-3 &&
        (next->beats != mark->beats || next->unit != mark->unit)) {
      return next->beat;
    }
  }
  return line;
}

BlStatus
bl_grid_finish(BlGrid* const grid, const double seconds)
{
  if (!grid->n_marks) {
    return BL_BAD_ARG;
  }

  count_beats(grid);
  anchor_beats(grid);

  const double last = bl_grid_beat(grid, fmax(seconds, 0.0));
  const size_t room = (size_t)fmax(last, 0.0) + 40u + grid->n_marks;
  grid->bars        = (BlBar*)calloc(room, sizeof(BlBar));
  if (!grid->bars) {
    return BL_NO_MEM;
  }

  double beat = 0.0;
  while (grid->n_bars + 1u < room) {
    const BlGridMark* const mark = mark_at_beat(grid, beat + 1e-3);
    const BlBar             bar = { bl_grid_time(grid, beat), beat, mark->beats,
                                    mark->unit };
    grid->bars[grid->n_bars]    = bar;
    if (grid->n_bars && bar.time >= seconds - 1e-3) {
      break;
    }
    ++grid->n_bars;
    beat = next_bar_line(grid, beat, mark);
  }
  return BL_SUCCESS;
}

size_t
bl_grid_bar_at(const BlGrid* const grid, const double beat)
{
  size_t low  = 0;
  size_t high = grid->n_bars;
  while (high - low > 1u) {
    const size_t middle = (low + high) / 2u;
    if (grid->bars[middle].beat <= beat + 1e-9) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

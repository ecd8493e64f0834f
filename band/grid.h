// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_GRID_H
#define BL_BAND_GRID_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The map between seconds of the upload and beats, and the bars in it.

   A beat is one of the meter's unit (a quarter in 4/4, an eighth in 6/8), as
   in LV2's time:beatsPerMinute.  Tempo is constant between two marks.  Beat 0
   is the first bar line at or after second 0.
*/

#define BL_GRID_MARKS_MAX 4096u
#define BL_GRID_COMMENT_BYTES 16384u

typedef struct
{
  double   time; ///< Seconds
  double   beat; ///< Of that moment; set by bl_grid_finish()
  double   bpm;
  unsigned beats; ///< In a bar
  unsigned unit;
} BlGridMark;

typedef struct
{
  double   time;  ///< Seconds
  double   beat;  ///< Of the bar line
  unsigned beats; ///< In this bar
  unsigned unit;
} BlBar;

/// Owner: who called finish; free with deinit.  Immutable between them.
typedef struct
{
  size_t      n_marks;
  BlGridMark* marks;    ///< BL_GRID_MARKS_MAX of room
  bool        by_user;  ///< A person told it, no host
  bool        has_bar;  ///< bar_time is known
  double      bar_time; ///< A bar line, seconds (first: at or after 0)
  size_t      n_bars;
  BlBar*      bars; ///< n_bars and one more that ends the last
} BlGrid;

/// Room for marks; none yet
BL_THREAD_JOB BL_NODISCARD BlStatus bl_grid_init(BlGrid* grid);

BL_THREAD_JOB void bl_grid_deinit(BlGrid* grid);

/// Append; times must not fall; ignored when out of range or full
BL_THREAD_JOB void bl_grid_add(BlGrid*  grid,
                               double   time,
                               double   bpm,
                               unsigned beats,
                               unsigned unit);

/**
   Read "backline: bpm=92.000; meter=4/4; bar=0.000000; by=user;
   tempo=S:BPM:M/U; ..." (bl_trim_comment() says what each is) wherever it
   stands in `comment` (text from outside).

   @return true if there is a usable tempo; otherwise nothing was added
*/
BL_THREAD_ANY bool bl_grid_read_comment(BlGrid* grid, const char* comment);

/// Lay bars over `seconds`; the last one ends at or after it.  A first bar
/// that begins before second 0 is not laid: what precedes is an upbeat.
BL_THREAD_JOB BL_NODISCARD BlStatus bl_grid_finish(BlGrid* grid,
                                                   double  seconds);

/// Second of a beat, and the beat of a second; exact inverses
BL_THREAD_ANY double bl_grid_time(const BlGrid* grid, double beat);
BL_THREAD_ANY double bl_grid_beat(const BlGrid* grid, double time);

/// Index of the bar at a beat, clamped to the bars there are
BL_THREAD_ANY size_t bl_grid_bar_at(const BlGrid* grid, double beat);

#endif // BL_BAND_GRID_H

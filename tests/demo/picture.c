// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "demo/picture.h"

#include "paper.h"

#include <cairo.h>

#include <math.h>
#include <stdio.h>

#define WIDTH 1600.0
#define MARGIN 48.0
#define NAMES 190.0 ///< Width of the column of names
#define HEADER 124.0
#define RULER 34.0
#define LANE 190.0
#define GAP 14.0
#define FOOTER 40.0

static const BlPaperColour strong = { 0.302, 0.325, 0.388 };

/// Part of the session that the picture shows
typedef struct
{
  double first; ///< Session frame at the left edge
  double last;
  double unit; ///< Frames between two lines
} Scale;

static double
x_of(const Scale* const scale, const double frame)
{
  const double left = MARGIN + NAMES;
  return left + (WIDTH - MARGIN - left) * (frame - scale->first) /
                  (scale->last - scale->first);
}

/// From the first to the last sample of all lanes, out to whole bars
static Scale
scale_of(const BlPicture* const picture)
{
  Scale scale = { .first = 1e18, .last = 0, .unit = picture->bar_frames };
  for (size_t i = 0; i < picture->n_lanes; ++i) {
    const BlAudio* const audio = picture->lanes[i].audio;
    scale.first                = fmin(scale.first, (double)audio->start);
    scale.last = fmax(scale.last, (double)audio->start + (double)audio->frames);
    if (picture->bar_frames <= 0.0) {
      scale.unit = (double)audio->rate;
    }
  }
  // Starts are whole frames, bars are not
  if (picture->bar_frames > 0.0) {
    scale.first = floor((scale.first + 2.0) / scale.unit) * scale.unit;
    scale.last  = ceil((scale.last - 2.0) / scale.unit) * scale.unit;
  }
  return scale;
}

/// Lines at bars or seconds, numbered at every n-th
static void
draw_ruler(cairo_t* const         cr,
           const BlPicture* const picture,
           const Scale* const     scale,
           const double           bottom)
{
  const bool   bars = picture->bar_frames > 0.0;
  const double width =
    x_of(scale, scale->first + scale->unit) - x_of(scale, scale->first);
  const double step   = bars ? 4.0 : 5.0;
  const double wanted = ceil(44.0 / (width * step)) * step;
  const double every  = width > 40.0 ? 1.0 : wanted;
  const double origin = bars ? 0.0 : scale->first;
  const double first  = ceil((scale->first - origin) / scale->unit - 1e-6);
  const double last   = floor((scale->last - origin) / scale->unit + 1e-6);

  for (double n = first; n <= last; n += 1.0) {
    const double x        = floor(x_of(scale, origin + n * scale->unit)) + 0.5;
    const bool   numbered = fmod(n, every) < 0.5;
    const bool   heavy    = fmod(n, bars ? 4.0 : every) < 0.5;
    if (width < 5.0 && !heavy) {
      continue;
    }
    bl_paper_ink(cr, heavy ? strong : bl_paper_line, 1.0);
    cairo_set_line_width(cr, 1.0);
    cairo_move_to(cr, x, numbered ? HEADER + 10.0 : HEADER + RULER - 8.0);
    cairo_line_to(cr, x, bottom);
    cairo_stroke(cr);
    if (numbered && x < WIDTH - MARGIN - 20.0) {
      char label[32];
      (void)snprintf(label, sizeof(label), bars ? "%.0f" : "%.0f s",
                     bars ? n + 1.0 : fabs(n));
      bl_paper_write(cr, x + 5.0, HEADER + 20.0, 13.0, bl_paper_faint, label);
    }
  }
}

/// Highest sample (or root mean square) of frames [from, to), all channels
static double
level_of(const BlAudio* const audio,
         const size_t         from,
         const size_t         to,
         const bool           rms)
{
  double level = 0.0;
  size_t n     = 0;
  for (uint32_t c = 0; c < audio->channels; ++c) {
    for (size_t i = from; i < to && i < audio->frames; ++i, ++n) {
      const double s = fabs((double)audio->samples[c][i]);
      level          = rms ? level + s * s : fmax(level, s);
    }
  }
  return rms && n ? sqrt(level / (double)n) : level;
}

/// One filled shape, mirrored at the middle of the lane
static void
draw_shape(cairo_t* const       cr,
           const BlAudio* const audio,
           const Scale* const   scale,
           const double         middle,
           const double         height,
           const bool           rms)
{
  const double left = floor(x_of(scale, (double)audio->start));
  const double right =
    ceil(x_of(scale, (double)audio->start + (double)audio->frames));
  const double per_pixel =
    (scale->last - scale->first) / (WIDTH - 2.0 * MARGIN - NAMES);

  cairo_new_path(cr);
  for (int side = 1; side >= -1; side -= 2) {
    for (double step = 0.0; step <= right - left; step += 1.0) {
      const double x     = side > 0 ? left + step : right - step;
      const double frame = (x - left) * per_pixel;
      const double level =
        level_of(audio, (size_t)frame, (size_t)(frame + per_pixel) + 1u, rms);
      const double y = fmax(0.5, level * height);
      cairo_line_to(cr, x, middle - side * y);
    }
  }
  cairo_close_path(cr);
  cairo_fill(cr);
}

static void
draw_lane(cairo_t* const      cr,
          const BlLane* const lane,
          const Scale* const  scale,
          const double        top,
          const BlPaperColour colour)
{
  const BlAudio* const audio   = lane->audio;
  const double         middle  = top + LANE / 2.0;
  const double         loudest = level_of(audio, 0, audio->frames, false);
  const double         height  = (LANE / 2.0 - 14.0) / fmax(loudest, 0.05);

  bl_paper_ink(cr, colour, 0.42);
  draw_shape(cr, audio, scale, middle, height, false);
  bl_paper_ink(cr, colour, 1.0);
  draw_shape(cr, audio, scale, middle, height, true);

  bl_paper_ink(cr, colour, 1.0);
  cairo_rectangle(cr, MARGIN, top + 18.0, 4.0, LANE - 36.0);
  cairo_fill(cr);
  bl_paper_write(cr, MARGIN + 18.0, middle - 2.0, 19.0, bl_paper_text,
                 lane->name);
  bl_paper_write(cr, MARGIN + 18.0, middle + 20.0, 13.0, bl_paper_faint,
                 lane->detail);
}

static void
draw(cairo_t* const cr, const BlPicture* const picture)
{
  const Scale  scale = scale_of(picture);
  const double lanes = (double)picture->n_lanes * (LANE + GAP);
  const double top   = HEADER + RULER;

  bl_paper_ink(cr, bl_paper_night, 1.0);
  cairo_paint(cr);
  cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         CAIRO_FONT_WEIGHT_BOLD);
  bl_paper_write(cr, MARGIN, 62.0, 30.0, bl_paper_text, picture->title);
  cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         CAIRO_FONT_WEIGHT_NORMAL);
  bl_paper_write(cr, MARGIN, 92.0, 16.0, bl_paper_faint, picture->subtitle);

  for (size_t i = 0; i < picture->n_lanes; ++i) {
    bl_paper_ink(cr, bl_paper_board, 1.0);
    cairo_rectangle(cr, MARGIN, top + (double)i * (LANE + GAP),
                    WIDTH - 2.0 * MARGIN, LANE);
    cairo_fill(cr);
  }
  draw_ruler(cr, picture, &scale, top + lanes - GAP);
  for (size_t i = 0; i < picture->n_lanes; ++i) {
    draw_lane(cr, &picture->lanes[i], &scale, top + (double)i * (LANE + GAP),
              i ? bl_paper_inks[(i - 1u) % BL_PAPER_INKS] : bl_paper_voice);
  }
}

BlStatus
bl_picture_write(const BlPicture* const picture, const char* const path)
{
  const double height =
    HEADER + RULER + (double)picture->n_lanes * (LANE + GAP) - GAP + FOOTER;
  cairo_surface_t* const surface =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)WIDTH, (int)height);
  cairo_t* const cr = cairo_create(surface);

  draw(cr, picture);
  const cairo_status_t drawn   = cairo_status(cr);
  const cairo_status_t written = cairo_surface_write_to_png(surface, path);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  return drawn || written ? BL_IO : BL_SUCCESS;
}

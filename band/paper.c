// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "paper.h"

const BlPaperColour bl_paper_night = { 0.071, 0.078, 0.098 };
const BlPaperColour bl_paper_board = { 0.106, 0.117, 0.145 };
const BlPaperColour bl_paper_line  = { 0.196, 0.212, 0.255 };
const BlPaperColour bl_paper_text  = { 0.925, 0.933, 0.953 };
const BlPaperColour bl_paper_faint = { 0.604, 0.631, 0.698 };
const BlPaperColour bl_paper_voice = { 0.984, 0.714, 0.325 };

const BlPaperColour bl_paper_inks[BL_PAPER_INKS] = {
  { 0.361, 0.773, 0.729 }, { 0.545, 0.647, 0.976 }, { 0.882, 0.553, 0.749 },
  { 0.788, 0.761, 0.396 }, { 0.506, 0.788, 0.463 }, { 0.902, 0.557, 0.435 },
};

void
bl_paper_ink(cairo_t* const cr, const BlPaperColour colour, const double alpha)
{
  cairo_set_source_rgba(cr, colour.r, colour.g, colour.b, alpha);
}

void
bl_paper_write(cairo_t* const      cr,
               const double        x,
               const double        y,
               const double        size,
               const BlPaperColour colour,
               const char* const   words)
{
  cairo_set_font_size(cr, size);
  bl_paper_ink(cr, colour, 1.0);
  cairo_move_to(cr, x, y);
  cairo_show_text(cr, words);
}

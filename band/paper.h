// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_PAPER_H
#define BL_BAND_PAPER_H

#include "base/attributes.h"

#include <cairo.h>

/// Colours and words of pictures on paper: backline analyze's and the demo's
typedef struct
{
  double r;
  double g;
  double b;
} BlPaperColour;

extern const BlPaperColour bl_paper_night; ///< The sheet
extern const BlPaperColour bl_paper_board; ///< What is drawn upon
extern const BlPaperColour bl_paper_line;
extern const BlPaperColour bl_paper_text;
extern const BlPaperColour bl_paper_faint; ///< Of text that matters less
extern const BlPaperColour bl_paper_voice;

/// For what is beside the voice
#define BL_PAPER_INKS 6u
extern const BlPaperColour bl_paper_inks[BL_PAPER_INKS];

BL_THREAD_ANY void bl_paper_ink(cairo_t*      cr,
                                BlPaperColour colour,
                                double        alpha);

/// Words from (x, y), which is on their base line, in cr's font
BL_THREAD_ANY void bl_paper_write(cairo_t*      cr,
                                  double        x,
                                  double        y,
                                  double        size,
                                  BlPaperColour colour,
                                  const char*   words);

#endif // BL_BAND_PAPER_H

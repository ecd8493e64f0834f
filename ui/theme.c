// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "theme.h"

#include <math.h>

#define RGB(hex)                                                               \
  {                                                                            \
    ((hex) >> 16 & 0xFF) / 255.0, ((hex) >> 8 & 0xFF) / 255.0,                 \
      ((hex)&0xFF) / 255.0                                                     \
  }

const BlColor bl_theme_colors[BL_N_COLORS] = {
  [BL_COLOR_GROUND]         = RGB(0x191E25),
  [BL_COLOR_PANEL]          = RGB(0x212831),
  [BL_COLOR_WELL]           = RGB(0x12161B),
  [BL_COLOR_RAISED]         = RGB(0x2D3642),
  [BL_COLOR_CHOSEN]         = RGB(0x3A2F1C),
  [BL_COLOR_HOVER]          = RGB(0x394453),
  [BL_COLOR_LINE]           = RGB(0x46525F),
  [BL_COLOR_EDGE]           = RGB(0x2C3541),
  [BL_COLOR_GRID]           = RGB(0x252C35),
  [BL_COLOR_TEXT]           = RGB(0xE8ECF1),
  [BL_COLOR_DIM]            = RGB(0xA8B4C2),
  [BL_COLOR_OFF]            = RGB(0x8A97A6),
  [BL_COLOR_ACCENT]         = RGB(0xF0A63C),
  [BL_COLOR_ACCENT_HOVER]   = RGB(0xF8BC63),
  [BL_COLOR_ACCENT_PRESSED] = RGB(0xD08A24),
  [BL_COLOR_ACCENT_DEEP]    = RGB(0x54401D),
  [BL_COLOR_ON_ACCENT]      = RGB(0x1B1408),
  [BL_COLOR_RECORD]         = RGB(0xD93A3F),
  [BL_COLOR_RECORD_DEEP]    = RGB(0x7A2A2F),
  [BL_COLOR_ON_RECORD]      = RGB(0xFFFFFF),
  [BL_COLOR_RESULT]         = RGB(0x57B8A5),
  [BL_COLOR_RESULT_DEEP]    = RGB(0x2F6A61),
  [BL_COLOR_ON_RESULT]      = RGB(0x08201B),
  [BL_COLOR_VOICE]          = RGB(0x9DB4CF),
  [BL_COLOR_VOICE_DEEP]     = RGB(0x53657C),
  [BL_COLOR_WARN]           = RGB(0xF2C14E),
  [BL_COLOR_FOCUS]          = RGB(0xFFE0A8),
  [BL_COLOR_SELECTION]      = RGB(0x6B4E1E),
};

const BlColorPair bl_theme_pairs[BL_N_COLOR_PAIRS] = {
  { BL_COLOR_ACCENT_HOVER, BL_COLOR_CHOSEN },
  { BL_COLOR_ACCENT_HOVER, BL_COLOR_HOVER },
  { BL_COLOR_TEXT, BL_COLOR_GROUND },
  { BL_COLOR_TEXT, BL_COLOR_PANEL },
  { BL_COLOR_TEXT, BL_COLOR_WELL },
  { BL_COLOR_TEXT, BL_COLOR_RAISED },
  { BL_COLOR_TEXT, BL_COLOR_HOVER },
  { BL_COLOR_TEXT, BL_COLOR_SELECTION },
  { BL_COLOR_DIM, BL_COLOR_GROUND },
  { BL_COLOR_DIM, BL_COLOR_PANEL },
  { BL_COLOR_DIM, BL_COLOR_WELL },
  { BL_COLOR_OFF, BL_COLOR_GROUND },
  { BL_COLOR_OFF, BL_COLOR_PANEL },
  { BL_COLOR_ON_ACCENT, BL_COLOR_ACCENT },
  { BL_COLOR_ON_ACCENT, BL_COLOR_ACCENT_HOVER },
  { BL_COLOR_ON_ACCENT, BL_COLOR_ACCENT_PRESSED },
  { BL_COLOR_ON_RECORD, BL_COLOR_RECORD },
  { BL_COLOR_ON_RESULT, BL_COLOR_RESULT },
  { BL_COLOR_RESULT, BL_COLOR_PANEL },
  { BL_COLOR_RESULT, BL_COLOR_WELL },
  { BL_COLOR_WARN, BL_COLOR_GROUND },
  { BL_COLOR_WARN, BL_COLOR_PANEL },
  { BL_COLOR_ACCENT, BL_COLOR_PANEL },
  { BL_COLOR_ACCENT, BL_COLOR_GROUND },
  { BL_COLOR_TEXT, BL_COLOR_ACCENT_DEEP },
  { BL_COLOR_DIM, BL_COLOR_RAISED },
  { BL_COLOR_WARN, BL_COLOR_WELL },
  { BL_COLOR_ACCENT, BL_COLOR_WELL },
  { BL_COLOR_OFF, BL_COLOR_WELL },
  { BL_COLOR_ON_ACCENT, BL_COLOR_WARN },
  { BL_COLOR_RESULT, BL_COLOR_GROUND },
  { BL_COLOR_ACCENT_HOVER, BL_COLOR_ACCENT_DEEP },
  { BL_COLOR_DIM, BL_COLOR_HOVER },
};

static double
linear(const double c)
{
  return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double
luminance(const BlColor c)
{
  return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

double
bl_theme_contrast(const BlColor a, const BlColor b)
{
  const double la = luminance(a);
  const double lb = luminance(b);
  return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

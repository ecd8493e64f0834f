// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_THEME_H
#define BL_UI_THEME_H

#include "base/attributes.h"

/**
   The one theme: colours, text styles and measures of the window.

   Dark slate ground, one warm accent for what the user can do now, red for
   recording only, a calm second colour for results.  Every pair of text and
   ground that is drawn is listed in bl_theme_pairs and has a contrast of at
   least 4.5 to 1 (WCAG 2.1, AA); a test computes it.
   Measures are in pixels at scale 1, on a grid of eight.
*/

typedef enum
{
  BL_COLOR_GROUND, ///< The window
  BL_COLOR_PANEL,  ///< A group of things on it
  BL_COLOR_WELL,   ///< Where waveforms and text fields lie
  BL_COLOR_RAISED, ///< Chips and plain buttons
  BL_COLOR_CHOSEN, ///< A chip that is on
  BL_COLOR_HOVER,  ///< The same under the pointer
  BL_COLOR_LINE,   ///< Outlines
  BL_COLOR_EDGE,   ///< Hair around panels, and between parts of one thing
  BL_COLOR_GRID,   ///< Bar lines in a waveform
  BL_COLOR_TEXT,
  BL_COLOR_DIM,    ///< Second text: captions, units
  BL_COLOR_OFF,    ///< Text and outline of what cannot be used now
  BL_COLOR_ACCENT, ///< What the user can do now
  BL_COLOR_ACCENT_HOVER,
  BL_COLOR_ACCENT_PRESSED,
  BL_COLOR_ACCENT_DEEP, ///< Behind work that goes on
  BL_COLOR_ON_ACCENT,   ///< Text on the accent
  BL_COLOR_RECORD,      ///< Recording, and nothing else
  BL_COLOR_RECORD_DEEP, ///< Outer part of the waveform
  BL_COLOR_ON_RECORD,
  BL_COLOR_RESULT, ///< Finished instrumentals
  BL_COLOR_RESULT_DEEP,
  BL_COLOR_ON_RESULT,
  BL_COLOR_VOICE, ///< The voice's waveform
  BL_COLOR_VOICE_DEEP,
  BL_COLOR_WARN,      ///< Warnings, clips and gaps
  BL_COLOR_FOCUS,     ///< Ring around what has the keyboard
  BL_COLOR_SELECTION, ///< Behind selected text
} BlColorId;

#define BL_N_COLORS 28u

typedef struct
{
  double r;
  double g;
  double b;
} BlColor;

extern const BlColor bl_theme_colors[BL_N_COLORS];

/// Text on a ground, as the view draws it
typedef struct
{
  BlColorId text;
  BlColorId ground;
} BlColorPair;

#define BL_N_COLOR_PAIRS 33u
extern const BlColorPair bl_theme_pairs[BL_N_COLOR_PAIRS];

/// Two sizes, two weights
typedef enum
{
  BL_TEXT_SMALL,
  BL_TEXT_NORMAL,
  BL_TEXT_STRONG,
} BlTextStyle;

/// Contrast of two colours, 1..21 (WCAG 2.1, relative luminance)
BL_THREAD_ANY double bl_theme_contrast(BlColor a, BlColor b);

#endif // BL_UI_THEME_H

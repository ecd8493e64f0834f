// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_ICONS_H
#define BL_UI_ICONS_H

#include "base/attributes.h"
#include "canvas.h"

/**
   The window's signs, drawn rather than taken from whatever font is there.

   Each lies in the middle of a rectangle, in a square of twelve units that
   keeps its size.  UI thread only.
*/
typedef enum
{
  BL_ICON_LOGO, ///< Bars of a waveform
  BL_ICON_DOWN, ///< What opens a menu or is unfolded
  BL_ICON_RIGHT,
  BL_ICON_GEAR,
  BL_ICON_CHECK,
  BL_ICON_DOTS, ///< More
  BL_ICON_GRIP, ///< What can be dragged
  BL_ICON_WARNING,
  BL_ICON_RING,   ///< Not armed
  BL_ICON_DOT,    ///< Armed
  BL_ICON_SQUARE, ///< Recording
} BlIcon;

BL_THREAD_UI void bl_icon_draw(const BlCanvas* canvas,
                               BlRect          rect,
                               BlIcon          icon,
                               BlColorId       color);

#endif // BL_UI_ICONS_H

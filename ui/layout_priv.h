// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_LAYOUT_PRIV_H
#define BL_UI_LAYOUT_PRIV_H

#include "layout.h"

/**
   Laying out, shared by layout*.c and by nobody else.  UI thread only.
*/
typedef struct
{
  BlLayout*         out;
  const BlModel*    model;
  const BlUnfolded* unfolded;
  PangoContext*     fonts;
  double            x; ///< Left edge of the content
  double            w; ///< Its width
} BlLayoutWork;

BlItem* bl_layout_add(BlLayout*  layout,
                      BlItemKind kind,
                      int        index,
                      double     x,
                      double     y,
                      double     w,
                      double     h);

/// The settings' page, from y on
void bl_layout_settings(const BlLayoutWork* work, double y);

#endif // BL_UI_LAYOUT_PRIV_H

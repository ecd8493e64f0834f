// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_MENU_H
#define BL_UI_MENU_H

#include "base/attributes.h"
#include "base/limits.h"
#include "canvas.h"

#include <stdbool.h>
#include <stddef.h>

/**
   A menu that lies over the window: rows with an optional second column and
   a mark, scrolled where they do not fit.  A plain value of the view.
*/

#define BL_MENU_ROWS_MAX 208u

typedef struct
{
  char text[BL_NAME_BYTES];
  char note[BL_NAME_BYTES]; ///< At the right, dim; may be ""
  bool marked;
  bool enabled;
  bool drags;  ///< Can be dragged: chosen when it is let go
  bool parted; ///< A line stands above it
  int  value;  ///< The opener's own
} BlMenuRow;

#define BL_MENU_TYPED_BYTES 64u
#define BL_MENU_TYPED_S 1.0 ///< Later letters begin anew

typedef struct
{
  bool      open;
  int       kind;  ///< BlItemKind of the opener
  int       index; ///< Its index
  BlRect    rect;
  double    row;                        ///< Height of a row
  size_t    first;                      ///< Row at the top
  size_t    shown;                      ///< Rows that fit
  int       at;                         ///< Highlighted row, -1: none
  char      typed[BL_MENU_TYPED_BYTES]; ///< Letters that look for a row
  double    typed_at;
  size_t    n_rows;
  BlMenuRow rows[BL_MENU_ROWS_MAX];
} BlMenu;

/// Empty and closed, for an opener
BL_THREAD_UI void bl_menu_clear(BlMenu* menu, int kind, int index);

BL_THREAD_UI void bl_menu_add(BlMenu*     menu,
                              const char* text,
                              const char* note,
                              int         value,
                              bool        marked,
                              bool        enabled);

/// Open beside the opener, inside a window of this size
BL_THREAD_UI void bl_menu_open(BlMenu*       menu,
                               PangoContext* fonts,
                               BlRect        opener,
                               double        width,
                               double        height);

/// Row under a place, -1 where there is none
BL_THREAD_UI int bl_menu_at(const BlMenu* menu, double x, double y);

/// Move the highlight by rows, over those that cannot be chosen
BL_THREAD_UI void bl_menu_move(BlMenu* menu, int by);

/// Move it by so many times what is shown, to the first or last row at most
BL_THREAD_UI void bl_menu_page(BlMenu* menu, int by);

/// Move it to the first (1) or last (-1) row
BL_THREAD_UI void bl_menu_end(BlMenu* menu, int at);

/**
   Letters that were typed: to the next row that begins with all of them, or
   else has a word that does.  One letter again and again goes on among the
   rows that it finds.
*/
BL_THREAD_UI void bl_menu_type(BlMenu*     menu,
                               const char* text,
                               size_t      length,
                               double      now);

/// True while a space belongs to what is typed
BL_THREAD_UI bool bl_menu_is_typed(const BlMenu* menu, double now);

BL_THREAD_UI void bl_menu_scroll(BlMenu* menu, int by);

BL_THREAD_UI void bl_menu_draw(const BlMenu* menu, const BlCanvas* canvas);

#endif // BL_UI_MENU_H

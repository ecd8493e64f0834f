// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_DROP_SITE_H
#define BL_TESTS_UI_DROP_SITE_H

#include "xscreen.h"

#include <X11/Xlib.h>

#include <stdbool.h>

/**
   Two targets of XDND on a screen, as versions 3 to 5 have them, each with the
   manners that a test gives it.  What the source must not do fails the test
   (cmocka).  One thread, that of the screen's display.
*/

#define DROP_SIZE 200 ///< Of each window, both ways

typedef enum
{
  DROP_AWARE,
  DROP_ENTER,
  DROP_POSITION,
  DROP_STATUS,
  DROP_LEAVE,
  DROP_DROP,
  DROP_FINISHED,
  DROP_SELECTION,
  DROP_COPY,
  DROP_PROXY,
  DROP_LIST,
  DROP_UTF8,
  DROP_TARGETS,
  DROP_DATA,
  DROP_N_ATOMS
} DropAtom;

/// A window that takes drops, or the proxy of one
typedef struct
{
  Window   window;
  bool     mute;    ///< Answers nothing yet
  bool     refuses; ///< Answers that it takes nothing
  bool     greedy;  ///< Asks for the data while the pointer moves, as Qt does
  unsigned entered;
  unsigned left;
  unsigned dropped;
  unsigned positions;
  unsigned unanswered; ///< Positions that were not answered
  int      x;          ///< Of the last position
  int      y;
  long     version;
  Window   source;
  Window   named; ///< In the last message
  Atom     action;
  Atom     type; ///< Of the data
  char     data[512];
} DropTarget;

typedef struct
{
  const XScreen* screen;
  Atom           atoms[DROP_N_ATOMS];
  DropTarget     targets[2];
  Window         odd; ///< Of one case, gone after it: the first is its proxy
} DropSite;

/// Without windows yet
void drop_site_init(DropSite* s, const XScreen* screen);

/// Read and answer whatever has come
void drop_serve(DropSite* s);

/// Answer the last position, late
void drop_answer(const DropSite* s, DropTarget* t);

/// Ask the source for its data
void drop_ask(const DropSite* s, const DropTarget* t, DropAtom type);

/// A property of one atom or window
void drop_set_atom(const DropSite* s,
                   Window          window,
                   DropAtom        name,
                   Atom            type,
                   long            v);

/// Mapped, on top, without a window manager
Window drop_make_window(const DropSite* s, int x, int y);

#endif // BL_TESTS_UI_DROP_SITE_H

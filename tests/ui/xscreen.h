// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_XSCREEN_H
#define BL_TESTS_UI_XSCREEN_H

#include <X11/Xlib.h>

#include <stdbool.h>

/**
   A screen of the test's own: Xvfb on a number that it finds by itself, a
   window manager on it, and hands, which are xdotool's.  One a process.  What
   cannot happen ends the test with a line of TAP.
*/
typedef struct
{
  Display* display; ///< The test's own connection
  int      xvfb;
  int      manager;
  unsigned errors; ///< X errors that reached the process's handler
} XScreen;

#define XSCREEN_WIDTH 1280
#define XSCREEN_HEIGHT 900

/// Start both, set $DISPLAY, count X errors from now on
void xscreen_start(XScreen* screen);

void xscreen_stop(XScreen* screen);

/// Run xdotool with these words; what it did has reached every client's
/// socket when this returns
void xscreen_do(XScreen* screen, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

/// Whether another client can take the pointer and the keyboard
bool xscreen_is_free(void);

/// End the test with a line of TAP unless `holds`
void xscreen_require(bool holds, const char* what);

#endif // BL_TESTS_UI_XSCREEN_H

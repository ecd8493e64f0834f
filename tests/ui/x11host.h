// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_X11HOST_H
#define BL_TESTS_UI_X11HOST_H

#include "support/host.h"
#include "view.h"

#include <X11/Xlib.h>
#include <lv2/ui/ui.h>

#include <stdbool.h>
#include <stddef.h>

/**
   A host with a screen: Xvfb, a window manager, the real plugin, and any
   number of its real windows, which are loaded from the bundle and embedded
   in windows of the host as a toolkit's host does it.

   Beside each window stands a shadow: a view of this program's own, which is
   told the same, so that a test knows where everything lies and what has the
   keyboard.  What cannot happen aborts.
*/

typedef struct XHostImpl XHost;

typedef struct
{
  XHost*                      host;
  const LV2UI_Descriptor*     descriptor;
  void*                       library;
  LV2UI_Handle                handle;
  const LV2UI_Idle_Interface* idler;
  Window                      parent;
  Window                      window;
  BlModel                     model; ///< The shadow's
  BlView*                     shadow;
  bool                        gone; ///< idle() said so
} XUi;

#define XHOST_UIS 2u

struct XHostImpl
{
  BlWorld*   world;
  BlHost*    plugin;
  BlProtocol protocol;
  Display*   display;
  XUi        uis[XHOST_UIS];
  bool       open[XHOST_UIS];
  float      outputs[10];
  unsigned   errors; ///< X errors that reached the host
  unsigned   keys;   ///< Key presses that reached the host
  int        xvfb;
  int        manager;
};

/// Start the screen and the plugin
void xhost_start(XHost* host);

void xhost_stop(XHost* host);

/// Open window `i` at scale 1; seconds that it took
double xhost_open(XHost* host, unsigned i);

void xhost_close(XHost* host, unsigned i);

/// Run plugin and windows in real time for so long
void xhost_pump(XHost* host, double seconds);

/// Until the plugin's output `symbol` is at least `value`
bool xhost_wait(XHost* host, const char* symbol, float value, double seconds);

/// Frame and sing eleven seconds into the plugin, as a bounce does
void xhost_bounce(XHost* host);

/// Run xdotool with these words
void xhost_do(const char* format, ...) __attribute__((format(printf, 1, 2)));

/// Click into the middle of an item with the mouse
void xhost_click(XHost* host, unsigned i, BlItemKind kind, int index);

/// Go to an item by Tab alone; false where it is not reached
bool xhost_tab_to(XHost* host, unsigned i, BlItemKind kind, int index);

/// A key, to the window that has the keyboard and to the shadow
void xhost_key(XHost* host, unsigned i, const char* name, BlKey key);

/// What a window shows: pixels, 0x00RRGGBB; free() it
uint32_t* xhost_picture(XHost* host, unsigned i, size_t* count);

#endif // BL_TESTS_UI_X11HOST_H

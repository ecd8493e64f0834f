// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_X11HOST_H
#define BL_TESTS_UI_X11HOST_H

#include "support/host.h"
#include "ui/xscreen.h"
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
  XScreen    screen;
  XUi        uis[XHOST_UIS];
  bool       open[XHOST_UIS];
  float      outputs[10];
  unsigned   keys; ///< Key presses that reached the host
};

/// Start the screen and the plugin
void xhost_start(XHost* host);

void xhost_stop(XHost* host);

/// Open window `i` at scale 1; seconds that it took
double xhost_open(XHost* host, unsigned i);

void xhost_close(XHost* host, unsigned i);

/// Run plugin and windows in real time for so long
void xhost_pump(XHost* host, double seconds);

/// Sing eleven seconds into a plugin, as a bounce does
void xhost_sing(BlHost* plugin);

/// The same with this host's, which tells its windows
void xhost_bounce(XHost* host);

/// Click into the middle of an item
void xhost_click(XHost*     host,
                 unsigned   i,
                 BlItemKind kind,
                 int        index,
                 int        button);

/// Click on the row of the open menu that says so
void xhost_click_row(XHost* host, unsigned i, const char* text);

/// Go to that row with the keys, and choose it
void xhost_choose_row(XHost* host, unsigned i, const char* text);

/// Go to an item by Tab alone; false where it is not reached
bool xhost_tab_to(XHost* host, unsigned i, BlItemKind kind, int index);

/// A key, to the window that has the keyboard and to the shadow
void xhost_key(XHost* host, unsigned i, const char* name, BlKey key);

/// What xclip finds in CLIPBOARD
void xhost_clipboard(XHost* host, char* text, size_t size);

/// What a window shows: pixels, 0x00RRGGBB; free() it
uint32_t* xhost_picture(XHost* host, unsigned i, size_t* count);

#endif // BL_TESTS_UI_X11HOST_H

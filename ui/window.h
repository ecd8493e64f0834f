// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_WINDOW_H
#define BL_UI_WINDOW_H

#include "base/attributes.h"
#include "base/status.h"
#include "model.h"
#include "view.h"

#include <stdbool.h>
#include <stdint.h>

/**
   The X11 window around a view: its own connection to the server, events,
   input method, selections, and the drag of files.

   Owner:    the LV2 UI; every call comes from the host's UI thread.
   Errors:   the host may destroy the parent, and this window with it, at any
             time.  So each entry installs an X error handler that swallows
             what belongs to this connection and puts the old one back; errors
             of our connection are only ever read inside.
   Nothing blocks but the round trips of opening.
*/
typedef struct BlWindowImpl BlWindow;

#define BL_WINDOW_WIDTH 880.0 ///< Usual size, units of scale 1
#define BL_WINDOW_HEIGHT 600.0
#define BL_WINDOW_MIN_WIDTH 640.0
#define BL_WINDOW_MIN_HEIGHT 400.0

/// What the window cannot do by itself; may be NULL
typedef struct
{
  void* handle;
  void (*open_folder)(void* handle, const char* path);
  void (*store_key)(void* handle, const char* service, const char* key);
} BlWindowHost;

/**
   Open inside `parent` (0: a window of its own, for tests).

   @return BL_NET where there is no X server, BL_NO_MEM
*/
BL_THREAD_UI BL_NODISCARD BlStatus bl_window_new(BlModel*            model,
                                                 const BlWindowHost* host,
                                                 uintptr_t           parent,
                                                 double              scale,
                                                 BlWindow**          window);

/// Ends a drag that goes on; NULL is allowed
BL_THREAD_UI void bl_window_free(BlWindow* window);

/// Handle what has come and draw what changed; @return true when the window
/// is gone
BL_THREAD_UI bool bl_window_idle(BlWindow* window);

/// New size in pixels
BL_THREAD_UI void bl_window_resize(BlWindow* window, int width, int height);

BL_THREAD_UI uintptr_t bl_window_id(const BlWindow* window);

BL_THREAD_UI BlView* bl_window_view(BlWindow* window);

#endif // BL_UI_WINDOW_H

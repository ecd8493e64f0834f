// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_DRAG_H
#define BL_UI_DRAG_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>
#include <xcb/xcb.h>

/**
   Drags files out of the window: the XDND source of DESIGN section 8.

   It runs on a thread `bl-drag` and an X connection of its own, since Qt
   hosts block their main thread, and with it the UI's idle(), until the
   source has answered.  The connection's errors are replies, so the host's
   error handler never hears of a window that vanished.

   Owner:    the UI, from the press that became a drag until cleanup.
   Threads:  all calls from the UI thread.
   Before it starts the UI has given up the pointer grab of the pressed
   button (XUngrabPointer, XFlush), or the server refuses a second one.
*/
typedef struct BlDragImpl BlDrag;

typedef enum
{
  BL_DRAG_MOVING    = 0, ///< The pointer is held
  BL_DRAG_OVER      = 1, ///< The same, over a window that would take it
  BL_DRAG_DROPPED   = 2, ///< Let go there; the target is reading
  BL_DRAG_DONE      = 3, ///< The target says that it has read
  BL_DRAG_REFUSED   = 4, ///< Let go where nobody takes it
  BL_DRAG_CANCELLED = 5, ///< By Escape or by bl_drag_free()
  BL_DRAG_FAILED    = 6, ///< No grab or no connection
} BlDragState;

/// A small picture that follows the pointer
typedef struct
{
  const uint32_t* pixels; ///< Cairo's RGB24, without gaps; copied
  uint16_t        width;
  uint16_t        height;
} BlDragIcon;

typedef struct
{
  const char* const*  paths; ///< Absolute; copied
  size_t              n_paths;
  const xcb_window_t* own;   ///< Windows that never take our drops; copied
  size_t              n_own; ///< At most BL_DRAG_OWN_MAX
  xcb_timestamp_t     time;  ///< Of the press
  BlDragIcon          icon;  ///< pixels may be NULL
} BlDragSetup;

#define BL_DRAG_OWN_MAX 4u
#define BL_DRAG_ANSWER_S 10.0  ///< A target may be busy for so long at most
#define BL_DRAG_FINISH_S 120.0 ///< A target imports for so long at most

/// Start to drag; nothing to undo on failure
BL_THREAD_UI BL_NODISCARD BlStatus bl_drag_new(const BlDragSetup* setup,
                                               BlDrag**           drag);

/// Where it stands.  From BL_DRAG_DONE on nothing changes any more
BL_THREAD_UI BlDragState bl_drag_state(const BlDrag* drag);

/// End it, whatever it does, and join its thread; NULL is allowed
BL_THREAD_UI void bl_drag_free(BlDrag* drag);

#endif // BL_UI_DRAG_H

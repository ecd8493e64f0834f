// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_DRAG_X11_H
#define BL_UI_DRAG_X11_H

#include "base/attributes.h"
#include "drag.h"
#include "xdnd.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xcb/xcb.h>

/**
   What a drag has in the X server: the connection, the window that targets
   speak to and that owns the selection, the grabs, and the picture under the
   pointer.  Everything is the drag thread's.
*/

#define BL_DRAG_ESCAPES_MAX 8u

typedef struct
{
  xcb_connection_t* connection;
  xcb_screen_t*     screen;
  BlXdndAtoms       atoms;
  xcb_window_t      source;
  xcb_window_t      icon; ///< XCB_NONE: no picture
  xcb_gcontext_t    icon_gc;
  xcb_keycode_t     escapes[BL_DRAG_ESCAPES_MAX]; ///< Keys that are Escape
  size_t            n_escapes;
} BlDragX11;

typedef struct
{
  int16_t x;
  int16_t y;
  bool    held; ///< The first button is down
} BlDragPointer;

/// Connect and make the source window; BL_NET where there is no server.
/// bl_drag_x11_close() in any case
BL_THREAD_ANY BL_NODISCARD BlStatus bl_drag_x11_open(BlDragX11* x11);

/// Disconnect; the server ends grabs, windows and selection with that
BL_THREAD_ANY void bl_drag_x11_close(BlDragX11* x11);

/// Take the pointer, and the keyboard where it is free; false where another
/// client has the pointer
BL_THREAD_ANY bool bl_drag_x11_grab(BlDragX11* x11);

/// Give both back and hide the picture
BL_THREAD_ANY void bl_drag_x11_release(const BlDragX11* x11);

/// Show a picture; nothing where the screen has no 24-bit colour
BL_THREAD_ANY void bl_drag_x11_show(BlDragX11* x11, const BlDragIcon* icon);

/// Put the picture beside the pointer
BL_THREAD_ANY void bl_drag_x11_move(const BlDragX11* x11, int16_t x, int16_t y);

BL_THREAD_ANY void bl_drag_x11_draw(const BlDragX11*  x11,
                                    const BlDragIcon* icon);

/// Where the pointer is now; false where nobody knows
BL_THREAD_ANY bool bl_drag_x11_pointer(const BlDragX11* x11,
                                       BlDragPointer*   pointer);

BL_THREAD_ANY bool bl_drag_x11_is_escape(const BlDragX11* x11,
                                         xcb_keycode_t    key);

/// Hear when a window of another client vanishes (XCB_DESTROY_NOTIFY), or no
/// more
BL_THREAD_ANY void bl_drag_x11_watch(const BlDragX11* x11,
                                     xcb_window_t     window,
                                     bool             on);

/// Answer who asks for the selection
BL_THREAD_ANY void bl_drag_x11_answer(
  const BlDragX11*                     x11,
  const xcb_selection_request_event_t* request,
  const char*                          uris);

#endif // BL_UI_DRAG_X11_H

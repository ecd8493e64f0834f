// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_VIEW_H
#define BL_UI_VIEW_H

#include "base/attributes.h"
#include "base/status.h"
#include "canvas.h"
#include "edit.h"
#include "layout.h"
#include "menu.h"
#include "model.h"

#include <cairo.h>

#include <stdbool.h>
#include <stdint.h>

/**
   The window's face: draws the model, and turns pointer and keys into calls
   of the model and of its host (the X11 window, or a test).

   Draws with cairo on whatever it is given, so that a test renders it to an
   image.  Knows no X11: keys come as BlKey, places in units of scale 1.
   Nothing is drawn that did not change: bl_view_damage() says what did.

   Owner:    the window; UI thread only.
*/
typedef struct BlViewImpl BlView;

typedef enum
{
  BL_KEY_NONE,
  BL_KEY_TAB,
  BL_KEY_ENTER,
  BL_KEY_ESCAPE,
  BL_KEY_SPACE,
  BL_KEY_LEFT,
  BL_KEY_RIGHT,
  BL_KEY_UP,
  BL_KEY_DOWN,
  BL_KEY_HOME,
  BL_KEY_END,
  BL_KEY_PAGE_UP,
  BL_KEY_PAGE_DOWN,
  BL_KEY_BACKSPACE,
  BL_KEY_DELETE,
  BL_KEY_INSERT,
  BL_KEY_MENU,
  BL_KEY_HELP, ///< F1
} BlKey;

#define BL_MOD_SHIFT 1u
#define BL_MOD_CONTROL 2u
#define BL_MOD_ALT 4u

/// What only the window can do.  Each may be NULL
typedef struct
{
  void* handle;

  /// Drag files out; the pointer is pressed.  `what` stands under it
  void (*drag)(void*              handle,
               const char* const* paths,
               size_t             n_paths,
               const char*        what);

  /// Text to CLIPBOARD, or (primary) to PRIMARY
  void (*copy)(void* handle, const char* text, size_t length, bool primary);

  /// Files to CLIPBOARD: their paths as text, a line each, and as what a file
  /// manager copies
  void (*copy_files)(void* handle, const char* const* paths, size_t n_paths);

  /// Ask for CLIPBOARD or PRIMARY; bl_view_paste() brings it with the ticket
  void (*paste)(void* handle, bool primary, unsigned ticket);

  /// Show a folder in the desktop's file manager
  void (*open_folder)(void* handle, const char* path);

  /// Check and store a key for a service; bl_view_key_result() brings it
  void (*store_key)(void* handle, const char* service, const char* key);

  /// Give the keyboard back to the host
  void (*leave)(void* handle);
} BlViewHost;

BL_THREAD_UI BL_NODISCARD BlView* bl_view_new(BlModel*          model,
                                              const BlViewHost* host);

BL_THREAD_UI void bl_view_free(BlView* view);

/// Size in units of scale 1
BL_THREAD_UI void bl_view_resize(BlView* view, double width, double height);

/// Look at what changed in the model and at the clock
BL_THREAD_UI void bl_view_update(BlView* view, double now);

/// What must be drawn again, in units; false: nothing
BL_THREAD_UI bool bl_view_damage(BlView* view, BlRect* rect);

/// Draw all that lies in the context's clip; clears the damage
BL_THREAD_UI void bl_view_draw(BlView* view, cairo_t* cr);

// Pointer: button 1 left, 2 middle, 3 right; 4 and 5 the wheel

BL_THREAD_UI void bl_view_motion(BlView* view, double x, double y, bool held);

BL_THREAD_UI void bl_view_press(BlView*  view,
                                double   x,
                                double   y,
                                int      button,
                                unsigned mods,
                                double   now);

BL_THREAD_UI void bl_view_release(BlView* view, double x, double y, int button);

BL_THREAD_UI void bl_view_leave(BlView* view);

/// The pointer's shape over what it points at
typedef enum
{
  BL_POINTER_ARROW,
  BL_POINTER_TEXT, ///< A field to type in
  BL_POINTER_HAND, ///< Something to drag
} BlPointer;

BL_THREAD_UI BlPointer bl_view_pointer(const BlView* view);

// Keyboard; true: it was used, false: it is for the host

BL_THREAD_UI bool bl_view_key(BlView* view, BlKey key, unsigned mods);

/// Text that a key made (UTF-8, after XIM); letters with control as "a"…"z"
BL_THREAD_UI bool bl_view_text(BlView*     view,
                               const char* text,
                               size_t      length,
                               unsigned    mods);

/// What was asked for with that ticket.  It goes where it was asked for, and
/// nowhere once the keyboard has left that place
BL_THREAD_UI void bl_view_paste(BlView*     view,
                                unsigned    ticket,
                                const char* text,
                                size_t      length);

/// Where everything lies, until the next call of another function
BL_THREAD_UI const BlLayout* bl_view_layout(const BlView* view);

/// What has the keyboard; NULL: nothing in particular
BL_THREAD_UI const BlItem* bl_view_focused(const BlView* view);

/// True while a text field has the keyboard
BL_THREAD_UI bool bl_view_edits(const BlView* view);

/// Place of the caret, for an input method's window
BL_THREAD_UI BlRect bl_view_caret(BlView* view);

BL_THREAD_UI void bl_view_focus(BlView* view, bool has_keyboard);

/// How storing a key went: one sentence.  Its field is emptied
BL_THREAD_UI void bl_view_key_result(BlView*     view,
                                     bool        good,
                                     const char* sentence);

/// Text to CLIPBOARD, with a sentence at the foot that says so
BL_THREAD_UI void bl_view_copy(BlView*     view,
                               const char* text,
                               const char* sentence);

/// A sentence at the window's foot for some seconds
BL_THREAD_UI void bl_view_tell(BlView* view, const char* sentence);

#endif // BL_UI_VIEW_H

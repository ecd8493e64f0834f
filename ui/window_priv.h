// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_WINDOW_PRIV_H
#define BL_UI_WINDOW_PRIV_H

#include "drag.h"
#include "window.h"

#include <X11/Xlib.h>
#include <cairo.h>

/**
   The inside of a window, shared by window*.c and by nobody else.  UI thread
   only.
*/

#define BL_PASTES 8u
#define BL_PASTE_PROPERTIES 4u
#define BL_PASTE_PATIENCE_S 5.0 ///< For the next sign of a paste's owner

typedef int (*BlXHandler)(Display* display, XErrorEvent* error);

typedef struct
{
  Atom CLIPBOARD;
  Atom TARGETS;
  Atom UTF8_STRING;
  Atom XEMBED_INFO;
  Atom INCR;
  Atom MULTIPLE;
  Atom TIMESTAMP;
  Atom PLAIN;                             ///< text/plain;charset=utf-8
  Atom URI_LIST;                          ///< text/uri-list
  Atom COPIED_FILES;                      ///< x-special/gnome-copied-files
  Atom BL_SELECTION[BL_PASTE_PROPERTIES]; ///< Properties of our window that
                                          ///< selections come by, in turn
} BlWindowAtoms;

/// What we offer as CLIPBOARD and PRIMARY
typedef struct
{
  char*  text; ///< NULL: nothing
  size_t length;
  char*  uris;  ///< The same as text/uri-list; NULL: it is no file
  char*  files; ///< The same as GNOME's file managers have it
  Time   time;  ///< Since when
} BlOffer;

/// What was asked for and has not come
typedef struct
{
  unsigned ticket; ///< The view's
  bool     primary;
  Time     time;
  Atom     target;
} BlPasteAsk;

/// The one that is coming
typedef struct
{
  char   text[16u * BL_TEXT_BYTES]; ///< More than any field holds
  size_t length;
  Atom   type;     ///< UTF8_STRING or STRING
  bool   comes;    ///< In pieces (INCR)
  double heard_at; ///< Monotonic time of its last sign
} BlPaste;

struct BlWindowImpl
{
  BlModel*     model;
  BlWindowHost host;
  BlView*      view;
  double       scale;

  Display*      display;
  Window        parent;
  Window        window;
  BlWindowAtoms atoms;
  XIM           im;
  XIC           ic;
  bool          composes;   ///< The input method has the keyboard
  bool          input_lost; ///< Its server has gone
  XPoint        spot;       ///< Where it was told that the caret is
  Cursor        cursors[3];
  BlPointer     pointer; ///< Shape that is shown
  Visual*       visual;
  int           depth;
  GC            gc;
  int           width; ///< Pixels
  int           height;
  bool          exposed; ///< Something must be drawn whatever the view says
  bool          gone;
  Time          time; ///< Of the last event

  BlOffer    clipboard;
  BlOffer    primary;
  BlPasteAsk pastes[BL_PASTES]; ///< The oldest first
  size_t     n_pastes;
  BlPaste    paste;

  BlDrag* drag;
};

// window.c

/// Swallow X errors of our connection until bl_window_unguard()
BlXHandler bl_window_guard(void);

void bl_window_unguard(BlXHandler before);

// window_keys.c

BlStatus bl_window_open_input(BlWindow* window);

void bl_window_close_input(BlWindow* window);

void bl_window_key(BlWindow* window, XKeyEvent* event);

/// Take the keyboard, or give it back to the host
void bl_window_take_keyboard(BlWindow* window);

void bl_window_give_keyboard(BlWindow* window);

/// Tell the input method whether something is typed, and where
void bl_window_tell_input(BlWindow* window);

unsigned bl_window_mods(unsigned state);

// window_selection.c

void bl_window_copy(void*       handle,
                    const char* text,
                    size_t      length,
                    bool        primary);

void bl_window_copy_files(void*              handle,
                          const char* const* paths,
                          size_t             n_paths);

/// Forget what it offers
void bl_window_drop_offer(BlOffer* offer);

/// @return true if the event was about selections
bool bl_window_selection_event(BlWindow* window, XEvent* event);

// window_paste.c

void bl_window_paste(void* handle, bool primary, unsigned ticket);

bool bl_window_paste_event(BlWindow* window, XEvent* event);

/// Give up what does not come
void bl_window_paste_poll(BlWindow* window);

// window_drag.c

void bl_window_drag(void*              handle,
                    const char* const* paths,
                    size_t             n_paths,
                    const char*        what);

/// Look how a drag goes on
void bl_window_drag_poll(BlWindow* window);

#endif // BL_UI_WINDOW_PRIV_H

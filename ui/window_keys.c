// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "window_priv.h"

#include <X11/XKBlib.h>
#include <X11/Xutil.h>
#include <X11/keysym.h>

#include <stdlib.h>
#include <string.h>

/// Xlib frees method and context itself when the method's server goes
static void
lose_input(XIM im, const XPointer data, const XPointer call_data)
{
  BlWindow* const w    = (BlWindow*)(void*)data;
  void* const     none = call_data; // As XIMProc has it: not to const
  (void)im;
  (void)none;
  w->im         = NULL;
  w->ic         = NULL;
  w->composes   = false;
  w->input_lost = true;
}

/// Xlib's own method, where the server that XMODIFIERS names does not run
static XIM
open_own(Display* const display)
{
  const char* const now    = XSetLocaleModifiers(NULL);
  char* const       before = now ? strdup(now) : NULL;
  XIM               im     = NULL;
  if (before && XSetLocaleModifiers("@im=none")) {
    im = XOpenIM(display, NULL, NULL, NULL);
    XSetLocaleModifiers(before);
  }
  free(before);
  return im;
}

BlStatus
bl_window_open_input(BlWindow* const w)
{
  XIMCallback lost = { (XPointer)w, lose_input };

  // The method follows the locale that the host has set, which is the host's
  // affair: Xlib asks setlocale(), which a thread's own locale (uselocale())
  // does not change, so a method of another locale would need the process's
  // to be set meanwhile, under the feet of all its threads.  In the C locale
  // Xlib's own method still types every character that a key has, and composes
  // those of Latin 1.  Without any, plain XLookupString types Latin 1.
  w->im = XOpenIM(w->display, NULL, NULL, NULL);
  if (!w->im) {
    w->im = open_own(w->display);
  }
  if (w->im) {
    XSetIMValues(w->im, XNDestroyCallback, &lost, NULL);
    w->ic =
      XCreateIC(w->im, XNInputStyle, XIMPreeditNothing | XIMStatusNothing,
                XNClientWindow, w->window, XNFocusWindow, w->window, NULL);
  }
  return BL_SUCCESS;
}

void
bl_window_close_input(BlWindow* const w)
{
  if (w->ic) {
    XDestroyIC(w->ic);
  }
  if (w->im) {
    XCloseIM(w->im);
  }
}

unsigned
bl_window_mods(const unsigned state)
{
  return (state & ShiftMask ? BL_MOD_SHIFT : 0u) |
         (state & ControlMask ? BL_MOD_CONTROL : 0u) |
         (state & Mod1Mask ? BL_MOD_ALT : 0u);
}

static BlKey
key_of(const KeySym symbol)
{
  static const struct
  {
    KeySym symbol;
    BlKey  key;
  } table[] = {
    { XK_Tab, BL_KEY_TAB },
    { XK_ISO_Left_Tab, BL_KEY_TAB },
    { XK_Return, BL_KEY_ENTER },
    { XK_KP_Enter, BL_KEY_ENTER },
    { XK_Escape, BL_KEY_ESCAPE },
    { XK_Left, BL_KEY_LEFT },
    { XK_KP_Left, BL_KEY_LEFT },
    { XK_Right, BL_KEY_RIGHT },
    { XK_KP_Right, BL_KEY_RIGHT },
    { XK_Up, BL_KEY_UP },
    { XK_KP_Up, BL_KEY_UP },
    { XK_Down, BL_KEY_DOWN },
    { XK_KP_Down, BL_KEY_DOWN },
    { XK_Home, BL_KEY_HOME },
    { XK_KP_Home, BL_KEY_HOME },
    { XK_End, BL_KEY_END },
    { XK_KP_End, BL_KEY_END },
    { XK_Page_Up, BL_KEY_PAGE_UP },
    { XK_Page_Down, BL_KEY_PAGE_DOWN },
    { XK_BackSpace, BL_KEY_BACKSPACE },
    { XK_Delete, BL_KEY_DELETE },
    { XK_Insert, BL_KEY_INSERT },
    { XK_KP_Insert, BL_KEY_INSERT },
    { XK_KP_Delete, BL_KEY_DELETE },
    { XK_Menu, BL_KEY_MENU },
    { XK_F1, BL_KEY_HELP },
    { XK_KP_Page_Up, BL_KEY_PAGE_UP },
    { XK_KP_Page_Down, BL_KEY_PAGE_DOWN },
  };

  for (size_t i = 0; i < BL_COUNT(table); ++i) {
    if (table[i].symbol == symbol) {
      return table[i].key;
    }
  }
  return BL_KEY_NONE;
}

void
bl_window_take_keyboard(BlWindow* const w)
{
  XSetInputFocus(w->display, w->window, RevertToParent, CurrentTime);
}

void
bl_window_give_keyboard(BlWindow* const w)
{
  if (w->parent != DefaultRootWindow(w->display)) {
    XSetInputFocus(w->display, w->parent, RevertToParent, CurrentTime);
  }
}

void
bl_window_tell_input(BlWindow* const w)
{
  const bool edits = bl_view_edits(w->view);
  if (w->input_lost && edits) { // It may be back; else Xlib's own is taken
    w->input_lost = false;
    w->spot       = (XPoint){ 0, 0 };
    (void)bl_window_open_input(w);
  }
  if (!w->ic) {
    return;
  }

  // An input method hears only what is typed into a field
  if (edits != w->composes) {
    w->composes = edits;
    (edits ? XSetICFocus : XUnsetICFocus)(w->ic);
  }
  if (!edits) {
    return;
  }
  const BlRect caret = bl_view_caret(w->view);
  const XPoint spot  = { (short)(caret.x * w->scale),
                         (short)((caret.y + caret.h) * w->scale) };
  if (spot.x != w->spot.x || spot.y != w->spot.y) {
    XVaNestedList list = XVaCreateNestedList(0, XNSpotLocation, &spot, NULL);
    w->spot            = spot;
    XSetICValues(w->ic, XNPreeditAttributes, list, NULL);
    XFree(list);
  }
}

/// Letter of a key under whatever alphabet is set: shortcuts are Latin
static char
letter_of(BlWindow* const w, const XKeyEvent* const event, const KeySym symbol)
{
  const KeySym plain =
    symbol >= XK_a && symbol <= XK_z
      ? symbol
      : XkbKeycodeToKeysym(w->display, (KeyCode)event->keycode, 0, 0);
  return plain >= XK_a && plain <= XK_z ? (char)('a' + (int)(plain - XK_a))
                                        : ' ';
}

/// What we have no use for may be a shortcut of the host
static void
hand_on(BlWindow* const w, const XKeyEvent* const event)
{
  XEvent copy;
  copy.xkey        = *event;
  copy.xkey.window = w->parent;
  if (w->parent != DefaultRootWindow(w->display)) {
    XSendEvent(w->display, w->parent, True, NoEventMask, &copy);
  }
}

static bool
use_key(BlWindow* const w, XKeyEvent* const event)
{
  char           text[64];
  KeySym         symbol = NoSymbol;
  const unsigned mods   = bl_window_mods(event->state);
  int            length = 0;

  if (w->ic) {
    Status status = 0;
    length = Xutf8LookupString(w->ic, event, text, (int)sizeof(text), &symbol,
                               &status);
    if (status == XBufferOverflow || length < 0) {
      length = 0;
    }
  } else {
    length = XLookupString(event, text, (int)sizeof(text), &symbol, NULL);
  }

  // Shift alone is part of typing
  if (IsModifierKey(symbol) && bl_view_edits(w->view)) {
    return true;
  }

  const BlKey key = key_of(symbol);
  if (key != BL_KEY_NONE) {
    return bl_view_key(w->view, key, mods);
  }
  if (symbol == XK_space && !bl_view_edits(w->view)) {
    return bl_view_key(w->view, BL_KEY_SPACE, mods);
  }
  if (mods & BL_MOD_CONTROL) {
    text[0] = letter_of(w, event, symbol);
    length  = 1;
  }
  return length > 0 && bl_view_text(w->view, text, (size_t)length, mods);
}

void
bl_window_key(BlWindow* const w, XKeyEvent* const event)
{
  if (event->type == KeyPress ? !use_key(w, event) : !bl_view_edits(w->view)) {
    hand_on(w, event);
  }
}

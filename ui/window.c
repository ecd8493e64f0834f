// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "window_priv.h"

#include "base/thread.h"

#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <X11/cursorfont.h>
#include <cairo-xlib.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS                                                                 \
  (ExposureMask | StructureNotifyMask | KeyPressMask | KeyReleaseMask |        \
   ButtonPressMask | ButtonReleaseMask | PointerMotionMask | LeaveWindowMask | \
   FocusChangeMask | PropertyChangeMask)

/// Errors are swallowed: a window that vanished is told by DestroyNotify
static int
swallow(Display* const display, XErrorEvent* const error)
{
  (void)display;
  (void)error;
  return 0;
}

BlXHandler
bl_window_guard(void)
{
  return XSetErrorHandler(swallow);
}

void
bl_window_unguard(const BlXHandler before)
{
  XSetErrorHandler(before);
}

// Opening

static void
intern(BlWindow* const w)
{
  w->atoms.CLIPBOARD   = XInternAtom(w->display, "CLIPBOARD", False);
  w->atoms.TARGETS     = XInternAtom(w->display, "TARGETS", False);
  w->atoms.UTF8_STRING = XInternAtom(w->display, "UTF8_STRING", False);
  w->atoms.XEMBED_INFO = XInternAtom(w->display, "_XEMBED_INFO", False);
  w->atoms.INCR        = XInternAtom(w->display, "INCR", False);
  w->atoms.MULTIPLE    = XInternAtom(w->display, "MULTIPLE", False);
  w->atoms.TIMESTAMP   = XInternAtom(w->display, "TIMESTAMP", False);
  w->atoms.PLAIN = XInternAtom(w->display, "text/plain;charset=utf-8", False);
  w->atoms.URI_LIST = XInternAtom(w->display, "text/uri-list", False);
  w->atoms.COPIED_FILES =
    XInternAtom(w->display, "x-special/gnome-copied-files", False);
  for (unsigned i = 0; i < BL_PASTE_PROPERTIES; ++i) {
    char name[32];
    snprintf(name, sizeof(name), "BACKLINE_SELECTION_%u", i);
    w->atoms.BL_SELECTION[i] = XInternAtom(w->display, name, False);
  }
}

static void
set_size_hints(BlWindow* const w)
{
  XSizeHints* const hints = XAllocSizeHints();
  if (hints) {
    hints->flags       = PMinSize | PBaseSize;
    hints->min_width   = (int)(BL_WINDOW_MIN_WIDTH * w->scale);
    hints->min_height  = (int)(BL_WINDOW_MIN_HEIGHT * w->scale);
    hints->base_width  = w->width;
    hints->base_height = w->height;
    XSetWMNormalHints(w->display, w->window, hints);
    XFree(hints);
  }
}

static BlStatus
open_window(BlWindow* const w, const uintptr_t parent)
{
  w->display = XOpenDisplay(NULL);
  if (!w->display) {
    return BL_NET;
  }

  const int screen = DefaultScreen(w->display);
  w->parent        = parent ? (Window)parent : RootWindow(w->display, screen);
  w->width         = (int)lround(BL_WINDOW_WIDTH * w->scale);
  w->height        = (int)lround(BL_WINDOW_HEIGHT * w->scale);

  XSetWindowAttributes attributes;
  memset(&attributes, 0, sizeof(attributes));
  attributes.event_mask  = EVENTS;
  attributes.bit_gravity = NorthWestGravity;
  w->window =
    XCreateWindow(w->display, w->parent, 0, 0, (unsigned)w->width,
                  (unsigned)w->height, 0, CopyFromParent, InputOutput,
                  CopyFromParent, CWEventMask | CWBitGravity, &attributes);
  intern(w);
  XStoreName(w->display, w->window, "Backline");
  set_size_hints(w);

  const unsigned long embed[] = { 0, 1 }; // Version 0, mapped
  XChangeProperty(w->display, w->window, w->atoms.XEMBED_INFO,
                  w->atoms.XEMBED_INFO, 32, PropModeReplace,
                  (const unsigned char*)embed, 2);

  XWindowAttributes actual;
  memset(&actual, 0, sizeof(actual));
  if (!XGetWindowAttributes(w->display, w->window, &actual)) {
    return BL_NET;
  }
  w->visual = actual.visual;
  w->depth  = actual.depth;
  w->gc     = XCreateGC(w->display, w->window, 0, NULL);
  XMapWindow(w->display, w->window);
  return BL_SUCCESS;
}

static void
open_folder(void* const handle, const char* const path)
{
  BlWindow* const w = (BlWindow*)handle;
  if (w->host.open_folder) {
    w->host.open_folder(w->host.handle, path);
  }
}

static void
store_key(void* const handle, const char* const service, const char* const key)
{
  BlWindow* const w = (BlWindow*)handle;
  if (w->host.store_key) {
    w->host.store_key(w->host.handle, service, key);
  }
}

static void
leave(void* const handle)
{
  bl_window_give_keyboard((BlWindow*)handle);
}

BlStatus
bl_window_new(BlModel* const            model,
              const BlWindowHost* const host,
              const uintptr_t           parent,
              const double              scale,
              BlWindow** const          window)
{
  BlWindow* const w = (BlWindow*)calloc(1, sizeof(BlWindow));
  if (!w) {
    return BL_NO_MEM;
  }

  const BlViewHost view_host = { w,
                                 bl_window_drag,
                                 bl_window_copy,
                                 bl_window_copy_files,
                                 bl_window_paste,
                                 open_folder,
                                 store_key,
                                 leave };
  w->model                   = model;
  w->host                    = *host;
  w->scale                   = scale >= 0.5 && scale <= 8.0 ? scale : 1.0;
  w->view                    = bl_view_new(model, &view_host);
  BlStatus st                = w->view ? BL_SUCCESS : BL_NO_MEM;

  const BlXHandler before = bl_window_guard();
  if (!st) {
    st = open_window(w, parent);
  }
  if (!st) {
    st = bl_window_open_input(w);
  }
  if (!st) {
    XFlush(w->display);
    bl_view_resize(w->view, w->width / w->scale, w->height / w->scale);
    w->exposed = true;
    *window    = w;
  }
  bl_window_unguard(before);
  if (st) {
    bl_window_free(w);
  }
  return st;
}

void
bl_window_free(BlWindow* const w)
{
  if (!w) {
    return;
  }

  bl_drag_free(w->drag);
  const BlXHandler before = bl_window_guard();
  if (w->display) {
    bl_window_close_input(w);
    if (w->gc) {
      XFreeGC(w->display, w->gc);
    }
    if (w->window && !w->gone) {
      XDestroyWindow(w->display, w->window);
    }
    XSync(w->display, True);
    XCloseDisplay(w->display);
  }
  bl_window_unguard(before);
  explicit_bzero(&w->paste, sizeof(w->paste));
  bl_window_drop_offer(&w->clipboard);
  bl_window_drop_offer(&w->primary);
  bl_view_free(w->view);
  free(w);
}

// Events

/// A rectangle of pixels
typedef struct
{
  int x;
  int y;
  int width;
  int height;
} BlPlace;

static void
take_size(BlWindow* const w, const int width, const int height)
{
  if (width < 1 || height < 1 || (width == w->width && height == w->height)) {
    return;
  }
  w->width  = width;
  w->height = height;
  bl_view_resize(w->view, width / w->scale, height / w->scale);
  w->exposed = true;
}

static void
on_button(BlWindow* const w, const XButtonEvent* const e)
{
  const double x = e->x / w->scale;
  const double y = e->y / w->scale;

  w->time = e->time;
  if (e->type == ButtonPress) {
    if (e->button <= 3) {
      bl_window_take_keyboard(w);
    }
    bl_view_press(w->view, x, y, (int)e->button, bl_window_mods(e->state),
                  (double)e->time / 1000.0);
  } else {
    bl_view_release(w->view, x, y, (int)e->button);
  }
}

static void
on_event(BlWindow* const w, XEvent* const e)
{
  switch (e->type) {
    case Expose:
      w->exposed = true;
      break;
    case ConfigureNotify:
      take_size(w, e->xconfigure.width, e->xconfigure.height);
      break;
    case DestroyNotify:
      w->gone |= e->xdestroywindow.window == w->window;
      break;
    case ButtonPress:
    case ButtonRelease:
      on_button(w, &e->xbutton);
      break;
    case MotionNotify:
      bl_view_motion(w->view, e->xmotion.x / w->scale, e->xmotion.y / w->scale,
                     e->xmotion.state & Button1Mask);
      break;
    case LeaveNotify:
      bl_view_leave(w->view);
      break;
    case FocusIn:
    case FocusOut:
      bl_view_focus(w->view, e->type == FocusIn);
      break;
    case KeyPress:
    case KeyRelease:
      w->time = e->xkey.time;
      bl_window_key(w, &e->xkey);
      break;
    default:
      bl_window_selection_event(w, e);
      break;
  }
}

/// Put a picture on the window.  Usual screens take its pixels as they are;
/// cairo's own X surface, which knows all others, is not left to draw: each
/// one leaves something behind when its display closes (cairo 1.16: fonts
/// that are cached, shared memory that is still being read)
static void
put(BlWindow* const w, cairo_surface_t* const picture, const BlPlace* const at)
{
  const uint16_t one   = 1u;
  XImage* const  image = XCreateImage(
     w->display, w->visual, (unsigned)w->depth, ZPixmap, 0,
     (char*)cairo_image_surface_get_data(picture), (unsigned)at->width,
     (unsigned)at->height, 32, cairo_image_surface_get_stride(picture));
  if (image && image->bits_per_pixel == 32 && image->red_mask == 0xFF0000u) {
    image->byte_order = *(const uint8_t*)&one ? LSBFirst : MSBFirst;
    XPutImage(w->display, w->window, w->gc, image, 0, 0, at->x, at->y,
              (unsigned)at->width, (unsigned)at->height);
  } else {
    cairo_surface_t* const surface = cairo_xlib_surface_create(
      w->display, w->window, w->visual, w->width, w->height);
    cairo_t* const cr = cairo_create(surface);
    cairo_set_source_surface(cr, picture, at->x, at->y);
    cairo_paint(cr);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
  }
  if (image) {
    image->data = NULL; // The picture's
    XDestroyImage(image);
  }
}

/// Draw what lies there
static void
paint(BlWindow* const w, const BlPlace* const at)
{
  cairo_surface_t* const picture =
    cairo_image_surface_create(CAIRO_FORMAT_ARGB32, at->width, at->height);
  cairo_t* const cr = cairo_create(picture);
  cairo_translate(cr, -at->x, -at->y);
  cairo_scale(cr, w->scale, w->scale);
  bl_view_draw(w->view, cr);
  cairo_destroy(cr);
  cairo_surface_flush(picture);
  if (!cairo_surface_status(picture)) {
    put(w, picture, at);
  }
  cairo_surface_destroy(picture);
}

static void
show_pointer(BlWindow* const w)
{
  static const unsigned shapes[] = { XC_left_ptr, XC_xterm, XC_hand2 };
  const BlPointer       pointer  = bl_view_pointer(w->view);
  if (pointer != w->pointer) {
    w->pointer = pointer;
    if (!w->cursors[pointer]) {
      w->cursors[pointer] = XCreateFontCursor(w->display, shapes[pointer]);
    }
    XDefineCursor(w->display, w->window, w->cursors[pointer]);
  }
}

static void
draw(BlWindow* const w)
{
  BlRect     rect = { 0.0, 0.0, w->width / w->scale, w->height / w->scale };
  const bool any  = w->exposed || bl_view_damage(w->view, &rect);
  if (!any || w->gone) {
    return;
  }

  const int left   = (int)fmax(floor(rect.x * w->scale), 0.0);
  const int top    = (int)fmax(floor(rect.y * w->scale), 0.0);
  const int right  = (int)fmin(ceil((rect.x + rect.w) * w->scale), w->width);
  const int bottom = (int)fmin(ceil((rect.y + rect.h) * w->scale), w->height);
  const BlPlace at = { left, top, right - left, bottom - top };
  w->exposed       = false;
  if (at.width > 0 && at.height > 0) {
    paint(w, &at);
  }
}

bool
bl_window_idle(BlWindow* const w)
{
  const BlXHandler before = bl_window_guard();
  XEvent           event;
  while (!w->gone && XPending(w->display)) {
    XNextEvent(w->display, &event);
    if (!XFilterEvent(&event, None)) {
      on_event(w, &event);
    }
  }
  if (!w->gone) {
    bl_window_drag_poll(w);
    bl_window_paste_poll(w);
    bl_view_update(w->view, bl_time_monotonic());
    show_pointer(w);
    bl_window_tell_input(w);
    draw(w);
    XFlush(w->display);
  }
  bl_window_unguard(before);
  return w->gone;
}

void
bl_window_resize(BlWindow* const w, const int width, const int height)
{
  const BlXHandler before = bl_window_guard();
  if (width > 0 && height > 0) {
    XResizeWindow(w->display, w->window, (unsigned)width, (unsigned)height);
    XFlush(w->display);
  }
  bl_window_unguard(before);
}

uintptr_t
bl_window_id(const BlWindow* const w)
{
  return (uintptr_t)w->window;
}

BlView*
bl_window_view(BlWindow* const w)
{
  return w->view;
}

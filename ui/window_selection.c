// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "window_priv.h"

#include <X11/Xatom.h>

#include <string.h>

void
bl_window_copy(void* const       handle,
               const char* const text,
               const size_t      length,
               const bool        primary)
{
  BlWindow* const w     = (BlWindow*)handle;
  BlOffer* const  offer = primary ? &w->primary : &w->clipboard;
  if (length >= sizeof(offer->text)) {
    return;
  }

  memcpy(offer->text, text, length);
  offer->length = length;
  XSetSelectionOwner(w->display, primary ? XA_PRIMARY : w->atoms.CLIPBOARD,
                     w->window, w->time);
}

static void
ask_for(BlWindow* const w, const Atom selection, const Atom target)
{
  XConvertSelection(w->display, selection, target, w->atoms.BL_SELECTION,
                    w->window, w->time);
}

void
bl_window_paste(void* const handle, const bool primary)
{
  BlWindow* const w = (BlWindow*)handle;
  ask_for(w, primary ? XA_PRIMARY : w->atoms.CLIPBOARD, w->atoms.UTF8_STRING);
}

/// STRING is Latin 1 (ICCCM 2.6.2)
static void
paste_latin(BlWindow* const            w,
            const unsigned char* const text,
            const size_t               length)
{
  char   utf8[BL_TEXT_BYTES];
  size_t n = 0;
  for (size_t i = 0; i < length && n + 2u < sizeof(utf8); ++i) {
    if (text[i] < 0x80u) {
      utf8[n++] = (char)text[i];
    } else {
      utf8[n++] = (char)(0xC0u | text[i] >> 6u);
      utf8[n++] = (char)(0x80u | (text[i] & 0x3Fu));
    }
  }
  bl_view_paste(w->view, utf8, n);
}

static void
on_notify(BlWindow* const w, const XSelectionEvent* const event)
{
  if (event->property != w->atoms.BL_SELECTION) {
    if (event->target == w->atoms.UTF8_STRING) {
      ask_for(w, event->selection, XA_STRING); // Its owner is an old one
    }
    return;
  }

  Atom           type   = None;
  int            format = 0;
  unsigned long  count  = 0;
  unsigned long  left   = 0;
  unsigned char* data   = NULL;
  if (XGetWindowProperty(w->display, w->window, event->property, 0,
                         BL_TEXT_BYTES / 4, True, AnyPropertyType, &type,
                         &format, &count, &left, &data) == Success) {
    if (data && format == 8 && type == w->atoms.UTF8_STRING) {
      bl_view_paste(w->view, (const char*)data, count);
    } else if (data && format == 8 && type == XA_STRING) {
      paste_latin(w, data, count);
    }
    if (data) {
      XFree(data);
    }
  }
}

/// @return bytes written; 0 where there is more than Latin 1 in it
static size_t
latin_of(const BlOffer* const offer, unsigned char latin[BL_TEXT_BYTES])
{
  size_t n = 0;
  for (size_t i = 0; i < offer->length; ++i) {
    const unsigned char c = (unsigned char)offer->text[i];
    if (c < 0x80u) {
      latin[n++] = c;
    } else if ((c == 0xC2u || c == 0xC3u) && i + 1u < offer->length) {
      ++i;
      latin[n++] = (unsigned char)((c & 3u) << 6u |
                                   ((unsigned char)offer->text[i] & 0x3Fu));
    } else {
      return 0;
    }
  }
  return n;
}

static bool
serve(BlWindow* const                     w,
      const XSelectionRequestEvent* const request,
      const Atom                          property)
{
  const BlOffer* const offer =
    request->selection == XA_PRIMARY ? &w->primary : &w->clipboard;
  const Atom targets[] = { w->atoms.TARGETS, w->atoms.UTF8_STRING, XA_STRING };
  unsigned char latin[BL_TEXT_BYTES];

  if (request->target == w->atoms.TARGETS) {
    XChangeProperty(w->display, request->requestor, property, XA_ATOM, 32,
                    PropModeReplace, (const unsigned char*)targets, 3);
    return true;
  }
  if (request->target == w->atoms.UTF8_STRING) {
    XChangeProperty(w->display, request->requestor, property, request->target,
                    8, PropModeReplace, (const unsigned char*)offer->text,
                    (int)offer->length);
    return true;
  }
  const size_t length =
    request->target == XA_STRING ? latin_of(offer, latin) : 0u;
  if (length) {
    XChangeProperty(w->display, request->requestor, property, XA_STRING, 8,
                    PropModeReplace, latin, (int)length);
  }
  return length > 0u;
}

static void
on_request(BlWindow* const w, const XSelectionRequestEvent* const request)
{
  const Atom property = request->property ? request->property : request->target;

  XEvent answer;
  memset(&answer, 0, sizeof(answer));
  answer.xselection.type      = SelectionNotify;
  answer.xselection.display   = w->display;
  answer.xselection.requestor = request->requestor;
  answer.xselection.selection = request->selection;
  answer.xselection.target    = request->target;
  answer.xselection.time      = request->time;
  answer.xselection.property  = serve(w, request, property) ? property : None;
  XSendEvent(w->display, request->requestor, False, NoEventMask, &answer);
}

bool
bl_window_selection_event(BlWindow* const w, XEvent* const event)
{
  switch (event->type) {
    case SelectionNotify:
      on_notify(w, &event->xselection);
      return true;
    case SelectionRequest:
      on_request(w, &event->xselectionrequest);
      return true;
    case SelectionClear:
      return true;
    default:
      return false;
  }
}

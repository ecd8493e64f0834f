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

void
bl_window_paste(void* const handle, const bool primary)
{
  BlWindow* const w = (BlWindow*)handle;
  XConvertSelection(w->display, primary ? XA_PRIMARY : w->atoms.CLIPBOARD,
                    w->atoms.UTF8_STRING, w->atoms.BL_SELECTION, w->window,
                    w->time);
}

static void
on_notify(BlWindow* const w, const XSelectionEvent* const event)
{
  if (event->property != w->atoms.BL_SELECTION) {
    return; // Its owner has no text
  }

  Atom           type   = None;
  int            format = 0;
  unsigned long  count  = 0;
  unsigned long  left   = 0;
  unsigned char* data   = NULL;
  if (XGetWindowProperty(w->display, w->window, event->property, 0,
                         BL_TEXT_BYTES / 4, True, AnyPropertyType, &type,
                         &format, &count, &left, &data) == Success) {
    if (data && format == 8 &&
        (type == w->atoms.UTF8_STRING || type == XA_STRING)) {
      bl_view_paste(w->view, (const char*)data, count);
    }
    if (data) {
      XFree(data);
    }
  }
}

static bool
serve(BlWindow* const                     w,
      const XSelectionRequestEvent* const request,
      const Atom                          property)
{
  const BlOffer* const offer =
    request->selection == XA_PRIMARY ? &w->primary : &w->clipboard;
  const Atom targets[] = { w->atoms.TARGETS, w->atoms.UTF8_STRING };

  if (request->target == w->atoms.TARGETS) {
    XChangeProperty(w->display, request->requestor, property, XA_ATOM, 32,
                    PropModeReplace, (const unsigned char*)targets, 2);
    return true;
  }
  if (request->target == w->atoms.UTF8_STRING) {
    XChangeProperty(w->display, request->requestor, property, request->target,
                    8, PropModeReplace, (const unsigned char*)offer->text,
                    (int)offer->length);
    return true;
  }
  return false;
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

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "window_priv.h"

#include "base/thread.h"

#include <X11/Xatom.h>

#include <string.h>

/// Of what a property says beyond it nothing is taken: a field holds less, but
/// for what it drops of it
#define PROPERTY_BYTES sizeof(((BlPaste*)NULL)->text)

static Atom
property_of(const BlWindow* const w)
{
  return w->atoms.BL_SELECTION[w->pastes[0].ticket % BL_PASTE_PROPERTIES];
}

static void
convert(BlWindow* const w, const Atom target)
{
  BlPasteAsk* const ask = &w->pastes[0];
  ask->target           = target;
  w->paste.heard_at     = bl_time_monotonic();
  XConvertSelection(w->display, ask->primary ? XA_PRIMARY : w->atoms.CLIPBOARD,
                    target, property_of(w), w->window, ask->time);
}

/// One after the other: what comes is what was asked for first
static void
begin(BlWindow* const w)
{
  explicit_bzero(&w->paste, sizeof(w->paste)); // It may have been a key
  if (w->n_pastes) {
    XDeleteProperty(w->display, w->window, property_of(w));
    convert(w, w->atoms.UTF8_STRING);
  }
}

void
bl_window_paste(void* const handle, const bool primary, const unsigned ticket)
{
  BlWindow* const w = (BlWindow*)handle;
  if (w->n_pastes < BL_PASTES) {
    w->pastes[w->n_pastes++] = (BlPasteAsk){ ticket, primary, w->time, None };
    if (w->n_pastes == 1u) {
      begin(w);
    }
  }
}

static void
end(BlWindow* const w)
{
  memmove(w->pastes, w->pastes + 1, (w->n_pastes - 1u) * sizeof(w->pastes[0]));
  --w->n_pastes;
  begin(w);
}

/// STRING is Latin 1 (ICCCM 2.6.2)
static void
hand_latin(BlWindow* const w)
{
  char         utf8[PROPERTY_BYTES];
  size_t       n    = 0;
  const size_t size = w->paste.length;
  for (size_t i = 0; i < size && n + 2u <= sizeof(utf8); ++i) {
    const unsigned char c = (unsigned char)w->paste.text[i];
    if (c < 0x80u) {
      utf8[n++] = (char)c;
    } else {
      utf8[n++] = (char)(0xC0u | c >> 6u);
      utf8[n++] = (char)(0x80u | (c & 0x3Fu));
    }
  }
  bl_view_paste(w->view, w->pastes[0].ticket, utf8, n);
  explicit_bzero(utf8, sizeof(utf8));
}

static void
hand_over(BlWindow* const w)
{
  if (w->paste.type == XA_STRING) {
    hand_latin(w);
  } else {
    bl_view_paste(w->view, w->pastes[0].ticket, w->paste.text, w->paste.length);
  }
  end(w);
}

/// Take what the property holds and delete it, which asks for the next piece
static unsigned long
read_piece(BlWindow* const w, Atom* const type)
{
  BlPaste* const p      = &w->paste;
  int            format = 0;
  unsigned long  count  = 0;
  unsigned long  left   = 0;
  unsigned char* data   = NULL;
  *type                 = None;
  if (XGetWindowProperty(w->display, w->window, property_of(w), 0,
                         (long)(PROPERTY_BYTES / 4u), False, AnyPropertyType,
                         type, &format, &count, &left, &data) != Success) {
    return 0;
  }
  XDeleteProperty(w->display, w->window, property_of(w));
  if (data && format == 8 &&
      (*type == w->atoms.UTF8_STRING || *type == XA_STRING)) {
    p->type           = *type;
    const size_t room = sizeof(p->text) - p->length;
    const size_t n    = count < room ? count : room;
    memcpy(p->text + p->length, data, n);
    p->length += n;
  }
  if (data) {
    XFree(data);
  }
  return format == 8 ? count : 0;
}

/// Its owner is an old one, or has gone
static void
refused(BlWindow* const w)
{
  if (w->pastes[0].target == w->atoms.UTF8_STRING) {
    convert(w, XA_STRING);
  } else {
    end(w);
  }
}

static void
on_notify(BlWindow* const w, const XSelectionEvent* const event)
{
  if (!w->n_pastes || w->paste.comes || event->time != w->pastes[0].time ||
      event->target != w->pastes[0].target) {
    return; // Too late
  }
  if (event->property != property_of(w)) {
    refused(w);
    return;
  }

  Atom type = None;
  read_piece(w, &type);
  if (type == w->atoms.INCR) { // ICCCM 2.7.2: deleted, it comes in pieces
    w->paste.length   = 0;
    w->paste.comes    = true;
    w->paste.heard_at = bl_time_monotonic();
  } else {
    hand_over(w);
  }
}

static void
on_property(BlWindow* const w, const XPropertyEvent* const event)
{
  if (!w->n_pastes || !w->paste.comes || event->state != PropertyNewValue ||
      event->atom != property_of(w)) {
    return;
  }

  Atom type         = None;
  w->paste.heard_at = bl_time_monotonic();
  if (!read_piece(w, &type)) { // An empty piece is the last
    hand_over(w);
  }
}

void
bl_window_paste_poll(BlWindow* const w)
{
  if (w->n_pastes &&
      bl_time_monotonic() - w->paste.heard_at > BL_PASTE_PATIENCE_S) {
    end(w); // Its owner died: half a text is none
  }
}

bool
bl_window_paste_event(BlWindow* const w, XEvent* const event)
{
  if (event->type == SelectionNotify) {
    on_notify(w, &event->xselection);
    return true;
  }
  if (event->type == PropertyNotify) {
    on_property(w, &event->xproperty);
    return true;
  }
  return false;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "drop_site.h"

#include <X11/Xatom.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static void
say(const DropSite* const   s,
    const DropTarget* const t,
    const DropAtom          type,
    const long              a,
    const long              b,
    const long              c)
{
  XEvent event;
  memset(&event, 0, sizeof(event));
  event.xclient.type         = ClientMessage;
  event.xclient.window       = t->source;
  event.xclient.message_type = s->atoms[type];
  event.xclient.format       = 32;
  event.xclient.data.l[0]    = (long)t->named;
  event.xclient.data.l[1]    = a;
  event.xclient.data.l[2]    = b;
  event.xclient.data.l[4]    = c;
  XSendEvent(s->screen->display, t->source, False, NoEventMask, &event);
}

void
drop_answer(const DropSite* const s, DropTarget* const t)
{
  const bool takes = !t->refuses;
  say(s, t, DROP_STATUS, takes ? 3 : 2, 0,
      takes ? (long)s->atoms[DROP_COPY] : 0);
  t->unanswered = 0;
}

void
drop_ask(const DropSite* const   s,
         const DropTarget* const t,
         const DropAtom          type)
{
  XConvertSelection(s->screen->display, s->atoms[DROP_SELECTION],
                    s->atoms[type], s->atoms[DROP_DATA], t->window,
                    CurrentTime);
}

static void
on_message(const DropSite* const            s,
           DropTarget* const                t,
           const XClientMessageEvent* const e)
{
  t->source = (Window)e->data.l[0];
  t->named  = e->window;
  if (e->message_type == s->atoms[DROP_ENTER]) {
    ++t->entered;
    t->version = e->data.l[1] >> 24;
    assert_int_equal(e->data.l[2], s->atoms[DROP_LIST]);
    if (t->greedy) {
      drop_ask(s, t, DROP_LIST);
    }
  } else if (e->message_type == s->atoms[DROP_POSITION]) {
    ++t->positions;
    ++t->unanswered;
    assert_int_equal(t->unanswered, 1); // The next waits for the answer
    t->x      = (int)(e->data.l[2] >> 16 & 0xFFFF);
    t->y      = (int)(e->data.l[2] & 0xFFFF);
    t->action = (Atom)e->data.l[4];
    if (!t->mute) {
      drop_answer(s, t);
    }
  } else if (e->message_type == s->atoms[DROP_LEAVE]) {
    ++t->left;
  } else if (e->message_type == s->atoms[DROP_DROP]) {
    ++t->dropped;
    drop_ask(s, t, DROP_LIST);
  }
}

static void
on_data(const DropSite* const        s,
        DropTarget* const            t,
        const XSelectionEvent* const e)
{
  Atom           type   = None;
  int            format = 0;
  unsigned long  count  = 0;
  unsigned long  left   = 0;
  unsigned char* data   = NULL;
  t->data[0]            = '\0';
  t->type               = None;
  if (e->property != None) {
    XGetWindowProperty(s->screen->display, t->window, e->property, 0, 1024,
                       True, AnyPropertyType, &type, &format, &count, &left,
                       &data);
    assert_int_equal(type,
                     e->target == s->atoms[DROP_TARGETS] ? XA_ATOM : e->target);
    t->type = type;
    if (format == 8 && count < sizeof(t->data)) {
      memcpy(t->data, data, count);
      t->data[count] = '\0';
    } else if (format == 32) {
      t->data[0] = (char)count;
    }
    XFree(data);
  }
  if (t->dropped) {
    say(s, t, DROP_FINISHED, 1, (long)s->atoms[DROP_COPY], 0);
    say(s, t, DROP_FINISHED, 1, (long)s->atoms[DROP_COPY], 0); // As GTK 2 does
  }
}

void
drop_serve(DropSite* const s)
{
  XEvent event;
  while (XPending(s->screen->display)) {
    XNextEvent(s->screen->display, &event);
    for (unsigned i = 0; i < 2u; ++i) {
      DropTarget* const t = &s->targets[i];
      if (event.xany.window != t->window && event.xany.window != s->odd) {
        continue;
      }
      if (event.type == ClientMessage &&
          (i == 0 || event.xany.window != s->odd)) {
        on_message(s, t, &event.xclient);
      } else if (event.type == SelectionNotify) {
        on_data(s, t, &event.xselection);
      }
    }
  }
  XFlush(s->screen->display);
}

void
drop_set_atom(const DropSite* const s,
              const Window          window,
              const DropAtom        name,
              const Atom            type,
              const long            v)
{
  XChangeProperty(s->screen->display, window, s->atoms[name], type, 32,
                  PropModeReplace, (const unsigned char*)&v, 1);
}

Window
drop_make_window(const DropSite* const s, const int x, const int y)
{
  XSetWindowAttributes attributes;
  attributes.override_redirect = True;
  attributes.event_mask        = ButtonPressMask | ButtonReleaseMask;
  const Window window          = XCreateWindow(
             s->screen->display, DefaultRootWindow(s->screen->display), x, y, DROP_SIZE,
             DROP_SIZE, 0, CopyFromParent, InputOutput, CopyFromParent,
             CWOverrideRedirect | CWEventMask, &attributes);
  XMapRaised(s->screen->display, window);
  return window;
}

void
drop_site_init(DropSite* const s, const XScreen* const screen)
{
  static const char* const names[DROP_N_ATOMS] = {
    "XdndAware",      "XdndEnter",   "XdndPosition",  "XdndStatus",
    "XdndLeave",      "XdndDrop",    "XdndFinished",  "XdndSelection",
    "XdndActionCopy", "XdndProxy",   "text/uri-list", "UTF8_STRING",
    "TARGETS",        "BL_TEST_DATA"
  };
  memset(s, 0, sizeof(*s));
  s->screen = screen;
  for (unsigned i = 0; i < DROP_N_ATOMS; ++i) {
    s->atoms[i] = XInternAtom(s->screen->display, names[i], False);
  }
}

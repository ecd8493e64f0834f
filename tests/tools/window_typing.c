// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// window_typing LOCALE: a host in this locale with the window in it, where no
// window manager moves it, until it is killed.  Says, one a line: "window" and
// its number, "field", its index and its edges in the window; then "string", an
// index and what was typed into it; "host" and each key that was left to the
// host.

#include "base/thread.h"
#include "window.h"

#include <X11/Xlib.h>

#include <locale.h>
#include <stdio.h>
#include <unistd.h>

static void
on_string(void* const handle, const BlStringId id, const char* const text)
{
  (void)handle;
  printf("string %d %s\n", (int)id, text);
}

static void
say_places(BlWindow* const window)
{
  const BlLayout* const l = bl_view_layout(bl_window_view(window));
  for (size_t i = 0; i < l->n_items; ++i) {
    const BlItem* const item = &l->items[i];
    if (item->kind == BL_ITEM_FIELD) {
      printf("field %d %.0f %.0f %.0f %.0f\n", item->index, item->rect.x,
             item->rect.y, item->rect.w, item->rect.h);
    }
  }
  printf("window %llu\n", (unsigned long long)bl_window_id(window));
}

static void
hear_keys(Display* const display)
{
  XEvent event;
  while (XPending(display)) {
    XNextEvent(display, &event);
    if (event.type == KeyPress) {
      const KeySym symbol = XLookupKeysym(&event.xkey, 0);
      printf("host %s\n", symbol ? XKeysymToString(symbol) : "?");
    }
  }
}

int
main(const int argc, char** const argv)
{
  const BlModelOut   out  = { NULL, NULL, on_string, NULL };
  const BlWindowHost host = { NULL, NULL, NULL };
  static BlModel     model;
  BlWindow*          window  = NULL;
  Display* const     display = XOpenDisplay(NULL);
  if (argc != 2 || !setlocale(LC_ALL, argv[1]) || !display ||
      !XSetLocaleModifiers("") || bl_model_init(&model, &out)) {
    fprintf(stderr, "usage: window_typing LOCALE\n");
    return 2;
  }

  setvbuf(stdout, NULL, _IOLBF, 0);
  const Window parent = XCreateSimpleWindow(
    display, DefaultRootWindow(display), 20, 20, (unsigned)BL_WINDOW_WIDTH,
    (unsigned)BL_WINDOW_HEIGHT, 0, 0, 0);
  XSetWindowAttributes own = { .override_redirect = True };
  XChangeWindowAttributes(display, parent, CWOverrideRedirect, &own);
  XSelectInput(display, parent, KeyPressMask);
  XMapRaised(display, parent);
  XSync(display, False);
  if (bl_window_new(&model, &host, parent, 1.0, &window)) {
    return 1;
  }

  say_places(window);
  while (!bl_window_idle(window)) {
    hear_keys(display);
    usleep(5000);
  }
  return 0;
}

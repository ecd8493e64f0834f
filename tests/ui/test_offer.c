// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// What the window offers as CLIPBOARD to another client: texts, and files

#include "ui/xscreen.h"
#include "view.h"
#include "window_priv.h"

#include "base/thread.h"

#include <X11/Xatom.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIT_S 40.0

static XScreen   screen;
static BlModel   model;
static BlWindow* window;
static Window    asker; ///< The other client's

static Atom
atom(const char* const name)
{
  return XInternAtom(screen.display, name, False);
}

static int
set_up(void** const state)
{
  (void)state;
  const BlModelOut   out  = { NULL, NULL, NULL, NULL };
  const BlWindowHost host = { NULL, NULL, NULL };
  return bl_model_init(&model, &out) ||
             bl_window_new(&model, &host, 0, 1.0, &window)
           ? -1
           : 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  bl_window_free(window);
  bl_model_deinit(&model);
  assert_int_equal(screen.errors, 0);
  return 0;
}

/// Ask for a target; bytes (or longs) that came, -1: refused.  XFree() the data
static long
ask(const char* const target, unsigned char** const data, Atom* const type)
{
  const Atom property = atom("TEST");
  bool       came     = false;
  Atom       where    = None;
  XConvertSelection(screen.display, atom("CLIPBOARD"), atom(target), property,
                    asker, CurrentTime);
  const double until = bl_time_monotonic() + WAIT_S;
  while (!came && bl_time_monotonic() < until) {
    XEvent event;
    bl_window_idle(window);
    came = XCheckTypedEvent(screen.display, SelectionNotify, &event);
    if (came) {
      where = event.xselection.property;
    }
    usleep(1000);
  }
  assert_true(came);
  if (!where) {
    return -1;
  }
  int           format = 0;
  unsigned long count  = 0;
  unsigned long left   = 0;
  XGetWindowProperty(screen.display, asker, property, 0, 1L << 20, True,
                     AnyPropertyType, type, &format, &count, &left, data);
  assert_int_equal(left, 0);
  return (long)count;
}

static bool
is_among(const char* const name, const Atom* const atoms, const long n)
{
  bool found = false;
  for (long i = 0; i < n; ++i) {
    found = found || atoms[i] == atom(name);
  }
  return found;
}

static void
offer(const char* const text, const size_t length)
{
  bl_window_copy(window, text, length, false);
  bl_window_idle(window);
}

static void
check_text(const char* const target, const char* const type, const char* want)
{
  unsigned char* data = NULL;
  Atom           got  = None;
  const long     n    = ask(target, &data, &got);
  assert_int_equal(n, strlen(want));
  assert_memory_equal(data, want, strlen(want));
  assert_int_equal(got, atom(type));
  XFree(data);
}

static void
test_offers(void** const state)
{
  (void)state;
  unsigned char* data = NULL;
  Atom           type = None;
  offer("gr\u00fcn", 5);
  check_text("UTF8_STRING", "UTF8_STRING", "gr\u00fcn");
  check_text("STRING", "STRING", "gr\xfcn");
  check_text("text/plain;charset=utf-8", "text/plain;charset=utf-8",
             "gr\u00fcn");
  assert_int_equal(ask("PIXMAP", &data, &type), -1);
  assert_int_equal(ask("TIMESTAMP", &data, &type), 1);
  assert_int_equal(type, XA_INTEGER);
  XFree(data);

  long n = ask("TARGETS", &data, &type);
  assert_int_equal(type, XA_ATOM);
  assert_true(is_among("TARGETS", (Atom*)(void*)data, n));
  assert_true(is_among("MULTIPLE", (Atom*)(void*)data, n));
  assert_true(is_among("UTF8_STRING", (Atom*)(void*)data, n));
  assert_true(is_among("STRING", (Atom*)(void*)data, n));
  XFree(data);

  offer("\u6625", 3); // More than STRING can say
  n = ask("TARGETS", &data, &type);
  assert_true(is_among("UTF8_STRING", (Atom*)(void*)data, n));
  assert_false(is_among("STRING", (Atom*)(void*)data, n));
  XFree(data);
  assert_int_equal(ask("STRING", &data, &type), -1);

  char* const text = (char*)calloc(1, 100001); // A long one, at once
  assert_non_null(text);
  memset(text, 'x', 100000);
  offer(text, 100000);
  check_text("UTF8_STRING", "UTF8_STRING", text);
  free(text);
}

static void
test_several_at_once(void** const state)
{
  (void)state;
  unsigned char* data   = NULL;
  Atom           type   = None;
  const Atom     want[] = { atom("UTF8_STRING"), atom("A"),      atom("PIXMAP"),
                            atom("B"),           atom("STRING"), atom("C") };
  offer("abc", 3);
  XChangeProperty(screen.display, asker, atom("TEST"), atom("ATOM_PAIR"), 32,
                  PropModeReplace, (const unsigned char*)want, 6);
  assert_int_equal(ask("MULTIPLE", &data, &type), 6);
  assert_int_equal(((Atom*)(void*)data)[1], atom("A"));
  assert_int_equal(((Atom*)(void*)data)[3], None); // That it has not
  assert_int_equal(((Atom*)(void*)data)[5], atom("C"));
  XFree(data);
  int           format = 0;
  unsigned long count  = 0;
  unsigned long left   = 0;
  XGetWindowProperty(screen.display, asker, atom("C"), 0, 64, True,
                     AnyPropertyType, &type, &format, &count, &left, &data);
  assert_int_equal(count, 3);
  assert_memory_equal(data, "abc", 3);
  XFree(data);
}

/// As text for whoever types, as addresses for who pastes files
static void
test_files(void** const state)
{
  (void)state;
  unsigned char*    data    = NULL;
  Atom              type    = None;
  const char* const paths[] = { "/home/anna/Gr\u00fcn (A) drums.wav",
                                "/home/anna/b.mid" };
  bl_window_copy_files(window, paths, 2);
  check_text("UTF8_STRING", "UTF8_STRING",
             "/home/anna/Gr\u00fcn (A) drums.wav\n/home/anna/b.mid");
  check_text("text/uri-list", "text/uri-list",
             "file:///home/anna/Gr%C3%BCn%20%28A%29%20drums.wav\r\n"
             "file:///home/anna/b.mid\r\n");
  check_text("x-special/gnome-copied-files", "x-special/gnome-copied-files",
             "copy\nfile:///home/anna/Gr%C3%BCn%20%28A%29%20drums.wav\n"
             "file:///home/anna/b.mid");
  long n = ask("TARGETS", &data, &type);
  assert_true(is_among("text/uri-list", (Atom*)(void*)data, n));
  assert_true(is_among("UTF8_STRING", (Atom*)(void*)data, n));
  XFree(data);

  offer("word", 4); // That is no file
  n = ask("TARGETS", &data, &type);
  assert_false(is_among("text/uri-list", (Atom*)(void*)data, n));
  XFree(data);
  assert_int_equal(ask("text/uri-list", &data, &type), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_offers),
    TEST(test_several_at_once),
    TEST(test_files),
  };
  xscreen_start(&screen);
  asker = XCreateSimpleWindow(screen.display, DefaultRootWindow(screen.display),
                              0, 0, 8, 8, 0, 0, 0);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  xscreen_stop(&screen);
  return failed;
}

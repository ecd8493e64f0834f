// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// CLIPBOARD and PRIMARY between the real window and another client: texts that
// come in pieces, late, halfway or not at all

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

/// The other client: it has a text, and gives it as it is told
typedef struct
{
  Window      window;
  const char* text;
  size_t      length;
  size_t      piece;  ///< Bytes at once; 0: all, without INCR
  bool        waits;  ///< A request is left unanswered for now
  bool        latin;  ///< It knows STRING alone
  bool        stops;  ///< After the first piece
  size_t      given;  ///< Bytes
  unsigned    pieces; ///< That have gone out
  bool        asked;
  XEvent      request;
} Owner;

static XScreen   screen;
static BlModel   model;
static BlWindow* window;
static Owner     owner;

static Atom
atom(const char* const name)
{
  return XInternAtom(screen.display, name, False);
}

static void
put(const Atom type, const void* const data, const size_t size)
{
  const XSelectionRequestEvent* const r = &owner.request.xselectionrequest;
  XChangeProperty(screen.display, r->requestor, r->property, type, 8,
                  PropModeReplace, (const unsigned char*)data, (int)size);
}

static void
answer(void)
{
  const XSelectionRequestEvent* const r = &owner.request.xselectionrequest;
  const bool good = !owner.latin || r->target == XA_STRING;
  if (owner.piece) {
    const long length = (long)owner.length;
    XSelectInput(screen.display, r->requestor, PropertyChangeMask);
    XChangeProperty(screen.display, r->requestor, r->property, atom("INCR"), 32,
                    PropModeReplace, (const unsigned char*)&length, 1);
  } else if (good) {
    put(r->target, owner.text, owner.length);
  }

  XEvent event;
  memset(&event, 0, sizeof(event));
  event.xselection.type      = SelectionNotify;
  event.xselection.requestor = r->requestor;
  event.xselection.selection = r->selection;
  event.xselection.target    = r->target;
  event.xselection.time      = r->time;
  event.xselection.property  = good ? r->property : None;
  XSendEvent(screen.display, r->requestor, False, NoEventMask, &event);
}

/// ICCCM 2.7.2: each piece when the one before was deleted, at last an empty
static void
go_on(const XPropertyEvent* const event)
{
  const XSelectionRequestEvent* const r = &owner.request.xselectionrequest;
  if (!owner.piece || event->state != PropertyDelete ||
      event->window != r->requestor || event->atom != r->property ||
      (owner.stops && owner.given)) {
    return;
  }
  const size_t left = owner.length - owner.given;
  const size_t n    = left < owner.piece ? left : owner.piece;
  put(r->target, owner.text + owner.given, n);
  owner.given += n;
  ++owner.pieces;
}

/// Let both go on for a moment
static void
pump(void)
{
  while (XPending(screen.display)) {
    XEvent event;
    XNextEvent(screen.display, &event);
    if (event.type == SelectionRequest) {
      owner.request = event;
      owner.asked   = true;
      if (!owner.waits) {
        answer();
      }
    } else if (event.type == PropertyNotify) {
      go_on(&event.xproperty);
    }
  }
  XFlush(screen.display);
  bl_window_idle(window);
  usleep(2000);
}

#define WAIT_UNTIL(condition)                                                  \
  do {                                                                         \
    const double until_ = bl_time_monotonic() + WAIT_S;                        \
    while (!(condition) && bl_time_monotonic() < until_) {                     \
      pump();                                                                  \
    }                                                                          \
    assert_true(condition);                                                    \
  } while (0)

/// All that was asked for has come, or was given up
static void
settle(void)
{
  WAIT_UNTIL(!window->n_pastes);
}

static void
own(const char* const text, const size_t length, const size_t piece)
{
  const Window w = owner.window;
  memset(&owner, 0, sizeof(owner));
  owner.window = w;
  owner.text   = text;
  owner.length = length;
  owner.piece  = piece;
  XSetSelectionOwner(screen.display, atom("CLIPBOARD"), w, CurrentTime);
  XSync(screen.display, False);
}

/// Click into an empty field and press Ctrl+V
static void
go_to(const BlStringId field)
{
  BlView* const view = bl_window_view(window);
  bl_view_focus(view, true);
  const BlItem* const item =
    bl_layout_find(bl_view_layout(view), BL_ITEM_FIELD, (int)field);
  bl_view_press(view, item->rect.x + 8.0, item->rect.y + 8.0, 1, 0u, 0.0);
  bl_view_release(view, item->rect.x + 8.0, item->rect.y + 8.0, 1);
}

static void
paste(void)
{
  bl_view_text(bl_window_view(window), "v", 1, BL_MOD_CONTROL);
}

/// What a field holds
static const char*
text_of(const BlStringId field)
{
  bl_view_key(bl_window_view(window), BL_KEY_ENTER, 0u);
  return model.strings[field];
}

static int
set_up(void** const state)
{
  (void)state;
  const BlModelOut   out  = { NULL, NULL, NULL, NULL };
  const BlWindowHost host = { NULL, NULL, NULL };
  if (bl_model_init(&model, &out) ||
      bl_window_new(&model, &host, 0, 1.0, &window)) {
    return -1;
  }
  for (unsigned i = 0; i < 100; ++i) { // The manager gives it the keyboard
    Window focused = 0;
    int    revert  = 0;
    pump();
    XGetInputFocus(screen.display, &focused, &revert);
    i += focused == bl_window_id(window) ? 100u : 0u;
  }
  pump();
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  bl_window_free(window);
  bl_model_deinit(&model);
  return 0;
}

/// So many of "0123456789…"
static char*
digits(const size_t n)
{
  char* const text = (char*)malloc(n + 1u);
  for (size_t i = 0; text && i <= n; ++i) {
    text[i] = i < n ? (char)('0' + i % 10u) : '\0';
  }
  return text;
}

static void
test_pieces(void** const state)
{
  (void)state;
  char* const text = digits(1u << 20); // As much as it likes
  own(text, 1u << 20, 60000);
  go_to(BL_STRING_TAGS);
  paste();
  settle();
  assert_int_equal(owner.given, 1u << 20); // It is not left hanging
  const char* const got = text_of(BL_STRING_TAGS);
  assert_int_equal(strlen(got), bl_strings[BL_STRING_TAGS].max_chars);
  assert_memory_equal(got, text, strlen(got));
  free(text);
}

/// A character may lie in two pieces
static void
test_small_pieces(void** const state)
{
  (void)state;
  static const char text[] = "gr\u00fcn \u6625\n\U0001f3b8";
  own(text, strlen(text), 1);
  go_to(BL_STRING_TITLE);
  paste();
  settle();
  assert_string_equal(text_of(BL_STRING_TITLE), "gr\u00fcn \u6625 \U0001f3b8");
  assert_int_equal(owner.pieces, strlen(text) + 1u);
}

/// In one piece, but more than a field holds
static void
test_large(void** const state)
{
  (void)state;
  char* const text = digits(150000);
  own(text, 150000, 0);
  go_to(BL_STRING_TAGS);
  paste();
  settle();
  const char* const got = text_of(BL_STRING_TAGS);
  assert_int_equal(strlen(got), bl_strings[BL_STRING_TAGS].max_chars);
  assert_memory_equal(got, text, strlen(got));
  free(text);
}

static void
test_latin(void** const state)
{
  (void)state;
  own("gr\xfcn", 4, 0);
  owner.latin = true;
  go_to(BL_STRING_TITLE);
  paste();
  settle();
  assert_string_equal(text_of(BL_STRING_TITLE), "gr\u00fcn");
}

/// The keyboard is elsewhere when it comes: it goes nowhere
static void
test_late(void** const state)
{
  (void)state;
  for (int pieces = 0; pieces < 2; ++pieces) {
    own("too late", 8, pieces ? 3u : 0u);
    owner.waits = true;
    go_to(BL_STRING_TITLE);
    paste();
    WAIT_UNTIL(owner.asked);
    go_to(BL_STRING_TAGS);
    answer();
    settle();
    assert_string_equal(text_of(BL_STRING_TAGS), "");
    assert_string_equal(text_of(BL_STRING_TITLE), "");
  }

  // Both fields ask: each has its own
  own("one", 3, 0);
  owner.waits = true;
  go_to(BL_STRING_TITLE);
  paste();
  WAIT_UNTIL(owner.asked);
  go_to(BL_STRING_TAGS);
  paste();
  answer();
  owner.waits = false;
  owner.text  = "two";
  settle();
  assert_string_equal(text_of(BL_STRING_TITLE), "");
  assert_string_equal(text_of(BL_STRING_TAGS), "two");
}

/// Whoever stops halfway is given up; the next one is heard
static void
test_halfway(void** const state)
{
  (void)state;
  own("halfway", 7, 4);
  owner.stops = true;
  go_to(BL_STRING_TITLE);
  paste();
  settle();
  assert_string_equal(text_of(BL_STRING_TITLE), "");
  own("whole", 5, 0);
  paste();
  settle();
  assert_string_equal(text_of(BL_STRING_TITLE), "whole");
  XSetSelectionOwner(screen.display, atom("CLIPBOARD"), None, CurrentTime);
  XSync(screen.display, False);
  paste(); // Nobody has any
  settle();
  assert_string_equal(text_of(BL_STRING_TITLE), "whole");
}

/// From one field into another
static void
test_ours(void** const state)
{
  (void)state;
  BlView* const view = bl_window_view(window);
  go_to(BL_STRING_TITLE);
  bl_view_text(view, "M\u00e4rz", 5, 0u);
  bl_view_text(view, "a", 1, BL_MOD_CONTROL);
  bl_view_text(view, "c", 1, BL_MOD_CONTROL);
  go_to(BL_STRING_TAGS);
  paste();
  paste();
  settle();
  assert_string_equal(text_of(BL_STRING_TAGS), "M\u00e4rzM\u00e4rz");
  own("x", 1, 0); // Somebody else has it now
  WAIT_UNTIL(!window->clipboard.text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_pieces), TEST(test_small_pieces), TEST(test_large),
    TEST(test_latin),  TEST(test_late),         TEST(test_halfway),
    TEST(test_ours),
  };
  xscreen_start(&screen);
  owner.window = XCreateSimpleWindow(
    screen.display, DefaultRootWindow(screen.display), 0, 0, 8, 8, 0, 0, 0);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  xscreen_stop(&screen);
  return failed;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// The drag of files against targets of our own, with a pointer that xdotool
// moves: what XDND's version 5 says, and what targets do against it

#include "drag.h"

#include "drop_site.h"
#include "xscreen.h"

#include "base/thread.h"
#include "support/scene.h"

#include <X11/Xatom.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_A "/tmp/Ein Lied (A) 100% \xC3\xBC.wav"
#define PATH_B "/tmp/b.wav"
#define URI_A "file:///tmp/Ein%20Lied%20%28A%29%20100%25%20%C3%BC.wav\r\n"
#define URI_B "file:///tmp/b.wav\r\n"
#define URI_BOTH URI_A URI_B
#define ICON 16
#define OWN 20  ///< Left edge of our own window
#define ONE 320 ///< Of the first target
#define TWO 620 ///< Of the second
#define TOP 100
#define NOTHING 1200 ///< Nobody is there

static XScreen  screen;
static DropSite site;
static Window   own;

#define WAIT_UNTIL(condition)                                                  \
  do {                                                                         \
    for (unsigned tries_ = 0; tries_ < 6000; ++tries_) {                       \
      drop_serve(&site);                                                       \
      if (condition) {                                                         \
        break;                                                                 \
      }                                                                        \
      usleep(5000);                                                            \
    }                                                                          \
    assert_true(condition);                                                    \
  } while (0)

// The pointer

static void
press(void)
{
  xscreen_do(&screen, "mousemove %d %d mousedown 1", OWN + 10, TOP + 10);
  drop_serve(&site);
  XUngrabPointer(screen.display, CurrentTime); // As the UI does
  XSync(screen.display, False);
}

static void
move_to(const int x)
{
  xscreen_do(&screen, "mousemove %d %d", x, TOP + 50);
}

static void
let_go(void)
{
  xscreen_do(&screen, "mouseup 1");
}

static BlDrag*
begin(const size_t n_paths)
{
  static uint32_t    pixels[ICON * ICON];
  const char* const  paths[] = { PATH_A, PATH_B };
  const xcb_window_t owns[]  = { (xcb_window_t)own };
  const BlDragSetup  setup   = { paths, n_paths,          owns,
                                 1,     XCB_CURRENT_TIME, { pixels, ICON, ICON } };
  BlDrag*            drag    = NULL;
  assert_int_equal(bl_drag_new(&setup, &drag), BL_SUCCESS);
  return drag;
}

/// Press in our window and drag over a place
static BlDrag*
drag_to(const int x)
{
  press();
  BlDrag* const drag = begin(1);
  move_to(x);
  return drag;
}

static void
end(BlDrag* const drag)
{
  bl_drag_free(drag);
  drop_serve(&site);
  assert_true(xscreen_is_free());
  assert_int_equal(scene_threads(), 0);
  assert_int_equal(screen.errors, 0);
}

// Cases

static int
fresh(void** const state)
{
  (void)state;
  memset(site.targets, 0, sizeof(site.targets));
  own = drop_make_window(&site, OWN, TOP);
  for (unsigned i = 0; i < 2u; ++i) {
    site.targets[i].window = drop_make_window(&site, i ? TWO : ONE, TOP);
    drop_set_atom(&site, site.targets[i].window, DROP_AWARE, XA_ATOM, 5);
  }
  XSync(screen.display, False);
  return 0;
}

static int
clear(void** const state)
{
  (void)state;
  let_go();
  XDestroyWindow(screen.display, own);
  XDestroyWindow(screen.display, site.targets[0].window);
  XDestroyWindow(screen.display, site.targets[1].window);
  XSync(screen.display, True);
  return 0;
}

/// The files, their names percent-encoded, at the place of the release
static void
test_drop(void** const state)
{
  (void)state;
  BlDrag* const drag = drag_to(ONE + 40);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_OVER);
  move_to(ONE + 60);
  let_go();
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_DONE);

  const DropTarget* const t = &site.targets[0];
  assert_int_equal(t->version, 5);
  assert_int_equal(t->entered, 1);
  assert_int_equal(t->left, 0);
  assert_int_equal(t->dropped, 1);
  assert_int_equal(t->x, ONE + 60);
  assert_int_equal(t->y, TOP + 50);
  assert_int_equal(t->action, site.atoms[DROP_COPY]);
  assert_int_equal(t->type, site.atoms[DROP_LIST]);
  assert_string_equal(t->data, URI_A);
  end(drag);
}

/// Two files are two lines
static void
test_both(void** const state)
{
  (void)state;
  press();
  BlDrag* const drag = begin(2);
  move_to(TWO + 5);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_OVER);
  let_go();
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_DONE);
  assert_string_equal(site.targets[1].data, URI_BOTH);
  end(drag);
}

/// Who asks while the pointer moves, and for what else, has an answer
static void
test_asked_early(void** const state)
{
  (void)state;
  site.targets[0].greedy = true;
  BlDrag* const drag     = drag_to(ONE + 40);
  WAIT_UNTIL(!strcmp(site.targets[0].data, URI_A));
  drop_ask(&site, &site.targets[0], DROP_TARGETS);
  WAIT_UNTIL(site.targets[0].data[0] == 4);
  drop_ask(&site, &site.targets[0], DROP_UTF8);
  WAIT_UNTIL(site.targets[0].type == site.atoms[DROP_UTF8]);
  drop_ask(&site, &site.targets[0], DROP_COPY); // Nonsense
  WAIT_UNTIL(site.targets[0].type == None);
  assert_int_equal(site.targets[0].dropped, 0);
  end(drag);
}

/// From one target to the next, and to nobody
static void
test_wandering(void** const state)
{
  (void)state;
  site.targets[1].refuses = true;
  BlDrag* const drag      = drag_to(ONE + 40);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_OVER);
  move_to(TWO + 40);
  WAIT_UNTIL(site.targets[0].left == 1 && site.targets[1].positions == 1);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_MOVING);
  move_to(NOTHING);
  WAIT_UNTIL(site.targets[1].left == 1);
  move_to(TWO + 40);
  WAIT_UNTIL(site.targets[1].entered == 2 && site.targets[1].positions >= 2);
  let_go();
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_REFUSED);
  WAIT_UNTIL(site.targets[1].left == 2);
  assert_int_equal(site.targets[1].dropped, 0);
  end(drag);
}

/// A target that is busy when the button comes up decides when it can
static void
test_late_answer(void** const state)
{
  (void)state;
  DropTarget* const t = &site.targets[0];
  t->mute             = true;
  BlDrag* const drag  = drag_to(ONE + 40);
  WAIT_UNTIL(t->positions == 1);
  move_to(ONE + 80);
  let_go();
  WAIT_UNTIL(xscreen_is_free()); // The user has the pointer again
  assert_int_equal(t->dropped, 0);
  t->mute = false;
  drop_answer(&site, t);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_DONE);
  assert_int_equal(t->x, ONE + 80);
  assert_string_equal(t->data, URI_A);
  end(drag);
}

static void
test_escape(void** const state)
{
  (void)state;
  BlDrag* const drag = drag_to(ONE + 40);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_OVER);
  xscreen_do(&screen, "key a"); // Any other key means nothing
  xscreen_do(&screen, "key Escape");
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_CANCELLED);
  WAIT_UNTIL(site.targets[0].left == 1);
  assert_true(xscreen_is_free());
  let_go();
  drop_serve(&site);
  assert_int_equal(site.targets[0].dropped, 0);
  end(drag);
}

/// What the window's end does, with the pointer anywhere
static void
test_freed(void** const state)
{
  (void)state;
  static const int places[] = { ONE + 40, NOTHING, OWN + 40 };
  for (unsigned i = 0; i < 3u; ++i) {
    BlDrag* const drag = drag_to(places[i]);
    if (!i) {
      WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_OVER);
    }
    end(drag);
    let_go();
  }
  assert_int_equal(site.targets[0].left, 1);
  assert_int_equal(site.targets[0].dropped, 0);
  assert_int_equal(
    XGetSelectionOwner(screen.display, site.atoms[DROP_SELECTION]), None);

  // And while a target has dropped, but has not read
  site.targets[1].mute = true;
  BlDrag* const drag   = drag_to(TWO + 40);
  WAIT_UNTIL(site.targets[1].positions == 1);
  let_go();
  end(drag);
}

/// Nobody takes it: on the ground, and on our own window
static void
test_nobody(void** const state)
{
  (void)state;
  static const int places[] = { NOTHING, OWN + 60 };
  drop_set_atom(&site, own, DROP_AWARE, XA_ATOM, 5); // Even if it said so
  for (unsigned i = 0; i < 2u; ++i) {
    BlDrag* const drag = drag_to(places[i]);
    let_go();
    WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_REFUSED);
    end(drag);
  }
}

/// suil makes the host's windows name ours as their proxy
static void
test_own_proxy(void** const state)
{
  (void)state;
  site.odd = drop_make_window(&site, OWN, TOP + 300);
  drop_set_atom(&site, site.odd, DROP_PROXY, XA_WINDOW, (long)own);
  drop_set_atom(&site, own, DROP_PROXY, XA_WINDOW, (long)own);
  drop_set_atom(&site, own, DROP_AWARE, XA_ATOM, 5);
  BlDrag* const drag = drag_to(NOTHING);
  xscreen_do(&screen, "mousemove %d %d", OWN + 60, TOP + 350);
  let_go();
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_REFUSED);
  end(drag);
  XDestroyWindow(screen.display, site.odd);
  site.odd = None;
}

/// A foreign proxy gets the messages, which name the window; a dead one none
static void
test_proxy(void** const state)
{
  (void)state;
  site.odd = drop_make_window(&site, NOTHING - 300, TOP);
  drop_set_atom(&site, site.odd, DROP_PROXY, XA_WINDOW,
                (long)site.targets[0].window);
  drop_set_atom(&site, site.targets[0].window, DROP_PROXY, XA_WINDOW,
                (long)site.targets[0].window);
  BlDrag* drag = drag_to(NOTHING - 260);
  WAIT_UNTIL(site.targets[0].positions == 1);
  assert_int_equal(site.targets[0].named, site.odd);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_OVER);
  let_go();
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_DONE);
  assert_string_equal(site.targets[0].data, URI_A);
  end(drag);

  XDeleteProperty(screen.display, site.targets[0].window,
                  site.atoms[DROP_PROXY]);
  drag = drag_to(NOTHING - 260);
  let_go();
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_REFUSED);
  end(drag);
  XDestroyWindow(screen.display, site.odd);
  site.odd = None;
}

/// The older of both versions is spoken; below 3 there is none in common
static void
test_versions(void** const state)
{
  (void)state;
  drop_set_atom(&site, site.targets[0].window, DROP_AWARE, XA_ATOM, 3);
  drop_set_atom(&site, site.targets[1].window, DROP_AWARE, XA_ATOM, 2);
  BlDrag* const drag = drag_to(ONE + 40);
  WAIT_UNTIL(site.targets[0].entered == 1);
  assert_int_equal(site.targets[0].version, 3);
  move_to(TWO + 40);
  WAIT_UNTIL(site.targets[0].left == 1);
  let_go();
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_REFUSED);
  assert_int_equal(site.targets[1].entered, 0);
  end(drag);
}

/// The target goes while the pointer is over it, or before it has read
static void
test_target_gone(void** const state)
{
  (void)state;
  BlDrag* drag = drag_to(ONE + 40);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_OVER);
  XDestroyWindow(screen.display, site.targets[0].window);
  XSync(screen.display, False);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_MOVING);
  let_go();
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_REFUSED);
  end(drag);

  site.targets[1].mute = true;
  drag                 = drag_to(TWO + 40);
  WAIT_UNTIL(site.targets[1].positions == 1);
  let_go();
  XDestroyWindow(screen.display, site.targets[1].window);
  XSync(screen.display, False);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_REFUSED);
  end(drag);

  for (unsigned i = 0; i < 2u; ++i) { // clear() wants them
    site.targets[i].window = drop_make_window(&site, 0, 0);
  }
}

/// Let go before the thread had the pointer; or it is another's
static void
test_no_pointer(void** const state)
{
  (void)state;
  press();
  let_go();
  BlDrag* drag = begin(1);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_REFUSED);
  end(drag);

  assert_int_equal(XGrabPointer(screen.display, own, False, 0, GrabModeAsync,
                                GrabModeAsync, None, None, CurrentTime),
                   GrabSuccess);
  drag = begin(1);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_FAILED);
  XUngrabPointer(screen.display, CurrentTime);
  XSync(screen.display, False);
  end(drag);
}

/// A server that goes away ends the drag
static void
test_no_server(void** const state)
{
  (void)state;
  char* const display = strdup(getenv("DISPLAY"));
  setenv("DISPLAY", ":4711", 1);
  BlDrag* const drag = begin(1);
  WAIT_UNTIL(bl_drag_state(drag) == BL_DRAG_FAILED);
  bl_drag_free(drag);
  setenv("DISPLAY", display, 1);
  free(display);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, fresh, clear)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    CASE(test_drop),       CASE(test_both),        CASE(test_asked_early),
    CASE(test_wandering),  CASE(test_late_answer), CASE(test_escape),
    CASE(test_freed),      CASE(test_nobody),      CASE(test_own_proxy),
    CASE(test_proxy),      CASE(test_versions),    CASE(test_target_gone),
    CASE(test_no_pointer), CASE(test_no_server),
  };
  xscreen_start(&screen);
  drop_site_init(&site, &screen);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  xscreen_stop(&screen);
  return failed;
}

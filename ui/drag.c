// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "drag.h"

#include "base/cancel.h"
#include "base/thread.h"
#include "drag_x11.h"
#include "xdnd.h"

#include <xcb/xcb.h>

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LINGER_S 3.0
#define POLL_MS 500

struct BlDragImpl
{
  // Immutable while the thread runs
  BlCancel*       cancel;
  char*           uris;
  xcb_window_t    own[BL_DRAG_OWN_MAX];
  size_t          n_own;
  xcb_timestamp_t pressed;
  uint32_t*       pixels;
  BlDragIcon      icon;
  pthread_t       thread;

  // Drag thread only
  BlDragX11       x11;
  BlXdndTarget    target;
  bool            accepted; // The target's last word
  bool            waiting;  // A position is not answered yet
  bool            moved;    // Another one came meanwhile
  bool            released; // Let go while waiting
  int16_t         x;
  int16_t         y;
  xcb_timestamp_t time;
  double          since; // Of the release, the drop or the end

  // Atomic: drag thread -> UI, relaxed: nothing else hangs on it
  atomic_int state;
};

static void
set_state(BlDrag* const drag, const BlDragState state)
{
  atomic_store_explicit(&drag->state, (int)state, memory_order_relaxed);
}

BlDragState
bl_drag_state(const BlDrag* const drag)
{
  return (BlDragState)atomic_load_explicit(&drag->state, memory_order_relaxed);
}

static bool
is_held(const BlDrag* const drag)
{
  return !drag->released && bl_drag_state(drag) <= BL_DRAG_OVER;
}

static double
age(const BlDrag* const drag)
{
  return bl_time_monotonic() - drag->since;
}

// Messages to the target

static void
say(BlDrag* const    drag,
    const xcb_atom_t type,
    const uint32_t   a,
    const uint32_t   b,
    const uint32_t   c,
    const uint32_t   d)
{
  const uint32_t data[] = { a, b, c, d };
  bl_xdnd_send(drag->x11.connection, &drag->target, drag->x11.source, type,
               data);
}

static void
send_position(BlDrag* const drag)
{
  const uint32_t place =
    ((uint32_t)(uint16_t)drag->x << 16u) | (uint16_t)drag->y;

  say(drag, drag->x11.atoms.XdndPosition, 0, place, drag->time,
      drag->x11.atoms.XdndActionCopy);
  drag->waiting = true;
  drag->moved   = false;
}

static void
leave(BlDrag* const drag)
{
  if (drag->target.window) {
    say(drag, drag->x11.atoms.XdndLeave, 0, 0, 0, 0);
    bl_drag_x11_watch(&drag->x11, drag->target.window, false);
    drag->target.window = XCB_NONE;
  }
}

static void
enter(BlDrag* const drag, const BlXdndTarget* const target)
{
  leave(drag);
  drag->target   = *target;
  drag->accepted = false;
  drag->waiting  = false;
  set_state(drag, BL_DRAG_MOVING);
  if (target->window) {
    bl_drag_x11_watch(&drag->x11, target->window, true);
    say(drag, drag->x11.atoms.XdndEnter, target->version << 24u,
        drag->x11.atoms.text_uri_list, drag->x11.atoms.text_plain,
        XCB_ATOM_NONE);
  }
}

// The pointer

static void
move_to(BlDrag* const drag, const int16_t x, const int16_t y)
{
  drag->x = x;
  drag->y = y;
  bl_drag_x11_move(&drag->x11, x, y);

  const BlXdndTarget target =
    bl_xdnd_find(drag->x11.connection, &drag->x11.atoms, drag->x11.screen->root,
                 x, y, drag->own, drag->n_own);
  if (target.window != drag->target.window) {
    enter(drag, &target);
  }

  // One position at a time: the next goes out when this one is answered
  if (drag->target.window && !drag->waiting) {
    send_position(drag);
  } else {
    drag->moved = true;
  }
}

/// The target has answered the last position, or there is none
static void
conclude(BlDrag* const drag)
{
  if (drag->target.window && drag->accepted) {
    say(drag, drag->x11.atoms.XdndDrop, 0, drag->time, 0, 0);
    set_state(drag, BL_DRAG_DROPPED);
  } else {
    leave(drag);
    set_state(drag, BL_DRAG_REFUSED);
  }
}

static void
let_go(BlDrag* const drag)
{
  bl_drag_x11_release(&drag->x11);
  drag->since    = bl_time_monotonic();
  drag->released = true;
  if (!drag->target.window || !drag->waiting) {
    conclude(drag); // Else the answer to come decides
  }
}

static void
abandon(BlDrag* const drag)
{
  bl_drag_x11_release(&drag->x11);
  leave(drag);
  set_state(drag, BL_DRAG_CANCELLED);
}

// What the server tells

static void
on_motion(BlDrag* const drag, const xcb_motion_notify_event_t* const event)
{
  if (is_held(drag)) {
    drag->time = event->time;
    move_to(drag, event->root_x, event->root_y);
  }
}

static void
on_release(BlDrag* const drag, const xcb_button_release_event_t* const event)
{
  // Wheels are buttons too
  if (is_held(drag) && event->detail == XCB_BUTTON_INDEX_1) {
    drag->time = event->time;
    if (event->root_x != drag->x || event->root_y != drag->y) {
      move_to(drag, event->root_x, event->root_y);
    }
    let_go(drag);
  }
}

static void
on_status(BlDrag* const drag, const xcb_client_message_event_t* const event)
{
  drag->waiting  = false;
  drag->accepted = event->data.data32[1] & 1u;
  set_state(drag, drag->accepted ? BL_DRAG_OVER : BL_DRAG_MOVING);
  if (drag->moved) {
    send_position(drag); // The place of a drop is that of the last position
  } else if (drag->released) {
    conclude(drag);
  }
}

static void
on_client_message(BlDrag* const                           drag,
                  const xcb_client_message_event_t* const event)
{
  const bool from_target = event->format == 32 && drag->target.window &&
                           event->data.data32[0] == drag->target.window;
  const BlDragState state = bl_drag_state(drag);

  if (from_target && event->type == drag->x11.atoms.XdndStatus &&
      state <= BL_DRAG_OVER) {
    on_status(drag, event);
  } else if (from_target && event->type == drag->x11.atoms.XdndFinished &&
             state == BL_DRAG_DROPPED) {
    drag->since = bl_time_monotonic();
    set_state(drag, BL_DRAG_DONE);
  }
}

static void
on_destroy(BlDrag* const drag, const xcb_destroy_notify_event_t* const event)
{
  if (event->window != drag->target.window) {
    return;
  }

  drag->target.window = XCB_NONE;
  drag->waiting       = false;
  drag->accepted      = false;
  if (bl_drag_state(drag) == BL_DRAG_DROPPED) {
    drag->since = bl_time_monotonic();
    set_state(drag, BL_DRAG_DONE);
  } else if (drag->released) {
    conclude(drag);
  } else if (is_held(drag)) {
    set_state(drag, BL_DRAG_MOVING);
  }
}

static void
on_event(BlDrag* const drag, const xcb_generic_event_t* const event)
{
  switch (event->response_type & 0x7Fu) {
    case XCB_MOTION_NOTIFY:
      on_motion(drag, (const xcb_motion_notify_event_t*)event);
      break;
    case XCB_BUTTON_RELEASE:
      on_release(drag, (const xcb_button_release_event_t*)event);
      break;
    case XCB_KEY_PRESS:
      if (is_held(drag) &&
          bl_drag_x11_is_escape(
            &drag->x11, ((const xcb_key_press_event_t*)event)->detail)) {
        abandon(drag);
      }
      break;
    case XCB_EXPOSE:
      bl_drag_x11_draw(&drag->x11, &drag->icon);
      break;
    case XCB_CLIENT_MESSAGE:
      on_client_message(drag, (const xcb_client_message_event_t*)event);
      break;
    case XCB_DESTROY_NOTIFY:
      on_destroy(drag, (const xcb_destroy_notify_event_t*)event);
      break;
    case XCB_SELECTION_REQUEST:
      bl_drag_x11_answer(
        &drag->x11, (const xcb_selection_request_event_t*)event, drag->uris);
      break;
    default:
      break;
  }
}

/// Handle all that has come; of a row of motions the last one
static void
drain(BlDrag* const drag)
{
  xcb_connection_t* const c       = drag->x11.connection;
  xcb_generic_event_t*    pending = NULL;
  xcb_generic_event_t*    event   = NULL;
  bool                    handled = false; // Answers waited for read events too

  do {
    xcb_flush(c); // It may read events, so it comes before the last look
    event           = xcb_poll_for_event(c);
    const bool both = pending && event &&
                      (event->response_type & 0x7Fu) == XCB_MOTION_NOTIFY &&
                      (pending->response_type & 0x7Fu) == XCB_MOTION_NOTIFY;
    handled = pending && !both;
    if (handled) {
      on_event(drag, pending);
    }
    free(pending);
    pending = event;
  } while (event || handled);
}

// The thread

static bool
set_up(BlDrag* const drag)
{
  if (bl_drag_x11_open(&drag->x11) || !bl_drag_x11_grab(&drag->x11)) {
    return false;
  }
  bl_drag_x11_show(&drag->x11, &drag->icon);

  // The button may have come up before the grab
  BlDragPointer pointer = { 0, 0, false };
  if (!bl_drag_x11_pointer(&drag->x11, &pointer)) {
    return false;
  }
  drag->time = drag->pressed;
  if (pointer.held) {
    move_to(drag, pointer.x, pointer.y);
  } else {
    let_go(drag);
  }
  return true;
}

/// What time brings: an end to waiting
static void
check_age(BlDrag* const drag)
{
  const BlDragState state = bl_drag_state(drag);
  if (state == BL_DRAG_DROPPED && age(drag) > BL_DRAG_FINISH_S) {
    drag->since = bl_time_monotonic();
    set_state(drag, BL_DRAG_DONE);
  } else if (drag->released && state <= BL_DRAG_OVER &&
             age(drag) > BL_DRAG_ANSWER_S) {
    drag->accepted = false;
    conclude(drag);
  }
}

/// The thread may go.  GTK says XdndFinished twice, so the window it speaks
/// to stays for a while after the first
static bool
is_finished(const BlDrag* const drag)
{
  const BlDragState state = bl_drag_state(drag);
  return state > BL_DRAG_DONE ||
         (state == BL_DRAG_DONE && age(drag) > LINGER_S);
}

static void*
run(void* const data)
{
  BlDrag* const drag = (BlDrag*)data;

  if (!set_up(drag)) {
    set_state(drag, BL_DRAG_FAILED);
  }

  while (!is_finished(drag)) {
    drain(drag);
    check_age(drag);
    if (xcb_connection_has_error(drag->x11.connection)) {
      set_state(drag, BL_DRAG_FAILED);
    } else if (bl_cancel_is_triggered(drag->cancel)) {
      if (bl_drag_state(drag) <= BL_DRAG_OVER) {
        abandon(drag);
      }
      break; // A target that reads late finds nobody
    } else if (!is_finished(drag)) {
      struct pollfd fds[] = { { xcb_get_file_descriptor(drag->x11.connection),
                                POLLIN, 0 },
                              { bl_cancel_fd(drag->cancel), POLLIN, 0 } };
      xcb_flush(drag->x11.connection);
      poll(fds, 2, POLL_MS);
    }
  }

  bl_drag_x11_close(&drag->x11);
  return NULL;
}

// The UI's side

static BlStatus
copy_setup(BlDrag* const drag, const BlDragSetup* const setup)
{
  if (!setup->n_paths || setup->n_own > BL_DRAG_OWN_MAX) {
    return BL_BAD_ARG;
  }

  if (setup->n_own) {
    memcpy(drag->own, setup->own, setup->n_own * sizeof(*setup->own));
  }
  drag->n_own   = setup->n_own;
  drag->pressed = setup->time;
  drag->uris    = bl_xdnd_uri_list(setup->paths, setup->n_paths);
  drag->cancel  = bl_cancel_new();

  if (setup->icon.pixels) {
    const size_t size =
      (size_t)setup->icon.width * setup->icon.height * sizeof(uint32_t);
    drag->pixels      = (uint32_t*)malloc(size);
    drag->icon        = setup->icon;
    drag->icon.pixels = drag->pixels;
    if (drag->pixels) {
      memcpy(drag->pixels, setup->icon.pixels, size);
    }
  }
  return drag->uris && drag->cancel ? BL_SUCCESS : BL_NO_MEM;
}

static void
destroy(BlDrag* const drag)
{
  bl_cancel_free(drag->cancel);
  free(drag->uris);
  free(drag->pixels);
  free(drag);
}

BlStatus
bl_drag_new(const BlDragSetup* const setup, BlDrag** const drag)
{
  BlDrag* const self = (BlDrag*)calloc(1, sizeof(BlDrag));
  if (!self) {
    return BL_NO_MEM;
  }

  atomic_init(&self->state, BL_DRAG_MOVING);
  BlStatus st = copy_setup(self, setup);
  if (!st) {
    st = bl_thread_start(&self->thread, "bl-drag", run, self);
  }
  if (st) {
    destroy(self);
    return st;
  }

  *drag = self;
  return BL_SUCCESS;
}

void
bl_drag_free(BlDrag* const drag)
{
  if (drag) {
    bl_cancel_trigger(drag->cancel);
    pthread_join(drag->thread, NULL);
    destroy(drag);
  }
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "drag.h"

#include "base/cancel.h"
#include "base/thread.h"
#include "xdnd.h"

#include <xcb/xcb.h>
#include <xcb/xfixes.h>

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define ICON_OFFSET 12
#define LINGER_S 3.0
#define KEY_ESCAPE 9 // Keycode of evdev and of every X server since

struct BlDragImpl
{
  // Immutable while the thread runs
  BlCancel*       cancel;
  char*           uris;
  xcb_window_t    own[BL_DRAG_OWN_MAX];
  size_t          n_own;
  xcb_timestamp_t pressed;
  uint32_t*       icon;
  uint16_t        icon_width;
  uint16_t        icon_height;
  pthread_t       thread;

  // Drag thread only
  xcb_connection_t* connection;
  xcb_screen_t*     screen;
  BlXdndAtoms       atoms;
  xcb_window_t      source;
  xcb_window_t      icon_window;
  xcb_gcontext_t    icon_gc;
  BlXdndTarget      target;
  bool              accepted; // The target's last word
  bool              waiting;  // A position is not answered yet
  bool              moved;    // Another one came meanwhile
  bool              released; // Let go while waiting
  int16_t           x;
  int16_t           y;
  xcb_timestamp_t   time;
  double            dropped_at;

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

/// The thread may go.  GTK says XdndFinished twice, so the window it speaks
/// to stays for a while after the first
static bool
is_finished(const BlDrag* const drag)
{
  const BlDragState state = bl_drag_state(drag);
  return state > BL_DRAG_DONE ||
         (state == BL_DRAG_DONE &&
          (bl_cancel_is_triggered(drag->cancel) ||
           bl_time_monotonic() - drag->dropped_at > BL_DRAG_FINISH_S));
}

// Messages to the target

static void
send_enter(BlDrag* const drag)
{
  const uint32_t data[] = { drag->target.version << 24u,
                            drag->atoms.text_uri_list, drag->atoms.text_plain,
                            XCB_ATOM_NONE };
  bl_xdnd_send(drag->connection, &drag->target, drag->source,
               drag->atoms.XdndEnter, data);
}

static void
send_position(BlDrag* const drag)
{
  const uint32_t place =
    ((uint32_t)(uint16_t)drag->x << 16u) | (uint16_t)drag->y;
  const uint32_t data[] = { 0, place, drag->time, drag->atoms.XdndActionCopy };

  bl_xdnd_send(drag->connection, &drag->target, drag->source,
               drag->atoms.XdndPosition, data);
  drag->waiting = true;
  drag->moved   = false;
}

static void
send_leave(BlDrag* const drag)
{
  const uint32_t data[] = { 0, 0, 0, 0 };

  if (drag->target.window) {
    bl_xdnd_send(drag->connection, &drag->target, drag->source,
                 drag->atoms.XdndLeave, data);
    drag->target.window = XCB_NONE;
  }
}

static void
send_drop(BlDrag* const drag)
{
  const uint32_t data[] = { 0, drag->time, 0, 0 };

  bl_xdnd_send(drag->connection, &drag->target, drag->source,
               drag->atoms.XdndDrop, data);
  drag->dropped_at = bl_time_monotonic();
  set_state(drag, BL_DRAG_DROPPED);
}

// The pointer

static void
hide(BlDrag* const drag)
{
  xcb_ungrab_pointer(drag->connection, XCB_CURRENT_TIME);
  xcb_ungrab_keyboard(drag->connection, XCB_CURRENT_TIME);
  if (drag->icon_window) {
    xcb_unmap_window(drag->connection, drag->icon_window);
  }
}

static void
move_to(BlDrag* const drag, const int16_t x, const int16_t y)
{
  drag->x = x;
  drag->y = y;

  if (drag->icon_window) {
    const uint32_t place[] = { (uint32_t)(x + ICON_OFFSET),
                               (uint32_t)(y + ICON_OFFSET) };
    xcb_configure_window(drag->connection, drag->icon_window,
                         XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, place);
  }

  const BlXdndTarget target =
    bl_xdnd_find(drag->connection, &drag->atoms, drag->screen->root, x, y,
                 drag->own, drag->n_own);
  if (target.window != drag->target.window) {
    send_leave(drag);
    drag->target   = target;
    drag->accepted = false;
    drag->waiting  = false;
    set_state(drag, BL_DRAG_MOVING);
    if (target.window) {
      send_enter(drag);
    }
  }

  // One position at a time: the next goes out when this one is answered
  if (drag->target.window && !drag->waiting) {
    send_position(drag);
  } else {
    drag->moved = true;
  }
}

static void
let_go(BlDrag* const drag)
{
  hide(drag);
  if (drag->target.window && drag->waiting) {
    drag->released = true; // The answer to come decides
  } else if (drag->target.window && drag->accepted) {
    send_drop(drag);
  } else {
    send_leave(drag);
    set_state(drag, BL_DRAG_REFUSED);
  }
}

static void
abandon(BlDrag* const drag)
{
  hide(drag);
  send_leave(drag);
  set_state(drag, BL_DRAG_CANCELLED);
}

// What the server tells

static void
on_status(BlDrag* const drag, const xcb_client_message_event_t* const event)
{
  if (event->data.data32[0] != drag->target.window ||
      bl_drag_state(drag) == BL_DRAG_DROPPED) {
    return;
  }

  drag->waiting  = false;
  drag->accepted = event->data.data32[1] & 1u;
  set_state(drag, drag->accepted ? BL_DRAG_OVER : BL_DRAG_MOVING);
  if (drag->released) {
    let_go(drag);
  } else if (drag->moved) {
    send_position(drag);
  }
}

static void
on_client_message(BlDrag* const                           drag,
                  const xcb_client_message_event_t* const event)
{
  if (event->format != 32) {
    return;
  }
  if (event->type == drag->atoms.XdndStatus) {
    on_status(drag, event);
  } else if (event->type == drag->atoms.XdndFinished &&
             bl_drag_state(drag) == BL_DRAG_DROPPED &&
             event->data.data32[0] == drag->target.window) {
    drag->dropped_at = bl_time_monotonic() - BL_DRAG_FINISH_S + LINGER_S;
    set_state(drag, BL_DRAG_DONE);
  }
}

/// Write what was asked for to the requestor; false where we have no such
static bool
serve(BlDrag* const                              drag,
      const xcb_selection_request_event_t* const request,
      const xcb_atom_t                           property)
{
  const xcb_atom_t offered[] = { drag->atoms.TARGETS, drag->atoms.text_uri_list,
                                 drag->atoms.text_plain,
                                 drag->atoms.UTF8_STRING };

  if (request->target == drag->atoms.TARGETS) {
    xcb_change_property(drag->connection, XCB_PROP_MODE_REPLACE,
                        request->requestor, property, XCB_ATOM_ATOM, 32,
                        BL_COUNT(offered), offered);
    return true;
  }

  for (size_t i = 1; i < BL_COUNT(offered); ++i) {
    if (request->target == offered[i]) {
      xcb_change_property(drag->connection, XCB_PROP_MODE_REPLACE,
                          request->requestor, property, request->target, 8,
                          (uint32_t)strlen(drag->uris), drag->uris);
      return true;
    }
  }
  return false;
}

static void
on_selection_request(BlDrag* const                              drag,
                     const xcb_selection_request_event_t* const request)
{
  // An obsolete client names no property and means the target (ICCCM 2.2)
  const xcb_atom_t property =
    request->property ? request->property : request->target;

  xcb_selection_notify_event_t answer;
  memset(&answer, 0, sizeof(answer));
  answer.response_type = XCB_SELECTION_NOTIFY;
  answer.time          = request->time;
  answer.requestor     = request->requestor;
  answer.selection     = request->selection;
  answer.target        = request->target;
  answer.property = serve(drag, request, property) ? property : XCB_ATOM_NONE;
  xcb_send_event(drag->connection, 0, request->requestor,
                 XCB_EVENT_MASK_NO_EVENT, (const char*)&answer);
}

static void
draw_icon(BlDrag* const drag)
{
  xcb_put_image(drag->connection, XCB_IMAGE_FORMAT_Z_PIXMAP, drag->icon_window,
                drag->icon_gc, drag->icon_width, drag->icon_height, 0, 0, 0,
                drag->screen->root_depth,
                (uint32_t)drag->icon_width * drag->icon_height * 4u,
                (const uint8_t*)drag->icon);
}

static void
on_event(BlDrag* const drag, const xcb_generic_event_t* const event)
{
  const bool held = !drag->released && bl_drag_state(drag) <= BL_DRAG_OVER;

  switch (event->response_type & 0x7Fu) {
    case XCB_MOTION_NOTIFY:
      if (held) {
        const xcb_motion_notify_event_t* const motion =
          (const xcb_motion_notify_event_t*)event;
        drag->time = motion->time;
        move_to(drag, motion->root_x, motion->root_y);
      }
      break;
    case XCB_BUTTON_RELEASE:
      if (held) {
        drag->time = ((const xcb_button_release_event_t*)event)->time;
        let_go(drag);
      }
      break;
    case XCB_KEY_PRESS:
      if (held && ((const xcb_key_press_event_t*)event)->detail == KEY_ESCAPE) {
        abandon(drag);
      }
      break;
    case XCB_EXPOSE:
      draw_icon(drag);
      break;
    case XCB_CLIENT_MESSAGE:
      on_client_message(drag, (const xcb_client_message_event_t*)event);
      break;
    case XCB_SELECTION_REQUEST:
      on_selection_request(drag, (const xcb_selection_request_event_t*)event);
      break;
    default:
      break;
  }
}

// Setting up

static void
make_icon(BlDrag* const drag)
{
  // Other depths would need their pixels converted: no picture there
  if (!drag->icon || drag->screen->root_depth != 24) {
    return;
  }

  const uint32_t values[] = { 1, XCB_EVENT_MASK_EXPOSURE };
  drag->icon_window       = xcb_generate_id(drag->connection);
  xcb_create_window(drag->connection, XCB_COPY_FROM_PARENT, drag->icon_window,
                    drag->screen->root, (int16_t)-drag->icon_width,
                    (int16_t)-drag->icon_height, drag->icon_width,
                    drag->icon_height, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT,
                    drag->screen->root_visual,
                    XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
  drag->icon_gc = xcb_generate_id(drag->connection);
  xcb_create_gc(drag->connection, drag->icon_gc, drag->icon_window, 0, NULL);

  // An empty input shape, so that the search for a target looks through it
  free(xcb_xfixes_query_version_reply(
    drag->connection, xcb_xfixes_query_version(drag->connection, 5, 0), NULL));
  const xcb_xfixes_region_t region = xcb_generate_id(drag->connection);
  xcb_xfixes_create_region(drag->connection, region, 0, NULL);
  xcb_xfixes_set_window_shape_region(drag->connection, drag->icon_window,
                                     2 /* input */, 0, 0, region);
  xcb_xfixes_destroy_region(drag->connection, region);
  xcb_map_window(drag->connection, drag->icon_window);
}

static void
make_source(BlDrag* const drag)
{
  const uint32_t   mask    = XCB_EVENT_MASK_PROPERTY_CHANGE;
  const xcb_atom_t types[] = { drag->atoms.text_uri_list,
                               drag->atoms.text_plain };

  drag->source = xcb_generate_id(drag->connection);
  xcb_create_window(drag->connection, XCB_COPY_FROM_PARENT, drag->source,
                    drag->screen->root, -10, -10, 1, 1, 0,
                    XCB_WINDOW_CLASS_INPUT_ONLY, XCB_COPY_FROM_PARENT,
                    XCB_CW_EVENT_MASK, &mask);
  xcb_change_property(drag->connection, XCB_PROP_MODE_REPLACE, drag->source,
                      drag->atoms.XdndTypeList, XCB_ATOM_ATOM, 32,
                      BL_COUNT(types), types);
  xcb_set_selection_owner(drag->connection, drag->source,
                          drag->atoms.XdndSelection, XCB_CURRENT_TIME);
}

static bool
grab(BlDrag* const drag)
{
  const uint16_t events =
    XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_POINTER_MOTION;

  xcb_grab_pointer_reply_t* const pointer = xcb_grab_pointer_reply(
    drag->connection,
    xcb_grab_pointer(drag->connection, 0, drag->screen->root, events,
                     XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC, XCB_NONE,
                     XCB_NONE, XCB_CURRENT_TIME),
    NULL);
  const bool grabbed = pointer && pointer->status == XCB_GRAB_STATUS_SUCCESS;
  free(pointer);

  // Without the keyboard a drag still works, only Escape does not
  free(xcb_grab_keyboard_reply(
    drag->connection,
    xcb_grab_keyboard(drag->connection, 0, drag->screen->root, XCB_CURRENT_TIME,
                      XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC),
    NULL));
  return grabbed;
}

/// Where the pointer is now; false where the button is up already
static bool
look_first(BlDrag* const drag)
{
  xcb_query_pointer_reply_t* const reply = xcb_query_pointer_reply(
    drag->connection, xcb_query_pointer(drag->connection, drag->screen->root),
    NULL);
  const bool held = reply && (reply->mask & XCB_BUTTON_MASK_1);
  if (held) {
    drag->time = drag->pressed;
    move_to(drag, reply->root_x, reply->root_y);
  }
  free(reply);
  return held;
}

static bool
set_up(BlDrag* const drag)
{
  int number       = 0;
  drag->connection = xcb_connect(NULL, &number);
  if (xcb_connection_has_error(drag->connection) ||
      bl_xdnd_atoms(drag->connection, &drag->atoms)) {
    return false;
  }

  xcb_screen_iterator_t screens =
    xcb_setup_roots_iterator(xcb_get_setup(drag->connection));
  for (; screens.rem > 1 && number > 0; --number) {
    xcb_screen_next(&screens);
  }
  drag->screen = screens.data;

  make_source(drag);
  if (!grab(drag)) {
    return false;
  }
  make_icon(drag);
  if (!look_first(drag)) {
    let_go(drag);
  }
  return true;
}

static void
drain(BlDrag* const drag)
{
  xcb_generic_event_t* event = NULL;
  while ((event = xcb_poll_for_event(drag->connection))) {
    on_event(drag, event);
    free(event);
  }
  xcb_flush(drag->connection);
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
    if (bl_cancel_is_triggered(drag->cancel) &&
        bl_drag_state(drag) < BL_DRAG_DONE) {
      abandon(drag);
    } else if (xcb_connection_has_error(drag->connection)) {
      set_state(drag, BL_DRAG_FAILED);
    } else if (bl_drag_state(drag) == BL_DRAG_DROPPED &&
               bl_time_monotonic() - drag->dropped_at > BL_DRAG_FINISH_S) {
      set_state(drag, BL_DRAG_DONE);
    } else {
      struct pollfd fds[] = { { xcb_get_file_descriptor(drag->connection),
                                POLLIN, 0 },
                              { bl_cancel_fd(drag->cancel), POLLIN, 0 } };
      poll(fds, 2, 1000);
    }
  }

  xcb_flush(drag->connection);
  xcb_disconnect(drag->connection);
  drag->connection = NULL;
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
    drag->icon        = (uint32_t*)malloc(size);
    drag->icon_width  = setup->icon.width;
    drag->icon_height = setup->icon.height;
    if (drag->icon) {
      memcpy(drag->icon, setup->icon.pixels, size);
    }
  }
  return drag->uris && drag->cancel ? BL_SUCCESS : BL_NO_MEM;
}

static void
destroy(BlDrag* const drag)
{
  bl_cancel_free(drag->cancel);
  free(drag->uris);
  free(drag->icon);
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

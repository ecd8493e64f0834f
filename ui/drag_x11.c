// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "drag_x11.h"

#include <xcb/xfixes.h>

#include <stdlib.h>
#include <string.h>

#define ICON_OFFSET 12
#define KEYSYM_ESCAPE 0xFF1Bu
#define SHAPE_INPUT 2 // xcb/shape.h, for one number

// Connection

static void
make_source(BlDragX11* const x11)
{
  const uint32_t   mask    = XCB_EVENT_MASK_PROPERTY_CHANGE;
  const xcb_atom_t types[] = { x11->atoms.text_uri_list,
                               x11->atoms.text_plain };

  x11->source = xcb_generate_id(x11->connection);
  xcb_create_window(x11->connection, XCB_COPY_FROM_PARENT, x11->source,
                    x11->screen->root, -10, -10, 1, 1, 0,
                    XCB_WINDOW_CLASS_INPUT_ONLY, XCB_COPY_FROM_PARENT,
                    XCB_CW_EVENT_MASK, &mask);
  xcb_change_property(x11->connection, XCB_PROP_MODE_REPLACE, x11->source,
                      x11->atoms.XdndTypeList, XCB_ATOM_ATOM, 32,
                      BL_COUNT(types), types);
  // Before any XdndEnter: Qt asks for the data while the pointer moves
  xcb_set_selection_owner(x11->connection, x11->source,
                          x11->atoms.XdndSelection, XCB_CURRENT_TIME);
}

static void
find_escape(BlDragX11* const x11)
{
  const xcb_setup_t* const setup = xcb_get_setup(x11->connection);
  const unsigned count = (unsigned)setup->max_keycode - setup->min_keycode + 1u;

  xcb_get_keyboard_mapping_reply_t* const reply =
    xcb_get_keyboard_mapping_reply(x11->connection,
                                   xcb_get_keyboard_mapping(x11->connection,
                                                            setup->min_keycode,
                                                            (uint8_t)count),
                                   NULL);
  if (!reply) {
    return;
  }

  const xcb_keysym_t* const syms = xcb_get_keyboard_mapping_keysyms(reply);
  const unsigned n = (unsigned)xcb_get_keyboard_mapping_keysyms_length(reply);
  for (unsigned i = 0; i < n && x11->n_escapes < BL_DRAG_ESCAPES_MAX;
       i += reply->keysyms_per_keycode) {
    if (syms[i] == KEYSYM_ESCAPE) {
      x11->escapes[x11->n_escapes++] =
        (xcb_keycode_t)(setup->min_keycode + i / reply->keysyms_per_keycode);
    }
  }
  free(reply);
}

BlStatus
bl_drag_x11_open(BlDragX11* const x11)
{
  int number = 0;
  memset(x11, 0, sizeof(*x11));
  x11->connection = xcb_connect(NULL, &number);
  if (xcb_connection_has_error(x11->connection) ||
      bl_xdnd_atoms(x11->connection, &x11->atoms)) {
    return BL_NET;
  }

  xcb_screen_iterator_t screens =
    xcb_setup_roots_iterator(xcb_get_setup(x11->connection));
  for (; screens.rem > 1 && number > 0; --number) {
    xcb_screen_next(&screens);
  }
  x11->screen = screens.data;

  make_source(x11);
  find_escape(x11);
  return BL_SUCCESS;
}

void
bl_drag_x11_close(BlDragX11* const x11)
{
  // A server that finds the socket closed with events unread drops what it
  // was asked for, the XdndLeave of an Escape too: so it must have read it
  free(xcb_get_input_focus_reply(x11->connection,
                                 xcb_get_input_focus(x11->connection), NULL));
  xcb_disconnect(x11->connection);
  x11->connection = NULL;
}

bool
bl_drag_x11_is_escape(const BlDragX11* const x11, const xcb_keycode_t key)
{
  return memchr(x11->escapes, key, x11->n_escapes) != NULL;
}

void
bl_drag_x11_watch(const BlDragX11* const x11,
                  const xcb_window_t     window,
                  const bool             on)
{
  const uint32_t mask =
    on ? XCB_EVENT_MASK_STRUCTURE_NOTIFY : XCB_EVENT_MASK_NO_EVENT;
  xcb_change_window_attributes(x11->connection, window, XCB_CW_EVENT_MASK,
                               &mask);
}

// Pointer

bool
bl_drag_x11_grab(BlDragX11* const x11)
{
  const uint16_t events =
    XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_POINTER_MOTION;

  xcb_grab_pointer_reply_t* const pointer = xcb_grab_pointer_reply(
    x11->connection,
    xcb_grab_pointer(x11->connection, 0, x11->screen->root, events,
                     XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC, XCB_NONE,
                     XCB_NONE, XCB_CURRENT_TIME),
    NULL);
  const bool grabbed = pointer && pointer->status == XCB_GRAB_STATUS_SUCCESS;
  free(pointer);

  // Without the keyboard a drag still works, only Escape does not
  if (grabbed) {
    free(xcb_grab_keyboard_reply(
      x11->connection,
      xcb_grab_keyboard(x11->connection, 0, x11->screen->root, XCB_CURRENT_TIME,
                        XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC),
      NULL));
  }
  return grabbed;
}

void
bl_drag_x11_release(const BlDragX11* const x11)
{
  xcb_ungrab_pointer(x11->connection, XCB_CURRENT_TIME);
  xcb_ungrab_keyboard(x11->connection, XCB_CURRENT_TIME);
  if (x11->icon) {
    xcb_unmap_window(x11->connection, x11->icon);
  }
}

bool
bl_drag_x11_pointer(const BlDragX11* const x11, BlDragPointer* const pointer)
{
  xcb_query_pointer_reply_t* const reply = xcb_query_pointer_reply(
    x11->connection, xcb_query_pointer(x11->connection, x11->screen->root),
    NULL);
  if (!reply) {
    return false;
  }

  pointer->x    = reply->root_x;
  pointer->y    = reply->root_y;
  pointer->held = reply->mask & XCB_BUTTON_MASK_1;
  free(reply);
  return true;
}

// Picture

void
bl_drag_x11_show(BlDragX11* const x11, const BlDragIcon* const icon)
{
  // Other depths would need their pixels converted: no picture there
  if (!icon->pixels || x11->screen->root_depth != 24) {
    return;
  }

  const uint32_t values[] = { 1, XCB_EVENT_MASK_EXPOSURE };
  x11->icon               = xcb_generate_id(x11->connection);
  xcb_create_window(x11->connection, XCB_COPY_FROM_PARENT, x11->icon,
                    x11->screen->root, (int16_t)-icon->width,
                    (int16_t)-icon->height, icon->width, icon->height, 0,
                    XCB_WINDOW_CLASS_INPUT_OUTPUT, x11->screen->root_visual,
                    XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
  x11->icon_gc = xcb_generate_id(x11->connection);
  xcb_create_gc(x11->connection, x11->icon_gc, x11->icon, 0, NULL);

  // An empty input shape, so that the search for a target looks through it
  free(xcb_xfixes_query_version_reply(
    x11->connection, xcb_xfixes_query_version(x11->connection, 5, 0), NULL));
  const xcb_xfixes_region_t region = xcb_generate_id(x11->connection);
  xcb_xfixes_create_region(x11->connection, region, 0, NULL);
  xcb_xfixes_set_window_shape_region(x11->connection, x11->icon, SHAPE_INPUT, 0,
                                     0, region);
  xcb_xfixes_destroy_region(x11->connection, region);
  xcb_map_window(x11->connection, x11->icon);
}

void
bl_drag_x11_move(const BlDragX11* const x11, const int16_t x, const int16_t y)
{
  if (x11->icon) {
    const uint32_t place[] = { (uint32_t)(x + ICON_OFFSET),
                               (uint32_t)(y + ICON_OFFSET) };
    xcb_configure_window(x11->connection, x11->icon,
                         XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, place);
  }
}

void
bl_drag_x11_draw(const BlDragX11* const x11, const BlDragIcon* const icon)
{
  if (x11->icon) {
    xcb_put_image(
      x11->connection, XCB_IMAGE_FORMAT_Z_PIXMAP, x11->icon, x11->icon_gc,
      icon->width, icon->height, 0, 0, 0, x11->screen->root_depth,
      (uint32_t)icon->width * icon->height * 4u, (const uint8_t*)icon->pixels);
  }
}

// Selection

/// Write what was asked for to the requestor; false where we have no such
static bool
serve(const BlDragX11* const                     x11,
      const xcb_selection_request_event_t* const request,
      const xcb_atom_t                           property,
      const char* const                          uris)
{
  const xcb_atom_t offered[] = { x11->atoms.TARGETS, x11->atoms.text_uri_list,
                                 x11->atoms.text_plain,
                                 x11->atoms.UTF8_STRING };

  if (request->target == x11->atoms.TARGETS) {
    xcb_change_property(x11->connection, XCB_PROP_MODE_REPLACE,
                        request->requestor, property, XCB_ATOM_ATOM, 32,
                        BL_COUNT(offered), offered);
    return true;
  }

  for (size_t i = 1; i < BL_COUNT(offered); ++i) {
    if (request->target == offered[i]) {
      xcb_change_property(x11->connection, XCB_PROP_MODE_REPLACE,
                          request->requestor, property, request->target, 8,
                          (uint32_t)strlen(uris), uris);
      return true;
    }
  }
  return false;
}

void
bl_drag_x11_answer(const BlDragX11* const                     x11,
                   const xcb_selection_request_event_t* const request,
                   const char* const                          uris)
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
  answer.property =
    serve(x11, request, property, uris) ? property : XCB_ATOM_NONE;
  xcb_send_event(x11->connection, 0, request->requestor,
                 XCB_EVENT_MASK_NO_EVENT, (const char*)&answer);
}

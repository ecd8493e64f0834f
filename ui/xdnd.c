// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "xdnd.h"

#include <stdlib.h>
#include <string.h>

BlStatus
bl_xdnd_atoms(xcb_connection_t* const connection, BlXdndAtoms* const atoms)
{
  const struct
  {
    const char* name;
    xcb_atom_t* atom;
  } wanted[] = {
    { "XdndAware", &atoms->XdndAware },
    { "XdndProxy", &atoms->XdndProxy },
    { "XdndSelection", &atoms->XdndSelection },
    { "XdndTypeList", &atoms->XdndTypeList },
    { "XdndEnter", &atoms->XdndEnter },
    { "XdndPosition", &atoms->XdndPosition },
    { "XdndStatus", &atoms->XdndStatus },
    { "XdndLeave", &atoms->XdndLeave },
    { "XdndDrop", &atoms->XdndDrop },
    { "XdndFinished", &atoms->XdndFinished },
    { "XdndActionCopy", &atoms->XdndActionCopy },
    { "TARGETS", &atoms->TARGETS },
    { "text/uri-list", &atoms->text_uri_list },
    { "text/plain", &atoms->text_plain },
    { "UTF8_STRING", &atoms->UTF8_STRING },
  };

  xcb_intern_atom_cookie_t cookies[BL_COUNT(wanted)];
  for (size_t i = 0; i < BL_COUNT(wanted); ++i) {
    cookies[i] = xcb_intern_atom(
      connection, 0, (uint16_t)strlen(wanted[i].name), wanted[i].name);
  }

  BlStatus st = BL_SUCCESS;
  for (size_t i = 0; i < BL_COUNT(wanted); ++i) {
    xcb_intern_atom_reply_t* const reply =
      xcb_intern_atom_reply(connection, cookies[i], NULL);
    if (reply) {
      *wanted[i].atom = reply->atom;
      free(reply);
    } else {
      st = BL_NET;
    }
  }
  return st;
}

/// First 32-bit value of a property; false where it is absent or another kind
static bool
get_property(xcb_connection_t* const connection,
             const xcb_window_t      window,
             const xcb_atom_t        property,
             const xcb_atom_t        type,
             uint32_t* const         value)
{
  xcb_get_property_reply_t* const reply = xcb_get_property_reply(
    connection, xcb_get_property(connection, 0, window, property, type, 0, 1),
    NULL);
  if (!reply) {
    return false;
  }

  const bool found = reply->type == type && reply->format == 32 &&
                     xcb_get_property_value_length(reply) >= 4;
  if (found) {
    memcpy(value, xcb_get_property_value(reply), sizeof(*value));
  }
  free(reply);
  return found;
}

static bool
look_at(xcb_connection_t* const  connection,
        const BlXdndAtoms* const atoms,
        const xcb_window_t       window,
        BlXdndTarget* const      target)
{
  xcb_window_t proxy = XCB_NONE;
  xcb_window_t self  = XCB_NONE;
  if (get_property(connection, window, atoms->XdndProxy, XCB_ATOM_WINDOW,
                   &proxy) &&
      !(get_property(connection, proxy, atoms->XdndProxy, XCB_ATOM_WINDOW,
                     &self) &&
        self == proxy)) {
    proxy = XCB_NONE; // Left behind by a program that is gone
  }

  uint32_t           version = 0;
  const xcb_window_t speaker = proxy ? proxy : window;
  if (!get_property(connection, speaker, atoms->XdndAware, XCB_ATOM_ATOM,
                    &version)) {
    return false;
  }

  if (version < BL_XDND_OLDEST) {
    return false;
  }

  target->window  = window;
  target->send_to = speaker;
  target->version = version < BL_XDND_VERSION ? version : BL_XDND_VERSION;
  return true;
}

static bool
is_one_of(const xcb_window_t        window,
          const xcb_window_t* const windows,
          const size_t              count)
{
  for (size_t i = 0; i < count; ++i) {
    if (windows[i] == window) {
      return true;
    }
  }
  return false;
}

BlXdndTarget
bl_xdnd_find(xcb_connection_t* const   connection,
             const BlXdndAtoms* const  atoms,
             const xcb_window_t        root,
             const int16_t             x,
             const int16_t             y,
             const xcb_window_t* const own,
             const size_t              n_own)
{
  const BlXdndTarget none   = { XCB_NONE, XCB_NONE, 0 };
  BlXdndTarget       target = none;
  xcb_window_t       from   = root;

  while (true) {
    xcb_translate_coordinates_reply_t* const reply =
      xcb_translate_coordinates_reply(
        connection, xcb_translate_coordinates(connection, root, from, x, y),
        NULL);
    const xcb_window_t child = reply ? reply->child : XCB_NONE;
    free(reply);
    if (!child) {
      return target;
    }
    if (is_one_of(child, own, n_own)) {
      return none;
    }
    if (!target.window && look_at(connection, atoms, child, &target) &&
        is_one_of(target.send_to, own, n_own)) {
      return none;
    }
    from = child;
  }
}

void
bl_xdnd_send(xcb_connection_t* const   connection,
             const BlXdndTarget* const target,
             const xcb_window_t        source,
             const xcb_atom_t          type,
             const uint32_t            data[4])
{
  xcb_client_message_event_t event;
  memset(&event, 0, sizeof(event));
  event.response_type  = XCB_CLIENT_MESSAGE;
  event.format         = 32;
  event.window         = target->window;
  event.type           = type;
  event.data.data32[0] = source;
  memcpy(&event.data.data32[1], data, 4 * sizeof(*data));
  xcb_send_event(connection, 0, target->send_to, XCB_EVENT_MASK_NO_EVENT,
                 (const char*)&event);
}

static bool
is_unreserved(const unsigned char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || (c && strchr("-._~/", c));
}

static char*
append_uri(char* out, const char* const path)
{
  static const char digits[] = "0123456789ABCDEF";

  memcpy(out, "file://", 7);
  out += 7;
  for (const unsigned char* c = (const unsigned char*)path; *c; ++c) {
    if (is_unreserved(*c)) {
      *out++ = (char)*c;
    } else {
      *out++ = '%';
      *out++ = digits[*c >> 4u];
      *out++ = digits[*c & 15u];
    }
  }
  *out++ = '\r';
  *out++ = '\n';
  return out;
}

char*
bl_xdnd_uri_list(const char* const* const paths, const size_t n_paths)
{
  size_t size = 1;
  for (size_t i = 0; i < n_paths; ++i) {
    if (!paths[i] || paths[i][0] != '/') {
      return NULL;
    }
    size += 7 + 3 * strlen(paths[i]) + 2;
  }

  char* const text = (char*)malloc(size);
  if (text) {
    char* out = text;
    for (size_t i = 0; i < n_paths; ++i) {
      out = append_uri(out, paths[i]);
    }
    *out = '\0';
  }
  return text;
}

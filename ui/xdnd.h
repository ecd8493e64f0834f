// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_XDND_H
#define BL_UI_XDND_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xcb/xcb.h>

/**
   The words of XDND version 5 (freedesktop.org), spoken by a drag source:
   atoms, the search for the window under the pointer, client messages and
   the text of a file list.

   Everything works on one xcb connection that belongs to the drag thread; a
   window that vanishes meanwhile is an error reply, never an error handler.
*/

#define BL_XDND_VERSION 5u
#define BL_XDND_OLDEST 3u ///< Older ones speak another protocol

typedef struct
{
  xcb_atom_t XdndAware;
  xcb_atom_t XdndProxy;
  xcb_atom_t XdndSelection;
  xcb_atom_t XdndTypeList;
  xcb_atom_t XdndEnter;
  xcb_atom_t XdndPosition;
  xcb_atom_t XdndStatus;
  xcb_atom_t XdndLeave;
  xcb_atom_t XdndDrop;
  xcb_atom_t XdndFinished;
  xcb_atom_t XdndActionCopy;
  xcb_atom_t TARGETS;
  xcb_atom_t text_uri_list;
  xcb_atom_t text_plain;
  xcb_atom_t UTF8_STRING;
} BlXdndAtoms;

/// A window that takes drops
typedef struct
{
  xcb_window_t window;  ///< Named in the messages; XCB_NONE: there is none
  xcb_window_t send_to; ///< Where they go: the window or its proxy
  uint32_t     version; ///< The smaller of its version and ours
} BlXdndTarget;

/// Intern all atoms; BL_NET where the connection broke
BL_THREAD_ANY BL_NODISCARD BlStatus bl_xdnd_atoms(xcb_connection_t* connection,
                                                  BlXdndAtoms*      atoms);

/**
   Find who would get a drop at a place of the root window: the uppermost
   window with XdndAware on the way down to the pointer, by its proxy if it
   has a valid one.  None where the way crosses a window of `own`, or leads
   back to one by a proxy (suil makes the UI the proxy of its host's window).
*/
BL_THREAD_ANY BlXdndTarget bl_xdnd_find(xcb_connection_t*   connection,
                                        const BlXdndAtoms*  atoms,
                                        xcb_window_t        root,
                                        int16_t             x,
                                        int16_t             y,
                                        const xcb_window_t* own,
                                        size_t              n_own);

/// Send one XDND client message; data[0] is filled in with the source
BL_THREAD_ANY void bl_xdnd_send(xcb_connection_t*   connection,
                                const BlXdndTarget* target,
                                xcb_window_t        source,
                                xcb_atom_t          type,
                                const uint32_t      data[4]);

/**
   Absolute paths as text/uri-list (RFC 2483): "file:///…" with every byte
   percent-encoded but the unreserved ones of RFC 3986 and the slash, each
   line ended by CR LF.

   @return a new string (free() it); NULL when out of memory or where a path
   is not absolute
*/
BL_THREAD_ANY BL_NODISCARD char* bl_xdnd_uri_list(const char* const* paths,
                                                  size_t             n_paths);

#endif // BL_UI_XDND_H

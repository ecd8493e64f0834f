// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "window_priv.h"

#include "xdnd.h"

#include <X11/Xatom.h>

#include <stdlib.h>
#include <string.h>

/// A server takes requests of 256 KiB at least: what we offer goes at once
#define OFFER_BYTES (128u << 10)
#define PAIRS_MAX 16u ///< Of a MULTIPLE

void
bl_window_copy(void* const       handle,
               const char* const text,
               const size_t      length,
               const bool        primary)
{
  BlWindow* const w     = (BlWindow*)handle;
  BlOffer* const  offer = primary ? &w->primary : &w->clipboard;
  char* const copy = length <= OFFER_BYTES ? (char*)malloc(length + 1u) : NULL;
  if (!copy) {
    return;
  }

  memcpy(copy, text, length);
  bl_window_drop_offer(offer);
  offer->text   = copy;
  offer->length = length;
  offer->time   = w->time;
  XSetSelectionOwner(w->display, primary ? XA_PRIMARY : w->atoms.CLIPBOARD,
                     w->window, w->time);
}

/// "copy", then an address a line without an end to the last
static char*
copied_files(const char* const uris)
{
  static const char word[] = "copy";
  char* const       text   = (char*)malloc(sizeof(word) + strlen(uris) + 1u);
  if (!text) {
    return NULL;
  }

  char* out = text + sizeof(word) - 1u;
  memcpy(text, word, sizeof(word));
  for (const char* at = uris; *at; at += strspn(at, "\r\n")) {
    const size_t n = strcspn(at, "\r\n");
    *out++         = '\n';
    memcpy(out, at, n);
    out += n;
    at += n;
  }
  *out = '\0';
  return text;
}

void
bl_window_copy_files(void* const              handle,
                     const char* const* const paths,
                     const size_t             n_paths)
{
  BlWindow* const w    = (BlWindow*)handle;
  size_t          size = 1;
  for (size_t i = 0; i < n_paths; ++i) {
    size += strlen(paths[i]) + 1u;
  }
  char* const text = (char*)calloc(1, size);
  size_t      n    = 0;
  for (size_t i = 0; text && i < n_paths; ++i) {
    const size_t length = strlen(paths[i]);
    memcpy(text + n, paths[i], length);
    n += length;
    text[n++] = '\n';
  }
  if (!text || !n) {
    free(text);
    return;
  }

  bl_window_copy(w, text, n - 1u, false);
  free(text);
  char* const uris = bl_xdnd_uri_list(paths, n_paths);
  if (uris && w->clipboard.text && strlen(uris) <= OFFER_BYTES) {
    w->clipboard.uris  = uris;
    w->clipboard.files = copied_files(uris);
  } else {
    free(uris);
  }
}

void
bl_window_drop_offer(BlOffer* const offer)
{
  free(offer->text);
  free(offer->uris);
  free(offer->files);
  memset(offer, 0, sizeof(*offer));
}

/// As Latin 1 (ICCCM 2.6.2), into as many bytes as there are in UTF-8 at most.
/// @return false where there is more in it
static bool
latin_of(const BlOffer* const offer, unsigned char* const to, size_t* const n)
{
  *n = 0;
  for (size_t i = 0; i < offer->length; ++i) {
    const unsigned char c = (unsigned char)offer->text[i];
    if (c >= 0x80u && ((c != 0xC2u && c != 0xC3u) || i + 1u == offer->length)) {
      return false;
    }
    to[(*n)++] = c < 0x80u
                   ? c
                   : (unsigned char)((c & 3u) << 6u |
                                     ((unsigned char)offer->text[++i] & 0x3Fu));
  }
  return true;
}

static void
give(BlWindow* const   w,
     const Window      to,
     const Atom        property,
     const Atom        type,
     const int         format,
     const void* const data,
     const size_t      count)
{
  XChangeProperty(w->display, to, property, type, format, PropModeReplace,
                  (const unsigned char*)data, (int)count);
}

/// What it can be had as
static void
give_targets(BlWindow* const      w,
             const BlOffer* const offer,
             const Window         to,
             const Atom           property,
             const bool           is_latin)
{
  const BlWindowAtoms* const a = &w->atoms;
  Atom   targets[8]            = { a->TARGETS, a->MULTIPLE, a->TIMESTAMP };
  size_t n                     = 3;
  if (offer->uris && offer->files) { // What file managers look for comes first
    targets[n++] = a->COPIED_FILES;
    targets[n++] = a->URI_LIST;
  }
  targets[n++] = a->UTF8_STRING;
  targets[n++] = a->PLAIN;
  if (is_latin) {
    targets[n++] = XA_STRING;
  }
  give(w, to, property, XA_ATOM, 32, targets, n);
}

/// @return false where it cannot be had so
static bool
serve(BlWindow* const      w,
      const BlOffer* const offer,
      const Window         to,
      const Atom           target,
      const Atom           property)
{
  const BlWindowAtoms* const a      = &w->atoms;
  const long                 time   = (long)offer->time;
  size_t                     length = 0;
  unsigned char* const       latin = (unsigned char*)malloc(offer->length + 1u);
  const bool        is_latin       = latin && latin_of(offer, latin, &length);
  const char* const files          = target == a->URI_LIST       ? offer->uris
                                     : target == a->COPIED_FILES ? offer->files
                                                                 : NULL;

  bool good = true;
  if (target == a->TARGETS) {
    give_targets(w, offer, to, property, is_latin);
  } else if (target == a->TIMESTAMP) {
    give(w, to, property, XA_INTEGER, 32, &time, 1);
  } else if (files) {
    give(w, to, property, target, 8, files, strlen(files));
  } else if (target == a->UTF8_STRING || target == a->PLAIN) {
    give(w, to, property, target, 8, offer->text, offer->length);
  } else if (target == XA_STRING && is_latin) {
    give(w, to, property, XA_STRING, 8, latin, length);
  } else {
    good = false;
  }
  free(latin);
  return good;
}

/// Several at once: pairs of target and property, those that fail set to None
/// (ICCCM 2.6.2)
static bool
serve_several(BlWindow* const      w,
              const BlOffer* const offer,
              const Window         to,
              const Atom           property)
{
  Atom           type   = None;
  int            format = 0;
  unsigned long  count  = 0;
  unsigned long  left   = 0;
  unsigned char* data   = NULL;
  if (XGetWindowProperty(w->display, to, property, 0, 2 * (long)PAIRS_MAX,
                         False, AnyPropertyType, &type, &format, &count, &left,
                         &data) != Success ||
      !data) {
    return false;
  }

  Atom* const pairs = (Atom*)(void*)data; // Longs, whatever the server has
  const bool  good  = format == 32 && !left && count % 2u == 0u;
  for (unsigned long i = 0; good && i < count; i += 2u) {
    if (pairs[i] == w->atoms.MULTIPLE || !pairs[i + 1u] ||
        !serve(w, offer, to, pairs[i], pairs[i + 1u])) {
      pairs[i + 1u] = None;
    }
  }
  if (good) {
    give(w, to, property, type, 32, pairs, count);
  }
  XFree(data);
  return good;
}

static void
on_request(BlWindow* const w, const XSelectionRequestEvent* const request)
{
  const bool primary = request->selection == XA_PRIMARY;
  const bool ours    = primary || request->selection == w->atoms.CLIPBOARD;
  const BlOffer* const offer = primary ? &w->primary : &w->clipboard;
  // Clients of long ago name none (ICCCM 2.2)
  const Atom property = request->property ? request->property : request->target;
  bool       good     = ours && offer->text;
  if (good && request->target == w->atoms.MULTIPLE) {
    good = request->property &&
           serve_several(w, offer, request->requestor, property);
  } else if (good) {
    good = serve(w, offer, request->requestor, request->target, property);
  }

  XEvent answer;
  memset(&answer, 0, sizeof(answer));
  answer.xselection.type      = SelectionNotify;
  answer.xselection.display   = w->display;
  answer.xselection.requestor = request->requestor;
  answer.xselection.selection = request->selection;
  answer.xselection.target    = request->target;
  answer.xselection.time      = request->time;
  answer.xselection.property  = good ? property : None;
  XSendEvent(w->display, request->requestor, False, NoEventMask, &answer);
}

/// Somebody else has it, unless that was before we took it again
static void
on_clear(BlWindow* const w, const XSelectionClearEvent* const event)
{
  BlOffer* const offer =
    event->selection == XA_PRIMARY ? &w->primary : &w->clipboard;
  const int32_t after =
    (int32_t)((uint32_t)event->time - (uint32_t)offer->time);
  if (!offer->time || event->time == CurrentTime || after >= 0) {
    bl_window_drop_offer(offer);
  }
}

bool
bl_window_selection_event(BlWindow* const w, XEvent* const event)
{
  switch (event->type) {
    case SelectionRequest:
      on_request(w, &event->xselectionrequest);
      return true;
    case SelectionClear:
      on_clear(w, &event->xselectionclear);
      return true;
    default:
      return bl_window_paste_event(w, event);
  }
}

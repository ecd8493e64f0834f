// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "hands.h"

#include "scenes.h"
#include "xscreen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
on_copy(void* const       handle,
        const char* const text,
        const size_t      length,
        const bool        primary)
{
  Hands* const hands = (Hands*)handle;
  memcpy(hands->copied[primary], text, length);
  hands->copied[primary][length] = '\0';
}

static void
on_copy_files(void* const              handle,
              const char* const* const paths,
              const size_t             n_paths)
{
  char* const  copied = ((Hands*)handle)->copied[0];
  const size_t size   = sizeof(((Hands*)handle)->copied[0]);
  size_t       n      = 0;
  for (size_t i = 0; i < n_paths && n < size; ++i) {
    n +=
      (size_t)snprintf(copied + n, size - n, "%s%s", i ? "\n" : "", paths[i]);
  }
}

static void
on_paste(void* const handle, const bool primary, const unsigned ticket)
{
  Hands* const hands = (Hands*)handle;
  ++hands->asked[primary];
  hands->ticket = ticket;
}

static void
on_leave(void* const handle)
{
  ++((Hands*)handle)->left;
}

static void
on_drag(void* const              handle,
        const char* const* const paths,
        const size_t             n_paths,
        const char* const        what)
{
  Hands* const hands = (Hands*)handle;
  hands->n_dragged   = n_paths;
  for (size_t i = 0; i < n_paths && i < HANDS_PATHS; ++i) {
    snprintf(hands->dragged[i], BL_PATH_BYTES, "%s", paths[i]);
  }
  snprintf(hands->what, sizeof(hands->what), "%s", what);
}

static void
on_port(void* const handle, const BlPort port, const float value)
{
  (void)port;
  (void)value;
  ++((Hands*)handle)->ports;
}

void
hands_use_fonts(void)
{
  char              fonts[8192];
  const char* const top = getenv("BL_TOP");
  snprintf(fonts, sizeof(fonts), "%s/tests/ui/fonts.conf", top ? top : ".");
  setenv("FONTCONFIG_FILE", fonts, 1);
}

int
hands_start(Hands* const hands)
{
  const BlModelOut out  = { hands, on_port, NULL, NULL };
  const BlViewHost host = { hands,    on_drag, on_copy, on_copy_files,
                            on_paste, NULL,    NULL,    on_leave };
  memset(hands, 0, sizeof(*hands));
  if (bl_model_init(&hands->model, &out)) {
    return -1;
  }
  hands->view = bl_view_new(&hands->model, &host);
  return hands->view ? 0 : -1;
}

int
hands_stop(Hands* const hands)
{
  bl_scene_free(&hands->model, hands->view);
  return 0;
}

void
hands_paste(Hands* const hands, const char* const text)
{
  bl_view_paste(hands->view, hands->ticket, text, strlen(text));
}

void
hands_click(Hands* const     hands,
            const BlItemKind kind,
            const int        index,
            const unsigned   times)
{
  bl_view_update(hands->view, hands->now);
  const BlItem* const item =
    bl_layout_find(bl_view_layout(hands->view), kind, index);
  xscreen_require(item != NULL, "what is clicked is there");
  const double x = item->rect.x + 0.9 * item->rect.w;
  const double y = item->rect.y + item->rect.h / 2.0;
  hands->now += 10.0;
  for (unsigned i = 0; i < times; ++i) {
    bl_view_press(hands->view, x, y, 1, 0u, hands->now + 0.1 * i);
    bl_view_release(hands->view, x, y, 1);
  }
  bl_view_update(hands->view, hands->now);
}

void
hands_type(const Hands* const hands, const char* const text)
{
  bl_view_text(hands->view, text, strlen(text), 0u);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "window_priv.h"

#include "canvas.h"

#include <stdio.h>

#define ICON_WIDTH 200
#define ICON_HEIGHT 32

/// The picture under the pointer: what is dragged, in the results' colour
static cairo_surface_t*
draw_icon(const double scale, const char* const what)
{
  cairo_surface_t* const surface = cairo_image_surface_create(
    CAIRO_FORMAT_RGB24, (int)(ICON_WIDTH * scale), (int)(ICON_HEIGHT * scale));
  PangoContext* const fonts = bl_canvas_fonts_new();
  if (fonts) {
    cairo_t* const cr     = cairo_create(surface);
    const BlCanvas canvas = { cr, fonts };
    const BlRect   all    = { 0.0, 0.0, ICON_WIDTH, ICON_HEIGHT };
    cairo_scale(cr, scale, scale);
    bl_canvas_fill(&canvas, all, 0.0, BL_COLOR_RESULT);
    bl_canvas_text(&canvas, all, BL_ALIGN_CENTER, BL_TEXT_STRONG,
                   BL_COLOR_ON_RESULT, what);
    cairo_destroy(cr);
    bl_canvas_fonts_free(fonts);
  }
  cairo_surface_flush(surface);
  return surface;
}

void
bl_window_drag(void* const              handle,
               const char* const* const paths,
               const size_t             n_paths,
               const char* const        what)
{
  BlWindow* const w = (BlWindow*)handle;
  bl_drag_free(w->drag);
  w->drag = NULL;

  // The server refuses the drag's grab while the press holds the pointer
  XUngrabPointer(w->display, CurrentTime);
  XSync(w->display, False);

  cairo_surface_t* const icon  = draw_icon(w->scale, what);
  const xcb_window_t     own[] = { (xcb_window_t)w->window };
  BlDragSetup            setup = {
               paths, n_paths, own, 1, (xcb_timestamp_t)w->time, { NULL, 0, 0 }
  };
  const int width  = cairo_image_surface_get_width(icon);
  const int stride = cairo_image_surface_get_stride(icon);
  if (stride == 4 * width) {
    setup.icon.pixels =
      (const uint32_t*)(void*)cairo_image_surface_get_data(icon);
    setup.icon.width  = (uint16_t)width;
    setup.icon.height = (uint16_t)cairo_image_surface_get_height(icon);
  }
  if (bl_drag_new(&setup, &w->drag)) {
    bl_view_tell(w->view,
                 "It cannot be dragged now: copy its path from the menu.");
  }
  cairo_surface_destroy(icon);
}

void
bl_window_drag_poll(BlWindow* const w)
{
  if (!w->drag) {
    return;
  }

  const BlDragState state = bl_drag_state(w->drag);
  const char*       text  = NULL;
  switch (state) {
    case BL_DRAG_DONE:
      return; // Kept until the next: GTK speaks to it a second time
    case BL_DRAG_REFUSED:
      text =
        "Nobody there takes it: drop it below the tracks, or copy its path.";
      break;
    case BL_DRAG_FAILED:
      text = "It cannot be dragged now: copy its path from the menu.";
      break;
    case BL_DRAG_CANCELLED:
      break;
    default:
      return;
  }

  if (text) {
    bl_view_tell(w->view, text);
  }
  bl_drag_free(w->drag);
  w->drag = NULL;
}

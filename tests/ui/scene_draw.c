// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "scenes.h"

bool
bl_scene_make(const BlScene* const scene,
              BlModel* const       model,
              BlView** const       view)
{
  const BlModelOut out  = { NULL, NULL, NULL, NULL };
  const BlViewHost host = { NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL };
  if (bl_model_init(model, &out)) {
    return false;
  }
  *view = bl_view_new(model, &host);
  if (!*view) {
    bl_model_deinit(model);
    return false;
  }
  bl_view_resize(*view, scene->width, scene->height);
  scene->make(model, *view);
  bl_view_update(*view, BL_SCENE_NOW);
  return true;
}

void
bl_scene_free(BlModel* const model, BlView* const view)
{
  bl_view_free(view);
  bl_model_deinit(model);
}

cairo_surface_t*
bl_scene_draw(const BlScene* const scene)
{
  BlModel model;
  BlView* view = NULL;
  if (!bl_scene_make(scene, &model, &view)) {
    return NULL;
  }

  cairo_surface_t* const surface = cairo_image_surface_create(
    CAIRO_FORMAT_RGB24, (int)(scene->width * scene->scale),
    (int)(scene->height * scene->scale));
  cairo_t* const cr = cairo_create(surface);
  cairo_scale(cr, scene->scale, scene->scale);
  bl_view_draw(view, cr);
  cairo_destroy(cr);
  bl_scene_free(&model, view);
  return surface;
}

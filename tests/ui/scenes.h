// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_SCENES_H
#define BL_TESTS_UI_SCENES_H

#include "model.h"
#include "view.h"

#include <stdbool.h>
#include <stddef.h>

/**
   States of the window as a test draws them: each is made through the
   model's and the view's own functions, as a plugin and a person would.
*/
typedef struct
{
  const char* name;
  double      width; ///< Units
  double      height;
  double      scale;
  void (*make)(BlModel* model, BlView* view);
  bool in_readme; ///< README.md shows it, from ui/pictures
} BlScene;

extern const BlScene bl_scenes[];
extern const size_t  bl_n_scenes;

#define BL_SCENE_NOW 1000.0 ///< The time in each

/// A model and a view in that state; false when out of memory
bool bl_scene_make(const BlScene* scene, BlModel* model, BlView** view);

void bl_scene_free(BlModel* model, BlView* view);

/// Draw a scene to a new image surface (destroy it); NULL when out of memory
cairo_surface_t* bl_scene_draw(const BlScene* scene);

#endif // BL_TESTS_UI_SCENES_H

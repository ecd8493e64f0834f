// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// window_places [WIDTH HEIGHT [SCENE]]: where a person finds what in the
// window, one a line: name, index, and its middle in units; the rows of an open
// menu, the last one's index being 0; then the colour of a result that is ready

#include "ui/scenes.h"

#include "view_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct
{
  BlItemKind  kind;
  const char* name;
} names[] = {
  { BL_ITEM_ARM, "arm" },       { BL_ITEM_GENRE, "genre" },
  { BL_ITEM_FIELD, "field" },   { BL_ITEM_GENERATE, "generate" },
  { BL_ITEM_RESULT, "result" }, { BL_ITEM_RESULT_MENU, "menu" },
  { BL_ITEM_BOTH, "both" },     { BL_ITEM_TAKES, "takes" },
};

static void
print_item(const BlItem* const item)
{
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    if (item->kind == names[i].kind) {
      printf("%s %d %.0f %.0f\n", names[i].name, item->index,
             item->rect.x + item->rect.w / 2.0,
             item->rect.y + item->rect.h / 2.0);
    }
  }
}

/// From the last one, above which the others lie
static void
print_rows(const BlMenu* const menu)
{
  const double x    = menu->rect.x + menu->rect.w / 2.0;
  int          last = -1;
  for (double y = menu->rect.y + menu->rect.h; menu->open && y > menu->rect.y;
       y -= 1.0) {
    const int row = bl_menu_at(menu, x, y);
    if (row >= 0 && row != last) {
      printf("row %d %.0f %.0f\n", (int)menu->n_rows - 1 - row, x,
             y - menu->row / 2.0);
      last = row;
    }
  }
}

static const BlScene*
find_scene(const char* const name)
{
  for (size_t i = 0; i < bl_n_scenes; ++i) {
    if (!strcmp(bl_scenes[i].name, name)) {
      return &bl_scenes[i];
    }
  }
  return NULL;
}

int
main(const int argc, char** const argv)
{
  const BlScene* const scene = find_scene(argc > 3 ? argv[3] : "done");
  if (!scene || argc == 2 || argc > 4) {
    fprintf(stderr, "usage: window_places [WIDTH HEIGHT [SCENE]]\n");
    return 2;
  }

  BlScene sized = *scene;
  BlModel model;
  BlView* view = NULL;
  if (argc > 2) {
    sized.width  = strtod(argv[1], NULL);
    sized.height = strtod(argv[2], NULL);
  }
  if (!bl_scene_make(&sized, &model, &view)) {
    return 1;
  }

  const BlLayout* const layout = bl_view_layout(view);
  for (size_t i = 0; i < layout->n_items; ++i) {
    print_item(&layout->items[i]);
  }
  print_rows(&view->menu);
  printf("quiet 0 %.0f %.0f\n", layout->wave.x + layout->wave.w / 2.0,
         layout->wave.y + layout->wave.h / 2.0);
  const BlColor ready = bl_theme_colors[BL_COLOR_RESULT];
  printf("ready %.0f %.0f %.0f\n", ready.r * 255.0, ready.g * 255.0,
         ready.b * 255.0);
  bl_scene_free(&model, view);
  return 0;
}

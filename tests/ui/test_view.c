// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// The window's picture in each of its states, compared with kept ones; where
// everything lies; what the keyboard reaches.  BL_KEEP_PICTURES=1 keeps what
// is drawn: look at each of them first.

#include "layout.h"
#include "scenes.h"
#include "theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHANNEL_OFF 40   ///< Of 255: a pixel that differs
#define PIXELS_OFF 0.002 ///< Part of them that may, where glyphs are rounded

#define TESTS_MAX 96u

static const char*
top(void)
{
  static char       path[4096];
  const char* const folder = getenv("BL_TOP");
  return realpath(folder ? folder : ".", path) ? path : ".";
}

static unsigned
off(const uint32_t a, const uint32_t b)
{
  unsigned most = 0;
  for (unsigned shift = 0; shift < 24u; shift += 8u) {
    const int d = (int)(a >> shift & 0xFFu) - (int)(b >> shift & 0xFFu);
    most        = (unsigned)abs(d) > most ? (unsigned)abs(d) : most;
  }
  return most;
}

/// Part of the pixels that differ; 1 where the sizes do
static double
compare(cairo_surface_t* const a, cairo_surface_t* const b)
{
  const int w = cairo_image_surface_get_width(a);
  const int h = cairo_image_surface_get_height(a);
  if (cairo_surface_status(b) || w != cairo_image_surface_get_width(b) ||
      h != cairo_image_surface_get_height(b)) {
    return 1.0;
  }

  size_t different = 0;
  for (int y = 0; y < h; ++y) {
    const uint32_t* const p =
      (const uint32_t*)(void*)(cairo_image_surface_get_data(a) +
                               (ptrdiff_t)y *
                                 cairo_image_surface_get_stride(a));
    const uint32_t* const q =
      (const uint32_t*)(void*)(cairo_image_surface_get_data(b) +
                               (ptrdiff_t)y *
                                 cairo_image_surface_get_stride(b));
    for (int x = 0; x < w; ++x) {
      different += off(p[x], q[x]) > CHANNEL_OFF;
    }
  }
  return (double)different / ((double)w * h);
}

/// A picture as it is drawn equals the kept one
static bool
equals_kept(cairo_surface_t* const surface,
            const char* const      folder,
            const char* const      name)
{
  char              kept[8192];
  char              drawn[8192];
  const char* const tmp = getenv("BL_TMP");
  snprintf(kept, sizeof(kept), "%s/%s/%s.png", top(), folder, name);
  snprintf(drawn, sizeof(drawn), "%s/%s.png", tmp ? tmp : ".", name);

  if (getenv("BL_KEEP_PICTURES")) {
    assert_int_equal(cairo_surface_write_to_png(surface, kept), 0);
  }
  cairo_surface_t* const before = cairo_image_surface_create_from_png(kept);
  const double           part   = compare(surface, before);
  if (part > PIXELS_OFF) {
    cairo_surface_write_to_png(surface, drawn);
    print_message("# %.3f %% of the pixels differ: compare %s with %s\n",
                  100.0 * part, drawn, kept);
  }
  cairo_surface_destroy(before);
  return part <= PIXELS_OFF;
}

static void
test_picture(void** const state)
{
  const BlScene* const   scene   = (const BlScene*)*state;
  cairo_surface_t* const surface = bl_scene_draw(scene);
  assert_non_null(surface);
  const bool kept = equals_kept(surface, "tests/ui/pictures", scene->name);
  const bool readme =
    !scene->in_readme || equals_kept(surface, "ui/pictures", scene->name);
  cairo_surface_destroy(surface);
  assert_true(kept);
  assert_true(readme);
}

static void
test_contrast(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < BL_N_COLOR_PAIRS; ++i) {
    const double contrast =
      bl_theme_contrast(bl_theme_colors[bl_theme_pairs[i].text],
                        bl_theme_colors[bl_theme_pairs[i].ground]);
    if (contrast < 4.5) {
      print_message("# pair %u: %.2f\n", i, contrast);
    }
    assert_true(contrast >= 4.5);
  }
}

/// All within the window, and nothing over anything else
static void
check_layout(const BlLayout* const l)
{
  for (size_t i = 0; i < l->n_items; ++i) {
    const BlRect a  = l->items[i].rect;
    bool         ok = a.x >= 0.0 && a.y >= 0.0 && a.w >= 16.0 && a.h >= 16.0 &&
              a.x + a.w <= l->width + 0.01 && a.y + a.h <= l->height + 0.01;
    for (size_t j = 0; j < i; ++j) {
      const BlRect b = l->items[j].rect;
      ok = ok && (a.x >= b.x + b.w || b.x >= a.x + a.w || a.y >= b.y + b.h ||
                  b.y >= a.y + a.h);
    }
    if (!ok) {
      print_message("# %gx%g: item %d/%d at %g %g %g %g\n", l->width, l->height,
                    (int)l->items[i].kind, l->items[i].index, a.x, a.y, a.w,
                    a.h);
    }
    assert_true(ok);
  }
}

static void
test_layout(void** const state)
{
  (void)state;
  PangoContext* const fonts = bl_canvas_fonts_new();
  static BlLayout     layout;
  for (size_t s = 0; s < bl_n_scenes; ++s) {
    BlModel model;
    BlView* view = NULL;
    assert_true(bl_scene_make(&bl_scenes[s], &model, &view));
    for (double w = 640.0; w <= 2000.0; w += 204.0) {
      for (double h = 400.0; h <= 1300.0; h += 90.0) {
        for (int fold = 0; fold < 3; ++fold) {
          const BlUnfolded unfolded = { fold == 1, fold == 2 };
          bl_layout_compute(&layout, &model, &unfolded, fonts, w, h);
          check_layout(&layout);
        }
      }
    }
    bl_scene_free(&model, view);
  }
  bl_canvas_fonts_free(fonts);
}

/// The item that has the keyboard, found by what is drawn anew: its place
static void
test_tab(void** const state)
{
  (void)state;
  for (size_t s = 0; s < bl_n_scenes; ++s) {
    BlModel model;
    BlView* view = NULL;
    assert_true(bl_scene_make(&bl_scenes[s], &model, &view));
    bl_view_focus(view, true);
    const BlLayout* const l                     = bl_view_layout(view);
    bool                  reached[BL_ITEMS_MAX] = { false };
    bl_view_key(view, BL_KEY_ESCAPE, 0u);
    bl_view_update(view, BL_SCENE_NOW);
    for (size_t i = 0; i < l->n_items; ++i) {
      assert_true(bl_view_key(view, BL_KEY_TAB, 0u));
      const BlItem* const item = bl_view_focused(view);
      assert_non_null(item);
      reached[item - l->items] = true;
    }
    for (size_t i = 0; i < l->n_items; ++i) {
      if (reached[i] != l->items[i].enabled) {
        print_message("# %s: item %d/%d\n", bl_scenes[s].name,
                      (int)l->items[i].kind, l->items[i].index);
      }
      assert_int_equal(reached[i], l->items[i].enabled);
    }
    bl_scene_free(&model, view);
  }
}

static void
click(BlView* const view, const BlItemKind kind)
{
  bl_view_update(view, BL_SCENE_NOW);
  const BlItem* const item = bl_layout_find(bl_view_layout(view), kind, 0);
  assert_non_null(item);
  const double x = item->rect.x + 4.0;
  const double y = item->rect.y + 4.0;
  bl_view_press(view, x, y, 1, 0u, BL_SCENE_NOW);
  bl_view_release(view, x, y, 1);
}

/// The red button ends a take, however it began
static void
test_recording_ends(void** const state)
{
  (void)state;
  for (size_t s = 0; s < bl_n_scenes; ++s) {
    BlModel model;
    BlView* view = NULL;
    if (strcmp(bl_scenes[s].name, "recording") != 0) {
      continue;
    }
    assert_true(bl_scene_make(&bl_scenes[s], &model, &view));
    assert_false(
      bl_layout_find(bl_view_layout(view), BL_ITEM_GENERATE, 0)->enabled);
    click(view, BL_ITEM_RECORD_NOW);
    assert_true(bl_model_control(&model, BL_PORT_RECORD) > 0.5f);
    click(view, BL_ITEM_ARM);
    assert_true(bl_model_control(&model, BL_PORT_RECORD) < 0.5f);
    assert_true(bl_model_control(&model, BL_PORT_ARM) > 0.5f);
    click(view, BL_ITEM_ARM);
    assert_true(bl_model_control(&model, BL_PORT_ARM) < 0.5f);
    bl_scene_free(&model, view);
  }
}

/// After one drawing nothing is drawn again until something changes
static void
test_nothing_new(void** const state)
{
  (void)state;
  for (size_t s = 0; s < bl_n_scenes; ++s) {
    BlModel model;
    BlView* view = NULL;
    BlRect  rect;
    assert_true(bl_scene_make(&bl_scenes[s], &model, &view));
    cairo_surface_t* const surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, 64, 64);
    cairo_t* const cr = cairo_create(surface);
    // Until meter and hold have fallen
    for (double t = 0.0; t < 12.0; t += 0.1) {
      bl_view_update(view, BL_SCENE_NOW + t);
      bl_view_draw(view, cr);
    }
    const bool runs = bl_model_shown_job(&model) &&
                      bl_model_job_runs(bl_model_shown_job(&model));
    for (double t = 12.0; t < 12.9 && !runs; t += 0.1) {
      bl_view_update(view, BL_SCENE_NOW + t);
      assert_false(bl_view_damage(view, &rect));
    }
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    bl_scene_free(&model, view);
  }
}

int
main(void)
{
  char fonts[8192];
  snprintf(fonts, sizeof(fonts), "%s/tests/ui/fonts.conf", top());
  setenv("FONTCONFIG_FILE", fonts, 1);
  setenv("XDG_DATA_HOME", "/home/anna/.local/share", 1);
  setenv("TZ", "UTC", 1);

  struct CMUnitTest tests[TESTS_MAX] = {
    cmocka_unit_test(test_contrast),
    cmocka_unit_test(test_layout),
    cmocka_unit_test(test_tab),
    cmocka_unit_test(test_nothing_new),
    cmocka_unit_test(test_recording_ends),
  };
  size_t n = 5;
  if (n + bl_n_scenes > TESTS_MAX) {
    return 1;
  }
  for (size_t i = 0; i < bl_n_scenes; ++i, ++n) {
    tests[n].name          = bl_scenes[i].name;
    tests[n].test_func     = test_picture;
    tests[n].initial_state = (void*)(uintptr_t)&bl_scenes[i];
  }
  return _cmocka_run_group_tests("view", tests, n, NULL, NULL);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 240
// no sanitizer: GTK leaks by itself: sanitize/test_embedded tells whose it is

// The window in a GTK 3 host by way of suil, as jalv and Ardour embed it.
// "test_suil --leak" leaks a window instead, which a checker has to see.

#include "support/scene.h"
#include "x11host.h"

#include "base/thread.h"

#include <dlfcn.h>
#include <gtk/gtk.h>
#include <pthread.h>
#include <suil/suil.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPENINGS (SCENE_SANITIZED ? 60u : 200u)
#define WIDTH 880
#define HEIGHT 600

typedef struct
{
  GtkWidget*    window;
  SuilInstance* ui;
} Opened;

static BlWorld*      world;
static BlHost*       plugin;
static SuilHost*     suil;
static SuilInstance* shown; ///< NULL: no window is open
static unsigned      messages;
static char          bundle[4096];
static char          binary[4200];

static void
write_port(const SuilController controller,
           const uint32_t       port,
           const uint32_t       size,
           const uint32_t       format,
           const void* const    buffer)
{
  (void)controller;
  if (format) {
    bl_host_send(plugin, (const LV2_Atom*)buffer);
    return;
  }
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    if ((uint32_t)bl_params[i].port == port && size == sizeof(float)) {
      bl_host_set(plugin, bl_params[i].symbol, *(const float*)buffer);
    }
  }
}

static void
on_notify(void* const handle, const LV2_Atom* const atom)
{
  (void)handle;
  if (shown) {
    ++messages;
    suil_instance_port_event(shown, BL_PORT_NOTIFY,
                             (uint32_t)sizeof(*atom) + atom->size,
                             bl_world_urids(world)->atom_eventTransfer, atom);
  }
}

/// Run the plugin and GTK's loop, and in it suil's idle, for so long
static void
pump(const double seconds)
{
  const double until = bl_time_monotonic() + seconds;
  do {
    bl_host_run(plugin, 480u);
    while (gtk_events_pending()) {
      gtk_main_iteration();
    }
    g_usleep(8000);
  } while (bl_time_monotonic() < until);
}

#define WAIT_UNTIL(condition)                                                  \
  do {                                                                         \
    for (unsigned tries_ = 0; tries_ < 1200; ++tries_) {                       \
      if (condition) {                                                         \
        break;                                                                 \
      }                                                                        \
      pump(0.025);                                                             \
    }                                                                          \
    assert_true(condition);                                                    \
  } while (0)

static void
find_bundle(void)
{
  snprintf(bundle, sizeof(bundle), "%s/backline.lv2/", getenv("LV2_PATH"));
  snprintf(binary, sizeof(binary), "%sbackline_ui.so", bundle);
}

static Opened
open_window(void)
{
  const Opened opened = { gtk_window_new(GTK_WINDOW_TOPLEVEL), NULL };
  GtkWidget*   box    = gtk_event_box_new();
  gtk_container_add(GTK_CONTAINER(opened.window), box);

  const LV2_Feature        map        = { LV2_URID__map, bl_world_map(world) };
  const LV2_Feature        parent     = { LV2_UI__parent, box };
  const LV2_Feature* const features[] = { &map, &parent, NULL };
  SuilInstance* const      ui =
    suil_instance_new(suil, plugin, LV2_UI__Gtk3UI, BL_PLUGIN_MONO_URI,
                      BL_UI_URI, LV2_UI__X11UI, bundle, binary, features);
  assert_non_null(ui);
  gtk_container_add(GTK_CONTAINER(box),
                    (GtkWidget*)suil_instance_get_widget(ui));
  gtk_widget_show_all(opened.window);
  shown = ui;
  return (Opened){ opened.window, ui };
}

/// As the host's taste is: its window first, or ours
static void
close_window(const Opened* const opened, const bool host_first)
{
  if (host_first) {
    gtk_widget_destroy(opened->window);
    bl_host_run(plugin, 480u); // And is told on, as jalv does
    shown = NULL;
    suil_instance_free(opened->ui);
  } else {
    shown = NULL;
    suil_instance_free(opened->ui);
    gtk_widget_destroy(opened->window);
  }
  pump(0.0);
}

/// Our window is inside the host's, as large as it wants to be
static void
test_embedded(void** const state)
{
  (void)state;
  const Opened opened = open_window();
  messages            = 0;
  WAIT_UNTIL(messages > 0);
  int width  = 0;
  int height = 0;
  for (unsigned i = 0; i < 400 && (width < WIDTH || height < HEIGHT); ++i) {
    pump(0.025);
    gtk_window_get_size(GTK_WINDOW(opened.window), &width, &height);
  }
  assert_int_equal(width, WIDTH);
  assert_int_equal(height, HEIGHT);
  gtk_window_resize(GTK_WINDOW(opened.window), 1000, 700);
  pump(0.3);
  close_window(&opened, false);
}

/// Opened and closed again and again while a job runs, in both orders
static void
test_open_and_close(void** const state)
{
  (void)state;
  bl_host_set(plugin, "service", 1.0f);
  bl_host_set(plugin, "arm", 1.0f);
  xhost_sing(plugin);
  WAIT_UNTIL((int)bl_host_get(plugin, "takes") == 1);
  for (unsigned i = 0; i < 10; ++i) { // Caches fill up
    const Opened opened = open_window();
    pump(0.02);
    close_window(&opened, i % 2u);
  }

  const unsigned threads = scene_threads();
  const unsigned all     = scene_all_threads();
  const unsigned files   = scene_open_files();
  const size_t   bytes   = scene_resident();
  for (unsigned i = 0; i < OPENINGS; ++i) {
    if (i == 5) {
      pump(1.1); // A click in the second of a restore is none
      bl_host_set(plugin, "generate", 1.0f);
    }
    const Opened opened = open_window();
    pump(i % 10u ? 0.01 : 0.1);
    close_window(&opened, i % 2u);
  }
  WAIT_UNTIL((int)bl_host_get(plugin, "results") == 2);
  WAIT_UNTIL(scene_threads() <= threads);
  WAIT_UNTIL(scene_all_threads() <= all);
  WAIT_UNTIL(scene_open_files() <= files);
  const size_t now = scene_resident();
  print_message("# %zu kB more after %u windows\n",
                now > bytes ? (now - bytes) / 1024u : 0u, OPENINGS);
}

static LV2_URID
map_nothing(const LV2_URID_Map_Handle handle, const char* const uri)
{
  (void)handle;
  (void)uri;
  pthread_exit(NULL);
}

/// A thread that ends within instantiate(): what that had is lost
static void*
leak(void* const data)
{
  (void)data;
  void* const              library  = dlopen(binary, RTLD_NOW);
  LV2UI_DescriptorFunction function = NULL;
  xscreen_require(library != NULL, "the UI's library");
  *(void**)(&function) = dlsym(library, "lv2ui_descriptor");

  const LV2UI_Descriptor* const ui         = function ? function(0) : NULL;
  LV2_URID_Map                  map        = { NULL, map_nothing };
  const LV2_Feature             feature    = { LV2_URID__map, &map };
  const LV2_Feature* const      features[] = { &feature, NULL };
  LV2UI_Widget                  widget     = NULL;
  if (ui) {
    ui->instantiate(ui, BL_PLUGIN_MONO_URI, bundle, write_port, NULL, &widget,
                    features);
  }
  return NULL;
}

static void
leak_from_thread(void)
{
  pthread_t thread;
  xscreen_require(!pthread_create(&thread, NULL, leak, NULL), "a thread");
  pthread_join(thread, NULL);
}

/// What LeakSanitizer tells apart by name must be there when it looks
static void
keep_library(void)
{
  if (SCENE_SANITIZED) {
    xscreen_require(dlopen(binary, RTLD_NOW | RTLD_NODELETE) != NULL,
                    "the UI's library");
  }
}

int
main(const int argc, char** const argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_embedded),
    cmocka_unit_test(test_open_and_close),
  };
  const BlHostSetup setup = { .notify_bytes = 65536u };
  XScreen           screen;
  xscreen_start(&screen);
  gdk_set_allowed_backends("x11");
  gtk_init(NULL, NULL); // From here on GTK ends the test at an X error
  world  = bl_world_new();
  plugin = world ? bl_host_new(world, &setup) : NULL;
  suil   = suil_host_new(write_port, NULL, NULL, NULL);
  xscreen_require(plugin && suil, "a plugin and suil");
  bl_host_listen(plugin, on_notify, NULL);
  find_bundle();
  keep_library();
  int failed = 0;
  if (argc == 2 && !strcmp(argv[1], "--leak")) {
    leak_from_thread();
  } else {
    failed = cmocka_run_group_tests(tests, NULL, NULL);
  }
  bl_host_free(plugin);
  bl_world_free(world);
  suil_host_free(suil);
  xscreen_stop(&screen);
  return failed;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "x11host.h"

#include "base/thread.h"
#include "support/sing.h"
#include "view_priv.h"
#include "window.h"

#include <X11/Xutil.h>
#include <lv2/atom/util.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDTH ((int)BL_WINDOW_WIDTH)
#define HEIGHT ((int)BL_WINDOW_HEIGHT)
#define BLOCK 480u

// Between plugin and windows

static const char*
symbol_of(const uint32_t port)
{
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    if ((uint32_t)bl_params[i].port == port) {
      return bl_params[i].symbol;
    }
  }
  return NULL;
}

static void
write_from_ui(const LV2UI_Controller controller,
              const uint32_t         port,
              const uint32_t         size,
              const uint32_t         format,
              const void* const      buffer)
{
  XUi* const   ui   = (XUi*)controller;
  XHost* const host = ui->host;
  if (format) {
    xscreen_require(size == lv2_atom_total_size((const LV2_Atom*)buffer),
                    "an atom");
    bl_host_send(host->plugin, (const LV2_Atom*)buffer);
    return;
  }

  float value = 0.0f;
  xscreen_require(size == sizeof(value) && symbol_of(port), "a control value");
  memcpy(&value, buffer, sizeof(value));
  bl_host_set(host->plugin, symbol_of(port), value);
  for (unsigned i = 0; i < XHOST_UIS; ++i) {
    if (host->open[i]) {
      bl_model_port(&host->uis[i].model, port, value);
      if (&host->uis[i] != ui) {
        host->uis[i].descriptor->port_event(host->uis[i].handle, port, size, 0,
                                            buffer);
      }
    }
  }
}

static void
on_notify(void* const handle, const LV2_Atom* const atom)
{
  XHost* const     host = (XHost*)handle;
  static BlMessage message;
  const uint32_t   size = lv2_atom_total_size(atom);
  const bool ours = !bl_message_decode(&host->protocol, atom, size, &message);
  for (unsigned i = 0; i < XHOST_UIS; ++i) {
    XUi* const ui = &host->uis[i];
    if (host->open[i]) {
      ui->descriptor->port_event(
        ui->handle, BL_PORT_NOTIFY, size,
        bl_world_urids(host->world)->atom_eventTransfer, atom);
      if (ours) {
        bl_model_message(&ui->model, &message, bl_time_monotonic());
      }
    }
  }
}

static void
tell_outputs(XHost* const host)
{
  static const char* const symbols[] = { "status",   "progress", "take_seconds",
                                         "take_bar", "dropped",  "takes",
                                         "results",  "error",    "credits" };
  for (uint32_t n = 0; n < 9u; ++n) {
    const float value = bl_host_get(host->plugin, symbols[n]);
    if (!memcmp(&value, &host->outputs[n], sizeof(value))) {
      continue;
    }
    host->outputs[n] = value;
    for (unsigned i = 0; i < XHOST_UIS; ++i) {
      if (host->open[i]) {
        host->uis[i].descriptor->port_event(
          host->uis[i].handle, BL_PORT_STATUS + n, sizeof(value), 0, &value);
        bl_model_port(&host->uis[i].model, BL_PORT_STATUS + n, value);
      }
    }
  }
}

static void
step(XHost* const host)
{
  XEvent event;
  bl_host_run(host->plugin, BLOCK);
  tell_outputs(host);
  while (XPending(host->screen.display)) {
    XNextEvent(host->screen.display, &event);
    host->keys += event.type == KeyPress;
  }
  for (unsigned i = 0; i < XHOST_UIS; ++i) {
    XUi* const ui = &host->uis[i];
    if (host->open[i] && !ui->gone) {
      ui->gone = ui->idler->idle(ui->handle);
      bl_view_update(ui->shadow, bl_time_monotonic());
    }
  }
}

void
xhost_pump(XHost* const host, const double seconds)
{
  const double until = bl_time_monotonic() + seconds;
  do {
    step(host);
    usleep(8000);
  } while (bl_time_monotonic() < until);
}

// Life

void
xhost_start(XHost* const host)
{
  memset(host, 0, sizeof(*host));
  host->world = bl_world_new();
  xscreen_require(host->world != NULL, "the bundle is there");
  xscreen_require(bl_protocol_map(&host->protocol, bl_world_map(host->world)),
                  "URIDs");
  xscreen_start(&host->screen);
  const BlHostSetup setup = { .notify_bytes = 65536u };
  host->plugin            = bl_host_new(host->world, &setup);
  xscreen_require(host->plugin != NULL, "the plugin is there");
  bl_host_listen(host->plugin, on_notify, host);
}

void
xhost_stop(XHost* const host)
{
  for (unsigned i = 0; i < XHOST_UIS; ++i) {
    if (host->open[i]) {
      xhost_close(host, i);
    }
  }
  bl_host_free(host->plugin);
  bl_world_free(host->world);
  xscreen_stop(&host->screen);
}

static void
open_shadow(XUi* const ui)
{
  const BlModelOut out  = { NULL, NULL, NULL, NULL };
  const BlViewHost view = { NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL };
  xscreen_require(!bl_model_init(&ui->model, &out), "memory");
  ui->shadow = bl_view_new(&ui->model, &view);
  xscreen_require(ui->shadow != NULL, "memory");
  bl_view_resize(ui->shadow, WIDTH, HEIGHT);
}

static void
tell_inputs(XUi* const ui)
{
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    const float value = bl_host_get(ui->host->plugin, bl_params[i].symbol);
    ui->descriptor->port_event(ui->handle, (uint32_t)bl_params[i].port,
                               sizeof(value), 0, &value);
    bl_model_port(&ui->model, (uint32_t)bl_params[i].port, value);
  }
  memset(ui->host->outputs, 0xFF, sizeof(ui->host->outputs));
}

double
xhost_open(XHost* const host, const unsigned i)
{
  XUi* const   ui = &host->uis[i];
  char         bundle[4096];
  char         path[4200];
  const double began = bl_time_monotonic();

  memset(ui, 0, sizeof(*ui));
  ui->host = host;
  snprintf(bundle, sizeof(bundle), "%s/backline.lv2/", getenv("LV2_PATH"));
  snprintf(path, sizeof(path), "%sbackline_ui.so", bundle);
  ui->parent = XCreateSimpleWindow(
    host->screen.display, DefaultRootWindow(host->screen.display),
    20 + 40 * (int)i, 20, WIDTH, HEIGHT, 0, 0, 0);
  XSelectInput(host->screen.display, ui->parent, KeyPressMask);
  XMapRaised(host->screen.display, ui->parent);
  XSync(host->screen.display, False);

  ui->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  xscreen_require(ui->library != NULL, "the window's library loads");
  LV2UI_DescriptorFunction get = NULL;
  *(void**)&get                = dlsym(ui->library, "lv2ui_descriptor");
  xscreen_require(get && get(0), "its descriptor");
  ui->descriptor = get(0);
  ui->idler      = (const LV2UI_Idle_Interface*)ui->descriptor->extension_data(
         LV2_UI__idleInterface);

  LV2UI_Widget widget = NULL;
  LV2_Feature  map    = { LV2_URID__map, bl_world_map(host->world) };
  LV2_Feature  parent = { LV2_UI__parent, (void*)(uintptr_t)ui->parent };
  const LV2_Feature* const features[] = { &map, &parent, NULL };
  open_shadow(ui);
  ui->handle =
    ui->descriptor->instantiate(ui->descriptor, BL_PLUGIN_MONO_URI, bundle,
                                write_from_ui, ui, &widget, features);
  xscreen_require(ui->handle != NULL, "the window opens");
  ui->window    = (Window)(uintptr_t)widget;
  host->open[i] = true;
  tell_inputs(ui);
  ui->idler->idle(ui->handle);
  return bl_time_monotonic() - began;
}

void
xhost_close(XHost* const host, const unsigned i)
{
  XUi* const ui = &host->uis[i];
  ui->descriptor->cleanup(ui->handle);
  host->open[i] = false;
  bl_view_free(ui->shadow);
  bl_model_deinit(&ui->model);
  dlclose(ui->library);
  if (!ui->gone) {
    XDestroyWindow(host->screen.display, ui->parent);
  }
  XSync(host->screen.display, False);
}

void
xhost_sing(BlHost* const plugin)
{
  BlSungNote notes[24];
  size_t     frames = 0;
  for (unsigned i = 0; i < 24u; ++i) {
    static const double keys[] = { 60.0, 62.0, 64.0, 67.0, 65.0, 64.0 };
    notes[i]                   = (BlSungNote){ i * 0.75, 0.7, keys[i % 6u],
                                               (BlVowel)(i % BL_N_VOWELS), BL_CONSONANT_L };
  }
  BlSingSetup setup      = bl_sing_setup();
  setup.bpm              = 100.0;
  setup.length_s         = 11.0;
  float* const   voice   = bl_sing_samples(notes, 24u, &setup, &frames);
  BlHostPosition from    = { .speed = 1.0, .bpm = 100.0, .frame = 48000 };
  const float*   audio[] = { voice };
  xscreen_require(voice != NULL, "a voice");
  bl_host_play(plugin, &from, audio, frames, 1024u);
  free(voice);
}

void
xhost_bounce(XHost* const host)
{
  xhost_sing(host->plugin);
  tell_outputs(host);
}

// A person

/// Where the middle of an item is in the window
static void
find_point(XHost* const     host,
           const unsigned   i,
           const BlItemKind kind,
           const int        index,
           int* const       x,
           int* const       y)
{
  xhost_pump(host, 0.1);
  const BlItem* const item =
    bl_layout_find(bl_view_layout(host->uis[i].shadow), kind, index);
  xscreen_require(item != NULL, "what is pointed at is there");
  *x = (int)(item->rect.x + item->rect.w / 2.0);
  *y = (int)(item->rect.y + item->rect.h / 2.0);
}

/// With the mouse, into the window and into its shadow
static void
click_at(XHost* const   host,
         const unsigned i,
         const int      x,
         const int      y,
         const int      button)
{
  const XUi* const ui    = &host->uis[i];
  Window           child = 0;
  int              root_x;
  int              root_y;
  XTranslateCoordinates(host->screen.display, ui->window,
                        DefaultRootWindow(host->screen.display), x, y, &root_x,
                        &root_y, &child);
  xscreen_do(&host->screen, "mousemove %d %d click %d", root_x, root_y, button);
  bl_view_focus(ui->shadow, true);
  bl_view_motion(ui->shadow, x, y, false);
  bl_view_press(ui->shadow, x, y, button, 0u, bl_time_monotonic());
  bl_view_release(ui->shadow, x, y, button);
  xhost_pump(host, 0.1);
}

void
xhost_click(XHost* const     host,
            const unsigned   i,
            const BlItemKind kind,
            const int        index,
            const int        button)
{
  int x = 0;
  int y = 0;
  find_point(host, i, kind, index, &x, &y);
  click_at(host, i, x, y, button);
}

/// The row of the shadow's open menu that says so
static int
find_row(const BlMenu* const menu, const char* const text)
{
  xscreen_require(menu->open, "a menu is open");
  for (size_t n = 0; n < menu->n_rows; ++n) {
    if (!strcmp(menu->rows[n].text, text)) {
      return (int)n;
    }
  }
  xscreen_require(false, text);
  return -1;
}

void
xhost_click_row(XHost* const host, const unsigned i, const char* const text)
{
  const BlMenu* const menu = &host->uis[i].shadow->menu;
  const int           row  = find_row(menu, text);
  const double        x    = menu->rect.x + menu->rect.w / 2.0;
  double              y    = menu->rect.y;
  while (bl_menu_at(menu, x, y) != row && y < menu->rect.y + menu->rect.h) {
    y += 1.0;
  }
  click_at(host, i, (int)x, (int)y + 4, 1);
}

void
xhost_choose_row(XHost* const host, const unsigned i, const char* const text)
{
  const BlMenu* const menu = &host->uis[i].shadow->menu;
  const int           row  = find_row(menu, text);
  for (size_t n = 0; menu->at != row && n < menu->n_rows; ++n) {
    xhost_key(host, i, "Down", BL_KEY_DOWN);
  }
  xhost_key(host, i, "Return", BL_KEY_ENTER);
}

void
xhost_key(XHost* const      host,
          const unsigned    i,
          const char* const name,
          const BlKey       key)
{
  xscreen_do(&host->screen, "key --delay 0 %s", name);
  if (key != BL_KEY_NONE) {
    bl_view_key(host->uis[i].shadow, key, 0u);
  }
  xhost_pump(host, 0.05);
}

bool
xhost_tab_to(XHost* const     host,
             const unsigned   i,
             const BlItemKind kind,
             const int        index)
{
  xhost_pump(host, 0.1);
  BlView* const view = host->uis[i].shadow;
  unsigned      n    = 0;
  for (; n < BL_ITEMS_MAX; ++n) {
    const BlItem* const item = bl_view_focused(view);
    if (item && item->kind == kind && item->index == index) {
      break;
    }
    bl_view_key(view, BL_KEY_TAB, 0u);
  }
  if (n == BL_ITEMS_MAX) {
    return false;
  }
  if (n) {
    xscreen_do(&host->screen, "key --delay 4 --repeat %u Tab", n);
  }
  xhost_pump(host, 0.1);
  return true;
}

void
xhost_clipboard(XHost* const host, char* const text, const size_t size)
{
  FILE* const  pipe  = popen("timeout 20 xclip -selection clipboard -o", "r");
  const double until = bl_time_monotonic() + 20.0;
  size_t       n     = 0;
  xscreen_require(pipe != NULL, "xclip");
  fcntl(fileno(pipe), F_SETFL, O_NONBLOCK);
  while (n + 1u < size && bl_time_monotonic() < until) {
    const ssize_t got = read(fileno(pipe), text + n, size - 1u - n);
    if (!got) {
      break;
    }
    n += got > 0 ? (size_t)got : 0u;
    xhost_pump(host, 0.02); // The window answers for its text
  }
  text[n] = '\0';
  pclose(pipe);
}

uint32_t*
xhost_picture(XHost* const host, const unsigned i, size_t* const count)
{
  XImage* const image = XGetImage(host->screen.display, host->uis[i].window, 0,
                                  0, WIDTH, HEIGHT, AllPlanes, ZPixmap);
  xscreen_require(image != NULL, "the window can be read");
  *count                 = (size_t)WIDTH * HEIGHT;
  uint32_t* const pixels = (uint32_t*)malloc(*count * sizeof(uint32_t));
  for (int y = 0; pixels && y < HEIGHT; ++y) {
    for (int x = 0; x < WIDTH; ++x) {
      pixels[y * WIDTH + x] = (uint32_t)XGetPixel(image, x, y) & 0xFFFFFFu;
    }
  }
  XDestroyImage(image);
  return pixels;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

/**
   The LV2 UI: what the host hands in, atoms in and out, and the programs it
   starts.  One object a window; every call comes from the UI thread.
*/

#include "programs.h"
#include "window.h"

#include "base/ports.h"
#include "base/thread.h"
#include "base/urids.h"

#include <lv2/atom/forge.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>
#include <lv2/ui/ui.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  LV2UI_Write_Function write;
  LV2UI_Controller     controller;
  LV2UI_Resize*        resize; ///< May be NULL
  BlUrids              urids;
  BlProtocol           protocol;
  LV2_Atom_Forge       forge;
  BlModel              model;
  BlWindow*            window;
  BlLogin              login;
  double               hello_at;
  uint64_t             buffer[BL_MESSAGE_ATOM_BYTES / 8u];
} BlUi;

// To the plugin

static void
write_atom(BlUi* const ui, const uint32_t size)
{
  if (size) {
    ui->write(ui->controller, BL_PORT_CONTROL, size,
              ui->urids.atom_eventTransfer, ui->buffer);
  }
}

static void
send_port(void* const handle, const BlPort port, const float value)
{
  BlUi* const ui = (BlUi*)handle;
  ui->write(ui->controller, port, sizeof(value), 0, &value);
}

static void
send_message(void* const handle, const BlMessage* const message)
{
  BlUi* const ui = (BlUi*)handle;
  write_atom(ui, bl_message_encode(&ui->protocol, message, ui->buffer,
                                   sizeof(ui->buffer)));
}

static void
send_string(void* const handle, const BlStringId id, const char* const text)
{
  BlUi* const          ui = (BlUi*)handle;
  LV2_Atom_Forge_Frame frame;

  lv2_atom_forge_set_buffer(&ui->forge, (uint8_t*)ui->buffer,
                            sizeof(ui->buffer));
  LV2_Atom_Forge_Ref ref =
    lv2_atom_forge_object(&ui->forge, &frame, 0, ui->urids.patch_Set);
  ref = ref && lv2_atom_forge_key(&ui->forge, ui->urids.patch_property) &&
        lv2_atom_forge_urid(&ui->forge, ui->urids.bl_strings[id]) &&
        lv2_atom_forge_key(&ui->forge, ui->urids.patch_value) &&
        lv2_atom_forge_string(&ui->forge, text, (uint32_t)strlen(text));
  if (ref) {
    lv2_atom_forge_pop(&ui->forge, &frame);
    write_atom(ui, lv2_atom_total_size((const LV2_Atom*)ui->buffer));
  }
}

static void
ask_for_strings(BlUi* const ui)
{
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_set_buffer(&ui->forge, (uint8_t*)ui->buffer,
                            sizeof(ui->buffer));
  if (lv2_atom_forge_object(&ui->forge, &frame, 0, ui->urids.patch_Get)) {
    lv2_atom_forge_pop(&ui->forge, &frame);
    write_atom(ui, lv2_atom_total_size((const LV2_Atom*)ui->buffer));
  }
}

static void
say_hello(BlUi* const ui, const bool all)
{
  BlMessage message;
  bl_message_init(&message, BL_MSG_HELLO);
  message.as.hello.protocol = BL_PROTOCOL_VERSION;
  message.as.hello.all      = all;
  send_message(ui, &message);
  ui->hello_at = bl_time_monotonic();
}

// Programs

static void
open_folder(void* const handle, const char* const path)
{
  BlUi* const ui = (BlUi*)handle;
  char        folder[BL_PATH_BYTES];
  if (bl_programs_folder(path, folder)) {
    bl_view_tell(bl_window_view(ui->window), "There is no such folder.");
  } else if (bl_programs_open_folder(folder)) {
    bl_view_copy(bl_window_view(ui->window), folder,
                 "No file manager could be started: the folder's path is in "
                 "the clipboard.");
  }
}

static void
store_key(void* const handle, const char* const service, const char* const key)
{
  BlUi* const    ui = (BlUi*)handle;
  const BlStatus st = bl_programs_login(&ui->login, service, key);
  if (st) {
    bl_view_key_result(bl_window_view(ui->window), false,
                       "The command backline could not be started: install "
                       "it, or run \"backline login\" in a terminal.");
  }
}

static void
poll_login(BlUi* const ui)
{
  bool good = false;
  if (bl_programs_login_poll(&ui->login, &good)) {
    const char* const said = ui->login.said[0]
                               ? bl_programs_login_words(&ui->login)
                             : good ? "The key works and is kept."
                                    : "The key could not be tested.";
    bl_view_key_result(bl_window_view(ui->window), good, said);
  }
}

// From the plugin

static void
hear_property(BlUi* const           ui,
              const LV2_URID        property,
              const LV2_Atom* const value)
{
  for (unsigned i = 0; value && i < BL_N_STRINGS; ++i) {
    if (property == ui->urids.bl_strings[i] &&
        value->type == ui->urids.atom_String) {
      char text[BL_TEXT_BYTES];
      bl_text_copy(text, sizeof(text), (const char*)(value + 1), value->size);
      bl_model_string(&ui->model, (BlStringId)i, text);
    }
  }
}

static void
hear_set(BlUi* const ui, BlObjectIter iter)
{
  LV2_URID        key      = 0;
  LV2_URID        property = 0;
  const LV2_Atom* value    = NULL;
  const LV2_Atom* found    = NULL;
  while (bl_object_next(&iter, &key, &value)) {
    if (key == ui->urids.patch_property && value->size >= sizeof(LV2_URID)) {
      memcpy(&property, value + 1, sizeof(property));
    } else if (key == ui->urids.patch_value) {
      found = value;
    }
  }
  hear_property(ui, property, found);
}

static void
hear_put(BlUi* const ui, BlObjectIter iter)
{
  LV2_URID        key   = 0;
  const LV2_Atom* value = NULL;
  while (bl_object_next(&iter, &key, &value)) {
    BlObjectIter body;
    LV2_URID     type = 0;
    if (key == ui->urids.patch_body &&
        bl_object_begin(&body, value + 1, value->size, &type)) {
      while (bl_object_next(&body, &key, &value)) {
        hear_property(ui, key, value);
      }
      return;
    }
  }
}

static void
hear_atom(BlUi* const ui, const LV2_Atom* const atom, const uint32_t size)
{
  BlMessage message;
  if (!bl_message_decode(&ui->protocol, atom, size, &message)) {
    bl_model_message(&ui->model, &message, bl_time_monotonic());
    return;
  }

  BlObjectIter iter;
  LV2_URID     type = 0;
  if (atom->size > size - sizeof(*atom) ||
      (atom->type != ui->urids.atom_Object &&
       atom->type != ui->urids.atom_Blank) ||
      !bl_object_begin(&iter, atom + 1, atom->size, &type)) {
    return;
  }
  if (type == ui->urids.patch_Set) {
    hear_set(ui, iter);
  } else if (type == ui->urids.patch_Put) {
    hear_put(ui, iter);
  }
}

static void
port_event(const LV2UI_Handle handle,
           const uint32_t     port,
           const uint32_t     size,
           const uint32_t     format,
           const void* const  buffer)
{
  // suil 0.10 tells on, without a handle, when the host's window went first:
  // jalv.gtk3 closes so
  BlUi* const ui = (BlUi*)handle;
  if (!ui) {
    return;
  }
  if (!format && size == sizeof(float)) {
    float value = 0.0f;
    memcpy(&value, buffer, sizeof(value));
    bl_model_port(&ui->model, port, value);
  } else if (format == ui->urids.atom_eventTransfer && port == BL_PORT_NOTIFY &&
             size >= sizeof(LV2_Atom)) {
    hear_atom(ui, (const LV2_Atom*)buffer, size);
  }
}

// Life

typedef struct
{
  LV2_URID_Map*             map;
  LV2UI_Resize*             resize;
  const LV2_Options_Option* options;
  uintptr_t                 parent;
} Features;

static Features
find_features(const LV2_Feature* const* const features)
{
  Features found = { NULL, NULL, NULL, 0 };
  for (size_t i = 0; features && features[i]; ++i) {
    const char* const uri  = features[i]->URI;
    void* const       data = features[i]->data;
    if (!strcmp(uri, LV2_URID__map)) {
      found.map = (LV2_URID_Map*)data;
    } else if (!strcmp(uri, LV2_UI__resize)) {
      found.resize = (LV2UI_Resize*)data;
    } else if (!strcmp(uri, LV2_UI__parent)) {
      found.parent = (uintptr_t)data;
    } else if (!strcmp(uri, LV2_OPTIONS__options)) {
      found.options = (const LV2_Options_Option*)data;
    }
  }
  return found;
}

static double
find_scale(const Features* const found)
{
  const LV2_URID key = found->map->map(found->map->handle, LV2_UI__scaleFactor);
  const LV2_URID type = found->map->map(found->map->handle, LV2_ATOM__Float);
  for (const LV2_Options_Option* o = found->options; o && o->key; ++o) {
    float value = 0.0f;
    if (o->key == key && o->type == type && o->size == sizeof(value)) {
      memcpy(&value, o->value, sizeof(value));
      return (double)value;
    }
  }
  return 1.0;
}

static BlStatus
open_ui(BlUi* const ui, const Features* const found)
{
  const BlModelOut   out  = { ui, send_port, send_string, send_message };
  const BlWindowHost host = { ui, open_folder, store_key };

  if (!bl_urids_map(&ui->urids, found->map) ||
      !bl_protocol_map(&ui->protocol, found->map)) {
    return BL_UNSUPPORTED;
  }
  lv2_atom_forge_init(&ui->forge, found->map);
  BlStatus st = bl_model_init(&ui->model, &out);
  if (!st) {
    st = bl_window_new(&ui->model, &host, found->parent, find_scale(found),
                       &ui->window);
  }
  return st;
}

static void
cleanup(const LV2UI_Handle handle)
{
  BlUi* const ui = (BlUi*)handle;
  if (ui->window) {
    BlMessage message;
    bl_message_init(&message, BL_MSG_BYE);
    send_message(ui, &message);
  }
  bl_window_free(ui->window);
  bl_programs_login_end(&ui->login);
  bl_model_deinit(&ui->model);
  free(ui);
}

static LV2UI_Handle
instantiate(const LV2UI_Descriptor* const   descriptor,
            const char* const               plugin_uri,
            const char* const               bundle_path,
            const LV2UI_Write_Function      write,
            const LV2UI_Controller          controller,
            LV2UI_Widget* const             widget,
            const LV2_Feature* const* const features)
{
  (void)descriptor;
  (void)bundle_path;
  const Features found = find_features(features);
  const bool     ours  = !strcmp(plugin_uri, BL_PLUGIN_MONO_URI) ||
                    !strcmp(plugin_uri, BL_PLUGIN_STEREO_URI);
  BlUi* const ui = found.map && ours ? (BlUi*)calloc(1, sizeof(BlUi)) : NULL;
  if (!ui) {
    return NULL;
  }

  ui->write      = write;
  ui->controller = controller;
  ui->resize     = found.resize;
  if (open_ui(ui, &found)) {
    cleanup(ui);
    return NULL;
  }

  // An X11 window's number in the place of a pointer, as ui:X11UI says
  const uintptr_t id = bl_window_id(ui->window);
  memcpy(widget, &id, sizeof(id));
  const double scale = find_scale(&found);
  if (ui->resize) {
    ui->resize->ui_resize(ui->resize->handle, (int)(BL_WINDOW_WIDTH * scale),
                          (int)(BL_WINDOW_HEIGHT * scale));
  }
  say_hello(ui, true);
  ask_for_strings(ui);
  return ui;
}

static int
idle(const LV2UI_Handle handle)
{
  BlUi* const ui = (BlUi*)handle;
  if (bl_time_monotonic() - ui->hello_at >= BL_HELLO_S) {
    say_hello(ui, !ui->model.connected);
  }
  poll_login(ui);
  return bl_window_idle(ui->window);
}

static int
resize(const LV2UI_Feature_Handle handle, const int width, const int height)
{
  BlUi* const ui = (BlUi*)handle;
  bl_window_resize(ui->window, width, height);
  return 0;
}

static const void*
extension_data(const char* const uri)
{
  static const LV2UI_Idle_Interface idle_interface   = { idle };
  static const LV2UI_Resize         resize_interface = { NULL, resize };

  return !strcmp(uri, LV2_UI__idleInterface) ? (const void*)&idle_interface
         : !strcmp(uri, LV2_UI__resize)      ? (const void*)&resize_interface
                                             : NULL;
}

BL_EXPORT const LV2UI_Descriptor*
lv2ui_descriptor(const uint32_t index)
{
  static const LV2UI_Descriptor descriptor = { BL_UI_URI, instantiate, cleanup,
                                               port_event, extension_data };

  return index ? NULL : &descriptor;
}

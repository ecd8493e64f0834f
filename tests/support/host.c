// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/host_priv.h"

#include <lv2/buf-size/buf-size.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
bl_host_abort(const char* const what, const char* const detail)
{
  fprintf(stderr, "test host: %s: %s\n", what, detail ? detail : "");
  abort();
}

static LV2_URID
map_uri(const LV2_URID_Map_Handle handle, const char* const uri)
{
  BlWorld* const world = (BlWorld*)handle;
  LV2_URID       urid  = 0;

  pthread_mutex_lock(&world->lock);
  for (uint32_t i = 0; i < world->n_uris && !urid; ++i) {
    if (!strcmp(world->uris[i], uri)) {
      urid = i + 1;
    }
  }
  if (!urid && world->n_uris < HOST_URIDS) {
    world->uris[world->n_uris] = strdup(uri);
    urid                       = ++world->n_uris;
  }
  pthread_mutex_unlock(&world->lock);
  return urid;
}

static const char*
unmap_uri(const LV2_URID_Unmap_Handle handle, const LV2_URID urid)
{
  BlWorld* const world = (BlWorld*)handle;

  pthread_mutex_lock(&world->lock);
  const char* const uri =
    urid && urid <= world->n_uris ? world->uris[urid - 1] : NULL;
  pthread_mutex_unlock(&world->lock);
  return uri;
}

static const LilvPlugin*
find_plugin(const BlWorld* const world, const char* const uri)
{
  LilvNode* const         node = lilv_new_uri(world->lilv, uri);
  const LilvPlugin* const plugin =
    lilv_plugins_get_by_uri(world->plugins, node);
  lilv_node_free(node);
  return plugin;
}

BlWorld*
bl_world_new(void)
{
  BlWorld* const world = (BlWorld*)calloc(1, sizeof(BlWorld));
  if (!world) {
    return NULL;
  }

  pthread_mutex_init(&world->lock, NULL);
  world->map.handle   = world;
  world->map.map      = map_uri;
  world->unmap.handle = world;
  world->unmap.unmap  = unmap_uri;
  bl_urids_map(&world->urids, &world->map);

  world->lilv = lilv_world_new();
  lilv_world_load_all(world->lilv);
  world->plugins = lilv_world_get_all_plugins(world->lilv);
  if (!find_plugin(world, BL_PLUGIN_MONO_URI)) {
    bl_world_free(world);
    return NULL;
  }
  return world;
}

void
bl_world_free(BlWorld* const world)
{
  if (world) {
    lilv_world_free(world->lilv);
    for (uint32_t i = 0; i < world->n_uris; ++i) {
      free(world->uris[i]);
    }
    pthread_mutex_destroy(&world->lock);
    free(world);
  }
}

LV2_URID_Map*
bl_world_map(BlWorld* const world)
{
  return &world->map;
}

const BlUrids*
bl_world_urids(const BlWorld* const world)
{
  return &world->urids;
}

static LilvInstance*
instantiate(BlHost* const host)
{
  LV2_URID_Map* const map    = &host->world->map;
  const LV2_URID      t_int  = host->world->urids.atom_Int;
  const LV2_URID      t_f    = host->world->urids.atom_Float;
  const int           min    = 1;
  const int           max    = (int)BL_HOST_BLOCK_MAX;
  const float         rate   = (float)host->setup.rate;
  LV2_Options_Option  opts[] = {
     { LV2_OPTIONS_INSTANCE, 0,
       map->map(map->handle, LV2_BUF_SIZE__minBlockLength), sizeof(min), t_int,
       &min },
     { LV2_OPTIONS_INSTANCE, 0,
       map->map(map->handle, LV2_BUF_SIZE__maxBlockLength), sizeof(max), t_int,
       &max },
     { LV2_OPTIONS_INSTANCE, 0,
       map->map(map->handle, LV2_PARAMETERS__sampleRate), sizeof(rate), t_f,
       &rate },
     { LV2_OPTIONS_INSTANCE, 0, 0, 0, 0, NULL },
  };
  const LV2_Feature f_map         = { LV2_URID__map, map };
  const LV2_Feature f_unmap       = { LV2_URID__unmap, &host->world->unmap };
  const LV2_Feature f_options     = { LV2_OPTIONS__options, opts };
  const LV2_Feature f_bounded     = { LV2_BUF_SIZE__boundedBlockLength, NULL };
  const LV2_Feature* const all[]  = { &f_map, &f_unmap, &f_options, &f_bounded,
                                      NULL };
  const LV2_Feature* const bare[] = { &f_map, NULL };

  return lilv_plugin_instantiate(host->plugin, host->setup.rate,
                                 host->setup.bare ? bare : all);
}

static void
find_ports(BlHost* const host)
{
  host->n_ports = lilv_plugin_get_num_ports(host->plugin);
  if (host->n_ports > HOST_PORTS) {
    bl_host_abort("too many ports", host->setup.uri);
  }

  float normal[HOST_PORTS] = { 0 };
  lilv_plugin_get_port_ranges_float(host->plugin, NULL, NULL, normal);
  for (uint32_t i = 0; i < host->n_ports; ++i) {
    const LilvPort* const port = lilv_plugin_get_port_by_index(host->plugin, i);
    host->symbols[i] =
      lilv_node_as_string(lilv_port_get_symbol(host->plugin, port));
    host->ports[i]  = normal[i] == normal[i] ? normal[i] : 0.0f;
    host->values[i] = host->ports[i];
  }
  host->channels = (host->n_ports - BL_PORT_AUDIO) / 2u;
}

static void
connect_ports(BlHost* const host)
{
  lilv_instance_connect_port(host->instance, BL_PORT_CONTROL, host->control);
  lilv_instance_connect_port(host->instance, BL_PORT_NOTIFY, host->notify);
  for (uint32_t i = BL_PORT_CONTROL_IN_FIRST; i < BL_PORT_AUDIO; ++i) {
    lilv_instance_connect_port(host->instance, i, &host->ports[i]);
  }

  for (uint32_t c = 0; c < host->channels; ++c) {
    float* const out =
      host->setup.in_place ? host->audio[c] : host->audio[2 + c];
    lilv_instance_connect_port(host->instance, BL_PORT_AUDIO + c,
                               host->audio[c]);
    lilv_instance_connect_port(host->instance,
                               BL_PORT_AUDIO + host->channels + c, out);
  }
}

BlHost*
bl_host_new(BlWorld* const world, const BlHostSetup* const setup)
{
  BlHost* const host = (BlHost*)calloc(1, sizeof(BlHost));
  if (!host) {
    return NULL;
  }

  host->world = world;
  host->setup = *setup;
  if (!host->setup.uri) {
    host->setup.uri = BL_PLUGIN_MONO_URI;
  }
  if (host->setup.rate <= 0.0) {
    host->setup.rate = 48000.0;
  }
  host->notify_bytes = setup->notify_bytes ? setup->notify_bytes : 32768u;
  if (!(host->plugin = find_plugin(world, host->setup.uri))) {
    bl_host_abort("no such plugin", host->setup.uri);
  }

  // Touched now, so that run() faults in no page
  host->control = (char*)calloc(1, BL_HOST_ATOM_BYTES);
  host->pending = (char*)calloc(1, BL_HOST_ATOM_BYTES);
  host->notify  = (char*)calloc(1, BL_HOST_ATOM_BYTES);
  for (unsigned i = 0; i < 4; ++i) {
    host->audio[i] = (float*)calloc(BL_HOST_BLOCK_MAX, sizeof(float));
  }
  lv2_atom_forge_init(&host->forge, &world->map);

  find_ports(host);
  if (!(host->instance = instantiate(host))) {
    bl_host_free(host);
    return NULL;
  }

  connect_ports(host);
  if (!setup->inactive) {
    bl_host_activate(host);
  }
  return host;
}

void
bl_host_free(BlHost* const host)
{
  if (host) {
    if (host->instance) {
      bl_host_deactivate(host);
      lilv_instance_free(host->instance);
    }
    for (unsigned i = 0; i < 4; ++i) {
      free(host->audio[i]);
    }
    free(host->control);
    free(host->pending);
    free(host->notify);
    free(host);
  }
}

uint32_t
bl_host_channels(const BlHost* const host)
{
  return host->channels;
}

void
bl_host_activate(BlHost* const host)
{
  if (!host->active) {
    lilv_instance_activate(host->instance);
    host->active = true;
  }
}

void
bl_host_deactivate(BlHost* const host)
{
  if (host->active) {
    lilv_instance_deactivate(host->instance);
    host->active = false;
  }
}

uint32_t
bl_host_port(const BlHost* const host, const char* const symbol)
{
  for (uint32_t i = 0; i < host->n_ports; ++i) {
    if (!strcmp(host->symbols[i], symbol)) {
      return i;
    }
  }
  bl_host_abort("no such port", symbol);
}

void
bl_host_set(BlHost* const host, const char* const symbol, const float value)
{
  atomic_store_explicit(&host->values[bl_host_port(host, symbol)], value,
                        memory_order_relaxed);
}

float
bl_host_get(const BlHost* const host, const char* const symbol)
{
  return atomic_load_explicit(&host->values[bl_host_port(host, symbol)],
                              memory_order_relaxed);
}

float*
bl_host_input(BlHost* const host, const uint32_t channel)
{
  return host->audio[channel];
}

float*
bl_host_output(BlHost* const host, const uint32_t channel)
{
  return host->setup.in_place ? host->audio[channel] : host->audio[2 + channel];
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/host_priv.h"

#include <string.h>

static const void*
get_port(const char* const symbol,
         void* const       handle,
         uint32_t* const   size,
         uint32_t* const   type)
{
  static _Thread_local float value; // lilv copies it at once
  const BlHost* const        host = (const BlHost*)handle;

  *size = sizeof(float);
  *type = host->world->urids.atom_Float;
  value = bl_host_get(host, symbol);
  return &value;
}

static void
set_port(const char* const symbol,
         void* const       handle,
         const void* const value,
         const uint32_t    size,
         const uint32_t    type)
{
  BlHost* const        host = (BlHost*)handle;
  const BlUrids* const u    = &host->world->urids;
  float                port = 0.0f;

  if (type == u->atom_Float && size == sizeof(float)) {
    memcpy(&port, value, size);
  } else if (type == u->atom_Int && size == sizeof(int32_t)) {
    int32_t number = 0;
    memcpy(&number, value, size);
    port = (float)number;
  } else if (type == u->atom_Double && size == sizeof(double)) {
    double number = 0.0;
    memcpy(&number, value, size);
    port = (float)number;
  } else {
    bl_host_abort("port value of a strange type", symbol);
  }
  bl_host_set(host, symbol, port);
}

char*
bl_host_save(BlHost* const host, const uint32_t flags)
{
  LilvState* const state = lilv_state_new_from_instance(
    host->plugin, host->instance, &host->world->map, NULL, NULL, NULL, NULL,
    get_port, host, flags, NULL);

  char* const text = lilv_state_to_string(host->world->lilv, &host->world->map,
                                          &host->world->unmap, state,
                                          "urn:backline:test:state", NULL);
  lilv_state_free(state);
  return text;
}

bool
bl_host_restore(BlHost* const host, const char* const turtle)
{
  LilvState* const state =
    lilv_state_new_from_string(host->world->lilv, &host->world->map, turtle);
  if (!state) {
    return false;
  }

  lilv_state_restore(state, host->instance, set_port, host, 0, NULL);
  lilv_state_free(state);
  return true;
}

bool
bl_host_load_preset(BlHost* const host, const char* const uri)
{
  LilvNode* const node = lilv_new_uri(host->world->lilv, uri);
  lilv_world_load_resource(host->world->lilv, node);
  LilvState* const state =
    lilv_state_new_from_world(host->world->lilv, &host->world->map, node);
  lilv_node_free(node);
  if (!state) {
    return false;
  }

  lilv_state_restore(state, host->instance, set_port, host, 0, NULL);
  lilv_state_free(state);
  return true;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SUPPORT_HOST_PRIV_H
#define BL_TESTS_SUPPORT_HOST_PRIV_H

#include "base/ports.h"
#include "support/host.h"

#include <lilv/lilv.h>
#include <lv2/atom/forge.h>
#include <lv2/state/state.h>

#include <pthread.h>
#include <stdatomic.h>

/// What host.c, host_run.c and host_state.c share

#define HOST_PORTS 64u
#define HOST_URIDS 4096u

struct BlWorldImpl
{
  LilvWorld*         lilv;
  const LilvPlugins* plugins;
  BlUrids            urids;
  LV2_URID_Map       map;
  LV2_URID_Unmap     unmap;

  pthread_mutex_t lock; ///< Guards the two below
  char*           uris[HOST_URIDS];
  uint32_t        n_uris;
};

struct BlHostImpl
{
  BlWorld*          world;
  BlHostSetup       setup;
  const LilvPlugin* plugin;
  LilvInstance*     instance;
  bool              active;
  uint32_t          n_ports;
  uint32_t          channels;
  const char*       symbols[HOST_PORTS];
  float             ports[HOST_PORTS]; ///< What the plugin sees, in run()

  // Atomic: any <-> run(), relaxed: inputs as last set, outputs as last seen
  _Atomic float values[HOST_PORTS];

  float* audio[4]; ///< Inputs, then outputs

  LV2_Atom_Forge forge;
  char*          control; ///< Sequence of the next block
  char*          pending; ///< Atoms for its last sample, padded to 8
  uint32_t       pending_bytes;
  bool           has_position;
  BlHostPosition position;
  uint32_t       position_at;
  char*          notify;
  uint32_t       notify_bytes;
  BlHostListener listener;
  void*          handle;
};

/// Index of a port; aborts where there is none
uint32_t bl_host_port(const BlHost* host, const char* symbol);

_Noreturn void bl_host_abort(const char* what, const char* detail);

#endif // BL_TESTS_SUPPORT_HOST_PRIV_H

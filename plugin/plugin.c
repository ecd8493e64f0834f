// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/attributes.h"
#include "base/ports.h"
#include "instance.h"

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle,
            const LV2_Feature* const* const features)
{
  (void)bundle;
  const bool stereo = !strcmp(descriptor->URI, BL_PLUGIN_STEREO_URI);
  return bl_instance_new(stereo ? 2u : 1u, rate, features);
}

static void
connect_port(const LV2_Handle handle, const uint32_t port, void* const data)
{
  bl_instance_connect((BlInstance*)handle, port, data);
}

BL_HOT static void
run(const LV2_Handle handle, const uint32_t n_frames)
{
  bl_instance_run((BlInstance*)handle, n_frames);
}

// A frozen track is never run again, so its take would stay open.  Ardour
// calls this on its audio thread at the end of an export: no system call
static void
deactivate(const LV2_Handle handle)
{
  bl_instance_pause((BlInstance*)handle);
}

static void
cleanup(const LV2_Handle handle)
{
  bl_instance_free((BlInstance*)handle);
}

static LV2_State_Status
save(const LV2_Handle                handle,
     const LV2_State_Store_Function  store,
     const LV2_State_Handle          state,
     const uint32_t                  flags,
     const LV2_Feature* const* const features)
{
  (void)features;
  return bl_instance_save((BlInstance*)handle, store, state, flags);
}

static LV2_State_Status
restore(const LV2_Handle                  handle,
        const LV2_State_Retrieve_Function retrieve,
        const LV2_State_Handle            state,
        const uint32_t                    flags,
        const LV2_Feature* const* const   features)
{
  (void)flags;
  (void)features;
  return bl_instance_restore((BlInstance*)handle, retrieve, state);
}

static const void*
extension_data(const char* const uri)
{
  static const LV2_State_Interface state = { save, restore };
  return !strcmp(uri, LV2_STATE__interface) ? &state : NULL;
}

// There is nothing to activate, and no job ends by deactivation
#define DESCRIPTOR(uri)                                                        \
  {                                                                            \
    uri, instantiate, connect_port, NULL, run, deactivate, cleanup,            \
      extension_data                                                           \
  }

static const LV2_Descriptor descriptors[] = {
  DESCRIPTOR(BL_PLUGIN_MONO_URI),
  DESCRIPTOR(BL_PLUGIN_STEREO_URI),
};

BL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  return index < BL_COUNT(descriptors) ? &descriptors[index] : NULL;
}

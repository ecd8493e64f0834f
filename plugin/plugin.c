// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/attributes.h"
#include "base/ports.h"
#include "instance.h"

#include <lv2/core/lv2.h>

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

static void
run(const LV2_Handle handle, const uint32_t n_frames)
{
  bl_instance_run((BlInstance*)handle, n_frames);
}

static void
cleanup(const LV2_Handle handle)
{
  bl_instance_free((BlInstance*)handle);
}

static const LV2_Descriptor descriptors[] = {
  { BL_PLUGIN_MONO_URI, instantiate, connect_port, NULL, run, NULL, cleanup,
    NULL },
  { BL_PLUGIN_STEREO_URI, instantiate, connect_port, NULL, run, NULL, cleanup,
    NULL },
};

BL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  return index < BL_COUNT(descriptors) ? &descriptors[index] : NULL;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance.h"

#include "base/urids.h"
#include "rt/run.h"

#include <stdlib.h>
#include <string.h>

struct BlInstanceImpl
{
  BlUrids urids;
  BlRt    rt;
};

static void*
find_feature(const LV2_Feature* const* const features, const char* const uri)
{
  for (size_t i = 0; features && features[i]; ++i) {
    if (!strcmp(features[i]->URI, uri)) {
      return features[i]->data;
    }
  }
  return NULL;
}

BlInstance*
bl_instance_new(const uint32_t                  channels,
                const double                    rate,
                const LV2_Feature* const* const features)
{
  (void)rate;
  LV2_URID_Map* const map =
    (LV2_URID_Map*)find_feature(features, LV2_URID__map);
  if (!map) {
    return NULL;
  }

  BlInstance* const instance = (BlInstance*)calloc(1, sizeof(BlInstance));
  if (instance) {
    bl_urids_map(&instance->urids, map);
    instance->rt.channels = channels;
  }
  return instance;
}

void
bl_instance_free(BlInstance* const instance)
{
  free(instance);
}

void
bl_instance_connect(BlInstance* const instance,
                    const uint32_t    port,
                    void* const       data)
{
  bl_rt_connect(&instance->rt, port, data);
}

void
bl_instance_run(BlInstance* const instance, const uint32_t n_frames)
{
  bl_rt_run(&instance->rt, n_frames);
}

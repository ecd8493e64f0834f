// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_INSTANCE_H
#define BL_INSTANCE_H

#include "base/attributes.h"

#include <lv2/core/lv2.h>

#include <stdint.h>

/// The one struct that owns a loaded plugin
typedef struct BlInstanceImpl BlInstance;

/// @return NULL where a required feature is missing or memory is short
BL_THREAD_HOST BL_NODISCARD BlInstance* bl_instance_new(
  uint32_t                  channels,
  double                    rate,
  const LV2_Feature* const* features);

/// NULL is allowed
BL_THREAD_HOST void bl_instance_free(BlInstance* instance);

BL_THREAD_RT void bl_instance_connect(BlInstance* instance,
                                      uint32_t    port,
                                      void*       data);

BL_THREAD_RT BL_REALTIME void bl_instance_run(BlInstance* instance,
                                              uint32_t    n_frames);

#endif // BL_INSTANCE_H

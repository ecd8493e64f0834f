// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_INSTANCE_H
#define BL_INSTANCE_H

#include "base/attributes.h"

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>

#include <stdint.h>

/**
   The one struct that owns a loaded plugin: what run() touches, the disk
   thread, the job thread, and what they share.

   Owner:    the host, between instantiate() and cleanup().
   Threads:  the host's calls as LV2 classes them; save and restore may come
             while run() is called.
   Failure:  a plugin whose threads cannot be started still passes audio and
             says on its `error` port what is wrong.
*/
typedef struct BlInstanceImpl BlInstance;

/// `channels` is 1 or 2.  @return NULL where urid:map is missing, the rate is
/// out of range or memory is short
BL_THREAD_HOST BL_NODISCARD BlInstance* bl_instance_new(
  uint32_t                  channels,
  double                    rate,
  const LV2_Feature* const* features);

/// Close an open take and stop: within BL_CLEANUP_MS but for writing what is
/// still in the capture ring.  NULL is allowed
BL_THREAD_HOST void bl_instance_free(BlInstance* self);

BL_THREAD_RT void bl_instance_connect(BlInstance* self,
                                      uint32_t    port,
                                      void*       data);

BL_THREAD_RT BL_REALTIME void bl_instance_run(BlInstance* self,
                                              uint32_t    n_frames);

/// No run() until further notice (a frozen track, say): an open take ends
BL_THREAD_RT BL_REALTIME void bl_instance_pause(BlInstance* self);

/// See state.h for what is kept
BL_THREAD_HOST LV2_State_Status bl_instance_save(BlInstance*              self,
                                                 LV2_State_Store_Function store,
                                                 LV2_State_Handle handle,
                                                 uint32_t         flags);

BL_THREAD_HOST LV2_State_Status
bl_instance_restore(BlInstance*                 self,
                    LV2_State_Retrieve_Function retrieve,
                    LV2_State_Handle            handle);

#endif // BL_INSTANCE_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_RUN_H
#define BL_RT_RUN_H

#include "base/attributes.h"
#include "base/ports.h"

#include <stdint.h>

/// Everything that run() touches, and nothing else
typedef struct
{
  uint32_t channels;
  void*    ports[BL_N_PORTS_STEREO];
} BlRt;

BL_THREAD_RT void bl_rt_connect(BlRt* rt, uint32_t port, void* data);

BL_THREAD_RT BL_REALTIME void bl_rt_run(BlRt* rt, uint32_t n_frames);

#endif // BL_RT_RUN_H

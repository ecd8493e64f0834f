// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_BYTES_H
#define BL_BASE_BYTES_H

#include "base/attributes.h"

#include <stdint.h>

/// Numbers in files that begin with their least byte, as all of RIFF does.
/// Pure; `bytes` is 1 to 8.

BL_THREAD_ANY void bl_bytes_put(unsigned char* to,
                                uint64_t       value,
                                unsigned       bytes);

BL_THREAD_ANY uint64_t bl_bytes_get(const unsigned char* from, unsigned bytes);

#endif // BL_BASE_BYTES_H

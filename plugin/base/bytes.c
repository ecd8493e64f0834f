// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/bytes.h"

void
bl_bytes_put(unsigned char* const to,
             const uint64_t       value,
             const unsigned       bytes)
{
  for (unsigned i = 0; i < bytes; ++i) {
    to[i] = (unsigned char)(value >> (8u * i));
  }
}

uint64_t
bl_bytes_get(const unsigned char* const from, const unsigned bytes)
{
  uint64_t value = 0u;
  for (unsigned i = 0; i < bytes; ++i) {
    value |= (uint64_t)from[i] << (8u * i);
  }
  return value;
}

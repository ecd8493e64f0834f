// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SUPPORT_URIS_H
#define BL_TESTS_SUPPORT_URIS_H

#include <lv2/urid/urid.h>

#include <stdint.h>

#define URIS_MAX 512u

/**
   A map whose numbers go from 1 in the order of asking: small, so that a
   fuzzer hits them, and the same in the program that writes its seeds.
*/
typedef struct
{
  char     uris[URIS_MAX][96];
  uint32_t n;
} NumberedUris;

/// For LV2_URID_Map with a NumberedUris as handle; aborts when it is full
LV2_URID uris_number(LV2_URID_Map_Handle handle, const char* uri);

#endif // BL_TESTS_SUPPORT_URIS_H

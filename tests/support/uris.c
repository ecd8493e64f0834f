// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/uris.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LV2_URID
uris_number(const LV2_URID_Map_Handle handle, const char* const uri)
{
  NumberedUris* const u = (NumberedUris*)handle;
  for (uint32_t i = 0; i < u->n; ++i) {
    if (!strcmp(u->uris[i], uri)) {
      return i + 1u;
    }
  }
  if (u->n == URIS_MAX) {
    abort();
  }
  snprintf(u->uris[u->n], sizeof(u->uris[0]), "%s", uri);
  return ++u->n;
}

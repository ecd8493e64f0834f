// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model.h"

#include <string.h>

/// Of a file in the result's own folder, and of no other
static bool
is_plain(const char* const name, const size_t length)
{
  return length && length < BL_FILE_NAME_BYTES && name[0] != '.';
}

size_t
bl_model_beside(const BlResultMsg* const result,
                const unsigned           n,
                const char** const       name,
                char                     path[BL_PATH_BYTES])
{
  const char* const folder = strrchr(result->path, '/');
  const char*       at     = result->beside;
  for (unsigned i = 0; i < n && at; ++i) {
    at = strchr(at, '/');
    at = at ? at + 1 : NULL;
  }
  const size_t length = at ? strcspn(at, "/") : 0u;
  const size_t above  = folder ? (size_t)(folder - result->path) + 1u : 0u;
  if (!above || !is_plain(at, length) || above + length >= BL_PATH_BYTES) {
    return 0;
  }

  *name = at;
  if (path) {
    memcpy(path, result->path, above);
    memcpy(path + above, at, length);
    path[above + length] = '\0';
  }
  return length;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/program.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Of the object that this code is linked into
static const char anchor = '\0';

bool
bl_program_is(const char* const path)
{
  return path[0] == '/' && !access(path, X_OK);
}

/// The folder that this code lies in, without links
static bool
find_own_folder(char folder[BL_PATH_BYTES])
{
  Dl_info info;
  // A program's own name has no folder where the shell found it in the PATH
  char* const real =
    dladdr((const void*)&anchor, &info) && info.dli_fname
      ? realpath(
          strchr(info.dli_fname, '/') ? info.dli_fname : "/proc/self/exe", NULL)
      : NULL;
  const int n = snprintf(folder, BL_PATH_BYTES, "%s", real ? real : "");
  free(real);

  char* const slash = (size_t)n < BL_PATH_BYTES ? strrchr(folder, '/') : NULL;
  if (slash) {
    *slash = '\0';
  }
  return slash != NULL;
}

static bool
find_beside(const char* const name,
            const char* const made,
            char              path[BL_PATH_BYTES])
{
  const struct
  {
    const char* up;
    const char* folder;
  } places[] = {
    { "", "" },                 // Bundle, or the same bin/
    { "/../", made },           // Build tree: from cli/ or band/
    { "/../../", made },        // Build tree: from the bundle or tests/*/
    { "/../../../", "bin" },    // PREFIX/lib/lv2/backline.lv2
    { "/../../../../", "bin" }, // PREFIX/lib/TRIPLET/lv2/backline.lv2
  };

  char own[BL_PATH_BYTES];
  for (size_t i = 0; find_own_folder(own) && i < BL_COUNT(places); ++i) {
    const int n = snprintf(path, BL_PATH_BYTES, "%s%s%s/%s", own, places[i].up,
                           places[i].folder, name);
    if ((size_t)n < BL_PATH_BYTES && bl_program_is(path)) {
      return true;
    }
  }
  return false;
}

static bool
find_in(const char* const folders,
        const char* const name,
        char              path[BL_PATH_BYTES])
{
  for (const char* p = folders; p && *p;) {
    const size_t n = strcspn(p, ":");
    const int    length =
      snprintf(path, BL_PATH_BYTES, "%.*s/%s", (int)n, p, name);
    if ((size_t)length < BL_PATH_BYTES && bl_program_is(path)) {
      return true;
    }
    p += n;
    p += *p ? 1 : 0;
  }
  return false;
}

BlStatus
bl_program_find(const char* const name,
                const char* const made,
                char              path[BL_PATH_BYTES])
{
  return find_beside(name, made, path) || find_in(BL_BINDIR, name, path) ||
             find_in(getenv("PATH"), name, path)
           ? BL_SUCCESS
           : BL_NOT_FOUND;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "band.h"

#include "base/limits.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// The best first; each is the beginning of a file name
static const char* const fonts[] = {
  "MuseScore_General",
  "FluidR3_GM",
  "default-GM",
  "TimGM6mb",
};

static const char* const folders[] = {
  "soundfonts",
  "sounds/sf3",
  "sounds/sf2",
};

static bool
is_soundfont(const char* const name, const char* const font)
{
  const char* const dot = strrchr(name, '.');
  return !strncmp(name, font, strlen(font)) && dot &&
         (!strcmp(dot, ".sf2") || !strcmp(dot, ".sf3"));
}

/// The alphabetically first readable one in a folder
static bool
look_in(const char* const dir,
        const char* const font,
        char* const       path,
        const size_t      size)
{
  char           best[256] = "";
  DIR* const     folder    = opendir(dir);
  struct dirent* entry     = NULL;
  while (folder && (entry = readdir(folder))) {
    char candidate[BL_PATH_BYTES + 260u];
    snprintf(candidate, sizeof(candidate), "%s/%s", dir, entry->d_name);
    if (is_soundfont(entry->d_name, font) && !access(candidate, R_OK) &&
        (!*best || strcmp(entry->d_name, best) < 0)) {
      snprintf(best, sizeof(best), "%s", entry->d_name);
    }
  }
  if (folder) {
    closedir(folder);
  }
  return *best && (size_t)snprintf(path, size, "%s/%s", dir, best) < size;
}

/// Look below every folder of a colon-separated list
static bool
look_below(const char*       list,
           const char* const font,
           char* const       path,
           const size_t      size)
{
  while (*list) {
    const size_t length = strcspn(list, ":");
    for (size_t i = 0; *list == '/' && i < BL_COUNT(folders); ++i) {
      char dir[BL_PATH_BYTES];
      snprintf(dir, sizeof(dir), "%.*s/%s", (int)length, list, folders[i]);
      if (look_in(dir, font, path, size)) {
        return true;
      }
    }
    list += length + (list[length] == ':');
  }
  return false;
}

BlStatus
bl_band_find_soundfont(char* const path, const size_t size)
{
  const char* const own                 = getenv("BACKLINE_SF2");
  const char* const home                = getenv("XDG_DATA_HOME");
  const char* const user                = getenv("HOME");
  const char* const dirs                = getenv("XDG_DATA_DIRS");
  char              mine[BL_PATH_BYTES] = "";

  *path = '\0';
  if (own && *own && !access(own, R_OK) && strlen(own) < size) {
    snprintf(path, size, "%s", own);
    return BL_SUCCESS;
  }
  if (home && *home == '/') {
    snprintf(mine, sizeof(mine), "%s", home);
  } else if (user && *user == '/') {
    snprintf(mine, sizeof(mine), "%s/.local/share", user);
  }

  for (size_t i = 0; i < BL_COUNT(fonts); ++i) {
    if (look_below(mine, fonts[i], path, size) ||
        look_below(dirs && *dirs ? dirs : "/usr/local/share:/usr/share",
                   fonts[i], path, size)) {
      return BL_SUCCESS;
    }
  }
  *path = '\0';
  return BL_NO_SOUNDFONT;
}

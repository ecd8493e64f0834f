// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/scene.h"

#include "base/paths.h"
#include "base/thread.h"
#include "take/store.h"

#include <sndfile.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLICE 4096

static void
die(const char* const what)
{
  printf("Bail out! %s\n", what);
  exit(1);
}

static const char*
root(void)
{
  static char path[BL_PATH_BYTES];
  if (bl_path_takes(path, sizeof(path))) {
    die("no takes folder");
  }
  return path;
}

float*
scene_signal(const size_t frames, const uint32_t seed)
{
  float* const signal = (float*)malloc((frames + 1u) * sizeof(float));
  uint32_t     state  = seed * 2654435761u + 1u;
  if (!signal) {
    die("no memory");
  }
  for (size_t i = 0; i < frames; ++i) {
    state     = state * 1664525u + 1013904223u;
    signal[i] = (float)((int32_t)(state >> 9u) - (1 << 22)) / (float)(1 << 23);
  }
  return signal;
}

size_t
scene_takes(BlTake takes[SCENE_TAKES_MAX])
{
  BlTakeList list = { NULL, 0, 0 };
  if (bl_store_list(root(), NULL, &list)) {
    return 0;
  }

  const size_t count =
    list.count < SCENE_TAKES_MAX ? list.count : SCENE_TAKES_MAX;
  if (count) {
    memcpy(takes, list.takes, count * sizeof(BlTake));
  }
  bl_store_list_free(&list);
  return count;
}

bool
scene_wait_takes(BlHost* const host, const size_t count, const double seconds)
{
  return bl_host_wait(host, "takes", (float)count, seconds);
}

bool
scene_take_is(const BlTake* const       take,
              const float* const* const audio,
              const size_t              frames)
{
  char path[BL_PATH_BYTES];
  if (take->frames != frames ||
      bl_store_audio_path(root(), take, path, sizeof(path))) {
    printf("# take of %llu frames, %zu expected\n",
           (unsigned long long)take->frames, frames);
    return false;
  }

  SF_INFO        info = { 0 };
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  float          slice[SLICE * BL_TAKE_MAX_CHANNELS];
  bool           same = file && (size_t)info.frames == frames &&
              (uint32_t)info.channels == take->channels;
  for (size_t at = 0; same && at < frames;) {
    const sf_count_t n = sf_readf_float(file, slice, SLICE);
    for (sf_count_t i = 0; i < n && same; ++i) {
      for (uint32_t c = 0; c < take->channels; ++c) {
        const float have = slice[(uint32_t)i * take->channels + c];
        same             = same && have == audio[c][at + (size_t)i];
      }
      if (!same) {
        printf("# differs at frame %zu\n", at + (size_t)i);
      }
    }
    at += (size_t)n;
    same = same && n > 0;
  }
  sf_close(file);
  return same;
}

void
scene_forget_takes(void)
{
  BlTakeList list = { NULL, 0, 0 };
  if (!bl_store_list(root(), NULL, &list)) {
    for (size_t i = 0; i < list.count; ++i) {
      if (bl_store_remove(root(), list.takes[i].id)) {
        die("a take cannot be removed");
      }
    }
    bl_store_list_free(&list);
  }
}

unsigned
scene_threads(void)
{
  unsigned   count = 0;
  DIR* const dir   = opendir("/proc/self/task");
  for (struct dirent* e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
    char path[300];
    char name[16] = { 0 };
    snprintf(path, sizeof(path), "/proc/self/task/%s/comm", e->d_name);
    FILE* const file = fopen(path, "r");
    if (file) {
      count += fgets(name, sizeof(name), file) && !strncmp(name, "bl-", 3);
      fclose(file);
    }
  }
  closedir(dir);
  return count;
}

static unsigned
count_entries(const char* const path)
{
  unsigned   count = 0;
  DIR* const dir   = opendir(path);
  while (dir && readdir(dir)) {
    ++count;
  }
  if (dir) {
    closedir(dir);
  }
  return count;
}

unsigned
scene_all_threads(void)
{
  return count_entries("/proc/self/task") - 2u; // "." and ".."
}

unsigned
scene_open_files(void)
{
  return count_entries("/proc/self/fd");
}

size_t
scene_resident(void)
{
  unsigned long total    = 0;
  unsigned long resident = 0;
  FILE* const   file     = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%lu %lu", &total, &resident) != 2) {
    die("no /proc/self/statm");
  }
  fclose(file);
  return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

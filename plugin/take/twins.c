// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/twins.h"

#include "take/store.h"
#include "take/store_files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLICE_FRAMES 4096u

static bool
is_known(const BlTwins* const twins, const char* const id)
{
  for (size_t i = 0u; i < twins->count; ++i) {
    if (!strcmp(twins->keys[i].id, id)) {
      return true;
    }
  }
  return false;
}

static void
learn(BlTwins* const twins, const BlTake* const take)
{
  if (twins->count == twins->room) {
    const size_t     room = twins->room ? 2u * twins->room : 64u;
    BlTwinKey* const wider =
      (BlTwinKey*)realloc(twins->keys, room * sizeof(BlTwinKey));
    if (!wider) {
      return;
    }
    twins->keys = wider;
    twins->room = room;
  }

  BlTwinKey* const key = &twins->keys[twins->count++];
  memcpy(key->id, take->id, sizeof(key->id));
  key->usable = take->has_position && !take->same_as[0] &&
                take->origin != BL_ORIGIN_IMPORTED;
  key->start    = take->start;
  key->frames   = take->frames;
  key->hash     = take->hash;
  key->rate     = take->rate;
  key->channels = take->channels;
}

void
bl_twins_refresh(BlTwins* const twins, const char* const root)
{
  char(*ids)[BL_TAKE_ID_BYTES] = NULL;
  size_t count                 = 0u;
  BlTake take;
  if (bl_store_ids(root, &ids, &count)) {
    return;
  }
  for (size_t i = 0u; i < count; ++i) {
    if (!is_known(twins, ids[i]) && !bl_store_load(root, ids[i], &take) &&
        take.hash) {
      learn(twins, &take);
    }
  }
  free(ids);
}

static int
open_audio(const char* const root, const char* const id, BlWavInfo* const info)
{
  char path[BL_PATH_BYTES];
  if (bl_store_file(root, id, BL_TAKE_WAV, path, sizeof(path))) {
    return -1;
  }

  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0 && bl_wav_probe(fd, info)) {
    close(fd);
    return -1;
  }
  return fd;
}

static bool
is_same_audio(const int a, const int b, const BlWavInfo* const info)
{
  float left[SLICE_FRAMES * BL_TAKE_MAX_CHANNELS];
  float right[SLICE_FRAMES * BL_TAKE_MAX_CHANNELS];
  for (uint64_t at = 0u; at < info->frames;) {
    const uint64_t n = bl_wav_read(a, info, at, left, SLICE_FRAMES);
    if (!n || bl_wav_read(b, info, at, right, n) != n ||
        memcmp(left, right, (size_t)n * info->channels * sizeof(float))) {
      return false;
    }
    at += n;
  }
  return true;
}

static bool
is_twin(const char* const root, const char* const id, const char* const other)
{
  BlWavInfo  a;
  BlWavInfo  b;
  const int  left  = open_audio(root, id, &a);
  const int  right = left < 0 ? -1 : open_audio(root, other, &b);
  const bool same  = left >= 0 && right >= 0 && a.frames == b.frames &&
                    a.rate == b.rate && a.channels == b.channels &&
                    is_same_audio(left, right, &a);
  if (left >= 0) {
    close(left);
  }
  if (right >= 0) {
    close(right);
  }
  return same;
}

bool
bl_twins_find(BlTwins* const      twins,
              const char* const   root,
              const BlTake* const take,
              BlTake* const       earlier)
{
  if (!take->has_position) {
    return false;
  }

  bl_twins_refresh(twins, root);
  for (size_t i = 0u; i < twins->count; ++i) {
    const BlTwinKey* const key = &twins->keys[i];
    if (key->usable && key->start == take->start &&
        key->frames == take->frames && key->hash == take->hash &&
        key->rate == take->rate && key->channels == take->channels &&
        strcmp(key->id, take->id) && is_twin(root, key->id, take->id)) {
      return !bl_store_load(root, key->id, earlier) && !earlier->same_as[0];
    }
  }
  return false;
}

void
bl_twins_clear(BlTwins* const twins)
{
  free(twins->keys);
  memset(twins, 0, sizeof(*twins));
}

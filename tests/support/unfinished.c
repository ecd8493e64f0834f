// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/unfinished.h"

#include "take/store.h"
#include "take/store_files.h"

#include <unistd.h>

bool
unfinished_take(const char* const  root,
                const float* const audio,
                const uint64_t     frames,
                const bool         known,
                BlTake* const      take)
{
  char      path[BL_PATH_BYTES];
  BlWav     wav;
  BlWavInfo info;
  bl_take_init(take);
  if (bl_store_create(root, take->id)) {
    return false;
  }

  bl_store_stamp(take->created);
  take->rate     = 48000u;
  take->channels = 1u;
  take->n_tempos = 1u;
  bl_store_wav_info(take, &info);
  if (bl_store_file(root, take->id, BL_TAKE_WAV, path, sizeof(path)) ||
      bl_wav_create(&wav, path, &info, NULL, NULL)) {
    return false;
  }

  const off_t length = (off_t)(BL_WAV_HEADER_BYTES + 4u * frames);
  const bool  written =
    audio ? !bl_wav_append(&wav, audio, frames) : !truncate(path, length);
  bl_wav_close(&wav);
  return written && (!known || !bl_store_save(root, take));
}

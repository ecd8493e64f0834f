// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "font.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES 65536u

/// An open soundfont
typedef struct
{
  FILE*           file;
  const BlCancel* cancel;
} Handle;

/// FluidSynth speaks of every oddity in a soundfont; the log is one a
/// process, so it is hushed once for all
static void
hush(void)
{
  fluid_set_log_function(FLUID_WARN, NULL, NULL);
  fluid_set_log_function(FLUID_INFO, NULL, NULL);
  fluid_set_log_function(FLUID_DBG, NULL, NULL);
  fluid_set_log_function(FLUID_ERR, NULL, NULL);
}

/// FluidSynth hands the callbacks nothing but the name of the file: so that
/// is where the font is, as a number
static void
write_name(const BlFont* const font, char* const name, const size_t size)
{
  snprintf(name, size, "%llu", (unsigned long long)(uintptr_t)font);
}

static const BlFont*
read_name(const char* const name)
{
  const uintptr_t number = (uintptr_t)strtoull(name, NULL, 10);
  const BlFont*   font   = NULL;
  memcpy(&font, &number, sizeof(number));
  return font;
}

static void*
open_file(const char* const name)
{
  const BlFont* const font   = read_name(name);
  Handle* const       handle = (Handle*)calloc(1, sizeof(Handle));
  if (handle) {
    handle->cancel = font->cancel;
    handle->file   = fopen(font->path, "rbe");
    if (!handle->file) {
      free(handle);
      return NULL;
    }
  }
  return handle;
}

static int
read_file(void* const data, fluid_long_long_t count, void* const user)
{
  Handle* const handle = (Handle*)user;
  char*         bytes  = (char*)data;
  while (count > 0) {
    const size_t n =
      count < (fluid_long_long_t)PIECE_BYTES ? (size_t)count : PIECE_BYTES;
    if (bl_cancel_is_triggered(handle->cancel) ||
        fread(bytes, 1, n, handle->file) != n) {
      return FLUID_FAILED;
    }
    bytes += n;
    count -= (fluid_long_long_t)n;
  }
  return FLUID_OK;
}

static int
seek_file(void* const user, const fluid_long_long_t offset, const int origin)
{
  return fseeko(((Handle*)user)->file, (off_t)offset, origin) ? FLUID_FAILED
                                                              : FLUID_OK;
}

static fluid_long_long_t
tell_file(void* const user)
{
  return (fluid_long_long_t)ftello(((Handle*)user)->file);
}

static int
close_file(void* const user)
{
  Handle* const handle = (Handle*)user;
  const int     failed = fclose(handle->file);
  free(handle);
  return failed ? FLUID_FAILED : FLUID_OK;
}

void
bl_font_init(BlFont* const         font,
             const char* const     path,
             const BlCancel* const cancel)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, hush);
  snprintf(font->path, sizeof(font->path), "%s", path);
  font->cancel = cancel;
  pthread_mutex_init(&font->mutex, NULL);
}

void
bl_font_deinit(BlFont* const font)
{
  pthread_mutex_destroy(&font->mutex);
}

static BlStatus
load(const BlFont* const     font,
     fluid_settings_t* const settings,
     fluid_synth_t* const    synth)
{
  fluid_sfloader_t* const loader = new_fluid_defsfloader(settings);
  char                    name[32];
  if (!loader) {
    return BL_NO_MEM;
  }
  write_name(font, name, sizeof(name));
  fluid_sfloader_set_callbacks(loader, open_file, read_file, seek_file,
                               tell_file, close_file);
  fluid_synth_add_sfloader(synth, loader); // Asked first, and owned from here
  if (fluid_synth_sfload(synth, name, 0) != FLUID_FAILED) {
    return BL_SUCCESS;
  }
  return bl_cancel_is_triggered(font->cancel) ? BL_CANCELLED : BL_NO_SOUNDFONT;
}

BlStatus
bl_font_open(BlFont* const           font,
             fluid_settings_t* const settings,
             fluid_synth_t** const   synth)
{
  pthread_mutex_lock(&font->mutex);
  fluid_synth_t* const self = new_fluid_synth(settings);
  const BlStatus       st   = self ? load(font, settings, self) : BL_NO_MEM;
  if (st && self) {
    delete_fluid_synth(self);
  } else if (self) {
    fluid_synth_set_interp_method(self, -1, FLUID_INTERP_LINEAR);
  }
  pthread_mutex_unlock(&font->mutex);
  *synth = st ? NULL : self;
  return st;
}

void
bl_font_close(BlFont* const font, fluid_synth_t* const synth)
{
  if (synth) {
    pthread_mutex_lock(&font->mutex);
    delete_fluid_synth(synth);
    pthread_mutex_unlock(&font->mutex);
  }
}

BlStatus
bl_font_choose(BlFont* const        font,
               fluid_synth_t* const synth,
               const int            channel,
               const int            program)
{
  pthread_mutex_lock(&font->mutex);
  if (!bl_cancel_is_triggered(font->cancel)) {
    fluid_synth_program_change(synth, channel, program);
  }
  pthread_mutex_unlock(&font->mutex);
  return bl_cancel_is_triggered(font->cancel) ? BL_CANCELLED : BL_SUCCESS;
}

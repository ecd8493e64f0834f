// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// What the stand-in delivers; see standin.h

#include "support/standin_priv.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  Blob       blob;
  sf_count_t at;
} Memory;

static sf_count_t
memory_length(void* const data)
{
  return (sf_count_t)((Memory*)data)->blob.size;
}

static sf_count_t
memory_seek(const sf_count_t offset, const int whence, void* const data)
{
  Memory* const m = (Memory*)data;
  m->at           = whence == SEEK_SET   ? offset
                    : whence == SEEK_CUR ? m->at + offset
                                         : (sf_count_t)m->blob.size + offset;
  return m->at;
}

static sf_count_t
memory_read(void* const out, const sf_count_t count, void* const data)
{
  Memory* const    m    = (Memory*)data;
  const sf_count_t left = (sf_count_t)m->blob.size - m->at;
  const sf_count_t n    = count < left ? count : left;
  if (n > 0) {
    memcpy(out, m->blob.data + m->at, (size_t)n);
    m->at += n;
  }
  return n > 0 ? n : 0;
}

static sf_count_t
memory_write(const void* const in, const sf_count_t count, void* const data)
{
  Memory* const    m   = (Memory*)data;
  const sf_count_t end = m->at + count;
  while ((sf_count_t)m->blob.size < end) {
    static const char zeros[4096];
    const size_t      need = (size_t)(end - (sf_count_t)m->blob.size);
    if (!standin_blob_add(&m->blob, zeros, need < 4096 ? need : 4096,
                          SIZE_MAX)) {
      return 0;
    }
  }
  memcpy(m->blob.data + m->at, in, (size_t)count);
  m->at = end;
  return count;
}

static sf_count_t
memory_tell(void* const data)
{
  return ((Memory*)data)->at;
}

static bool
make_tone(Blob* const  blob,
          const double seconds,
          const double hertz,
          const int    format)
{
  SF_VIRTUAL_IO io   = { memory_length, memory_seek, memory_read, memory_write,
                         memory_tell };
  SF_INFO       info = { .samplerate = 44100, .channels = 2, .format = format };
  Memory        memory = { { NULL, 0 }, 0 };
  SNDFILE*      file   = sf_open_virtual(&io, SFM_WRITE, &info, &memory);
  if (!file) {
    return false;
  }

  const sf_count_t frames = (sf_count_t)(seconds * 44100.0);
  for (sf_count_t at = 0; at < frames;) {
    float      block[2048];
    sf_count_t n = frames - at < 1024 ? frames - at : 1024;
    for (sf_count_t i = 0; i < n; ++i) {
      const double t = (double)(at + i) / 44100.0;
      const double v = 0.3 * sin(6.283185307 * hertz * t) *
                       (0.6 + 0.4 * sin(6.283185307 * 2.0 * t));
      block[2 * i]     = (float)v;
      block[2 * i + 1] = (float)v;
    }
    at += sf_writef_float(file, block, n);
  }
  sf_close(file);
  *blob = memory.blob;
  return blob->size > 0;
}

static bool
load_audio(Blob* const blob, double* const seconds, const char* const path)
{
  SF_INFO  info = { .format = 0 };
  SNDFILE* file = sf_open(path, SFM_READ, &info);
  if (file) {
    *seconds = (double)info.frames / info.samplerate;
    sf_close(file);
  }

  FILE* const raw = fopen(path, "rbe");
  char        bytes[65536];
  size_t      n = 0;
  while (raw && (n = fread(bytes, 1, sizeof(bytes), raw)) > 0) {
    (void)standin_blob_add(blob, bytes, n, SIZE_MAX);
  }
  if (raw) {
    fclose(raw);
  }
  return blob->size > 0;
}

bool
standin_make_audio_locked(Standin* const s)
{
  bool ok = true;
  for (size_t i = 0; i < 2; ++i) {
    if (s->audio[i].data) {
      continue;
    }
    s->seconds[i] = s->options.seconds + (double)i;
    ok            = (s->options.audio[i]
                       ? load_audio(&s->audio[i], &s->seconds[i], s->options.audio[i])
                       : make_tone(&s->audio[i], s->seconds[i], i ? 330.0 : 220.0,
                                   SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)) &&
         ok;
  }
  if (!s->wav.data) {
    ok = make_tone(&s->wav, s->seconds[0], 440.0,
                   SF_FORMAT_WAV | SF_FORMAT_PCM_16) &&
         ok;
  }
  return ok;
}

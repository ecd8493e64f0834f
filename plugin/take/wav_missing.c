// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/wav.h"

#include "base/bytes.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES 8u  ///< Of a chunk
#define FMT_BYTES 16u  ///< Of its body, as much as is of use
#define DS64_BYTES 16u ///< The same
#define OPEN_END_64 ~0ull

/// A walk through the chunks
typedef struct
{
  FILE*    file;
  uint64_t end;         ///< Of the file
  uint64_t at;          ///< Of the next chunk
  bool     wide;        ///< RF64
  uint64_t wide_data;   ///< Length of `data`, from `ds64`
  uint32_t frame_bytes; ///< From `fmt `
} Walk;

static bool
read_at(const Walk* const    walk,
        const uint64_t       at,
        unsigned char* const to,
        const size_t         bytes)
{
  return at + bytes <= walk->end && !fseeko(walk->file, (off_t)at, SEEK_SET) &&
         fread(to, 1u, bytes, walk->file) == bytes;
}

static bool
begin(Walk* const walk)
{
  unsigned char head[12];
  if (fseeko(walk->file, 0, SEEK_END)) {
    return false;
  }
  walk->end        = (uint64_t)ftello(walk->file);
  walk->at         = sizeof(head);
  const bool there = read_at(walk, 0u, head, sizeof(head));
  walk->wide       = there && !memcmp(head, "RF64", 4u);
  return there && (walk->wide || !memcmp(head, "RIFF", 4u)) &&
         !memcmp(head + 8, "WAVE", 4u);
}

/// What programs write that cannot go back: nothing, or the most there may be
/// (SoX 0x7FFFF000, arecord 0x80000000, FFmpeg 0xFFFFFFFF)
static bool
is_open_end(const uint64_t bytes)
{
  return !bytes || (bytes >= 0x7FFFF000u && bytes <= 0x80000000u) ||
         (bytes >= 0xFFFFF000u && bytes <= 0xFFFFFFFFu) || bytes == OPEN_END_64;
}

/// Up to the samples; @return bytes of them that are missing
static uint64_t
find_missing(Walk* const walk)
{
  unsigned char head[HEAD_BYTES];
  unsigned char body[FMT_BYTES];
  while (read_at(walk, walk->at, head, sizeof(head))) {
    const uint64_t from  = walk->at + HEAD_BYTES;
    const uint64_t bytes = bl_bytes_get(head + 4, 4u);
    if (!memcmp(head, "data", 4u)) {
      const uint64_t told =
        walk->wide && bytes == 0xFFFFFFFFu ? walk->wide_data : bytes;
      const uint64_t there = walk->end - from;
      return is_open_end(told) || told <= there ? 0u : told - there;
    }
    if (!memcmp(head, "fmt ", 4u) && read_at(walk, from, body, FMT_BYTES)) {
      walk->frame_bytes = (uint32_t)bl_bytes_get(body + 12, 2u);
    } else if (!memcmp(head, "ds64", 4u) &&
               read_at(walk, from, body, DS64_BYTES)) {
      walk->wide_data = bl_bytes_get(body + 8, 8u);
    }
    walk->at = from + bytes + bytes % 2u;
  }
  return 0u;
}

/// NULL for what is no file: a named pipe would wait for somebody to write
static FILE*
open_regular(const char* const path)
{
  struct stat found;
  const int   fd   = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  FILE*       file = NULL;
  if (fd >= 0 && !fstat(fd, &found) && S_ISREG(found.st_mode)) {
    file = fdopen(fd, "rb");
  }
  if (fd >= 0 && !file) {
    close(fd);
  }
  return file;
}

uint64_t
bl_wav_missing(const char* const path)
{
  Walk walk = { .file = open_regular(path) };
  if (!walk.file) {
    return 0u;
  }

  const uint64_t bytes = begin(&walk) ? find_missing(&walk) : 0u;
  (void)fclose(walk.file);
  return walk.frame_bytes ? bytes / walk.frame_bytes : 0u;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_WAV_H
#define BL_TAKE_WAV_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
   A take's file while it is being written: WAV with 32-bit floats and a
   `bext` chunk, RF64 once it is longer than RIFF can say.

   Follows EBU Tech 3285 (bext, version 1) and EBU Tech 3306 (RF64, room for
   `ds64` kept by a JUNK chunk).  Written by hand since the samples in the
   ring already are the file's bytes: no conversion, no copy, and a header
   that is replaced whole by one write, so that no crash leaves half of one.
*/

#define BL_WAV_HEADER_BYTES 704u

typedef struct
{
  uint32_t rate;
  uint32_t channels;
  uint64_t frames;
  uint64_t time_reference;  ///< Frames since the session's start
  char     description[64]; ///< NUL-terminated ASCII, as the next two
  char     reference[33];   ///< Originator's reference
  char     created[32];     ///< ISO 8601: "2026-11-22T10:13:40…"
} BlWavInfo;

/// Replaces pwrite(), for tests
typedef ssize_t (*BlWavWrite)(void*       handle,
                              int         fd,
                              const void* data,
                              size_t      size,
                              off_t       offset);

typedef struct
{
  int        fd; ///< -1: closed
  BlWavInfo  info;
  BlWavWrite write;
  void*      handle;
} BlWav;

/// The bytes of a header; pure
BL_THREAD_ANY void bl_wav_header(const BlWavInfo* info,
                                 unsigned char    header[BL_WAV_HEADER_BYTES]);

/// Read what bl_wav_header() wrote; frames follow from the file's length.
/// @return BL_BAD_FILE where it is none of ours
BL_THREAD_DISK BL_NODISCARD BlStatus bl_wav_probe(int fd, BlWavInfo* info);

/**
   Create a file that appears under its name with a valid header and a flock
   that is held until close.

   @param write  NULL: pwrite()
*/
BL_THREAD_DISK BL_NODISCARD BlStatus bl_wav_create(BlWav*           wav,
                                                   const char*      path,
                                                   const BlWavInfo* info,
                                                   BlWavWrite       write,
                                                   void*            handle);

/// Append whole frames.  After a failure the whole frames that were written
/// count
BL_THREAD_DISK BL_NODISCARD BlStatus bl_wav_append(BlWav*      wav,
                                                   const void* data,
                                                   uint64_t    frames);

/// Let the header say how long the file is
BL_THREAD_DISK BL_NODISCARD BlStatus bl_wav_update(const BlWav* wav);

/// Bring it all to the disk
BL_THREAD_DISK BL_NODISCARD BlStatus bl_wav_sync(const BlWav* wav);

BL_THREAD_DISK void bl_wav_close(BlWav* wav);

/// After a crash: cut half a frame off and let the header say what is there
BL_THREAD_DISK BL_NODISCARD BlStatus bl_wav_mend(int fd, BlWavInfo* info);

/// Read samples; @return frames read, fewer only at the end or on an error
BL_THREAD_DISK uint64_t bl_wav_read(int              fd,
                                    const BlWavInfo* info,
                                    uint64_t         from,
                                    float*           to,
                                    uint64_t         frames);

/// Frames that the header of any WAV promises beyond the file's end, since it
/// was cut short.  0 where it is whole or none, and where a program that wrote
/// it into a pipe left the length open.  Libsndfile goes by the file's length
BL_THREAD_JOB uint64_t bl_wav_missing(const char* path);

#endif // BL_TAKE_WAV_H

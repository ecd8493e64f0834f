// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RESULT_RESULT_H
#define BL_RESULT_RESULT_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   From a service's file to a WAV on the timeline: decode, take padding out,
   resample to the session's rate, write with BWF, measure loudness.

   Follows EBU Tech 3285 version 2 (BWF) and EBU R128.  Blocks on files;
   constant memory; the output appears under its name only when it is whole.
   24-bit samples are rounded without dither: what a service delivers has a
   noise of its own far above that step.  Where they would clip (an MP3 may
   decode beyond full scale) the whole file is turned down, and says so.
*/

typedef struct
{
  const char* source;  ///< File as delivered
  const char* dir;     ///< Folder of the result
  const char* title;   ///< Text from outside; made a safe name
  char        variant; ///< 'A' or 'B'
  const char* ending;  ///< Of the name; NULL = ".wav"
  const char* name; ///< The file's, which is replaced; NULL = a fresh one made
                    ///< of title, variant and ending
  uint32_t    rate; ///< Of the session, Hz; 0 = as delivered
  int64_t     position; ///< Session frame of the result's first sample
  bool        has_position;
  bool        as_float; ///< 32-bit float instead of 24-bit
  const char* task_id;
  const char* tags;
  const char* model;
} BlPlaceRequest;

typedef struct
{
  char     path[BL_PATH_BYTES];
  uint64_t frames;
  uint32_t rate;
  uint32_t channels;
  int64_t  time_reference;  ///< As written; 1 where it would be 0
  int64_t  offset;          ///< Measured offset in frames; 0 so far
  bool     offset_measured; ///< false until somebody measures it
  uint64_t padding;         ///< Source frames taken out at the front
  uint64_t cut;             ///< Frames before session frame 0, not written
  double   gain_db;         ///< 0, or negative where it would have clipped
  double   loudness_lufs;   ///< Of the file as written
  double   peak_dbfs;       ///< True peak of the file as written
} BlPlaced;

/**
   Make the WAV.  Checks `cancel` (NULL allowed) once a chunk, about every
   millisecond.

   A result that would begin before session frame 0 loses what lies before
   it, so that the rest is in place.

   @return BL_BAD_FILE where `source` is no audio or ends early, BL_CANCELLED,
   BL_DISK_FULL, …; nothing is left behind then.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_result_place(const BlPlaceRequest* request,
                BlCancel*             cancel,
                BlPlaced*             placed);

/// A safe, unique file name "Title (A)" + `ending` that does not exist in
/// `dir`
BL_THREAD_JOB BL_NODISCARD BlStatus bl_result_name(const char* dir,
                                                   const char* title,
                                                   char        variant,
                                                   const char* ending,
                                                   char*       path,
                                                   size_t      size);

#endif // BL_RESULT_RESULT_H

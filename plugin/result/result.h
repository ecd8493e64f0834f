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

   Follows EBU Tech 3285 (BWF) and EBU R128.  Blocks on files; constant
   memory; the output appears under its name only when it is whole.
*/

typedef struct
{
  const char* source;   ///< File as delivered
  const char* dir;      ///< Folder of the result
  const char* title;    ///< Text from outside; made a safe name
  char        variant;  ///< 'A' or 'B'
  uint32_t    rate;     ///< Of the session, Hz
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
  double   loudness_lufs;
  double   peak_dbfs; ///< True peak
} BlPlaced;

BL_THREAD_JOB BL_NODISCARD BlStatus
bl_result_place(const BlPlaceRequest* request,
                BlCancel*             cancel,
                BlPlaced*             placed);

/// A safe, unique file name "Title (A).wav" that does not exist in `dir`
BL_THREAD_JOB BL_NODISCARD BlStatus bl_result_name(const char* dir,
                                                   const char* title,
                                                   char        variant,
                                                   char*       path,
                                                   size_t      size);

#endif // BL_RESULT_RESULT_H

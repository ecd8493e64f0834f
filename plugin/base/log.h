// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_LOG_H
#define BL_BASE_LOG_H

#include "base/attributes.h"

/**
   Where Backline's own threads write what happened.

   One BlLog is owned by an instance, the CLI or the band and given to what
   works for it.  It hands each line to a sink (LV2's log feature, or
   standard error); lines carry no time stamp, the sink adds what it wants.
   Secrets never reach it: callers pass no keys, and queries, fragments and
   user parts of URLs become asterisks.  Never from the audio thread.
*/
typedef enum
{
  BL_LOG_ERROR,
  BL_LOG_WARNING,
  BL_LOG_NOTE,
  BL_LOG_TRACE,
} BlLogLevel;

typedef void (*BlLogSink)(void* handle, BlLogLevel level, const char* line);

typedef struct
{
  BlLogSink  sink;   ///< NULL: standard error; called from any own thread
  void*      handle; ///< The sink's own
  BlLogLevel most;   ///< Lines above this level are dropped
} BlLog;

/// Write one line (without newline, cut at BL_TEXT_BYTES); log may be NULL
BL_THREAD_JOB BL_PRINTF(3, 4) void bl_log(const BlLog* log,
                                          BlLogLevel   level,
                                          const char*  format,
                                          ...);

#endif // BL_BASE_LOG_H

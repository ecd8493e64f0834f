// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_PREPARE_H
#define BL_JOB_PREPARE_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/config.h"
#include "base/status.h"
#include "job/job.h"
#include "take/take.h"

#include <stddef.h>

/**
   What happens to a take before a service sees it: check, trim, encode,
   request.  Blocks on files only; constant memory; cancelled once a chunk.
*/

/**
   Look whether the take can be sent, and find the trim.

   @return BL_TAKE_SHORT, BL_TAKE_SILENT, BL_HOST_SILENT, BL_TAKE_LONG (after
   trimming), BL_BAD_FILE where the audio is shorter than take.json says, …
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_prepare_check(const char*   audio,
                                                     const BlTake* take,
                                                     BlCancel*     cancel,
                                                     BlTrim*       trim);

/**
   Write the upload: 24-bit WAV or FLAC at the take's rate, with the comment
   of job/trim.h.  Appears under `path` only when it is whole.  A take beyond
   full scale is turned down instead of clipped.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_prepare_encode(const char*    audio,
                                                      const BlTake*  take,
                                                      const BlTrim*  trim,
                                                      BlUploadFormat format,
                                                      BlCancel*      cancel,
                                                      const char*    path);

/// Name of the service that the settings mean, "" for the configured one
BL_THREAD_ANY const char* bl_prepare_service(const BlSettings* settings,
                                             const BlConfig*   config);

/// The request but for upload URL and what the service fills in
BL_THREAD_ANY void bl_prepare_request(const BlJob*    job,
                                      const BlConfig* config,
                                      const BlTake*   take,
                                      BlRequest*      request);

/// A title where the user gave none: the track's or take's name and the date
BL_THREAD_ANY void bl_prepare_title(const BlJob*  job,
                                    const BlTake* take,
                                    char*         title,
                                    size_t        size);

#endif // BL_JOB_PREPARE_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_DOWNLOAD_H
#define BL_SERVICE_DOWNLOAD_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/log.h"
#include "service/service.h"
#include "service/transport.h"

#include <stdbool.h>

/**
   Results from wherever the service put them: hosts that nobody vouches
   for.  API.md section 7.
*/
typedef struct
{
  BlTransport*      transport;
  BlCancel*         cancel;
  const BlLog*      log;
  bool              allow_http;
  bool              allow_private;
  BlServiceProgress progress; ///< May be NULL
  void*             handle;
} BlDownload;

/// As bl_service_download()
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_download_track(const BlDownload*  download,
                  const BlTaskTrack* track,
                  const char*        path,
                  BlServiceError*    error);

/// As bl_service_download_extra()
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_download_extra(const BlDownload* download,
                  const char*       url,
                  const char*       path,
                  BlServiceError*   error);

#endif // BL_SERVICE_DOWNLOAD_H

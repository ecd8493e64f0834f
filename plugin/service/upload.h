// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_UPLOAD_H
#define BL_SERVICE_UPLOAD_H

#include "base/attributes.h"
#include "service/transport.h"

/**
   The upload's request, API.md section 4: streaming multipart in constant
   memory, so that a take of any length costs the same.
*/

/// Where uploads lie at the service
#define BL_UPLOAD_PATH "backline"

typedef struct
{
  BlHttpField fields[2];
  char        url[BL_URL_BYTES];
} BlUpload;

/**
   Fill `request` (which then points into `upload` and the arguments).
   @return BL_NOT_FOUND, BL_NO_ACCESS, BL_BAD_FILE where there is nothing to
   read at `path`, BL_BAD_FIELD for a name that is no file name
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_upload_prepare(const char* base,
                                                      const char* path,
                                                      const char* remote_name,
                                                      BlUpload*   upload,
                                                      BlHttpRequest* request);

#endif // BL_SERVICE_UPLOAD_H

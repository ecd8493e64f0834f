// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/upload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char*
media_type(const char* const name)
{
  static const char* const table[][2] = { { ".wav", "audio/wav" },
                                          { ".flac", "audio/flac" },
                                          { ".mp3", "audio/mpeg" },
                                          { ".ogg", "audio/ogg" } };
  const char* const        dot        = strrchr(name, '.');
  for (size_t i = 0; dot && i < BL_COUNT(table); ++i) {
    if (!strcasecmp(dot, table[i][0])) {
      return table[i][1];
    }
  }
  return "application/octet-stream";
}

static bool
is_file_name(const char* const name)
{
  if (!*name || name[0] == '.' || strlen(name) >= BL_FILE_NAME_BYTES) {
    return false;
  }
  for (const char* c = name; *c; ++c) {
    if ((unsigned char)*c < ' ' || strchr("/\\\"\x7F", *c)) {
      return false;
    }
  }
  return true;
}

BlStatus
bl_upload_prepare(const char* const    base,
                  const char* const    path,
                  const char* const    remote_name,
                  BlUpload* const      upload,
                  BlHttpRequest* const request)
{
  struct stat info;
  if (!is_file_name(remote_name)) {
    return BL_BAD_FIELD;
  }
  if (stat(path, &info) || access(path, R_OK)) {
    return bl_status_from_errno(errno);
  }
  if (!S_ISREG(info.st_mode) || !info.st_size) {
    return BL_BAD_FILE;
  }

  const int n = snprintf(upload->url, sizeof(upload->url),
                         "%s/api/file-stream-upload", base);
  if ((size_t)n >= sizeof(upload->url)) {
    return BL_BAD_CONFIG;
  }

  upload->fields[0] = (BlHttpField){ "uploadPath", BL_UPLOAD_PATH };
  upload->fields[1] = (BlHttpField){ "fileName", remote_name };

  memset(request, 0, sizeof(*request));
  request->verb      = BL_HTTP_FORM;
  request->url       = upload->url;
  request->fields    = upload->fields;
  request->n_fields  = BL_COUNT(upload->fields);
  request->file      = path;
  request->file_name = remote_name;
  request->file_type = media_type(remote_name);
  return BL_SUCCESS;
}

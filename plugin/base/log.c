// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/log.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/// Takes query, fragment and user part out of every URL, in place
static void
redact(char* const text)
{
  static const char stops[] = " \t\r\n\"'<>)";

  for (char* url = text; (url = strstr(url, "://"));) {
    url += 3;
    const size_t length = strcspn(url, stops);

    const size_t authority = strcspn(url, "/?# \t\r\n\"'<>)");
    for (size_t i = authority; i > 0; --i) {
      if (url[i - 1] == '@') {
        memset(url, '*', i - 1);
        break;
      }
    }

    const size_t path = strcspn(url, "?#");
    for (size_t i = path + 1; i < length; ++i) {
      url[i] = '*';
    }
    url += length;
  }
}

void
bl_log(const BlLog* const log,
       const BlLogLevel   level,
       const char* const  format,
       ...)
{
  if (!log || level > log->most) {
    return;
  }

  char    line[BL_TEXT_BYTES];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof(line), format, args);
  va_end(args);
  redact(line);

  if (log->sink) {
    log->sink(log->handle, level, line);
  } else {
    fprintf(stderr, "backline: %s\n", line);
  }
}

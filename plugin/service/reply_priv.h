// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_REPLY_PRIV_H
#define BL_SERVICE_REPLY_PRIV_H

#include "base/attributes.h"
#include "base/limits.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stddef.h>

/// What reply.c and record.c share: reading JSON that nobody vouches for

/// The item under either spelling (snake may be NULL); NULL where absent or
/// null
BL_THREAD_ANY const cJSON* bl_reply_get(const cJSON* object,
                                        const char*  camel,
                                        const char*  snake);

/// Its text, "" where it is none
BL_THREAD_ANY const char* bl_reply_string(const cJSON* object,
                                          const char*  camel,
                                          const char*  snake);

/// A number, or a string that is nothing but digits
BL_THREAD_ANY bool bl_reply_int(const cJSON* item, int* value);

/// Digits and at most one point, read without regard to the locale
BL_THREAD_ANY bool bl_reply_decimal(const char* text, double* value);

/// Copy UTF-8 by whole characters, as long as they fit; no control characters
BL_THREAD_ANY void bl_reply_copy_text(char* out, size_t size, const char* text);

/// An http(s) URL without spaces and controls, else ""
BL_THREAD_ANY void bl_reply_copy_url(char url[BL_URL_BYTES], const char* text);

#endif // BL_SERVICE_REPLY_PRIV_H

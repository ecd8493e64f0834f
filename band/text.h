// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_TEXT_H
#define BL_BAND_TEXT_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Numbers and lists in text without the locale's say: a host may have set
   LC_ALL to one that writes 92,5.
*/

/// Read a plain decimal ("92", "92.5", "-0.25"); advances *text past it
BL_THREAD_ANY bool bl_text_number(const char** text, double* value);

/// Append to a NUL-terminated buffer, cut where it does not fit
BL_THREAD_ANY void bl_text_append(char* text, size_t size, const char* more);

/// Append `item`, with `separator` before it unless text is empty
BL_THREAD_ANY void bl_text_list(char*       text,
                                size_t      size,
                                const char* separator,
                                const char* item);

/// Append a number with `decimals` (0..6) digits after a dot
BL_THREAD_ANY void bl_text_decimal(char*    text,
                                   size_t   size,
                                   double   value,
                                   unsigned decimals);

#endif // BL_BAND_TEXT_H

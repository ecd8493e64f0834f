// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_TEXT_H
#define BL_BASE_TEXT_H

#include "base/attributes.h"

#include <stddef.h>
#include <stdint.h>

/**
   Copy text as valid UTF-8 without control characters, cut at a character.

   Stops at a NUL or after `length` bytes; malformed bytes become U+FFFD, line
   ends and tabs become spaces.  `text` is always terminated.
*/
BL_THREAD_ANY void bl_text_copy(char*       text,
                                uint32_t    size,
                                const char* from,
                                uint32_t    length);

/// Code points of UTF-8, as services count the length of a field
BL_THREAD_ANY size_t bl_text_count_chars(const char* text);

#endif // BL_BASE_TEXT_H

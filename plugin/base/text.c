// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

/// Length of the well-formed UTF-8 sequence at `s`; 0 where there is none
static uint32_t
utf8_length(const uint8_t* const s, const uint32_t left)
{
  const uint8_t  c = s[0];
  const uint32_t n = c < 0x80u                  ? 1u
                     : c >= 0xC2u && c <= 0xDFu ? 2u
                     : c >= 0xE0u && c <= 0xEFu ? 3u
                     : c >= 0xF0u && c <= 0xF4u ? 4u
                                                : 0u;
  if (!n || n > left) {
    return 0;
  }
  for (uint32_t i = 1; i < n; ++i) {
    if ((s[i] & 0xC0u) != 0x80u) {
      return 0;
    }
  }

  const bool bad = (c == 0xE0u && s[1] < 0xA0u) || // Overlong
                   (c == 0xEDu && s[1] > 0x9Fu) || // Surrogate
                   (c == 0xF0u && s[1] < 0x90u) || // Overlong
                   (c == 0xF4u && s[1] > 0x8Fu) || // Beyond U+10FFFF
                   (c == 0xC2u && s[1] < 0xA0u);   // C1 control
  return bad ? 0 : n;
}

void
bl_text_copy(char* const       text,
             const uint32_t    size,
             const char* const from,
             const uint32_t    length)
{
  const uint8_t* const s    = (const uint8_t*)from;
  uint32_t             used = 0;

  for (uint32_t i = 0; i < length && s[i];) {
    const uint32_t n    = utf8_length(s + i, length - i);
    const uint32_t room = size - 1u - used;
    if (n == 1 && (s[i] < 0x20u || s[i] == 0x7Fu)) {
      const bool space = s[i] == '\n' || s[i] == '\t' || s[i] == '\r';
      if (space && room) {
        text[used++] = ' ';
      }
      ++i;
    } else if (!n) {
      if (room < 3) {
        break;
      }
      memcpy(text + used, "\xEF\xBF\xBD", 3);
      used += 3;
      ++i;
    } else {
      if (room < n) {
        break;
      }
      memcpy(text + used, s + i, n);
      used += n;
      i += n;
    }
  }
  text[used] = '\0';
}

size_t
bl_text_count_chars(const char* const text)
{
  size_t n = 0;
  for (const char* c = text; *c; ++c) {
    n += ((unsigned char)*c & 0xC0u) != 0x80u;
  }
  return n;
}

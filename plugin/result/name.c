// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "result/name.h"

#include "base/paths.h"
#include "result/result.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/// Bytes left for the title beside " (A) 9999 chords.wav" and a temporary
/// suffix
#define TITLE_BYTES (BL_FILE_NAME_BYTES - 40u)

/**
   Length of the UTF-8 sequence at `s`, 0 where it is none (RFC 3629: no
   overlong forms, surrogates or values beyond U+10FFFF).
*/
static size_t
sequence_length(const unsigned char* const s)
{
  const unsigned char first  = s[0];
  const size_t        length = first < 0x80   ? 1u
                               : first < 0xC2 ? 0u
                               : first < 0xE0 ? 2u
                               : first < 0xF0 ? 3u
                               : first < 0xF5 ? 4u
                                              : 0u;
  for (size_t i = 1; i < length; ++i) {
    if ((s[i] & 0xC0u) != 0x80u) {
      return 0;
    }
  }

  const bool bad =
    (first == 0xE0 && s[1] < 0xA0) || (first == 0xED && s[1] > 0x9F) ||
    (first == 0xF0 && s[1] < 0x90) || (first == 0xF4 && s[1] > 0x8F);
  return bad ? 0 : length;
}

/// Invisible characters that change how a name reads: C1 controls, zero
/// width, line and paragraph separators, directions, byte order mark
static bool
is_invisible(const unsigned char* const s, const size_t length)
{
  if (length == 2) {
    return s[0] == 0xC2 && s[1] < 0xA0;
  }
  if (length == 3 && s[0] == 0xE2) {
    return (s[1] == 0x80 && ((s[2] >= 0x8B && s[2] <= 0x8F) ||
                             (s[2] >= 0xA8 && s[2] <= 0xAE))) ||
           (s[1] == 0x81 && s[2] >= 0xA0 && s[2] <= 0xAF);
  }
  return length == 3 && s[0] == 0xEF && s[1] == 0xBB && s[2] == 0xBF;
}

/// Names that other systems, to which a session may be copied, keep for
/// devices
static bool
is_reserved(const char* const name)
{
  static const char* const devices[] = { "con", "prn", "aux", "nul" };

  const size_t length = strcspn(name, ". (");
  for (size_t i = 0; i < BL_COUNT(devices); ++i) {
    if (length == 3 && !strncasecmp(name, devices[i], 3)) {
      return true;
    }
  }
  return length == 4 && isdigit((unsigned char)name[3]) &&
         (!strncasecmp(name, "com", 3) || !strncasecmp(name, "lpt", 3));
}

/// Safe as the beginning of a file's name: valid UTF-8, no separators, control
/// or invisible characters, no leading dot or dash, no trailing dot or space,
/// cut at a code point.  May become empty.
static void
make_safe(const char* const title, char* const name, const size_t size)
{
  size_t length = 0;
  bool   space  = true; // Leading ones go, others become one
  for (const unsigned char* s = (const unsigned char*)title; s && *s;) {
    const size_t n = sequence_length(s);
    if (!n || is_invisible(s, n)) {
      s += n ? n : 1;
      continue;
    }

    const bool blank = n == 1 && (*s <= ' ' || *s == 0x7F);
    const bool bad   = n == 1 && strchr("/\\:*?\"<>|", (int)*s);
    if (length + n + 1 > size) {
      break;
    }
    if (blank || bad) {
      if (!space) {
        name[length++] = bad ? '-' : ' ';
      }
      space = space || blank;
    } else if (!(length == 0 && (*s == '.' || *s == '-'))) {
      memcpy(name + length, s, n);
      length += n;
      space = false;
    }
    s += n;
  }

  while (length && strchr(" .", name[length - 1])) {
    --length;
  }
  name[length] = '\0';
}

BlStatus
bl_name_result(const char* const title,
               const char        variant,
               const char* const ending,
               const unsigned    attempt,
               char* const       name,
               const size_t      size)
{
  char safe[TITLE_BYTES];
  make_safe(title, safe, sizeof(safe));

  char number[16] = "";
  if (attempt) {
    snprintf(number, sizeof(number), " %u", attempt + 1);
  }

  const int n =
    snprintf(name, size, "%s%s (%c)%s%s", is_reserved(safe) ? "Take " : "",
             *safe ? safe : "Backline",
             variant >= 'A' && variant <= 'Z' ? variant : 'A', number, ending);
  return n > 0 && (size_t)n < size ? BL_SUCCESS : BL_BAD_ARG;
}

BlStatus
bl_name_beside(const char* const result,
               const char* const ending,
               const unsigned    attempt,
               char* const       name,
               const size_t      size)
{
  const char* const slash = strrchr(result, '/');
  const char* const own   = slash ? slash + 1 : result;
  const char* const dot   = strrchr(own, '.'); // A title can have some, too
  const char* const kind  = strrchr(ending, '.');
  if (!dot || dot == own || !kind) {
    return BL_BAD_ARG;
  }

  char number[16] = "";
  if (attempt) {
    snprintf(number, sizeof(number), " %u", attempt + 1);
  }

  const int n = snprintf(name, size, "%.*s%.*s%s%s", (int)(dot - own), own,
                         (int)(kind - ending), ending, number, kind);
  return n > 0 && (size_t)n < size ? BL_SUCCESS : BL_BAD_ARG;
}

BlStatus
bl_result_name(const char* const dir,
               const char* const title,
               const char        variant,
               const char* const ending,
               char* const       path,
               const size_t      size)
{
  for (unsigned attempt = 0; attempt < BL_NAME_ATTEMPTS; ++attempt) {
    char     name[BL_FILE_NAME_BYTES];
    BlStatus st =
      bl_name_result(title, variant, ending, attempt, name, sizeof(name));
    if (st || (st = bl_path_join(path, size, dir, name))) {
      return st;
    }
    if (access(path, F_OK) && errno == ENOENT) {
      return BL_SUCCESS;
    }
  }
  return BL_EXISTS;
}

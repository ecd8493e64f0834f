// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

bool
bl_text_number(const char** const text, double* const value)
{
  const char* s        = *text;
  const bool  negative = *s == '-';
  double      number   = 0.0;
  double      scale    = 1.0;
  unsigned    digits   = 0;

  s += negative;
  for (; isdigit((unsigned char)*s) && digits < 15u; ++s, ++digits) {
    number = number * 10.0 + (*s - '0');
  }
  if (*s == '.' && isdigit((unsigned char)s[1])) {
    for (++s; isdigit((unsigned char)*s); ++s) {
      if (digits < 15u) {
        ++digits;
        number = number * 10.0 + (*s - '0');
        scale *= 10.0;
      }
    }
  }
  if (!digits) {
    return false;
  }

  *value = (negative ? -number : number) / scale;
  *text  = s;
  return true;
}

void
bl_text_append(char* const text, const size_t size, const char* const more)
{
  const size_t used = strlen(text);
  if (used + 1u < size) {
    snprintf(text + used, size - used, "%s", more);
  }
}

void
bl_text_list(char* const       text,
             const size_t      size,
             const char* const separator,
             const char* const item)
{
  if (*text) {
    bl_text_append(text, size, separator);
  }
  bl_text_append(text, size, item);
}

void
bl_text_decimal(char* const    text,
                const size_t   size,
                const double   value,
                const unsigned decimals)
{
  static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
  const double        power    = powers[decimals < 6u ? decimals : 6u];
  const double    bounded = isfinite(value) ? fmax(fmin(value, 1e9), -1e9) : 0;
  const long long scaled  = llround(fabs(bounded) * power);
  const long long unit    = (long long)power;
  char            number[48];

  if (decimals) {
    snprintf(number, sizeof(number), "%s%lld.%0*lld",
             bounded < 0.0 && scaled ? "-" : "", scaled / unit, (int)decimals,
             scaled % unit);
  } else {
    snprintf(number, sizeof(number), "%s%lld",
             bounded < 0.0 && scaled ? "-" : "", scaled);
  }
  bl_text_append(text, size, number);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "result/bext.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define UNKNOWN_LEVEL INT16_MAX ///< 0x7FFF: not measured, Tech 3285 v2

/// Hundredths of a unit, as the loudness fields count
static int16_t
hundredths(const double value)
{
  return isfinite(value) && fabs(value) < 327.0 ? (int16_t)lround(value * 100.0)
                                                : (int16_t)UNKNOWN_LEVEL;
}

static void
to_ascii(char* const text)
{
  char* to = text;
  for (const char* from = text; *from; ++from) {
    const unsigned char c = (unsigned char)*from;
    if ((c & 0xC0u) != 0x80u) { // One '?' for a whole sequence
      *to++ = c >= 0x20 && c < 0x7F ? *from : '?';
    }
  }
  *to = '\0';
}

/// Fields of fixed width have no NUL where they are full
static void
set_field(char* const field, const size_t size, const char* const text)
{
  const size_t length = strlen(text);
  memset(field, 0, size);
  memcpy(field, text, length < size ? length : size);
}

static void
set_date(SF_BROADCAST_INFO* const info)
{
  const time_t now = time(NULL);
  struct tm    tm;
  char         text[64];
  if (!localtime_r(&now, &tm)) {
    return;
  }

  snprintf(text, sizeof(text), "%04d-%02d-%02d", tm.tm_year + 1900,
           tm.tm_mon + 1, tm.tm_mday);
  set_field(info->origination_date, sizeof(info->origination_date), text);
  snprintf(text, sizeof(text), "%02d:%02d:%02d", tm.tm_hour, tm.tm_min,
           tm.tm_sec);
  set_field(info->origination_time, sizeof(info->origination_time), text);
}

static const char*
or_empty(const char* const text)
{
  return text ? text : "";
}

BlStatus
bl_bext_write(SNDFILE* const              file,
              const BlPlaceRequest* const request,
              const BlPlaced* const       placed)
{
  SF_BROADCAST_INFO info;
  char              text[2 * BL_TEXT_BYTES];
  memset(&info, 0, sizeof(info));

  snprintf(text, sizeof(text), "task=%s; model=%s; tags=%s",
           or_empty(request->task_id), or_empty(request->model),
           or_empty(request->tags));
  to_ascii(text);
  set_field(info.description, sizeof(info.description) - 1, text);
  set_field(info.originator, sizeof(info.originator), "Backline " BL_VERSION);
  snprintf(text, sizeof(text), "%s", or_empty(request->task_id));
  to_ascii(text);
  set_field(info.originator_reference, sizeof(info.originator_reference), text);
  set_date(&info);

  const uint64_t reference = (uint64_t)placed->time_reference;
  info.time_reference_low  = (uint32_t)(reference & 0xFFFFFFFFu);
  info.time_reference_high = (uint32_t)(reference >> 32);
  info.version             = 2;

  info.loudness_value         = hundredths(placed->loudness_lufs);
  info.max_true_peak_level    = hundredths(placed->peak_dbfs);
  info.loudness_range         = UNKNOWN_LEVEL;
  info.max_momentary_loudness = UNKNOWN_LEVEL;
  info.max_shortterm_loudness = UNKNOWN_LEVEL;

  snprintf(info.coding_history, sizeof(info.coding_history),
           "A=PCM,F=%u,W=%s,M=%s,T=Backline\r\n", (unsigned)placed->rate,
           request->as_float ? "32" : "24",
           placed->channels == 1 ? "mono" : "stereo");
  info.coding_history_size = (uint32_t)strlen(info.coding_history);

  return sf_command(file, SFC_SET_BROADCAST_INFO, &info, sizeof(info))
           ? BL_SUCCESS
           : BL_INTERNAL;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/dialect.h"

#include "base/limits.h"

#include <string.h>
#include <strings.h>

static const BlDialect dialects[] = {
  { "local", "Local band", NULL, NULL, "/api/v1/generate/credit", NULL,
    BL_NUMBERS_SUNOAPI, false, false, 0.0, BL_POLL_LOCAL_S, BL_POLL_LOCAL_S,
    BL_POLL_LOCAL_S },
  { "sunoapi", "sunoapi.org", "https://api.sunoapi.org",
    "https://sunoapiorg.redpandaai.co", "/api/v1/generate/credit",
    "/api/v1/chat/credit", BL_NUMBERS_SUNOAPI, true, false, BL_USUAL_CREDITS,
    BL_POLL_FIRST_S, BL_POLL_NEXT_S, BL_POLL_CAP_S },
  { "kie", "kie.ai", "https://api.kie.ai", "https://kieai.redpandaai.co",
    "/api/v1/chat/credit", "/api/v1/generate/credit", BL_NUMBERS_KIE, true,
    true, BL_USUAL_CREDITS, BL_POLL_FIRST_S, BL_POLL_NEXT_S, BL_POLL_CAP_S },
};

/// Meaning of a code by numbering, while submitting
typedef struct
{
  int      code;
  BlStatus sunoapi;
  BlStatus kie;
} CodeRow;

static const CodeRow codes[] = {
  { 400, BL_REFUSED, BL_REFUSED },
  { 401, BL_AUTH, BL_AUTH },
  { 402, BL_NO_CREDITS, BL_NO_CREDITS },
  { 403, BL_AUTH, BL_AUTH },
  { 404, BL_NOT_HERE, BL_NOT_HERE },
  { 405, BL_RATE_LIMITED, BL_NOT_HERE },
  { 408, BL_TIMED_OUT, BL_TIMED_OUT },
  { 409, BL_CONFLICT, BL_CONFLICT },
  { 413, BL_TOO_LONG, BL_TOO_LONG },
  { 422, BL_REFUSED, BL_REFUSED },
  { 429, BL_NO_CREDITS, BL_RATE_LIMITED },
  { 430, BL_RATE_LIMITED, BL_RATE_LIMITED },
  { 433, BL_NO_CREDITS, BL_NO_CREDITS },
  { 451, BL_SOURCE_GONE, BL_SOURCE_GONE },
  { 455, BL_MAINTENANCE, BL_MAINTENANCE },
  { 500, BL_GENERATION, BL_GENERATION },
  { 501, BL_GENERATION, BL_GENERATION },
  { 505, BL_GENERATION, BL_GENERATION },
  { 531, BL_REFUNDED, BL_REFUNDED },
};

const BlDialect*
bl_dialect_find(const char* const name)
{
  for (size_t i = 0; name && i < BL_COUNT(dialects); ++i) {
    if (!strcmp(dialects[i].name, name)) {
      return &dialects[i];
    }
  }
  return NULL;
}

static bool
says_any(const char* const msg, const char* const* const words)
{
  for (size_t i = 0; msg && words[i]; ++i) {
    if (strcasestr(msg, words[i])) {
      return true;
    }
  }
  return false;
}

static BlStatus
decide_429(const BlStatus by_dialect, const char* const msg)
{
  static const char* const often[] = { "frequency", "too many requests",
                                       "rate limit", NULL };
  static const char* const money[] = { "credit", "insufficient", "balance",
                                       NULL };

  return says_any(msg, often)   ? BL_RATE_LIMITED
         : says_any(msg, money) ? BL_NO_CREDITS
                                : by_dialect;
}

static BlStatus
decide_413(const BlCodeContext context, const char* const msg)
{
  static const char* const known[] = { "match", "existing", "work of art",
                                       "copyright", NULL };
  static const char* const large[] = { "too long", "too large", "length",
                                       "exceed", NULL };

  return says_any(msg, known)      ? BL_MATCHES_WORK
         : says_any(msg, large)    ? BL_TOO_LONG
         : context == BL_CODE_TASK ? BL_MATCHES_WORK
                                   : BL_TOO_LONG;
}

BlStatus
bl_status_from_code(const BlDialect* const dialect,
                    const BlCodeContext    context,
                    const int              code,
                    const char* const      msg)
{
  const BlStatus other = BL_GENERATION;

  BlStatus st = other;
  for (size_t i = 0; i < BL_COUNT(codes); ++i) {
    if (codes[i].code == code) {
      st = dialect->numbers == BL_NUMBERS_KIE ? codes[i].kie : codes[i].sunoapi;
    }
  }

  if (code == 429) {
    return decide_429(st, msg);
  }
  if (code == 413) {
    return decide_413(context, msg);
  }
  if (st == other && context == BL_CODE_ASKING) {
    return BL_SERVER;
  }
  return st;
}

BlStatus
bl_status_from_http(const long http)
{
  static const struct
  {
    long     http;
    BlStatus status;
  } table[] = {
    { 401, BL_AUTH },         { 402, BL_NO_CREDITS },  { 403, BL_REFUSED },
    { 404, BL_NOT_HERE },     { 405, BL_NOT_HERE },    { 408, BL_TIMED_OUT },
    { 409, BL_CONFLICT },     { 410, BL_NOT_HERE },    { 413, BL_TOO_BIG },
    { 429, BL_RATE_LIMITED }, { 503, BL_MAINTENANCE },
  };

  for (size_t i = 0; i < BL_COUNT(table); ++i) {
    if (table[i].http == http) {
      return table[i].status;
    }
  }
  return http >= 500 ? BL_SERVER : http >= 400 ? BL_REFUSED : BL_BAD_REPLY;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_DIALECT_H
#define BL_SERVICE_DIALECT_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/**
   What differs between services that speak the same API: tables only.

   API.md sections 0, 2.4, 3.4, 5.3 and 6.  A custom service names one of
   these as its own.
*/

/// Whose numbering of error codes
typedef enum
{
  BL_NUMBERS_SUNOAPI,
  BL_NUMBERS_KIE,
} BlNumbers;

typedef struct
{
  const char* name;         ///< "sunoapi"
  const char* label;        ///< "sunoapi.org"
  const char* api;          ///< Base URL; NULL for the local band
  const char* upload;       ///< Base URL
  const char* credit_path;  ///< Tried first
  const char* credit_alias; ///< Tried where the first is not known
  BlNumbers   numbers;
  bool        paid;
  bool        signs; ///< Callbacks may carry kie's HMAC signature
  double      price; ///< Credits of one request; < 0 unknown
  double      poll_first_s;
  double      poll_next_s;
  double      poll_cap_s;
} BlDialect;

/// "local", "sunoapi" or "kie"; NULL where there is none of that name
BL_THREAD_ANY const BlDialect* bl_dialect_find(const char* name);

/// What a code was said of: it changes what may be done next
typedef enum
{
  BL_CODE_ASKING, ///< Upload, question, credits: may be repeated freely
  BL_CODE_SUBMIT, ///< The paid request was not accepted
  BL_CODE_TASK,   ///< An accepted task failed (errorCode, callback)
} BlCodeContext;

/**
   Translate an envelope's code (not 200) or a task's errorCode.

   `msg` decides 429 (frequency or credits) and 413 (long or known work); it
   may be NULL.  Unknown codes become BL_GENERATION or BL_SERVER by context.
*/
BL_THREAD_ANY BlStatus bl_status_from_code(const BlDialect* dialect,
                                           BlCodeContext    context,
                                           int              code,
                                           const char*      msg);

/// Translate an HTTP status that came without an envelope; 2xx: BL_BAD_REPLY
BL_THREAD_ANY BlStatus bl_status_from_http(long http);

#endif // BL_SERVICE_DIALECT_H

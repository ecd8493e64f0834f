// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_REQUEST_H
#define BL_SERVICE_REQUEST_H

#include "base/attributes.h"
#include "service/service.h"

/**
   Requests as bytes; bl_request_check() is declared in service.h.
*/

/// Tried first: the reserved domain that never resolves (RFC 2606)
#define BL_CALLBACK_PLACEHOLDER "https://callback.invalid/"

/// Tried once where the first was refused for its address
#define BL_CALLBACK_SECOND "https://example.com/callback"

#define BL_NEGATIVE_TAGS_DEFAULT "vocals, singing, choir"

/**
   The JSON of API 1.1 in its order, with weights of exactly two decimals in
   any locale.  To be freed with cJSON_free(); NULL when out of memory.
*/
BL_THREAD_ANY BL_NODISCARD char* bl_request_encode(const BlRequest* request);

/// The JSON of API 5.1 or 5.2, as above
BL_THREAD_ANY BL_NODISCARD char* bl_refine_encode(
  const BlRefineRequest* request);

#endif // BL_SERVICE_REQUEST_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_TRANSPORT_PRIV_H
#define BL_SERVICE_TRANSPORT_PRIV_H

#include "service/address.h"
#include "service/transport.h"

#include <curl/curl.h>

/// What transport.c and transport_setup.c share

struct BlTransportImpl
{
  BlTransportLimits limits;
  CURLM*            multi;
  CURL*             easy;
};

/// What the callbacks of one request share
typedef struct
{
  const BlHttpRequest* request;
  BlHttpReply*         reply;
  BlTransport*         transport;
  size_t               capacity; ///< Of reply->body
  uint64_t             received;
  bool                 refused; ///< An address was not public
  bool                 too_big;
  int                  write_errno;
  bool                 via_proxy;
  char                 error[CURL_ERROR_SIZE];
  struct curl_slist*   headers;
  curl_mime*           mime;
} BlExchange;

/// Set every option of the request; nothing is to be undone on failure
BL_THREAD_JOB BL_NODISCARD CURLcode bl_exchange_set_up(BlExchange* exchange,
                                                       const BlUrlParts* parts);

#endif // BL_SERVICE_TRANSPORT_PRIV_H

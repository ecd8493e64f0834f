// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_ENDPOINT_H
#define BL_SERVICE_ENDPOINT_H

#include "base/attributes.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/status.h"
#include "service/dialect.h"

#include <stdbool.h>

/**
   Where a service's name leads: the built-in tables and the user's
   configuration, nothing else.
*/
typedef struct
{
  char             name[BL_NAME_BYTES];
  char             label[BL_NAME_BYTES];
  const BlDialect* dialect;
  char             api[BL_URL_BYTES];    ///< Base; "" for the local band
  char             upload[BL_URL_BYTES]; ///< Base
  char             api_host[256];        ///< As bl_url_parse() names it
  char             upload_host[256];
  bool             local;     ///< The local band, to be started
  bool             fell_back; ///< The name was unknown
  bool             builtin;   ///< Hosts are those of our own table
  bool             is_public; ///< Results come from the public Internet only
  bool             allow_http;
  bool             in_clear; ///< What is sent can be read on the way
} BlEndpoint;

/**
   Resolve `name` (NULL or "": the configuration's `service`; "custom": what
   its `custom` names).  An unknown one becomes the local band.

   @return BL_BAD_CONFIG where a base URL cannot be used
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_endpoint_find(const BlConfig* config,
                                                     const char*     name,
                                                     BlEndpoint*     endpoint);

/// Where there is no server for the name "custom"
#define BL_NO_OWN_SERVER                                                       \
  "No own server is configured: name it under \"services\" and \"custom\" in " \
  "config.json."

/// "custom" is meant, and `custom` of config.json names nothing
BL_THREAD_ANY bool bl_endpoint_lacks_own(const BlConfig* config,
                                         const char*     name);

/// What to tell before a key goes there unencrypted; "" where none does
BL_THREAD_ANY void bl_endpoint_warn(const BlEndpoint* endpoint,
                                    char              text[BL_MESSAGE_BYTES]);

/// Set both bases (also of a started band); BL_BAD_CONFIG as above
BL_THREAD_ANY BL_NODISCARD BlStatus bl_endpoint_set_bases(BlEndpoint* endpoint,
                                                          const char* api,
                                                          const char* upload);

#endif // BL_SERVICE_ENDPOINT_H

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_ADDRESS_H
#define BL_SERVICE_ADDRESS_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

#include <sys/socket.h>

/**
   Which addresses are the public Internet (RFC 6890 and its registries), and
   the parts of a URL that decide who may be talked to.
*/

/// False for loopback, private, link-local, multicast and reserved ranges,
/// also where they hide in IPv6 (mapped, NAT64, 6to4); false when unknown
BL_THREAD_ANY bool bl_address_is_public(const struct sockaddr* address);

typedef struct
{
  bool https;
  bool local;     ///< localhost, or a literal that is not public
  bool loopback;  ///< localhost, or a literal of this machine's own
  char host[256]; ///< Lower case, with ":port" where it is not the scheme's
} BlUrlParts;

/// @return BL_BAD_HOST for anything but http(s)://host[:port]/…, and for URLs
/// with a user part
BL_THREAD_ANY BL_NODISCARD BlStatus bl_url_parse(const char* url,
                                                 BlUrlParts* parts);

#endif // BL_SERVICE_ADDRESS_H

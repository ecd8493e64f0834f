// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/address.h"

#include "base/limits.h"

#include <curl/curl.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef struct
{
  uint32_t net;
  unsigned bits;
} Range4;

static const Range4 closed4[] = {
  { 0x00000000u, 8 },  { 0x0A000000u, 8 },  { 0x64400000u, 10 },
  { 0x7F000000u, 8 },  { 0xA9FE0000u, 16 }, { 0xAC100000u, 12 },
  { 0xC0000000u, 24 }, { 0xC0000200u, 24 }, { 0xC0A80000u, 16 },
  { 0xC6120000u, 15 }, { 0xC6336400u, 24 }, { 0xCB007100u, 24 },
  { 0xE0000000u, 4 },  { 0xF0000000u, 4 },
};

static bool
is_public4(const uint32_t address)
{
  for (size_t i = 0; i < BL_COUNT(closed4); ++i) {
    if ((address ^ closed4[i].net) >> (32u - closed4[i].bits) == 0) {
      return false;
    }
  }
  return true;
}

static uint32_t
read4(const uint8_t* const bytes)
{
  return (uint32_t)bytes[0] << 24u | (uint32_t)bytes[1] << 16u |
         (uint32_t)bytes[2] << 8u | bytes[3];
}

static bool
is_public6(const uint8_t a[16])
{
  static const uint8_t mapped[12] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF
  };
  static const uint8_t nat64[12] = { 0, 0x64, 0xFF, 0x9B };

  if (!memcmp(a, mapped, 12) || !memcmp(a, nat64, 12)) {
    return is_public4(read4(a + 12));
  }
  if (a[0] == 0x20 && a[1] == 0x02) {
    return is_public4(read4(a + 2));
  }
  if (a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02) {
    return false; // Teredo and other protocol assignments
  }
  if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0D && a[3] == 0xB8) {
    return false; // Documentation
  }
  return (a[0] & 0xE0u) == 0x20u; // Only 2000::/3 is global unicast
}

bool
bl_address_is_public(const struct sockaddr* const address)
{
  if (address->sa_family == AF_INET) {
    struct sockaddr_in in;
    memcpy(&in, address, sizeof(in));
    return is_public4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    struct sockaddr_in6 in6;
    memcpy(&in6, address, sizeof(in6));
    return is_public6(in6.sin6_addr.s6_addr);
  }
  return false;
}

static bool
is_localhost(const char* const host)
{
  const size_t length = strlen(host);
  return !strcasecmp(host, "localhost") ||
         (length > 10 && !strcasecmp(host + length - 10, ".localhost"));
}

static bool
is_loopback(const char* const host)
{
  struct in_addr in;
  return is_localhost(host) || !strcmp(host, "[::1]") ||
         (inet_pton(AF_INET, host, &in) == 1 && ntohl(in.s_addr) >> 24u == 127);
}

static bool
is_local_name(const char* const host)
{
  const size_t length = strlen(host);
  if (is_localhost(host)) {
    return true;
  }

  struct sockaddr_in in = { .sin_family = AF_INET };
  if (inet_pton(AF_INET, host, &in.sin_addr) == 1) {
    return !is_public4(ntohl(in.sin_addr.s_addr));
  }

  char bare[64] = "";
  if (host[0] == '[' && length > 2 && length < sizeof(bare)) {
    memcpy(bare, host + 1, length - 2);
    struct in6_addr in6;
    return inet_pton(AF_INET6, bare, &in6) != 1 || !is_public6(in6.s6_addr);
  }
  return false;
}

static BlStatus
fill_parts(CURLU* const handle, BlUrlParts* const parts)
{
  char*    scheme = NULL;
  char*    host   = NULL;
  char*    port   = NULL;
  char*    user   = NULL;
  BlStatus st     = BL_BAD_HOST;

  if (curl_url_get(handle, CURLUPART_SCHEME, &scheme, 0) ||
      curl_url_get(handle, CURLUPART_HOST, &host, 0) || !*host ||
      !curl_url_get(handle, CURLUPART_USER, &user, 0)) {
    goto done;
  }

  parts->https = !strcmp(scheme, "https");
  if (!parts->https && strcmp(scheme, "http")) {
    goto done;
  }

  const bool unusual =
    !curl_url_get(handle, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) && port;
  const int n = snprintf(parts->host, sizeof(parts->host), "%s%s%s", host,
                         unusual ? ":" : "", unusual ? port : "");
  if (n <= 0 || (size_t)n >= sizeof(parts->host)) {
    goto done;
  }
  for (char* c = parts->host; *c; ++c) {
    *c = (char)tolower((unsigned char)*c);
  }

  parts->local    = is_local_name(host);
  parts->loopback = is_loopback(host);
  st              = BL_SUCCESS;

done:
  curl_free(scheme);
  curl_free(host);
  curl_free(port);
  curl_free(user);
  return st;
}

BlStatus
bl_url_parse(const char* const url, BlUrlParts* const parts)
{
  memset(parts, 0, sizeof(*parts));
  for (const char* c = url; *c; ++c) {
    if ((unsigned char)*c <= ' ' || *c == 0x7F) {
      return BL_BAD_HOST;
    }
  }

  CURLU* const handle = curl_url();
  if (!handle) {
    return BL_NO_MEM;
  }

  BlStatus st = BL_BAD_HOST;
  if (strlen(url) < BL_URL_BYTES &&
      !curl_url_set(handle, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME)) {
    st = fill_parts(handle, parts);
  }
  curl_url_cleanup(handle);
  return st;
}

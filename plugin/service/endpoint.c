// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/endpoint.h"

#include "service/address.h"

#include <stdio.h>
#include <string.h>

static BlStatus
set_base(char              base[BL_URL_BYTES],
         const char* const url,
         BlUrlParts* const parts)
{
  if (bl_url_parse(url, parts) || strpbrk(url, "?#")) {
    return BL_BAD_CONFIG;
  }

  size_t length = strlen(url);
  while (length && url[length - 1] == '/') {
    --length;
  }
  memcpy(base, url, length);
  base[length] = '\0';
  return BL_SUCCESS;
}

BlStatus
bl_endpoint_set_bases(BlEndpoint* const endpoint,
                      const char* const api,
                      const char* const upload)
{
  BlUrlParts a;
  BlUrlParts u;
  BlStatus   st = BL_SUCCESS;
  if ((st = set_base(endpoint->api, api, &a)) ||
      (st = set_base(endpoint->upload, upload, &u))) {
    return st;
  }

  memcpy(endpoint->api_host, a.host, sizeof(a.host));
  memcpy(endpoint->upload_host, u.host, sizeof(u.host));

  // An address of one's own network, or plain http, can only be a server of
  // the user's own, whose results lie there as well
  endpoint->is_public  = a.https && !a.local;
  endpoint->allow_http = !a.https;
  endpoint->in_clear   = (!a.https && !a.loopback) || (!u.https && !u.loopback);
  return BL_SUCCESS;
}

static const BlCustomService*
find_custom(const BlConfig* const config, const char* const name)
{
  for (size_t i = 0; i < config->n_services; ++i) {
    if (!strcmp(config->services[i].name, name)) {
      return &config->services[i];
    }
  }
  return NULL;
}

static BlStatus
use_custom(const BlCustomService* const custom, BlEndpoint* const endpoint)
{
  const BlDialect* const dialect =
    bl_dialect_find(custom->dialect[0] ? custom->dialect : "sunoapi");
  if (!dialect || !custom->api[0]) {
    return BL_BAD_CONFIG;
  }

  endpoint->dialect = dialect;
  snprintf(endpoint->name, sizeof(endpoint->name), "%s", custom->name);
  snprintf(endpoint->label, sizeof(endpoint->label), "%s", custom->name);
  return bl_endpoint_set_bases(
    endpoint, custom->api, custom->upload[0] ? custom->upload : custom->api);
}

static BlStatus
use_dialect(const BlDialect* const dialect, BlEndpoint* const endpoint)
{
  endpoint->dialect = dialect;
  endpoint->builtin = true;
  snprintf(endpoint->name, sizeof(endpoint->name), "%s", dialect->name);
  snprintf(endpoint->label, sizeof(endpoint->label), "%s", dialect->label);
  if (!dialect->api) {
    endpoint->local      = true;
    endpoint->allow_http = true;
    return BL_SUCCESS;
  }
  return bl_endpoint_set_bases(endpoint, dialect->api, dialect->upload);
}

void
bl_endpoint_warn(const BlEndpoint* const endpoint, char text[BL_MESSAGE_BYTES])
{
  text[0] = '\0';
  if (endpoint->in_clear) {
    snprintf(text, BL_MESSAGE_BYTES,
             "Key and voice go to %.200s unencrypted, and can be read on the "
             "way: give the server https.",
             endpoint->api_host);
  }
}

bool
bl_endpoint_lacks_own(const BlConfig* const config, const char* const name)
{
  return !strcmp(name, "custom") && !*config->custom;
}

BlStatus
bl_endpoint_find(const BlConfig* const config,
                 const char* const     name,
                 BlEndpoint* const     endpoint)
{
  memset(endpoint, 0, sizeof(*endpoint));

  const char* wanted = name && *name ? name : config->service;
  if (!strcmp(wanted, "custom")) {
    wanted              = config->custom;
    endpoint->fell_back = !*wanted;
  }
  if (!*wanted) {
    wanted = "local";
  }

  const BlDialect* const       known  = bl_dialect_find(wanted);
  const BlCustomService* const custom = find_custom(config, wanted);
  if (custom && !(known && !known->api)) {
    return use_custom(custom, endpoint);
  }
  if (known) {
    return use_dialect(known, endpoint);
  }

  endpoint->fell_back = true;
  return use_dialect(bl_dialect_find("local"), endpoint);
}

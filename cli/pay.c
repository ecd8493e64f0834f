// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "job/prepare.h"
#include "service/endpoint.h"
#include "service/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char*
bl_cli_service(const BlCli* const cli)
{
  const char* const name = bl_prepare_service(&cli->settings, &cli->config);
  return *name ? name : cli->config.service;
}

BlExit
bl_cli_check_service(BlCli* const cli, const char* const name)
{
  BlEndpoint     endpoint;
  const BlStatus st = bl_endpoint_find(&cli->config, name, &endpoint);
  if (st) {
    return bl_cli_fail(cli, st, name);
  }
  if (!endpoint.fell_back) {
    return BL_EXIT_OK;
  }

  if (bl_endpoint_lacks_own(&cli->config, name)) {
    return bl_cli_fail_with(cli, BL_NO_SERVICE, name, BL_NO_OWN_SERVER);
  }

  char   text[BL_MESSAGE_BYTES] = "There is no such service. Known: local, "
                                  "sunoapi, kie";
  size_t n                      = strlen(text);
  for (size_t i = 0; i < cli->config.n_services && n < sizeof(text); ++i) {
    n += (size_t)snprintf(text + n, sizeof(text) - n, ", %s",
                          cli->config.services[i].name);
  }
  return bl_cli_fail_with(cli, BL_NO_SERVICE, name, text);
}

void
bl_cli_warn_of_clear(BlCli* const cli, const BlEndpoint* const endpoint)
{
  char text[BL_MESSAGE_BYTES];
  bl_endpoint_warn(endpoint, text);
  if (*text) {
    bl_cli_note(cli, "%s", text);
  }
}

static BlExit
ask_or_refuse(BlCli* const               cli,
              const BlServiceInfo* const info,
              const double               cost,
              const double               credits)
{
  char price[BL_NAME_BYTES] = "an unknown number of";
  char has[BL_NAME_BYTES]   = "an unknown number";
  if (cost >= 0.0) {
    snprintf(price, sizeof(price), "%g", cost);
  }
  if (credits >= 0.0) {
    snprintf(has, sizeof(has), "%g", credits);
  }

  // Where the price is unknown, an empty account is too little all the same
  if (credits >= 0.0 && credits < (cost > 0.0 ? cost : 1e-9)) {
    char text[BL_MESSAGE_BYTES];
    snprintf(text, sizeof(text),
             "One request costs %s credits and your account has %s. %s", price,
             has, bl_status_next_step(BL_NO_CREDITS));
    return bl_cli_fail_with(cli, BL_NO_CREDITS, info->label, text);
  }

  bl_cli_note(cli, "%s: one request costs %s credits; your account has %s.",
              info->label, price, has);
  if (cli->yes) {
    return BL_EXIT_OK;
  }
  if (!bl_cli_can_ask()) {
    return bl_cli_fail_with(
      cli, BL_BAD_ARG, info->label,
      "This costs credits and nobody can be asked here: add --yes to agree.");
  }
  if (!bl_cli_confirm(cli, "Send it?")) {
    bl_cli_say(cli, "Nothing was sent.");
    return BL_EXIT_CANCELLED;
  }
  return BL_EXIT_OK;
}

BlExit
bl_cli_agree_to_pay(BlCli* const      cli,
                    const char* const name,
                    const BlRefine    refine)
{
  BlEndpoint endpoint;
  BlExit     code = bl_cli_check_service(cli, name);
  if (code) {
    return code;
  }

  BlStatus st = bl_endpoint_find(&cli->config, name, &endpoint);
  if (st) {
    return bl_cli_fail(cli, st, name);
  }
  if (endpoint.local) {
    return BL_EXIT_OK;
  }
  bl_cli_warn_of_clear(cli, &endpoint);

  BlService*     service = NULL;
  BlServiceError error   = { 0 };
  st = bl_service_open(&cli->config, name, &cli->log, cli->interrupt, &service,
                       &error);
  if (st) {
    return bl_cli_fail_service(cli, name, &error, st);
  }

  const BlServiceInfo* const info    = bl_service_info(service);
  double                     credits = -1.0;
  if (info->paid) {
    st = bl_service_credits(service, &credits, &error);
    code =
      st == BL_AUTH || st == BL_OFFLINE || st == BL_TLS || st == BL_CANCELLED
        ? bl_cli_fail_service(cli, info->label, &error, st)
        : ask_or_refuse(cli, info,
                        refine ? bl_service_refine_price(service, refine)
                               : info->price,
                        st ? -1.0 : credits);
  }
  bl_service_close(service);
  return code;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "base/paths.h"
#include "service/credentials.h"
#include "service/endpoint.h"
#include "service/service.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define KEY_BYTES 1024u

/// One line of standard input; @return false at its end or when interrupted
static bool
read_line(BlCli* const cli, char* const line, const size_t size)
{
  size_t n = 0;
  while (n + 1 < size) {
    const ssize_t got = read(STDIN_FILENO, line + n, 1);
    if (got < 0 && errno == EINTR && !bl_cancel_is_triggered(cli->interrupt)) {
      continue;
    }
    if (got < 0 || (!got && !n)) {
      return false;
    }
    if (!got || line[n] == '\n') {
      line[n] = '\0';
      return true;
    }
    ++n;
  }
  return false;
}

static void
trim(char* const line)
{
  size_t n = strlen(line);
  while (n && isspace((unsigned char)line[n - 1])) {
    line[--n] = '\0';
  }
  const size_t skip = strspn(line, " \t");
  memmove(line, line + skip, n - skip + 1);
}

static bool
read_key(BlCli* const cli, const char* const label, char* const key)
{
  struct termios before;
  const bool hide = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &before);
  if (hide) {
    struct termios silent = before;
    silent.c_lflag &= (tcflag_t)~ECHO;
    fprintf(stderr, "Key for %s (it is not shown): ", label);
    (void)fflush(stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }

  const bool got = read_line(cli, key, KEY_BYTES);
  if (hide) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputs("\n", stderr);
  }
  if (got) {
    trim(key);
  }
  return got;
}

static bool
is_key(const char* const key)
{
  for (const char* c = key; *c; ++c) {
    if (!isgraph((unsigned char)*c)) {
      return false;
    }
  }
  return *key != '\0';
}

/// Ask the service for the credits with a key that is not stored yet
static BlStatus
try_key(BlCli* const            cli,
        const BlEndpoint* const endpoint,
        const char* const       key,
        double* const           credits,
        BlServiceError* const   error)
{
  // The process's own environment, which nobody else sees
  if (setenv("BACKLINE_API_KEY", key, 1) ||
      setenv("BACKLINE_SERVICE", endpoint->name, 1)) {
    return BL_NO_MEM;
  }

  BlService* service = NULL;
  BlStatus   st      = bl_service_open(&cli->config, endpoint->name, &cli->log,
                                       cli->interrupt, &service, error);
  if (!st) {
    st = bl_service_credits(service, credits, error);
    bl_service_close(service);
  }
  unsetenv("BACKLINE_API_KEY");
  unsetenv("BACKLINE_SERVICE");
  return st;
}

static BlExit
find_paid(BlCli* const cli, BlEndpoint* const endpoint)
{
  const char* const name = bl_cli_service(cli);
  const BlExit      code = bl_cli_check_service(cli, name);
  if (code) {
    return code;
  }
  const BlStatus st = bl_endpoint_find(&cli->config, name, endpoint);
  if (st) {
    return bl_cli_fail(cli, st, name);
  }
  if (endpoint->local) {
    return bl_cli_fail_with(
      cli, BL_BAD_ARG, "local",
      "The local band needs no key: name a service, as in \"--service "
      "sunoapi\".");
  }
  return BL_EXIT_OK;
}

static BlExit
keep_key(BlCli* const            cli,
         const BlEndpoint* const endpoint,
         const char* const       key)
{
  double         credits = -1.0;
  BlServiceError error   = { 0 };
  const BlStatus tried   = try_key(cli, endpoint, key, &credits, &error);
  if (tried == BL_AUTH) {
    return bl_cli_fail_with(cli, BL_AUTH, endpoint->label,
                            "The service does not accept that key; nothing "
                            "was kept.");
  }
  if (tried == BL_CANCELLED) {
    return BL_EXIT_INTERRUPTED;
  }

  const BlStatus st = bl_credentials_store(endpoint, key);
  char           path[BL_PATH_BYTES];
  if (st || bl_path_credentials(path, sizeof(path))) {
    return bl_cli_fail(cli, st ? st : BL_BAD_ARG, "credentials");
  }
  if (tried) {
    bl_cli_say(cli,
               "backline: %s: the key is kept in %s, but it could not be "
               "checked: %s.",
               endpoint->label, path,
               *error.message ? error.message : bl_strerror(tried));
    return bl_exit_of(tried);
  }

  bl_cli_note(cli, "%s: the key is accepted and kept in %s; %g credits.",
              endpoint->label, path, credits);
  if (cli->json) {
    cJSON* const event = bl_cli_event("login");
    cJSON_AddStringToObject(event, "service", endpoint->name);
    cJSON_AddNumberToObject(event, "credits", credits);
    bl_cli_json(event);
  }
  return BL_EXIT_OK;
}

BlExit
bl_cmd_login(BlCli* const cli)
{
  BlEndpoint endpoint;
  BlExit     code = find_paid(cli, &endpoint);
  if (code) {
    return code;
  }

  bl_cli_warn_of_clear(cli, &endpoint);
  char key[KEY_BYTES] = "";
  if (!read_key(cli, endpoint.label, key)) {
    code = bl_cancel_is_triggered(cli->interrupt)
             ? BL_EXIT_INTERRUPTED
             : bl_cli_fail_with(cli, BL_BAD_ARG, "login",
                                "No key came: type it, or send it as one line "
                                "to standard input.");
  } else if (!is_key(key)) {
    code = bl_cli_fail_with(cli, BL_BAD_ARG, "login",
                            "That is no key: it is one word without spaces.");
  } else {
    code = keep_key(cli, &endpoint, key);
  }
  explicit_bzero(key, sizeof(key));
  return code;
}

BlExit
bl_cmd_logout(BlCli* const cli)
{
  BlEndpoint   endpoint;
  const BlExit code = find_paid(cli, &endpoint);
  if (code) {
    return code;
  }

  const BlStatus st = bl_credentials_remove(&endpoint);
  if (st) {
    return bl_cli_fail(cli, st, endpoint.label);
  }
  bl_cli_note(cli, "%s: the key is removed.", endpoint.label);
  return BL_EXIT_OK;
}

BlExit
bl_cmd_credits(BlCli* const cli)
{
  const char* const name = bl_cli_service(cli);
  const BlExit      code = bl_cli_check_service(cli, name);
  if (code) {
    return code;
  }

  BlService*     service = NULL;
  BlServiceError error   = { 0 };
  double         credits = -1.0;
  BlStatus st = bl_service_open(&cli->config, name, &cli->log, cli->interrupt,
                                &service, &error);
  if (!st) {
    st = bl_service_credits(service, &credits, &error);
  }
  if (st) {
    bl_service_close(service);
    return bl_cancel_is_triggered(cli->interrupt)
             ? BL_EXIT_INTERRUPTED
             : bl_cli_fail_service(cli, name, &error, st);
  }

  const BlServiceInfo* const info = bl_service_info(service);
  if (cli->json) {
    cJSON* const event = bl_cli_event("credits");
    cJSON_AddStringToObject(event, "service", info->name);
    cJSON_AddBoolToObject(event, "paid", info->paid);
    cJSON_AddNumberToObject(event, "credits", credits);
    cJSON_AddNumberToObject(event, "price", info->price);
    bl_cli_json(event);
  } else if (!info->paid) {
    printf("%s costs nothing\n", info->label);
  } else {
    printf("%g\n", credits);
  }
  bl_service_close(service);
  return BL_EXIT_OK;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "base/paths.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

BlExit
bl_exit_of(const BlStatus status)
{
  static const struct
  {
    BlStatus status;
    BlExit   code;
  } table[] = {
    { BL_SUCCESS, BL_EXIT_OK },         { BL_BAD_ARG, BL_EXIT_USAGE },
    { BL_BAD_FIELD, BL_EXIT_USAGE },    { BL_NO_SERVICE, BL_EXIT_USAGE },
    { BL_BAD_CONFIG, BL_EXIT_USAGE },   { BL_OFFLINE, BL_EXIT_OFFLINE },
    { BL_NET, BL_EXIT_OFFLINE },        { BL_TLS, BL_EXIT_OFFLINE },
    { BL_TIMED_OUT, BL_EXIT_OFFLINE },  { BL_NO_KEY, BL_EXIT_KEY },
    { BL_KEY_EXPOSED, BL_EXIT_KEY },    { BL_AUTH, BL_EXIT_KEY },
    { BL_NO_CREDITS, BL_EXIT_CREDITS }, { BL_CANCELLED, BL_EXIT_CANCELLED },
    { BL_UNSURE, BL_EXIT_UNSURE },
  };

  for (size_t i = 0; i < BL_COUNT(table); ++i) {
    if (table[i].status == status) {
      return table[i].code;
    }
  }
  return BL_EXIT_FAILED;
}

void
bl_cli_clean(const char* const text, char* const clean, const size_t size)
{
  size_t n = 0;
  for (const char* c = text; *c && n + 1 < size; ++c) {
    const unsigned char byte = (unsigned char)*c;
    // C1 controls come as C2 80..9F in UTF-8
    const bool is_c1 = byte == 0xC2 && ((unsigned char)c[1] & 0xE0u) == 0x80u;
    if (is_c1) {
      ++c;
    }
    clean[n++] = byte < ' ' || byte == 127 || is_c1 ? ' ' : *c;
  }
  clean[n] = '\0';
}

static void
say(BlCli* const cli, const char* const format, va_list args)
{
  char line[BL_TEXT_BYTES];
  char clean[BL_TEXT_BYTES];
  vsnprintf(line, sizeof(line), format, args);
  bl_cli_clean(line, clean, sizeof(clean));
  bl_cli_end_bar(cli);
  fprintf(stderr, "%s\n", clean);
}

void
bl_cli_say(BlCli* const cli, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  say(cli, format, args);
  va_end(args);
}

void
bl_cli_note(BlCli* const cli, const char* const format, ...)
{
  if (!cli->quiet) {
    va_list args;
    va_start(args, format);
    say(cli, format, args);
    va_end(args);
  }
}

void
bl_cli_for_shell(const char* const text,
                 const char* const service,
                 char* const       said,
                 const size_t      size)
{
  char login[BL_NAME_BYTES + 32];
  snprintf(login, sizeof(login), "\"backline login --service %s\"", service);
  const struct
  {
    const char* from;
    const char* to;
  } words[] = {
    { "press Generate", "run it again" },
    { "Press Generate", "Run it again" },
    { ", or check what the track sends to Backline", "" },
    { "\"backline login\"", login },
  };

  size_t n = 0;
  for (const char* c = text; *c && n + 1 < size;) {
    size_t w = 0;
    while (w < BL_COUNT(words) &&
           strncmp(c, words[w].from, strlen(words[w].from)) != 0) {
      ++w;
    }
    if (w < BL_COUNT(words) && n + strlen(words[w].to) + 1 < size) {
      memcpy(said + n, words[w].to, strlen(words[w].to));
      n += strlen(words[w].to);
      c += strlen(words[w].from);
    } else {
      said[n++] = *c++;
    }
  }
  said[n] = '\0';
}

/// `service` is the one whose key may be missing
static BlExit
fail(BlCli* const      cli,
     const BlStatus    status,
     const char* const about,
     const char* const message,
     const char* const advice,
     const char* const service)
{
  // A message that ends with a period says what next by itself
  char what[BL_TEXT_BYTES];
  char next[BL_MESSAGE_BYTES];
  bl_cli_for_shell(*message ? message : bl_strerror(status), service, what,
                   sizeof(what));
  bl_cli_for_shell(advice, service, next, sizeof(next));
  const bool is_whole = strchr(".!?", what[strlen(what) - 1]) != NULL;
  bl_cli_say(cli, "backline: %s%s%s%s%s%s", about, *about ? ": " : "", what,
             is_whole ? "" : ".", is_whole || !*next ? "" : " ",
             is_whole ? "" : next);

  const BlExit code = bl_exit_of(status);
  if (cli->json) {
    cJSON* const event = bl_cli_event("error");
    cJSON_AddNumberToObject(event, "code", status);
    cJSON_AddStringToObject(event, "about", about);
    cJSON_AddStringToObject(event, "message", what);
    cJSON_AddStringToObject(event, "next", next);
    cJSON_AddNumberToObject(event, "exit", code);
    bl_cli_json(event);
  }
  return code;
}

BlExit
bl_cli_fail_with(BlCli* const      cli,
                 const BlStatus    status,
                 const char* const about,
                 const char* const message)
{
  return fail(cli, status, about, message, bl_status_last_step(status, false),
              bl_cli_service(cli));
}

BlExit
bl_cli_fail_job(BlCli* const       cli,
                const BlJob* const job,
                const char* const  about)
{
  const BlStatus status = job->error ? job->error : BL_INTERNAL;
  return fail(cli, status, about, job->message, bl_job_next_step(job, status),
              *job->service ? job->service : bl_cli_service(cli));
}

BlExit
bl_cli_fail_service(BlCli* const                cli,
                    const char* const           about,
                    const BlServiceError* const error,
                    const BlStatus              status)
{
  char              text[2 * BL_MESSAGE_BYTES];
  const char* const next = bl_status_last_step(status, false);
  snprintf(text, sizeof(text), "%s%s%s%s.%s%s", bl_strerror(status),
           *error->message ? " (" : "", error->message,
           *error->message ? ")" : "", *next ? " " : "", next);
  return bl_cli_fail_with(cli, status, about, text);
}

BlExit
bl_cli_fail(BlCli* const cli, const BlStatus status, const char* const about)
{
  return bl_cli_fail_with(cli, status, about, "");
}

void
bl_cli_json(cJSON* const object)
{
  char* const text = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  if (text) {
    puts(text);
    (void)fflush(stdout);
    free(text);
  }
}

cJSON*
bl_cli_event(const char* const event)
{
  cJSON* const object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "event", event);
  return object;
}

void
bl_cli_end(BlCli* const cli, const BlExit code)
{
  if (cli->json && !cli->has_ended) {
    cJSON* const event = bl_cli_event("end");
    cJSON_AddNumberToObject(event, "exit", code);
    bl_cli_json(event);
  }
  cli->has_ended = true;
}

BlExit
bl_cli_fail_no_takes(BlCli* const cli)
{
  return bl_cli_fail_with(cli, BL_NOT_FOUND, cli->config.takes_dir,
                          "This folder cannot be made: choose another as "
                          "takes_dir in config.json.");
}

void
bl_cli_log_line(void* const       handle,
                const BlLogLevel  level,
                const char* const line)
{
  (void)level;
  bl_cli_say((BlCli*)handle, "backline: %s", line);
}

BlExit
bl_cli_check_out(BlCli* const cli)
{
  struct stat info;
  if (!cli->out) {
    return BL_EXIT_OK;
  }
  if (!stat(cli->out, &info) && !S_ISDIR(info.st_mode)) {
    return bl_cli_fail_with(cli, BL_BAD_ARG, cli->out,
                            "--out takes a folder, and this is a file.");
  }

  const BlStatus st = bl_path_make_open_dir(cli->out);
  if (st) {
    return bl_cli_fail_with(cli, st, cli->out,
                            "This folder cannot be made: choose another.");
  }
  return access(cli->out, W_OK | X_OK)
           ? bl_cli_fail_with(cli, BL_NO_ACCESS, cli->out,
                              "This folder may not be written: check its "
                              "permissions or choose another.")
           : BL_EXIT_OK;
}

static int
terminal_columns(void)
{
  struct winsize size;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 20
           ? 80
           : size.ws_col;
}

void
bl_cli_bar(BlCli* const cli, const double percent, const char* const text)
{
  enum
  {
    WIDTH = 24
  };

  if (!cli->is_terminal || cli->quiet) {
    return;
  }

  char      bar[WIDTH + 1];
  char      line[BL_TEXT_BYTES];
  char      clean[BL_MESSAGE_BYTES];
  const int full = (int)lrint(fmin(fmax(percent, 0.0), 100.0) * WIDTH / 100.0);
  memset(bar, '-', WIDTH);
  memset(bar, '#', (size_t)full);
  bar[WIDTH] = '\0';

  bl_cli_clean(text, clean, sizeof(clean));
  snprintf(line, sizeof(line), "[%s] %3d %%  %s", bar, (int)percent, clean);
  fprintf(stderr, "\r\033[K%.*s", terminal_columns() - 1, line);
  (void)fflush(stderr);
  cli->has_bar = true;
}

void
bl_cli_end_bar(BlCli* const cli)
{
  if (cli->has_bar) {
    fputs("\r\033[K", stderr);
    cli->has_bar = false;
  }
}

bool
bl_cli_can_ask(void)
{
  return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool
bl_cli_confirm(BlCli* const cli, const char* const question)
{
  if (!bl_cli_can_ask()) {
    return false;
  }

  char answer[16] = "";
  bl_cli_end_bar(cli);
  fprintf(stderr, "%s [y/N] ", question);
  (void)fflush(stderr);
  for (size_t n = 0; n + 1 < sizeof(answer); ++n) {
    const ssize_t got = read(STDIN_FILENO, answer + n, 1);
    if (got <= 0 || answer[n] == '\n') {
      break;
    }
  }
  return answer[0] == 'y' || answer[0] == 'Y';
}

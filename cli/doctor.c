// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "base/paths.h"
#include "job/job_state.h"
#include "service/band_process.h"
#include "service/credentials.h"
#include "service/endpoint.h"
#include "service/service.h"
#include "take/store.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

typedef enum
{
  FINE,
  WORTH_KNOWING,
  BROKEN,
} Verdict;

typedef struct
{
  BlCli*   cli;
  unsigned broken;
} Doctor;

BL_PRINTF(4, 5)
static void
tell(Doctor* const     doctor,
     const Verdict     verdict,
     const char* const what,
     const char* const format,
     ...)
{
  static const char* const words[] = { "ok", "note", "FAIL" };
  char                     text[2 * BL_PATH_BYTES];
  char                     clean[2 * BL_PATH_BYTES];
  va_list                  args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  bl_cli_clean(text, clean, sizeof(clean));

  doctor->broken += verdict == BROKEN;
  if (doctor->cli->json) {
    cJSON* const event = bl_cli_event("check");
    cJSON_AddStringToObject(event, "what", what);
    cJSON_AddStringToObject(event, "verdict",
                            verdict == BROKEN ? "fail" : words[verdict]);
    cJSON_AddStringToObject(event, "text", clean);
    bl_cli_json(event);
  } else if (!doctor->cli->quiet || verdict == BROKEN) {
    printf("%-4s  %-12s %s\n", words[verdict], what, clean);
  }
}

static void
check_takes(Doctor* const doctor)
{
  const char* const dir = doctor->cli->config.takes_dir;
  struct statvfs    disk;
  const BlStatus    st = bl_path_make_dir(dir);
  if (st) {
    tell(doctor, BROKEN, "takes", "%s: %s. %s", dir,
         st == BL_NOT_FOUND ? "This folder cannot be made" : bl_strerror(st),
         st == BL_NOT_FOUND ? "Choose another as takes_dir in config.json."
                            : bl_status_next_step(st));
    return;
  }
  if (access(dir, R_OK | W_OK | X_OK)) {
    tell(doctor, BROKEN, "takes",
         "%s may not be written: run \"chmod u+rwx\" "
         "on it, or set takes_dir in config.json",
         dir);
    return;
  }

  tell(doctor, FINE, "takes", "%s can be written", dir);
  if (!statvfs(dir, &disk)) {
    const double gb = (double)disk.f_bavail * (double)disk.f_frsize / 1e9;
    tell(doctor,
         gb < 0.1   ? BROKEN
         : gb < 1.0 ? WORTH_KNOWING
                    : FINE,
         "disk", "%.1f GB are free there%s", gb,
         gb < 1.0 ? ": free some space, an hour of stereo takes 1.4 GB" : "");
  }

  BlTakeList list;
  if (!bl_store_list(dir, &doctor->cli->log, &list)) {
    tell(doctor, list.bytes > BL_TAKES_OFFER_BYTES ? WORTH_KNOWING : FINE,
         "takes", "%zu %s, %.1f MB%s", list.count,
         list.count == 1 ? "take" : "takes", (double)list.bytes / 1e6,
         list.bytes > BL_TAKES_OFFER_BYTES
           ? ": \"backline takes --delete TAKE\" frees space"
           : "");
    bl_store_list_free(&list);
  }
}

static void
check_config(Doctor* const doctor)
{
  char path[BL_PATH_BYTES];
  if (bl_path_config(path, sizeof(path))) {
    tell(doctor, BROKEN, "config", "there is no home folder: set HOME");
    return;
  }
  if (access(path, F_OK)) {
    tell(doctor, FINE, "config", "%s does not exist: the defaults hold", path);
    return;
  }

  BlConfig       config;
  BlEndpoint     endpoint;
  const BlStatus st = bl_config_load(&config, NULL);
  if (!st && !bl_endpoint_find(&config, config.service, &endpoint) &&
      endpoint.fell_back) {
    tell(doctor, BROKEN, "config",
         "%s: no service is called \"%s\": correct \"service\"", path,
         config.service);
    return;
  }
  tell(doctor, st ? BROKEN : FINE, "config", "%s%s%s", path,
       st ? ": " : " is understood", st ? bl_strerror(st) : "");
}

static void
check_servers(Doctor* const doctor)
{
  const BlConfig* const config = &doctor->cli->config;
  for (size_t i = 0; i < config->n_services; ++i) {
    const char* const name = config->services[i].name;
    BlEndpoint        endpoint;
    char              text[BL_MESSAGE_BYTES];
    if (bl_endpoint_find(config, name, &endpoint)) {
      tell(doctor, BROKEN, "services",
           "the addresses of %s cannot be used: correct config.json", name);
      continue;
    }
    bl_endpoint_warn(&endpoint, text);
    if (*text) {
      tell(doctor, WORTH_KNOWING, "services", "%s: %s", name, text);
    }
  }
}

static void
check_credentials(Doctor* const doctor)
{
  char        path[BL_PATH_BYTES];
  struct stat info;
  if (bl_path_credentials(path, sizeof(path)) || stat(path, &info)) {
    tell(doctor, FINE, "credentials",
         "no key is kept; the local band needs none");
  } else if (info.st_mode & 077u) {
    tell(doctor, BROKEN, "credentials",
         "%s can be read by others: run \"chmod 600 %s\", then consider a new "
         "key",
         path, path);
  } else if (info.st_uid != geteuid()) {
    tell(doctor, BROKEN, "credentials", "%s belongs to somebody else", path);
  } else {
    tell(doctor, FINE, "credentials", "%s is private", path);
  }
}

static bool
find_bundle(const char* const folders, char* const found, const size_t size)
{
  const char* const home = getenv("HOME");
  for (const char* at = folders; *at;) {
    char         dir[BL_PATH_BYTES];
    const size_t n       = strcspn(at, ":");
    const bool   is_home = n > 1 && at[0] == '~' && at[1] == '/' && home;
    snprintf(dir, sizeof(dir), "%s%.*s/backline.lv2", is_home ? home : "",
             (int)(is_home ? n - 1 : n), is_home ? at + 1 : at);

    char manifest[BL_PATH_BYTES];
    if (!bl_path_join(manifest, sizeof(manifest), dir, "manifest.ttl") &&
        !access(manifest, R_OK)) {
      snprintf(found, size, "%s", dir);
      return true;
    }
    at += n + (at[n] == ':');
  }
  return false;
}

static void
check_bundle(Doctor* const doctor)
{
  static const char usual[] =
    "~/.lv2:/usr/local/lib/lv2:/usr/lib/lv2:/usr/lib64/lv2:"
    "/usr/local/lib/x86_64-linux-gnu/lv2:/usr/lib/x86_64-linux-gnu/lv2:"
    "/usr/local/lib/aarch64-linux-gnu/lv2:/usr/lib/aarch64-linux-gnu/lv2";

  const char* const env = getenv("LV2_PATH");
  char              dir[BL_PATH_BYTES];
  if (find_bundle(env ? env : usual, dir, sizeof(dir))) {
    tell(doctor, FINE, "plugin", "%s", dir);
  } else {
    tell(doctor, WORTH_KNOWING, "plugin",
         "hosts will not find backline.lv2 in %s: set LV2_PATH to the folder "
         "that it was installed to, or run \"./waf install "
         "--lv2dir=$HOME/.lv2\"",
         env ? "$LV2_PATH" : "the usual folders");
  }
}

/// Output of a program in one line; false where it fails
static bool
ask_program(const char* const path,
            const char* const option,
            char* const       line,
            const size_t      size)
{

  union
  {
    const char* in;
    char*       out;
  } words[]                         = { { path }, { option } };
  char* const                argv[] = { words[0].out, words[1].out, NULL };
  posix_spawn_file_actions_t actions;
  int                        pipe_fds[2];
  pid_t                      child = -1;
  if (pipe2(pipe_fds, O_CLOEXEC)) {
    return false;
  }

  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe_fds[0]);
  posix_spawn_file_actions_addclose(&actions, pipe_fds[1]);
  const int error = posix_spawn(&child, path, &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[1]);

  size_t n = 0;
  for (ssize_t got = 1; !error && got > 0 && n + 1 < size; n += (size_t)got) {
    got = read(pipe_fds[0], line + n, size - 1 - n);
    got = got < 0 ? 0 : got;
  }
  line[n]                   = '\0';
  line[strcspn(line, "\n")] = '\0';
  close(pipe_fds[0]);

  int status = 1;
  return !error && waitpid(child, &status, 0) == child && !status && *line;
}

static void
check_band(Doctor* const doctor)
{
  char path[BL_PATH_BYTES];
  char line[BL_PATH_BYTES];
  if (bl_band_find(path)) {
    tell(doctor, BROKEN, "band", "%s. %s", bl_strerror(BL_NO_BAND),
         bl_status_next_step(BL_NO_BAND));
    return;
  }
  if (!ask_program(path, "--version", line, sizeof(line))) {
    tell(doctor, BROKEN, "band", "%s does not run: install it again", path);
    return;
  }
  tell(doctor, strstr(line, BL_VERSION) ? FINE : WORTH_KNOWING, "band",
       "%s (%s)", path, line);

  const char* const own = doctor->cli->config.soundfont;
  if (*own && !getenv("BACKLINE_SF2") && access(own, R_OK)) {
    tell(doctor, BROKEN, "soundfont",
         "%s cannot be read: correct \"soundfont\" in config.json", own);
  } else if (ask_program(path, "--find-soundfont", line, sizeof(line))) {
    tell(doctor, FINE, "soundfont", "%s", line);
  } else {
    tell(doctor, BROKEN, "soundfont", "%s. %s", bl_strerror(BL_NO_SOUNDFONT),
         bl_status_next_step(BL_NO_SOUNDFONT));
  }
}

static void
check_curl(Doctor* const doctor)
{
  const curl_version_info_data* const info = curl_version_info(CURLVERSION_NOW);
  const bool                          has_tls =
    info && info->ssl_version && (info->features & CURL_VERSION_SSL);
  tell(doctor, has_tls ? FINE : BROKEN, "curl", "libcurl %s, TLS by %s",
       info ? info->version : "?",
       has_tls ? info->ssl_version
               : "nothing: install a libcurl with TLS to reach a service");
}

static void
check_service(Doctor* const doctor)
{
  BlCli* const      cli     = doctor->cli;
  const char* const name    = bl_cli_service(cli);
  BlService*        service = NULL;
  BlServiceError    error   = { 0 };
  double            credits = -1.0;
  if (cli->offline) {
    tell(doctor, FINE, "service", "%s was not asked", name);
    return;
  }

  BlStatus st = bl_service_open(&cli->config, name, &cli->log, cli->interrupt,
                                &service, &error);
  if (!st) {
    st = bl_service_credits(service, &credits, &error);
  }
  if (st) {
    char next[BL_MESSAGE_BYTES];
    bl_cli_for_shell(bl_status_last_step(st, false), name, next, sizeof(next));
    tell(doctor, BROKEN, "service", "%s: %s. %s", name,
         *error.message ? error.message : bl_strerror(st), next);
  } else if (bl_service_info(service)->fell_back) {
    tell(doctor, BROKEN, "service",
         "%s is not configured: name it in config.json", name);
  } else if (bl_service_info(service)->paid) {
    tell(doctor, FINE, "service", "%s answers; %g credits",
         bl_service_info(service)->label, credits);
  } else {
    tell(doctor, FINE, "service", "%s answers and costs nothing",
         bl_service_info(service)->label);
  }
  bl_service_close(service);
}

BlExit
bl_cmd_doctor(BlCli* const cli)
{
  Doctor doctor = { cli, 0 };
  tell(&doctor, FINE, "backline", "version %s", BL_VERSION);
  check_config(&doctor);
  check_servers(&doctor);
  check_credentials(&doctor);
  check_takes(&doctor);
  check_bundle(&doctor);
  check_band(&doctor);
  check_curl(&doctor);
  check_service(&doctor);

  if (doctor.broken) {
    bl_cli_note(cli, "%u of these need mending.", doctor.broken);
  }
  return doctor.broken ? BL_EXIT_FAILED : BL_EXIT_OK;
}

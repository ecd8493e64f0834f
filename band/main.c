// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "analyze.h"
#include "band.h"
#include "server.h"
#include "server_folder.h"

#include "base/config.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/paths.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/// Exit codes, as in backline-band(1)
enum
{
  EXIT_OK     = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE  = 2,
};

typedef struct
{
  bool        serve;
  bool        json;
  bool        verbose;
  bool        find_soundfont;
  uint16_t    port;
  const char* token_file;
  const char* soundfont;
} Options;

static const char help[] =
  "Usage: backline-band [OPTION]...\n"
  "       backline-band analyze [OPTION]... FILE\n"
  "\n"
  "The local band: plays backings to voices behind the API of an\n"
  "add-instrumental service, on this machine only. Backline starts it by\n"
  "itself; \"backline serve\" starts it for other programs.\n"
  "\n"
  "Without --serve, and where its standard input is no terminal, it reads a\n"
  "key from the first line there, prints {\"port\": N, \"version\": \"...\"}\n"
  "when it listens, and stops when its "
  "standard input ends.\n"
  "\n"
  "  -s, --serve            run until SIGINT or SIGTERM and print how to reach "
  "it\n"
  "  -p, --port=N           listen on port N of 127.0.0.1 (default: any free "
  "one)\n"
  "  -t, --token-file=FILE  take the key from FILE; with --serve it is "
  "created\n"
  "                         with a new key where it does not exist\n"
  "  -S, --soundfont=FILE   play with this soundfont (default: $BACKLINE_SF2,\n"
  "                         else config.json's, else one that is installed)\n"
  "  -F, --find-soundfont   print which soundfont it would play with, and "
  "exit\n"
  "  -j, --json             with --serve: print one JSON object with the key\n"
  "  -v, --verbose          say what it does on standard error\n"
  "  -h, --help             show this help\n"
  "  -V, --version          show the version\n";

static void
log_line(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)handle;
  (void)level;
  fprintf(stderr, "backline-band: %s\n", line);
}

static bool
set_port(Options* const options, const char* const text)
{
  char*               end  = NULL;
  const unsigned long port = strtoul(text, &end, 10);
  if (!isdigit((unsigned char)*text) || *end || port > 65535) {
    fprintf(stderr,
            "backline-band: \"%s\" is no port: give a number from 0 to "
            "65535.\n",
            text);
    return false;
  }
  options->port = (uint16_t)port;
  return true;
}

/// @return -1 to go on, or the exit code
static int
set_option(Options* const options, const int letter, const char* const text)
{
  switch (letter) {
    case 's':
      options->serve = true;
      return -1;
    case 'p':
      return set_port(options, text) ? -1 : EXIT_USAGE;
    case 't':
      options->token_file = text;
      return -1;
    case 'S':
      options->soundfont = text;
      return -1;
    case 'F':
      options->find_soundfont = true;
      return -1;
    case 'j':
      options->json = true;
      return -1;
    case 'v':
      options->verbose = true;
      return -1;
    case 'h':
      fputs(help, stdout);
      return EXIT_OK;
    case 'V':
      puts("backline-band " BL_VERSION);
      return EXIT_OK;
    default:
      fputs("Try \"backline-band --help\".\n", stderr);
      return EXIT_USAGE;
  }
}

/// @return -1 to go on, or the exit code
static int
parse_options(const int argc, char** const argv, Options* const options)
{
  static const struct option longs[] = {
    { "serve", no_argument, NULL, 's' },
    { "port", required_argument, NULL, 'p' },
    { "token-file", required_argument, NULL, 't' },
    { "soundfont", required_argument, NULL, 'S' },
    { "find-soundfont", no_argument, NULL, 'F' },
    { "json", no_argument, NULL, 'j' },
    { "verbose", no_argument, NULL, 'v' },
    { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'V' },
    { NULL, 0, NULL, 0 },
  };

  for (int c = 0;
       (c = getopt_long(argc, argv, "sp:t:S:FjvhV", longs, NULL)) != -1;) {
    const int code = set_option(options, c, optarg);
    if (code >= 0) {
      return code;
    }
  }

  if (optind < argc) {
    fprintf(stderr,
            "backline-band: \"%s\" is not understood: it takes options, or "
            "analyze.\n",
            argv[optind]);
    return EXIT_USAGE;
  }
  return -1;
}

static bool
token_is_valid(const char* const token)
{
  for (const char* c = token; *c; ++c) {
    if (!isgraph((unsigned char)*c)) {
      return false;
    }
  }
  return strlen(token) >= BL_TOKEN_MIN;
}

/// The first line of standard input, byte by byte: what follows is not ours
static bool
read_token_line(char* const token, const size_t size)
{
  for (size_t n = 0; n + 1 < size;) {
    const ssize_t got = read(STDIN_FILENO, token + n, 1);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return false;
    }
    if (token[n] == '\n') {
      token[n] = '\0';
      return token_is_valid(token);
    }
    ++n;
  }
  return false;
}

static bool
read_token_file(const char* const path, char* const token, const size_t size)
{
  struct stat info;
  char*       text   = NULL;
  size_t      length = 0;
  if (!stat(path, &info) && (info.st_mode & 077u)) {
    fprintf(stderr,
            "backline-band: %s can be read by others: run \"chmod 600\" on "
            "it.\n",
            path);
    return false;
  }
  if (bl_path_read_file(path, size - 1, &text, &length)) {
    return false;
  }

  snprintf(token, size, "%.*s", (int)strcspn(text, "\r\n"), text);
  explicit_bzero(text, length);
  free(text);
  return token_is_valid(token);
}

static bool
make_token(const Options* const options, char* const token, const size_t size)
{
  char fresh[BL_HEX_ID_BYTES];
  if (bl_hex_id(fresh)) {
    return false;
  }
  snprintf(token, size, "%s", fresh);

  if (options->token_file) {
    char line[BL_HEX_ID_BYTES + 1];
    snprintf(line, sizeof(line), "%s\n", fresh);
    const BlStatus st =
      bl_path_write_file(options->token_file, line, strlen(line), 0600);
    if (st) {
      fprintf(stderr, "backline-band: %s: %s.\n", options->token_file,
              bl_strerror(st));
      return false;
    }
  }
  return true;
}

static bool
get_token(const Options* const options, char* const token, const size_t size)
{
  if (options->token_file && !access(options->token_file, F_OK)) {
    if (!read_token_file(options->token_file, token, size)) {
      fprintf(stderr,
              "backline-band: %s holds no key: its first line must be at "
              "least %u characters without spaces.\n",
              options->token_file, BL_TOKEN_MIN);
      return false;
    }
    return true;
  }
  if (options->serve) {
    return make_token(options, token, size);
  }
  if (!read_token_line(token, size)) {
    fprintf(stderr,
            "backline-band: no key came on standard input: start it with "
            "\"backline serve\", or with --serve.\n");
    return false;
  }
  return true;
}

static void
announce(const Options* const  options,
         const BlServer* const server,
         const char* const     token)
{
  const unsigned port = bl_server_port(server);
  if (!options->serve) {
    printf("{\"port\": %u, \"version\": \"%s\"}\n", port, BL_VERSION);
  } else if (options->json) {
    printf("{\"url\": \"http://127.0.0.1:%u\", \"key\": \"%s\", \"port\": %u, "
           "\"version\": \"%s\"}\n",
           port, token, port, BL_VERSION);
  } else {
    printf("The local band listens on http://127.0.0.1:%u\n", port);
    if (options->token_file) {
      printf("Key: the first line of %s\n", options->token_file);
    } else {
      printf("Key: %s\n", token);
    }
    printf("Stop it with Ctrl-C.\n");
  }
  (void)fflush(stdout);
}

/// Until a signal comes or, without --serve, standard input ends
static void
wait_for_end(const bool serve, const int signals)
{
  struct pollfd fds[] = { { signals, POLLIN, 0 },
                          { serve ? -1 : STDIN_FILENO, POLLIN, 0 } };

  for (;;) {
    if (poll(fds, BL_COUNT(fds), -1) < 0 && errno != EINTR) {
      return;
    }
    if (fds[0].revents) {
      return;
    }
    char          rest[256];
    const bool    ready = fds[1].revents != 0;
    const ssize_t n     = ready ? read(STDIN_FILENO, rest, sizeof(rest)) : 1;
    if (!n || (n < 0 && errno != EINTR && errno != EAGAIN)) {
      return;
    }
  }
}

static void*
run_stop(void* const data)
{
  bl_server_stop((BlServer*)data);
  return NULL;
}

/// Stop in time even where a renderer is deep in its work
static void
stop_in_time(BlServer* const server)
{
  char            dir[BL_PATH_BYTES];
  pthread_t       thread;
  struct timespec end;
  snprintf(dir, sizeof(dir), "%s", bl_server_dir(server));
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_nsec += BL_BAND_STOP_MS * 1000000L;
  end.tv_sec += end.tv_nsec / 1000000000L;
  end.tv_nsec %= 1000000000L;

  if (pthread_create(&thread, NULL, run_stop, server)) {
    bl_server_stop(server);
  } else if (pthread_timedjoin_np(thread, NULL, &end)) {
    // What is still written after this goes when the next band starts
    bl_folder_remove(dir);
    _exit(EXIT_OK);
  }
}

static int
block_signals(void)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  const int fd = sigprocmask(SIG_BLOCK, &set, NULL)
                   ? -1
                   : signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  signal(SIGPIPE, SIG_IGN);
  return fd;
}

/// By option, environment, configuration, or what is installed; "" = none
static BlStatus
find_soundfont(const Options* const options,
               const BlLog* const   log,
               char* const          path,
               const size_t         size)
{
  BlConfig config;
  path[0] = '\0';
  if (options->soundfont) {
    snprintf(path, size, "%s", options->soundfont);
  } else if (!getenv("BACKLINE_SF2") && !bl_config_load(&config, log) &&
             *config.soundfont) {
    snprintf(path, size, "%s", config.soundfont);
  } else {
    return bl_band_find_soundfont(path, size);
  }

  if (access(path, R_OK)) {
    bl_log(log, BL_LOG_ERROR, "%s: the soundfont cannot be read", path);
    return BL_NO_SOUNDFONT;
  }
  return BL_SUCCESS;
}

/// @return an exit code
static int
say_soundfont(const Options* const options, const BlLog* const log)
{
  char           path[BL_PATH_BYTES];
  const BlStatus st = find_soundfont(options, log, path, sizeof(path));
  if (st) {
    fprintf(stderr, "backline-band: %s. %s\n", bl_strerror(st),
            bl_status_next_step(st));
    return EXIT_FAILED;
  }
  puts(path);
  return EXIT_OK;
}

static BlStatus
start(const Options* const options,
      const BlLog* const   log,
      const char* const    token,
      BlServer** const     server)
{
  char soundfont[BL_PATH_BYTES];
  if (find_soundfont(options, log, soundfont, sizeof(soundfont)) &&
      !*soundfont) {
    bl_log(log, BL_LOG_WARNING, "%s. %s", bl_strerror(BL_NO_SOUNDFONT),
           bl_status_next_step(BL_NO_SOUNDFONT));
  }

  const BlServerSetup setup = { token, options->port, soundfont, log };
  const BlStatus      st    = bl_server_start(&setup, server);
  if (st == BL_BUSY) {
    bl_log(log, BL_LOG_ERROR,
           "port %u is taken: choose another, or leave --port out",
           options->port);
  } else if (st) {
    bl_log(log, BL_LOG_ERROR, "the server cannot start: %s", bl_strerror(st));
  }
  return st;
}

static int
run(const Options* const options, const BlLog* const log)
{
  char      token[BL_NAME_BYTES * 4];
  BlServer* server = NULL;
  if (!get_token(options, token, sizeof(token))) {
    return EXIT_FAILED;
  }

  // Before the first thread, which would take them otherwise
  const int signals = block_signals();
  if (signals < 0 || start(options, log, token, &server)) {
    return EXIT_FAILED;
  }

  announce(options, server, token);
  explicit_bzero(token, sizeof(token));
  wait_for_end(options->serve, signals);
  stop_in_time(server);
  return EXIT_OK;
}

int
main(const int argc, char** const argv)
{
  if (argc > 1 && !strcmp(argv[1], "analyze")) {
    return bl_analyze_main(argc - 1, argv + 1);
  }

  Options   options = { 0 };
  const int code    = parse_options(argc, argv, &options);
  if (code >= 0) {
    return code;
  }

  // By hand on a terminal: nobody is there to send a key and an end
  options.serve   = options.serve || isatty(STDIN_FILENO);
  const BlLog log = { log_line, NULL,
                      options.verbose ? BL_LOG_NOTE : BL_LOG_WARNING };
  if (options.find_soundfont) {
    return say_soundfont(&options, &log);
  }

  // Before any thread: it is not thread-safe in every build of libcurl
  if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
    fputs("backline-band: libcurl cannot be initialised.\n", stderr);
    return EXIT_FAILED;
  }
  const int result = run(&options, &log);
  curl_global_cleanup();
  return result;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "args.h"

#include "job/job.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A signal handler is given nothing else; set once before it is installed
static BlCancel* interrupted_by_signal;

static void
on_signal(const int number)
{
  (void)number;
  bl_cancel_trigger(interrupted_by_signal);
}

/// The first signal ends what waits in an orderly way, a second one at once
static void
install_handlers(BlCancel* const interrupt)
{
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_handler     = on_signal;
  action.sa_flags       = (int)SA_RESETHAND;
  interrupted_by_signal = interrupt;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
}

/// $BACKLINE_SERVICE with its key, where --service says nothing
static bool
choose_service(const BlCommand* const command, BlCli* const cli)
{
  char              complaint[BL_MESSAGE_BYTES] = "";
  const char* const name                        = getenv("BACKLINE_SERVICE");
  const char* const key                         = getenv("BACKLINE_API_KEY");
  BlSettings* const settings                    = &cli->settings;
  if (!name || !*name || !key || !*key || !strchr(command->options, 'N') ||
      *settings->service || settings->values[BL_CLI_PARAMS_FIRST] > 0.0f) {
    return true;
  }
  if (!bl_cli_set_service(settings, name, complaint)) {
    bl_cli_say(cli, "backline: $BACKLINE_SERVICE: %s", complaint);
    return false;
  }
  return !bl_cli_check_service(cli, bl_cli_service(cli));
}

static void
keep_line(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)level;
  snprintf((char*)handle, BL_MESSAGE_BYTES, "%s", line);
}

static BlExit
run(const BlCommand* const command, BlCli* const cli)
{
  // Takes folder and service may be set there: nothing is done elsewhere
  char        fault[BL_MESSAGE_BYTES] = "";
  const BlLog log                     = { keep_line, fault, BL_LOG_WARNING };
  if (bl_config_load(&cli->config, &log) == BL_BAD_CONFIG &&
      strcmp(command->name, "doctor") != 0) {
    return bl_cli_fail_with(cli, BL_BAD_CONFIG, "", fault);
  }
  if (*fault && bl_config_load(&cli->config, &cli->log)) {
    bl_config_init(&cli->config);
  }
  if (!*cli->config.takes_dir) {
    return bl_cli_fail_with(cli, BL_NOT_FOUND, "HOME",
                            "There is no home folder to keep takes in: set "
                            "HOME or XDG_DATA_HOME.");
  }
  return choose_service(command, cli) ? command->run(cli) : BL_EXIT_USAGE;
}

static BlExit
run_command(const BlCommand* const command, const int argc, char** const argv)
{
  BlExit       code = BL_EXIT_FAILED;
  BlCli* const cli  = (BlCli*)calloc(1, sizeof(BlCli));
  if (!cli) {
    fputs("backline: Out of memory.\n", stderr);
    return BL_EXIT_FAILED;
  }

  cli->command     = command->name;
  cli->is_terminal = isatty(STDERR_FILENO);
  cli->log         = (BlLog){ bl_cli_log_line, cli, BL_LOG_WARNING };
  bl_settings_init(&cli->settings);
  if (bl_cli_parse(command, argc, argv, cli, &code)) {
    cli->interrupt = bl_cancel_new();
    if (cli->interrupt) {
      install_handlers(cli->interrupt);
      code = run(command, cli);
    }
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    bl_cancel_free(cli->interrupt);
  }
  free(cli);
  return code;
}

int
main(const int argc, char** const argv)
{
  if (argc < 2) {
    fputs("backline: which command? Try \"backline --help\".\n", stderr);
    return BL_EXIT_USAGE;
  }
  if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
    puts("backline " BL_VERSION);
    return BL_EXIT_OK;
  }
  if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
      !strcmp(argv[1], "help")) {
    const BlCommand* const command = argc > 2 ? bl_command_find(argv[2]) : NULL;
    bl_cli_help(command);
    return argc > 2 && !command ? BL_EXIT_USAGE : BL_EXIT_OK;
  }

  const BlCommand* const command = bl_command_find(argv[1]);
  if (!command) {
    fprintf(stderr,
            "backline: there is no command \"%s\". Try \"backline --help\".\n",
            argv[1]);
    return BL_EXIT_USAGE;
  }

  if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
    fputs("backline: libcurl cannot be initialised.\n", stderr);
    return BL_EXIT_FAILED;
  }
  const BlExit code = run_command(command, argc - 1, argv + 1);
  curl_global_cleanup();
  return (int)code;
}

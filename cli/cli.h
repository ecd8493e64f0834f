// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_CLI_CLI_H
#define BL_CLI_CLI_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "job/job.h"
#include "service/endpoint.h"
#include "take/take.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The command `backline`: what its parts share.  One thread; everything here
   may block on files and, where it says so, on the network.

   Standard output carries results only: lines a person reads, or with --json
   one object a line.  Everything else goes to standard error.
*/

/// Exit codes, documented in backline(1)
typedef enum
{
  BL_EXIT_OK          = 0,
  BL_EXIT_FAILED      = 1,
  BL_EXIT_USAGE       = 2,
  BL_EXIT_OFFLINE     = 3,
  BL_EXIT_KEY         = 4,
  BL_EXIT_CREDITS     = 5,
  BL_EXIT_CANCELLED   = 6,
  BL_EXIT_UNSURE      = 7,
  BL_EXIT_INTERRUPTED = 130,
} BlExit;

/// Which exit code a failure becomes
BL_THREAD_ANY BlExit bl_exit_of(BlStatus status);

/// What was said on the command line, and what goes with it
typedef struct
{
  const char* command;
  BlConfig    config;
  BlLog       log;         ///< Its handle is this struct
  BlCancel*   interrupt;   ///< Triggered by Ctrl-C
  bool        is_terminal; ///< Standard error is one: draw a bar
  bool        has_bar;     ///< A bar is drawn that a line must not break
  bool        has_ended;   ///< The event "end" was printed

  // Options
  bool        json;
  bool        quiet;
  bool        verbose;
  bool        yes;
  bool        delete_takes;
  bool        again;
  bool        offline;
  BlRefine    refine;     ///< NONE = not given
  const char* out;        ///< NULL = not given
  const char* name;       ///< Of a take
  const char* task_id;    ///< --task-id
  const char* port;       ///< For serve, handed on
  const char* token_file; ///< For serve, handed on
  const char* soundfont;  ///< For serve, handed on
  const char* picture;    ///< For analyze, handed on
  const char* hints;      ///< For analyze, handed on
  bool        has_start;
  double      start_s;
  bool        has_bar_beat;
  int64_t     bar; ///< From 0
  double      beat;
  BlTempo     tempo; ///< bpm 0 = not given
  BlSettings  settings;

  // Arguments after the options
  int    n_args;
  char** args;
} BlCli;

// args.c

/// Which options a command takes, by letters of bl_cli_options
typedef struct
{
  const char* name;
  const char* usage;      ///< "FILE..." after "backline make [OPTION]..."
  const char* summary;    ///< One line
  const char* details;    ///< For --help; may be NULL
  const char* options;    ///< Letters
  bool        has_params; ///< Takes those of base/params.h, too
  int         min_args;
  int         max_args; ///< -1 = any
  BlExit (*run)(BlCli* cli);
} BlCommand;

extern const BlCommand bl_commands[];
extern const size_t    bl_n_commands;

/// NULL where there is none
const BlCommand* bl_command_find(const char* name);

/**
   Read the options of `command` into *cli; argv[0] is the command.
   @return false with *code set where the program ends here (help, mistakes)
*/
bool bl_cli_parse(const BlCommand* command,
                  int              argc,
                  char**           argv,
                  BlCli*           cli,
                  BlExit*          code);

/// Help of all commands, or of one
void bl_cli_help(const BlCommand* command);

/**
   Set a parameter from text: a number in its range, a name of its values, or
   on/off.  @return false with a sentence in `complaint`
*/
bool bl_cli_set_param(BlSettings*    settings,
                      const BlParam* param,
                      const char*    text,
                      char           complaint[BL_MESSAGE_BYTES]);

/// First parameter that is an option: the others are about capture
#define BL_CLI_PARAMS_FIRST (BL_PORT_SERVICE - BL_PORT_CONTROL_IN_FIRST)

// deliver.c

/**
   Where the user finds a file of the take's folder: there, or as a copy in
   --out, named from `title`, `variant` and `ending`, with a number where that
   name is taken.
*/
BlStatus bl_cli_deliver(const BlCli* cli,
                        const char*  source,
                        const char*  title,
                        char         variant,
                        const char*  ending,
                        char*        path,
                        size_t       size);

/// The same of a file beside a result: named after that one's copy, `result`
BlStatus bl_cli_deliver_beside(const BlCli* cli,
                               const char*  source,
                               const char*  result,
                               const char*  ending,
                               char*        path,
                               size_t       size);

// output.c

/// A sentence on standard error
BL_PRINTF(2, 3) void bl_cli_say(BlCli* cli, const char* format, ...);

/// The same unless --quiet
BL_PRINTF(2, 3) void bl_cli_note(BlCli* cli, const char* format, ...);

/// Report a failure with what to do next; @return its exit code
BlExit bl_cli_fail(BlCli* cli, BlStatus status, const char* about);

/// The same with a message that says it better (may be ""); "" about: none
BlExit bl_cli_fail_with(BlCli*      cli,
                        BlStatus    status,
                        const char* about,
                        const char* message);

/// Report a job that failed, with its own sentence
BlExit bl_cli_fail_job(BlCli* cli, const BlJob* job, const char* about);

/// Report that a service could not be asked: nothing goes on by itself
BlExit bl_cli_fail_service(BlCli*                cli,
                           const char*           about,
                           const BlServiceError* error,
                           BlStatus              status);

/**
   A sentence of base/status.h as it holds in a shell: without the window's
   buttons, and with the service whose key it speaks of.  Cut at size.
*/
void bl_cli_for_shell(const char* text,
                      const char* service,
                      char*       said,
                      size_t      size);

/// Report that the folder for takes cannot be made
BlExit bl_cli_fail_no_takes(BlCli* cli);

/// With --json the last event, once: the exit code
void bl_cli_end(BlCli* cli, BlExit code);

/// Print one object as a line on standard output, and delete it
void bl_cli_json(cJSON* object);

/// {"event": event}, to be completed
cJSON* bl_cli_event(const char* event);

/// Text without control characters, for a terminal; cut at size
void bl_cli_clean(const char* text, char* clean, size_t size);

/// Make the folder of --out; a sentence where nothing can be put there
BL_NODISCARD BlExit bl_cli_check_out(BlCli* cli);

/// Sink of BlCli.log
void bl_cli_log_line(void* handle, BlLogLevel level, const char* line);

/// Draw the bar (terminal), or nothing; text is what is going on
void bl_cli_bar(BlCli* cli, double percent, const char* text);

/// Take the bar away
void bl_cli_end_bar(BlCli* cli);

/// Ask on the terminal; false without one
bool bl_cli_confirm(BlCli* cli, const char* question);

/// True where there is somebody to ask
bool bl_cli_can_ask(void);

// jobs.c

/// A take by id, unique beginning of an id, or "last"
BL_NODISCARD BlExit bl_cli_find_take(BlCli* cli, const char* ref, BlTake* take);

/// A job by "TAKE", "TAKE/N" or "last"; N's default is the newest
BL_NODISCARD BlExit bl_cli_find_job(BlCli* cli, const char* ref, BlJob* job);

/// What to do with jobs, see bl_cli_run
typedef enum
{
  BL_DO_ADOPT,  ///< Go on where it stands
  BL_DO_RESUME, ///< Also where it failed; no POST
  BL_DO_AGAIN,  ///< From the start where needed, POST included
  BL_DO_CANCEL,
  BL_DO_CLAIM, ///< With cli->task_id
} BlDo;

/// Run jobs to their ends and show it; copies results to --out.  Network.
BlExit bl_cli_run(BlCli* cli, BlDo what, const BlJob* jobs, size_t n_jobs);

/// A new job on a take, run to its end.  Network.
BlExit bl_cli_generate(BlCli* cli, const char* take_id);

/// A new job about variant `v` of `source`, run to its end.  Network.
BlExit bl_cli_refine(BlCli* cli, const BlJob* source, unsigned v);

/// Object that tells a job, for --json
cJSON* bl_cli_job_json(const BlCli* cli, const BlJob* job);

// import.c

// commands, each in its file
BlExit bl_cmd_make(BlCli* cli);
BlExit bl_cmd_import(BlCli* cli);
BlExit bl_cmd_takes(BlCli* cli);
BlExit bl_cmd_status(BlCli* cli);
BlExit bl_cmd_resume(BlCli* cli);
BlExit bl_cmd_cancel(BlCli* cli);
BlExit bl_cmd_fetch(BlCli* cli);
BlExit bl_cmd_refine(BlCli* cli);
BlExit bl_cmd_login(BlCli* cli);
BlExit bl_cmd_logout(BlCli* cli);
BlExit bl_cmd_credits(BlCli* cli);
BlExit bl_cmd_serve(BlCli* cli);
BlExit bl_cmd_analyze(BlCli* cli);
BlExit bl_cmd_doctor(BlCli* cli);

// pay.c

/**
   Before a request that costs: show price and credits and ask, or refuse
   where nobody can be asked and --yes was not given.  Free services pass at
   once.  Network.

   @param refine  what is asked for; NONE: instrumentals
*/
BlExit bl_cli_agree_to_pay(BlCli* cli, const char* name, BlRefine refine);

/// Say so where a key would go to a server unencrypted
void bl_cli_warn_of_clear(BlCli* cli, const BlEndpoint* endpoint);

/// The service that the options mean: --service, else as configured
const char* bl_cli_service(const BlCli* cli);

/// BL_EXIT_USAGE with a sentence where no service has that name
BlExit bl_cli_check_service(BlCli* cli, const char* name);

#endif // BL_CLI_CLI_H

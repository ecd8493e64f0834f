// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "args.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
  PARAM_BASE  = 1000, ///< + index in bl_params
  NO_BASE     = 2000, ///< --no-X for toggles
  STRING_BASE = 3000, ///< + BlStringId
  LONGS_MAX   = 96,
};

/// Names of long options that are made of symbols
typedef struct
{
  struct option longs[LONGS_MAX];
  char          names[LONGS_MAX][BL_NAME_BYTES + 4];
  size_t        n;
} LongOptions;

const BlCommand*
bl_command_find(const char* const name)
{
  for (size_t i = 0; i < bl_n_commands; ++i) {
    if (!strcmp(bl_commands[i].name, name)) {
      return &bl_commands[i];
    }
  }
  return NULL;
}

static void
add_long(LongOptions* const l,
         const char* const  name,
         const int          has_argument,
         const int          value)
{
  if (l->n + 1 < LONGS_MAX) {
    snprintf(l->names[l->n], sizeof(l->names[0]), "%s", name);
    l->longs[l->n] =
      (struct option){ l->names[l->n], has_argument, NULL, value };
    ++l->n;
  }
}

static void
make_longs(const BlCommand* const command, LongOptions* const l)
{
  memset(l, 0, sizeof(*l));
  for (size_t i = 0; i < bl_cli_n_options; ++i) {
    if (strchr(command->options, bl_cli_options[i].letter)) {
      add_long(l, bl_cli_options[i].name,
               bl_cli_options[i].argument ? required_argument : no_argument,
               bl_cli_options[i].letter);
    }
  }

  char name[BL_NAME_BYTES];
  char no[BL_NAME_BYTES + 4];
  for (int i = BL_CLI_PARAMS_FIRST;
       command->has_params && i < (int)BL_COUNT(bl_params); ++i) {
    const bool is_toggle = bl_params[i].kind == BL_KIND_TOGGLE;
    bl_cli_option_name(bl_params[i].symbol, name, sizeof(name));
    add_long(l, name, is_toggle ? optional_argument : required_argument,
             PARAM_BASE + i);
    if (is_toggle) {
      snprintf(no, sizeof(no), "no-%s", name);
      add_long(l, no, no_argument, NO_BASE + i);
    }
  }
  for (int i = 0; command->has_params && i < (int)BL_N_STRINGS; ++i) {
    bl_cli_option_name(bl_strings[i].symbol, name, sizeof(name));
    add_long(l, name, required_argument, STRING_BASE + i);
  }

  // Everything that asks a service takes its name, with or without the rest
  if (!command->has_params && strchr(command->options, 'N')) {
    add_long(l, "service", required_argument, PARAM_BASE + BL_CLI_PARAMS_FIRST);
  }
}

static bool
set_meter(BlTempo* const tempo, const char* const text, char* const complaint)
{
  char*               end   = NULL;
  const unsigned long beats = strtoul(text, &end, 10);
  const unsigned long unit  = *end == '/' && isdigit((unsigned char)end[1])
                                ? strtoul(end + 1, &end, 10)
                                : 0;
  if (!isdigit((unsigned char)*text) || *end || beats < 1 || beats > 32 ||
      unit < 1 || unit > 32 || (unit & (unit - 1))) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "--meter takes a meter such as 3/4 or 6/8.");
    return false;
  }
  tempo->beats_per_bar = (float)beats;
  tempo->beat_unit     = (int32_t)unit;
  return true;
}

static bool
set_bar(BlCli* const cli, const char* const text, char* const complaint)
{
  char*      end  = NULL;
  const long bar  = strtol(text, &end, 10);
  double     beat = 1.0;
  if (end == text || bar < 1 || bar > 99999 ||
      (*end && (*end != ':' || !bl_cli_read_number(end + 1, &beat))) ||
      beat < 1.0 || beat >= 33.0) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "--bar takes a bar, or bar and beat as in 9:3, counted from 1.");
    return false;
  }
  cli->has_bar_beat = true;
  cli->bar          = bar - 1;
  cli->beat         = beat - 1.0;
  return true;
}

static bool
set_number(const char* const name,
           const char* const text,
           const double      min,
           const double      max,
           double* const     value,
           char* const       complaint)
{
  if (bl_cli_read_number(text, value) && *value >= min && *value <= max) {
    return true;
  }
  snprintf(complaint, BL_MESSAGE_BYTES, "--%s takes a number from %d to %d.",
           name, (int)min, (int)max);
  return false;
}

/// One of the options that name what is asked for; false for any other
static bool
set_refine(BlCli* const cli, const int letter, char* const complaint)
{
  const BlRefine refine = letter == 'x'   ? BL_REFINE_SEPARATE
                          : letter == 'k' ? BL_REFINE_STEMS
                          : letter == 'w' ? BL_REFINE_WAV
                                          : BL_REFINE_NONE;
  if (refine && cli->refine && cli->refine != refine) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "--no-voice, --stems and --wav are jobs of their own: one at a "
             "time.");
    return false;
  }
  cli->refine = refine;
  return refine;
}

static bool
set_plain(BlCli* const      cli,
          const int         letter,
          const char* const text,
          char* const       complaint)
{
  switch (letter) {
    case 'o':
      cli->out = text;
      return true;
    case 'y':
      cli->yes = true;
      return true;
    case 'n':
      cli->name = text;
      return true;
    case 'b':
      return set_number("bpm", text, 20, 400, &cli->tempo.bpm, complaint);
    case 'm':
      return set_meter(&cli->tempo, text, complaint);
    case 'B':
      return set_bar(cli, text, complaint);
    case 's':
      cli->has_start = true;
      return set_number("start", text, 0, 86400, &cli->start_s, complaint);
    case 'D':
      cli->delete_takes = true;
      return true;
    case 'a':
      cli->again = true;
      return true;
    case 'i':
      cli->task_id = text;
      return true;
    case 'p':
      cli->port = text;
      return true;
    case 'P':
      cli->picture = text;
      return true;
    case 'T':
      cli->hints = text;
      return true;
    case 't':
      cli->token_file = text;
      return true;
    case 'S':
      cli->soundfont = text;
      return true;
    case 'O':
      cli->offline = true;
      return true;
    case 'j':
      cli->json = true;
      return true;
    case 'q':
      cli->quiet = true;
      return true;
    case 'v':
      cli->verbose  = true;
      cli->log.most = BL_LOG_NOTE;
      return true;
    default:
      return set_refine(cli, letter, complaint);
  }
}

/// A weight that is given is meant to be sent
static void
imply_fine_tune(BlSettings* const settings, const int index)
{
  const BlPort port = bl_params[index].port;
  if (port >= BL_PORT_STYLE_WEIGHT && port <= BL_PORT_AUDIO_WEIGHT) {
    settings->values[BL_PORT_FINE_TUNE - BL_PORT_CONTROL_IN_FIRST] = 1.0f;
  }
}

static bool
set_option(BlCli* const      cli,
           const int         c,
           const char* const text,
           char* const       complaint)
{
  BlSettings* const settings = &cli->settings;
  if (c >= STRING_BASE) {
    return bl_cli_set_string(settings, (unsigned)(c - STRING_BASE), text,
                             complaint);
  }
  if (c >= NO_BASE) {
    return bl_cli_set_param(settings, &bl_params[c - NO_BASE], "off",
                            complaint);
  }
  if (c == PARAM_BASE + BL_CLI_PARAMS_FIRST) {
    return bl_cli_set_service(settings, text, complaint);
  }
  if (c >= PARAM_BASE) {
    imply_fine_tune(settings, c - PARAM_BASE);
    return bl_cli_set_param(settings, &bl_params[c - PARAM_BASE],
                            text ? text : "on", complaint);
  }
  return set_plain(cli, c, text, complaint);
}

static BlExit
misuse(const BlCommand* const command, const char* const complaint)
{
  if (complaint && *complaint) {
    fprintf(stderr, "backline: %s\n", complaint);
  }
  fprintf(stderr, "Try \"backline %s --help\".\n", command->name);
  return BL_EXIT_USAGE;
}

static bool
check_args(const BlCommand* const command, BlCli* const cli, BlExit* const code)
{
  char complaint[BL_MESSAGE_BYTES];
  if (cli->n_args < command->min_args) {
    snprintf(complaint, sizeof(complaint), "\"%s\" needs %s.", command->name,
             command->usage);
    *code = misuse(command, complaint);
    return false;
  }
  if (command->max_args >= 0 && cli->n_args > command->max_args) {
    snprintf(complaint, sizeof(complaint),
             "\"%.200s\" is one argument too many.",
             cli->args[command->max_args]);
    *code = misuse(command, complaint);
    return false;
  }
  if (cli->tempo.beat_unit && !(cli->tempo.bpm > 0.0)) {
    *code = misuse(command, "--meter is of use with --bpm only.");
    return false;
  }
  if (cli->has_bar_beat && !(cli->tempo.bpm > 0.0)) {
    *code = misuse(command, "--bar needs --bpm: without a tempo no bar can be "
                            "found again.");
    return false;
  }
  const double beats = cli->tempo.beat_unit ? cli->tempo.beats_per_bar : 4.0;
  if (cli->has_bar_beat && cli->beat >= beats) {
    snprintf(complaint, sizeof(complaint),
             "--bar: a bar of %g/%d has no beat %g.", beats,
             cli->tempo.beat_unit ? (int)cli->tempo.beat_unit : 4,
             cli->beat + 1.0);
    *code = misuse(command, complaint);
    return false;
  }
  return true;
}

bool
bl_cli_parse(const BlCommand* const command,
             const int              argc,
             char** const           argv,
             BlCli* const           cli,
             BlExit* const          code)
{
  char        letters[2 * BL_CLI_OPTIONS_MAX + 1] = "";
  size_t      n                                   = 0;
  LongOptions longs;
  make_longs(command, &longs);
  for (size_t i = 0; i < bl_cli_n_options; ++i) {
    if (strchr(command->options, bl_cli_options[i].letter)) {
      letters[n++] = bl_cli_options[i].letter;
      if (bl_cli_options[i].argument) {
        letters[n++] = ':';
      }
    }
  }
  letters[n] = '\0';

  optind = 1;
  for (int c = 0;
       (c = getopt_long(argc, argv, letters, longs.longs, NULL)) != -1;) {
    char complaint[BL_MESSAGE_BYTES] = "";
    if (c == 'h') {
      bl_cli_help(command);
      *code = BL_EXIT_OK;
      return false;
    }
    if (c == '?' || !set_option(cli, c, optarg, complaint)) {
      *code = misuse(command, complaint);
      return false;
    }
  }

  cli->args   = argv + optind;
  cli->n_args = argc - optind;
  return check_args(command, cli, code);
}

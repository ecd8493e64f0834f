// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct
{
  char        letter;
  const char* name;
  const char* argument; ///< NULL = none
  const char* help;
} Option;

static const Option options[] = {
  { 'o', "out", "DIR", "copy the instrumentals to DIR" },
  { 'y', "yes", NULL, "agree to what it costs or deletes" },
  { 'n', "name", "NAME", "name of the take (default: the file's)" },
  { 'b', "bpm", "BPM", "tempo of the take, beats of the meter's unit" },
  { 'm', "meter", "N/UNIT", "its meter (default with --bpm: 4/4)" },
  { 'B', "bar", "BAR[:BEAT]", "bar that it begins with, counted from 1" },
  { 's', "start", "SECONDS", "where it begins on the timeline" },
  { 'D', "delete", NULL, "delete the takes named, results included" },
  { 'a', "again", NULL, "send the request once more; it may cost again" },
  { 'i', "task-id", "ID", "the service's task id, found on its site" },
  { 'p', "port", "N", "port of 127.0.0.1 (default: any free one)" },
  { 't', "token-file", "FILE", "keep the band's key in FILE" },
  { 'S', "soundfont", "FILE", "soundfont of the band" },
  { 'O', "offline", NULL, "ask no service" },
  { 'j', "json", NULL, "print JSON, one object a line" },
  { 'q', "quiet", NULL, "say nothing but failures" },
  { 'v', "verbose", NULL, "say what is done" },
  { 'h', "help", NULL, "show this help" },
};

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

/// "style_weight" and "negativeTags" as "style-weight" and "negative-tags"
static void
option_name(const char* const symbol, char* const name, const size_t size)
{
  size_t n = 0;
  for (const char* c = symbol; *c && n + 2 < size; ++c) {
    if (isupper((unsigned char)*c)) {
      name[n++] = '-';
    }
    name[n++] = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
  }
  name[n] = '\0';
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
  for (size_t i = 0; i < BL_COUNT(options); ++i) {
    if (strchr(command->options, options[i].letter)) {
      add_long(l, options[i].name,
               options[i].argument ? required_argument : no_argument,
               options[i].letter);
    }
  }

  char name[BL_NAME_BYTES];
  char no[BL_NAME_BYTES + 4];
  for (int i = BL_CLI_PARAMS_FIRST;
       command->has_params && i < (int)BL_COUNT(bl_params); ++i) {
    const bool is_toggle = bl_params[i].kind == BL_KIND_TOGGLE;
    option_name(bl_params[i].symbol, name, sizeof(name));
    add_long(l, name, is_toggle ? optional_argument : required_argument,
             PARAM_BASE + i);
    if (is_toggle) {
      snprintf(no, sizeof(no), "no-%s", name);
      add_long(l, no, no_argument, NO_BASE + i);
    }
  }
  for (int i = 0; command->has_params && i < (int)BL_N_STRINGS; ++i) {
    option_name(bl_strings[i].symbol, name, sizeof(name));
    add_long(l, name, required_argument, STRING_BASE + i);
  }

  // Everything that asks a service takes its name, with or without the rest
  if (!command->has_params && strchr(command->options, 'N')) {
    add_long(l, "service", required_argument, PARAM_BASE + BL_CLI_PARAMS_FIRST);
  }
}

/// A plain decimal number, whatever the locale
static bool
read_number(const char* const text, double* const value)
{
  const char* c      = text + (*text == '-' || *text == '+');
  double      scale  = 1.0;
  bool        digits = false;
  *value             = 0.0;
  for (; isdigit((unsigned char)*c); ++c, digits = true) {
    *value = *value * 10.0 + (*c - '0');
  }
  if (*c == '.' || *c == ',') {
    for (++c; isdigit((unsigned char)*c); ++c, digits = true) {
      *value = *value * 10.0 + (*c - '0');
      scale *= 10.0;
    }
  }
  *value = (*text == '-' ? -*value : *value) / scale;
  return digits && !*c;
}

/// Letters and digits only, lower case: "Hip-hop" and "hip hop" are one
static void
fold(const char* const text, char* const folded, const size_t size)
{
  size_t n = 0;
  for (const char* c = text; *c && n + 1 < size; ++c) {
    if (isalnum((unsigned char)*c)) {
      folded[n++] = (char)tolower((unsigned char)*c);
    }
  }
  folded[n] = '\0';
}

static bool
find_label(const BlParam* const param,
           const char* const    text,
           float* const         value)
{
  char wanted[BL_NAME_BYTES];
  char label[BL_NAME_BYTES];
  fold(text, wanted, sizeof(wanted));
  for (int i = 0; param->labels && i <= (int)param->max; ++i) {
    fold(param->labels[i], label, sizeof(label));
    if (*wanted && !strcmp(wanted, label)) {
      *value = (float)i;
      return true;
    }
  }
  return false;
}

static void
list_labels(const BlParam* const param, char* const text, const size_t size)
{
  size_t n = strlen(text);
  for (int i = 0; i <= (int)param->max && n < size; ++i) {
    n += (size_t)snprintf(text + n, size - n, "%s%s", i ? ", " : "",
                          param->labels[i]);
  }
}

static bool
read_toggle(const char* const text, float* const value)
{
  static const char* const words[] = { "off",   "on",   "no", "yes",
                                       "false", "true", "0",  "1" };
  for (size_t i = 0; i < BL_COUNT(words); ++i) {
    if (!strcasecmp(text, words[i])) {
      *value = (float)(i % 2);
      return true;
    }
  }
  return false;
}

bool
bl_cli_set_param(BlSettings* const    settings,
                 const BlParam* const param,
                 const char* const    text,
                 char                 complaint[const BL_MESSAGE_BYTES])
{
  const size_t index  = (size_t)param->port - BL_PORT_CONTROL_IN_FIRST;
  float        value  = 0.0f;
  double       number = 0.0;
  char         name[BL_NAME_BYTES];
  option_name(param->symbol, name, sizeof(name));

  if (param->kind == BL_KIND_TOGGLE) {
    if (!read_toggle(text, &value)) {
      snprintf(complaint, BL_MESSAGE_BYTES, "--%s is either on or off.", name);
      return false;
    }
  } else if (!find_label(param, text, &value)) {
    const bool is_number = read_number(text, &number);
    const bool is_whole  = number == (double)(long)number;
    value                = (float)number;
    if (!is_number || value < param->min || value > param->max ||
        (param->kind != BL_KIND_FLOAT && !is_whole)) {
      const int n =
        snprintf(complaint, BL_MESSAGE_BYTES,
                 "--%s takes a number from %d to %d%s", name, (int)param->min,
                 (int)param->max, param->labels ? ", or one of: " : ".");
      if (param->labels && n > 0) {
        list_labels(param, complaint, BL_MESSAGE_BYTES);
      }
      return false;
    }
  }

  settings->values[index] = value;
  return true;
}

static size_t
count_chars(const char* const text)
{
  size_t n = 0;
  for (const char* c = text; *c; ++c) {
    n += ((unsigned char)*c & 0xC0u) != 0x80u;
  }
  return n;
}

static bool
set_string(BlSettings* const settings,
           const unsigned    id,
           const char* const text,
           char* const       complaint)
{
  if (count_chars(text) > bl_strings[id].max_chars ||
      strlen(text) >= sizeof(settings->strings[id])) {
    char name[BL_NAME_BYTES];
    option_name(bl_strings[id].symbol, name, sizeof(name));
    snprintf(complaint, BL_MESSAGE_BYTES,
             "--%s may have %u characters: shorten it.", name,
             bl_strings[id].max_chars);
    return false;
  }
  memcpy(settings->strings[id], text, strlen(text) + 1);
  return true;
}

/// Names are for config.json's services, numbers and labels for the others
static bool
set_service(BlSettings* const settings,
            const char* const text,
            char* const       complaint)
{
  const BlParam* const param = &bl_params[BL_CLI_PARAMS_FIRST];
  float                value = 0.0f;
  if (find_label(param, text, &value) || isdigit((unsigned char)*text)) {
    settings->service[0] = '\0';
    return bl_cli_set_param(settings, param, text, complaint);
  }
  if (!*text || strlen(text) >= sizeof(settings->service)) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "--service takes the name of a service.");
    return false;
  }
  memcpy(settings->service, text, strlen(text) + 1);
  return true;
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
  if (end == text || bar < -9999 || bar > 99999 ||
      (*end && (*end != ':' || !read_number(end + 1, &beat))) || beat < 1.0 ||
      beat >= 33.0) {
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
  if (read_number(text, value) && *value >= min && *value <= max) {
    return true;
  }
  snprintf(complaint, BL_MESSAGE_BYTES, "--%s takes a number from %d to %d.",
           name, (int)min, (int)max);
  return false;
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
      return set_number("start", text, -86400, 86400, &cli->start_s, complaint);
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
      return false;
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
    return set_string(settings, (unsigned)(c - STRING_BASE), text, complaint);
  }
  if (c >= NO_BASE) {
    return bl_cli_set_param(settings, &bl_params[c - NO_BASE], "off",
                            complaint);
  }
  if (c == PARAM_BASE + BL_CLI_PARAMS_FIRST) {
    return set_service(settings, text, complaint);
  }
  if (c >= PARAM_BASE) {
    imply_fine_tune(settings, c - PARAM_BASE);
    return bl_cli_set_param(settings, &bl_params[c - PARAM_BASE],
                            text ? text : "on", complaint);
  }
  return set_plain(cli, c, text, complaint);
}

static void
help_line(const char* const left, const char* const right)
{
  if (strlen(left) > 26) {
    printf("  %s\n%28s%s\n", left, "", right);
  } else {
    printf("  %-26s%s\n", left, right);
  }
}

static void
help_params(void)
{
  char name[BL_NAME_BYTES];
  char left[2 * BL_NAME_BYTES];
  puts("\nWhat to make:");
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    option_name(bl_strings[i].symbol, name, sizeof(name));
    snprintf(left, sizeof(left), "    --%s=TEXT", name);
    help_line(left, bl_strings[i].comment);
  }
  for (size_t i = BL_CLI_PARAMS_FIRST; i < BL_COUNT(bl_params); ++i) {
    const BlParam* const param = &bl_params[i];
    option_name(param->symbol, name, sizeof(name));
    snprintf(left, sizeof(left), "    --%s%s%s",
             param->kind == BL_KIND_TOGGLE ? "[no-]" : "", name,
             param->kind == BL_KIND_TOGGLE ? ""
             : param->kind == BL_KIND_ENUM ? "=NAME"
                                           : "=0..1");
    help_line(left, param->comment);
  }
  for (size_t i = BL_CLI_PARAMS_FIRST; i < BL_COUNT(bl_params); ++i) {
    if (bl_params[i].kind == BL_KIND_ENUM) {
      char labels[BL_TEXT_BYTES] = "";
      option_name(bl_params[i].symbol, name, sizeof(name));
      list_labels(&bl_params[i], labels, sizeof(labels));
      printf("\n--%s: %s\n", name, labels);
    }
  }
}

static void
help_all(void)
{
  puts("Usage: backline COMMAND [OPTION]... [ARGUMENT]...\n"
       "\n"
       "From a vocal take to two finished instrumentals.\n"
       "\n"
       "Commands:");
  for (size_t i = 0; i < bl_n_commands; ++i) {
    printf("  %-10s%s\n", bl_commands[i].name, bl_commands[i].summary);
  }
  puts("\n"
       "\"backline COMMAND --help\" tells more; backline(1) tells all.\n"
       "\n"
       "  -h, --help      show this help\n"
       "  -V, --version   show the version");
}

void
bl_cli_help(const BlCommand* const command)
{
  if (!command) {
    help_all();
    return;
  }

  printf("Usage: backline %s [OPTION]... %s\n\n%s.\n", command->name,
         command->usage, command->summary);
  if (command->details) {
    printf("\n%s\n", command->details);
  }
  puts("");
  for (size_t i = 0; i < BL_COUNT(options); ++i) {
    if (strchr(command->options, options[i].letter)) {
      char left[BL_NAME_BYTES];
      snprintf(left, sizeof(left), "-%c, --%s%s%s", options[i].letter,
               options[i].name, options[i].argument ? "=" : "",
               options[i].argument ? options[i].argument : "");
      help_line(left, options[i].help);
    }
  }
  if (command->has_params) {
    help_params();
  } else if (strchr(command->options, 'N')) {
    help_line("    --service=NAME", "which service; default: as configured");
  }
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
  return true;
}

bool
bl_cli_parse(const BlCommand* const command,
             const int              argc,
             char** const           argv,
             BlCli* const           cli,
             BlExit* const          code)
{
  char        letters[2 * BL_COUNT(options) + 1] = "";
  size_t      n                                  = 0;
  LongOptions longs;
  make_longs(command, &longs);
  for (size_t i = 0; i < BL_COUNT(options); ++i) {
    if (strchr(command->options, options[i].letter)) {
      letters[n++] = options[i].letter;
      if (options[i].argument) {
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

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "args.h"

#include <stdio.h>
#include <string.h>

const BlOption bl_cli_options[] = {
  { 'o', "out", "DIR", "copy the instrumentals to DIR" },
  { 'y', "yes", NULL, "agree to what it costs or deletes" },
  { 'n', "name", "NAME", "name of the take (default: the file's)" },
  { 'b', "bpm", "BPM", "tempo of the take, beats of the meter's unit" },
  { 'm', "meter", "N/UNIT", "its meter (default with --bpm: 4/4)" },
  { 'B', "bar", "BAR[:BEAT]", "bar that it begins with, counted from 1" },
  { 's', "start", "SECONDS", "where it begins on the timeline; else unknown" },
  { 'D', "delete", NULL, "delete the takes named, results included" },
  { 'a', "again", NULL, "once more: the request (may cost), or the import" },
  { 'i', "task-id", "ID", "the service's task id, found on its site" },
  { 'p', "port", "N", "port of 127.0.0.1 (default: any free one)" },
  { 't', "token-file", "FILE", "keep the band's key in FILE" },
  { 'S', "soundfont", "FILE", "soundfont of the band" },
  { 'P', "picture", "PNG", "draw to this file (default: FILE.png)" },
  { 'T', "hints", "TEXT", "tags to listen with: \"half time\", \"3/4\"" },
  { 'x', "no-voice", NULL, "the accompaniment without the voice" },
  { 'k', "stems", NULL, "each instrument apart" },
  { 'w', "wav", NULL, "the result without loss" },
  { 'O', "offline", NULL, "ask no service" },
  { 'j', "json", NULL, "print JSON, one object a line" },
  { 'q', "quiet", NULL, "say nothing but failures" },
  { 'v', "verbose", NULL, "say what is done" },
  { 'h', "help", NULL, "show this help" },
};

const size_t bl_cli_n_options = BL_COUNT(bl_cli_options);

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
    bl_cli_option_name(bl_strings[i].symbol, name, sizeof(name));
    snprintf(left, sizeof(left), "    --%s=TEXT", name);
    help_line(left, bl_strings[i].comment);
  }
  for (size_t i = BL_CLI_PARAMS_FIRST; i < BL_COUNT(bl_params); ++i) {
    const BlParam* const param = &bl_params[i];
    bl_cli_option_name(param->symbol, name, sizeof(name));
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
      bl_cli_option_name(bl_params[i].symbol, name, sizeof(name));
      bl_cli_list_labels(&bl_params[i], labels, sizeof(labels));
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
  for (size_t i = 0; i < bl_cli_n_options; ++i) {
    if (strchr(command->options, bl_cli_options[i].letter)) {
      char left[BL_NAME_BYTES];
      snprintf(left, sizeof(left), "-%c, --%s%s%s", bl_cli_options[i].letter,
               bl_cli_options[i].name, bl_cli_options[i].argument ? "=" : "",
               bl_cli_options[i].argument ? bl_cli_options[i].argument : "");
      help_line(left, bl_cli_options[i].help);
    }
  }
  if (command->has_params) {
    help_params();
  } else if (strchr(command->options, 'N')) {
    help_line("    --service=NAME", "which service; default: as configured");
  }
}

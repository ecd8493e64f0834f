// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "demo/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BPM_MIN 20.0
#define BPM_MAX 400.0

static const char usage[] =
  "usage: ./waf demo [VOCAL.wav] [--tags TAGS] [--title TITLE] [--bpm BPM]\n"
  "                  [--out FOLDER]\n"
  "\n"
  "Bounces a voice (yours, or a synthetic singer's) through the plugin and\n"
  "lets the local band play two instrumentals to it.  With --bpm the file's\n"
  "first sample is taken for a bar line at that tempo, in 4/4.\n";

/// "build=12": a step and its seconds
static bool
parse_took(BlOptions* const options, const char* const word)
{
  const char* const equals = strchr(word, '=');
  if (!equals || options->n_took == BL_TOOK_MAX) {
    return false;
  }

  BlTook* const took = &options->took[options->n_took++];
  (void)snprintf(took->name, sizeof(took->name), "%.*s", (int)(equals - word),
                 word);
  took->seconds = strtod(equals + 1, NULL);
  return true;
}

static bool
parse_bpm(BlOptions* const options, const char* const word)
{
  char* end    = NULL;
  options->bpm = strtod(word, &end);
  if (end == word || *end || !(options->bpm >= BPM_MIN) ||
      options->bpm > BPM_MAX) {
    fprintf(stderr, "demo: --bpm %s: not a number from %.0f to %.0f\n", word,
            BPM_MIN, BPM_MAX);
    return false;
  }
  return true;
}

static bool
parse_option(BlOptions* const options, const int option, const char* const word)
{
  switch (option) {
    case 'b':
      options->build = word;
      return true;
    case 'o':
      options->out = word;
      return true;
    case 't':
      options->tags = word;
      return true;
    case 'n':
      options->title = word;
      return true;
    case 'p':
      return parse_bpm(options, word);
    case 'k':
      return parse_took(options, word);
    default:
      return false;
  }
}

bool
bl_options_parse(BlOptions* const options, const int argc, char** const argv)
{
  static const struct option known[] = {
    { "build", required_argument, NULL, 'b' },
    { "out", required_argument, NULL, 'o' },
    { "tags", required_argument, NULL, 't' },
    { "title", required_argument, NULL, 'n' },
    { "bpm", required_argument, NULL, 'p' },
    { "took", required_argument, NULL, 'k' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
  };

  options->build = "build";
  options->tags  = "acoustic folk, warm, fingerpicked guitar, upright bass, "
                   "brushed drums";
  options->title = "Backline demo";

  int option = 0;
  while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
    if (!parse_option(options, option, optarg)) {
      // Of a wrong number the last line says why
      fputs(option == 'p' ? "" : usage, stderr);
      return false;
    }
  }
  if (argc - optind > 1) {
    fputs(usage, stderr);
    return false;
  }
  options->voice = optind < argc ? argv[optind] : NULL;
  if (!options->voice && options->bpm <= 0.0) {
    options->bpm = 92.0;
  }
  return true;
}

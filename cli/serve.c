// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "service/band_process.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/// A word for execv(), which takes what it never writes to as not const
static char*
word(const char* const text)
{
  union
  {
    const char* in;
    char*       out;
  } cast = { text };
  return cast.out;
}

typedef struct
{
  const char* name;
  const char* value; ///< NULL = not given
} Pair;

/// Become the band; its exit codes 0 to 2 are ours
static BlExit
run_band(BlCli* const      cli,
         const char* const command,
         const Pair* const pairs,
         const size_t      n_pairs,
         const char* const file)
{
  char path[BL_PATH_BYTES];
  if (bl_band_find(path)) {
    return bl_cli_fail(cli, BL_NO_BAND, cli->command);
  }

  char* argv[16] = { word("backline-band"), word(command) };
  int   n        = 2;
  for (size_t i = 0; i < n_pairs; ++i) {
    if (pairs[i].value) {
      argv[n++] = word(pairs[i].name);
      argv[n++] = word(pairs[i].value);
    }
  }
  if (cli->json) {
    argv[n++] = word("--json");
  }
  if (cli->verbose) {
    argv[n++] = word("--verbose");
  }
  if (file) {
    argv[n++] = word("--");
    argv[n++] = word(file);
  }

  // A key of ours is no business of the band
  unsetenv("BACKLINE_API_KEY");
  unsetenv("BACKLINE_SERVICE");
  execv(path, argv);
  return bl_cli_fail(cli, bl_status_from_errno(errno), path);
}

BlExit
bl_cmd_serve(BlCli* const cli)
{
  const Pair pairs[] = {
    { "--port", cli->port },
    { "--token-file", cli->token_file },
    { "--soundfont", cli->soundfont },
  };
  return run_band(cli, "--serve", pairs, BL_COUNT(pairs), NULL);
}

BlExit
bl_cmd_analyze(BlCli* const cli)
{
  const Pair pairs[] = {
    { "--picture", cli->picture },
    { "--tags", cli->hints },
  };
  return run_band(cli, "analyze", pairs, BL_COUNT(pairs), cli->args[0]);
}

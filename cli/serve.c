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

BlExit
bl_cmd_serve(BlCli* const cli)
{
  char path[BL_PATH_BYTES];
  if (bl_band_find(path)) {
    return bl_cli_fail(cli, BL_NO_BAND, "serve");
  }

  const struct
  {
    const char* name;
    const char* value;
  } pairs[] = {
    { "--port", cli->port },
    { "--token-file", cli->token_file },
    { "--soundfont", cli->soundfont },
  };

  char* argv[16] = { word("backline-band"), word("--serve") };
  int   n        = 2;
  for (size_t i = 0; i < BL_COUNT(pairs); ++i) {
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

  // A key of ours is no business of the band
  unsetenv("BACKLINE_API_KEY");
  unsetenv("BACKLINE_SERVICE");
  execv(path, argv);
  return bl_cli_fail(cli, bl_status_from_errno(errno), path);
}

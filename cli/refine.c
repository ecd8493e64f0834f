// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "job/journal.h"
#include "job/refine.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// "A" or "b" as 0 or 1
static bool
read_variant(const char* const text, unsigned* const v)
{
  const int letter = toupper((unsigned char)text[0]);
  *v               = letter == 'B' ? 1u : 0u;
  return (letter == 'A' || letter == 'B') && !text[1];
}

/// The job that made the result.  Where another one is named that is about it,
/// its result is meant unless another is
static BlExit
find_source(BlCli* const      cli,
            const char* const ref,
            BlJob* const      source,
            unsigned* const   v)
{
  BlExit code = bl_cli_find_job(cli, ref, source);
  if (!code && source->refine) {
    char of[BL_NAME_BYTES];
    *v = cli->n_args > 1 ? *v : source->of.variant;
    snprintf(of, sizeof(of), "%s/%u", source->take_id,
             (unsigned)source->of.job);
    code = bl_cli_find_job(cli, of, source);
  }
  return code;
}

/// Nothing is asked for twice unasked, and nobody pays for what cannot be
static BlExit
check(BlCli* const       cli,
      const BlJob* const source,
      const unsigned     v,
      BlJob* const       job)
{
  char           about[BL_NAME_BYTES];
  char           words[BL_MESSAGE_BYTES];
  const BlStatus st = bl_refine_check(source, cli->refine, v, words);
  snprintf(about, sizeof(about), "%s/%u", source->take_id,
           (unsigned)source->number);
  if (st) {
    return bl_cli_fail_with(cli, st, about, words);
  }

  bl_job_init(job);
  bl_refine_fill(job, source, cli->refine, v);
  const int days = bl_refine_stale_days(job, (double)time(NULL));
  if (days) {
    bl_cli_note(cli,
                "%s was made %d days ago, and services keep results for about "
                "%d: it may be refused.",
                about, days, (int)(BL_RESULT_KEEP_S / 86400.0));
  }

  BlJob* const found = cli->again ? NULL : (BlJob*)malloc(sizeof(BlJob));
  BlExit       code  = BL_EXIT_OK;
  if (found &&
      bl_refine_find(cli->config.takes_dir, job, false, &cli->log, found)) {
    bl_refine_tell(found, words);
    code = bl_cli_fail_with(cli, BL_CONFLICT, about, words);
  }
  free(found);
  return code;
}

BlExit
bl_cmd_refine(BlCli* const cli)
{
  unsigned v = 0;
  if (!cli->refine) {
    return bl_cli_fail_with(
      cli, BL_BAD_ARG, "refine",
      "Say what is wanted: --no-voice, --stems or --wav, one of them.");
  }
  if (cli->n_args > 1 && !read_variant(cli->args[1], &v)) {
    return bl_cli_fail_with(cli, BL_BAD_ARG, cli->args[1],
                            "The result of a job is A or B.");
  }

  BlJob* const source = (BlJob*)malloc(sizeof(BlJob));
  BlJob* const job    = (BlJob*)malloc(sizeof(BlJob));
  if (!source || !job) {
    free(job);
    free(source);
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }

  BlExit code = bl_cli_check_out(cli);
  code        = code ? code : find_source(cli, cli->args[0], source, &v);
  code        = code ? code : check(cli, source, v, job);
  code = code ? code : bl_cli_agree_to_pay(cli, source->service, cli->refine);
  code = code ? code : bl_cli_refine(cli, source, v);
  free(job);
  free(source);
  return code;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

#include "base/paths.h"
#include "base/text.h"
#include "take/store.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// What a file does not tell and the user does
static bool
apply_options(const BlCli* const cli, BlTake* const take)
{
  bool changed = false;
  if (cli->name) {
    bl_text_copy(take->name, sizeof(take->name), cli->name,
                 (uint32_t)strlen(cli->name));
    changed = true;
  }

  if (cli->tempo.bpm > 0.0) {
    take->n_tempos  = 1;
    take->tempos[0] = cli->tempo;
    if (!cli->tempo.beat_unit) {
      take->tempos[0].beats_per_bar = 4.0f;
      take->tempos[0].beat_unit     = 4;
    }
    changed = true;
  }
  if (cli->has_start) {
    take->has_position = true;
    take->start        = llround(cli->start_s * take->rate);
    changed            = true;
  }
  if (cli->has_bar_beat) {
    take->has_bar = true;
    take->bar     = cli->bar;
    take->beat    = cli->beat;
    changed       = true;
  }
  return changed;
}

/// The same audio, and the same said of it
static bool
is_same(const BlCli* const cli, const BlTake* const a, const BlTake* const b)
{
  const BlTempo* const s = &a->tempos[0];
  const BlTempo* const t = &b->tempos[0];
  return strcmp(a->id, b->id) != 0 && a->origin == b->origin &&
         a->hash == b->hash && a->frames == b->frames && a->rate == b->rate &&
         a->channels == b->channels && a->n_tempos == b->n_tempos &&
         !(fabs(s->bpm - t->bpm) > 0.0) && s->beat_unit == t->beat_unit &&
         !(fabsf(s->beats_per_bar - t->beats_per_bar) > 0.0f) &&
         a->has_position == b->has_position && a->start == b->start &&
         a->has_bar == b->has_bar && a->bar == b->bar &&
         !(fabs(a->beat - b->beat) > 0.0) &&
         (!cli->name || !strcmp(a->name, b->name));
}

/// What was imported before is the take of that time, unless --again
static void
use_existing(BlCli* const cli, const char* const file, BlTake* const take)
{
  BlTakeList list;
  if (cli->again || bl_store_list(cli->config.takes_dir, &cli->log, &list)) {
    return;
  }
  for (size_t i = 0; i < list.count; ++i) {
    if (is_same(cli, &list.takes[i], take) &&
        !bl_store_remove(cli->config.takes_dir, take->id)) {
      char name[sizeof(take->name)];
      memcpy(name, take->name, sizeof(name));
      *take = list.takes[i];
      if (!strcmp(cli->command, "make")) {
        memcpy(take->name, name, sizeof(name)); // What is made is called so
      }
      bl_cli_note(cli, "%s is take %s already (--again imports it anew).", file,
                  take->id);
      break;
    }
  }
  bl_store_list_free(&list);
}

/// What is wrong with the file itself
static void
tell_flaws(BlCli* const cli, const char* const file, const BlTake* const take)
{
  if (take->missing) {
    bl_cli_note(cli,
                "%s is cut short: by its header %.1f s more belong to it; what "
                "is there is taken.",
                file, (double)take->missing / take->rate);
  }
  if (take->invalid) {
    bl_cli_note(cli,
                "%s: %" PRIu64 " samples are no numbers (NaN or infinite); "
                "they are sent as silence.",
                file, take->invalid);
  }
}

/// Import one file as a take with what the options say of it
static BlExit
import_file(BlCli* const cli, const char* const file, BlTake* const take)
{
  BlStatus    st = bl_path_make_dir(cli->config.takes_dir);
  struct stat info;
  if (st == BL_NOT_FOUND) {
    return bl_cli_fail_no_takes(cli);
  }
  if (st) {
    return bl_cli_fail(cli, st, cli->config.takes_dir);
  }

  if (access(file, R_OK) && errno == EACCES) {
    return bl_cli_fail_with(cli, BL_NO_ACCESS, file,
                            "It may not be read: check its permissions.");
  }
  if (!*file) {
    return bl_cli_fail_with(cli, BL_BAD_ARG, "\"\"",
                            "An empty name means no file: name one, or a take "
                            "of \"backline takes\".");
  }
  if (!stat(file, &info) && S_ISDIR(info.st_mode)) {
    return bl_cli_fail_with(cli, BL_BAD_FILE, file,
                            "It is a folder: name a file in it.");
  }
  st = bl_store_import(cli->config.takes_dir, file, take);
  if (st == BL_UNSUPPORTED) {
    return bl_cli_fail_with(cli, st, file,
                            "A take has one or two channels at 8 to 384 kHz: "
                            "convert it first.");
  }
  if (st == BL_BAD_FILE) {
    return bl_cli_fail_with(cli, st, file,
                            "It is damaged, or of a kind that is not read: "
                            "wav, flac, ogg and mp3 are.");
  }
  if (st) {
    return bl_cli_fail(cli, st, file);
  }
  if (apply_options(cli, take)) {
    st = bl_store_save(cli->config.takes_dir, take);
  }
  if (st) {
    return bl_cli_fail(cli, st, take->id);
  }
  use_existing(cli, file, take);

  tell_flaws(cli, file, take);

  // "make" hears of the first from its job
  const BlStatus verdict = bl_take_judge(take);
  if (verdict && !strcmp(cli->command, "import")) {
    char next[BL_MESSAGE_BYTES];
    bl_cli_for_shell(bl_status_next_step(verdict), "", next, sizeof(next));
    bl_cli_note(cli, "%s: %s. %s", file, bl_strerror(verdict), next);
  } else if (!verdict && bl_take_seconds(take) < BL_TAKE_WARN_S) {
    bl_cli_note(
      cli, "%s: shorter than ten seconds; services make little of that.", file);
  }
  return BL_EXIT_OK;
}

static void
show_import(BlCli* const cli, const char* const file, const BlTake* const take)
{
  if (cli->json) {
    cJSON* const event = bl_cli_event("take");
    cJSON_AddStringToObject(event, "take", take->id);
    cJSON_AddStringToObject(event, "file", file);
    cJSON_AddStringToObject(event, "name", take->name);
    cJSON_AddNumberToObject(event, "seconds", bl_take_seconds(take));
    cJSON_AddNumberToObject(event, "missing", (double)take->missing);
    cJSON_AddNumberToObject(event, "invalid", (double)take->invalid);
    bl_cli_json(event);
  } else if (!strcmp(cli->command, "import")) {
    puts(take->id);
    (void)fflush(stdout);
  } else {
    bl_cli_note(cli, "%s: take %s, %.1f s", file, take->id,
                bl_take_seconds(take));
  }
}

BlExit
bl_cmd_import(BlCli* const cli)
{
  BlTake* const take = (BlTake*)calloc(1, sizeof(BlTake));
  if (!take) {
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }

  BlExit first = BL_EXIT_OK;
  for (int i = 0; i < cli->n_args; ++i) {
    const BlExit code = import_file(cli, cli->args[i], take);
    if (!code) {
      show_import(cli, cli->args[i], take);
    }
    first = first ? first : code;
  }
  free(take);
  return first;
}

/// An id, or how one begins where no file is called so
static bool
is_take(const char* const ref)
{
  const size_t date = strspn(ref, "0123456789");
  return !strcmp(ref, "last") || bl_store_id_is_valid(ref) ||
         (date == 8 && !ref[strspn(ref, "0123456789abcdefTZ-")] &&
          access(ref, F_OK));
}

static BlExit
get_take(BlCli* const cli, const char* const ref, BlTake* const take)
{
  if (is_take(ref)) {
    const BlExit found = bl_cli_find_take(cli, ref, take);
    if (!found && (cli->tempo.bpm > 0.0 || cli->has_start)) {
      bl_cli_note(cli,
                  "%s keeps the tempo and place it was captured with: --bpm, "
                  "--meter, --bar and --start are of use with a file.",
                  take->id);
    }
    return found;
  }

  const BlExit code = import_file(cli, ref, take);
  if (!code) {
    show_import(cli, ref, take);
  }
  return code;
}

static BlExit
make(BlCli* const cli)
{
  const char* const ref  = cli->args[0];
  BlExit            code = bl_cli_check_out(cli);
  if (code ||
      (code = bl_cli_agree_to_pay(cli, bl_cli_service(cli), BL_REFINE_NONE))) {
    return code;
  }

  BlTake* const take = (BlTake*)calloc(1, sizeof(BlTake));
  if (!take) {
    return bl_cli_fail(cli, BL_NO_MEM, "");
  }
  code = get_take(cli, ref, take);
  if (!code) {
    snprintf(cli->settings.track, sizeof(cli->settings.track), "%s",
             take->name);
    code = bl_cli_generate(cli, take->id);
  }
  free(take);
  return code;
}

BlExit
bl_cmd_make(BlCli* const cli)
{
  const BlExit code = make(cli);
  bl_cli_end(cli, code);
  return code;
}

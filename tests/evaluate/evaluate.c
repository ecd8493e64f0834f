// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "evaluate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MADE_SONGS 24u

typedef struct
{
  const char* name;
  void (*measure)(BlEval* eval);
} Group;

static const Group groups[] = {
  { "key", bl_measure_key },     { "chords", bl_measure_chords },
  { "pulse", bl_measure_pulse }, { "form", bl_measure_form },
  { "real", bl_measure_real },   { "voice", bl_measure_voice },
  { "drums", bl_measure_drums }, { "unseen", bl_measure_unseen },
};

void
bl_eval_trouble(BlEval* const eval, const char* const what, const BlStatus st)
{
  fprintf(stderr, "evaluate: %s: %s\n", what, bl_strerror(st));
  ++eval->troubles;
}

double
bl_eval_floor(const BlEval* const eval,
              const double        of_data,
              const double        of_made)
{
  return eval->songs->made ? of_made : of_data;
}

static int
usage(void)
{
  fputs("usage: evaluate [--short] [--data FOLDER] [--only GROUP]\n"
        "Measures the local band and prints one table.  --short: fewer takes,\n"
        "and the exit code says whether every floor was kept.\n",
        stderr);
  return 2;
}

static void
introduce(const BlEval* const eval)
{
  FILE* const out = eval->table.out;
  if (eval->songs->made) {
    fprintf(out,
            "%zu made songs: there is no data beside the project, so this\n"
            "shows that nothing broke, not how good the band is.\n",
            eval->songs->n);
  } else {
    fprintf(
      out,
      "%zu songs of POP909-CL that nothing was trained on (line number\n"
      "modulo 4 is 3; the others are what the tables were learned from).\n",
      eval->songs->n);
  }
  fputs("\"Sung\" means: by the tests' own singing synthesiser; that voice is\n"
        "synthetic, and people are harder to hear.\n\n",
        out);
}

static int
evaluate(BlEval* const eval, const char* const only)
{
  char    path[4096];
  BlSongs songs;
  snprintf(path, sizeof(path), "%s/melodies/pop909_even.jsonl", eval->data);
  BlStatus st = bl_songs_read(path, BL_SONGS_TEST, &songs);
  if (st == BL_NOT_FOUND) {
    st = bl_songs_make(MADE_SONGS, &songs);
  }
  if (st) {
    bl_eval_trouble(eval, path, st);
    return 1;
  }

  eval->songs        = &songs;
  eval->table.floors = eval->brief;
  introduce(eval);
  bl_eval_table_begin(&eval->table);
  for (size_t i = 0; i < BL_COUNT(groups); ++i) {
    if (!only || !strcmp(only, groups[i].name)) {
      groups[i].measure(eval);
    }
  }
  bl_songs_deinit(&songs);
  return eval->troubles || eval->table.fallen || !eval->table.rows ? 1 : 0;
}

int
main(const int argc, char** const argv)
{
  const char* const top  = getenv("BL_TOP");
  const char*       only = NULL;
  char              data[4096];
  char              scratch[] = "/tmp/backline-evaluate-XXXXXX";
  snprintf(data, sizeof(data), "%s/../shared/data", top ? top : ".");
  BlEval eval = { .data = data, .table = { .out = stdout } };
  for (int i = 1; i < argc; ++i) {
    if (!strcmp(argv[i], "--short")) {
      eval.brief = true;
    } else if (!strcmp(argv[i], "--data") && i + 1 < argc) {
      eval.data = argv[++i];
    } else if (!strcmp(argv[i], "--only") && i + 1 < argc) {
      only = argv[++i];
    } else {
      return usage();
    }
  }

  eval.scratch = mkdtemp(scratch);
  if (!eval.scratch) {
    perror("evaluate: mkdtemp");
    return 1;
  }
  const int code = evaluate(&eval, only);
  (void)rmdir(scratch);
  return code;
}

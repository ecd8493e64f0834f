// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// The scripted stand-in as a program, for shell and host tests.
//
// standin [--kie] [--key KEY] [--polls N] [--seconds S] [--callbacks]
//         [--audio A.mp3 B.mp3] [--config DIR] [--fault ENDPOINT:KIND…]
//
// A fault is ENDPOINT:KIND[:HTTP[:CODE[:SKIP[:TIMES[:TEXT]]]]], such as
// submit:code:200:429:0:1:Insufficient credits
//
// Prints one line {"port":N} and serves until its standard input ends.  A
// line "counts" there is answered by one line of JSON with the number of
// requests seen, "body ENDPOINT" by the last body, "tasks" by their number,
// "fault …" adds a fault, "reset" forgets all.

#include "support/standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const endpoints[STANDIN_N_ENDPOINTS] = {
  "upload", "submit",     "record", "credit",       "file", "stream",
  "wav",    "wav-record", "stems",  "stems-record", "other"
};

static const char* const kinds[] = { "reply", "code",     "hang", "drop",
                                     "empty", "truncate", "drip", "redirect",
                                     "twin",  "strict-ua" };

static int
find(const char* const* const names, const size_t count, const char* const name)
{
  for (size_t i = 0; i < count; ++i) {
    if (!strcmp(names[i], name)) {
      return (int)i;
    }
  }
  fprintf(stderr, "standin: unknown word \"%s\"\n", name);
  return -1;
}

static int
add_fault(Standin* const standin, const char* const spec)
{
  char  copy[4096];
  char* parts[7] = { NULL };
  char* next     = copy;
  snprintf(copy, sizeof(copy), "%s", spec);
  for (size_t i = 0; i < 7 && next; ++i) {
    parts[i]          = next;
    char* const colon = i < 6 ? strchr(next, ':') : NULL;
    next              = colon ? colon + 1 : NULL;
    if (colon) {
      *colon = '\0';
    }
  }

  const int endpoint = find(endpoints, STANDIN_N_ENDPOINTS, parts[0]);
  const int kind =
    find(kinds, sizeof(kinds) / sizeof(kinds[0]), parts[1] ? parts[1] : "");
  if (endpoint < 0 || kind < 0) {
    return 1;
  }

  const StandinFault fault = {
    .endpoint = (StandinEndpoint)endpoint,
    .kind     = (StandinFaultKind)kind,
    .http     = parts[2] ? atoi(parts[2]) : 0,
    .code     = parts[3] ? atoi(parts[3]) : 0,
    .skip     = parts[4] ? (unsigned)atoi(parts[4]) : 0,
    .times    = parts[5] ? (unsigned)atoi(parts[5]) : 0,
    .text     = parts[6],
  };
  standin_add_fault(standin, fault);
  return 0;
}

static void
print_counts(Standin* const standin)
{
  printf("{");
  for (unsigned i = 0; i < STANDIN_N_ENDPOINTS; ++i) {
    printf("%s\"%s\":%u", i ? "," : "", endpoints[i],
           standin_count(standin, (StandinEndpoint)i));
  }
  printf(",\"tasks\":%u}\n", standin_tasks(standin));
}

static void
obey(Standin* const standin, const char* const line)
{
  if (!strcmp(line, "counts")) {
    print_counts(standin);
  } else if (!strcmp(line, "tasks")) {
    printf("%u\n", standin_tasks(standin));
  } else if (!strcmp(line, "reset")) {
    standin_reset(standin);
    printf("ok\n");
  } else if (!strncmp(line, "fault ", 6)) {
    printf(add_fault(standin, line + 6) ? "bad\n" : "ok\n");
  } else if (!strncmp(line, "body ", 5)) {
    const int endpoint = find(endpoints, STANDIN_N_ENDPOINTS, line + 5);
    char*     body     = NULL;
    if (endpoint >= 0) {
      body = standin_body(standin, (StandinEndpoint)endpoint, NULL);
    }
    printf("%s\n", body ? body : "");
    free(body);
  }
  fflush(stdout);
}

int
main(const int argc, char** const argv)
{
  StandinOptions options = { .kie = false };
  const char*    config  = NULL;
  for (int i = 1; i < argc; ++i) {
    const char* const value = i + 1 < argc ? argv[i + 1] : "";
    if (!strcmp(argv[i], "--kie")) {
      options.kie = true;
    } else if (!strcmp(argv[i], "--callbacks")) {
      options.callbacks = true;
    } else if (!strcmp(argv[i], "--key")) {
      options.key = value;
      ++i;
    } else if (!strcmp(argv[i], "--polls")) {
      options.polls = (unsigned)atoi(value);
      ++i;
    } else if (!strcmp(argv[i], "--seconds")) {
      options.seconds = atof(value);
      ++i;
    } else if (!strcmp(argv[i], "--config")) {
      config = value;
      ++i;
    } else if (!strcmp(argv[i], "--audio") && i + 2 < argc) {
      options.audio[0] = argv[i + 1];
      options.audio[1] = argv[i + 2];
      i += 2;
    } else if (!strcmp(argv[i], "--fault")) {
      ++i; // Below, when it exists
    } else {
      fprintf(stderr, "standin: unknown option %s\n", argv[i]);
      return 2;
    }
  }

  Standin* const standin = standin_new(&options);
  if (!standin || (config && !standin_write_config(standin, config))) {
    fprintf(stderr, "standin: cannot start\n");
    standin_free(standin);
    return 1;
  }
  for (int i = 1; i + 1 < argc; ++i) {
    if (!strcmp(argv[i], "--fault") && add_fault(standin, argv[i + 1])) {
      standin_free(standin);
      return 2;
    }
  }

  const char* const port = strrchr(standin_base(standin), ':') + 1;
  printf("{\"port\":%s}\n", port);
  fflush(stdout);

  char line[4096];
  while (fgets(line, sizeof(line), stdin)) {
    line[strcspn(line, "\n")] = '\0';
    obey(standin, line);
  }
  standin_free(standin);
  return 0;
}

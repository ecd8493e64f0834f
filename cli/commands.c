// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "cli.h"

// Letters are those of the table in args.c; N stands for --service
const BlCommand bl_commands[] = {
  { "make", "FILE|TAKE", "Make two instrumentals for a voice",
    "FILE is imported as a take; TAKE is the id of one, or \"last\". Prints "
    "the\npaths of both instrumentals. Where it costs credits, it shows the "
    "price and asks.",
    "oyanbmBsjqvhN", true, 1, 1, bl_cmd_make },
  { "import", "FILE...", "Keep audio files as takes",
    "Prints the takes' ids. A file that was imported before is the take "
    "of\nthat "
    "time, unless --again or another tempo or place is given.",
    "anbmBsjqvh", false, 1, -1, bl_cmd_import },
  { "takes", "[TAKE]...", "List takes, or delete them",
    "Nothing is deleted but with --delete and a name.", "Dyjqvh", false, 0, -1,
    bl_cmd_takes },
  { "status", "[JOB]...", "Show jobs and their results",
    "JOB is TAKE/N, TAKE for its newest job, or \"last\".", "jqvh", false, 0,
    -1, bl_cmd_status },
  { "resume", "[JOB]...", "Go on with jobs that were interrupted",
    "Without JOB: all that are open. Asking again costs nothing. A job that "
    "failed\nbefore the service took it is sent again, which may cost, and "
    "needs --again.",
    "oaiyjqvh", false, 0, -1, bl_cmd_resume },
  { "cancel", "JOB...", "Give up jobs",
    "The service may charge for what it has accepted.", "jqvh", false, 1, -1,
    bl_cmd_cancel },
  { "fetch", "JOB...", "Bring the results of accepted jobs",
    "Waits where they are not finished. With --out, copies them there.",
    "ojqvh", false, 1, -1, bl_cmd_fetch },
  { "refine", "JOB [A|B]", "Have the service take the voice out of a result",
    "JOB made A and B; without a letter, A is meant. --no-voice brings "
    "the\naccompaniment and the voice apart, --stems each instrument, --wav "
    "the "
    "result\nwithout loss, each as files at the result's place. Where it costs "
    "credits, it\nshows the price and asks. The local band is never asked: its "
    "results hold no voice.",
    "xkwoayjqvh", false, 1, 2, bl_cmd_refine },
  { "login", "", "Keep the key of a service",
    "Reads the key from the terminal without showing it, or one line from "
    "standard\ninput; checks it by asking for the credits.",
    "jqvhN", false, 0, 0, bl_cmd_login },
  { "logout", "", "Forget the key of a service", NULL, "jqvhN", false, 0, 0,
    bl_cmd_logout },
  { "credits", "", "Ask how many credits are left", NULL, "jqvhN", false, 0, 0,
    bl_cmd_credits },
  { "analyze", "FILE", "Show what the local band hears in a voice",
    "Tempo, bars, key, tuning, chords and sections as a table, and all of it "
    "as "
    "a\npicture; with --json as one object, which is what analysis.json holds.",
    "PTjh", false, 1, 1, bl_cmd_analyze },
  { "serve", "", "Run the local band for other programs",
    "It listens on 127.0.0.1 until Ctrl-C and prints address and key.",
    "ptSjvh", false, 0, 0, bl_cmd_serve },
  { "doctor", "", "Look whether everything is in place", NULL, "OjqvhN", false,
    0, 0, bl_cmd_doctor },
};

const size_t bl_n_commands = BL_COUNT(bl_commands);

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "analyze.h"

#include "harmony.h"
#include "listen.h"
#include "picture.h"
#include "style.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Exit codes of the program
enum
{
  EXIT_OK     = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE  = 2,
};

typedef struct
{
  const char* file;
  const char* picture; ///< NULL = beside the file
  const char* tags;
  bool        json;
} Options;

static const char help[] =
  "Usage: backline-band analyze [OPTION]... FILE\n"
  "\n"
  "Listens to a voice and tells what it hears: tempo, bars, key, tuning, "
  "notes,\n"
  "chords and sections. Plays nothing.\n"
  "\n"
  "  -j, --json           print what analysis.json holds, and draw no picture\n"
  "                       unless --picture names one\n"
  "  -P, --picture=PNG    draw to this file (default: FILE.png)\n"
  "  -T, --tags=TEXT      listen with these tags: \"half time\", \"92 bpm\",\n"
  "                       \"3/4\", \"shift 2\", \"in A minor\"\n"
  "  -h, --help           show this help\n";

/// @return -1 to go on, or the exit code
static int
parse(const int argc, char** const argv, Options* const options)
{
  static const struct option longs[] = {
    { "json", no_argument, NULL, 'j' },
    { "picture", required_argument, NULL, 'P' },
    { "tags", required_argument, NULL, 'T' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
  };
  for (int c = 0; (c = getopt_long(argc, argv, "jP:T:h", longs, NULL)) != -1;) {
    switch (c) {
      case 'j':
        options->json = true;
        break;
      case 'P':
        options->picture = optarg;
        break;
      case 'T':
        options->tags = optarg;
        break;
      case 'h':
        fputs(help, stdout);
        return EXIT_OK;
      default:
        fputs("Try \"backline-band analyze --help\".\n", stderr);
        return EXIT_USAGE;
    }
  }
  if (optind + 1 != argc) {
    fputs("backline-band: analyze takes one FILE.\n", stderr);
    return EXIT_USAGE;
  }
  options->file = argv[optind];
  return -1;
}

static const char*
file_name(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static void
print_tempo(const BlHeard* const heard)
{
  static const char* const  sources[] = { "the host's", "from the tags",
                                          "by ear", "no steady beat: free time",
                                          "told by --bpm" };
  const BlTempoFound* const tempo     = &heard->tempo;
  const BlGridMark* const   mark      = &heard->grid.marks[0];
  printf("Tempo     %.2f bpm, %u/%u (%s%s)\n", tempo->bpm, mark->beats,
         mark->unit, sources[tempo->source],
         tempo->drifts ? ", following the singer" : "");
  if (tempo->source == BL_BAND_GRID_FREE) {
    printf("          evidence of a pulse: %.2f\n", tempo->evidence);
    return;
  }
  printf(
    "          sure of the tempo %.0f %%, the beat %.0f %%, bar 1 %.0f %%\n",
    100.0 * tempo->confidence, 100.0 * tempo->beat_confidence,
    100.0 * tempo->bar_confidence);
  char other[BL_MESSAGE_BYTES];
  bl_heard_alternatives(heard, other, sizeof(other));
  if (*other) {
    printf("          or else: %s\n", other);
  }
}

static void
print_keys(const BlHeard* const heard)
{
  printf("Key       %s (sure: %.0f %%)\n",
         bl_key_name(heard->key.tonic, heard->key.minor),
         100.0 * heard->key.confidence);
  for (size_t i = 1; i < heard->slots.n; ++i) {
    const BlSlot* const slot = &heard->slots.slots[i];
    if (slot->tonic != slot[-1].tonic || slot->minor != slot[-1].minor) {
      printf("          from bar %zu: %s\n", slot->bar + 1u,
             bl_key_name(slot->tonic, slot->minor));
    }
  }
}

static void
print_sections(const BlHeard* const heard, const BlChord* const chords)
{
  size_t slot = 0;
  printf("\nSection   Bars     Chords\n");
  for (size_t i = 0; i < heard->form.n; ++i) {
    const BlSection* const section = &heard->form.sections[i];
    const size_t           end     = section->bar + section->bars;
    char                   bars[32];
    (void)snprintf(bars, sizeof(bars), "%zu-%zu", section->bar + 1u, end);
    printf("%-9c %-8s", section->sung ? section->letter : '-', bars);
    for (size_t last = heard->slots.n;
         slot < heard->slots.n && heard->slots.slots[slot].bar < end; ++slot) {
      const bool bar  = !heard->slots.slots[slot].inside;
      const bool same = last < heard->slots.n &&
                        !memcmp(&chords[last], &chords[slot], sizeof(*chords));
      const char* name = bl_key_name(chords[slot].root, chords[slot].minor);
      if (bar) {
        fputs(" |", stdout);
      }
      if (bar || !same) {
        printf(" %.*s%s", (int)strcspn(name, " "), name,
               chords[slot].minor ? "m" : "");
      }
      last = slot;
    }
    puts(" |");
  }
}

static void
print_table(const Options* const options,
            const BlHeard* const heard,
            const BlChord* const chords)
{
  printf("%s, %.1f s\n\n", file_name(options->file), heard->voice.seconds);
  print_tempo(heard);
  print_keys(heard);
  printf("Tuning    %+.0f cents from A = 440 Hz (sure: %.0f %%), %s\n",
         heard->notes.tuning_cents, 100.0 * heard->notes.tuning_confidence,
         heard->tuned ? "the band would follow" : "the band would not follow");
  printf("Singing   %zu %s in %zu %s\n", heard->notes.n,
         heard->notes.n == 1 ? "note" : "notes", heard->form.n_phrases,
         heard->form.n_phrases == 1 ? "phrase" : "phrases");
  print_sections(heard, chords);
}

static BlStatus
draw(const Options* const options,
     const BlHeard* const heard,
     const BlChord* const chords)
{
  char path[BL_PATH_BYTES];
  if (options->json && !options->picture) {
    return BL_SUCCESS;
  }
  (void)snprintf(path, sizeof(path), "%s%s",
                 options->picture ? options->picture : options->file,
                 options->picture ? "" : ".png");
  const BlStatus st =
    bl_picture_heard(heard, chords, file_name(options->file), path);
  if (st) {
    fprintf(stderr, "backline-band: the picture %s: %s.\n", path,
            bl_strerror(st));
  } else if (!options->json) {
    printf("\nPicture   %s\n", path);
  }
  return st;
}

static BlStatus
tell(const Options* const options,
     const BlHeard* const heard,
     const BlStyle* const style)
{
  const BlHarmonyTaste taste = { .evidence = 1.0 };
  BlChord* const       chords =
    (BlChord*)calloc(heard->slots.n + 1u, sizeof(BlChord));
  BlStatus st = BL_NO_MEM;
  if (chords) {
    st = bl_harmony_find(&heard->slots, &heard->form, &taste, chords, NULL);
  }
  if (!st && options->json) {
    const BlChord* const both[BL_VARIANTS] = { chords, NULL };
    st = bl_heard_print(heard, style, both, stdout);
  } else if (!st) {
    print_table(options, heard, chords);
  }
  st = st ? st : draw(options, heard, chords);
  free(chords);
  return st;
}

int
bl_analyze_main(const int argc, char** const argv)
{
  Options   options = { .tags = "" };
  const int code    = parse(argc, argv, &options);
  if (code >= 0) {
    return code;
  }

  BlHeard    heard = { 0 };
  BlStyle    style;
  BlGrooves* grooves = bl_grooves_load();
  BlStatus   st      = grooves ? BL_SUCCESS : BL_NO_MEM;
  if (!st) {
    bl_style_read(grooves, options.tags, "", &style);
    st = bl_listen(options.file, &style, NULL, &heard);
    if (st) {
      fprintf(stderr, "analyze: %s: %s. %s\n", options.file, bl_strerror(st),
              bl_status_next_step(st));
    } else {
      st = tell(&options, &heard, &style);
    }
    bl_heard_deinit(&heard);
  }
  free(grooves);
  return st ? EXIT_FAILED : EXIT_OK;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

/// mixes OUT_DIR VOICE.wav|- [GROOVE...]: plays grooves, all without a name,
/// and prints a line of figures of each result and of its stems.  - is the
/// tests' own singer; BACKLINE_SF2 chooses the soundfont

#include "band.h"
#include "groove.h"
#include "metric_mix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SECONDS 40.0

static int
print_mix(const char* const path, const double until, const char* const name)
{
  BlMixSound sound;
  BlMix      mix;
  BlStatus   st = bl_mix_read(path, &sound);
  st            = st ? st : bl_mix_measure(&sound, until, &mix);
  bl_mix_sound_deinit(&sound);
  if (st) {
    return 1;
  }
  printf("%-20s %6.1f %4.1f %6.2f %zu %6.0e %4.2f %3.0f %3.0f %5.0f %5.2f "
         "%5.1f %6.1f %3zu |",
         name, mix.lufs, mix.range, mix.true_peak_db, mix.clipped, mix.dc,
         mix.gap_s, 100.0 * mix.low, 100.0 * mix.mud, mix.centroid_hz,
         mix.correlation, mix.balance_db, mix.head_db, mix.clicks);
  for (unsigned i = 0; i < BL_MIX_OCTAVES; ++i) {
    printf(" %3.0f", 100.0 * mix.octaves[i]);
  }
  printf("\n");
  return 0;
}

static int
print_groove(const char* const voice,
             const char* const out,
             const char* const tags)
{
  char dir[BL_PATH_BYTES];
  char path[BL_PATH_BYTES + 64];
  char name[128];
  snprintf(dir, sizeof(dir), "%s/%s", out, tags);
  mkdir(dir, 0700);
  const BlBandRequest request = {
    .audio = voice, .out_dir = dir, .title = "", .tags = tags, .stems = true
  };
  BlBandResult   result;
  const BlStatus st = bl_band_play(&request, NULL, NULL, NULL, &result);
  if (st) {
    fprintf(stderr, "%s: %s\n", tags, result.message);
    return 1;
  }
  int trouble = 0;
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    const double until = result.summary.seconds - 1.0;
    snprintf(name, sizeof(name), "%s %c", tags, (char)('A' + v));
    trouble |= print_mix(result.audio[v], until, name);
    for (unsigned s = 0; s < BL_BAND_STEMS; ++s) {
      if (result.stems[v] & (1u << s)) {
        snprintf(path, sizeof(path), "%s/variant-%c-%s.wav", dir,
                 (char)('a' + v), bl_band_stem_names[s]);
        snprintf(name, sizeof(name), "%s %c %s", tags, (char)('A' + v),
                 bl_band_stem_names[s]);
        trouble |= print_mix(path, until, name);
      }
    }
  }
  fflush(stdout);
  return trouble;
}

int
main(const int argc, char** const argv)
{
  char voice[BL_PATH_BYTES];
  if (argc < 3) {
    fputs("usage: mixes OUT_DIR VOICE.wav|- [GROOVE...]\n", stderr);
    return 2;
  }
  snprintf(voice, sizeof(voice), "%s", argv[2]);
  if (!strcmp(voice, "-")) {
    snprintf(voice, sizeof(voice), "%s/voice.wav", argv[1]);
    if (bl_mix_sing(voice, 100.0, SECONDS)) {
      return 1;
    }
  }

  printf("%-20s %6s %4s %6s %s %6s %4s %3s %3s %5s %5s %5s %6s %3s | octaves\n",
         "", "LUFS", "LRA", "dBTP", "c", "DC", "gap", "<120", "mud", "centr",
         "corr", "L-R", "head", "clk");
  int              trouble = 0;
  BlGrooves* const grooves = bl_grooves_load();
  for (size_t i = 0; argc == 3 && grooves && i < grooves->n; ++i) {
    trouble |= print_groove(voice, argv[1], grooves->grooves[i].name);
  }
  for (int i = 3; i < argc; ++i) {
    trouble |= print_groove(voice, argv[1], argv[i]);
  }
  free(grooves);
  return trouble;
}

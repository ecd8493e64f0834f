// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "key.h"

#include "key_table.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/// A floor under the profiles: one wrong note must not rule a key out
#define PROFILE_FLOOR 0.008

/// How many independent notes a histogram is worth at most, for confidence
#define NOTES_WORTH 24.0

void
bl_key_find(const double histogram[12], BlKey* const key)
{
  double total = 0.0;
  for (size_t i = 0; i < 12; ++i) {
    total += histogram[i];
  }

  memset(key, 0, sizeof(*key));
  size_t best = 0;
  for (size_t k = 0; k < 24; ++k) {
    for (size_t i = 0; i < 12; ++i) {
      const double share = profiles[k / 12][(i + 12 - k % 12) % 12];
      key->score[k] += histogram[i] * log(share + PROFILE_FLOOR);
    }
    key->score[k] /= total > 0.0 ? total : 1.0;
    best = key->score[k] > key->score[best] ? k : best;
  }

  double sum = 0.0;
  for (size_t k = 0; k < 24; ++k) {
    sum += exp(NOTES_WORTH * (key->score[k] - key->score[best]));
  }
  key->tonic      = (unsigned)(best % 12);
  key->minor      = best >= 12;
  key->confidence = total > 0.0 ? 1.0 / sum : 0.0;
}

const char*
bl_key_name(const unsigned tonic, const bool minor)
{
  static const char* const names[2][12] = {
    { "C major", "Db major", "D major", "Eb major", "E major", "F major",
      "F# major", "G major", "Ab major", "A major", "Bb major", "B major" },
    { "C minor", "C# minor", "D minor", "Eb minor", "E minor", "F minor",
      "F# minor", "G minor", "G# minor", "A minor", "Bb minor", "B minor" },
  };
  return names[minor][tonic % 12u];
}

bool
bl_key_read(const char* text, unsigned* const tonic, bool* const minor)
{
  static const int steps[] = { 9, 11, 0, 2, 4, 5, 7 };
  static const struct
  {
    const char* name;
    bool        minor;
  } modes[] = {
    { "major", false },
    { "maj", false },
    { "minor", true },
    { "min", true },
  };

  if (!strncmp(text, "in ", 3)) {
    text += 3;
  } else if (!strncmp(text, "key of ", 7)) {
    text += 7;
  }
  const int letter = tolower((unsigned char)*text);
  if (letter < 'a' || letter > 'g') {
    return false;
  }

  int step = steps[letter - 'a'];
  ++text;
  if (*text == '#') {
    ++step;
    ++text;
  } else if (*text == 'b' && text[1] == ' ') {
    --step;
    ++text;
  } else if (!strncmp(text, " sharp", 6)) {
    ++step;
    text += 6;
  } else if (!strncmp(text, " flat", 5)) {
    --step;
    text += 5;
  }
  for (size_t i = 0; i < BL_COUNT(modes); ++i) {
    if (*text == ' ' && !strcmp(text + 1, modes[i].name)) {
      *tonic = (unsigned)((step + 12) % 12);
      *minor = modes[i].minor;
      return true;
    }
  }
  return false;
}

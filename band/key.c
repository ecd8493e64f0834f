// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "key.h"

#include "key_model.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define CHANGE_COST 14.0  ///< Nats; figures: tests/evaluate
#define RELATIVE_COST 6.0 ///< More: relative keys have the same notes
#define BEAT_NATS 1.0     ///< Weight of a sung beat

void
bl_key_find(const BlNotes* const notes, BlKey* const key)
{
  bl_key_find_by(&bl_key_table, notes, key);
}

static double
change_cost(const size_t from, const size_t to)
{
  if (from == to) {
    return 0.0;
  }
  const size_t major = from < 12u ? from : to;
  const size_t minor = from < 12u ? to : from;
  const bool   same =
    major < 12u && minor >= 12u && (major + 9u) % 12u == minor - 12u;
  return CHANGE_COST + (same ? RELATIVE_COST : 0.0);
}

static double
slot_score(const BlSlot* const slot, const size_t k)
{
  double score = 0.0;
  for (size_t i = 0; i < 12; ++i) {
    const double share = bl_key_table.time[k / 12][(i + 12 - k % 12) % 12];
    score +=
      (double)slot->histogram[i] * slot->length * log(share + BL_KEY_FLOOR);
  }
  return BEAT_NATS * score;
}

/// The likeliest key of each slot; path has room for them
static BlStatus
find_path(const BlSlots* const slots, unsigned char* const path)
{
  unsigned char* const back      = (unsigned char*)calloc(slots->n + 1u, 24);
  double               score[24] = { 0 };
  if (!back) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < slots->n; ++i) {
    double next[24];
    for (size_t k = 0; k < 24; ++k) {
      size_t best = k;
      for (size_t p = 0; !slots->slots[i].inside && p < 24; ++p) {
        if (score[p] - change_cost(p, k) > score[best] - change_cost(best, k)) {
          best = p;
        }
      }
      back[i * 24 + k] = (unsigned char)best;
      next[k] =
        score[best] - change_cost(best, k) + slot_score(&slots->slots[i], k);
    }
    memcpy(score, next, sizeof(score));
  }

  size_t k = 0;
  for (size_t i = 1; i < 24; ++i) {
    k = score[i] > score[k] ? i : k;
  }
  for (size_t i = slots->n; i-- > 0;) {
    path[i] = (unsigned char)k;
    k       = back[i * 24 + k];
  }
  free(back);
  return BL_SUCCESS;
}

BlStatus
bl_key_follow(BlSlots* const slots, BlKey* const key)
{
  unsigned char* const path = (unsigned char*)calloc(slots->n + 1u, 1);
  if (!path) {
    return BL_NO_MEM;
  }

  const BlStatus st        = find_path(slots, path);
  double         beats[24] = { 0 };
  size_t         longest   = 0;
  bool           changes   = false;
  for (size_t i = 0; i < slots->n; ++i) {
    beats[path[i]] += slots->slots[i].length;
    longest = beats[path[i]] > beats[longest] ? path[i] : longest;
    changes = changes || path[i] != path[0];
  }
  if (changes && !st) {
    key->tonic = (unsigned)(longest % 12);
    key->minor = longest >= 12;
  }
  for (size_t i = 0; i < slots->n; ++i) {
    slots->slots[i].tonic =
      (unsigned char)(changes ? path[i] % 12u : key->tonic);
    slots->slots[i].minor = changes ? path[i] >= 12u : key->minor;
  }
  free(path);
  return st;
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

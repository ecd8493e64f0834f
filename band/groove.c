// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "groove.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 256u

static const struct
{
  const char*   name;
  unsigned char key;
} drums[] = {
  { "kick", 36 },   { "rim", 37 },    { "snare", 38 },  { "clap", 39 },
  { "snare2", 40 }, { "hat", 42 },    { "pedal", 44 },  { "open", 46 },
  { "tom1", 50 },   { "tom2", 47 },   { "tom3", 43 },   { "crash", 49 },
  { "ride", 51 },   { "bell", 53 },   { "tamb", 54 },   { "cowbell", 56 },
  { "bongo1", 60 }, { "bongo2", 61 }, { "conga1", 62 }, { "conga2", 63 },
  { "conga3", 64 }, { "agogo", 67 },  { "cabasa", 69 }, { "maracas", 70 },
  { "clave", 75 },  { "block", 76 },  { "shaker", 82 }, { "triangle", 81 },
};

static const struct
{
  const char* name;
  BlColour    colour;
} colours[] = {
  { "triad", BL_COLOUR_TRIAD }, { "seventh", BL_COLOUR_SEVENTH },
  { "ninth", BL_COLOUR_NINTH }, { "add9", BL_COLOUR_ADD9 },
  { "power", BL_COLOUR_POWER }, { "blues", BL_COLOUR_BLUES },
};

static const char* const roles[BL_N_ROLES] = { "bass", "comp", "arp", "pad" };

/// Steps without the spaces that make them readable
static bool
read_pattern(const char* text, BlPattern* const pattern)
{
  pattern->steps = 0;
  for (; *text; ++text) {
    if (*text == ' ' || *text == '|') {
      continue;
    }
    if (pattern->steps >= BL_GROOVE_STEPS) {
      return false;
    }
    pattern->text[pattern->steps++] = *text;
  }
  pattern->text[pattern->steps] = '\0';
  return pattern->steps > 0;
}

/// "hat  x.x." into a row of `rows`
static bool
read_row(const char* const text, BlDrumRow* const rows, size_t* const n)
{
  const size_t length = strcspn(text, " ");
  if (*n >= BL_GROOVE_ROWS) {
    return false;
  }
  for (size_t i = 0; i < BL_COUNT(drums); ++i) {
    if (strlen(drums[i].name) == length &&
        !strncmp(drums[i].name, text, length)) {
      rows[*n].key = drums[i].key;
      return read_pattern(text + length, &rows[(*n)++].pattern);
    }
  }
  return false;
}

/// "nylon guitar | piano": for A and for B
static void
read_pair(const char* const text, char pair[2][48])
{
  const char* const bar   = strchr(text, '|');
  const size_t      first = bar ? (size_t)(bar - text) : strlen(text);
  snprintf(pair[0], 48, "%.*s", (int)(first < 47u ? first : 47u), text);
  snprintf(pair[1], 48, "%s", bar ? bar + 1 + strspn(bar + 1, " ") : text);
  for (size_t v = 0; v < 2; ++v) {
    size_t end = strlen(pair[v]);
    while (end > 0 && pair[v][end - 1u] == ' ') {
      pair[v][--end] = '\0';
    }
  }
}

static bool
read_colour(const char* const name, BlColour* const colour)
{
  for (size_t i = 0; i < BL_COUNT(colours); ++i) {
    if (!strcmp(colours[i].name, name)) {
      *colour = colours[i].colour;
      return true;
    }
  }
  return false;
}

static bool
read_numbers(const char* text, double* const a, double* const b)
{
  if (!bl_text_number(&text, a)) {
    return false;
  }
  text += strspn(text, " /|");
  if (!bl_text_number(&text, b)) {
    *b = *a;
  }
  return true;
}

static bool
read_figures(const char* const key, const char* const value, BlGroove* const g)
{
  double a = 0.0;
  double b = 0.0;
  if (!read_numbers(value, &a, &b)) {
    return false;
  }
  if (!strcmp(key, "meter")) {
    g->beats = (unsigned)a;
    g->unit  = (unsigned)b;
  } else if (!strcmp(key, "tempo")) {
    g->tempo = a;
  } else if (!strcmp(key, "swing")) {
    g->swing      = a;
    g->swing_unit = (unsigned)b;
  } else if (!strcmp(key, "hold")) {
    g->hold = a;
  } else if (!strcmp(key, "energy")) {
    g->energy = a;
  } else if (!strcmp(key, "kit")) {
    g->kit[0] = (unsigned)a;
    g->kit[1] = (unsigned)b;
  } else {
    return false;
  }
  return true;
}

static bool
read_fact(const char* const key, const char* const value, BlGroove* const g)
{
  if (!strcmp(key, "name")) {
    snprintf(g->name, sizeof(g->name), "%s", value);
  } else if (!strcmp(key, "tags")) {
    snprintf(g->tags, sizeof(g->tags), "%s", value);
  } else if (!strcmp(key, "stock")) {
    snprintf(g->stock, sizeof(g->stock), "%s", value);
  } else if (!strcmp(key, "colour")) {
    return read_colour(value, &g->colour);
  } else {
    return read_figures(key, value, g);
  }
  return true;
}

static bool
read_line(const char* const key, const char* const value, BlGroove* const g)
{
  const size_t length  = strlen(key);
  const bool   variant = length > 2u && key[length - 2u] == '.' &&
                       (key[length - 1u] == 'a' || key[length - 1u] == 'b');
  const size_t v = variant ? (size_t)(key[length - 1u] - 'a') : 0u;

  if (variant && !strncmp(key, "drum.", 5)) {
    return read_row(value, g->rows[v], &g->n_rows[v]);
  }
  if (variant && !strncmp(key, "fill.", 5)) {
    return read_row(value, g->fill[v], &g->n_fill[v]);
  }
  for (size_t r = 0; r < BL_N_ROLES; ++r) {
    const size_t n = strlen(roles[r]);
    if (strncmp(key, roles[r], n)) {
      continue;
    }
    if (!key[n]) {
      read_pair(value, g->players[r]);
      return true;
    }
    return variant && r < BL_ROLE_PAD && n + 2u == length &&
           read_pattern(value, &g->line[r][v]);
  }
  return read_fact(key, value, g);
}

unsigned
bl_groove_parse(const char* text, BlGroove* const groove)
{
  memset(groove, 0, sizeof(*groove));
  groove->beats = groove->unit = 4u;
  groove->swing                = 0.5;
  groove->swing_unit           = 8u;
  groove->tempo                = 90.0;
  groove->energy               = 0.5;

  for (unsigned number = 1; *text; ++number) {
    char         line[LINE_BYTES];
    const size_t length = strcspn(text, "\n");
    snprintf(line, sizeof(line), "%.*s",
             (int)(length < LINE_BYTES - 1u ? length : LINE_BYTES - 1u), text);
    text += length + (text[length] == '\n');
    if (!*line || *line == '#') {
      continue;
    }

    const size_t key_length = strcspn(line, " ");
    const char*  value      = line + key_length;
    value += strspn(value, " ");
    line[key_length] = '\0';
    if (!*value || !read_line(line, value, groove)) {
      return number;
    }
  }
  return *groove->name && groove->n_rows[0] <= BL_GROOVE_ROWS ? 0u : 1u;
}

BlGrooves*
bl_grooves_load(void)
{
  size_t n = 0;
  while (bl_groove_texts[n]) {
    ++n;
  }
  BlGrooves* const grooves =
    (BlGrooves*)calloc(1, sizeof(BlGrooves) + n * sizeof(BlGroove));
  if (!grooves) {
    return NULL;
  }

  for (size_t i = 0; i < n; ++i) {
    if (!bl_groove_parse(bl_groove_texts[i], &grooves->grooves[grooves->n])) {
      ++grooves->n;
    }
  }
  return grooves;
}

const BlGroove*
bl_groove_find(const BlGrooves* const grooves, const char* const name)
{
  for (size_t i = 0; i < grooves->n; ++i) {
    if (!strcmp(grooves->grooves[i].name, name)) {
      return &grooves->grooves[i];
    }
  }
  return NULL;
}

const BlGroove*
bl_groove_in_meter(const BlGrooves* const grooves,
                   const BlGroove* const  groove,
                   const unsigned         beats,
                   const unsigned         unit)
{
  const bool compound    = unit == 8u && beats % 3u == 0;
  const bool three       = !compound && beats == 3u;
  const bool is_compound = groove->unit == 8u;
  const bool is_three    = groove->beats == 3u && groove->unit == 4u;
  if (compound == is_compound && three == is_three) {
    return groove;
  }

  const bool  jazzy = groove->swing > 0.6 || groove->colour == BL_COLOUR_NINTH;
  const char* name  = compound         ? "six-eight ballad"
                      : three && jazzy ? "jazz waltz"
                      : three          ? "waltz"
                                       : "ballad";
  const BlGroove* other = bl_groove_find(grooves, name);
  return other ? other : groove;
}

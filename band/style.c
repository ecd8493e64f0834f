// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "style.h"

#include "key.h"
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/// Of a kit; they can be banned, but not asked for
#define PIECES                                                                 \
  ((unsigned)BL_FAMILY_KICK | (unsigned)BL_FAMILY_SNARE |                      \
   (unsigned)BL_FAMILY_HATS | (unsigned)BL_FAMILY_CYMBALS)

/// A reading of one of the two lists
typedef struct
{
  const BlGrooves* grooves;
  BlStyle*         style;
  bool             negative;
  double           weight; ///< Of the groove chosen so far: longer words win
  const BlGroove*  banned; ///< Groove that the negative tags name
} Reading;

/// Lower case, everything that parts no words becomes a space, one at a time
static void
clean(const char* from, char* const to, const size_t size)
{
  size_t n = 0;
  for (; *from && n + 1u < size; ++from) {
    const unsigned char c = (unsigned char)*from;
    const bool keep = isalnum(c) || c >= 128u || strchr("#&/.,-'", c) != NULL;
    const char mark = c == ';' || c == '\n' ? ',' : ' ';
    const char next = keep ? (char)tolower(c) : mark;
    if (next == ' ' && (n == 0 || to[n - 1u] == ' ' || to[n - 1u] == ',')) {
      continue;
    }
    if (next == ',' && n > 0 && to[n - 1u] == ' ') {
      --n;
    }
    to[n++] = next;
  }
  to[n] = '\0';
}

/// The groove that `text` begins to name, by the longest of its words
static const BlGroove*
find_groove(const Reading* const reading,
            const char* const    text,
            size_t* const        length)
{
  const BlGroove* best = NULL;
  for (size_t i = 0; i < reading->grooves->n; ++i) {
    const char* word = reading->grooves->grooves[i].tags;
    while (*word) {
      const size_t n = strcspn(word, ",");
      if (n > *length && !strncmp(text, word, n) &&
          (text[n] == '\0' || text[n] == ' ' || text[n] == ',')) {
        *length = n;
        best    = &reading->grooves->grooves[i];
      }
      word += n;
      word += strspn(word, ", ");
    }
  }
  return best;
}

/// "92 bpm", "3/4", "shift 2", "in g minor": @return how much was read
static size_t
read_literal(const char* const text, BlStyle* const style)
{
  const char* s      = text;
  double      number = 0.0;
  double      second = 0.0;
  bool        minor  = false;
  unsigned    tonic  = 0;
  char        phrase[32];

  if (!strncmp(text, "shift ", 6) &&
      (s = text + 6, bl_text_number(&s, &number)) && fabs(number) < 64.0) {
    style->hints.shift = (int)number;
    return (size_t)(s - text);
  }
  if (isdigit((unsigned char)*s) && bl_text_number(&s, &number)) {
    const char* const after = s + (*s == ' ');
    if (!strncmp(after, "bpm", 3) && number >= 30.0 && number <= 300.0) {
      style->hints.bpm = number;
      return (size_t)(after + 3 - text);
    }
    if (*s == '/' && (++s, bl_text_number(&s, &second)) && number >= 2.0 &&
        number <= 15.0 && (second == 4.0 || second == 8.0 || second == 2.0)) {
      style->hints.beats = (unsigned)number;
      style->hints.unit  = (unsigned)second;
      return (size_t)(s - text);
    }
    return 0;
  }

  const size_t length = strcspn(text, ",");
  snprintf(phrase, sizeof(phrase), "%.*s", (int)(length < 31u ? length : 31u),
           text);
  if (bl_key_read(phrase, &tonic, &minor)) {
    style->has_key = true;
    style->tonic   = tonic;
    style->minor   = minor;
    return length;
  }
  return 0;
}

static void
want(BlStyle* const style, const BlInstrument* const instrument)
{
  static const BlRole order[] = { BL_ROLE_COMP, BL_ROLE_ARP, BL_ROLE_PAD,
                                  BL_ROLE_BASS };
  for (size_t i = 0; instrument && i < BL_COUNT(order); ++i) {
    const BlRole role = order[i];
    if ((instrument->roles & (1u << role)) && !style->wanted[role]) {
      style->wanted[role] = instrument;
      return;
    }
  }
}

static void
heed_flag(BlStyle* const style, const BlWordFlag flag, const bool negative)
{
  switch (flag) {
    case BL_FLAG_NO_DRUMS:
      style->no_drums = !negative;
      break;
    case BL_FLAG_NO_BASS:
      style->no_bass = !negative;
      break;
    case BL_FLAG_HALF:
      style->hints.octave = negative ? style->hints.octave : -1;
      break;
    case BL_FLAG_DOUBLE:
      style->hints.octave = negative ? style->hints.octave : 1;
      break;
    case BL_FLAG_FREE:
      style->hints.free = !negative;
      break;
    case BL_FLAG_DRUMS_ONLY:
      style->only_rhythm = !negative;
      break;
    case BL_FLAG_SOFT_DRUMS:
      // "soft drums" wanted and "aggressive drums" unwanted mean the same
      style->soft_kit     = true;
      style->max_velocity = 84u;
      break;
  }
}

/// Another kind of bass may play
static void
ban_bass(BlStyle* const style, const BlInstrument* const bass)
{
  size_t n = 0;
  while (n < BL_BASSES_MAX && style->banned_basses[n]) {
    ++n;
  }
  if (n < BL_BASSES_MAX) {
    style->banned_basses[n] = bass;
  } else {
    style->banned |= BL_FAMILY_BASS; // So many: all of them
  }
}

static void
ban(BlStyle* const style, const BlWord* const word)
{
  const BlInstrument* const instrument =
    word->instrument ? bl_instrument_find(word->instrument) : NULL;
  unsigned family = word->family | (instrument ? instrument->family : 0u);

  // Without exception: an electric piano is a piano
  if (!strcmp(word->text, "piano")) {
    family |= BL_FAMILY_EPIANO;
  }
  // A ban of one colour of a family is not a ban of what it shares
  if (instrument && (family & BL_FAMILY_DISTORTION)) {
    family &= ~(unsigned)BL_FAMILY_ELECTRIC;
  }
  if ((family & BL_FAMILY_BASS) && strcmp(word->text, "bass") &&
      strcmp(word->text, "bass guitar")) {
    family &= ~(unsigned)BL_FAMILY_BASS;
    ban_bass(style, instrument);
  }
  if (!strcmp(word->text, "guitar")) {
    family |= BL_FAMILY_ELECTRIC | BL_FAMILY_ACOUSTIC | BL_FAMILY_DISTORTION;
  }
  if (!strcmp(word->text, "electric guitar") ||
      !strcmp(word->text, "electric guitars")) {
    family |= BL_FAMILY_DISTORTION;
  }
  style->banned |= family;
}

static void
heed(Reading* const reading, const BlWord* const word)
{
  BlStyle* const style = reading->style;
  const double   sign  = reading->negative ? -1.0 : 1.0;
  switch (word->kind) {
    case BL_WORD_INSTRUMENT:
    case BL_WORD_ONLY:
      if (reading->negative) {
        ban(style, word);
      } else {
        style->only_wanted |= word->kind == BL_WORD_ONLY;
        want(style, bl_instrument_find(word->instrument));
        if (strstr(word->text, "strings") && strstr(word->text, "piano")) {
          style->wanted[BL_ROLE_PAD] = bl_instrument_find("strings");
        }
      }
      break;
    case BL_WORD_FAMILY:
      if (reading->negative) {
        ban(style, word);
      }
      break;
    case BL_WORD_MOOD:
      style->energy += sign * 0.1 * word->value[0];
      style->density += sign * 0.1 * word->value[1];
      style->dark += sign * 0.1 * word->value[2];
      if (reading->negative && word->value[0] >= 4) {
        style->max_velocity =
          style->max_velocity < 100u ? style->max_velocity : 100u;
      }
      break;
    case BL_WORD_KIT:
      if (reading->negative) {
        style->banned |= BL_FAMILY_DRUMS;
      } else if (word->value[0] >= 0) {
        style->kit = word->value[0];
      }
      break;
    case BL_WORD_FLAG:
      heed_flag(style, (BlWordFlag)word->value[0], reading->negative);
      break;
    case BL_WORD_NOISE:
      break;
  }
}

static void
heed_groove(Reading* const        reading,
            const BlGroove* const groove,
            const size_t          length)
{
  if (reading->negative) {
    reading->banned = groove;
    // Banning a loud style bans its means, whatever else is wanted
    if (!strcmp(groove->name, "metal") || !strcmp(groove->name, "rock")) {
      reading->style->banned |= BL_FAMILY_DISTORTION;
    }
  } else if (groove != reading->banned && (double)length > reading->weight) {
    reading->style->groove = groove;
    reading->weight        = (double)length;
  }
}

/// Length of a whole phrase of the negative tags that means all of them;
/// 0 if it does not.  "rock music" is no such phrase
static size_t
names_all(const char* const phrase)
{
  static const char* const names[] = {
    "everything",      "anything",       "all",
    "all instruments", "instrument",     "any instruments",
    "music",           "all music",      "all the instruments",
    "instruments",     "any instrument", "any music",
  };
  size_t length = strcspn(phrase, ",");
  while (length && phrase[length - 1u] == ' ') {
    --length;
  }
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    if (strlen(names[i]) == length && !strncmp(phrase, names[i], length)) {
      return length;
    }
  }
  return 0;
}

/// Length of "no " or "without " before what plays, which makes it a ban;
/// else 0
static size_t
negation(const char* const text, const bool negative)
{
  static const char* const words[] = { "no ", "without " };

  size_t whole = 0;
  (void)bl_word_find(text, &whole);
  for (size_t i = 0; i < BL_COUNT(words); ++i) {
    const size_t n = strlen(words[i]);
    if (!strncmp(text, words[i], n)) {
      size_t              length = 0;
      const BlWord* const word   = bl_word_find(text + n, &length);
      const bool          plays =
        word && (word->kind == BL_WORD_INSTRUMENT ||
                 word->kind == BL_WORD_FAMILY || word->kind == BL_WORD_KIT);
      // "no drums" is a word of its own, and no wish for them if unwanted
      return plays && (negative || n + length > whole) ? n : 0u;
    }
  }
  return 0;
}

/// What `s` begins with.  @return how much was read
static size_t
read_word(Reading* const reading, const char* const s, const size_t all)
{
  BlStyle* const        style   = reading->style;
  size_t                n       = 0;
  const BlWord* const   word    = bl_word_find(s, &n);
  size_t                longest = n;
  const BlGroove* const groove  = find_groove(reading, s, &longest);
  const size_t literal = reading->negative ? all : read_literal(s, style);
  char         phrase[128];
  if (all) {
    n             = all;
    style->banned = ~0u;
  } else if (literal) {
    n = literal;
  } else if (groove) {
    n = longest;
    heed_groove(reading, groove, n);
  } else if (word) {
    heed(reading, word);
  } else {
    n = strcspn(s, ", ");
  }

  snprintf(phrase, sizeof(phrase), "%s%.*s", reading->negative ? "no " : "",
           (int)(n < 120u ? n : 120u), s);
  const bool moot = word && !reading->negative && (word->family & PIECES);
  if (!literal && !groove && (!word || moot)) {
    bl_text_list(style->unknown, sizeof(style->unknown), ", ",
                 phrase + (reading->negative ? 3 : 0));
  } else if (literal || groove || word->kind != BL_WORD_NOISE) {
    bl_text_list(style->understood, sizeof(style->understood), ", ", phrase);
  }
  return n;
}

static void
read_list(Reading* const reading, const char* const text)
{
  const bool negative = reading->negative;
  char       cleaned[BL_TEXT_BYTES];
  clean(text, cleaned, sizeof(cleaned));

  for (const char* s = cleaned; *s;) {
    s += strspn(s, ", ");
    if (!*s) {
      break;
    }

    const bool   begins = s == cleaned || s[-1] == ',';
    const size_t all    = negative && begins ? names_all(s) : 0u;
    const size_t no     = all ? 0u : negation(s, negative);
    reading->negative   = negative || no;
    s += no;
    s += read_word(reading, s, all);
    reading->negative = negative;
  }
}

bool
bl_style_bans(const BlStyle* const style, const BlInstrument* const instrument)
{
  bool bans = instrument->family & style->banned;
  for (size_t i = 0; i < BL_BASSES_MAX && style->banned_basses[i]; ++i) {
    bans = bans || style->banned_basses[i] == instrument;
  }
  return bans;
}

bool
bl_style_bans_drum(const BlStyle* const style, const unsigned key)
{
  static const struct
  {
    unsigned key;
    unsigned family;
  } pieces[] = {
    { 35, BL_FAMILY_KICK },    { 36, BL_FAMILY_KICK },
    { 37, BL_FAMILY_SNARE },   { 38, BL_FAMILY_SNARE },
    { 40, BL_FAMILY_SNARE },   { 42, BL_FAMILY_HATS },
    { 44, BL_FAMILY_HATS },    { 46, BL_FAMILY_HATS },
    { 49, BL_FAMILY_CYMBALS }, { 51, BL_FAMILY_CYMBALS },
    { 52, BL_FAMILY_CYMBALS }, { 53, BL_FAMILY_CYMBALS },
    { 55, BL_FAMILY_CYMBALS }, { 57, BL_FAMILY_CYMBALS },
    { 59, BL_FAMILY_CYMBALS },
  };

  for (size_t i = 0; i < BL_COUNT(pieces); ++i) {
    if (pieces[i].key == key) {
      return style->banned & pieces[i].family;
    }
  }
  return false;
}

/// Pop, or the first that is not banned either
static const BlGroove*
for_want_of_a_word(const BlGrooves* const grooves, const BlGroove* const banned)
{
  const BlGroove* const pop = bl_groove_find(grooves, "pop");
  const bool second         = grooves->n > 1u && banned == &grooves->grooves[0];
  return pop && pop != banned ? pop : &grooves->grooves[second ? 1 : 0];
}

void
bl_style_read(const BlGrooves* const grooves,
              const char* const      tags,
              const char* const      negative_tags,
              BlStyle* const         style)
{
  Reading reading = { grooves, style, true, 0.0, NULL };
  char    negative[BL_TEXT_BYTES];
  memset(style, 0, sizeof(*style));
  memset(negative, 0, sizeof(negative));
  style->kit          = -1;
  style->max_velocity = 127u;
  style->groove       = NULL;

  read_list(&reading, negative_tags);
  snprintf(negative, sizeof(negative), "%s", style->understood);
  memcpy(style->unknown_negative, style->unknown, sizeof(style->unknown));
  style->understood[0] = '\0';
  style->unknown[0]    = '\0';
  reading.negative     = false;
  read_list(&reading, tags);
  if (*negative) {
    bl_text_list(style->understood, sizeof(style->understood), ", ", negative);
  }

  const bool asked = style->groove != NULL;
  if (!asked) {
    style->groove = for_want_of_a_word(grooves, reading.banned);
  }
  style->energy  = fmax(fmin(style->energy + style->groove->energy, 1.0), 0.0);
  style->density = fmax(fmin(style->density, 1.0), -1.0);
  style->dark    = fmax(fmin(style->dark, 1.0), -1.0);
  // The groove that is played for want of a word says nothing of the tempo
  style->hints.typical = !asked ? 0.0
                         : style->groove->unit == 8u
                           ? style->groove->tempo / 2.0
                           : style->groove->tempo;
  if (!style->hints.beats && (style->groove->beats != 4u)) {
    style->hints.beats = style->groove->beats;
    style->hints.unit  = style->groove->unit;
  }
}

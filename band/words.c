// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "style.h"

#include <ctype.h>
#include <string.h>

#define PLAY(text, name)                                                       \
  {                                                                            \
    text, BL_WORD_INSTRUMENT, name, 0,                                         \
    {                                                                          \
      0                                                                        \
    }                                                                          \
  }
#define ONLY(text, name)                                                       \
  {                                                                            \
    text, BL_WORD_ONLY, name, 0,                                               \
    {                                                                          \
      0                                                                        \
    }                                                                          \
  }
#define MOOD(text, energy, density, dark)                                      \
  {                                                                            \
    text, BL_WORD_MOOD, NULL, 0,                                               \
    {                                                                          \
      energy, density, dark                                                    \
    }                                                                          \
  }
#define FAMILY(text, bits)                                                     \
  {                                                                            \
    text, BL_WORD_FAMILY, NULL, bits,                                          \
    {                                                                          \
      0                                                                        \
    }                                                                          \
  }
#define KIT(text, program)                                                     \
  {                                                                            \
    text, BL_WORD_KIT, NULL, 0,                                                \
    {                                                                          \
      program                                                                  \
    }                                                                          \
  }
#define FLAG(text, flag)                                                       \
  {                                                                            \
    text, BL_WORD_FLAG, NULL, 0,                                               \
    {                                                                          \
      flag                                                                     \
    }                                                                          \
  }
#define NOISE(text)                                                            \
  {                                                                            \
    text, BL_WORD_NOISE, NULL, 0,                                              \
    {                                                                          \
      0                                                                        \
    }                                                                          \
  }

/// Besides these, each groove brings its own words
static const BlWord words[] = {
  PLAY("piano", "piano"),
  PLAY("grand piano", "piano"),
  PLAY("upright piano", "piano"),
  PLAY("keys", "electric piano"),
  PLAY("electric piano", "electric piano"),
  PLAY("e-piano", "electric piano"),
  PLAY("e piano", "electric piano"),
  PLAY("rhodes", "electric piano"),
  PLAY("wurlitzer", "electric piano"),
  PLAY("clavinet", "clavinet"),
  PLAY("organ", "organ"),
  PLAY("hammond", "drawbar organ"),
  PLAY("church organ", "church organ"),
  PLAY("accordion", "accordion"),
  PLAY("harmonica", "harmonica"),
  PLAY("acoustic guitar", "acoustic guitar"),
  PLAY("fingerpicked guitar", "acoustic guitar"),
  PLAY("guitar", "acoustic guitar"),
  PLAY("nylon guitar", "nylon guitar"),
  PLAY("classical guitar", "nylon guitar"),
  PLAY("spanish guitar", "nylon guitar"),
  PLAY("ukulele", "nylon guitar"),
  PLAY("jazz guitar", "jazz guitar"),
  PLAY("electric guitar", "clean guitar"),
  PLAY("clean guitar", "clean guitar"),
  PLAY("distorted guitar", "distortion guitar"),
  PLAY("distortion", "distortion guitar"),
  PLAY("overdriven guitar", "overdrive guitar"),
  PLAY("banjo", "banjo"),
  PLAY("mandolin", "mandolin (steel guitar)"),
  PLAY("sitar", "sitar"),
  PLAY("harp", "harp"),
  PLAY("upright bass", "acoustic bass"),
  PLAY("walking bass", "acoustic bass"),
  PLAY("double bass", "acoustic bass"),
  PLAY("acoustic bass", "acoustic bass"),
  PLAY("bass guitar", "finger bass"),
  PLAY("bass", "finger bass"),
  PLAY("slap bass", "slap bass"),
  PLAY("fretless bass", "fretless bass"),
  PLAY("synth bass", "synth bass"),
  PLAY("808", "synth bass"),
  PLAY("piano and strings", "piano"),
  PLAY("piano & strings", "piano"),
  PLAY("strings", "strings"),
  PLAY("string", "strings"),
  PLAY("string section", "strings"),
  PLAY("orchestra", "strings"),
  PLAY("orchestral", "strings"),
  PLAY("violin", "violin"),
  PLAY("fiddle", "fiddle"),
  PLAY("cello", "cello"),
  PLAY("pizzicato", "pizzicato strings"),
  PLAY("choir", "choir"),
  PLAY("oohs", "oohs"),
  PLAY("aahs", "choir"),
  PLAY("backing vocals", "oohs"),
  PLAY("background vocals", "oohs"),
  PLAY("vocal harmonies", "oohs"),
  PLAY("brass", "brass"),
  PLAY("horn", "brass"),
  PLAY("horn section", "brass"),
  PLAY("french horn", "french horn"),
  PLAY("trumpet", "trumpet"),
  PLAY("muted trumpet", "muted trumpet"),
  PLAY("saxophone", "saxophone"),
  PLAY("sax", "saxophone"),
  PLAY("clarinet", "clarinet"),
  PLAY("oboe", "oboe"),
  PLAY("flute", "flute"),
  PLAY("whistle", "whistle"),
  PLAY("synth", "bright synth"),
  PLAY("synthesizer", "bright synth"),
  PLAY("synth pad", "warm pad"),
  PLAY("pad", "warm pad"),
  PLAY("warm pad", "warm pad"),
  PLAY("synth lead", "saw lead"),
  PLAY("vibraphone", "vibraphone"),
  PLAY("vibes", "vibraphone"),
  PLAY("marimba", "marimba"),
  PLAY("kalimba", "kalimba"),
  PLAY("glockenspiel", "glockenspiel"),
  PLAY("bell", "glockenspiel"),
  PLAY("celesta", "celesta"),
  PLAY("music box", "music box"),
  ONLY("solo piano", "piano"),
  ONLY("piano only", "piano"),
  ONLY("just piano", "piano"),
  ONLY("solo guitar", "acoustic guitar"),
  ONLY("guitar only", "acoustic guitar"),
  ONLY("solo acoustic guitar", "acoustic guitar"),
  ONLY("string quartet", "strings"),
  ONLY("strings only", "strings"),
  ONLY("organ only", "organ"),

  KIT("drum", -1),
  KIT("drum kit", -1),
  KIT("drum set", -1),
  KIT("drumkit", -1),
  KIT("drumset", -1),
  KIT("full band", -1),
  KIT("live drums", 0),
  KIT("percussion", -1),
  KIT("brushes", 40),
  KIT("brushed drums", 40),
  KIT("brush", 40),
  KIT("drum machine", 24),
  KIT("electronic drums", 24),
  KIT("808 drums", 25),
  KIT("big drums", 16),
  KIT("orchestral percussion", 48),
  KIT("groovy drums", -1),
  FLAG("drums and bass only", BL_FLAG_DRUMS_ONLY),
  FLAG("drums & bass only", BL_FLAG_DRUMS_ONLY),
  FLAG("no drums", BL_FLAG_NO_DRUMS),
  FLAG("drumless", BL_FLAG_NO_DRUMS),
  FLAG("without drums", BL_FLAG_NO_DRUMS),
  FLAG("beatless", BL_FLAG_NO_DRUMS),
  FLAG("no bass", BL_FLAG_NO_BASS),
  FLAG("without bass", BL_FLAG_NO_BASS),
  FLAG("half time", BL_FLAG_HALF),
  FLAG("half-time", BL_FLAG_HALF),
  FLAG("double time", BL_FLAG_DOUBLE),
  FLAG("double-time", BL_FLAG_DOUBLE),
  FLAG("free time", BL_FLAG_FREE),
  FLAG("rubato", BL_FLAG_FREE),
  FLAG("soft drums", BL_FLAG_SOFT_DRUMS),
  FLAG("aggressive drums", BL_FLAG_SOFT_DRUMS),
  FLAG("heavy drums", BL_FLAG_SOFT_DRUMS),
  FLAG("loud drums", BL_FLAG_SOFT_DRUMS),
  FLAG("hard drums", BL_FLAG_SOFT_DRUMS),

  FAMILY("keyboard", BL_FAMILY_PIANO | BL_FAMILY_EPIANO | BL_FAMILY_ORGAN),
  FAMILY("guitars",
         BL_FAMILY_ACOUSTIC | BL_FAMILY_ELECTRIC | BL_FAMILY_DISTORTION),
  FAMILY("kick", BL_FAMILY_KICK),
  FAMILY("kick drum", BL_FAMILY_KICK),
  FAMILY("bass drum", BL_FAMILY_KICK),
  FAMILY("snare", BL_FAMILY_SNARE),
  FAMILY("snare drum", BL_FAMILY_SNARE),
  FAMILY("hat", BL_FAMILY_HATS),
  FAMILY("hi-hat", BL_FAMILY_HATS),
  FAMILY("hi hat", BL_FAMILY_HATS),
  FAMILY("hihat", BL_FAMILY_HATS),
  FAMILY("cymbal", BL_FAMILY_CYMBALS | BL_FAMILY_HATS),
  FAMILY("vocal", BL_FAMILY_CHOIR),
  FAMILY("voice", BL_FAMILY_CHOIR),
  FAMILY("singing", BL_FAMILY_CHOIR),
  FAMILY("heavy metal", BL_FAMILY_DISTORTION),
  FAMILY("synthetic", BL_FAMILY_SYNTH),
  FAMILY("wind", BL_FAMILY_WINDS),
  FAMILY("woodwind", BL_FAMILY_WINDS),
  FAMILY("mallet", BL_FAMILY_MALLETS),

  MOOD("warm", -1, 0, 1),
  MOOD("calm", -4, -4, 0),
  MOOD("relaxing", -4, -4, 0),
  MOOD("relaxed", -3, -3, 0),
  MOOD("chill", -3, -3, 1),
  MOOD("peaceful", -4, -5, 0),
  MOOD("gentle", -4, -3, 0),
  MOOD("soft", -4, -2, 0),
  MOOD("quiet", -5, -4, 0),
  MOOD("slow", -2, -3, 0),
  MOOD("dark", 0, 0, 6),
  MOOD("moody", -1, -1, 4),
  MOOD("happy", 2, 2, -5),
  MOOD("cheerful", 2, 2, -5),
  MOOD("bright", 1, 1, -5),
  MOOD("sad", -3, -3, 4),
  MOOD("melancholic", -3, -2, 4),
  MOOD("melancholy", -3, -2, 4),
  MOOD("epic", 5, 3, 1),
  MOOD("powerful", 4, 2, 0),
  MOOD("anthemic", 4, 2, -1),
  MOOD("intimate", -5, -5, 1),
  MOOD("sparse", -3, -8, 0),
  MOOD("minimal", -3, -7, 0),
  MOOD("minimalist", -3, -7, 0),
  MOOD("dreamy", -2, -2, 0),
  MOOD("ethereal", -3, -3, -1),
  MOOD("energetic", 4, 4, -1),
  MOOD("driving", 3, 3, 0),
  MOOD("upbeat", 3, 3, -3),
  MOOD("fast", 2, 2, 0),
  MOOD("uplifting", 2, 2, -4),
  MOOD("romantic", -2, -1, 0),
  MOOD("tense", 1, 1, 4),
  MOOD("hopeful", 1, 0, -3),
  MOOD("playful", 1, 3, -4),
  MOOD("groovy", 1, 2, 0),
  MOOD("heavy", 4, 1, 3),
  MOOD("aggressive", 5, 3, 3),
  MOOD("lush", 1, 3, 0),
  MOOD("rich", 1, 3, 0),
  MOOD("nostalgic", -2, -1, 1),
  MOOD("emotional", 0, 0, 1),
  MOOD("mellow", -3, -2, 1),
  MOOD("laid back", -3, -2, 0),
  MOOD("smooth", -2, -1, 0),

  NOISE("and"),
  NOISE("trio"),
  NOISE("groove"),
  NOISE("to"),
  NOISE("for"),
  NOISE("no"),
  NOISE("without"),
  NOISE("all"),
  NOISE("any"),
  NOISE("with"),
  NOISE("the"),
  NOISE("a"),
  NOISE("an"),
  NOISE("of"),
  NOISE("in"),
  NOISE("style"),
  NOISE("music"),
  NOISE("instrumental"),
  NOISE("backing"),
  NOISE("track"),
  NOISE("accompaniment"),
  NOISE("band"),
  NOISE("feel"),
  NOISE("vibe"),
  NOISE("sound"),
  NOISE("only"),
  NOISE("live"),
};

static bool
ends_word(const char c)
{
  return c == '\0' || c == ' ' || c == ',';
}

/// Length of `word`, with `ending`, if `text` begins with both and they end
/// there as a word
static size_t
match(const char* const text, const char* const word, const char* const ending)
{
  const size_t length = strlen(word);
  const size_t more   = strlen(ending);
  if (strncmp(text, word, length) || strncmp(text + length, ending, more)) {
    return 0;
  }
  return ends_word(text[length + more]) ? length + more : 0;
}

static bool
has_plural(const BlWord* const word)
{
  return word->kind == BL_WORD_INSTRUMENT || word->kind == BL_WORD_FAMILY ||
         word->kind == BL_WORD_KIT;
}

const BlWord*
bl_word_find(const char* const text, size_t* const length)
{
  static const char* const endings[] = { "", "s", "es" };

  const BlWord* best = NULL;
  *length            = 0;
  for (size_t e = 0; e < BL_COUNT(endings); ++e) {
    for (size_t i = 0; i < BL_COUNT(words); ++i) {
      const size_t n = match(text, words[i].text, endings[e]);
      if (n > *length && (!*endings[e] || has_plural(&words[i]))) {
        *length = n;
        best    = &words[i];
      }
    }
  }
  return best;
}

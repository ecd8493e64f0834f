// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/params.h"

#include <string.h>

const char* const bl_genre_names[BL_N_GENRES] = {
  "None",    "Pop",        "Rock",   "Folk",    "Soul",       "R&B",
  "Jazz",    "Bossa nova", "Latin",  "Hip-hop", "Electronic", "Cinematic",
  "Country", "Blues",      "Reggae", "Funk",    "Metal",      "Lo-fi",
  "Ambient", "Gospel",     "Ballad", "Waltz",
};

const char* const bl_genre_tags[BL_N_GENRES] = {
  "",        "pop",        "rock",   "folk",    "soul",       "r&b",
  "jazz",    "bossa nova", "latin",  "hip-hop", "electronic", "cinematic",
  "country", "blues",      "reggae", "funk",    "metal",      "lo-fi",
  "ambient", "gospel",     "ballad", "waltz",
};

const char* const bl_mood_names[BL_N_MOODS] = {
  "None",     "Warm",   "Calm",      "Dark",     "Happy", "Sad",     "Epic",
  "Intimate", "Dreamy", "Energetic", "Romantic", "Tense", "Hopeful", "Playful",
};

const char* const bl_mood_tags[BL_N_MOODS] = {
  "",         "warm",   "calm",      "dark",     "happy", "sad",     "epic",
  "intimate", "dreamy", "energetic", "romantic", "tense", "hopeful", "playful",
};

const char* const bl_ensemble_names[BL_N_ENSEMBLES] = {
  "None",      "Acoustic trio",    "Full band",
  "Piano",     "Acoustic guitar",  "Strings",
  "Synths",    "Drums & bass",     "Orchestra",
  "Jazz trio", "Electric guitars", "Organ",
  "Brass",     "Piano & strings",  "Percussion",
};

const char* const bl_ensemble_tags[BL_N_ENSEMBLES] = {
  "",          "acoustic trio",       "full band",
  "piano",     "acoustic guitar",     "strings",
  "synths",    "drums and bass only", "orchestra",
  "jazz trio", "electric guitars",    "organ",
  "brass",     "piano and strings",   "percussion",
};

const char* const bl_shown_names[BL_N_SHOWN] = {
  "Idle",       "Armed",       "Recording",
  "Take ready", "Checking",    "Encoding",
  "Uploading",  "Submitting",  "Waiting",
  "Listening",  "First ready", "Fetching",
  "Placing",    "Done",        "Failed",
  "Cancelled",  "Unsure",      "Use Backline Stereo",
};

static const char* const service_names[BL_N_SERVICES] = {
  "As configured", "Local band", "sunoapi.org", "kie.ai", "Own server",
};

static const char* const gender_names[] = { "Any", "Male", "Female" };

const BlParam bl_params[BL_PORT_CONTROL_IN_COUNT] = {
  { "enabled", "Enabled", BL_KIND_TOGGLE, BL_PORT_ENABLED, 0, 1, 1, true, NULL,
    "Off: audio passes, no take opens" },
  { "freewheel", "Freewheel", BL_KIND_TOGGLE, BL_PORT_FREEWHEEL, 0, 1, 0, true,
    NULL, "Set by the host while it renders faster or slower than real time" },
  { "arm", "Arm", BL_KIND_TOGGLE, BL_PORT_ARM, 0, 1, 0, true, NULL,
    "On: a take is captured whenever the transport rolls, or the host bounces "
    "or exports" },
  { "record", "Record now", BL_KIND_TOGGLE, BL_PORT_RECORD, 0, 1, 0, true, NULL,
    "On: whatever passes is captured, transport or not" },
  { "take", "Take", BL_KIND_INT, BL_PORT_TAKE, 0, 9999, 0, false, NULL,
    "Which take Generate means; 0 is the newest of at least ten seconds that "
    "is not silent" },
  { "generate", "Generate", BL_KIND_TRIGGER, BL_PORT_GENERATE, 0, 1, 0, false,
    NULL,
    "Send the take and fetch two instrumentals; acts when it goes from 0 "
    "to 1" },
  { "cancel", "Cancel", BL_KIND_TRIGGER, BL_PORT_CANCEL, 0, 1, 0, false, NULL,
    "Stop the job that runs; the service may charge all the same" },
  { "auto_generate", "Generate by itself", BL_KIND_TOGGLE, BL_PORT_AUTO, 0, 1,
    0, false, NULL,
    "Finished takes go to the local band by themselves; to a "
    "paid service only if config.json allows it" },
  { "service", "Service", BL_KIND_ENUM, BL_PORT_SERVICE, 0, BL_N_SERVICES - 1,
    0, false, service_names, "Who makes the instrumental" },
  { "genre", "Genre", BL_KIND_ENUM, BL_PORT_GENRE, 0, BL_N_GENRES - 1, 0, true,
    bl_genre_names, "Becomes a tag" },
  { "mood", "Mood", BL_KIND_ENUM, BL_PORT_MOOD, 0, BL_N_MOODS - 1, 0, true,
    bl_mood_names, "Becomes a tag" },
  { "ensemble", "Ensemble", BL_KIND_ENUM, BL_PORT_ENSEMBLE, 0,
    BL_N_ENSEMBLES - 1, 0, true, bl_ensemble_names, "Becomes a tag" },
  { "host_tempo", "Tempo in tags", BL_KIND_TOGGLE, BL_PORT_HOST_TEMPO, 0, 1, 1,
    true, NULL, "Add the host's tempo and meter to the tags when known" },
  { "vocal_gender", "Vocal gender", BL_KIND_ENUM, BL_PORT_VOCAL_GENDER, 0, 2, 0,
    true, gender_names, "For vocal elements, if there are any" },
  { "fine_tune", "Fine-tune", BL_KIND_TOGGLE, BL_PORT_FINE_TUNE, 0, 1, 0, true,
    NULL, "On: the three weights are sent; off: the service's own are used" },
  { "style_weight", "Style weight", BL_KIND_FLOAT, BL_PORT_STYLE_WEIGHT, 0, 1,
    0.5f, true, NULL, "How closely to follow the style; step 0.01" },
  { "weirdness", "Weirdness", BL_KIND_FLOAT, BL_PORT_WEIRDNESS, 0, 1, 0.5f,
    true, NULL, "Creative (1) against conventional (0); step 0.01" },
  { "audio_weight", "Audio weight", BL_KIND_FLOAT, BL_PORT_AUDIO_WEIGHT, 0, 1,
    0.5f, true, NULL, "Weight of the voice against the style; step 0.01" },
  { "stems", "Stems", BL_KIND_TOGGLE, BL_PORT_STEMS, 0, 1, 0, true, NULL,
    "On: the local band also delivers drums, bass, chords and pad as files of "
    "their own" },
};

const BlStringParam bl_strings[BL_N_STRINGS] = {
  { "title", "urn:backline:lv2#title", "Title", BL_TITLE_CHARS,
    "Title of the instrumental; empty: the take's name and date" },
  { "tags", "urn:backline:lv2#tags", "Further tags", BL_TAGS_CHARS,
    "Style, mood, instruments, separated by commas; added to what genre, mood "
    "and ensemble say" },
  { "negativeTags", "urn:backline:lv2#negativeTags", "Avoid",
    BL_NEGATIVE_TAGS_CHARS, "Styles and instruments that must not appear" },
  { "model", "urn:backline:lv2#model", "Model", BL_MODEL_CHARS,
    "The service's model, such as V6; empty: the service's own choice" },
};

float
bl_param_clamp(const BlParam* const param, const float value)
{
  if (!(value == value)) {
    return param->normal;
  }

  const float v = value < param->min   ? param->min
                  : value > param->max ? param->max
                                       : value;
  return param->kind == BL_KIND_FLOAT ? v : (float)(int)(v + 0.5f);
}

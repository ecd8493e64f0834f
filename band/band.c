// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "band.h"

#include "arrange.h"
#include "base/thread.h"
#include "harmony.h"
#include "listen.h"
#include "play.h"
#include "style.h"
#include "sound.h"
#include "text.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEASURE_RATE 44100u
#define BPM_ROUNDED 0.51 ///< Tags carry a host's tempo in whole numbers

const char* const bl_band_stem_names[BL_BAND_STEMS] = { "drums", "bass",
                                                        "chords", "pad" };

typedef struct
{
  // Immutable once both variants play
  const BlBandRequest* request;
  BlCancel*            cancel;
  BlFont               font;
  BlGrooves*           grooves;
  BlStyle              style;
  BlHeard              heard;
  BlChord*             chords[BL_VARIANTS];
  BlScore              scores[BL_VARIANTS];
  uint64_t             seed;
  BlAttacks            attacks[BL_VARIANTS];

  BlSound*    sounds[BL_VARIANTS]; ///< The loader's until it is joined
  BlStatus    load_status;         ///< Likewise
  atomic_bool loaded;              ///< Loader -> session, release/acquire
  BlStatus    measure_status;      ///< The second one's, until it is joined

  BlBandResult* result;
  bool          first_done; ///< Announced, so that it stays
} Session;

static const char*
text_of(const char* const text)
{
  return text ? text : "";
}

static double
weight_of(const bool has, const double value, const double usual)
{
  return has ? fmax(fmin(value, 1.0), 0.0) : usual;
}

/// What is asked and sung, but no path and no clock; and none of the weights,
/// so that a turn of one changes what it says, and nothing else
static uint64_t
find_seed(const BlBandRequest* const request, const BlVoice* const voice)
{
  const char* const texts[] = { text_of(request->title), text_of(request->tags),
                                text_of(request->negative_tags) };
  uint64_t          hash    = voice->hash;
  for (size_t i = 0; i < BL_COUNT(texts); ++i) {
    hash = bl_hash(hash, texts[i], strlen(texts[i]) + 1u);
  }
  return hash;
}

static BlStatus
harmonise(Session* const s)
{
  const BlBandRequest* const r = s->request;
  const double style     = weight_of(r->has_style_weight, r->style_weight, 0.5);
  const double audio     = weight_of(r->has_audio_weight, r->audio_weight, 0.6);
  const double odd       = weight_of(r->has_weirdness, r->weirdness, 0.2);
  const bool   free_time = s->heard.tempo.source == BL_BAND_GRID_FREE;
  const double hold = free_time ? BL_HARMONY_FREE_HOLD : s->style.groove->hold;
  BlHarmonyTaste taste = {
    0.5 + audio, fmax(odd - 0.2, 0.0),   0.8 * hold,
    NULL,        s->style.groove->stock, 1.6 * style * (1.0 - audio),
    s->seed,
  };

  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    s->chords[v] = (BlChord*)calloc(s->heard.slots.n + 1u, sizeof(BlChord));
    if (!s->chords[v]) {
      return BL_NO_MEM;
    }
    taste.seed        = s->seed + v;
    const BlStatus st = bl_harmony_find(&s->heard.slots, &s->heard.form, &taste,
                                        s->chords[v], NULL);
    if (st) {
      return st;
    }
    taste.avoid = s->chords[0];
  }

  // Of free singing nothing goes round
  for (size_t v = 0; v < BL_VARIANTS && !free_time; ++v) {
    bl_harmony_vamp(&s->heard.slots, s->chords[v]);
  }
  return BL_SUCCESS;
}

static BlStatus
arrange_all(Session* const s)
{
  const BlBandRequest* const r  = s->request;
  BlStatus                   st = BL_SUCCESS;
  for (unsigned v = 0; v < BL_VARIANTS && !st; ++v) {
    const BlPlan plan = {
      s->grooves,
      &s->style,
      &s->heard.grid,
      &s->heard.slots,
      &s->heard.form,
      s->chords[v],
      s->heard.key.tonic,
      s->heard.key.minor,
      s->heard.tempo.source == BL_BAND_GRID_FREE,
      s->heard.voice.seconds,
      s->heard.tuned ? s->heard.notes.tuning_cents : 0.0,
      v,
      weight_of(r->has_style_weight, r->style_weight, 1.0),
      weight_of(r->has_weirdness, r->weirdness, 0.2),
      weight_of(r->has_audio_weight, r->audio_weight, 0.6),
      r->vocal_gender,
      s->seed ^ (0x5bd1e995ull * (v + 1u)),
    };
    st = bl_arrange(&plan, &s->scores[v]);
  }
  return st;
}

static void
name_files(Session* const s)
{
  BlBandResult* const result = s->result;
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    snprintf(result->audio[v], BL_PATH_BYTES, "%s/variant-%c.wav",
             s->request->out_dir, (char)('a' + v));
    snprintf(result->midi[v], BL_PATH_BYTES, "%s/variant-%c.mid",
             s->request->out_dir, (char)('a' + v));
    snprintf(result->style[v], BL_NAME_BYTES, "%s", s->style.groove->name);
  }
  snprintf(result->analysis, BL_PATH_BYTES, "%s/analysis.json",
           s->request->out_dir);
}

static uint32_t
output_rate(uint32_t rate)
{
  while (rate > 96000u) {
    rate /= 2u;
  }
  return rate < 22050u ? 22050u : rate;
}

static BlStatus
prepare(Session* const s)
{
  const char* const wanted              = text_of(s->request->soundfont);
  char              path[BL_PATH_BYTES] = "";
  BlStatus          st                  = BL_SUCCESS;
  if (*wanted) {
    snprintf(path, sizeof(path), "%s", wanted);
    st = access(wanted, R_OK) ? BL_NO_SOUNDFONT : BL_SUCCESS;
  } else {
    st = bl_band_find_soundfont(path, sizeof(path));
  }
  bl_font_init(&s->font, path, s->cancel);
  s->grooves = bl_grooves_load();
  if (!st && (!s->grooves || !s->grooves->n)) {
    st = s->grooves ? BL_INTERNAL : BL_NO_MEM;
  }
  if (!st) {
    bl_style_read(s->grooves, text_of(s->request->tags),
                  text_of(s->request->negative_tags), &s->style);
    snprintf(s->result->tags, BL_TEXT_BYTES, "%s", s->style.understood);
    snprintf(s->result->unknown, BL_TEXT_BYTES, "%s", s->style.unknown);
    snprintf(s->result->unknown_negative, BL_TEXT_BYTES, "%s",
             s->style.unknown_negative);
  }
  return st;
}

static void*
load_sounds(void* const data)
{
  Session* const s  = (Session*)data;
  BlStatus       st = BL_SUCCESS;
  for (size_t v = 0; v < BL_VARIANTS && !st; ++v) {
    st = bl_sound_open(&s->font, MEASURE_RATE, &s->sounds[v]);
  }
  s->load_status = st;
  atomic_store_explicit(&s->loaded, true, memory_order_release);
  return NULL;
}

/// Side by side: a large soundfont takes as long as listening
static BlStatus
listen_and_load(Session* const s)
{
  pthread_t loader;
  BlStatus  st = bl_thread_start(&loader, "bl-band-sf", load_sounds, s);
  if (st) {
    return st;
  }

  st = bl_listen(s->request->audio, &s->style, s->cancel, &s->heard);
  while (!st && !atomic_load_explicit(&s->loaded, memory_order_acquire)) {
    st = bl_cancel_sleep(s->cancel, 0.004) ? BL_CANCELLED : BL_SUCCESS;
  }
  pthread_join(loader, NULL);
  return st ? st : s->load_status;
}

static void
put_bpm(char* const text, const size_t size, const double bpm)
{
  bl_text_decimal(text, size, bpm, bpm == round(bpm) ? 0u : 1u);
}

/// A told tempo holds; a tag of another is not dropped in silence
static void
remark_tempo(Session* const s)
{
  const BlBandGridSource source = s->heard.tempo.source;
  const double           asked  = s->style.hints.bpm;
  const bool told = source == BL_BAND_GRID_HOST || source == BL_BAND_GRID_USER;
  bool       differs = told && asked > 0.0;
  for (size_t i = 0; i < s->heard.grid.n_marks; ++i) {
    differs = differs && fabs(s->heard.grid.marks[i].bpm - asked) > BPM_ROUNDED;
  }
  if (differs) {
    char* const  text = s->result->message;
    const size_t size = sizeof(s->result->message);
    bl_text_list(text, size, " ", "");
    put_bpm(text, size, asked);
    bl_text_append(text, size, " bpm in the tags was not used: ");
    bl_text_append(text, size,
                   source == BL_BAND_GRID_HOST ? "the host's tempo, "
                                               : "the tempo of --bpm, ");
    put_bpm(text, size, s->heard.tempo.bpm);
    bl_text_append(text, size, ", holds.");
  }
}

/// What the client should know, and would not see
static void
remark(Session* const s)
{
  char* const text = s->result->message;
  if (!s->heard.notes.n) {
    snprintf(text, sizeof(s->result->message),
             "No singing was heard, so the band plays the style's own "
             "progression.");
  } else if (s->request->vocal_gender && !bl_style_sings(&s->style)) {
    snprintf(text, sizeof(s->result->message),
             "The vocal gender does nothing: no voices are asked for "
             "(\"choir\", \"oohs\"), or they are banned.");
  }

  remark_tempo(s);
  char other[BL_MESSAGE_BYTES];
  bl_heard_alternatives(&s->heard, other, sizeof(other));
  if (s->heard.notes.n && *other) {
    const size_t size = sizeof(s->result->message);
    bl_text_list(text, size, " ",
                 "If the beat is another, write in the tags: ");
    bl_text_append(text, size, other);
    bl_text_append(text, size, ".");
  }
}

/// Bans are absolute: who is left, and what to say of it
static BlStatus
look_who_plays(Session* const s)
{
  char* const text   = s->result->message;
  bool        chords = false;
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    const BlScore* const score = &s->scores[v];
    if (!score->n) {
      return BL_BAD_FIELD;
    }
    for (unsigned r = BL_ROLE_COMP; r < BL_N_ROLES; ++r) {
      chords = chords || score->parts[r].used;
    }
  }
  if (!chords && s->style.banned && !s->style.only_rhythm &&
      !s->style.only_wanted) {
    bl_text_list(text, sizeof(s->result->message), " ",
                 "The negative tags leave no instrument for chords.");
  }
  return BL_SUCCESS;
}

static BlStatus
measure(Session* const s, const size_t v)
{
  const BlStatus st =
    bl_sound_measure(s->sounds[v], &s->scores[v], &s->attacks[v]);
  return st ? st : bl_sound_balance(s->sounds[v], &s->scores[v]);
}

static void*
measure_second(void* const data)
{
  Session* const s  = (Session*)data;
  s->measure_status = measure(s, 1);
  return NULL;
}

static BlStatus
measure_both(Session* const s)
{
  pthread_t helper;
  BlStatus  st = bl_thread_start(&helper, "bl-band-2", measure_second, s);
  if (!st) {
    st = measure(s, 0);
    pthread_join(helper, NULL);
  }
  return st ? st : s->measure_status;
}

static BlStatus
analyse(Session* const s)
{
  BlStatus st = listen_and_load(s);
  if (st) {
    return st;
  }

  s->seed         = find_seed(s->request, &s->heard.voice);
  s->result->rate = output_rate(s->heard.voice.rate);
  bl_heard_summary(&s->heard, &s->result->summary);
  name_files(s);
  remark(s);
  st = harmonise(s);
  st = st ? st : arrange_all(s);
  st = st ? st : look_who_plays(s);
  st = st ? st : measure_both(s);
  if (!st) {
    const BlChord* const chords[BL_VARIANTS] = { s->chords[0], s->chords[1] };
    st = bl_heard_write(&s->heard, &s->style, chords, s->result->analysis);
  }
  return st;
}

static void
close_session(Session* const s, const BlStatus st)
{
  BlBandResult* const result = s->result;
  if (st == BL_NO_SOUNDFONT && *text_of(s->request->soundfont)) {
    snprintf(result->message, sizeof(result->message),
             "\"soundfont\" in config.json or --soundfont names %.300s, which "
             "cannot be read.",
             s->font.path);
  } else if (st == BL_BAD_FIELD) {
    snprintf(result->message, sizeof(result->message),
             "Tags and negative tags leave nobody to play. Take some words out "
             "of the negative tags.");
  } else if (st) {
    snprintf(result->message, sizeof(result->message), "%s. %s",
             bl_strerror(st), bl_status_next_step(st));
  }
  if (st) {
    if (!s->first_done) {
      unlink(s->result->analysis);
    }
  }
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    free(s->chords[v]);
    bl_score_deinit(&s->scores[v]);
    bl_sound_close(s->sounds[v]);
  }
  bl_heard_deinit(&s->heard);
  bl_font_deinit(&s->font);
  free(s->grooves);
  free(s);
}

BlStatus
bl_band_play(const BlBandRequest* const request,
             BlCancel* const            cancel,
             const BlBandProgress       progress,
             void* const                handle,
             BlBandResult* const        result)
{
  memset(result, 0, sizeof(*result));
  Session* const s = (Session*)calloc(1, sizeof(Session));
  if (!s) {
    return BL_NO_MEM;
  }

  s->request = request;
  s->cancel  = cancel;
  s->result  = result;
  atomic_init(&s->loaded, false);

  BlStatus st = prepare(s);
  st          = st ? st : analyse(s);
  if (!st) {
    if (progress) {
      progress(handle, BL_BAND_ANALYSED, result);
    }
    const BlPlayJob job = { .request  = request,
                            .cancel   = cancel,
                            .font     = &s->font,
                            .grid     = &s->heard.grid,
                            .scores   = s->scores,
                            .attacks  = s->attacks,
                            .progress = progress,
                            .handle   = handle };
    st                  = bl_play_both(&job, result, &s->first_done);
  }
  if (!st && progress) {
    progress(handle, BL_BAND_COMPLETE, result);
  }
  close_session(s, st);
  return st;
}

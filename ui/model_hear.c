// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model_priv.h"

#include <stdio.h>
#include <string.h>

#define LEAST_SEEN_DB (-60.0f) ///< The meter's lower end

static float
clean(const float value, const float least, const float most)
{
  return !(value >= least) ? least : value > most ? most : value;
}

/// Only the status port knows at once that a take has begun or ended
static void
hear_shown(BlModel* const model, const bool taking)
{
  if (model->taking != taking) {
    model->taking = taking;
    if (!taking) {
      model->live.heard_at = 0.0;
    }
    model->changed |= BL_CHANGED_STATUS | BL_CHANGED_WAVE;
  }
}

void
bl_model_port(BlModel* const model, const uint32_t port, const float value)
{
  const uint32_t index = port - BL_PORT_CONTROL_IN_FIRST;
  if (port == BL_PORT_STATUS) {
    hear_shown(model, value == (float)BL_SHOWN_RECORDING);
    return;
  }
  if (port < BL_PORT_CONTROL_IN_FIRST || index >= BL_PORT_CONTROL_IN_COUNT) {
    return; // Other outputs come as bl:Status, with more beside them
  }

  const float v = bl_param_clamp(&bl_params[index], value);
  if (model->controls[index] != v) {
    model->controls[index] = v;
    model->changed |= BL_CHANGED_CONTROLS;
    if (port == BL_PORT_TAKE) {
      model->chosen[0] = '\0'; // The host, or another window, means it
    }
  }
}

void
bl_model_string(BlModel* const    model,
                const BlStringId  id,
                const char* const text)
{
  if ((unsigned)id < BL_N_STRINGS && strcmp(model->strings[id], text)) {
    bl_text_copy(model->strings[id], BL_TEXT_BYTES, text,
                 (uint32_t)strlen(text));
    model->changed |= BL_CHANGED_STRINGS;
  }
}

static void
hear_level(BlModel* const model, const BlLevelMsg* const msg, const double now)
{
  const float db = clean(msg->peak, BL_SILENCE_DB, 40.0f);

  bl_model_tick(model, now);
  const bool seen = db > LEAST_SEEN_DB || msg->clipped;
  if (db > model->meter_db) {
    model->meter_db = db;
  }
  if (db >= model->hold_db || now > model->hold_until) {
    model->hold_db    = db;
    model->hold_until = now + BL_HOLD_S;
  }
  model->clipped |= msg->clipped;
  model->changed |= seen ? BL_CHANGED_METER : 0u;
}

static void
merge_pair(float* const pair, const float least, const float greatest)
{
  pair[0] = least < pair[0] ? least : pair[0];
  pair[1] = greatest > pair[1] ? greatest : pair[1];
}

static void
fold_live(BlModelLive* const live)
{
  const uint32_t half = live->pairs / 2u;
  for (uint32_t i = 0; i < half; ++i) {
    const float* const a      = &live->values[4u * i];
    const float        pair   = a[0] < a[2] ? a[0] : a[2];
    live->values[2u * i + 1u] = a[1] > a[3] ? a[1] : a[3];
    live->values[2u * i]      = pair;
  }
  live->pairs = half;
  live->fold *= 2u;
}

static void
add_live_pair(BlModelLive* const live, const float least, const float greatest)
{
  while (live->next / live->fold >= BL_MODEL_LIVE_PAIRS) {
    fold_live(live);
  }
  const uint32_t index = live->next++ / live->fold;
  if (index < live->pairs) {
    merge_pair(&live->values[2u * index], least, greatest);
  } else {
    live->values[2u * index]      = least;
    live->values[2u * index + 1u] = greatest;
    live->pairs                   = index + 1u;
  }
}

static void
hear_live(BlModel* const model, const BlLiveMsg* const msg, const double now)
{
  BlModelLive* const live  = &model->live;
  const uint32_t     first = msg->first > 0 ? (uint32_t)msg->first : 0u;

  if (!first || first < live->next || live->heard_at <= 0.0) {
    live->pairs = 0u;
    live->fold  = 1u;
    live->next  = 0u;
  }
  // A message that did not get through leaves a flat piece, not a shift
  const uint32_t most = live->next + 4u * BL_MODEL_LIVE_PAIRS * live->fold;
  while (live->next < first && live->next < most) {
    add_live_pair(live, 0.0f, 0.0f);
  }
  for (uint32_t i = 0; i + 1u < msg->peaks.count; i += 2u) {
    add_live_pair(live, clean(msg->peaks.values[i], -1.0f, 1.0f),
                  clean(msg->peaks.values[i + 1u], -1.0f, 1.0f));
  }

  const bool goes_on = live->heard_at > 0.0 && !msg->ended;
  model->changed |= goes_on ? BL_CHANGED_WAVE : BL_CHANGED_ALL;
  live->msg             = *msg;
  live->msg.peaks.count = 0u;
  live->heard_at        = msg->ended ? 0.0 : now;
  model->heard          = true;
}

/// Insert in the order of creation, which the id begins with
static BlModelTake*
add_take(BlModel* const model, const char* const id)
{
  if (model->n_takes == BL_MODEL_TAKES) {
    memmove(model->takes, model->takes + 1,
            (BL_MODEL_TAKES - 1u) * sizeof(*model->takes));
    --model->n_takes;
  }

  size_t place = model->n_takes;
  while (place && strcmp(model->takes[place - 1].msg.take, id) > 0) {
    --place;
  }
  memmove(model->takes + place + 1, model->takes + place,
          (model->n_takes - place) * sizeof(*model->takes));
  ++model->n_takes;
  memset(&model->takes[place], 0, sizeof(*model->takes));
  return &model->takes[place];
}

/// How well it can be sent: as what `take` 0 means goes by
static int
worth(const BlTakeMsg* const take)
{
  const double seconds =
    take->rate > 0 ? (double)take->frames / take->rate : 0.0;
  return take->verdict ? 0 : seconds < BL_TAKE_WARN_S ? 1 : 2;
}

/// What was just sung is what is meant, whichever was chosen before.  The same
/// as an earlier take is that take, with its results; and what is worse than
/// the shown take (silence, while a result is listened to) changes nothing
static void
meet_capture(BlModel* const         model,
             const BlTakeMsg* const msg,
             const char* const      shown,
             const int              shown_worth)
{
  model->heard         = false;
  model->live.heard_at = 0.0;
  if (worth(msg) < shown_worth) {
    if (msg->verdict) {
      snprintf(model->passed, sizeof(model->passed),
               "The new take is in the list, the shown one stays. %s.",
               bl_strerror((BlStatus)msg->verdict));
    } else {
      snprintf(model->passed, sizeof(model->passed),
               "The new take is shorter than ten seconds, the shown one stays. "
               "Choose it in the list to send it.");
    }
    if (!model->chosen[0]) { // Or the newest would be shown
      memcpy(model->chosen, shown, sizeof(model->chosen));
    }
    return;
  }

  const BlModelTake* const earlier =
    msg->same_as[0] ? bl_model_take_of(model, msg->same_as) : NULL;
  const bool known = earlier && earlier->msg.number > 0;
  model->recall[0] = '\0';
  bl_model_set(model, BL_PORT_TAKE, known ? (float)earlier->msg.number : 0.0f);
  memcpy(model->chosen, known ? earlier->msg.take : msg->take,
         sizeof(model->chosen));
}

static void
hear_take(BlModel* const model, const BlTakeMsg* const msg)
{
  if (!msg->take[0]) {
    return;
  }

  bool         captured = false;
  BlModelTake* take     = bl_model_take_of(model, msg->take);
  if (!take) {
    const BlModelTake* const last =
      model->n_takes ? &model->takes[model->n_takes - 1u] : NULL;
    const BlModelTake* const shown = bl_model_shown_take(model);
    const int                least = shown ? worth(&shown->msg) : 0;
    char                     before[BL_TAKE_ID_BYTES] = "";
    if (shown) { // Adding moves them
      memcpy(before, shown->msg.take, sizeof(before));
    }
    captured = model->heard && (!last || strcmp(msg->take, last->msg.take) > 0);
    take     = add_take(model, msg->take);
    if (captured) {
      meet_capture(model, msg, before, least);
    }
  }
  const int32_t number = take->msg.number;
  take->msg            = *msg;
  if (!captured && !number && msg->number > 0 &&
      !strcmp(model->chosen, msg->take)) {
    bl_model_set(model, BL_PORT_TAKE, (float)msg->number); // Adopted
  }
  model->changed |= BL_CHANGED_TAKES | BL_CHANGED_WAVE;
}

/// The oldest that is not of the shown take, if there is one
static size_t
least_wanted_job(const BlModel* const model)
{
  const BlModelTake* const take = bl_model_shown_take(model);
  for (size_t i = 0; take && i < model->n_jobs; ++i) {
    if (strcmp(model->jobs[i].msg.take, take->msg.take) != 0) {
      return i;
    }
  }
  return 0;
}

static BlModelJob*
add_job(BlModel* const model)
{
  if (model->n_jobs == BL_MODEL_JOBS) {
    const size_t      at   = least_wanted_job(model);
    BlModelJob* const gone = model->jobs + at;
    memmove(gone, gone + 1, (BL_MODEL_JOBS - 1u - at) * sizeof(*gone));
    --model->n_jobs;
  }
  BlModelJob* const job = &model->jobs[model->n_jobs++];
  memset(job, 0, sizeof(*job));
  return job;
}

static void
hear_job(BlModel* const model, const BlJobMsg* const msg, const double now)
{
  BlModelJob* job = bl_model_job_of(model, msg->take, msg->job);
  if (!job) {
    job = add_job(model);
    if (msg->shown < BL_SHOWN_DONE && !msg->of_job &&
        !strcmp(msg->take, model->picked_of)) {
      model->picked = 0; // A new one was asked for: it is waited for
    }
  }
  job->msg      = *msg;
  job->heard_at = now;
  model->changed |= BL_CHANGED_JOBS;
  if (msg->job > model->recalled && !strcmp(model->recall, msg->take)) {
    model->recalled = msg->job;
    bl_model_look(model, msg->take, msg->job, 0); // The last one counts
  }
}

static void
hear_result(BlModel* const model, const BlResultMsg* const msg)
{
  BlModelJob* const job = bl_model_job_of(model, msg->take, msg->job);
  if (!job || msg->variant < 1 || msg->variant > (int32_t)BL_VARIANTS) {
    return;
  }

  BlModelResult* const result = &job->results[msg->variant - 1];
  result->ready               = msg->path[0] == '/';
  result->msg                 = *msg;
  model->changed |= BL_CHANGED_JOBS;
}

static void
hear_peaks(BlModel* const model, const BlPeaksMsg* const msg)
{
  BlModelTake* const take = bl_model_take_of(model, msg->take);
  BlModelJob* const  job  = bl_model_job_of(model, msg->take, msg->job);
  BlWave* const      wave =
    msg->variant == 0 ? (take ? &take->wave : NULL)
         : (job && msg->variant > 0 && msg->variant <= (int32_t)BL_VARIANTS)
           ? &job->results[msg->variant - 1].wave
           : NULL;
  if (!wave || msg->total < 0 || msg->total > (int32_t)BL_OVERVIEW_PEAKS ||
      msg->first < 0 || msg->first > msg->total ||
      (uint32_t)msg->first > wave->known) { // One was lost: it is asked again
    return;
  }

  const uint32_t first = (uint32_t)msg->first;
  uint32_t       pairs = msg->peaks.count / 2u;
  if (pairs > (uint32_t)msg->total - first) {
    pairs = (uint32_t)msg->total - first;
  }
  for (uint32_t i = 0; i < 2u * pairs; ++i) {
    wave->values[2u * first + i] = clean(msg->peaks.values[i], -1.0f, 1.0f);
  }
  wave->total = (uint32_t)msg->total;
  wave->known =
    first + pairs > wave->known || !first ? first + pairs : wave->known;
  model->changed |= msg->variant ? BL_CHANGED_JOBS : BL_CHANGED_WAVE;
}

static void
hear_settings(BlModel* const model, const BlSettingsMsg* const msg)
{
  // What an old job was sent with becomes what is set: as by the user's hand.
  // Whatever captures, acts or pays keeps its present value.
  bl_model_begin_style(model);
  for (uint32_t i = 0; i < msg->values.count && i < BL_PORT_CONTROL_IN_COUNT;
       ++i) {
    if (bl_params[i].port >= BL_PORT_GENRE) { // Style alone
      bl_model_set(model, bl_params[i].port, msg->values.values[i]);
    }
  }
  bl_model_set_string(model, BL_STRING_TITLE, msg->title);
  bl_model_set_string(model, BL_STRING_TAGS, msg->tags);
  bl_model_set_string(model, BL_STRING_NEGATIVE_TAGS, msg->negative_tags);
  bl_model_set_string(model, BL_STRING_MODEL, msg->model);
  bl_model_end_style(model);
}

void
bl_model_message(BlModel* const         model,
                 const BlMessage* const message,
                 const double           now)
{
  if (!model->takes || !model->jobs) {
    return; // After bl_model_deinit()
  }

  switch (message->kind) {
    case BL_MSG_STATUS:
      model->status    = message->as.status;
      model->connected = true;
      model->changed |= BL_CHANGED_STATUS;
      break;
    case BL_MSG_LEVEL:
      hear_level(model, &message->as.level, now);
      break;
    case BL_MSG_LIVE:
      hear_live(model, &message->as.live, now);
      break;
    case BL_MSG_TAKE:
      hear_take(model, &message->as.take);
      break;
    case BL_MSG_LISTED:
      model->listed = message->as.listed;
      model->changed |= BL_CHANGED_TAKES;
      break;
    case BL_MSG_JOB:
      hear_job(model, &message->as.job, now);
      break;
    case BL_MSG_RESULT:
      hear_result(model, &message->as.result);
      break;
    case BL_MSG_PEAKS:
      hear_peaks(model, &message->as.peaks);
      break;
    case BL_MSG_SETTINGS:
      hear_settings(model, &message->as.settings);
      break;
    default:
      break; // What windows say is not for us
  }
}

void
bl_model_tick(BlModel* const model, const double now)
{
  const double passed = now - model->meter_at;
  model->meter_at     = now;
  if (model->meter_db > BL_SILENCE_DB && passed > 0.0) {
    const float before = model->meter_db;
    const float fallen = before - (float)(BL_FALL_DB_S * passed);
    model->meter_db    = clean(fallen, BL_SILENCE_DB, 40.0f);
    model->changed |= before > LEAST_SEEN_DB ? BL_CHANGED_METER : 0u;
  }
  if (model->live.heard_at > 0.0 && now - model->live.heard_at > BL_LIVE_S) {
    model->live.heard_at = 0.0; // It was thrown away, or its host sleeps
    model->changed |= BL_CHANGED_ALL;
  }
  if (model->hold_db > BL_SILENCE_DB && now > model->hold_until) {
    model->changed |= model->hold_db > LEAST_SEEN_DB ? BL_CHANGED_METER : 0u;
    model->hold_db = BL_SILENCE_DB;
  }
  if (model->connected) {
    bl_model_ask(model, now);
  }
}

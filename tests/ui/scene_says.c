// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "scene_says.h"

#include "overviews.h"
#include "scenes.h"

#include <stdio.h>
#include <string.h>

#define NOW BL_SCENE_NOW

static void
copy(char* const to, const size_t size, const char* const text)
{
  bl_text_copy(to, (uint32_t)size, text, (uint32_t)strlen(text));
}

void
say_status(BlModel* const m, const BlShown shown, const BlStatus error)
{
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_STATUS);
  msg.as.status.shown     = (int32_t)shown;
  msg.as.status.error     = (int32_t)error;
  msg.as.status.takes     = 3;
  msg.as.status.credits   = -1.0f;
  msg.as.status.transport = true;
  copy(msg.as.status.service, BL_NAME_BYTES, "local");
  copy(msg.as.status.configured, BL_NAME_BYTES, "local");
  if (error) {
    snprintf(msg.as.status.message, BL_MESSAGE_BYTES, "%s. %s",
             bl_strerror(error), bl_status_next_step(error));
  }
  bl_model_message(m, &msg, NOW);
}

void
say_level(BlModel* const m, const float db, const bool clipped)
{
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_LEVEL);
  msg.as.level.peak    = db;
  msg.as.level.clipped = clipped;
  bl_model_message(m, &msg, NOW);
}

void
say_pair(float          pair[2],
         const int32_t  variant,
         const uint32_t i,
         const uint32_t total)
{
  const int8_t* const pairs = variant == 1   ? a_pairs
                              : variant == 2 ? b_pairs
                                             : sung_pairs;
  const uint32_t      at    = (uint32_t)((uint64_t)i * OVERVIEW_PAIRS / total);
  pair[0]                   = (float)pairs[2u * at] / 127.0f;
  pair[1]                   = (float)pairs[2u * at + 1u] / 127.0f;
  if (pair[0] == 0.0f && pair[1] == 0.0f) {
    pair[1] = 0.001f; // Whoever sings breathes
  }
}

static void
peaks(BlModel* const m,
      const char*    take,
      const int32_t  job,
      const int32_t  variant)
{
  for (uint32_t first = 0; first < BL_OVERVIEW_PEAKS;
       first += BL_MESSAGE_PEAKS) {
    BlMessage msg;
    bl_message_init(&msg, BL_MSG_PEAKS);
    copy(msg.as.peaks.take, sizeof(msg.as.peaks.take), take);
    msg.as.peaks.job         = job;
    msg.as.peaks.variant     = variant;
    msg.as.peaks.total       = (int32_t)BL_OVERVIEW_PEAKS;
    msg.as.peaks.first       = (int32_t)first;
    msg.as.peaks.peaks.count = 2u * BL_MESSAGE_PEAKS;
    for (uint32_t i = 0; i < BL_MESSAGE_PEAKS; ++i) {
      say_pair(&msg.as.peaks.peaks.values[2u * i], variant, first + i,
               BL_OVERVIEW_PEAKS);
    }
    bl_model_message(m, &msg, NOW);
  }
}

const char* const say_takes[3] = { "20261122T094501Z-0000000a",
                                   "20261122T095112Z-0000000b",
                                   "20261122T101340Z-1a2b3c4d" };

static const char* const created[] = { "2026-11-22T09:45:01Z",
                                       "2026-11-22T09:51:12Z",
                                       "2026-11-22T10:13:40Z" };

void
say_take(BlModel* const m, const int i, const double seconds)
{
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_TAKE);
  BlTakeMsg* const t = &msg.as.take;
  copy(t->take, sizeof(t->take), say_takes[i]);
  t->number = i + 1;
  copy(t->created, sizeof(t->created), created[i]);
  t->origin        = 1;
  t->rate          = 48000;
  t->channels      = 1;
  t->frames        = (int64_t)(seconds * 48000.0);
  t->has_position  = true;
  t->has_bar       = true;
  t->bar           = 16;
  t->bpm           = 92.0f;
  t->beats_per_bar = 4.0f;
  t->beat_unit     = 4;
  t->peak          = -3.2f;
  t->loudness      = -18.4f;
  bl_model_message(m, &msg, NOW);
  peaks(m, say_takes[i], 0, 0);
}

void
say_job(BlModel* const m,
        const BlShown  shown,
        const BlStatus error,
        const float    progress)
{
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_JOB);
  BlJobMsg* const j = &msg.as.job;
  copy(j->take, sizeof(j->take), say_takes[2]);
  j->job      = 1;
  j->shown    = (int32_t)shown;
  j->error    = (int32_t)error;
  j->progress = progress;
  j->results  = shown == BL_SHOWN_DONE ? 2 : 0;
  j->elapsed  = 3.0f;
  copy(j->service, BL_NAME_BYTES, "local");
  j->usual   = 8.0f;
  j->price   = -1.0f;
  j->credits = -1.0f;
  if (error) {
    snprintf(j->message, BL_MESSAGE_BYTES, "%s. %s", bl_strerror(error),
             bl_status_next_step(error));
  }
  bl_model_message(m, &msg, NOW);
}

void
say_words(BlModel* const    m,
          const int32_t     number,
          const BlShown     shown,
          const char* const words)
{
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_JOB);
  copy(msg.as.job.take, sizeof(msg.as.job.take), say_takes[2]);
  copy(msg.as.job.message, sizeof(msg.as.job.message), words);
  copy(msg.as.job.service, sizeof(msg.as.job.service), "sunoapi");
  msg.as.job.job     = number;
  msg.as.job.shown   = (int32_t)shown;
  msg.as.job.elapsed = 3.0f;
  msg.as.job.results = shown == BL_SHOWN_DONE ? 2 : 0;
  bl_model_message(m, &msg, NOW);
}

void
say_result_of(BlModel* const m, const int32_t job, const int32_t variant)
{
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_RESULT);
  copy(msg.as.result.take, sizeof(msg.as.result.take), say_takes[2]);
  msg.as.result.job     = job;
  msg.as.result.variant = variant;
  snprintf(msg.as.result.path, BL_PATH_BYTES,
           "/home/anna/.local/share/backline/takes/x/Song (%c).wav",
           'A' + variant - 1);
  copy(msg.as.result.title, sizeof(msg.as.result.title), "Song");
  msg.as.result.rate     = 48000;
  msg.as.result.frames   = 48000 * 48;
  msg.as.result.loudness = -16.0f;
  bl_model_message(m, &msg, NOW);
  peaks(m, say_takes[2], job, variant);
}

void
say_result(BlModel* const m, const int32_t variant)
{
  say_result_of(m, 1, variant);
}

void
say_no_transport(BlModel* const m)
{
  BlMessage msg;
  say_status(m, BL_SHOWN_IDLE, BL_SUCCESS);
  bl_message_init(&msg, BL_MSG_STATUS);
  msg.as.status           = m->status;
  msg.as.status.transport = false;
  bl_model_message(m, &msg, BL_SCENE_NOW);
}

void
say_stems(BlModel* const m)
{
  BlMessage msg;
  bl_message_init(&msg, BL_MSG_RESULT);
  msg.as.result = bl_model_shown_results(m)->results[0].msg;
  copy(msg.as.result.beside, sizeof(msg.as.result.beside),
       "Song (A).mid/Song (A) drums.wav/Song (A) bass.wav/"
       "Song (A) chords.wav/Song (A) pad.wav");
  bl_model_message(m, &msg, BL_SCENE_NOW);
}

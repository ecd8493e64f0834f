// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "model_hears.h"

#include <stdio.h>

void
hear_id(char id[BL_TAKE_ID_BYTES], const unsigned n)
{
  snprintf(id, BL_TAKE_ID_BYTES, "20261122T1013%02uZ-%08x", n % 60u, n);
}

void
hear_take(BlModel* const model,
          const unsigned n,
          const int      number,
          const double   now)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_TAKE);
  hear_id(m.as.take.take, n);
  m.as.take.number = number;
  m.as.take.rate   = 48000;
  m.as.take.frames = 480000;
  bl_model_message(model, &m, now);
}

void
hear_live(BlModel* const model,
          const int32_t  first,
          const unsigned pairs,
          const double   now)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_LIVE);
  m.as.live.rate        = 48000;
  m.as.live.per_second  = 20;
  m.as.live.first       = first;
  m.as.live.peaks.count = 2u * pairs;
  for (unsigned i = 0; i < pairs; ++i) {
    m.as.live.peaks.values[2u * i]      = -0.25f;
    m.as.live.peaks.values[2u * i + 1u] = 0.5f;
  }
  bl_model_message(model, &m, now);
}

void
hear_end(BlModel* const model, const int32_t first, const double now)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_LIVE);
  m.as.live.rate       = 48000;
  m.as.live.per_second = 20;
  m.as.live.first      = first;
  m.as.live.ended      = true;
  bl_model_message(model, &m, now);
}

void
hear_status(BlModel* const model,
            const unsigned take,
            const BlStatus error,
            const double   now)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_STATUS);
  hear_id(m.as.status.take, take);
  m.as.status.shown = error ? BL_SHOWN_FAILED : BL_SHOWN_TAKE;
  m.as.status.error = (int32_t)error;
  if (error) {
    snprintf(m.as.status.message, BL_MESSAGE_BYTES, "%s", bl_strerror(error));
  }
  bl_model_message(model, &m, now);
}

void
hear_job(BlModel* const model,
         const unsigned take,
         const int      job,
         const BlShown  shown)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_JOB);
  hear_id(m.as.job.take, take);
  m.as.job.job   = job;
  m.as.job.shown = (int32_t)shown;
  bl_model_message(model, &m, 1.0);
}

void
hear_result(BlModel* const model,
            const unsigned take,
            const int      job,
            const int      variant)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_RESULT);
  hear_id(m.as.result.take, take);
  m.as.result.job     = job;
  m.as.result.variant = variant;
  snprintf(m.as.result.path, sizeof(m.as.result.path), "/made/%d.wav", job);
  bl_model_message(model, &m, 1.0);
}

void
hear_peaks(BlModel* const model, const unsigned take, const int first)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_PEAKS);
  hear_id(m.as.peaks.take, take);
  m.as.peaks.total       = BL_OVERVIEW_PEAKS;
  m.as.peaks.first       = first;
  m.as.peaks.peaks.count = 2u * BL_MESSAGE_PEAKS;
  bl_model_message(model, &m, 1.0);
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char* const service_names[BL_N_SERVICES] = {
  "the configured service", "the local band", "sunoapi.org", "kie.ai",
  "your own server",
};

static const char* const origin_names[] = {
  "played", "bounced", "exported", "recorded", "imported",
};

void
bl_view_time_text(const double seconds, char text[16])
{
  const double s = seconds > 0.0 && seconds < 1e6 ? seconds : 0.0;
  snprintf(text, 16, "%d:%02d", (int)(s / 60.0), (int)fmod(s, 60.0));
}

const char*
bl_view_service_name(const BlView* const view)
{
  const int choice = (int)bl_model_control(view->model, BL_PORT_SERVICE);
  if (choice == BL_SERVICE_CONFIGURED) {
    const char* const label = view->model->status.service;
    return label[0] ? label : service_names[BL_SERVICE_LOCAL];
  }
  return choice > 0 && choice < (int)BL_N_SERVICES ? service_names[choice]
                                                   : service_names[0];
}

/// "bars 17-33", counted from 1 as hosts show them; "" where unknown
static void
bars_text(const BlTakeMsg* const take, char text[64])
{
  text[0] = '\0';
  if (!take->has_bar) {
    return;
  }

  const double seconds =
    take->rate > 0 ? (double)take->frames / take->rate : 0.0;
  const double beats = seconds * (double)take->bpm / 60.0;
  const double bars =
    take->beats_per_bar > 0.0f
      ? ((double)take->beat + beats) / (double)take->beats_per_bar
      : 0.0;
  const long first = (long)take->bar + 1;
  const long last  = first + (long)fmax(ceil(bars) - 1.0, 0.0);
  if (bars > 0.0 && last > first && last < 1000000) {
    snprintf(text, 64, "bars %ld\u2013%ld", first, last);
  } else {
    snprintf(text, 64, "bar %ld", first);
  }
}

static void
name_text(const BlTakeMsg* const take, char text[BL_NAME_BYTES])
{
  if (take->number > 0) {
    snprintf(text, BL_NAME_BYTES, "Take %d", take->number);
  } else if (take->name[0]) {
    snprintf(text, BL_NAME_BYTES, "%s", take->name);
  } else {
    snprintf(text, BL_NAME_BYTES, "Take of %.10s", take->created);
  }
}

void
bl_view_take_text(const BlView* const      view,
                  const BlModelTake* const take,
                  char                     text[BL_MESSAGE_BYTES])
{
  (void)view;
  char name[BL_NAME_BYTES];
  char bars[64];
  char time[16];
  name_text(&take->msg, name);
  bars_text(&take->msg, bars);
  bl_view_time_text(
    take->msg.rate > 0 ? (double)take->msg.frames / take->msg.rate : 0.0, time);

  const int   origin = take->msg.origin;
  const char* how    = origin >= 0 && origin < (int)BL_COUNT(origin_names)
                         ? origin_names[origin]
                         : "";
  snprintf(text, BL_MESSAGE_BYTES, "%s%s%s \u00b7 %s \u00b7 %s", name,
           bars[0] ? " \u00b7 " : "", bars, time, how);
}

void
bl_view_take_warning(const BlModelTake* const take, char text[BL_MESSAGE_BYTES])
{
  const BlTakeMsg* const m = &take->msg;
  text[0]                  = '\0';
  if (m->verdict) {
    snprintf(text, BL_MESSAGE_BYTES, "%s", bl_strerror((BlStatus)m->verdict));
  } else if (m->dropped > 0) {
    snprintf(text, BL_MESSAGE_BYTES, "%lld frames lost: bounce it again",
             (long long)m->dropped);
  } else if (m->clipped > 0) {
    snprintf(text, BL_MESSAGE_BYTES, "clipped %lld times",
             (long long)m->clipped);
  } else if (m->rate > 0 &&
             (double)m->frames < BL_TAKE_WARN_S * (double)m->rate) {
    snprintf(text, BL_MESSAGE_BYTES, "short: ten seconds or more work better");
  } else if (m->unfinished) {
    snprintf(text, BL_MESSAGE_BYTES, "found after a crash");
  }
}

void
bl_view_generate_text(const BlView* const view, char text[BL_MESSAGE_BYTES])
{
  const BlModelTake* const take = bl_model_shown_take(view->model);
  const BlModelJob* const  job  = bl_model_shown_job(view->model);
  if (!take) {
    snprintf(text, BL_MESSAGE_BYTES, "Arm, then bounce or play the region");
    return;
  }

  char name[BL_NAME_BYTES];
  char bars[64];
  name_text(&take->msg, name);
  bars_text(&take->msg, bars);
  if (!strncmp(name, "Take ", 5)) {
    name[0] = 't';
  }

  char paid[64] = "";
  if (job && job->msg.price > 0.0f && view->model->status.credits >= 0.0f) {
    snprintf(paid, sizeof(paid), " \u00b7 %.4g credits of %.6g",
             (double)job->msg.price, (double)view->model->status.credits);
  }
  snprintf(text, BL_MESSAGE_BYTES, "%s a backing for %s%s%s%s with %s%s",
           job && bl_model_job_runs(job) ? "Making" : "Generate", name,
           bars[0] ? " (" : "", bars, bars[0] ? ")" : "",
           bl_view_service_name(view), paid);
}

const char*
bl_view_action_text(const BlModelJob* const job)
{
  if (!job) {
    return "";
  }

  switch (job->msg.shown) {
    case BL_SHOWN_UNSURE:
      return "Send it again";
    case BL_SHOWN_CANCELLED:
      return job->msg.task[0] ? "Ask for it again" : "Generate again";
    case BL_SHOWN_FAILED:
      break;
    default:
      return "";
  }

  switch (job->msg.error) {
    case BL_NO_KEY:
    case BL_KEY_EXPOSED:
    case BL_AUTH:
      return "Enter a key\u2026";
    case BL_DISK_FULL:
    case BL_NO_ACCESS:
    case BL_BAD_FILE:
      return "Open the folder";
    default:
      return job->msg.task[0] ? "Ask for it again" : "Try again";
  }
}

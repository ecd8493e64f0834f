// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/// What people call them, in order of the `service` port
static const char* const labels[BL_N_SERVICES] = {
  "the local band", "the local band",  "sunoapi.org",
  "kie.ai",         "your own server",
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
bl_view_service_label(const char* const name)
{
  for (size_t i = 0; i < BL_N_SERVICES; ++i) {
    if (!strcmp(bl_service_names[i], name)) {
      return labels[i];
    }
  }
  return name; // One of config.json's own
}

const char*
bl_view_service_name(const BlView* const view)
{
  return bl_view_service_label(bl_model_service(view->model));
}

float
bl_view_credits(const BlView* const view)
{
  const BlStatusMsg* const status = &view->model->status;
  return strcmp(status->service, bl_model_service(view->model))
           ? -1.0f
           : status->credits;
}

void
bl_view_when_text(const char* const created, char text[32])
{
  struct tm utc;
  struct tm here;
  memset(&utc, 0, sizeof(utc));
  text[0] = '\0';
  if (strptime(created, "%Y-%m-%dT%H:%M:%S", &utc)) {
    const time_t when = timegm(&utc);
    if (localtime_r(&when, &here)) {
      strftime(text, 32, "%Y-%m-%d %H:%M", &here);
    }
  }
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

/// By a number, which is of the session that captured it
static bool
is_numbered(const char* const name)
{
  static const char word[] = "Take ";
  const size_t      n      = sizeof(word) - 1u;
  return !strncmp(name, word, n) && name[n] &&
         !name[n + strspn(name + n, "0123456789")];
}

void
bl_view_take_name(const BlTakeMsg* const take, char text[BL_NAME_BYTES])
{
  char own[32];
  snprintf(own, sizeof(own), "Take %d", take->number);
  if (is_numbered(take->name) && strcmp(take->name, own) != 0) {
    snprintf(text, BL_NAME_BYTES, "%.100s of %.10s", take->name, take->created);
  } else if (take->name[0]) { // The user's word goes before a number
    snprintf(text, BL_NAME_BYTES, "%s", take->name);
  } else if (take->number > 0) {
    snprintf(text, BL_NAME_BYTES, "%s", own);
  } else {
    snprintf(text, BL_NAME_BYTES, "Take of %.10s", take->created);
  }
}

void
bl_view_take_facts(const BlTakeMsg* const take,
                   const bool             origin,
                   char                   text[BL_MESSAGE_BYTES])
{
  char bars[64];
  char time[16];
  bars_text(take, bars);
  bl_view_time_text(take->rate > 0 ? (double)take->frames / take->rate : 0.0,
                    time);

  const bool known =
    origin && take->origin >= 0 && take->origin < (int)BL_COUNT(origin_names);
  snprintf(text, BL_MESSAGE_BYTES, "%s%s%s%s%s", bars,
           bars[0] ? " \u00b7 " : "", time, known ? " \u00b7 " : "",
           known ? origin_names[take->origin] : "");
}

/// Why it cannot be sent, in a few words: the sentence below tells what to do
static const char*
verdict_text(const BlTakeMsg* const take)
{
  return bl_strerror(take->verdict == BL_HOST_SILENT ? BL_TAKE_SILENT
                                                     : (BlStatus)take->verdict);
}

/// Append, after a dot where something stands already
__attribute__((format(printf, 2, 3))) static void
warn(char text[BL_MESSAGE_BYTES], const char* const format, ...)
{
  size_t  n = strlen(text);
  va_list args;
  va_start(args, format);
  if (n) {
    n += (size_t)snprintf(text + n, BL_MESSAGE_BYTES - n, " \u00b7 ");
  }
  if (n < BL_MESSAGE_BYTES) {
    vsnprintf(text + n, BL_MESSAGE_BYTES - n, format, args);
  }
  va_end(args);
}

void
bl_view_take_warning(const BlModelTake* const take, char text[BL_MESSAGE_BYTES])
{
  const BlTakeMsg* const m = &take->msg;
  const double           s = m->rate > 0 ? (double)m->frames / m->rate : 0.0;

  text[0] = '\0';
  if (m->verdict) {
    warn(text, "%s", verdict_text(m));
  }
  const long long lost = m->dropped + m->filled;
  if (lost > 0) {
    warn(text, "%lld frames lost: bounce it again", lost);
  }
  if (m->clipped > 0) {
    warn(text, "clipped at %lld samples", (long long)m->clipped);
  }
  if (m->invalid > 0) {
    warn(text, "%lld samples are no numbers", (long long)m->invalid);
  }
  if (!m->verdict && s < BL_TAKE_WARN_S) {
    warn(text, "short: ten seconds or more work better");
  }
  if (m->unfinished) {
    warn(text, "found after a crash");
  }
}

/// What a request costs where no job has told it yet; < 0: not known
static float
usual_price(const char* const service)
{
  return !strcmp(service, bl_service_names[BL_SERVICE_SUNOAPI]) ||
             !strcmp(service, bl_service_names[BL_SERVICE_KIE])
           ? (float)BL_USUAL_CREDITS
           : -1.0f;
}

/// What it will cost, of how much: from the last job at the same service
static void
price_text(const BlView* const view, char* const text, const size_t size)
{
  const BlModel* const m     = view->model;
  const float          left  = bl_view_credits(view);
  float                price = -1.0f;
  for (size_t i = 0; i < m->n_jobs; ++i) {
    if (m->jobs[i].msg.price > 0.0f &&
        !strcmp(m->jobs[i].msg.service, bl_model_service(view->model))) {
      price = m->jobs[i].msg.price;
    }
  }

  text[0] = '\0';
  if (bl_model_is_local(view->model)) {
    return;
  }
  if (price < 0.0f) {
    price = usual_price(bl_model_service(m));
  }
  if (price > 0.0f && left < 0.0f) {
    snprintf(text, size, " \u00b7 about %.4g credits", (double)price);
  } else if (price > 0.0f && left >= 0.0f) {
    snprintf(text, size, " \u00b7 %.4g credits of %.6g", (double)price,
             (double)left);
  } else if (left >= 0.0f) {
    snprintf(text, size, " \u00b7 %.6g credits left", (double)left);
  }
}

void
bl_view_generate_text(const BlView* const view, char text[BL_MESSAGE_BYTES])
{
  const BlModelJob* const job  = bl_model_shown_job(view->model);
  const bool              runs = job && bl_model_job_runs(job);
  char                    paid[64];

  if (runs) { // Whatever is chosen meanwhile
    snprintf(text, BL_MESSAGE_BYTES, "Making a backing%s%s",
             job->msg.service[0] ? " with " : "",
             job->msg.service[0] ? bl_view_service_label(job->msg.service)
                                 : "");
    return;
  }
  price_text(view, paid, sizeof(paid));
  snprintf(text, BL_MESSAGE_BYTES, "Generate with %s%s",
           bl_view_service_name(view), paid);
}

void
bl_view_generate_note(const BlView* const view, char text[BL_MESSAGE_BYTES])
{
  const BlModelTake* const take = bl_model_shown_take(view->model);
  const char*              next = NULL;
  if (view->model->status.follows) {
    next = "Another instance hears the same voice: press it there";
  } else if (bl_model_records(view->model)) {
    next = bl_model_control(view->model, BL_PORT_RECORD) > 0.5f
             ? "The take ends when you stop it"
             : "The take ends when the transport stops";
  } else if (!take && !bl_model_has_transport(view->model)) {
    next = "Record now, sing, and press it again";
  } else if (!take && bl_model_control(view->model, BL_PORT_ARM) > 0.5f) {
    next = "Now bounce or play the region in the host";
  } else if (!take) {
    next = "Arm, then bounce or play the region; or Record now";
  } else if (take->msg.verdict) {
    next = verdict_text(&take->msg);
  }
  if (next) {
    snprintf(text, BL_MESSAGE_BYTES, "%s", next);
    return;
  }

  char name[BL_NAME_BYTES];
  char facts[BL_MESSAGE_BYTES];
  bl_view_take_name(&take->msg, name);
  bl_view_take_facts(&take->msg, false, facts);
  snprintf(text, BL_MESSAGE_BYTES, "%s \u00b7 %.300s", name, facts);
}

void
bl_view_promise_text(const BlView* const view, char text[BL_MESSAGE_BYTES])
{
  if (bl_model_is_local(view->model)) {
    snprintf(text, BL_MESSAGE_BYTES,
             "Two instrumentals, made on this computer: nothing is sent "
             "anywhere.");
  } else {
    snprintf(text, BL_MESSAGE_BYTES,
             "Two instrumentals. The take is uploaded to %s, and the credits "
             "are asked for first.",
             bl_view_service_name(view));
  }
}

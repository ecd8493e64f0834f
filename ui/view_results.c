// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include "base/tags.h"

#include <stdio.h>
#include <string.h>

#define TAGS_CHARS 44u ///< Of what was sent

bool
bl_view_shows_others(const BlView* const view)
{
  size_t at = 0;
  return bl_model_records(view->model) && bl_model_results(view->model, &at);
}

void
bl_view_results_text(const BlView* const view, char text[BL_NAME_BYTES])
{
  size_t       at    = 0;
  const size_t count = bl_model_results(view->model, &at);
  snprintf(text, BL_NAME_BYTES, "Results %zu of %zu", at + 1u, count);
}

/// The first words of what was sent
static void
tags_text(const char* const tags, char text[BL_NAME_BYTES])
{
  size_t bytes = 0;
  for (unsigned i = 0; i < TAGS_CHARS && tags[bytes]; ++i) {
    bytes += bl_utf8_length(tags + bytes);
  }
  if (bytes + sizeof("\u2026") > BL_NAME_BYTES / 2u) {
    bytes = 0; // So long are no 44 characters that we send
  }
  snprintf(text, BL_NAME_BYTES, "%.*s%s", (int)bytes, tags,
           tags[bytes] ? "\u2026" : "");
}

static void
add_row(BlView* const view, const size_t n, const bool shown)
{
  const BlModelJob* const job = bl_model_results_of(view->model, n);
  char                    tags[BL_NAME_BYTES];
  char                    text[BL_NAME_BYTES + 32];
  char                    note[BL_NAME_BYTES];
  char                    when[32];
  tags_text(job->msg.sent_tags, tags);
  bl_view_when_text(job->msg.created, when);
  const bool a = job->results[0].ready;
  const bool b = job->results[1].ready;
  snprintf(text, sizeof(text), "%zu \u00b7 %s", n + 1u, tags);
  snprintf(note, sizeof(note), "%s \u00b7 %.40s%s", when,
           bl_view_service_label(job->msg.service),
           bl_model_job_runs(job) ? " \u00b7 being made"
           : !b                   ? " \u00b7 A alone"
           : !a                   ? " \u00b7 B alone"
                                  : "");
  bl_menu_add(&view->menu, text, note, job->msg.job, shown, true);
}

void
bl_view_fill_results(BlView* const view)
{
  size_t at = 0;
  for (size_t n = bl_model_results(view->model, &at); n > 0; --n) {
    add_row(view, n - 1u, n - 1u == at);
  }
}

void
bl_view_step_results(BlView* const view, const int by)
{
  size_t                  at    = 0;
  const size_t            count = bl_model_results(view->model, &at);
  const size_t            to    = at + (size_t)by; // Below 0: far too many
  const BlModelJob* const job =
    to < count ? bl_model_results_of(view->model, to) : NULL;
  if (job) {
    bl_model_choose_results(view->model, job->msg.job);
  }
}

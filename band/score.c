// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "score.h"

#include <stdlib.h>
#include <string.h>

BlStatus
bl_score_add(BlScore* const score, const BlEvent event)
{
  if (event.time < 0.0 || event.velocity < 1u || event.velocity > 127u ||
      event.key > 127u || !(event.length > 0.0)) {
    return BL_SUCCESS;
  }
  if (score->n % 1024u == 0) {
    BlEvent* const more =
      (BlEvent*)realloc(score->events, (score->n + 1024u) * sizeof(BlEvent));
    if (!more) {
      return BL_NO_MEM;
    }
    score->events = more;
  }

  score->events[score->n++]     = event;
  score->parts[event.part].used = true;
  return BL_SUCCESS;
}

static int
compare_events(const void* const a, const void* const b)
{
  const BlEvent* const x = (const BlEvent*)a;
  const BlEvent* const y = (const BlEvent*)b;
  if (x->time < y->time || x->time > y->time) {
    return x->time < y->time ? -1 : 1;
  }
  return x->part != y->part ? (int)x->part - (int)y->part
                            : (int)x->key - (int)y->key;
}

/// A key that is struck again while it sounds ends where the new one begins
static void
end_overlaps(BlScore* const score)
{
  size_t last[BL_N_PARTS][128];
  memset(last, 0xff, sizeof(last));
  for (size_t i = 0; i < score->n; ++i) {
    BlEvent* const event  = &score->events[i];
    const size_t   before = last[event->part][event->key];
    if (before != (size_t)-1) {
      BlEvent* const other = &score->events[before];
      if (other->time + other->length > event->time - 0.002) {
        other->length = event->time - 0.002 - other->time;
      }
    }
    last[event->part][event->key] = i;
  }
}

void
bl_score_finish(BlScore* const score)
{
  if (!score->n) {
    return;
  }
  qsort(score->events, score->n, sizeof(BlEvent), compare_events);
  end_overlaps(score);

  size_t kept = 0;
  for (size_t i = 0; i < score->n; ++i) {
    if (score->events[i].length > 0.004) {
      score->events[kept++] = score->events[i];
    }
  }
  score->n = kept;
}

void
bl_score_deinit(BlScore* const score)
{
  free(score->events);
  score->events = NULL;
  score->n      = 0;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "strokes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define QUANTUM BL_STROKES_QUANTUM

/// A key goes down or up
struct BlStrokeImpl
{
  uint64_t      frame;
  uint32_t      event; ///< Index in the score
  unsigned char channel;
  unsigned char key;
  unsigned char velocity; ///< 0 = up
};

unsigned
bl_share_bit(const BlEvent* const event)
{
  return 2u * event->part +
         (event->part == BL_PART_DRUMS ? 0u : event->key & 1u);
}

static int
compare_strokes(const void* const a, const void* const b)
{
  const BlStroke* const x = (const BlStroke*)a;
  const BlStroke* const y = (const BlStroke*)b;
  if (x->frame != y->frame) {
    return x->frame < y->frame ? -1 : 1;
  }
  const bool up_x = x->velocity == 0;
  const bool up_y = y->velocity == 0;
  if (up_x != up_y) {
    return up_x ? -1 : 1;
  }
  return x->event < y->event ? -1 : x->event > y->event;
}

static double
lead_of(const BlAttacks* const attacks, const BlEvent* const e)
{
  return !attacks                   ? 0.0
         : e->part == BL_PART_DRUMS ? attacks->drum[e->key].attack
                                    : attacks->part[e->part].attack;
}

BlStatus
bl_strokes_plan(const BlScore* const   score,
                const unsigned         share,
                const BlAttacks* const attacks,
                const uint32_t         rate,
                BlStrokes* const       strokes)
{
  memset(strokes, 0, sizeof(*strokes));
  strokes->strokes = (BlStroke*)calloc(2u * score->n + 1u, sizeof(BlStroke));
  if (!strokes->strokes) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (!(share & (1u << bl_share_bit(e)))) {
      continue;
    }
    const double        early   = lead_of(attacks, e);
    const double        down    = fmax(e->time - early, 0.0) * rate;
    const double        up      = fmax(e->time + e->length - early, 0.0) * rate;
    const unsigned char channel = score->parts[e->part].channel;
    BlStroke* const     pair    = &strokes->strokes[strokes->n];
    pair[0] = (BlStroke){ (uint64_t)(down / QUANTUM + 0.5) * QUANTUM,
                          (uint32_t)i, channel, e->key, e->velocity };
    pair[1] = (BlStroke){ (uint64_t)(up / QUANTUM + 0.5) * QUANTUM, (uint32_t)i,
                          channel, e->key, 0 };
    if (pair[1].frame <= pair[0].frame) {
      pair[1].frame = pair[0].frame + QUANTUM;
    }
    strokes->n += 2u;
  }
  qsort(strokes->strokes, strokes->n, sizeof(BlStroke), compare_strokes);
  return BL_SUCCESS;
}

void
bl_strokes_deinit(BlStrokes* const strokes)
{
  free(strokes->strokes);
}

size_t
bl_strokes_play(BlStrokes* const     strokes,
                fluid_synth_t* const synth,
                const size_t         most)
{
  size_t frames = most;
  while (strokes->next < strokes->n) {
    const BlStroke* const s = &strokes->strokes[strokes->next];
    if (s->frame > strokes->position) {
      const uint64_t until = s->frame - strokes->position;
      frames               = until < most ? (size_t)until : most;
      break;
    }
    ++strokes->next;
    if (s->velocity) {
      fluid_synth_noteon(synth, s->channel, s->key, s->velocity);
    } else {
      fluid_synth_noteoff(synth, s->channel, s->key);
    }
  }
  strokes->position += frames;
  return frames;
}

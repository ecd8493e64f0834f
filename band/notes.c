// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "notes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOW 36   ///< Lowest semitone of the Viterbi
#define STEPS 3  ///< States a semitone: singers are not on a keyboard
#define RANGE 49 ///< Semitones
#define REST (RANGE * STEPS)
#define STATES (REST + 1) ///< The last one is a rest

// Costs a frame of 11.6 ms
#define SWITCH_COST 7.5f
#define OFF_COST 3.5f ///< A semitone's square
#define OFF_MOST 5.0f
#define VOICED_REST_COST 2.3f
#define SILENT_NOTE_COST 4.0f

#define SHORTEST_S 0.070
#define SCOOP_S 0.25         ///< A shorter piece beside a longer one ...
#define SCOOP_SEMITONES 1.4f ///< ... and as near is how that one begins or ends
#define DIP_DB 5.4f
#define ONSET_S                                                                \
  0.012 ///< Listeners hear notes begin that much after the first
        ///< frame of their pitch
#define FRAME_S ((double)BL_PITCH_HOP / BL_VOICE_RATE)

static double
wrap_cents(const double cents)
{
  return cents - 100.0 * floor(cents / 100.0 + 0.5);
}

/// Mean angle of the pitches on the circle of one semitone
static void
find_tuning(const BlPitch* const pitch, BlNotes* const notes)
{
  double re  = 0.0;
  double im  = 0.0;
  double sum = 1e-9;
  for (size_t i = 1; i + 1u < pitch->n; ++i) {
    const float here = pitch->midi[i];
    if (here > 0.0f && fabsf(here - pitch->midi[i - 1]) < 0.15f &&
        fabsf(here - pitch->midi[i + 1]) < 0.15f) {
      re += cos(2.0 * M_PI * here);
      im += sin(2.0 * M_PI * here);
      sum += 1.0;
    }
  }

  notes->tuning_cents      = wrap_cents(atan2(im, re) / (2.0 * M_PI) * 100.0);
  notes->tuning_confidence = sqrt(re * re + im * im) / sum;
  if (sum < 40.0) {
    notes->tuning_cents      = 0.0;
    notes->tuning_confidence = 0.0;
  }
}

static float
state_cost(const float midi, const size_t state)
{
  if (state == REST) {
    return midi > 0.0f ? VOICED_REST_COST : 0.0f;
  }
  if (midi <= 0.0f) {
    return SILENT_NOTE_COST;
  }
  const float off = midi - (float)LOW - (float)state / STEPS;
  return fminf(OFF_COST * off * off, OFF_MOST);
}

/// The cheapest row of semitones; path[i] is a state
static BlStatus
find_path(const BlPitch* const pitch, unsigned char* const path)
{
  unsigned char* const back         = (unsigned char*)calloc(pitch->n, STATES);
  float                cost[STATES] = { 0 };
  size_t               best         = REST;
  if (!back) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < pitch->n; ++i) {
    const float  leave = cost[best] + SWITCH_COST;
    const size_t from  = best;
    for (size_t s = 0; s < STATES; ++s) {
      const bool stay      = cost[s] <= leave;
      back[i * STATES + s] = (unsigned char)(stay ? s : from);
      cost[s] = (stay ? cost[s] : leave) + state_cost(pitch->midi[i], s);
    }
    for (size_t s = 0; s < STATES; ++s) {
      best = cost[s] < cost[best] ? s : best;
    }
  }
  for (size_t i = pitch->n; i-- > 0;) {
    path[i] = (unsigned char)best;
    best    = back[i * STATES + best];
  }
  free(back);
  return BL_SUCCESS;
}

static int
compare_floats(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

static BlStatus
add_note(BlNotes* const       notes,
         const BlPitch* const pitch,
         size_t               begin,
         size_t               end)
{
  float  values[512];
  size_t n     = 0;
  float  level = -120.0f;
  while (begin < end && pitch->midi[begin] <= 0.0f) {
    ++begin;
  }
  while (end > begin && pitch->midi[end - 1u] <= 0.0f) {
    --end;
  }
  for (size_t i = begin; i < end; ++i) {
    level = fmaxf(level, pitch->level[i]);
    if (pitch->midi[i] > 0.0f && n < 512u) {
      values[n++] = pitch->midi[i];
    }
  }
  if ((double)(end - begin) * FRAME_S < SHORTEST_S || n < 4u) {
    return BL_SUCCESS;
  }

  if (notes->n % 256u == 0) {
    BlNote* const more =
      (BlNote*)realloc(notes->notes, (notes->n + 256u) * sizeof(BlNote));
    if (!more) {
      return BL_NO_MEM;
    }
    notes->notes = more;
  }
  qsort(values, n, sizeof(float), compare_floats);
  BlNote* const note = &notes->notes[notes->n++];
  note->start        = (double)begin * FRAME_S + ONSET_S;
  note->length       = (double)(end - begin) * FRAME_S - ONSET_S;
  note->midi         = values[n / 2u];
  note->level        = level;
  return BL_SUCCESS;
}

/// A repeated note: the level dips and comes back, or the voice stops briefly
static bool
splits_here(const BlPitch* const pitch,
            const size_t         begin,
            const size_t         i,
            const size_t         end)
{
  if (i < begin + 6u || i + 6u > end) {
    return false;
  }
  const float here = pitch->level[i];
  if (here > pitch->level[i - 1u] || here > pitch->level[i + 1u]) {
    return false;
  }

  float before = -120.0f;
  float after  = -120.0f;
  for (size_t k = 1; k <= 7u; ++k) {
    before = i >= begin + k ? fmaxf(before, pitch->level[i - k]) : before;
    after  = i + k < end ? fmaxf(after, pitch->level[i + k]) : after;
  }
  bool gap = true;
  for (size_t k = 0; k < 3u; ++k) {
    gap = gap && pitch->midi[i - 1u + k] <= 0.0f;
  }
  return gap || (before - here > DIP_DB && after - here > DIP_DB);
}

static BlStatus
add_run(BlNotes* const       notes,
        const BlPitch* const pitch,
        const size_t         begin,
        const size_t         end)
{
  size_t   start = begin;
  BlStatus st    = BL_SUCCESS;
  for (size_t i = begin; i < end && !st; ++i) {
    if (splits_here(pitch, start, i, end)) {
      st    = add_note(notes, pitch, start, i);
      start = i;
    }
  }
  return st ? st : add_note(notes, pitch, start, end);
}

/// Path states between begin and end that touch become one piece where one of
/// them is a scoop: @return where the run that begins at `begin` ends
static size_t
run_end(const unsigned char* const path, const size_t n, const size_t begin)
{
  size_t end = begin + 1u;
  while (end < n && path[end] == path[begin]) {
    ++end;
  }
  return end;
}

/// Let scoops take the state of the note that they lead to or come from
static void
join_scoops(unsigned char* const path, const size_t n)
{
  size_t last = 0; // where the run before begins
  for (size_t i = 0; i < n;) {
    const size_t end   = run_end(path, n, i);
    const bool   tied  = i > last && path[i] != REST && path[last] != REST;
    const double mine  = (double)(end - i) * FRAME_S;
    const double other = (double)(i - last) * FRAME_S;
    const float  step  = fabsf((float)path[i] - (float)path[last]) / STEPS;
    if (tied && fmin(mine, other) < SCOOP_S && step <= SCOOP_SEMITONES) {
      const unsigned char state = mine > other ? path[i] : path[last];
      memset(path + last, state, end - last);
    } else {
      last = i;
    }
    i = end;
  }
}

BlStatus
bl_notes_find(const BlPitch* const pitch, BlNotes* const notes)
{
  memset(notes, 0, sizeof(*notes));
  find_tuning(pitch, notes);

  unsigned char* const path = (unsigned char*)calloc(pitch->n, 1);
  if (!path) {
    return BL_NO_MEM;
  }

  BlStatus st = find_path(pitch, path);
  join_scoops(path, pitch->n);
  for (size_t i = 0; i < pitch->n && !st;) {
    const size_t end = run_end(path, pitch->n, i);
    if (path[i] != REST) {
      st = add_run(notes, pitch, i, end);
    }
    i = end;
  }

  free(path);
  if (st) {
    bl_notes_deinit(notes);
  }
  return st;
}

int
bl_note_key(const BlNotes* const notes, const BlNote* const note)
{
  return (int)lround(note->midi - notes->tuning_cents / 100.0);
}

void
bl_notes_deinit(BlNotes* const notes)
{
  free(notes->notes);
  notes->notes = NULL;
  notes->n     = 0;
}

// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "midi.h"

#include "base/paths.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIVISION 960u ///< Ticks a quarter

/// A growing run of bytes; `failed` once memory ran out
typedef struct
{
  size_t         n;
  size_t         room;
  unsigned char* bytes;
  bool           failed;
  uint32_t       tick; ///< Of the last event
} Track;

/// A message and when
typedef struct
{
  uint32_t      tick;
  uint32_t      order;
  unsigned char bytes[3];
} Message;

static void
put(Track* const track, const void* const data, const size_t size)
{
  if (track->n + size > track->room) {
    const size_t         room = 2u * (track->n + size) + 256u;
    unsigned char* const more = (unsigned char*)realloc(track->bytes, room);
    if (!more) {
      track->failed = true;
      return;
    }
    track->bytes = more;
    track->room  = room;
  }
  memcpy(track->bytes + track->n, data, size);
  track->n += size;
}

static void
put_number(Track* const track, const uint32_t value, const unsigned bytes)
{
  for (unsigned i = bytes; i-- > 0;) {
    const unsigned char byte = (unsigned char)((value >> (8u * i)) & 0xffu);
    put(track, &byte, 1);
  }
}

static void
put_length(Track* const track, const uint32_t value)
{
  for (unsigned i = 5; i-- > 0;) {
    if (i == 0 || value >> (7u * i)) {
      const unsigned char byte =
        (unsigned char)(((value >> (7u * i)) & 0x7fu) | (i ? 0x80u : 0u));
      put(track, &byte, 1);
    }
  }
}

static void
put_time(Track* const track, const uint32_t tick)
{
  put_length(track, tick > track->tick ? tick - track->tick : 0u);
  track->tick = tick > track->tick ? tick : track->tick;
}

static void
put_meta(Track* const      track,
         const uint32_t    tick,
         const unsigned    type,
         const void* const data,
         const size_t      size)
{
  put_time(track, tick);
  put_number(track, 0xff00u | type, 2);
  put_length(track, (uint32_t)size);
  put(track, data, size);
}

/// Ticks of a second; a beat of unit 8 is half a quarter
static uint32_t
tick_at(const BlGrid* const grid, const double time)
{
  double ticks = 0.0;
  for (size_t i = 0; i < grid->n_marks; ++i) {
    const BlGridMark* const mark = &grid->marks[i];
    const double            from = i ? fmax(mark->time, 0.0) : 0.0;
    const double            next =
      i + 1u < grid->n_marks ? grid->marks[i + 1u].time : HUGE_VAL;
    const double until = fmin(time, next);
    if (until > from) {
      ticks += (until - from) * mark->bpm / 60.0 * DIVISION * 4.0 / mark->unit;
    }
  }
  return (uint32_t)lround(fmin(ticks, 4e8));
}

static void
write_tempo_track(Track* const        track,
                  const BlGrid* const grid,
                  const char* const   title)
{
  put_meta(track, 0, 0x03, title, strlen(title));
  for (size_t i = 0; i < grid->n_marks; ++i) {
    const BlGridMark* const mark = &grid->marks[i];
    const uint32_t          tick = tick_at(grid, fmax(mark->time, 0.0));
    const uint32_t          micro =
      (uint32_t)lround(60e6 / (mark->bpm * 4.0 / mark->unit));
    const unsigned char tempo[3] = { (unsigned char)(micro >> 16u),
                                     (unsigned char)(micro >> 8u),
                                     (unsigned char)micro };
    const unsigned char meter[4] = { (unsigned char)mark->beats,
                                     (unsigned char)lround(log2(mark->unit)),
                                     24, 8 };
    put_meta(track, tick, 0x51, tempo, 3);
    put_meta(track, tick, 0x58, meter, 4);
  }
  put_meta(track, track->tick, 0x2f, "", 0);
}

static int
compare_messages(const void* const a, const void* const b)
{
  const Message* const x = (const Message*)a;
  const Message* const y = (const Message*)b;
  if (x->tick != y->tick) {
    return x->tick < y->tick ? -1 : 1;
  }
  const bool up_x = (x->bytes[0] & 0xf0u) == 0x80u;
  const bool up_y = (y->bytes[0] & 0xf0u) == 0x80u;
  if (up_x != up_y) {
    return up_x ? -1 : 1;
  }
  return x->order < y->order ? -1 : x->order > y->order;
}

static BlStatus
write_part_track(Track* const         track,
                 const BlScore* const score,
                 const BlGrid* const  grid,
                 const unsigned       p)
{
  const BlPart* const part = &score->parts[p];
  Message* const      messages =
    (Message*)calloc(2u * score->n + 1u, sizeof(Message));
  size_t n = 0;
  if (!messages) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->part == p) {
      const uint32_t down    = tick_at(grid, e->time);
      const uint32_t up      = tick_at(grid, e->time + e->length);
      const Message  pair[2] = {
         { down,
           (uint32_t)i,
           { (unsigned char)(0x90u | part->channel), e->key, e->velocity } },
         { up > down ? up : down + 1u,
           (uint32_t)i,
           { (unsigned char)(0x80u | part->channel), e->key, 64 } },
      };
      memcpy(&messages[n], pair, sizeof(pair));
      n += 2u;
    }
  }
  qsort(messages, n, sizeof(Message), compare_messages);

  const unsigned char program[2] = { (unsigned char)(0xc0u | part->channel),
                                     part->program };
  put_meta(track, 0, 0x03, part->name, strlen(part->name));
  put_time(track, 0);
  put(track, program, 2);
  for (size_t i = 0; i < n; ++i) {
    put_time(track, messages[i].tick);
    put(track, messages[i].bytes, 3);
  }
  put_meta(track, track->tick, 0x2f, "", 0);
  free(messages);
  return BL_SUCCESS;
}

static void
put_chunk(Track* const file, const Track* const track)
{
  put(file, "MTrk", 4);
  put_number(file, (uint32_t)track->n, 4);
  put(file, track->bytes, track->n);
  file->failed |= track->failed;
}

BlStatus
bl_midi_write(const BlScore* const score,
              const BlGrid* const  grid,
              const char* const    title,
              const char* const    path)
{
  Track    file   = { 0 };
  Track    first  = { 0 };
  unsigned tracks = 1;
  BlStatus st     = BL_SUCCESS;
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    tracks += score->parts[p].used;
  }

  write_tempo_track(&first, grid, title);
  put(&file, "MThd", 4);
  put_number(&file, 6, 4);
  put_number(&file, 1, 2);
  put_number(&file, tracks, 2);
  put_number(&file, DIVISION, 2);
  put_chunk(&file, &first);
  for (unsigned p = 0; p < BL_N_PARTS && !st; ++p) {
    if (score->parts[p].used) {
      Track track = { 0 };
      st          = write_part_track(&track, score, grid, p);
      put_chunk(&file, &track);
      free(track.bytes);
    }
  }

  if (!st) {
    st = file.failed ? BL_NO_MEM
                     : bl_path_write_file(path, file.bytes, file.n, 0600);
  }
  free(first.bytes);
  free(file.bytes);
  return st;
}

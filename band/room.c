// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "room.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINES BL_ROOM_LINES
#define BLOCK BL_ROOM_FRAMES
#define DECAY_S 1.7    ///< To -60 dB at 0 Hz
#define BRIGHT 0.365   ///< Of that at half the rate
#define SWAY_HZ 1.0    ///< Of the lines' lengths
#define SWAY_S 0.00009 ///< Either way
#define LEVEL 0.176f
#define CROSS 0.053f ///< What either side hears of the other
#define HUM 1e-15f   ///< Below the least float that costs extra

/// Primes, at 48 kHz
static const unsigned lengths[LINES] = { 1301, 1447, 1601, 1759,
                                         1931, 2099, 2273, 2447 };

/// A value each of half of the lines, which one instruction handles
typedef float Lanes __attribute__((vector_size(16)));

struct BlRoomImpl
{
  double length[LINES]; ///< Frames
  double sway;          ///< Frames
  double turn;          ///< Of the sway in a block, radians
  double phase;
  Lanes  gain[2]; ///< Of each line's low-pass
  Lanes  pole[2];
  Lanes  low[2];  ///< Its last value
  float  tone[2]; ///< Factors of this input and of the last one
  float  last;
  size_t at;   ///< Where the block is written
  size_t mask; ///< Of a line's size, a power of two
  float* lines[LINES];
  float  memory[];
};

static size_t
find_size(const uint32_t rate)
{
  const double most = (lengths[LINES - 1u] / 48000.0 + SWAY_S) * rate;
  size_t       size = 1024;
  while ((double)size < most + 2.0 * BLOCK + 2.0) {
    size *= 2u;
  }
  return size;
}

BlRoom*
bl_room_new(const uint32_t rate)
{
  const size_t size   = find_size(rate);
  void*        memory = NULL;
  const size_t bytes  = sizeof(BlRoom) + LINES * size * sizeof(float);
  if (posix_memalign(&memory, sizeof(Lanes), bytes)) {
    return NULL;
  }
  BlRoom* const self = (BlRoom*)memory;
  memset(self, 0, bytes);
  self->mask = size - 1u;
  self->sway = SWAY_S * rate;
  self->turn = 2.0 * M_PI * SWAY_HZ * BLOCK / rate;
  for (size_t l = 0; l < LINES; ++l) {
    self->lines[l]    = self->memory + l * size;
    self->length[l]   = lengths[l] * (double)rate / 48000.0;
    const double gain = pow(10.0, -3.0 * self->length[l] / (DECAY_S * rate));
    const double pole = 0.25 * log(gain) * (1.0 - 1.0 / (BRIGHT * BRIGHT));
    self->gain[l / 4u][l % 4u] = (float)(gain * (1.0 - pole));
    self->pole[l / 4u][l % 4u] = (float)pole;
  }
  const double beta = (1.0 - BRIGHT) / (1.0 + BRIGHT);
  self->tone[0]     = (float)(1.0 / (1.0 - beta));
  self->tone[1]     = (float)(-beta / (1.0 - beta));
  return self;
}

void
bl_room_free(BlRoom* const self)
{
  free(self);
}

/// Four moments of four lines become four lines in four moments, and back
static inline void
transpose(Lanes r[const 4])
{
  const Lanes a = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5);
  const Lanes b = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
  const Lanes c = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
  const Lanes d = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
  r[0]          = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  r[1]          = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  r[2]          = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  r[3]          = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

/// What comes out of a line in this block, and how it lies between two frames:
/// no line is as short as a block
static float
read_line(const BlRoom* const self, const size_t l, float old[const BLOCK + 1u])
{
  const double angle = self->phase + 2.0 * M_PI * (double)l / LINES;
  const double back  = self->length[l] + self->sway * sin(angle);
  const size_t whole = (size_t)back;
  const size_t from  = (self->at - whole - 1u) & self->mask;
  const size_t left  = self->mask + 1u - from;
  const size_t first = left < BLOCK + 1u ? left : BLOCK + 1u;
  memcpy(old, self->lines[l] + from, first * sizeof(float));
  memcpy(old + first, self->lines[l], (BLOCK + 1u - first) * sizeof(float));
  return (float)(back - (double)whole);
}

/// Four frames of a line from `old` on
static inline Lanes
interpolate(const float* const old, const float part)
{
  Lanes before;
  Lanes now;
  memcpy(&before, old, sizeof(before));
  memcpy(&now, old + 1, sizeof(now));
  return now + part * (before - now);
}

static void
read_lines(BlRoom* const self, Lanes block[const BLOCK][2])
{
  float old[4][BLOCK + 1u];
  float part[4];
  self->phase += self->turn;
  for (size_t half = 0; half < 2u; ++half) {
    for (size_t l = 0; l < 4u; ++l) {
      part[l] = read_line(self, 4u * half + l, old[l]);
    }
    for (size_t i = 0; i < BLOCK; i += 4u) {
      Lanes r[4] = {
        interpolate(old[0] + i, part[0]),
        interpolate(old[1] + i, part[1]),
        interpolate(old[2] + i, part[2]),
        interpolate(old[3] + i, part[3]),
      };
      transpose(r);
      block[i][half]      = r[0];
      block[i + 1u][half] = r[1];
      block[i + 2u][half] = r[2];
      block[i + 3u][half] = r[3];
    }
  }
}

static void
write_lines(BlRoom* const self, Lanes block[const BLOCK][2])
{
  const size_t at = self->at & self->mask;
  for (size_t half = 0; half < 2u; ++half) {
    float* const* const lines = self->lines + 4u * half;
    for (size_t i = 0; i < BLOCK; i += 4u) {
      Lanes r[4] = { block[i][half], block[i + 1u][half], block[i + 2u][half],
                     block[i + 3u][half] };
      transpose(r);
      memcpy(lines[0] + at + i, &r[0], sizeof(r[0]));
      memcpy(lines[1] + at + i, &r[1], sizeof(r[1]));
      memcpy(lines[2] + at + i, &r[2], sizeof(r[2]));
      memcpy(lines[3] + at + i, &r[3], sizeof(r[3]));
    }
  }
  self->at += BLOCK;
}

/// Each line's filter, and the lines into one another: in another order, less
/// a fourth of their sum
static void
play_block(BlRoom* const      self,
           const float* const in,
           float* const       left,
           float* const       right)
{
  const Lanes gain[2] = { self->gain[0], self->gain[1] };
  const Lanes pole[2] = { self->pole[0], self->pole[1] };
  Lanes       block[BLOCK][2];
  Lanes       a    = self->low[0];
  Lanes       b    = self->low[1];
  float       last = self->last;
  read_lines(self, block);
  for (size_t i = 0; i < BLOCK; ++i) {
    a = gain[0] * block[i][0] + pole[0] * a;
    b = gain[1] * block[i][1] + pole[1] * b;

    const Lanes all    = a + b;
    const Lanes turned = __builtin_shufflevector(all, all, 2, 3, 0, 1);
    const Lanes sum    = all + turned;
    const Lanes rest   = all - turned;
    const float side   = rest[0] + rest[1];
    const float middle = sum[0] - sum[1];
    const float next   = self->tone[0] * in[i] + self->tone[1] * last + HUM -
                       0.25f * (sum[0] + sum[1]);
    last        = in[i];
    block[i][0] = b + next;
    block[i][1] = __builtin_shufflevector(a, a, 1, 2, 3, 0) + next;
    left[i]     = LEVEL * (middle + CROSS * side);
    right[i]    = LEVEL * (side + CROSS * middle);
  }
  self->last   = last;
  self->low[0] = a;
  self->low[1] = b;
  write_lines(self, block);
}

void
bl_room_play(BlRoom* const      self,
             const float* const in,
             float* const       left,
             float* const       right,
             const size_t       frames)
{
  for (size_t i = 0; i + BLOCK <= frames; i += BLOCK) {
    play_block(self, in + i, left + i, right + i);
  }
}

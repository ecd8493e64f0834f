// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS 3u

typedef struct
{
  size_t n;
  float* left;
  float* right;
} Answer;

/// What a room answers, asked in blocks of `step` frames
static Answer
play(const uint32_t rate, const float* const in, const size_t step)
{
  BlRoom* const room = bl_room_new(rate);
  Answer answer = { .n = SECONDS * rate / BL_ROOM_FRAMES * BL_ROOM_FRAMES };
  answer.left   = (float*)calloc(answer.n + step, sizeof(float));
  answer.right  = (float*)calloc(answer.n + step, sizeof(float));
  assert_non_null(room);
  for (size_t i = 0; i + step <= answer.n; i += step) {
    bl_room_play(room, in + i, answer.left + i, answer.right + i, step);
  }
  bl_room_free(room);
  return answer;
}

static void
drop(const Answer answer)
{
  free(answer.left);
  free(answer.right);
}

static double
energy(const Answer answer, const double from, const double to)
{
  const double seconds = SECONDS;
  double       sum     = 0.0;
  for (size_t i = (size_t)(from / seconds * (double)answer.n);
       i < (size_t)(to / seconds * (double)answer.n); ++i) {
    sum += (double)answer.left[i] * answer.left[i] +
           (double)answer.right[i] * answer.right[i];
  }
  return 10.0 * log10(sum + 1e-30);
}

/// A click falls by 60 dB in 1.2 to 1.9 s, evenly, and differs left from right
static void
a_click_dies_away(void** const state)
{
  static const uint32_t rates[] = { 22050, 48000, 96000 };
  (void)state;
  for (size_t r = 0; r < 3u; ++r) {
    float* const in = (float*)calloc(SECONDS * rates[r], sizeof(float));
    in[100]         = 1.0f;
    const Answer a  = play(rates[r], in, BL_ROOM_FRAMES);
    // A room whose bass lives 1.7 s and whose treble 0.6 s
    const double early = energy(a, 0.1, 0.4);
    const double late  = energy(a, 0.8, 1.1);
    assert_true(early - late > 60.0 * 0.7 / 1.9);
    assert_true(early - late < 60.0 * 0.7 / 1.2);
    assert_true(energy(a, 2.6, 3.0) < early - 60.0);
    assert_true(energy(a, 0.0, 0.02) < early - 100.0); // Nothing comes at once

    double both = 0.0;
    double sum  = 0.0;
    for (size_t i = 0; i < a.n; ++i) {
      both += (double)a.left[i] * a.right[i];
      sum +=
        0.5 * ((double)a.left[i] * a.left[i] + (double)a.right[i] * a.right[i]);
    }
    assert_true(fabs(both / sum) < 0.3);
    drop(a);
    free(in);
  }
}

/// Shares of a mix have a room each, and blocks are as long as notes let them
static void
rooms_add_up_in_any_blocks(void** const state)
{
  (void)state;
  const uint32_t rate = 48000;
  const size_t   n    = SECONDS * rate;
  float* const   in   = (float*)calloc(3u * n, sizeof(float));
  uint32_t       seed = 7;
  for (size_t i = 0; i < n / 2u; ++i) {
    seed           = seed * 1664525u + 1013904223u;
    in[i]          = (float)(seed >> 8) / (float)(1u << 24) - 0.5f;
    in[n + i]      = sinf(0.01f * (float)i);
    in[2u * n + i] = in[i] + in[n + i];
  }
  const Answer a           = play(rate, in, 64);
  const Answer b           = play(rate, in + n, 64);
  const Answer whole       = play(rate, in + 2u * n, 64);
  const Answer long_blocks = play(rate, in + 2u * n, 960);
  const size_t same        = whole.n / 960u * 960u * sizeof(float);
  assert_memory_equal(whole.left, long_blocks.left, same);
  assert_memory_equal(whole.right, long_blocks.right, same);

  double peak = 0.0;
  double off  = 0.0;
  for (size_t i = 0; i < whole.n; ++i) {
    peak = fmax(peak, fabs((double)whole.left[i]));
    off  = fmax(off, fabs((double)whole.left[i] - a.left[i] - b.left[i]));
  }
  assert_true(peak > 0.1 && peak < 10.0);
  assert_true(off < 1e-4 * peak);
  drop(a);
  drop(b);
  drop(whole);
  drop(long_blocks);
  free(in);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_click_dies_away),
    cmocka_unit_test(rooms_add_up_in_any_blocks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

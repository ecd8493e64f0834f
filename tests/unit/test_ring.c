// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/capture_link.h"
#include "base/limits.h"
#include "base/ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

static void
capacity_is_a_power_of_two(void** const state)
{
  (void)state;
  assert_null(bl_ring_new(0u));
  assert_null(bl_ring_new((1u << 31u) + 1u));
  for (uint32_t size = 1u; size < 100000u; size = size * 2u + 1u) {
    BlRing* const  ring = bl_ring_new(size);
    const uint32_t have = bl_ring_capacity(ring);
    assert_true(have >= size && !(have & (have - 1u)));
    assert_int_equal(bl_ring_write_space(ring), have);
    assert_int_equal(bl_ring_read_space(ring), 0);
    bl_ring_free(ring);
  }
  bl_ring_free(NULL);
}

static void
nothing_is_seen_before_the_commit(void** const state)
{
  (void)state;
  BlRing* const     ring = bl_ring_new(64u);
  BlRingTransaction tx   = bl_ring_begin_write(ring);
  char              out[8];

  assert_int_equal(bl_ring_amend_write(ring, &tx, "abcd", 4u), BL_SUCCESS);
  assert_int_equal(bl_ring_amend_write(ring, &tx, "efgh", 4u), BL_SUCCESS);
  assert_int_equal(bl_ring_read_space(ring), 0);
  assert_false(bl_ring_peek(ring, out, 1u));

  // A transaction that is given up never was
  tx = bl_ring_begin_write(ring);
  assert_int_equal(bl_ring_amend_write(ring, &tx, "12345678", 8u), BL_SUCCESS);
  bl_ring_commit_write(ring, &tx);
  assert_int_equal(bl_ring_read_space(ring), 8);
  assert_true(bl_ring_peek(ring, out, 8u));
  assert_true(bl_ring_read(ring, out, 8u));
  assert_memory_equal(out, "12345678", 8);
  assert_false(bl_ring_read(ring, out, 1u));
  bl_ring_free(ring);
}

static void
it_takes_all_or_nothing(void** const state)
{
  (void)state;
  BlRing* const ring = bl_ring_new(64u);
  char          data[65];
  char          out[64];
  memset(data, 7, sizeof(data));

  assert_int_equal(bl_ring_write(ring, data, 65u), BL_TOO_BIG);
  assert_int_equal(bl_ring_write_space(ring), 64);
  assert_int_equal(bl_ring_write(ring, data, 64u), BL_SUCCESS);
  assert_int_equal(bl_ring_write_space(ring), 0);
  assert_int_equal(bl_ring_write(ring, data, 1u), BL_TOO_BIG);

  BlRingTransaction tx = bl_ring_begin_write(ring);
  assert_int_equal(bl_ring_amend_space(ring, &tx), 0);
  assert_true(bl_ring_read(ring, out, 64u));
  assert_memory_equal(out, data, 64);
  bl_ring_free(ring);
}

static void
spans_go_around_the_end(void** const state)
{
  (void)state;
  BlRing* const ring     = bl_ring_new(64u);
  char          fill[50] = { 0 };
  assert_int_equal(bl_ring_write(ring, fill, 50u), BL_SUCCESS);
  bl_ring_skip(ring, 50u);

  BlRingTransaction tx = bl_ring_begin_write(ring);
  BlRingSpan        span;
  assert_int_equal(bl_ring_amend_span(ring, &tx, 20u, &span), BL_SUCCESS);
  assert_int_equal(span.size[0], 14);
  assert_int_equal(span.size[1], 6);
  memset(span.data[0], 'a', span.size[0]);
  memset(span.data[1], 'b', span.size[1]);
  bl_ring_commit_write(ring, &tx);

  const BlRingView view = bl_ring_view(ring, 20u);
  assert_int_equal(view.size[0], 14);
  assert_int_equal(view.size[1], 6);
  char out[20];
  assert_true(bl_ring_read(ring, out, 20u));
  assert_memory_equal(out, "aaaaaaaaaaaaaabbbbbb", 20);
  bl_ring_free(ring);
}

#define STRESS_WORDS 2000000u

static void*
write_numbers(void* const data)
{
  BlRing* const ring = (BlRing*)data;
  uint32_t      next = 0u;
  while (next < STRESS_WORDS) {
    // One to seven words a transaction, in two amendments
    const uint32_t    n  = 1u + next % 7u;
    BlRingTransaction tx = bl_ring_begin_write(ring);
    bool              ok = true;
    for (uint32_t i = 0u; ok && i < n; ++i) {
      const uint32_t word = next + i;
      ok = !bl_ring_amend_write(ring, &tx, &word, sizeof(word));
    }
    if (ok) {
      bl_ring_commit_write(ring, &tx);
      next += n;
    } else {
      sched_yield();
    }
  }
  return NULL;
}

static void
two_threads_agree(void** const state)
{
  (void)state;
  BlRing* const ring = bl_ring_new(1024u);
  pthread_t     writer;
  uint32_t      wrong = 0u;
  assert_int_equal(pthread_create(&writer, NULL, write_numbers, ring), 0);
  for (uint32_t i = 0u; i < STRESS_WORDS;) {
    uint32_t word = 0u;
    if (bl_ring_read(ring, &word, sizeof(word))) {
      wrong += word != i ? 1u : 0u;
      ++i;
    } else {
      sched_yield();
    }
  }
  pthread_join(writer, NULL);
  assert_int_equal(wrong, 0);
  bl_ring_free(ring);
}

static void
a_link_holds_ten_seconds(void** const state)
{
  (void)state;
  static const uint32_t rates[] = { 8000u,  44100u,  48000u, 88200u,
                                    96000u, 192000u, 384000u };
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    for (uint32_t channels = 1u; channels <= 2u; ++channels) {
      BlCaptureLink* const link   = bl_capture_link_new(rates[i], channels);
      const double         frames = (double)bl_ring_capacity(link->audio) /
                            (double)(channels * sizeof(float));
      assert_true(frames >= 10.0 * rates[i]);
      bl_capture_link_free(link);
    }
  }
  assert_null(bl_capture_link_new(48000u, 3u));
  assert_null(bl_capture_link_new(48000u, 0u));
  assert_null(bl_capture_link_new(0u, 1u));
  bl_capture_link_free(NULL);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(capacity_is_a_power_of_two),
    cmocka_unit_test(nothing_is_seen_before_the_commit),
    cmocka_unit_test(it_takes_all_or_nothing),
    cmocka_unit_test(spans_go_around_the_end),
    cmocka_unit_test(two_threads_agree),
    cmocka_unit_test(a_link_holds_ten_seconds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

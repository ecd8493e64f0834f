// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// A block at rest does just what the whole of run() would have done: two of
// them get the same, one of which is never let rest

#include "base/capture_link.h"
#include "rt/rest.h"
#include "support/uris.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define RATE 48000u
#define FRAMES_MAX 256u
#define BLOCKS 20000u
#define SEQUENCE_BYTES 1024u

/// One run() with all that a host connects
typedef struct
{
  BlRt           rt;
  BlRtLink       link;
  BlCaptureLink* capture;
  float          in[BL_PORT_CONTROL_IN_COUNT];
  float          out[BL_PORT_CONTROL_OUT_COUNT];
  float          audio[4][FRAMES_MAX];
  union
  {
    LV2_Atom_Sequence head;
    uint64_t          room[SEQUENCE_BYTES / 8u];
  } control, notify;
} Twin;

/// What both hear and are told next
typedef struct
{
  uint32_t random;
  uint32_t frames;
  uint32_t channels;
  bool     swapped; ///< In place, with the sides changed
  bool     inplace;
  uint64_t rests;
} Script;

static uint32_t
chance(Script* const script, const uint32_t below)
{
  script->random = script->random * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)script->random * below) >> 32u);
}

static Twin*
twin_new(const uint32_t channels)
{
  static NumberedUris uris;
  LV2_URID_Map        map    = { &uris, uris_number };
  void*               memory = NULL;
  assert_int_equal(posix_memalign(&memory, 64u, sizeof(Twin)), 0);
  memset(memory, 0, sizeof(Twin));

  Twin* const t    = (Twin*)memory;
  t->capture       = bl_capture_link_new(RATE, channels);
  t->link.commands = bl_ring_new(BL_COMMANDS_BYTES);
  t->link.notices  = bl_ring_new(BL_NOTICES_BYTES);
  assert_true(bl_urids_map(&t->rt.urids, &map) &&
              bl_protocol_map(&t->rt.protocol, &map));

  const BlCaptureSetup setup = { .link = t->capture };
  bl_rt_init(&t->rt, channels, RATE, &t->link, &setup);
  for (uint32_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    t->in[i] = bl_params[i].normal;
    bl_rt_connect(&t->rt, BL_PORT_CONTROL_IN_FIRST + i, &t->in[i]);
  }
  for (uint32_t i = 0; i < BL_PORT_CONTROL_OUT_COUNT; ++i) {
    bl_rt_connect(&t->rt, BL_PORT_CONTROL_OUT_FIRST + i, &t->out[i]);
  }
  bl_rt_connect(&t->rt, BL_PORT_CONTROL, &t->control);
  bl_rt_connect(&t->rt, BL_PORT_NOTIFY, &t->notify);
  return t;
}

static void
twin_free(Twin* const t)
{
  bl_ring_free(t->link.commands);
  bl_ring_free(t->link.notices);
  bl_capture_link_free(t->capture);
  free(t);
}

static void
put_position(Twin* const t, const uint32_t at, const float speed)
{
  struct
  {
    LV2_Atom_Event         event;
    LV2_Atom_Object_Body   object;
    LV2_Atom_Property_Body speed;
    float                  value;
    uint32_t               pad;
  } position;
  memset(&position, 0, sizeof(position));
  position.event.time.frames = at;
  position.event.body.type   = t->rt.urids.atom_Object;
  position.event.body.size   = sizeof(position) - sizeof(LV2_Atom_Event);
  position.object.otype      = t->rt.urids.time_Position;
  position.speed.key         = t->rt.urids.time_speed;
  position.speed.value.type  = t->rt.urids.atom_Float;
  position.speed.value.size  = sizeof(float);
  position.value             = speed;
  memcpy(&t->control.head + 1, &position, sizeof(position));
  t->control.head.atom.size += (uint32_t)sizeof(position);
}

static void
put_notice(Twin* const t)
{
  const LV2_Atom_Object changed = { { sizeof(LV2_Atom_Object_Body),
                                      t->rt.urids.atom_Object },
                                    { 0, t->rt.urids.state_StateChanged } };
  assert_int_equal(bl_ring_write(t->link.notices, &changed, sizeof(changed)),
                   BL_SUCCESS);
  atomic_fetch_add(&t->link.published, 1u);
}

/// Something a host, a user or another thread may do; mostly nothing
static void
happen(Twin* const t, const uint32_t what, const uint32_t which)
{
  const uint32_t port = which % BL_PORT_CONTROL_IN_COUNT;
  if (what == 0u) {
    t->in[port] = t->in[port] > 0.5f ? 0.0f : 1.0f;
  } else if (what == 1u) {
    t->in[BL_PORT_ARM - BL_PORT_CONTROL_IN_FIRST]    = 0.0f;
    t->in[BL_PORT_RECORD - BL_PORT_CONTROL_IN_FIRST] = 0.0f;
    put_position(t, which % FRAMES_MAX, 0.0f);
  } else if (what == 2u) {
    put_position(t, which % FRAMES_MAX, (float)(which % 3u) / 2.0f);
  } else if (what == 3u) {
    for (uint32_t i = 0; i < which % 80u; ++i) { // More than fit into one block
      put_notice(t);
    }
  } else if (what == 4u) {
    atomic_store(&t->link.takes, (int)which);
    atomic_fetch_add(&t->link.published, 1u);
  } else if (what == 5u) {
    t->notify.head.atom.size = which % 32u; // Too small for some
  }
}

static void
prepare(Twin* const t, const Script* const script, const uint32_t seed)
{
  Script         noise    = { .random = seed };
  const uint32_t channels = script->channels;
  const bool     silent   = !(seed % 4u);
  for (uint32_t c = 0; c < channels; ++c) {
    bl_rt_connect(&t->rt, BL_PORT_AUDIO + c, t->audio[c]);
    bl_rt_connect(&t->rt, BL_PORT_AUDIO + channels + c,
                  t->audio[script->swapped   ? channels - 1u - c
                           : script->inplace ? c
                                             : 2u + c]);
    for (uint32_t i = 0; i < FRAMES_MAX; ++i) {
      t->audio[c][i] =
        silent ? 0.0f : ((float)chance(&noise, 2001u) - 1000.0f) / 1e4f;
    }
  }
  t->control.head.atom.type = t->rt.urids.atom_Sequence;
  t->control.head.atom.size = sizeof(LV2_Atom_Sequence_Body);
  t->notify.head.atom.type  = 0;
  t->notify.head.atom.size  = SEQUENCE_BYTES - sizeof(LV2_Atom);
}

/// Takes what other threads would, so that no ring fills up
static void
drain(Twin* const t, uint8_t* to, uint32_t* const size)
{
  BlRing* const rings[] = { t->link.commands, t->capture->events,
                            t->capture->audio };
  *size                 = 0u;
  for (size_t i = 0; i < BL_COUNT(rings); ++i) {
    const uint32_t n = bl_ring_read_space(rings[i]);
    assert_true(n <= 65536u);
    assert_true(!n || bl_ring_read(rings[i], to, n));
    *size += n;
    to += n;
  }
}

static void
assert_same(Twin* const a, Twin* const b)
{
  static uint8_t first[3][65536];
  static uint8_t second[3][65536];
  uint32_t       n = 0u;
  uint32_t       m = 0u;
  assert_memory_equal(a->out, b->out, sizeof(a->out));
  assert_memory_equal(a->audio, b->audio, sizeof(a->audio));
  assert_int_equal(a->notify.head.atom.size, b->notify.head.atom.size);
  assert_memory_equal(&a->notify, &b->notify, sizeof(a->notify));
  assert_int_equal(a->rt.capture.transport.frame,
                   b->rt.capture.transport.frame);
  assert_true(atomic_load(&a->link.peak) >= atomic_load(&b->link.peak) &&
              atomic_load(&a->link.peak) <= atomic_load(&b->link.peak));
  drain(a, first[0], &n);
  drain(b, second[0], &m);
  assert_int_equal(n, m);
  assert_memory_equal(first, second, n);
}

static void
step(Twin* const a, Twin* const b, Script* const script)
{
  const uint32_t seed = chance(script, 1u << 30u);
  const uint32_t what = chance(script, 200u);
  if (!chance(script, 50u)) {
    static const uint32_t lengths[] = { 0u, 1u, 64u, 64u, 61u, FRAMES_MAX };
    script->frames = lengths[chance(script, BL_COUNT(lengths))];
  }
  if (!chance(script, 100u)) {
    script->inplace = !script->inplace;
  }
  if (script->channels == 2u && !chance(script, 100u)) {
    script->swapped = !script->swapped;
  }
  prepare(a, script, seed);
  prepare(b, script, seed);
  happen(a, what, seed);
  happen(b, what, seed);

  const uint_fast32_t runs = atomic_load(&a->link.runs);
  bl_rt_run(&a->rt, script->frames);
  script->rests += atomic_load(&a->link.runs) == runs;
  b->rt.still = false;
  bl_rt_run(&b->rt, script->frames);
  assert_same(a, b);
}

static void
rest_is_as_the_whole(const uint32_t channels)
{
  Twin* const a      = twin_new(channels);
  Twin* const b      = twin_new(channels);
  Script      script = { .random = 7u, .frames = 64u, .channels = channels };
  for (unsigned i = 0; i < BLOCKS; ++i) {
    step(a, b, &script);
  }
  assert_int_equal(atomic_load(&b->link.runs), BLOCKS);

  // Both ways were gone, each often
  assert_in_range(script.rests, BLOCKS / 10u, 9u * BLOCKS / 10u);
  twin_free(a);
  twin_free(b);
}

static void
mono(void** const state)
{
  (void)state;
  rest_is_as_the_whole(1u);
}

static void
stereo(void** const state)
{
  (void)state;
  rest_is_as_the_whole(2u);
}

/// What was connected anew is read and written at once
static void
a_new_port_counts(void** const state)
{
  (void)state;
  Twin* const t      = twin_new(1u);
  Script      script = { .random = 3u, .frames = 64u, .channels = 1u };
  float       level  = 7.0f;
  float       record = 1.0f;
  for (unsigned i = 0; i < 3u; ++i) {
    prepare(t, &script, 1u);
    bl_rt_run(&t->rt, 64u);
  }
  assert_true(t->rt.still);

  bl_rt_connect(&t->rt, BL_PORT_LEVEL, &level);
  prepare(t, &script, 1u);
  bl_rt_run(&t->rt, 64u);
  assert_true(level < 0.0f);

  bl_rt_connect(&t->rt, BL_PORT_RECORD, NULL);
  bl_rt_run(&t->rt, 64u);
  assert_false(t->rt.still);
  bl_rt_connect(&t->rt, BL_PORT_RECORD, &record);
  prepare(t, &script, 1u);
  bl_rt_run(&t->rt, 64u);
  assert_true(atomic_load(&t->link.recording));
  twin_free(t);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(mono),
    cmocka_unit_test(stereo),
    cmocka_unit_test(a_new_port_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

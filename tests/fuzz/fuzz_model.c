// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// libFuzzer target: what a plugin, or whoever else, puts before a window.
// The input is a row of records: two bytes of length, then an atom; or one
// byte, the take that is chosen; or two, what else a person does; or five, a
// port and its value.  Built and run for a while by test_fuzz_model.sh.

#include "base/protocol.h"
#include "base/urids.h"
#include "model.h"
#include "support/uris.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static NumberedUris uris;

static void
require(const bool holds)
{
  if (!holds) {
    abort();
  }
}

static void
check(const BlModel* const m)
{
  const BlModelTake* const take = bl_model_shown_take(m);
  const BlModelJob* const  job  = bl_model_shown_job(m);
  BlModelTrouble           trouble;

  require(m->n_takes <= BL_MODEL_TAKES && m->n_jobs <= BL_MODEL_JOBS);
  require(m->live.pairs <= BL_MODEL_LIVE_PAIRS);
  require(isfinite(m->meter_db) && isfinite(m->hold_db));
  require(!take || (take->wave.known <= take->wave.total &&
                    take->wave.total <= BL_OVERVIEW_PEAKS));
  for (int v = 0; job && v < (int)BL_VARIANTS; ++v) {
    require(job->results[v].wave.known <= BL_OVERVIEW_PEAKS);
    require(!job->results[v].ready || job->results[v].msg.path[0] == '/');
  }
  if (bl_model_trouble(m, &trouble)) {
    require(strlen(trouble.message) < BL_MESSAGE_BYTES);
  }
  bool measured = false;
  require(!job || isfinite(bl_model_usual(m, job, &measured)));
  require(strlen(bl_model_service(m)) < BL_NAME_BYTES);
  for (size_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    require(m->controls[i] >= bl_params[i].min &&
            m->controls[i] <= bl_params[i].max);
  }
}

/// What a window says comes from the model in a shape that the plugin reads
static void
on_message(void* const handle, const BlMessage* const message)
{
  static BlMessage again;
  static uint64_t  atom[BL_MESSAGE_ATOM_BYTES / 8u];
  const uint32_t   size =
    bl_message_encode((const BlProtocol*)handle, message, atom, sizeof(atom));
  require(bl_protocol_is_command(message->kind) && size > 0u);
  require(!bl_message_decode((const BlProtocol*)handle,
                             (const LV2_Atom*)(void*)atom, size, &again));
  require(again.kind == message->kind);
}

/// What a person may do at any time
static void
act(BlModel* const m, const unsigned what)
{
  switch (what % 11u) {
    case 0:
      bl_model_generate(m);
      break;
    case 1:
      bl_model_cancel(m);
      break;
    case 2:
      bl_model_resume(m, bl_model_shown_job(m), what & 16u);
      break;
    case 3:
      bl_model_claim(m, bl_model_shown_job(m),
                     "383be628d94315b2bf5ee55402741763");
      break;
    case 4:
      bl_model_recall(m);
      break;
    case 5:
      bl_model_list(m);
      break;
    case 6:
      bl_model_forget_clip(m);
      break;
    case 7:
      bl_model_choose(m, "");
      break;
    case 8:
      bl_model_choose_results(m, (int32_t)(what >> 4u));
      break;
    case 9:
      bl_model_step_style(m, what & 16u ? 1 : -1);
      bl_model_restore_style(m);
      break;
    default:
      bl_model_set(m, BL_PORT_SERVICE, (float)(what >> 4u));
      break;
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static BlProtocol protocol;
  static BlUrids    urids;
  static BlMessage  message;
  const BlModelOut  out = { &protocol, NULL, NULL, on_message };
  LV2_URID_Map      map = { &uris, uris_number };
  BlModel           model;
  if (!uris.n &&
      (!bl_urids_map(&urids, &map) || !bl_protocol_map(&protocol, &map))) {
    abort();
  }
  if (bl_model_init(&model, &out)) {
    return 0;
  }

  double now = 1.0;
  for (size_t at = 0; at + 2u <= size; now += 0.5) {
    size_t n = (size_t)data[at] | (size_t)data[at + 1u] << 8u;
    at += 2u;
    n = n < size - at ? n : size - at;
    if (n >= sizeof(LV2_Atom)) {
      uint8_t* const atom = (uint8_t*)malloc(n); // Its end is seen by ASan
      memcpy(atom, data + at, n);
      if (!bl_message_decode(&protocol, (const LV2_Atom*)(void*)atom,
                             (uint32_t)n, &message)) {
        bl_model_message(&model, &message, now);
        check(&model);
      }
      free(atom);
    } else if (n == 5u) {
      float value = 0.0f;
      memcpy(&value, data + at + 1u, sizeof(value));
      bl_model_port(&model, data[at], value);
    } else if (n == 2u) {
      act(&model, data[at]);
    } else if (n == 1u && model.n_takes) {
      bl_model_choose(&model, model.takes[data[at] % model.n_takes].msg.take);
    }
    bl_model_tick(&model, now);
    check(&model);
    at += n;
  }
  bl_model_deinit(&model);
  return 0;
}

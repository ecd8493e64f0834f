// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// What a window hears and says, through the real plugin: bl: messages and
// patch:Get, Set and Put

#include "base/paths.h"
#include "base/ports.h"
#include "job/job_state.h"
#include "support/ear.h"
#include "support/host.h"
#include "support/scene.h"
#include "support/sing.h"
#include "support/standin.h"

#include <lv2/atom/forge.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAMES (11u * 48000u)

static BlWorld* world;
static Standin* standin;
static Ear      window;

static BlHost*
new_host(void)
{
  const BlHostSetup setup = { 0 };
  BlHost* const     host  = bl_host_new(world, &setup);
  assert_non_null(host);
  ear_listen(&window, host);
  return host;
}

static void
capture(BlHost* const host, const float* const signal)
{
  const float* const   audio[] = { signal };
  const BlHostPosition from    = {
       .frame = 48000, .speed = 1.0, .bpm = 92.0, .bar = 16
  };
  bl_host_set(host, "arm", 1.0f);
  bl_host_play(host, &from, audio, FRAMES, 4096);
  assert_true(scene_wait_takes(host, 1, 20.0));
}

static void
nobody_listens_nothing_is_told(void** const state)
{
  (void)state;
  BlHost* const host   = new_host();
  float* const  signal = scene_signal(FRAMES, 1);
  capture(host, signal);
  bl_host_idle(host, 0.3);
  for (unsigned i = 0; i < BL_N_MESSAGES; ++i) {
    assert_int_equal(window.count[i], 0);
  }
  assert_true(window.changed >= 1); // The session holds a new take
  bl_host_free(host);
  scene_forget_takes();
  free(signal);
}

/// Generate from the window, with words that a form has set
static void
generate(BlHost* const host, const char* const tags)
{
  bl_host_set_string(host, BL_STRING_TAGS, tags);
  bl_host_run(host, 64);
  BlMessage generate;
  bl_message_init(&generate, BL_MSG_GENERATE);
  memcpy(generate.as.generate.take, window.take.take, BL_TAKE_ID_BYTES);
  ear_say(&window, &generate);
  assert_true(ear_wait(&window, &window.count[BL_MSG_RESULT], 2));
  while (window.job.state != BL_JOB_PLACED) {
    assert_true(ear_wait(&window, &window.count[BL_MSG_JOB],
                         window.count[BL_MSG_JOB] + 1u));
  }
  bl_host_idle(host, 0.3);
}

static void
expect_results(void)
{
  assert_int_equal(window.job.results, 2);
  assert_float_equal(window.job.progress, 100.0f, 0.0f);
  assert_non_null(strstr(window.job.sent_tags, "kazoo"));
  assert_int_equal(window.status.shown, BL_SHOWN_DONE);
  assert_true(window.status.credits > 600.0f);
  for (unsigned v = 0; v < 2; ++v) {
    assert_int_equal(window.results[v].variant, v + 1);
    assert_true(window.results[v].path[0] == '/');
    assert_true(window.results[v].frames > 0);
    assert_int_equal(window.results[v].rate, 48000);
  }
  assert_string_not_equal(window.results[0].path, window.results[1].path);
}

/// A second window that opens later is told all of it
static void
open_another(const Ear* const before)
{
  ear_forget(&window);
  BlMessage hello;
  bl_message_init(&hello, BL_MSG_HELLO);
  hello.as.hello.all = true;
  ear_say(&window, &hello);
  assert_true(ear_wait(&window, &window.count[BL_MSG_RESULT], 2));
  assert_string_equal(window.take.take, before->take.take);
  assert_string_equal(window.results[1].path, before->results[1].path);
  assert_int_equal(window.job.state, BL_JOB_PLACED);
  assert_true(window.sets >= BL_N_STRINGS);
}

static void
look_at_job(void)
{
  // At a result: its waveform alone, or settings that are being changed would
  // be set back when one is ready
  BlMessage look;
  bl_message_init(&look, BL_MSG_LOOK);
  memcpy(look.as.look.take, window.take.take, BL_TAKE_ID_BYTES);
  look.as.look.job     = window.job.job;
  look.as.look.variant = 1;
  ear_say(&window, &look);
  assert_true(ear_wait(&window, &window.count[BL_MSG_PEAKS], 2));
  assert_int_equal(window.count[BL_MSG_SETTINGS], 0);

  // At the job: its settings, and the voice
  look.as.look.variant = 0;
  ear_say(&window, &look);
  assert_true(ear_wait(&window, &window.count[BL_MSG_PEAKS], 4));
  assert_int_equal(window.count[BL_MSG_SETTINGS], 1);
  assert_string_equal(window.settings.tags, "kazoo");
  assert_int_equal(window.settings.values.count, BL_PORT_CONTROL_IN_COUNT);
  for (unsigned i = 0; i < BL_OVERVIEW_PEAKS; ++i) { // Noise at -6 dBFS
    assert_true(window.peaks[2 * i] < -0.4f && window.peaks[2 * i] >= -0.5f);
    assert_true(window.peaks[2 * i + 1] > 0.4f &&
                window.peaks[2 * i + 1] <= 0.5f);
  }
}

/// However many were asked for before: what is asked for last is shown, with
/// its jobs, which a window may have missed
static void
look_after_many(void)
{
  BlMessage      look;
  const unsigned peaks   = window.count[BL_MSG_PEAKS];
  const unsigned jobs    = window.count[BL_MSG_JOB];
  const unsigned results = window.count[BL_MSG_RESULT];
  bl_message_init(&look, BL_MSG_LOOK);
  memcpy(look.as.look.take, window.take.take, BL_TAKE_ID_BYTES);
  const size_t last = strlen(look.as.look.take) - 1u;
  const char   own  = look.as.look.take[last];
  for (unsigned i = 0; i < 60; ++i) {
    look.as.look.take[last] = own == '0' ? '1' : '0'; // There is none
    look.as.look.job        = (int32_t)i;
    ear_say(&window, &look);
  }
  look.as.look.take[last] = own;
  look.as.look.job        = 0;
  ear_say(&window, &look);
  assert_true(ear_wait(&window, &window.count[BL_MSG_PEAKS], peaks + 2));
  assert_int_equal(window.count[BL_MSG_JOB], jobs + 1);
  assert_int_equal(window.count[BL_MSG_RESULT], results + 2);
}

/// The voice taken out of B: a job of its own, about that
static void
refine(void)
{
  BlMessage refine;
  bl_message_init(&refine, BL_MSG_REFINE);
  memcpy(refine.as.refine.take, window.take.take, BL_TAKE_ID_BYTES);
  ear_forget(&window);
  refine.as.refine.job     = 1;
  refine.as.refine.variant = 2;
  ear_say(&window, &refine); // Without a kind it is nothing
  refine.as.refine.kind = BL_KIND_NO_VOICE;
  ear_say(&window, &refine);
  assert_true(ear_wait(&window, &window.count[BL_MSG_RESULT], 1));
  // Its file is told of before the job is
  for (unsigned i = 0; i < 100 && window.job.state != BL_JOB_PLACED; ++i) {
    bl_host_idle(window.host, 0.1);
  }
  assert_int_equal(window.job.state, BL_JOB_PLACED);
  assert_int_equal(window.job.job, 2);
  assert_int_equal(window.job.of_job, 1);
  assert_int_equal(window.job.of_variant, 2);
  assert_int_equal(window.job.kind, BL_KIND_NO_VOICE);
  assert_non_null(strstr(window.results[1].path, " (B) no voice.wav"));
  assert_int_equal(standin_count(standin, STANDIN_STEMS), 1);
  assert_int_equal(standin_count(standin, STANDIN_SUBMIT), 1);
}

/// A transport that stands, and nothing else that is new
static void
expect_transport(BlHost* const host)
{
  const BlHostPosition still = { .speed = 0.0, .bpm = 92.0 };
  assert_false(window.status.transport);
  bl_host_position(host, &still, 0);
  bl_host_run(host, 64);
  while (!window.status.transport) {
    assert_true(ear_wait(&window, &window.count[BL_MSG_STATUS],
                         window.count[BL_MSG_STATUS] + 1u));
  }
}

static void
the_whole_way_is_told(void** const state)
{
  (void)state;
  BlHost* const host   = new_host();
  float* const  signal = scene_signal(FRAMES, 1);
  ear_say_kind(&window, BL_MSG_HELLO);
  assert_true(ear_wait(&window, &window.count[BL_MSG_STATUS], 1));
  assert_true(ear_wait(&window, &window.count[BL_MSG_LEVEL], 3));
  expect_transport(host);

  capture(host, signal);
  assert_true(ear_wait(&window, &window.count[BL_MSG_TAKE], 1));
  assert_true(window.count[BL_MSG_LIVE] >= 1);
  assert_true(window.live_pairs >= 1); // A bounce shows its last moments
  assert_int_equal(window.live.start, 48000);
  assert_int_equal(window.live.bar, 16);
  assert_true(window.live.ended); // The last word of it, before bl:Take
  assert_int_equal(window.take.frames, FRAMES);
  assert_int_equal(window.take.number, 1);
  assert_string_equal(window.take.name, "Take 1"); // As take.json has it
  assert_int_equal(window.take.verdict, BL_SUCCESS);
  assert_float_equal(window.take.bpm, 92.0f, 1e-4f);
  bl_host_idle(host, 0.2);
  assert_string_equal(window.status.take, window.take.take);
  assert_int_equal(window.status.number, 1);

  generate(host, "kazoo");
  expect_results();
  const Ear before = window;
  open_another(&before);
  look_at_job();
  look_after_many();

  ear_say_kind(&window, BL_MSG_LIST);
  assert_true(ear_wait(&window, &window.count[BL_MSG_LISTED], 1));
  assert_int_equal(window.listed.takes, 1);
  assert_true(window.listed.bytes > (int64_t)FRAMES * 4);
  assert_int_equal(window.take.jobs, 1);
  assert_int_equal(window.take.fate, BL_SHOWN_DONE);
  assert_int_equal(window.take.results, 2);
  refine();

  // Goodbye: silence
  ear_say_kind(&window, BL_MSG_BYE);
  bl_host_idle(host, 0.2);
  ear_forget(&window);
  bl_host_idle(host, 0.3);
  assert_int_equal(window.count[BL_MSG_LEVEL], 0);
  assert_int_equal(window.damaged + before.damaged, 0);
  bl_host_free(host);
  scene_forget_takes();
  free(signal);
}

/// Stems and MIDI of one result are named, and lie beside it
static void
expect_files(const unsigned v, const char variant)
{
  const char* const folder = window.results[v].path;
  const char*       name   = window.results[v].beside;
  char              bass[32];
  unsigned          n = 0;
  snprintf(bass, sizeof(bass), "(%c) bass.wav", variant);
  assert_non_null(strstr(name, bass));
  for (; *name; ++n) {
    char         path[BL_PATH_BYTES];
    const size_t length = strcspn(name, "/");
    snprintf(path, sizeof(path), "%.*s%.*s",
             (int)(strrchr(folder, '/') + 1 - folder), folder, (int)length,
             name);
    assert_int_equal(access(path, R_OK), 0);
    name += length + (name[length] == '/');
  }
  assert_true(n >= 3); // MIDI, bass and what else this style plays
}

/// As `custom` of config.json
static void
name_own_server(const char* const name)
{
  char   path[BL_PATH_BYTES];
  char   text[4096];
  char*  old  = NULL;
  size_t size = 0;
  assert_int_equal(bl_path_config(path, sizeof(path)), BL_SUCCESS);
  assert_int_equal(bl_path_read_file(path, sizeof(text) / 2, &old, &size),
                   BL_SUCCESS);
  const int n = snprintf(text, sizeof(text), "{\"custom\":\"%s\",%s", name,
                         strchr(old, '{') + 1);
  assert_int_equal(bl_path_write_file(path, text, (size_t)n, 0600u),
                   BL_SUCCESS);
  free(old);
}

static void
what_the_band_did_is_told(void** const state)
{
  (void)state;
  size_t                  n     = 0;
  const BlSungNote* const tune  = bl_sing_tune(&n);
  const BlSingSetup       setup = bl_sing_setup();
  size_t                  size  = 0;
  BlHost* const           host  = new_host();
  float* const            song  = bl_sing_samples(tune, n, &setup, &size);
  assert_true(song && size >= FRAMES);
  ear_say_kind(&window, BL_MSG_HELLO);
  assert_true(ear_wait(&window, &window.count[BL_MSG_STATUS], 1));
  assert_false(window.status.transport); // Nothing was told of one
  name_own_server("gone");
  bl_host_set(host, "service", (float)BL_SERVICE_CUSTOM);
  bl_host_set(host, "stems", 1.0f);
  capture(host, song);
  assert_true(ear_wait(&window, &window.count[BL_MSG_TAKE], 1));

  generate(host, "folk, zorblax");
  assert_true(window.fell);
  assert_string_equal(window.job.service, "local");
  assert_null(strstr(window.job.message, "No service"));
  assert_non_null(strstr(window.job.message, "zorblax"));
  assert_string_equal(window.status.message, window.job.message);
  expect_files(0, 'A');
  expect_files(1, 'B');
  bl_host_free(host);
  scene_forget_takes();
  free(song);
}

static void
takes_of_other_sessions_can_be_adopted(void** const state)
{
  (void)state;
  float* const signal = scene_signal(FRAMES, 1);
  BlHost*      host   = new_host();
  capture(host, signal);
  bl_host_free(host);

  host = new_host();
  ear_say_kind(&window, BL_MSG_HELLO);
  ear_say_kind(&window, BL_MSG_LIST);
  assert_true(ear_wait(&window, &window.count[BL_MSG_LISTED], 1));
  assert_int_equal(window.take.number, 0);
  assert_float_equal(bl_host_get(host, "takes"), 0.0f, 0.0f);

  BlMessage adopt;
  bl_message_init(&adopt, BL_MSG_ADOPT);
  memcpy(adopt.as.adopt.take, window.take.take, BL_TAKE_ID_BYTES);
  ear_say(&window, &adopt);
  ear_say(&window, &adopt);
  bl_host_idle(host, 0.3);
  assert_float_equal(bl_host_get(host, "takes"), 1.0f, 0.0f);
  assert_int_equal(window.take.number, 1);
  bl_host_free(host);
  scene_forget_takes();
  free(signal);
}

static void
requests_that_make_no_sense_are_refused(void** const state)
{
  (void)state;
  BlHost* const host = new_host();
  ear_say_kind(&window, BL_MSG_HELLO);
  bl_host_idle(host, 0.2);
  for (unsigned kind = BL_MSG_GENERATE; kind <= BL_MSG_REFINE; ++kind) {
    BlMessage message;
    bl_message_init(&message, (BlMessageKind)kind);
    memcpy(message.as.cancel.take, "../../etc", sizeof("../../etc"));
    ear_say(&window, &message);
    bl_host_idle(host, 0.05);
  }
  // What a plugin says is no command
  ear_say_kind(&window, BL_MSG_STATUS);
  bl_host_idle(host, 0.3);
  assert_float_equal(bl_host_get(host, "takes"), 0.0f, 0.0f);
  assert_int_equal(window.damaged, 0);
  bl_host_free(host);
}

static void
send_patch(BlHost* const host, const bool get, const bool put)
{
  const BlUrids* const u           = bl_world_urids(world);
  alignas(8) char      buffer[512] = { 0 };
  LV2_Atom_Forge       forge;
  LV2_Atom_Forge_Frame frame;
  LV2_Atom_Forge_Frame body;

  lv2_atom_forge_init(&forge, bl_world_map(world));
  lv2_atom_forge_set_buffer(&forge, (uint8_t*)buffer, sizeof(buffer));
  lv2_atom_forge_object(&forge, &frame, 0, get ? u->patch_Get : u->patch_Put);
  if (put) {
    lv2_atom_forge_key(&forge, u->patch_body);
    lv2_atom_forge_object(&forge, &body, 0, 0);
    for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
      lv2_atom_forge_key(&forge, u->bl_strings[i]);
      lv2_atom_forge_string(&forge, bl_strings[i].symbol,
                            (uint32_t)strlen(bl_strings[i].symbol));
    }
    lv2_atom_forge_pop(&forge, &body);
  }
  lv2_atom_forge_pop(&forge, &frame);
  bl_host_send(host, (const LV2_Atom*)(const void*)buffer);
}

static void
properties_by_patch_messages(void** const state)
{
  (void)state;
  BlHost* const host = new_host();
  send_patch(host, true, false);
  assert_true(ear_wait(&window, &window.sets, BL_N_STRINGS));
  assert_string_equal(window.text, "");

  send_patch(host, false, true);
  assert_true(ear_wait(&window, &window.sets, 2 * BL_N_STRINGS));
  assert_string_equal(window.text, "model");
  bl_host_set_string(host, BL_STRING_MODEL, "V6");
  assert_true(ear_wait(&window, &window.sets, 2 * BL_N_STRINGS + 1));
  assert_string_equal(window.text, "V6");

  // The same again is no news
  bl_host_set_string(host, BL_STRING_MODEL, "V6");
  bl_host_idle(host, 0.3);
  assert_int_equal(window.sets, 2 * BL_N_STRINGS + 1);
  bl_host_free(host);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(nobody_listens_nothing_is_told),
    cmocka_unit_test(the_whole_way_is_told),
    cmocka_unit_test(what_the_band_did_is_told),
    cmocka_unit_test(takes_of_other_sessions_can_be_adopted),
    cmocka_unit_test(requests_that_make_no_sense_are_refused),
    cmocka_unit_test(properties_by_patch_messages),
  };
  const StandinOptions calls = { .callbacks = true };
  world                      = bl_world_new();
  standin                    = standin_new(&calls);
  if (!world || !standin ||
      !standin_write_config(standin, getenv("XDG_CONFIG_HOME")) ||
      !ear_init(&window, world)) {
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_world_free(world);
  standin_free(standin);
  return failed;
}

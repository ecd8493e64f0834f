// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 120

// State, presets and clicks: what is kept, what is not, and what fires

#include "base/limits.h"
#include "base/ports.h"
#include "support/host.h"
#include "support/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static BlWorld* world;

static BlHost*
new_host(const char* const uri)
{
  const BlHostSetup setup = { .uri = uri };
  BlHost* const     host  = bl_host_new(world, &setup);
  assert_non_null(host);
  return host;
}

static int
forget(void** const state)
{
  (void)state;
  scene_forget_takes();
  return 0;
}

/// Without a take a click is answered by "There is no take yet"
static bool
has_clicked(BlHost* const host)
{
  bl_host_idle(host, 0.3);
  return bl_host_get(host, "error") == (float)BL_NO_TAKE;
}

static void
strings_come_back(void** const state)
{
  (void)state;
  char long_text[BL_TEXT_BYTES];
  memset(long_text, 'x', sizeof(long_text));
  long_text[sizeof(long_text) - 1u] = '\0';

  BlHost* const host = new_host(NULL);
  bl_host_set_string(host, BL_STRING_TITLE, "Grüße \"im\" Büro\\, 夜");
  bl_host_set_string(host, BL_STRING_TAGS, long_text);
  bl_host_set_string(host, BL_STRING_NEGATIVE_TAGS, "vocals");
  bl_host_run(host, 64);
  bl_host_set_string(host, BL_STRING_NEGATIVE_TAGS, "");
  bl_host_run(host, 64);

  // Saved at once: what was set in the last block is in it
  char* const first = bl_host_save(host, BL_HOST_SESSION);
  assert_non_null(strstr(first, "夜"));
  assert_non_null(strstr(first, long_text));
  assert_null(strstr(first, "vocals"));

  BlHost* const other = new_host(NULL);
  assert_true(bl_host_restore(other, first));
  char* const second = bl_host_save(other, BL_HOST_PRESET);
  assert_non_null(strstr(second, "夜"));
  assert_non_null(strstr(second, long_text));
  free(first);
  free(second);
  bl_host_free(host);
  bl_host_free(other);
}

static void
hostile_strings_are_cleaned(void** const state)
{
  (void)state;
  BlHost* const host = new_host(NULL);
  bl_host_set_string(host, BL_STRING_TITLE, "a\x01\x7f\nb\xff\xc3(");
  bl_host_run(host, 64);
  char* const text = bl_host_save(host, BL_HOST_PRESET);
  assert_non_null(strstr(text, "\"a b\xEF\xBF\xBD\xEF\xBF\xBD(\""));
  free(text);
  bl_host_free(host);
}

static void
damaged_state_is_survived(void** const state)
{
  (void)state;
  static const char head[] =
    "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
    "@prefix pset: <http://lv2plug.in/ns/ext/presets#> .\n"
    "@prefix state: <http://lv2plug.in/ns/ext/state#> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    "@prefix bl: <urn:backline:lv2#> .\n"
    "<urn:backline:test:state> a pset:Preset ;\n"
    "lv2:appliesTo <urn:backline:lv2:mono> ; state:state [\n";
  static const char* const bodies[] = {
    "bl:title 7 ; bl:tags true ; bl:session 3.5 ; bl:sessionTakes 4",
    "bl:session \"zzzzzzzzzzzzzzzz\" ; bl:stateVersion 999",
    "bl:session \"12\" ; bl:sessionJobs \"#1 x#2 20261122T101340Z-1a2b3c4d\"",
    "bl:sessionTakes \"../../../../etc 20261122T101340Z-1a2b3c4d/.. a\"",
    ("bl:sessionJobs \"20261122T101340Z-1a2b3c4d#99999999999 "
     "20261122T101340Z-1a2b3c4d#-1 20261122T101340Z-1a2b3c4d#0\""),
    "bl:sessionTakes \"\" ; bl:sessionJobs \"\"",
  };
  BlHost* const host = new_host(NULL);
  for (size_t i = 0; i < BL_COUNT(bodies); ++i) {
    char text[2048];
    snprintf(text, sizeof(text), "%s%s ] .\n", head, bodies[i]);
    assert_true(bl_host_restore(host, text));
    bl_host_idle(host, 0.1);
    assert_float_equal(bl_host_get(host, "takes"), 0.0f, 0.0f);
  }
  assert_float_equal(bl_host_get(host, "status"), BL_SHOWN_IDLE, 0.0f);
  bl_host_free(host);
}

static void
a_session_knows_its_takes_and_a_preset_none(void** const state)
{
  (void)state;
  BlHost* const        host    = new_host(NULL);
  float* const         signal  = scene_signal(11u * 48000u, 1);
  const float* const   audio[] = { signal };
  const BlHostPosition from    = {
       .frame = 100, .speed = 1.0, .bar = 3, .bpm = 100.0
  };
  bl_host_set(host, "arm", 1.0f);
  bl_host_play(host, &from, audio, 11u * 48000u, 1024);
  assert_true(scene_wait_takes(host, 1, 20.0));

  // Ring, disk and a second take, so that numbers mean something
  bl_host_play(host, &from, audio, 10u * 48000u + 480u, 1024);
  assert_true(scene_wait_takes(host, 2, 20.0));
  char* const session = bl_host_save(host, BL_HOST_SESSION);
  char* const preset  = bl_host_save(host, BL_HOST_PRESET);
  assert_non_null(strstr(session, "sessionTakes"));
  assert_non_null(strstr(session, "#session>"));
  assert_null(strstr(preset, "session"));

  BlHost* const copy = new_host(NULL);
  assert_true(bl_host_restore(copy, session));
  assert_true(bl_host_wait(copy, "take_seconds", 10.0f, 5.0));
  bl_host_idle(copy, 0.2);
  assert_float_equal(bl_host_get(copy, "takes"), 2.0f, 0.0f);
  assert_float_equal(bl_host_get(copy, "take_seconds"), 10.01f, 1e-4f);
  assert_float_equal(bl_host_get(copy, "take_bar"), 4.0f, 0.0f);
  assert_float_equal(bl_host_get(copy, "status"), BL_SHOWN_TAKE, 0.0f);

  // A session whose takes are gone loads without a complaint
  scene_forget_takes();
  BlHost* const bereft = new_host(NULL);
  assert_true(bl_host_restore(bereft, session));
  bl_host_idle(bereft, 0.3);
  assert_float_equal(bl_host_get(bereft, "error"), 0.0f, 0.0f);
  assert_float_equal(bl_host_get(bereft, "takes"), 2.0f, 0.0f);
  bl_host_free(bereft);

  BlHost* const fresh = new_host(NULL);
  assert_true(bl_host_restore(fresh, preset));
  bl_host_idle(fresh, 0.3);
  assert_float_equal(bl_host_get(fresh, "takes"), 0.0f, 0.0f);

  free(session);
  free(preset);
  free(signal);
  bl_host_free(host);
  bl_host_free(copy);
  bl_host_free(fresh);
}

static void
every_preset_loads_in_both_and_holds_style_only(void** const state)
{
  (void)state;
  static const char* const presets[] = {
    "folk-trio",         "pop-band",         "piano-ballad", "soul-organ",
    "jazz-trio",         "bossa-guitar",     "rock-guitars", "lofi-night",
    "cinematic-strings", "electronic-pulse",
  };
  static const char* const style[] = {
    "genre",        "mood",      "ensemble",     "fine_tune",
    "style_weight", "weirdness", "audio_weight",
  };
  for (size_t i = 0; i < BL_COUNT(presets); ++i) {
    char uri[128];
    snprintf(uri, sizeof(uri), "urn:backline:lv2:preset:%s", presets[i]);
    BlHost* const host =
      new_host(i % 2 ? BL_PLUGIN_STEREO_URI : BL_PLUGIN_MONO_URI);
    float before[BL_PORT_CONTROL_IN_COUNT];
    for (size_t p = 0; p < BL_PORT_CONTROL_IN_COUNT; ++p) {
      before[p] = bl_host_get(host, bl_params[p].symbol);
    }

    assert_true(bl_host_load_preset(host, uri));
    for (size_t p = 0; p < BL_PORT_CONTROL_IN_COUNT; ++p) {
      bool is_style = false;
      for (size_t s = 0; s < BL_COUNT(style); ++s) {
        is_style = is_style || !strcmp(style[s], bl_params[p].symbol);
      }
      const float now = bl_host_get(host, bl_params[p].symbol);
      assert_true(is_style || now == before[p]);
      assert_true(now >= bl_params[p].min && now <= bl_params[p].max);
    }
    assert_true(bl_host_get(host, "genre") >= 1.0f);

    char* const text = bl_host_save(host, BL_HOST_PRESET);
    assert_null(strstr(text, "#tags> \"\""));
    free(text);
    bl_host_free(host);
  }
}

static void
a_click_is_a_click(void** const state)
{
  (void)state;
  BlHost* const host = new_host(NULL);
  bl_host_idle(host, 0.05);
  assert_false(has_clicked(host));
  bl_host_set(host, "generate", 1.0f);
  assert_true(has_clicked(host));
  assert_float_equal(bl_host_get(host, "status"), BL_SHOWN_FAILED, 0.0f);
  bl_host_free(host);
}

static void
the_first_value_is_no_click(void** const state)
{
  (void)state;
  BlHost* const host = new_host(NULL);
  bl_host_set(host, "generate", 1.0f);
  assert_false(has_clicked(host));
  bl_host_set(host, "generate", 0.0f);
  bl_host_run(host, 64);
  bl_host_set(host, "generate", 1.0f);
  assert_true(has_clicked(host));
  bl_host_free(host);
}

static void
a_preset_saved_while_pressed_is_no_click(void** const state)
{
  (void)state;
  BlHost* const host = new_host(NULL);
  bl_host_idle(host, 0.05);
  bl_host_set(host, "generate", 1.0f);
  bl_host_run(host, 64);
  char* const preset = bl_host_save(host, BL_HOST_PRESET);
  bl_host_free(host);

  // The port 2 ms after restore(), as Ardour does it
  BlHost* const other = new_host(NULL);
  bl_host_idle(other, 0.05);
  assert_true(bl_host_restore(other, preset));
  bl_host_set(other, "generate", 0.0f);
  bl_host_idle(other, 0.01);
  bl_host_set(other, "generate", 1.0f);
  assert_false(has_clicked(other));

  // Without restore(), but with other controls in the same block
  bl_host_set(other, "generate", 0.0f);
  bl_host_idle(other, 1.2);
  bl_host_set(other, "generate", 1.0f);
  bl_host_set(other, "genre", 4.0f);
  assert_false(has_clicked(other));

  // And a second after all that, alone
  bl_host_set(other, "generate", 0.0f);
  bl_host_idle(other, 0.1);
  bl_host_set(other, "generate", 1.0f);
  assert_true(has_clicked(other));
  free(preset);
  bl_host_free(other);
}

static void
automation_hides_no_click(void** const state)
{
  (void)state;
  BlHost* const host = new_host(NULL);
  for (unsigned i = 0; i < 40; ++i) {
    bl_host_set(host, "style_weight", 0.01f * (float)i);
    bl_host_set(host, "generate", i == 30 ? 1.0f : 0.0f);
    bl_host_run(host, 256);
  }
  assert_true(has_clicked(host));
  bl_host_free(host);
}

static atomic_bool stop;

static void*
keep_running(void* const data)
{
  while (!stop) {
    bl_host_run((BlHost*)data, 128);
    usleep(200);
  }
  return NULL;
}

static void
save_and_restore_while_it_runs(void** const state)
{
  (void)state;
  BlHost* const host   = new_host(NULL);
  BlHost* const source = new_host(NULL);
  bl_host_set_string(source, BL_STRING_TAGS, "one, two, three");
  bl_host_run(source, 64);
  char* const from = bl_host_save(source, BL_HOST_SESSION);

  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, keep_running, host), 0);
  for (unsigned i = 0; i < 200; ++i) {
    char* const text = bl_host_save(host, BL_HOST_SESSION);
    assert_non_null(text);
    free(text);
    assert_true(bl_host_restore(host, from));
  }
  stop = true;
  pthread_join(thread, NULL);
  char* const text = bl_host_save(host, BL_HOST_SESSION);
  assert_non_null(strstr(text, "one, two, three"));
  free(text);
  free(from);
  bl_host_free(host);
  bl_host_free(source);
}

/// The state with all the takes that a session can have, none of them here
static char*
full_session(BlHost* const host)
{
  char* const  text = bl_host_save(host, BL_HOST_SESSION);
  char* const  list = strstr(text, "sessionTakes");
  char* const  full = (char*)malloc(strlen(text) + BL_SESSION_BYTES);
  const size_t head = list ? (size_t)(strchr(list, '"') + 1 - text) : 0;
  assert_true(full && head);
  memcpy(full, text, head);
  char* at = full + head;
  for (unsigned i = 0; i < BL_SESSION_TAKES; ++i) {
    at += sprintf(at, "20261122T101340Z-%08x ", i);
  }
  strcpy(at, text + head);
  free(text);
  return full;
}

static void
a_take_too_many_is_said_and_kept(void** const state)
{
  (void)state;
  BlHost* const        host    = new_host(NULL);
  float* const         signal  = scene_signal(48000u, 1);
  const float* const   audio[] = { signal };
  const BlHostPosition from    = { .frame = 100, .speed = 1.0 };
  char* const          full    = full_session(host);
  assert_true(bl_host_restore(host, full));
  assert_true(bl_host_wait(host, "takes", BL_SESSION_TAKES, 20.0));

  bl_host_set(host, "arm", 1.0f);
  bl_host_play(host, &from, audio, 48000u, 1024);
  assert_true(bl_host_wait(host, "error", BL_BAD_STATE, 60.0));
  assert_float_equal(bl_host_get(host, "takes"), BL_SESSION_TAKES, 0.0f);
  BlTake kept[SCENE_TAKES_MAX];
  assert_int_equal(scene_takes(kept), 1);
  assert_int_equal(kept[0].frames, 48000);
  free(full);
  free(signal);
  bl_host_free(host);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(strings_come_back),
    cmocka_unit_test(hostile_strings_are_cleaned),
    cmocka_unit_test(damaged_state_is_survived),
    cmocka_unit_test_teardown(a_session_knows_its_takes_and_a_preset_none,
                              forget),
    cmocka_unit_test_teardown(a_take_too_many_is_said_and_kept, forget),
    cmocka_unit_test(every_preset_loads_in_both_and_holds_style_only),
    cmocka_unit_test(a_click_is_a_click),
    cmocka_unit_test(the_first_value_is_no_click),
    cmocka_unit_test(a_preset_saved_while_pressed_is_no_click),
    cmocka_unit_test(automation_hides_no_click),
    cmocka_unit_test(save_and_restore_while_it_runs),
  };
  if (getenv("BL_SET_LOCALE")) { // As hosts with a window do
    assert_non_null(setlocale(LC_ALL, ""));
    assert_string_equal(localeconv()->decimal_point, ",");
  }
  if (!(world = bl_world_new())) {
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  bl_world_free(world);
  return failed;
}

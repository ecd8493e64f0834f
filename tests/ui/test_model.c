// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 30

// What the window knows, message by message

#include "model.h"

#include "model_hears.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static BlModel   model;
static BlMessage said;
static unsigned  n_said;
static BlPort    port_said;
static float     value_said;
static unsigned  n_ports;

static void
on_message(void* const handle, const BlMessage* const message)
{
  (void)handle;
  said = *message;
  ++n_said;
}

static void
on_port(void* const handle, const BlPort port, const float value)
{
  (void)handle;
  port_said  = port;
  value_said = value;
  ++n_ports;
}

static int
set_up(void** const state)
{
  (void)state;
  const BlModelOut out = { NULL, on_port, NULL, on_message };
  n_said               = 0;
  n_ports              = 0;
  return bl_model_init(&model, &out) ? -1 : 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  bl_model_deinit(&model);
  return 0;
}

static const char*
shown(void)
{
  const BlModelTake* const take = bl_model_shown_take(&model);
  return take ? take->msg.take : "";
}

static void
test_live_goes_on_through_news(void** const state)
{
  (void)state;
  hear_live(&model, 0, 100, 1.0);
  assert_true(bl_model_records(&model));
  hear_status(&model, 1, BL_SUCCESS, 1.1);
  hear_job(&model, 1, 1, BL_SHOWN_LISTENING);
  hear_live(&model, 100, 50, 1.2);
  assert_int_equal(model.live.pairs, 150);
  assert_true(model.live.values[0] < -0.2f);
  hear_live(&model, 170, 10, 1.3); // One got lost: a flat piece
  assert_int_equal(model.live.pairs, 180);
  assert_true(model.live.values[2 * 160 + 1] < 0.01f);
  bl_model_tick(&model, 1.4 + BL_LIVE_S);
  assert_false(bl_model_records(&model));
}

static void
test_live_never_grows(void** const state)
{
  (void)state;
  for (int32_t i = 0; i < 200; ++i) {
    hear_live(&model, i * 500, 500, 1.0);
    assert_true(model.live.pairs <= BL_MODEL_LIVE_PAIRS);
  }
  assert_int_equal(model.live.next, 100000);
  hear_live(&model, INT32_MAX, 500, 1.0);
  assert_true(model.live.pairs <= BL_MODEL_LIVE_PAIRS);
}

static void
test_status_port_ends_a_take(void** const state)
{
  (void)state;
  bl_model_port(&model, BL_PORT_STATUS, (float)BL_SHOWN_RECORDING);
  assert_true(bl_model_records(&model));
  hear_live(&model, 0, 10, 1.0);
  bl_model_port(&model, BL_PORT_STATUS, (float)BL_SHOWN_TAKE);
  assert_false(bl_model_records(&model));
}

/// A capture that closes is shown and meant, also while an old one is chosen
static void
test_new_take_is_meant(void** const state)
{
  (void)state;
  char id[BL_TAKE_ID_BYTES];
  hear_take(&model, 1, 1, 1.0);
  hear_take(&model, 2, 2, 1.0);
  hear_status(&model, 2, BL_SUCCESS, 1.0);
  hear_id(id, 1);
  bl_model_choose(&model, id);
  assert_string_equal(shown(), id);
  assert_int_equal(port_said, BL_PORT_TAKE);
  assert_true(fabsf(value_said - 1.0f) < 1e-6f);

  // The status port tells the end before the disk has closed the file
  bl_model_port(&model, BL_PORT_STATUS, (float)BL_SHOWN_RECORDING);
  hear_live(&model, 0, 10, 2.0);
  bl_model_port(&model, BL_PORT_STATUS, (float)BL_SHOWN_TAKE);
  hear_take(&model, 3, 3, 2.1);
  hear_id(id, 3);
  assert_string_equal(shown(), id);
  assert_true(fabsf(value_said) < 1e-6f);
  assert_false(bl_model_records(&model));
  bl_model_generate(&model);
  assert_int_equal(said.kind, BL_MSG_GENERATE);
  assert_string_equal(said.as.generate.take, id);
}

/// Listening while armed: silence changes nothing, and the same audio again is
/// the earlier take, with its results
static void
test_listening_changes_nothing(void** const state)
{
  (void)state;
  char      id[BL_TAKE_ID_BYTES];
  BlMessage m;
  hear_take(&model, 1, 1, 1.0);
  hear_status(&model, 1, BL_SUCCESS, 1.0);

  bl_message_init(&m, BL_MSG_TAKE);
  hear_id(m.as.take.take, 2);
  m.as.take.number  = 2;
  m.as.take.rate    = 48000;
  m.as.take.frames  = 480000;
  m.as.take.verdict = BL_TAKE_SILENT;
  hear_live(&model, 0, 10, 2.0);
  bl_model_message(&model, &m, 2.1);
  hear_id(id, 1);
  assert_string_equal(shown(), id);
  assert_true(model.passed[0]);
  assert_false(bl_model_records(&model));

  hear_id(m.as.take.take, 3);
  hear_id(m.as.take.same_as, 1);
  m.as.take.number  = 3;
  m.as.take.verdict = BL_SUCCESS;
  hear_live(&model, 0, 10, 3.0);
  bl_model_message(&model, &m, 3.1);
  hear_status(&model, 3, BL_SUCCESS, 3.2); // The newest is the same
  assert_string_equal(shown(), id);
}

static void
test_list_chooses_nothing(void** const state)
{
  (void)state;
  char id[BL_TAKE_ID_BYTES];
  hear_take(&model, 20, 1, 1.0);
  hear_status(&model, 20, BL_SUCCESS, 1.0);
  hear_live(&model, 0, 10, 1.0);
  hear_take(&model, 5, 0, 1.1); // From the list, while a take is open
  assert_true(bl_model_records(&model));
  hear_id(id, 20);
  assert_string_equal(shown(), id);

  // One of another session gets a number when it is chosen
  hear_id(id, 5);
  bl_model_choose(&model, id);
  assert_string_equal(shown(), id);
  hear_take(&model, 5, 2, 1.2);
  assert_int_equal(port_said, BL_PORT_TAKE);
  assert_true(fabsf(value_said - 2.0f) < 1e-6f);

  // The host, or another window, changes its mind
  bl_model_port(&model, BL_PORT_TAKE, 0.0f);
  hear_id(id, 20);
  assert_string_equal(shown(), id);
}

/// Settings of the last job come back once, not again and again
static void
test_recall_ends(void** const state)
{
  (void)state;
  char id[BL_TAKE_ID_BYTES];
  hear_take(&model, 1, 1, 1.0);
  hear_id(id, 1);
  bl_model_choose(&model, id);
  const unsigned before = n_said;
  hear_job(&model, 1, 1, BL_SHOWN_DONE);
  assert_int_equal(n_said, before + 1u);
  assert_int_equal(said.kind, BL_MSG_LOOK);
  assert_int_equal(said.as.look.job, 1);
  hear_job(&model, 1, 1, BL_SHOWN_DONE);
  assert_int_equal(n_said, before + 1u);
}

/// Of many takes the shown one alone is asked for, and again until it came
static void
test_asks_for_what_is_shown(void** const state)
{
  (void)state;
  char id[BL_TAKE_ID_BYTES];
  for (unsigned i = 1; i <= 40u; ++i) {
    hear_take(&model, i, (int)i, 1.0);
  }
  hear_status(&model, 40, BL_SUCCESS, 1.0);
  assert_int_equal(n_said, 0);
  bl_model_tick(&model, 1.1);
  assert_int_equal(n_said, 1);
  assert_int_equal(said.kind, BL_MSG_LOOK);
  hear_id(id, 40);
  assert_string_equal(said.as.look.take, id);

  // The second half without the first is no waveform
  hear_peaks(&model, 40, BL_MESSAGE_PEAKS);
  bl_model_tick(&model, 1.2);
  assert_int_equal(n_said, 1);
  bl_model_tick(&model, 1.2 + BL_ASK_AGAIN_S);
  assert_int_equal(n_said, 2);
  hear_peaks(&model, 40, 0);
  hear_peaks(&model, 40, BL_MESSAGE_PEAKS);
  bl_model_tick(&model, 100.0);
  assert_int_equal(n_said, 2);

  // A job that says it has a result which nobody told
  BlMessage m;
  bl_message_init(&m, BL_MSG_JOB);
  hear_id(m.as.job.take, 40);
  m.as.job.job     = 1;
  m.as.job.shown   = BL_SHOWN_DONE;
  m.as.job.results = 1;
  bl_model_message(&model, &m, 100.0);
  bl_model_tick(&model, 101.0);
  assert_int_equal(n_said, 3);
  assert_int_equal(said.as.look.job, 0);
  hear_result(&model, 40, 1, 2);
  bl_model_tick(&model, 101.1);
  assert_int_equal(n_said, 4);
  assert_int_equal(said.as.look.variant, 2);
}

/// A later job that brought nothing does not take away what there is
static void
test_earlier_results_stay(void** const state)
{
  (void)state;
  BlModelTrouble trouble;
  hear_take(&model, 1, 1, 1.0);
  hear_job(&model, 1, 1, BL_SHOWN_DONE);
  hear_result(&model, 1, 1, 1);
  hear_job(&model, 1, 2, BL_SHOWN_WAITING);
  assert_int_equal(bl_model_shown_results(&model)->msg.job, 2);
  hear_job(&model, 1, 2, BL_SHOWN_CANCELLED);
  assert_int_equal(bl_model_shown_results(&model)->msg.job, 1);
  assert_true(bl_model_trouble(&model, &trouble));
  assert_int_equal(trouble.job->msg.job, 2);
  hear_job(&model, 1, 3, BL_SHOWN_FAILED);
  assert_int_equal(bl_model_shown_results(&model)->msg.job, 1);
  hear_result(&model, 1, 3, 2);
  assert_int_equal(bl_model_shown_results(&model)->msg.job, 3);
}

static void
test_refusal_after_a_job(void** const state)
{
  (void)state;
  BlModelTrouble trouble;
  hear_take(&model, 1, 1, 1.0);
  hear_job(&model, 1, 1, BL_SHOWN_DONE);
  hear_status(&model, 1, BL_SUCCESS, 1.0);
  assert_false(bl_model_trouble(&model, &trouble));
  hear_status(&model, 1, BL_NO_KEY, 1.0);
  assert_true(bl_model_trouble(&model, &trouble));
  assert_null(trouble.job);
  assert_int_equal(trouble.error, BL_NO_KEY);
  hear_job(&model, 1, 2, BL_SHOWN_WAITING);
  assert_false(bl_model_trouble(&model, &trouble));
}

static void
test_bounds(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 3u * BL_MODEL_TAKES; ++i) {
    hear_take(&model, i, 0, 1.0);
    hear_job(&model, i, 1, BL_SHOWN_DONE);
    assert_true(model.n_takes <= BL_MODEL_TAKES);
    assert_true(model.n_jobs <= BL_MODEL_JOBS);
  }
  for (size_t i = 1; i < model.n_takes; ++i) {
    assert_true(strcmp(model.takes[i - 1].msg.take, model.takes[i].msg.take) <
                0);
  }
}

/// What such jobs took is measured where any is known, else reckoned; what
/// was interrupted, or another service's, does not count
static void
test_usual_time(void** const state)
{
  (void)state;
  static const float times[]  = { 4.0f, 100000.0f, 6.0f, 9.0f };
  bool               measured = true;
  BlMessage          m;
  bl_message_init(&m, BL_MSG_JOB);
  m.as.job.shown = BL_SHOWN_LISTENING;
  m.as.job.job   = 1;
  m.as.job.usual = 15.0f;
  snprintf(m.as.job.service, BL_NAME_BYTES, "local");
  bl_model_message(&model, &m, 1.0);
  const double reckoned = bl_model_usual(&model, &model.jobs[0], &measured);
  assert_true(reckoned > 14.9 && reckoned < 15.1);
  assert_false(measured);

  m.as.job.shown = BL_SHOWN_DONE;
  for (int i = 0; i < 4; ++i) {
    m.as.job.job     = 2 + i;
    m.as.job.elapsed = times[i];
    bl_model_message(&model, &m, 1.0);
  }
  snprintf(m.as.job.service, BL_NAME_BYTES, "kie");
  m.as.job.job = 9;
  bl_model_message(&model, &m, 1.0);
  const double median = bl_model_usual(&model, &model.jobs[0], &measured);
  assert_true(median > 5.9 && median < 6.1);
  assert_true(measured);
}

/// "As configured" is what the plugin read, not what was used last
static void
test_service_is_meant(void** const state)
{
  (void)state;
  BlMessage m;
  assert_true(bl_model_is_local(&model));
  bl_message_init(&m, BL_MSG_STATUS);
  snprintf(m.as.status.service, BL_NAME_BYTES, "local");
  snprintf(m.as.status.configured, BL_NAME_BYTES, "kie");
  bl_model_message(&model, &m, 1.0);
  assert_string_equal(bl_model_service(&model), "kie");
  assert_false(bl_model_is_local(&model));
  bl_model_set(&model, BL_PORT_SERVICE, (float)BL_SERVICE_LOCAL);
  assert_true(bl_model_is_local(&model));
  bl_model_set(&model, BL_PORT_SERVICE, 2.0f);
  assert_string_equal(bl_model_service(&model), "sunoapi");
}

/// What was paid or captured with stays as it is now
static void
test_settings_change_style_only(void** const state)
{
  (void)state;
  BlMessage m;
  bl_message_init(&m, BL_MSG_SETTINGS);
  m.as.settings.values.count = BL_PORT_CONTROL_IN_COUNT;
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    m.as.settings.values.values[i] = 1.0f;
  }
  const float before = bl_model_control(&model, BL_PORT_SERVICE);
  bl_model_message(&model, &m, 1.0);
  assert_true(bl_model_control(&model, BL_PORT_ARM) < 0.5f);
  assert_true(bl_model_control(&model, BL_PORT_AUTO) < 0.5f);
  assert_true(bl_model_control(&model, BL_PORT_GENERATE) < 0.5f);
  assert_true(fabsf(bl_model_control(&model, BL_PORT_SERVICE) - before) <
              1e-6f);
  assert_true(fabsf(bl_model_control(&model, BL_PORT_GENRE) - 1.0f) < 1e-6f);
}

static void
test_meter(void** const state)
{
  (void)state;
  BlMessage m;
  bl_message_init(&m, BL_MSG_LEVEL);
  m.as.level.peak    = -6.0f;
  m.as.level.clipped = true;
  bl_model_message(&model, &m, 1.0);
  bl_model_tick(&model, 2.0);
  assert_true(fabsf(model.meter_db + 26.0f) < 0.1f);
  assert_true(fabsf(model.hold_db + 6.0f) < 0.01f);
  bl_model_tick(&model, 2.6);
  assert_true(model.hold_db < -100.0f);
  assert_true(model.clipped);
  bl_model_forget_clip(&model);
  assert_false(model.clipped);
}

/// Silence comes twenty-five times a second and is drawn never
static void
test_silence_is_no_news(void** const state)
{
  (void)state;
  BlMessage m;
  bl_message_init(&m, BL_MSG_LEVEL);
  m.as.level.peak = -90.0f;
  model.changed   = 0u;
  for (unsigned i = 0; i < 100; ++i) {
    bl_model_message(&model, &m, 1.0 + i * 0.04);
  }
  assert_int_equal(model.changed, 0u);
  m.as.level.peak = -20.0f;
  bl_model_message(&model, &m, 6.0);
  assert_true(model.changed & BL_CHANGED_METER);
}

/// However short: what has ended is shown so at once, also where the port was
/// never seen to say that it had begun
static void
test_end_is_told(void** const state)
{
  (void)state;
  hear_live(&model, 0, 2, 1.0);
  assert_true(bl_model_records(&model));
  model.changed = 0;
  hear_end(&model, 2, 1.01);
  assert_false(bl_model_records(&model));
  assert_int_equal(model.changed & BL_CHANGED_STATUS, BL_CHANGED_STATUS);
  hear_take(&model, 1, 1, 1.02); // And it is the one that was sung
  hear_id(said.as.look.take, 1);
  assert_string_equal(model.chosen, said.as.look.take);

  hear_live(&model, 0, 2, 2.0); // The next
  assert_true(bl_model_records(&model));
  assert_int_equal(model.live.pairs, 2);
  bl_model_port(&model, BL_PORT_STATUS, (float)BL_SHOWN_RECORDING);
  bl_model_port(&model, BL_PORT_STATUS, (float)BL_SHOWN_TAKE);
  assert_false(bl_model_records(&model));
  hear_end(&model, 2, 2.1);
  assert_false(bl_model_records(&model));
}

/// Until the plugin has spoken one is taken for granted
static void
test_transport(void** const state)
{
  (void)state;
  BlMessage m;
  assert_true(bl_model_has_transport(&model));
  hear_status(&model, 1, BL_SUCCESS, 1.0);
  assert_false(bl_model_has_transport(&model));
  bl_message_init(&m, BL_MSG_STATUS);
  m.as.status.transport = true;
  bl_model_message(&model, &m, 1.1);
  assert_true(bl_model_has_transport(&model));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_live_goes_on_through_news),
    TEST(test_live_never_grows),
    TEST(test_status_port_ends_a_take),
    TEST(test_end_is_told),
    TEST(test_transport),
    TEST(test_new_take_is_meant),
    TEST(test_list_chooses_nothing),
    TEST(test_recall_ends),
    TEST(test_asks_for_what_is_shown),
    TEST(test_earlier_results_stay),
    TEST(test_listening_changes_nothing),
    TEST(test_refusal_after_a_job),
    TEST(test_usual_time),
    TEST(test_service_is_meant),
    TEST(test_bounds),
    TEST(test_settings_change_style_only),
    TEST(test_meter),
    TEST(test_silence_is_no_news),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

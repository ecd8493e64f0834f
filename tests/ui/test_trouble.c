// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// What is wrong is said in the window's own terms, with buttons that do it

#include "hands.h"
#include "model_hears.h"

#include "view_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define SUNOAPI 2
#define KIE 3

static Hands       hands;
static BlMessage   said;
static const char* service; ///< Where the jobs went

static void
on_message(void* const handle, const BlMessage* const message)
{
  (void)handle;
  if (message->kind != BL_MSG_LOOK) {
    said = *message;
  }
}

static int
set_up(void** const state)
{
  (void)state;
  bl_message_init(&said, BL_MSG_BYE);
  service = "kie";
  if (hands_start(&hands)) {
    return -1;
  }
  hands.model.out.message = on_message;
  bl_model_port(&hands.model, BL_PORT_SERVICE, KIE);
  hear_take(&hands.model, 1, 1, 1.0);
  bl_view_focus(hands.view, true);
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  return hands_stop(&hands);
}

/// A job that ended; one with `of` is about result B of that
static void
end(const int         job,
    const int         of,
    const BlShown     shown,
    const BlStatus    error,
    const char* const task,
    const char* const words)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_JOB);
  hear_id(m.as.job.take, 1);
  m.as.job.job        = job;
  m.as.job.of_job     = of;
  m.as.job.of_variant = of ? 2 : 0;
  m.as.job.kind       = of ? BL_KIND_NO_VOICE : 0;
  m.as.job.shown      = (int32_t)shown;
  m.as.job.error      = (int32_t)error;
  snprintf(m.as.job.service, BL_NAME_BYTES, "%s", service);
  snprintf(m.as.job.task, BL_NAME_BYTES, "%s", task);
  snprintf(m.as.job.message, BL_MESSAGE_BYTES, "%s", words);
  bl_model_message(&hands.model, &m, 1.0);
  bl_view_update(hands.view, hands.now);
}

static void
check_says(const char* const text)
{
  BlModelTrouble trouble;
  char           shown[BL_MESSAGE_BYTES];
  assert_true(bl_model_trouble(&hands.model, &trouble));
  bl_view_trouble_text(&trouble, shown);
  assert_string_equal(shown, text);
}

static void
check_action(const char* const text)
{
  BlModelTrouble trouble;
  assert_true(bl_model_trouble(&hands.model, &trouble));
  assert_string_equal(bl_view_action_text(&hands.model, &trouble), text);
}

static bool
is_there(const BlItemKind kind)
{
  return bl_layout_find(bl_view_layout(hands.view), kind, 0) != NULL;
}

/// Every sentence that the core has: none names a command in the window
static void
test_no_commands(void** const state)
{
  (void)state;
  for (int paid = 0; paid < 2; ++paid) {
    for (int status = 1; status < 256; ++status) {
      BlModelTrouble trouble;
      char           words[BL_MESSAGE_BYTES];
      char           text[BL_MESSAGE_BYTES];
      const char*    next = bl_status_last_step((BlStatus)status, paid);
      snprintf(words, sizeof(words), "%s: they say so. %s",
               bl_strerror((BlStatus)status), next);
      end(1, 0, BL_SHOWN_FAILED, (BlStatus)status, paid ? "task" : "", words);
      assert_true(bl_model_trouble(&hands.model, &trouble));
      bl_view_trouble_text(&trouble, text);
      assert_null(strstr(text, "backline "));
      assert_non_null(strstr(text, "they say so. "));
      assert_true(strlen(text) > strlen("they say so. ") + 8u);
      if (!strstr(words, "backline ")) {
        assert_string_equal(text, words);
      }
    }
  }
}

static void
test_key_is_for_its_service(void** const state)
{
  (void)state;
  bl_model_port(&hands.model, BL_PORT_SERVICE, SUNOAPI);
  end(1, 0, BL_SHOWN_FAILED, BL_NO_KEY, "",
      "There is no key for this service. Run \"backline login\", or choose the "
      "local band.");
  check_says("There is no key for this service. Enter a key, or choose the "
             "local band.");
  check_action("Enter a key\u2026");
  assert_false(is_there(BL_ITEM_RESUME));
  hands_click(&hands, BL_ITEM_ACTION, 0, 1);
  assert_int_equal((int)bl_model_control(&hands.model, BL_PORT_SERVICE), KIE);
  assert_true(is_there(BL_ITEM_KEY));
  assert_string_equal(hands.view->key_for, "kie");
}

/// Paid already: it can be resumed beside what else is to be done first
static void
test_owed_is_resumed(void** const state)
{
  (void)state;
  end(1, 0, BL_SHOWN_FAILED, BL_DISK_FULL, "task",
      "The disk is full. Free some space, then ask for it again (\"backline "
      "resume\"): that costs nothing.");
  check_says("The disk is full. Free some space, then press Resume: that costs "
             "nothing.");
  check_action("Open the folder");
  hands_click(&hands, BL_ITEM_RESUME, 0, 1);
  assert_int_equal(said.kind, BL_MSG_RESUME);
  assert_false(said.as.resume.post_again);

  end(1, 0, BL_SHOWN_FAILED, BL_OFFLINE, "task", "Not now.");
  check_action("Resume");
  assert_false(is_there(BL_ITEM_RESUME));
}

static const char conflict[] =
  "The service has it already: Job 2 has asked for it already: \"backline "
  "resume\" goes on with that one; \"backline refine\" with --again asks once "
  "more, which may cost again. Where its site shows the task, \"backline "
  "resume\" with --task-id fetches it.";

/// What was asked for before is gone on with, whichever job was refused now
static void
test_asked_before(void** const state)
{
  (void)state;
  end(1, 0, BL_SHOWN_DONE, BL_SUCCESS, "song", "");
  end(2, 1, BL_SHOWN_CANCELLED, BL_CANCELLED, "task", "Cancelled.");
  end(3, 1, BL_SHOWN_FAILED, BL_CONFLICT, "", conflict);
  check_says("This was asked for before (job 2). Press Resume to go on with "
             "it, at no further price.");
  check_action("Resume");
  hands_click(&hands, BL_ITEM_ACTION, 0, 1);
  assert_int_equal(said.kind, BL_MSG_RESUME);
  assert_int_equal(said.as.resume.job, 2);
  assert_false(said.as.resume.post_again);

  end(2, 1, BL_SHOWN_WAITING, BL_SUCCESS, "task", "");
  check_says("This was asked for before (job 2). It is being made.");
  check_action("");
  end(2, 1, BL_SHOWN_DONE, BL_SUCCESS, "task", "");
  check_says("This was asked for before (job 2). It is in that result's menu.");
  check_action("");

  // Nobody knows: its id can be pasted, and it goes to that job
  end(2, 1, BL_SHOWN_UNSURE, BL_UNSURE, "", "Nobody knows.");
  check_action("Send it again");
  hands_click(&hands, BL_ITEM_CLAIM, 0, 1);
  hands_paste(&hands, "383be628d94315b2");
  assert_int_equal(said.kind, BL_MSG_CLAIM);
  assert_int_equal(said.as.claim.job, 2);

  // Not known here: the sentence alone, without commands
  end(4, 2, BL_SHOWN_FAILED, BL_CONFLICT, "", conflict);
  check_says("The service has it already: Job 2 has asked for it already. Look "
             "at the task on the service's site.");
}

/// The plugin itself refuses what was asked for: there is no new job then
static void
test_refused_before_it_began(void** const state)
{
  (void)state;
  BlMessage m;
  end(1, 0, BL_SHOWN_DONE, BL_SUCCESS, "song", "");
  bl_message_init(&m, BL_MSG_RESULT);
  hear_id(m.as.result.take, 1);
  m.as.result.job     = 1;
  m.as.result.variant = 2;
  snprintf(m.as.result.path, BL_PATH_BYTES, "/takes/Song (B).wav");
  bl_model_message(&hands.model, &m, 1.0);
  bl_model_refine(&hands.model, 1);
  assert_int_equal(said.kind, BL_MSG_REFINE);
  end(2, 1, BL_SHOWN_CANCELLED, BL_CANCELLED, "task", "Cancelled.");
  end(3, 1, BL_SHOWN_FAILED, BL_OFFLINE, "", "Refused for certain.");

  bl_message_init(&m, BL_MSG_STATUS);
  m.as.status.shown = BL_SHOWN_FAILED;
  m.as.status.error = BL_CONFLICT;
  snprintf(m.as.status.message, BL_MESSAGE_BYTES, "%s", conflict);
  bl_model_message(&hands.model, &m, 1.0);
  bl_view_update(hands.view, hands.now);
  check_says("This was asked for before (job 2). Press Resume to go on with "
             "it, at no further price.");
  hands_click(&hands, BL_ITEM_ACTION, 0, 1);
  assert_int_equal(said.kind, BL_MSG_RESUME);
  assert_int_equal(said.as.resume.job, 2);
}

/// Cancelled while it was sent: the service may have it
static void
test_cancelled_while_sent(void** const state)
{
  (void)state;
  end(1, 0, BL_SHOWN_CANCELLED, BL_CANCELLED, "",
      "Cancelled. The service had the request already and may charge for it. "
      "Where its site shows a task, \"backline resume\" with --task-id fetches "
      "it.");
  check_says("Cancelled. The service had the request already and may charge "
             "for it. Where its site shows the task, paste its id.");
  assert_true(is_there(BL_ITEM_CLAIM));
  end(1, 0, BL_SHOWN_CANCELLED, BL_CANCELLED, "", "Cancelled.");
  assert_false(is_there(BL_ITEM_CLAIM));
}

/// What is refused for its words is refused again: Generate alone sends others
static void
test_refused_for_its_words(void** const state)
{
  (void)state;
  static const BlStatus words[] = { BL_BAD_FIELD, BL_REFUSED, BL_TOO_LONG,
                                    BL_SENSITIVE };
  for (size_t i = 0; i < BL_COUNT(words); ++i) {
    for (int accepted = 0; accepted < 2; ++accepted) {
      bl_model_port(&hands.model, BL_PORT_SERVICE, BL_SERVICE_LOCAL);
      service = "local";
      end(1, 0, BL_SHOWN_FAILED, words[i], accepted ? "task" : "",
          "Tags and negative tags leave nobody to play.");
      check_says("Tags and negative tags leave nobody to play.");
      check_action("");
      assert_false(is_there(BL_ITEM_ACTION));
      assert_false(is_there(BL_ITEM_RESUME));
      assert_true(
        bl_layout_find(bl_view_layout(hands.view), BL_ITEM_GENERATE, 0)
          ->enabled);

      // What a paid service has accepted can be fetched still
      bl_model_port(&hands.model, BL_PORT_SERVICE, KIE);
      service = "kie";
      end(1, 0, BL_SHOWN_FAILED, words[i], accepted ? "task" : "", "No.");
      check_action(accepted ? "Resume" : "");
    }
  }

  // Other failures of the local band
  bl_model_port(&hands.model, BL_PORT_SERVICE, BL_SERVICE_LOCAL);
  service = "local";
  end(1, 0, BL_SHOWN_FAILED, BL_GAVE_UP, "task", "Late.");
  check_action("Resume");
  end(1, 0, BL_SHOWN_FAILED, BL_NO_BAND, "", "Nobody.");
  check_action("Try again");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  hands_use_fonts();

  const struct CMUnitTest tests[] = {
    TEST(test_no_commands),           TEST(test_key_is_for_its_service),
    TEST(test_owed_is_resumed),       TEST(test_asked_before),
    TEST(test_cancelled_while_sent),  TEST(test_refused_before_it_began),
    TEST(test_refused_for_its_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

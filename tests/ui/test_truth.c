// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 30

// What the window says is what it does: which service a button pays, whose key
// is kept, which take is shown, and why

#include "hands.h"
#include "model_hears.h"

#include "programs.h"
#include "view_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SUNOAPI 2
#define KIE 3

static Hands     hands;
static BlMessage said;                     ///< Last, but for what is asked for
static char      stored[2][BL_NAME_BYTES]; ///< Service and key
static unsigned  n_stored;

static void
on_message(void* const handle, const BlMessage* const message)
{
  (void)handle;
  if (message->kind != BL_MSG_LOOK) {
    said = *message;
  }
}

static void
on_store(void* const handle, const char* const service, const char* const key)
{
  (void)handle;
  snprintf(stored[0], BL_NAME_BYTES, "%s", service);
  snprintf(stored[1], BL_NAME_BYTES, "%s", key);
  ++n_stored;
}

static int
set_up(void** const state)
{
  (void)state;
  if (hands_start(&hands)) {
    return -1;
  }
  bl_message_init(&said, BL_MSG_BYE);
  n_stored                   = 0;
  hands.model.out.message    = on_message;
  hands.view->host.store_key = on_store;
  hands.view->host.handle    = &hands;
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  return hands_stop(&hands);
}

static void
hear_job_at(const char* const service, const BlShown shown, const char* task)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_JOB);
  hear_id(m.as.job.take, 1);
  m.as.job.job   = 1;
  m.as.job.shown = (int32_t)shown;
  m.as.job.error = shown == BL_SHOWN_CANCELLED ? BL_CANCELLED : BL_SUCCESS;
  snprintf(m.as.job.service, BL_NAME_BYTES, "%s", service);
  snprintf(m.as.job.task, sizeof(m.as.job.task), "%s", task);
  snprintf(m.as.job.message, BL_MESSAGE_BYTES, "Something.");
  bl_model_message(&hands.model, &m, 1.0);
  bl_view_update(hands.view, hands.now);
}

static void
choose(const int service)
{
  bl_model_set(&hands.model, BL_PORT_SERVICE, (float)service);
  bl_view_update(hands.view, hands.now);
}

static bool
is_there(const BlItemKind kind)
{
  return bl_layout_find(bl_view_layout(hands.view), kind, 0) != NULL;
}

/// "Try again" stands there as long as it means what is chosen; else Generate
/// alone, which names service and price
static void
test_chosen_service_is_paid(void** const state)
{
  (void)state;
  char text[BL_MESSAGE_BYTES];
  choose(SUNOAPI);
  hear_take(&hands.model, 1, 1, 1.0);
  hear_job_at("sunoapi", BL_SHOWN_CANCELLED, "");
  assert_true(is_there(BL_ITEM_ACTION));
  choose((int)BL_SERVICE_LOCAL);
  assert_false(is_there(BL_ITEM_ACTION));
  choose(KIE);
  assert_false(is_there(BL_ITEM_ACTION));
  bl_view_generate_text(hands.view, text);
  assert_non_null(strstr(text, "Generate with kie.ai"));
  assert_non_null(strstr(text, "credits"));
  hands_click(&hands, BL_ITEM_GENERATE, 0, 1);
  assert_int_equal(said.kind, BL_MSG_GENERATE);

  hear_job_at("sunoapi", BL_SHOWN_UNSURE, "");
  assert_false(is_there(BL_ITEM_ACTION));
  hear_job_at("sunoapi", BL_SHOWN_CANCELLED, "task"); // Paid already
  hands_click(&hands, BL_ITEM_ACTION, 0, 1);
  assert_int_equal(said.kind, BL_MSG_RESUME);
  assert_false(said.as.resume.post_again);

  choose(SUNOAPI);
  hear_job_at("sunoapi", BL_SHOWN_CANCELLED, "");
  hands_click(&hands, BL_ITEM_ACTION, 0, 1);
  assert_int_equal(said.kind, BL_MSG_RESUME);
  assert_true(said.as.resume.post_again);
}

/// The service changes after the button was drawn, before it is pressed
static void
test_late_change_pays_nothing(void** const state)
{
  (void)state;
  choose(SUNOAPI);
  hear_take(&hands.model, 1, 1, 1.0);
  hear_job_at("sunoapi", BL_SHOWN_CANCELLED, "");
  bl_model_port(&hands.model, BL_PORT_SERVICE, (float)BL_SERVICE_LOCAL);
  bl_view_activate(hands.view, (BlItemRef){ BL_ITEM_ACTION, 0 });
  assert_int_equal(said.kind, BL_MSG_BYE); // Nothing
}

static void
test_work_names_its_service(void** const state)
{
  (void)state;
  char text[BL_MESSAGE_BYTES];
  choose(SUNOAPI);
  hear_take(&hands.model, 1, 1, 1.0);
  hear_job_at("sunoapi", BL_SHOWN_WAITING, "");
  choose((int)BL_SERVICE_LOCAL);
  bl_view_generate_text(hands.view, text);
  assert_string_equal(text, "Making a backing with sunoapi.org");
}

static void
type_key(void)
{
  hands_click(&hands, BL_ITEM_KEY, 0, 1);
  hands_type(&hands, "secret");
  assert_int_equal(hands.view->key.length, 6);
}

/// Nothing of it is left, neither shown nor in memory
static void
check_no_key(void)
{
  assert_int_equal(hands.view->key.length, 0);
  assert_null(memmem(hands.view, sizeof(*hands.view), "secret", 6));
}

static void
test_key_goes_to_its_service(void** const state)
{
  (void)state;
  choose(SUNOAPI);
  bl_view_focus(hands.view, true);
  hands_click(&hands, BL_ITEM_GEAR, 0, 1);
  type_key();
  hands_click(&hands, BL_ITEM_CHOICE, KIE, 1);
  check_no_key();
  type_key();
  bl_model_port(&hands.model, BL_PORT_SERVICE, SUNOAPI); // By the host
  bl_view_activate(hands.view, (BlItemRef){ BL_ITEM_KEY_STORE, 0 });
  assert_int_equal(n_stored, 0);
  check_no_key();

  type_key();
  hands_click(&hands, BL_ITEM_KEY_STORE, 0, 1);
  assert_int_equal(n_stored, 1);
  assert_string_equal(stored[0], "sunoapi");
  assert_string_equal(stored[1], "secret");
  bl_view_key_result(hands.view, false, "Kept, but it could not be checked.");
  check_no_key();
  assert_string_equal(hands.view->key_told,
                      "Kept, but it could not be checked.");
}

// Takes

static void
hear_capture(const unsigned n, const int frames, const BlStatus verdict)
{
  BlMessage m;
  hear_live(&hands.model, 0, 10, 2.0);
  bl_message_init(&m, BL_MSG_TAKE);
  hear_id(m.as.take.take, n);
  m.as.take.number  = (int32_t)n;
  m.as.take.rate    = 48000;
  m.as.take.frames  = frames;
  m.as.take.verdict = (int32_t)verdict;
  bl_model_message(&hands.model, &m, 2.1);
}

static void
check_shown(const unsigned n)
{
  char id[BL_TAKE_ID_BYTES];
  hear_id(id, n);
  assert_non_null(bl_model_shown_take(&hands.model));
  assert_string_equal(bl_model_shown_take(&hands.model)->msg.take, id);
}

static void
test_shorter_take(void** const state)
{
  (void)state;
  hear_capture(1, 18 * 48000, BL_SUCCESS);
  assert_string_equal(hands.model.passed, "");
  hear_capture(2, 475200, BL_SUCCESS);
  check_shown(1);
  assert_non_null(strstr(hands.model.passed, "shorter than ten seconds"));
  assert_null(strstr(hands.model.passed, "No take is"));
}

/// What is said to stay does, also where nothing was chosen
static void
test_shown_one_stays(void** const state)
{
  (void)state;
  hear_take(&hands.model, 1, 1, 1.0);
  check_shown(1);
  hear_capture(2, 480000, BL_TAKE_SILENT);
  assert_non_null(strstr(hands.model.passed, "the shown one stays"));
  check_shown(1);
  hear_capture(3, 480000, BL_SUCCESS);
  check_shown(3);
}

/// Opening the list and closing it chooses nothing
static void
test_list_is_only_looked_at(void** const state)
{
  (void)state;
  bl_view_focus(hands.view, true);
  hear_status(&hands.model, 1, BL_SUCCESS, 1.0);
  hands_click(&hands, BL_ITEM_TAKES, 0, 1);
  assert_int_equal(said.kind, BL_MSG_LIST);
  hear_take(&hands.model, 7, 0, 1.1); // Of other sessions
  hear_take(&hands.model, 8, 0, 1.1);
  bl_view_update(hands.view, hands.now);
  assert_true(bl_view_key(hands.view, BL_KEY_ESCAPE, 0u));
  assert_false(hands.view->menu.open);
  bl_view_update(hands.view, hands.now);
  assert_null(bl_model_shown_take(&hands.model));
  assert_false(
    bl_layout_find(bl_view_layout(hands.view), BL_ITEM_GENERATE, 0)->enabled);
}

/// Where the sentence tells what to do, the button and the waveform say less
static void
test_silence_is_explained_once(void** const state)
{
  (void)state;
  char text[BL_MESSAGE_BYTES];
  hear_capture(1, 480000, BL_HOST_SILENT);
  bl_view_generate_note(hands.view, text);
  assert_string_equal(text, bl_strerror(BL_TAKE_SILENT));
  bl_view_take_warning(bl_model_shown_take(&hands.model), text);
  assert_string_equal(text, bl_strerror(BL_TAKE_SILENT));
}

// Programs

/// A take is called as "backline takes" calls it; another session's number is
/// not taken for one of this session's
static void
test_names(void** const state)
{
  (void)state;
  static const struct
  {
    const char* name;
    int32_t     number;
    const char* shown;
  } takes[] = {
    { "Take 3", 3, "Take 3" },
    { "Take 3", 0, "Take 3 of 2026-11-22" },
    { "Take 3", 5, "Take 3 of 2026-11-22" },
    { "Take five", 1, "Take five" },
    { "Take 3 b", 1, "Take 3 b" },
    { "Take ", 1, "Take " },
    { "", 2, "Take 2" },
    { "", 0, "Take of 2026-11-22" },
  };
  for (size_t i = 0; i < BL_COUNT(takes); ++i) {
    char      text[BL_NAME_BYTES];
    BlTakeMsg take;
    memset(&take, 0, sizeof(take));
    snprintf(take.name, sizeof(take.name), "%s", takes[i].name);
    snprintf(take.created, sizeof(take.created), "2026-11-22T10:13:40Z");
    take.number = takes[i].number;
    bl_view_take_name(&take, text);
    assert_string_equal(text, takes[i].shown);
  }
}

static void
test_login_words(void** const state)
{
  (void)state;
  static const char* const rows[][2] = {
    { "backline: login: That is no key.", "That is no key." },
    { "backline: custom: No own server is configured.",
      "No own server is configured." },
    { "backline: sunoapi.org: It is not accepted.",
      "sunoapi.org: It is not accepted." },
    { "loginner: odd", "loginner: odd" },
  };
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    BlLogin login;
    memset(&login, 0, sizeof(login));
    snprintf(login.said, sizeof(login.said), "%s", rows[i][0]);
    assert_string_equal(bl_programs_login_words(&login), rows[i][1]);
  }
}

/// Where the host's PATH does not lead to it
static void
test_login_is_found(void** const state)
{
  (void)state;
  BlLogin     login;
  bool        good = true;
  char* const path = strdup(getenv("PATH"));
  assert_non_null(path);
  memset(&login, 0, sizeof(login));
  setenv("PATH", "/nonexistent", 1);
  assert_int_equal(bl_programs_login(&login, "local", "a-key"), BL_SUCCESS);
  setenv("PATH", path, 1);
  free(path);
  while (!bl_programs_login_poll(&login, &good)) {
    const struct timespec pause = { 0, 10000000L };
    nanosleep(&pause, NULL);
  }
  assert_false(good);
  assert_non_null(strstr(login.said, "The local band needs no key"));
}

/// With a shell and nothing else, then with a file manager too
static void
test_no_file_manager(void** const state)
{
  (void)state;
  char        link[PATH_MAX];
  char        opener[PATH_MAX];
  char        folder[BL_PATH_BYTES];
  char        bin[] = "/tmp/backline-bin-XXXXXX";
  char* const path  = strdup(getenv("PATH"));
  assert_non_null(path);
  assert_non_null(mkdtemp(bin));
  snprintf(link, sizeof(link), "%s/sh", bin);
  snprintf(opener, sizeof(opener), "%s/xdg-open", bin);
  assert_int_equal(symlink("/bin/sh", link), 0);
  setenv("PATH", bin, 1);

  assert_int_equal(bl_programs_folder("/a b/c.wav", folder), BL_SUCCESS);
  assert_string_equal(folder, "/a b");
  assert_int_equal(bl_programs_folder("c.wav", folder), BL_BAD_ARG);
  assert_int_equal(bl_programs_open_folder("/a b"), BL_NOT_FOUND);
  assert_int_equal(symlink("/bin/true", opener), 0);
  assert_int_equal(bl_programs_open_folder("/a b"), BL_SUCCESS);

  setenv("PATH", path, 1);
  unlink(opener);
  unlink(link);
  rmdir(bin);
  free(path);
  bl_view_copy(hands.view, "/a b", "It is in the clipboard.");
  assert_string_equal(hands.copied[0], "/a b");
  assert_string_equal(hands.view->told, "It is in the clipboard.");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_chosen_service_is_paid),
    TEST(test_late_change_pays_nothing),
    TEST(test_work_names_its_service),
    TEST(test_key_goes_to_its_service),
    TEST(test_shorter_take),
    TEST(test_shown_one_stays),
    TEST(test_list_is_only_looked_at),
    TEST(test_silence_is_explained_once),
    TEST(test_names),
    TEST(test_login_words),
    TEST(test_login_is_found),
    TEST(test_no_file_manager),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

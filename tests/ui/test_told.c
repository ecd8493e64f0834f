// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 60

// What the window says is about what it shows: the note under Generate is the
// shown results' or the shown take's, the list of takes counts all results

#include "hands.h"
#include "model_hears.h"

#include "view_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cairo.h>
#include <stdio.h>
#include <string.h>

HANDS_FIXTURE;

/// A job that has brought so many results, with words of its own
static void
tell(const unsigned    take,
     const int         job,
     const BlShown     shown,
     const int         results,
     const char* const words)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_JOB);
  hear_id(m.as.job.take, take);
  m.as.job.job     = job;
  m.as.job.shown   = (int32_t)shown;
  m.as.job.error   = shown == BL_SHOWN_CANCELLED ? BL_CANCELLED : BL_SUCCESS;
  m.as.job.results = results;
  snprintf(m.as.job.service, BL_NAME_BYTES, "local");
  snprintf(m.as.job.message, BL_MESSAGE_BYTES, "%s", words);
  bl_model_message(&hands.model, &m, 1.0);
  for (int v = 1; v <= results; ++v) {
    hear_result(&hands.model, take, job, v);
  }
}

/// The plugin's own news: its newest job's
static void
tell_status(const char* const words)
{
  BlMessage m;
  bl_message_init(&m, BL_MSG_STATUS);
  m.as.status.shown = BL_SHOWN_DONE;
  snprintf(m.as.status.message, BL_MESSAGE_BYTES, "%s", words);
  bl_model_message(&hands.model, &m, 1.0);
}

/// All that is drawn
static uint64_t
picture(void)
{
  bl_view_update(hands.view, hands.now);
  cairo_surface_t* const surface =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, 900, 700);
  cairo_t* const cr = cairo_create(surface);
  bl_view_draw(hands.view, cr);
  cairo_destroy(cr);
  const unsigned char* const bytes = cairo_image_surface_get_data(surface);
  const size_t size = (size_t)cairo_image_surface_get_stride(surface) *
                      (size_t)cairo_image_surface_get_height(surface);
  uint64_t hash = 14695981039346656037u; // FNV-1a
  for (size_t i = 0; i < size; ++i) {
    hash = (hash ^ bytes[i]) * 1099511628211u;
  }
  cairo_surface_destroy(surface);
  return hash;
}

static void
check_told(const int job, const char* const words)
{
  const BlModelJob* const told = bl_model_told_job(&hands.model);
  assert_non_null(told);
  assert_int_equal(told->msg.job, job);
  assert_string_equal(told->msg.message, words);
}

static void
test_note_is_of_shown_results(void** const state)
{
  (void)state;
  hear_take(&hands.model, 1, 1, 1.0);
  tell(1, 1, BL_SHOWN_DONE, 2, "The band goes by 92 bpm.");
  tell(1, 2, BL_SHOWN_DONE, 2, "Not understood: kazoo.");
  check_told(2, "Not understood: kazoo.");
  const uint64_t newest = picture();
  bl_model_choose_results(&hands.model, 1);
  check_told(1, "The band goes by 92 bpm.");
  const uint64_t first = picture();
  assert_true(first != newest);

  // It is drawn so, too: the other's words change nothing, its own do
  tell(1, 2, BL_SHOWN_DONE, 2, "Not understood: theremin.");
  assert_true(picture() == first);
  tell(1, 1, BL_SHOWN_DONE, 2, "The band goes by 120 bpm.");
  assert_true(picture() != first);

  // What runs is told of, whichever results are looked at meanwhile
  tell(1, 3, BL_SHOWN_WAITING, 0, "Waits.");
  bl_model_choose_results(&hands.model, 1);
  check_told(3, "Waits.");
  tell(1, 3, BL_SHOWN_DONE, 2, "");
  check_told(1, "The band goes by 120 bpm.");
}

/// What was done about a result is told of as long as that is shown
static void
test_note_about_a_result(void** const state)
{
  (void)state;
  BlMessage m;
  hear_take(&hands.model, 1, 1, 1.0);
  tell(1, 1, BL_SHOWN_DONE, 2, "One.");
  tell(1, 2, BL_SHOWN_DONE, 2, "Two.");
  bl_message_init(&m, BL_MSG_JOB);
  hear_id(m.as.job.take, 1);
  m.as.job.job        = 3;
  m.as.job.of_job     = 2;
  m.as.job.of_variant = 1;
  m.as.job.shown      = BL_SHOWN_DONE;
  snprintf(m.as.job.message, BL_MESSAGE_BYTES, "The voice is out.");
  bl_model_message(&hands.model, &m, 1.0);
  check_told(3, "The voice is out.");
  bl_model_choose_results(&hands.model, 1);
  check_told(1, "One.");
}

static void
test_take_without_a_job_has_no_note(void** const state)
{
  (void)state;
  char id[BL_TAKE_ID_BYTES];
  hear_take(&hands.model, 1, 1, 1.0);
  hear_take(&hands.model, 2, 2, 1.0);
  tell(2, 1, BL_SHOWN_DONE, 2, "Not understood: kazoo.");
  tell_status("Not understood: kazoo.");
  hear_id(id, 1);
  bl_model_choose(&hands.model, id);
  assert_null(bl_model_told_job(&hands.model));
  const uint64_t before = picture();
  tell_status("");
  assert_true(picture() == before);
}

/// What stands beside the list's only take
static const char*
fate(void)
{
  static char note[BL_MESSAGE_BYTES];
  bl_view_open_menu(hands.view, (BlItemRef){ BL_ITEM_TAKES, 0 });
  const BlMenu* const menu = &hands.view->menu;
  assert_int_equal(menu->n_rows, 2); // "The newest" is the first
  const char* const dot = strstr(menu->rows[1].note, " \u00b7 ");
  assert_non_null(dot);
  snprintf(note, sizeof(note), "%s", dot + strlen(" \u00b7 "));
  hands.view->menu.open = false;
  return note;
}

static void
test_list_counts_all_results(void** const state)
{
  (void)state;
  hear_take(&hands.model, 1, 1, 1.0);
  bl_view_update(hands.view, hands.now);
  assert_string_equal(fate(), "new");
  tell(1, 1, BL_SHOWN_CANCELLED, 0, "");
  assert_string_equal(fate(), "cancelled");
  tell(1, 2, BL_SHOWN_FAILED, 0, "");
  assert_string_equal(fate(), "failed");
  tell(1, 3, BL_SHOWN_FIRST, 1, "");
  assert_string_equal(fate(), "being made");
  tell(1, 3, BL_SHOWN_CANCELLED, 1, "");
  assert_string_equal(fate(), "1 result");
  tell(1, 4, BL_SHOWN_DONE, 2, "");
  tell(1, 5, BL_SHOWN_DONE, 2, "");
  assert_string_equal(fate(), "5 results");
  tell(1, 6, BL_SHOWN_WAITING, 0, "");
  assert_string_equal(fate(), "being made");
  tell(1, 6, BL_SHOWN_CANCELLED, 0, "");
  assert_string_equal(fate(), "5 results");
  tell(1, 7, BL_SHOWN_UNSURE, 0, "");
  assert_string_equal(fate(), "unsure");
}

/// Jobs that the window was not told of
static void
test_list_goes_by_the_take(void** const state)
{
  (void)state;
  static const struct
  {
    BlShown     fate;
    int         results;
    const char* text;
  } rows[] = {
    { BL_SHOWN_DONE, 2, "2 results" },
    { BL_SHOWN_CANCELLED, 0, "cancelled" },
    { BL_SHOWN_CANCELLED, 1, "1 result" },
    { BL_SHOWN_FAILED, 0, "failed" },
    { BL_SHOWN_FIRST, 1, "being made" },
    { BL_SHOWN_UNSURE, 0, "unsure" },
  };
  hear_take(&hands.model, 1, 1, 1.0);
  bl_view_update(hands.view, hands.now);
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    BlMessage m;
    bl_message_init(&m, BL_MSG_TAKE);
    m.as.take         = bl_model_shown_take(&hands.model)->msg;
    m.as.take.jobs    = 3;
    m.as.take.fate    = (int32_t)rows[i].fate;
    m.as.take.results = rows[i].results;
    bl_model_message(&hands.model, &m, 1.0);
    assert_string_equal(fate(), rows[i].text);
  }
}

/// Nobody has set anything: the service is sent a word all the same
static void
test_sends_what_is_sent(void** const state)
{
  (void)state;
  char tags[BL_TEXT_BYTES];
  hear_take(&hands.model, 1, 1, 1.0);
  bl_view_update(hands.view, hands.now);
  assert_true(
    bl_layout_find(bl_view_layout(hands.view), BL_ITEM_GENERATE, 0)->enabled);
  assert_false(bl_view_sends_text(hands.view, tags));
  assert_string_equal(tags, "accompaniment");
  bl_model_set_string(&hands.model, BL_STRING_TAGS, " , ");
  bl_view_update(hands.view, hands.now);
  assert_false(bl_view_sends_text(hands.view, tags));
  assert_string_equal(tags, "accompaniment");
  bl_model_set_string(&hands.model, BL_STRING_TAGS, "kazoo");
  bl_view_update(hands.view, hands.now);
  assert_true(bl_view_sends_text(hands.view, tags));
  assert_string_equal(tags, "kazoo");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  hands_use_fonts();

  const struct CMUnitTest tests[] = {
    TEST(test_note_is_of_shown_results),
    TEST(test_note_about_a_result),
    TEST(test_take_without_a_job_has_no_note),
    TEST(test_list_counts_all_results),
    TEST(test_list_goes_by_the_take),
    TEST(test_sends_what_is_sent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

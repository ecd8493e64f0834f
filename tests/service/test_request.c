// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// What is sent: tags, field checks, and the JSON byte for byte

#include "base/tags.h"
#include "service/request.h"
#include "service/service.h"
#include "support/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char*
compose(const BlTagParts parts)
{
  static char tags[BL_TEXT_BYTES];
  bl_tags_compose(&parts, tags);
  return tags;
}

static void
tags_are_composed_in_order(void** const state)
{
  (void)state;
  assert_string_equal(compose((BlTagParts){ .genre       = 3,
                                            .mood        = 1,
                                            .ensemble    = 4,
                                            .bpm         = 91.6,
                                            .meter_beats = 4,
                                            .meter_unit  = 4,
                                            .text = "fingerpicked , soft" }),
                      "folk, warm, acoustic guitar, 92 bpm, 4/4, "
                      "fingerpicked, soft");
  assert_string_equal(compose((BlTagParts){ .text = NULL }), "");
  assert_string_equal(compose((BlTagParts){ .genre = 999, .text = " , ,," }),
                      "");
  assert_string_equal(compose((BlTagParts){ .bpm = NAN, .text = "a" }), "a");
}

static void
duplicate_tags_are_removed(void** const state)
{
  (void)state;
  assert_string_equal(compose((BlTagParts){ .genre       = 3,
                                            .bpm         = 92.0,
                                            .meter_beats = 3,
                                            .meter_unit  = 4,
                                            .text = "Folk, FOLK ROCK,92 BPM, "
                                                    "folk rock,3/4" }),
                      "folk, 92 bpm, 3/4, FOLK ROCK");
}

static void
tags_are_cut_at_a_comma(void** const state)
{
  (void)state;
  char text[BL_TEXT_BYTES] = "";
  for (int i = 0; i < 300; ++i) {
    char tag[16];
    snprintf(tag, sizeof(tag), "tag%05d,", i);
    strcat(text, tag);
  }
  const char* const tags = compose((BlTagParts){ .genre = 1, .text = text });
  assert_true(strlen(tags) <= BL_TAGS_CHARS);
  assert_true(strlen(tags) > BL_TAGS_CHARS - 12);
  assert_string_equal(tags + strlen(tags) - 8, "tag00098");

  // Two bytes each: the limit is in characters
  memset(text, 0, sizeof(text));
  for (int i = 0; i < 1500; ++i) {
    strcat(text, "\xC3\xA9");
  }
  assert_int_equal(bl_utf8_count(compose((BlTagParts){ .text = text })),
                   BL_TAGS_CHARS);
}

static void
refused(const BlRequest* const request, const char* const field)
{
  BlServiceError error;
  assert_int_equal(bl_request_check(request, &error), BL_BAD_FIELD);
  assert_non_null(strstr(error.message, field));
  assert_false(error.maybe_sent);
}

static void
repeat(char* const out, const char* const piece, const unsigned count)
{
  out[0] = '\0';
  for (unsigned i = 0; i < count; ++i) {
    strcat(out, piece);
  }
}

static void
fields_are_checked_by_name(void** const state)
{
  (void)state;
  BlServiceError  error;
  const BlRequest good = client_request();
  BlRequest       r    = good;
  assert_int_equal(bl_request_check(&r, &error), BL_SUCCESS);

  repeat(r.title, "\xE2\x99\xAB", BL_TITLE_CHARS);
  assert_int_equal(bl_request_check(&r, &error), BL_SUCCESS);
  strcat(r.title, "x");
  refused(&r, "title");
  strcpy(r.title, "  ");
  refused(&r, "title");
  strcpy(r.title, "\xC3(");
  refused(&r, "title");
  strcpy(r.title, "\xED\xA0\x80"); // A surrogate is no character
  refused(&r, "title");

  r = good;
  repeat(r.tags, "x", BL_TAGS_CHARS + 1);
  refused(&r, "tags");
  r = good;
  repeat(r.negative_tags, "x", BL_NEGATIVE_TAGS_CHARS + 1);
  refused(&r, "negativeTags");
  r = good;
  strcpy(r.upload_url, "file:///etc/passwd");
  refused(&r, "uploadUrl");
  r = good;
  strcpy(r.callback_url, "");
  refused(&r, "callBackUrl");
  r = good;
  strcpy(r.model, "V6 \"x");
  refused(&r, "model");
  r              = good;
  r.vocal_gender = 'x';
  refused(&r, "vocalGender");
  r             = good;
  r.has_weights = true;
  r.weirdness   = 1.01;
  refused(&r, "weirdnessConstraint");
  r.weirdness    = 0.5;
  r.audio_weight = NAN;
  refused(&r, "audioWeight");
  r.audio_weight = 0.5;
  r.style_weight = -0.01;
  refused(&r, "styleWeight");
  r             = good;
  r.has_variety = true;
  r.variety     = 4.5;
  refused(&r, "variety");
  r = good;
  repeat(r.lyrics, "x", BL_LYRICS_CHARS + 1);
  refused(&r, "lyrics");
}

static void
json_is_as_the_contract_says(void** const state)
{
  (void)state;
  BlRequest r = client_request();
  char*     t = bl_request_encode(&r);
  assert_string_equal(
    t, "{\"uploadUrl\":\"https://files.example/take.wav\",\"title\":\"Morning\""
       ",\"tags\":\"folk, warm\",\"negativeTags\":\"vocals\",\"callBackUrl\":"
       "\"https://callback.invalid/\"}");
  cJSON_free(t);

  strcpy(r.title, "M\xC3\xB6rgen \"1\"\n\\");
  strcpy(r.model, "V6");
  r.vocal_gender = 'f';
  r.has_weights  = true;
  r.style_weight = 0.65;
  r.weirdness    = 0.0;
  r.audio_weight = 0.29; // 0.28999999999999998 in binary
  t              = bl_request_encode(&r);
  assert_string_equal(
    t, "{\"uploadUrl\":\"https://files.example/take.wav\",\"title\":"
       "\"M\xC3\xB6rgen \\\"1\\\"\\n\\\\\",\"tags\":\"folk, warm\","
       "\"negativeTags\":\"vocals\",\"callBackUrl\":"
       "\"https://callback.invalid/\",\"model\":\"V6\",\"vocalGender\":\"f\","
       "\"styleWeight\":0.65,\"weirdnessConstraint\":0.00,"
       "\"audioWeight\":0.29}");
  cJSON_free(t);

  r             = client_request();
  r.has_variety = true;
  r.variety     = 0.0;
  strcpy(r.lyrics, "La\nla");
  t = bl_request_encode(&r);
  assert_non_null(strstr(t, "\"https://callback.invalid/\",\"lyrics\":"
                            "\"La\\nla\",\"variety\":0}"));
  cJSON_free(t);

  r       = client_request();
  r.stems = true; // Nobody but the local band is asked so
  t       = bl_request_encode(&r);
  assert_non_null(strstr(t, "\"https://callback.invalid/\",\"stems\":true}"));
  cJSON_free(t);
}

/// A locale whose decimal point is a comma, made for this test if need be
static void
use_german(void)
{
  char        command[8400];
  const char* dir = getenv("BL_TMP");
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
    snprintf(command, sizeof(command),
             "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' 2>/dev/null",
             dir ? dir : "/tmp");
    (void)!system(command);
    setenv("LOCPATH", dir ? dir : "/tmp", 1);
    assert_non_null(setlocale(LC_ALL, "de_DE.UTF-8"));
  }
  char number[8];
  snprintf(number, sizeof(number), "%.1f", 0.5);
  assert_string_equal(number, "0,5");
}

static void
a_comma_locale_changes_no_byte(void** const state)
{
  use_german();
  json_is_as_the_contract_says(state);

  // And what comes back is read with a point, on the wire
  Client* const client  = client_open(NULL);
  double        credits = 0.0;
  assert_int_equal(
    bl_service_credits(client->service, &credits, &client->error), BL_SUCCESS);
  assert_true(fabs(credits - 671.92) < 1e-9);

  BlRequest r    = client_request();
  r.has_weights  = true;
  r.style_weight = 1.0;
  char id[BL_NAME_BYTES];
  assert_int_equal(bl_service_submit(client->service, &r, id, &client->error),
                   BL_SUCCESS);
  char* const wanted = bl_request_encode(&r);
  char* const sent   = standin_body(client->standin, STANDIN_SUBMIT, NULL);
  assert_string_equal(sent, wanted);
  assert_non_null(strstr(sent, "\"styleWeight\":1.00"));
  cJSON_free(wanted);
  free(sent);
  client_close(client);
  setlocale(LC_ALL, "C");
}

static void
headers_are_as_the_contract_says(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  BlRequest     r      = client_request();
  char          id[BL_NAME_BYTES];
  assert_int_equal(bl_service_submit(client->service, &r, id, &client->error),
                   BL_SUCCESS);
  assert_int_equal(strlen(id), 32);
  assert_int_equal(client->error.posts, 1);

  const char* const wanted[][2] = {
    { "Authorization", "Bearer test-key" },
    { "Content-Type", "application/json; charset=utf-8" },
    { "Expect", "" },
  };
  for (size_t i = 0; i < 3; ++i) {
    char* const value =
      standin_header(client->standin, STANDIN_SUBMIT, wanted[i][0]);
    assert_string_equal(value, wanted[i][1]);
    free(value);
  }
  char* const agent =
    standin_header(client->standin, STANDIN_SUBMIT, "User-Agent");
  assert_memory_equal(agent, "Backline/", 9);
  free(agent);
  client_close(client);
}

static void
empty_required_fields_are_filled(void** const state)
{
  (void)state;
  Client* const client = client_open(NULL);
  BlRequest     r;
  memset(&r, 0, sizeof(r));
  strcpy(r.upload_url, "https://files.example/take.wav");
  char title[1024];
  repeat(title, "\xE2\x99\xAB", 200);
  bl_service_fill(client->service, title, &r);
  assert_int_equal(bl_utf8_count(r.title), BL_TITLE_CHARS);
  assert_string_equal(r.tags, "accompaniment"); // As the window says
  assert_string_equal(r.negative_tags, "vocals, singing, choir");
  assert_string_equal(r.callback_url, "https://callback.invalid/");
  assert_int_equal(bl_request_check(&r, &client->error), BL_SUCCESS);

  strcpy(r.title, "Mine");
  strcpy(r.negative_tags, "drums");
  bl_service_fill(client->service, title, &r);
  assert_string_equal(r.title, "Mine");
  assert_string_equal(r.negative_tags, "drums");
  client_close(client);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tags_are_composed_in_order),
    cmocka_unit_test(duplicate_tags_are_removed),
    cmocka_unit_test(tags_are_cut_at_a_comma),
    cmocka_unit_test(fields_are_checked_by_name),
    cmocka_unit_test(json_is_as_the_contract_says),
    cmocka_unit_test(a_comma_locale_changes_no_byte),
    cmocka_unit_test(headers_are_as_the_contract_says),
    cmocka_unit_test(empty_required_fields_are_filled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
